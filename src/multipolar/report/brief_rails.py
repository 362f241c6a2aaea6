"""How a brief's scenarios change settlement: shares before and after, its cost, and trade lost and moved."""

from dataclasses import dataclass
from typing import Any

from multipolar.catalogue import _
from multipolar.equilibrium.outcome import Outcome
from multipolar.report.brief import Brief, Column
from multipolar.report.markup import Html, column_head, element, row_head, table
from multipolar.report.numbers import NOTHING, signed
from multipolar.report.rails import Payments, Settling, payments, settled_trade_of
from multipolar.world.settlement import Settlement
from multipolar.world.world import World

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


@dataclass(frozen=True)
class ThicknessRow:
    """One economy at every thickness that was solved for, from the thinnest markets to the thickest.

    real_income percent; cost percent of trade, None for a group; leading percent of trade over the rail that the world
    uses most, None for a group. A value is None as well where that thickness has no answer.
    """

    name: str
    real_income: tuple[float | None, ...]
    cost: tuple[float | None, ...]
    leading: tuple[float | None, ...]


@dataclass(frozen=True)
class ByThickness:
    """A scenario's main numbers by the thickness of settlement's markets; `rail` is the one the world uses most."""

    thickness: tuple[float, ...]
    rail: str
    rows: tuple[ThicknessRow, ...]


def by_thickness(brief: Brief, column: Column) -> ByThickness | None:
    """The scenario at its own thickness and at both ends of the range; None where it has no measure on rails."""
    if not column.thickness:
        return None
    own = brief.world.part(Settlement).nu, column.main
    cases = sorted((own, *column.thickness), key=lambda case: case[0])
    before = settled_trade_of(brief.world, None).shares
    rail = max(before, key=before.__getitem__)
    everyone = tuple(range(len(brief.world.countries)))
    groups = [(_("World"), everyone)]
    groups += [(row.name, tuple(map(brief.world.country_index, row.members))) for row in brief.economies if row.members]
    rows = tuple(ThicknessRow(name, *zip(*(_seen(brief.world, one.outcome, places, rail) for _nu, one in cases),
                                         strict=True)) for name, places in groups)
    return ByThickness(tuple(nu for nu, _one in cases), rail, rows)


def _seen(world: World, outcome: Outcome | None, places: tuple[int, ...],
          rail: str) -> tuple[float | None, float | None, float | None]:
    """Real income, cost and the rail's share of one economy, or of the world."""
    if outcome is None:
        return None, None, None
    at = list(places)
    gain = outcome.values("equivalent_variation")[at].sum() / world.tables.final_spending[at].sum()
    if 1 < len(at) < len(world.countries):
        return 100 * float(gain), None, None
    code = world.countries[at[0]] if len(at) == 1 else None
    after = settled_trade_of(world, code, outcome).shares_after or {}
    return 100 * float(gain), payments(outcome, code).cost, after[rail]


def _thickness_html(brief: Brief, column: Column) -> Html:
    """The scenario's main numbers by thickness, in one table."""
    found = by_thickness(brief, column)
    if found is None:
        return Html("")
    heads = [column_head(name) for name in (_("Economy"), _("Real income, %"), _("Cost, % of trade"),
                                            _("{rail}, % of trade", rail=found.rail))]
    body = [element("tr", row_head(row.name), element("td", _signed(row.real_income)), element("td", _signed(row.cost)),
                    element("td", _listed(row.leading))) for row in found.rows]
    return table(_thickness_words(found), heads, body)


def _thickness_words(found: ByThickness) -> str:
    return _("The same with thickness ν = {values}: how much use makes a rail cheaper is weakly identified.",
             values=" / ".join(f"{nu:g}" for nu in found.thickness))


def _signed(values: tuple[float | None, ...]) -> str:
    """Three changes in one cell; nothing where there is none."""
    if all(value is None for value in values):
        return NOTHING
    return " / ".join(NOTHING if value is None else signed(value) for value in values)


def _listed(values: tuple[float | None, ...]) -> str:
    if all(value is None for value in values):
        return NOTHING
    return " / ".join(NOTHING if value is None else f"{value:.1f}" for value in values)


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
    return Html(element("h3", _("Over which rails")) + table(caption, heads, body) + _thickness_html(brief, column))


def settlement_lines(brief: Brief, column: Column) -> list[str]:
    """The world, and every country whose settlement moves, a line each for the terminal; then the same by thickness."""
    lines = [_("{name}: {shares}; cost {cost} % of trade; {lost:,.1f} bn of trade lost, {moved:,.1f} moved",
               name=row.name, cost=signed(row.payments.cost), lost=row.payments.lost / 1000,
               moved=row.payments.moved / 1000,
               shares=", ".join(f"{rail} {_arrow(row, rail)}" for rail in row.settling.shares))
             for place, row in enumerate(settlement_rows(brief, column)) if place == 0 or row.moved >= LEAST_MOVE]
    found = by_thickness(brief, column)
    if found is None:
        return lines
    told = [_("{name} {rail} {shares} %", name=found.rows[0].name, rail=found.rail,
              shares=_listed(found.rows[0].leading))]
    told += [_("{name} real income {changes} %", name=row.name, changes=_signed(row.real_income)) for row in found.rows
             if max((abs(value) for value in row.real_income if value is not None), default=0.0) >= LEAST_MOVE]
    return [*lines, _thickness_words(found) + " " + "; ".join(told)]


def _arrow(row: SettlementRow, rail: str) -> str:
    before, after = row.settling.shares[rail], (row.settling.shares_after or {})[rail]
    return f"{before:.1f} → {after:.1f}"
