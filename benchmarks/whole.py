"""What the parts of the whole model cost, beside a solve without them, on worlds where it matters."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import jax
import numpy as np

import multipolar as mp
from benchmarks.solves import economy_of
from benchmarks.timing import Times, in_turn
from benchmarks.worlds import TEST_DATA, measure, random_world, wiod
from multipolar.equilibrium.economy import resting_state
from multipolar.equilibrium.equations import sweep
from multipolar.measures.selection import select_members
from multipolar.measures.technology import Hub

QUOTAS, BOUND = 25, 0.6
"""So many of the largest flows abroad are bounded at this part of what they were."""
LARGE_THICKNESS = 0.04
CORRIDORS = 10
"""So many of the largest flows of oil and gas abroad are corridors with a price gap."""
HUBS = 20
"""Through so many countries a control is evaded."""
MOST_ROUNDS, MOST_RUNS = 3, 3
SWEEPS = 50
"""Sweeps timed as one, since one takes less than a millisecond."""


@dataclass(frozen=True)
class Line:
    """One part: how long it takes, beside what (both in milliseconds), and the target for it."""

    what: str
    world: str
    beside: str
    times: Times | None = None
    without: Times | None = None
    target: str = ""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """In units of what it stands beside."""
        return self.times.median / self.without.median if self.times and self.without else None


def lines(rounds: int, runs: int) -> list[Line]:
    """Every part, each timed in turn with what it stands beside."""
    timed = partial(in_turn, rounds=min(rounds, MOST_ROUNDS), runs=min(runs, MOST_RUNS))
    middle, large = random_world(77, 45), random_world(160, 65)
    reference = mp.load_world("reference-2023")
    return [*_sweeps(middle, timed), _quotas(middle, timed), _quotas(reference, timed), _corridors(reference, timed),
            *_hubs(reference, timed), *_rails(timed), _by_use(timed), _gradient(middle, timed, "ratio at most 4"),
            _gradient(large, timed, "below 1 s"), _exposure(middle)]


Timed = Callable[[dict[str, Callable[[], Any]]], dict[str, Times]]


def _size(world: mp.World) -> str:
    return f"{world.name.split()[0]} {len(world.countries)} × {len(world.sectors)}"


def _sweeps(world: mp.World, timed: Timed) -> Iterator[Line]:
    """One pass through the equations with elasticities below one, with and without rents, beside Cobb-Douglas."""
    substituting = world.with_parameters(value_added_elasticity=0.5, input_elasticity=0.2, final_demand_elasticity=0.9)
    with_rents = substituting.with_parameters(resource_share=0.1, supply_elasticity=0.5, capital_share=0.3)
    times = timed({"one": _swept(world), "ces": _swept(substituting), "rents": _swept(with_rents)})
    for key, what in (("ces", "a CES sweep"), ("rents", "a CES sweep with resources and specific capital")):
        yield Line(what, _size(world), "a Cobb–Douglas sweep", _each(times[key]), _each(times["one"]),
                   "ratio at most 1.6")


def _each(times: Times) -> Times:
    return Times(times.median / SWEEPS, times.least / SWEEPS, times.runs)


@jax.jit
def _passes(state: Any, economy: Any) -> Any:
    """Several sweeps, none of which a compiler can skip."""
    return jax.lax.fori_loop(0, SWEEPS, lambda _, at: sweep(at, economy), state)


def _swept(world: mp.World) -> Callable[[], None]:
    with jax.enable_x64(True):
        economy = jax.tree.map(jax.numpy.asarray, economy_of(world, measure(world)))
        start = jax.tree.map(jax.numpy.asarray, resting_state(economy))

    def run() -> None:
        with jax.enable_x64(True):
            jax.block_until_ready(_passes(start, economy))

    return run


def _quotas(world: mp.World, timed: Timed) -> Line:
    """Many quotas that bind, beside the same tariff without them."""
    plain = measure(world)
    bounded = plain.model_copy(update={"name": "bounded", "measures": (*plain.measures, *_bounds(world))})
    binding = int((mp.solve(world, bounded)._levels.rent > 1e-6).sum())
    times = timed({"plain": lambda: mp.solve(world, plain), "bounded": lambda: mp.solve(world, bounded)})
    sweeps = [mp.solve(world, one).certificate.iterations for one in (bounded, plain)]
    return Line(f"{binding} binding quotas", _size(world), "the same without", times["bounded"], times["plain"],
                "ratio at most 4", f"{sweeps[0]} sweeps beside {sweeps[1]}")


def _bounds(world: mp.World) -> Iterator[mp.Quota]:
    """Quotas on the largest flows abroad that the tariff does not touch."""
    trade, home = world.tables.trade.copy(), np.arange(len(world.countries))
    trade[home, :, home] = 0.0
    trade[:, :, 0] = 0.0
    for place in np.argsort(-trade, axis=None)[:QUOTAS]:
        exporter, sector, importer = np.unravel_index(place, trade.shape)
        yield mp.Quota(exporter=world.countries[exporter], importer=world.countries[importer],
                       sector=world.sectors[sector], limit=BOUND)


def _rails(timed: Timed) -> Iterator[Line]:
    """Settlement rails solved together with prices, from one start and from all, beside the same without thickness.

    The second thickness is beyond its range: costs of payments then move trade by more than the series covers.
    """
    world, scenario = mp.load_world("reference-2023"), mp.load_scenario("russia-off-dollar-and-euro")
    part = world.part(mp.Settlement)
    plain = world.with_part(replace(part, thickness=0.0))
    for thickness in (part.nu, LARGE_THICKNESS):
        thick = world.with_part(replace(part, thickness=thickness))
        tasks = {"plain": partial(mp.solve, plain, scenario),
                 "one": partial(mp.solve, thick, scenario, other_equilibria=False),
                 "all": partial(mp.solve, thick, scenario)}
        largest = float(np.abs(tasks["one"]().levels.burned_by_pair).max() * world.parameters.trade_elasticity.max())
        times = timed(tasks)
        for starts, target in (("one", "ratio at most 2"), ("all", "ratio at most 4")):
            yield Line(f"thick rails, {starts} start{'s' * (starts == 'all')}", _size(world),
                       "the same with thickness 0", times[starts], times["plain"], target,
                       f"thickness {thickness:g}, exponents up to {largest:.2f}")


def _corridors(world: mp.World, timed: Timed) -> Line:
    """Corridors on the largest flows of fuels abroad, opened, and a cap on Russian oil, beside the same tariff."""
    plain = measure(world)
    full = plain.model_copy(update={"name": "energy", "measures": (*plain.measures, *_openings(world), mp.PriceCap(
        exporter="RUS", importer="all", sector="oil", price=45, coverage=0.6, evasion="assumed"))})
    times = timed({"plain": lambda: mp.solve(world, plain), "full": lambda: mp.solve(world, full)})
    sweeps = [mp.solve(world, one).certificate.iterations for one in (full, plain)]
    return Line(f"{CORRIDORS} corridors and a cap", _size(world), "the same without", times["full"], times["plain"],
                "ratio at most 4", f"{sweeps[0]} sweeps beside {sweeps[1]}")


def _openings(world: mp.World) -> Iterator[mp.Corridor]:
    """Corridors with a price gap on the largest flows of oil and gas that nothing else of the scenario touches."""
    trade, home = world.tables.trade.copy(), np.arange(len(world.countries))
    trade[home, :, home] = 0.0
    trade[:, :, 0] = 0.0
    trade[world.country_index("RUS"), world.sector_index("OIL")] = 0.0
    others = [at for at, code in enumerate(world.sectors) if code not in ("OIL", "GAS")]
    trade[:, others] = 0.0
    for place in np.argsort(-trade, axis=None)[:CORRIDORS]:
        exporter, sector, importer = np.unravel_index(place, trade.shape)
        yield mp.Corridor(exporter=world.countries[exporter], importer=world.countries[importer],
                          sector=world.sectors[sector], markup=1.2, adds=0.2)


def _hubs(world: mp.World, timed: Timed) -> Iterator[Line]:
    """A control that is evaded through hubs, beside the plain ban on the same divided world, and beside a solve of the
    undivided one, where dividing counts too."""
    ban = mp.TechnologyControl(coalition="SANCTIONING", targets="RUS")
    ends = {"RUS", *select_members(world, "SANCTIONING").codes}
    hubs = [code for code in world.countries if code not in ends][:HUBS]
    evaded = ban.model_copy(update={"hubs": {code: Hub() for code in hubs}})
    plain, round_hubs = (mp.Scenario(name=name, measures=[one]) for name, one in (("ban", ban), ("evaded", evaded)))
    divided, other = ban.reshape(world), measure(world)
    times = timed({"ban": lambda: mp.solve(divided, plain), "evaded": lambda: mp.solve(divided, round_hubs),
                   "whole": lambda: mp.solve(world, other), "all": lambda: mp.solve(world, round_hubs)})
    sweeps = [mp.solve(divided, one).certificate.iterations for one in (round_hubs, plain)]
    yield Line(f"a control with {len(hubs)} hubs", _size(divided), "the plain ban", times["evaded"], times["ban"],
               "ratio at most 1.5", f"{sweeps[0]} sweeps beside {sweeps[1]}")
    yield Line(f"the same, {len(divided.sectors) - len(world.sectors)} sectors divided first", _size(world),
               "a solve of the undivided world", times["all"], times["whole"])


def _by_use(timed: Timed) -> Line:
    """Sourcing by use beside common sourcing."""
    what, beside = "sourcing by use", "common sourcing"
    if not os.environ.get(TEST_DATA):
        return Line(what, "WIOD 2008", beside, note=f"skipped, {TEST_DATA} is unset")
    world = wiod()
    scenario = measure(world)
    tasks = {rule: partial(mp.solve, world, scenario, sourcing=rule) for rule in ("common", "by-use")}
    for task in tasks.values():
        task()
    times = timed(tasks)
    memory = [sum(part.nbytes for part in jax.tree.leaves(economy_of(world, scenario, rule)) if hasattr(part, "nbytes"))
              for rule in ("by-use", "common")]
    return Line(what, _size(world), beside, times["by-use"], times["common"], "below 1.5 s",
                f"arrays of {memory[0] / 1e6:.0f} MB beside {memory[1] / 1e6:.1f} MB")


def _gradient(world: mp.World, timed: Timed, target: str) -> Line:
    """Real income of one country in all tariffs, its own solve included, beside a solve."""
    scenario, outcome = measure(world), f"real_income[{world.countries[1]}]"
    tasks = {"solve": lambda: mp.solve(world, scenario), "gradient": lambda: mp.gradient(world, scenario, outcome)}
    tasks["gradient"]()
    times = timed(tasks)
    return Line("the gradient in all tariffs", _size(world), "a solve", times["gradient"], times["solve"], target)


def _exposure(world: mp.World) -> Line:
    """Everybody's income by everybody's productivity, beside a solve."""
    scenario = measure(world)
    tasks = {"solve": lambda: mp.solve(world, scenario), "exposure": lambda: mp.exposure(world, scenario)}
    tasks["exposure"]()
    times = in_turn(tasks, 1, 1)
    return Line("exposure of all to all", _size(world), "a solve", times["exposure"], times["solve"])
