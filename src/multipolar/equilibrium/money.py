"""Where money can go: the graph of payers and payees, its components, and whether a positive flow fits the balances.

The money side of "Existence" in the theory pages. Nodes are final demand F[n], living industries (i,k) and labour
W[n]; an edge runs from payer to payee. A good in a country, G[n,s], is a node too, one for each group of users that
source alike: every buyer of s in the group sources it from all sellers that are open to it, so the |buyers| x |sellers|
edges are exactly the paths through it, and a positive flow on one graph splits into a positive flow on the other. NumPy
and SciPy; nothing here knows a deficit rule.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multipolar.equilibrium.structure import BoolArray, some
from multipolar.errors import NotConverged
from multipolar.world.tables import FloatArray, IntArray

#: A smallest flow below this share of the largest imbalance is rounding: the linear programme holds to 1e-10.
FLOW_TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Channels:
    """Through which money can pass once it is known which industries live and are bought from.

    cells       (group, sector, importer, exporter): open, and the exporter's industry lives; one group of all users,
                or each using industry and last final users, where each has suppliers of its own
    final       (country, good): final demand spends on it
    used        (group, country, good): final demand or an industry bought from spends on it
    inputs      (country, user, good): what an industry spends on it, any measure above zero
    paying      (country, user): pays value added, be it only its resource
    employing   (country, user): pays labour
    workers     (country,): has labour to sell
    industries  (country, sector): lives and is bought from
    kernel, net_kernel  (sector, importer, exporter): spending before tariffs are taken out, and what reaches producers;
                the importer's treasury has the difference, or pays it where the second is larger
    """

    cells: BoolArray
    final: BoolArray
    used: BoolArray
    inputs: FloatArray
    paying: BoolArray
    employing: BoolArray
    workers: BoolArray
    industries: BoolArray
    kernel: FloatArray
    net_kernel: FloatArray


@dataclass(frozen=True, eq=False)
class Condensation:
    """The strong components of the graph as nodes; its edges, each once, run one way only.

    payer, payee   (edge,): node indices
    final          (country,): the node that holds F[n]
    industries     (country, sector): the node that holds the industry, -1 where it is not in the graph
    component      (node,): the weak component, -1 for a node that is not in the graph
    """

    payer: IntArray
    payee: IntArray
    final: IntArray
    industries: IntArray
    component: IntArray


@dataclass(frozen=True, eq=False)
class Partition:
    """Countries by weak and by strong component of the graph, both numbered by their first country.

    components, strong  (country,): labels of F[n]
    unsold              (country,): has labour that nobody can buy
    condensation        None where every component is strongly connected, so that every positive flow can return
    """

    components: IntArray
    strong: IntArray
    unsold: BoolArray
    condensation: Condensation | None


def bought_from(cells: BoolArray, final: BoolArray, inputs: FloatArray,
                living: BoolArray) -> tuple[BoolArray, BoolArray]:
    """Industries that final demand buys from somewhere, directly or through others, and the goods that are used.

    `cells` (group, sector, importer, exporter) holds living sellers only, `inputs` is (country, user, good). The
    results are (country, sector) and (group, country, good).
    """
    used = _uses(final, inputs, np.zeros_like(living), len(cells))
    while True:
        reached = _sellers(cells, used)
        wider = used if used.all() else _uses(final, inputs, reached, len(cells))
        if np.array_equal(wider, used) or np.array_equal(reached, living):
            return reached, wider
        used = wider


def by_countries(channels: Channels) -> Partition | None:
    """The partition from links between countries alone, or None where that does not settle it.

    Let n -> i mean that final demand in n buys some good from an industry of i that pays value added. Each such link
    is a path F[n], (i,s), W[i], F[i]; so countries strongly connected by these links have their F, and those
    industries, in one strong component. Any other industry of country i is reached from some F[m] and leads to W[i]
    and F[i], or, where it pays no value added but buys from an industry of j that does, to W[j] and F[j]; if m is
    strongly connected with i or j it is in the same strong component, and if no use at all, final or not, crosses two
    sets of countries, m and j are in i's set. W[i] is in it because somebody buys from i. Tariffs only add edges from
    an industry of n to F[n] and from F[n] to sellers to n, which join what is joined.
    """
    paying, unpaid = channels.cells, channels.industries & ~channels.paying
    if unpaid.any():
        paying = channels.cells & channels.paying.T[None, :, None, :]
        if not _passes_on(channels.inputs, paying, unpaid):
            return None
    links = _links(paying[-1:], channels.final[None])
    employed = some(channels.employing & channels.industries, axis=1)
    if not (some(links, axis=0) & (employed | ~channels.workers)).all():
        return None
    nobody = np.zeros(len(links), dtype=bool)
    if _reaches_all(links) and _reaches_all(links.T):
        one = np.zeros(len(links), dtype=np.int64)
        return Partition(one, one, nobody, None)
    from scipy.sparse.csgraph import connected_components  # rarely needed, slow to import

    strong = in_order(connected_components(links, connection="strong")[1])
    every_use = _links(channels.cells, channels.used)
    weak = in_order(connected_components(every_use, connection="weak")[1])
    return Partition(weak, strong, nobody, None) if np.array_equal(weak, strong) else None


def by_graph(channels: Channels) -> Partition:
    """The partition from the whole graph: right in every case, and slower."""
    from scipy.sparse import coo_array  # rarely needed, slow to import
    from scipy.sparse.csgraph import connected_components

    countries, sectors = channels.final.shape
    payer, payee, kept = _edges(channels)
    graph = coo_array((np.ones(len(payer)), (payer, payee)), shape=(len(kept), len(kept))).tocsr()
    strong = connected_components(graph, connection="strong")[1].astype(np.int64)
    weak = connected_components(graph, connection="weak")[1].astype(np.int64)
    payer, payee = strong[payer], strong[payee]
    ends = np.unique(np.stack([payer, payee])[:, payer != payee], axis=1)
    component = np.full(strong.max() + 1, -1)
    component[strong[kept]] = in_order(weak[kept])
    labels = in_order(strong[:countries])
    sold = some(channels.employing & channels.industries, axis=1)
    industries = np.where(channels.industries, strong[countries:countries * (1 + sectors)].reshape(-1, sectors), -1)
    condensation = Condensation(ends[0], ends[1], strong[:countries], industries, component)
    return Partition(component[strong[:countries]], labels, channels.workers & ~sold,
                     condensation if ends.size else None)


def in_order(labels: NDArray[np.integer]) -> IntArray:
    """The same partition with labels 0, 1, ... by first appearance."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]


