"""Results that the literature derives and published.md states: best tariffs, first-order effects of productivity."""

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar
from tests.closed_form.formulas import home_share
from tests.reference.worlds import small_world, solved, tables_world

import multipolar as mp


def two_countries(sectors, seed=0):
    """Balanced trade, no inputs, no tariffs."""
    return small_world(seed, 2, sectors, deficit=0.0, tariffs=0.0, own_supply=True, materials=0.0, theta=(2, 8))


def test_a_tariff_between_two_countries_in_one_good():
    """One equation in one wage, solved here by bisection: balance of trade net of duties; then income and price."""
    world = tables_world([[[80.0, 20.0]], [[20.0, 180.0]]], theta=4.0)
    t, theta = 0.3, 4.0
    share = np.array([[0.8, 0.1], [0.2, 0.9]])                         # of exporter in importer

    def after(relative):                                               # wage of C0 over that of C1
        cost = np.array([[relative, relative], [1 + t, 1.0]]) ** -theta
        return share * cost / (share * cost).sum(axis=0)

    def surplus(relative):
        now = after(relative)
        income = 100 * relative / (1 - t / (1 + t) * now[1, 0])        # with duties
        return now[0, 1] * 200 - now[1, 0] / (1 + t) * income

    relative = brentq(surplus, 0.5, 2.0, xtol=1e-15)
    now = after(relative)
    price = relative * (now[0, 0] / 0.8) ** (1 / theta), (now[1, 1] / 0.9) ** (1 / theta)
    expected = (relative / (1 - t / (1 + t) * now[1, 0]) / price[0], 1 / price[1])
    outcome = solved(world, mp.Tariff(importer="C0", exporter="C1", rate=t))
    np.testing.assert_allclose(1 + outcome.values("real_income") / 100, expected, rtol=1e-9)
    wage = 1 + outcome.values("wage") / 100
    assert wage[0] / wage[1] == pytest.approx(relative, rel=1e-9)


def best_tariff(world, foreign):
    """The uniform tariff of C0 that is best for it while C1 levies `foreign`, by search, and the outcome there."""
    def outcome(rate):
        return solved(world, mp.Tariff(importer="C0", exporter="C1", rate=rate),
                      mp.Tariff(importer="C1", exporter="C0", rate=foreign))
    found = minimize_scalar(lambda rate: -outcome(rate).values("real_income")[0], bounds=(0.01, 3.0),
                            method="bounded", options={"xatol": 1e-7})
    return found.x, outcome(found.x)


@pytest.mark.parametrize("foreign", [0.0, 0.25])
@pytest.mark.parametrize("sectors", [1, 3])
def test_the_best_tariff_of_two_countries(sectors, foreign):
    """t[i] = (1 + t[j] L[j]) / ((1 + t[j]) sum over k of chi theta lambda), uniform over sectors; Gros (1987) for one.

    A maximum found by comparing values that hold to 1e-11 is known to their square root.
    """
    world = two_countries(sectors)
    rate, outcome = best_tariff(world, foreign)
    theta, flows = world.parameters.trade_elasticity, outcome.values("trade")
    own = home_share(flows, np.where(np.eye(2)[:, None, :] > 0, 0.0, foreign))[:, 1]
    spent = outcome.values("expenditure")[1] / outcome.values("expenditure")[1].sum()
    exports = flows[0, :, 1] / flows[0, :, 1].sum()
    home = (spent * own).sum()
    formula = (1 + foreign * home) / ((1 + foreign) * (exports * theta * own).sum())
    assert rate == pytest.approx(formula, abs=2e-4)
    if sectors == 1 and not foreign:
        assert rate == pytest.approx(1 / (theta[0] * own[0]), abs=2e-4)
    best = outcome.values("real_income")[0]
    for good in world.sectors:                                         # and no other rate on any good is better
        for other in (0.9, 1.1):
            tried = solved(world, *[mp.Tariff(importer="C0", exporter="C1", sector=code,
                                              rate=formula * (other if code == good else 1)) for code in world.sectors],
                           mp.Tariff(importer="C1", exporter="C0", rate=foreign))
            assert tried.values("real_income")[0] < best


def test_friends_and_enemies_to_first_order():
    """Kleinman, Liu & Redding (2024), one sector: d ln income and d ln real income by everybody's productivity."""
    theta, countries = 4.0, 4
    world = small_world(8, countries, 1, deficit=0.0, tariffs=0.0, materials=0.0)
    world = world.with_parameters(trade_elasticity=theta)
    flows = world.tables.trade[:, 0, :]
    spending = (flows / flows.sum(axis=0)).T                           # S[n, i]: n's spending on i
    income = flows / flows.sum(axis=1, keepdims=True)                  # T[i, n]: i's income from n
    weight = np.tile(flows.sum(axis=1) / flows.sum(), (countries, 1))  # Q
    both, one = income @ spending, np.eye(countries)
    incomes = -theta / (theta + 1) * np.linalg.solve(
        one - (income + theta * both) / (theta + 1) + weight, both - one)
    real = (one - spending) @ incomes + spending
    step = 1e-4
    for i in range(countries):
        low, high = (solved(world, mp.Productivity(country=f"C{i}", change=sign * step)) for sign in (-1, 1))
        width = np.log((1 + step) / (1 - step))
        for name, expected in (("wage", incomes), ("real_income", real)):
            ratio = (100 + high.values(name)) / (100 + low.values(name))
            np.testing.assert_allclose(np.log(ratio) / width, expected[:, i], atol=1e-6, err_msg=name)


@pytest.mark.parametrize("sectors", [1, 3])
def test_the_envelope_of_a_small_tariff(sectors):
    """From free trade a small tariff changes the world's real income by nothing of first order."""
    world = small_world(3, 3, sectors, deficit=0.0, tariffs=0.0, own_supply=True)
    effects = [solved(world, mp.Tariff(importer="C0", exporter="all", rate=rate)).group("world").equivalent_variation
               for rate in (1e-3, 2e-3)]
    assert effects[0] < 0
    assert effects[1] / effects[0] == pytest.approx(4, rel=0.01)       # of second order
    own = [solved(world, mp.Tariff(importer="C0", exporter="all", rate=rate)).values("terms_of_trade")[0]
           for rate in (1e-4, 2e-4)]
    assert own[0] > 0
    assert own[1] / own[0] == pytest.approx(2, rel=0.01)               # of first order
