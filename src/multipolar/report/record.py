"""The run record: what was solved, with what, to which numbers; and its repetition by `verify`."""

import hashlib
import json
import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from multipolar.catalogue import _
from multipolar.equilibrium.certificate import installed_versions
from multipolar.errors import InputError, MultipolarError, VerificationError
from multipolar.measures.brief import load_brief
from multipolar.report.brief import Brief, Progress, Solution, solve_brief
from multipolar.report.data import BY_COUNTRY, number, to_json
from multipolar.report.economies import Cell
from multipolar.variables import variables
from multipolar.world.world import World, load_world

RECORD_VERSION = 2
RECORD = "run-record.json"
BRIEF_FILE = "brief.yaml"
WORLD_FILE = "world.nc"
MOST_NAMED = 5

LAST_DIGIT = {"percent": 1e-6, "million USD": 0.1}
"""The last digit that counts, by unit: what agrees to it agrees. Answers hold to 1e-10 of themselves."""
RELATIVE = 1e-9


@dataclass(frozen=True)
class Verification:
    """What `verify` found in agreement: equilibria solved again, numbers compared, files whose hash was checked.

    largest is the largest difference, as a part of the last digit that counts. versions maps a package to the version
    recorded and the one at work, where they differ.
    """

    folder: Path
    equilibria: int
    numbers: int
    files: int
    largest: float
    versions: Mapping[str, tuple[str, str]]
    seconds: float


def record(brief: Brief, files: Mapping[str, str], world_file: str | None) -> str:
    """The record as JSON text. `files` maps the path of each written file to its SHA-256."""
    return to_json({
        "record": RECORD_VERSION,
        "brief": BRIEF_FILE,
        "world": {"name": brief.world.name, "year": brief.world.year, "hash": brief.world.hash, "file": world_file},
        "versions": versions(),
        **results(brief),
        "files": dict(sorted(files.items())),
        "seconds": {name: round(value, 3) for name, value in brief.seconds.items()},
    })


def versions() -> dict[str, str]:
    """What decides the digits: Python, this package and those it computes with."""
    return {"python": platform.python_version(), **installed_versions()}


def results(brief: Brief) -> dict[str, Any]:
    """Everything that repeating must give again, at full precision."""
    return {"countries": list(brief.world.countries), "solutions": [_solution(one) for one in brief.solutions],
            "table": [{"scenario": column.scenario.name, "cells": [
                _cell(one) for cell in column.shown for one in (cell, cell.other) if one is not None]}
                for column in brief.columns]}


def _cell(one: Cell) -> dict[str, Any]:
    return {"economy": one.economy.key, "horizon": one.horizon, "headline": one.headline,
            "percent": number(one.percent), "billion USD": number(one.billions), "flagged": one.flagged}


def _solution(solution: Solution) -> dict[str, Any]:
    outcome = solution.outcome
    head = {"scenario": solution.scenario.name, "deficits": solution.deficits, "horizon": solution.horizon}
    if outcome is None:
        return head | {"refusal": type(solution.refusal).__name__,
                       "reason": getattr(solution.refusal, "reason", ""), "message": solution.reason}
    return head | {
        "scenario_hash": outcome.certificate.scenario_hash,
        "certificate": {"residual": outcome.certificate.residual, "sweeps": outcome.certificate.iterations,
                        "method": outcome.certificate.method, "existence": outcome.certificate.existence},
        "values": {name: [number(value) for value in outcome.values(name)] for name in BY_COUNTRY}}


def verify(folder: str | Path, *, progress: Progress | None = None) -> Verification:
    """Repeat the run record of a brief's folder and compare every number in it to the last digit that counts.

    Raises:
        InputError: the folder holds no run record that this version reads.
        VerificationError: a file is not as it was written, the world or a scenario is another one, or a number comes
            out differently; names what differs.
    """
    started = time.perf_counter()
    folder = Path(folder)
    stated = _read(folder)
    _check_files(folder, stated["files"])
    world = _world(folder, stated["world"])
    try:
        definition = load_brief(folder / BRIEF_FILE)
        repeated = solve_brief(world, definition, definition.load_scenarios(), progress=progress)
    except MultipolarError as error:
        raise VerificationError(_("The record of {folder} cannot be repeated: {reason}", folder=folder,
                                  reason=error)) from error
    differences, compared, largest = _compare(stated, results(repeated))
    if differences:
        shown = "\n".join(differences[:MOST_NAMED])
        rest = _("\n… and {number} more.", number=len(differences) - MOST_NAMED) if len(
            differences) > MOST_NAMED else ""
        raise VerificationError(_("{number} of {all} numbers and facts in {path} differ when repeated:\n{shown}{rest}",
                                  number=len(differences), all=compared, path=folder / RECORD, shown=shown, rest=rest))
    now = versions()
    changed = {name: (then, now.get(name, "")) for name, then in stated["versions"].items() if now.get(name) != then}
    return Verification(folder, len(repeated.solutions), compared, len(stated["files"]), largest, changed,
                        time.perf_counter() - started)


