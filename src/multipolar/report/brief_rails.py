"""How a brief's scenarios change settlement: shares before and after, its cost, and trade lost and moved."""

from dataclasses import dataclass
from typing import Any

from multipolar.catalogue import _
from multipolar.report.brief import Brief, Column
from multipolar.report.markup import Html, column_head, element, row_head, table
from multipolar.report.numbers import signed
from multipolar.report.rails import Payments, Settling, payments, settled_trade_of
from multipolar.world.settlement import Settlement

LEAST_MOVE = 0.05
"""Percentage points of a share, or percent of trade, from which the terminal names an economy."""


@dataclass(frozen=True)
class SettlementRow:
    """One economy under one scenario: all its trade abroad, both ways."""

    name: str
    settling: Settling
    payments: Payments

    @property
    def moved(self) -> float:
        """The largest change of a share, in points, or of the cost, in percent of trade."""
        after = self.settling.shares_after or {}
        return max(abs(self.payments.cost), *(abs(after[rail] - share) for rail, share in self.settling.shares.items()))

    def to_dict(self) -> dict[str, Any]:
        """Plain data: shares in percent, money in million USD."""
        return {"name": self.name, **self.payments.to_dict(), "shares": self.settling.shares,
                "shares_after": self.settling.shares_after}


def settlement_rows(brief: Brief, column: Column) -> tuple[SettlementRow, ...]:
    """The world and the brief's countries; nothing where the brief does not ask, or the scenario has no answer."""
    outcome = column.main.outcome
    if not brief.definition.settlement or outcome is None or not brief.world.has_part(Settlement):
        return ()
    countries = [(row.name, row.members) for row in brief.economies if len(row.members) == 1]
    rows = [SettlementRow(_("World"), settled_trade_of(brief.world, None, outcome), payments(outcome))]
    for name, members in countries:
        (code,) = members
        rows.append(SettlementRow(name, settled_trade_of(brief.world, code, outcome), payments(outcome, code)))
    return tuple(rows)


def settlement_html(brief: Brief, column: Column) -> Html:
    """A table of the scenario's settlement."""
    rows = settlement_rows(brief, column)
    if not rows:
        return Html("")
    rails = list(rows[0].settling.shares)
    heads = [column_head(_("Economy")), *[column_head(rail) for rail in rails],
             *[column_head(name) for name in (_("Cost, % of trade"), _("Trade lost, bn"), _("Moved, bn"))]]
    body = [element("tr", row_head(row.name), *[element("td", _arrow(row, rail)) for rail in rails],
                    element("td", signed(row.payments.cost)), *[
                        element("td", f"{amount / 1000:,.1f}") for amount in (row.payments.lost, row.payments.moved)])
            for row in rows]
    caption = _("Settlement of all trade abroad, percent by rail before → after; what settling costs more than before; "
                "trade given up with some partners, lost altogether or moved to others, billion USD.")
    return Html(element("h3", _("Over which rails")) + table(caption, heads, body))


def settlement_lines(brief: Brief, column: Column) -> list[str]:
    """The world, and every country whose settlement moves, a line each for the terminal."""
    return [_("{name}: {shares}; cost {cost} % of trade; {lost:,.1f} bn of trade lost, {moved:,.1f} moved",
              name=row.name, cost=signed(row.payments.cost), lost=row.payments.lost / 1000,
              moved=row.payments.moved / 1000,
              shares=", ".join(f"{rail} {_arrow(row, rail)}" for rail in row.settling.shares))
            for place, row in enumerate(settlement_rows(brief, column)) if place == 0 or row.moved >= LEAST_MOVE]


def _arrow(row: SettlementRow, rail: str) -> str:
    before, after = row.settling.shares[rail], (row.settling.shares_after or {})[rail]
    return f"{before:.1f} → {after:.1f}"
