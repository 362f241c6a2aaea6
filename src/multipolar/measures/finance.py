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


def read_shares(value: Any) -> dict[str, float]:
    """Goods and their shares of what is given; the shares add up to one."""
    if not isinstance(value, Mapping) or not value:
        raise ScenarioError(_("{value!r} is no list of goods; write the goods and their shares, for example {example}.",
                              value=value, example="{MAC: 40%, MET: 60%}"))
    shares = {str(sector): read_rate(share, "in_kind") for sector, share in value.items()}
    if min(shares.values()) < 0 or abs(sum(shares.values()) - 1.0) > 1e-9:
        raise ScenarioError(_("the shares of goods given are {shares}; they must be zero or more and add up to 1.",
                              shares=shares))
    return shares


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
        return None if value is None else read_shares(value)

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


class Programme(Measure):
    """Goods that one country makes for another under an agreement of governments, in part on the maker's credit.

    Reactors are the case in mind. No value is shipped with the package: none was published with the facts it rests on.
    What was delivered, and what it will earn, is no income of the receiver in the year that is looked at.
    """

    example: ClassVar[str] = ("kind: programme\nexporter: RUS\nimporter: TUR\nvalue: 1000\n"
                              "goods: {machinery: 60%, construction: 40%}\ncredit: 80%\n")

    kind: Literal["programme"] = "programme"
    exporter: Annotated[Countries, Field(description="Who makes the goods and gives the credit.")]
    importer: Annotated[Countries, Field(description="For whom they are made.")]
    value: Annotated[Amount, Field(description="What is delivered in a year.")]
    goods: Annotated[dict[str, float], Unit("shares", "sector: fraction"), Field(
        description="Of what: sectors of the exporter's, shares that add up to 1.")]
    credit: Annotated[float, Unit("share", "fraction of the value"), Field(
        description="What the importer does not pay in this year.")] = 0.0

    @field_validator("goods", mode="before")
    @classmethod
    def _shares(cls, value: Any) -> dict[str, float]:
        return read_shares(value)

    @field_validator("credit", mode="before")
    @classmethod
    def _part(cls, value: Any) -> float:
        credit = read_rate(value, "credit")
        if not 0.0 <= credit <= 1.0:
            raise ScenarioError(_("credit is {value}; what is not paid at once lies between 0 and 1 (100 %) of the "
                                  "value.", value=value))
        return credit

    def lower(self, world: "World", *, coarse: bool = False) -> Lowered:
        """The goods as a gift in kind, and what is paid for them at once as a transfer back."""
        given = Transfer(payer=self.exporter, receiver=self.importer, amount=self.value, in_kind=self.goods)
        goods = given.lower(world, coarse=coarse)
        if self.credit == 1.0:
            return Lowered(self.label, payments=goods.payments, dropped=goods.dropped)
        paid = Transfer(payer=self.importer, receiver=self.exporter, amount=(1 - self.credit) * self.value)
        return Lowered(self.label, payments=(*goods.payments, *paid.lower(world, coarse=coarse).payments),
                       dropped=goods.dropped)


def _by_gdp(world: "World", members: CountrySelection) -> FloatArray:
    """Shares (member,) of the members' base-year GDP, value added plus tariff revenue."""
    gdp = world.tables.gdp[members.indices]
    shares: FloatArray = gdp / np.sum(gdp)
    return shares
