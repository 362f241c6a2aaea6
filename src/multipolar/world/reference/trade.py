"""Who sells what to whom in 2023: published pairs and flows hold, everything else is fitted around them."""

from dataclasses import dataclass

import numpy as np

from multipolar.world.balance import CellSum, Margin, proportional_fit
from multipolar.world.reference.facts import CRUDE_BAN, EU27, BoolArray, Facts, KnownFlow
from multipolar.world.tables import FloatArray, IntArray

# How firmly the accounts' split by sector is believed, in units of the prior's own weight. Chosen on held-out flows.
EXPORTER_BELIEF = 5.0
IMPORTER_BELIEF = 5.0
# A sector keeps this part of the accounts' figure, and a pair this part for its other goods, beside known flows.
LEAST_PART = 0.02
# Russian crude beyond known flows, to those who ban it: what remains of the prior (an assumption).
BANNED_CRUDE = 0.02
# Services cannot fall below this part of the accounts when goods already exceed the balance-of-payments total.
LEAST_SERVICES = 0.3
# Distance works on services as on goods, but less: the goods pair's deviation from proportionality to this power.
SERVICES_AFFINITY = 0.5
# Matrix completion of unread pairs: shrinkage of singular values, weight of the reverse flow, bound on logarithms.
SHRINKAGE, REVERSE_WEIGHT, LARGEST_DEVIATION = 5.0, 0.4, 8.0
COMPLETION_ROUNDS, FACTOR_ROUNDS = 60, 300
# Their published exports contain goods of others that are sold on, which the pairs and the accounts leave out.
ENTREPOTS = ("HKG", "SGP", "NLD", "BEL")
# Its accounts leave out nearly all goods that pass through (7 of 124 billion sold): they say nothing on what they are.
GATEWAY, MAINLAND = "HKG", "CHN"
# Their published trade totals leave services out.
GOODS_ONLY = ("TWN",)


@dataclass(frozen=True)
class Conflict:
    """Two figures that cannot both hold: what was stated, what the world has (million USD), and why."""

    exporter: str
    importer: str
    sector: str
    stated: float
    in_world: float
    winner: str
    reason: str
    source: str


@dataclass(frozen=True, eq=False)
class Trade:
    """Cross-border trade (exporter, sector, importer), million USD before tariffs, zero at home."""

    flows: FloatArray
    pairs: FloatArray               # (exporter, importer) goods totals, completed where no figure was read
    conflicts: tuple[Conflict, ...]


def fit_trade(facts: Facts) -> Trade:
    """Goods around the published pairs and known flows, services around the balance of payments."""
    pairs, conflicts = complete_pairs(facts)
    fixed, sums, trimmed = _place_known(facts, pairs)
    flows = np.zeros((len(facts.countries), len(facts.sectors), len(facts.countries)))
    flows[:, facts.goods, :] = _fit_goods(facts, pairs, fixed, sums)
    flows[:, ~facts.goods, :] = _fit_services(facts, pairs)
    return Trade(flows, pairs, (*conflicts, *trimmed))


def proportional_trade(facts: Facts) -> FloatArray:
    """Goods trade (exporter, sector, importer) from the accounts' margins alone: the yardstick of held-out tests."""
    goods = facts.goods
    exports, imports = facts.exports[:, goods], facts.imports[:, goods] + 0.0
    product = _product(exports, imports * (exports.sum(axis=0) / imports.sum(axis=0)))
    flows = np.zeros((len(facts.countries), len(facts.sectors), len(facts.countries)))
    flows[:, goods, :] = proportional_fit(product, [Margin((0, 1), exports)]).values
    return flows


# -- pairs --------------------------------------------------------------------------------------------------------

