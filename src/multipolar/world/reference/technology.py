"""Controlled goods of the reference world: the published trade of Russia in them, and stated shares everywhere else.

What a published seller sold Russia of listed goods is spread over its sectors as their stated shares of its sales are;
what the others sold together, likewise over all of them. Elsewhere the stated share of a sector holds (behaviour.csv).
Tiers weigh by their number of codes on the list. A hub's share of routes is the growth of exports of listed goods to it
over what was sold to Russia before, which is exact where goods change ways as readily as sellers; else an assumption.
"""

import numpy as np

from multipolar.world.behaviour import behaviour
from multipolar.world.reference.energy import rows
from multipolar.world.reference.facts import MILLION_IN_A_BILLION, Facts
from multipolar.world.tables import FloatArray, Tables, quotient
from multipolar.world.technology import Controlled

TARGET = "RUS"
SECTORS = ("ELE", "EEQ", "MAC", "AER")
HUBS = ("KAZ", "BLR", "TUR", "ARE", "HKG")
"""Countries of the list through which the figures say that goods went on; the others named are part of ROW."""
LARGEST_SHARE = 0.9
"""A published value never fills more than this part of a flow: the rest of the goods of the sector are there too."""

VALUE = "battlefield goods to Russia, value"
TOTAL = "imports of battlefield goods (common high priority items)"
BEFORE = "EU exports of goods on the export-ban list for Russia (2,219 CN8 lines)"
GROWTH = "same, growth"
TURKISH, TURKISH_BEFORE = "exports of 45 high priority goods to Russia and AZE GEO KAZ KGZ UZB", "same, annual mean"
TURKISH_MONTHS = 9
OWN_TOTAL = "imports of battlefield goods, level before the invasion"


def controlled_part(facts: Facts, tables: Tables) -> Controlled:
    """The world's `Controlled`."""
    sectors = len(facts.sectors)
    stated, low, high = np.zeros(sectors), np.zeros(sectors), np.zeros(sectors)
    for code in SECTORS:
        number = behaviour(f"controlled_share_{code}")
        at = facts.sector(code)
        stated[at], low[at], high[at] = number.value, number.low, number.high
    share = np.broadcast_to(stated[None, :, None], tables.trade.shape).copy()
    published = np.zeros((len(facts.countries), len(facts.countries)))
    target = facts.country(TARGET)
    share[:, :, target], published[:, target] = _to_target(facts, tables, stated)
    route_share, growth = _hubs(facts)
    tiers, weight = _tiers(facts)
    return Controlled(
        tiers, share, low, high, weight, published, route_share, growth,
        sources={"shares to Russia": "controlled_trade.csv (KSE Institute and Bruegel, April 2024)",
                 "shares elsewhere": "behaviour.csv, controlled_share_*: assumptions",
                 "tiers": "controlled_tiers.csv (CHPL)",
                 "hubs": "controlled_trade.csv (Eurostat DS-045409; Financial Times on Trade Data Monitor, November "
                         "2023); behaviour.csv, latent_route_share, for the others"})


def _to_target(facts: Facts, tables: Tables, stated: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Shares (exporter, sector) of what each sells to the target, and where they are published values (exporter,)."""
    target = facts.country(TARGET)
    sales = np.array(tables.trade[:, :, target])
    weighed = sales * stated
    abroad = np.ones(len(sales), dtype=bool)
    abroad[target] = False
    named = {row["country"]: float(row["value"]) * MILLION_IN_A_BILLION for row in rows("controlled_trade")
             if row["item"] == VALUE and row["country"] in facts.countries}
    total = next(float(row["value"]) for row in rows("controlled_trade") if row["item"] == TOTAL)
    scale, published = np.ones(len(sales)), np.zeros(len(sales))
    for code, value in named.items():
        at = facts.country(code)
        scale[at], published[at], abroad[at] = value / weighed[at].sum(), 1.0, False
    left = total * MILLION_IN_A_BILLION - sum(named.values())
    scale[abroad] = left / weighed[abroad].sum()
    share = np.minimum(scale[:, None] * stated, LARGEST_SHARE)
    return share, published


def _hubs(facts: Facts) -> tuple[FloatArray, FloatArray]:
    """Shares of routes and published growth (country,)."""
    share, growth = np.zeros(len(facts.countries)), np.zeros(len(facts.countries))
    found = {(row["country"], row["item"]): float(row["value"]) for row in rows("controlled_trade")
             if row["status"] in ("published", "derived") and row["item"] in (
                 BEFORE, GROWTH, TURKISH, TURKISH_BEFORE, OWN_TOTAL) and not row["year"].startswith("2022-01")}
    for code in HUBS:
        at = facts.country(code)
        share[at] = behaviour("latent_route_share").value
        if (code, GROWTH) in found:
            growth[at] = found[code, GROWTH]
            share[at] = (growth[at] - 1) * found[code, BEFORE] / found[TARGET, BEFORE]
    annual, before = found["TUR", TURKISH] * 12 / TURKISH_MONTHS, found["TUR", TURKISH_BEFORE]
    at = facts.country("TUR")
    growth[at] = annual / before
    share[at] = (annual - before) / (found[TARGET, OWN_TOTAL] * MILLION_IN_A_BILLION)
    return share, growth


def _tiers(facts: Facts) -> tuple[tuple[str, ...], FloatArray]:
    """Names of the tiers and their parts (tier, sector) by number of codes."""
    listed = rows("controlled_tiers")
    tiers = tuple(dict.fromkeys(row["tier"] for row in listed))
    count = np.zeros((len(tiers), len(facts.sectors)))
    for row in listed:
        count[tiers.index(row["tier"]), facts.sector(row["sector"])] = float(row["codes"])
    total = count.sum(axis=0)
    return tiers, quotient(count, total)
