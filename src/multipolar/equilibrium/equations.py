"""The model, equation by equation, in changes relative to the base year and numbered as in the theory page.

Everything here is pure JAX on an `Economy`. Arrays lead with the sourcing group (users that source alike; one group
when all do), then sector, then country; input shares are user-major, so that both of their products are contiguous.
No measure is named here: measures are in the arrays, or in blocks that offer costs and rents and answer with a map.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from multipolar.equilibrium.blocks.block import Block
from multipolar.equilibrium.ces import log_index, transformed, two_parts, unless_unit
from multipolar.equilibrium.wedges import Flows, Offer, Wedges, added, claims, over_pairs

SMALLEST_SUM = 1e-140
"""Price sums below this are made in logs: they lose digits to underflow, and derivatives divide by their squares."""

SMALLEST_CHANGE = 1e-200
"""Spending that would turn negative on the way is held here; an equilibrium never has it."""


class State(NamedTuple):
    """The joint unknown z: natural logs of changes, zero in the base year.

    Rents have a row for each sector with a resource, or with specific capital; they are zero where a country's industry
    has none.
    """

    log_wage: Float[Array, " country"]
    log_price: Float[Array, "group sector country"]
    log_spending: Float[Array, "group sector country"]
    log_resource_rent: Float[Array, "resource country"]
    log_capital_rent: Float[Array, "capital country"]
    blocks: tuple[Array, ...] = ()
    """The unknowns of each block."""


class Economy(NamedTuple):
    """A world under given measures, as the arrays the equations read (money in million USD of the base year).

    Values only, never switches: one compiled program serves every measure, elasticity and deficit rule of a shape.
    """

    kernel: Float[Array, "group sector importer exporter"]
    """pi kappa_hat^-theta, prepared once; exactly zero where a flow is closed."""
    net_kernel: Float[Array, "group sector importer exporter"]
    """The kernel times u', the part of a buyer's dollar that reaches the producer."""
    trade_elasticity: Float[Array, " sector"]
    value_added_elasticity: Float[Array, ""]
    """sigma: between value added and materials."""
    input_elasticity: Float[Array, ""]
    """epsilon: among materials."""
    final_demand_elasticity: Float[Array, ""]
    """phi: among final goods."""
    resource_sector: Int[Array, " resource"]
    """Which sectors have a resource: the rows of all that is by resource."""
    resource_elasticity: Float[Array, "resource country"]
    """sigma_R = eta_R s_R / (1 - s_R): between the resource and everything else."""
    resource_share: Float[Array, "resource country"]
    """s_R: the resource's share of output."""
    rest_share: Float[Array, "resource country"]
    """1 - s_R, with digits of its own where next to nothing but the resource is left."""
    capital_sector: Int[Array, " capital"]
    """Which sectors have specific capital: the rows of all that is by capital."""
    capital_share: Float[Array, " capital"]
    """rho: specific capital in value added without the resource."""
    input_shares: Float[Array, "country user sector"]
    """b: shares within materials."""
    mix_share: Float[Array, "sector country"]
    """a~ = (a - s_R)/(1 - s_R): value added in what is not resource."""
    final_shares: Float[Array, "group sector country"]
    """alpha: shares of final spending."""
    log_productivity: Float[Array, "sector country"]
    spending: Float[Array, "group sector country"]
    """X of the base year; zero where nobody buys."""
    traded: Bool[Array, "group sector country"]
    """Goods that are bought and have a supplier; the others carry no price."""
    factor_income: Float[Array, " country"]
    """Omega of the base year."""
    labour_income: Float[Array, " country"]
    """What mobile factors earned in the base year."""
    capital_income: Float[Array, "capital country"]
    """What specific capital earned; zero where there is none, or the industry shuts."""
    resource_income: Float[Array, "resource country"]
    """What the resource earned; zero where there is none, or the industry shuts."""
    resource_response: Float[Array, "resource country"]
    """How much the gap between what a resource earns and its rent closes, in the base year, when the rent moves."""
    capital_response: Float[Array, "capital country"]
    """The same for specific capital."""
    fixed_deficit: Float[Array, " country"]
    """D in units of the numeraire; zero under the proportional rule."""
    deficit_rate: Float[Array, " country"]
    """delta = D / Omega; zero under the fixed rule."""
    transfers: Float[Array, " country"]
    gifts: Float[Array, "group sector country"]
    """G': goods that a government buys to give away, million USD, paid out of I' before consumption."""
    component: Int[Array, " country"]
    """Label of the set of countries that are linked by payments; each has its own numeraire."""
    domestic_response: Float[Array, "country unknown unknown"]
    """Which way the search goes, and no part of any equation; see domestic.py."""
    wedges: Wedges
    blocks: tuple[Block, ...]
    """What is solved together with prices."""


