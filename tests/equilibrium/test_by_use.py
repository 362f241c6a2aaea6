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


def test_no_measure_changes_nothing():
    outcome = mp.solve(drawn(alike=False), mp.Scenario(), sourcing="by-use")
    np.testing.assert_allclose(outcome.values("real_income"), 0, atol=1e-9)


def test_a_world_without_uses_says_so():
    world = mp.load_world("reference-2023")
    with pytest.raises(mp.InputError, match="does not record which user buys"):
        mp.solve(world, SCENARIO.model_copy(update={"measures": ()}), sourcing="by-use")


def test_a_user_that_loses_its_last_supplier_is_named():
    world = drawn(alike=False)
    ban = mp.Scenario(measures=[mp.Embargo(sides=("all", "all"), sector="all")])
    flows = world.tables.to_users.copy()
    flows[0, 0, 0, 1] = 0
    single = mp.World.from_flows(flows, world.tables.to_final, countries=["A", "B", "C"], sectors=["x", "y"], year=2020)
    with pytest.raises(mp.InputError, match="nobody is left to sell x to y in A"):
        mp.solve(single, ban, deficits="zero", sourcing="by-use")


def test_saving_keeps_the_record(tmp_path):
    world = drawn(alike=False)
    world.save(tmp_path / "w.nc")
    back = mp.load_world(tmp_path / "w.nc")
    assert back.hash == world.hash
    np.testing.assert_array_equal(back.tables.to_users, world.tables.to_users)
