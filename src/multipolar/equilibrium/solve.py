"""solve(world, scenario) -> Outcome: existence first, then the search, then the certificate."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from multipolar.catalogue import _
from multipolar.equilibrium.certificate import (
    TOLERANCE,
    Certificate,
    block_residuals,
    installed_versions,
    one_way_misfit,
    residuals,
)
from multipolar.equilibrium.economy import (
    assemble,
    base_year,
    by_industry,
    kernels,
    resource_elasticity,
    resource_share,
)
from multipolar.equilibrium.existence import Existence, assess
from multipolar.equilibrium.horizons import as_closed
from multipolar.equilibrium.levels import Levels
from multipolar.equilibrium.outcome import Outcome, Outcomes
from multipolar.equilibrium.structure import Structure, Substitution
from multipolar.errors import InputError, MultipolarError, NoEquilibrium, NotConverged, UnknownName
from multipolar.measures.combine import Policy, combine
from multipolar.measures.scenario import Closure, Deficits, Horizon, Scenario, Sourcing
from multipolar.world.world import World

DEFICIT_RULES: tuple[Deficits, ...] = ("fixed", "zero", "proportional")
HORIZONS: tuple[Horizon, ...] = ("long", "short")
SOURCINGS: tuple[Sourcing, ...] = ("common", "by-use")

SMALLEST_SHARE = 1e-300
"""Keeps the resource's share of value added defined where an industry has none."""

ONE_WAY_TOLERANCE = 1e-6
"""A flow that nothing flows back against must equal what pays for it to this part of itself."""


@dataclass(frozen=True)
class Posed:
    """A scenario under its closure, and what it asks of which base year.

    `reshaped` is the world as the measures need it, with the parameters of the horizon; `base` the same solved again
    without deficits where the rule is "zero".
    """

    scenario: Scenario
    reshaped: World
    base: World
    policy: Policy


@dataclass(frozen=True)
class Solved:
    """An equilibrium: in levels, as the arrays it was solved for, and how exactly it holds."""

    levels: Levels
    economy: Any
    state: Any
    existence: Existence
    residual: float
    sweep: float
    residuals: dict[str, float]
    iterations: int
    method: str
    others: tuple["Solved", ...] = ()
    unended: int = 0
    """How many searches from other starts ended without an equilibrium."""


def solve(world: World, scenario: Scenario, *, deficits: Deficits | None = None, horizon: Horizon | None = None,
          sourcing: Sourcing | None = None, other_equilibria: bool = True) -> Outcome:
    """The equilibrium of `world` under `scenario`, in exact changes (Dekle, Eaton & Kortum 2008).

    Args:
        world: a base year.
        scenario: measures, and how the model is closed.
        deficits: "fixed", "zero" or "proportional"; overrides the scenario's.
        horizon: "long" or "short"; overrides the scenario's.
        sourcing: "common" or "by-use"; overrides the scenario's.
        other_equilibria: where a mechanism can have several equilibria (thick markets in settlement), search from its
            other starts as well; what is found stands in the outcome's `others`.

    Returns:
        An outcome, whose results are relative to the scenario's baseline where it names one. Under "zero" the base
        year is first solved again without deficits, and every change is relative to that.

    Raises:
        ScenarioError, UnknownName: the scenario does not fit the world.
        NoEquilibrium: none exists or none was found; says why and which deficit rules would do.
        NotConverged: every method ended short of the tolerance.
    """
    started = time.perf_counter()
    posed = pose(world, scenario, deficits, horizon, sourcing)
    scenario, base, policy = posed.scenario, posed.base, posed.policy
    rule = scenario.closure.deficits
    solved = find(base, policy, rule, other_equilibria)
    baseline = scenario.baseline_scenario()
    relative_to = solve(scenario.divide(world), baseline, **scenario.closure.model_dump(),
                        other_equilibria=False) if baseline else None
    outcomes = [_outcome(world, posed, one, time.perf_counter() - started, relative_to)
                for one in (*solved.others, solved)]
    outcomes[-1].others = tuple(outcomes[:-1])
    return outcomes[-1]


