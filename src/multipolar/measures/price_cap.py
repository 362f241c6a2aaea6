"""Price caps: what buyers who are served by a coalition may pay at most for an exporter's good."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, field_validator, model_validator

from multipolar.catalogue import _
from multipolar.errors import InputError, ScenarioError
from multipolar.measures.measure import Cells, Layer, Lowered, Measure, Spec
from multipolar.measures.selection import select_flows, select_members
from multipolar.measures.values import Countries, Sectors, Unit, read_number, read_rate
from multipolar.world.behaviour import behaviour
from multipolar.world.energy import Energy, in_own_unit
from multipolar.world.tables import FloatArray

if TYPE_CHECKING:
    from multipolar.world.world import World

PRICED_IN = {"oil": "bbl", "gas": "1000 m3", "coal": "t"}
"""What prices of a fuel are for unless a cap says otherwise."""

AMOUNTS = {"bbl": "million bbl", "t": "Mt", "1000 m3": "bcm"}
"""The amount of which a million dollars' price is a dollar for the unit."""

FULL = 1 - 1e-6
"""Coverage above it is full: a last millionth of cargoes outside would earn a price that no number holds."""

ASSUMED = "assumed"
"""Stands for the number of behaviour.csv."""

NAMED = 4
"""A note names the resource shares of this many exporters."""


