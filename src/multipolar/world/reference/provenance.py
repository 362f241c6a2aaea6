"""Where each figure of the reference world comes from, and where the world departs from what was published.

Recomputed from the facts beside this file in a moment; nothing here balances anything. Every function takes the
world's `Tables` and, if not those that ship, the `Facts`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from multipolar.catalogue import _
from multipolar.world.reference.facts import EU27, Facts, KnownFlow, load_facts
from multipolar.world.reference.national import LEAST_VALUE_ADDED
from multipolar.world.reference.trade import GOODS_ONLY
from multipolar.world.tables import FloatArray, Tables

HELD = 1e-6
"""Relative departure below which a figure counts as held."""
LARGE = 0.15
"""Relative departure from accounts and totals, which are not held, from which `misfits` lists it."""


@dataclass(frozen=True)
class Figure:
    """One number of the world, million USD, beside what was published (NaN where nothing was) and its source.

    status: published (held exactly), scaled (accounts moved to the year and to totals), derived (from a source that
    does not ship, or from a volume and a price), fitted (nobody published it), trimmed (another figure won),
    believed (drawn towards, not held), bound (a lower bound)
    """

    what: str
    where: str
    value: float
    stated: float
    status: str
    source: str

    @property
    def gap(self) -> float:
        """Relative departure of the world from the stated figure; NaN where nothing was stated or zero was."""
        return self.value / self.stated - 1 if self.stated else float("nan")


def account_figures(tables: Tables, country: str, facts: Facts | None = None) -> tuple[Figure, ...]:
    """GDP and its parts, final spending, exports and imports of one economy."""
    facts = facts or load_facts()
    place, goods = facts.country(country), facts.goods
    abroad = _abroad(tables)
    sold, bought = abroad[place].sum(axis=1), abroad[:, :, place].sum(axis=0)
    revenue, earned = tables.tariff_revenue[place], tables.factor_income[place]
    unknown = np.nan
    rows = (
        (_("GDP"), revenue + earned, facts.gdp[place], "published", facts.total_source[country]),
        (_("value added"), earned, unknown, "scaled", _("OECD_IOT, scaled to GDP less tariff revenue")),
        (_("tariff revenue"), revenue, unknown, "derived", _("tariff_rates.csv x imports")),
        (_("final spending"), tables.final_spending[place], facts.final_use[place].sum(), "fitted",
         _("GDP less the trade balance; stated: OECD_IOT, scaled")),
        (_("exports"), sold.sum(), facts.exports_total[place], "fitted", facts.total_source[country]),
        (_("exports of goods"), sold[goods].sum(), unknown, "published", _("sum of pairs (goods_trade_2023.csv)")),
        (_("exports of services"), sold[~goods].sum(), unknown, "scaled", _("WDI total less goods; sectors OECD_IOT")),
        (_("imports"), bought.sum(), facts.imports_total[place], "fitted", facts.total_source[country]),
        (_("imports of goods"), bought[goods].sum(), unknown, "published", _("sum of pairs (goods_trade_2023.csv)")),
        (_("imports of services"), bought[~goods].sum(), unknown, "scaled", _("WDI balance; sectors OECD_IOT")),
    )
    return tuple(Figure(what, country, float(value), float(stated), status, source)
                 for what, value, stated, status, source in rows)


def sector_figures(tables: Tables, country: str, facts: Facts | None = None) -> tuple[Figure, ...]:
    """Output, value added, exports, imports and final spending of each sector of one economy, beside the accounts'."""
    facts = facts or load_facts()
    place, abroad = facts.country(country), _abroad(tables)
    columns = (
        (_("output"), tables.output[place], facts.output),
        (_("value added"), tables.value_added[place], facts.value_added),
        (_("exports"), abroad[place].sum(axis=1), facts.exports),
        (_("imports"), abroad[:, :, place].sum(axis=0), facts.imports),
        (_("final spending"), tables.final[:, place], facts.final_use),
    )
    return tuple(Figure(what, f"{country} {code}", float(values[number]), float(stated[place, number]), "scaled",
                        "OECD_IOT; WDI")
                 for number, code in enumerate(facts.sectors) for what, values, stated in columns)


def pair_figures(tables: Tables, country: str, facts: Facts | None = None) -> tuple[Figure, ...]:
    """Goods trade with every partner: what `country` sells, then what it buys, largest first."""
    facts = facts or load_facts()
    figures = [figure for figure in _all_pairs(tables, facts) if country in figure.where.split(" -> ")]
    return tuple(sorted(figures, key=lambda figure: (not figure.where.startswith(country), -figure.value)))