def _outcome(world: World, posed: Posed, solved: Solved, seconds: float, relative_to: Outcome | None) -> Outcome:
    """An equilibrium with its certificate."""
    scenario, policy, closure = posed.scenario, posed.policy, posed.scenario.closure
    certificate = Certificate(
        residual=solved.residual, sweep=solved.sweep, residuals=solved.residuals, iterations=solved.iterations,
        method=solved.method, seconds=seconds, existence=solved.existence.answer,
        components=int(solved.existence.components.max()) + 1, deficits=closure.deficits,
        horizon=closure.horizon, sourcing=closure.sourcing, world_name=world.name,
        world_hash=world.hash, scenario_name=scenario.name,
        scenario_hash=scenario.hash(world, made=(posed.base, policy) if posed.base is posed.reshaped else None),
        versions=installed_versions(), dropped=policy.dropped,
        notes=(policy.notes + _block_notes(solved.levels) + _component_notes(world, solved.existence)
               + _number_note(posed.base, policy, solved.existence) + _several_notes(solved)))
    return Outcome(solved.levels, certificate, scenario, relative_to)


def solve_many(world: World, scenarios: Sequence[Scenario], *, on_error: Literal["raise", "record"] = "raise",
               deficits: Deficits | None = None, horizon: Horizon | None = None, sourcing: Sourcing | None = None,
               progress: Callable[[int], Any] | None = None) -> Outcomes:
    """Solve several scenarios; results get a leading axis `scenario`.

    Args:
        world: a base year.
        scenarios: what to solve, in order.
        on_error: "raise" stops at the first refusal; "record" keeps it as a row with its reason.
        deficits: overrides every scenario's rule.
        horizon: overrides every scenario's horizon.
        sourcing: overrides every scenario's sourcing.
        progress: called with the number of scenarios done, after each.

    Raises:
        InputError: `on_error` is neither "raise" nor "record". With "raise", whatever `solve` raises.
    """
    if on_error not in ("raise", "record"):
        raise InputError(_("on_error is {given!r}; it must be 'raise' or 'record'.", given=on_error))
    results: list[Outcome | MultipolarError] = []
    for number, scenario in enumerate(scenarios, start=1):
        try:
            results.append(solve(world, scenario, deficits=deficits, horizon=horizon, sourcing=sourcing))
        except (NoEquilibrium, NotConverged, InputError) as error:
            if on_error == "raise":
                raise
            results.append(error)
        if progress:
            progress(number)
    return Outcomes(tuple(scenarios), tuple(results))


@lru_cache(maxsize=4)
def without_deficits(world: World) -> World:
    """The base year solved again with D = 0 and no measure: the world that changes under "zero" are relative to."""
    solved = find(world, combine(world, []), "zero")
    levels, tables = solved.levels, world.tables
    resource = levels.shares["resource"]
    of_value_added = resource / np.maximum(resource + levels.shares["value_added"], SMALLEST_SHARE)
    # sigma_R is a technique and stays; the supply elasticity that goes with it at the new share does not.
    supply = resource_elasticity(world).T * (1 - resource) / np.maximum(resource, SMALLEST_SHARE)
    return replace(
        world, name=_("{name}, deficits zero", name=world.name),
        tables=replace(tables, trade=levels.trade, inputs=levels.inputs, final=levels.final, **_uses(levels)),
        parameters=replace(world.parameters, resource_share=of_value_added.T,
                           supply_elasticity=np.where(resource > 0, supply, 0.0).T))


def _closed(scenario: Scenario, deficits: Deficits | None, horizon: Horizon | None,
            sourcing: Sourcing | None) -> Scenario:
    """The scenario under the closure to use."""
    own = scenario.closure
    closure = Closure(
        deficits=_known(deficits or own.deficits, DEFICIT_RULES, _("deficit rule")),
        horizon=_known(horizon or own.horizon, HORIZONS, _("horizon")),
        sourcing=_known(sourcing or own.sourcing, SOURCINGS, _("sourcing")))
    return scenario.model_copy(update={"closure": closure})


def _uses(levels: Levels) -> dict[str, Any]:
    """Who uses what from whom, where the world records it."""
    if not levels.world.records_uses:
        return {}
    landed = levels.landed_by_group / levels.world.tables.landed_over_recorded
    return {"to_users": np.moveaxis(landed[:-1], 0, 3), "to_final": landed[-1]}


def _known(value: Any, allowed: Sequence[str], kind: str) -> Any:
    """The value, if it is one of those allowed."""
    if value not in allowed:
        raise UnknownName(str(value), kind, allowed)
    return value


def pose(world: World, scenario: Scenario, deficits: Deficits | None = None, horizon: Horizon | None = None,
         sourcing: Sourcing | None = None) -> Posed:
    """What is to be solved: the scenario closed, the world reshaped, the measures lowered to one policy."""
    scenario = _closed(scenario.resolved(), deficits, horizon, sourcing)
    reshaped = as_closed(scenario.reshape(world), scenario.closure.horizon, scenario.closure.sourcing)
    base = without_deficits(reshaped) if scenario.closure.deficits == "zero" else reshaped
    return Posed(scenario, reshaped, base, scenario.policy(base))


