"""Controlled goods in a brief: where they go as a drawing and a table, and hubs beside their published growth."""

from multipolar.catalogue import _
from multipolar.measures.technology import TechnologyControl
from multipolar.report.brief import Brief, Column
from multipolar.report.channels import country_name
from multipolar.report.charts import can_draw
from multipolar.report.controlled import OWN, ControlledGoods, controlled_goods, streams
from multipolar.report.controlled_words import account, growth_note, hub_cells, hub_heads, hubs_caption
from multipolar.report.markup import EMPTY, Html, column_head, element, join, row_head, table
from multipolar.report.numbers import NOTHING
from multipolar.report.sankey import sankey

SUPPLIERS = 8
"""How many suppliers of controlled goods a table names, besides the target's own makers."""


def goods_of(brief: Brief, column: Column) -> ControlledGoods | None:
    """Where the goods of a scenario's controls go; nothing where it has none, or no answer, or the brief asks not."""
    outcome = column.main.outcome
    controls = brief.definition.war and any(isinstance(one, TechnologyControl) for one in column.scenario.measures)
    return controlled_goods(outcome) if outcome is not None and controls else None


def controlled_html(brief: Brief, number: int, column: Column) -> Html:
    """The drawing, the account in words, the table of suppliers and that of hubs."""
    made = goods_of(brief, column)
    if made is None:
        return EMPTY
    title = _("Where the controlled goods go")
    drawing = Html(sankey(streams(made), f"goods-{number}", title)) if can_draw() else ""
    return join(element("h3", title), element("figure", drawing) if drawing else "", element("p", account(made)),
                _suppliers(made), _hubs(brief, made))


def controlled_lines(brief: Brief, column: Column) -> list[str]:
    """The account for a terminal."""
    made = goods_of(brief, column)
    return [] if made is None else [account(made)]


def _suppliers(made: ControlledGoods) -> Html:
    heads = [column_head(name) for name in (_("From"), _("Before"), _("Directly"), _("Round"), _("Through"))]
    shown = (*made.suppliers[:-1][:SUPPLIERS], made.suppliers[-1])
    body = [element("tr", row_head(_("own makers") if one.code == OWN else one.code), *[
        element("td", text) for text in (f"{one.before:,.0f}", f"{one.direct:,.0f}", f"{one.after - one.direct:,.0f}",
                                         ", ".join(one.through) or NOTHING)]) for one in shown]
    return table(_("Controlled goods to {targets}, million USD.", targets=", ".join(made.targets)), heads, body)


def _hubs(brief: Brief, made: ControlledGoods) -> Html:
    if not made.hubs:
        return EMPTY
    heads = [column_head(name) for name in (_("Hub"), *hub_heads())]
    body = [element("tr", row_head(country_name(brief.world, one.code)), *[element("td", text)
                                                                           for text in hub_cells(one)])
            for one in made.hubs]
    note = growth_note(made)
    return element("details", element("summary", _("Hubs, and their published growth")),
                   table(hubs_caption(), heads, body), element("p", note, class_="note") if note else "")
