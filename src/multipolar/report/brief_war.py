"""The means of war in a brief: those who fight and those who give, side by side in every scenario, and when."""

from multipolar.catalogue import _
from multipolar.report.brief import Brief, Column, Solution
from multipolar.report.channels import country_name
from multipolar.report.markup import EMPTY, Html, column_head, element, join, row_head, table
from multipolar.report.numbers import NOTHING, signed
from multipolar.report.war import Means, Month, deliveries, fighters, means, path, quarters, stage_name
from multipolar.report.words import horizon_name
from multipolar.world.military import Military

NAMED = 7
"""How many countries are shown: who fights or receives arms, then the largest givers."""


def war_rows(brief: Brief, column: Column) -> tuple[Means, ...]:
    """The first countries; nothing where the brief does not ask, or the scenario has no answer."""
    return _rows(brief, column.main)


def _rows(brief: Brief, solution: Solution | None) -> tuple[Means, ...]:
    if not _asked(brief) or solution is None or solution.outcome is None:
        return ()
    return means(solution.outcome)[:NAMED]


def _asked(brief: Brief) -> bool:
    return brief.definition.war and brief.world.has_part(Military)


def war_years(brief: Brief, column: Column) -> dict[str, tuple[Month, ...]]:
    """The year of everybody who fights, by quarter."""
    if not _asked(brief) or column.main.outcome is None:
        return {}
    return {code: quarters(path(column.main.outcome, code)) for code in fighters(brief.world)}


def war_html(brief: Brief, column: Column) -> Html:
    """A table of what the scenario does to the means of war, and the year of those who fight by quarter."""
    rows = war_rows(brief, column)
    if not rows:
        return EMPTY
    other = {row.code: row.capacity for row in _rows(brief, column.other)}
    heads = [column_head(name) for name in (
        _("Economy"), _("Budget, bn"), _("Arms received, bn"), _("Arms given, bn"), _("Budget, %"), _("Cost, %"),
        _("Means of war, %"), *([_("% {horizon}", horizon=horizon_name(column.other.horizon))]
                                if column.other and other else []))]
    body = [element("tr", row_head(country_name(brief.world, row.code)), element("td", f"{row.spending / 1000:,.1f}"),
                    element("td", _to(row.arms_before, row.arms)), element("td", _to(row.given_before, row.given)),
                    *[element("td", signed(value)) for value in (row.budget, row.cost, row.capacity)],
                    *([element("td", signed(other[row.code]))] if other else [])) for row in rows]
    caption = _("Means of war, {horizon}: military budget and arms received in kind within the year, billion USD, and "
                "changes of the budget, of the cost of military means, and of what both together buy.",
                horizon=horizon_name(column.main.horizon))
    return join(element("h3", _("Means of war")), table(caption, heads, body), _years_html(brief, column))


def _to(before: float, after: float) -> str:
    texts = f"{before / 1000:,.1f}", f"{after / 1000:,.1f}"
    return texts[0] if texts[0] == texts[1] else " → ".join(texts)


def _years_html(brief: Brief, column: Column) -> Html:
    """Arms that arrive, quarter by quarter, against everything that is still to come in the year."""
    heads = [column_head(name) for name in (_("Economy"), _("Quarter"), _("Arms that arrive, bn"), _("Own means, bn"),
                                            _("Together, %"), _("Still to come this year, bn"))]
    body = [element("tr", row_head(country_name(brief.world, code)), element("td", str(number)), *[
        element("td", text) for text in (f"{one.arms / 1000:,.2f}", f"{one.own / 1000:,.2f}", signed(one.means),
                                         f"{one.rest / 1000:,.2f}")])
            for code, year in war_years(brief, column).items() for number, one in enumerate(year, start=1)]
    caption = _("Arms that arrive in each quarter and what the own budget buys, billion USD at the base year's cost of "
                "military means; both against the same quarter of the base year; what is still to come after it.")
    return element("details", element("summary", _("By quarter")), table(caption, heads, body))


def side_by_side(brief: Brief) -> tuple[list[str], list[list[str]]]:
    """Codes of countries, and for each scenario a cell for each of them: change of the means of war by horizon."""
    if not _asked(brief):
        return [], []
    found = [({row.code: row.capacity for row in _rows(brief, column.main)},
              {row.code: row.capacity for row in _rows(brief, column.other)}) for column in brief.columns]
    codes = list(dict.fromkeys(code for first, __ in found for code in first))
    return codes, [[_cell(first, second, code) for code in codes] for first, second in found]


def _cell(first: dict[str, float], second: dict[str, float], code: str) -> str:
    texts = [signed(values[code]) for values in (first, second) if code in values]
    return "\n".join(texts) or NOTHING


def side_by_side_title() -> str:
    """Above the table of all scenarios."""
    return _("Means of war in every scenario")


def side_by_side_note(brief: Brief) -> str:
    """What its numbers are."""
    names = [horizon_name(horizon) for horizon in brief.definition.horizons]
    if len(names) == 1:
        return _("Change of what budget and arms buy, percent, {horizon}.", horizon=names[0])
    return _("Change of what budget and arms buy, percent: {first} above, {second} below.", first=names[0],
             second=names[1])


def war_section(brief: Brief) -> Html:
    """All scenarios side by side, and what was pledged, allocated and delivered, with dates."""
    codes, rows = side_by_side(brief)
    if not codes:
        return EMPTY
    heads = [column_head(_("Measure"), class_="words"), *[column_head(country_name(brief.world, code))
                                                          for code in codes]]
    body = [element("tr", row_head(element("a", f"{number}  {column.title}", href=f"#measure-{number}"),
                                   class_="words"), *[
        element("td", *[element("div", line) for line in cell.split("\n")]) for cell in cells])
            for number, (column, cells) in enumerate(zip(brief.columns, rows, strict=True), start=1)]
    listed = table(
        _("Published figures of aid to Ukraine, each with its period."),
        [column_head(name, class_="words") for name in (_("Giver"), _("Stage"), _("What"), _("Period"), _("Value"),
                                                        _("Source"))],
        [element("tr", row_head(one.giver), *[element("td", text, class_="words") for text in (
            stage_name(one.stage), one.what, one.period, f"{one.value:g} {one.unit}", one.source)])
         for one in deliveries()])
    return element("section", element("h2", side_by_side_title()), table(side_by_side_note(brief), heads, body),
                   element("details", element("summary", _("Arms pledged, allocated and delivered")), listed),
                   id="means-of-war")


def war_lines(brief: Brief, column: Column) -> list[str]:
    """For a terminal: the year of whoever receives arms, where a scenario changes it."""
    received = dict(zip(brief.world.countries, brief.world.part(Military).received, strict=True)) if _asked(
        brief) else {}
    return [_("{economy} by quarter: arms {arms} bn; with its own means {means} % against the base year.",
              economy=country_name(brief.world, code), arms=", ".join(f"{one.arms / 1000:.1f}" for one in year),
              means=", ".join(signed(one.means, 1) for one in year))
            for code, year in war_years(brief, column).items()
            if received[code] > 0 and any(abs(one.means) >= CHANGED for one in year)]


CHANGED = 0.05
"""Percent of its means from which a quarter is worth a line in a terminal."""
