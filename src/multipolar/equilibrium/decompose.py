"""Through what real income changes: an exact decomposition of ln W_hat into incomes, prices and suppliers.

Incomes share the log change of spending by logarithmic means; prices by Sato-Vartia weights, first on goods in final
demand, then on each good's suppliers that stay, with Feenstra's (1994) terms for those lost and gained. The parts add
up to ln W_hat whatever the elasticities; units are log percent.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from multipolar.equilibrium.economy import base_year, flows_by_group
from multipolar.equilibrium.levels import Levels
from multipolar.world.tables import FloatArray, quotient

LOG_PERCENT = 100.0


def logarithmic_mean(first: FloatArray, second: FloatArray) -> FloatArray:
    """L(x, y) = (x - y) / ln(x / y), x where they are equal, 0 where either is 0."""
    positive = (first > 0) & (second > 0)
    ratio = np.divide(first, second, out=np.ones_like(first), where=positive)
    distance = np.log(ratio)
    # Near equality the quotient is 0/0; the arithmetic mean is the limit, exact to the square of the distance.
    near = np.abs(distance) < 1e-8
    mean = np.where(near, (first + second) / 2, (first - second) / np.where(near, 1.0, distance))
    return np.where(positive, mean, 0.0)


def sato_vartia(before: FloatArray, after: FloatArray) -> FloatArray:
    """Weights (first axis) with which a log CES index is the mean of the log prices of the parts that stay."""
    stays = (before > 0) & (after > 0)
    first, second = (quotient(shares, (shares * stays).sum(axis=0)) for shares in (before, after))
    means = logarithmic_mean(first, second)
    return quotient(means, means.sum(axis=0))


def rise_through_lost(before: FloatArray, after: FloatArray, elasticity: float) -> FloatArray:
    """What a log CES index rose because parts of it (first axis) vanished, shared among them by what they weighed.

    As Feenstra (1994) for suppliers: ln of the share that stays, over 1 - elasticity. Zero where nothing or everything
    vanished; with an elasticity of one or less an index has no value without its parts.
    """
    gone = np.where(after > 0, 0.0, before)
    total, whole = gone.sum(axis=0), before.sum(axis=0)
    some = (total > 0) & (total < whole)
    if not some.any():
        return np.zeros_like(before)
    stays = np.where(some, 1 - total / np.where(some, whole, 1.0), 1.0)
    rise: FloatArray = gone / np.where(some, total, 1.0) * np.log(stays) / (1 - elasticity)
    return rise


@dataclass(frozen=True, eq=False)
class Decomposition:
    """The parts of ln W_hat, each a method-free array in log percent; see variables.csv for dimensions."""

    levels: Levels

    @cached_property
    def _spending(self) -> FloatArray:
        """Mean spending of the two years (country,)."""
        return logarithmic_mean(self.levels.consumption, self.levels.world.tables.final_spending)

    def _income(self, new: FloatArray, base: FloatArray) -> FloatArray:
        return LOG_PERCENT * (new - base) / self._spending

    @cached_property
    def wages(self) -> FloatArray:
        """Factor income (country,): what labour, specific capital and resources earn."""
        return self._income(self.levels.factor_income, self.levels.world.tables.factor_income)

    @cached_property
    def tariff_revenue(self) -> FloatArray:
        """Tariff revenue (country,)."""
        return self._income(self.levels.tariff_revenue, self.levels.world.tables.tariff_revenue)

    @cached_property
    def deficit(self) -> FloatArray:
        """Borrowing and lending (country,)."""
        return self._income(self.levels.deficit, self.levels.world.tables.deficit)

    @cached_property
    def transfers(self) -> FloatArray:
        """Transfers (country,)."""
        return self._income(self.levels.policy.transfers, np.zeros_like(self.levels.policy.transfers))

    @cached_property
    def rents(self) -> FloatArray:
        """Export taxes and rents received (country,)."""
        return self._income(self.levels.rents_received, self.levels.world.tables.rents_received)

    @cached_property
    def gifts(self) -> FloatArray:
        """Goods bought to be given away (country,), a loss to the giver."""
        return self._income(-self.levels.given_away, np.zeros_like(self.levels.given_away))

    @cached_property
    def _shares(self) -> tuple[FloatArray, FloatArray]:
        """Trade shares of final users before and after (exporter, sector, importer)."""
        levels = self.levels
        world = levels.world
        before = quotient((1 + world.tables.tariffs) * flows_by_group(world)[-1], base_year(world).spending[-1])
        after = quotient((1 + levels.tariffs) * levels.landed_by_group[-1], levels.spent_by_group[-1])
        return before, after

    @cached_property
    def _stayed(self) -> tuple[FloatArray, FloatArray]:
        """Share of spending on suppliers that stay, before and after (sector, importer)."""
        before, after = self._shares
        both = (before > 0) & (after > 0)
        return (before * both).sum(axis=0), (after * both).sum(axis=0)

    @cached_property
    def final_weights(self) -> FloatArray:
        """Sato-Vartia weights of goods in final demand (sector, importer), from alpha and alpha'.

        With them ln P_F is the mean of ln P exactly, whatever phi; at phi = 1 shares stay, and the weights are alpha.
        """
        return sato_vartia(*self._final_shares)

    @cached_property
    def _final_shares(self) -> tuple[FloatArray, FloatArray]:
        """alpha and alpha' (sector, importer), without what is given away."""
        levels, tables = self.levels, self.levels.world.tables
        return tables.final / tables.final_spending, (levels.final - levels.policy.gifts) / levels.consumption

    @cached_property
    def _weights(self) -> FloatArray:
        """Final weights times Sato-Vartia weights (exporter, sector, importer), on suppliers that stay."""
        return self.final_weights * sato_vartia(*self._shares)

    @cached_property
    def costs(self) -> FloatArray:
        """Producers' prices (exporter, sector, importer)."""
        return -LOG_PERCENT * self._weights * np.log(self.levels.cost)[:, :, None]

    @cached_property
    def barriers(self) -> FloatArray:
        """Tariffs and trade costs (exporter, sector, importer): what delivered prices change beyond producers'."""
        before, after = self._shares
        theta = self.levels.world.parameters.trade_elasticity[:, None]
        stays = self._weights > 0
        ratio = np.divide(after, before, out=np.ones_like(before), where=stays)
        delivered = np.log(self.levels.paid_by_households) - np.log(ratio) / theta
        return -LOG_PERCENT * np.where(stays, self._weights * delivered, 0.0) - self.costs

    @cached_property
    def suppliers_lost(self) -> FloatArray:
        """Closed suppliers (country, sector); the whole price change where no supplier stays, and what it costs to do
        without the good."""
        kept = self._stayed[0]
        theta = self.levels.world.parameters.trade_elasticity[:, None]
        whole = np.log(self.levels.paid_by_households)
        price = np.where(kept > 0, -np.log(np.where(kept > 0, kept, 1.0)) / theta, whole)
        without = rise_through_lost(*self._final_shares, self.levels.world.parameters.final_demand_elasticity)
        return -LOG_PERCENT * (self.final_weights * price + without).T

    @cached_property
    def suppliers_gained(self) -> FloatArray:
        """Opened suppliers (country, sector)."""
        kept = self._stayed[1]
        theta = self.levels.world.parameters.trade_elasticity[:, None]
        gained: FloatArray = -LOG_PERCENT * (self.final_weights * np.log(np.where(kept > 0, kept, 1.0)) / theta).T
        return gained

    def total(self) -> FloatArray:
        """100 ln W_hat (country,): the sum of all parts."""
        incomes = self.wages + self.tariff_revenue + self.rents + self.deficit + self.transfers + self.gifts
        prices = (self.costs + self.barriers).sum(axis=(0, 1))
        total: FloatArray = incomes + prices + (self.suppliers_lost + self.suppliers_gained).sum(axis=1)
        return total
