"""Hubs of a control: what goes through them, and how their trade in the goods grows, beside what was published.

Two growths are compared: what a hub buys of the coalition, and what it sells to the target. The published ones are of
the years in which controls began, before the base year; they are read from the facts that ship.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from multipolar.equilibrium.outcome import Outcome
from multipolar.measures.technology import TechnologyControl
from multipolar.world.reference.energy import rows
from multipolar.world.reference.technology import (
    BEFORE,
    GROWTH,
    TARGET,
    TURKISH,
    TURKISH_BEFORE,
    TURKISH_MONTHS,
)
from multipolar.world.technology import Controlled

FROM_G7 = "growth of imports of the 45 goods from the G7"
TURKEY = "TUR"


@dataclass(frozen=True)
class HubGrowth:
    """A hub's trade in the denied goods after the measures over before, as ratios; None where there is none, or none
    was read.

    transit           what goes through it to the targets, million USD
    bought, sold      what it buys of the coalition, and sells to the targets, goods in transit included
    *_published       the published growth of the same, of listed goods
    in_world          whether the world has the hub, or it is part of a larger region
    """

    code: str
    transit: float
    bought: float | None
    bought_published: float | None
    sold: float | None
    sold_published: float | None
    in_world: bool = True


@cache
def published_purchases() -> dict[str, float]:
    """By hub: growth of listed goods bought of Europe (2022 over 2021), or of the G7 (Türkiye, 2023 over 2015-21)."""
    listed = rows("controlled_trade")
    found = {row["country"]: float(row["value"]) for row in listed
             if row["item"] == GROWTH and row["unit"] == "ratio" and row["country"] != TARGET}
    return found | {row["country"]: 1 + float(row["value"]) / 100 for row in listed if row["item"] == FROM_G7}


@cache
def published_sales() -> dict[str, float]:
    """By hub: growth of listed goods sold to Russia and its neighbours; of Türkiye, 2023 over the mean of 2015-21."""
    value = {row["item"]: float(row["value"]) for row in rows("controlled_trade") if row["country"] == TURKEY
             and row["item"] in (TURKISH, TURKISH_BEFORE)}
    return {TURKEY: value[TURKISH] * 12 / TURKISH_MONTHS / value[TURKISH_BEFORE]}


def sold_before_the_controls() -> tuple[float, float]:
    """Listed goods that the EU sold Russia in 2021, and its sales of 2022 over them: million EUR and a ratio."""
    value = {row["item"]: float(row["value"]) for row in rows("controlled_trade")
             if row["country"] == TARGET and row["item"] in (BEFORE, GROWTH) and not row["year"].startswith("2022-01")}
    return value[BEFORE], value[GROWTH]


def hub_growth(outcome: Outcome, controls: Sequence[TechnologyControl], goods: list[int], members: list[int],
               targets: list[int]) -> tuple[HubGrowth, ...]:
    """The hubs that the controls name, the busiest first; then those with published growth that the world lacks."""
    world, levels = outcome.world, outcome.levels
    named = sorted({at for one in controls for at in one.hubs_in(world)})
    about_target = [world.countries[at] for at in targets] == [TARGET]
    purchases, sales = (published_purchases(), published_sales()) if about_target else ({}, {})
    if world.has_part(Controlled) and about_target:
        growth = world.part(Controlled).growth
        purchases = {world.countries[at]: float(growth[at]) for at in np.flatnonzero(growth)} | purchases
    transit = levels.transit[:, :, targets].sum(axis=(0, 2))
    before, after = world.tables.trade[:, goods], levels.trade[:, goods]
    found = [HubGrowth(
        code, float(transit[at]), _ratio(after[members, :, at].sum(), before[members, :, at].sum()),
        purchases.get(code), _ratio(after[at][:, targets].sum(), before[at][:, targets].sum()), sales.get(code))
        for at in sorted(named, key=lambda hub: -transit[hub]) for code in (world.countries[at],)]
    absent = sorted(set(purchases) - set(world.countries), key=lambda code: -purchases[code]) if named else []
    return (*found, *(HubGrowth(code, 0.0, None, purchases[code], None, sales.get(code), False) for code in absent))


def _ratio(after: float, before: float) -> float | None:
    return float(after / before) if before > 0 else None
