"""`multipolar scenarios` and `multipolar validate`: what there is to solve, and whether a file is one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from multipolar.catalogue import _
from multipolar.cli import output
from multipolar.cli.exit_codes import ExitCode
from multipolar.cli.options import REFERENCE, JsonOption, WorldOption, add_command, help_text, read_world

if TYPE_CHECKING:
    from multipolar.measures.yaml_file import Problem

NameArgument = Annotated[str, typer.Argument(
    metavar="SCENARIO", show_default=False, help=_("A built-in scenario or a YAML file."))]
FilesArgument = Annotated[list[Path], typer.Argument(
    metavar="FILE...", show_default=False, help=_("Scenario files (YAML)."))]
FormOption = Annotated[bool, typer.Option(
    "--no-world", help=_("Check the form alone, not the names of countries and sectors."))]
SchemaOption = Annotated[bool, typer.Option(
    "--schema", help=_("Print the JSON schema of scenario files, for editors."))]


def list_scenarios(context: typer.Context, json: JsonOption = False, schema: SchemaOption = False) -> None:
    """List the built-in scenarios, or print one of them as YAML to start from."""
    if context.invoked_subcommand is not None:
        return
    from multipolar.measures.scenario import load_scenario, scenario_schema
    from multipolar.measures.yaml_file import built_in_scenarios

    if schema:
        output.print_json(scenario_schema())
        return
    scenarios = [load_scenario(name) for name in built_in_scenarios()]
    if json:
        output.print_json([{"name": scenario.name, "title": scenario.title, "description": scenario.description,
                            "deficits": scenario.closure.deficits, "measures": len(scenario.measures)}
                           for scenario in scenarios])
        return
    listing = output.table([_("scenario"), _("title"), _("deficits")])
    for scenario in scenarios:
        listing.add_row(scenario.name, scenario.title, scenario.closure.deficits)
    output.show(listing)


def show_scenario(name: NameArgument, json: JsonOption = False) -> None:
    """Print a scenario as YAML, with what it extends written out; rates are fractions."""
    from multipolar.measures.scenario import load_scenario

    scenario = load_scenario(name)
    if json:
        output.print_json(scenario.model_dump(mode="json"))
    else:
        output.write(scenario.to_yaml().rstrip("\n"))


def link(name: NameArgument, world: WorldOption = REFERENCE) -> None:
    """Print a scenario as a link: what the desk has behind the # of its address, and `multipolar solve` takes."""
    from multipolar import __version__
    from multipolar.measures.link import write_link
    from multipolar.measures.scenario import load_scenario

    base, scenario = read_world(world), load_scenario(name)
    output.write(write_link(scenario, base, scenario.hash(base), __version__))


def validate(files: FilesArgument, world: WorldOption = REFERENCE, no_world: FormOption = False,
             json: JsonOption = False) -> None:
    """Check scenario files: print line and column of everything that is wrong, or OK.

    Names of countries and sectors are looked up in a world. The exit status is 3 where any file is wrong.
    """
    from multipolar.measures.yaml_file import problem_line, validate_file

    base = None if no_world else read_world(world)
    found: dict[Path, list[Problem]] = {file: validate_file(file, base) for file in files}
    if json:
        output.print_json([{"file": str(file), "ok": not problems, "problems": [
            {"line": problem.line, "column": problem.column, "message": problem.message} for problem in problems]}
            for file, problems in found.items()])
    else:
        for file, problems in found.items():
            lines = [problem_line(file, problem) for problem in problems]
            output.write("\n".join(lines or [_("{file}: OK", file=file)]))
    if any(found.values()):
        raise typer.Exit(ExitCode.BAD_INPUT)


app = typer.Typer(invoke_without_command=True)
app.callback(help=help_text(list_scenarios.__doc__ or "", [
    "multipolar scenarios", "multipolar scenarios show coalition-cuts-russia > mine.yaml",
    "multipolar scenarios --schema > scenario.schema.json"]))(list_scenarios)
add_command(app, "show", show_scenario, ["multipolar scenarios show two-blocs"])
add_command(app, "link", link, ["multipolar scenarios link two-blocs"])