def largest_smallest_flow(payer: IntArray, payee: IntArray, balance: FloatArray, above: BoolArray | None = None,
                          below: BoolArray | None = None) -> tuple[float, FloatArray]:
    """The largest t <= 1 for which a flow of at least t on every edge fits, and a potential of each node.

    Solves max t over f >= t with outflow - inflow = `balance` (node,) at each node, in units of the largest balance,
    plus something of free size, not below zero at nodes `above` and not above zero at nodes `below`. `balance` sums to
    zero. Nodes are numbered from 0; there is an edge and no cycle, and every node hangs together with every other.

    The potentials y are the dual: y falls along each edge, the falls sum to one, and t = y · balance (where t < 1).
    So where t <= 0 some set {y >= level} of nodes, which money can only leave, has a balance that is not positive.
    """
    from scipy.optimize import linprog  # rarely needed, slow to import
    from scipy.sparse import csc_array, hstack

    nodes, edges = len(balance), np.arange(len(payer))
    ones, shape = np.ones(len(edges)), (nodes, len(edges))
    incidence = csc_array((ones, (payer, edges)), shape=shape) - csc_array((ones, (payee, edges)), shape=shape)
    free = [incidence]
    for chosen, sign in ((above, -1.0), (below, 1.0)):
        rows = np.flatnonzero(chosen) if chosen is not None else np.zeros(0, dtype=np.int64)
        free.append(csc_array((np.full(len(rows), sign), (rows, np.arange(len(rows)))), shape=(nodes, len(rows))))
    matrix: Any = hstack([*free, csc_array(incidence.sum(axis=1)[:, None])], format="csc")
    objective = np.zeros(matrix.shape[1])
    objective[-1] = -1.0
    bounds: list[tuple[float | None, float | None]] = [(0.0, None)] * (matrix.shape[1] - 1) + [(None, 1.0)]
    tight: Any = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
    scale = float(np.abs(balance).max()) or 1.0
    result: Any = linprog(objective, A_eq=matrix, b_eq=balance / scale, bounds=bounds, method="highs-ds", options=tight)
    if result.status != 0:
        raise NotConverged(result.message)
    return float(result.x[-1]), -np.asarray(result.eqlin.marginals, dtype=np.float64)


