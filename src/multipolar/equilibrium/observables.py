"""How each variable of variables.csv is computed from the counterfactual year. Changes come out in percent."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from multipolar.equilibrium.decompose import Decomposition
from multipolar.equilibrium.economy import base_year
from multipolar.equilibrium.levels import Levels
from multipolar.equilibrium.payments import PAYMENTS
from multipolar.equilibrium.solved import at
from multipolar.equilibrium.tonnes import tonnes
from multipolar.equilibrium.war import war as means_of_war
from multipolar.world.energy import Energy
from multipolar.world.settlement import abroad
from multipolar.world.tables import FloatArray, quotient

_parts = lru_cache(maxsize=2)(Decomposition)
"""The decomposition of the last answers, whose parts are asked for one by one."""


_war = lru_cache(maxsize=2)(means_of_war)


def _percent(change: FloatArray) -> FloatArray:
    return 100.0 * (change - 1.0)


def real_income(levels: Levels) -> FloatArray:
    """W_hat (country,): of what is left after goods given away."""
    return levels.consumption / levels.world.tables.final_spending / levels.price_index


def _real_gdp(levels: Levels) -> FloatArray:
    tables = levels.world.tables
    before = tables.gdp
    return (levels.factor_income + levels.tariff_revenue + levels.rents_received) / before / levels.price_index


def _exports(levels: Levels) -> FloatArray:
    """Recorded exports (country,), without home sales."""
    exports: FloatArray = abroad(levels.trade_by_pair).sum(axis=1)
    return exports


def _imports(levels: Levels) -> FloatArray:
    """Recorded imports (country,), without home sales."""
    imports: FloatArray = abroad(levels.trade_by_pair).sum(axis=0)
    return imports


@lru_cache(maxsize=2)
def _repriced(levels: Levels) -> tuple[FloatArray, FloatArray]:
    """The base year's trade at the new prices (exporter, sector, importer): at the recorded price of the export, and at
    the border price that a buyer faces before tariff, icebergs of measures and settlement included."""
    tables, listed = levels.world.tables, levels.wedges
    exported = tables.trade * levels.cost[:, :, None]
    cells = at(listed.cells)
    received = levels.landed[cells] * listed.producer / listed.landed * levels.kept
    exported[cells] *= np.divide(levels.trade_by_origin[cells], received, out=np.ones_like(received),
                                 where=received > 0)
    if tables.base_rents is not None:
        exported[tables.base_rents.at] /= tables.base_rents.recorded_over_received
    imported = exported.copy()
    imported[at(levels.policy.iceberg_cells)] *= levels.policy.iceberg_factors
    if levels.burned_by_pair is not None:
        imported *= np.exp(levels.burned_by_pair)[:, None]
    return exported, imported


def _terms_of_trade(levels: Levels) -> FloatArray:
    """Caliendo & Parro (2015), equation (21), evaluated once with finite changes."""
    tables, (exported, imported) = levels.world.tables, _repriced(levels)
    exports = exported.sum(axis=(1, 2)) - tables.trade.sum(axis=(1, 2))
    imports = imported.sum(axis=(0, 1)) - tables.trade.sum(axis=(0, 1))
    terms: FloatArray = 100.0 * (exports - imports) / tables.final_spending
    return terms


def _volume_of_trade(levels: Levels) -> FloatArray:
    """Caliendo & Parro (2015), equation (21): t M (M'/M - price), which is t (M' - M price) also where M is zero."""
    tables = levels.world.tables
    quantity = levels.trade_by_origin - _repriced(levels)[1]
    volume: FloatArray = 100.0 * np.einsum("isn,isn->n", tables.tariffs, quantity) / tables.final_spending
    return volume


def _effective_tariff(levels: Levels) -> FloatArray:
    imports = _imports(levels)
    rate = quotient(levels.tariff_revenue, imports)
    return 100.0 * rate


def _output_quantity(levels: Levels) -> FloatArray:
    base = levels.world.tables.output
    growth = np.divide(levels.output, base, out=np.ones_like(base), where=base > 0)
    return _percent(growth / levels.cost)


def _producer_price(levels: Levels) -> FloatArray:
    """Missing (NaN) where an industry shuts: it has no price; an industry empty in the base year does not change."""
    shut = (levels.world.tables.output > 0) & (levels.output <= 0)
    return np.where(shut, np.nan, _percent(levels.cost))


def _fuel_price(levels: Levels) -> FloatArray:
    """Of the base year's price (country, good), what is left or more; missing where the industry shuts."""
    energy = levels.world.part(Energy)
    growth = 1 + _producer_price(levels)[:, energy.position.astype(int)] / 100
    return energy.price * growth


