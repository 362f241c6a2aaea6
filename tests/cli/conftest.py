"""A small world in a file, and the command line run inside this process."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import jax  # noqa: F401  loaded first, so that a command run in this process leaves JAX as it is
import numpy as np
import pytest
from typer.testing import CliRunner

from multipolar.cli.app import app
from multipolar.world.world import World

COUNTRIES = ("USA", "DEU", "CHN", "RUS")
ISIC = {"OIL": "B05-B06", "MAN": "C10-C33", "SER": "D-U"}


def build_world() -> World:
    """A balanced world of random flows and tariffs, in which Russia buys far more than it sells."""
    random = np.random.default_rng(3)
    size = len(COUNTRIES), len(ISIC), len(COUNTRIES)
    trade, tariffs = random.uniform(1.0, 9.0, size), random.uniform(0.0, 0.2, size)
    home = np.arange(len(COUNTRIES))
    trade *= 1e5
    trade[home, :, home] *= 5.0
    trade[:3, :, 3] *= 2.0
    trade[3, :, :3] *= 0.2
    tariffs[home, :, home] = 0.0
    spending = ((1.0 + tariffs) * trade).sum(axis=0)
    output = trade.sum(axis=2)
    inputs = 0.3 * spending[:, :, None] * (output / output.sum(axis=1, keepdims=True))[None, :, :]
    return World.from_tables(trade, inputs, spending - inputs.sum(axis=2), countries=COUNTRIES, sectors=tuple(ISIC),
                             year=2023, name="small", tariffs=tariffs, sector_isic=ISIC)


@dataclass(frozen=True)
class Done:
    """How a command ended: its exit status and what it wrote to each stream."""

    status: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture(scope="session")
def world() -> World:
    return build_world()


@pytest.fixture(scope="session")
def world_file(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("world") / "small.nc"
    world.save(path)
    return path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("solve", "two-blocs")`: an exception that no command foresees fails the test."""
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.delenv("MULTIPOLAR_DEBUG", raising=False)

    def invoke(*arguments: object) -> Done:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False,
                                    prog_name="multipolar")
        return Done(result.exit_code, result.stdout, result.stderr)
    return invoke


@pytest.fixture
def scenario_file(tmp_path: Path) -> Path:
    path = tmp_path / "tariff.yaml"
    path.write_text("version: 1\nname: my-tariff\ntitle: A tariff of mine\nmeasures:\n"
                    "- {kind: tariff, importer: USA, exporter: CHN, sector: all, rate: 40%}\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def flows_file(tmp_path_factory):
    """A world that records who uses what from whom."""
    random, home = np.random.default_rng(5), np.arange(3)
    flows, final = random.uniform(0.0, 1.0, (3, 2, 3, 2)) ** 3, random.uniform(1.0, 5.0, (3, 2, 3))
    flows[home, :, home] *= 9.0
    final[home, :, home] *= 9.0
    path = tmp_path_factory.mktemp("flows") / "flows.nc"
    World.from_flows(1e4 * flows, 1e4 * final, countries=("USA", "CHN", "DEU"), sectors=("OIL", "MAN"), year=2023,
                     name="flows").save(path)
    return path
