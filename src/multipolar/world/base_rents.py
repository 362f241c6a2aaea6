"""Mark-ups that the base year already carries: corridors that bind, with who earns the difference of prices.

A flow's delivered value is mu0 times what its producer receives. Of the rent the owners other than the importer hold
the part phi, which recorded trade contains: recorded = received (1 + (mu0 - 1) phi); the importer's part is on top.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class BaseRents:
    """K flows, each once, and who holds the rent there.

    exporter, sector, importer, markup (cell,): mu0 above 1
    cell, owner, share (entry,): an owner's share of the rent at a cell; they add up to one at each
    """

    exporter: IntArray
    sector: IntArray
    importer: IntArray
    markup: FloatArray
    cell: IntArray
    owner: IntArray
    share: FloatArray

    @classmethod
    def from_rows(cls, rows: FloatArray) -> "BaseRents":
        """From rows of (exporter, sector, importer, mark-up, owner, share), the cells in the order of first rows."""
        places = rows[:, :3].astype(np.int64)
        _cells, first, cell = np.unique(places, axis=0, return_index=True, return_inverse=True)
        exporter, sector, importer = places[first].T
        return cls(exporter, sector, importer, rows[first, 3], cell.reshape(-1), rows[:, 4].astype(np.int64),
                   rows[:, 5])

    @property
    def at(self) -> tuple[Any, Any, Any]:
        """Index of the flows in an array (exporter, sector, importer)."""
        return self.exporter, self.sector, self.importer

    @property
    def inside(self) -> FloatArray:
        """phi (cell,): the share of the rent that recorded trade contains."""
        outside = self.owner != self.importer[self.cell]
        held: FloatArray = np.bincount(self.cell, self.share * outside, len(self.markup)).astype(np.float64)
        return held

    @property
    def recorded_over_received(self) -> FloatArray:
        """Recorded trade over what the producer receives (cell,)."""
        over: FloatArray = 1 + (self.markup - 1) * self.inside
        return over

    @property
    def landed_over_recorded(self) -> FloatArray:
        """lambda (cell,): what buyers pay before tariffs over recorded trade."""
        over: FloatArray = self.markup / self.recorded_over_received
        return over

    def received(self, trade: FloatArray) -> FloatArray:
        """Rents by owner (country,), million USD, of recorded trade (exporter, sector, importer)."""
        rent = (self.markup - 1) * trade[self.at] / self.recorded_over_received
        total: FloatArray = np.bincount(self.owner, self.share * rent[self.cell], len(trade)).astype(np.float64)
        return total