def complete_pairs(facts: Facts) -> tuple[FloatArray, list[Conflict]]:
    """Goods trade by pair: as read, else estimated from the other pairs; published totals of a country fill gaps.

    Logarithms of the deviation from a proportional table are completed by soft-thresholded singular values
    (Mazumder, Hastie & Tibshirani 2010), drawn towards the deviation of the reverse flow where that one was read.
    """
    unread = np.isnan(facts.pairs)
    filled = np.where(unread, _estimate_pairs(facts.pairs), facts.pairs)
    conflicts = []
    for flow in facts.known:
        if flow.is_total and flow.sector == "ALL_GOODS":
            abroad = flow.importer == "WLD"
            place = facts.country(flow.exporter if abroad else flow.importer)
            line, gaps = (filled[place], unread[place]) if abroad else (filled[:, place], unread[:, place])
            room = flow.value - line[~gaps].sum()
            if room > 0 and gaps.any() and "cif" not in flow.note:
                line[gaps] *= room / line[gaps].sum()
            else:
                conflicts.append(Conflict(flow.exporter, flow.importer, flow.sector, flow.value, float(line.sum()),
                                          "country pairs", "the sum of the country's published pairs differs",
                                          flow.source))
    return filled, conflicts


def _estimate_pairs(pairs: FloatArray) -> FloatArray:
    read = ~np.isnan(pairs) & (pairs > 0)
    base = _fit_to_read(pairs, read, np.where(np.eye(len(pairs), dtype=bool), 0.0, 1.0))
    deviation = np.zeros_like(pairs)
    deviation[read] = np.clip(np.log(pairs[read] / base[read]), -LARGEST_DEVIATION, LARGEST_DEVIATION)
    completed = np.zeros_like(pairs)
    for _round in range(COMPLETION_ROUNDS):
        left, sizes, right = np.linalg.svd(np.where(read, deviation, completed))
        completed = (left * np.maximum(sizes - SHRINKAGE, 0.0)) @ right
        blended = (1 - REVERSE_WEIGHT) * completed + REVERSE_WEIGHT * deviation.T
        completed = np.where(read.T, blended, completed)
        np.fill_diagonal(completed, 0.0)
    return _fit_to_read(pairs, read, np.where(np.eye(len(pairs), dtype=bool), 0.0, np.exp(completed)))


def _fit_to_read(pairs: FloatArray, read: BoolArray, pattern: FloatArray) -> FloatArray:
    """a_i b_n pattern_in, with a and b such that the cells that were read add up to what was read, line by line."""
    target, seen = np.where(read, pairs, 0.0), np.where(read, pattern, 0.0)
    rows, columns = target.sum(axis=1), target.sum(axis=0)
    by_column = np.ones(len(columns))
    for _round in range(FACTOR_ROUNDS):
        by_row = rows / (seen @ by_column)
        by_column = columns / (by_row @ seen)
    fitted: FloatArray = by_row[:, None] * by_column * pattern
    return fitted


# -- known flows --------------------------------------------------------------------------------------------------

def _place_known(facts: Facts, pairs: FloatArray) -> tuple[FloatArray, list[CellSum], list[Conflict]]:
    """Known single flows as a table (exporter, good, importer), sums over several cells, and what had to be trimmed.

    Where known flows of a pair exceed its published total, the pair wins and keeps a little for other goods; a pair
    that nobody published, in place, gives way to them.
    """
    goods = facts.goods_codes
    flows = [flow for flow in facts.known if not flow.is_total and not flow.is_lower_bound]
    cells = {flow: _cells(facts, goods, flow) for flow in flows}
    single = [flow for flow in flows if len(cells[flow]) == 1]
    several = [flow for flow in flows if len(cells[flow]) > 1]
    fixed = np.zeros((len(pairs), len(goods), len(pairs)))
    for flow in single:
        fixed.reshape(-1)[cells[flow]] = flow.value
    scale = _room_for_known(facts, pairs, fixed, [flow for flow in several if flow.importer in facts.countries])
    conflicts = [_trimmed(flow, _share(facts, flow, scale)) for flow in single]
    fixed *= scale[:, None, :]
    sums = []
    for flow in several:
        held = fixed.reshape(-1)[cells[flow]]
        open_cells = cells[flow][held == 0]
        wanted = flow.value * _share(facts, flow, scale) - float(held.sum())
        room = (1 - LEAST_PART) * pairs - fixed.sum(axis=1)
        free = room[facts.country(flow.exporter), np.unique(open_cells % len(pairs))].sum()
        placed = min(wanted, float(free))
        conflicts.append(_trimmed(flow, (placed + float(held.sum())) / flow.value))
        sums.append(CellSum(open_cells, placed))
    return fixed, sums, [conflict for conflict in conflicts if conflict.in_world < conflict.stated * (1 - 1e-12)]


