"""The counterfactual year in levels, in NumPy and in the public axis order (exporter, sector, importer).

Made from the world's own tables, the policy and the three solved changes (wages, prices, spending); it shares no
array and no line with the solver's loop, so that what is certified and reported is not what was iterated.
"""

from functools import cached_property

import numpy as np

from multipolar.equilibrium.ces_index import ces_index
from multipolar.equilibrium.economy import capital_share, deficit_rate, fixed_deficit, resource_share
from multipolar.equilibrium.recorded_trade import RecordedTrade
from multipolar.equilibrium.solved import at
from multipolar.world.tables import FloatArray


class Levels(RecordedTrade):
    """Everything that follows from (w, P, X) under a policy: incomes, budgets, purchases. Money in million USD of the
    base year."""

    @cached_property
    def value_added(self) -> FloatArray:
        """Factor income by industry (exporter, sector), the resource's included."""
        return self.output * (self.shares["value_added"] + self.shares["resource"])

    @cached_property
    def rents_paid(self) -> FloatArray:
        """Rents of resources and of specific capital (exporter, sector), at the solved changes of rents."""
        tables, capital = self.world.tables, capital_share(self.world)
        resource = resource_share(self.world).T * tables.output
        rents = self.resource_rent * resource + self.capital_rent * capital * (tables.value_added - resource)
        return np.where(self.living_industries, rents, 0.0)

    @cached_property
    def rents_earned(self) -> FloatArray:
        """The same rents as parts of what the industry sells."""
        shares = self.shares["resource"] + capital_share(self.world) * self.shares["value_added"]
        return np.where(self.living_industries, shares * self.output, 0.0)

    @cached_property
    def factor_income(self) -> FloatArray:
        """Omega' (country): what labour, specific capital and resources earn at the solved wages and rents."""
        tables, capital = self.world.tables, capital_share(self.world)
        resource = resource_share(self.world).T * tables.output
        mobile = (1 - capital) * (tables.value_added - resource)
        earned: FloatArray = self.wage * mobile.sum(axis=1) + self.rents_paid.sum(axis=1)
        return earned

    @cached_property
    def duties(self) -> FloatArray:
        """Tariff revenue by flow (exporter, sector, importer)."""
        duties = self.world.tables.tariffs * self.landed
        cells = at(self.policy.tariff_cells)
        duties[cells] = self.policy.tariff_rates * self.landed[cells]
        return duties

    @cached_property
    def duties_by_good(self) -> FloatArray:
        """Tariff revenue (sector, importer), without the table of flows."""
        cells, tariffs = self.policy.tariff_cells, self.world.tables.tariffs
        duties: FloatArray = np.einsum("isn,isn->sn", tariffs, self.landed)
        more = (self.policy.tariff_rates - tariffs[at(cells)]) * self.landed[at(cells)]
        np.add.at(duties, (cells.sector, cells.importer), more)
        return duties

    @cached_property
    def landed_by_good(self) -> FloatArray:
        """Spending before tariffs (sector, importer)."""
        landed: FloatArray = self.landed.sum(axis=0)
        return landed

    @cached_property
    def tariff_revenue(self) -> FloatArray:
        """Tariff revenue (importer)."""
        revenue: FloatArray = self.duties_by_good.sum(axis=0)
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
        return (self.factor_income + self.tariff_revenue + self.rents_received + self.deficit
                + self.policy.transfers)

    @cached_property
    def given_away(self) -> FloatArray:
        """G' (country): what governments spend on goods to give away."""
        given: FloatArray = self.policy.gifts.sum(axis=0)
        return given

    @cached_property
    def consumption(self) -> FloatArray:
        """I' - G' (country): what is left for the country's own use."""
        return self.final_spending - self.given_away

    @cached_property
    def external_balance(self) -> FloatArray:
        """What a country pays abroad less what it receives there (country): D' plus transfers in equilibrium."""
        balance: FloatArray = self.landed_by_good.sum(axis=0) - self.output.sum(axis=1) - self.rents_received
        return balance

    @cached_property
    def _input_growth(self) -> tuple[FloatArray, FloatArray]:
        """What purchases of inputs are multiplied by: for all inputs of an industry (exporter, sector), and for each by
        its price (sector, importer, user, or 1 where all users pay alike)."""
        tables, gap = self.world.tables, 1 - self.world.parameters.input_elasticity
        bought = tables.materials
        growth = np.divide(self.shares["materials"] * self.output, bought * self._nest["materials"] ** gap,
                           out=np.zeros_like(bought), where=(bought > 0) & np.isfinite(self._nest["materials"]))
        if gap == 0:
            return growth, np.ones((1, 1, 1))
        log_paid = self._log_paid_by_users
        endless = np.isinf(log_paid)
        return growth, np.where(endless, 0.0, np.exp(gap * np.where(endless, 0.0, log_paid)))

    @cached_property
    def inputs(self) -> FloatArray:
        """Purchases by industries (sector, importer, user), tariffs included: b' M' Y' of equations (6)-(7)."""
        growth, dearer = self._input_growth
        purchases: FloatArray = self.world.tables.inputs * growth
        return purchases * dearer

    @cached_property
    def inputs_by_good(self) -> FloatArray:
        """The same by good (sector, importer), without the table of users where all pay alike."""
        growth, dearer = self._input_growth
        if dearer.shape[2] > 1:
            return np.asarray(self.inputs.sum(axis=2))
        purchases: FloatArray = np.einsum("snk,nk->sn", self.world.tables.inputs, growth)
        return purchases * dearer[:, :, 0]

    @cached_property
    def price_index(self) -> FloatArray:
        """P_hat_F (country,), equation (6)."""
        tables, own = self.world.tables, self.world.parameters
        return ces_index(tables.final / tables.final_spending, self._log_paid_by_households,
                         own.final_demand_elasticity)

    @cached_property
    def final(self) -> FloatArray:
        """Final spending by good (sector, importer): alpha' (I' - G') + G'."""
        tables, gap = self.world.tables, 1 - self.world.parameters.final_demand_elasticity
        own = self.consumption / tables.final_spending
        gone = np.isinf(self._log_paid_by_households)
        bought = tables.final * (self.paid_by_households / self.price_index) ** gap * own
        return np.where(gone, 0.0, bought) + self.policy.gifts
