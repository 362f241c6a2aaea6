"""The page's tables that run over all scenarios."""

from multipolar.catalogue import _
from multipolar.equilibrium.outcome import Outcome
from multipolar.report.brief import Brief, Solution
from multipolar.report.channels import SMALLEST, country_name
from multipolar.report.economies import Cell, Economy, basis, headlines
from multipolar.report.markup import Html, column_head, element, row_head, table
from multipolar.report.numbers import NOTHING, billions, signed, small
from multipolar.report.words import horizon_name, rule_name, second_horizon

FULL_TINT = 2.0
"""Percent from which a cell has its full colour; the colour grows with the square root below."""


def tint(percent: float) -> dict[str, str]:
    """Attributes of a cell that is coloured by its number, zero in the middle."""
    if abs(percent) < SMALLEST:
        return {}
    part = min(1.0, abs(percent) / FULL_TINT) ** 0.5
    return {"class_": "tint loss" if percent < 0 else "tint gain", "style": f"--part:{part:.2f}"}


def economy_head(row: Economy, mark: str = "") -> Html:
    """The heading of an economy's row, with what its results come on top of."""
    return row_head(row.name + mark, element("span", row.basis, class_="basis") if row.basis else "")


def side_by_side(brief: Brief, caption: str) -> Html:
    """Economies down, scenarios across."""
    heads = [column_head(_("Economy"))]
    heads += [column_head(element("a", element("span", str(number), class_="number"), column.title,
                                  href=f"#measure-{number}")) for number, column in enumerate(brief.columns, start=1)]
    rows = [_economy_row(brief, place, row) for place, row in enumerate(brief.economies)]
    totals = [_cell(brief, one.total) for one in brief.columns]
    rows.append(element("tr", row_head(_("World")), *totals, class_="total"))
    rows += [*_ranked(brief, "winners", _("Winner {rank}")), *_ranked(brief, "losers", _("Loser {rank}"))]
    return table(caption, heads, rows, class_="side-by-side", style=f"--columns:{len(brief.columns)}")


def _economy_row(brief: Brief, place: int, row: Economy) -> Html:
    if not row.members:
        return element("tr", economy_head(row), element("td", _("not in this world"), colspan=str(len(brief.columns)),
                                                        class_="words"))
    cells = [one.cells[place] if one.cells else None for one in brief.columns]
    return element("tr", economy_head(row), *[_cell(brief, one) for one in cells])


def _ranked(brief: Brief, kind: str, label: str) -> list[Html]:
    """One row a rank; each cell names its country."""
    ranked = [getattr(column, kind) for column in brief.columns]
    rows = []
    for rank in range(max(map(len, ranked), default=0)):
        cells = [_cell(brief, found[rank], named=True) if rank < len(found) else _cell(brief, None) for found in ranked]
        rows.append(element("tr", row_head(label.format(rank=rank + 1)), *cells,
                            **({"class_": "total"} if rank == 0 else {})))
    return rows


def _cell(brief: Brief, one: Cell | None, *, named: bool = False) -> Html:
    if one is None:
        return element("td", NOTHING)
    mark = "*" if one.headline == "real_gdp" else ""
    lines = [element("span", one.economy.name)] if named else []
    lines += [element("strong", signed(one.percent) + mark), element("span", billions(one.billions))]
    if second_horizon(brief):
        other = NOTHING if one.percent_other is None else signed(one.percent_other)
        lines.append(element("span", other, " ", _("short") if second_horizon(brief) == "short" else _("long")))
    if brief.definition.beside:
        flag = {"class_": "flag"} if one.flagged else {}
        text = NOTHING if one.beside is None else signed(one.beside)
        lines.append(element("span", ("! " if one.flagged else "") + text, " ", rule_name(brief.definition.beside),
                             **flag))
    return element("td", *lines, **tint(one.percent))


def every_economy(brief: Brief) -> Html:
    """The headline of every country in every scenario that has an answer, and below it the second horizon's."""
    solved = [(number, column.main.outcome, column.other.outcome if column.other else None)
              for number, column in enumerate(brief.columns, start=1) if column.main.outcome is not None]
    heads = [column_head(_("Economy")), *[column_head(element("a", str(number), href=f"#measure-{number}"))
                                          for number, _main, _other in solved]]
    read = [headlines(outcome) for _number, outcome, _other in solved]
    rows = [element("tr", _country_head(brief, place), *[
        _value(outcome, other, measures[place], place)
        for (_number, outcome, other), measures in zip(solved, read, strict=True)])
        for place in range(len(brief.world.countries))]
    text = _("Change of real income in percent (* real GDP: cut off), by number of the measure")
    if second_horizon(brief):
        text += _("; below it in the {horizon}", horizon=horizon_name(second_horizon(brief)))
    return table(text, heads, rows, class_="everyone")


def _country_head(brief: Brief, place: int) -> Html:
    code = brief.world.countries[place]
    return economy_head(Economy(code, country_name(brief.world, code), (code,), (), basis((code,), brief.world.year)))


def _value(outcome: Outcome, other: Outcome | None, measure: str, place: int) -> Html:
    percent = float(outcome.values(measure)[place])
    below = element("span", signed(float(other.values(measure)[place]))) if other else ""
    return element("td", signed(percent) + ("*" if measure == "real_gdp" else ""), below, **tint(percent))


def certificates(brief: Brief) -> Html:
    """How each equilibrium was found and how exactly it holds."""
    heads = [column_head(name, **given) for name, given in (
        (_("Measure"), {"class_": "words"}), (_("Horizon"), {}), (_("Deficits"), {"class_": "words"}),
        (_("Existence"), {"class_": "words"}),
        (_("Largest error"), {}), (_("Sweeps"), {}), (_("Method"), {"class_": "words"}), (_("Linked sets"), {}),
        (_("Scenario"), {"class_": "words"}))]
    numbers = {column.scenario.name: number for number, column in enumerate(brief.columns, start=1)}
    rows = [element("tr", row_head(f"{numbers[one.scenario.name]} {one.scenario.name}"),
                    element("td", horizon_name(one.horizon)), element("td", rule_name(one.deficits), class_="words"),
                    *_certificate(one))
            for one in brief.solutions]
    return table(_("One row an equilibrium. Linked sets: groups of countries between which nothing is paid any more. "
                   "Scenario: the first twelve digits of its hash."), heads, rows)


def _certificate(one: Solution) -> list[Html]:
    if one.outcome is None:
        return [element("td", one.reason, colspan="6", class_="words")]
    found = one.outcome.certificate
    return [element("td", found.existence, class_="words"), element("td", small(found.residual)),
            element("td", str(found.iterations)), element("td", found.method, class_="words"),
            element("td", str(found.components)), element("td", found.scenario_hash[:12], class_="words hash")]
