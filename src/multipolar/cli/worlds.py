"""`multipolar world`: what is in a base year, where its figures come from, and whether they add up."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from multipolar.catalogue import _
from multipolar.cli import output
from multipolar.cli.options import REFERENCE, JsonOption, WorldOption, add_command, economy_name, help_text, read_world
from multipolar.errors import InputError

if TYPE_CHECKING:
    from rich.table import Table

    from multipolar.world.reference.provenance import Figure
    from multipolar.world.reference.settlement import ShareMisfit
    from multipolar.world.world import World

MILLION = "million USD"
SOME_PARTNERS = 10
SMALL_MISFIT = 0.5
"""Percentage points of a settlement share below which tables leave a misfit out."""

CodeArgument = Annotated[str | None, typer.Argument(
    metavar="CODE", show_default=False, help=_("A country of the world; without it, every country and sector."))]
PartnersOption = Annotated[int, typer.Option(
    "--top", min=0, max=1000, help=_("How many trading partners to show, largest first."))]


def show(code: CodeArgument = None, world: WorldOption = REFERENCE, top: PartnersOption = SOME_PARTNERS,
         json: JsonOption = False) -> None:
    """Print one country's accounts, partners and sectors, with the source of each figure.

    Without a code, list the world's countries and sectors. Money is in million USD of the base year.
    """
    base = read_world(world)
    if code is None:
        output.print_json(_overview(base)) if json else output.show(*_overview_tables(base))
        return
    _require_country(base, code)
    if json:
        output.print_json(_country_data(base, code))
    else:
        output.show(*_country_tables(base, code, top))


def check(world: WorldOption = REFERENCE, json: JsonOption = False) -> None:
    """Check every accounting identity of a world, and compare the reference world with what was published.

    Identities are shown with their largest misfit. For the reference world, every published figure that it does not
    hold is listed with its source, and every published settlement share with its misfit (those below half a point in
    JSON alone). A file whose tables do not balance ends with exit status 3.
    """
    base = read_world(world)
    report, misfits, shares = base.check(), _misfits(base), _share_misfits(base)
    if json:
        output.print_json({
            "world": base.name, "hash": base.hash, "ok": report.ok, "units": {"misfit": "fraction", "money": MILLION},
            "parts": [part.kind for part in base.parts],
            "identities": [asdict(identity) | {"holds": identity.holds} for identity in report.identities],
            "figures_not_held": [_figure_data(figure) for figure in misfits],
            "settlement_shares": [_share_data(one) for one in shares]})
    else:
        identities = output.table([_("identity"), _("where")], [_("largest misfit"), _("tolerance"), _("holds")])
        for identity in report.identities:
            identities.add_row(identity.statement, identity.cell, f"{identity.misfit:.1e}",
                               f"{identity.tolerance:.0e}", _("yes") if identity.holds else _("NO"))
        output.show(output.heading(_("{world}: identities", world=base.name)), identities)
        if misfits:
            output.show(output.heading(_("Published figures that the world does not hold, million USD")),
                        _figures_table(misfits))
        if shares:
            output.show(*_share_tables(shares))
    if not report.ok:
        raise InputError(_("{world} breaks an identity.", world=base.name))


def list_worlds(json: JsonOption = False) -> None:
    """List the worlds that come with the package."""
    from multipolar.world.files import built_in_worlds

    worlds = [read_world(name) for name in built_in_worlds()]
    if json:
        output.print_json([{"name": world.name, "year": world.year, "countries": len(world.countries),
                            "sectors": len(world.sectors), "hash": world.hash} for world in worlds])
        return
    listing = output.table([_("world")], [_("year"), _("countries"), _("sectors"), _("hash")])
    for world in worlds:
        listing.add_row(world.name, str(world.year), str(len(world.countries)), str(len(world.sectors)),
                        world.hash[:12])
    output.show(listing)


def _require_country(world: "World", code: str) -> None:
    """`UnknownName` for what is no country of the world; `InputError` for a group, naming its members."""
    from multipolar.world.names import select_countries

    if code in world.countries:
        return
    members = select_countries(code, world.countries, world.year).codes
    raise InputError(_("{code} is not one country of this world; name one of {members}.", code=code,
                       members=", ".join(members)))


def _is_reference(world: "World") -> bool:
    """Whether these are the figures that the sources of the reference world are about."""
    from multipolar.world.reference.facts import NAME
    from multipolar.world.world import load_world

    return world.name == NAME and world == load_world(NAME)


def _misfits(world: "World") -> tuple["Figure", ...]:
    if not _is_reference(world):
        return ()
    from multipolar.world.reference.provenance import misfits

    return misfits(world.tables)


def _share_misfits(world: "World") -> tuple["ShareMisfit", ...]:
    if not _is_reference(world):
        return ()
    from multipolar.world.reference.settlement import share_misfits
    from multipolar.world.settlement import Settlement

    return share_misfits(world.part(Settlement), world.tables)


def _share_data(one: "ShareMisfit") -> dict[str, Any]:
    return {"where": one.published.key, "rails": list(one.published.rails), "stated": one.stated, "value": one.value,
            "points": one.points, "held": bool(one.published.base_years) and not one.published.is_invoicing,
            "period": one.published.period, "status": one.published.status, "source": one.published.source}


def _share_tables(shares: Sequence["ShareMisfit"]) -> list[Any]:
    """The misfits of half a point and more, and a line about all."""
    made = output.table([_("settlement share"), _("currency")],
                        [_("in this world, %"), _("published, %"), _("gap, points")])
    made.add_column(_("period"))
    made.add_column(_("source"), overflow="fold")
    for one in shares:
        if abs(one.points) >= SMALL_MISFIT:
            made.add_row(one.published.key, "+".join(one.published.rails), output.amount(one.value),
                         output.amount(one.stated), output.change(one.points), one.published.period,
                         one.published.source)
    points = [abs(one.points) for one in shares]
    line = _("{number} published settlement shares: mean misfit {mean:.2f} points, largest {largest:.2f}; those below "
             "{small:g} are left out here.", number=len(shares), mean=sum(points) / len(points), largest=max(points),
             small=SMALL_MISFIT)
    return [output.heading(_("Settlement shares against what was published")), made, line]


def _overview(world: "World") -> dict[str, Any]:
    tables = world.tables
    gdp = tables.gdp
    return {
        "world": world.name, "year": world.year, "hash": world.hash, "units": {"gdp": MILLION, "output": MILLION},
        "countries": [{"code": code, "name": world.country_names.get(code, ""), "gdp": float(gdp[at])}
                      for at, code in enumerate(world.countries)],
        "sectors": [{"code": code, "name": world.sector_names.get(code, ""), "isic": world.sector_isic.get(code, ""),
                     "output": float(tables.output[:, at].sum()),
                     "trade_elasticity": float(world.parameters.trade_elasticity[at])}
                    for at, code in enumerate(world.sectors)],
        "parts": [{"kind": part.kind, "title": part.title, "sources": dict(part.sources)} for part in world.parts],
        "sources": dict(world.sources), "changes": list(world.changes)}


def _overview_tables(world: "World") -> list[Any]:
    data = _overview(world)
    heading = _("{world} ({year}), hash {hash}", world=world.name, year=world.year, hash=world.hash[:12])
    countries = output.table([_("country"), _("name")], [_("GDP, million USD")])
    for row in data["countries"]:
        countries.add_row(row["code"], row["name"], output.amount(row["gdp"], 0))
    sectors = output.table([_("sector"), _("name"), _("ISIC")], [_("trade elasticity"), _("output, million USD")])
    for row in data["sectors"]:
        sectors.add_row(row["code"], row["name"], row["isic"], output.amount(row["trade_elasticity"], 2),
                        output.amount(row["output"], 0))
    changes = output.paragraph(_("Changes to the figures given:"), world.changes)
    known = output.paragraph(_("Beside its tables, this world knows:"),
                             tuple(_(part.title) for part in world.parts))
    return [output.heading(heading), countries, sectors, *known, *changes]


def _partners(world: "World", code: str) -> list[dict[str, Any]]:
    """What a country sells to and buys from each partner, goods and services, largest sum first."""
    place, pairs = world.country_index(code), world.tables.trade_by_pair
    rows = [{"code": other, "exports": float(pairs[place, at]), "imports": float(pairs[at, place])}
            for at, other in enumerate(world.countries) if at != place]
    return sorted(rows, key=lambda row: -row["exports"] - row["imports"])


def _sectors(world: "World", code: str) -> list[dict[str, Any]]:
    place, tables = world.country_index(code), world.tables
    home = tables.trade[place, :, place]
    columns = {"output": tables.output[place], "value_added": tables.value_added[place],
               "exports": tables.output[place] - home, "imports": tables.trade[:, :, place].sum(axis=0) - home,
               "final_spending": tables.final[:, place]}
    return [{"code": sector} | {name: float(values[at]) for name, values in columns.items()}
            for at, sector in enumerate(world.sectors)]


def _accounts(world: "World", code: str) -> dict[str, float]:
    place, tables, sectors = world.country_index(code), world.tables, _sectors(world, code)
    earned, revenue = tables.factor_income[place], tables.tariff_revenue[place]
    exports, imports = (sum(row[name] for row in sectors) for name in ("exports", "imports"))
    return {"gdp": float(earned + revenue), "value_added": float(earned), "tariff_revenue": float(revenue),
            "final_spending": float(tables.final_spending[place]), "exports": exports, "imports": imports}


def _figures(world: "World", code: str) -> dict[str, tuple["Figure", ...]]:
    """Every figure of a country with its source, by part; nothing where the world has no such record."""
    if not _is_reference(world):
        return {}
    from multipolar.world.reference import provenance

    return {"accounts": provenance.account_figures(world.tables, code),
            "partners": provenance.pair_figures(world.tables, code),
            "sectors": provenance.sector_figures(world.tables, code),
            "known_flows": provenance.flow_figures(world.tables, code)}


def _country_data(world: "World", code: str) -> dict[str, Any]:
    return {"world": world.name, "year": world.year, "country": code, "name": world.country_names.get(code, ""),
            "units": MILLION, "accounts": _accounts(world, code), "partners": _partners(world, code),
            "sectors": _sectors(world, code),
            "figures": {part: [_figure_data(figure) for figure in figures]
                        for part, figures in _figures(world, code).items()},
            "sources": dict(world.sources)}


def _country_tables(world: "World", code: str, top: int) -> list[Any]:
    figures, name = _figures(world, code), economy_name(world, code)
    heading = _("{country} in {world}, million USD", country=name, world=world.name)
    parts: list[Any] = [
        output.heading(heading),
        _figures_table(figures["accounts"], place=False) if figures else _plain_accounts(world, code),
        output.heading(_("Partners, million USD of goods and services")),
        _partner_table(world, code, top, figures.get("partners", ())),
        output.heading(_("Sectors, million USD")), _sector_table(world, code, figures.get("sectors", ()))]
    if figures.get("known_flows"):
        parts += [output.heading(_("Known flows, million USD")), _figures_table(figures["known_flows"])]
    sources = [f"{source}: {text}" for source, text in world.sources.items()]
    parts += output.paragraph(_("Sources:"), sources)
    if not figures and not sources:
        parts.append(_("This world does not record where its figures come from."))
    return parts


def _plain_accounts(world: "World", code: str) -> "Table":
    words = {"gdp": _("GDP"), "value_added": _("value added"), "tariff_revenue": _("tariff revenue"),
             "final_spending": _("final spending"), "exports": _("exports"), "imports": _("imports")}
    accounts = output.table([_("figure")], [_("in this world")])
    for name, value in _accounts(world, code).items():
        accounts.add_row(words[name], output.amount(value, 0))
    return accounts


def _partner_table(world: "World", code: str, top: int, pairs: Sequence["Figure"]) -> "Table":
    """Partners with both directions of trade; where the source of goods trade is recorded, it stands beside."""
    stated = {figure.where: f"{figure.status}, {figure.source}" for figure in pairs}
    sourced = [_("source of goods sold"), _("source of goods bought")] if pairs else []
    made = output.table([_("partner")], [_("sells to"), _("buys from")])
    for heading in sourced:
        made.add_column(heading, overflow="fold")
    for row in _partners(world, code)[:top]:
        sources = [stated.get(f"{code} -> {row['code']}", ""), stated.get(f"{row['code']} -> {code}", "")]
        made.add_row(economy_name(world, row["code"]), output.amount(row["exports"], 0),
                     output.amount(row["imports"], 0), *sources[:len(sourced)])
    return made


def _sector_table(world: "World", code: str, figures: Sequence["Figure"]) -> "Table":
    made = output.table([_("sector")], [_("output"), _("value added"), _("exports"), _("imports"), _("final spending")])
    if figures:
        made.caption = _("Source of each figure of a sector: {sources}",
                         sources="; ".join(dict.fromkeys(f"{figure.status}, {figure.source}" for figure in figures)))
        made.caption_justify = "left"
    for row in _sectors(world, code):
        name = world.sector_names.get(row["code"], "")
        values = [output.amount(value, 0) for value in row.values() if not isinstance(value, str)]
        made.add_row(f"{row['code']}  {name}".rstrip(), *values)
    return made


def _figures_table(figures: Sequence["Figure"], place: bool = True) -> "Table":
    """Figures beside what was published, with status and source; `place` adds whose figure it is."""
    made = output.table([_("figure"), *([_("where")] if place else [])],
                        [_("in this world"), _("published"), _("gap, %")])
    made.add_column(_("status"))
    made.add_column(_("source"), overflow="fold")
    for figure in figures:
        made.add_row(figure.what, *([figure.where] if place else []), output.amount(figure.value, 0),
                     output.amount(figure.stated, 0), output.change(100 * figure.gap), figure.status, figure.source)
    return made


def _figure_data(figure: "Figure") -> dict[str, Any]:
    return asdict(figure) | {"gap": figure.gap}


app = typer.Typer(no_args_is_help=True, help=help_text(
    _("Look into a base year: its figures, their sources, and whether they add up."),
    ["multipolar world show RUS", "multipolar world check"]))
add_command(app, "show", show, ["multipolar world show", "multipolar world show RUS --top 15",
                                "multipolar world show CHN --world my-world.nc --json"])
add_command(app, "check", check, ["multipolar world check", "multipolar world check --world my-world.nc"])
add_command(app, "list", list_worlds, ["multipolar world list"])
