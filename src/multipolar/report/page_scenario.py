"""One scenario's part of the page: chart, numbers, channels in words and in figures, remarks and sources."""

from collections.abc import Sequence

from multipolar.catalogue import _
from multipolar.report.brief import Brief, Column
from multipolar.report.channels import SMALLEST, Channel, largest
from multipolar.report.charts import alternative, bar_chart, can_draw
from multipolar.report.economies import Cell
from multipolar.report.markup import Html, column_head, element, join, table
from multipolar.report.numbers import NOTHING, billions, signed
from multipolar.report.page_tables import economy_head, tint
from multipolar.report.words import cut_off_note, rule_name


def scenario_section(brief: Brief, number: int, column: Column) -> Html:
    """The section of a scenario, with the reason in place of results where it has no answer."""
    scenario = column.scenario
    parts = [element("p", _("Measure {number}", number=number), class_="number"), element("h2", column.title),
             element("p", scenario.description) if scenario.description else ""]
    if column.main.outcome is None:
        parts.append(element("p", _("No answer: {reason}", reason=column.main.reason), class_="caution"))
    else:
        parts += [_results(brief, number, column), _why(brief, column), _every_channel(column)]
    return element("section", *parts, _remarks(column), id=f"measure-{number}")


def _results(brief: Brief, number: int, column: Column) -> Html:
    return element("div", _figure(number, column), join(_numbers(brief, column), *_asides(column)), class_="results")


def _figure(number: int, column: Column) -> Html:
    caption = _("Real income, percent")
    if can_draw():
        drawing = Html(bar_chart(column.shown, f"chart-{number}", f"{column.title}: {caption}"))
    else:
        drawing = _plain_bars(column.shown)
    return element("figure", element("figcaption", caption), drawing)


def _plain_bars(cells: Sequence[Cell]) -> Html:
    """The chart where nothing is installed to draw it: bars made of boxes."""
    low, high = min(0.0, *(one.percent for one in cells)), max(0.0, *(one.percent for one in cells))
    width = max(high - low, SMALLEST)
    bars = []
    for one in cells:
        start, size = (min(one.percent, 0.0) - low) / width, abs(one.percent) / width
        bar = element("span", class_="bar " + ("loss" if one.percent < 0 else "gain"),
                      style=f"--start:{100 * start:.1f}%;--size:{100 * size:.1f}%")
        bars += [element("dt", one.economy.name), element("dd", bar)]
    return element("div", element("dl", *bars, class_="bars", aria_hidden="true"), role="img",
                   aria_label=alternative(cells))


def _numbers(brief: Brief, column: Column) -> Html:
    heads = [column_head(_("Economy")), column_head(_("Real income, %")), column_head(_("Billion USD"))]
    if column.beside:
        heads.append(column_head(_("% with {rule} deficits", rule=rule_name(column.beside.deficits))))
    heads.append(column_head(_("Real GDP, %")))
    rows = [_number_row(one, beside=column.beside is not None, last=one is column.total) for one in column.shown]
    rows += [element("tr", economy_head(row), element("td", _("not in this world"), colspan=str(len(heads) - 1),
                                                      class_="words")) for row in brief.economies if not row.members]
    return table(_("With {rule} deficits, at prices of {year}. Named economies first, then winners, losers and the "
                   "world.", rule=rule_name(column.main.deficits), year=brief.world.year), heads, rows)


def _number_row(one: Cell, *, beside: bool, last: bool) -> Html:
    income = signed(one.real_income)
    cells = [element("td", NOTHING if one.headline == "real_gdp" else income, **(
        {} if one.headline == "real_gdp" else tint(one.real_income))), element("td", billions(one.billions))]
    if beside:
        text = NOTHING if one.beside is None else signed(one.beside)
        cells.append(element("td", ("! " if one.flagged else "") + text, **({"class_": "flag"} if one.flagged else {})))
    cells.append(element("td", signed(one.real_gdp), **(tint(one.real_gdp) if one.headline == "real_gdp" else {})))
    return element("tr", economy_head(one.economy, "*" if one.headline == "real_gdp" else ""), *cells,
                   **({"class_": "total"} if last else {}))


