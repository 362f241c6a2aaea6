"""Through which goods, partners and barriers a change reaches an economy, its own supply chains followed to the end.

`equilibrium.decompose` splits ln W_hat at the border of final demand: crude oil, which no household buys, then shows
only in the prices of a country's own goods. Here those prices are split in their turn, into wages, rents, imported
inputs and what became of their suppliers, and so on through all inputs (a Leontief sum). Exact, for the same reason:
in each CES nest the log price is the Sato-Vartia mean of what goes in, with weights from its shares before and after,
and ln P_hat is the mean of the suppliers that stay, with Feenstra's (1994) terms for those lost and gained. Goods are
followed by who buys them where sourcing is by use.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from multipolar.equilibrium.decompose import LOG_PERCENT, rise_through_lost, sato_vartia
from multipolar.equilibrium.economy import base_year, capital_share, flows_by_group, resource_share
from multipolar.equilibrium.levels import Levels
from multipolar.equilibrium.outcome import Outcome
from multipolar.world.tables import FloatArray, IntArray, quotient
from multipolar.world.world import World

_NEGLIGIBLE = 1e-14
"""Exposure, as a part of the group's spending, below which another round of inputs is not followed."""
_MOST_ROUNDS = 100_000


@dataclass(frozen=True, eq=False)
class Year:
    """Purchases and shares of one year, and its prices in logs relative to the base year.

    landed (group, exporter, sector, importer) and purchases of inputs (sector, importer, user), million USD; tariffs
    (exporter, sector, importer). Shares: final (sector, importer); resource (exporter, sector), of output; mixed (part,
    exporter, sector), value added and materials as shares of the rest. The logs are by (exporter, sector) but for price
    (group, sector, importer) and wage (country,).
    """

    landed: FloatArray
    tariffs: FloatArray
    purchases: FloatArray
    final: FloatArray
    resource: FloatArray
    mixed: FloatArray
    price: FloatArray
    cost: FloatArray
    wage: FloatArray
    resource_rent: FloatArray
    capital_rent: FloatArray
    productivity: FloatArray

    def flows(self, members: IntArray) -> FloatArray:
        """Suppliers' shares of what each group spends on a good (group, exporter, sector, member)."""
        return _shares((1 + self.tariffs[..., members]) * self.landed[..., members], 1)

    def inputs(self, members: IntArray) -> FloatArray:
        """Goods' shares of materials (sector, member, user)."""
        return _shares(self.purchases[:, members], 0)


@lru_cache(maxsize=2)
def base(world: World) -> Year:
    """The base year, in which every log is zero."""
    tables, start = world.tables, base_year(world)
    resource = resource_share(world).T
    countries, sectors = resource.shape
    flat = np.zeros_like(resource)
    return Year(
        landed=flows_by_group(world), tariffs=tables.tariffs, purchases=tables.inputs, final=_shares(tables.final, 0),
        resource=resource,
        mixed=_shares(np.stack([start.value_added_share.T - resource, 1 - start.value_added_share.T]), 0),
        price=np.zeros((len(start.kernel), sectors, countries)), cost=flat, wage=np.zeros(countries),
        resource_rent=flat, capital_rent=flat, productivity=flat)


def after(levels: Levels) -> Year:
    """A counterfactual year. Logs are zero where a market or industry shut, which nothing weighs."""
    shares = levels.shares
    own_use = levels.final - levels.policy.gifts
    living = levels.living_industries & (levels.output > 0)
    return Year(
        landed=levels.landed_by_group, tariffs=levels.tariffs, purchases=levels.inputs, final=_shares(own_use, 0),
        resource=np.where(living, shares["resource"], 0.0),
        mixed=np.where(living, _shares(np.stack([shares["value_added"], shares["materials"]]), 0), 0.0),
        price=np.log(np.where(levels.spent_by_group > 0, levels.price, 1.0)),
        cost=np.log(np.where(living, levels.cost, 1.0)), wage=np.log(levels.wage),
        resource_rent=np.log(np.where(living, levels.resource_rent, 1.0)),
        capital_rent=np.log(np.where(living, levels.capital_rent, 1.0)),
        productivity=np.log(levels.policy.productivity))


