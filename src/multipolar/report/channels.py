"""Through what an economy gains or loses: the exact decomposition in few parts that add up, in words.

The parts are in log percent. Each is scaled to percentage points of the change itself and weighted over the members of
a group, so that the channels of a row add up to the number in that row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from multipolar.catalogue import _
from multipolar.equilibrium.decompose import LOG_PERCENT, logarithmic_mean
from multipolar.equilibrium.outcome import Outcome
from multipolar.report.chain import Chain
from multipolar.world.names import country_names
from multipolar.world.tables import FloatArray, IntArray
from multipolar.world.world import World

Measure = Literal["real_income", "real_gdp"]
Details = tuple[tuple[str, float], ...]

SMALLEST = 0.005
"""Percentage points below which a channel or a detail is not worth a sentence: it would print as 0.00."""
MENTIONED = 0.02
"""Percent from which a change is worth explaining in words; the tables have every one."""
MOST_DETAILS = 2
LEAST_PART = 0.05
"""Part of its channel from which a single flow is worth naming."""
MOST_SUPPLIERS = 2


@dataclass(frozen=True)
class Channel:
    """One part of a change: percentage points, a phrase without numbers, and what is largest in it.

    key is one of wages, productivity, imports, barriers, suppliers_lost, suppliers_gained, tariff_revenue, deficit,
    transfers.
    details are (phrase, percentage points), largest first; they need not add up to the whole.
    """

    key: str
    points: float
    phrase: str
    details: Details = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"channel": self.key, "points": self.points, "phrase": self.phrase,
                "details": [{"phrase": phrase, "points": points} for phrase, points in self.details]}


def largest(cell_channels: Sequence[Channel], percent: float, most: int) -> tuple[Channel, ...]:
    """The channels of a change of `percent` to explain in words: none where it is hardly touched."""
    if abs(percent) < MENTIONED:
        return ()
    return tuple(channel for channel in cell_channels if abs(channel.points) >= SMALLEST)[:most]


def country_name(world: World, code: str) -> str:
    """The name to show for a country of the world: the world's own, else the English one, else the code."""
    return world.country_names.get(code) or country_names().get(code, code)


def sector_name(world: World, code: str) -> str:
    """The name to show for a sector inside a sentence."""
    name = world.sector_names.get(code, code)
    return name[0].lower() + name[1:] if name[1:2].islower() else name


def channels(chain: Chain, members: IntArray, measure: Measure = "real_income") -> tuple[Channel, ...]:
    """The channels of a group's change, largest first; they add up to its percent change to rounding.

    Args:
        chain: the outcome to explain, with its supply chains.
        members: positions of the group's countries; one for a country by itself.
        measure: the change to explain: real income, or real GDP, which knows no deficit and no transfer.
    """
    outcome = chain.outcome
    income = income_parts(outcome) if measure == "real_income" else product_parts(outcome)
    factor = _points_per_log(outcome, members, measure)
    parts, words = chain.parts(members, factor), _Words(outcome, members)
    earned = {name: float(values[members] @ factor) for name, values in income.items()}
    found = [
        words.wages(earned["wages"] + parts.labour), words.productivity(parts.productivity),
        words.imports(parts.imports), words.barriers(parts.barriers), words.lost(parts.lost),
        words.gained(parts.gained), words.revenue(earned["revenue"])]
    if measure == "real_income":
        found += [words.deficit(earned["deficit"]), words.transfers(earned["transfers"])]
    return tuple(sorted((one for one in found if one.points), key=lambda one: -abs(one.points)))


def _points_per_log(outcome: Outcome, members: IntArray, measure: Measure) -> FloatArray:
    """Percentage points of the group's change for each log percent of a member's (member,)."""
    tables, percent = outcome.world.tables, outcome.values(measure)[members]
    moved = np.abs(percent) > 1e-9
    logs = LOG_PERCENT * np.log1p(np.where(moved, percent, 1.0) / 100)
    weight = tables.final_spending if measure == "real_income" else tables.factor_income + tables.tariff_revenue
    weight = weight[members]
    if outcome.baseline is not None:
        weight = weight * (1 + outcome.baseline.values(measure)[members] / 100)
    factor: FloatArray = np.where(moved, percent / logs, 1.0) * weight / weight.sum()
    return factor


