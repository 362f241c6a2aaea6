"""Worlds on disk: NetCDF (through xarray and h5netcdf), written whole or not at all, read back to the last bit."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from multipolar.catalogue import _
from multipolar.errors import UnknownName, WorldError
from multipolar.files import whole_file
from multipolar.world.energy import Energy
from multipolar.world.military import Military
from multipolar.world.parts import WORLD_AXES, Part
from multipolar.world.settlement import Settlement
from multipolar.world.tables import Parameters, Tables
from multipolar.world.technology import Controlled
from multipolar.world.world import MONEY, RATE, SCHEMA_VERSION, World

if TYPE_CHECKING:
    import xarray

PARTS: dict[str, type[Part]] = {kind.kind: kind for kind in (Energy, Settlement, Controlled, Military)}
"""Kinds of parts that world files may hold."""

_FOLDER = Path(__file__).parent / "reference"

TABLES = {"trade": ("exporter", "sector", "importer"), "inputs": ("sector", "importer", "user"),
          "final": ("sector", "importer"), "tariffs": ("exporter", "sector", "importer")}
USES = {"to_users": ("exporter", "sector", "importer", "user"), "to_final": ("exporter", "sector", "importer"),
        "rents": ("rent", "rent_field")}
"""Tables that only some worlds have."""

BY_SECTOR = ("trade_elasticity", "resource_share", "supply_elasticity", "capital_share")
NUMBERS = ("value_added_elasticity", "input_elasticity", "final_demand_elasticity")


def built_in_worlds() -> tuple[str, ...]:
    """Names of the worlds that come with the package."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.nc")))


def read_world(name: str | Path) -> World:
    """The world of that name or path, checked as any other on entry; see `load_world`."""
    path = _FOLDER / f"{name}.nc" if str(name) in built_in_worlds() else Path(name)
    if not path.is_file():
        raise UnknownName(str(name), _("world or file"), built_in_worlds())
    import h5netcdf  # type: ignore[import-untyped]

    try:
        file = h5netcdf.File(path, "r")
    except OSError:
        raise WorldError(_("{path} is not a NetCDF file; a world file is one written by `World.save`.",
                           path=path)) from None
    with file:
        return _read(file, path)


def _read(file: Any, path: Path) -> World:
    missing = [name for name in (*TABLES, "trade_elasticity", "exporter") if name not in file.variables]
    missing += [name for name in ("schema_version", "name", "year") if name not in file.attrs]
    if missing:
        raise WorldError(_("{path} is not a world: it lacks {missing}. A world file is one written by `World.save`.",
                           path=path, missing=", ".join(missing)))
    version = int(file.attrs["schema_version"])
    if version != SCHEMA_VERSION:
        raise WorldError(_("{path} has schema version {version}; this program reads version {known}.", path=path,
                           version=version, known=SCHEMA_VERSION))
    for name, axes in TABLES.items():
        if file.variables[name].dimensions != axes:
            raise WorldError(_("{name} in {path} has axes ({given}); they must be ({axes}).", name=name, path=path,
                               given=", ".join(file.variables[name].dimensions), axes=", ".join(axes)))
    countries, sectors = _texts(file, "exporter"), _texts(file, "sector")
    values: dict[str, Any] = {name: file.variables[name][...] for name in BY_SECTOR if name in file.variables}
    values |= {name: float(file.attrs[name]) for name in NUMBERS if name in file.attrs}
    return World(
        countries, sectors, int(file.attrs["year"]),
        Tables(**{name: file.variables[name][...] for name in (*TABLES, *USES) if name in file.variables}),
        Parameters(**values), name=str(file.attrs["name"]),
        sector_isic=_mapping(file, "sector_isic", sectors), sector_names=_mapping(file, "sector_name", sectors),
        country_names=_mapping(file, "country_name", countries),
        sources=json.loads(_texts(file, "sources")[0]) if "sources" in file.variables else {},
        changes=_texts(file, "change"), parts=_parts(file, path))


def _parts(file: Any, path: Path) -> tuple[Part, ...]:
    """The parts that a file lists, by the classes of their kinds."""
    return tuple(_part(file, path, kind) for kind in json.loads(file.attrs.get("parts", "[]")))


