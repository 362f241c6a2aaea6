"""`multipolar rails`: in which currency trade is settled, with sources, before and after a scenario."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from multipolar.catalogue import _
from multipolar.cli import output
from multipolar.cli.inline import scenario_from
from multipolar.cli.machine import prepare_jax
from multipolar.cli.options import (
    REFERENCE,
    DeficitsOption,
    HorizonOption,
    JsonOption,
    NoCacheOption,
    WorldOption,
    read_world,
)
from multipolar.cli.solving import MeasureOption, certificate_line

if TYPE_CHECKING:
    from rich.table import Table

    from multipolar.equilibrium.outcome import Outcome
    from multipolar.report.rails import Payments, Settling
    from multipolar.world.world import World

FirstArgument = Annotated[str | None, typer.Argument(
    metavar="COUNTRY", show_default=False, help=_("A country; without it, the world."))]
SecondArgument = Annotated[str | None, typer.Argument(
    metavar="PARTNER", show_default=False, help=_("Its partner, for the pair in both directions."))]
ScenarioOption = Annotated[str | None, typer.Option(
    "--scenario", metavar="SCENARIO", show_default=False,
    help=_("A built-in scenario or a YAML file, to show shares before and after it."))]


def rails(country: FirstArgument = None, partner: SecondArgument = None, scenario: ScenarioOption = None,
          measure: MeasureOption = None, world: WorldOption = REFERENCE, deficits: DeficitsOption = None,
          horizon: HorizonOption = None, json: JsonOption = False, no_cache: NoCacheOption = False) -> None:
    """Print in which currency a pair, a country or the world settles its trade, and how that is known.

    Shares are percent of the trade by rail: a currency with the banks and messaging that clear it. With a scenario they
    are shown before and after it.
    """
    asked = scenario_from(scenario, measure or []) if scenario or measure else None
    base = read_world(world)
    for code in (country, partner):
        if code is not None:
            base.country_index(code)
    outcomes = _solved(base, asked, deficits, horizon, no_cache) if asked is not None else ()
    found = [_settlings(base, country, partner, outcome) for outcome in outcomes or (None,)]
    if json:
        output.print_json(_data(base, found, outcomes))
        return
    for number, settlings in enumerate(found):
        if number:
            output.show(output.heading(_("Another equilibrium of the same scenario")))
        output.show(*_parts(base, settlings, outcomes[number] if outcomes else None))


def _solved(world: "World", scenario: Any, deficits: Any, horizon: Any, no_cache: bool) -> tuple["Outcome", ...]:
    """The equilibrium continued from the base year, then any others."""
    prepare_jax(no_cache)
    from multipolar.equilibrium.solve import solve

    with output.progress(_("Solving {scenario}", scenario=scenario.name)):
        outcome = solve(world, scenario, deficits=deficits, horizon=horizon)
    return (outcome, *outcome.others)


def _settlings(world: "World", country: str | None, partner: str | None,
               outcome: "Outcome | None") -> list["Settling"]:
    from multipolar.report.rails import settled_country, settled_pair, settled_world

    whole = settled_world(world, outcome)
    if country is None:
        return [whole]
    if partner is None:
        return [*settled_country(world, country, outcome), whole]
    return [*settled_pair(world, country, partner, outcome), whole]


def _coverage(world: "World") -> dict[str, float]:
    from multipolar.report.rails import coverage

    return coverage(world)


def _data(world: "World", found: Sequence[Sequence["Settling"]], outcomes: Sequence["Outcome"]) -> dict[str, Any]:
    units = {"trade": "million USD", "lost": "million USD", "moved": "million USD", "cost": "percent of trade",
             "shares": "percent", "coverage": "percent of trade"}
    data: dict[str, Any] = {"world": world.name, "units": units, "coverage": _coverage(world),
                            "settlement": [one.to_dict() for one in found[0]]}
    if outcomes:
        data |= {"scenario": outcomes[0].scenario.name, "certificate": outcomes[0].certificate.to_dict(),
                 "payments": [one.to_dict() for one in _payments(found[0], outcomes[0])],
                 "other_equilibria": [[one.to_dict() for one in settlings] for settlings in found[1:]]}
    return data


def _parts(world: "World", settlings: Sequence["Settling"], outcome: "Outcome | None") -> list[Any]:
    title = _("Settlement in {world}, percent of trade", world=world.name) if outcome is None else _(
        "Settlement in {world}, percent of trade, before and after: {scenario}", world=world.name,
        scenario=outcome.scenario.title or outcome.scenario.name)
    parts: list[Any] = [output.heading(title), _table(settlings)]
    for one in settlings:
        parts += output.paragraph(_("{what}: {quality}", what=one.what, quality=one.quality), one.sources)
    covered = "; ".join(_("{percent:.1f} % {kind}", percent=percent, kind=kind)
                        for kind, percent in _coverage(world).items())
    parts.append(_("How world trade's shares are known: {covered}.", covered=covered))
    if outcome is not None:
        from multipolar.report.solution import sources_of

        parts += [_payment_line(one) for one in _payments(settlings, outcome)]
        notes = [*sources_of(outcome.scenario.notes), *outcome.certificate.notes]
        parts += [certificate_line(outcome), *output.paragraph(_("Notes:"), notes)]
    return parts


def _payments(settlings: Sequence["Settling"], outcome: "Outcome") -> list["Payments"]:
    """The world's, and those of the countries that are ends of what is shown."""
    from multipolar.report.rails import payments

    codes = dict.fromkeys(code for one in settlings for code in one.what.replace(" -> ", " ").split()
                          if code in outcome.world.countries)
    return [*(payments(outcome, code) for code in codes), payments(outcome)]


def _payment_line(one: "Payments") -> str:
    return _("{who}: settling costs {cost} % of trade abroad more; {lost} billion USD of trade lost, {moved} moved to "
             "other partners.", who=one.who, cost=output.change(one.cost), lost=output.amount(one.lost / 1000),
             moved=output.amount(one.moved / 1000))


def _table(settlings: Sequence["Settling"]) -> "Table":
    made = output.table([""], [_("billion USD"), *settlings[0].shares])
    for one in settlings:
        made.add_row(one.what, output.amount(one.trade / 1000), *map(output.amount, one.shares.values()))
        if one.shares_after is not None and one.trade_after is not None:
            made.add_row(_("  after"), output.amount(one.trade_after / 1000),
                         *map(output.amount, one.shares_after.values()))
    return made
