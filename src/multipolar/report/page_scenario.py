"""One scenario's part of the page: chart, numbers, channels in words and in figures, remarks and sources."""

from collections.abc import Sequence

from multipolar.catalogue import _
from multipolar.report.brief import Brief, Column
from multipolar.report.brief_controlled import controlled_html
from multipolar.report.brief_rails import settlement_html
from multipolar.report.brief_war import war_html
from multipolar.report.channels import SMALLEST, Channel, largest
from multipolar.report.charts import alternative, bar_chart, can_draw
from multipolar.report.economies import Cell
from multipolar.report.markup import Html, column_head, element, join, table
from multipolar.report.numbers import NOTHING, billions, signed
from multipolar.report.page_energy import answers_list, energy_part
from multipolar.report.page_tables import economy_head, tint
from multipolar.report.words import cut_off_note, horizon_name, refusal, rule_name


def scenario_section(brief: Brief, number: int, column: Column) -> Html:
    """The section of a scenario, with the reason in place of results where it has no answer."""
    scenario = column.scenario
    parts = [element("p", _("Measure {number}", number=number), class_="number"), element("h2", column.title),
             element("p", scenario.description) if scenario.description else ""]
    if column.main.outcome is None:
        parts.append(element("p", _("No answer: {reason}", reason=column.main.reason), class_="caution"))
    else:
        parts += [answers_list(brief, column), _results(brief, number, column), energy_part(brief, number, column),
                  settlement_html(brief, column), controlled_html(brief, number, column),
                  war_html(brief, column), _why(brief, column),
                  _every_channel(column)]
    return element("section", *parts, _remarks(column), id=f"measure-{number}")


def _results(brief: Brief, number: int, column: Column) -> Html:
    return element("div", _figure(number, column), join(_numbers(brief, column), *_asides(brief, column)),
                   class_="results")


def _figure(number: int, column: Column) -> Html:
    caption = _("Real income, percent")
    if can_draw():
        if column.other and column.other.outcome:
            caption += _("; bars: {first}, marks: {second}", first=horizon_name(column.main.horizon),
                         second=horizon_name(column.other.horizon))
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
    if column.other:
        heads.append(column_head(_("% {horizon}", horizon=horizon_name(column.other.horizon))))
    if column.beside:
        heads.append(column_head(_("% with {rule} deficits", rule=rule_name(column.beside.deficits))))
    heads.append(column_head(_("Real GDP, %")))
    rows = [_number_row(column, one) for one in column.shown]
    rows += [element("tr", economy_head(row), element("td", _("not in this world"), colspan=str(len(heads) - 1),
                                                      class_="words")) for row in brief.economies if not row.members]
    return table(_("{horizon}, {rule} deficits, prices of {year}. Named economies first, then winners, losers and the "
                   "world.", horizon=horizon_name(column.main.horizon).capitalize(),
                   rule=rule_name(column.main.deficits), year=brief.world.year), heads, rows)


def _number_row(column: Column, one: Cell) -> Html:
    income = signed(one.real_income)
    cells = [element("td", NOTHING if one.headline == "real_gdp" else income, **(
        {} if one.headline == "real_gdp" else tint(one.real_income))), element("td", billions(one.billions))]
    if column.other:
        other = one.percent_other
        cells.append(element("td", NOTHING) if other is None else element("td", signed(other), **tint(other)))
    if column.beside:
        text = NOTHING if one.beside is None else signed(one.beside)
        cells.append(element("td", ("! " if one.flagged else "") + text, **({"class_": "flag"} if one.flagged else {})))
    cells.append(element("td", signed(one.real_gdp), **(tint(one.real_gdp) if one.headline == "real_gdp" else {})))
    return element("tr", economy_head(one.economy, "*" if one.headline == "real_gdp" else ""), *cells,
                   **({"class_": "total"} if one is column.total else {}))


