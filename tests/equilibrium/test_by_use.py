"""Sourcing by use: each industry and final users buy from their own partners."""

import numpy as np
import pytest

import multipolar as mp
from multipolar.equilibrium.decompose import Decomposition


def drawn(alike: bool) -> mp.World:
    """Three countries and two goods; all users source alike, or each its own way."""
    draw = np.random.default_rng(3)
    flows = draw.lognormal(0, 0.8, (3, 2, 3)) * 100
    flows[range(3), :, range(3)] *= 4
    weights = np.broadcast_to(draw.uniform(0.02, 0.08, (1, 1, 3, 2)), (3, 2, 3, 2)) if alike else draw.uniform(
        0.02, 0.08, (3, 2, 3, 2))
    tariffs = draw.uniform(0, 0.2, (3, 2, 3))
    tariffs[range(3), :, range(3)] = 0
    users = flows[..., None] * weights
    return mp.World.from_flows(users, flows - users.sum(axis=3), countries=["A", "B", "C"], sectors=["x", "y"],
                               year=2020, tariffs=tariffs, trade_elasticity=[3.0, 6.0])


SCENARIO = mp.Scenario(measures=[mp.Tariff(importer="A", exporter="all", sector="x", rate=0.5),
                                 mp.ImportBan(importer="B", exporter="C", sector="y")])


@pytest.mark.parametrize("deficits", ["fixed", "zero", "proportional"])
def test_where_all_users_source_alike_it_is_common_sourcing(deficits):
    world = drawn(alike=True)
    common = mp.solve(world, SCENARIO, deficits=deficits)
    by_use = mp.solve(world, SCENARIO, deficits=deficits, sourcing="by-use")
    for name in ("real_income", "wage", "trade", "revenue", "terms_of_trade"):
        np.testing.assert_allclose(by_use.values(name), common.values(name), rtol=1e-8, atol=1e-7, err_msg=name)


@pytest.mark.parametrize("deficits", ["fixed", "zero"])
def test_where_they_do_not_it_matters_and_still_holds(deficits):
    world = drawn(alike=False)
    common = mp.solve(world, SCENARIO, deficits=deficits)
    by_use = mp.solve(world, SCENARIO, deficits=deficits, sourcing="by-use")
    assert np.abs(by_use.values("real_income") - common.values("real_income")).max() > 1e-3
    assert by_use.certificate.residual < 1e-10
    assert by_use.certificate.sourcing == "by-use"
    total = Decomposition(by_use._levels).total()
    np.testing.assert_allclose(total, 100 * np.log1p(by_use.values("real_income") / 100), atol=1e-10)


def test_alike_they_lose_a_good_alike():
    """C has y from B alone, and everybody there goes on without it."""
    flows = np.array([[[60, 20, 20.0], [30, 10, 0]], [[20, 60, 10], [20, 40, 20]], [[10, 30, 60], [0, 0, 0]]])
    users = flows[..., None] * np.array([0.3, 0.2])
    users[:, :, 2, 1] = 0.0
    world = mp.World.from_flows(users, flows - users.sum(axis=3), countries=["A", "B", "C"], sectors=["x", "y"],
                                year=2020, trade_elasticity=[3.0, 6.0])
    world = world.with_parameters(input_elasticity=2.0, final_demand_elasticity=2.5)
    ban = mp.Scenario(measures=[mp.ImportBan(importer="C", exporter="B", sector="y")])
    common, by_use = (mp.solve(world, ban, deficits="zero", sourcing=rule) for rule in ("common", "by-use"))
    for name in ("real_income", "wage", "trade", "revenue", "gain_from_suppliers_lost"):
        np.testing.assert_allclose(by_use.values(name), common.values(name), rtol=1e-8, atol=1e-7, err_msg=name)


def test_no_measure_changes_nothing():
    outcome = mp.solve(drawn(alike=False), mp.Scenario(), sourcing="by-use")
    np.testing.assert_allclose(outcome.values("real_income"), 0, atol=1e-9)


def test_a_world_without_uses_says_so():
    world = mp.load_world("reference-2023")
    with pytest.raises(mp.InputError, match="does not record which user buys"):
        mp.solve(world, SCENARIO.model_copy(update={"measures": ()}), sourcing="by-use")


def test_saving_keeps_the_record(tmp_path):
    world = drawn(alike=False)
    world.save(tmp_path / "w.nc")
    back = mp.load_world(tmp_path / "w.nc")
    assert back.hash == world.hash
    np.testing.assert_array_equal(back.tables.to_users, world.tables.to_users)
