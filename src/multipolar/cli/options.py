"""Options that several commands share, and the loading of what they name."""

from collections.abc import Callable, Sequence
from inspect import cleandoc
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from multipolar.catalogue import _

if TYPE_CHECKING:
    from multipolar.world.world import World

REFERENCE = "reference-2023"
Deficits = Literal["fixed", "zero", "proportional"]
Horizon = Literal["long", "short"]
Sourcing = Literal["common", "by-use"]

WorldOption = Annotated[str, typer.Option(
    "--world", metavar="WORLD", help=_("A world that comes with the package, or a file that World.save wrote."))]
JsonOption = Annotated[bool, typer.Option("--json", help=_("Print JSON, with units, in place of tables."))]
DeficitsOption = Annotated[Deficits | None, typer.Option(
    "--deficits", help=_("What happens to trade deficits; overrides the scenario's own rule."))]
HorizonOption = Annotated[Horizon | None, typer.Option(
    "--horizon", help=_("Time there is to adapt; overrides the scenario's own."))]
SourcingOption = Annotated[Sourcing | None, typer.Option(
    "--sourcing", help=_("Whether all users of a good buy it from the same partners, or each from its own, on worlds "
                         "that record them; overrides the scenario's own."))]
EconomiesOption = Annotated[list[str] | None, typer.Option(
    "--country", "--group", metavar="NAME", help=_("An economy to show: a country's code or a group; repeatable."))]
TopOption = Annotated[int, typer.Option(
    "--top", min=0, max=1000, help=_("How many of the largest winners and losers to show."))]
NoCacheOption = Annotated[bool, typer.Option(
    "--no-cache", help=_("Keep no compiled programs in the user's cache folder; MULTIPOLAR_NO_CACHE=1 does the same."))]


def add_command(app: typer.Typer, name: str, function: Callable[..., None], examples: Sequence[str]) -> None:
    """Make `function` a command of `app`: its docstring and the examples are the help that people read."""
    app.command(name, help=help_text(function.__doc__ or "", examples))(function)


def help_text(description: str, examples: Sequence[str]) -> str:
    """A description (a docstring, through the catalogue) and, below it, examples one a line."""
    paragraphs = [" ".join(paragraph.split()) for paragraph in _(cleandoc(description)).split("\n\n")]
    return "\n\n".join([*paragraphs, "\n".join([_("Examples:"), *(f"  {example}" for example in examples)])])


def read_world(name: str) -> "World":
    """The world of that name or path; says so on a terminal, since a large one takes a while."""
    from multipolar.cli.output import progress
    from multipolar.world.world import load_world

    with progress(_("Reading {world}", world=name)):
        return load_world(name)


def economy_name(world: "World", code: str) -> str:
    """A country as tables show it, ``China (CHN)``; groups by their names."""
    from multipolar.world.names import country_names

    if code not in world.countries:
        return code
    name = world.country_names.get(code) or country_names().get(code)
    return f"{name} ({code})" if name and name != code else code