def _room_for_known(facts: Facts, pairs: FloatArray, fixed: FloatArray, sums: list[KnownFlow]) -> FloatArray:
    """The factor (exporter, importer) that known flows take to leave a pair its little for other goods."""
    claimed = fixed.sum(axis=1)
    for flow in sums:
        claimed[facts.country(flow.exporter), facts.country(flow.importer)] += flow.value
    unread = np.isnan(facts.pairs)
    pairs[unread] = np.maximum(pairs, claimed / (1 - LEAST_PART))[unread]
    room = (1 - LEAST_PART) * pairs
    share: FloatArray = np.minimum(1.0, np.divide(room, claimed, out=np.ones_like(room), where=claimed > 0))
    return share


def _share(facts: Facts, flow: KnownFlow, scale: FloatArray) -> float:
    if flow.importer not in facts.countries:
        return 1.0
    return float(scale[facts.country(flow.exporter), facts.country(flow.importer)])


def _cells(facts: Facts, goods: tuple[str, ...], flow: KnownFlow) -> IntArray:
    """Positions of a flow's cells in the flattened (exporter, good, importer) table."""
    importers = EU27 if flow.importer == "EU27" else (flow.importer,)
    exporter, size = facts.country(flow.exporter), len(facts.countries)
    return np.array([(exporter * len(goods) + goods.index(code)) * size + facts.country(importer)
                     for code in flow.sector.split("+") for importer in importers])


def _trimmed(flow: KnownFlow, share: float) -> Conflict:
    return Conflict(flow.exporter, flow.importer, flow.sector, flow.value, flow.value * share, "country pair",
                    "the known flows of this pair add up to more than its published total", flow.source)


# -- goods and services -------------------------------------------------------------------------------------------

def _fit_goods(facts: Facts, pairs: FloatArray, fixed: FloatArray, sums: list[CellSum]) -> FloatArray:
    """Goods (exporter, good, importer): pairs and known flows exact, the accounts' sector splits as near as may be."""
    exports = _exports_by_good(facts, pairs)
    imports = _split(_usable(facts, facts.imports), pairs.sum(axis=0))
    prior = np.where(fixed > 0, 0.0, _product(exports, imports) * facts.affinity[:, facts.goods, :])
    banning = [facts.country(code) for code in CRUDE_BAN]
    prior[facts.country("RUS"), facts.goods_codes.index("OIL"), banning] *= BANNED_CRUDE
    by_exporter = np.maximum(exports - fixed.sum(axis=2), LEAST_PART * exports)
    by_importer = np.maximum(imports.T - fixed.sum(axis=0), LEAST_PART * imports.T)
    by_exporter[facts.country(GATEWAY), :] = by_importer[:, facts.country(GATEWAY)] = np.nan
    margins = [Margin((0, 1), by_exporter, EXPORTER_BELIEF), Margin((1, 2), by_importer, IMPORTER_BELIEF),
               Margin((0, 2), pairs - fixed.sum(axis=1))]
    return proportional_fit(prior, margins, sums).values + fixed


def _usable(facts: Facts, accounts: FloatArray) -> FloatArray:
    """Accounts (country, good), the gateway's replaced by what its mainland sells: a prior for it, never a margin."""
    figures: FloatArray = accounts[:, facts.goods].copy()
    figures[facts.country(GATEWAY)] = facts.exports[facts.country(MAINLAND), facts.goods]
    return figures


