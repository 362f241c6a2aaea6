"""The `multipolar` command: its commands, and how it ends. Starts without loading JAX, xarray or NumPy."""

import os
import sys
import traceback
from types import TracebackType
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from multipolar import __version__
from multipolar.catalogue import _
from multipolar.cli import (
    backtesting,
    briefs,
    comparing,
    desk,
    energy,
    exposing,
    listing,
    output,
    scenarios,
    settling,
    solving,
    technology,
    worlds,
)
from multipolar.cli.exit_codes import ExitCode, exit_code, exit_code_meanings, sentence
from multipolar.cli.machine import switched_on
from multipolar.cli.options import add_command, help_text
from multipolar.errors import MultipolarError

DEBUG = "MULTIPOLAR_DEBUG"


class CommandLine(TyperGroup):
    """The group of all commands, which ends every refusal with a sentence and its exit status."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a refusal becomes one message on standard error."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _leave_pipe()
            raise typer.Exit(ExitCode.BROKEN_PIPE) from None
        except KeyboardInterrupt:
            raise typer.Exit(ExitCode.INTERRUPTED) from None
        except (MultipolarError, OSError) as error:
            if switched_on(DEBUG):
                traceback.print_exception(error)
            output.say(_("Error: {sentence}", sentence=sentence(error)))
            raise typer.Exit(exit_code(error)) from None


def _leave_pipe() -> None:
    """Let nothing more be written to a reader that has gone, or Python complains when it ends."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  Python itself closes it when it ends


def _print_version(wanted: bool) -> None:
    if wanted:
        output.write(f"multipolar {__version__}")
        raise typer.Exit


VersionOption = Annotated[bool, typer.Option(
    "--version", callback=_print_version, is_eager=True, help=_("Print the version and stop."))]


def start(version: VersionOption = False) -> None:
    """What trade measures do to every economy: exact counterfactuals of tariffs, embargoes, bans and transfers.

    Data go to standard output, messages to standard error.
    """


def _exit_status_help() -> str:
    lines = [f"{code.value:>3}  {meaning}" for code, meaning in exit_code_meanings().items()]
    return "\n".join([_("Exit status:"), *lines])


app = typer.Typer(cls=CommandLine, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.callback(epilog=_exit_status_help(), help=help_text(start.__doc__ or "", [
    "multipolar brief", "multipolar solve coalition-cuts-russia", "multipolar world show RUS"]))(start)
add_command(app, "brief", briefs.brief, [
    "multipolar brief", "multipolar brief beijing-2024 --out my-folder", "multipolar brief --world my-world.nc"])
add_command(app, "solve", solving.solve, [
    "multipolar solve china-stops-both", "multipolar solve mine.yaml --deficits fixed --country CHN --group EU27",
    "multipolar solve --measure 'kind: tariff, importer: USA, exporter: CHN, sector: all, rate: 40%'",
    "multipolar solve two-blocs --out two-blocs.nc", "multipolar solve two-blocs --json"])
add_command(app, "compare", comparing.compare, [
    "multipolar compare china-stops-machines china-stops-energy china-stops-both",
    "multipolar compare two-blocs mine.yaml --variable price_index"])
add_command(app, "desk", desk.desk, [
    "multipolar desk", "multipolar desk --port 0 --no-browser", "multipolar desk --world my-world.nc"])
add_command(app, "exposure", exposing.exposure, [
    "multipolar exposure CHN", "multipolar exposure CHN --sector electronics --json", "multipolar exposure --top 20"])
add_command(app, "balance", energy.balance, [
    "multipolar balance gas", "multipolar balance oil china-stops-energy --unit bbl/day",
    "multipolar balance gas china-stops-energy --country RUS --group EU27 --json"])
add_command(app, "corridors", energy.corridors, ["multipolar corridors", "multipolar corridors --json"])
add_command(app, "nuclear", energy.nuclear, ["multipolar nuclear", "multipolar nuclear --json"])
add_command(app, "rails", settling.rails, [
    "multipolar rails RUS CHN", "multipolar rails", "multipolar rails RUS CHN --scenario russia-off-dollar-and-euro",
    "multipolar rails CHN --json"])
add_command(app, "path", backtesting.path, [
    "multipolar path away-from-the-dollar --thickness 0.025", "multipolar path away-from-the-dollar --rail CNY --json"])
add_command(app, "backtest", backtesting.backtest, ["multipolar backtest", "multipolar backtest --chart ridge.svg"])
add_command(app, "controlled", technology.controlled, [
    "multipolar controlled controls-2024", "multipolar controlled china-joins-controls --json",
    "multipolar controlled controls-2024 --chart goods.svg"])
add_command(app, "war", technology.war, [
    "multipolar war controls-2024", "multipolar war ukraine-aid-delayed --horizon short --json"])
add_command(app, "minerals", technology.minerals, ["multipolar minerals", "multipolar minerals --json"])
add_command(app, "validate", scenarios.validate, [
    "multipolar validate mine.yaml", "multipolar validate *.yaml --world my-world.nc"])
add_command(app, "verify", briefs.verify, ["multipolar verify out/beijing-2024"])
app.add_typer(worlds.app, name="world")
add_command(app, "measures", listing.measures, ["multipolar measures", "multipolar measures tariff"])
app.add_typer(scenarios.app, name="scenarios")
add_command(app, "variables", listing.list_variables, ["multipolar variables"])


def main() -> None:
    """The entry point of the `multipolar` command."""
    sys.excepthook = _report_fault
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")    # a dash that the terminal lacks is no reason to fail
    typer.main.get_command(app)(prog_name="multipolar")


def _report_fault(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What an error in multipolar itself looks like: a sentence, and the traceback for those who ask."""
    if issubclass(kind, KeyboardInterrupt):
        return
    if switched_on(DEBUG):
        traceback.print_exception(kind, error, trace)
    output.say(_("Unexpected fault, an error in multipolar: {kind}: {error} ({variable}=1 shows where it arose).",
                 kind=kind.__name__, error=error, variable=DEBUG))


if __name__ == "__main__":
    main()
