"""Export taxes and quotas: what makes a flow dearer and earns somebody other than the importer's treasury."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, field_validator

from multipolar.catalogue import _
from multipolar.errors import ScenarioError
from multipolar.measures.measure import Cells, Layer, Lowered, Measure, Spec
from multipolar.measures.selection import select_flows
from multipolar.measures.values import Countries, Rate, Sectors, Unit, read_rate
from multipolar.world.energy import Energy, in_own_unit, read_quantity
from multipolar.world.tables import FloatArray, IntArray

if TYPE_CHECKING:
    from multipolar.world.world import World

ENDS = ("exporter", "importer")


class ExportTax(Measure):
    """A tax on the producer's price, before transport and tariff, paid to a named government."""

    example: ClassVar[str] = "kind: export_tax\nexporter: RUS\nimporter: all\nsector: oil\nrate: 20%\n"

    kind: Literal["export_tax"] = "export_tax"
    exporter: Annotated[Countries, Field(description="Where the goods come from.")]
    importer: Annotated[Countries, Field(description="Where the goods arrive.")]
    sector: Annotated[Sectors, Field(description="The goods.")] = "all"
    rate: Annotated[Rate, Field(description="Part of the price just below it; taxes on one flow compound in order.")]
    recipient: Annotated[str, Field(description="exporter, importer, or a country code: who is paid.")] = "exporter"

    def lower(self, world: "World", *, coarse: bool = False) -> Lowered:
        """One export-tax layer on the selected flows."""
        flows = select_flows(world, self.exporter, self.sector, self.importer, coarse=coarse)
        layer = Layer("export_tax", "compound", flows.cells, np.full(len(flows.cells), self.rate),
                      recipient=owner_index(world, flows.cells, self.recipient))
        return Lowered(self.label, layers=(layer,), dropped=flows.dropped, notes=flows.notes)


class Quota(Measure):
    """An upper bound on the quantity shipped; where it binds, somebody earns the difference of prices."""

    example: ClassVar[str] = ("kind: quota\nimporter: CHN\nexporter: RUS\nsector: oil\nlimit: 80%\n"
                              "rent: {exporter: 50%, importer: 50%}\n")

    kind: Literal["quota"] = "quota"
    importer: Annotated[Countries, Field(description="Where the goods arrive.")]
    exporter: Annotated[Countries, Field(description="Where the goods come from.")]
    sector: Annotated[Sectors, Field(description="The goods.")] = "all"
    limit: Annotated[float | str, Unit("rate or quantity", "fraction of the base year's quantity; 38 bcm, 50 Mt, "
                                                           "2e6 bbl/day a year on worlds with energy quantities"),
                     Field(description="The most that may be shipped.")]
    together: Annotated[bool, Unit("true or false", ""), Field(
        description="One bound on the sum of the flows, at base-year prices, instead of one for each.")] = False
    rent: Annotated[dict[str, float], Unit("shares", "owner: fraction"), Field(
        description="Who earns the rent: exporter, importer or country codes; the shares add up to 1.")] = Field(
        default_factory=lambda: {"importer": 1.0})

    @field_validator("limit", mode="before")
    @classmethod
    def _positive(cls, value: Any) -> float | str:
        amount = read_quantity(value) if isinstance(value, str) else None
        limit = read_rate(value, "limit") if amount is None else amount[0]
        if limit <= 0.0:
            raise ScenarioError(_("limit is {value}; a quota leaves something above zero. To stop a flow, use a ban.",
                                  value=value))
        return limit if amount is None else str(value).strip()

    @field_validator("rent", mode="before")
    @classmethod
    def _shares(cls, value: Any) -> dict[str, float]:
        return read_owners(value)

    def lower(self, world: "World", *, coarse: bool = False) -> Lowered:
        """The bounds as data for the block that is solved together with prices."""
        flows = select_flows(world, self.exporter, self.sector, self.importer, coarse=coarse)
        traded = world.tables.trade[flows.cells.exporter, flows.cells.sector, flows.cells.importer]
        if not traded.any():
            raise ScenarioError(_("{measure}: nothing is traded there in the base year, so a part of it bounds "
                                  "nothing.", measure=self.label))
        cells = kept(flows.cells, traded > 0)
        members = len(cells)
        bound = np.zeros(members, dtype=np.int64) if self.together else np.arange(members)
        owners = {owner: owner_index(world, cells, owner) for owner in self.rent}
        data = {
            "exporter": cells.exporter, "sector": cells.sector, "importer": cells.importer, "bound": bound,
            "limit": np.full(1 if self.together else members, self._fraction(world, cells)),
            "rent_share": np.concatenate([np.full(members, share) for share in self.rent.values()]),
            "rent_member": np.tile(np.arange(members), len(self.rent)),
            "rent_recipient": np.concatenate([owners[owner] for owner in self.rent]),
        }
        return Lowered(self.label, specs=(Spec("quota", data),), dropped=flows.dropped, notes=flows.notes)

    def _fraction(self, world: "World", cells: Cells) -> float:
        """The limit as a part of what was shipped in the base year, where it is written in tonnes or cubic metres."""
        if not isinstance(self.limit, str):
            return self.limit
        if len(cells) > 1 and not self.together:
            raise ScenarioError(_("{measure}: {limit} is one amount for {number} flows; say together: true, or name "
                                  "one flow.", measure=self.label, limit=self.limit, number=len(cells)))
        energy = world.part(Energy)
        shipped, good = energy.shipped(cells.exporter, cells.sector, cells.importer, world)
        amount, unit = read_quantity(self.limit) or (0.0, "")
        return in_own_unit(amount, unit, good) / shipped


