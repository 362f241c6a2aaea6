"""Aid in arms and intelligence: more or less than in the base year, and when it arrives."""

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, field_validator

from multipolar.catalogue import _
from multipolar.errors import ScenarioError
from multipolar.measures.measure import MONTHS_IN_A_YEAR, Aid, Lowered, Measure, Payment
from multipolar.measures.selection import select_ends
from multipolar.measures.values import Countries, Unit, read_number, read_rate
from multipolar.world.military import Military

if TYPE_CHECKING:
    from multipolar.world.world import World


class MilitaryAid(Measure):
    """Arms given in kind change against the base year's, arrive later, or come without intelligence.

    More arms are goods of the military recipe that the giver's government buys at home, out of what it would consume;
    less is spent on its own. Arms that arrive evenly over a year and `delay` months later are there in part this year.
    """

    example: ClassVar[str] = "kind: military_aid\ngiver: all\nreceiver: UKR\nchange: -50%\ndelay: 6\n"

    kind: Literal["military_aid"] = "military_aid"
    giver: Annotated[Countries, Field(description="Who gives arms in the base year.")]
    receiver: Annotated[Countries, Field(description="Who receives them.")]
    change: Annotated[float, Unit("rate", "fraction of the base year's; -1 ends it"), Field(
        description="How much more or less is given.")] = 0.0
    delay: Annotated[float, Unit("number", "months, 0 to 12"), Field(
        description="How much later everything arrives.")] = 0.0
    intelligence: Annotated[float, Unit("share", "fraction of the base year's, 0 to 1"), Field(
        description="What is left of intelligence given as a service.")] = 1.0

    @field_validator("change", mode="before")
    @classmethod
    def _above(cls, value: Any) -> float:
        change = read_rate(value, "change")
        if change < -1.0:
            raise ScenarioError(_("change is {value}; aid cannot fall by more than all of it (-1).", value=value))
        return change

    @field_validator("delay", mode="before")
    @classmethod
    def _months(cls, value: Any) -> float:
        months = read_number(value, "delay", "6")
        if not 0.0 <= months <= MONTHS_IN_A_YEAR:
            raise ScenarioError(_("delay is {value}; it is between 0 and 12 months.", value=value))
        return months

    @field_validator("intelligence", mode="before")
    @classmethod
    def _part(cls, value: Any) -> float:
        part = read_rate(value, "intelligence")
        if not 0.0 < part <= 1.0:
            raise ScenarioError(_("intelligence is {value}; what is left of it lies above 0 and up to 1 (100 %).",
                                  value=value))
        return part

    def lower(self, world: "World", *, coarse: bool = False) -> Lowered:
        """What happens to each gift, and goods bought for what is given on top.

        Raises:
            ScenarioError: nobody of the givers gave arms to the receivers in the base year.
        """
        part = world.part(Military)
        givers, receivers = select_ends(world, self.giver, self.receiver)
        giver, receiver = (axis.reshape(-1) for axis in np.meshgrid(givers.indices, receivers.indices, indexing="ij"))
        given = part.arms[giver, receiver] > 0
        if not given.any():
            raise ScenarioError(_("{measure}: none of the givers gave arms there in the base year. Write a transfer in "
                                  "kind for a new gift.", measure=self.label))
        giver, receiver = giver[given], receiver[given]
        goods = tuple((int(at), float(share)) for at, share in enumerate(part.bought_goods(world)) if share > 0)
        payments = tuple(Payment(int(one), int(other), self.change * float(part.arms[one, other]), goods)
                         for one, other in zip(giver, receiver, strict=True)) if self.change > 0 else ()
        aid = Aid(giver, receiver, 1 + self.change, self.delay, self.intelligence)
        return Lowered(self.label, payments=payments, aid=(aid,), dropped=givers.dropped + receivers.dropped)