def _read(folder: Path) -> dict[str, Any]:
    path = folder / RECORD
    try:
        stated = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(_("{folder} holds no {name}; give the folder that `multipolar brief` wrote.", folder=folder,
                           name=RECORD)) from error
    except ValueError as error:
        raise VerificationError(_("{path} is not as it was written: it is no JSON ({reason}).", path=path,
                                  reason=error)) from error
    parts = {"record", "world", "versions", "countries", "solutions", "table", "files"}
    missing = sorted(parts - set(stated)) if isinstance(stated, dict) else sorted(parts)
    if missing:
        raise VerificationError(_("{path} is not as it was written: it lacks {parts}.", path=path,
                                  parts=", ".join(missing)))
    if stated["record"] != RECORD_VERSION:
        raise InputError(_("{path} has version {given}; this program reads version {known}.", path=path,
                           given=stated["record"], known=RECORD_VERSION))
    return dict(stated)


def file_hash(path: Path) -> str:
    """SHA-256 of a file, hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _check_files(folder: Path, files: Mapping[str, str]) -> None:
    for name, stated in files.items():
        if not (folder / name).is_file():
            raise VerificationError(_("{path} is missing; the record lists it.", path=folder / name))
        if file_hash(folder / name) != stated:
            raise VerificationError(_("{path} is not as it was written: its SHA-256 is not the one in the record.",
                                      path=folder / name))


def _world(folder: Path, stated: Mapping[str, Any]) -> World:
    world = load_world(folder / stated["file"] if stated["file"] else stated["name"])
    if world.hash != stated["hash"]:
        raise VerificationError(_("The world {name} has hash {now} here; the record was made on {then}. Install the "
                                  "version of multipolar that the record names.", name=stated["name"],
                                  now=world.hash[:12], then=stated["hash"][:12]))
    return world


_NOT_COMPARED = frozenset({"certificate", "message"})
"""How the search went, and words with numbers in them: these may differ between machines, the answer may not."""


def _compare(stated: Mapping[str, Any], again: Mapping[str, Any]) -> tuple[list[str], int, float]:
    """Sentences on what differs, how many numbers and facts were compared, and the largest agreed difference."""
    differences: list[str] = []
    compared, largest = 0, 0.0
    for path, before, after in _pairs(stated, again, ()):
        compared += 1
        if isinstance(before, float | int) and isinstance(after, float | int):
            apart = abs(before - after) / max(_digit(path), RELATIVE * abs(after))
            if apart <= 1:
                largest = max(largest, apart)
                continue
        elif before == after:
            continue
        differences.append(_("{where}: {before} in the record, {after} repeated", where=_where(path, again),
                             before=before, after=after))
    return differences, compared, largest


def _digit(path: tuple[str | int, ...]) -> float:
    """The last digit that counts for the number at a path of the record."""
    unit = variables()[str(path[-2])].unit if len(path) > 2 and path[-2] in variables() else str(path[-1])
    if unit == "billion USD":
        return LAST_DIGIT["million USD"] / 1e3
    return LAST_DIGIT["million USD" if unit == "million USD" else "percent"]


def _pairs(stated: Any, again: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any, Any]]:
    """Every number and fact of `again` beside the stated one; what only one of them has is a pair with None."""
    if isinstance(again, Mapping) and isinstance(stated, Mapping):
        for key, value in again.items():
            if key not in _NOT_COMPARED:
                yield from _pairs(stated.get(key), value, (*path, key))
    elif isinstance(again, list) and isinstance(stated, Sequence) and not isinstance(stated, str):
        if len(stated) != len(again):
            yield path, _("{number} entries", number=len(stated)), _("{number} entries", number=len(again))
        for at, (one, other) in enumerate(zip(stated, again, strict=False)):
            yield from _pairs(one, other, (*path, at))
    else:
        yield path, stated, again


def _where(path: tuple[str | int, ...], results: Mapping[str, Any]) -> str:
    """A place in the record as a reader would say it: scenario, deficits, horizon, variable, country."""
    if len(path) < 3 or path[0] not in ("solutions", "table"):
        return ".".join(map(str, path))
    entry = results[str(path[0])][path[1]]
    parts = [str(entry["scenario"])]
    if path[0] == "solutions":
        parts += [_("{rule} deficits", rule=entry["deficits"]), _("{horizon} run", horizon=entry["horizon"])]
        parts += [str(part) for part in path[2:] if part != "values"]
        if isinstance(path[-1], int):
            parts[-1] = str(results["countries"][path[-1]])
    else:
        cell = entry["cells"][path[3]] if len(path) > 3 else {}
        parts += [_("table"), str(cell.get("economy", "")), str(cell.get("horizon", "")), str(path[-1])]
    return ", ".join(parts)
