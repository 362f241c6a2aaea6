"""The benchmarks time what they say: balanced worlds, the economy that `mp.solve` solves, and a comparable case."""

import importlib
from pathlib import Path

import jax
import numpy as np
import pytest

import multipolar as mp

ROOT = Path(__file__).parents[1]


@pytest.fixture
def benchmark_module(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    return lambda name: importlib.import_module(f"benchmarks.{name}")


def test_random_worlds_balance_without_deficits(benchmark_module):
    world = benchmark_module("worlds").random_world(9, 5)
    assert world.check().ok
    assert np.abs(world.tables.deficit / world.tables.final_spending).max() < 1e-9
    assert world.tables.inputs.min() > 0


def test_the_compiled_solve_is_of_the_economy_that_mp_solve_solves(benchmark_module):
    solves, worlds = benchmark_module("solves"), benchmark_module("worlds")
    world = worlds.random_world(17, 9)     # too large to be padded
    scenario = worlds.measure(world)
    economy = solves.economy_of(world, scenario)
    with jax.enable_x64(True):
        start = solves.resting_state(economy)
        found = solves.accelerate(economy, start, 1.0, most_steps=solves.QUICK_SWEEPS)[0]
    wages = 100 * np.expm1(np.asarray(found.log_wage))
    np.testing.assert_allclose(wages, mp.solve(world, scenario).wage, rtol=0, atol=1e-8)
    assert np.abs(wages).max() > 0.01


def test_with_shares_of_world_output_held_the_gravity_case_is_near_the_exact_one(benchmark_module):
    gravity, worlds = benchmark_module("gravity"), benchmark_module("worlds")
    world = worlds.random_world(12, 1, inputs=False)
    dearer = mp.TradeCost(importer=world.countries[0], exporter="all", ad_valorem=worlds.RATE)
    exact = np.asarray(mp.solve(world, mp.Scenario(name="trade cost", measures=[dearer])).real_income)
    held = gravity.with_shares_held(world)
    assert 1e-4 < np.abs(held - exact).max() < 0.1 * np.abs(exact).max()


def test_published_worlds_are_skipped_with_the_reason_where_their_tables_are_not_given(benchmark_module, monkeypatch):
    program, worlds = benchmark_module("__main__"), benchmark_module("worlds")
    monkeypatch.delenv(worlds.TEST_DATA, raising=False)
    published = [case for case in worlds.cases() if case.published]
    rows = [program.row_of(case, 1, 1) for case in published]
    assert [row.name for row in rows] == ["NAFTA 1993", "WIOD 2008"]
    assert all(worlds.TEST_DATA in row.skipped and row.ratio is None for row in rows)
