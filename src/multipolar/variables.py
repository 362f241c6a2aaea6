"""The one table of reported variables: it validates results, labels exports and charts, and renders the docs page."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from multipolar.errors import UnknownName


@dataclass(frozen=True)
class Variable:
    """One reported variable: its dimensions in axis order, unit, which sign is a gain, and where it is defined.

    `kind` says how two outcomes compare: a change by the ratio of growth factors, a difference by subtraction; a level
    stays as it is.
    """

    name: str
    symbol: str
    dimensions: tuple[str, ...]
    unit: str
    kind: str
    sign: str
    description: str
    source: str


@cache
def variables() -> dict[str, Variable]:
    """Every reported variable by name, in the order of variables.csv."""
    text = files("multipolar").joinpath("variables.csv").read_text(encoding="utf-8")
    return {
        row["name"]: Variable(dimensions=tuple(row.pop("dimensions").split(";")), **row)
        for row in csv.DictReader(text.splitlines())
    }


def variable(name: str) -> Variable:
    """The variable called `name`.

    Raises:
        UnknownName: with the nearest names.
    """
    if name not in variables():
        raise UnknownName(name, "variable", variables())
    return variables()[name]


def documentation() -> str:
    """The table as a page of the docs, in Markdown."""
    heading = ["name", "symbol", "dimensions", "unit", "kind", "sign", "description", "source"]
    rows = [[f"`{row.name}`", row.symbol, ", ".join(row.dimensions), row.unit, row.kind, row.sign, row.description,
             row.source] for row in variables().values()]
    lines = [
        "# Variables",
        "",
        "Every result, made from `variables.csv`. Each is an attribute of an outcome and a variable of its dataset.",
        "With a baseline, a *change* is relative to it by ratio, a *difference* by subtraction; a *level* stays.",
        "",
        *("| " + " | ".join(cells) + " |" for cells in [heading, ["---"] * len(heading), *rows]),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(documentation(), end="")
