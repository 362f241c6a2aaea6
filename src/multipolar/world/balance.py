"""Proportional fitting: the table nearest to a prior, in relative entropy, that has given totals.

`ras` fits matrices to row and column totals; `proportional_fit` fits a table of any number of axes to totals over any
of them, to sums of chosen cells, and to totals that are only believed to some degree. Both keep zeros and signs: what
is zero in the prior stays zero, and nothing turns negative (Deming & Stephan 1940; Bacharach 1970).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from multipolar.catalogue import _
from multipolar.errors import WorldError
from multipolar.world.tables import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Margin:
    """Totals over all axes but `axes`: `target` has the shape of the axes kept, NaN where no total is known.

    `weight` is the belief in the target: infinite holds it exactly; a finite weight w adds w times the relative
    entropy of the fitted totals against the target to what is minimised, so that contradicting margins meet.
    """

    axes: tuple[int, ...]
    target: FloatArray
    weight: float = np.inf


@dataclass(frozen=True, eq=False)
class CellSum:
    """A known sum over some cells, given by their positions in the flattened table."""

    cells: IntArray
    total: float


@dataclass(frozen=True, eq=False)
class Fitted:
    """The fitted table, the sweeps it took, and the largest relative gap left in what had to hold exactly."""

    values: FloatArray = field(repr=False)
    sweeps: int
    gap: float


def ras(prior: FloatArray, rows: FloatArray, columns: FloatArray, *, tolerance: float = 1e-12,
        sweeps: int = 20_000) -> FloatArray:
    """Matrices (..., row, column) with the prior's pattern and the given totals, rows exact to rounding.

    Leading axes are independent problems solved together. Raises WorldError where the totals disagree or where the
    zeros of the prior leave no such matrix.
    """
    total = rows.sum(axis=-1)
    if not np.allclose(total, columns.sum(axis=-1), rtol=1e-9, atol=0.0):
        worst = float(np.max(np.abs(columns.sum(axis=-1) / total - 1)))
        raise WorldError(_("The row totals and the column totals differ by {gap:.2e} of their sum; "
                           "they must be equal.", gap=worst))
    values = np.array(prior, dtype=np.float64)
    scale = np.where(columns > 0, columns, 1.0)
    for _sweep in range(sweeps):
        values *= _factor(columns, values.sum(axis=-2))[..., None, :]
        values *= _factor(rows, values.sum(axis=-1))[..., :, None]
        gap = float(np.max(np.abs(values.sum(axis=-2) - columns) / scale))
        if gap <= tolerance:
            return values
    raise WorldError(_("No matrix with this pattern of zeros was found that has these totals: after {sweeps} sweeps "
                       "a column is off by {gap:.2e}.", sweeps=sweeps, gap=gap))


def proportional_fit(prior: FloatArray, margins: Sequence[Margin], sums: Sequence[CellSum] = (), *,
                     tolerance: float = 1e-11, sweeps: int = 20_000) -> Fitted:
    """The table nearest to `prior` in relative entropy that meets `margins` and `sums`.

    Cyclic scaling, one total at a time (Csiszar 1975); margins of finite weight w take the power w/(1+w) of the
    plain step and remember their factor (Chizat, Peyre, Schmitzer & Vialard 2018). What must hold exactly is met to
    `tolerance`, relative. Raises WorldError where that cannot be.
    """
    values = np.array(prior, dtype=np.float64)
    factors = [np.ones(margin.target.shape) for margin in margins]
    order = sorted(range(len(margins)), key=lambda number: margins[number].weight)
    gap = np.inf
    for sweep in range(1, sweeps + 1):
        moved = 0.0
        for number in order:
            moved = max(moved, _step(values, margins[number], factors, number))
        for known in sums:
            values.reshape(-1)[known.cells] *= _ratio(known.total, float(values.reshape(-1)[known.cells].sum()))
        if moved <= tolerance or sweep % 10 == 0:
            gap = _largest_gap(values, margins, sums)
            if moved <= tolerance and gap <= tolerance:
                return Fitted(values, sweep, gap)
    raise WorldError(_("The totals cannot all hold: after {sweeps} sweeps one is still off by {gap:.2e} of its value, "
                       "so some of them contradict each other.", sweeps=sweeps, gap=gap))


def _step(values: FloatArray, margin: Margin, factors: list[FloatArray], number: int) -> float:
    """Scale `values` in place towards one margin; the largest change of a logarithm, for margins of finite weight."""
    found = _total(values, margin)
    known = ~np.isnan(margin.target)
    target = np.where(known, margin.target, found)
    if np.isinf(margin.weight):
        scale, moved = _factor(target, found), 0.0
    else:
        believed = known & (target > 0)
        power = margin.weight / (1 + margin.weight)
        renewed = np.where(believed, _factor(target, found) * factors[number], 1.0) ** power
        scale = np.where(known & ~believed, 0.0, renewed / factors[number])
        factors[number] = renewed
        moved = float(np.max(np.abs(np.log(scale[believed])), initial=0.0))
    shape = [size if axis in margin.axes else 1 for axis, size in enumerate(values.shape)]
    values *= scale.reshape(shape)
    return moved


def _total(values: FloatArray, margin: Margin) -> FloatArray:
    summed: FloatArray = values.sum(axis=tuple(axis for axis in range(values.ndim) if axis not in margin.axes))
    return summed


def _factor(target: FloatArray, found: FloatArray) -> FloatArray:
    """Target over found; 1 where both are zero; an error where nothing can carry a positive target."""
    empty = found == 0
    if np.any(empty & (target > 0)):
        position = tuple(int(index) for index in np.argwhere(empty & (target > 0))[0])
        raise WorldError(_("The total at {position} is {target:.6g}, but every cell that could carry it is zero in "
                           "the prior.", position=position, target=float(target[position])))
    return np.where(empty, 1.0, target / np.where(empty, 1.0, found))


def _ratio(target: float, found: float) -> float:
    return float(_factor(np.array([target]), np.array([found]))[0])


def _largest_gap(values: FloatArray, margins: Sequence[Margin], sums: Sequence[CellSum]) -> float:
    gaps = [abs(float(values.reshape(-1)[known.cells].sum()) / known.total - 1) for known in sums if known.total > 0]
    for margin in margins:
        if np.isinf(margin.weight):
            found = _total(values, margin)
            counted = ~np.isnan(margin.target) & (margin.target > 0)
            gaps.append(float(np.max(np.abs(found[counted] / margin.target[counted] - 1), initial=0.0)))
    return max(gaps, default=0.0)
