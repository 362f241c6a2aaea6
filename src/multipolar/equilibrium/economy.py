"""From a world and its policy to the arrays that the equations read. NumPy only; what does not change with policy is
made once per world."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from multipolar.equilibrium.domestic import among_living, domestic_response, padded_response
from multipolar.equilibrium.lost_inputs import without_lost
from multipolar.equilibrium.wedge_list import as_wedges, wedge_list
from multipolar.measures.combine import Policy
from multipolar.measures.measure import Cells
from multipolar.world.tables import FloatArray, IntArray, quotient
from multipolar.world.world import World

if TYPE_CHECKING:
    from multipolar.equilibrium.equations import Economy, State

BoolArray = NDArray[np.bool_]

SMALLEST_CONTEST = 0.05
"""A market that is one seller's own in the base year may be contested under measures."""

PADDED_COUNTRIES = (4, 8, 16)
PADDED_SECTORS = (4, 8)
"""Worlds up to the largest of both are padded to the next size, so that few programs are compiled."""


_PAIRS = ("group", "sector", "country", "country")
_GOODS = ("group", "sector", "country")
_INDUSTRIES = ("sector", "country")
_RESOURCES = ("resource", "country")
_CAPITAL = ("capital", "country")
AXES: dict[str, tuple[str, ...]] = {
    "kernel": _PAIRS, "net_kernel": _PAIRS, "trade_elasticity": ("sector",), "value_added_elasticity": (),
    "input_elasticity": (), "final_demand_elasticity": (), "resource_sector": ("resource",),
    "resource_elasticity": _RESOURCES, "resource_share": _RESOURCES, "rest_share": _RESOURCES,
    "capital_sector": ("capital",), "capital_share": ("capital",), "input_shares": ("country", "sector", "sector"),
    "mix_share": _INDUSTRIES, "final_shares": _GOODS,
    "log_productivity": _INDUSTRIES, "spending": _GOODS,
    "traded": _GOODS, "factor_income": ("country",), "labour_income": ("country",), "capital_income": _CAPITAL,
    "resource_income": _RESOURCES, "resource_response": _RESOURCES, "capital_response": _CAPITAL,
    "fixed_deficit": ("country",), "deficit_rate": ("country",), "transfers": ("country",), "gifts": _GOODS,
    "component": ("country",),
}
"""Axes of an economy's arrays, by which it is padded; all else has a padding of its own."""

FILLED = {"trade_elasticity": 1.0, "rest_share": 1.0, "resource_elasticity": 1.0, "resource_response": 1.0,
          "capital_response": 1.0}
"""What padding holds where it is not zero."""


@dataclass(frozen=True, eq=False)
class BaseYear:
    """Shares of the base year in the layout of the equations (sourcing group, sector, importer, exporter)."""

    kernel: FloatArray
    """pi (group, sector, importer, exporter)."""
    net_kernel: FloatArray
    """pi u: the part that reaches producers."""
    input_shares: FloatArray
    """b (country, user, sector), within materials; zero where an industry buys none."""
    value_added_share: FloatArray
    """a (sector, country)."""
    final_shares: FloatArray
    """alpha (group, sector, country)."""
    spending: FloatArray
    """X (group, sector, country)."""

    @cached_property
    def input_needs(self) -> FloatArray:
        """b (1 - a) (country, user, sector): inputs as shares of output."""
        return self.input_shares * (1 - self.value_added_share.T)[:, :, None]


@lru_cache(maxsize=2)
def flows_by_group(world: World) -> FloatArray:
    """What buyers pay before tariffs in the base year (group, exporter, sector, importer): one group of all users under
    common sourcing; each using industry, and last final users, where the world says who uses what from whom."""
    tables = world.tables
    if tables.to_users is None or tables.to_final is None:
        return tables.landed[None]
    groups = np.concatenate([np.moveaxis(tables.to_users, 3, 0), tables.to_final[None]])
    return groups if tables.rents is None else groups * tables.landed_over_recorded


def received_by_group(world: World) -> FloatArray:
    """What producers receive in the base year, in the same shape."""
    tables, flows = world.tables, flows_by_group(world)
    return flows if tables.rents is None else flows / tables.markup