def worst_cut(balance: FloatArray, potential: FloatArray) -> tuple[BoolArray, float]:
    """The nodes that money can only leave and whose balance is lowest, by the potentials of a refused flow."""
    order = np.unique(potential)
    cuts = [potential > (low + high) / 2 for low, high in pairwise(order) if high - low > FLOW_TOLERANCE]
    sums = [float(balance[cut].sum()) for cut in cuts]
    worst = min(range(len(cuts)), key=lambda index: (sums[index], cuts[index].sum()))
    return cuts[worst], sums[worst]


def _uses(final: BoolArray, inputs: FloatArray, industries: BoolArray, groups: int) -> BoolArray:
    """Goods (group, country, good) on which final demand or the `industries` (country, sector) spend."""
    if groups == 1 and not industries.any():
        return final[None]
    by_industry = (inputs > 0) & industries[:, :, None]
    if groups == 1:
        return (final | some(by_industry, axis=1))[None]
    return np.concatenate([by_industry.transpose(1, 0, 2), final[None]])


def _spent(cells: BoolArray, used: BoolArray) -> BoolArray:
    """Cells (group, sector, importer, exporter) of goods that are used (group, country, good)."""
    return cells if used.all() else cells & used.transpose(0, 2, 1)[..., None]


def _sellers(cells: BoolArray, used: BoolArray) -> BoolArray:
    """Industries (country, sector) that a user of their good in some country can buy from."""
    return some(some(_spent(cells, used), axis=2), axis=0).T


def _links(cells: BoolArray, used: BoolArray) -> BoolArray:
    """(buyer, seller): whether the first spends on some good of the second."""
    return some(some(_spent(cells, used), axis=1), axis=0)


def _passes_on(inputs: FloatArray, paying: BoolArray, unpaid: BoolArray) -> bool:
    """Whether each of the industries `unpaid` (country, user) buys some good that one of the cells `paying` sells."""
    country, user = np.nonzero(unpaid)
    sold = some(paying, axis=3)[_group(user, len(paying)), :, country]
    return bool(some((inputs[country, user] > 0) & sold, axis=1).all())


def _group(user: IntArray, groups: int) -> IntArray:
    """The group that each using industry belongs to: its own, or the only one."""
    return user if groups > 1 else np.zeros_like(user)


def _reaches_all(links: BoolArray) -> bool:
    """Whether every country is reached from the first; the first itself counts only by a link to it."""
    reached = links[0]
    while True:
        wider = reached | links[reached].any(axis=0)
        if np.array_equal(wider, reached):
            return bool(reached.all())
        reached = wider


def _edges(channels: Channels) -> tuple[IntArray, IntArray, BoolArray]:
    """Payers and payees (edge,) and which nodes are in the graph: F, industries, goods, labour, in this order."""
    countries, sectors = channels.final.shape
    size = countries * sectors
    final = np.arange(countries)
    used, groups = channels.used, len(channels.used)
    industry = countries + np.arange(size).reshape(countries, sectors)
    good = countries + size + np.arange(groups * size).reshape(groups, countries, sectors)
    labour = countries + (1 + groups) * size + final
    trade = _spent(channels.cells, used)
    taxed = some(trade & (channels.net_kernel < channels.kernel), axis=3)
    paid = channels.paying & channels.industries
    workers = channels.workers | some(paid, axis=1)
    buyer, bought = np.nonzero(channels.final)
    country, user, needed = np.nonzero((channels.inputs > 0) & channels.industries[:, :, None])
    group, sector, importer, exporter = np.nonzero(trade)
    employer, employing = np.nonzero(paid)
    taxing, taxed_good, taxer = np.nonzero(taxed)
    _, subsidised, granter, granted = np.nonzero(trade & (channels.net_kernel > channels.kernel))
    pairs = [
        (final[buyer], good[-1, buyer, bought]),
        (industry[country, user], good[_group(user, groups), country, needed]),
        (good[group, importer, sector], industry[exporter, sector]),
        (industry[employer, employing], labour[employer]),
        (labour[workers], final[workers]),
        (good[taxing, taxer, taxed_good], final[taxer]),
        (final[granter], industry[granted, subsidised]),
    ]
    kept = np.concatenate([np.ones(countries, dtype=bool), channels.industries.ravel(), used.ravel(), workers])
    payers, payees = (np.concatenate(ends) for ends in zip(*pairs, strict=True))
    return payers, payees, kept
