"""Means of war side by side, and arms on their way: what was pledged and delivered, and what arrives in the year."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from multipolar.equilibrium.outcome import Outcome
from multipolar.equilibrium.war import war
from multipolar.measures.measure import MONTHS_IN_A_YEAR
from multipolar.world.military import Military
from multipolar.world.reference.energy import rows

ITEMS = ("aid committed", "aid allocated", "military aid delivered", "military aid committed", "military aid received",
         "military aid to Ukraine", "European Peace Facility")


@dataclass(frozen=True)
class Means:
    """One country: million USD of the base year, changes in percent; `arms` arrive in the year."""

    code: str
    spending: float
    arms_before: float
    arms: float
    budget: float
    cost: float
    capacity: float

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Month:
    """One month of a receiver's year: arms that arrive and what its own budget buys, million USD at base-year cost."""

    month: int
    arms: float
    own: float


@dataclass(frozen=True)
class Delivery:
    """One published figure of aid: pledged, allocated or delivered over a period."""

    giver: str
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
    rank = np.where((received > 0) | (part.oil_share > 0), 2, np.where(given > 0, 1, 0))
    order = sorted(np.flatnonzero(part.spending > 0).tolist(), key=lambda at: (-rank[at], -part.spending[at]))
    capacity, budget, cost = (outcome.values(name) for name in ("war_capacity", "military_budget", "military_cost"))
    return tuple(Means(world.countries[at], float(part.spending[at]), float(received[at]),
                       float(found.arms[:, at].sum()), float(budget[at]), float(cost[at]), float(capacity[at]))
                 for at in order)


def path(outcome: Outcome, receiver: str) -> tuple[Month, ...]:
    """The receiver's year, month by month: arms that come evenly, later where a measure delays them, beside what its
    own budget buys at the new cost."""
    world, part = outcome.world, outcome.world.part(Military)
    at = world.country_index(receiver)
    found = war(outcome.levels)
    own = float(found.budget[at] * part.spending[at] / found.cost[at]) / MONTHS_IN_A_YEAR
    arriving = np.zeros(int(MONTHS_IN_A_YEAR))
    edges = np.arange(MONTHS_IN_A_YEAR + 1)
    rate, delay = part.arms[:, at] / MONTHS_IN_A_YEAR, np.zeros(len(world.countries))
    for aid in outcome.levels.policy.aid:
        here = aid.giver[aid.receiver == at]
        rate[here] *= aid.factor
        delay[here] = MONTHS_IN_A_YEAR - (MONTHS_IN_A_YEAR - delay[here]) * (1 - aid.delay / MONTHS_IN_A_YEAR)
    for giver in np.flatnonzero(rate > 0):
        arriving += rate[giver] * np.clip(edges[1:] - np.maximum(edges[:-1], delay[giver]), 0.0, 1.0)
    return tuple(Month(month + 1, float(arms / found.cost[at]), own) for month, arms in enumerate(arriving))


def deliveries() -> tuple[Delivery, ...]:
    """Every published figure of aid to Ukraine, in the order of the facts."""
    return tuple(Delivery(row["country"], row["item"], row["year"], float(row["value"]), row["unit"], row["source"])
                 for row in rows("military") if row["item"].startswith(ITEMS) and row["value"])