@lru_cache(maxsize=4)
def base_year(world: World) -> BaseYear:
    """The base year's shares; kept for the last few worlds, since every scenario starts from them."""
    tables, flows = world.tables, flows_by_group(world)
    paid = flows * (1 + tables.tariffs)
    spending = paid.sum(axis=1)
    # Under by-use sourcing only the last group, final users, spends as final users do.
    final = np.zeros_like(spending)
    final[-1] = quotient(tables.final, tables.final_spending[None])
    return BaseYear(
        kernel=np.ascontiguousarray(quotient(paid, spending[:, None]).transpose(0, 2, 3, 1)),
        net_kernel=np.ascontiguousarray(quotient(received_by_group(world), spending[:, None]).transpose(0, 2, 3, 1)),
        input_shares=np.ascontiguousarray(quotient(tables.inputs, tables.materials[None]).transpose(1, 2, 0)),
        value_added_share=np.ascontiguousarray(quotient(tables.value_added, tables.output).T),
        final_shares=final,
        spending=spending,
    )


def kernels(world: World, policy: Policy) -> tuple[FloatArray, FloatArray]:
    """pi kappa_hat^-theta and its part net of tariffs, (group, sector, importer, exporter); closed cells exactly 0."""
    base, theta = base_year(world), world.parameters.trade_elasticity
    kernel, net = base.kernel.copy(), base.net_kernel.copy()
    tariffs = world.tables.tariffs

    def markup(cells: Cells) -> Any:
        return 1.0 if world.tables.rents is None else world.tables.markup[_public(cells)]

    at = _address(policy.lifted)
    kernel[at] = latent_weights(kernel, policy.lifted, policy.latent_shares)
    net[at] = kernel[at] / (1 + tariffs[_public(policy.lifted)]) / markup(policy.lifted)
    at, cells = _address(policy.tariff_cells), policy.tariff_cells
    kernel[at] *= ((1 + policy.tariff_rates) / (1 + tariffs[_public(cells)])) ** -theta[cells.sector]
    net[at] = kernel[at] / (1 + policy.tariff_rates) / markup(cells)
    at, cells = _address(policy.iceberg_cells), policy.iceberg_cells
    factor = policy.iceberg_factors ** -theta[cells.sector]
    kernel[at] *= factor
    net[at] *= factor
    # A flow may have several export taxes: they multiply.
    shape = len(world.countries), len(world.sectors)
    flat, place = np.unique(policy.tax_cells.flat(shape), return_inverse=True)
    taxed = np.ones(len(flat))
    np.multiply.at(taxed, place, 1 + policy.tax_rates)
    cells = Cells.from_flat(flat, shape)
    at = _address(cells)
    kernel[at] *= taxed ** -theta[cells.sector]
    net[at] *= taxed ** (-1 - theta[cells.sector])
    at = _address(policy.closed)
    kernel[at] = net[at] = 0.0
    return kernel, net


def latent_weights(shares: FloatArray, cells: Cells, latent: FloatArray) -> FloatArray:
    """What lifted flows weigh beside the unchanged others, so that with nothing else changed each has its latent share.

    `shares` is (group, sector, importer, exporter). With R the base-year share of all flows of a good into a country
    that are not lifted, the weight of a flow is R latent / (1 - sum of latent).
    """
    before, lifted = np.zeros(shares.shape[:3]), np.zeros(shares.shape[1:3])
    np.add.at(lifted, (cells.sector, cells.importer), latent)
    at: Any = slice(None), cells.sector, cells.importer
    np.add.at(before, at, shares[_address(cells)])
    weights: FloatArray = (1 - before[at]) * latent / (1 - lifted[at[1:]])
    return weights


def _address(cells: Cells) -> tuple[Any, Any, Any, Any]:
    """Index of cells in a kernel (group, sector, importer, exporter), for every group."""
    return slice(None), cells.sector, cells.importer, cells.exporter


def _public(cells: Cells) -> tuple[Any, Any, Any]:
    """Index of cells in an array of the public order (exporter, sector, importer)."""
    return cells.exporter, cells.sector, cells.importer


def capital_share(world: World) -> FloatArray:
    """rho (sector,): specific capital in value added without the resource; zero where the world records none."""
    share = world.parameters.capital_share
    return np.zeros(len(world.sectors)) if share is None else share


def resource_share(world: World) -> FloatArray:
    """s_R (sector, country): the resource's share of output; zero where the world records none."""
    share = world.parameters.resource_share
    of_value_added = np.zeros(len(world.sectors)) if share is None else share
    # A base year solved again without deficits has a share of its own in each country.
    by_country = of_value_added[:, None] if of_value_added.ndim == 1 else of_value_added
    return base_year(world).value_added_share * by_country