class Supply(NamedTuple):
    """What importers' demand means for prices, producers and treasuries."""

    log_price: Float[Array, "group sector country"]
    output: Float[Array, "sector country"]
    net_share: Float[Array, "group sector country"]
    """Share of a good's expenditure that reaches producers; the rest is tariffs, export taxes and rents."""
    spent: Float[Array, " cell"]
    """E at the cells that have wedges, million USD."""
    pairs: Float[Array, "country country"] | None = None
    """What producers (first axis) receive from each country, million USD, where a block acts on pairs."""


class Costs(NamedTuple):
    """Log changes along the nest of an industry, from the inside outwards."""

    value_added: Float[Array, "sector country"]
    materials: Float[Array, "sector country"]
    mix: Float[Array, "sector country"]
    """x: value added with materials, before the resource."""
    unit: Float[Array, "sector country"]
    """c: unit cost over productivity."""


class Shares(NamedTuple):
    """Parts of an industry's revenue after the change; with materials they add up to one."""

    resource: Float[Array, "resource country"]
    materials: Float[Array, "sector country"]
    value_added: Float[Array, "sector country"]


def unit_cost(economy: Economy, state: State) -> tuple[Costs, Shares]:
    """Equations (1)-(3): labour with specific capital, with materials, with the resource on top, over productivity.

    Shares are those of the same indices; each has digits of its own, as what the others leave a small one would not.
    """
    value_added = jnp.broadcast_to(state.log_wage, economy.mix_share.shape)
    if len(economy.capital_sector):
        capital = economy.capital_share[:, None]
        value_added = value_added.at[economy.capital_sector].set(
            (1 - capital) * state.log_wage + capital * state.log_capital_rent)
    mean = state.log_price.mean(axis=(0, 1))
    prices, elasticity = state.log_price - mean, economy.input_elasticity
    # An index is homogeneous, and prices that fall together would lose all their digits. An industry without materials
    # keeps a price of zero, and its share is zero.
    materials = mean + unless_unit(
        elasticity, lambda: _over_inputs(economy, prices),
        lambda: log_index(_over_inputs(economy, transformed(prices, elasticity)), elasticity))
    mix = two_parts(economy.mix_share, 1 - economy.mix_share, value_added, materials, economy.value_added_elasticity)
    full, resource, rest = mix.log_index, jnp.zeros_like(economy.resource_share), jnp.ones_like(mix.first)
    if len(economy.resource_sector):
        has = economy.resource_sector
        top = two_parts(economy.resource_share, economy.rest_share, state.log_resource_rent, mix.log_index[has],
                        economy.resource_elasticity)
        full, resource, rest = full.at[has].set(top.log_index), top.first, rest.at[has].set(top.second)
    return (Costs(value_added, materials, mix.log_index, full - economy.log_productivity),
            Shares(resource, rest * mix.second, rest * mix.first))


def _over_inputs(economy: Economy, prices: Float[Array, "group sector country"]) -> Float[Array, "user country"]:
    """What each industry's inputs add up to, with b as weights."""
    if len(prices) == 1:
        return jnp.einsum("nks,sn->kn", economy.input_shares, prices[0])
    return jnp.einsum("nks,ksn->kn", economy.input_shares, prices[:-1])


