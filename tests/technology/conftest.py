"""Small worlds that the tests of technology controls share."""

import numpy as np
import pytest

from multipolar.world.world import World

COUNTRIES = ("USA", "RUS", "TUR", "CHN")
SECTORS = ("FUEL", "ELE", "MAC")


def draw_world(seed: int = 3, tariffs: bool = True) -> World:
    """Four countries that sell everything to each other, with tariffs; tables without a record of users."""
    random = np.random.default_rng(seed)
    trade = 20 + 100 * random.random((4, 3, 4))
    trade[range(4), :, range(4)] += 400
    rates = np.where(np.eye(4, dtype=bool)[:, None], 0.0, 0.2 * random.random((4, 3, 4))) * tariffs
    spent = ((1 + rates) * trade).sum(axis=0)
    part = 0.5 * random.random((3, 4, 3)) / 3
    output = trade.sum(axis=2)
    inputs = part * np.minimum(output[None], spent[:, :, None])
    return World.from_tables(trade, inputs, spent - inputs.sum(axis=2), year=2023, countries=COUNTRIES,
                             sectors=SECTORS, tariffs=rates, trade_elasticity=[4.0, 6.0, 5.0], name="small",
                             sector_isic={"FUEL": "B05-B06", "ELE": "C26", "MAC": "C28"})


@pytest.fixture(scope="session")
def small() -> World:
    return draw_world()
