"""The brief in a terminal: one table of eighty columns, then each scenario with its largest channels."""

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from multipolar.catalogue import _
from multipolar.report.assumptions import assumptions
from multipolar.report.brief import Brief, Column
from multipolar.report.brief_controlled import controlled_lines
from multipolar.report.brief_minerals import minerals_lines, minerals_note, minerals_title
from multipolar.report.brief_rails import settlement_lines
from multipolar.report.brief_war import side_by_side, side_by_side_note, side_by_side_title, war_lines
from multipolar.report.channels import SMALLEST, Channel, largest
from multipolar.report.economies import Cell, Economy
from multipolar.report.energy_words import answers, lifeline, money_rows
from multipolar.report.nuclear_words import (
    nuclear_answer,
    nuclear_lines,
    nuclear_note,
    nuclear_sources,
    nuclear_title,
)
from multipolar.report.numbers import NOTHING, billions, signed
from multipolar.report.words import (
    cut_off_note,
    deficit_note,
    headline_note,
    horizon_note,
    refusals,
    rule_name,
    second_horizon,
)

GAIN, LOSS, QUIET = "green", "red", "dim"


def render_terminal(brief: Brief) -> Group:
    """The whole brief as rich renderables, to be printed to a console at least eighty columns wide."""
    parts: list[RenderableType] = [Text(brief.definition.title, style="bold"), Text()]
    if brief.definition.introduction:
        parts += [Text(brief.definition.introduction), Text()]
    parts += [*_legend(brief), Text(), _table(brief), *_notes(brief), *_war(brief)]
    for number, column in enumerate(brief.columns, start=1):
        parts += [Text(), *_scenario(brief, number, column)]
    parts += [*_nuclear(brief), *_minerals(brief), Text(), *_caution(brief)]
    return Group(*parts)


def _legend(brief: Brief) -> list[Text]:
    return [Text.assemble((f"{number:>2}  ", "bold"), column.title)
            for number, column in enumerate(brief.columns, start=1)]


def _table(brief: Brief) -> Table:
    """Economies down, scenarios across; each cell has percent, billions and percent under the second rule."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    table.add_column("", no_wrap=True, min_width=13)
    for number, _column in enumerate(brief.columns, start=1):
        table.add_column(str(number), justify="right", no_wrap=True)
    for place, row in enumerate(brief.economies):
        cells = [column.cells[place] if column.cells else None for column in brief.columns]
        if not row.members:
            table.add_row(Text.assemble((row.name, "bold"), "\n", (_("not in this world"), QUIET)),
                          *[Text(NOTHING, style=QUIET)] * len(cells))
            continue
        table.add_row(_label(brief, row.name + ("¹" if row.basis else "")), *[_numbers(brief, cell) for cell in cells])
    totals = [_numbers(brief, column.total) for column in brief.columns]
    table.add_row(_label(brief, _("World")), *totals, end_section=True)
    for kind, label in (("winners", _("Winner {rank}")), ("losers", _("Loser {rank}"))):
        for rank in range(brief.definition.extremes):
            ranked = [getattr(column, kind) for column in brief.columns]
            shown = [cells[rank] if rank < len(cells) else None for cells in ranked]
            if any(shown):
                table.add_row(_label(brief, label.format(rank=rank + 1), named=True),
                              *[_numbers(brief, one, named=True) for one in shown])
    return table


def _label(brief: Brief, name: str, *, named: bool = False) -> Text:
    lines = [(name, "bold")] + ([("\n" + _("  percent"), QUIET)] if named else [])
    lines.append(("\n" + _("  billion USD"), QUIET))
    if second_horizon(brief):
        lines.append(("\n" + (_("  % short run") if second_horizon(brief) == "short" else _("  % long run")), QUIET))
    if brief.definition.beside:
        lines.append(("\n" + _("  % {rule}", rule=rule_name(brief.definition.beside)), QUIET))
    return Text.assemble(*lines)


def _numbers(brief: Brief, cell: Cell | None, *, named: bool = False) -> Text:
    if cell is None:
        return Text(NOTHING, style=QUIET)
    colour = LOSS if cell.percent <= -SMALLEST else GAIN if cell.percent >= SMALLEST else ""
    mark = "*" if cell.headline == "real_gdp" else ""
    lines: list[tuple[str, str]] = [(cell.economy.key + "\n", "bold")] if named else []
    lines += [(mark + signed(cell.percent), colour), ("\n" + billions(cell.billions), "")]
    if second_horizon(brief):
        other = cell.percent_other
        lines.append(("\n" + (NOTHING if other is None else signed(other)), ""))
    if brief.definition.beside:
        beside = NOTHING if cell.beside is None else signed(cell.beside)
        lines.append(("\n" + ("!" if cell.flagged else "") + beside, "bold yellow" if cell.flagged else QUIET))
    return Text.assemble(*lines)


def _notes(brief: Brief) -> list[RenderableType]:
    """What the marks in the table mean, and why numbers are missing."""
    notes = [headline_note(brief), horizon_note(brief), deficit_note(brief), *filter(None, [lifeline(brief)])]
    basis = next((row.basis for row in brief.economies if row.basis), "")
    if basis:
        notes.append(f"¹ {basis[0].upper()}{basis[1:]}.")
    if any(cell.headline == "real_gdp" for column in brief.columns for cell in column.shown):
        notes.append("* " + cut_off_note())
    if any(cell.flagged for column in brief.columns for cell in column.shown):
        notes.append("! " + _("The two deficit rules differ by more than {points:g} points.",
                              points=brief.definition.flag_points))
    notes += [f"{numbers}: {reason}" for numbers, reason in refusals(brief)]
    return [Text(note, style=QUIET) for note in notes]


def _scenario(brief: Brief, number: int, column: Column) -> list[RenderableType]:
    lines: list[RenderableType] = [Text.assemble((f"{number}  {column.title}", "bold"))]
    if column.main.outcome is None:
        return [*lines, Padding(Text(column.main.reason, style=LOSS), (0, 0, 0, 3))]
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column()
    rows = [cell for cell in column.cells if cell is not None]
    for cell in (*rows, *column.winners[:1], *column.losers[:1]):
        named = largest(cell.channels, cell.percent, brief.definition.channels)
        if named:
            grid.add_row(_name(cell.economy), signed(cell.percent) + " %", "; ".join(map(channel_text, named)))
    settled = [Padding(Text(line, style=QUIET), (0, 0, 0, 3)) for line in settlement_lines(brief, column)]
    told = [Padding(Text(line), (0, 0, 0, 3)) for line in (*controlled_lines(brief, column),
                                                           *war_lines(brief, column))]
    return [*lines, *_energy(brief, column), Padding(grid, (0, 0, 0, 3)), *settled, *told]


def _energy(brief: Brief, column: Column) -> list[RenderableType]:
    """What the brief asks of fuels: who gains, the budget, the price of gas, and where the seller's tonnes go."""
    answer = column.energy
    if answer is None:
        return []
    lines = [line for __, found in answers(brief, column) for line in found]
    money = [_("{what} {before:,.1f} to {after:,.1f}", what=what, before=one.before, after=one.after)
             for what, one in money_rows(answer)]
    if money:
        lines.append(_("Billion USD a year: {amounts}.", amounts="; ".join(money)))
    return [Padding(Text(line), (0, 0, 0, 3)) for line in lines]


