"""`multipolar brief` and `multipolar verify`: the main job, and whether its record still gives the same numbers."""

from pathlib import Path
from typing import Annotated

import typer

from multipolar.catalogue import _
from multipolar.cli import output
from multipolar.cli.machine import prepare_jax
from multipolar.cli.options import JsonOption, NoCacheOption, read_world

DEFAULT = "beijing-2024"
RESULTS = Path("out")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help=_("A built-in brief or a YAML file."))]
BriefWorldOption = Annotated[str | None, typer.Option(
    "--world", metavar="WORLD", show_default=False,
    help=_("A world that comes with the package, or a file; by default the one that the brief names."))]
FolderOption = Annotated[Path | None, typer.Option(
    "--out", metavar="FOLDER", show_default=False, help=_("Where to write the page, the data and the run record; "
                                                          "by default out/NAME."))]
FolderArgument = Annotated[Path, typer.Argument(
    metavar="FOLDER", show_default=False, help=_("A folder that `multipolar brief` wrote."))]


def brief(name: NameArgument = DEFAULT, world: BriefWorldOption = None, out: FolderOption = None,
          json: JsonOption = False, no_cache: NoCacheOption = False) -> None:
    """Solve a brief's scenarios, print one table, and write a page, the data and a run record.

    Real income is in percent and in billions of US dollars of the base year.
    """
    from multipolar.measures.brief import load_brief

    asked = load_brief(name)
    base = read_world(world or asked.world)
    prepare_jax(no_cache)
    from multipolar.report import render_terminal, run_brief, write_brief

    with output.progress(_("Solving {brief}", brief=asked.name), total=len(asked.scenarios)) as report:
        made = run_brief(base, name, progress=report)
    folder = out or RESULTS / asked.name
    if json:
        output.print_json(made.to_dict())
    else:
        output.show(render_terminal(made))
    with output.progress(_("Writing {folder}", folder=folder)):
        write_brief(made, folder)
    output.say(_("Written: {folder}", folder=folder))


def verify(folder: FolderArgument, json: JsonOption = False, no_cache: NoCacheOption = False) -> None:
    """Repeat the run that a folder records and compare every number; exit status 6 where one differs."""
    prepare_jax(no_cache)
    from multipolar.report import verify as repeat

    with output.progress(_("Repeating {folder}", folder=folder)):
        report = repeat(folder)
    output.print_json(report) if json else output.show(report)
