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
from multipolar.world.tables import FloatArray, IntArray
from multipolar.world.world import World

_NEGLIGIBLE = 1e-14
"""Exposure, as a part of the group's spending, below which another round of inputs is not followed."""
_MOST_ROUNDS = 100_000


@dataclass(frozen=True, eq=False)
class Year:
    """Shares of one year, and its prices in logs relative to the base year.

    flows (group, exporter, sector, importer), shares of each group's spending on a good; final (sector, importer);
    inputs (sector, importer, user), shares of materials; resource (exporter, sector), a share of output; mixed (part,
    exporter, sector), value added and materials as shares of the rest. The logs are by (exporter, sector) but for price
    (group, sector, importer) and wage (country,).
    """

    flows: FloatArray
    final: FloatArray
    inputs: FloatArray
    resource: FloatArray
    mixed: FloatArray
    price: FloatArray
    cost: FloatArray
    wage: FloatArray
    resource_rent: FloatArray
    capital_rent: FloatArray
    productivity: FloatArray


@lru_cache(maxsize=2)
def base(world: World) -> Year:
    """The base year, in which every log is zero."""
    tables, start = world.tables, base_year(world)
    resource = resource_share(world).T
    countries, sectors = resource.shape
    flat = np.zeros_like(resource)
    return Year(
        flows=_shares((1 + tables.tariffs) * flows_by_group(world), 1), final=_shares(tables.final, 0),
        inputs=_shares(tables.inputs, 0), resource=resource,
        mixed=_shares(np.stack([start.value_added_share.T - resource, 1 - start.value_added_share.T]), 0),
        price=np.zeros((len(start.kernel), sectors, countries)), cost=flat, wage=np.zeros(countries),
        resource_rent=flat, capital_rent=flat, productivity=flat)


def after(levels: Levels) -> Year:
    """A counterfactual year. Logs are zero where a market or industry shut, which nothing weighs."""
    shares = levels.shares
    own_use = levels.final - levels.policy.gifts
    living = levels.living_industries & (levels.output > 0)
    return Year(
        flows=_shares((1 + levels.tariffs) * levels.landed_by_group, 1), final=_shares(own_use, 0),
        inputs=_shares(levels.inputs, 0), resource=np.where(living, shares["resource"], 0.0),
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

    @cached_property
    def _theta(self) -> FloatArray:
        return self.outcome.world.parameters.trade_elasticity[:, None]

    @cached_property
    def price(self) -> FloatArray:
        """Change of ln P (group, sector, importer)."""
        return self.after.price - self.before.price

    @cached_property
    def cost(self) -> FloatArray:
        """Change of ln c (exporter, sector)."""
        return self.after.cost - self.before.cost

    @cached_property
    def _stayed(self) -> tuple[FloatArray, FloatArray]:
        """Share of the suppliers that stay, before and after (group, sector, importer)."""
        both = (self.before.flows > 0) & (self.after.flows > 0)
        return (self.before.flows * both).sum(axis=1), (self.after.flows * both).sum(axis=1)

    def weights(self, members: IntArray) -> FloatArray:
        """Sato-Vartia weights of the suppliers that stay (group, exporter, sector, member): sums are one or zero."""
        before, now = (np.moveaxis(year.flows[..., members], 1, 0) for year in (self.before, self.after))
        return np.moveaxis(sato_vartia(before, now), 0, 1)

    def barriers(self, members: IntArray, weights: FloatArray) -> FloatArray:
        """What delivered prices changed beyond producers' (group, exporter, sector, member), where suppliers stay."""
        stays = weights > 0
        before, now = (year.flows[..., members] for year in (self.before, self.after))
        ratio = np.divide(now, before, out=np.ones_like(before), where=stays)
        beyond = self.price[:, None, :, members] - np.log(ratio) / self._theta - self.cost[:, :, None]
        steps: FloatArray = np.where(stays, beyond, 0.0)
        return steps

    @cached_property
    def lost(self) -> FloatArray:
        """Price change through suppliers that closed (group, sector, importer); all of it where no supplier stays."""
        kept = self._stayed[0]
        change: FloatArray = np.where(kept > 0, -np.log(np.where(kept > 0, kept, 1.0)) / self._theta, self.price)
        return change

    @cached_property
    def gained(self) -> FloatArray:
        """Price change through suppliers that opened (group, sector, importer)."""
        kept = self._stayed[1]
        change: FloatArray = np.log(np.where(kept > 0, kept, 1.0)) / self._theta
        return change

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
        return self._mean(lambda year: year.inputs[:, members]) * self._beside_factors[members]

    def _missing(self, before: Year, now: Year, members: IntArray) -> tuple[FloatArray, FloatArray]:
        """Rise of ln P_F (sector, member) and ln c (sector, member, user) because a good is not to be had at all."""
        own, resource = self.outcome.world.parameters, self.factor_weights[2][members]
        inputs, final = before.inputs[:, members], before.final[:, members]
        among_inputs = rise_through_lost(inputs, now.inputs[:, members], own.input_elasticity)
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
        weights = self.weights(members)
        bought, made = self.exposure(members, weights, factor)
        weighed = -LOG_PERCENT * weights * bought[:, None]
        imports = weighed.sum(axis=(0, 3)) * self.cost
        imports[members] = 0.0
        labour, capital, resource = (LOG_PERCENT * made * weights[members] for weights in self.factor_weights)
        wage, capital_rent, resource_rent, productivity = (
            (getattr(self.after, name) - getattr(self.before, name))[members]
            for name in ("wage", "capital_rent", "resource_rent", "productivity"))
        lost, gained = ((bought * change[..., members]).sum(axis=(0, 2)) for change in (self.lost, self.gained))
        for total, sign, years in ((lost, 1, (self.before, self.after)), (gained, -1, (self.after, self.before))):
            of_final, of_cost = self._missing(*years, members)
            total += sign * (of_final @ factor + np.einsum("snk,nk->s", of_cost, made))
        return Parts(
            labour=-float((labour * wage[:, None]).sum()), resources=-(resource * resource_rent).sum(axis=0),
            capital=-(capital * capital_rent).sum(axis=0),
            productivity=LOG_PERCENT * float((made * productivity).sum()),
            imports=imports, barriers=(weighed * self.barriers(members, weights)).sum(axis=(0, 3)),
            lost=-LOG_PERCENT * lost, gained=-LOG_PERCENT * gained)


def _shares(values: FloatArray, axis: int) -> FloatArray:
    """Parts of the sum over an axis; zero where there is nothing."""
    return _over(values, values.sum(axis=axis, keepdims=True))


def _over(part: FloatArray, whole: FloatArray) -> FloatArray:
    """part / whole, zero where the whole is zero."""
    return np.divide(part, whole, out=np.zeros_like(part), where=np.broadcast_to(whole > 0, part.shape))
