"""Checks of answers by the second implementation of the tests, and by one linear programme over the graph of payments.

Nothing of the solver or of existence is used: only the numbers of a world and what measures do to each flow.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from scipy.optimize import least_squares, root
from tests.reference.implementation import (
    Base,
    Change,
    equilibrium,
    everything,
    part,
    system,
    unknowns,
    without_deficits,
)

import multipolar as mp
from benchmarks.stress_worlds import Case
from multipolar.variables import variable

AGREEMENT = 1e-8
"""How far apart two implementations may be."""
STARTS = 5
LONGEST = 12.0
"""Bounds of log factor prices in the least-squares search."""
SPREAD = 0.05
"""Standard deviation of the log factor prices about an answer from which it is sought again."""
SOLVED = 1e-9
"""Largest relative excess demand of a solution that the search for another one has found."""
PAID = 1e-6
"""The part of a country's trade to which such a solution must be paid for; along a wage ray it never is."""
SECONDS = 20.0
"""The most processor time that is spent on looking for another solution of one world."""
MOST_JACOBIANS = 20
"""Evaluations in one search of a start, in numbers of unknowns."""


def posed(case: Case, outcome: mp.Outcome | None = None) -> tuple[Base, Change, str]:
    """The base year, what measures do to each flow, and the deficit rule.

    The base year without deficits is sought from the base year; if that fails, from near the one `outcome` has.
    """
    world, rule, horizon = case.world, case.scenario.closure.deficits, case.scenario.closure.horizon
    base = Base.of(world, horizon)
    if rule == "zero":
        starts: list[Any] = [None]
        if outcome is not None:
            tables, held = outcome.world.tables, outcome.world.parameters.resource_share
            resource = part(tables.value_added, tables.output) * (0.0 if held is None else held.T)
            after = Base(tables.trade, tables.inputs, tables.final, tables.tariffs, base.theta, resource=resource,
                         rho=base.rho)
            starts.append(_near(base, Change.none(base), after.labour / base.labour, _ratio(after.land, base.land),
                                _ratio(after.capital, base.capital), case.seed))
        base = _first(partial(without_deficits, base), starts)
    policy, change = case.scenario.policy(world), Change.none(base)
    for cells, values, target in ((policy.tariff_cells, policy.tariff_rates, change.tariffs),
                                  (policy.iceberg_cells, policy.iceberg_factors, change.iceberg),
                                  (policy.lifted, policy.latent_shares, change.latent)):
        target[cells.exporter, cells.sector, cells.importer] = values
    change.closed[policy.closed.exporter, policy.closed.sector, policy.closed.importer] = True
    change.productivity[:], change.transfers[:] = policy.productivity, policy.transfers
    return base, change, rule


def solved_again(case: Case, outcome: mp.Outcome) -> tuple[str, float, str]:
    """Where the second implementation found the equilibrium from, how far the answers are apart, and in which variable.

    It starts at the base year; if that fails or ends in another equilibrium, near the outcome. The distance of a
    variable is relative to itself; of small ones in percent to ten, so to a tenth of the base year, and in money to a
    hundredth of the largest final spending.

    Raises:
        ArithmeticError: it found none.
    """
    base, change, rule = posed(case, outcome)
    levels = outcome.levels
    starts = [None, _near(base, change, levels.wage, levels.resource_rent, levels.capital_rent, case.seed)]
    worst = "", np.inf, ""
    for name, start in zip(("from the base year", "from near the answer"), starts, strict=True):
        try:
            with np.errstate(all="ignore"):
                expected = everything(base, change, equilibrium(base, change, rule, start))
        except ArithmeticError:
            continue
        apart = {row: _distance(outcome.values(row), np.asarray(theirs), _unit(row, outcome))
                 for row, theirs in expected.items()}
        farthest = max(apart, key=apart.__getitem__)
        worst = min(worst, (name, apart[farthest], farthest), key=lambda found: found[1])
        if worst[1] <= AGREEMENT:
            return worst
    if not worst[0]:
        raise ArithmeticError("the second implementation found no equilibrium")
    return worst