class _Words:
    """Phrases for the parts of one group's change."""

    def __init__(self, outcome: Outcome, members: IntArray) -> None:
        self.outcome, self.world, self.members = outcome, outcome.world, members

    def wages(self, points: float) -> Channel:
        return Channel("wages", points, _("wages up against the world's") if points > 0 else
                       _("wages down against the world's"))

    def productivity(self, points: float) -> Channel:
        return Channel("productivity", points, _("higher productivity") if points > 0 else _("lower productivity"))

    def imports(self, points: FloatArray) -> Channel:
        total = float(points.sum())
        return Channel("imports", total, _("cheaper imports") if total > 0 else _("dearer imports"),
                       self._largest(points, total))

    def barriers(self, points: FloatArray) -> Channel:
        total = float(points.sum())
        return Channel("barriers", total, _("lower tariffs and trade costs on imports") if total > 0 else
                       _("higher tariffs and trade costs on imports"), self._largest(points, total))

    def _largest(self, points: FloatArray, total: float) -> Details:
        """The largest flows that push the way the total does, as far as they matter in it."""
        towards = points if total > 0 else -points
        found = []
        for place in np.argsort(-towards, axis=None, kind="stable")[:MOST_DETAILS]:
            country, sector = np.unravel_index(place, points.shape)
            if towards[country, sector] >= max(SMALLEST, LEAST_PART * abs(total)):
                found.append((_("{good} from {country}", good=sector_name(self.world, self.world.sectors[sector]),
                                country=country_name(self.world, self.world.countries[country])),
                              float(points[country, sector])))
        return tuple(found)

    def lost(self, points: FloatArray) -> Channel:
        return Channel("suppliers_lost", float(points.sum()), _("suppliers lost"), self._by_sector(points, lost=True))

    def gained(self, points: FloatArray) -> Channel:
        return Channel("suppliers_gained", float(points.sum()), _("suppliers opened"),
                       self._by_sector(points, lost=False))

    def _by_sector(self, points: FloatArray, *, lost: bool) -> Details:
        """The sectors that matter most, each with the suppliers that a measure closed or opened."""
        largest = np.argsort(-np.abs(points), kind="stable")[:MOST_DETAILS]
        return tuple((_("{good} from {countries}", good=sector_name(self.world, self.world.sectors[sector]),
                        countries=self._suppliers(int(sector), lost=lost)), float(points[sector]))
                     for sector in largest if abs(points[sector]) >= SMALLEST)

    def _suppliers(self, sector: int, *, lost: bool) -> str:
        """Who stopped or began to sell a good to the group, the largest first."""
        baseline = self.outcome.baseline
        base = baseline.values("trade") if baseline else self.world.tables.trade
        before, after = (trade[:, sector, self.members] for trade in (base, self.outcome.values("trade")))
        moved = np.where((before > 0) & (after <= 0), before, 0.0) if lost else np.where(
            (before <= 0) & (after > 0), after, 0.0)
        sold = moved.sum(axis=1)
        return listed([country_name(self.world, self.world.countries[place])
                       for place in np.argsort(-sold, kind="stable") if sold[place] > 0])

    def revenue(self, points: float) -> Channel:
        return Channel("tariff_revenue", points, _("more tariff revenue") if points > 0 else _("less tariff revenue"))

    def deficit(self, points: float) -> Channel:
        if float(self.world.tables.deficit[self.members].sum()) > 0:
            phrase = _("more borrowing abroad") if points > 0 else _("less borrowing abroad")
        else:
            phrase = _("less lending abroad") if points > 0 else _("more lending abroad")
        return Channel("deficit", points, phrase)

    def transfers(self, points: float) -> Channel:
        return Channel("transfers", points, _("transfers received") if points > 0 else _("transfers paid"))


def income_parts(outcome: Outcome) -> dict[str, FloatArray]:
    """What the change of spending consists of (country,), log percent."""
    return {"wages": outcome.values("gain_from_wages"), "revenue": outcome.values("gain_from_tariff_revenue"),
            "deficit": outcome.values("gain_from_deficit"), "transfers": outcome.values("gain_from_transfers")}


def product_parts(outcome: Outcome) -> dict[str, FloatArray]:
    """What the change of GDP consists of (country,), log percent: factor income and tariff revenue."""
    tables = outcome.world.tables
    earned, revenue = outcome.values("factor_income"), outcome.values("tariff_revenue")
    mean = logarithmic_mean(earned + revenue, tables.factor_income + tables.tariff_revenue)
    parts = {"wages": LOG_PERCENT * (earned - tables.factor_income) / mean,
             "revenue": LOG_PERCENT * (revenue - tables.tariff_revenue) / mean}
    if outcome.baseline is None:
        return parts
    before = product_parts(outcome.baseline)
    return {name: values - before[name] for name, values in parts.items()}


def listed(names: Sequence[str]) -> str:
    """A few names, and how many more there are."""
    if len(names) <= MOST_SUPPLIERS + 1:
        return ", ".join(names[:-1]) + _(" and ") + names[-1] if len(names) > 1 else "".join(names)
    return _("{names} and {number} others", names=", ".join(names[:MOST_SUPPLIERS]),
             number=len(names) - MOST_SUPPLIERS)
