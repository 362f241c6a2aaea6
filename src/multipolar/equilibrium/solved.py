"""What was solved of a counterfactual year: wages, prices, spending, rents, with the world and the policy they are of.

The levels that follow from it are made in NumPy in the public axis order (exporter, sector, importer), step by step:
`unit_costs`, `landed`, `recorded_trade` and last `levels`, each a class that adds to the one before.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from multipolar.equilibrium.economy import base_year
from multipolar.measures.combine import Policy
from multipolar.measures.measure import Cells
from multipolar.world.tables import FloatArray, IntArray
from multipolar.world.world import World

B = TypeVar("B")


@dataclass(frozen=True, eq=False)
class Solved:
    """The solved changes (w, P, X) under a policy, and prices as buyers see them.

    wage (country,), price (group, sector, importer), spending (group, sector, importer) and the rents of resources and
    of specific capital (exporter, sector) are the solved changes, hats; burned and rent (cell,) are what blocks add to
    the price chain at the policy's wedges, in logs; burned_by_pair (exporter, importer) what they add to all of a
    pair's trade, None where none does;
    component labels the countries that payments link; living_industries (country, sector) are those that do not shut;
    blocks are what was solved together with prices, each with its unknowns.
    """

    world: World
    policy: Policy
    rule: str
    wage: FloatArray
    price: FloatArray
    spending: FloatArray
    resource_rent: FloatArray
    capital_rent: FloatArray
    burned: FloatArray
    rent: FloatArray
    burned_by_pair: FloatArray | None
    component: IntArray
    living_industries: NDArray[np.bool_]
    blocks: tuple[tuple[Any, FloatArray], ...] = ()

    def block(self, kind: type[B]) -> tuple[B, FloatArray] | None:
        """The block of a class with its solved unknowns, for variables that report it; None where there is none."""
        return next(((block, unknown) for block, unknown in self.blocks if isinstance(block, kind)), None)

    @property
    def paid_by_users(self) -> FloatArray:
        """Change of the price that each industry pays (sector, importer, user): one for all under common sourcing."""
        return np.moveaxis(self.price[:-1] if len(self.price) > 1 else self.price, 0, 2)

    @property
    def paid_by_households(self) -> FloatArray:
        """Change of the price that final users pay (sector, importer)."""
        paid: FloatArray = self.price[-1]
        return paid

    @cached_property
    def _lost(self) -> NDArray[np.bool_]:
        """Goods (group, sector, importer) that were bought and have no seller or no buyer any more."""
        lost: NDArray[np.bool_] = (base_year(self.world).spending > 0) & (self.spending == 0)
        return lost

    @property
    def _log_paid_by_users(self) -> FloatArray:
        """ln of the prices industries pay (sector, importer, user): infinite for what a living industry lost."""
        if not self._lost.any():
            return np.log(self.paid_by_users)
        lost = np.moveaxis(self._lost[:-1] if len(self.price) > 1 else self._lost, 0, 2)
        spent = (self.world.tables.inputs > 0) & self.living_industries[None]
        return np.where(lost & spent, np.inf, np.log(self.paid_by_users))

    @property
    def _log_paid_by_households(self) -> FloatArray:
        """ln of the prices final users pay (sector, importer): infinite for what they lost."""
        return np.where(self._lost[-1] & (self.world.tables.final > 0), np.inf, np.log(self.paid_by_households))

    def component_sum(self, values: FloatArray) -> FloatArray:
        """For each country the sum over the countries of its component."""
        return sum_by(self.component, values)[self.component]


def sum_by(labels: IntArray, values: FloatArray) -> FloatArray:
    """Sum of values (country,) for each label 0, 1, ..., in an array as long as the values."""
    sums: Any = np.bincount(labels, weights=values, minlength=len(values))
    return np.asarray(sums, dtype=np.float64)


def each(cells: Cells) -> tuple[Any, Any, Any, Any]:
    """Index of cells in an array by group, in the public order behind it."""
    return slice(None), cells.exporter, cells.sector, cells.importer


def at(cells: Cells) -> tuple[Any, Any, Any]:
    """Index of cells in the public order."""
    return cells.exporter, cells.sector, cells.importer
