"""Whether a refusal holds: prices that never settle, labour that nobody employs, or no flow of money that fits.

By the second implementation of the tests and one linear programme over the graph of payments; nothing of existence.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from tests.reference.implementation import Base, Change, in_use, index, nest, prices, weights

from benchmarks.stress_checks import posed
from benchmarks.stress_worlds import Case

NO_FLOW = 1e-9
"""A smallest flow below this part of the largest balance is rounding."""
ENDLESS = 1e100
"""Prices without a fixed point are beyond this after as many rounds as the iteration makes."""


def certificate_holds(case: Case, reason: str) -> bool:
    """Whether there is no equilibrium for the given reason.

    Raises:
        ArithmeticError: the base year without deficits was not found.
    """
    base, change, rule = posed(case)
    weight = weights(base, change)
    ones = np.ones_like(base.output)
    with np.errstate(all="ignore"):
        cost, price, _share = prices(base, change, weight, (np.ones(len(base.output)), ones, ones))
        if reason == "none: price":
            lacking = (base.alpha > 0) & ~(price < ENDLESS)
            return bool(lacking.any()) if base.phi <= 1 else bool((lacking | (base.alpha == 0)).all(axis=0).any())
        used = in_use(base, weight, cost, price)
        employing = used & (base.left > 0) & np.isfinite(nest(base, price, np.ones(len(used)), ones, ones)[1])
    if ((base.labour > 0) & ~employing.any(axis=1)).any():
        return True
    graph = _graph(base, change, weight, used, price)
    if rule == "proportional":
        return not _some_incomes_fit(base, change, graph)
    balance = change.transfers + (base.deficit if rule == "fixed" else 0.0)
    return not _flow_exists(graph, balance)


@dataclass(frozen=True)
class Graph:
    """Payers and payees (edge,), numbered; the first nodes are final users."""

    payer: Any
    payee: Any
    nodes: int


def _graph(base: Base, change: Change, weight: Any, used: Any, price: Any) -> Graph:
    """Who pays whom: final users, labour (which stands for all factors), industries and goods."""
    n, s = base.output.shape
    priced = np.isfinite(price)
    final, work, industry, good = (np.arange(n), n + np.arange(n), 2 * n + np.arange(n * s).reshape(n, s),
                                   2 * n + n * s + np.arange(n * s).reshape(n, s))
    with np.errstate(all="ignore"):
        bought = np.isfinite(index(base.b, price[:, :, None], base.epsilon)) & used
    edges = [(final[m], good[m, k]) for k, m in np.argwhere((base.alpha > 0) & priced)]
    edges += [(industry[m, k], good[m, g]) for g, m, k in np.argwhere(
        (base.b > 0) & bought[None] & priced[:, :, None])]
    in_demand = {payee for _payer, payee in edges}
    for i, k, m in np.argwhere((weight > 0) & used[:, :, None]):
        if good[m, k] in in_demand:
            edges.append((good[m, k], industry[i, k]))
            if change.tariffs[i, k, m] > 0:
                edges.append((good[m, k], final[m]))
    edges += [(industry[i, k], work[i]) for i, k in np.argwhere(used & ((base.left > 0) | (base.resource > 0)))]
    edges += [(work[i], final[i]) for i in range(n) if base.omega[i] > 0]
    payer, payee = np.array(sorted(set(edges))).T
    return Graph(payer, payee, 2 * n + 2 * n * s)


def _some_incomes_fit(base: Base, change: Change, graph: Graph) -> bool:
    """Whether deficits in proportion to some incomes could be paid: D' = Omega (rate - mean rate of those linked).

    Any mean between the lowest and the highest rate can be had, and then any size of D' with the sign of its gap.
    """
    links = coo_array((np.ones(len(graph.payer)), (graph.payer, graph.payee)), shape=(graph.nodes, graph.nodes))
    part = connected_components(links, directed=False)[1]
    rates = base.deficit / base.omega
    for label in np.unique(part[:len(rates)]):
        inside = part[:len(rates)] == label
        edges = part[graph.payer] == label
        own = Graph(graph.payer[edges], graph.payee[edges], graph.nodes)
        different = np.unique(rates[inside])
        means = (different[1:] + different[:-1]) / 2 if len(different) > 1 else different
        if not any(_flow_exists(own, np.where(inside, change.transfers, 0.0), np.where(
                inside, np.sign(rates - mean), 0.0)) for mean in means):
            return False
    return True


def _flow_exists(graph: Graph, balance: Any, free: Any = None) -> bool:
    """Whether some flow of money is positive on every edge of the graph of payments and meets every balance.

    `free` is the sign of what a final user may receive besides, of any size; 0 for nothing.
    """
    number, finals = len(graph.payer), len(balance)
    scale = max(float(np.abs(balance).max()), 1.0)
    needed = np.zeros(graph.nodes)
    needed[:finals] = balance / scale
    each, last = np.arange(number), number + finals
    users = np.arange(finals)
    net = coo_array((np.r_[np.ones(number), -np.ones(number), -np.ones(finals)],
                     (np.r_[graph.payer, graph.payee, users], np.r_[each, each, number + users])),
                    shape=(graph.nodes, last + 1))
    least = coo_array((np.r_[-np.ones(number), np.ones(number)], (np.r_[each, each], np.r_[each, each * 0 + last])),
                      shape=(number, last + 1))
    signs = np.zeros(finals) if free is None else free
    loose = [(0 if sign >= 0 else None, 0 if sign <= 0 else None) for sign in signs]
    found = linprog(np.r_[np.zeros(last), -1.0], A_ub=least, b_ub=np.zeros(number), A_eq=net, b_eq=needed,
                    bounds=[(0, None)] * number + loose + [(0, 1)], method="highs")
    return bool(found.status == 0 and -found.fun > NO_FLOW)