def _asides(brief: Brief, column: Column) -> list[Html]:
    """What must be said beside the numbers: a country cut off, a rule or horizon without answer, rules far apart."""
    notes = [f"* {cut_off_note()} " + _("{name}'s real income would read {percent} percent.", name=one.economy.name,
                                        percent=signed(one.real_income))
             for one in column.shown if one.headline == "real_gdp"]
    for solution in column.solutions[1:]:
        if solution.outcome is None:
            reason = refusal(brief, solution)
            notes.append(reason[0].upper() + reason[1:])
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
            found.append(element("div", element("dt", name), element("dd", _sentence(named)), _other(brief, one)))
    if not found:
        return Html("")
    note = _("Parts of the change in percentage points, supply chains followed to the end: a dearer input counts where "
             "its maker is, not in the goods made from it.")
    return join(element("h3", _("Through what")), element("p", note, class_="note"),
                element("dl", *found, class_="why"))


def _sentence(named: Sequence[Channel]) -> Html:
    return join(*[join(" · " if place else "", _channel(channel)) for place, channel in enumerate(named)])


def _other(brief: Brief, one: Cell) -> Html:
    """The change at the second horizon, with its channels where its sign or its largest channel is another one."""
    if one.other is None:
        return Html("")
    named = largest(one.other.channels, one.other.percent, brief.definition.channels)
    same = one.other.percent * one.percent > 0 and one.channels[0].key == one.other.channels[0].key
    head = join(horizon_name(one.other.horizon), " ", _amount(one.other.percent, " %"))
    return element("dd", head, "" if same or not named else join(": ", _sentence(named)), class_="other")


def _channel(channel: Channel) -> Html:
    details = [join(", " if place else "", phrase, " ", signed(points))
               for place, (phrase, points) in enumerate(channel.details)]
    named = element("span", " (", *details, ")", class_="detail") if details else ""
    return join(channel.phrase, " ", _amount(channel.points), named)


def _amount(value: float, unit: str = "") -> Html:
    kind = "" if abs(value) < SMALLEST else " loss" if value < 0 else " gain"
    return element("span", signed(value) + unit, class_="amount" + kind)


def _channel_names() -> dict[str, str]:
    return {"wages": _("Wages"), "resources": _("Resources"), "capital": _("Capital"),
            "productivity": _("Productivity"), "imports": _("Imports"), "barriers": _("Tariffs, trade costs"),
            "suppliers_lost": _("Suppliers lost"), "suppliers_gained": _("Suppliers opened"),
            "tariff_revenue": _("Tariff revenue"), "rents": _("Taxes and rents received"), "deficit": _("Deficit"),
            "transfers": _("Transfers"), "gifts": _("Given away")}


def _every_channel(column: Column) -> Html:
    """A table for each horizon, folded away."""
    others = [one.other for one in column.shown if one.other is not None]
    tables = [_channel_table(cells) for cells in (column.shown, others) if cells]
    return element("details", element("summary", _("Every channel")), *tables)


def _channel_table(cells: Sequence[Cell]) -> Html:
    used = {channel.key for one in cells for channel in one.channels if abs(channel.points) >= SMALLEST}
    names = {key: name for key, name in _channel_names().items() if key in used}
    heads = [column_head(_("Economy")), *[column_head(name) for name in names.values()], column_head(_("Change, %"))]
    rows = []
    for one in cells:
        points = {channel.key: channel.points for channel in one.channels}
        values = [element("td", signed(points.get(key, 0.0)), **tint(points.get(key, 0.0))) for key in names]
        rows.append(element("tr", economy_head(one.economy, "*" if one.headline == "real_gdp" else ""), *values,
                            element("td", signed(one.percent))))
    text = _("{horizon}, percentage points; channels too small to print are left out, the others add up to the change.",
             horizon=horizon_name(cells[0].horizon).capitalize())
    return table(text, heads, rows)


def _remarks(column: Column) -> Html:
    """Notes of the scenario with their sources, and what its certificate remarks."""
    items = [element("li", note.text, element("span", " ", _("Source: {source}", source=note.source), class_="note")
                     if note.source else "") for note in column.scenario.notes]
    outcome = column.main.outcome
    if outcome is not None:
        solved = [one.outcome for one in column.solutions if one.outcome is not None]
        items += [element("li", note) for note in dict.fromkeys(
            note for one in solved for note in one.certificate.notes)]
        if outcome.certificate.dropped:
            items.append(element("li", _("Members of groups that this world lacks and that are left out: {codes}.",
                                         codes=", ".join(outcome.certificate.dropped))))
    if not items:
        return Html("")
    return element("details", element("summary", _("Remarks and sources")), element("ul", *items))
