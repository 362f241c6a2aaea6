"""Small worlds with a resource industry, which the tests of caps and corridors share."""

import numpy as np
import pytest

import multipolar as mp

COUNTRIES = ("A", "B", "C", "D")


def build_world(seed: int = 3, resource: float = 0.6, supply: float = 0.3) -> mp.World:
    """Four countries and three goods, drawn; the first good, oil, comes from a resource."""
    draw = np.random.default_rng(seed)
    trade = draw.lognormal(0, 0.5, (4, 3, 4)) * 100
    trade[range(4), :, range(4)] *= 4
    trade[0, 0] *= 3
    tariffs = draw.uniform(0, 0.2, (4, 3, 4))
    tariffs[range(4), :, range(4)] = 0
    spending = ((1 + tariffs) * trade).sum(axis=0)
    inputs = draw.dirichlet(np.ones(3), (4, 3)).transpose(2, 0, 1) * trade.sum(axis=2)[None] * 0.4
    inputs *= np.minimum(1, 0.8 * spending / inputs.sum(axis=2))[:, :, None]
    world = mp.World.from_tables(trade, inputs, spending - inputs.sum(axis=2), countries=COUNTRIES,
                                 sectors=["oil", "goods", "services"], year=2023, tariffs=tariffs,
                                 trade_elasticity=[8.0, 5.0, 4.0])
    return world.with_parameters(resource_share={"oil": resource, "goods": 0.0, "services": 0.0},
                                 supply_elasticity=supply, capital_share=0.3)


@pytest.fixture(scope="session")
def world() -> mp.World:
    return build_world()


@pytest.fixture(scope="session")
def solved():
    def solve(world, *measures, **closure):
        return mp.solve(world, mp.Scenario(measures=list(measures)), **closure)
    return solve


@pytest.fixture(scope="session")
def reference() -> mp.World:
    return mp.load_world("reference-2023")
