"""Cases that can be written down: frictionless transfers, productivity, reopened flows, prohibitive costs."""

import numpy as np
import pytest
from tests.closed_form.formulas import content
from tests.reference.worlds import codes, small_world, solved, tables_world

import multipolar as mp

EXACT = 1e-9


@pytest.mark.parametrize("sectors", [1, 3])
def test_a_transfer_where_all_spend_alike_moves_no_price(sectors):
    """One world market: whoever has the money buys the same, so income changes by the transfer and nothing else."""
    size, appeal = np.array([5.0, 3.0, 2.0]), np.linspace(1, 2, sectors)
    trade = 100 * size[:, None, None] * appeal[None, :, None] * size[None, None, :]
    outcome = solved(tables_world(trade, theta=np.linspace(1, 9, sectors)),
                     mp.Transfer(payer="C0", receiver="C2", amount=30))
    spending = outcome.world.tables.final_spending
    np.testing.assert_allclose(outcome.values("real_income"), 100 * np.array([-30, 0, 30]) / spending, atol=1e-8)
    np.testing.assert_allclose(outcome.values("wage"), 0, atol=1e-8)
    np.testing.assert_allclose(outcome.values("equivalent_variation"), [-30, 0, 30], atol=1e-8 * spending.max())
    np.testing.assert_allclose(outcome.values("real_gdp"), 0, atol=1e-8)


@pytest.mark.parametrize("seed", range(3))
def test_productivity_in_one_closed_economy(seed):
    """Real income rises by A ^ (what the industry's goods weigh in final spending through all rounds of inputs)."""
    world = small_world(seed, 1, 4)
    change = np.array([-0.5, 0.2, 0.0, 1.5])
    outcome = solved(world, *[mp.Productivity(country="C0", sector=good, change=rise)
                              for good, rise in zip(world.sectors, change, strict=True)])
    expected = np.exp(content(world)[:, 0] @ np.log1p(change))
    np.testing.assert_allclose(1 + outcome.values("real_income") / 100, [expected], rtol=EXACT)


def test_productivity_everywhere_alike():
    """One good, the same input share everywhere: every real income rises by A ^ (1 / value added share)."""
    trade = 100 * np.random.default_rng(1).uniform(0.5, 2, (4, 1, 4))
    trade = (trade + trade.transpose(2, 1, 0)) / 2                     # balanced
    bought = 0.4 * trade.sum(axis=0)[:, :, None]
    outcome = solved(tables_world(trade, bought), mp.Productivity(country=codes(4), change=0.1))
    np.testing.assert_allclose(1 + outcome.values("real_income") / 100, 1.1 ** (1 / 0.6), rtol=EXACT)


def test_a_lift_in_a_market_too_small_to_matter():
    """A tiny importer without own supply of good 1: B's price and A's cannot move, so B gets its latent share."""
    trade = np.zeros((3, 2, 3))
    trade[:2, 0, :2] = [[500, 100], [100, 500]]
    trade[:2, 1, :2] = [[300, 50], [50, 300]]
    trade[2, 0] = [1e-6, 1e-6, 1e-5]
    trade[0, 1, 2] = 2e-6                                              # the tiny importer buys good 1 from A only
    world = tables_world(trade, theta=[4.0, 7.0])
    share = 0.3
    outcome = solved(world, mp.Lift(importer="C2", exporter="C1", sector="s1", latent_share=share))
    spent = outcome.values("trade")[:, 1, 2] / outcome.values("expenditure")[2, 1]
    np.testing.assert_allclose(spent, [1 - share, share, 0], atol=1e-7)
    # Variety alone makes the good cheaper: its price falls to (1 - share) ^ (1 / theta).
    np.testing.assert_allclose(outcome.values("consumer_price")[2, 1], 100 * ((1 - share) ** (1 / 7) - 1), atol=1e-5)


def test_a_lift_of_a_cost_is_the_gravity_coefficient():
    """exp(delta) more at given prices, which in a tiny market stay: odds of the two sellers change by exp(delta)."""
    trade = np.zeros((3, 2, 3))
    trade[:2, 0, :2] = [[500, 100], [100, 500]]
    trade[:2, 1, :2] = [[300, 50], [50, 300]]
    trade[2, 0] = [1e-6, 1e-6, 1e-5]
    trade[:2, 1, 2] = [1.5e-6, 0.5e-6]
    outcome = solved(tables_world(trade, theta=[4.0, 7.0]),
                     mp.Lift(importer="C2", exporter="C1", sector="s1", sanction_coefficient=0.8))
    flows = outcome.values("trade")[:2, 1, 2]
    np.testing.assert_allclose(flows[1] / flows[0], np.exp(0.8) / 3, rtol=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_a_ban_is_the_limit_of_costs(seed):
    world = small_world(seed, 3, 2, own_supply=True, theta=(8, 12))
    wall = [mp.TradeCost(importer="C0", exporter="C1", ad_valorem=10.0)] * 4
    np.testing.assert_allclose(solved(world, *wall).values("real_income"),
                               solved(world, mp.ImportBan(importer="C0", exporter="C1")).values("real_income"),
                               atol=1e-7)


def test_duties_come_home_where_trade_costs_are_burned():
    trade = np.array([[[1000.0, 1.0]], [[1.0, 4.0]]])
    world = tables_world(trade, theta=5.0)
    taxed = solved(world, mp.Tariff(importer="C1", exporter="C0", rate=0.2))
    assert taxed.values("tariff_revenue")[1] / taxed.values("imports")[1] == pytest.approx(0.2, abs=1e-12)
    assert taxed.values("effective_tariff")[1] == pytest.approx(20.0, abs=1e-10)
    costly = solved(world, mp.TradeCost(importer="C1", exporter="C0", ad_valorem=0.2))
    assert taxed.values("real_income")[1] > costly.values("real_income")[1]
    assert costly.values("tariff_revenue").max() == 0


def test_the_three_deficit_rules_write_the_deficit_they_promise():
    world = small_world(4, 3, 2, tariffs=0.0)
    damage = mp.Productivity(country="C0", change=-0.2)
    np.testing.assert_allclose(solved(world, damage, deficits="fixed").values("deficit"), world.tables.deficit,
                               rtol=1e-12)
    proportional = solved(world, damage, deficits="proportional")
    income, rate = proportional.values("factor_income"), world.tables.deficit / world.tables.factor_income
    np.testing.assert_allclose(proportional.values("deficit"),
                               income * (rate - (rate * income).sum() / income.sum()), atol=1e-8)
    assert abs(proportional.values("deficit").sum()) < 1e-7
    assert not solved(world, damage, deficits="zero").values("deficit").any()
