"""Whether use of rails feeds on itself: the spectral radius of d ln S' / d ln S_hat. NumPy only.

A rail used more at both ends is cheaper there; its share of a pair rises by eta times that, and the pair's trade by
theta. Where the radius of that map reaches one, a little more use draws ever more.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from multipolar.equilibrium.economy import base_year
from multipolar.world.settlement import Settlement, abroad
from multipolar.world.tables import FloatArray, quotient
from multipolar.world.world import World

DENSE = 64
"""Up to this many unknowns every eigenvalue is computed; beyond, the largest by Arnoldi's method."""


@lru_cache(maxsize=4)
def pair_trade(world: World) -> FloatArray:
    """What producers of one country receive from another (exporter, importer), million USD; home sales are zero."""
    base = base_year(world)
    return abroad(np.einsum("gsni,gsn->in", base.net_kernel, base.spending))


@lru_cache(maxsize=8)
def base_radius(world: World) -> float:
    """The spectral radius in the base year of a world that has settlement shares."""
    part, base = world.part(Settlement), base_year(world)
    flows = np.einsum("gsni,gsn->isn", base.net_kernel, base.spending)
    return radius(flows, world.tables.tariffs, part.share, world.parameters.trade_elasticity, part.eta, part.nu)


def radius(flows: FloatArray, tariffs: FloatArray, share: FloatArray, theta: FloatArray, eta: float,
           nu: float) -> float:
    """The largest absolute eigenvalue of d ln S' / d ln S_hat at given wages, costs and spending.

    flows and tariffs (exporter, sector, importer), million USD before tariffs and rates, home sales included; share
    (exporter, importer, rail); theta (sector,). With thickness zero the map is constant and the radius zero.
    """
    countries, rails = share.shape[0], share.shape[2]
    size = countries * rails
    if nu == 0 or not share.any():
        return 0.0
    product = _derivative(flows, flows * (1 + tariffs), share, theta, eta, nu)
    if size <= DENSE:
        columns = [product(column) for column in np.eye(size)]
        return float(np.abs(np.linalg.eigvals(np.array(columns).T)).max())
    from scipy.sparse.linalg import LinearOperator, eigs  # slow to import

    operator = LinearOperator((size, size), matvec=product, dtype=np.float64)
    # A fixed start that favours no rail or country, so that the answer is the same every time.
    start = np.cos(np.arange(1.0, size + 1))
    return float(np.abs(eigs(operator, k=1, v0=start, tol=1e-4, return_eigenvectors=False)).max())


def _derivative(flows: FloatArray, spent: FloatArray, share: FloatArray, theta: FloatArray, eta: float,
                nu: float) -> Callable[[FloatArray], FloatArray]:
    """The map (country rail,) -> (country rail,): what a small ln S_hat does to ln S'."""
    paid = abroad(flows.sum(axis=1))
    whole = paid.sum(axis=1) + paid.sum(axis=0)
    carried = paid[..., None] * share
    by_rail = carried.sum(axis=1) + carried.sum(axis=0)
    steep = flows * theta[:, None]
    bought = spent.sum(axis=0)
    parts = quotient(spent, bought)
    # d ln of what the importer spends on a seller: -theta (own cost - mean cost of the good), summed over goods.
    own, mean = steep.sum(axis=1), steep.transpose(2, 0, 1) @ parts.transpose(2, 1, 0)

    def product(moves: FloatArray) -> FloatArray:
        change = moves.reshape(share.shape[0], share.shape[2])
        pull = nu / 2 * (change[:, None] + change)
        average = (share * pull).sum(axis=2)
        cost = -abroad(average)
        trade = abroad(-own * cost + (mean @ cost.T[..., None])[..., 0].T)
        shifted = eta * carried * (pull - average[..., None]) + trade[..., None] * share
        moved = shifted.sum(axis=1) + shifted.sum(axis=0)
        total = trade.sum(axis=1) + trade.sum(axis=0)
        used = by_rail > 0
        relative = np.divide(moved, by_rail, out=np.zeros_like(moved), where=used)
        growth = quotient(total, whole)[:, None]
        return np.where(used, relative - growth, 0.0).reshape(-1)

    return product
