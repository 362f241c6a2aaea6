"""Critical minerals: who depends on China for which, and what losing it suddenly would cost their users at most.

At most: no stocks and no other supplier. What is left of the mineral is one less the dependence; the closed form of
Bachmann et al. (2022) gives the output of an industry that spends a stated part of its inputs on it.
"""

import re
from dataclasses import dataclass

from multipolar.equilibrium.input_loss import output_after_cut
from multipolar.world.behaviour import behaviour
from multipolar.world.reference.energy import rows

ELASTICITIES = (0.04, 0.1)
"""Of substitution between an input and all others within months: the two of Bachmann et al. (2022)."""
LARGEST = 99.9
"""A dependence of all leaves nothing, of which the closed form makes nothing."""
SUPPLIED = re.compile(r"share of (?:supply|imports) from China, (?P<mineral>(?!Malaysia).+)")
WORLD = re.compile(r"share of (?:refining|refined output|output|mine output), (?P<mineral>.+)")


@dataclass(frozen=True)
class MineralDependence:
    """One mineral and user. dependence in percent of its supply; loss_at_most (low, high) percent of what an industry
    that cannot do without makes; None where the figure is China's part of the world's, not of a user's supply."""

    user: str
    mineral: str
    year: str
    dependence: float
    loss_at_most: tuple[float, float] | None
    source: str


def cost_shares() -> tuple[float, float]:
    """Part of its inputs that a using industry spends on the mineral, low and high: an assumption of behaviour.csv."""
    row = behaviour("mineral_cost_share")
    return row.low, row.high


def mineral_dependences() -> tuple[MineralDependence, ...]:
    """Users with a published dependence first, then China's parts of world output."""
    found = []
    for row in rows("minerals"):
        users = SUPPLIED.match(row["item"])
        named = users or (WORLD.match(row["item"]) if row["country"] == "CHN" else None)
        number = re.match(r"[0-9.]+", row["value"])
        if named is None or number is None:
            continue
        value, loss = min(float(number[0]), LARGEST), None
        if users:
            ends = sorted(100 * (1 - output_after_cut(share, elasticity, 1 - value / 100))
                          for share in cost_shares() for elasticity in ELASTICITIES)
            loss = ends[0], ends[-1]
        found.append(MineralDependence(row["country"] if users else "world", named["mineral"], row["year"],
                                       float(number[0]), loss, row["source"]))
    return tuple(sorted(found, key=lambda one: (one.loss_at_most is None, one.user, -one.dependence)))
