"""Where a fuel flows, before and after, as one drawing: sellers to the left, buyers to the right, ribbons between.

Altair draws what is laid out here; colours are CSS variables of the page, as in `charts`.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from multipolar.catalogue import _
from multipolar.report.charts import described
from multipolar.report.energy import OTHERS, Streams
from multipolar.world.tables import FloatArray

PANEL, GAP, BAR = 1.0, 1.0, 0.05
"""Width of a panel from bar to bar, between panels, and of a bar, in units of the first."""
WIDTH, HEIGHT = 680, 260
SPACE = 0.06
"""Part of the height left free above each group."""
STEPS = 24
SMALLEST_SHARE = 0.002
"""Ribbons below this part of the trade are not drawn."""


def sankey(streams: Streams, identity: str, title: str) -> str:
    """The drawing as an SVG element; `identity` begins the ids of its elements."""
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(_chart(streams).to_dict(validate=False))
    return described(svg, identity, title, in_words(streams))


def in_words(streams: Streams) -> str:
    """The first seller's flows before and after, then everybody's purchases."""
    parts = [_("{seller} to {buyer} {before:,.1f}, then {after:,.1f}", seller=name(streams.sellers[0]),
               buyer=name(buyer), before=streams.before[0, at], after=streams.after[0, at])
             for at, buyer in enumerate(streams.buyers)]
    parts += [_("{buyer} in all {before:,.1f}, then {after:,.1f}", buyer=name(buyer),
                before=streams.before[:, at].sum(), after=streams.after[:, at].sum())
              for at, buyer in enumerate(streams.buyers)]
    return "; ".join(parts) + _(" ({unit} a year)", unit=streams.unit)


def name(group: str) -> str:
    """A group as drawings and tables name it."""
    return _("others") if group == OTHERS else group


def ribbons(flows: FloatArray, left: float, scale: float) -> list[dict[str, Any]]:
    """Corners of every ribbon of one panel, sampled along its way; heights are parts of the drawing's height.

    Ribbons leave a seller in the order of the buyers and reach a buyer in the order of the sellers, so that none of one
    seller cross each other.
    """
    from_top, to_top = _tops(flows.sum(axis=1) * scale), _tops(flows.sum(axis=0) * scale)
    way = np.linspace(0.0, 1.0, STEPS)
    bend = way * way * (3 - 2 * way)
    made: list[dict[str, Any]] = []
    for seller, row in enumerate(flows):
        for buyer, amount in enumerate(row):
            thick = amount * scale
            start, end = from_top[seller], to_top[buyer]
            from_top[seller] += thick
            to_top[buyer] += thick
            if amount > SMALLEST_SHARE * flows.sum():
                upper = -(start + bend * (end - start))
                made += [{"ribbon": f"{left:g}-{seller}-{buyer}", "first": seller == 0,
                          "x": left + BAR + float(along) * (PANEL - 2 * BAR), "y": float(height),
                          "y2": float(height - thick)} for along, height in zip(way, upper, strict=True)]
    return made


def _tops(heights: FloatArray) -> FloatArray:
    """Where each group begins, from the top, with space above it."""
    tops: FloatArray = np.concatenate([[0.0], np.cumsum(heights)[:-1]]) + SPACE * np.arange(1, len(heights) + 1)
    return tops


def _bars(streams: Streams, flows: FloatArray, left: float, scale: float) -> list[dict[str, Any]]:
    """The bars of one panel with their labels: sellers' outside to the left, buyers' to the right."""
    made: list[dict[str, Any]] = []
    for names, totals, start, side in ((streams.sellers, flows.sum(axis=1), left, "left"),
                                       (streams.buyers, flows.sum(axis=0), left + PANEL - BAR, "right")):
        for at, (group, total, top) in enumerate(zip(names, totals, _tops(totals * scale), strict=True)):
            made.append({"x": start, "x2": start + BAR, "y": -float(top), "y2": -float(top + total * scale),
                         "first": side == "left" and at == 0, "side": side, "middle": -float(top + total * scale / 2),
                         "label": f"{name(group)} {total:,.0f}", "edge": start if side == "left" else start + BAR})
    return made


def _chart(streams: Streams) -> Any:
    import altair

    panels: Sequence[tuple[float, FloatArray, str]] = (
        (0.0, streams.before, _("before")), (PANEL + GAP, streams.after, _("after")))
    scale = 1.0 / max(streams.before.sum(), streams.after.sum(), 1e-9)
    rows = max(len(streams.sellers), len(streams.buyers))
    areas = [one for left, flows, __ in panels for one in ribbons(flows, left, scale)]
    bars = [one for left, flows, __ in panels for one in _bars(streams, flows, left, scale)]
    heads = [{"x": left + PANEL / 2, "y": 0.02, "label": f"{word}, {streams.unit}"} for left, __, word in panels]
    across = altair.Scale(domain=[-0.32, 2 * PANEL + GAP + 0.32], nice=False, zero=False)
    down = altair.Scale(domain=[-(1 + SPACE * (rows + 0.5)), 0.06], nice=False, zero=False)

    def place(field: str, axis: type[Any], scale: Any) -> Any:
        return axis(f"{field}:Q", scale=scale, axis=None, title=None)

    def values(data: list[dict[str, Any]]) -> Any:
        return altair.Chart(altair.InlineData(values=data))

    colour = altair.condition("datum.first", altair.value("var(--loss)"), altair.value("var(--quiet)"))
    strength = altair.condition("datum.first", altair.value(0.6), altair.value(0.25))
    ribbon = values(areas).mark_area(line=False).encode(
        x=place("x", altair.X, across), y=place("y", altair.Y, down), y2="y2:Q", detail="ribbon:N", color=colour,
        opacity=strength)
    bar = values(bars).mark_rect().encode(
        x=place("x", altair.X, across), x2="x2:Q", y=place("y", altair.Y, down), y2="y2:Q", color=colour)
    label = values(bars).mark_text(
        align=altair.expr("datum.side == 'left' ? 'right' : 'left'"), dx=altair.expr("datum.side == 'left' ? -4 : 4"),
        baseline="middle").encode(
        x=place("edge", altair.X, across), y=place("middle", altair.Y, down), text="label:N")
    head = values(heads).mark_text(baseline="bottom", fontWeight="bold").encode(
        x=place("x", altair.X, across), y=place("y", altair.Y, down), text="label:N")
    return altair.layer(ribbon, bar, label, head).properties(width=WIDTH, height=HEIGHT, padding=2).configure(
        font="inherit", background="transparent", aria=False).configure_view(stroke=None).configure_text(
        color="currentColor", fontSize=11)
