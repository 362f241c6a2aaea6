"""The one table of reported variables: it validates results, labels exports and charts, and renders the docs page."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from multipolar.errors import UnknownName


@dataclass(frozen=True)
class Variable:
    """One reported variable: its dimensions in axis order, unit, which sign is a gain, and where it is defined.

    `kind` says how two outcomes compare: a change by the ratio of growth factors, a difference by subtraction; a level
    stays as it is. `needs` names the kind of a world's part without which the variable does not exist, or is empty.
    """

    name: str
    symbol: str
    dimensions: tuple[str, ...]
    unit: str
    kind: str
    sign: str
    description: str
    source: str
    needs: str


@cache
def all_variables() -> dict[str, Variable]:
    """Every reported variable by name, in the order of variables.csv."""
    text = files("multipolar").joinpath("variables.csv").read_text(encoding="utf-8")
    return {
        row["name"]: Variable(dimensions=tuple(filter(None, row.pop("dimensions").split(";"))), **row)
        for row in csv.DictReader(text.splitlines())
    }


def variables(parts: Iterable[str] = ()) -> dict[str, Variable]:
    """The variables that exist on a world with these kinds of parts; without, those that exist on every world."""
    known = ("", *parts)
    return {name: row for name, row in all_variables().items() if row.needs in known}


def variable(name: str) -> Variable:
    """The variable called `name`.

    Raises:
        UnknownName: with the nearest names.
    """
    if name not in all_variables():
        raise UnknownName(name, "variable", all_variables())
    return all_variables()[name]


def documentation() -> str:
    """The table as a page of the docs, in Markdown."""
    heading = ["name", "symbol", "dimensions", "unit", "kind", "sign", "description", "source", "needs"]
    rows = [[f"`{row.name}`", row.symbol, ", ".join(row.dimensions), row.unit, row.kind, row.sign, row.description,
             row.source, row.needs] for row in all_variables().values()]
    lines = [
        "# Variables",
        "",
        "Every result, made from `variables.csv`. Each is an attribute of an outcome and a variable of its dataset.",
        "A variable that needs a part exists on worlds that have it.",
        "With a baseline, a *change* is relative to it by ratio, a *difference* by subtraction; a *level* stays.",
        "",
        *("| " + " | ".join(cells) + " |" for cells in [heading, ["---"] * len(heading), *rows]),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(documentation(), end="")