def resource_elasticity(world: World) -> FloatArray:
    """sigma_R (sector, country), so that supply answers the producer's price by the sector's supply elasticity."""
    share, supply = resource_share(world), world.parameters.supply_elasticity
    answer = np.zeros(len(world.sectors)) if supply is None else supply
    # A base year solved again without deficits has elasticities of its own, so that techniques stay what they are.
    by_country = answer[:, None] if answer.ndim == 1 else answer
    elasticity: FloatArray = np.where(share > 0, by_country * share / (1 - share), 1.0)
    return elasticity


@lru_cache(maxsize=8)
def contested_sales(world: World) -> FloatArray:
    """theta times the part of an industry's sales (sector, country) that a dearer price would lose to others."""
    held = np.einsum("gsni,gisn->si", base_year(world).kernel, received_by_group(world))
    sold = world.tables.output.T
    lost = 1 - np.divide(held, sold, out=np.ones_like(held), where=sold > 0)
    contested: FloatArray = world.parameters.trade_elasticity[:, None] * np.maximum(lost, SMALLEST_CONTEST)
    return contested


def fixed_deficit(world: World, rule: str) -> FloatArray:
    """D' of the fixed rule, million USD; zero under the others."""
    return world.tables.deficit if rule == "fixed" else np.zeros(len(world.countries))


def deficit_rate(world: World, rule: str) -> FloatArray:
    """delta = D / Omega of the proportional rule; zero under the others."""
    tables = world.tables
    return tables.deficit / tables.factor_income if rule == "proportional" else np.zeros(len(world.countries))


def assemble(world: World, policy: Policy, rule: str, kernel: FloatArray, net_kernel: FloatArray,
             living_goods: BoolArray, living_industries: BoolArray, component: NDArray[np.int64]) -> "Economy":
    """The economy in which only living goods (group, country, sector) and industries (country, sector) are left."""
    from multipolar.equilibrium.blocks import prepare_blocks
    from multipolar.equilibrium.blocks.block import padded_length
    from multipolar.equilibrium.equations import Economy

    base = base_year(world)
    bought: BoolArray = base.spending > 0
    traded = bought & living_goods.transpose(0, 2, 1)
    lost, shut = not np.array_equal(traded, bought), ((world.tables.output > 0) & ~living_industries).any()
    if shut or len(policy.lifted):
        # Who makes nothing in the base year sells nothing anyway, unless such a flow is lifted.
        alive = living_industries.T[None, :, None, :]
        kernel, net_kernel = kernel * alive, net_kernel * alive
    listed = wedge_list(world, policy)
    same = unchanging(world)
    arrays: dict[str, Any] = {
        **same,
        "kernel": kernel,
        "net_kernel": net_kernel,
        "log_productivity": np.log(policy.productivity.T),
        "fixed_deficit": fixed_deficit(world, rule),
        "deficit_rate": deficit_rate(world, rule),
        "transfers": policy.transfers,
        "gifts": np.concatenate([np.zeros_like(base.spending[:-1]), policy.gifts[None]]),
        "wedges": as_wedges(listed),
        "blocks": prepare_blocks(world, policy.specs, listed.spec_places, padded_length(len(listed.landed)),
                                 listed.own_taxes),
        "component": component,
    }
    if lost or shut:
        working = living_industries.T
        arrays |= {
            "spending": np.where(traded, base.spending, 0.0), "traded": traded,
            "capital_income": np.where(working[same["capital_sector"]], same["capital_income"], 0.0),
            "resource_income": np.where(working[same["resource_sector"]], same["resource_income"], 0.0),
        }
        arrays["domestic_response"] = among_living(same["domestic_response"], arrays)
    if lost:
        arrays |= without_lost(arrays, living_goods, living_industries)
    return Economy(**arrays)


