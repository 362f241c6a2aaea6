"""Tariffs: one rate on the flows a selector names, or a schedule of every tariff at once."""

import csv
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, ValidationInfo, field_serializer, field_validator, model_validator

from multipolar.catalogue import _
from multipolar.errors import ScenarioError, UnknownName
from multipolar.measures.measure import Cells, Layer, Lowered, Measure
from multipolar.measures.selection import select_flows
from multipolar.measures.values import (
    LARGEST_RATE,
    Countries,
    OptionalCut,
    OptionalPoints,
    OptionalRate,
    Sectors,
    Unit,
    read_rate,
)
from multipolar.world.labels import is_labelled, labels_of
from multipolar.world.tables import FloatArray, IntArray, read_only

if TYPE_CHECKING:
    from multipolar.world.world import World

AXES = ("exporter", "sector", "importer")


class Tariff(Measure):
    """An import duty: a new rate, points on top, a ceiling, or a proportional cut."""

    example: ClassVar[str] = "kind: tariff\nimporter: USA\nexporter: CHN\nsector: electronics\nrate: 40%\n"

    kind: Literal["tariff"] = "tariff"
    importer: Annotated[Countries, Field(description="Who levies the duty.")]
    exporter: Annotated[Countries, Field(description="Whose goods pay it.")]
    sector: Annotated[Sectors, Field(description="The goods.")] = "all"
    rate: Annotated[OptionalRate, Field(description="The new rate, in place of the one in force.")] = None
    add: Annotated[OptionalPoints, Field(description="Points added to the rate that results.")] = None
    ceiling: Annotated[OptionalRate, Field(description="The highest rate left, applied after all else.")] = None
    cut: Annotated[OptionalCut, Field(description="The fraction by which the rate falls, applied after rate and add."
                                      )] = None

    @model_validator(mode="after")
    def _one_change(self) -> "Tariff":
        given = [name for name in ("rate", "add", "ceiling", "cut") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ScenarioError(_("a tariff takes one of rate, add, ceiling or cut; given: {given}.",
                                  given=", ".join(given) or _("none")))
        return self

    def lower(self, world: "World", *, coarse: bool = False) -> Lowered:
        """One tariff layer on the selected flows."""
        flows = select_flows(world, self.exporter, self.sector, self.importer, coarse=coarse)
        changes = (("set", self.rate), ("add", self.add), ("ceiling", self.ceiling), ("cut", self.cut))
        operation, value = next((name, value) for name, value in changes if value is not None)
        layer = Layer("tariff", operation, flows.cells, np.full(len(flows.cells), value))  # type: ignore[arg-type]
        return Lowered(self.label, layers=(layer,), dropped=flows.dropped, notes=flows.notes)


class RateTable:
    """Rates (exporter, sector, importer) as fractions, read-only, with the labels of the axes where they are known."""

    def __init__(self, values: Any) -> None:
        labels: dict[str, tuple[str, ...]] = {}
        if is_labelled(values):
            if set(values.dims) != set(AXES):
                raise ScenarioError(_("rates has the axes {given}; it must have exporter, sector and importer.",
                                      given=", ".join(map(str, values.dims))))
            values = values.transpose(*AXES)
            labels = {axis: tuple(names) for axis in AXES if (names := labels_of(values, axis)) is not None}
        elif isinstance(values, Mapping):
            labels = {axis: tuple(values[axis]) for axis in AXES if axis in values}
            values = values.get("values", "")
        try:
            self.values: FloatArray = read_only(values)
        except (TypeError, ValueError):
            raise ScenarioError(_("rates is neither an array of numbers (exporter, sector, importer) nor the path of a "
                                  "CSV file.")) from None
        self.labels = labels
        if self.values.ndim != 3 or self.values.shape[0] != self.values.shape[2]:
            raise ScenarioError(_("rates has the shape {shape}; it must be (exporter, sector, importer), with as many "
                                  "exporters as importers.", shape=self.values.shape))
        self._check_rates()

    def _check_rates(self) -> None:
        wrong = ~((self.values > -1.0) & (self.values <= LARGEST_RATE))
        if wrong.any():
            at = tuple(int(place) for place in np.argwhere(wrong)[0])
            raise ScenarioError(_("rates{at} is {value}; a tariff is a fraction above -1 and at most 10 (0.4 for "
                                  "40 %).", at=list(at), value=float(self.values[at])))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RateTable) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __str__(self) -> str:
        return "{} x {} x {}".format(*self.values.shape)

    def plain(self) -> Any:
        """Nested lists, which YAML and JSON can hold; with labels a mapping of them and of `values`."""
        values = self.values.tolist()
        labels = {axis: list(names) for axis, names in self.labels.items()}
        return labels | {"values": values} if labels else values

    @cached_property
    def _key(self) -> tuple[Any, ...]:
        return self.values.shape, self.values.tobytes(), tuple(sorted(self.labels.items()))

    def in_order_of(self, world: "World") -> FloatArray:
        """The rates in the world's order of countries and sectors; labels, where known, must be the world's own."""
        countries, sectors = len(world.countries), len(world.sectors)
        if self.values.shape != (countries, sectors, countries):
            raise ScenarioError(_("rates has the shape {shape}, but {world} has {countries} countries and {sectors} "
                                  "sectors: it must be ({countries}, {sectors}, {countries}).",
                                  shape=self.values.shape, world=world.name, countries=countries, sectors=sectors))
        values = self.values
        for axis, (name, wanted) in enumerate(zip(AXES, (world.countries, world.sectors, world.countries),
                                                  strict=True)):
            given = self.labels.get(name, wanted)
            if given == wanted:
                continue
            place = {label: at for at, label in enumerate(given)}
            missing = [label for label in wanted if label not in place]
            if missing:
                raise ScenarioError(_("the {axis} axis of rates has no {label!r}, which {world} has.",
                                      axis=name, label=missing[0], world=world.name))
            values = np.take(values, [place[label] for label in wanted], axis=axis)
        return values