def _exports_by_good(facts: Facts, pairs: FloatArray) -> FloatArray:
    """Exports (country, good) adding up to the pairs: a known world total of a good, else the accounts' split."""
    produced = facts.output[:, facts.goods] > 0
    exports = _split(_usable(facts, facts.exports) * produced, pairs.sum(axis=1))
    for flow in facts.known:
        if flow.is_export_total_of_good:
            exporter, good = facts.country(flow.exporter), facts.goods_codes.index(flow.sector)
            rest = exports[exporter].sum() - exports[exporter, good]
            exports[exporter] *= (exports[exporter].sum() - flow.value) / rest
            exports[exporter, good] = flow.value
    return exports


def _fit_services(facts: Facts, pairs: FloatArray) -> FloatArray:
    """Services (exporter, service, importer) with the balance of payments' totals and the accounts' sector splits."""
    sold, bought = service_totals(facts, pairs)
    exports = _services_by_sector(facts, sold)
    imports = _split(facts.imports[:, ~facts.goods], bought)
    proportional = pairs.sum(axis=1)[:, None] * pairs.sum(axis=0) / pairs.sum()
    closeness = (np.maximum(pairs, LEAST_PART * proportional) / proportional) ** SERVICES_AFFINITY
    np.fill_diagonal(closeness, 0.0)
    margins = [Margin((0, 1), exports, EXPORTER_BELIEF), Margin((1, 2), imports.T, IMPORTER_BELIEF),
               Margin((0,), sold), Margin((2,), bought)]
    return proportional_fit(_product(exports, imports) * closeness[:, None, :], margins).values


def _services_by_sector(facts: Facts, sold: FloatArray) -> FloatArray:
    """Exports (country, service) adding up to `sold`: the accounts' split, what entrepots sell beyond it as trade."""
    accounts = facts.exports[:, ~facts.goods]
    exports = _split(accounts, sold)
    wholesale = [code for code in facts.sectors if code not in facts.goods_codes].index("TRD")
    for code in ENTREPOTS:
        place = facts.country(code)
        if sold[place] > accounts[place].sum():
            exports[place] = accounts[place]
            exports[place, wholesale] += sold[place] - accounts[place].sum()
    return exports


def service_totals(facts: Facts, pairs: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Services sold and bought by each country: the balance of payments' total less goods.

    Purchases follow from the published trade balance, so that a country's deficit is the published one up to the
    factor that makes the world's purchases equal its sales; the accounts serve where no total is published.
    """
    goods_balance = pairs.sum(axis=1) - pairs.sum(axis=0)
    sold_accounts = facts.exports[:, ~facts.goods].sum(axis=1)
    bought_accounts = facts.imports[:, ~facts.goods].sum(axis=1)
    published = ~np.isnan(facts.exports_total) & np.array([code not in GOODS_ONLY for code in facts.countries])
    sold = np.where(published, np.maximum(facts.exports_total - pairs.sum(axis=1), LEAST_SERVICES * sold_accounts),
                    sold_accounts)
    balance = facts.exports_total - facts.imports_total - goods_balance
    bought = np.where(published, np.maximum(sold - balance, LEAST_SERVICES * bought_accounts), bought_accounts)
    return sold, bought * (sold.sum() / bought.sum())


def _split(accounts: FloatArray, totals: FloatArray) -> FloatArray:
    """(country, sector) figures of the accounts scaled to each country's total."""
    figures: FloatArray = accounts * (totals / accounts.sum(axis=1))[:, None]
    return figures


def _product(exports: FloatArray, imports: FloatArray) -> FloatArray:
    """The proportional table (exporter, sector, importer) of two (country, sector) margins, zero at home."""
    table: FloatArray = exports[:, :, None] * (imports / imports.sum(axis=0)).T[None, :, :]
    diagonal = np.arange(len(exports))
    table[diagonal, :, diagonal] = 0.0
    return table
