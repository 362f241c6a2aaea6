"""Results in tonnes and cubic metres, on the theory page under "Tonnes": where the dollars' cargoes go.

A flow abroad that shrinks loses its own cargoes, at the tonnes a dollar that it had in the base year; a flow with a
bound in tonnes grows by its own, too. What an exporter makes, and what it sells at home, where prices are regulated,
changes at the tonnes a dollar of its exports. What it makes and no longer sells where it did goes to those who buy more
of it, in proportion to the real dollars they add. So every exporter's tonnes are accounted for, and the world uses what
it makes; `drift` says how far the dollars alone would have missed that balance.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from multipolar.equilibrium.levels import Levels
from multipolar.world.energy import Energy, produced, used
from multipolar.world.tables import FloatArray, quotient

LARGEST_DRIFT = 0.01
"""Part of the world's production of a fuel beyond which nothing is said about it in tonnes; of what one exporter sells,
beyond which what is said about that exporter is marked."""


@dataclass(frozen=True, eq=False)
class Tonnes:
    """Fuels in their own units a year, in the counterfactual year.

    quantity (exporter, good, importer), passed_on (country, good), as in `Energy`
    missed (country, good)  what an exporter's new sales would be at its tonnes a dollar, less what it has to place
    sold (country, good)    what it sold in the base year, at home and abroad
    drift (good,)           the world's sum of `missed`, as a fraction of what the world made in the base year
    """

    quantity: FloatArray
    passed_on: FloatArray
    missed: FloatArray
    sold: FloatArray
    drift: FloatArray

    @property
    def produced(self) -> FloatArray:
        """Production (country, good)."""
        return produced(self.quantity, self.passed_on)

    @property
    def used(self) -> FloatArray:
        """Use at home (country, good)."""
        return used(self.quantity, self.passed_on)

    @property
    def trusted(self) -> FloatArray:
        """One for the goods that may be shown (good,), missing (NaN) for those whose drift is too large."""
        return np.where(np.abs(self.drift) > LARGEST_DRIFT, np.nan, 1.0)

    def own_drift(self, members: NDArray[np.int64] | None = None) -> FloatArray:
        """What exporters miss as a fraction of what they sell, (country, good), or (good,) of some together."""
        missed, sold = (values if members is None else values[members].sum(axis=0)
                        for values in (self.missed, self.sold))
        return quotient(missed, sold)


@lru_cache(maxsize=4)
def tonnes(levels: Levels) -> Tonnes:
    """The tonnes of a solved year; the world must have `Energy`."""
    energy = levels.world.part(Energy)
    before, after = (values[:, energy.position.astype(int)] for values in real_flows(levels))
    rate = _tonnes_per_dollar(energy.quantity, before)
    growth = np.divide(after, before, out=np.ones_like(after), where=before > 0)
    lost = energy.quantity * np.clip(1 - growth, 0.0, 1.0)
    places = np.arange(len(lost))
    home = places[:, None], np.arange(len(energy.good)), places[:, None]
    at_home = np.minimum(energy.quantity[home], rate * np.maximum(before - after, 0.0)[home])
    lost[home] = np.where(after[home] > 0, at_home, lost[home])
    bounded = _bounded(levels, energy) & (before > 0)
    fixed = np.where(bounded, energy.quantity * np.maximum(growth - 1, 0.0), 0.0)
    gained = np.where(bounded, 0.0, np.maximum(after - before, 0.0))
    free = rate * (after - before).sum(axis=2) + lost.sum(axis=2)
    buyers = gained.sum(axis=2)
    placed = np.where(buyers > 0, np.maximum(free - fixed.sum(axis=2), 0.0), 0.0)
    part = quotient(gained, buyers[..., None])
    quantity = energy.quantity - lost + fixed + placed[..., None] * part
    sold, sold_before = quantity.sum(axis=2), energy.quantity.sum(axis=2)
    passed_on = energy.passed_on * quotient(sold, sold_before)
    missed = rate * buyers + fixed.sum(axis=2) - free
    world = produced(energy.quantity, energy.passed_on).sum(axis=0)
    drift = quotient(missed.sum(axis=0), world)
    return Tonnes(quantity, passed_on, missed, sold_before, drift)


def _bounded(levels: Levels, energy: Energy) -> NDArray[np.bool_]:
    """Flows (exporter, good, importer) whose quantity a quota or corridor bounds."""
    bounded = np.zeros(levels.world.tables.trade.shape, dtype=bool)
    for spec in levels.policy.specs:
        if spec.kind == "quota":
            bounded[spec.data["exporter"], spec.data["sector"], spec.data["importer"]] = True
    return bounded[:, energy.position.astype(int)]


def real_flows(levels: Levels) -> tuple[FloatArray, FloatArray]:
    """What producers receive (exporter, sector, importer) before, and after at the base year's unit costs."""
    before = np.array(levels.world.tables.trade)
    after = levels.landed / levels.cost[:, :, None]
    listed = levels.wedges
    cells = listed.cells.exporter, listed.cells.sector, listed.cells.importer
    before[cells] = np.where(before[cells] > 0, listed.base_flow, 0.0)
    after[cells] = levels.shipped * listed.base_flow
    return before, after


def _tonnes_per_dollar(quantity: FloatArray, dollars: FloatArray) -> FloatArray:
    """Tonnes a million dollars (exporter, good) of exports; of all sales where nothing is exported."""
    abroad = np.ones(quantity.shape, dtype=bool)
    places = np.arange(len(quantity))
    abroad[places, :, places] = False
    counted = (quantity > 0) & (dollars > 0)
    exported = (abroad & counted).any(axis=2, keepdims=True)
    counted &= abroad | ~exported
    value = np.where(counted, dollars, 0.0).sum(axis=2)
    return quotient(np.where(counted, quantity, 0.0).sum(axis=2), value)
