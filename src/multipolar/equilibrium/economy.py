"""From a world and its policy to the arrays that the equations read. NumPy only; what does not change with policy is
made once per world."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from multipolar.measures.combine import Policy
from multipolar.measures.measure import Cells
from multipolar.world.tables import FloatArray
from multipolar.world.world import World

if TYPE_CHECKING:
    from multipolar.equilibrium.equations import Economy, State

BoolArray = NDArray[np.bool_]

PADDED_COUNTRIES = (4, 8, 16)
PADDED_SECTORS = (4, 8)
"""Worlds up to the largest of both are padded to the next size, so that few programs are compiled."""


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


@lru_cache(maxsize=4)
def base_year(world: World) -> BaseYear:
    """The base year's shares; kept for the last few worlds, since every scenario starts from them."""
    tables = world.tables
    spending = tables.expenditure
    received = _share(tables.trade, spending[None]).transpose(1, 2, 0)
    paid = _share(tables.trade + tables.tariffs * tables.trade, spending[None]).transpose(1, 2, 0)
    materials = tables.inputs.sum(axis=0)
    return BaseYear(
        kernel=np.ascontiguousarray(paid)[None],
        net_kernel=np.ascontiguousarray(received)[None],
        input_shares=np.ascontiguousarray(_share(tables.inputs, materials[None]).transpose(1, 2, 0)),
        value_added_share=np.ascontiguousarray(_share(tables.value_added, tables.output).T),
        final_shares=_share(tables.final, tables.final_spending[None])[None],
        spending=spending[None],
    )


def _share(part: FloatArray, whole: FloatArray) -> FloatArray:
    """part / whole, zero where the whole is zero: an empty industry or good has no shares, and never a NaN."""
    whole = np.broadcast_to(whole, part.shape)
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def kernels(world: World, policy: Policy) -> tuple[FloatArray, FloatArray]:
    """pi kappa_hat^-theta and its part net of tariffs, (group, sector, importer, exporter); closed cells exactly 0."""
    base, theta = base_year(world), world.parameters.trade_elasticity
    kernel, net = base.kernel[0].copy(), base.net_kernel[0].copy()
    tariffs = world.tables.tariffs
    at = _address(policy.lifted)
    kernel[at] = latent_weights(kernel, policy.lifted, policy.latent_shares)
    net[at] = kernel[at] / (1 + tariffs[_public(policy.lifted)])
    at, cells = _address(policy.tariff_cells), policy.tariff_cells
    kernel[at] *= ((1 + policy.tariff_rates) / (1 + tariffs[_public(cells)])) ** -theta[cells.sector]
    net[at] = kernel[at] / (1 + policy.tariff_rates)
    at, cells = _address(policy.iceberg_cells), policy.iceberg_cells
    factor = policy.iceberg_factors ** -theta[cells.sector]
    kernel[at] *= factor
    net[at] *= factor
    at = _address(policy.closed)
    kernel[at] = net[at] = 0.0
    return kernel[None], net[None]


def latent_weights(shares: FloatArray, cells: Cells, latent: FloatArray) -> FloatArray:
    """What lifted flows weigh beside the unchanged others, so that with nothing else changed each has its latent share.

    `shares` is (sector, importer, exporter). With R the base-year share of all flows of a good into a country that
    are not lifted, the weight of a flow is R latent / (1 - sum of latent).
    """
    lifted, before = np.zeros(shares.shape[:2]), np.zeros(shares.shape[:2])
    at = cells.sector, cells.importer
    np.add.at(lifted, at, latent)
    np.add.at(before, at, shares[_address(cells)])
    weights: FloatArray = (1 - before[at]) * latent / (1 - lifted[at])
    return weights


def _address(cells: Cells) -> tuple[Any, Any, Any]:
    """Index of cells in a kernel (sector, importer, exporter)."""
    return cells.sector, cells.importer, cells.exporter


def _public(cells: Cells) -> tuple[Any, Any, Any]:
    """Index of cells in an array of the public order (exporter, sector, importer)."""
    return cells.exporter, cells.sector, cells.importer


def fixed_deficit(world: World, rule: str) -> FloatArray:
    """D' of the fixed rule, million USD; zero under the others."""
    return world.tables.deficit if rule == "fixed" else np.zeros(len(world.countries))