def flow_figures(tables: Tables, country: str | None = None, facts: Facts | None = None) -> tuple[Figure, ...]:
    """Every known flow, or those of one economy (a member answers for EU27), and whether it was held."""
    facts = facts or load_facts()
    abroad = _abroad(tables)
    figures = []
    for flow in facts.known:
        ends = {flow.exporter, flow.importer} | (set(EU27) if flow.importer == "EU27" else set())
        if country is None or country in ends:
            value = flow_value(facts, abroad, flow)
            source = "; ".join(filter(None, (flow.source, flow.note)))
            figures.append(Figure(flow.sector, f"{flow.exporter} -> {flow.importer}", value, flow.value,
                                  _flow_status(flow, value), source))
    return tuple(figures)


def flow_value(facts: Facts, flows: FloatArray, flow: KnownFlow) -> float:
    """What a trade array (exporter, sector, importer) has for a known flow, groups and sums of sectors included."""
    everyone = facts.countries
    exporters = everyone if flow.exporter == "WLD" else (flow.exporter,)
    importers = {"WLD": everyone, "EU27": EU27}.get(flow.importer, (flow.importer,))
    codes = facts.goods_codes if flow.sector == "ALL_GOODS" else tuple(flow.sector.split("+"))
    cells = np.ix_([facts.country(code) for code in exporters], [facts.sector(code) for code in codes],
                   [facts.country(code) for code in importers])
    return float(flows[cells].sum())


def misfits(tables: Tables, facts: Facts | None = None) -> tuple[Figure, ...]:
    """Where the world departs from stated figures.

    Everything that should be held and is not, to `HELD`: GDP, published pairs, known flows. Of what is not held, what
    departs by more than `LARGE`: exports and imports against the balance of payments, output of an industry against
    its accounts. And industries whose value added stands at its floor.
    """
    facts = facts or load_facts()
    held = [account_figures(tables, country, facts)[0] for country in facts.countries]
    held += [figure for figure in _all_pairs(tables, facts) if figure.stated > 0]
    missed = [figure for figure in held if abs(figure.gap) > HELD]
    missed += [figure for figure in flow_figures(tables, facts=facts)
               if figure.status in ("trimmed", "believed") and abs(figure.gap) > HELD]
    for country in facts.countries:
        accounts = account_figures(tables, country, facts)
        missed += [figure for figure in accounts if figure.what in (_("exports"), _("imports"))
                   and abs(figure.gap) > LARGE and country not in GOODS_ONLY]
        sectors = sector_figures(tables, country, facts)
        missed += [figure for figure in sectors if figure.what == _("output") and abs(figure.gap) > LARGE]
    return (*missed, *_at_the_floor(tables, facts))


def _at_the_floor(tables: Tables, facts: Facts) -> Iterator[Figure]:
    share = np.divide(tables.value_added, tables.output, out=np.ones_like(tables.output), where=tables.output > 0)
    for country, sector in np.argwhere(share < LEAST_VALUE_ADDED * (1 + HELD)):
        yield Figure(_("value added"), f"{facts.countries[country]} {facts.sectors[sector]}",
                     float(tables.value_added[country, sector]), float(facts.value_added[country, sector]), "trimmed",
                     _("OECD_IOT; raised to the least part of output"))


def _flow_status(flow: KnownFlow, value: float) -> str:
    if flow.is_lower_bound:
        return "bound"
    if flow.is_export_total_of_good:
        return "believed"
    if abs(value / flow.value - 1) > HELD:
        return "trimmed"
    return flow.kind.split()[0]


def _all_pairs(tables: Tables, facts: Facts) -> list[Figure]:
    goods = _abroad(tables)[:, facts.goods, :].sum(axis=1)
    figures = []
    for (exporter, importer), source in facts.pair_source.items():
        i, n = facts.country(exporter), facts.country(importer)
        stated = float(facts.pairs[i, n])
        status = "fitted" if np.isnan(stated) else "derived" if source.startswith("derived") else "published"
        figures.append(Figure(_("goods"), f"{exporter} -> {importer}", float(goods[i, n]), stated, status, source))
    return figures


def _abroad(tables: Tables) -> FloatArray:
    """Trade (exporter, sector, importer) without home sales."""
    flows = np.array(tables.trade)
    places = np.arange(len(flows))
    flows[places, :, places] = 0.0
    return flows
