"""The part of a scenario's section that is about fuels: the budget, the price of gas, drawings and tables of flows."""

from multipolar.catalogue import _
from multipolar.report.brief import Brief, Column
from multipolar.report.channels import country_name
from multipolar.report.charts import can_draw
from multipolar.report.energy import Streams
from multipolar.report.energy_words import answers, budget_note, changed_flows, fuel, gains, lifeline, money_rows
from multipolar.report.fuels import ITEMS, Balance, doubtful_note
from multipolar.report.markup import EMPTY, Html, column_head, element, join, row_head, table
from multipolar.report.nuclear_words import (
    nuclear_answer,
    nuclear_lines,
    nuclear_note,
    nuclear_sources,
    nuclear_title,
)
from multipolar.report.numbers import NOTHING, signed
from multipolar.report.sankey import in_words, name, sankey
from multipolar.report.words import horizon_name


def answers_section(brief: Brief) -> Html:
    """Every scenario's answers in a line each, above everything else; nothing where the brief asks nothing of fuels."""
    asked = [(number, column) for number, column in enumerate(brief.columns, start=1) if column.energy]
    if not asked:
        return EMPTY
    heads = [column_head(text, **({"class_": "words"} if at in (1, 2, 6, 7) else {})) for at, text in enumerate((
        _("Scenario"), _("Gain most, billion USD"), _("Lose most"), _("Budget, billion USD"), _("Budget, %"),
        _("Price of gas, %"), _("Oil, Mt a year"), _("Gas, bcm a year")))]
    worth = lifeline(brief)
    return element("section", element("h2", _("The answers")), element("p", worth) if worth else "", table(
        _("Each scenario in the {horizon}: real income of those who gain and lose most; {seller}'s federal budget; "
          "what {buyer} pays for gas, all suppliers together; to whom {seller} sells more or less.",
          horizon=horizon_name(brief.definition.horizons[0]), seller=_seller(brief), buyer=_buyer(brief)), heads,
        [*[_answer_row(number, column) for number, column in asked], *_nuclear_row(brief)], class_="answers"),
        id="answers")


def _seller(brief: Brief) -> str:
    return country_name(brief.world, brief.definition.energy.seller) if brief.definition.energy else ""


def _buyer(brief: Brief) -> str:
    return country_name(brief.world, brief.definition.energy.buyer) if brief.definition.energy else ""


def _answer_row(number: int, column: Column) -> Html:
    answer, outcome = column.energy, column.main.outcome
    if answer is None or outcome is None:
        return EMPTY
    cells = [element("td", text, class_="words") for text in gains(outcome)]
    if answer.budget is None:
        cells += [element("td", NOTHING), element("td", NOTHING)]
    else:
        cells += [element("td", _("{low} to {high}", low=signed(-ends[0], 1), high=signed(-ends[1], 1)))
                  for ends in (answer.budget.loss_billions, answer.budget.loss)]
    cells.append(element("td", NOTHING if answer.gas is None else signed(answer.gas.all_suppliers, 1)))
    moved = {one.good: changed_flows(one) for one in answer.streams}
    return element("tr", row_head(element("a", column.title, href=f"#measure-{number}")), *cells, *[
        element("td", moved.get(good, NOTHING), class_="words") for good in ("oil", "gas")])


def _nuclear_row(brief: Brief) -> list[Html]:
    found = nuclear_answer(brief)
    if not found:
        return []
    return [element("tr", row_head(element("a", nuclear_title(), href="#nuclear")),
                    element("td", " ".join(nuclear_lines(brief, found)), class_="words", colspan="7"))]


def nuclear_section(brief: Brief) -> Html:
    """Dependence on Russian enrichment and what a ban costs; nothing where the brief does not ask."""
    found = nuclear_answer(brief)
    if not found:
        return EMPTY
    sources = element("details", element("summary", _("Sources")), element("ul", *[
        element("li", one) for one in nuclear_sources(found)]))
    return element("section", element("h2", nuclear_title()), *[element("p", line)
                   for line in nuclear_lines(brief, found)], element("p", nuclear_note(), class_="note"), sources,
                   id="nuclear")


def answers_list(brief: Brief, column: Column) -> Html:
    """A scenario's questions and answers, to stand before its numbers."""
    found = answers(brief, column)
    if not found:
        return EMPTY
    return element("dl", *[join(element("dt", question), *[element("dd", line) for line in lines])
                           for question, lines in found], class_="answer")


def energy_part(brief: Brief, number: int, column: Column) -> Html:
    """Nothing where the brief asks nothing of fuels or the world has no quantities of them."""
    answer = column.energy
    if answer is None:
        return EMPTY
    drawings = [_drawing(number, one) for one in answer.streams]
    tables = [_balance(one) for one in answer.balances]
    return join(element("h3", _("Fuels")), _money(brief, column), *drawings,
                element("details", element("summary", _("Fuels in physical units")), *tables))


def _money(brief: Brief, column: Column) -> Html:
    """The seller's exports, rents and budget before and after."""
    answer = column.energy
    rows = [] if answer is None else money_rows(answer)
    if answer is None or not rows:
        return EMPTY
    heads = [column_head(text) for text in (_("{country}, oil and gas", country=_seller(brief)), _("before"),
                                            _("after"), _("change"), "%")]
    body = [element("tr", row_head(name), element("td", f"{one.before:,.1f}"), element("td", f"{one.after:,.1f}"),
                    element("td", signed(one.change, 1)), element("td", signed(one.percent, 1))) for name, one in rows]
    note = budget_note(brief, answer.budget) if answer.budget else ""
    return join(table(_("Billion USD a year, before and after"), heads, body),
                element("p", note, class_="note") if note else "")


def _drawing(number: int, streams: Streams) -> Html:
    caption = _("Trade in {fuel}, {unit} a year; {seller} in colour, use at home left out", fuel=fuel(streams.good),
                unit=streams.unit, seller=name(streams.sellers[0]))
    if not can_draw():
        return element("p", in_words(streams), class_="note")
    drawn = Html(sankey(streams, f"flows-{number}-{streams.good}", caption))
    return element("figure", element("figcaption", caption), drawn, class_="flows")


def _balance(made: Balance) -> Html:
    if made.withheld:
        return element("p", made.withheld, class_="note")
    names = {"production": _("Production"), "exports": _("Exports"), "imports": _("Imports"), "use": _("Use")}
    heads = [column_head(_("Economy")), *[column_head(text) for item in ITEMS for text in (names[item], _("change"))]]
    rows = []
    for row in made.rows:
        cells = [element("td", text) for item in ITEMS for text in (
            f"{row.before[item]:,.1f}", signed(row.after[item] - row.before[item], 1) if row.after else NOTHING)]
        rows.append(element("tr", row_head(row.shown_name), *cells))
    drift = NOTHING if made.drift is None else signed(made.drift)
    doubtful = doubtful_note(made)
    found = table(_("{fuel}, {unit} a year. Production and imports equal exports and use; dollars alone would miss the "
                    "world's balance by {drift} %.", fuel=fuel(made.good).capitalize(), unit=made.unit, drift=drift),
                  heads, rows)
    return join(found, element("p", doubtful, class_="note")) if doubtful else found
