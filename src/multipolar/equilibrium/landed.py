"""Spending by flow before tariffs, equation (5): what lands of each good from each origin, wedges included."""

from functools import cached_property
from typing import Any

import numpy as np

from multipolar.equilibrium.economy import base_year, flows_by_group
from multipolar.equilibrium.solved import at, each
from multipolar.equilibrium.unit_costs import UnitCosts
from multipolar.equilibrium.wedge_list import WedgeList, wedge_list
from multipolar.world.tables import FloatArray

LARGEST_EXPONENT = 300.0
"""Powers are taken apart from each other only while neither factor nor their product can leave the range of floats."""


class LandedFlows(UnitCosts):
    """Spending by good and by flow."""

    @cached_property
    def tariffs(self) -> FloatArray:
        """t' (exporter, sector, importer)."""
        rates = self.world.tables.tariffs.copy()
        rates[at(self.policy.tariff_cells)] = self.policy.tariff_rates
        return rates

    @cached_property
    def spent_by_group(self) -> FloatArray:
        """X' (group, sector, importer), tariffs included."""
        return base_year(self.world).spending * self.spending

    @cached_property
    def expenditure(self) -> FloatArray:
        """X' (sector, importer), all users together, tariffs included."""
        total: FloatArray = self.spent_by_group.sum(axis=0)
        return total

    @cached_property
    def wedges(self) -> WedgeList:
        """The flows with export taxes, rents or block costs."""
        return wedge_list(self.world, self.policy)

    @cached_property
    def landed(self) -> FloatArray:
        """Spending before tariffs, all users together (exporter, sector, importer)."""
        groups = self.landed_by_group
        total: FloatArray = groups[0] if len(groups) == 1 else groups.sum(axis=0)
        return total

    @cached_property
    def landed_by_group(self) -> FloatArray:
        """Spending before tariffs (group, exporter, sector, importer): equation (5) times X', over 1 + t'."""
        tables, theta = self.world.tables, self.world.parameters.trade_elasticity[:, None]
        log_cost = np.where(self.living_industries, np.log(self.cost), 0.0).T
        base = self._with_lifted_flows()
        # One common factor a sector keeps both powers in range: only ratios of costs to prices matter.
        centre = log_cost.mean(axis=1, keepdims=True)
        supply, demand = -theta * (log_cost - centre), theta * (np.log(self.price) - centre)
        if max(np.abs(supply).max(), np.abs(demand).max()) > LARGEST_EXPONENT:
            return self._landed_in_logs(base, log_cost)
        supplied = np.where(self.living_industries.T, np.exp(supply), 0.0).T
        bought = np.exp(demand) * self.spending
        landed: FloatArray = base * supplied[:, :, None]
        landed *= bought[:, None]
        cells = self.policy.tariff_cells
        change = (1 + self.policy.tariff_rates) / (1 + tables.tariffs[at(cells)])
        landed[each(cells)] *= change ** (-1 - theta[cells.sector, 0])
        cells = self.policy.iceberg_cells
        landed[each(cells)] *= self.policy.iceberg_factors ** -theta[cells.sector, 0]
        cells = self.wedges.cells
        landed[each(cells)] *= np.exp(-theta[cells.sector, 0] * self._wedge_costs)
        if self.burned_by_pair is not None:
            landed *= np.exp(-theta * self.burned_by_pair[:, None])
        landed[each(self.policy.closed)] = 0.0
        return landed

    @cached_property
    def _wedge_costs(self) -> FloatArray:
        """What export taxes and blocks add to the log price at each wedge (cell,)."""
        listed = self.wedges
        return np.log(listed.landed / listed.producer) + self.burned + self.rent

    @property
    def kept(self) -> FloatArray:
        """1/mu (cell,): what rents leave of spending before tariffs, those of the base year included."""
        left: FloatArray = np.exp(-self.rent - self.wedges.base_rent)
        return left

    def _with_lifted_flows(self) -> FloatArray:
        """Base-year flows by group, with what lifted flows would have been at their latent shares."""
        flows, cells = flows_by_group(self.world), self.policy.lifted
        if not len(cells.sector):
            return flows
        share, gross = self.policy.latent_shares, 1 + self.world.tables.tariffs[at(cells)]
        spending = base_year(self.world).spending
        good: Any = slice(None), cells.sector, cells.importer
        latent, lifted = np.zeros(spending.shape[1:]), np.zeros_like(spending)
        np.add.at(latent, good[1:], share)
        np.add.at(lifted, good, flows[each(cells)] * gross)
        flows = flows.copy()
        flows[each(cells)] = (spending - lifted)[good] * share / (1 - latent[good[1:]]) / gross
        return flows

    def _landed_in_logs(self, base: FloatArray, log_cost: FloatArray) -> FloatArray:
        """The same where powers overflow: slower, one exponential for each cell."""
        theta = self.world.parameters.trade_elasticity[:, None]
        log_chain = np.zeros(base.shape[1:])
        cells = self.policy.tariff_cells
        change = (1 + self.policy.tariff_rates) / (1 + self.world.tables.tariffs[at(cells)])
        log_chain[at(cells)] += np.log(change) * (1 + 1 / theta[cells.sector, 0])
        cells = self.policy.iceberg_cells
        log_chain[at(cells)] += np.log(self.policy.iceberg_factors)
        log_chain[at(self.wedges.cells)] += self._wedge_costs
        if self.burned_by_pair is not None:
            log_chain += self.burned_by_pair[:, None]
        open_cells = (base > 0) & self.living_industries[:, :, None] & (self.spending > 0)[:, None]
        open_cells[each(self.policy.closed)] = False
        log_spending = np.log(np.where(self.spending > 0, self.spending, 1.0))[:, None]
        exponent = -theta * (log_cost.T[:, :, None] + log_chain - np.log(self.price)[:, None]) + log_spending
        landed: FloatArray = np.where(open_cells, base * np.exp(np.where(open_cells, exponent, 0.0)), 0.0)
        return landed