def find(world: World, policy: Policy, rule: Deficits, other_equilibria: bool = False) -> Solved:
    """Existence, search, certificate, in this order; raises rather than return anything else than an equilibrium."""
    kernel, net_kernel = kernels(world, policy)
    existence = assess(_structure(world, policy, rule, kernel, net_kernel))
    if existence.answer == "none":
        raise NoEquilibrium(existence.reason, existence.message, countries=existence.countries, goods=existence.goods,
                            closures=existence.closures)
    from multipolar.equilibrium.search import found_elsewhere, search

    parts = existence.bought, existence.living_industries, existence.components
    economy = assemble(world, policy, rule, kernel, net_kernel, *parts)
    base = base_year(world)
    found = search(world, economy, lambda: assemble(world, policy, rule, base.kernel, base.net_kernel, *parts))
    if found.status != "solved":
        raise _refusal(world, _levels(world, policy, rule, economy, existence, found.state), found)
    solved = _finished(world, policy, rule, economy, existence, found)
    if not other_equilibria:
        return solved
    elsewhere, unended = found_elsewhere(economy, found)
    return replace(solved, unended=unended, others=tuple(
        _finished(world, policy, rule, economy, existence, one) for one in elsewhere))


def _finished(world: World, policy: Policy, rule: Deficits, economy: Any, existence: Existence, found: Any) -> Solved:
    """The year in levels of a search's end, certified; where that falls short, after following it more strictly."""
    from multipolar.equilibrium.search import refined

    levels = _levels(world, policy, rule, economy, existence, found.state)
    errors = _errors(levels, economy, found.state)
    if max(errors.values()) > TOLERANCE:
        # Where little value is added, prices magnify what is left of the residual: go on from here, more strictly.
        found = refined(economy, found)
        levels = _levels(world, policy, rule, economy, existence, found.state)
        errors = _errors(levels, economy, found.state)
    return _certified(levels, errors, economy, existence, found)


def _levels(world: World, policy: Policy, rule: Deficits, economy: Any, existence: Existence, state: Any) -> Levels:
    """The counterfactual year of a solved state."""
    from multipolar.equilibrium.search import offered

    sectors = len(world.sectors)
    return Levels(world, policy, rule, np.exp(state.log_wage), np.exp(state.log_price),
                  np.where(economy.traded, np.exp(state.log_spending), 0.0),
                  np.exp(by_industry(state.log_resource_rent, economy.resource_sector, sectors)).T,
                  np.exp(by_industry(state.log_capital_rent, economy.capital_sector, sectors)).T,
                  *offered(economy, state),
                  existence.components, existence.living_industries,
                  tuple(zip(economy.blocks, state.blocks, strict=True)))


def _errors(levels: Levels, economy: Any, state: Any) -> dict[str, float]:
    """The residual of every equation and block."""
    return residuals(levels) | block_residuals(levels, economy.blocks, state.blocks)


def _all_users(kernel: Any) -> Any:
    """A kernel of all groups of users together."""
    return kernel[0] if len(kernel) == 1 else kernel.sum(axis=0)


def _structure(world: World, policy: Policy, rule: Deficits, kernel: Any, net_kernel: Any) -> Structure:
    """What existence needs to know."""
    base, tables, parameters = base_year(world), world.tables, world.parameters
    return Structure(
        kernel=_all_users(kernel), net_kernel=_all_users(net_kernel), input_shares=base.input_needs,
        value_added_share=base.value_added_share.T, final_shares=base.final_shares[-1].T, active=tables.output > 0,
        deficit=tables.deficit, transfers=policy.transfers, factor_income=tables.factor_income, deficit_rule=rule,
        countries=world.countries, sectors=world.sectors,
        kernel_by_use=kernel if len(kernel) > 1 else None, given=policy.gifts.T > 0,
        substitution=Substitution(
            value_added=parameters.value_added_elasticity, inputs=parameters.input_elasticity,
            final_demand=parameters.final_demand_elasticity, trade=parameters.trade_elasticity,
            resource=resource_elasticity(world).T, resource_share=resource_share(world).T,
            productivity=policy.productivity))


