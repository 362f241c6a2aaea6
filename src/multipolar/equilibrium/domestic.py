"""What a country's own wage, prices, spending and rents do to one another in the base year.

Most goods are bought at home, so most slow modes of a sweep are within countries. The search moves each country's
unknowns together, by the inverse of its own block of 1 - T_z: half the sweeps, and the same equilibrium, since only the
direction of a step depends on it. NumPy; made once per world.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from multipolar.world.tables import FloatArray, quotient

Response = NDArray[np.float32]
"""A direction needs no more digits, and half the memory is read at every step."""

DAMPING = 0.95
"""The part of its own effects that a country is moved by; below one, an economy closed to itself has an inverse too."""


class Unknowns(NamedTuple):
    """The unknowns of a country in the order of `State`, as changes by themselves (row, unknown): the identity."""

    wage: FloatArray
    price: FloatArray
    spending: FloatArray
    resource_rent: FloatArray
    capital_rent: FloatArray


class Paid(NamedTuple):
    """What industries pay out of their sales in the base year (sector, country), million USD."""

    resource: FloatArray
    value_added: FloatArray
    materials: FloatArray


class Costs(NamedTuple):
    """Changes of the logs of costs and of shares of revenue (country, sector, unknown)."""

    unit: FloatArray
    materials: FloatArray
    resource_share: FloatArray
    materials_share: FloatArray
    value_added_share: FloatArray


class Incomes(NamedTuple):
    """Changes of the logs of sales, and of what a resource and value added earn in the numeraire (country, sector,
    unknown)."""

    sales: FloatArray
    resource: FloatArray
    value_added: FloatArray


def domestic_response(kernel: FloatArray, net_kernel: FloatArray, economy: Mapping[str, Any]) -> Response:
    """(1 - T_z)^-1 among the unknowns of each country (country, unknown, unknown), in the order of `State`.

    `kernel` and `net_kernel` are those of the base year, `economy` the other arrays of its `Economy`. Without unknowns
    where industries source apart: their prices are too many for one block.
    """
    groups, _sectors, countries = economy["spending"].shape
    if groups > 1:
        return np.zeros((countries, 0, 0), np.float32)
    own = domestic_effects(kernel[0], net_kernel[0], economy)
    return among_living(np.linalg.inv(np.eye(own.shape[1]) - DAMPING * own).astype(np.float32), economy)


def among_living(response: Response, economy: Mapping[str, Any]) -> Response:
    """The response where goods or industries are gone: their unknowns stay where their equations put them."""
    if not response.shape[1]:
        return response
    traded = economy["traded"][0]
    alive = np.concatenate([economy["labour_income"][None] > 0, traded, traded, economy["resource_income"] > 0,
                            economy["capital_income"] > 0]).T
    both: Response = np.where(alive[:, :, None] & alive[:, None], response, np.eye(len(alive.T), dtype=np.float32))
    return both


def padded_response(response: Any, have: tuple[int, int], size: tuple[int, int]) -> Response:
    """The response of (countries, sectors) that have a rent in every sector, where there are more of both that do
    nothing: these are moved by no more than themselves."""
    (countries, sectors), (more_countries, more_sectors) = have, size
    rows = np.append(0, 1 + (more_sectors * np.arange(4)[:, None] + np.arange(sectors)).ravel())
    padded = np.tile(np.eye(1 + 4 * more_sectors, dtype=np.float32), (more_countries, 1, 1))
    padded[np.ix_(np.arange(countries), rows, rows)] = response
    return padded


def domestic_effects(kernel: FloatArray, net_kernel: FloatArray, economy: Mapping[str, Any]) -> FloatArray:
    """T_z among the unknowns of each country (country, unknown, unknown): equations (1)-(10) in differences.

    Kernels are (sector, importer, exporter). Left out are deficits, and what tariffs bring in at other prices.
    """
    unknown, received = _unknowns(economy), net_kernel * economy["spending"][0][..., None]
    paid, costs = _paid(economy, received.sum(axis=1)), _costs(economy, unknown)
    incomes = _incomes(economy, unknown, paid, costs, kernel, received)
    mobile = paid.value_added.copy()
    mobile[economy["capital_sector"]] -= economy["capital_income"]
    return np.concatenate([
        _sum(quotient(mobile, economy["labour_income"]), incomes.value_added),
        _each(_home(kernel)) * costs.unit,
        _purchases(economy, unknown, paid, costs, incomes, net_kernel.sum(axis=2)),
        _followed(unknown.resource_rent, incomes.resource[:, economy["resource_sector"]], economy["resource_response"]),
        _followed(unknown.capital_rent, incomes.value_added[:, economy["capital_sector"]], economy["capital_response"]),
    ], axis=1)


def _unknowns(economy: Mapping[str, Any]) -> Unknowns:
    sectors = len(economy["mix_share"])
    ends = np.cumsum([1, sectors, sectors, len(economy["resource_sector"]), len(economy["capital_sector"])])
    return Unknowns(*np.split(np.eye(ends[-1]), ends[:-1]))


def _paid(economy: Mapping[str, Any], output: FloatArray) -> Paid:
    resource = np.zeros_like(output)
    resource[economy["resource_sector"]] = economy["resource_income"]
    value_added = (output - resource) * economy["mix_share"]
    return Paid(resource, value_added, output - resource - value_added)


def _costs(economy: Mapping[str, Any], unknown: Unknowns) -> Costs:
    """Equations (1)-(3)."""
    resource, capital, share = economy["resource_sector"], economy["capital_sector"], economy["capital_share"][:, None]
    value_added = np.repeat(unknown.wage, len(unknown.price), axis=0)
    value_added[capital] = (1 - share) * value_added[capital] + share * unknown.capital_rent
    materials = economy["input_shares"] @ unknown.price
    mix = _each(economy["mix_share"]) * value_added + _each(1 - economy["mix_share"]) * materials
    unit, resource_share, rest_share = mix.copy(), np.zeros_like(mix), np.zeros_like(mix)
    unit[:, resource] = (_each(economy["resource_share"]) * unknown.resource_rent
                         + _each(economy["rest_share"]) * mix[:, resource])
    top, gap = 1 - _each(economy["resource_elasticity"]), 1 - economy["value_added_elasticity"]
    resource_share[:, resource] = top * (unknown.resource_rent - unit[:, resource])
    rest_share[:, resource] = top * (mix - unit)[:, resource]
    return Costs(unit, materials, resource_share, rest_share + gap * (materials - mix),
                 rest_share + gap * (value_added - mix))


def _incomes(economy: Mapping[str, Any], unknown: Unknowns, paid: Paid, costs: Costs, kernel: FloatArray,
             received: FloatArray) -> Incomes:
    """Equations (4), (5), (8) and (9): sales move with spending at home, and dearer costs turn markets to rivals."""
    output, elasticity = received.sum(axis=1), economy["trade_elasticity"][:, None]
    lost = elasticity * (1 - quotient((received * kernel).sum(axis=1), output))
    sales = _each(quotient(_home(received), output)) * unknown.spending - _each(lost) * costs.unit
    # The numeraire is what the world earns: that changes where rivals pay out another part of what they sell.
    paid_out = paid.resource + paid.value_added
    by_market = np.einsum("sni,si->sn", received, quotient(paid_out, output))
    turned = elasticity * (np.einsum("sni,sn->si", kernel, by_market) - paid_out)
    earned_in_the_world = (_sum(by_market, unknown.spending) + _sum(turned, costs.unit)
                           + _sum(paid.resource, costs.resource_share)
                           + _sum(paid.value_added, costs.value_added_share))
    scale = earned_in_the_world / economy["factor_income"].sum()
    return Incomes(sales, sales + costs.resource_share - scale, sales + costs.value_added_share - scale)


def _purchases(economy: Mapping[str, Any], unknown: Unknowns, paid: Paid, costs: Costs, incomes: Incomes,
               net_share: FloatArray) -> FloatArray:
    """Equations (6), (7) and (10): by industries, and by final users from incomes and tariffs."""
    spending, shares = economy["spending"][0], economy["final_shares"][0]
    by_industry = economy["input_shares"] * paid.materials.T[:, :, None]
    of_industries = by_industry.sum(axis=1).T
    earned = (_sum(paid.resource, incomes.resource) + _sum(paid.value_added, incomes.value_added)
              + _sum(spending * (1 - net_share), unknown.spending))
    gap = 1 - economy["input_elasticity"]
    substituted = (1 - economy["final_demand_elasticity"]) * (unknown.price - _sum(shares, unknown.price))
    bought = (by_industry.transpose(0, 2, 1) @ (incomes.sales + costs.materials_share - gap * costs.materials)
              + _each(of_industries) * gap * unknown.price
              + _each(shares) * earned + _each(spending - of_industries) * substituted)
    relative: FloatArray = _each(quotient(np.ones_like(spending), spending)) * bought
    return relative


def _followed(rent: FloatArray, implied: FloatArray, response: FloatArray) -> FloatArray:
    """A rent's move towards what it would earn, as in the sweep."""
    return rent + (implied - rent) / _each(response)


def _home(pairs: FloatArray) -> FloatArray:
    """(sector, country) of (sector, importer, exporter): what is bought at home."""
    return pairs.diagonal(axis1=1, axis2=2)


def _each(values: FloatArray) -> FloatArray:
    """(row, country) as (country, row, 1), to multiply changes by."""
    return values.T[:, :, None]


def _sum(weights: FloatArray, changes: FloatArray) -> FloatArray:
    """Weights (row, country) on changes, added up over rows (country, 1, unknown)."""
    total: FloatArray = (_each(weights) * changes).sum(axis=1, keepdims=True)
    return total
