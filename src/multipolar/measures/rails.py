"""Closing, taxing and opening settlement rails: a currency with the banks and messaging that clear it."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from multipolar.catalogue import _
from multipolar.errors import ScenarioError
from multipolar.measures.measure import Cells, Lowered, Measure, RailChange
from multipolar.measures.rents import owner_index
from multipolar.measures.selection import Selector, select_ends
from multipolar.measures.values import Countries, Fraction, Rails, Rate, Share, Unit
from multipolar.world.settlement import Settlement
from multipolar.world.tables import IntArray

if TYPE_CHECKING:
    from multipolar.world.world import World

Direction = Annotated[Literal["both", "exports", "imports"], Unit("text", "both, exports or imports"),
                      Field(description="Whether payments for the country's exports, imports or both are meant.")]


class CloseRail(Measure):
    """A country's banks lose a rail: a currency with the banks and messaging that clear it."""

    example: ClassVar[str] = "kind: close_rail\ncountry: RUS\nrail: [USD, EUR]\n"

    kind: Literal["close_rail"] = "close_rail"
    country: Annotated[Countries, Field(description="Whose banks.")]
    rail: Annotated[Rails, Field(description="Which rails; all closes every one, which is a ban.")]
    partner: Annotated[Countries, Field(description="In payments with whom.")] = "all"
    share: Annotated[Fraction, Field(description="The part of the banks that is cut off; 1 closes the rail.")] = 1.0
    direction: Direction = "both"

    def lower(self, world: "World", *, coarse: bool = False) -> Lowered:
        """The rails' weight on every pair of the country, less the part that is cut off."""
        exporter, importer, dropped = select_pairs(world, self.country, self.partner, self.direction)
        rail = named_rails(world, self.rail)
        weight = np.full(len(exporter), -np.inf if self.share == 1 else np.log1p(-self.share))
        return Lowered(self.label, rails=(RailChange("weigh", exporter, importer, rail, weight),), dropped=dropped)


class RailCost(Measure):
    """Settling over a rail gets dearer or cheaper: fees, delays, compliance. A cost of 0 only lets rails respond."""

    example: ClassVar[str] = "kind: rail_cost\ncountry: RUS\nrail: CNY\npartner: CHN\nad_valorem: 4%\n"

    kind: Literal["rail_cost"] = "rail_cost"
    country: Annotated[Countries, Field(description="Whose payments.")]
    rail: Annotated[Rails, Field(description="Over which rails.")]
    partner: Annotated[Countries, Field(description="With whom.")] = "all"
    ad_valorem: Annotated[Rate, Field(description="Rise of the cost of paying, as a part of the payment.")]
    direction: Direction = "both"
    payee: Annotated[str | None, Unit("country", "exporter, importer, or an ISO 3166 alpha-3 code"), Field(
        description="Who earns it; left out, it is used up.")] = None

    def lower(self, world: "World", *, coarse: bool = False) -> Lowered:
        """The rails' weight times (1 + cost)^-eta, and who is paid the cost."""
        exporter, importer, dropped = select_pairs(world, self.country, self.partner, self.direction)
        rail = named_rails(world, self.rail)
        weight = np.full(len(exporter), -world.part(Settlement).eta * np.log1p(self.ad_valorem))
        if self.payee is not None and self.ad_valorem <= 0:
            raise ScenarioError(_("{measure}: {payee} is to be paid {cost:.2%}; a cost that somebody earns must be "
                                  "above zero.", measure=self.label, payee=self.payee, cost=self.ad_valorem))
        payee = None if self.payee is None else owner_index(
            world, Cells(exporter, np.zeros_like(exporter), importer), self.payee)
        return Lowered(self.label, rails=(RailChange("weigh", exporter, importer, rail, weight, payee),),
                       dropped=dropped)


class OpenRail(Measure):
    """A rail opens, by a swap line or direct clearing, to the share it would have if nothing else changed."""

    example: ClassVar[str] = "kind: open_rail\ncountry: IND\npartner: SAU\nrail: CNY\nlatent_share: 10%\n"

    kind: Literal["open_rail"] = "open_rail"
    country: Annotated[Countries, Field(description="One side.")]
    partner: Annotated[Countries, Field(description="The other side.")] = "all"
    rail: Annotated[str, Unit("rail", "name of one of the world's rails"), Field(description="The rail.")]
    latent_share: Annotated[Share, Field(
        description="Its share once open, from comparable pairs; the other rails shrink in proportion.")]
    direction: Direction = "both"

    def lower(self, world: "World", *, coarse: bool = False) -> Lowered:
        """A latent share on every pair where the rail carries less."""
        exporter, importer, dropped = select_pairs(world, self.country, self.partner, self.direction)
        part = world.part(Settlement)
        rail = part.rail_index(self.rail)
        shares = part.share[exporter, importer]
        less = (shares[:, rail] < self.latent_share) & (shares.sum(axis=1) > 0)
        if not less.any():
            raise ScenarioError(_("{measure}: {rail} carries {share:.2%} or more of every such payment already; "
                                  "nothing would open.", measure=self.label, rail=self.rail, share=self.latent_share))
        left = int((~less).sum())
        notes = (_("{count} pairs settle as much over {rail} already and stay as they are.", count=left,
                   rail=self.rail),) if left else ()
        amount = np.full(int(less.sum()), self.latent_share)
        change = RailChange("open", exporter[less], importer[less], np.array([rail]), amount)
        return Lowered(self.label, rails=(change,), dropped=dropped, notes=notes)


def select_pairs(world: "World", country: Selector, partner: Selector,
                 direction: str = "both") -> tuple[IntArray, IntArray, tuple[str, ...]]:
    """Exporter and importer (K,) of every pair of a country and a partner, and members that the world lacks."""
    here, there = select_ends(world, country, partner)
    pairs = np.zeros((len(world.countries), len(world.countries)), dtype=bool)
    if direction != "imports":
        pairs[np.ix_(here.indices, there.indices)] = True
    if direction != "exports":
        pairs[np.ix_(there.indices, here.indices)] = True
    np.fill_diagonal(pairs, False)
    if not pairs.any():
        raise ScenarioError(_("{country} and {partner} are one country; payments at home use no rail.",
                              country=", ".join(here.codes), partner=", ".join(there.codes)))
    exporter, importer = np.nonzero(pairs)
    return exporter, importer, tuple(dict.fromkeys(here.dropped + there.dropped))


def named_rails(world: "World", names: Selector) -> IntArray:
    """Positions of the named rails; `UnknownName` where the world has no such rail."""
    part = world.part(Settlement)
    wanted = (names,) if isinstance(names, str) else names
    return np.unique([part.rail_index(name) for name in (part.rail if "all" in wanted else wanted)])
