"""`multipolar compare`: several scenarios side by side, and each relative to the first."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from multipolar.catalogue import _
from multipolar.cli import output
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
from multipolar.cli.solving import LARGEST, certificate_line, known_economy
from multipolar.errors import InputError, MultipolarError

if TYPE_CHECKING:
    from rich.table import Table

    from multipolar.equilibrium.outcome import Outcome, Outcomes
    from multipolar.measures.scenario import Scenario
    from multipolar.world.world import World

OF_GROUPS = ("real_income", "real_gdp", "equivalent_variation", "income", "exports", "imports", "tariff_revenue")

ScenariosArgument = Annotated[list[str], typer.Argument(
    metavar="SCENARIO...", show_default=False, help=_("Two or more built-in scenarios or YAML files."))]
VariableOption = Annotated[str, typer.Option(
    "--variable", metavar="NAME", help=_("What to compare: a variable by country (see `multipolar variables`)."))]


def compare(scenarios: ScenariosArgument, world: WorldOption = REFERENCE, variable: VariableOption = "real_income",
            deficits: DeficitsOption = None, horizon: HorizonOption = None, sourcing: SourcingOption = None,
            country: EconomiesOption = None, top: TopOption = LARGEST, json: JsonOption = False,
            no_cache: NoCacheOption = False) -> None:
    """Solve several scenarios and print them side by side, then each relative to the first.

    All are relative to the base year, whatever baseline they name. A scenario without an equilibrium has its reason
    below the table, and the exit status is then that of the first such scenario.
    """
    asked = _scenarios(scenarios, sourcing)
    _require_by_country(variable)
    base = read_world(world)
    economies = [known_economy(base, name) for name in country or []]
    prepare_jax(no_cache)
    from multipolar.equilibrium.solve import solve_many

    with output.progress(_("Solving"), total=len(asked)) as report:
        outcomes = solve_many(base, asked, on_error="record", deficits=deficits, horizon=horizon, progress=report)
    refusals = [result for result in outcomes if isinstance(result, MultipolarError)]
    for refusal in refusals:
        if isinstance(refusal, InputError):
            raise refusal
    relative = _relative(outcomes)
    if json:
        output.print_json(_data(outcomes, relative, variable, economies))
    else:
        _print_tables(base, outcomes, relative, variable, economies or _largest(outcomes, variable, top))
    if refusals:
        raise refusals[0]


def _scenarios(names: Sequence[str], sourcing: str | None) -> list["Scenario"]:
    """What to compare, with base-year baselines, names that differ, and the sourcing asked for."""
    from multipolar.measures.scenario import load_scenario

    if len(names) < 2:
        raise typer.BadParameter(_("name at least two scenarios to compare."), param_hint="SCENARIO...")
    if len(set(names)) < len(names):
        raise typer.BadParameter(_("a scenario is named twice."), param_hint="SCENARIO...")
    scenarios = [load_scenario(name) for name in names]
    for scenario in scenarios:
        if scenario.baseline is not None:
            output.say(_("{name} names a baseline; here it is relative to the base year.", name=scenario.name))
    headings = [scenario.name for scenario in scenarios]
    closed = {} if sourcing is None else {"sourcing": sourcing}
    return [scenario.model_copy(
        update={"baseline": None, "closure": scenario.closure.model_copy(update=closed)} | (
            {"name": given} if headings.count(scenario.name) > 1 else {}))
        for given, scenario in zip(names, scenarios, strict=True)]


def _require_by_country(name: str) -> None:
    from multipolar.variables import variable

    if variable(name).dimensions != ("country",):
        raise InputError(_("{name} has dimensions {dimensions}; only variables by country can be compared.", name=name,
                           dimensions=" x ".join(variable(name).dimensions)))


def _relative(outcomes: "Outcomes") -> list["Outcome | None"]:
    """Each outcome relative to the first; None where either has none, or where they have different base years."""
    from multipolar.equilibrium.outcome import Outcome

    first = outcomes.results[0]
    return [outcome.relative_to(first) if isinstance(first, Outcome) and isinstance(outcome, Outcome)
            and outcome.has_base_year_of(first) else None for outcome in outcomes]


def _value(outcome: Any, variable: str, economy: str) -> float:
    """A variable for a country, a group or the world; NaN where there is no outcome or no such sum."""
    if outcome is None or isinstance(outcome, MultipolarError):
        return float("nan")
    if economy in outcome.world.countries:
        return float(outcome.values(variable)[outcome.world.country_index(economy)])
    return float(getattr(outcome.group(economy), variable)) if variable in OF_GROUPS else float("nan")


def _largest(outcomes: "Outcomes", variable: str, top: int) -> list[str]:
    """The countries with the largest values of the variable in any scenario, largest first."""
    import numpy as np

    from multipolar.equilibrium.outcome import Outcome

    solved = [outcome for outcome in outcomes if isinstance(outcome, Outcome)]
    if not solved:
        return []
    codes = solved[0].world.countries
    largest = np.max([np.nan_to_num(abs(outcome.values(variable)), nan=-1.0) for outcome in solved], axis=0)
    return [codes[at] for at in np.argsort(-largest, kind="stable")][:2 * top]


def _print_tables(world: "World", outcomes: "Outcomes", relative: Sequence["Outcome | None"], variable: str,
                  economies: Sequence[str]) -> None:
    from multipolar.equilibrium.outcome import Outcome
    from multipolar.variables import variable as described

    row = described(variable)
    names, rows = [scenario.name for scenario in outcomes.scenarios], [*economies, "world"]
    parts: list[Any] = [output.heading(_("{what}, {unit}", what=row.description, unit=row.unit)),
                        _table(world, names, rows, outcomes.results, variable)]
    if row.kind != "level" and any(outcome is not None for outcome in relative[1:]):
        parts += [output.heading(_("The same, relative to {first}", first=names[0])),
                  _table(world, names[1:], rows, relative[1:], variable)]
    texts = [certificate_line(result) if isinstance(result, Outcome) else str(result) for result in outcomes]
    lines = [_("{name}: {text}", name=name, text=text) for name, text in zip(names, texts, strict=True)]
    output.show(*parts, *output.paragraph(_("Certificates:"), lines))


def _table(world: "World", names: Sequence[str], economies: Sequence[str], outcomes: Sequence[Any],
           variable: str) -> "Table":
    made = output.table([_("economy")], names)
    for column in made.columns[1:]:
        column.no_wrap, column.overflow = False, "fold"
    for economy in economies:
        values = [output.change(_value(outcome, variable, economy)) for outcome in outcomes]
        made.add_row(economy_name(world, economy), *values)
    return made


def _data(outcomes: "Outcomes", relative: Sequence["Outcome | None"], variable: str,
          economies: Sequence[str]) -> dict[str, Any]:
    """Every country (or those asked for), and the world, by scenario; refused scenarios have their reason."""
    from multipolar.equilibrium.outcome import Outcome
    from multipolar.variables import variable as described

    rows: list[dict[str, Any]] = []
    for scenario, result, compared in zip(outcomes.scenarios, outcomes, relative, strict=True):
        if not isinstance(result, Outcome):
            rows.append({"scenario": scenario.name, "title": scenario.title, "refused": str(result)})
            continue
        names = [*(economies or result.world.countries), "world"]
        rows.append({
            "scenario": scenario.name, "title": scenario.title,
            "values": {name: _value(result, variable, name) for name in names},
            "relative_to_first": {name: _value(compared, variable, name) for name in names} if compared else None,
            "certificate": result.certificate.to_dict()})
    return {"variable": variable, "unit": described(variable).unit, "first": outcomes.scenarios[0].name,
            "scenarios": rows}
