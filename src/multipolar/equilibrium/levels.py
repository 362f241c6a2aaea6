"""The counterfactual year in levels, in NumPy and in the public axis order (exporter, sector, importer).

Made from the world's own tables, the policy and the three solved changes (wages, prices, spending); it shares no
array and no line with the solver's loop, so that what is certified and reported is not what was iterated.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from multipolar.equilibrium.economy import (
    base_year,
    capital_share,
    deficit_rate,
    fixed_deficit,
    flows_by_group,
    resource_elasticity,
    resource_share,
)
from multipolar.equilibrium.wedge_list import WedgeList, wedge_list
from multipolar.measures.combine import Policy
from multipolar.measures.measure import Cells
from multipolar.world.tables import FloatArray, IntArray
from multipolar.world.world import World

B = TypeVar("B")

LARGEST_EXPONENT = 300.0
"""Powers are taken apart from each other only while neither factor nor their product can leave the range of floats."""


@dataclass(frozen=True, eq=False)
class Levels:
    """Everything that follows from (w, P, X) under a policy. Money in million USD of the base year.

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

    @cached_property
    def _nest(self) -> dict[str, FloatArray]:
        """Equations (1)-(3) in levels, each (exporter, sector): changes of materials, mix and unit cost."""
        tables, own = self.world.tables, self.world.parameters
        materials = _index(_of_materials(self.world), self._log_paid_by_users, own.input_elasticity)
        capital = capital_share(self.world)
        value_added = self.wage[:, None] ** (1 - capital) * self.capital_rent**capital
        resource = resource_share(self.world).T
        left = np.where(tables.output > 0, (tables.value_added - resource * tables.output) /
                        np.where(tables.output > 0, tables.output * (1 - resource), 1.0), 0.0)
        mix = _index(np.stack([left, 1 - left]), np.log(np.stack([value_added, materials])), own.value_added_elasticity)
        full = _index(np.stack([resource, 1 - resource]), np.log(np.stack([self.resource_rent, mix])),
                      resource_elasticity(self.world).T)
        working = self.living_industries & (tables.output > 0)
        return {"materials": materials, "value_added": value_added, "mix": mix, "full": full, "mix_share": left,
                "resource": resource,
                "unit": np.where(working, full / self.policy.productivity, 1.0)}

    @property
    def cost(self) -> FloatArray:
        """c_hat (exporter, sector), equation (3b); one where an industry is empty or shut."""
        return self._nest["unit"]

    @cached_property
    def shares(self) -> dict[str, FloatArray]:
        """Parts of revenue after the change (exporter, sector): resource, materials, value_added; they sum to one."""
        nest, own = self._nest, self.world.parameters
        outer, inner = 1 - resource_elasticity(self.world).T, 1 - own.value_added_elasticity
        mix, full = nest["mix"], nest["full"]
        resource = nest["resource"] * (self.resource_rent / full) ** outer
        rest = (1 - nest["resource"]) * np.divide(mix, full, out=np.ones_like(mix), where=np.isfinite(full)) ** outer
        dearer = {name: np.divide(nest[name], mix, out=np.ones_like(mix), where=np.isfinite(mix)) ** inner
                  for name in ("materials", "value_added")}
        return {"resource": resource, "materials": rest * (1 - nest["mix_share"]) * dearer["materials"],
                "value_added": rest * nest["mix_share"] * dearer["value_added"]}

    @cached_property
    def tariffs(self) -> FloatArray:
        """t' (exporter, sector, importer)."""
        rates = self.world.tables.tariffs.copy()
        rates[_at(self.policy.tariff_cells)] = self.policy.tariff_rates
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
        change = (1 + self.policy.tariff_rates) / (1 + tables.tariffs[_at(cells)])
        landed[_each(cells)] *= change ** (-1 - theta[cells.sector, 0])
        cells = self.policy.iceberg_cells
        landed[_each(cells)] *= self.policy.iceberg_factors ** -theta[cells.sector, 0]
        cells = self.wedges.cells
        landed[_each(cells)] *= np.exp(-theta[cells.sector, 0] * self._wedge_costs)
        if self.burned_by_pair is not None:
            landed *= np.exp(-theta * self.burned_by_pair[:, None])
        landed[_each(self.policy.closed)] = 0.0
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

    @cached_property
    def _claims(self) -> tuple[FloatArray, FloatArray]:
        """Export taxes (layer,) and rents (owner,) paid, million USD."""
        listed = self.wedges
        landed, kept = self.landed[_at(listed.cells)], self.kept
        taxes = listed.tax_part * (landed * kept)[listed.tax_place]
        return taxes, listed.rent_share * (landed * (1 - kept))[listed.rent_place]

    @cached_property
    def rents_received(self) -> FloatArray:
        """Export taxes and rents received (country), million USD."""
        listed, (taxes, rents) = self.wedges, self._claims
        size = len(self.wage)
        received = np.bincount(listed.tax_recipient, taxes, size) + np.bincount(listed.rent_recipient, rents, size)
        return np.asarray(received, dtype=np.float64)

    @cached_property
    def trade(self) -> FloatArray:
        """Recorded trade before tariffs (exporter, sector, importer), goods in transit at each leg of their way.

        A hub's imports of transit are its exports of it less what it earns."""
        routes = self.policy.routes
        if not len(routes):
            return self.trade_by_origin
        trade, cells = self.trade_by_origin.copy(), routes.cells
        exporter, sector, importer = (axis[routes.entry] for axis in _at(cells))
        landed = self.landed[_at(cells)][routes.entry]
        np.subtract.at(trade, (exporter, sector, importer), routes.share * landed)
        np.add.at(trade, (exporter, sector, routes.hub), (routes.share - routes.earned) * landed)
        np.add.at(trade, (routes.hub, sector, importer), routes.share * landed)
        trade[_at(cells)] = np.maximum(trade[_at(cells)], 0.0)
        return trade

    @cached_property
    def transit(self) -> FloatArray:
        """What goes from an exporter through a hub to an importer (exporter, hub, importer), million USD at the
        importer's border before tariff, all goods together."""
        routes, size = self.policy.routes, len(self.wage)
        through = np.zeros((size, size, size))
        exporter, sector, importer = (axis[routes.entry] for axis in _at(routes.cells))
        np.add.at(through, (exporter, routes.hub, importer), routes.share * self.landed[exporter, sector, importer])
        return through

    @cached_property
    def trade_by_origin(self) -> FloatArray:
        """Trade before tariffs (exporter, sector, importer) by origin, less what the importer earns on the way."""
        listed, (taxes, rents) = self.wedges, self._claims
        if not len(listed.landed):
            return self.landed
        trade = self.landed.copy()
        for place, amount, recipient in ((listed.tax_place, taxes, listed.tax_recipient),
                                         (listed.rent_place, rents, listed.rent_recipient)):
            own = recipient == listed.cells.importer[place]
            cells = listed.cells
            at = cells.exporter[place[own]], cells.sector[place[own]], cells.importer[place[own]]
            np.subtract.at(trade, at, amount[own])
        return trade

    def _with_lifted_flows(self) -> FloatArray:
        """Base-year flows by group, with what lifted flows would have been at their latent shares."""
        flows, cells = flows_by_group(self.world), self.policy.lifted
        if not len(cells.sector):
            return flows
        share, gross = self.policy.latent_shares, 1 + self.world.tables.tariffs[_at(cells)]
        spending = base_year(self.world).spending
        good: Any = slice(None), cells.sector, cells.importer
        latent, lifted = np.zeros(spending.shape[1:]), np.zeros_like(spending)
        np.add.at(latent, good[1:], share)
        np.add.at(lifted, good, flows[_each(cells)] * gross)
        flows = flows.copy()
        flows[_each(cells)] = (spending - lifted)[good] * share / (1 - latent[good[1:]]) / gross
        return flows

    def _landed_in_logs(self, base: FloatArray, log_cost: FloatArray) -> FloatArray:
        """The same where powers overflow: slower, one exponential for each cell."""
        theta = self.world.parameters.trade_elasticity[:, None]
        log_chain = np.zeros(base.shape[1:])
        cells = self.policy.tariff_cells
        change = (1 + self.policy.tariff_rates) / (1 + self.world.tables.tariffs[_at(cells)])
        log_chain[_at(cells)] += np.log(change) * (1 + 1 / theta[cells.sector, 0])
        cells = self.policy.iceberg_cells
        log_chain[_at(cells)] += np.log(self.policy.iceberg_factors)
        log_chain[_at(self.wedges.cells)] += self._wedge_costs
        if self.burned_by_pair is not None:
            log_chain += self.burned_by_pair[:, None]
        open_cells = (base > 0) & self.living_industries[:, :, None] & (self.spending > 0)[:, None]
        open_cells[_each(self.policy.closed)] = False
        log_spending = np.log(np.where(self.spending > 0, self.spending, 1.0))[:, None]
        exponent = -theta * (log_cost.T[:, :, None] + log_chain - np.log(self.price)[:, None]) + log_spending
        landed: FloatArray = np.where(open_cells, base * np.exp(np.where(open_cells, exponent, 0.0)), 0.0)
        return landed

    @cached_property
    def output(self) -> FloatArray:
        """Y' (exporter, sector), equation (8): what reaches producers."""
        output: FloatArray = self.landed.sum(axis=2)
        cells = self.wedges.cells
        np.subtract.at(output, (cells.exporter, cells.sector), self._kept_back)
        return output

    @property
    def _kept_back(self) -> FloatArray:
        """What export taxes and rents take of spending before tariffs at the wedges (cell,), million USD."""
        listed = self.wedges
        away = 1 - listed.producer / listed.landed * self.kept
        taken: FloatArray = away * self.landed[_at(listed.cells)]
        return taken

    @cached_property
    def paid_to_producers(self) -> FloatArray:
        """What producers of one country receive from another (exporter, importer), million USD, home sales included."""
        pairs: FloatArray = self.landed.sum(axis=1)
        cells = self.wedges.cells
        np.subtract.at(pairs, (cells.exporter, cells.importer), self._kept_back)
        return pairs

    @cached_property
    def shipped(self) -> FloatArray:
        """Quantity shipped at the wedges relative to the base year (cell,), before what melts."""
        listed = self.wedges
        received = self.landed[_at(listed.cells)] * listed.producer / listed.landed * self.kept
        quantity: FloatArray = received / listed.base_flow / self.cost[listed.cells.exporter, listed.cells.sector]
        return quantity

    def flows(self, length: int) -> Any:
        """What blocks see at the wedges and by pair, in levels, the wedges with padding to `length`."""
        from multipolar.equilibrium.wedges import Flows

        cells = self.wedges.cells
        seen: list[Any] = [self.landed[_at(cells)] * (1 + self.tariffs[_at(cells)]), self.shipped,
                           np.log(self.cost[cells.exporter, cells.sector])]
        pairs: Any = self.paid_to_producers
        padded: tuple[Any, Any, Any, Any] = (*(np.pad(one, (0, length - len(one))) for one in seen), pairs)
        return Flows(*padded)

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
        cells = _at(self.policy.tariff_cells)
        duties[cells] = self.policy.tariff_rates * self.landed[cells]
        return duties

    @cached_property
    def duties_by_good(self) -> FloatArray:
        """Tariff revenue (sector, importer), without the table of flows."""
        cells, tariffs = self.policy.tariff_cells, self.world.tables.tariffs
        duties: FloatArray = np.einsum("isn,isn->sn", tariffs, self.landed)
        more = (self.policy.tariff_rates - tariffs[_at(cells)]) * self.landed[_at(cells)]
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
        return _index(tables.final / tables.final_spending, self._log_paid_by_households,
                      own.final_demand_elasticity)

    @cached_property
    def final(self) -> FloatArray:
        """Final spending by good (sector, importer): alpha' (I' - G') + G'."""
        tables, gap = self.world.tables, 1 - self.world.parameters.final_demand_elasticity
        own = self.consumption / tables.final_spending
        gone = np.isinf(self._log_paid_by_households)
        bought = tables.final * (self.paid_by_households / self.price_index) ** gap * own
        return np.where(gone, 0.0, bought) + self.policy.gifts

    def component_sum(self, values: FloatArray) -> FloatArray:
        """For each country the sum over the countries of its component."""
        return sum_by(self.component, values)[self.component]


