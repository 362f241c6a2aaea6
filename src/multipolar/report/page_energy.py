"""The part of a scenario's section that is about fuels: the budget, the price of gas, drawings and tables of flows."""

from multipolar.catalogue import _
from multipolar.report.brief import Brief, Column
from multipolar.report.charts import can_draw
from multipolar.report.energy import Streams
from multipolar.report.energy_words import energy_lines, fuel
from multipolar.report.fuels import ITEMS, Balance
from multipolar.report.markup import EMPTY, Html, column_head, element, join, row_head, table
from multipolar.report.numbers import NOTHING, signed
from multipolar.report.sankey import in_words, name, sankey


def energy_part(brief: Brief, number: int, column: Column) -> Html:
    """Nothing where the brief asks nothing of fuels or the world has no quantities of them."""
    answer = column.energy
    if answer is None:
        return EMPTY
    lines = energy_lines(brief, answer)
    drawings = [_drawing(number, one) for one in answer.streams]
    tables = [_balance(one) for one in answer.balances]
    return join(element("h3", _("Fuels")), *[element("p", line) for line in lines], *drawings,
                element("details", element("summary", _("Fuels in physical units")), *tables))


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
        after = row.after or row.before
        cells = [element("td", text) for item in ITEMS
                 for text in (f"{row.before[item]:,.1f}", signed(after[item] - row.before[item], 1))]
        rows.append(element("tr", row_head(row.name), *cells))
    drift = NOTHING if made.drift is None else signed(made.drift)
    return table(_("{fuel}, {unit} a year. Production and imports equal exports and use; dollars alone would miss the "
                   "world's balance by {drift} %.", fuel=fuel(made.good).capitalize(), unit=made.unit, drift=drift),
                 heads, rows)
