"""Bar charts as SVG text, drawn by Altair and vl-convert where the extra `charts` is installed.

Colours are CSS variables of the page around them and text is `currentColor`, so that one drawing serves light, dark
and print.
"""

import re
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

from multipolar.catalogue import _
from multipolar.report.economies import Cell
from multipolar.report.numbers import signed

WIDTH, BAR = 250, 26
"""Plot width and height of a bar, in pixels before the page scales them."""
ROOM_FOR_NUMBERS = 0.3
"""Part of the plot's width kept free beyond the bars for the numbers at their ends."""


def can_draw() -> bool:
    """Whether Altair and vl-convert are installed."""
    return all(find_spec(name) for name in ("altair", "vl_convert"))


def bar_chart(cells: Sequence[Cell], identity: str, title: str) -> str:
    """Bars of each cell's headline percent from a common zero, losses and gains in two colours, as an SVG element.

    Where cells have a second horizon, a mark stands at its percent.

    Args:
        cells: what to draw, top to bottom.
        identity: prefix of element ids, unlike that of any other chart on the page.
        title: what the chart shows; its text alternative, with the numbers, is made from the cells.
    """
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(_chart(cells).to_dict(validate=False))
    return described(svg, identity, title, alternative(cells))


def alternative(cells: Sequence[Cell]) -> str:
    """The chart in words."""
    return "; ".join(_("{name} {percent} percent", name=one.economy.name, percent=signed(one.percent)) + (
        "" if one.percent_other is None else _(" ({other})", other=signed(one.percent_other))) for one in cells)


def _chart(cells: Sequence[Cell]) -> Any:
    import altair

    data = [_datum(one) for one in cells]
    ends = [0.0, *(row["percent"] for row in data), *(row["other"] for row in data)]
    low, high = min(ends), max(ends)
    room = ROOM_FOR_NUMBERS * max(high - low, 0.01)
    scale = altair.Scale(domain=[low - room, high + room], nice=False, zero=True)
    rows = altair.Y("name:N", sort=None, title=None, axis=altair.Axis(
        labelLimit=150, labelPadding=8, ticks=False, domain=False, labelOverlap=False))
    amount = altair.X("percent:Q", scale=scale, title=None, axis=None)
    left = "datum.percent < 0"
    leftwards = "datum.leftwards"
    values, origin = altair.InlineData(values=data), altair.InlineData(values=[{"percent": 0}])
    bars = altair.Chart(values).mark_bar(height=BAR - 10).encode(
        x=amount, y=rows, color=altair.condition(left, altair.value("var(--loss)"), altair.value("var(--gain)")))
    numbers = altair.Chart(values).mark_text(
        align=altair.expr(f"{leftwards} ? 'right' : 'left'"), dx=altair.expr(f"{leftwards} ? -4 : 4"),
        baseline="middle",
    ).encode(x=altair.X("end:Q", scale=scale, title=None, axis=None), y=rows, text="label:N")
    marks = altair.Chart(values).transform_filter("datum.marked").mark_tick(
        thickness=2, size=BAR - 6, color="currentColor", opacity=0.75).encode(
        x=altair.X("other:Q", scale=scale, title=None, axis=None), y=rows)
    zero = altair.Chart(origin).mark_rule(strokeWidth=1).encode(x=amount)
    layers = altair.layer(bars, marks, numbers, zero)
    return layers.properties(width=WIDTH, height=altair.Step(BAR), padding=2).configure(
        font="inherit", background="transparent", aria=False).configure_view(stroke=None).configure_axis(
        labelColor="currentColor", labelFontSize=12).configure_text(
        color="currentColor", fontSize=12).configure_rule(color="currentColor", opacity=0.5)


def _datum(one: Cell) -> dict[str, Any]:
    """A bar: its number stands at its end, or across the zero where the mark is in the way."""
    other, loss = one.percent_other, one.percent < 0
    across = other is not None and other * one.percent >= 0
    return {"name": one.economy.name + ("*" if one.headline == "real_gdp" else ""), "percent": one.percent,
            "other": one.percent if other is None else other, "marked": other is not None,
            "end": 0.0 if across else one.percent, "leftwards": loss != across, "label": signed(one.percent)}


def described(svg: str, identity: str, title: str, description: str) -> str:
    """The drawing as an accessible image that scales with the page."""
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()     # type: ignore[union-attr]
    body = svg[svg.index(">") + 1:]
    return (f'<svg role="img" aria-labelledby="{identity}-title {identity}-text" viewBox="0 0 {width} {height}" '
            f'style="inline-size:{float(width):g}px" direction="ltr">'
            f'<title id="{identity}-title">{escape(title)}</title>'
            f'<desc id="{identity}-text">{escape(description)}</desc>{body}')


def standalone(svg: str) -> str:
    """A drawing as a file of its own: it says what it is written in, and has the page's colours of daylight in it."""
    page = files("multipolar.report").joinpath("page.css").read_text(encoding="utf-8")
    daylight = dict(re.findall(r"(--\w+): (#[0-9a-f]{6})", page[:page.index("}")]))
    svg = re.sub(r"var\((--\w+)\)", lambda found: daylight[found[1]], svg)
    svg = svg.replace('font-family="inherit"', 'font-family="sans-serif"')
    return svg.replace("<svg ", f'<svg xmlns="http://www.w3.org/2000/svg" color="{daylight["--ink"]}" ', 1)
