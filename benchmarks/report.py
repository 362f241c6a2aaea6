"""What was measured, as tables for people or as JSON for programs."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.desk import DeskTimes
from benchmarks.gravity import Gravity
from benchmarks.solves import LIMIT_SWEEPS, Row
from benchmarks.timing import Times
from benchmarks.whole import Line

WIDTH = 128
"""Columns that the widest table needs: a narrower terminal wraps it rather than lose figures."""


def print_json(machine: dict[str, str], rows: Sequence[Row], parts: Sequence[Line], gravity: Gravity,
               brief: tuple[float, float] | None, desk: DeskTimes) -> None:
    """Everything on stdout; times in milliseconds but for first calls and the brief, in seconds."""
    content: dict[str, Any] = {
        "machine": machine, "worlds": [asdict(row) | {"ratio": row.ratio, "extra": row.extra} for row in rows],
        "whole_model": [asdict(part) | {"ratio": part.ratio} for part in parts],
        "gegravity": asdict(gravity), "brief": brief and {"empty_cache": brief[0], "kept_cache": brief[1]},
        "desk": asdict(desk)}
    print(json.dumps(content, indent=2, ensure_ascii=False))


def print_tables(machine: dict[str, str], rows: Sequence[Row], parts: Sequence[Line], gravity: Gravity,
                 brief: tuple[float, float] | None, desk: DeskTimes) -> None:
    """Tables on stdout."""
    console = Console(width=max(WIDTH, Console().width))
    console.print(f"{machine['processor']}, {machine['cores']} cores, {machine['system']}; load {machine['load']} at "
                  f"the start\nPython {machine['python']}, NumPy {machine['numpy']}, JAX {machine['jax']}",
                  highlight=False)
    console.print(_worlds(rows))
    console.print(
        f"What is compared takes turns. compiled: the compiled program from z = 0. limit: one NumPy matmul pass over "
        f"each array that a sweep must read (the kernel twice and once more with tariffs, the input shares twice), "
        f"times {LIMIT_SWEEPS}. ratio: the first to the second. mp.solve: all of it, from a scenario to a certified "
        f"outcome without labels; beyond: its median less that of the compiled solve. residual: the largest of all "
        f"equations, in levels. first call: with compilation. mark: what a prototype took on two cores of another "
        f"machine; for WIOD other measures (all trade of Russia 10 % to 100 % dearer).", highlight=False)
    for row in rows:
        if row.skipped:
            console.print(f"{row.name}: skipped, {row.skipped}.", highlight=False)
    console.print(_whole(parts))
    _print_gravity(console, gravity)
    if brief is not None:
        console.print(f"\nmultipolar brief: {brief[0]:.1f} s without compiled programs in the cache, {brief[1]:.1f} s "
                      f"with them.", highlight=False)
    _print_desk(console, desk)


def _worlds(rows: Sequence[Row]) -> Table:
    table = Table(title="The first country puts 25 % on all imports: milliseconds, median (least)",
                  title_justify="left", box=SIMPLE_HEAD, collapse_padding=True, pad_edge=False)
    table.add_column("world", no_wrap=True)
    for heading in ("compiled", "limit", "ratio", "mp.solve", "beyond", "sweeps", "residual", "first call", "mark"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        if row.compiled is not None and row.whole is not None and row.limit is not None:
            table.add_row(f"{row.name}, {row.size}", _shown(row.compiled), _shown(row.limit), f"{row.ratio:.1f}",
                          _shown(row.whole), f"{row.extra:.1f}", str(row.sweeps), f"{row.residual:.0e}",
                          f"{row.first_call:.1f} s", row.mark)
    return table


def _whole(parts: Sequence[Line]) -> Table:
    table = Table(title="Parts of the whole model: milliseconds, median (least)", title_justify="left",
                  box=SIMPLE_HEAD, collapse_padding=True, pad_edge=False)
    for heading in ("what", "world", "takes", "beside", "takes", "ratio", "target", ""):
        table.add_column(heading, justify="right" if heading in ("takes", "ratio") else "left")
    for part in parts:
        shown = [_shown(times) if times else "" for times in (part.times, part.without)]
        table.add_row(part.what, part.world, shown[0], part.beside, shown[1],
                      "" if part.ratio is None else f"{part.ratio:.2f}", part.target, part.note)
    return table


def _print_desk(console: Console, desk: DeskTimes) -> None:
    """The desk's server by view, and the page by tab."""
    table = Table(title="The desk, reference 2023, a slider moved: milliseconds, median (least)", title_justify="left",
                  box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("what", "server part", "answer over loopback", "slider to picture"):
        table.add_column(heading, justify="left" if heading == "what" else "right", no_wrap=True)
    for view, times in desk.server.items():
        table.add_row(view, _shown(times), _shown(desk.answer[view]), "")
    for tab, times in desk.picture.items():
        table.add_row(f"page: {tab}", "", "", _shown(times))
    console.print()
    console.print(table)
    usable = f"; its first table {desk.usable_after:.1f} s after the page is opened" if desk.usable_after else ""
    console.print(f"Server ready {desk.ready_after:.1f} s after it is started{usable}. {desk.skipped}".rstrip(),
                  highlight=False)


def _shown(times: Times) -> str:
    return f"{times.median:.1f} ({times.least:.1f})"


def _print_gravity(console: Console, gravity: Gravity) -> None:
    console.print()
    if gravity.whole is None or gravity.compiled is None:
        console.print(f"gegravity: skipped, {gravity.skipped}", highlight=False)
        return
    console.print("30 countries, one sector, no inputs; the first country's imports become 25 % dearer to carry: "
                  "milliseconds, median", highlight=False)
    table = Table(box=SIMPLE_HEAD)
    for heading in ("program", "solving", "all, from data or scenario to results"):
        table.add_column(heading, justify="left" if heading == "program" else "right", no_wrap=True)
    table.add_row(f"gegravity {gravity.version}", f"{gravity.theirs_simulate:.0f}", f"{gravity.theirs:.0f}")
    table.add_row("multipolar", f"{gravity.compiled.median:.2f}", f"{gravity.whole.median:.1f}")
    console.print(table)
    console.print(
        f"Real income differs by up to {gravity.apart:.3f} percentage points (the largest change is "
        f"{gravity.largest:.2f} %), because gegravity holds every country's share of world output and spending at "
        f"its base-year value while it solves for prices. Solved that way the figures are {gravity.apart_held:.0e} "
        f"points apart. gegravity has no tariff revenue; hence trade costs.", highlight=False)
