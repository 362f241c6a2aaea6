"""Payments between governments."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, field_validator

from multipolar.catalogue import _
from multipolar.errors import ScenarioError
from multipolar.measures.measure import Lowered, Measure, Payment
from multipolar.measures.selection import select_ends
from multipolar.measures.values import Amount, Countries, Unit, read_rate
from multipolar.world.names import CountrySelection, select_sectors
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
    in_kind: Annotated[dict[str, float] | None, Unit("shares", "sector: fraction"), Field(
        description="Given as goods that the payer's government buys at home, instead of money; shares add up to 1.")
    ] = None

    @field_validator("in_kind", mode="before")
    @classmethod
    def _shares(cls, value: Any) -> dict[str, float] | None:
        if value is None:
            return None
        if not isinstance(value, Mapping) or not value:
            raise ScenarioError(_("in_kind is {value!r}; write the goods and their shares, for example {example}.",
                                  value=value, example="{MAC: 40%, MET: 60%}"))
        shares = {str(sector): read_rate(share, "in_kind") for sector, share in value.items()}
        if min(shares.values()) < 0 or abs(sum(shares.values()) - 1.0) > 1e-9:
            raise ScenarioError(_("the shares of goods given are {shares}; they must be zero or more and add up to 1.",
                                  shares=shares))
        return shares

    def lower(self, world: "World", *, coarse: bool = False) -> Lowered:
        """One payment for each pair of payer and receiver."""
        payer, receiver = select_ends(world, self.payer, self.receiver)
        both = sorted(set(payer.codes) & set(receiver.codes))
        if both:
            raise ScenarioError(_("{measure}: {country} would pay itself; payer and receiver must not overlap.",
                                  measure=self.label, country=", ".join(both)))
        paid, received = _by_gdp(world, payer), _by_gdp(world, receiver)
        goods = tuple(self._goods(world, coarse)) if self.in_kind else ()
        payments = tuple(Payment(int(giver), int(taker), self.amount * float(share * part), goods)
                         for giver, share in zip(payer.indices, paid, strict=True)
                         for taker, part in zip(receiver.indices, received, strict=True))
        return Lowered(self.label, payments=payments, dropped=payer.dropped + receiver.dropped)

    def _goods(self, world: "World", coarse: bool) -> Iterator[tuple[int, float]]:
        """Sector indices and shares of goods given; a group of sectors shares by what the payer's side buys."""
        for name, share in (self.in_kind or {}).items():
            chosen = select_sectors(name, world, coarse=coarse).indices
            bought = world.tables.final[chosen].sum(axis=1)
            weights = bought / bought.sum() if bought.sum() > 0 else np.full(len(chosen), 1 / len(chosen))
            yield from ((int(sector), share * float(weight)) for sector, weight in zip(chosen, weights, strict=True))


def _by_gdp(world: "World", members: CountrySelection) -> FloatArray:
    """Shares (member,) of the members' base-year GDP, value added plus tariff revenue."""
    gdp = world.tables.gdp[members.indices]
    shares: FloatArray = gdp / np.sum(gdp)
    return shares