class TariffSchedule(Measure):
    """Every tariff at once: an array in the world's order, or a CSV file of the flows it names."""

    example: ClassVar[str] = "kind: tariff_schedule\nrates: tariffs.csv\n"

    kind: Literal["tariff_schedule"] = "tariff_schedule"
    rates: Annotated[Any, Unit("array or path", "fractions (exporter, sector, importer), or a CSV file with the "
                               "columns exporter, sector, importer, rate"),
                     Field(description="New rates. A CSV file leaves flows that it does not list as they are.",
                           json_schema_extra={"anyOf": [{"type": "string"}, {"type": "array"}, {"type": "object"}]})]

    @field_validator("rates", mode="after")
    @classmethod
    def _read(cls, rates: Any, info: ValidationInfo) -> Any:
        if isinstance(rates, RateTable):
            return rates
        if not isinstance(rates, str | Path):
            return RateTable(rates)
        context = info.context or {}
        if context.get("closed"):
            raise ScenarioError(_("rates names a file, and no file is read for a scenario that comes from elsewhere; "
                                  "give the rates themselves, as an array."))
        path = Path(context.get("folder", ".")) / rates
        if not path.is_file():
            raise ScenarioError(_("rates names the file {path}, which does not exist.", path=str(path)))
        return str(path)

    @field_serializer("rates")
    def _write(self, rates: Any) -> Any:
        return rates.plain() if isinstance(rates, RateTable) else rates

    def lower(self, world: "World", *, coarse: bool = False) -> Lowered:
        """One tariff layer that sets the rate of every flow listed."""
        if isinstance(self.rates, str):
            cells, rate = _read_csv(Path(self.rates), world)
        else:
            everywhere = np.arange(len(world.countries))
            cells = Cells.product(everywhere, np.arange(len(world.sectors)), everywhere)
            table = self.rates.in_order_of(world)
            _refuse_at_home(table, world)
            abroad = ~np.eye(len(world.countries), dtype=bool)[:, None, :]
            rate = table[np.broadcast_to(abroad, table.shape)]
        return Lowered(self.label, layers=(Layer("tariff", "set", cells, rate),))


def _refuse_at_home(rates: FloatArray, world: "World") -> None:
    """Home sales pay what they paid in the base year; any other rate but zero is a sign of exchanged axes."""
    for at, code in enumerate(world.countries):
        home, base = rates[at, :, at], world.tables.tariffs[at, :, at]
        wrong = np.flatnonzero((home != 0.0) & (home != base))
        if len(wrong):
            raise ScenarioError(_("rates has {rate} on sales of {sector} in {country} itself; a tariff is on imports, "
                                  "so rates at home must be zero.", rate=float(home[wrong[0]]), country=code,
                                  sector=world.sectors[wrong[0]]))


def _read_csv(path: Path, world: "World") -> tuple[Cells, FloatArray]:
    """Cells and rates of a CSV file; an error names the file and the line."""
    country = {code: at for at, code in enumerate(world.countries)}
    sector = {code: at for at, code in enumerate(world.sectors)}
    rows: dict[tuple[int, int, int], float] = {}
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        if not {*AXES, "rate"} <= set(reader.fieldnames or ()):
            raise ScenarioError(_("{path}:1: the columns are {given}; they must include exporter, sector, importer and "
                                  "rate.", path=str(path), given=", ".join(reader.fieldnames or ()) or _("none")))
        for row in reader:
            where = f"{path}:{reader.line_num}"
            try:
                key = (_index(row["exporter"], country, "country"), _index(row["sector"], sector, "sector"),
                       _index(row["importer"], country, "country"))
                rate = read_rate(row["rate"])
            except (UnknownName, ScenarioError) as error:
                raise ScenarioError(f"{where}: {error}") from error
            if rate <= -1.0:
                raise ScenarioError(_("{where}: rate is {rate}; it must be above -1 (-100 %).", where=where, rate=rate))
            if key in rows:
                raise ScenarioError(_("{where}: the flow {exporter} to {importer}, {sector} is listed twice.",
                                      where=where, **{axis: row[axis] for axis in AXES}))
            rows[key] = rate
    indices: IntArray = np.array(list(rows), dtype=np.int64).reshape(-1, 3)
    abroad = indices[:, 0] != indices[:, 2]
    cells = Cells(indices[abroad, 0], indices[abroad, 1], indices[abroad, 2])
    return cells, np.array(list(rows.values()), dtype=np.float64)[abroad]


def _index(code: str, known: dict[str, int], kind: str) -> int:
    if code not in known:
        raise UnknownName(code, kind, known)
    return known[code]
