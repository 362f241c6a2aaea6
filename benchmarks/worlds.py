"""The worlds that are timed: published ones where their tables are given, the reference world, random balanced ones."""

import importlib.util
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import multipolar as mp

TEST_DATA = "MULTIPOLAR_TEST_DATA"
RATE = 0.25
SEED = 2024


@dataclass(frozen=True)
class Case:
    """A world to time, and the mark in milliseconds that a prototype set at about its size, where one did."""

    name: str
    make: Callable[[], mp.World]
    published: bool = False
    mark: str = ""


def cases() -> list[Case]:
    """All worlds, smallest first."""
    return [
        Case("NAFTA 1993", nafta, published=True),
        Case("WIOD 2008", wiod, published=True, mark="7"),
        Case("reference 2023", lambda: mp.load_world("reference-2023")),
        Case("random", lambda: random_world(77, 45), mark="10"),
        Case("random", lambda: random_world(160, 65), mark="65 (160 × 60)"),
    ]


def measure(world: mp.World) -> mp.Scenario:
    """The first country puts 25 % on all its imports."""
    first = world.countries[0]
    return mp.Scenario(name=f"{first}-25", measures=[mp.Tariff(importer=first, exporter="all", rate=RATE)])


def random_world(countries: int, sectors: int, seed: int = SEED, *, inputs: bool = True) -> mp.World:
    """A world of random shares whose spending is solved so that every market clears and no country has a deficit.

    Sizes of countries are log-normal, sectors differ in size, seven tenths of spending stays at home on average.
    Without `inputs` all output is value added.
    """
    draw = np.random.default_rng(seed)
    size = np.exp(draw.normal(0.0, 1.5, countries))
    appeal = np.exp(draw.normal(0.0, 1.0, (sectors, countries, countries))) * size
    shares = 0.3 * appeal / appeal.sum(axis=2, keepdims=True)       # (sector, importer, exporter)
    home = np.arange(countries)
    shares[:, home, home] += 0.7
    value_added = draw.uniform(0.3, 0.7, (sectors, countries)) if inputs else np.ones((sectors, countries))
    bought = draw.dirichlet(np.ones(sectors), (countries, sectors))  # (country, user, sector)
    final = draw.dirichlet(np.ones(sectors), countries).T            # (sector, country)
    spending = _cleared(shares, value_added, bought, final, 1e8 * size / size.sum())
    trade = (shares * spending[:, :, None]).transpose(2, 0, 1)
    materials = (1 - value_added) * trade.sum(axis=2).T
    purchases = np.einsum("nks,kn->snk", bought, materials)
    names = [f"C{number:03d}" for number in range(countries)]
    return mp.World.from_tables(
        trade, purchases, spending - purchases.sum(axis=2), countries=names, regions=names, year=2023,
        sectors=[f"s{number:02d}" for number in range(sectors)], name=f"random {countries} × {sectors}",
        trade_elasticity=draw.uniform(2.0, 10.0, sectors))


def _cleared(shares: np.ndarray, value_added: np.ndarray, bought: np.ndarray, final: np.ndarray,
             income: np.ndarray) -> np.ndarray:
    """Spending X (sector, country) that its own sales pay for: X = inputs + final shares times factor income."""
    world_income, spending = income.sum(), final * income
    while True:
        output = (spending[:, None, :] @ shares)[:, 0]
        earned = (value_added * output).sum(axis=0)
        materials = ((1 - value_added) * output).T
        new = (materials[:, None, :] @ bought)[:, 0].T + final * earned
        new *= world_income / earned.sum()
        if np.abs(new / spending - 1).max() < 1e-13:
            return new
        spending = new


def nafta() -> mp.World:
    """Caliendo & Parro (2015): 31 economies, 40 sectors, 1993."""
    tables = _published().nafta()
    tables["tariffs"] = tables.pop("tariffs_before")
    del tables["tariffs_after"]
    return mp.World.from_flows(**tables, year=1993, name="nafta-1993")


def wiod() -> mp.World:
    """World Input-Output Database: 41 economies, 35 industries, 2008."""
    return mp.World.from_flows(**_published().wiod(2008), year=2008, name="wiod-2008", clean=True)


def _published() -> Any:
    """The loader in the folder of published tables that MULTIPOLAR_TEST_DATA names."""
    path = Path(os.environ[TEST_DATA]) / "tables.py"
    spec = importlib.util.spec_from_file_location("published_tables", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
