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
from multipolar.equilibrium.economy import capital_share, resource_share
from multipolar.equilibrium.levels import Levels
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

    key is one of wages, resources, capital, productivity, imports, barriers, suppliers_lost, suppliers_gained,
    tariff_revenue, rents, deficit, transfers, gifts.
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
    factor = _points_per_log(outcome, members, measure)
    parts, words = chain.parts(members, factor), _Words(outcome, members)
    earned = {name: factor @ values[members] for name, values in income_parts(outcome, measure).items()}
    found = [
        words.wages(float(earned["labour"]) + parts.labour), words.resources(earned["resources"] + parts.resources),
        words.capital(earned["capital"] + parts.capital), words.productivity(parts.productivity),
        words.imports(parts.imports), words.barriers(parts.barriers), words.lost(parts.lost),
        words.gained(parts.gained),
        *[make(float(earned[name])) for name, make in words.incomes.items() if name in earned]]
    return tuple(sorted((one for one in found if one.points), key=lambda one: -abs(one.points)))


def _points_per_log(outcome: Outcome, members: IntArray, measure: Measure) -> FloatArray:
    """Percentage points of the group's change for each log percent of a member's (member,)."""
    tables, percent = outcome.world.tables, outcome.values(measure)[members]
    moved = np.abs(percent) > 1e-9
    logs = LOG_PERCENT * np.log1p(np.where(moved, percent, 1.0) / 100)
    weight = tables.final_spending if measure == "real_income" else tables.gdp
    weight = weight[members]
    if outcome.baseline is not None:
        weight = weight * (1 + outcome.baseline.values(measure)[members] / 100)
    factor: FloatArray = np.where(moved, percent / logs, 1.0) * weight / weight.sum()
    return factor


class _Words:
    """Phrases for the parts of one group's change."""

    def __init__(self, outcome: Outcome, members: IntArray) -> None:
        self.outcome, self.world, self.members = outcome, outcome.world, members
        self.incomes = {"revenue": self.revenue, "rents": self.rents, "deficit": self.deficit,
                        "transfers": self.transfers, "gifts": self.gifts}

    def wages(self, points: float) -> Channel:
        return Channel("wages", points, _("wages up against the world's") if points > 0 else
                       _("wages down against the world's"))

    def resources(self, points: FloatArray) -> Channel:
        total = float(points.sum())
        return Channel("resources", total, _("more earned from wells, mines and land") if total > 0 else
                       _("less earned from wells, mines and land"), self._own_sectors(points, total))

    def capital(self, points: FloatArray) -> Channel:
        total = float(points.sum())
        return Channel("capital", total, _("more earned by capital bound to its industry") if total > 0 else
                       _("less earned by capital bound to its industry"), self._own_sectors(points, total))

    def _own_sectors(self, points: FloatArray, total: float) -> Details:
        """The sectors that push most the way the total does."""
        towards = points if total > 0 else -points
        return tuple((sector_name(self.world, self.world.sectors[sector]), float(points[sector]))
                     for sector in np.argsort(-towards, kind="stable")[:MOST_DETAILS]
                     if towards[sector] >= max(SMALLEST, LEAST_PART * abs(total)))

    def productivity(self, points: float) -> Channel:
        return Channel("productivity", points, _("higher productivity") if points > 0 else _("lower productivity"))

    def imports(self, points: FloatArray) -> Channel:
        total = float(points.sum())
        return Channel("imports", total, _("cheaper imports") if total > 0 else _("dearer imports"),
                       self._largest(points, total))

    def barriers(self, points: FloatArray) -> Channel:
        total = float(points.sum())
        if len(self.outcome.levels.wedges.landed):
            phrase = _("tariffs, export taxes, rents and trade costs on imports")
        elif total > 0:
            phrase = _("lower tariffs and trade costs on imports")
        else:
            phrase = _("higher tariffs and trade costs on imports")
        return Channel("barriers", total, phrase, self._largest(points, total))

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

    def rents(self, points: float) -> Channel:
        return Channel("rents", points, _("export taxes and rents received") if points > 0 else
                       _("export taxes and rents lost"))

    def gifts(self, points: float) -> Channel:
        return Channel("gifts", points, _("goods given away") if points < 0 else _("fewer goods given away"))

    def deficit(self, points: float) -> Channel:
        if float(self.world.tables.deficit[self.members].sum()) > 0:
            phrase = _("more borrowing abroad") if points > 0 else _("less borrowing abroad")
        else:
            phrase = _("less lending abroad") if points > 0 else _("more lending abroad")
        return Channel("deficit", points, phrase)

    def transfers(self, points: float) -> Channel:
        return Channel("transfers", points, _("transfers received") if points > 0 else _("transfers paid"))


def income_parts(outcome: Outcome, measure: Measure) -> dict[str, FloatArray]:
    """What the change of income consists of, log percent: (country,), for resources and capital (country, sector).

    For real income the whole is what is left to spend, for real GDP factor income, duties, export taxes and rents.
    """
    parts = _income_parts(outcome.levels, measure)
    if outcome.baseline is None:
        return parts
    before = _income_parts(outcome.baseline.levels, measure)
    return {name: values - before[name] for name, values in parts.items()}


def _income_parts(levels: Levels, measure: Measure) -> dict[str, FloatArray]:
    """Income parts relative to the base year: differences over the logarithmic mean of the whole before and after."""
    tables = levels.world.tables
    capital, resource = capital_share(levels.world), resource_share(levels.world).T * tables.output
    mixed = tables.value_added - resource
    labour, bound = ((1 - capital) * mixed).sum(axis=1), capital * mixed
    living = levels.living_industries
    changes = {
        "labour": (levels.wage - 1) * labour,
        "resources": np.where(living, levels.resource_rent * resource, 0.0) - resource,
        "capital": np.where(living, levels.capital_rent * bound, 0.0) - bound,
        "revenue": levels.tariff_revenue - tables.tariff_revenue,
        "rents": levels.rents_received - tables.rents_received,
    }
    product = tables.gdp
    mean = logarithmic_mean(levels.factor_income + levels.tariff_revenue + levels.rents_received, product)
    if measure == "real_income":
        changes |= {"deficit": levels.deficit - tables.deficit, "transfers": levels.policy.transfers,
                    "gifts": -levels.given_away}
        mean = logarithmic_mean(levels.consumption, tables.final_spending)
    return {name: LOG_PERCENT * change / (mean if change.ndim == 1 else mean[:, None])
            for name, change in changes.items()}


def listed(names: Sequence[str]) -> str:
    """A few names, and how many more there are."""
    if len(names) <= MOST_SUPPLIERS + 1:
        return ", ".join(names[:-1]) + _(" and ") + names[-1] if len(names) > 1 else "".join(names)
    return _("{names} and {number} others", names=", ".join(names[:MOST_SUPPLIERS]),
             number=len(names) - MOST_SUPPLIERS)