def read_owners(value: Any) -> dict[str, float]:
    """Who earns a rent, and which share: "importer", or {owner: share} that adds up to one."""
    if isinstance(value, str):
        value = {value: 1.0}
    if not isinstance(value, Mapping) or not value:
        raise ScenarioError(_("rent is {value!r}; write who earns it, for example {example}.", value=value,
                              example="{exporter: 50%, importer: 50%}"))
    shares = {str(owner): read_rate(share, "rent") for owner, share in value.items()}
    if min(shares.values()) < 0 or abs(sum(shares.values()) - 1.0) > 1e-9:
        raise ScenarioError(_("the shares of the rent are {shares}; they must be zero or more and add up to 1.",
                              shares=shares))
    return shares


def kept(cells: Cells, keep: Any) -> Cells:
    """The cells where `keep` (K,) is true."""
    return Cells(cells.exporter[keep], cells.sector[keep], cells.importer[keep])


def owner_index(world: "World", cells: Cells, owner: str) -> IntArray:
    """The country index (K,) of whoever earns on each flow."""
    if owner in ENDS:
        return cells.exporter if owner == "exporter" else cells.importer
    return np.full(len(cells), world.country_index(owner), dtype=np.int64)


def outwards(cell: IntArray) -> Iterator[IntArray]:
    """Positions of every cell's first layer, then of every cell's second, and so on: none has a cell twice."""
    order = np.argsort(cell, kind="stable")
    starts = np.flatnonzero(np.diff(cell[order], prepend=-1))
    depth = np.empty_like(order)
    depth[order] = np.arange(len(cell)) - np.repeat(starts, np.diff(starts, append=len(cell)))
    return (np.flatnonzero(depth == layer) for layer in range(depth.max(initial=-1) + 1))


def tax_parts(rates: FloatArray, cell: IntArray, cells: int) -> FloatArray:
    """Part of the taxed price (layer,) that each export tax takes, layers in order from the producer outwards."""
    price = np.ones(cells)
    taken = np.zeros(len(rates))
    for at in outwards(cell):
        taken[at] = rates[at] * price[cell[at]]
        price[cell[at]] *= 1 + rates[at]
    parts: FloatArray = taken / price[cell]
    return parts