def _consumer_price(levels: Levels) -> FloatArray:
    """Missing (NaN) where final users, with those who source as they do, have lost the good; it has no price."""
    unsupplied = (base_year(levels.world).spending[-1] > 0) & (levels.spending[-1] <= 0)
    return np.where(unsupplied, np.nan, _percent(levels.paid_by_households)).T


OBSERVABLES: dict[str, Callable[[Levels], FloatArray]] = {
    "real_income": lambda levels: _percent(real_income(levels)),
    "real_gdp": lambda levels: _percent(_real_gdp(levels)),
    "equivalent_variation": lambda levels: levels.world.tables.final_spending * (real_income(levels) - 1),
    "real_wage": lambda levels: _percent(levels.wage / levels.price_index),
    "wage": lambda levels: _percent(levels.wage),
    "price_index": lambda levels: _percent(levels.price_index),
    "income": lambda levels: levels.final_spending,
    "factor_income": lambda levels: levels.factor_income,
    "tariff_revenue": lambda levels: levels.tariff_revenue,
    "rents": lambda levels: levels.rents_received,
    "given_away": lambda levels: levels.given_away,
    "deficit": lambda levels: levels.deficit,
    "transfers": lambda levels: levels.policy.transfers,
    "exports": _exports,
    "imports": _imports,
    "effective_tariff": _effective_tariff,
    "terms_of_trade": _terms_of_trade,
    "volume_of_trade": _volume_of_trade,
    "revenue": lambda levels: levels.output,
    "output": _output_quantity,
    "value_added": lambda levels: levels.value_added,
    "producer_price": _producer_price,
    "consumer_price": _consumer_price,
    "expenditure": lambda levels: levels.expenditure.T,
    "trade": lambda levels: levels.trade,
    "transit": lambda levels: levels.transit.sum(axis=(0, 2)),
    "duties": lambda levels: levels.duties,
    "gain_from_wages": lambda levels: _parts(levels).wages,
    "gain_from_tariff_revenue": lambda levels: _parts(levels).tariff_revenue,
    "gain_from_rents": lambda levels: _parts(levels).rents,
    "gain_from_gifts": lambda levels: _parts(levels).gifts,
    "gain_from_deficit": lambda levels: _parts(levels).deficit,
    "gain_from_transfers": lambda levels: _parts(levels).transfers,
    "gain_from_costs": lambda levels: _parts(levels).costs,
    "gain_from_barriers": lambda levels: _parts(levels).barriers,
    "gain_from_suppliers_lost": lambda levels: _parts(levels).suppliers_lost,
    "gain_from_suppliers_gained": lambda levels: _parts(levels).suppliers_gained,
    "fuel_flows": lambda levels: (found := tonnes(levels)).quantity * found.trusted[:, None],
    "fuel_production": lambda levels: (found := tonnes(levels)).produced * found.trusted,
    "fuel_use": lambda levels: (found := tonnes(levels)).used * found.trusted,
    "fuel_price": _fuel_price,
    "fuel_drift": lambda levels: 100.0 * tonnes(levels).drift,
    "fuel_exporter_drift": lambda levels: 100.0 * tonnes(levels).own_drift(),
    **PAYMENTS,
    "war_capacity": lambda levels: _percent(_war(levels).capacity),
    "military_budget": lambda levels: _percent(_war(levels).budget),
    "military_cost": lambda levels: _percent(_war(levels).cost),
    "arms_received": lambda levels: _war(levels).arms.sum(axis=0),
    "arms_given": lambda levels: _war(levels).arms.sum(axis=1),
}
"""By name, in the order of variables.csv; each returns an array of that row's dimensions and unit."""