def _asides(column: Column) -> list[Html]:
    """What must be said beside the numbers: a country cut off, a second rule without answer, rules far apart."""
    notes = [f"* {cut_off_note()} " + _("{name}'s real income would read {percent} percent.", name=one.economy.name,
                                        percent=signed(one.real_income))
             for one in column.shown if one.headline == "real_gdp"]
    if column.beside and column.beside.outcome is None:
        notes.append(_("No answer with {rule} deficits: {reason}", rule=rule_name(column.beside.deficits),
                       reason=column.beside.reason))
    flagged = [one.economy.name for one in column.shown if one.flagged]
    if flagged:
        notes.append("! " + _("The two deficit rules differ much for {names}: read these numbers with care.",
                              names=", ".join(flagged)))
    return [element("p", note, class_="note") for note in notes]


def _why(brief: Brief, column: Column) -> Html:
    """The largest channels of every economy that is touched, in sentences."""
    found = []
    for one in column.shown:
        named = largest(one.channels, one.percent, brief.definition.channels)
        if named:
            name = join(one.economy.name, " ", _amount(one.percent, " %"), element(
                "span", one.economy.basis, class_="basis") if one.economy.basis else "")
            parts = [join(" · " if place else "", _channel(channel))
                     for place, channel in enumerate(named)]
            found.append(element("div", element("dt", name), element("dd", *parts)))
    if not found:
        return Html("")
    note = _("Parts of the change in percentage points, supply chains followed to the end: a dearer input counts where "
             "its maker is, not in the goods made from it.")
    return join(element("h3", _("Through what")), element("p", note, class_="note"),
                element("dl", *found, class_="why"))


def _channel(channel: Channel) -> Html:
    details = [join(", " if place else "", phrase, " ", signed(points))
               for place, (phrase, points) in enumerate(channel.details)]
    named = element("span", " (", *details, ")", class_="detail") if details else ""
    return join(channel.phrase, " ", _amount(channel.points), named)


def _amount(value: float, unit: str = "") -> Html:
    kind = "" if abs(value) < SMALLEST else " loss" if value < 0 else " gain"
    return element("span", signed(value) + unit, class_="amount" + kind)


def _channel_names() -> dict[str, str]:
    return {"wages": _("Wages"), "productivity": _("Productivity"), "imports": _("Imports"),
            "barriers": _("Tariffs, trade costs"), "suppliers_lost": _("Suppliers lost"),
            "suppliers_gained": _("Suppliers opened"), "tariff_revenue": _("Tariff revenue"), "deficit": _("Deficit"),
            "transfers": _("Transfers")}


def _every_channel(column: Column) -> Html:
    used = {channel.key for one in column.shown for channel in one.channels if abs(channel.points) >= SMALLEST}
    names = {key: name for key, name in _channel_names().items() if key in used}
    heads = [column_head(_("Economy")), *[column_head(name) for name in names.values()], column_head(_("Change, %"))]
    rows = []
    for one in column.shown:
        points = {channel.key: channel.points for channel in one.channels}
        cells = [element("td", signed(points.get(key, 0.0)), **tint(points.get(key, 0.0))) for key in names]
        rows.append(element("tr", economy_head(one.economy, "*" if one.headline == "real_gdp" else ""), *cells,
                            element("td", signed(one.percent))))
    text = _("Percentage points; channels too small to print are left out, the others add up to the change.")
    return element("details", element("summary", _("Every channel")), table(text, heads, rows))


def _remarks(column: Column) -> Html:
    """Notes of the scenario with their sources, and what its certificate remarks."""
    items = [element("li", note.text, element("span", " ", _("Source: {source}", source=note.source), class_="note")
                     if note.source else "") for note in column.scenario.notes]
    outcome = column.main.outcome
    if outcome is not None:
        items += [element("li", note) for note in outcome.certificate.notes]
        if outcome.certificate.dropped:
            items.append(element("li", _("Members of groups that this world lacks and that are left out: {codes}.",
                                         codes=", ".join(outcome.certificate.dropped))))
    if not items:
        return Html("")
    return element("details", element("summary", _("Remarks and sources")), element("ul", *items))
