"""Variables on the sectors of a world before a measure divided some of them, so that scenarios can stand in one file.

Amounts and logarithmic parts of a change add up. Changes of price and quantity become those of the parts together: the
quantity at the prices of the year before (Laspeyres), Q = sum V' / p / sum V, and the price that the value is then paid
at (Paasche), P = sum V' / sum (V' / p), so that price times quantity stays the change in value.
"""

from collections.abc import Sequence

import numpy as np

from multipolar.equilibrium.outcome import Outcome
from multipolar.variables import Variable
from multipolar.world.tables import FloatArray

MADE, BOUGHT = ("revenue", "producer_price"), ("expenditure", "consumer_price")


def on_sectors(outcome: Outcome, row: Variable, sectors: Sequence[str]) -> FloatArray:
    """A variable of an outcome on these sectors, of which its world may have divided some."""
    values = outcome.values(row.name)
    if "sector" not in row.dimensions or outcome.world.sectors == tuple(sectors):
        return values
    axis = row.dimensions.index("sector")
    if row.kind != "change":
        return _added(outcome, values, axis, sectors)
    value, price = BOUGHT if row.name == BOUGHT[1] else MADE
    paid = outcome.values(value)
    growth = 1 + outcome.values(price) / 100
    quantity = np.divide(paid, growth, out=np.zeros_like(paid), where=(paid > 0) & np.isfinite(growth))
    together = _added(outcome, quantity, axis, sectors)
    if row.name == price:
        changed, whole = _added(outcome, paid, axis, sectors), together
    else:
        before = outcome.world.tables.output if outcome.baseline is None else outcome.baseline.values(value)
        changed, whole = together, _added(outcome, before, axis, sectors)
    merged = 100 * (np.divide(changed, whole, out=np.full_like(whole, np.nan), where=whole > 0) - 1)
    return _kept(outcome, values, axis, sectors, merged)


def _places(outcome: Outcome, code: str) -> list[int]:
    return [at for at, name in enumerate(outcome.world.sectors) if name == code or name.startswith(f"{code}.")]


def _added(outcome: Outcome, values: FloatArray, axis: int, sectors: Sequence[str]) -> FloatArray:
    """Values of the parts added up."""
    return np.stack([np.take(values, _places(outcome, code), axis=axis).sum(axis=axis) for code in sectors], axis=axis)


def _kept(outcome: Outcome, values: FloatArray, axis: int, sectors: Sequence[str], merged: FloatArray) -> FloatArray:
    """`merged` where a sector was divided, and what the outcome itself says where it was not."""
    found = np.moveaxis(merged, axis, 0).copy()
    for number, code in enumerate(sectors):
        places = _places(outcome, code)
        if len(places) == 1:
            found[number] = np.take(values, places[0], axis=axis)
    return np.moveaxis(found, 0, axis)