def supply(economy: Economy, log_cost: Float[Array, "sector country"],
           spending: Float[Array, "group sector country"], offer: Offer) -> Supply:
    """Prices (4), trade shares (5) and output (8), without ever holding a trade share.

    Costs enter as c^-theta scaled by their largest value in each sector, so that the three sums over partners are
    matrix-vector products; where that underflows (large theta and far-apart costs) the same sums are made in logs.
    """
    exponent = -economy.trade_elasticity[:, None] * log_cost
    largest = jnp.max(exponent, axis=1, keepdims=True)
    weight = jnp.exp(exponent - largest)
    # Repeated for each group: a product batched over (group, sector) is contiguous, one over sector alone is not.
    weights = jnp.broadcast_to(weight, (economy.kernel.shape[0], *weight.shape))
    cells = economy.wedges
    open_kernel, open_net = over_pairs(economy.kernel, economy.net_kernel, economy.trade_elasticity, offer)
    here = (slice(None), cells.sector, cells.importer)
    kept = open_kernel[*here, cells.exporter] * weight[cells.sector, cells.exporter]
    barrier = economy.trade_elasticity[cells.sector] * (offer.burned + offer.rent)
    total = jnp.einsum("gsni,gsi->gsn", open_kernel, weights).at[here].add(kept * jnp.expm1(-barrier))
    underflow = jnp.any(economy.traded & (total < SMALLEST_SUM))

    def by_products() -> Supply:
        safe = jnp.where(economy.traded, total, 1.0)
        demanded = spending / safe
        net = open_net[*here, cells.exporter] * weight[cells.sector, cells.exporter]
        change = net * jnp.expm1(-barrier - offer.rent)
        output = weight * jnp.einsum("gsni,gsn->gsi", open_net, demanded).sum(0)
        output = output.at[cells.sector, cells.exporter].add((change * demanded[here]).sum(0))
        received = jnp.einsum("gsni,gsi->gsn", open_net, weights).at[here].add(change)
        spent = (kept * jnp.exp(-barrier) * demanded[here]).sum(0)
        pairs = None if offer.pairs is None else (
            (open_net * weights[:, :, None] * demanded[..., None]).sum((0, 1)).T
            .at[cells.exporter, cells.importer].add((change * demanded[here]).sum(0)))
        return Supply(_price(economy, jnp.log(safe) + largest), output, received / safe, spent, pairs)

    def in_logs() -> Supply:
        # Derivatives pass through every branch of a choice: none may divide by a flow that is closed.
        flowing = open_kernel > 0
        kernel = jnp.where(flowing, open_kernel, 1.0)
        logs = jnp.where(flowing, jnp.log(kernel) + exponent[None, :, None, :], -jnp.inf)
        logs = logs.at[*here, cells.exporter].add(-barrier)
        logs = jnp.where(economy.traded[..., None], logs, 0.0)
        log_total = jnp.where(economy.traded, jax.nn.logsumexp(logs, axis=3), 0.0)
        shares = jnp.exp(logs - log_total[..., None])
        part = jnp.where(flowing, open_net / kernel, 0.0)
        net = shares * part.at[*here, cells.exporter].add(part[*here, cells.exporter] * jnp.expm1(-offer.rent))
        spent = (shares[*here, cells.exporter] * spending[here]).sum(0)
        pairs = None if offer.pairs is None else jnp.einsum("gsni,gsn->in", net, spending)
        return Supply(_price(economy, log_total), jnp.einsum("gsni,gsn->si", net, spending), net.sum(3), spent, pairs)

    supplied: Supply = jax.lax.cond(underflow, in_logs, by_products)
    return supplied


def _price(economy: Economy, log_total: Float[Array, "group sector country"]) -> Float[Array, "group sector country"]:
    """Equation (4) from the log of its sum; goods without price stay at zero."""
    return jnp.where(economy.traded, -log_total / economy.trade_elasticity[:, None], 0.0)


class Factors(NamedTuple):
    """Income of factors in the numeraire, equation (9)."""

    labour: Float[Array, " country"]
    capital: Float[Array, "capital country"]
    resource: Float[Array, "resource country"]


def factors(economy: Economy, shares: Shares, output: Float[Array, "sector country"]) -> Factors:
    """What labour, specific capital and resources earn; every component's total is what it was in the base year."""
    value_added, resource = shares.value_added * output, shares.resource * output[economy.resource_sector]
    capital = economy.capital_share[:, None] * value_added[economy.capital_sector]
    mobile = value_added.at[economy.capital_sector].multiply(1 - economy.capital_share[:, None])
    scale = _total(economy, economy.factor_income) / _total(economy, value_added.sum(0) + resource.sum(0))
    return Factors(mobile.sum(0) * scale, capital * scale, resource * scale)


def _total(economy: Economy, values: Float[Array, " country"]) -> Float[Array, " country"]:
    """Sum over the members of each country's component."""
    sums = jax.ops.segment_sum(values, economy.component, num_segments=values.shape[0])[economy.component]
    return jnp.where(sums > 0, sums, 1.0)


def deficits(economy: Economy, income: Float[Array, " country"]) -> Float[Array, " country"]:
    """D' under the closure: fixed in the numeraire, or proportional to factor income and adding up to zero."""
    lent = economy.deficit_rate * income
    spread = jax.ops.segment_sum(lent, economy.component, num_segments=income.shape[0])[economy.component]
    return economy.fixed_deficit + lent - income / _total(economy, income) * spread


def final_spending(economy: Economy, income: Float[Array, " country"], spending: Float[Array, "group sector country"],
                   net_share: Float[Array, "group sector country"],
                   claimed: Float[Array, " country"]) -> Float[Array, " country"]:
    """I' of equation (10): factor income, tariffs, export taxes and rents, transfers and the deficit."""
    revenue = (spending * (1 - net_share)).sum((0, 1))
    return income + revenue + claimed + deficits(economy, income) + economy.transfers


def final_shares(economy: Economy, state: State) -> Float[Array, "group sector country"]:
    """alpha' of equation (6): shares of final spending after the change."""
    elasticity, logs, shares = economy.final_demand_elasticity, state.log_price, economy.final_shares

    def moved() -> Array:
        mean = (shares * logs).sum((0, 1))
        index = mean + log_index((shares * transformed(logs - mean, elasticity)).sum((0, 1)), elasticity)
        return shares * jnp.exp((1 - elasticity) * (logs - index))

    return unless_unit(elasticity, lambda: shares, moved)