class PriceCap(Measure):
    """A price cap: for the covered part of its cargoes the exporter receives at most so much; importers keep the gap.

    By level, in dollars a unit against the base year's f.o.b. price, or as a discount on the delivered price.
    """

    example: ClassVar[str] = ("kind: price_cap\nexporter: RUS\nimporter: all\nsector: oil\nprice: 45\n"
                              "coverage: {EU27: 100%, IND: 40%, CHN: 20%}\n")

    kind: Literal["price_cap"] = "price_cap"
    exporter: Annotated[Countries, Field(description="Whose good is capped.")]
    importer: Annotated[Countries, Field(description="Where the capped cargoes go.")]
    sector: Annotated[Sectors, Field(description="The good.")]
    price: Annotated[float | None, Unit("number", "dollars a unit, f.o.b."), Field(
        description="The cap by level; either this or `discount`.")] = None
    discount: Annotated[float | None, Unit("rate", "fraction of the delivered price, above 0, below 1"), Field(
        description="The cap as a discount; either this or `price`.")] = None
    coverage: Annotated[float | dict[str, float], Unit("share", "one number, or importers: number"), Field(
        description="Covered share of cargoes at the cap, above 99.9999 % taken as all; importers that are not named "
                    "are not covered.")] = 1.0
    evasion: Annotated[float, Unit("number", "log odds by log price, 0 or more; or assumed"), Field(
        description="How fast cargoes leave coverage when the delivered price rises above the cap.")] = 0.0
    unit: Annotated[str | None, Unit("bbl, t or 1000 m3", "the unit that the price is for"), Field(
        description="Read where the base price is the world's own; by default bbl of oil, 1000 m3 of gas, t of coal."
    )] = None
    base_price: Annotated[float | dict[str, float] | None, Unit("number", "dollars a unit, or by importer"), Field(
        description="The base year's f.o.b. price; by default the world's own, where it has energy data.")] = None

    @field_validator("price", mode="before")
    @classmethod
    def _positive(cls, value: Any) -> float | None:
        return None if value is None else _price(value, "price")

    @field_validator("discount", mode="before")
    @classmethod
    def _fraction(cls, value: Any) -> float | None:
        if value is None:
            return None
        discount = read_rate(value, "discount")
        if not 0.0 < discount < 1.0:
            raise ScenarioError(_("discount is {value}; it lies above 0 and below 1 (100 %). To stop a flow, use a "
                                  "ban.", value=value))
        return discount

    @field_validator("coverage", mode="before")
    @classmethod
    def _shares(cls, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {str(name): _covered(share) for name, share in value.items()}
        return _covered(value)

    @field_validator("evasion", mode="before")
    @classmethod
    def _stated(cls, value: Any) -> float:
        if value == ASSUMED:
            return behaviour("cap_evasion").value
        number = read_number(value, "evasion", "3")
        if not 0.0 <= number <= 100.0:
            raise ScenarioError(_("evasion is {value}; it lies between 0, coverage that does not respond, and 100.",
                                  value=value))
        return number

    @field_validator("base_price", mode="before")
    @classmethod
    def _prices(cls, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {str(name): _price(price, "base_price") for name, price in value.items()}
        return None if value is None else _price(value, "base_price")

    @field_validator("unit")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        if value is not None and value not in AMOUNTS:
            raise ScenarioError(_("unit is {value!r}; a price is for one of {known}.", value=value,
                                  known=", ".join(AMOUNTS)))
        return value

    @model_validator(mode="after")
    def _one_of_two(self) -> "PriceCap":
        if (self.price is None) == (self.discount is None):
            raise ScenarioError(_("a price cap has either a price in dollars a unit or a discount, not both and not "
                                  "neither."))
        return self

    def lower(self, world: "World", *, coarse: bool = False) -> Lowered:
        """A discount as an export tax paid to the importer; a level as data for the block solved with prices."""
        flows = select_flows(world, self.exporter, self.sector, self.importer, coarse=coarse)
        at = flows.cells.exporter, flows.cells.sector, flows.cells.importer
        covered = self._coverage(world)[flows.cells.importer]
        touched = (world.tables.trade[at] > 0) & (covered > 0)
        if not touched.any():
            raise ScenarioError(_("{measure}: nothing is traded there in the base year, or none of it is covered.",
                                  measure=self.label))
        cells, covered = Cells(*(axis[touched] for axis in at)), covered[touched]
        notes = flows.notes + _resource_notes(world, cells)
        if self.discount is not None:
            return Lowered(self.label, layers=(self._as_tax(cells, covered, self.discount),), dropped=flows.dropped,
                           notes=notes)
        members = np.arange(len(cells))
        data = {
            "exporter": cells.exporter, "sector": cells.sector, "importer": cells.importer,
            "limit": np.full(len(cells), self.price), "base_price": self._base_prices(world, cells),
            "coverage": covered, "evasion": np.full(len(cells), self.evasion), "rent_share": np.ones(len(cells)),
            "rent_member": members, "rent_recipient": cells.importer,
        }
        return Lowered(self.label, specs=(Spec("cap", data),), dropped=flows.dropped, notes=notes)

    def _as_tax(self, cells: Cells, covered: FloatArray, discount: float) -> Layer:
        """The layer that leaves the exporter 1 - g d of the delivered price, g after cargoes have left coverage."""
        gap = covered / (covered + (1 - covered) * (1 - discount) ** -self.evasion) * discount
        return Layer("export_tax", "compound", cells, gap / (1 - gap), recipient=cells.importer)

    def _coverage(self, world: "World") -> FloatArray:
        """g (country,) by destination."""
        if isinstance(self.coverage, float):
            return np.full(len(world.countries), self.coverage)
        return self._by_importer(world, self.coverage, "coverage", 0.0)

    def _base_prices(self, world: "World", cells: Cells) -> FloatArray:
        """p0 (K,): dollars a unit of each flow in the base year.

        Raises:
            ScenarioError: neither the measure nor the world says it.
        """
        if isinstance(self.base_price, float):
            return np.full(len(cells), self.base_price)
        if self.base_price is None and world.has_part(Energy):
            return self._world_prices(world, cells)
        given = self._by_importer(world, self.base_price or {}, "base_price", np.nan)[cells.importer]
        missing = np.flatnonzero(np.isnan(given))
        if len(missing):
            raise ScenarioError(_("{measure}: the base year's price of {sector} from {exporter} to {importer} is not "
                                  "known; give it as base_price, dollars a unit.", measure=self.label,
                                  sector=world.sectors[cells.sector[missing[0]]],
                                  exporter=world.countries[cells.exporter[missing[0]]],
                                  importer=world.countries[cells.importer[missing[0]]]))
        return given

    def _world_prices(self, world: "World", cells: Cells) -> FloatArray:
        """The exporters' f.o.b. prices (K,) of the world's energy data, in the cap's unit.

        Raises:
            InputError: a good that is no fuel, or that is not measured so.
            ScenarioError: the world has no price for an exporter.
        """
        energy = world.part(Energy)
        prices = np.zeros(len(cells))
        for sector in np.unique(cells.sector):
            good, here = energy.good_of(int(sector)), cells.sector == sector
            if good is None:
                raise InputError(_("{measure}: {sector} is no fuel with a price in this world; give it as base_price.",
                                   measure=self.label, sector=world.sectors[sector]))
            name = energy.good[good]
            scale = in_own_unit(1.0, AMOUNTS[self.unit or PRICED_IN[name]], name)
            prices[here] = energy.price[cells.exporter[here], good] * scale
        missing = np.flatnonzero(prices <= 0)
        if len(missing):
            raise ScenarioError(_("{measure}: the world has no price of what {exporter} exports; give it as "
                                  "base_price.", measure=self.label,
                                  exporter=world.countries[cells.exporter[missing[0]]]))
        return prices

    def _by_importer(self, world: "World", values: Mapping[str, float], field: str, other: float) -> FloatArray:
        """Numbers (country,) from selectors of importers; `other` for those that none names."""
        numbers, named = np.full(len(world.countries), other), np.zeros(len(world.countries), dtype=bool)
        for selector, value in values.items():
            chosen = select_members(world, selector).indices
            if named[chosen].any():
                raise ScenarioError(_("{measure}: {field} names {country} twice.", measure=self.label, field=field,
                                      country=world.countries[chosen[named[chosen]][0]]))
            named[chosen], numbers[chosen] = True, value
        return numbers


def _price(value: Any, field: str) -> float:
    number = read_number(value, field, "60")
    if number <= 0.0:
        raise ScenarioError(_("{field} is {value}; it must be dollars a unit, above zero. To stop a flow, use a ban.",
                              field=field, value=value))
    return number


def _covered(value: Any) -> float:
    share = read_rate(value, "coverage")
    if not 0.0 <= share <= 1.0:
        raise ScenarioError(_("coverage is {value}; the covered share of cargoes lies between 0 and 1 (100 %).",
                              value=value))
    return share if share <= FULL else 1.0


def _resource_notes(world: "World", cells: Cells) -> tuple[str, ...]:
    """The resource's share of output of the capped industries: how far a price can fall before volume does."""
    of_value_added = world.parameters.resource_share
    if of_value_added is None:
        return ()
    pairs = np.unique(np.stack([cells.exporter, cells.sector]), axis=1).T
    shares = []
    for country, sector in pairs[:NAMED]:
        part = of_value_added[sector] if of_value_added.ndim == 1 else of_value_added[country, sector]
        value = part * world.tables.value_added[country, sector] / world.tables.output[country, sector]
        shares.append(_("{share:.0%} of {sector} in {country}", share=float(value), sector=world.sectors[sector],
                        country=world.countries[country]))
    if len(pairs) > NAMED:
        shares.append(_("{number} others", number=len(pairs) - NAMED))
    return (_("The resource's share of output is {shares}: a cap takes rent before volume only until the price has "
              "fallen by about as much.", shares=", ".join(shares)),)
