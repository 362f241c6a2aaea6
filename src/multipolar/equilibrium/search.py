"""The search for an equilibrium: what is tried, in which order, before an answer is refused.

Accelerated sweeps first, with the unknowns of each country moved together; then short steps, each unknown by itself;
Newton-Krylov; then a path from an economy that is easy to solve (the measures' size, then deficits and transfers, grow
from nothing). Nothing here is tuned to a case.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import jax
import numpy as np
from jax import Array

from multipolar.equilibrium.blocks.block import Block
from multipolar.equilibrium.economy import cut, pad, padded_size, resting_state, unchanging, widened
from multipolar.equilibrium.equations import Economy, State
from multipolar.equilibrium.solver import STEEP, TOLERANCE, Attempt, accelerate, newton
from multipolar.equilibrium.wedges import Offer, Wedges, added
from multipolar.world.tables import FloatArray
from multipolar.world.world import World

QUICK_SWEEPS = 600
FINER = 0.01
"""The part of the tolerance to which a solution is followed whose certificate falls short."""
PATIENT_SWEEPS = 3000
SHORT_MIXING = 0.25
NEWTON_STEPS = 30
SMALLEST_ADVANCE = 1e-4
"""The path ends where it cannot advance by this part of the whole."""

ALMOST_CLOSED = 1e-13
"""The part of itself to which a flow shrinks along the path before it is closed exactly."""

RUNAWAY_WAGE = 15.0
"""A search that fails with a log wage change beyond this ran along a ray, on which there is no equilibrium."""

NO_WAGE = 36.0
"""A log wage change beyond this, a factor of 2^-52, is no solution whatever the residual: what pays for such a wage is
lost in the rounding of everything else."""

DISTINCT = 1e-2
"""Blocks' unknowns that differ by more than this belong to different equilibria."""

COARSER = 1e6
"""Times the tolerance: where a search from another start is looked at before it goes on."""

SMALLEST_MARKET = 1e-300
"""Keeps the mean price of a good that nobody sells defined; it is not used."""

EMPTY_PURSE = 0.05
"""Spending below this part of factor income, and falling, is a budget that cannot be met."""


@dataclass(frozen=True)
class Found:
    """Where a search ended. `status` is solved, unpayable, wage ray or failed.

    `purse` is the smallest I'/Omega' of a country there; `reached` the part of the path that was followed.
    """

    state: State
    residual: float
    iterations: int
    method: str
    purse: float
    status: str
    reached: float = 1.0


def search(world: World, economy: Economy, base: Callable[[], Economy]) -> Found:
    """An equilibrium of `economy`; `base` makes the same economy with base-year trade costs, if a path is needed.

    Arrays are NumPy and unpadded; so is the state returned. JAX works in float64 inside this call only.
    """
    countries, sectors = len(economy.factor_income), len(economy.trade_elasticity)
    size = padded_size(countries, sectors, len(economy.spending))
    with jax.enable_x64(True):
        found = _attempt(pad(_held(economy, world), *size), lambda: pad(base(), *size))
    return replace(found, state=cut(found.state, economy))


def _held(economy: Economy, world: World) -> Economy:
    """The economy with what no policy changed as JAX already holds it: that is not handed over at every solve."""
    if padded_size(*world.tables.output.shape) != world.tables.output.shape:
        return economy
    same = unchanging(world)
    ours: dict[str, Any] = {name: values for name, values in _in_jax(world).items()
                            if getattr(economy, name) is same[name]}
    return economy._replace(**ours)


@lru_cache(maxsize=4)
def _in_jax(world: World) -> dict[str, jax.Array]:
    """`unchanging` as JAX holds it, in float64."""
    return {name: jax.device_put(values) for name, values in unchanging(world).items()}


def _attempt(economy: Economy, base: Callable[[], Economy]) -> Found:
    """Direct attempts, then the path."""
    start = resting_state(economy)
    found = _direct(economy, start)
    if found.status == "solved":
        return found
    return _path(economy, base(), start, found.iterations)


def _direct(economy: Economy, start: State, patient: bool = True) -> Found:
    """Accelerated sweeps from `start`; if they fail, with short steps and every unknown by itself; then Newton-Krylov
    from the best point."""
    found = _found(economy, accelerate(economy, start, 1.0, most_steps=QUICK_SWEEPS), "Anderson", 0)
    if found.status == "solved" or not patient:
        return found
    slow = _found(economy, accelerate(_each_by_itself(economy), start, SHORT_MIXING, most_steps=PATIENT_SWEEPS),
                  "Anderson, short steps", found.iterations)
    if slow.status == "solved":
        return slow
    best = min(found, slow, key=lambda attempt: attempt.residual)
    return _found(economy, newton(economy, best.state, most_steps=NEWTON_STEPS), "Newton-Krylov", slow.iterations)


