"""How much time there is to adapt: a horizon sets elasticities and the share of specific capital, nothing else.

Every number stands in horizons.csv with its source and range.
"""

import csv
from dataclasses import replace
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np

from multipolar.catalogue import _
from multipolar.errors import InputError
from multipolar.measures.scenario import Horizon, Sourcing
from multipolar.world.tables import FloatArray, Parameters
from multipolar.world.world import World


@cache
def horizon_table() -> tuple[dict[str, str], ...]:
    """Every row of horizons.csv: horizon, parameter, rule, value, low, high, status, source."""
    text = files("multipolar.equilibrium").joinpath("horizons.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@lru_cache(maxsize=8)
def as_closed(world: World, horizon: Horizon, sourcing: Sourcing) -> World:
    """The world with the parameters of a horizon, and with its record of uses only where sourcing is by use.

    Raises:
        InputError: the world lacks a datum that the horizon or the sourcing needs; says which, and how to give it.
    """
    if sourcing == "by-use" and not world.records_uses:
        raise InputError(_("This world does not record which user buys what from whom, which by-use sourcing needs. "
                           "Make it with World.from_flows, or use sourcing='common'."))
    used = world.without_uses() if sourcing == "common" else world
    return replace(used, parameters=_parameters(world.parameters, horizon))


def _parameters(own: Parameters, horizon: Horizon) -> Parameters:
    """The parameters of a horizon, from the world's own."""
    _require(own, horizon)
    number = {(row["parameter"], row["rule"]): float(row["value"]) for row in horizon_table()
              if row["horizon"] == horizon and row["value"]}
    theta = own.trade_elasticity
    floor = np.maximum(theta * number["trade_elasticity", "times"], number["trade_elasticity", "at least"])
    return replace(
        own,
        trade_elasticity=np.minimum(theta, floor),
        value_added_elasticity=number.get(("value_added_elasticity", "value"), own.value_added_elasticity),
        input_elasticity=number.get(("input_elasticity", "value"), own.input_elasticity),
        final_demand_elasticity=number.get(("final_demand_elasticity", "value"), own.final_demand_elasticity),
        supply_elasticity=_times(own.supply_elasticity, number["supply_elasticity", "times"]),
        capital_share=_times(own.capital_share, number["capital_share", "times"]),
    )


def _times(values: FloatArray | None, factor: float) -> FloatArray | None:
    return None if values is None else values * factor


def _require(own: Parameters, horizon: Horizon) -> None:
    """Refuse what would have to be guessed."""
    if horizon == "short" and own.capital_share is None:
        raise InputError(_("This world does not say how much of its capital is specific to an industry, which the "
                           "short horizon needs. Give it with with_parameters(capital_share=...), or use "
                           "horizon='long'."))
    if own.resource_share is not None and own.supply_elasticity is None:
        raise InputError(_("This world has resource shares but no supply elasticities. Give them with "
                           "with_parameters(supply_elasticity=...), or leave out the resource shares."))
