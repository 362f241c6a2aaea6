"""Saved scenarios, in the user's data folder (SQLite). A run is its scenario; results are solved again when asked."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from multipolar import __version__
from multipolar.catalogue import _
from multipolar.desk.answers import Run
from multipolar.errors import InputError, UnknownName

MOST_RUNS = 1000
SHORTEST_HASH = 8

_TABLE = """create table if not exists runs (hash text, world text, name text not null, title text not null,
version text not null, saved text not null, scenario text not null, primary key (hash, world))"""
_COLUMNS = "hash, name, title, world, version, saved"


def runs_file() -> Path:
    """Where runs are kept for this user."""
    from platformdirs import user_data_path

    return user_data_path("multipolar", appauthor=False) / "runs.sqlite"


@dataclass(frozen=True)
class Runs:
    """The runs in a file, which is made when the first one is saved; each call has a connection of its own."""

    path: Path

    def all(self) -> list[Run]:
        """Every run, newest first."""
        if not self.path.is_file():
            return []
        with closing(self._open()) as connection:
            return [_run(row) for row in connection.execute(f"select {_COLUMNS} from runs order by saved desc, hash")]

    def save(self, hash_: str, world: str, name: str, title: str, scenario: dict[str, Any]) -> Run:
        """Keep a scenario, in the place of one with the same hash; `InputError` where there are too many."""
        saved = datetime.now(UTC).isoformat(timespec="seconds")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._open()) as connection, connection:
            kept = connection.execute("select count(*) from runs where hash <> ?", (hash_,)).fetchone()[0]
            if kept >= MOST_RUNS:
                raise InputError(_("There are {number} saved runs, the most there can be; delete some first.",
                                   number=kept))
            connection.execute("insert or replace into runs values (?, ?, ?, ?, ?, ?, ?)",
                               (hash_, world, name, title, __version__, saved, json.dumps(scenario)))
        return Run(hash=hash_, name=name, title=title, world=world, version=__version__, saved=saved,
                   same_version=True)

    def find(self, hash_: str) -> tuple[Run, dict[str, Any]]:
        """The run whose hash begins so, and its scenario.

        Raises:
            UnknownName: there is none, or there are several.
        """
        rows = self._matching(hash_)
        if len(rows) != 1:
            raise UnknownName(hash_, _("saved run"), [run.hash for run in self.all()])
        *row, scenario = rows[0]
        return _run(row), json.loads(scenario)

    def delete(self, hash_: str) -> None:
        """Forget a run; `UnknownName` where there is none."""
        run, _scenario = self.find(hash_)
        with closing(self._open()) as connection, connection:
            connection.execute("delete from runs where hash = ? and world = ?", (run.hash, run.world))

    def _matching(self, hash_: str) -> list[Any]:
        if len(hash_) < SHORTEST_HASH or not self.path.is_file():
            return []
        with closing(self._open()) as connection:
            return connection.execute(f"select {_COLUMNS}, scenario from runs where substr(hash, 1, ?) = ?",
                                      (len(hash_), hash_)).fetchall()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=5.0)
        connection.execute(_TABLE)
        return connection


def _run(row: Any) -> Run:
    hash_, name, title, world, version, saved = row
    return Run(hash=hash_, name=name, title=title, world=world, version=version, saved=saved,
               same_version=version == __version__)