def _war(brief: Brief) -> list[RenderableType]:
    """The means of war of who fights and who gives, in every scenario."""
    codes, rows = side_by_side(brief)
    if not codes:
        return []
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for name in ("", *codes):
        table.add_column(name, justify="right", no_wrap=True)
    for number, cells in enumerate(rows, start=1):
        table.add_row(Text(str(number), style="bold"), *cells)
    return [Text(), Text(side_by_side_title(), style="bold"), Text(side_by_side_note(brief), style=QUIET), table]


def _minerals(brief: Brief) -> list[RenderableType]:
    """Who depends on China for what it may withhold, where the brief asks."""
    lines = minerals_lines(brief)
    if not lines:
        return []
    return [Text(), Text(minerals_title(), style="bold"),
            *[Padding(Text(line), (0, 0, 0, 3)) for line in (*lines, minerals_note())]]


def _nuclear(brief: Brief) -> list[RenderableType]:
    """What a ban on Russian uranium costs, where the brief asks."""
    found = nuclear_answer(brief)
    if not found:
        return []
    lines = [*nuclear_lines(brief, found), nuclear_note(), _("Sources: {sources}.",
                                                            sources="; ".join(nuclear_sources(found)))]
    return [Text(), Text(nuclear_title(), style="bold"), *[Padding(Text(line), (0, 0, 0, 3)) for line in lines]]


def _name(row: Economy) -> str:
    return row.name + ("¹" if row.basis else "")


def channel_text(channel: Channel) -> str:
    """suppliers lost −0.52 (machinery from China −0.18): the largest detail only."""
    text = f"{channel.phrase} {signed(channel.points)}"
    details = [f"{phrase} {signed(points)}" for phrase, points in channel.details[:1]]
    return f"{text} ({details[0]})" if details else text


def _caution(brief: Brief) -> list[RenderableType]:
    found = [Text(brief.definition.caution)] if brief.definition.caution else []
    assumed = [f"{one.what}: {one.value} ({one.alternatives})"
               for one in assumptions(brief.world, brief.definition.horizons, brief.definition.settlement,
                                      brief.definition.war)]
    if assumed:
        found += [Text(), Text(_("Assumed, not measured (other published values in brackets):"), style="bold"),
                  *[Text("  " + line, style=QUIET) for line in assumed]]
    return [*found]
