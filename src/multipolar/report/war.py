"""Means of war side by side, and arms on their way: what was pledged and delivered, and what arrives in the year."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multipolar.catalogue import _
from multipolar.equilibrium.outcome import Outcome
from multipolar.equilibrium.war import war
from multipolar.measures.measure import MONTHS_IN_A_YEAR
from multipolar.world.military import Military
from multipolar.world.reference.energy import rows
from multipolar.world.tables import FloatArray
from multipolar.world.world import World

STAGES = {"pledged": ("aid committed", "military aid committed", "European Peace Facility"),
          "allocated": ("aid allocated",),
          "delivered": ("military aid delivered", "military aid received", "military aid to Ukraine")}
"""What the figures of aid are of, by how their names begin: promised, set apart for shipment, and there."""
QUARTER = 3


@dataclass(frozen=True)
class Means:
    """One country: million USD of the base year, changes in percent; arms that arrive within the year, received and
    given, before and after."""

    code: str
    spending: float
    arms_before: float
    arms: float
    given_before: float
    given: float
    budget: float
    cost: float
    capacity: float

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Month:
    """A part of a country's year, million USD at the base year's cost of military means.

    arms   that arrive;  own   what its own budget buys
    means  both together and with what intelligence is left, against the same part of the base year, percent
    rest   both still to come in the year after it
    """

    month: int
    arms: float
    own: float
    means: float
    rest: float


@dataclass(frozen=True)
class Delivery:
    """One published figure of aid: pledged, allocated or delivered over a period."""

    giver: str
    stage: str
    what: str
    period: str
    value: float
    unit: str
    source: str


def means(outcome: Outcome) -> tuple[Means, ...]:
    """Those who fight or receive arms, then the givers, then everybody else with a budget, by spending."""
    world, part = outcome.world, outcome.world.part(Military)
    found = war(outcome.levels)
    received, given = part.received, part.arms.sum(axis=1)
    rank = np.where(_fights(part), 2, np.where(given > 0, 1, 0))
    order = sorted(np.flatnonzero(part.spending > 0).tolist(), key=lambda at: (-rank[at], -part.spending[at]))
    capacity, budget, cost = (outcome.values(name) for name in ("war_capacity", "military_budget", "military_cost"))
    return tuple(Means(world.countries[at], float(part.spending[at]), float(received[at]),
                       float(found.arms[:, at].sum()), float(given[at]), float(found.arms[at].sum()),
                       float(budget[at]), float(cost[at]), float(capacity[at])) for at in order)


def _fights(part: Military) -> NDArray[np.bool_]:
    """Who receives arms, or finances its budget with oil and gas, which is recorded of a country at war alone."""
    at_war: NDArray[np.bool_] = (part.received > 0) | (part.oil_share > 0)
    return at_war


def fighters(world: World) -> tuple[str, ...]:
    """Who fights or receives arms, the largest budget first."""
    part = world.part(Military)
    order = sorted(np.flatnonzero(_fights(part)).tolist(), key=lambda at: -part.spending[at])
    return tuple(world.countries[at] for at in order)


def path(outcome: Outcome, country: str) -> tuple[Month, ...]:
    """A country's year, month by month: arms that come evenly, later where a measure delays them, beside what its own
    budget buys at the new cost."""
    world, part = outcome.world, outcome.world.part(Military)
    at, months = world.country_index(country), int(MONTHS_IN_A_YEAR)
    found = war(outcome.levels)
    own = float(found.budget[at] * part.spending[at] / found.cost[at]) / months
    arms = _arriving(outcome, at) / found.cost[at]
    before = float(part.spending[at] + part.received[at]) / months
    together = (arms + own) * found.intelligence[at]
    return tuple(Month(number + 1, float(arms[number]), own, 100 * (float(together[number]) / before - 1),
                       float((arms + own)[number + 1:].sum())) for number in range(months))


def _arriving(outcome: Outcome, at: int) -> FloatArray:
    """Arms that reach a country in each month (month,), million USD."""
    part, months = outcome.world.part(Military), int(MONTHS_IN_A_YEAR)
    arriving, edges = np.zeros(months), np.arange(months + 1)
    rate, delay = part.arms[:, at] / months, np.zeros(len(outcome.world.countries))
    for aid in outcome.levels.policy.aid:
        here = aid.giver[aid.receiver == at]
        rate[here] *= aid.factor
        delay[here] = months - (months - delay[here]) * (1 - aid.delay / months)
    for giver in np.flatnonzero(rate > 0):
        arriving += rate[giver] * np.clip(edges[1:] - np.maximum(edges[:-1], delay[giver]), 0.0, 1.0)
    return arriving


def quarters(year: tuple[Month, ...]) -> tuple[Month, ...]:
    """The same by quarter; `month` is the last of each."""
    parts = [year[start:start + QUARTER] for start in range(0, len(year), QUARTER)]
    return tuple(Month(part[-1].month, sum(one.arms for one in part), sum(one.own for one in part),
                       sum(one.means for one in part) / len(part), part[-1].rest) for part in parts)


def deliveries() -> tuple[Delivery, ...]:
    """Every published figure of aid to Ukraine: what was pledged, then allocated, then delivered, by period."""
    found = [Delivery(row["country"], stage, row["item"], row["year"], float(row["value"]), row["unit"], row["source"])
             for stage, items in STAGES.items() for row in rows("military")
             if row["item"].startswith(items) and row["value"]]
    return tuple(sorted(found, key=lambda one: (list(STAGES).index(one.stage), one.period)))


def stage_name(stage: str) -> str:
    """A stage in the reader's language."""
    return {"pledged": _("pledged"), "allocated": _("allocated"), "delivered": _("delivered")}[stage]