def _each_by_itself(economy: Economy) -> Economy:
    """The economy whose unknowns are not moved together: far from the base year, its effects may mislead."""
    response: Any = np.broadcast_to(np.eye(economy.domestic_response.shape[1], dtype=np.float32),
                                    economy.domestic_response.shape)
    return economy._replace(domestic_response=response)


def _found(economy: Economy, attempt: Attempt, method: str, before: int) -> Found:
    """What an attempt came to. A root where somebody has nothing to spend, or a wage is nothing, solves nothing."""
    size, purse, state = float(attempt.residual), float(attempt.purse), attempt.state
    tolerance = TOLERANCE * min(1.0, STEEP / float(np.max(np.asarray(economy.trade_elasticity))))
    solved = size < tolerance and purse > 0 and float(np.abs(state.log_wage).max()) < NO_WAGE
    return Found(state, size if np.isfinite(size) else np.inf, before + int(attempt.steps), method, purse,
                 "solved" if solved else "failed")


def _path(economy: Economy, base: Economy, start: State, iterations: int) -> Found:
    """Follow the solution from the base year while the measures grow; if that ends, while deficits grow."""
    open_at = _openings(economy, base)
    measures = _follow(lambda part: _eased(economy, open_at, part, 1.0), start, iterations, "continuation in measures",
                       _slope_of_a_ray(economy))
    if measures.status == "solved":
        return measures
    money = _follow(lambda part: _eased(economy, open_at, 1.0, part), start, measures.iterations,
                    "continuation in deficits", np.inf)
    if money.status in ("solved", "unpayable") or measures.status == "failed":
        return money
    return replace(measures, iterations=money.iterations)


def _follow(economy_at: Callable[[float], Economy], start: State, iterations: int, method: str,
            ray: float) -> Found:
    """Advance from part 0 to part 1, halving the step where a solve fails and doubling it where one succeeds."""
    solved: list[tuple[float, Found]] = []
    advance, part = 0.5, 0.0
    while True:
        found = _direct(economy_at(part), solved[-1][1].state if solved else start, patient=advance < 0.1)
        iterations += found.iterations
        if found.status == "solved":
            solved.append((part, found))
            advance = min(2 * advance, 0.5)
        else:
            advance /= 2
        reached = solved[-1][0] if solved else 0.0
        if reached >= 1.0:
            return replace(found, iterations=iterations, method=method)
        if found.status != "solved" and (not solved or advance < SMALLEST_ADVANCE):
            return replace(found, iterations=iterations, method=method, status=_ending(found, solved, ray),
                           reached=reached, state=solved[-1][1].state if solved else found.state)
        part = min(1.0, reached + advance)


def _ending(last: Found, solved: list[tuple[float, Found]], ray: float) -> str:
    """Why a path stopped: a budget ran empty, a wage ran away, or neither."""
    wages = [np.asarray(found.state.log_wage) for _part, found in solved[-2:]]
    if len(wages) == 2:
        (before, previous), (after, final) = solved[-2:]
        if final.purse < EMPTY_PURSE and final.purse < previous.purse:
            return "unpayable"
        if np.abs(wages[1] - wages[0]).max() > ray * (after - before):
            return "wage ray"
    runaway = np.nanmax(np.abs([*wages, np.asarray(last.state.log_wage)]))
    return "wage ray" if runaway > RUNAWAY_WAGE else "failed"


def _openings(economy: Economy, base: Economy) -> Economy:
    """The base year's flows between countries that stay linked: where the path begins.

    A flow between components stays closed, since each component must balance its own budget all along the path.
    """
    linked = economy.component[:, None] == economy.component[None, :]
    return base._replace(kernel=base.kernel * linked, net_kernel=base.net_kernel * linked)


def _slope_of_a_ray(economy: Economy) -> float:
    """How fast a log wage moves with the path where only a vanishing flow pays for a country's goods.

    Along such a ray demand at the vanishing flow, its weight times w^-theta, stays constant: the log wage moves by
    1/theta of the weight's logarithm. A wage that has a limit slows down instead; a fifth of that pace tells which.
    """
    return float(-np.log(ALMOST_CLOSED) / np.max(economy.trade_elasticity) / 5)


def _eased(economy: Economy, base: Economy, measures: float, money: float) -> Economy:
    """The economy with the measures at a part of their way (geometrically) and deficits at a part of theirs."""
    arrays: dict[str, Any] = {
        "kernel": _between(base.kernel, economy.kernel, measures),
        "net_kernel": _between(base.net_kernel, economy.net_kernel, measures),
        "log_productivity": np.asarray(economy.log_productivity) * measures,
        "fixed_deficit": np.asarray(economy.fixed_deficit) * money,
        "deficit_rate": np.asarray(economy.deficit_rate) * money,
        "transfers": np.asarray(economy.transfers) * min(measures, money),
    }
    return economy._replace(**arrays)


