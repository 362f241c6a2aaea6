"""Friends and enemies (Kleinman, Liu & Redding 2024): who gains and who loses, to first order, when a country grows."""

from typing import TYPE_CHECKING

import numpy as np

from multipolar.equilibrium.objectives import NAMES
from multipolar.equilibrium.standing import Standing, pushed_productivity, standing, values
from multipolar.measures.scenario import Deficits, Horizon, Scenario, Sourcing
from multipolar.world.names import select_sectors
from multipolar.world.tables import FloatArray
from multipolar.world.world import World

if TYPE_CHECKING:
    import xarray

REPORTED = ("real_income", "factor_income")


def exposure(world: World, scenario: Scenario | None = None, *, sector: str | list[str] = "all",
             deficits: Deficits | None = None, horizon: Horizon | None = None,
             sourcing: Sourcing | None = None) -> "xarray.Dataset":
    """How every country's income answers the productivity of every other, in the full model.

    Args:
        world: a base year.
        scenario: where derivatives are taken; the base year where it is left out.
        sector: the industries that become more productive; codes or groups.
        deficits: overrides the scenario's rule.
        horizon: overrides the scenario's horizon.
        sourcing: overrides the scenario's sourcing.

    Returns:
        `real_income` and `factor_income` by (country, source): percent for each percent of productivity of the source
        in the chosen industries. Factor income is in the numeraire, the world's factor income.

    Raises:
        UnknownName: no such sector.
        NotConverged: a linear equation cannot be solved to tolerance. And whatever `solve` raises.
    """
    import xarray

    at = standing(world, scenario or Scenario(name="base-year"), deficits, horizon, sourcing)
    found = _elasticities(at, _growth(at, sector))
    codes = list(at.posed.base.countries)
    descriptions = {"real_income": "d ln real income of country / d ln productivity of source",
                    "factor_income": "d ln factor income of country / d ln productivity of source"}
    arrays = {name: xarray.DataArray(
        found[NAMES.index(name)], dims=("country", "source"), coords={"country": codes, "source": codes},
        attrs={"units": "percent per percent", "long_name": descriptions[name],
               "source": "Kleinman, Liu & Redding (2024)"}) for name in REPORTED}
    return xarray.Dataset(arrays, attrs={"scenario": at.posed.scenario.name, "world": at.posed.base.name,
                                         **at.posed.scenario.closure.model_dump()})


def _growth(at: Standing, sector: str | list[str]) -> FloatArray:
    """One step for each country (source, padded sector, padded country): its chosen industries grow."""
    countries, sectors = at.size
    chosen = np.arange(sectors) if sector == "all" else select_sectors(sector, at.posed.base).indices
    shifts = np.zeros((countries, *at.economy.log_productivity.shape))
    sources = np.arange(countries)
    shifts[sources[:, None], chosen[None, :], sources[:, None]] = 1.0
    return shifts


def _elasticities(at: Standing, shifts: FloatArray) -> FloatArray:
    """d ln outcome (objective, country, source)."""
    countries = at.size[0]
    levels = values(at)[:, :countries]
    changes = pushed_productivity(at, shifts)[:, :, :countries].transpose(1, 2, 0)
    return np.divide(changes, levels[:, :, None], out=np.zeros_like(changes), where=levels[:, :, None] != 0)
