"""The means of war in a brief: those who fight and those who give, side by side in every scenario."""

from multipolar.catalogue import _
from multipolar.report.brief import Brief, Column
from multipolar.report.markup import Html, column_head, element, row_head, table
from multipolar.report.numbers import signed
from multipolar.report.war import Means, means
from multipolar.world.military import Military

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
