"""Payments between governments."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from multipolar.catalogue import _
from multipolar.errors import ScenarioError
from multipolar.measures.measure import Lowered, Measure, Payment
from multipolar.measures.selection import select_ends
from multipolar.measures.values import Amount, Countries
from multipolar.world.names import CountrySelection
from multipolar.world.tables import FloatArray

if TYPE_CHECKING:
    from multipolar.world.world import World


class Transfer(Measure):
    """Money paid every year on top of the base year's deficits; a group pays or receives in proportion to GDP.

    Aid that flows in the base year is already part of the deficits: that it ends is a transfer back.
    """

    example: ClassVar[str] = "kind: transfer\npayer: USA\nreceiver: UKR\namount: 61000\n"

    kind: Literal["transfer"] = "transfer"
    payer: Annotated[Countries, Field(description="Who pays; the members of a group in proportion to base-year GDP.")]
    receiver: Annotated[Countries, Field(description="Who is paid; a group likewise.")]
    amount: Annotated[Amount, Field(description="How much, in all.")]

    def lower(self, world: "World", *, coarse: bool = False) -> Lowered:
        """One payment for each pair of payer and receiver."""
        payer, receiver = select_ends(world, self.payer, self.receiver)
        both = sorted(set(payer.codes) & set(receiver.codes))
        if both:
            raise ScenarioError(_("{measure}: {country} would pay itself; payer and receiver must not overlap.",
                                  measure=self.label, country=", ".join(both)))
        paid, received = _by_gdp(world, payer), _by_gdp(world, receiver)
        payments = tuple(Payment(int(giver), int(taker), self.amount * float(share * part))
                         for giver, share in zip(payer.indices, paid, strict=True)
                         for taker, part in zip(receiver.indices, received, strict=True))
        return Lowered(self.label, payments=payments, dropped=payer.dropped + receiver.dropped)


def _by_gdp(world: "World", members: CountrySelection) -> FloatArray:
    """Shares (member,) of the members' base-year GDP, value added plus tariff revenue."""
    gdp = (world.tables.factor_income + world.tables.tariff_revenue)[members.indices]
    shares: FloatArray = gdp / np.sum(gdp)
    return shares
