"""Small worlds that know how they settle."""

from functools import cache

import numpy as np

import multipolar as mp


def settled_world(trade, share, *, rails=("USD", "CNY"), eta=20.0, nu=0.0, theta=5.0, countries=None):
    """A world of one good without tariffs or inputs, `trade` by pair, `share` by pair and rail."""
    trade, share = np.array(trade, dtype=float), np.array(share, dtype=float)
    size = len(trade)
    share[range(size), range(size)] = 0
    world = mp.World.from_tables(trade[:, None], np.zeros((1, size, 1)), trade.sum(0)[None], year=2023,
                                 countries=countries or list("ABCDEF"[:size]), sectors=["x"], trade_elasticity=theta)
    return world.with_part(mp.Settlement(rails, share, np.zeros((size, size)), semi_elasticity=eta, thickness=nu))


@cache
def drawn_world(nu=0.0, eta=20.0):
    """Four countries, three goods with inputs and tariffs, three rails; by thickness."""
    draw = np.random.default_rng(7)
    trade = draw.lognormal(0, 0.7, (4, 3, 4)) * 100
    trade[range(4), :, range(4)] *= 5
    tariffs = draw.uniform(0, 0.2, (4, 3, 4))
    tariffs[range(4), :, range(4)] = 0
    spending = ((1 + tariffs) * trade).sum(axis=0)
    inputs = draw.dirichlet(np.ones(3), (4, 3)).transpose(2, 0, 1) * trade.sum(axis=2)[None] * 0.3
    inputs *= np.minimum(1, 0.8 * spending / inputs.sum(axis=2))[:, :, None]
    world = mp.World.from_tables(trade, inputs, spending - inputs.sum(axis=2), countries=list("ABCD"),
                                 sectors=["x", "y", "z"], year=2023, tariffs=tariffs, trade_elasticity=[3., 5., 8.])
    share = draw.dirichlet(np.ones(3), (4, 4))
    share[range(4), range(4)] = 0
    return world.with_part(mp.Settlement(("USD", "EUR", "CNY"), share, np.zeros((4, 4)), semi_elasticity=eta,
                                         thickness=nu))


def solved(world, *measures, **closure):
    return mp.solve(world, mp.Scenario(measures=list(measures)), **closure)
