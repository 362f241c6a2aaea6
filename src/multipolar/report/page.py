"""The brief as one HTML page: no script, no request to anywhere, readable aloud, in the dark, on a phone, on paper."""

from importlib.resources import files
from string import Template

from multipolar.catalogue import _
from multipolar.report.assumptions import assumptions, limits
from multipolar.report.brief import Brief
from multipolar.report.brief_minerals import minerals_section
from multipolar.report.brief_war import war_section
from multipolar.report.markup import Html, column_head, element, join, row_head, table
from multipolar.report.page_energy import answers_section, nuclear_section
from multipolar.report.page_scenario import scenario_section
from multipolar.report.page_tables import certificates, every_economy, side_by_side
from multipolar.report.record import RECORD, versions
from multipolar.report.words import cut_off_note, deficit_note, headline_note, horizon_note, refusals


def page(brief: Brief) -> str:
    """The whole page, self-contained; the same brief gives the same bytes."""
    folder = files("multipolar.report")
    parts = {
        "language": _("en"),     # the code of the language of this catalogue
        "direction": _("ltr"),   # or rtl
        "title": element("i", brief.definition.title)[3:-4],
        "style": folder.joinpath("page.css").read_text(encoding="utf-8"),
        "header": _header(brief),
        "main": join("\n", *[join(part, "\n") for part in _sections(brief)]),
        "footer": _footer(brief),
    }
    return Template(folder.joinpath("page.html").read_text(encoding="utf-8")).substitute(parts)


def _header(brief: Brief) -> Html:
    definition, world = brief.definition, brief.world
    kicker = _("{world}: {countries} economies, {sectors} sectors, figures of {year}", world=world.name,
               countries=len(world.countries), sectors=len(world.sectors), year=world.year)
    return join(element("p", kicker, class_="kicker"), element("h1", definition.title),
                element("p", definition.introduction, class_="lead") if definition.introduction else "",
                element("p", definition.caution, class_="caution") if definition.caution else "")


def _sections(brief: Brief) -> list[Html]:
    return [answers_section(brief), _overview(brief), war_section(brief),
            *[scenario_section(brief, number, column) for number, column in enumerate(brief.columns, start=1)],
            nuclear_section(brief), minerals_section(brief), _everyone(brief), _assumed(brief), _limits(brief),
            _exactness(brief), _files(brief)]


def _overview(brief: Brief) -> Html:
    notes = [horizon_note(brief), deficit_note(brief)]
    shown = [cell for column in brief.columns for cell in column.shown]
    if any(cell.headline == "real_gdp" for cell in shown):
        notes.append("* " + cut_off_note())
    if any(cell.flagged for cell in shown):
        notes.append("! " + _("The two deficit rules differ by more than {points:g} points.",
                              points=brief.definition.flag_points))
    notes += [_("Measures {numbers}: {reason}", numbers=numbers, reason=reason) if "," in numbers else
              _("Measure {number}: {reason}", number=numbers, reason=reason) for numbers, reason in refusals(brief)]
    return element("section", element("h2", _("All measures side by side")), side_by_side(brief, headline_note(brief)),
                   *[element("p", note, class_="note") for note in notes], id="overview")


def _everyone(brief: Brief) -> Html:
    return element("section", element("h2", _("Every economy")), element("details", element(
        "summary", _("The headline change in all {number} economies", number=len(brief.world.countries))),
        every_economy(brief)), id="every-economy")


def _assumed(brief: Brief) -> Html:
    found = assumptions(brief.world, brief.definition.horizons, brief.definition.settlement, brief.definition.war)
    if not found:
        body = element("p", _("The files of this world state no ranges for its elasticities and figures."))
    else:
        head = [column_head(name, class_="words") for name in (
            _("What"), _("Used here"), _("Other values, range"), _("Why"))]
        rows = [element("tr", row_head(one.what, class_="words"), element("td", one.value, class_="words"),
                        element("td", one.alternatives, class_="words"), element("td", one.reason, class_="words"))
                for one in found]
        body = table(_("Numbers without a measurement behind them. Results move with them; no bands are drawn yet."),
                     head, rows)
    return element("section", element("h2", _("What is assumed")), body, id="assumed")


def _limits(brief: Brief) -> Html:
    return element("section", element("h2", _("What this cannot tell")),
                   element("ul", *[element("li", sentence)
                                   for sentence in limits(brief.world, brief.definition.horizons,
                                                           brief.definition.war)]), id="limits")


def _exactness(brief: Brief) -> Html:
    text = _("Every equilibrium was looked for only after asking whether it can exist, and its certificate was "
             "computed apart from the search: the largest relative error in any market, budget or price.")
    return element("section", element("h2", _("How exactly the answers hold")), element("p", text),
                   certificates(brief), id="certificates")


def _files(brief: Brief) -> Html:
    names = (("data/table.csv", _("the table above")), ("data/channels.csv", _("every channel")),
             ("data/results.csv", _("every variable by country")),
             ("data/outcomes.nc", _("by sector and flow, NetCDF")),
             ("data/brief.json", _("everything on this page")), (RECORD, _("the run record")))
    links = [element("li", element("a", name, href=name), ": ", what) for name, what in names]
    sources = [element("li", element("b", code), " ", text) for code, text in sorted(brief.world.sources.items())]
    listed = element("details", element("summary", _("Sources of the world's figures")), element("ul", *sources))
    return element("section", element("h2", _("Files and sources")), element("ul", *links), listed if sources else "",
                   id="files")


def _footer(brief: Brief) -> Html:
    made = ", ".join(f"{name} {version}" for name, version in versions().items())
    check = _("`multipolar verify` solves everything on this page again from the run record beside it and compares "
              "every number.")
    return join(element("p", check, class_="note"), element("p", made, class_="note"),
                element("p", _("World {hash}", hash=brief.world.hash), class_="note hash"))