def _unit(name: str, outcome: mp.Outcome) -> float:
    """The smallest size that a variable's distance is relative to: a change by a tenth, or 1 % of final spending."""
    percent = "percent" in variable(name).unit
    return 10.0 if percent else float(outcome.world.tables.final_spending.max()) / 100


def _distance(ours: Any, theirs: Any, unit: float) -> float:
    """The largest relative difference; infinite where one has a number and the other none."""
    known = ~np.isnan(ours)
    if not np.array_equal(known, ~np.isnan(theirs)):
        return np.inf
    gaps = np.abs(ours - theirs)[known] / (np.abs(theirs[known]) + unit)
    return float(gaps.max(initial=0.0))


def _near(base: Base, change: Change, wage: Any, rent: Any, yield_: Any, seed: int) -> Any:
    """Logs of factor prices in the order of `system`, each moved a little at random."""
    logs = unknowns(base, change, wage, rent, yield_)
    return logs + np.random.default_rng(seed).normal(0.0, SPREAD, len(logs))


def _ratio(after: Any, before: Any) -> Any:
    return np.where(before > 0, after, 1.0) / np.where(before > 0, before, 1.0)


def _first(attempt: Callable[[Any], Any], starts: list[Any]) -> Any:
    """What the first attempt that succeeds comes to; the error of the last if none does."""
    for start in starts[:-1]:
        try:
            with np.errstate(all="ignore"):
                return attempt(start)
        except ArithmeticError:
            continue
    with np.errstate(all="ignore"):
        return attempt(starts[-1])


class TimeIsUp(Exception):
    """The search for another solution took too long."""


def another_solution(case: Case) -> tuple[bool, int, int]:
    """Whether the second implementation solves what was refused; starts searched to their end; number of unknowns.

    From each start first its own root finder, then bounded least squares; for `SECONDS` in all.

    Raises:
        ArithmeticError: the base year without deficits was not found.
    """
    base, change, rule = posed(case)
    excess, size, at = system(base, change, rule)
    until = time.process_time() + SECONDS

    def timed(logs: Any) -> Any:
        if time.process_time() > until:
            raise TimeIsUp
        try:
            gaps = excess(logs)
        except np.linalg.LinAlgError:
            gaps = np.full(size, np.inf)
        return np.clip(np.nan_to_num(gaps, nan=1e6), -1e6, 1e6)

    ended = 0
    with np.errstate(all="ignore"):
        try:
            for start in _starts(case.seed, size):
                for found in _searches(timed, start):
                    if np.abs(timed(found)).max() < SOLVED and _paid_for(change, at(found)):
                        return True, ended, size
                ended += 1
        except TimeIsUp:
            pass
    return False, ended, size


def _starts(seed: int, size: int) -> Iterator[Any]:
    """The base year, and factor prices drawn at random."""
    draw = np.random.default_rng(seed)
    for number in range(STARTS):
        yield draw.normal(0.0, 1.0, size) if number else np.zeros(size)


def _searches(excess: Callable[[Any], Any], start: Any) -> Iterator[Any]:
    """Where a root finder and bounded least squares end."""
    yield root(excess, start, method="hybr", options={
        "xtol": 1e-15, "maxfev": MOST_JACOBIANS * (len(start) + 1)}).x
    yield least_squares(excess, start, bounds=(-LONGEST, LONGEST), max_nfev=MOST_JACOBIANS, xtol=1e-15, ftol=1e-15,
                        gtol=1e-15).x


def _paid_for(change: Change, found: Any) -> bool:
    """Whether every country has something to spend and pays for what it buys."""
    given = found.deficit + change.transfers
    income = found.omega + (change.tariffs * found.trade).sum(axis=(0, 1)) + given
    abroad = found.trade.sum(axis=1) * ~np.eye(len(given), dtype=bool)
    unpaid = np.abs(abroad.sum(axis=0) - abroad.sum(axis=1) - given)
    return bool(income.min() > 0 and (unpaid <= PAID * (abroad.sum(axis=0) + abroad.sum(axis=1))).all())
