"""The benchmarks time what they say: balanced worlds, the economy that `mp.solve` solves, and a comparable case."""

import asyncio
import importlib
from pathlib import Path

import httpx
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


def crowd_seen(benchmark_module, **changes):
    seen = {"seconds": [0.1, 0.2], "server": [20.0], "memory": [400.0] * 40} | changes
    return benchmark_module("load").Seen(**seen)


@pytest.mark.parametrize(("changes", "status"), [
    ({}, 0), ({"wrong": ["other numbers at 0.1"]}, 1), ({"memory": [400.0] * 30 + [500.0] * 10}, 1),
    ({"memory": [300.0] * 5 + [400.0] * 35}, 0)],
    ids=["good", "a wrong number", "memory grows", "memory while warming"])
def test_a_crowd_is_judged_by_its_numbers_and_the_memory(benchmark_module, capsys, changes, status):
    seen = crowd_seen(benchmark_module, **changes)
    assert benchmark_module("load").verdict(seen, 10.0) == status
    assert ("WRONG" in capsys.readouterr().out) == bool(status)


def test_a_crowd_compares_every_number_and_takes_a_polite_busy(benchmark_module):
    load, seen = benchmark_module("load"), crowd_seen(benchmark_module, seconds=[], server=[])
    row = {"outcome": {"countries": {"USA": {"real_income": 1.0}}}, "milliseconds": 3.0}
    busy = {"error": {"kind": "busy"}}
    answers = iter([httpx.Response(200, json=row), httpx.Response(503, json=busy, headers={"Retry-After": "1"}),
                    httpx.Response(503, json=busy), httpx.Response(200, json=row)])

    async def moves():
        transport = httpx.MockTransport(lambda _request: next(answers))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            for right in (1.0, 1.0, 1.0, 1.5):
                await load.one(client, {"scenario": load.scenario(20)}, 5.0, {"USA": right}, seen)

    asyncio.run(moves())
    assert dict(seen.answers) == {"answered": 2, "busy": 2}
    assert len(seen.wrong) == 2
    assert seen.wrong[0].startswith("503")
    assert seen.wrong[1] == "other numbers at 0.1"
