"""Tonnes, cubic metres and the routes they take: what a world knows about its fuels beyond dollars.

A part of a world. Goods are fuels, each sold by one sector; quantities are per year, in million tonnes (oil, coal) or
billion cubic metres (gas), so that a price in million dollars a unit is dollars a tonne or a thousand cubic metres.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from multipolar.catalogue import _
from multipolar.errors import InputError, UnknownName, WorldError
from multipolar.world.parts import Part
from multipolar.world.tables import FloatArray, IntArray, quotient

if TYPE_CHECKING:
    from multipolar.world.reshape import Merger
    from multipolar.world.splitting import Division
    from multipolar.world.tables import Tables
    from multipolar.world.world import World

def _units() -> dict[str, dict[str, float]]:
    """energy_units.csv: good -> unit -> how many of the good's own unit, the first, a year one of it is."""
    found: dict[str, dict[str, float]] = {}
    text = files("multipolar.world").joinpath("energy_units.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["good"], {})[row["unit"]] = float(row["own_units"])
    return found


UNITS: Mapping[str, Mapping[str, float]] = MappingProxyType(_units())
"""Good -> unit -> how many of the good's own unit, the first, a year one of it is."""

STATES = ("damaged", "planned", "open")


@dataclass(frozen=True)
class Corridor:
    """One route: what it can carry and carried, in the good's own unit a year; None where no figure was read.

    importers      codes; several where the figure is for a group
    opening        the year from which it carries anything
    wedge          mu_0, delivered price over the best other use net of transport, with its range; 1 does not bind
    rent_importer  share of the rent that the importer holds; the exporter holds the rest
    """

    name: str
    exporters: tuple[str, ...]
    importers: tuple[str, ...]
    good: str
    unit: str
    capacity: float | None
    flow: float | None
    opening: int | None
    state: str
    wedge: float
    wedge_range: tuple[float, float]
    rent_importer: float
    source: str


@dataclass(frozen=True, eq=False)
class Energy(Part):
    """Physical flows of fuels in the base year, their prices, and the corridors that carry them.

    position     (good,): position of the sector that sells the good
    quantity     (exporter, good, importer): the good's own unit a year, home use on the diagonal
    passed_on    (country, good): of what a country sells, what it did not produce; production is sales less this
    price        (country, good): f.o.b. price, million dollars a unit: published, else exports' dollars over quantity
    origin, destination, carries   (corridor, ...): 1 for the countries and the good of a corridor
    capacity, carried, opening     (corridor,): a year; -1 where no figure was read
    state        (corridor,): position in `STATES`
    wedge, wedge_low, wedge_high, rent_importer   (corridor,): see `Corridor`
    """

    kind: ClassVar = "energy"
    title: ClassVar = "energy quantities"
    axes: ClassVar = {
        "position": ("good",), "quantity": ("exporter", "good", "importer"), "passed_on": ("country", "good"),
        "price": ("country", "good"), "origin": ("corridor", "exporter"), "destination": ("corridor", "importer"),
        "carries": ("corridor", "good"), "capacity": ("corridor",), "carried": ("corridor",),
        "opening": ("corridor",), "state": ("corridor",), "wedge": ("corridor",), "wedge_low": ("corridor",),
        "wedge_high": ("corridor",), "rent_importer": ("corridor",)}
    units: ClassVar = dict.fromkeys(axes, "1") | {
        "quantity": "Mt or bcm a year", "passed_on": "Mt or bcm a year", "price": "USD per t or 1000 m3",
        "capacity": "Mt or bcm a year", "carried": "Mt or bcm a year", "opening": "year"}

    good: tuple[str, ...]
    corridor: tuple[str, ...]
    position: FloatArray
    quantity: FloatArray
    passed_on: FloatArray
    price: FloatArray
    origin: FloatArray
    destination: FloatArray
    carries: FloatArray
    capacity: FloatArray
    carried: FloatArray
    opening: FloatArray
    state: FloatArray
    wedge: FloatArray
    wedge_low: FloatArray
    wedge_high: FloatArray
    rent_importer: FloatArray

    def check(self, world: "World") -> None:
        """Quantities of zero or more, only where something is traded; corridors that hang together.

        Raises:
            WorldError: naming the good, the country or the corridor.
        """
        for good in self.good:
            if good not in UNITS:
                raise WorldError(_("{good!r} is no fuel with a unit; the fuels are {known}.", good=good,
                                   known=", ".join(UNITS)))
        if not np.isin(self.position, np.arange(len(world.sectors))).all():
            raise WorldError(_("A fuel names a sector by a position that this world does not have."))
        if min(self.quantity.min(initial=0), self.passed_on.min(initial=0), self.price.min(initial=0)) < 0:
            raise WorldError(_("A quantity or a price of a fuel is negative; it must be 0 or more."))
        made = self.quantity.sum(axis=2)
        for country, good in np.argwhere(self.passed_on > made * (1 + 1e-9)):
            raise WorldError(_("{country} passes on more {good} than it sells.", country=world.countries[country],
                               good=self.good[good]))
        traded = world.tables.trade[:, self.position.astype(int), :]
        for exporter, good, importer in np.argwhere((self.quantity > 0) & (traded <= 0)):
            raise WorldError(_("{good} from {exporter} to {importer} has a quantity and no value.",
                               good=self.good[good], exporter=world.countries[exporter],
                               importer=world.countries[importer]))
        self._check_corridors()

    def _check_corridors(self) -> None:
        for at, name in enumerate(self.corridor):
            if self.origin[at].sum() < 1 or self.destination[at].sum() < 1 or self.carries[at].sum() != 1:
                raise WorldError(_("The corridor {name} must have an exporter, an importer and one good.", name=name))
            if not 1 <= self.wedge_low[at] <= self.wedge[at] <= self.wedge_high[at]:
                raise WorldError(_("The price gap of the corridor {name} is {wedge:g} in the range {low:g} to "
                                   "{high:g}; it must be 1 or more and lie in its range.", name=name,
                                   wedge=self.wedge[at], low=self.wedge_low[at], high=self.wedge_high[at]))
            if not 0 <= self.rent_importer[at] <= 1 or self.state[at] not in range(len(STATES)):
                raise WorldError(_("The corridor {name} needs a share of the rent between 0 and 1 and a state: "
                                   "{states}.", name=name, states=", ".join(STATES)))

    def merged(self, world: "World", countries: "Merger", sectors: "Merger") -> Self:
        """Sums of quantities and means of prices; fuels whose sector is merged with others are left out.

        Corridors stay with the fuels that stay, those inside a merged country as well.
        """
        alone = np.array([sectors.sizes[sectors.position[int(sector)]] == 1 for sector in self.position], dtype=bool)
        kept = np.array([bool(row[alone].any()) for row in self.carries], dtype=bool)
        exports = self.quantity.copy()
        places = np.arange(len(exports))
        exports[places, :, places] = 0.0
        sold = exports.sum(axis=2)
        price = np.array([countries.mean(self.price[:, good], sold[:, good]) for good in np.flatnonzero(alone)])
        by_corridor = {name: getattr(self, name)[kept] for name, axes in self.axes.items() if axes == ("corridor",)}
        return replace(
            self, good=tuple(np.array(self.good)[alone].tolist()),
            corridor=tuple(np.array(self.corridor)[kept].tolist()),
            position=np.array([sectors.position[int(sector)] for sector in self.position[alone]], dtype=np.float64),
            quantity=countries.add_up(self.quantity[:, alone], 0, 2),
            passed_on=countries.add_up(self.passed_on[:, alone], 0), price=price.reshape(-1, len(countries.names)).T,
            origin=np.minimum(countries.add_up(self.origin[kept], 1), 1.0),
            destination=np.minimum(countries.add_up(self.destination[kept], 1), 1.0),
            carries=self.carries[np.ix_(kept, alone)], **by_corridor)

    def divided(self, world: "World", division: "Division", after: "Tables") -> Self:
        """Cargoes of a divided country go with the dollars; a fuel's own sector is not divided.

        Raises:
            WorldError: the sector is that of a fuel.
        """
        if division.axis == "sector":
            if self.good_of(division.at) is not None:
                raise WorldError(_("{sector} sells {good}, whose tonnes cannot be divided; divide another sector.",
                                   sector=world.sectors[division.at], good=self.good[self.good_of(division.at) or 0]))
            return replace(self, position=np.array([division.position(int(at)) for at in self.position],
                                                   dtype=np.float64))
        sectors = self.position.astype(int)
        quantity, before = division.twice(self.quantity, 0, 2), division.twice(world.tables.trade[:, sectors], 0, 2)
        part = quotient(after.trade[:, sectors], before)
        sold = self.quantity.sum(axis=2)
        quantity = quantity * part
        kept = np.divide(quantity.sum(axis=2), division.twice(sold, 0), out=np.zeros((len(quantity), len(sectors))),
                         where=division.twice(sold, 0) > 0)
        return replace(self, quantity=quantity, passed_on=division.twice(self.passed_on, 0) * kept,
                       price=division.twice(self.price, 0), origin=division.twice(self.origin, 1),
                       destination=division.twice(self.destination, 1))

    def good_index(self, name: str) -> int:
        """Position of a fuel; `UnknownName` with the nearest names."""
        if name not in self.good:
            raise UnknownName(name, _("fuel with quantities in this world"), self.good)
        return self.good.index(name)

    def good_of(self, sector: int) -> int | None:
        """Position of the fuel that a sector sells, or None."""
        found = np.flatnonzero(self.position == sector)
        return int(found[0]) if len(found) else None

    def shipped(self, exporter: IntArray, sector: IntArray, importer: IntArray, world: "World") -> tuple[float, str]:
        """What flows of one fuel ship together in the base year, in the good's own unit, and the good.

        Raises:
            InputError: a sector sells no fuel with quantities, they are several, or nothing is shipped.
        """
        sold = {int(one) for one in np.asarray(sector)}
        goods = {self.good_of(one) for one in sold}
        good = goods.pop() if len(goods) == 1 else None
        if good is None:
            raise InputError(_("A quantity is for one fuel; {sectors} are given, and the fuels are {fuels}.",
                               sectors=", ".join(world.sectors[one] for one in sorted(sold)),
                               fuels=", ".join(f"{name} ({world.sectors[int(at)]})"
                                               for name, at in zip(self.good, self.position, strict=True))))
        total = float(self.quantity[exporter, good, importer].sum())
        if total <= 0:
            raise InputError(_("No {good} was shipped there in the base year, so that a quantity bounds nothing.",
                               good=self.good[good]))
        return total, self.good[good]

    def corridors(self, world: "World") -> tuple[Corridor, ...]:
        """The corridors with names in place of positions."""
        def read(value: float) -> float | None:
            return None if value < 0 else float(value)

        def codes(members: FloatArray) -> tuple[str, ...]:
            return tuple(world.countries[at] for at in np.flatnonzero(members))

        return tuple(Corridor(
            name, codes(self.origin[at]), codes(self.destination[at]),
            good := self.good[int(self.carries[at].argmax())], own_unit(good), read(self.capacity[at]),
            read(self.carried[at]), None if self.opening[at] < 0 else int(self.opening[at]),
            STATES[int(self.state[at])],
            float(self.wedge[at]), (float(self.wedge_low[at]), float(self.wedge_high[at])),
            float(self.rent_importer[at]), self.sources.get(name, "")) for at, name in enumerate(self.corridor))


def produced(quantity: FloatArray, passed_on: FloatArray) -> FloatArray:
    """Production (country, good) of flows (exporter, good, importer): sales less what is passed on."""
    made: FloatArray = quantity.sum(axis=2) - passed_on
    return made


def used(quantity: FloatArray, passed_on: FloatArray) -> FloatArray:
    """Use (country, good): home sales and imports less what is passed on."""
    kept: FloatArray = quantity.sum(axis=0).T - passed_on
    return kept


def own_unit(good: str) -> str:
    """The unit that a good's quantities are in: Mt or bcm, a year."""
    return next(iter(UNITS[good]))


def in_own_unit(amount: float, unit: str, good: str) -> float:
    """An amount a year in the good's own unit; `InputError` for a unit that does not measure this good."""
    unit = unit.removesuffix("/year").removesuffix("/yr").strip()
    if unit not in UNITS[good]:
        raise InputError(_("{good} is not measured in {unit!r}; its units are {known}, a year or, for bbl/day, a day.",
                           good=good, unit=unit, known=", ".join(UNITS[good])))
    return amount * UNITS[good][unit]


def read_quantity(text: str) -> tuple[float, str] | None:
    """A number and its unit from text like "38 bcm" or "2.1e6 bbl/day"; None where it is no number with a unit."""
    found = re.fullmatch(r"\s*([0-9][0-9_,]*\.?[0-9]*(?:[eE][-+]?[0-9]+)?)\s*([A-Za-z][A-Za-z0-9/ ]*)\s*", text)
    return (float(found[1].replace(",", "").replace("_", "")), found[2].strip()) if found else None
