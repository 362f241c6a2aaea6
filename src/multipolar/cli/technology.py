"""`multipolar controlled`, `war` and `minerals`: where controlled goods go, means of war, and who depends on China."""

from dataclasses import asdict
from itertools import groupby
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
    from collections.abc import Sequence

    from rich.table import Table

    from multipolar.equilibrium.outcome import Outcome
    from multipolar.report.controlled import ControlledGoods
    from multipolar.report.war import Means, Month
    from multipolar.world.world import World

SOME = 12
NARROWEST_NAME = 16
"""Characters for a country's name beside a list of hubs that has to break."""

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
    base, outcome = _solved(scenario, world, deficits, horizon, no_cache)
    from multipolar.report.controlled import at_the_ends, controlled_goods, streams

    made = controlled_goods(outcome)
    range_of = at_the_ends(base, outcome)
    if chart is not None:
        from multipolar.files import whole_file
        from multipolar.report.charts import standalone
        from multipolar.report.sankey import sankey

        drawing = sankey(streams(made), "controlled", _("Where the controlled goods go: {scenario}",
                                                        scenario=made.title))
        with whole_file(chart) as temporary:
            temporary.write_text(standalone(drawing), encoding="utf-8")
    if json:
        output.print_json(made.to_dict() | {"at_the_ends_of_shares": [one.to_dict() for one in range_of]})
        return
    _print_goods(outcome, made, range_of, top)


def _print_goods(outcome: "Outcome", made: "ControlledGoods", range_of: tuple["ControlledGoods", ...],
                 top: int) -> None:
    """Suppliers, what became of the coalition's sales, and hubs beside published growth."""
    from multipolar.report.controlled_words import account, ends, growth_note, hub_cells, hub_heads, hubs_caption

    table = output.table([_("from")], [_("before"), _("directly"), _("round"), _("through"), _("change, %")])
    table.columns[0].min_width, table.columns[4].no_wrap = NARROWEST_NAME, False
    for one in (*made.suppliers[:-1][:top], made.suppliers[-1]):
        ways = ", ".join(f"{hub} {value:,.0f}" for hub, value in one.through.items()) or output.MISSING
        name = _("own makers") if one is made.suppliers[-1] else economy_name(outcome.world, one.code)
        change = output.change(100 * (one.after / one.before - 1)) if one.before > 0 else output.MISSING
        table.add_row(name, output.amount(one.before, 0), output.amount(one.direct, 0),
                      output.amount(one.after - one.direct, 0), ways, change)
    parts: list[object] = [
        output.heading(_("Controlled goods to {targets}, million USD; {scenario}", targets=", ".join(made.targets),
                         scenario=made.title)), table, account(made), *([ends(range_of)] if range_of else [])]
    if made.hubs:
        hubs = output.table([_("hub")], list(hub_heads()))
        for hub in made.hubs:
            hubs.add_row(economy_name(outcome.world, hub.code), *hub_cells(hub))
        parts += ["", hubs_caption(), hubs, growth_note(made)]
    output.show(*parts)


def war(scenario: ScenarioArgument, world: WorldOption = REFERENCE, deficits: DeficitsOption = None,
        horizon: HorizonOption = None, top: RowsOption = SOME, json: JsonOption = False,
        no_cache: NoCacheOption = False) -> None:
    """Print what a scenario does to the means of war: who fights and who gives side by side, and when arms arrive.

    Published figures of what was pledged, allocated and delivered stand below, each with its period; the JSON has the
    year by month, and sources.
    """
    __, outcome = _solved(scenario, world, deficits, horizon, no_cache)
    from multipolar.report.war import deliveries, fighters, means, path

    found = means(outcome)
    years = {code: path(outcome, code) for code in fighters(outcome.world)}
    if json:
        output.print_json({
            "scenario": outcome.scenario.name, "units": {"spending, arms, given, own, rest": "million USD",
                                                         "changes, means": "percent"},
            "countries": [one.to_dict() for one in found],
            "months": {code: [asdict(one) for one in year] for code, year in years.items()},
            "published": [asdict(one) for one in deliveries()]})
        return
    output.show(output.heading(_("Means of war, billion USD: budget, arms received and given; {scenario}",
                                 scenario=outcome.scenario.name)),
                _means_table(outcome, found[:top]), *_year_tables(outcome, years), *_published())