def _certified(levels: Levels, errors: dict[str, float], economy: Any, existence: Existence, found: Any) -> Solved:
    """The answer with its residuals, or NotConverged where they exceed the tolerance."""
    worst = max(errors, key=errors.__getitem__)
    if not (errors[worst] <= TOLERANCE and (levels.consumption > 0).all()):
        raise NotConverged(_("The search ended ({method}, {iterations} sweeps), but {equation} holds only to "
                             "{residual:.1e}; an answer must hold to {tolerance:.0e}. Nothing is reported. Try smaller "
                             "measures, or another deficit rule.", method=found.method, iterations=found.iterations,
                             equation=worst, residual=errors[worst], tolerance=TOLERANCE))
    if one_way_misfit(levels, existence.strong) > ONE_WAY_TOLERANCE:
        raise NotConverged(_("The search ended where goods flow one way without being paid for. Nothing is reported. "
                             "Try another deficit rule."))
    return Solved(levels, economy, found.state, existence, max(found.residual, errors[worst]), found.residual, errors,
                  found.iterations, found.method)


def _refusal(world: World, levels: Levels, found: Any) -> MultipolarError:
    """The exception for a search that found no equilibrium."""
    wages = np.abs(np.log(levels.wage))
    others = tuple(rule for rule in DEFICIT_RULES if rule != levels.rule)
    if found.status == "unpayable":
        purse = levels.final_spending / np.where(levels.factor_income > 0, levels.factor_income, 1.0)
        poorest = world.countries[int(np.argmin(purse))]
        return NoEquilibrium("unpayable", _(
            "No equilibrium was found: following it while deficits and transfers grow from nothing, it ends at "
            "{part:.1%} of them, where {country} has nothing left to spend. None found along this path is no proof "
            "that there is none. Try deficits='{first}' or '{second}'.", part=found.reached, country=poorest,
            first=others[0], second=others[1]), countries=(poorest,), closures=others)
    if found.status == "wage ray":
        country = world.countries[int(np.argmax(wages))]
        return NoEquilibrium("wage ray", _(
            "No equilibrium was found: the wage of {country} runs away (log change {size:.1f}) at {part:.1%} of the "
            "way from the base year. None found along this path is no proof that there is none.", country=country,
            size=float(wages.max()), part=found.reached), countries=(country,), closures=others)
    return NotConverged(_(
        "The search did not converge: accelerated sweeps, short steps, Newton-Krylov and a path from the base year all "
        "ended (at {part:.1%} of the path) with a residual of {residual:.1e}. Nothing is reported.",
        part=found.reached, residual=found.residual))


def _number_note(world: World, policy: Policy, existence: Existence) -> tuple[str, ...]:
    """A sentence where several equilibria are ordinary: little substitution, and goods with one supplier, abroad."""
    own = world.parameters
    if min(own.value_added_elasticity, own.input_elasticity, own.final_demand_elasticity) >= 1:
        return ()
    open_cells = (kernels(world, policy)[0] > 0) & existence.living_industries.T[:, None, :]
    home = np.asarray(open_cells.diagonal(axis1=2, axis2=3))
    single = (open_cells.sum(axis=3) == 1) & ~home & existence.bought.transpose(0, 2, 1)
    if not single.any():
        return ()
    return (_("Some goods have a single supplier abroad and little takes their place, so there may be several "
              "equilibria. This one is the one continued from the base year."),)


def _block_notes(levels: Levels) -> tuple[str, ...]:
    """What blocks say about their solved unknowns."""
    return tuple(note for block, unknown in levels.blocks for note in block.notes(levels, unknown))


def _several_notes(solved: Solved) -> tuple[str, ...]:
    """Sentences on equilibria found from other starts, and on searches that found none."""
    notes = []
    if solved.others:
        notes.append(_("{count} equilibria were found from different starts. This one is the one continued from the "
                       "base year; the others are in the outcome's `others`.", count=len(solved.others) + 1))
    if solved.unended:
        notes.append(_("{count} of the searches from other starts ended without an equilibrium.",
                       count=solved.unended))
    return tuple(notes)


def _component_notes(world: World, existence: Existence) -> tuple[str, ...]:
    """A sentence on countries that no payment links to the others."""
    labels = existence.components
    if labels.max() == 0:
        return ()
    largest = np.bincount(labels).argmax()
    apart = [code for code, label in zip(world.countries, labels, strict=True) if label != largest]
    return (_("No payment links {countries} to the rest of the world any more. Each set of linked countries has its "
              "own numeraire: nominal comparisons between them are conventions.", countries=", ".join(apart)),)
