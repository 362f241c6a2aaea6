"""The rows of a brief: which countries each stands for, and what a row says of one scenario."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from multipolar.catalogue import _
from multipolar.equilibrium.outcome import Outcome
from multipolar.errors import ScenarioError
from multipolar.measures.scenario import Horizon
from multipolar.report.chain import Chain
from multipolar.report.channels import Channel, Measure, channels, country_name
from multipolar.world.names import NotInWorld, select_countries
from multipolar.world.tables import IntArray
from multipolar.world.world import World

WORLD = "world"
MILLION_IN_A_BILLION = 1e3
FIRST_SANCTIONS = 2014
"""Sanctions on Russia are in force in every base year from here on."""


@dataclass(frozen=True)
class Economy:
    """A country or group with a row: its selector, name to show, members in this world and members it lacks.

    Without members it is not in this world. `basis` says what its results come on top of, where that must be said.
    """

    key: str
    name: str
    members: tuple[str, ...]
    lacking: tuple[str, ...] = ()
    basis: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"key": self.key, "name": self.name, "members": list(self.members), "lacking": list(self.lacking),
                "in_world": bool(self.members), "basis": self.basis}


@dataclass(frozen=True)
class Cell:
    """What a scenario does to an economy at one horizon.

    headline        "real_income", or "real_gdp" for a country cut off under proportional deficits, whose real income
                    contains the surplus it stops lending
    percent         change of the headline; billions: what that is worth at the base year's prices, billion USD
    real_income, real_gdp   percent, whatever the headline
    beside          change of the headline under the second deficit rule, None where there is none
    other           the same economy at the second horizon, None where there is none
    flagged         the two rules differ by more than the brief allows
    channels        parts of the headline's change, percentage points, largest first; they add up to `percent`
    """

    economy: Economy
    headline: Measure
    percent: float
    billions: float
    real_income: float
    real_gdp: float
    beside: float | None
    flagged: bool
    channels: tuple[Channel, ...]
    horizon: Horizon
    other: "Cell | None" = None

    @property
    def percent_other(self) -> float | None:
        """Percent at the second horizon, by the same measure; None where there is none."""
        return None if self.other is None else float(getattr(self.other, self.headline))

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        data = {"economy": self.economy.key, "horizon": self.horizon, "headline": self.headline,
                "percent": self.percent, "billion_usd": self.billions, "real_income": self.real_income,
                "real_gdp": self.real_gdp, "beside": self.beside, "flagged": self.flagged,
                "basis": self.economy.basis, "channels": [channel.to_dict() for channel in self.channels]}
        return data if self.other is None else data | {"other_horizon": self.other.to_dict()}


def basis(members: Sequence[str], year: int) -> str:
    """What results about these countries come on top of."""
    if "RUS" in members and year >= FIRST_SANCTIONS:
        return _("on top of the sanctions in force in {year}", year=year)
    return ""


def economy(world: World, selector: str) -> Economy:
    """The row of a country or group, which may not be in this world.

    Raises:
        UnknownName: there is no such country or group anywhere.
    """
    if selector == WORLD:
        return whole_world(world)
    try:
        chosen = select_countries(selector, world.countries, world.year)
    except (NotInWorld, ScenarioError):
        return Economy(selector, country_name(world, selector), ())
    return Economy(selector, country_name(world, selector), chosen.codes, chosen.dropped,
                   basis(chosen.codes, world.year))


def whole_world(world: World) -> Economy:
    """The row of everyone together."""
    return Economy(WORLD, _("World"), world.countries)


def one_country(world: World, place: int) -> Economy:
    """A row for the country at a position, as winners and losers have."""
    code = world.countries[place]
    return Economy(code, country_name(world, code), (code,), (), basis((code,), world.year))


def is_cut_off(outcome: Outcome) -> IntArray:
    """Positions of countries that trade with nobody any more."""
    tables = outcome.world.tables
    traded = tables.trade.sum(axis=(1, 2)) > np.einsum("isi->i", tables.trade)
    return np.flatnonzero(traded & (outcome.values("exports") <= 0) & (outcome.values("imports") <= 0))


def headlines(outcome: Outcome) -> tuple[Measure, ...]:
    """For each country the measure to read: real GDP where it is cut off under proportional deficits."""
    cut_off = set(is_cut_off(outcome).tolist()) if outcome.certificate.deficits == "proportional" else set()
    return tuple("real_gdp" if place in cut_off else "real_income" for place in range(len(outcome.world.countries)))


def cell(chain: Chain, row: Economy, *, beside: Outcome | None = None, other: Cell | None = None,
         flag_points: float = 0.0) -> Cell:
    """What an outcome says of an economy, and what it is under the second rule and at the second horizon."""
    outcome, world = chain.outcome, chain.outcome.world
    places = np.array([world.country_index(code) for code in row.members], dtype=np.int64)
    headline: Measure = headlines(outcome)[places[0]] if len(places) == 1 else "real_income"
    group = outcome.group(WORLD if row.key == WORLD else list(row.members))
    percent = group.real_income if headline == "real_income" else group.real_gdp
    second = None
    if beside is not None:
        compared = beside.group(WORLD if row.key == WORLD else list(row.members))
        second = compared.real_income if headline == "real_income" else compared.real_gdp
    amount = group.equivalent_variation
    if headline == "real_gdp":
        amount = percent / 100 * float(world.tables.gdp[places].sum())
    return Cell(row, headline, percent, amount / MILLION_IN_A_BILLION, group.real_income, group.real_gdp, second,
                second is not None and abs(second - percent) > flag_points, channels(chain, places, headline),
                outcome.scenario.closure.horizon, other)
