"""`multipolar controlled`, `war` and `minerals`: where controlled goods go, means of war, and who depends on China."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from multipolar.catalogue import _
from multipolar.cli import output
from multipolar.cli.machine import prepare_jax
from multipolar.cli.options import (
    REFERENCE,
    DeficitsOption,
    HorizonOption,
    JsonOption,
    NoCacheOption,
    WorldOption,
    economy_name,
    read_world,
)

if TYPE_CHECKING:
    from multipolar.equilibrium.outcome import Outcome

SOME = 12

ScenarioArgument = Annotated[str, typer.Argument(
    metavar="SCENARIO", show_default=False, help=_("A built-in scenario or a YAML file."))]
RowsOption = Annotated[int, typer.Option("--top", min=1, max=1000, help=_("How many rows to show."))]
ChartOption = Annotated[Path | None, typer.Option(
    "--chart", metavar="FILE.svg", show_default=False, help=_("Also draw it, as SVG (needs the extra `charts`)."))]


def controlled(scenario: ScenarioArgument, world: WorldOption = REFERENCE, deficits: DeficitsOption = None,
               horizon: HorizonOption = None, top: RowsOption = SOME, chart: ChartOption = None,
               json: JsonOption = False, no_cache: NoCacheOption = False) -> None:
    """Print where the controlled goods of a scenario go: gone, round through whom, replaced by whom, at what price.

    Growth of what hubs import from the coalition stands beside the published growth of exports of listed goods to them.
    """
    outcome = _solved(scenario, world, deficits, horizon, no_cache)
    from multipolar.report.controlled import controlled_goods, streams

    made = controlled_goods(outcome)
    if chart is not None:
        from multipolar.files import whole_file
        from multipolar.report.sankey import sankey

        drawing = sankey(streams(made), "controlled", _("Where the controlled goods go: {scenario}",
                                                        scenario=made.title))
        with whole_file(chart) as temporary:
            temporary.write_text(drawing, encoding="utf-8")
    if json:
        output.print_json(made.to_dict())
        return
    table = output.table([_("from")], [_("before"), _("directly"), _("round"), _("through"), _("change, %")])
    for one in (*made.suppliers[:-1][:top], made.suppliers[-1]):
        ways = ", ".join(f"{hub} {value:,.0f}" for hub, value in one.through.items()) or output.MISSING
        name = _("own makers") if one is made.suppliers[-1] else economy_name(outcome.world, one.code)
        change = output.change(100 * (one.after / one.before - 1)) if one.before > 0 else output.MISSING
        table.add_row(name, output.amount(one.before, 0), output.amount(one.direct, 0),
                      output.amount(one.after - one.direct, 0), ways, change)
    hubs = output.table([_("hub")], [_("in transit"), _("imports from the coalition, ratio"), _("published ratio")])
    for hub in made.hubs:
        hubs.add_row(economy_name(outcome.world, hub.code), output.amount(hub.transit, 0), _ratio(hub.model),
                     _ratio(hub.published))
    output.show(output.heading(_("Controlled goods to {targets}, million USD; {scenario}",
                                 targets=", ".join(made.targets), scenario=made.title)), table,
                _("Of what the coalition sold, {gone:.1f} % is gone and {round:.1f} % goes round; others sell "
                  "{replaced:.1f} % of it more. Prices change by {price:+.2f} %.", gone=made.gone, round=made.round,
                  replaced=made.replaced, price=made.price), *([hubs] if made.hubs else []))


def war(scenario: ScenarioArgument, world: WorldOption = REFERENCE, deficits: DeficitsOption = None,
        horizon: HorizonOption = None, top: RowsOption = SOME, json: JsonOption = False,
        no_cache: NoCacheOption = False) -> None:
    """Print what a scenario does to the means of war: Russia, Ukraine and the givers side by side, and arms by month.

    Published figures of what was pledged and delivered are in the JSON, each with its period and source.
    """
    outcome = _solved(scenario, world, deficits, horizon, no_cache)
    from multipolar.report.war import deliveries, means, path
    from multipolar.world.military import Military

    found, part = means(outcome), outcome.world.part(Military)
    receivers = [code for code, value in zip(outcome.world.countries, part.received, strict=True) if value > 0]
    months = {code: path(outcome, code) for code in receivers}
    if json:
        output.print_json({
            "scenario": outcome.scenario.name, "units": {"spending, arms": "million USD", "changes": "percent"},
            "countries": [one.to_dict() for one in found],
            "months": {code: [asdict(one) for one in year] for code, year in months.items()},
            "published": [asdict(one) for one in deliveries()]})
        return
    table = output.table([_("economy")], [_("budget, bn"), _("arms received, bn"), _("after"), _("budget, %"),
                                          _("cost, %"), _("means of war, %")])
    for one in found[:top]:
        table.add_row(economy_name(outcome.world, one.code), output.amount(one.spending / 1e3),
                      output.amount(one.arms_before / 1e3), output.amount(one.arms / 1e3), output.change(one.budget),
                      output.change(one.cost), output.change(one.capacity))
    parts: list[object] = [output.heading(_("Means of war; {scenario}", scenario=outcome.scenario.title)), table]
    for code, year in months.items():
        by_month = output.table([_("month")], [_("arms that arrive, bn"), _("own means, bn")])
        for month in year:
            by_month.add_row(str(month.month), output.amount(month.arms / 1e3, 2), output.amount(month.own / 1e3, 2))
        parts += [output.heading(economy_name(outcome.world, code)), by_month]
    output.show(*parts)


def minerals(json: JsonOption = False) -> None:
    """Who depends on China for critical minerals, and what losing one suddenly would cost its users at most.

    At most: no stocks, no other supplier. The loss is of what an industry makes that spends 0.1 to 1 % of its inputs on
    the mineral, an assumption.
    """
    from multipolar.report.minerals import ELASTICITIES, cost_shares, mineral_dependences

    found = mineral_dependences()
    if json:
        output.print_json({"cost_shares": cost_shares(), "elasticities": ELASTICITIES,
                           "minerals": [asdict(one) for one in found]})
        return
    table = output.table([_("user"), _("mineral"), _("year")], [_("from China, %"), _("loss at most, %")])
    for one in found:
        loss = output.MISSING if one.loss_at_most is None else _("{low:.1f}–{high:.1f}", low=one.loss_at_most[0],
                                                                 high=one.loss_at_most[1])
        table.add_row(one.user, one.mineral, one.year, output.amount(one.dependence, 0), loss)
    output.show(table, *output.paragraph(_("Sources:"), dict.fromkeys(one.source for one in found)))


def _ratio(value: float | None) -> str:
    return output.MISSING if value is None else output.amount(value, 2)


def _solved(scenario: str, world: str, deficits: DeficitsOption, horizon: HorizonOption, no_cache: bool) -> "Outcome":
    from multipolar.measures.scenario import load_scenario

    base, asked = read_world(world), load_scenario(scenario)
    prepare_jax(no_cache)
    from multipolar.equilibrium.solve import solve

    with output.progress(_("Solving {scenario}", scenario=asked.name)):
        return solve(base, asked, deficits=deficits, horizon=horizon)
