"""Door 4: outcomes as pure JAX functions of an economy and its state, by the names of variables.csv.

An objective is `(economy, state) -> (country,)`. What variables.csv gives in percent is here the quantity itself, in
million USD at base-year prices or as a ratio, since an economy does not know the base year's totals; `Observed` says
what brings it into the unit of variables.csv. `observables.py` computes the same from levels, in NumPy.
"""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from multipolar.equilibrium.equations import Economy, State, Year, deficits, log_index, total_income, transformed, year
from multipolar.world.tables import FloatArray, Tables

Objective = Callable[[Economy, State], Array]


def price_index(economy: Economy, state: State) -> Float[Array, " country"]:
    """P_F of equation (6), relative to the base year."""
    elasticity = economy.final_demand_elasticity
    weighted = (economy.final_shares * transformed(state.log_price, elasticity)).sum((0, 1))
    return jnp.exp(log_index(weighted, elasticity))


def wage(economy: Economy, state: State) -> Float[Array, " country"]:
    """w relative to the base year, in the numeraire."""
    return jnp.exp(state.log_wage)


def real_wage(economy: Economy, state: State) -> Float[Array, " country"]:
    """w / P_F."""
    return wage(economy, state) / price_index(economy, state)


def factor_income(economy: Economy, state: State) -> Float[Array, " country"]:
    """Omega', million USD."""
    return total_income(year(state, economy).earned)


def income(economy: Economy, state: State) -> Float[Array, " country"]:
    """I', million USD: final spending."""
    return year(state, economy).final


def real_income(economy: Economy, state: State) -> Float[Array, " country"]:
    """(I' - G') / P_F: what is left for the country's own use, million USD at base-year prices."""
    own = year(state, economy).final - economy.gifts.sum((0, 1))
    return own / price_index(economy, state)


def real_gdp(economy: Economy, state: State) -> Float[Array, " country"]:
    """Factor income, duties, export taxes and rents over P_F, million USD at base-year prices."""
    now = year(state, economy)
    lent = deficits(economy, total_income(now.earned))
    return (now.final - lent - economy.transfers) / price_index(economy, state)


def tariff_revenue(economy: Economy, state: State) -> Float[Array, " country"]:
    """Duties, million USD: what does not reach producers, less export taxes and rents at the wedges."""
    now, cells = year(state, economy), economy.wedges
    spending = economy.spending * jnp.exp(state.log_spending)
    kept_back = (spending * (1 - now.supplied.net_share)).sum((0, 1))
    others = cells.landed * now.flows.spent - _received(economy, now)
    return kept_back - jax.ops.segment_sum(others, cells.importer, len(economy.component))


def _received(economy: Economy, now: Year) -> Float[Array, " cell"]:
    """What producers receive at the wedges, million USD."""
    cells = economy.wedges
    return now.flows.shipped * cells.base_flow * jnp.exp(now.costs.unit[cells.sector, cells.exporter])


@dataclass(frozen=True)
class Observed:
    """An objective, and what makes variables.csv's unit of it.

    `base` (country,) is its value in the base year where percent changes or differences are reported, else None;
    `weights` say that a group's percent change is of the sum over members.
    """

    objective: Objective
    base: Callable[[Tables], FloatArray] | None = None
    additive: bool = True


def _ones(tables: Tables) -> FloatArray:
    return np.ones(len(tables.final_spending))


def _spending(tables: Tables) -> FloatArray:
    return tables.final_spending


def _gdp(tables: Tables) -> FloatArray:
    return tables.factor_income + tables.tariff_revenue


OBSERVED: dict[str, Observed] = {
    "real_income": Observed(real_income, _spending),
    "real_gdp": Observed(real_gdp, _gdp),
    "equivalent_variation": Observed(real_income, _spending),
    "real_wage": Observed(real_wage, _ones, additive=False),
    "wage": Observed(wage, _ones, additive=False),
    "price_index": Observed(price_index, _ones, additive=False),
    "income": Observed(income),
    "factor_income": Observed(factor_income),
    "tariff_revenue": Observed(tariff_revenue),
}
"""By name; each is a row of variables.csv by country."""

NAMES = tuple(OBSERVED)


def stacked(economy: Economy, state: State) -> Float[Array, "objective country"]:
    """Every objective, in the order of `NAMES`: one compiled program serves them all."""
    return jnp.stack([observed.objective(economy, state) for observed in OBSERVED.values()])
