"""The world as it is: a balanced base year with names on its axes, checked on entry and never changed afterwards."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np

from multipolar.catalogue import _
from multipolar.errors import UnknownName, WorldError
from multipolar.world import construct, identities, parts, reshape, splitting
from multipolar.world.isic import read_isic
from multipolar.world.labels import check_names
from multipolar.world.parts import Part
from multipolar.world.tables import FloatArray, Parameters, Tables

if TYPE_CHECKING:
    import xarray

SCHEMA_VERSION = 1
"""Version of what a world consists of: part of its hash and of the files that it is saved in."""

MONEY, RATE = "million USD", "fraction"
P = TypeVar("P", bound=Part)
_MAPPINGS = ("sector_isic", "country_names", "sector_names", "sources")


@dataclass(frozen=True, eq=False, repr=False)
class World:
    """A base year: who sells what to whom, what industries and final users spend, tariffs and elasticities.

    Made by `World.from_flows`, `World.from_tables` or `load_world`; two worlds are equal when their hashes are.

    countries, sectors  codes, in the order of every axis
    year                of the data, and of the groups of countries that selectors name
    tables, parameters  arrays without labels, for the floors above; the properties below have labels and units
    sector_isic         sector code -> ISIC revision 4 text, empty where not recorded
    country_names, sector_names, sources   what to show, and where figures come from
    changes             sentences: what cleaning or merging did to the figures given
    parts               what else is known, a kind each (settlement, tonnes, ...): see `with_part` and `part`
    """

    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    year: int
    tables: Tables
    parameters: Parameters
    name: str = "world"
    sector_isic: Mapping[str, str] = field(default_factory=dict)
    country_names: Mapping[str, str] = field(default_factory=dict)
    sector_names: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "countries", check_names(self.countries, _("country")))
        object.__setattr__(self, "sectors", check_names(self.sectors, _("sector")))
        object.__setattr__(self, "year", int(self.year))
        object.__setattr__(self, "changes", tuple(self.changes))
        for name in _MAPPINGS:
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        _check_isic(self.sector_isic, self.sectors)
        identities.require(self.tables, self.countries, self.sectors)
        object.__setattr__(self, "parts", tuple(sorted(self.parts, key=lambda part: part.kind)))
        for part in self.parts:
            parts.check(part, self)

    @classmethod
    def from_flows(cls, intermediate: Any, final: Any, *, year: int, countries: Sequence[str] | None = None,
                   sectors: Sequence[str] | None = None, name: str = "world", uses: Sequence[str] | None = None,
                   tariffs: Any = None, trade_elasticity: Any = 5.0, clean: bool = False,
                   regions: Iterable[str] = (), **described: Any) -> Self:
        """A world from a full table of flows in million USD, before tariffs.

        intermediate  (exporter, sector, importer, user): sales to industries
        final         (exporter, sector, importer), or with a fourth axis `use` whose names are `uses`
        tariffs       (exporter, sector, importer): ad-valorem fractions; None is zero
        trade_elasticity  one number, one per sector, or {sector: number}
        clean         True: negative final flows (inventory changes) to zero and output rebuilt as in Costinot &
                      Rodríguez-Clare (2014), output raised to inputs where value added is negative; see `changes`
        regions       country codes that are regions of this world's own, beyond ISO 3166 and the known groups
        described     sector_isic, country_names, sector_names, sources: mappings, as the fields of `World`

        Arrays or DataArrays with named axes in any order; names may be left out where a DataArray carries them. All
        users of a good in a country source it alike: the table is reduced to trade, inputs and final spending.
        `WorldError` names the cell that breaks an identity.
        """
        made = construct.from_flows(intermediate, final, countries=countries, sectors=sectors, uses=uses,
                                    tariffs=tariffs, trade_elasticity=trade_elasticity, clean=clean, regions=regions)
        return cls(made.countries, made.sectors, year, made.tables, made.parameters, name=name, changes=made.changes,
                   **described)

    @classmethod
    def from_tables(cls, trade: Any, inputs: Any, final: Any, *, year: int, countries: Sequence[str] | None = None,
                    sectors: Sequence[str] | None = None, name: str = "world", tariffs: Any = None,
                    trade_elasticity: Any = 5.0, regions: Iterable[str] = (), **described: Any) -> Self:
        """A world from trade, inputs and final spending, million USD.

        trade   (exporter, sector, importer): all uses together, before tariffs, home sales on the diagonal
        inputs  (sector, importer, user) and final (sector, importer): tariff-inclusive

        so that the sum over exporters of (1 + tariff) trade is the sum over users of inputs, plus final, to 1e-9.
        The other arguments are those of `from_flows`.
        """
        made = construct.from_tables(trade, inputs, final, countries=countries, sectors=sectors, tariffs=tariffs,
                                     trade_elasticity=trade_elasticity, regions=regions)
        return cls(made.countries, made.sectors, year, made.tables, made.parameters, name=name, **described)

    def with_parameters(self, **values: Any) -> Self:
        """The same world with other elasticities or shares; what is not given stays.

        trade_elasticity (above 0), resource_share and capital_share (in [0, 1)), supply_elasticity (0 or more): one
        number, one per sector, or {sector: number}. value_added_elasticity, input_elasticity and
        final_demand_elasticity: one number, 0 or more.
        """
        return replace(self, parameters=construct.updated(self.parameters, self.sectors, values))

    def aggregate(self, *, countries: Mapping[str, str | Sequence[str]] | None = None,
                  sectors: Mapping[str, str | Sequence[str]] | None = None) -> Self:
        """A smaller world: ``{new: members}`` for countries and sectors, unmentioned ones stay.

        Members are selectors, so ``countries={"EU27": "EU27"}`` merges the union. Every sum of money is kept; tariffs
        are trade-weighted means. Trade inside a merged country becomes its home trade, and duties on it stay: the home
        rate is their mean, so that revenue and value added are the members' sums. Elasticities are weighted by output,
        shares of value added by value added.
        """
        return reshape.aggregate(self, countries or {}, sectors or {})

    def split_sector(self, sector: str, share: Any, *, names: tuple[str, str] | None = None) -> Self:
        """A finer world: `share` of each flow of a sector, one number or (exporter, importer), in a sector of its own.

        The parts are called ``SECTOR.controlled`` and ``SECTOR.other`` unless `names` says otherwise; a measure that
        names SECTOR acts on both. Users buy the parts of a good in proportion to what arrives; both parts have the
        sector's techniques and elasticities. Merging them with `aggregate` gives this world back.

        Raises:
            UnknownName: there is no such sector.
            WorldError: a share is not between 0 and 1, or a name is taken.
        """
        return splitting.split_sector(self, sector, share, names or (f"{sector}.controlled", f"{sector}.other"))

    def split_country(self, country: str, name: str, *, size: float, exports: Mapping[str, float] | None = None,
                      imports: Mapping[str, float] | None = None) -> Self:
        """A finer world: `name` taken out of `country`, with `size` of its home market and, by default, of its trade.

        exports, imports   {partner: million USD} where figures are known; goods are those of `country`

        Techniques and tastes are the country's; what it does not buy abroad it buys in the old home market. Merging
        gives this world back.

        Raises:
            UnknownName: there is no such country or partner.
            WorldError: the size is not between 0 and 1, or the figures leave somebody with less than it uses.
        """
        return splitting.split_country(self, country, name, size, exports, imports)

    def with_part(self, part: Part) -> Self:
        """The same world with this part, in the place of one of its kind; `WorldError` where it does not fit."""
        return replace(self, parts=(*(one for one in self.parts if one.kind != part.kind), part))

    def part(self, kind: type[P]) -> P:
        """The world's part of a class; `WorldError` where the world has none."""
        for part in self.parts:
            if isinstance(part, kind):
                return part
        raise WorldError(_("The world {world} has no {title}; load one that has them, such as reference-2023, or give "
                           "them with World.with_part.", world=self.name, title=kind.title))

    def has_part(self, kind: type[Part]) -> bool:
        """Whether the world has a part of a class."""
        return any(isinstance(part, kind) for part in self.parts)

    def check(self) -> identities.Report:
        """Every accounting identity with its largest misfit and where that is; `print` it."""
        return identities.report(self.name, self.tables, self.countries, self.sectors)

    def save(self, path: str | Path) -> None:
        """Write the world to a NetCDF file, whole or not at all; `load_world` reads it back to the last bit."""
        from multipolar.world import files

        files.save(self, path)

    def without_uses(self) -> Self:
        """The same world without its record of who uses what from whom, which only by-use sourcing reads."""
        return replace(self, tables=replace(self.tables, to_users=None, to_final=None)) if self.records_uses else self

    @property
    def records_uses(self) -> bool:
        """Whether the world knows which user buys what from whom, which by-use sourcing needs."""
        return self.tables.to_users is not None

    def country_index(self, code: str) -> int:
        """Position of a country; `UnknownName` with the nearest codes."""
        if code not in self.countries:
            raise UnknownName(code, _("country in this world"), self.countries)
        return self.countries.index(code)

    def sector_index(self, code: str) -> int:
        """Position of a sector; `UnknownName` with the nearest codes."""
        if code not in self.sectors:
            raise UnknownName(code, _("sector in this world"), self.sectors)
        return self.sectors.index(code)

    @property
    def trade(self) -> "xarray.DataArray":
        """Flows before tariffs (exporter, sector, importer), million USD, home sales included."""
        return self._labelled("trade", self.tables.trade, ("exporter", "sector", "importer"))

    @property
    def inputs(self) -> "xarray.DataArray":
        """Purchases of goods by industries (sector, importer, user), million USD, tariffs included."""
        return self._labelled("inputs", self.tables.inputs, ("sector", "importer", "user"))

    @property
    def final(self) -> "xarray.DataArray":
        """Final spending (sector, importer), million USD, tariffs included."""
        return self._labelled("final", self.tables.final, ("sector", "importer"))

    @property
    def tariffs(self) -> "xarray.DataArray":
        """Ad-valorem rates (exporter, sector, importer), fractions."""
        return self._labelled("tariffs", self.tables.tariffs, ("exporter", "sector", "importer"), RATE)

    @property
    def output(self) -> "xarray.DataArray":
        """Sales of every industry (exporter, sector), million USD."""
        return self._labelled("output", self.tables.output, ("exporter", "sector"))

    @property
    def value_added(self) -> "xarray.DataArray":
        """Output less inputs of every industry (exporter, sector), million USD."""
        return self._labelled("value_added", self.tables.value_added, ("exporter", "sector"))

    @property
    def expenditure(self) -> "xarray.DataArray":
        """Spending on every good (sector, importer), million USD, tariffs included."""
        return self._labelled("expenditure", self.tables.expenditure, ("sector", "importer"))

    @property
    def final_spending(self) -> "xarray.DataArray":
        """Final spending on all goods (country), million USD."""
        return self._labelled("final_spending", self.tables.final_spending, ("country",))

    @property
    def gdp(self) -> "xarray.DataArray":
        """Value added, tariff revenue and rents received (country), million USD."""
        return self._labelled("gdp", self.tables.gdp, ("country",))

    @property
    def deficit(self) -> "xarray.DataArray":
        """Imports less exports (country), million USD, before tariffs."""
        return self._labelled("deficit", self.tables.deficit, ("country",))

    @cached_property
    def hash(self) -> str:
        """SHA-256 over schema version, codes, year, ISIC codes, and arrays as little-endian float64 in C order.

        The world's own name, names to show, sources and changes do not count: they change no result.
        """
        head = {"schema": SCHEMA_VERSION, "countries": self.countries, "sectors": self.sectors, "year": self.year,
                "isic": [self.sector_isic.get(code, "") for code in self.sectors]}
        digest = hashlib.sha256(json.dumps(head, sort_keys=True, separators=(",", ":")).encode())
        for part in (self.tables, self.parameters):
            for entry in fields(part):
                value = getattr(part, entry.name)
                if value is None and entry.name in ("to_users", "to_final", "rents"):
                    continue
                digest.update(f"\n{entry.name}\n".encode())
                if value is not None:     # adding zero turns -0.0 into 0.0, which is the same number
                    digest.update(np.ascontiguousarray(np.asarray(value, dtype="<f8") + 0.0).tobytes())
        for one in self.parts:
            own = {axis: getattr(one, axis) for axis in one.own_axes()}
            digest.update(f"\n{one.kind}\n{json.dumps(own, sort_keys=True, separators=(',', ':'))}".encode())
            for name, value in one.arrays().items():
                digest.update(f"\n{name}\n".encode())
                digest.update(np.ascontiguousarray(np.asarray(value, dtype="<f8") + 0.0).tobytes())
        return digest.hexdigest()

    def __eq__(self, other: object) -> bool:
        return self.hash == other.hash if isinstance(other, World) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.hash)

    def __repr__(self) -> str:
        return (f"<World {self.name!r} {self.year}: {len(self.countries)} countries x {len(self.sectors)} sectors, "
                f"hash {self.hash[:12]}>")

    def __reduce__(self) -> Any:
        values = [getattr(self, entry.name) for entry in fields(self)]
        return type(self), tuple(dict(v) if isinstance(v, MappingProxyType) else v for v in values)

    def _labelled(self, name: str, values: FloatArray, axes: tuple[str, ...], units: str = MONEY) -> "xarray.DataArray":
        import xarray

        codes = {axis: self.sectors if axis in ("sector", "user") else self.countries for axis in axes}
        return xarray.DataArray(values, dims=axes, name=name, attrs={"units": units},
                                coords={axis: list(labels) for axis, labels in codes.items()})


def load_world(name: str | Path) -> World:
    """A world that comes with the package ("reference-2023"), or one that `World.save` wrote to a path.

    `UnknownName` where there is neither; `WorldError` where the file is not such a world or its tables do not balance.
    """
    from multipolar.world import files

    return files.read_world(name)


def _check_isic(sector_isic: Mapping[str, str], sectors: Sequence[str]) -> None:
    """All sectors or none have a readable ISIC text."""
    for code in sector_isic:
        if code not in sectors:
            raise UnknownName(code, _("sector in this world"), sectors)
    missing = [code for code in sectors if code not in sector_isic]
    if sector_isic and missing:
        raise WorldError(_("sector_isic has no ISIC code for {missing}; give one for every sector, or none at all.",
                           missing=", ".join(missing)))
    for text in sector_isic.values():
        read_isic(text)