@lru_cache(maxsize=4)
def _of_materials(world: World) -> FloatArray:
    """Goods as parts of each user's materials in the base year (sector, importer, user)."""
    inputs, bought = world.tables.inputs, world.tables.materials
    shares: FloatArray = np.divide(inputs, bought, out=np.zeros_like(inputs), where=bought > 0)
    return shares


def _index(shares: FloatArray, log_prices: FloatArray, elasticity: Any) -> FloatArray:
    """A CES index over the first axis, from base-year shares and log price changes; Cobb-Douglas at one.

    Prices are taken relative to their geometric mean, so that those which fall together keep their digits.
    """
    gap = np.asarray(1.0 - np.asarray(elasticity, dtype=np.float64))
    endless = np.isposinf(log_prices)
    if not (gap.any() or endless.any()):
        geometric: FloatArray = np.exp(_mean(shares, log_prices))
        return geometric
    finite = np.where(endless, 0.0, shares).sum(axis=0)
    mean = _mean(shares, np.where(endless, 0.0, log_prices)) / np.where(finite > 0, finite, 1.0)
    safe = np.where(gap == 0, 1.0, gap)
    powers = (shares * np.expm1(safe * (log_prices - mean))).sum(axis=0)
    powers = np.log1p(np.maximum(powers, -1 + 1e-15)) / safe
    index: FloatArray = np.exp(mean * np.where(gap == 0, finite, 1.0) + np.where(gap == 0, 0.0, powers))
    if endless.any():
        # At one, or below, any endless price makes the index endless; above one only where nothing else is left.
        some, none_left = (endless & (shares > 0)).any(axis=0), (endless | (shares <= 0)).all(axis=0)
        index = np.where(np.where(gap < 0, none_left & endless.any(axis=0), some), np.inf, index)
    return index


def _mean(shares: FloatArray, log_prices: FloatArray) -> FloatArray:
    """Sum over the first axis of shares times log prices; without their product in memory where all users pay alike."""
    if log_prices.ndim == 3 and log_prices.shape[2] == 1:
        alike: FloatArray = np.einsum("snk,sn->nk", shares, log_prices[:, :, 0])
        return alike
    mean: FloatArray = (shares * log_prices).sum(axis=0)
    return mean


def sum_by(labels: IntArray, values: FloatArray) -> FloatArray:
    """Sum of values (country,) for each label 0, 1, ..., in an array as long as the values."""
    sums: Any = np.bincount(labels, weights=values, minlength=len(values))
    return np.asarray(sums, dtype=np.float64)


def _each(cells: Cells) -> tuple[Any, Any, Any, Any]:
    """Index of cells in an array by group, in the public order behind it."""
    return slice(None), cells.exporter, cells.sector, cells.importer


def _at(cells: Cells) -> tuple[Any, Any, Any]:
    """Index of cells in the public order."""
    return cells.exporter, cells.sector, cells.importer
