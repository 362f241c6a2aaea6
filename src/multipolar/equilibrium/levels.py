"""The counterfactual year in levels, in NumPy and in the public axis order (exporter, sector, importer).

Made from the world's own tables, the policy and the three solved changes (wages, prices, spending); it shares no
array and no line with the solver's loop, so that what is certified and reported is not what was iterated.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multipolar.equilibrium.economy import deficit_rate, fixed_deficit
from multipolar.measures.combine import Policy
from multipolar.measures.measure import Cells
from multipolar.world.tables import FloatArray, IntArray
from multipolar.world.world import World

LARGEST_EXPONENT = 300.0
"""Powers are taken apart from each other only while neither factor nor their product can leave the range of floats."""


@dataclass(frozen=True, eq=False)
class Levels:
    """Everything that follows from (w, P, X) under a policy. Money in million USD of the base year.

    wage (country,), price (sector, importer) and spending (sector, importer) are the solved changes, hats;
    component labels the countries that payments link; dead marks industries (country, sector) that shut.
    """

    world: World
    policy: Policy
    rule: str
    wage: FloatArray
    price: FloatArray
    spending: FloatArray
    component: IntArray
    living_industries: NDArray[np.bool_]

    @cached_property
    def cost(self) -> FloatArray:
        """c_hat (exporter, sector), equations (1)-(3); one where an industry is empty or shut."""
        tables = self.world.tables
        with_output = np.where(tables.output > 0, tables.output, 1.0)
        # inputs (sector, importer, user): the log price of each user's materials, weighted by shares of output
        materials = np.einsum("snk,sn->nk", tables.inputs, np.log(self.price)) / with_output
        labour = tables.value_added / with_output * np.log(self.wage)[:, None]
        cost: FloatArray = np.where(self.living_industries & (tables.output > 0),
                                    np.exp(labour + materials) / self.policy.productivity, 1.0)
        return cost

    @cached_property
    def tariffs(self) -> FloatArray:
        """t' (exporter, sector, importer)."""
        rates = self.world.tables.tariffs.copy()
        rates[_at(self.policy.tariff_cells)] = self.policy.tariff_rates
        return rates

    @cached_property
    def expenditure(self) -> FloatArray:
        """X' (sector, importer), tariffs included."""
        return self.world.tables.expenditure * self.spending

    @cached_property
    def trade(self) -> FloatArray:
        """Recorded trade before tariffs (exporter, sector, importer), equation (5) times spending."""
        tables, theta = self.world.tables, self.world.parameters.trade_elasticity[:, None]
        log_cost = np.where(self.living_industries, np.log(self.cost), 0.0).T
        base = self._with_lifted_flows()
        # One common factor a sector keeps both powers in range: only ratios of costs to prices matter.
        centre = log_cost.mean(axis=1, keepdims=True)
        supply, demand = -theta * (log_cost - centre), theta * (np.log(self.price) - centre)
        if max(np.abs(supply).max(), np.abs(demand).max()) > LARGEST_EXPONENT:
            return self._trade_in_logs(base, log_cost)
        supplied = np.where(self.living_industries.T, np.exp(supply), 0.0).T
        bought = np.exp(demand) * self.spending
        trade: FloatArray = base * supplied[:, :, None]
        trade *= bought
        cells = self.policy.tariff_cells
        change = (1 + self.policy.tariff_rates) / (1 + tables.tariffs[_at(cells)])
        trade[_at(cells)] *= change ** (-1 - theta[cells.sector, 0])
        cells = self.policy.iceberg_cells
        trade[_at(cells)] *= self.policy.iceberg_factors ** -theta[cells.sector, 0]
        trade[_at(self.policy.closed)] = 0.0
        return trade

    def _with_lifted_flows(self) -> FloatArray:
        """Base-year trade, with what lifted flows would have been at their latent shares."""
        tables, cells = self.world.tables, self.policy.lifted
        if not len(cells.sector):
            return tables.trade
        trade = tables.trade.copy()
        share = self.policy.latent_shares
        good = cells.sector, cells.importer
        latent, lifted = np.zeros_like(tables.expenditure), np.zeros_like(tables.expenditure)
        np.add.at(latent, good, share)
        np.add.at(lifted, good, (tables.trade * (1 + tables.tariffs))[_at(cells)])
        remaining = tables.expenditure - lifted
        trade[_at(cells)] = remaining[good] * share / (1 - latent[good]) / (1 + tables.tariffs[_at(cells)])
        return trade

    def _trade_in_logs(self, base: FloatArray, log_cost: FloatArray) -> FloatArray:
        """The same trade where powers overflow: slower, one exponential for each cell."""
        theta = self.world.parameters.trade_elasticity[:, None]
        log_chain = np.zeros_like(base)
        cells = self.policy.tariff_cells
        change = (1 + self.policy.tariff_rates) / (1 + self.world.tables.tariffs[_at(cells)])
        log_chain[_at(cells)] += np.log(change) * (1 + 1 / theta[cells.sector, 0])
        cells = self.policy.iceberg_cells
        log_chain[_at(cells)] += np.log(self.policy.iceberg_factors)
        open_cells = (base > 0) & self.living_industries[:, :, None]
        open_cells[_at(self.policy.closed)] = False
        exponent = -theta * (log_cost.T[:, :, None] + log_chain - np.log(self.price)) + np.log(self.spending)
        trade: FloatArray = np.where(open_cells, base * np.exp(np.where(open_cells, exponent, 0.0)), 0.0)
        return trade

    @cached_property
    def output(self) -> FloatArray:
        """Y' (exporter, sector), equation (8)."""
        output: FloatArray = self.trade.sum(axis=2)
        return output

    @cached_property
    def value_added(self) -> FloatArray:
        """Factor income by industry (exporter, sector), constant shares of output."""
        tables = self.world.tables
        return self.output * tables.value_added / np.where(tables.output > 0, tables.output, 1.0)

    @cached_property
    def factor_income(self) -> FloatArray:
        """Omega' (country), from wages."""
        return self.wage * self.world.tables.factor_income

    @cached_property
    def duties(self) -> FloatArray:
        """Tariff revenue by flow (exporter, sector, importer)."""
        duties = self.world.tables.tariffs * self.trade
        cells = _at(self.policy.tariff_cells)
        duties[cells] = self.policy.tariff_rates * self.trade[cells]
        return duties

    @cached_property
    def tariff_revenue(self) -> FloatArray:
        """Tariff revenue (importer)."""
        revenue: FloatArray = self.duties.sum(axis=0).sum(axis=0)
        return revenue

    @cached_property
    def deficit(self) -> FloatArray:
        """D' (country) under the deficit rule, without transfers."""
        income = self.factor_income
        lent = deficit_rate(self.world, self.rule) * income
        spread = self.component_sum(lent) / self.component_sum(income)
        return fixed_deficit(self.world, self.rule) + lent - income * spread

    @cached_property
    def final_spending(self) -> FloatArray:
        """I' (country), equation (10)."""
        return self.factor_income + self.tariff_revenue + self.deficit + self.policy.transfers

    def component_sum(self, values: FloatArray) -> FloatArray:
        """For each country the sum over the countries of its component."""
        return sum_by(self.component, values)[self.component]


def sum_by(labels: IntArray, values: FloatArray) -> FloatArray:
    """Sum of values (country,) for each label 0, 1, ..., in an array as long as the values."""
    sums: Any = np.bincount(labels, weights=values, minlength=len(values))
    return np.asarray(sums, dtype=np.float64)


def _at(cells: Cells) -> tuple[Any, Any, Any]:
    """Index of cells in the public order."""
    return cells.exporter, cells.sector, cells.importer