def _part(file: Any, path: Path, kind: str) -> Part:
    if kind not in PARTS:
        raise WorldError(_("{path} has data of the kind {kind!r}, which this program does not know; it reads {known}.",
                           path=path, kind=kind, known=", ".join(PARTS) or _("none")))
    made = PARTS[kind]
    values: dict[str, Any] = {axis: _texts(file, f"{kind}.{axis}") for axis in made.own_axes()}
    values |= {name: file.variables[f"{kind}.{name}"][...] for name in made.axes if f"{kind}.{name}" in file.variables}
    return made(**values, sources=json.loads(_texts(file, f"{kind}.sources")[0]))


def _texts(file: Any, name: str) -> tuple[str, ...]:
    if name not in file.variables:
        return ()
    values = np.atleast_1d(file.variables[name][...])
    return tuple(value.decode() if isinstance(value, bytes) else str(value) for value in values.tolist())


def _mapping(file: Any, name: str, codes: tuple[str, ...]) -> dict[str, str]:
    texts = _texts(file, name)
    return {code: text for code, text in zip(codes, texts, strict=True) if text} if texts else {}


def save(world: World, path: str | Path) -> None:
    """Write `world` to `path`; the old file stays until the new one is complete."""
    target = Path(path)
    if not target.parent.is_dir():
        raise WorldError(_("The folder {folder} does not exist; make it first.", folder=target.parent))
    dataset = to_dataset(world)
    with whole_file(target) as temporary:
        dataset.to_netcdf(temporary, engine="h5netcdf", encoding={
            name: {"zlib": True, "complevel": 4, "shuffle": True, "_FillValue": None}
            for name in dataset.data_vars if dataset[name].dtype == np.float64 and dataset[name].ndim > 1})


def to_dataset(world: World) -> "xarray.Dataset":
    """Everything that a world consists of, as one labelled dataset with units."""
    import xarray

    variables: dict[str, Any] = {
        name: (axes, getattr(world.tables, name), {"units": RATE if name == "tariffs" else MONEY})
        for name, axes in (TABLES | USES).items() if getattr(world.tables, name) is not None}
    for name in BY_SECTOR:
        if (values := getattr(world.parameters, name)) is not None:
            variables[name] = ("sector", values, {"units": RATE if name.endswith("share") else "1"})
    shown = {"sector_isic": ("sector", world.sectors, world.sector_isic),
             "sector_name": ("sector", world.sectors, world.sector_names),
             "country_name": ("exporter", world.countries, world.country_names)}
    variables |= {name: (axis, _column(codes, texts)) for name, (axis, codes, texts) in shown.items() if texts}
    if world.sources:
        variables["sources"] = ((), json.dumps(dict(world.sources), ensure_ascii=False, sort_keys=True))
    if world.changes:
        variables["change"] = ("change_number", np.array(world.changes, dtype=object))
    for part in world.parts:
        variables |= _part_variables(part)
    axes = {"exporter": world.countries, "sector": world.sectors, "importer": world.countries, "user": world.sectors}
    attributes = {"schema_version": SCHEMA_VERSION, "name": world.name, "year": world.year, "hash": world.hash,
                  "parts": json.dumps([part.kind for part in world.parts]),
                  **{name: getattr(world.parameters, name) for name in NUMBERS}}
    return xarray.Dataset(variables, coords={axis: _object(labels) for axis, labels in axes.items()}, attrs=attributes)


def _part_variables(part: Part) -> dict[str, Any]:
    """A part's arrays, the labels of its own axes, and its sources, under names that begin with its kind."""
    def dimension(axis: str) -> str:
        return axis if axis in WORLD_AXES else f"{part.kind}.{axis}"

    variables: dict[str, Any] = {
        f"{part.kind}.{name}": (tuple(dimension(axis) for axis in part.axes[name]), values, {"units": part.units[name]})
        for name, values in part.arrays().items()}
    variables |= {dimension(axis): (dimension(axis), _object(getattr(part, axis))) for axis in part.own_axes()}
    variables[f"{part.kind}.sources"] = ((), json.dumps(dict(part.sources), ensure_ascii=False, sort_keys=True))
    return variables


def _object(labels: tuple[str, ...]) -> np.ndarray:
    return np.array(labels, dtype=object)


def _column(codes: tuple[str, ...], texts: Mapping[str, str]) -> np.ndarray:
    return np.array([texts.get(code, "") for code in codes], dtype=object)
