"""Small worlds that the tests of this floor share."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from multipolar.world.world import World

COUNTRIES = ("USA", "CHN", "DEU", "FRA")
SECTORS = ("farm", "fuel", "chips")
ISIC = {"farm": "A01-A03", "fuel": "B05-B06", "chips": "C26"}


def draw_flows(seed: int, n: int = 4, s: int = 3) -> dict[str, Any]:
    """A full table with some zero cells, an idle industry and tariffs abroad, for `World.from_flows`."""
    random = np.random.default_rng(seed)
    intermediate = random.random((n, s, n, s)) * (random.random((n, s, n, s)) > 0.2)
    final = 2.0 * s * random.random((n, s, n)) + 0.1
    final[:, 0] += s * n
    final[:, 1] += s * n
    intermediate[0, s - 1], intermediate[0, :, 0, s - 1], final[0, s - 1] = 0.0, 0.0, 0.0
    intermediate[:, :, 0, s - 1] = 0.0
    final[1:, s - 1] += s * n
    tariffs = random.random((n, s, n)) * 0.3
    tariffs[np.arange(n), :, np.arange(n)] = 0.0
    return {"intermediate": intermediate, "final": final, "tariffs": tariffs}


@pytest.fixture
def flows() -> dict[str, Any]:
    return {**draw_flows(1), "countries": COUNTRIES, "sectors": SECTORS, "year": 2023}


@pytest.fixture
def make_world() -> Callable[..., World]:
    """A world from the drawn flows; arguments replace what is drawn."""
    def make(seed: int = 1, **changed: Any) -> World:
        given = {**draw_flows(seed), "countries": COUNTRIES, "sectors": SECTORS, "year": 2023, "name": "small",
                 "sector_isic": ISIC}
        return World.from_flows(**{**given, **changed})
    return make


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()
