"""`multipolar solve` and `multipolar compare`: what measures do to every economy."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from multipolar.catalogue import _
from multipolar.cli import output
from multipolar.cli.inline import say_differences, scenario_from
from multipolar.cli.machine import prepare_jax
from multipolar.cli.options import (
    REFERENCE,
    DeficitsOption,
    EconomiesOption,
    HorizonOption,
    JsonOption,
    NoCacheOption,
    SourcingOption,
    TopOption,
    WorldOption,
    economy_name,
    read_world,
)

if TYPE_CHECKING:
    from multipolar.equilibrium.certificate import Certificate
    from multipolar.equilibrium.outcome import Outcome
    from multipolar.world.world import World

SHOWN = ("real_income", "real_gdp", "equivalent_variation")
LARGEST = 5
SUFFIXES = (".nc", ".csv", ".json")

ScenarioArgument = Annotated[str | None, typer.Argument(
    metavar="SCENARIO", show_default=False,
    help=_("A built-in scenario (see `multipolar scenarios`), a YAML file, or a link from the desk."))]
MeasureOption = Annotated[list[str] | None, typer.Option(
    "--measure", metavar="YAML", help=_("A measure in one line, on top of the scenario; repeatable."))]
OutOption = Annotated[Path | None, typer.Option(
    "--out", metavar="FILE", help=_("Also save results: .nc has every variable, .csv and .json those by country."))]


def solve(scenario: ScenarioArgument = None, measure: MeasureOption = None, world: WorldOption = REFERENCE,
          deficits: DeficitsOption = None, horizon: HorizonOption = None,
          sourcing: SourcingOption = None, country: EconomiesOption = None, top: TopOption = LARGEST,
          out: OutOption = None, json: JsonOption = False, no_cache: NoCacheOption = False) -> None:
    """Solve a scenario and print what it does to real income and real GDP.

    Changes are in percent, money is in billions of US dollars of the base year. Rates are fractions; 40% works too.
    """
    _require_suffix(out)
    asked = scenario_from(scenario, measure or [])
    base = read_world(world)
    say_differences(scenario, base)
    economies = [known_economy(base, name) for name in country or []]
    prepare_jax(no_cache)
    from multipolar.equilibrium.solve import solve as find_equilibrium
    from multipolar.report.solution import outcome_data

    with output.progress(_("Solving {scenario}", scenario=asked.name)):
        outcome = find_equilibrium(base, asked, deficits=deficits, horizon=horizon, sourcing=sourcing)
        saved = outcome.save(out) if out is not None else None
    if json:
        output.print_json(outcome_data(outcome, economies))
    else:
        output.show(*_outcome_parts(outcome, economies or None, top))
    if saved is not None:
        output.say(_("Saved: {path}", path=saved))


def _require_suffix(out: Path | None) -> None:
    if out is not None and out.suffix not in SUFFIXES:
        raise typer.BadParameter(_("{path} must end in .nc, .csv or .json.", path=out), param_hint="--out")


def known_economy(world: "World", name: str) -> str:
    """The name, once it is known to be a country or group of the world; found out before anything is solved."""
    if name != "world":
        from multipolar.world.names import select_countries

        select_countries(name, world.countries, world.year)
    return name


def economy_values(outcome: "Outcome", name: str) -> dict[str, float]:
    """real_income and real_gdp (percent) and equivalent_variation (million USD) of a country, a group or the world."""
    if name in outcome.world.countries:
        at = outcome.world.country_index(name)
        return {variable: float(outcome.values(variable)[at]) for variable in SHOWN}
    group = outcome.group(name)
    return {variable: float(getattr(group, variable)) for variable in SHOWN}


def _outcome_parts(outcome: "Outcome", economies: Sequence[str] | None, top: int) -> list[Any]:
    """A heading, the table, the certificate on one line, and the notes."""
    from multipolar.report.solution import sources_of

    certificate, scenario = outcome.certificate, outcome.scenario
    title = _("{scenario} in {world}, {closure}, relative to {baseline}",
              scenario=scenario.title or scenario.name, world=outcome.world.name, closure=_closure(certificate),
              baseline=outcome.baseline.scenario.name if outcome.baseline else _("the base year"))
    made = output.table([_("economy")], [_("real income, %"), _("real GDP, %"), _("billion USD")])
    sections = [list(economies)] if economies is not None else winners_and_losers(outcome, top)
    for names in [*sections, ["world"]]:
        for name in names:
            values = economy_values(outcome, name)
            made.add_row(economy_name(outcome.world, name), output.change(values["real_income"]),
                         output.change(values["real_gdp"]), output.change(values["equivalent_variation"] / 1000, 1))
        made.add_section()
    notes = [*sources_of(scenario.notes), *certificate.notes]
    if certificate.dropped:
        notes.append(_("Not in this world, and left out of groups: {codes}.", codes=", ".join(certificate.dropped)))
    return [output.heading(title), made, certificate_line(outcome), *output.paragraph(_("Notes:"), notes)]


def _closure(certificate: "Certificate") -> str:
    """How the model was closed; sourcing is common unless it says otherwise."""
    text = _("{horizon} run, deficits {deficits}", horizon=certificate.horizon, deficits=certificate.deficits)
    return text if certificate.sourcing == "common" else text + _(", sourcing {rule}", rule=certificate.sourcing)


def winners_and_losers(outcome: "Outcome", top: int) -> list[list[str]]:
    """The largest gains of real income, best first, and the largest losses, worst last."""
    changes = outcome.values("real_income")
    order = sorted(range(len(changes)), key=lambda at: -changes[at])
    codes = outcome.world.countries
    winners = [codes[at] for at in order if changes[at] > 0][:top]
    losers = [codes[at] for at in order if changes[at] < 0]
    return [section for section in (winners, losers[-top:] if top else []) if section]


def certificate_line(outcome: "Outcome") -> str:
    """How exactly the answer holds and how it was found."""
    found = outcome.certificate
    return _("Residual {residual:.1e} after {iterations} sweeps ({method}) in {seconds:.2f} s; scenario {scenario}, "
             "world {world}.", residual=found.residual, iterations=found.iterations, method=found.method,
             seconds=found.seconds, scenario=found.scenario_hash[:12], world=found.world_hash[:12])
