"""Implicit derivatives of an equilibrium z = T(z, p): dz/dp = (1 - T_z)^-1 T_p, never by differencing.

`gradient` is one outcome by every policy cell, `sensitivity` every outcome along one package of measures: one linear
solve each. `equilibrium` is the solution as a pure JAX function, for objectives of one's own.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import equinox as eqx
import jax.numpy as jnp
import numpy as np

from multipolar.catalogue import _
from multipolar.equilibrium.economy import resting_state
from multipolar.equilibrium.equations import Economy, State
from multipolar.equilibrium.objectives import NAMES, OBSERVED, Objective, objective
from multipolar.equilibrium.outcome import Outcome
from multipolar.equilibrium.search import PATIENT_SWEEPS
from multipolar.equilibrium.solve import solve
from multipolar.equilibrium.solver import TOLERANCE, Anderson, by_country, fixed_point, strictness
from multipolar.equilibrium.standing import Standing, pulled, pushed, standing
from multipolar.equilibrium.steps import Step
from multipolar.errors import InputError, ScenarioError, UnknownName
from multipolar.measures.combine import Policy
from multipolar.measures.measure import Measure
from multipolar.measures.scenario import Deficits, Horizon, Scenario, Sourcing
from multipolar.variables import variable
from multipolar.world.names import select_countries
from multipolar.world.tables import FloatArray, IntArray, quotient
from multipolar.world.world import World

if TYPE_CHECKING:
    import xarray

By = Literal["tariff", "trade_cost", "productivity", "transfer"]

UNITS: dict[By, str] = {
    "tariff": "unit of the new rate (1 = 100 points)",
    "trade_cost": "unit of a further ad-valorem cost (1 = 100 %)",
    "productivity": "unit of a further change (1 = 100 %)",
    "transfer": "million USD received",
}
"""What a derivative is per unit of."""

SCALED = ("tariff_cells", "tariff_rates", "iceberg_cells", "iceberg_factors", "productivity", "transfers")
"""Arrays of a policy that have a size to scale."""

_CELLS = ("exporter", "sector", "importer")


def gradient(world: World, scenario: Scenario, outcome: str | Objective, wrt: By = "tariff", *,
             deficits: Deficits | None = None, horizon: Horizon | None = None,
             sourcing: Sourcing | None = None) -> "xarray.DataArray":
    """The derivative of one outcome by every policy cell, in the scenario's equilibrium.

    Args:
        world: a base year.
        scenario: where the derivative is taken; without measures, the base year.
        outcome: a variable by country and whose, such as "real_income[USA]" or "real_income[EU27]", in the unit of
            variables.csv and relative to the scenario's baseline; or a function (economy, state) -> number in JAX.
        wrt: "tariff" (the new rate), "trade_cost" (a further ad-valorem iceberg cost, which at zero is also a log
            cost), "productivity" (a further change) or "transfer" (million USD received, paid by all countries linked
            by payments in proportion to their factor income: what a payment from A to B does is B's less A's).
        deficits: overrides the scenario's rule.
        horizon: overrides the scenario's horizon.
        sourcing: overrides the scenario's sourcing.

    Returns:
        By (exporter, sector, importer) for tariffs and trade costs, with zero at home and where a flow is closed; by
        (country, sector) for productivity; by (country) for transfers.

    Raises:
        UnknownName: no such variable, country, group or kind of policy.
        InputError: the outcome of a group is asked for that does not add up over countries.
        NotConverged: the linear equation cannot be solved to tolerance. And whatever `solve` raises.
    """
    if wrt not in UNITS:
        raise UnknownName(str(wrt), _("policy to differentiate by"), UNITS)
    wanted = _named(world, outcome) if isinstance(outcome, str) else outcome
    at = standing(world, scenario, deficits, horizon, sourcing)
    if isinstance(wanted, tuple):
        name, unit = str(outcome), variable(wanted[0]).unit
        step = pulled(at, _weights(at, *wanted, _baseline(world, at)))
    else:
        name, unit = getattr(wanted, "__name__", "outcome"), ""
        step = pulled(at, np.ones(()), wanted)
    return _labelled(at, _derivative(at, step, wrt), wrt, unit, name)


def sensitivity(world: World, scenario: Scenario, measures: Measure | Sequence[Measure], *,
                deficits: Deficits | None = None, horizon: Horizon | None = None,
             sourcing: Sourcing | None = None) -> "xarray.Dataset":
    """The first-order effect of further measures on every country: derivatives along their size, times the whole size.

    Measures are scaled in proportion: rates of tariffs and trade costs, changes of productivity, amounts.

    Args:
        world: a base year.
        scenario: where derivatives are taken.
        measures: tariffs, trade costs, productivity changes and transfers in money, on top of the scenario's.
        deficits: overrides the scenario's rule.
        horizon: overrides the scenario's horizon.
        sourcing: overrides the scenario's sourcing.

    Returns:
        Variables by country, in the units of variables.csv for the measures at their whole size.

    Raises:
        ScenarioError: a measure has no size to scale (a ban, a lift, a quota, an export tax, a transfer in kind), or
            the measures do not fit the scenario or the world. And whatever `solve` raises.
    """
    import xarray

    added = (measures,) if isinstance(measures, Measure) else tuple(measures)
    at = standing(world, scenario, deficits, horizon, sourcing)
    together = at.posed.scenario.model_copy(update={"measures": at.posed.scenario.measures + added})
    changes = pushed(at, _direction(at, together.policy(at.posed.base)))
    baseline, codes = _baseline(world, at), list(at.posed.base.countries)
    found = {}
    for name, change in zip(NAMES, changes, strict=True):
        weights = [_weight(at, name, np.array([place]), baseline) for place in range(len(codes))]
        row = variable(name)
        found[name] = xarray.DataArray(np.array(weights) * change[:len(codes)], dims="country",
                                       coords={"country": codes}, attrs={"units": row.unit})
    return xarray.Dataset(found, attrs={"scenario": scenario.name, "world": at.posed.base.name})


def equilibrium(economy: Economy, start: State | None = None) -> State:
    """The equilibrium of an economy in pure JAX, with implicit derivatives in both directions.

    Only accelerated sweeps, no existence test and no fallbacks: for economies near one that `solve` has solved. Call it
    within `jax.enable_x64(True)`; `standing(world, scenario).economy` is an economy to start from.

    Raises:
        RuntimeError: (equinox's) the sweeps did not converge.
    """
    if start is None:
        start = resting_state(economy)
    tolerance = strictness(economy)
    solver = Anderson(rtol=0.0, atol=TOLERANCE, norm=jnp.max, mixing=jnp.asarray(1.0), strictness=tolerance,
                      guide=by_country)
    found = fixed_point(economy, start, solver, PATIENT_SWEEPS)
    unsettled = ~(found.stats["residual"] < TOLERANCE * tolerance)
    state: State = eqx.error_if(found.value, unsettled, "the sweeps did not converge: is there an equilibrium?")
    return state


def _named(world: World, outcome: str) -> tuple[str, IntArray]:
    """The variable and the positions of the countries in "real_income[EU27]"."""
    match = re.fullmatch(r"\s*(\w+)\s*\[\s*([^\[\]]+?)\s*\]\s*", outcome)
    if match is None:
        raise InputError(_("{outcome!r} names no outcome of a country; write for example 'real_income[{country}]'.",
                           outcome=outcome, country=world.countries[0]))
    name, whose = match.groups()
    objective(name)
    chosen = np.arange(len(world.countries)) if whose == "world" else select_countries(
        whose, world.countries, world.year).indices
    if len(chosen) > 1 and not OBSERVED[name].additive:
        raise InputError(_("{name} of {group} does not add up over countries; ask for one country, or for {other}.",
                           name=name, group=whose, other="real_income"))
    return name, chosen


def _baseline(world: World, at: Standing) -> Outcome | None:
    """The outcome that the scenario's results are relative to."""
    scenario = at.posed.scenario
    baseline = scenario.baseline_scenario()
    return None if baseline is None else solve(world, baseline, **scenario.closure.model_dump())


def _weight(at: Standing, name: str, chosen: IntArray, baseline: Outcome | None) -> float:
    """What the objective of the chosen countries, summed, is multiplied by to come in the unit of variables.csv."""
    base = OBSERVED[name].base
    if base is None or variable(name).kind != "change":
        return 1.0
    before = base(at.posed.base.tables)
    if baseline is not None:
        before = before * (1 + baseline.values(name) / 100)
    return float(100 / before[chosen].sum())


def _weights(at: Standing, name: str, chosen: IntArray, baseline: Outcome | None) -> FloatArray:
    """The outcome as weights (objective, country) on the stacked objectives."""
    weights = np.zeros((len(NAMES), len(at.economy.transfers)))
    weights[NAMES.index(name), chosen] = _weight(at, name, chosen, baseline)
    return weights


def _derivative(at: Standing, step: Step, wrt: By) -> FloatArray:
    """The derivative by one kind of policy, in the public order and unit."""
    countries, sectors = at.size
    if wrt == "productivity":
        return np.asarray(step.log_productivity)[:sectors, :countries].T
    if wrt == "transfer":
        return _shared_out(at, np.asarray(step.transfers)[:countries])
    by_log = at.cells(step.log_tariff if wrt == "tariff" else step.log_cost)
    found = np.where(at.cells(at.economy.kernel.max(axis=0)) > 0, by_log, 0.0)
    home = np.arange(countries)
    found[home, :, home] = 0.0
    return found / (1 + at.levels.tariffs) if wrt == "tariff" else found


def _shared_out(at: Standing, by_transfer: FloatArray) -> FloatArray:
    """What receiving does when all countries of the component pay in proportion to base-year factor income."""
    income = at.posed.base.tables.factor_income
    total = at.levels.component_sum(income)
    mean = quotient(at.levels.component_sum(income * by_transfer), total)
    return by_transfer - mean


def _labelled(at: Standing, values: FloatArray, wrt: By, unit: str, name: str) -> "xarray.DataArray":
    import xarray

    world = at.posed.base
    labels = {"exporter": world.countries, "importer": world.countries, "country": world.countries,
              "sector": world.sectors}
    dims = {"productivity": ("country", "sector"), "transfer": ("country",)}.get(wrt, _CELLS)
    units = _("{unit} per {step}", unit=unit or _("unit of the outcome"), step=UNITS[wrt])
    return xarray.DataArray(values, dims=dims, coords={dim: list(labels[dim]) for dim in dims}, name=name,
                            attrs={"units": units, "long_name": _("d {outcome} / d {policy}", outcome=name, policy=wrt),
                                   "scenario": at.posed.scenario.name, "world": world.name})


def _direction(at: Standing, policy: Policy) -> Step:
    """The step from where the equilibrium stands towards a policy with more measures, of its whole size."""
    before = at.posed.policy
    had = dict(before.arrays())
    for name, array in policy.arrays():
        if name not in SCALED and not _same(array, had.get(name)):
            raise ScenarioError(_("the measures change {name}, which has no size to scale; only tariffs, trade costs, "
                                  "productivity and transfers of money have derivatives. Solve the scenario instead.",
                                  name=name.replace("_", " ")))
    rates, costs = at.levels.tariffs, _icebergs(before)
    new = at.posed.base.tables.tariffs.copy()
    cells = policy.tariff_cells
    new[cells.exporter, cells.sector, cells.importer] = policy.tariff_rates
    return Step(
        at.padded_cells((new - rates) / (1 + rates)), at.padded_cells(_icebergs(policy) / costs - 1),
        at.padded_industries(policy.productivity / before.productivity - 1),
        at.padded_countries(policy.transfers - before.transfers))


def _icebergs(policy: Policy) -> FloatArray:
    """d-hat (exporter, sector, importer)."""
    countries, sectors = policy.productivity.shape
    factors, cells = np.ones((countries, sectors, countries)), policy.iceberg_cells
    factors[cells.exporter, cells.sector, cells.importer] = policy.iceberg_factors
    return factors


def _same(one: Any, other: Any) -> bool:
    return other is not None and one.shape == other.shape and bool((one == other).all())


__all__ = ["Standing", "equilibrium", "gradient", "objective", "sensitivity", "standing"]
