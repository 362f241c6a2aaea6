"""`multipolar exposure`: who gains and who loses, to first order, when a country grows."""

from typing import TYPE_CHECKING, Annotated, Any

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
    SourcingOption,
    TopOption,
    WorldOption,
    economy_name,
    read_world,
)

if TYPE_CHECKING:
    import xarray

    from multipolar.world.world import World

LARGEST = 5

CountryArgument = Annotated[str | None, typer.Argument(
    metavar="COUNTRY", show_default=False, help=_("Whose growth; without it, every country in turn."))]
SectorOption = Annotated[list[str] | None, typer.Option(
    "--sector", metavar="SECTOR", help=_("Industries that become more productive; repeatable. All where left out."))]


def exposure(country: CountryArgument = None, sector: SectorOption = None, world: WorldOption = REFERENCE,
             deficits: DeficitsOption = None, horizon: HorizonOption = None, sourcing: SourcingOption = None,
             top: TopOption = LARGEST, json: JsonOption = False, no_cache: NoCacheOption = False) -> None:
    """Print who gains and who loses when a country becomes more productive: its friends and enemies in trade.

    Numbers are percent of real income for each percent of productivity, to first order, all prices and trade adapting
    (Kleinman, Liu & Redding 2024, in the full model).
    """
    base = read_world(world)
    if country is not None:
        base.country_index(country)
    prepare_jax(no_cache)
    from multipolar.equilibrium.exposure import exposure as exposure_of

    with output.progress(_("Differentiating {world}", world=base.name)):
        found = exposure_of(base, sector=sector or "all", deficits=deficits, horizon=horizon, sourcing=sourcing)
    if json:
        output.print_json(_data(found, country))
    elif country is None:
        output.show(*_all_countries(base, found, top))
    else:
        output.show(*_one_country(base, found, country, top))


def _data(found: "xarray.Dataset", country: str | None) -> dict[str, Any]:
    """Matrices as nested mappings: variable, then the country that grows, then who is affected."""
    chosen = list(found["source"].values) if country is None else [country]
    columns = {str(name): {source: dict(zip(found["country"].values.tolist(), array.sel(source=source).values.tolist(),
                                            strict=True)) for source in chosen} for name, array in found.items()}
    return {**found.attrs, "units": {str(name): array.attrs["units"] for name, array in found.items()}, **columns}


def _one_country(world: "World", found: "xarray.Dataset", country: str, top: int) -> list[Any]:
    """The country itself, then the others: best first, worst last."""
    made = output.table([_("economy")], [_("real income, %"), _("factor income, %")])
    column = found.sel(source=country)
    others = column.sel(country=[code for code in world.countries if code != country]).sortby("real_income")
    codes = [str(code) for code in others["country"].values[::-1]]
    shown = [codes] if 2 * top >= len(codes) else [codes[:top], codes[len(codes) - top:]]
    for section in [[country], *shown]:
        for code in section:
            row = column.sel(country=code)
            made.add_row(economy_name(world, code), output.change(row["real_income"].item(), 4),
                         output.change(row["factor_income"].item(), 4))
        made.add_section()
    title = _("What each percent of productivity of {country} does, {world}", country=economy_name(world, country),
              world=world.name)
    return [output.heading(title), made]


def _all_countries(world: "World", found: "xarray.Dataset", top: int) -> list[Any]:
    """Each country's own gain and whose growth it gains and loses most from; the most exposed first."""
    made = output.table([_("economy")], [_("own growth, %"), _("best friend's, %"), _("worst rival's, %")])
    matrix, codes = found["real_income"].values, world.countries
    rows = []
    for at, code in enumerate(codes):
        others = sorted((float(matrix[at, source]), codes[source]) for source in range(len(codes)) if source != at)
        if others:
            rows.append((code, float(matrix[at, at]), others[-1], others[0]))
    for code, own, (most, friend), (least, rival) in sorted(rows, key=lambda row: row[2], reverse=True)[:top or None]:
        made.add_row(economy_name(world, code), output.change(own, 4), f"{friend} {output.change(most, 4)}",
                     f"{rival} {output.change(least, 4)}")
    title = _("Percent of real income for each percent of somebody's productivity, {world}", world=world.name)
    return [output.heading(title), made]
