"""The model, equation by equation, in changes relative to the base year and numbered as in the theory page.

Everything here is pure JAX on an `Economy`. Arrays lead with the sourcing group (users that source alike; one group
when all do), then sector, then country; input shares are user-major, so that both of their products are contiguous.
This file solves sigma = epsilon = phi = 1 without resources: Caliendo & Parro (2015) with exact bans and three
deficit rules.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

SMALLEST_SUM = 1e-250
"""Price sums below this have lost digits to underflow: the sweep is then made in logs."""

SMALLEST_CHANGE = 1e-200
"""Spending that would turn negative on the way is held here; an equilibrium never has it."""


class State(NamedTuple):
    """The joint unknown z: natural logs of changes, zero in the base year."""

    log_wage: Float[Array, " country"]
    log_price: Float[Array, "group sector country"]
    log_spending: Float[Array, "group sector country"]


class Economy(NamedTuple):
    """A world under given measures, as the arrays the equations read (money in million USD of the base year).

    Values only, never switches: one compiled program serves every measure, elasticity and deficit rule of a shape.
    """

    kernel: Float[Array, "group sector importer exporter"]
    """pi kappa_hat^-theta, prepared once; exactly zero where a flow is closed."""
    net_kernel: Float[Array, "group sector importer exporter"]
    """The kernel times u', the part of a buyer's dollar that reaches the producer."""
    trade_elasticity: Float[Array, " sector"]
    input_shares: Float[Array, "country user sector"]
    """b: shares within materials."""
    value_added_share: Float[Array, "sector country"]
    """a: value added as a share of output."""
    final_shares: Float[Array, "group sector country"]
    """alpha: shares of final spending."""
    log_productivity: Float[Array, "sector country"]
    spending: Float[Array, "group sector country"]
    """X of the base year; zero where nobody buys."""
    traded: Bool[Array, "group sector country"]
    """Goods that are bought and have a supplier; the others carry no price."""
    factor_income: Float[Array, " country"]
    """Omega of the base year."""
    fixed_deficit: Float[Array, " country"]
    """D in units of the numeraire; zero under the proportional rule."""
    deficit_rate: Float[Array, " country"]
    """delta = D / Omega; zero under the fixed rule."""
    transfers: Float[Array, " country"]
    component: Int[Array, " country"]
    """Label of the set of countries that are linked by payments; each has its own numeraire."""


class Supply(NamedTuple):
    """What importers' demand means for prices, producers and treasuries."""

    log_price: Float[Array, "group sector country"]
    output: Float[Array, "sector country"]
    net_share: Float[Array, "group sector country"]
    """Share of a good's expenditure that reaches producers; the rest is tariff revenue."""


def unit_cost(economy: Economy, state: State) -> Float[Array, "sector country"]:
    """Log change of unit cost, equations (1)-(3): labour and materials at constant cost shares, over productivity."""
    materials = jnp.einsum("nks,sn->kn", economy.input_shares, state.log_price[0])
    share = economy.value_added_share
    return share * state.log_wage + (1 - share) * materials - economy.log_productivity


def supply(economy: Economy, log_cost: Float[Array, "sector country"],
           spending: Float[Array, "group sector country"]) -> Supply:
    """Prices (4), trade shares (5) and output (8), without ever holding a trade share.

    Costs enter as c^-theta scaled by their largest value in each sector, so that the three sums over partners are
    matrix-vector products; where that underflows (large theta and far-apart costs) the same sums are made in logs.
    """
    exponent = -economy.trade_elasticity[:, None] * log_cost
    largest = jnp.max(exponent, axis=1, keepdims=True)
    weight = jnp.exp(exponent - largest)
    # Repeated for each group: a product batched over (group, sector) is contiguous, one over sector alone is not.
    weights = jnp.broadcast_to(weight, (economy.kernel.shape[0], *weight.shape))
    total = jnp.einsum("gsni,gsi->gsn", economy.kernel, weights)
    underflow = jnp.any(economy.traded & (total < SMALLEST_SUM))

    def by_products() -> Supply:
        safe = jnp.where(economy.traded, total, 1.0)
        output = weight * jnp.einsum("gsni,gsn->gsi", economy.net_kernel, spending / safe).sum(0)
        net_share = jnp.einsum("gsni,gsi->gsn", economy.net_kernel, weights) / safe
        return Supply(_price(economy, jnp.log(safe) + largest), output, net_share)

    def in_logs() -> Supply:
        logs = jnp.log(economy.kernel) + exponent[None, :, None, :]
        log_total = jnp.where(economy.traded, jax.nn.logsumexp(logs, axis=3), 0.0)
        shares = jnp.exp(logs - log_total[..., None])
        net = shares * jnp.where(economy.kernel > 0, economy.net_kernel / economy.kernel, 0.0)
        return Supply(_price(economy, log_total), jnp.einsum("gsni,gsn->si", net, spending), net.sum(3))

    supplied: Supply = jax.lax.cond(underflow, in_logs, by_products)
    return supplied


def _price(economy: Economy, log_total: Float[Array, "group sector country"]) -> Float[Array, "group sector country"]:
    """Equation (4) from the log of its sum; goods without price stay at zero."""
    return jnp.where(economy.traded, -log_total / economy.trade_elasticity[:, None], 0.0)


def factor_income(economy: Economy, output: Float[Array, "sector country"]) -> Float[Array, " country"]:
    """Omega' of equation (9), before the numeraire is imposed."""
    return (economy.value_added_share * output).sum(0)


def normalised(economy: Economy, income: Float[Array, " country"]) -> Float[Array, " country"]:
    """Factor income in the numeraire: every component's total is what it was in the base year."""
    return income / _total(economy, income) * _total(economy, economy.factor_income)


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
                   net_share: Float[Array, "group sector country"]) -> Float[Array, " country"]:
    """I' of equation (10): factor income, tariff revenue, transfers and the deficit."""
    revenue = (spending * (1 - net_share)).sum((0, 1))
    return income + revenue + deficits(economy, income) + economy.transfers


def demand(economy: Economy, output: Float[Array, "sector country"],
           final: Float[Array, " country"]) -> Float[Array, "group sector country"]:
    """X' of equation (7): purchases by industries and by final users."""
    materials = (1 - economy.value_added_share) * output
    return jnp.einsum("nks,kn->sn", economy.input_shares, materials) + economy.final_shares * final


def sweep(state: State, economy: Economy) -> State:
    """T(z): one pass through equations (1)-(10). An equilibrium is z = T(z)."""
    return sweep_and_purse(state, economy)[0]


def sweep_and_purse(state: State, economy: Economy) -> tuple[State, Float[Array, ""]]:
    """T(z), and the smallest I' / Omega' of a country on the way: how near a budget is to having nothing to spend."""
    spending = economy.spending * jnp.exp(state.log_spending)
    supplied = supply(economy, unit_cost(economy, state), spending)
    income = normalised(economy, factor_income(economy, supplied.output))
    final = final_spending(economy, income, spending, supplied.net_share)
    bought = demand(economy, supplied.output, final)
    purses = jnp.where(economy.factor_income > 0, final / jnp.where(income > 0, income, 1.0), 1.0)
    image = State(
        _log_change(income, economy.factor_income),
        supplied.log_price,
        jnp.where(economy.traded, _log_change(bought, economy.spending), 0.0),
    )
    return image, jnp.min(purses)


def _log_change(new: Array, base: Array) -> Array:
    """ln(new / base), zero where the base year has nothing."""
    return jnp.where(base > 0, jnp.log(jnp.maximum(new, SMALLEST_CHANGE) / jnp.where(base > 0, base, 1.0)), 0.0)
