"""What commands print: data on standard output, everything else on standard error."""

import json
import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from textwrap import wrap
from typing import IO, TYPE_CHECKING, Any, NoReturn

from multipolar.catalogue import _

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

WIDTH_OF_A_FILE = 120
"""Columns of a table that goes to a file or a pipe, unless COLUMNS says otherwise."""

MISSING = "–"


def _console(file: IO[str]) -> "Console":
    """A console that takes text as it is (no markup) and leaves a broken pipe to the caller."""
    from rich.console import Console

    class PlainConsole(Console):
        def on_broken_pipe(self) -> NoReturn:
            raise BrokenPipeError

    width = None if file.isatty() or os.environ.get("COLUMNS") else WIDTH_OF_A_FILE
    return PlainConsole(file=file, markup=False, emoji=False, highlight=False, width=width)


def data_console() -> "Console":
    """The console of standard output."""
    return _console(sys.stdout)


def say(message: str) -> None:
    """A line for the reader on standard error; not wrapped, so that scripts and editors can read it."""
    print(message, file=sys.stderr, flush=True)


def write(text: str) -> None:
    """Text that is data, as it is, on standard output."""
    print(text, flush=True)


def print_json(data: Any) -> None:
    """`data` as JSON on standard output; a number that is missing (NaN) is null."""
    write(json.dumps(_without_nan(data), indent=2, ensure_ascii=False, allow_nan=False))


def _without_nan(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {str(key): _without_nan(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_without_nan(value) for value in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data


def heading(text: str) -> "Text":
    """A line above a table; a table's own title would be wrapped at the table's width."""
    from rich.text import Text

    return Text(text, style="bold")


NARROW = 12
"""Where headings of many columns of numbers break, so that they take no room from words."""


def table(words: Sequence[str], numbers: Sequence[str] = (), heading_width: int = 80) -> "Table":
    """An empty table: columns of words to the left; of numbers to the right, whose headings break at a width."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in words:
        made.add_column(name, overflow="fold")
    for name in numbers:
        made.add_column("\n".join(wrap(name, heading_width)), justify="right", no_wrap=True)
    return made


def show(*parts: Any) -> None:
    """Tables and text on standard output."""
    console = data_console()
    for part in parts:
        console.print(part)


def paragraph(title: str, lines: Iterable[str]) -> list[str]:
    """A heading with a bullet for each line; nothing where there are no lines."""
    found = [_("- {line}", line=" ".join(line.split())) for line in lines]
    return ["\n".join([title, *found])] if found else []


def change(value: float, decimals: int = 2) -> str:
    """A signed number, such as a percent change: ``+1.25``; what rounds to zero has no sign."""
    text = amount(value, decimals)
    return f"+{text}" if value > 0 and any(digit in text for digit in "123456789") else text


def amount(value: float, decimals: int = 1) -> str:
    """A number without a plus sign: ``1,234.5``."""
    return f"{value:z,.{decimals}f}" if math.isfinite(value) else MISSING


@contextmanager
def progress(description: str, total: int | None = None) -> Iterator[Callable[..., None]]:
    """A progress bar on standard error, only where that is a terminal.

    Gives a function ``report(done, of, words)`` that moves the bar to `done`; the other two may be left out.
    """
    if not sys.stderr.isatty():
        yield lambda done, of=None, words="": None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    counted = [BarColumn(), MofNCompleteColumn()] if total is not None else []
    columns = [SpinnerColumn(), TextColumn("{task.description}", markup=False), *counted, TimeElapsedColumn()]
    with Progress(*columns, console=_console(sys.stderr), transient=True) as bar:
        task = bar.add_task(description, total=total)

        def report(done: int, of: int | None = None, words: str = "") -> None:
            bar.update(task, completed=done, total=of or total, description=words or description)

        yield report
