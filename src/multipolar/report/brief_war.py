"""The means of war in a brief: those who fight and those who give, side by side in every scenario."""

from multipolar.catalogue import _
from multipolar.measures.technology import TechnologyControl
from multipolar.report.brief import Brief, Column
from multipolar.report.charts import can_draw
from multipolar.report.controlled import OWN, controlled_goods, streams
from multipolar.report.markup import Html, column_head, element, row_head, table
from multipolar.report.numbers import NOTHING, signed
from multipolar.report.sankey import sankey
from multipolar.report.war import Means, means
from multipolar.world.military import Military

SUPPLIERS = 8
"""How many suppliers of controlled goods a table names, besides the target's own makers."""
NAMED = 7
"""How many countries are shown: who fights or receives arms, then the largest givers."""


def war_rows(brief: Brief, column: Column) -> tuple[Means, ...]:
    """The first countries; nothing where the brief does not ask, or the scenario has no answer."""
    outcome = column.main.outcome
    if not brief.definition.war or outcome is None or not brief.world.has_part(Military):
        return ()
    return means(outcome)[:NAMED]


def war_html(brief: Brief, column: Column) -> Html:
    """A table of what the scenario does to the means of war."""
    rows = war_rows(brief, column)
    if not rows:
        return Html("")
    heads = [column_head(name) for name in (_("Economy"), _("Budget, bn"), _("Arms, bn"), _("Budget, %"), _("Cost, %"),
                                            _("Means of war, %"))]
    body = [element("tr", row_head(row.code), element("td", f"{row.spending / 1000:,.1f}"),
                    element("td", f"{row.arms_before / 1000:,.1f} → {row.arms / 1000:,.1f}"),
                    *[element("td", signed(value)) for value in (row.budget, row.cost, row.capacity)]) for row in rows]
    caption = _("Means of war: military budget and arms received in kind within the year, billion USD, and changes of "
                "the budget, of the cost of military means, and of what both together buy.")
    return Html(element("h3", _("Means of war")) + table(caption, heads, body))


def controlled_html(brief: Brief, number: int, column: Column) -> Html:
    """Where the controlled goods go, as a drawing and a table, in a scenario that controls any."""
    outcome = column.main.outcome
    controls = brief.definition.war and any(isinstance(one, TechnologyControl) for one in column.scenario.measures)
    if outcome is None or not controls:
        return Html("")
    made = controlled_goods(outcome)
    heads = [column_head(name) for name in (_("From"), _("Before"), _("Directly"), _("Round"), _("Through"))]
    shown = (*made.suppliers[:-1][:SUPPLIERS], made.suppliers[-1])
    body = [element("tr", row_head(_("own makers") if one.code == OWN else one.code), *[
        element("td", text) for text in (f"{one.before:,.0f}", f"{one.direct:,.0f}", f"{one.after - one.direct:,.0f}",
                                         ", ".join(one.through) or NOTHING)]) for one in shown]
    caption = _("Controlled goods to {targets}, million USD: {gone:.0f} % of what the coalition sold is gone, "
                "{round:.0f} % goes round; prices change by {price:+.2f} %.", targets=", ".join(made.targets),
                gone=made.gone, round=made.round, price=made.price)
    title = _("Where the controlled goods go")
    drawing = Html(sankey(streams(made), f"goods-{number}", title)) if can_draw() else ""
    return Html(element("h3", title) + (element("figure", drawing) if drawing else "") + table(caption, heads, body))
