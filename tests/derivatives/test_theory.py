"""Derivatives that the literature derives in closed form, held to 1e-8 (published.md)."""

import numpy as np
import pytest
from tests.closed_form.formulas import home_share
from tests.closed_form.test_theory import two_countries
from tests.reference.worlds import small_world

import multipolar as mp

EXACT = 1e-8


def at_rates(world, own, foreign):
    return mp.Scenario(name="rates", measures=[mp.Tariff(importer="C0", exporter="C1", rate=own),
                                               mp.Tariff(importer="C1", exporter="C0", rate=foreign)])


def best_rate(world, foreign):
    """The fixed point of the formula: t = (1 + t' L) / ((1 + t') sum of chi theta lambda), at the equilibrium of t."""
    rate, theta = 0.3, world.parameters.trade_elasticity
    for _ in range(200):
        outcome = mp.solve(world, at_rates(world, rate, foreign))
        flows = outcome.values("trade")
        own = home_share(flows, np.where(np.eye(2)[:, None, :] > 0, 0.0, foreign))[:, 1]
        spent = outcome.values("expenditure")[1] / outcome.values("expenditure")[1].sum()
        exports = flows[0, :, 1] / flows[0, :, 1].sum()
        following = (1 + foreign * (spent * own).sum()) / ((1 + foreign) * (exports * theta * own).sum())
        if abs(following - rate) < 1e-13:
            return rate
        rate = (rate + following) / 2
    raise AssertionError("the formula has no fixed point")


@pytest.mark.parametrize("foreign", [0.0, 0.25])
@pytest.mark.parametrize("sectors", [1, 3])
def test_the_gradient_vanishes_at_the_best_tariff(sectors, foreign):
    """No rate on any good can be improved, to first order, where the formula says so; elsewhere one can."""
    world = two_countries(sectors)
    best = best_rate(world, foreign)
    own = {"exporter": "C1", "importer": "C0"}
    found = mp.gradient(world, at_rates(world, best, foreign), "real_income[C0]").sel(own) / 100
    np.testing.assert_allclose(found, 0.0, atol=EXACT)
    beside = mp.gradient(world, at_rates(world, best + 0.1, foreign), "real_income[C0]").sel(own) / 100
    assert beside.sum().item() < -1e-4


@pytest.mark.parametrize("countries", [2, 5])
def test_friends_and_enemies(countries):
    """Kleinman, Liu & Redding (2024), one sector: the matrices of income and real income by productivity."""
    theta = 4.0
    world = small_world(8, countries, 1, deficit=0.0, tariffs=0.0, materials=0.0).with_parameters(
        trade_elasticity=theta)
    flows = world.tables.trade[:, 0, :]
    spending = (flows / flows.sum(axis=0)).T                           # S[n, i]: n's spending on i
    income = flows / flows.sum(axis=1, keepdims=True)                  # T[i, n]: i's income from n
    weight = np.tile(flows.sum(axis=1) / flows.sum(), (countries, 1))  # Q
    both, one = income @ spending, np.eye(countries)
    incomes = -theta / (theta + 1) * np.linalg.solve(
        one - (income + theta * both) / (theta + 1) + weight, both - one)
    real = (one - spending) @ incomes + spending
    found = mp.exposure(world)
    np.testing.assert_allclose(found["factor_income"], incomes, atol=EXACT)
    np.testing.assert_allclose(found["real_income"], real, atol=EXACT)
    assert found["real_income"].dims == ("country", "source")


def test_exposure_is_the_gradient_by_productivity():
    """In the general model: a column is one source's growth, forwards; the gradient goes backwards."""
    world = small_world(5, 3, 2)
    scenario = mp.Scenario(name="t", measures=[mp.Tariff(importer="C0", exporter="all", rate=0.3)])
    everywhere, one = mp.exposure(world, scenario), mp.exposure(world, scenario, sector="s1")
    outcome = mp.solve(world, scenario)
    for code in world.countries:
        by = mp.gradient(world, scenario, f"real_income[{code}]", "productivity")
        level = 100 + outcome.real_income.sel(country=code).item()
        np.testing.assert_allclose(everywhere["real_income"].sel(country=code), by.sum("sector") / level, rtol=1e-9)
        np.testing.assert_allclose(one["real_income"].sel(country=code), by.sel(sector="s1") / level, rtol=1e-9)


def test_the_world_gains_what_a_country_grows():
    """Hulten (1978): balanced, undistorted, Cobb-Douglas: world real income rises by the source's share of output."""
    world = small_world(3, 4, 3, deficit=0.0, tariffs=0.0)
    spending, output = world.tables.final_spending, world.tables.output.sum(axis=1)
    found = spending @ mp.exposure(world)["real_income"].values
    np.testing.assert_allclose(found, output, rtol=EXACT)


def test_a_small_tariff_changes_the_world_by_nothing():
    """The envelope: from free trade no tariff on any flow moves the sum of equivalent variations."""
    world = small_world(3, 3, 3, deficit=0.0, tariffs=0.0)
    found = mp.gradient(world, mp.Scenario(name="none"), "equivalent_variation[world]")
    np.testing.assert_allclose(found, 0.0, atol=EXACT * world.tables.final_spending.sum())
    assert np.abs(mp.gradient(world, mp.Scenario(name="none"), "equivalent_variation[C0]")).max() > 1
