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
WORLD_USER = "world"
WITHHELD = ("rare earths", "gallium", "germanium")
"""What China has put under licence or banned from sale, in the words of the figures."""
SUPPLIED = re.compile(r"share of (?:supply|imports) from China, (?P<mineral>(?!Malaysia).+)")
WORLD = re.compile(r"share of (?:refining|refined output|output|mine output), (?P<mineral>.+)")


@dataclass(frozen=True)
class MineralDependence:
    """One mineral and user. dependence in percent of its supply; loss_at_most (low, high) percent of what an industry
    that cannot do without makes. Of the user "world" the dependence is China's part of the world's output, and the
    loss that of a user who buys as the world makes."""

    user: str
    mineral: str
    year: str
    dependence: float
    loss_at_most: tuple[float, float]
    source: str


def cost_shares() -> tuple[float, float]:
    """Part of its inputs that a using industry spends on the mineral, low and high: an assumption of behaviour.csv."""
    row = behaviour("mineral_cost_share")
    return row.low, row.high


def mineral_dependences() -> tuple[MineralDependence, ...]:
    """Users with a published dependence first, then China's parts of world output, each the largest first."""
    found = []
    for row in rows("minerals"):
        users = SUPPLIED.match(row["item"])
        named = users or (WORLD.match(row["item"]) if row["country"] == "CHN" else None)
        number = re.match(r"[0-9.]+", row["value"])
        if named is None or number is None:
            continue
        left = 1 - min(float(number[0]), LARGEST) / 100
        ends = sorted(100 * (1 - output_after_cut(share, elasticity, left))
                      for share in cost_shares() for elasticity in ELASTICITIES)
        found.append(MineralDependence(row["country"] if users else WORLD_USER, named["mineral"], row["year"],
                                       float(number[0]), (ends[0], ends[-1]), row["source"]))
    return tuple(sorted(found, key=lambda one: (one.user == WORLD_USER, one.user, -one.dependence)))


def withheld_minerals() -> tuple[MineralDependence, ...]:
    """What China has put under licence or ban: every user's figure, else the world's, for a brief to name."""
    found = [one for one in mineral_dependences() if any(name in one.mineral for name in WITHHELD)]
    return tuple(one for one in found if one.user != WORLD_USER or one.mineral in WITHHELD)
