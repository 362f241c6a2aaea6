"""Numbers of behaviour that no world's tables record: each stands in behaviour.csv with its range, date and source."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from multipolar.catalogue import _
from multipolar.errors import UnknownName


@dataclass(frozen=True)
class Behaviour:
    """One number: `status` says whether it is published or an assumption, `low` and `high` its range."""

    parameter: str
    symbol: str
    value: float
    low: float
    high: float
    status: str
    date: str
    source: str


@cache
def behaviours() -> dict[str, Behaviour]:
    """Every row of behaviour.csv by name."""
    text = files("multipolar.world").joinpath("behaviour.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["parameter"]: Behaviour(
        row["parameter"], row["symbol"], float(row["value"]), float(row["low"]), float(row["high"]), row["status"],
        row["date"], row["source"]) for row in rows}


def behaviour(parameter: str) -> Behaviour:
    """The row of a parameter; `UnknownName` with the nearest names."""
    if parameter not in behaviours():
        raise UnknownName(parameter, _("number of behaviour"), behaviours())
    return behaviours()[parameter]
