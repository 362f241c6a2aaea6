"""The folder that a brief is written to: whole or not at all, and never over files that are not its own."""

import json
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from multipolar.catalogue import _
from multipolar.errors import InputError
from multipolar.report import data
from multipolar.report.brief import Brief
from multipolar.report.page import page
from multipolar.report.record import BRIEF_FILE, RECORD, WORLD_FILE, file_hash, record
from multipolar.world.files import built_in_worlds
from multipolar.world.world import load_world

PAGE = "index.html"


def write_brief(brief: Brief, folder: str | Path) -> list[Path]:
    """Write the page, the data, the scenarios and the run record; the same brief gives the same bytes but for seconds.

    An older brief in `folder` is replaced when the new one is complete.

    Returns:
        The files, the page first and the record last.

    Raises:
        InputError: `folder` is a file, or holds files that no brief wrote.
    """
    folder = Path(folder)
    _refuse_foreign(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        names = _write(brief, temporary / "new")
        _put_in_place(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return [folder / name for name in names]


def _refuse_foreign(folder: Path) -> None:
    """What is there must be a brief's folder as it was written, or empty."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InputError(_("{folder} is a file; a brief is written to a folder of its own.", folder=folder))
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    foreign = sorted(found - {RECORD, *_recorded(folder)})
    if foreign:
        raise InputError(_("{folder} holds {file}, which no brief wrote there. Name another folder, or move it away.",
                           folder=folder, file=foreign[0]))


def _recorded(folder: Path) -> list[str]:
    try:
        return list(json.loads((folder / RECORD).read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _put_in_place(temporary: Path, folder: Path) -> None:
    """Swap the finished folder in; the old one comes back if that fails."""
    old = temporary / "old"
    if folder.exists():
        folder.rename(old)
    try:
        (temporary / "new").rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise


def _write(brief: Brief, folder: Path) -> list[str]:
    """Every file into an empty folder; their names, the page first and the record last."""
    (folder / "data").mkdir(parents=True)
    (folder / "scenarios").mkdir()
    texts = {PAGE: page(brief), "data/table.csv": data.table_csv(brief), "data/channels.csv": data.channels_csv(brief),
             "data/results.csv": data.results_csv(brief), "data/brief.json": data.brief_json(brief)}
    paths = _write_scenarios(brief, folder)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    data.write_netcdf(brief, folder / "data" / "outcomes.nc")
    names = [*texts, "data/outcomes.nc", *paths, BRIEF_FILE]
    world_file = None if _is_built_in(brief) else WORLD_FILE
    if world_file:
        brief.world.save(folder / world_file)
        names.append(world_file)
    hashes = {name: file_hash(folder / name) for name in names}
    (folder / RECORD).write_text(record(brief, hashes, world_file), encoding="utf-8", newline="\n")
    return [*names, RECORD]


def _write_scenarios(brief: Brief, folder: Path) -> list[str]:
    """The scenarios as YAML, and a brief that names them."""
    names = []
    for column in brief.columns:
        scenario = column.scenario
        name = f"scenarios/{re.sub(r'[^A-Za-z0-9._-]+', '-', scenario.name)}.yaml"
        (folder / name).write_text(scenario.to_yaml(), encoding="utf-8", newline="\n")
        names.append(name)
    definition: dict[str, Any] = brief.definition.model_dump(mode="json") | {"scenarios": names}
    writer = YAML(typ="rt")
    writer.width = 110
    with (folder / BRIEF_FILE).open("w", encoding="utf-8", newline="\n") as stream:
        writer.dump(definition, stream)
    return names


def _is_built_in(brief: Brief) -> bool:
    world = brief.world
    return world.name in built_in_worlds() and load_world(world.name).hash == world.hash
