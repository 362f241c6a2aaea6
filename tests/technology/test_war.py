"""Capacity to make war against hand-computed CES, budgets and gifts; aid more, less, later, blind."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import multipolar as mp
from multipolar.equilibrium.war import recipe_cost, war
from multipolar.measures.arms import MilitaryAid
from multipolar.world.military import Military
from multipolar.world.world import World

WEIGHT = np.array([0.4, 0.3, 0.3])


@pytest.fixture(scope="module")
def armed(small: World) -> World:
    arms = np.zeros((4, 4))
    arms[0, 2], arms[3, 1] = 30.0, 6.0
    goods = np.array([[0, 0, 0], [0, 1, 0], [1, 0, 1.0]])
    return small.with_part(Military(
        ("labour", "electronics", "rest"), np.array([100.0, 50.0, 20.0, 0.0]), np.array([0, 0.4, 0, 0]), arms, WEIGHT,
        goods, np.array([1.0, 0, 0]), np.array(0.3), np.array(0.1)))


def test_the_cost_of_the_recipe_is_a_ces_index() -> None:
    price = np.array([[1.0, 2.0], [3.0, 0.5], [1.2, 1.0]])
    by_hand = [(sum(w * p ** (1 - 0.3) for w, p in zip(WEIGHT, column, strict=True))) ** (1 / 0.7)
               for column in price.T]
    np.testing.assert_allclose(recipe_cost(WEIGHT, price, 0.3), by_hand, rtol=1e-14)
    np.testing.assert_allclose(recipe_cost(WEIGHT, price, 1.0), recipe_cost(WEIGHT, price, 1 + 1e-6), rtol=1e-5)
    np.testing.assert_allclose(recipe_cost(WEIGHT, price, 0.0), WEIGHT @ price)
    assert recipe_cost(WEIGHT, np.array([[1.0], [np.inf], [1.0]]), 0.3)[0] == np.inf


def test_nothing_changes_without_a_measure(armed: World) -> None:
    outcome = mp.solve(armed, mp.Scenario())
    capacity = outcome.values("war_capacity")
    np.testing.assert_allclose(capacity[:3], 0, atol=1e-8)
    assert np.isnan(capacity[3])
    np.testing.assert_allclose(outcome.values("arms_received"), [0, 6, 30, 0])


def test_capacity_by_hand_under_a_control(armed: World) -> None:
    """Budget, arms and cost put together from the outcome's own variables; only controlled electronics count."""
    deny = mp.TechnologyControl(coalition="USA", targets="RUS", share={"ELE": 0.4})
    outcome = mp.solve(armed, mp.Scenario(measures=[deny, mp.Tariff(importer="all", exporter="RUS", sector="FUEL",
                                                                    rate=0.5)]))
    world, at = outcome.world, 1
    assert world.part(Military).goods[1].tolist() == [0, 1, 0, 0]
    sold = outcome.values("revenue")[at, 0] / world.tables.output[at, 0]
    income = outcome.values("income")[at] / world.tables.final_spending[at]
    budget = 0.4 * sold + 0.6 * income
    price = 1 + outcome.values("consumer_price")[at] / 100
    spent = world.tables.expenditure[:, at]
    rest = np.exp((spent[0] * np.log(price[0]) + spent[3] * np.log(price[3])) / (spent[0] + spent[3]))
    wage = 1 + outcome.values("wage")[at] / 100
    cost = (0.4 * wage**0.7 + 0.3 * price[1] ** 0.7 + 0.3 * rest**0.7) ** (1 / 0.7)
    expected = (budget * 50 + 6) / (56 * cost)
    assert outcome.values("military_cost")[at] == pytest.approx(100 * (cost - 1))
    assert outcome.values("military_budget")[at] == pytest.approx(100 * (budget - 1))
    assert outcome.values("war_capacity")[at] == pytest.approx(100 * (expected - 1))
    assert price[1] > 1.005 * price[2]


def aided(world: World, **fields: Any) -> mp.Outcome:
    return mp.solve(world, mp.Scenario(measures=[MilitaryAid(giver="all", receiver="TUR", **fields)]))


def test_aid_halved_delayed_and_blind_costs_capacity_as_counted_by_hand(armed: World) -> None:
    halved = aided(armed, change=-0.5)
    assert halved.values("war_capacity")[2] == pytest.approx(100 * ((20 + 15) / 50 - 1))
    assert aided(armed, delay=6).values("arms_received")[2] == pytest.approx(15)
    blind = aided(armed, intelligence=0.5).values("war_capacity")[2]
    power = (0.3 - 1) / 0.3
    assert blind == pytest.approx(100 * ((0.1 * 0.5**power + 0.9) ** (1 / power) - 1))
    np.testing.assert_allclose(halved.values("real_income"), 0, atol=1e-8)


def test_more_aid_is_paid_by_the_giver(armed: World) -> None:
    doubled = aided(armed, change=1.0)
    assert doubled.values("given_away")[0] == pytest.approx(30)
    assert doubled.values("real_income")[0] < 0
    means = war(doubled.levels)
    assert means.arms[0, 2] == pytest.approx(60)
    expected = (means.budget[2] * 20 + 60) / (50 * means.cost[2])
    assert doubled.values("war_capacity")[2] == pytest.approx(100 * (expected - 1))


@pytest.mark.parametrize(("fields", "message"), [
    ({"change": -1.5}, r"change is -1\.5; aid cannot fall by more"), ({"delay": 13}, "between 0 and 12 months"),
    ({"intelligence": 0}, "lies above 0 and up to 1")])
def test_bad_aid_is_refused(armed: World, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(mp.ScenarioError, match=message):
        aided(armed, **fields)


def test_aid_that_nobody_gives_is_refused(armed: World, small: World) -> None:
    with pytest.raises(mp.ScenarioError, match="none of the givers gave arms there"):
        mp.solve(armed, mp.Scenario(measures=[MilitaryAid(giver="RUS", receiver="TUR", change=1)]))
    with pytest.raises(mp.WorldError, match="has no military budgets"):
        aided(small, change=1)
    light = replace(armed.part(Military), weight=0.9 * WEIGHT)
    with pytest.raises(mp.WorldError, match=r"weights of military means add up to 0\.9"):
        armed.with_part(light)


def test_the_reference_world_has_published_budgets() -> None:
    world = mp.load_world("reference-2023")
    part = world.part(Military)
    budget = dict(zip(world.countries, part.spending, strict=True))
    assert (budget["RUS"], budget["UKR"], budget["USA"]) == (109_000, 64_800, 916_000)
    assert part.oil_share[world.country_index("RUS")] == pytest.approx(0.303)
    assert part.received[world.country_index("UKR")] == pytest.approx(35_000)
    merged = world.aggregate(countries={"ROW": ["ROW", "NGA"]}).part(Military)
    assert merged.spending.sum() == pytest.approx(part.spending.sum())
    assert world.split_country("ROW", "KGZ", size=0.003).part(Military).spending.sum() == pytest.approx(
        part.spending.sum())
