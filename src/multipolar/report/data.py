"""The numbers of a brief as files: CSV for spreadsheets, JSON of everything, NetCDF of every variable."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from multipolar.equilibrium.outcome import Outcome
from multipolar.report.assumptions import assumptions, limits
from multipolar.report.brief import Brief, Column, Solution
from multipolar.report.brief_controlled import goods_of
from multipolar.report.brief_rails import by_thickness, settlement_rows
from multipolar.report.brief_war import war_rows, war_years
from multipolar.report.economies import Cell
from multipolar.report.energy import EnergyAnswer
from multipolar.report.minerals import withheld_minerals
from multipolar.report.nuclear_words import nuclear_answer
from multipolar.report.whole_sectors import on_sectors
from multipolar.variables import variables
from multipolar.world.tables import FloatArray

BY_COUNTRY = tuple(name for name, row in variables().items() if row.dimensions == ("country",))


def number(value: float) -> float | None:
    """A float for JSON, which has no NaN."""
    return float(value) if np.isfinite(value) else None


def results_csv(brief: Brief) -> str:
    """Every variable by country, one number a line: scenario, deficits, horizon, country, variable, unit, value."""
    rows = ((one.scenario.name, one.deficits, one.horizon, country, name, variables()[name].unit, repr(float(value)))
            for one in brief.solutions if one.outcome is not None
            for name in BY_COUNTRY
            for country, value in zip(brief.world.countries, one.outcome.values(name), strict=True))
    return _csv(("scenario", "deficits", "horizon", "country", "variable", "unit", "value"), rows)


def table_csv(brief: Brief) -> str:
    """The table of the brief, one cell a line, each horizon a line of its own."""
    head = ("scenario", "deficits", "horizon", "economy", "name", "shown_as", "headline", "percent", "billion_usd",
            "real_income", "real_gdp", "beside_deficits", "beside_percent", "flagged", "basis")
    return _csv(head, (row for column in brief.columns for row in _table_rows(brief, column)))


def _table_rows(brief: Brief, column: Column) -> Iterator[Sequence[object]]:
    kinds = ["row"] * sum(cell is not None for cell in column.cells) + ["winner"] * len(column.winners)
    kinds += ["loser"] * len(column.losers) + ["world"]
    for kind, cell in zip(kinds, column.shown, strict=False):
        for one in _horizons(cell):
            rule = column.beside.deficits if column.beside and one is cell else ""
            beside = "" if one.beside is None else repr(one.beside)
            yield (column.scenario.name, column.main.deficits, one.horizon, one.economy.key, one.economy.name, kind,
                   one.headline, repr(one.percent), repr(one.billions), repr(one.real_income), repr(one.real_gdp),
                   rule, beside, int(one.flagged), one.economy.basis)
    for row in brief.economies:
        if not row.members:
            yield (column.scenario.name, column.main.deficits, column.main.horizon, row.key, row.name,
                   "not in this world", *[""] * 9)


def _horizons(cell: Cell) -> tuple[Cell, ...]:
    """A cell, and the same at the second horizon."""
    return (cell,) if cell.other is None else (cell, cell.other)


def channels_csv(brief: Brief) -> str:
    """Every channel of every cell, percentage points; the channels of a cell add up to its percent."""
    rows = ((column.scenario.name, one.horizon, one.economy.key, one.headline, channel.key, repr(channel.points),
             channel.phrase)
            for column in brief.columns for cell in column.shown for one in _horizons(cell)
            for channel in one.channels)
    return _csv(("scenario", "horizon", "economy", "headline", "channel", "points", "phrase"), rows)


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return stream.getvalue()


def brief_json(brief: Brief) -> str:
    """The whole brief: words, table, channels, certificates, assumptions. Timings are in the run record alone."""
    world = brief.world
    return to_json({
        "name": brief.definition.name, "title": brief.definition.title, "introduction": brief.definition.introduction,
        "caution": brief.definition.caution,
        "world": {"name": world.name, "year": world.year, "hash": world.hash, "countries": list(world.countries),
                  "sectors": list(world.sectors), "sources": dict(sorted(world.sources.items()))},
        "units": {"percent": "percent", "billion_usd": "billion USD at base-year prices",
                  "points": "percentage points"},
        "economies": [row.to_dict() for row in brief.economies],
        "scenarios": [_column_data(column) | _settlement_data(brief, column) for column in brief.columns],
        **({"nuclear": [asdict(one) for one in nuclear_answer(brief)]} if nuclear_answer(brief) else {}),
        "assumptions": [one.to_dict() for one in assumptions(
            world, brief.definition.horizons, brief.definition.settlement, brief.definition.war)],
        **({"minerals": [asdict(one) for one in withheld_minerals()]} if brief.definition.minerals else {}),
        "limits": list(limits(world, brief.definition.horizons, brief.definition.war)),
    })


def to_json(data: Any) -> str:
    """Strict JSON, readable, the same bytes for the same data."""
    return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _column_data(column: Column) -> dict[str, Any]:
    scenario = column.scenario
    return {
        "name": scenario.name, "title": column.title, "description": scenario.description,
        "notes": [note.model_dump() for note in scenario.notes], "main": _solution_data(column.main),
        "beside": _solution_data(column.beside) if column.beside else None,
        "other_horizon": _solution_data(column.other) if column.other else None,
        "rows": [one.to_dict() if one else None for one in column.cells],
        "winners": [one.to_dict() for one in column.winners], "losers": [one.to_dict() for one in column.losers],
        "world": column.total.to_dict() if column.total else None,
        **({"energy": _energy_data(column.energy)} if column.energy else {})}


def _energy_data(answer: EnergyAnswer) -> dict[str, Any]:
    """What the brief says of fuels, with units."""
    found = asdict(answer)
    for stream in found["streams"]:
        stream |= {"before": stream["before"].tolist(), "after": stream["after"].tolist()}
    if answer.budget:
        found["budget"] |= {"loss": answer.budget.loss, "loss_billions": answer.budget.loss_billions}
    return found | {"units": {"budget": "percent; billions in billion USD", "gas": "percent; USD per 1000 m3",
                              "barrel": "USD per barrel",
                              "balances and streams": "the fuel's own unit a year", "drift": "percent"}}


def _settlement_data(brief: Brief, column: Column) -> dict[str, Any]:
    """Settlement before and after, and means of war, where the brief asks for them."""
    rows = settlement_rows(brief, column)
    thick, means, goods = by_thickness(brief, column), war_rows(brief, column), goods_of(brief, column)
    years = {code: [asdict(one) for one in year] for code, year in war_years(brief, column).items()}
    return ({"settlement": [row.to_dict() for row in rows]} if rows else {}) | (
        {"by_thickness": asdict(thick)} if thick else {}) | (
        {"war": [row.to_dict() for row in means], "quarters": years} if means else {}) | (
        {"controlled": goods.to_dict()} if goods else {})


def _solution_data(solution: Solution) -> dict[str, Any]:
    head = {"deficits": solution.deficits, "horizon": solution.horizon}
    if solution.outcome is None:
        return head | {"reason": solution.reason}
    return head | {"certificate": certificate(solution.outcome)}


def certificate(outcome: Outcome) -> dict[str, Any]:
    """The certificate without its seconds, which differ from run to run."""
    return {name: value for name, value in outcome.certificate.to_dict().items() if name != "seconds"}


def write_netcdf(brief: Brief, path: Path) -> None:
    """Every variable of every equilibrium; the leading axis `solution` has labels `scenario`, `deficits`, `horizon`."""
    import h5netcdf  # type: ignore[import-untyped]

    solved = [one for one in brief.solutions if one.outcome is not None]
    countries, sectors = brief.world.countries, brief.world.sectors
    axes = {"solution": [f"{one.scenario.name}, {one.deficits}, {one.horizon}" for one in solved], "country": countries,
            "exporter": countries, "importer": countries, "sector": sectors}
    with h5netcdf.File(path, "w") as file:
        for axis, labels in axes.items():
            file.dimensions[axis] = len(labels)
            _write_text(file, axis, axis, labels)
        _write_text(file, "scenario", "solution", [one.scenario.name for one in solved])
        _write_text(file, "deficits", "solution", [one.deficits for one in solved])
        _write_text(file, "horizon", "solution", [one.horizon for one in solved])
        for name, row in variables().items():
            if row.dimensions == ("exporter", "sector", "importer") and name != "trade":
                continue    # large, and made from trade and prices in a moment by solving again
            values = np.stack([on_sectors(one.outcome, row, sectors) for one in solved if one.outcome is not None])
            _write(file, name, ("solution", *row.dimensions), values, {"units": row.unit, "long_name": row.description})
        file.attrs["title"] = brief.definition.title
        file.attrs["world_hash"] = brief.world.hash


def _write_text(file: Any, name: str, axis: str, labels: Sequence[str]) -> None:
    import h5py  # type: ignore[import-untyped]

    file.create_variable(name, (axis,), dtype=h5py.string_dtype(), data=np.array(labels, dtype=object))


def _write(file: Any, name: str, axes: tuple[str, ...], values: FloatArray, attributes: dict[str, str]) -> None:
    variable = file.create_variable(name, axes, data=values, compression="gzip", compression_opts=1, shuffle=True)
    for key, value in attributes.items():
        variable.attrs[key] = value
