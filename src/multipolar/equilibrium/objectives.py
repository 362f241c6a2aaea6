"""Door 4: outcomes as pure JAX functions of an economy and its state, by the names of variables.csv.

An objective is `(economy, state) -> (country,)`. What variables.csv gives in percent is here the quantity itself, in
million USD at base-year prices or as a ratio, since an economy does not know the base year's totals; `Observed` says
what brings it into the unit of variables.csv. `observables.py` computes the same from levels, in NumPy.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from multipolar.catalogue import _
from multipolar.equilibrium.ces import log_index, transformed
from multipolar.equilibrium.equations import Economy, State, Year, deficits, total_income, year
from multipolar.errors import UnknownName
from multipolar.world.tables import FloatArray, Tables

Objective = Callable[[Economy, State], Array]


class Seen(NamedTuple):
    """An economy in a state, with what several objectives need: made once for all of them."""

    economy: Economy
    state: State
    now: Year
    price_index: Float[Array, " country"]
    """P_F of equation (6), relative to the base year."""


def seen(economy: Economy, state: State) -> Seen:
    """One pass through the equations."""
    elasticity = economy.final_demand_elasticity
    weighted = (economy.final_shares * transformed(state.log_price, elasticity)).sum((0, 1))
    return Seen(economy, state, year(state, economy), jnp.exp(log_index(weighted, elasticity)))


def _wage(at: Seen) -> Float[Array, " country"]:
    """w relative to the base year, in the numeraire."""
    return jnp.exp(at.state.log_wage)


def _own_use(at: Seen) -> Float[Array, " country"]:
    """(I' - G') / P_F: what is left for the country's own use, million USD at base-year prices."""
    return (at.now.final - at.economy.gifts.sum((0, 1))) / at.price_index


def _product(at: Seen) -> Float[Array, " country"]:
    """Factor income, duties, export taxes and rents over P_F, million USD at base-year prices."""
    lent = deficits(at.economy, total_income(at.now.earned))
    return (at.now.final - lent - at.economy.transfers) / at.price_index


def _tariff_revenue(at: Seen) -> Float[Array, " country"]:
    """Duties, million USD: what does not reach producers, less export taxes and rents at the wedges."""
    economy, now, cells = at.economy, at.now, at.economy.wedges
    spending = economy.spending * jnp.exp(at.state.log_spending)
    kept_back = (spending * (1 - now.supplied.net_share)).sum((0, 1))
    received = now.flows.shipped * cells.base_flow * jnp.exp(now.costs.unit[cells.sector, cells.exporter])
    return kept_back - jax.ops.segment_sum(cells.landed * now.flows.spent - received, cells.importer,
                                           len(economy.component))


@dataclass(frozen=True)
class Observed:
    """How an objective is computed, and what makes variables.csv's unit of it.

    `base` (country,) is its value in the base year where percent changes or differences are reported, else None; a
    group's change is that of the sum over members where `additive`.
    """

    compute: Callable[[Seen], Array]
    base: Callable[[Tables], FloatArray] | None = None
    additive: bool = True


def _ones(tables: Tables) -> FloatArray:
    return np.ones(len(tables.final_spending))


def _spending(tables: Tables) -> FloatArray:
    return tables.final_spending


def _gdp(tables: Tables) -> FloatArray:
    return tables.gdp


OBSERVED: dict[str, Observed] = {
    "real_income": Observed(_own_use, _spending),
    "real_gdp": Observed(_product, _gdp),
    "equivalent_variation": Observed(_own_use, _spending),
    "real_wage": Observed(lambda at: _wage(at) / at.price_index, _ones, additive=False),
    "wage": Observed(_wage, _ones, additive=False),
    "price_index": Observed(lambda at: at.price_index, _ones, additive=False),
    "income": Observed(lambda at: at.now.final),
    "factor_income": Observed(lambda at: total_income(at.now.earned)),
    "tariff_revenue": Observed(_tariff_revenue),
}
"""By name; each is a row of variables.csv by country."""

NAMES = tuple(OBSERVED)


def objective(name: str) -> Objective:
    """The objective of that name: (economy, state) -> (country,).

    Raises:
        UnknownName: it has none.
    """
    if name not in OBSERVED:
        raise UnknownName(name, _("variable with derivatives"), OBSERVED)
    compute = OBSERVED[name].compute
    return lambda economy, state: compute(seen(economy, state))


def stacked(economy: Economy, state: State) -> Float[Array, "objective country"]:
    """Every objective, in the order of `NAMES`: one compiled program serves them all."""
    at = seen(economy, state)
    return jnp.stack([observed.compute(at) for observed in OBSERVED.values()])