def deficit_rate(world: World, rule: str) -> FloatArray:
    """delta = D / Omega of the proportional rule; zero under the others."""
    tables = world.tables
    return tables.deficit / tables.factor_income if rule == "proportional" else np.zeros(len(world.countries))


def assemble(world: World, policy: Policy, rule: str, kernel: FloatArray, net_kernel: FloatArray,
             living_goods: BoolArray, living_industries: BoolArray, component: NDArray[np.int64]) -> "Economy":
    """The economy in which only living goods and industries (country, sector) are left to solve for."""
    from multipolar.equilibrium.equations import Economy

    base = base_year(world)
    traded: BoolArray = base.spending > 0
    if not (living_industries.all() and living_goods.all()):
        alive = living_industries.T[None, :, None, :]
        kernel, net_kernel = kernel * alive, net_kernel * alive
        traded = traded & living_goods.T[None] & _wanted(base, living_industries)
    arrays: dict[str, Any] = {
        "kernel": kernel,
        "net_kernel": net_kernel,
        "trade_elasticity": world.parameters.trade_elasticity,
        "input_shares": base.input_shares,
        "value_added_share": base.value_added_share,
        "final_shares": base.final_shares,
        "log_productivity": np.log(policy.productivity.T),
        "spending": np.where(traded, base.spending, 0.0),
        "traded": traded,
        "factor_income": world.tables.factor_income,
        "fixed_deficit": fixed_deficit(world, rule),
        "deficit_rate": deficit_rate(world, rule),
        "transfers": policy.transfers,
        "component": component,
    }
    return Economy(**arrays)


def _wanted(base: BaseYear, living_industries: BoolArray) -> BoolArray:
    """Goods (group, sector, country) that final users or an industry that still works would buy."""
    working = (base.input_shares > 0) & living_industries[:, :, None]
    wanted: BoolArray = (base.final_shares > 0) | np.asarray(working.any(axis=1)).T[None]
    return wanted


def resting_state(countries: int, sectors: int) -> "State":
    """z = 0: the base year."""
    from multipolar.equilibrium.equations import State

    zeros: list[Any] = [np.zeros(countries), np.zeros((1, sectors, countries)), np.zeros((1, sectors, countries))]
    return State(*zeros)


def padded_size(countries: int, sectors: int) -> tuple[int, int]:
    """The shape a world is solved in."""
    if countries > PADDED_COUNTRIES[-1] or sectors > PADDED_SECTORS[-1]:
        return countries, sectors
    return _next_size(countries, PADDED_COUNTRIES), _next_size(sectors, PADDED_SECTORS)


def _next_size(size: int, sizes: Sequence[int]) -> int:
    return next(candidate for candidate in sizes if candidate >= size)


def pad(economy: "Economy", countries: int, sectors: int) -> "Economy":
    """The economy with empty countries and sectors added; they carry no price and buy nothing."""
    have = len(economy.factor_income), len(economy.trade_elasticity)
    if have == (countries, sectors):
        return economy
    more = {"country": countries - have[0], "sector": sectors - have[1]}
    axes = {
        "kernel": ("group", "sector", "country", "country"), "net_kernel": ("group", "sector", "country", "country"),
        "trade_elasticity": ("sector",), "input_shares": ("country", "sector", "sector"),
        "value_added_share": ("sector", "country"), "final_shares": ("group", "sector", "country"),
        "log_productivity": ("sector", "country"), "spending": ("group", "sector", "country"),
        "traded": ("group", "sector", "country"),
    }
    filled = {"trade_elasticity": 1.0}
    arrays: dict[str, Any] = {
        name: np.pad(np.asarray(values), [(0, more.get(axis, 0)) for axis in axes.get(name, ("country",))],
                     constant_values=filled.get(name, 0))
        for name, values in economy._asdict().items()
    }
    return type(economy)(**arrays)


def cut(state: "State", countries: int, sectors: int) -> "State":
    """A padded solution without its padding, as NumPy arrays."""
    wage, price, spending = (np.asarray(values) for values in state)
    arrays: list[Any] = [wage[:countries], price[:, :sectors, :countries], spending[:, :sectors, :countries]]
    return type(state)(*arrays)