def _means_table(outcome: "Outcome", found: "Sequence[Means]") -> "Table":
    table = output.table([_("economy")], [_("budget"), _("received"), _("given"), _("budget, %"), _("cost, %"),
                                          _("means, %")])
    for one in found:
        table.add_row(economy_name(outcome.world, one.code), output.amount(one.spending / 1e3),
                      _to(one.arms_before, one.arms), _to(one.given_before, one.given), output.change(one.budget),
                      output.change(one.cost), output.change(one.capacity))
    return table


def _to(before: float, after: float) -> str:
    """Billions before and after, the same number once."""
    texts = output.amount(before / 1e3), output.amount(after / 1e3)
    return texts[0] if texts[0] == texts[1] else " → ".join(texts)


def _year_tables(outcome: "Outcome", years: "dict[str, tuple[Month, ...]]") -> list[object]:
    """Each fighter's year by quarter."""
    from multipolar.report.war import quarters

    parts: list[object] = []
    for code, year in years.items():
        table = output.table([_("quarter")], [_("arms that arrive"), _("own means"), _("together, %"),
                                              _("still to come")])
        for number, one in enumerate(quarters(year), start=1):
            table.add_row(str(number), output.amount(one.arms / 1e3, 2), output.amount(one.own / 1e3, 2),
                          output.change(one.means), output.amount(one.rest / 1e3, 2))
        parts += [output.heading(_("{economy}, by quarter, billion USD at the base year's cost of military means",
                                   economy=economy_name(outcome.world, code))), table]
    return parts


def _published() -> list[object]:
    """What was pledged, allocated and delivered, with dates."""
    from multipolar.report.war import deliveries, stage_name

    parts: list[object] = []
    for stage, listed in groupby(deliveries(), lambda one: one.stage):
        table = output.table([_("period"), _("giver"), _("what")], [_("value")])
        table.columns[0].no_wrap = True
        for one in listed:
            table.add_row(one.period, one.giver, one.what, f"{one.value:g} {one.unit}")
        parts += [output.heading(_("Aid to Ukraine as published: {stage}", stage=stage_name(stage))), table]
    return parts


def minerals(json: JsonOption = False) -> None:
    """Who depends on China for critical minerals, and what losing one suddenly would cost its users at most.

    At most: no stocks, no other supplier. The loss is of what an industry makes that spends 0.1 to 1 % of its inputs on
    the mineral, an assumption.
    """
    from multipolar.report.brief_minerals import loss, minerals_note, user_name
    from multipolar.report.minerals import ELASTICITIES, cost_shares, mineral_dependences

    found = mineral_dependences()
    if json:
        output.print_json({"cost_shares": cost_shares(), "elasticities": ELASTICITIES,
                           "minerals": [asdict(one) for one in found]})
        return
    table = output.table([_("of"), _("mineral"), _("year")], [_("from China, %"), _("loss at most, %")])
    for one in found:
        table.add_row(user_name(one), one.mineral, one.year, output.amount(one.dependence, 0), loss(one))
    output.show(table, minerals_note(), *output.paragraph(_("Sources:"), dict.fromkeys(one.source for one in found)))


def _solved(scenario: str, world: str, deficits: DeficitsOption, horizon: HorizonOption,
            no_cache: bool) -> tuple["World", "Outcome"]:
    """The world, and what the scenario makes of it."""
    from multipolar.measures.scenario import load_scenario

    base, asked = read_world(world), load_scenario(scenario)
    prepare_jax(no_cache)
    from multipolar.equilibrium.solve import solve

    with output.progress(_("Solving {scenario}", scenario=asked.name)):
        return base, solve(base, asked, deficits=deficits, horizon=horizon)