@lru_cache(maxsize=4)
def unchanging(world: World) -> dict[str, Any]:
    """The arrays of an economy that no policy changes, while every good and industry lives; not to be written to.

    Rents are solved for in sectors that have a resource or specific capital; in small worlds in every sector, so that
    all of these share few compiled programs.
    """
    base, parameters, output = base_year(world), world.parameters, world.tables.output.T
    resource, capital, elasticity = resource_share(world), capital_share(world), resource_elasticity(world)
    mixed, contest = base.value_added_share - resource, contested_sales(world)
    all_of_them = _is_padded(*output.shape[::-1])
    has_resource, has_capital = (np.flatnonzero(has | all_of_them) for has in ((resource > 0).any(axis=1), capital > 0))
    labour_part, capital = 1 - capital[:, None], capital[has_capital]
    by_capital = capital[:, None] * mixed[has_capital]
    arrays: dict[str, Any] = {
        "trade_elasticity": parameters.trade_elasticity,
        "input_shares": base.input_shares,
        "value_added_elasticity": np.float64(parameters.value_added_elasticity),
        "input_elasticity": np.float64(parameters.input_elasticity),
        "final_demand_elasticity": np.float64(parameters.final_demand_elasticity),
        "resource_sector": has_resource,
        "resource_elasticity": elasticity[has_resource],
        "resource_share": resource[has_resource],
        "rest_share": 1 - resource[has_resource],
        "capital_sector": has_capital,
        "capital_share": capital,
        "mix_share": mixed / (1 - resource),
        "final_shares": base.final_shares,
        "spending": base.spending,
        "traded": base.spending > 0,
        "factor_income": world.tables.factor_income,
        "labour_income": (labour_part * mixed * output).sum(axis=0),
        "capital_income": by_capital * output[has_capital],
        "resource_income": (resource * output)[has_resource],
        "resource_response": (resource + elasticity * (1 - resource) + contest * resource)[has_resource],
        "capital_response": 1 - (1 - parameters.value_added_elasticity) * capital[:, None] * (
            1 - base.value_added_share[has_capital]) + contest[has_capital] * by_capital,
    }
    arrays["domestic_response"] = domestic_response(base.kernel, base.net_kernel, arrays)
    for values in arrays.values():
        if isinstance(values, np.ndarray):
            values.flags.writeable = False
    return arrays


def resting_state(economy: "Economy") -> "State":
    """z = 0: the base year, in the shapes of an economy."""
    from multipolar.equilibrium.equations import State

    like = (economy.factor_income, economy.spending, economy.spending, economy.resource_income, economy.capital_income)
    zeros: list[Any] = [np.zeros(np.shape(values)) for values in like]
    zeros.append(tuple(block.start() for block in economy.blocks))
    return State(*zeros)


def padded_size(countries: int, sectors: int, groups: int = 1) -> tuple[int, int]:
    """The shape a world is solved in; by-use sourcing, whose groups are the sectors again, is not padded."""
    if groups > 1 or not _is_padded(countries, sectors):
        return countries, sectors
    return _next_size(countries, PADDED_COUNTRIES), _next_size(sectors, PADDED_SECTORS)


def _is_padded(countries: int, sectors: int) -> bool:
    return countries <= PADDED_COUNTRIES[-1] and sectors <= PADDED_SECTORS[-1]


def _next_size(size: int, sizes: Sequence[int]) -> int:
    return next(candidate for candidate in sizes if candidate >= size)


def pad(economy: "Economy", countries: int, sectors: int) -> "Economy":
    """The economy with empty countries and sectors added; they carry no price and buy nothing."""
    have = len(economy.factor_income), len(economy.trade_elasticity)
    if have == (countries, sectors):
        return economy
    more = {"country": countries - have[0]} | dict.fromkeys(("sector", "resource", "capital"), sectors - have[1])
    arrays: dict[str, Any] = {
        name: np.pad(np.asarray(values), [(0, more.get(axis, 0)) for axis in AXES[name]],
                     constant_values=FILLED.get(name, 0)) if AXES[name] else values
        for name, values in economy._asdict().items() if name in AXES
    }
    every: Any = np.arange(sectors)
    return economy._replace(**arrays | {"resource_sector": every, "capital_sector": every, "domestic_response":
                                        padded_response(economy.domestic_response, have, (countries, sectors))})


def widened(state: "State", economy: "Economy") -> "State":
    """A state in the shapes of a padded economy, the opposite of `cut`."""
    return _in_shapes(state, economy, lambda values, shape: np.pad(
        values, [(0, wanted - have) for wanted, have in zip(shape, values.shape, strict=True)]))


def cut(state: "State", economy: "Economy") -> "State":
    """A padded solution in the shapes of the economy without padding, as NumPy arrays."""
    return _in_shapes(state, economy, lambda values, shape: values[tuple(slice(size) for size in shape)])


def _in_shapes(state: "State", economy: "Economy",
               fitted: Callable[[FloatArray, tuple[int, ...]], FloatArray]) -> "State":
    """A state with all but the unknowns of blocks, which have no padding, in the shapes of an economy."""
    shapes = [np.shape(values) for values in resting_state(economy)[:5]]
    arrays: list[Any] = [fitted(np.asarray(values), shape) for values, shape in zip(state[:5], shapes, strict=True)]
    arrays.append(tuple(np.asarray(unknown) for unknown in state.blocks))
    return type(state)(*arrays)


def by_industry(rents: FloatArray, sectors: IntArray, count: int) -> FloatArray:
    """Log rents (rent, country) as (sector, country), zero where a sector has none."""
    every = np.zeros((count, rents.shape[1]))
    every[sectors] = rents
    return every
