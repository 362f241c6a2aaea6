"""`multipolar measures` and `multipolar variables`: what can be said in a scenario, and what comes out."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from multipolar.catalogue import _
from multipolar.cli import output
from multipolar.cli.options import JsonOption
from multipolar.errors import UnknownName

if TYPE_CHECKING:
    from multipolar.measures.registry import MeasureDescription

KindArgument = Annotated[str | None, typer.Argument(
    metavar="KIND", show_default=False, help=_("One kind of measure; without it, all of them."))]


def measures(kind: KindArgument = None, json: JsonOption = False) -> None:
    """List the measures that a scenario may hold: fields, units and an example of each.

    Rates are fractions (0.4), and 40% is the same.
    """
    from multipolar.measures.registry import KINDS, describe_measures

    if kind is not None and kind not in KINDS:
        raise UnknownName(kind, _("kind of measure"), KINDS)
    described = [measure for measure in describe_measures() if kind in (None, measure.kind)]
    if json:
        output.print_json([asdict(measure) for measure in described])
        return
    for measure in described:
        _print_measure(measure)


def _print_measure(measure: "MeasureDescription") -> None:
    made = output.table([_("field"), _("holds"), _("unit"), _("default"), _("meaning")])
    for field in measure.fields:
        default = _("required") if field.required else "" if field.default in (None, "") else str(field.default)
        made.add_row(field.name, field.type, field.unit, default, field.description)
    example = "\n".join(f"  {line}" for line in measure.example.strip().splitlines())
    output.show(output.heading(f"{measure.kind}: {measure.summary}"), made, _("Example:\n{example}\n", example=example))


def list_variables(json: JsonOption = False) -> None:
    """List every variable of an outcome: dimensions, unit, and what it is."""
    from multipolar.variables import all_variables

    if json:
        output.print_json([asdict(row) for row in all_variables().values()])
        return
    listing = output.table([_("variable"), _("by"), _("unit"), _("description")])
    for row in all_variables().values():
        listing.add_row(row.name, " x ".join(row.dimensions), row.unit, row.description)
    output.show(listing)
