"""`multipolar corridors` and `multipolar balance`: pipelines, and who makes, sells and uses fuels in tonnes."""

from dataclasses import asdict
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
    WorldOption,
    economy_name,
    read_world,
)
from multipolar.cli.solving import known_economy

if TYPE_CHECKING:
    from rich.table import Table

    from multipolar.report.fuels import Balance, BalanceRow
    from multipolar.world.energy import Corridor
    from multipolar.world.world import World

SOME = 15

FuelArgument = Annotated[str, typer.Argument(metavar="FUEL", show_default=False, help=_("oil, gas or coal."))]
AfterArgument = Annotated[str | None, typer.Argument(
    metavar="SCENARIO", show_default=False, help=_("A built-in scenario or a YAML file; without it, the base year."))]
UnitOption = Annotated[str | None, typer.Option(
    "--unit", metavar="UNIT", show_default=False, help=_("Mt, bcm, bbl/day; by default Mt, for gas bcm."))]
RowsOption = Annotated[int, typer.Option("--top", min=1, max=1000, help=_("How many of the largest users to show."))]


def corridors(world: WorldOption = REFERENCE, json: JsonOption = False) -> None:
    """List the pipelines, terminals and railways that carry fuels: capacity, flow, opening, rent, source.

    A price gap above 1 is an assumption with its range: what the buyer's side is worth over the best other use.
    """
    base = read_world(world)
    from multipolar.world.energy import Energy

    found = base.part(Energy).corridors(base)
    if json:
        output.print_json([asdict(one) for one in found])
        return
    made = output.table([_("corridor"), _("route"), _("good"), _("state")],
                        [_("opening"), _("capacity a year"), _("flow {year}", year=base.year),
                         _("price gap (range)"), _("rent: buyer, %")], output.NARROW)
    for one in found:
        made.add_row(one.name, _("{exporter} to {importer}", exporter=_ends(base, one.exporters),
                                 importer=_ends(base, one.importers)), one.good, one.state,
                     output.MISSING if one.opening is None else str(one.opening), _quantity(one.capacity, one.unit),
                     _quantity(one.flow, one.unit), _gap(one), output.MISSING if one.wedge_range[1] == 1 else
                     output.amount(100 * one.rent_importer, 0))
    output.show(made, *output.paragraph(_("Sources:"), [f"{one.name}: {one.source}" for one in found]))


def balance(fuel: FuelArgument, scenario: AfterArgument = None, world: WorldOption = REFERENCE,
            unit: UnitOption = None, deficits: DeficitsOption = None, horizon: HorizonOption = None,
            country: EconomiesOption = None, top: RowsOption = SOME, json: JsonOption = False,
            no_cache: NoCacheOption = False) -> None:
    """Print who makes, sells, buys and uses a fuel, before and after a scenario.

    Quantities are a year (bbl/day: a day). Where a scenario's tonnes drift by more than 1 %, none are shown.
    """
    base = read_world(world)
    economies = tuple(known_economy(base, name) for name in country or [])
    outcome = None
    from multipolar.world.energy import Energy

    base.part(Energy).good_index(fuel)      # refused before anything is solved
    if scenario is not None:
        from multipolar.measures.scenario import load_scenario

        asked = load_scenario(scenario)
        prepare_jax(no_cache)
        from multipolar.equilibrium.solve import solve

        with output.progress(_("Solving {scenario}", scenario=asked.name)):
            outcome = solve(base, asked, deficits=deficits, horizon=horizon)
    from multipolar.report.fuels import balance as make

    made = make(base, fuel, outcome, unit=unit, economies=economies)
    if json:
        output.print_json(asdict(made))
    else:
        output.show(*_balance_parts(base, made, made.rows if economies else (*made.rows[:-1][:top], made.rows[-1])))


def _ends(world: "World", codes: tuple[str, ...]) -> str:
    """One country, or a group by its first members."""
    return codes[0] if len(codes) == 1 else _("{first} and {number} more", first=codes[0], number=len(codes) - 1)


def _quantity(value: float | None, unit: str) -> str:
    return output.MISSING if value is None else _("{amount} {unit}", amount=output.amount(value, 1), unit=unit)


def _gap(one: "Corridor") -> str:
    low, high = one.wedge_range
    if low == high:
        return output.MISSING
    return _("{gap:.2f} ({low:.2f}–{high:.2f})", gap=one.wedge, low=low, high=high)


def _balance_parts(world: "World", made: "Balance", rows: tuple["BalanceRow", ...]) -> list[Any]:
    heading = _("{fuel}, {unit}, {year}", fuel=made.good.capitalize(), unit=made.unit, year=world.year)
    if made.title:
        heading += _("; after: {scenario}", scenario=made.title)
    from multipolar.report.fuels import doubtful_note

    notes = [note for note in (made.withheld, doubtful_note(made)) if note]
    if made.drift is not None and not made.withheld:
        notes.append(_("World balance: production and use agree; dollars alone would have missed it by {drift:+.2f} % "
                       "of production.", drift=made.drift))
    return [output.heading(heading), _balance_table(world, rows), *notes]


def _balance_table(world: "World", rows: tuple["BalanceRow", ...]) -> "Table":
    from multipolar.report.fuels import ITEMS, MARK

    after = any(row.after for row in rows)
    names = {"production": _("production"), "exports": _("exports"), "imports": _("imports"), "use": _("use")}
    heads = [head for item in ITEMS for head in ([names[item], _("change")] if after else [names[item]])]
    made = output.table([_("economy")], heads)
    decimals = 0 if max(row.before["production"] for row in rows) > 1e5 else 1
    for row in rows:
        cells = []
        for item in ITEMS:
            cells.append(output.amount(row.before[item], decimals))
            if after and row.after:
                cells.append(output.change(row.after[item] - row.before[item], decimals))
        if row is rows[-1]:
            made.add_section()
        made.add_row(economy_name(world, row.code) + (MARK if row.marked else ""), *cells)
    return made


def nuclear(world: WorldOption = REFERENCE, json: JsonOption = False) -> None:
    """Who depends on Russian enrichment of uranium, and what a sudden ban would cost at most and at least.

    At most: no stocks, no other supplier, no other plant that runs longer. At least: the value of the fuel over GDP.
    """
    base = read_world(world)
    from multipolar.report.nuclear import ELASTICITIES, dependences

    found = dependences(base)
    if json:
        output.print_json([asdict(one) for one in found])
        return
    made = output.table([_("buyer"), _("year")], [
        _("enrichment from Russia, %"), _("nuclear power in electricity, %"), _("electricity, gas, water / GDP, %"),
        _("loss at most, % of GDP"), _("at least")], output.NARROW)
    for one in found:
        made.add_row(one.code, one.dependence_year, output.amount(one.dependence), output.amount(one.electricity),
                     output.amount(one.cost_share), _("{low:.2f}–{high:.2f}", low=one.loss_at_most[0],
                                                      high=one.loss_at_most[1]),
                     output.MISSING if one.loss_at_least is None else output.amount(one.loss_at_least, 4))
    output.show(made, _("At most: elasticities of substitution of {high:g} and {low:g} (Bachmann et al. 2022).",
                        high=ELASTICITIES[1], low=ELASTICITIES[0]),
                *output.paragraph(_("Sources:"), dict.fromkeys(source for one in found for source in one.sources)))
