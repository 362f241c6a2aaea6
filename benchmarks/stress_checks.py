"""Checks of answers by the second implementation of the tests, and by one linear programme over the graph of payments.

Nothing of the solver or of existence is used: only the numbers of a world and what measures do to each flow.
"""

from typing import Any

import numpy as np
from scipy.optimize import least_squares, linprog
from scipy.sparse import coo_array
from tests.reference.implementation import Base, Change, in_use, prices, system, weights, without_deficits

import multipolar as mp
from benchmarks.stress_worlds import Case

MOST_UNKNOWNS = 40
"""Larger systems of factor prices are not searched again: their Jacobians are found by differences."""
STARTS = 5
LONGEST = 12.0
"""Bounds of log factor prices in the least-squares search."""
NO_FLOW = 1e-9


def posed(case: Case) -> tuple[Base, Change, str]:
    """The base year, what measures do to each flow, and the deficit rule."""
    world, rule, horizon = case.world, case.scenario.closure.deficits, case.scenario.closure.horizon
    base = Base.of(world, horizon)
    if rule == "zero":
        base = without_deficits(base)
    policy, change = case.scenario.policy(world), Change.none(base)
    for cells, values, target in ((policy.tariff_cells, policy.tariff_rates, change.tariffs),
                                  (policy.iceberg_cells, policy.iceberg_factors, change.iceberg),
                                  (policy.lifted, policy.latent_shares, change.latent)):
        target[cells.exporter, cells.sector, cells.importer] = values
    change.closed[policy.closed.exporter, policy.closed.sector, policy.closed.importer] = True
    change.productivity[:], change.transfers[:] = policy.productivity, policy.transfers
    return base, change, rule


def misfit(case: Case, outcome: mp.Outcome) -> float | None:
    """How far the reported factor prices are from clearing every market for factors, and trade from what they imply.

    None where the base year without deficits could not be found.
    """
    try:
        base, change, rule = posed(case)
    except ArithmeticError:
        return None
    excess, _unknowns, at = system(base, change, rule)
    weight = weights(base, change)
    ones = np.ones_like(base.output)
    used = in_use(base, weight, prices(base, change, weight, (np.ones(len(base.output)), ones, ones))[0])
    levels = outcome._levels
    logs = np.log(np.concatenate([levels.wage, levels.resource_rent[used & (base.land > 0)],
                                  levels.capital_rent[used & (base.capital > 0)]]))
    trade = np.abs(at(logs).trade - outcome.values("trade")).max() / outcome.values("trade").max()
    return float(max(np.abs(excess(logs, pinned=False)).max(), trade))


def another_solution(case: Case) -> bool | None:
    """Whether Newton from several starts, or bounded least squares, solves what was refused; None if too large."""
    try:
        base, change, rule = posed(case)
    except ArithmeticError:
        return None
    excess, unknowns, at = system(base, change, rule)
    if unknowns > MOST_UNKNOWNS:
        return None
    draw = np.random.default_rng(case.seed)
    for number in range(STARTS):
        start = draw.normal(0.0, 1.0, unknowns) if number else np.zeros(unknowns)
        with np.errstate(all="ignore"):
            found = least_squares(excess, start, bounds=(-LONGEST, LONGEST), max_nfev=100, xtol=1e-15, ftol=1e-15,
                                  gtol=1e-15)
            if np.abs(found.fun).max() < 1e-9:
                now = at(found.x)
                income = now.omega + (change.tariffs * now.trade).sum(axis=(0, 1)) + now.deficit + change.transfers
                if income.min() > 0:
                    return True
    return False


def certificate_holds(case: Case, reason: str) -> bool | None:
    """Whether there is no equilibrium for the given reason; None where these checks cannot tell."""
    try:
        base, change, rule = posed(case)
    except ArithmeticError:
        return None
    weight = weights(base, change)
    ones = np.ones_like(base.output)
    with np.errstate(all="ignore"):
        cost, price, _share = prices(base, change, weight, (np.ones(len(base.output)), ones, ones))
    if reason == "none: price":
        # Prices that have no fixed point are still rising after as many rounds as the iteration makes.
        lacking = (base.alpha > 0) & ~(price < 1e100)
        return bool(lacking.any()) if base.phi <= 1 else bool((lacking | (base.alpha == 0)).all(axis=0).any())
    if rule == "proportional" and np.abs(base.deficit).max() > 0:
        return None
    balance = change.transfers + (base.deficit if rule == "fixed" else 0.0)
    return not _flow_exists(base, change, weight, cost, np.isfinite(price), balance)


def _flow_exists(base: Base, change: Change, weight: Any, cost: Any, priced: Any, balance: Any) -> bool:
    """Whether some flow of money is positive on every edge of the graph of payments and meets every balance."""
    n, s = base.output.shape
    used = in_use(base, weight, cost)
    final, work, industry, good = (np.arange(n), n + np.arange(n), 2 * n + np.arange(n * s).reshape(n, s),
                                   2 * n + n * s + np.arange(n * s).reshape(n, s))
    edges = [(final[m], good[m, k]) for k, m in np.argwhere((base.alpha > 0) & priced)]
    edges += [(industry[m, k], good[m, g]) for g, m, k in np.argwhere((base.b > 0) & used[None] & priced[:, :, None])]
    bought = {payee for _payer, payee in edges}
    for i, k, m in np.argwhere((weight > 0) & used[:, :, None]):
        if good[m, k] in bought:
            edges.append((good[m, k], industry[i, k]))
            if change.tariffs[i, k, m] > 0:
                edges.append((good[m, k], final[m]))
    edges += [(industry[i, k], work[i]) for i, k in np.argwhere(used & (base.left > 0))]
    edges += [(work[i], final[i]) for i in range(n) if base.labour[i] > 0]
    payer, payee = np.array(sorted(set(edges))).T
    number, size = len(payer), 2 * n + 2 * n * s
    scale = max(float(np.abs(balance).max()), 1.0)
    needed = np.zeros(size)
    needed[:n] = balance / scale
    net = coo_array((np.r_[np.ones(number), -np.ones(number)],
                     (np.r_[payer, payee], np.r_[np.arange(number), np.arange(number)])), shape=(size, number + 1))
    each = np.arange(number)
    least = coo_array((np.r_[-np.ones(number), np.ones(number)], (np.r_[each, each], np.r_[each, each * 0 + number])))
    found = linprog(np.r_[np.zeros(number), -1.0], A_ub=least, b_ub=np.zeros(number), A_eq=net, b_eq=needed,
                    bounds=[(0, None)] * number + [(0, 1)], method="highs")
    return bool(found.status == 0 and -found.fun > NO_FLOW)
