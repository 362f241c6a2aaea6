"""`multipolar backtest` and `multipolar path`: settlement held against 2022, and where a currency's share may tip."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from multipolar.catalogue import _
from multipolar.cli import output
from multipolar.cli.inline import scenario_from
from multipolar.cli.machine import prepare_jax
from multipolar.cli.options import REFERENCE, JsonOption, NoCacheOption, WorldOption, read_world
from multipolar.cli.solving import MeasureOption, ScenarioArgument

if TYPE_CHECKING:
    from rich.table import Table

    from multipolar.report.backtest import Backtest, Fit

ChartOption = Annotated[Path | None, typer.Option(
    "--chart", metavar="FILE", show_default=False, help=_("Also draw the ridge over eta and nu, as SVG."))]
RailOption = Annotated[str, typer.Option("--rail", metavar="RAIL", help=_("Whose share to follow."))]
StepsOption = Annotated[int, typer.Option("--steps", min=2, max=1000, help=_("How many sizes to look at."))]
ThicknessOption = Annotated[float | None, typer.Option(
    "--thickness", min=0, show_default=False,
    help=_("Thickness nu: how much use makes a rail cheaper; the world's own where left out."))]


def backtest(chart: ChartOption = None, json: JsonOption = False, no_cache: NoCacheOption = False) -> None:
    """Hold the model of settlement against what followed the measures of 2022.

    From the shares of 2021, with trade as it was in 2023. Figures of December 2022 calibrate how much use makes a rail
    cheaper; figures of 2023 test it.
    """
    prepare_jax(no_cache)
    from multipolar.report.backtest import run_backtest

    with output.progress(_("Repeating 2022")):
        found = run_backtest()
    if json:
        output.print_json(found.to_dict())
    else:
        output.show(*_backtest_parts(found))
    if chart is not None:
        from multipolar.report.backtest_chart import ridge_chart

        chart.write_text(ridge_chart(found), encoding="utf-8")
        output.say(_("Saved: {path}", path=chart))


def path(scenario: ScenarioArgument = None, measure: MeasureOption = None, rail: RailOption = "USD",
         steps: StepsOption = 10, thickness: ThicknessOption = None, world: WorldOption = REFERENCE,
         json: JsonOption = False, no_cache: NoCacheOption = False) -> None:
    """Follow a currency's share of world trade as a scenario's measures on rails grow to full size.

    At base-year trade, and at every size from two starts: the leading rail carrying nearly everything, and the others.
    Where these end apart there are several equilibria, and the share may tip.
    """
    asked = scenario_from(scenario, measure or [])
    base = read_world(world)
    prepare_jax(no_cache)
    from dataclasses import replace

    from multipolar.report.share_path import share_path
    from multipolar.world.settlement import Settlement

    if thickness is not None:
        base = base.with_part(replace(base.part(Settlement), thickness=thickness))
    found = share_path(base, asked, rail, [(step + 1) / steps for step in range(steps)])
    if json:
        output.print_json({"world": base.name, "scenario": asked.name, "thickness": base.part(Settlement).nu,
                           "units": {"shares": "percent of world trade", "sizes": "fraction of the scenario"},
                           **found.to_dict()})
        return
    made = output.table([], [_("size"), _("from the leading rail, %"), _("from the others, %")])
    made.add_row("0.00", output.amount(found.base), output.amount(found.base))
    for row in zip(found.sizes, found.from_leading, found.from_others, strict=True):
        made.add_row(output.amount(row[0], 2), output.amount(row[1]), output.amount(row[2]))
    title = _("{rail}'s share of world trade, {scenario}, thickness {nu:g}", rail=rail,
              scenario=asked.title or asked.name, nu=base.part(Settlement).nu)
    size, slope = found.steepest
    line = _("Several equilibria between sizes {low:.2f} and {high:.2f}: the share may tip there.", low=found.tips[0],
             high=found.tips[1]) if found.tips else _(
        "No tipping point: both starts end in the same share at every size. It moves fastest after size {size:.2f}, by "
        "{slope} points for the whole size.", size=size, slope=output.change(slope, 1))
    output.show(output.heading(title), made, line, _(
        "Spectral radius of use that feeds on itself, in the base year: {radius:.2f}; at 1 the base year is unstable.",
        radius=found.radius))


def _backtest_parts(found: "Backtest") -> list[Any]:
    lines = [_("Calibrated at eta {eta:g}: nu {nu:.4g}; {low:.4g} to {high:.4g} cannot be told from it.", eta=eta,
               nu=nu, low=low, high=high) for eta, (nu, low, high) in found.ridge.items()]
    eased = _("With the renminbi eased, eta times nu {strength:g} fits best ({low:g} to {high:g} cannot be told from "
              "it), and its cost falls by {cost:.1f} % of the payment at eta 20.", strength=found.eased.strength,
              low=found.eased_range[0], high=found.eased_range[1], cost=-100 * found.eased.cost(20))
    return [output.heading(_("Settlement of Russia after the measures of 2022, percent")), _figures(found),
            output.heading(_("Error by eta times nu, percentage points (root mean square)")), _profile(found),
            output.heading(_("The ridge")), *lines, eased,
            output.heading(_("The same with the whole model's own trade: errors at the calibrated eta times nu")),
            _own_trade(found)]


def _figures(found: "Backtest") -> "Table":
    made = output.table([_("figure"), _("half")], [_("published"), _("2021 on"), _("nu = 0"), _("calibrated"),
                                                   _("and eased")])
    columns = (found.unchanged, found.plain, found.calibrated, found.eased)
    for at, target in enumerate(found.targets):
        made.add_row(target.label, target.half, output.amount(target.percent),
                     *[output.amount(one.predicted[at]) for one in columns])
    made.add_section()
    for half in ("calibration", "test"):
        made.add_row(_("error"), half, "", *[output.amount(one.errors[half]) for one in columns])
    return made


def _profile(found: "Backtest") -> "Table":
    made = output.table([], [_("eta x nu"), _("calibration"), _("test"), _("eased: calibration"), _("test"),
                             _("radius")])
    eased = {one.strength: one for one in found.eased_profile}
    for one in found.profile:
        if one.strength in eased:
            errors = [output.amount(fit.errors[half], 1) for fit in (one, eased[one.strength])
                      for half in ("calibration", "test")]
            made.add_row(output.amount(one.strength, 1), *errors, output.amount(found.radii[one.strength], 2))
    return made


def _own_trade(found: "Backtest") -> "Table":
    made = output.table([], [_("eta"), _("nu"), _("calibration"), _("test")])
    for eta, one in found.own_trade.items():
        made.add_row(f"{eta:g}", f"{one.strength / eta:g}", *_errors(one))
    return made


def _errors(one: "Fit") -> list[str]:
    return [output.amount(value) for value in asdict(one)["errors"].values()]