@dataclass(frozen=True, eq=False)
class Parts:
    """The parts of a group's change in percentage points; with the income parts they add up to the change.

    labour, and by sector resources and capital: what the members' own factors cost more. productivity of members.
    imports and barriers (exporter, sector); lost and gained (sector,), suppliers that a measure closed or opened.
    """

    labour: float
    resources: FloatArray
    capital: FloatArray
    productivity: float
    imports: FloatArray
    barriers: FloatArray
    lost: FloatArray
    gained: FloatArray


@dataclass(frozen=True, eq=False)
class Suppliers:
    """Who sells each good to some countries before and after: shares of each group's spending on it, (group, exporter,
    sector, member), and what follows from them for prices.

    theta (sector, 1); price (group, sector, member) and cost (exporter, sector), changes of logs.
    """

    before: FloatArray
    after: FloatArray
    theta: FloatArray
    price: FloatArray
    cost: FloatArray

    @cached_property
    def weights(self) -> FloatArray:
        """Sato-Vartia weights of the suppliers that stay: sums over exporters are one or zero."""
        return np.moveaxis(sato_vartia(np.moveaxis(self.before, 1, 0), np.moveaxis(self.after, 1, 0)), 0, 1)

    @cached_property
    def barriers(self) -> FloatArray:
        """What delivered prices changed beyond producers', where suppliers stay."""
        stays = self.weights > 0
        ratio = np.divide(self.after, self.before, out=np.ones_like(self.before), where=stays)
        beyond = self.price[:, None] - np.log(ratio) / self.theta - self.cost[:, :, None]
        steps: FloatArray = np.where(stays, beyond, 0.0)
        return steps

    @cached_property
    def _stayed(self) -> tuple[FloatArray, FloatArray]:
        """Share of the suppliers that stay, before and after (group, sector, member)."""
        both = (self.before > 0) & (self.after > 0)
        return (self.before * both).sum(axis=1), (self.after * both).sum(axis=1)

    @cached_property
    def lost(self) -> FloatArray:
        """Price change through suppliers that closed (group, sector, member); all of it where no supplier stays."""
        kept = self._stayed[0]
        change: FloatArray = np.where(kept > 0, -np.log(np.where(kept > 0, kept, 1.0)) / self.theta, self.price)
        return change

    @cached_property
    def gained(self) -> FloatArray:
        """Price change through suppliers that opened (group, sector, member)."""
        kept = self._stayed[1]
        change: FloatArray = np.log(np.where(kept > 0, kept, 1.0)) / self.theta
        return change


