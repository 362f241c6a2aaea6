"""`multipolar brief` and `multipolar verify`: the main job, and whether its record still gives the same numbers."""

from dataclasses import asdict
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
    from multipolar.report.brief import run_brief
    from multipolar.report.data import brief_json
    from multipolar.report.folder import write_brief
    from multipolar.report.terminal import render_terminal

    with output.progress(_("Solving {brief}", brief=asked.name), total=len(asked.scenarios)) as report:
        made = run_brief(base, name, progress=report)
    with output.progress(_("Writing the page and the data")):    # before printing, which a reader may cut short
        page, *others = write_brief(made, out or RESULTS / asked.name)
    if json:
        output.write(brief_json(made).rstrip("\n"))
    else:
        output.show(render_terminal(made))
    output.say(_("Written: {page} and {number} files beside it", page=page, number=len(others)))


def verify(folder: FolderArgument, json: JsonOption = False, no_cache: NoCacheOption = False) -> None:
    """Repeat the run that a folder records and compare every number; exit status 6 where one differs."""
    prepare_jax(no_cache)
    from multipolar.report.record import verify as repeat

    with output.progress(_("Repeating {folder}", folder=folder), total=1) as report:
        found = repeat(folder, progress=report)
    if json:
        output.print_json(asdict(found) | {"folder": str(found.folder), "units": {
            "largest": "part of the last digit that counts", "seconds": "s"}})
        return
    output.write(_("{folder}: all {numbers} numbers and facts of {equilibria} equilibria came out as recorded, and all "
                   "{files} files are as written ({seconds:.1f} s).", folder=found.folder, numbers=found.numbers,
                   equilibria=found.equilibria, files=found.files, seconds=found.seconds))
    for package, (then, now) in found.versions.items():
        output.say(_("Note: recorded with {package} {then}, repeated with {now}.", package=package, then=then, now=now))