def demand(economy: Economy, state: State, costs: Costs, materials: Float[Array, "sector country"],
           final: Float[Array, " country"]) -> Float[Array, "group sector country"]:
    """X' of equation (7): purchases by industries, b' M' Y', by final users, and by donors who give goods away."""
    gap, logs = 1 - economy.input_elasticity, (-costs.materials, state.log_price)
    of_materials, of_goods = unless_unit(economy.input_elasticity, lambda: tuple(jnp.ones_like(log) for log in logs),
                                         lambda: tuple(jnp.exp(gap * log) for log in logs))
    spread = materials * of_materials
    if state.log_price.shape[0] == 1:
        by_industry = jnp.einsum("nks,kn->sn", economy.input_shares, spread)[None]
    else:
        each = jnp.einsum("nks,kn->ksn", economy.input_shares, spread)
        by_industry = jnp.concatenate([each, jnp.zeros_like(each[:1])])
    own = final_shares(economy, state) * (final - economy.gifts.sum((0, 1)))
    return of_goods * by_industry + own + economy.gifts


class Year(NamedTuple):
    """Everything one sweep finds on the way; incomes in the numeraire, million USD."""

    costs: Costs
    shares: Shares
    supplied: Supply
    earned: Factors
    final: Float[Array, " country"]
    flows: Flows


def year(state: State, economy: Economy) -> Year:
    """Equations (1)-(5) and (8)-(10) under the present unknowns."""
    spending = economy.spending * jnp.exp(state.log_spending)
    costs, shares = unit_cost(economy, state)
    offer = added(economy.wedges, [block.offer(x) for block, x in zip(economy.blocks, state.blocks, strict=True)])
    supplied = supply(economy, costs.unit, spending, offer)
    earned = factors(economy, shares, supplied.output)
    claimed = claims(economy.wedges, offer, supplied.spent, len(economy.component))
    final = final_spending(economy, total_income(earned), spending, supplied.net_share, claimed)
    return Year(costs, shares, supplied, earned, final, _flows(economy, costs, supplied, offer))


def _flows(economy: Economy, costs: Costs, supplied: Supply, offer: Offer) -> Flows:
    """The cells that blocks see: what is spent there, and the quantity shipped relative to the base year."""
    cells = economy.wedges
    log_cost = costs.unit[cells.sector, cells.exporter]
    to_producer = cells.producer * jnp.exp(-offer.rent - cells.base_rent) * supplied.spent
    return Flows(supplied.spent, to_producer / cells.base_flow * jnp.exp(-log_cost), log_cost, supplied.pairs)


def sweep(state: State, economy: Economy) -> State:
    """T(z): one pass through equations (1)-(10) and every block. An equilibrium is z = T(z)."""
    return sweep_and_purse(state, economy)[0]


def sweep_and_purse(state: State, economy: Economy) -> tuple[State, Float[Array, ""]]:
    """T(z), and the smallest (I' - G') / Omega' of a country: how near a budget is to having nothing left to spend."""
    now = year(state, economy)
    bought = demand(economy, state, now.costs, now.shares.materials * now.supplied.output, now.final)
    income, left = total_income(now.earned), now.final - economy.gifts.sum((0, 1))
    purses = jnp.where(economy.factor_income > 0, left / jnp.where(income > 0, income, 1.0), 1.0)
    image = State(
        _log_change(now.earned.labour, economy.labour_income),
        now.supplied.log_price,
        jnp.where(economy.traded, _log_change(bought, economy.spending), 0.0),
        _moved(state.log_resource_rent, _log_change(now.earned.resource, economy.resource_income),
               economy.resource_response),
        _moved(state.log_capital_rent, _log_change(now.earned.capital, economy.capital_income),
               economy.capital_response),
        tuple(block.response(x, now.flows) for block, x in zip(economy.blocks, state.blocks, strict=True)),
    )
    return image, jnp.min(purses)


def total_income(earned: Factors) -> Float[Array, " country"]:
    """Omega' (country,)."""
    return earned.labour + earned.capital.sum(0) + earned.resource.sum(0)


def _moved(rent: Array, implied: Array, response: Array) -> Array:
    """A rent's move towards what it would earn, over how much that gap closes when the rent moves by one.

    The fixed point is the same whatever the response; with its size in the base year the rent neither creeps nor
    overshoots.
    """
    return rent + (implied - rent) / response


def _log_change(new: Array, base: Array) -> Array:
    """ln(new / base), zero where the base year has nothing."""
    return jnp.where(base > 0, jnp.log(jnp.maximum(new, SMALLEST_CHANGE) / jnp.where(base > 0, base, 1.0)), 0.0)