@dataclass(frozen=True, eq=False)
class Chain:
    """One outcome against the base year, or against its baseline where it has one.

    Arrays with a leading axis are by group of users: one under common sourcing, else each industry and final users.
    """

    outcome: Outcome

    @cached_property
    def before(self) -> Year:
        """The year that changes are relative to."""
        baseline = self.outcome.baseline
        return base(self.outcome.world) if baseline is None else after(baseline.levels)

    @cached_property
    def after(self) -> Year:
        """The counterfactual year."""
        return after(self.outcome.levels)

    def _mean(self, shares: Callable[[Year], FloatArray]) -> FloatArray:
        """Sato-Vartia weights over the first axis, from shares before and after."""
        return sato_vartia(shares(self.before), shares(self.after))

    def suppliers(self, members: IntArray) -> Suppliers:
        """Who sells to these countries."""
        before, now = self.before, self.after
        return Suppliers(before.flows(members), now.flows(members),
                         self.outcome.world.parameters.trade_elasticity[:, None],
                         now.price[..., members] - before.price[..., members], now.cost - before.cost)

    @cached_property
    def final_weights(self) -> FloatArray:
        """Weights of goods in final demand (sector, importer)."""
        return self._mean(lambda year: year.final)

    @cached_property
    def factor_weights(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Weights of labour, specific capital and the resource in ln c (exporter, sector)."""
        resource = self._mean(lambda year: np.stack([year.resource, 1 - year.resource]))
        mixed = self._mean(lambda year: year.mixed)[0] * resource[1]
        capital = capital_share(self.outcome.world)
        return (1 - capital) * mixed, capital * mixed, resource[0]

    @cached_property
    def _beside_factors(self) -> FloatArray:
        """What all inputs together weigh in ln c (exporter, sector)."""
        labour, capital, resource = self.factor_weights
        return 1 - (labour + capital + resource)

    def input_weights(self, members: IntArray) -> FloatArray:
        """Weights of inputs in ln c (sector, member, user); with those of factors they sum to one."""
        return self._mean(lambda year: year.inputs(members)) * self._beside_factors[members]

    def _missing(self, before: Year, now: Year, members: IntArray) -> tuple[FloatArray, FloatArray]:
        """Rise of ln P_F (sector, member) and ln c (sector, member, user) because a good is not to be had at all."""
        own, resource = self.outcome.world.parameters, self.factor_weights[2][members]
        inputs, final = before.inputs(members), before.final[:, members]
        among_inputs = rise_through_lost(inputs, now.inputs(members), own.input_elasticity)
        materials = rise_through_lost(before.mixed[:, members], now.mixed[:, members], own.value_added_elasticity)[1]
        of_cost = self._beside_factors[members] * among_inputs + (1 - resource) * materials * inputs
        return rise_through_lost(final, now.final[:, members], own.final_demand_elasticity), of_cost

    def exposure(self, members: IntArray, weights: FloatArray, factor: FloatArray) -> tuple[FloatArray, FloatArray]:
        """How much of each good the members buy, in themselves and inside what they make.

        Args:
            members: positions of the group's countries.
            weights: of their suppliers.
            factor: percentage points of the group's change for each log percent of a member's (member,).

        Returns:
            (group, sector, member) purchases of a good, and (member, sector) the members' own output in them.
        """
        inputs = self.input_weights(members)
        groups, within = len(weights), weights[:, members]
        direct = np.zeros((groups, *inputs.shape[:2]))
        direct[-1] = self.final_weights[:, members] * factor
        bought, made = direct, np.zeros((len(members), len(inputs)))
        for _round in range(_MOST_ROUNDS):
            made = np.einsum("gisn,gsn->is", within, bought)
            again = direct.copy()
            if groups > 1:
                again[:-1] += np.einsum("snk,nk->ksn", inputs, made)
            else:
                again[0] += np.einsum("snk,nk->sn", inputs, made)
            moved = float(np.abs(again - bought).max())
            bought = again
            if moved <= _NEGLIGIBLE:
                break
        return bought, made

    def parts(self, members: IntArray, factor: FloatArray) -> Parts:
        """The price side of a group's change; see `exposure` for the arguments."""
        suppliers = self.suppliers(members)
        weights = suppliers.weights
        bought, made = self.exposure(members, weights, factor)
        weighed = -LOG_PERCENT * weights * bought[:, None]
        imports = weighed.sum(axis=(0, 3)) * suppliers.cost
        imports[members] = 0.0
        labour, capital, resource = (LOG_PERCENT * made * weights[members] for weights in self.factor_weights)
        wage, capital_rent, resource_rent, productivity = (
            (getattr(self.after, name) - getattr(self.before, name))[members]
            for name in ("wage", "capital_rent", "resource_rent", "productivity"))
        lost, gained = ((bought * change).sum(axis=(0, 2)) for change in (suppliers.lost, suppliers.gained))
        for total, sign, years in ((lost, 1, (self.before, self.after)), (gained, -1, (self.after, self.before))):
            of_final, of_cost = self._missing(*years, members)
            total += sign * (of_final @ factor + np.einsum("snk,nk->s", of_cost, made))
        return Parts(
            labour=-float((labour * wage[:, None]).sum()), resources=-(resource * resource_rent).sum(axis=0),
            capital=-(capital * capital_rent).sum(axis=0),
            productivity=LOG_PERCENT * float((made * productivity).sum()),
            imports=imports, barriers=(weighed * suppliers.barriers).sum(axis=(0, 3)),
            lost=-LOG_PERCENT * lost, gained=-LOG_PERCENT * gained)


def _shares(values: FloatArray, axis: int) -> FloatArray:
    """Parts of the sum over an axis; zero where there is nothing."""
    return quotient(values, values.sum(axis=axis, keepdims=True))