def _between(base: Any, target: Any, part: float) -> FloatArray:
    """target^part base^(1 - part); a flow that will close shrinks to `ALMOST_CLOSED` of itself, then closes.

    Flows that the base year lacks are open all along.
    """
    base, target = np.asarray(base), np.asarray(target)
    ratio = np.divide(base, target, out=np.ones_like(target), where=(target > 0) & (base > 0))
    blended: FloatArray = target * ratio ** (1 - part)
    if part < 1:
        closing = (target == 0) & (base > 0)
        blended[closing] = base[closing] * ALMOST_CLOSED**part
    return blended


def refined(economy: Economy, found: Found) -> Found:
    """The same solution, followed to a hundredth of the tolerance; the best point reached where that is too much."""
    countries, sectors = len(economy.factor_income), len(economy.trade_elasticity)
    size = padded_size(countries, sectors, len(economy.spending))
    with jax.enable_x64(True):
        full = pad(economy, *size)
        attempt = accelerate(full, widened(found.state, full), 1.0, QUICK_SWEEPS, FINER)
        state = cut(attempt.state, economy)
    return replace(found, state=state, residual=float(attempt.residual),
                   iterations=found.iterations + int(attempt.steps))


def search_from(economy: Economy, log_wage: FloatArray) -> Found:
    """Where accelerated sweeps end that start from these wages (country,), with prices and spending to match.

    A scenario is answered by `search`, which starts from the base year; this one tells whether there are other answers.
    """
    countries, sectors = len(economy.factor_income), len(economy.trade_elasticity)
    size = padded_size(countries, sectors, len(economy.spending))
    sold = np.asarray(economy.kernel)
    price = sold @ log_wage / np.maximum(sold.sum(axis=3), SMALLEST_MARKET)
    unknown: dict[str, Any] = {"log_wage": log_wage, "log_price": np.where(economy.traded, price, 0.0),
                               "log_spending": np.where(economy.traded, log_wage, 0.0)}
    with jax.enable_x64(True):
        padded = pad(_each_by_itself(economy), *size)
        start = jax.tree.map(np.asarray, widened(resting_state(economy)._replace(**unknown), padded))
        found = _direct(padded, start, patient=False)
    return replace(found, state=cut(found.state, economy))


def found_elsewhere(economy: Economy, found: Found) -> tuple[tuple[Found, ...], int]:
    """Equilibria that searches from the blocks' other starts end in and that are not `found`, each once; and how many
    of these searches ended without one."""
    starts = [block.other_starts() for block in economy.blocks]
    count = max(map(len, starts), default=0)
    if not count:
        return (), 0
    countries, sectors = len(economy.factor_income), len(economy.trade_elasticity)
    others: list[Found] = []
    failed = 0
    with jax.enable_x64(True):
        full = jax.tree.map(jax.numpy.asarray, pad(economy, *padded_size(countries, sectors, len(economy.spending))))
        for number in range(count):
            blocks: Any = tuple(own[number] if number < len(own) else have
                                for own, have in zip(starts, found.state.blocks, strict=True))
            start = widened(found.state._replace(blocks=blocks), full)
            # Most searches come back to what is known: that shows long before the last digits.
            near = accelerate(full, start, 1.0, QUICK_SWEEPS, COARSER)
            known = (found.state, *(one.state for one in others))
            if not all(_apart(cut(near.state, economy), one) for one in known):
                continue
            again = _found(full, accelerate(full, near.state, 1.0, QUICK_SWEEPS), "Anderson, from another start",
                           int(near.steps))
            if again.status != "solved":
                failed += 1
            elif all(_apart(cut(again.state, economy), one) for one in known):
                others.append(replace(again, state=cut(again.state, economy)))
    return tuple(others), failed


def _apart(one: State, other: State) -> bool:
    """Whether two states differ by more than the tolerance of a search explains."""
    return max(float(np.abs(np.asarray(mine) - np.asarray(theirs)).max(initial=0.0))
               for mine, theirs in zip(one.blocks, other.blocks, strict=True)) > DISTINCT


@jax.jit
def _offers(wedges: Wedges, blocks: tuple[Block, ...], unknowns: tuple[Array, ...]) -> Offer:
    """The sum of what blocks offer, compiled."""
    return added(wedges, [block.offer(x) for block, x in zip(blocks, unknowns, strict=True)])


def offered(economy: Economy, state: State) -> tuple[FloatArray, FloatArray, FloatArray | None]:
    """What the blocks' unknowns melt and earn at the wedges (cell,), and melt by (exporter, importer) where one acts
    on pairs; in logs, without padding."""
    cells, countries = int(np.count_nonzero(economy.wedges.landed)), len(economy.factor_income)
    if not economy.blocks:
        return np.zeros(cells), np.zeros(cells), None
    with jax.enable_x64(True):
        total = _offers(economy.wedges, economy.blocks, state.blocks)
    pairs = None if total.pairs is None else np.asarray(total.pairs)[:countries, :countries]
    return np.asarray(total.burned)[:cells], np.asarray(total.rent)[:cells], pairs
