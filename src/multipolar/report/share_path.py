"""The path of a rail's share of world trade along the size of a scenario's measures, and where it tips, if it does.

At every size settlement is found from two starts, one where the leading rail carries nearly everything and one where
the others do. Where the two end apart, use of rails feeds on itself enough for several equilibria: between the first
and the last such size the share can tip from one to the other.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from multipolar.catalogue import _
from multipolar.equilibrium.settled_trade import settle_trade
from multipolar.equilibrium.thickness import base_radius, pair_trade
from multipolar.errors import InputError
from multipolar.measures.measure import Measure
from multipolar.measures.scenario import Scenario
from multipolar.world.settlement import Settlement
from multipolar.world.world import World

APART = 0.1
"""Percentage points of world trade from which two starts count as ending in different equilibria."""
_SIZES = {"close_rail": "share", "rail_cost": "ad_valorem", "open_rail": "latent_share",
          "secondary_sanctions": "credibility"}


@dataclass(frozen=True)
class SharePath:
    """A rail's share of world trade, percent, at each size of the measures, 1 being the scenario as it is.

    from_leading, from_others   where the two starts end
    base                        the share in the base year
    radius                      spectral radius of use that feeds on itself, in the base year
    """

    rail: str
    base: float
    radius: float
    sizes: tuple[float, ...]
    from_leading: tuple[float, ...]
    from_others: tuple[float, ...]

    @property
    def tips(self) -> tuple[float, float] | None:
        """The first and the last size at which there are several equilibria; None where there is none."""
        apart = [size for size, high, low in zip(self.sizes, self.from_leading, self.from_others, strict=True)
                 if abs(high - low) > APART]
        return (apart[0], apart[-1]) if apart else None

    @property
    def steepest(self) -> tuple[float, float]:
        """The size after which the share moves fastest, and by how many points for the whole size at that pace."""
        slopes = np.diff(self.from_leading) / np.diff(self.sizes)
        at = int(np.abs(slopes).argmax())
        return self.sizes[at], float(slopes[at])

    def to_dict(self) -> dict[str, Any]:
        """Plain data, with the tipping interval and the steepest place."""
        return asdict(self) | {"tips": self.tips, "steepest": self.steepest}


def share_path(world: World, scenario: Scenario, rail: str = "USD",
               sizes: Sequence[float] = tuple(np.linspace(0.05, 1.0, 20))) -> SharePath:
    """Follow a rail's share of world trade, at base-year trade, as a scenario's measures on rails grow to full size.

    Raises:
        UnknownName: the world has no such rail.
        InputError: the scenario has a measure that is not on rails, or a size is not in (0, 1].
    """
    part = world.part(Settlement)
    at, trade = part.rail_index(rail), pair_trade(world)
    if not sizes or not all(0 < size <= 1 for size in sizes):
        raise InputError(_("sizes must be above 0 and at most 1; given: {sizes}.", sizes=list(sizes)))
    ends: dict[str, list[float]] = {"leading": [], "others": []}
    for size in sorted(sizes):
        policy = scaled(scenario, float(size)).policy(world)
        for start, found in ends.items():
            share = settle_trade(world, policy, start="leading" if start == "leading" else "others")
            found.append(float(100 * (trade * share[..., at]).sum() / trade.sum()))
    base = float(100 * (trade * part.share[..., at]).sum() / trade.sum())
    return SharePath(rail, base, base_radius(world), tuple(sorted(map(float, sizes))), tuple(ends["leading"]),
                     tuple(ends["others"]))


def scaled(scenario: Scenario, size: float) -> Scenario:
    """The scenario with the size of every measure on rails times `size`.

    Raises:
        InputError: it has a measure that is not on rails.
    """
    return scenario.model_copy(update={"measures": tuple(_scaled(one, size) for one in scenario.measures)})


def _scaled(measure: Measure, size: float) -> Measure:
    kind = str(getattr(measure, "kind", ""))
    if kind not in _SIZES:
        raise InputError(_("{measure} is not on settlement rails; a path follows {kinds}.", measure=measure.label,
                           kinds=", ".join(_SIZES)))
    field = _SIZES[kind]
    return measure.model_copy(update={field: size * getattr(measure, field)})
