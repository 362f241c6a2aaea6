"""Small worlds that the measures are tried on."""

import numpy as np
import pytest

from multipolar.world.world import World

ISIC = {"OIL": "B06 (oil part)", "ELE": "C26", "MAC": "C28", "SER": "D-U"}
COUNTRIES = ("USA", "DEU", "FRA", "CHN", "RUS", "UKR")


def build_world(countries=COUNTRIES, sectors=tuple(ISIC), *, seed=1, year=2023, empty=(), isic=ISIC) -> World:
    """A balanced world of random flows and tariffs; `empty` are flows (exporter, sector, importer) that are zero."""
    random = np.random.default_rng(seed)
    size = len(countries), len(sectors), len(countries)
    trade = random.uniform(1.0, 9.0, size)
    tariffs = random.uniform(0.0, 0.2, size)
    home = np.arange(len(countries))
    trade[home, :, home] *= 10.0
    tariffs[home, :, home] = 0.0
    for exporter, sector, importer in empty:
        trade[countries.index(exporter), sectors.index(sector), countries.index(importer)] = 0.0
    spending = ((1.0 + tariffs) * trade).sum(axis=0)
    output = trade.sum(axis=2)
    share = output / output.sum(axis=1, keepdims=True)
    inputs = 0.4 * spending[:, :, None] * share[None, :, :]
    return World.from_tables(trade, inputs, spending - inputs.sum(axis=2), countries=list(countries),
                             sectors=list(sectors), year=year, name="small", tariffs=tariffs,
                             trade_elasticity=[5.0 + at for at in range(len(sectors))], sector_isic=isic or {})


@pytest.fixture(scope="session")
def make_world():
    return build_world


@pytest.fixture(scope="session")
def world() -> World:
    return build_world()


@pytest.fixture(scope="session")
def gappy() -> World:
    """Russia buys no electronics from Germany, and the United States no oil from anyone but itself."""
    return build_world(empty=[("DEU", "ELE", "RUS"), *((seller, "OIL", "USA") for seller in COUNTRIES[1:])])
