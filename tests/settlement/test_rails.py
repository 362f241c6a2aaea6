"""Choice among rails: closed forms, exact limits, and what is refused. Equations (11)-(12)."""

import numpy as np
import pytest
from scipy.integrate import quad
from tests.settlement.worlds import drawn_world, settled_world, solved

import multipolar as mp

TRADE = [[80.0, 20.0], [20.0, 80.0]]
HALF = np.full((2, 2, 2), 0.5)


def alone(dearer, **options):
    """Two countries, two rails, the first dearer; and the same with an equal trade cost in its place."""
    world = settled_world(TRADE, HALF, **options)
    outcome = solved(world, mp.RailCost(country="A", rail="USD", ad_valorem=dearer))
    return world, outcome


def test_two_countries_and_two_rails_have_a_closed_form():
    world, outcome = alone(0.1)
    kappa = (0.5 * 1.1**-20 + 0.5) ** (-1 / 20)
    np.testing.assert_allclose(outcome.values("settlement_cost")[0, 1], 100 * (kappa - 1), rtol=1e-12)
    left = 1.1**-20 / (1 + 1.1**-20)
    np.testing.assert_allclose(outcome.values("settlement_share")[0, 1], [100 * left, 100 * (1 - left)], rtol=1e-12)
    # Symmetry keeps wages equal: Arkolakis, Costinot & Rodriguez-Clare (2012) from the home share.
    home = 0.8 / (0.8 + 0.2 * kappa**-5)
    np.testing.assert_allclose(outcome.values("real_income"), 100 * ((home / 0.8) ** (-1 / 5) - 1), rtol=1e-9)
    assert outcome.values("settlement_world") == pytest.approx([100 * left, 100 * (1 - left)], rel=1e-9)
    assert outcome.values("settlement_cost_of_trade") == pytest.approx(100 * (1 - 1 / kappa), rel=1e-9)
    assert world.has_part(mp.Settlement)


def test_the_log_sum_is_the_mean_cost_of_the_cheapest_of_many_draws():
    """A payment takes the cheapest rail when each draws a Gumbel cost; ln kappa moves as the expected minimum does."""
    eta, share, dearer = 4.0, np.array([0.3, 0.7]), np.array([0.25, 0.0])

    def expected(cost):
        rate = (share * np.exp(-eta * cost)).sum()
        # The minimum is above t with probability exp(-rate exp(eta t)); its mean by integrating the two tails.
        above, _error = quad(lambda t: np.exp(-rate * np.exp(eta * t)), 0, 20, limit=200)
        below, _error = quad(lambda t: 1 - np.exp(-rate * np.exp(eta * t)), -20, 0, limit=200)
        return above - below

    world = settled_world(TRADE, np.broadcast_to(share, (2, 2, 2)), eta=eta)
    outcome = solved(world, mp.RailCost(country="A", rail="USD", ad_valorem=np.expm1(0.25)))
    assert np.log1p(outcome.values("settlement_cost")[0, 1] / 100) == pytest.approx(
        expected(dearer) - expected(0 * dearer), abs=1e-8)


def test_a_closed_rail_carries_nothing_and_costs_what_is_left_of_choice():
    outcome = solved(settled_world(TRADE, HALF), mp.CloseRail(country="A", rail="USD"))
    assert (outcome.values("settlement_share")[0, 1] == [0, 100]).all()
    assert outcome.values("settlement_cost")[1, 0] == pytest.approx(100 * (0.5 ** (-1 / 20) - 1), rel=1e-12)


@pytest.mark.parametrize("nu", [0.0, 0.02])
def test_all_rails_closed_is_a_ban(nu):
    world = drawn_world(nu)
    ban = solved(world, mp.Embargo(sides=("A", "B")))
    closed = solved(world, mp.CloseRail(country="A", rail="all", partner="B"))
    one_by_one = solved(world, *(mp.CloseRail(country="A", rail=name, partner="B") for name in ("USD", "EUR", "CNY")))
    for outcome in (closed, one_by_one):
        assert (outcome.values("trade")[0, :, 1] == 0).all()
        if nu == 0:
            np.testing.assert_array_equal(outcome.values("real_income"), ban.values("real_income"))


def test_a_ban_by_rails_is_seen_before_any_iteration():
    world = settled_world([[10.0, 90.0], [90.0, 10.0]], HALF)
    with pytest.raises(mp.NoEquilibrium) as by_rails:
        solved(world, mp.CloseRail(country="A", rail="all", direction="exports"))
    with pytest.raises(mp.NoEquilibrium) as by_ban:
        solved(world, mp.ExportBan(exporter="A", importer="B"))
    assert by_rails.value.reason == by_ban.value.reason


@pytest.mark.parametrize("eta", [1e3, 1e5])
def test_a_steep_choice_picks_the_cheapest_rail(eta):
    world = settled_world(TRADE, HALF, eta=eta)
    outcome = solved(world, mp.RailCost(country="A", rail="USD", ad_valorem=0.3),
                     mp.RailCost(country="A", rail="CNY", ad_valorem=0.1))
    assert outcome.values("settlement_cost")[0, 1] == pytest.approx(10, abs=100 / eta)
    assert outcome.values("settlement_share")[0, 1, 1] == pytest.approx(100, abs=1e-9)


def test_a_cost_of_nothing_does_nothing():
    outcome = solved(drawn_world(), mp.RailCost(country="A", rail="all", ad_valorem=0))
    assert (outcome.values("settlement_cost") == 0).all()
    np.testing.assert_allclose(outcome.values("real_income"), 0, atol=1e-9)


def test_every_rail_dearer_by_as_much_is_a_trade_cost():
    world = drawn_world()
    rails = solved(world, mp.RailCost(country="A", rail="all", ad_valorem=0.1))
    cost = solved(world, mp.TradeCost(exporter="A", importer="all", ad_valorem=0.1),
                  mp.TradeCost(exporter="all", importer="A", ad_valorem=0.1))
    np.testing.assert_allclose(rails.values("real_income"), cost.values("real_income"), atol=1e-8)
    np.testing.assert_allclose(rails.values("trade"), cost.values("trade"), rtol=1e-8)


def test_opening_is_a_gain_of_variety_and_brings_the_latent_share():
    share = np.zeros((2, 2, 2))
    share[..., 0] = 1
    world = settled_world(TRADE, share)
    outcome = solved(world, mp.OpenRail(country="A", rail="CNY", latent_share=0.2))
    np.testing.assert_allclose(outcome.values("settlement_share")[0, 1], [80, 20], rtol=1e-12)
    gain = 100 * (0.8 ** (1 / 20) - 1)
    assert outcome.values("settlement_variety")[0, 1] == pytest.approx(gain, rel=1e-12)
    assert outcome.values("settlement_cost")[0, 1] == pytest.approx(gain, rel=1e-12)
    assert outcome.values("real_income")[0] > 0
    # With the old rail closed only the new one is left: its share against the base year's choice.
    both = solved(world, mp.OpenRail(country="A", rail="CNY", latent_share=0.2), mp.CloseRail(country="A", rail="USD"))
    assert both.values("settlement_cost")[0, 1] == pytest.approx(100 * ((0.2 / 0.8) ** (-1 / 20) - 1), rel=1e-12)
    assert both.values("settlement_variety")[0, 1] == pytest.approx(gain, rel=1e-12)


def test_a_rail_used_a_little_opens_to_its_latent_share_as_one_that_gets_cheaper():
    world = settled_world(TRADE, np.broadcast_to([0.9, 0.1], (2, 2, 2)))
    opened = solved(world, mp.OpenRail(country="A", rail="CNY", latent_share=0.4))
    cheaper = (0.4 * 0.9 / (0.1 * 0.6)) ** (-1 / 20) - 1
    cut = solved(world, mp.RailCost(country="A", rail="CNY", ad_valorem=cheaper))
    np.testing.assert_allclose(opened.values("settlement_share"), cut.values("settlement_share"), rtol=1e-12)
    np.testing.assert_allclose(opened.values("settlement_cost"), cut.values("settlement_cost"), rtol=1e-9)


@pytest.mark.parametrize("nu", [0.0, 0.02])
def test_the_order_of_rails_and_of_measures_does_not_matter(nu):
    world, order = drawn_world(nu), [2, 0, 1]
    part = world.part(mp.Settlement)
    other = world.with_part(mp.Settlement(tuple(part.rail[at] for at in order), part.share[:, :, order], part.published,
                                          semi_elasticity=part.eta, thickness=part.nu))
    measures = [mp.CloseRail(country="A", rail="USD", share=0.7), mp.RailCost(country="B", rail="EUR", ad_valorem=0.05),
                mp.RailCost(country="C", rail=["USD", "CNY"], ad_valorem=-0.02)]
    one, two = solved(world, *measures), solved(other, *reversed(measures))
    np.testing.assert_allclose(one.values("real_income"), two.values("real_income"), atol=1e-8)
    np.testing.assert_allclose(one.values("settlement_share")[:, :, order], two.values("settlement_share"), atol=1e-7)


def test_what_a_rail_measure_cannot_mean_is_refused():
    world = drawn_world()
    with pytest.raises(mp.UnknownName, match="'USB'"):
        solved(world, mp.CloseRail(country="A", rail="USB"))
    with pytest.raises(mp.ScenarioError, match=r"share is 1\.5; it must lie between 0 and 1"):
        mp.CloseRail(country="A", rail="USD", share=1.5)
    with pytest.raises(mp.ScenarioError, match="latent_share is 1; a share lies between"):
        mp.OpenRail(country="A", rail="USD", latent_share=1)
    with pytest.raises(mp.ScenarioError, match="nothing would open"):
        solved(world, mp.OpenRail(country="A", rail="USD", latent_share=1e-6))
    with pytest.raises(mp.ScenarioError, match="CNY is opened twice"):
        solved(settled_world(TRADE, [[[0, 0], [1, 0]], [[1, 0], [0, 0]]]),
               mp.OpenRail(country="A", rail="CNY", latent_share=0.1),
               mp.OpenRail(country="B", rail="CNY", latent_share=0.2))
    with pytest.raises(mp.ScenarioError, match="nothing is settled over CNY there"):
        solved(settled_world(TRADE, [[[0, 0], [1, 0]], [[1, 0], [0, 0]]]), mp.CloseRail(country="A", rail="CNY"))
    with pytest.raises(mp.ScenarioError, match="leaves nothing to the others"):
        solved(settled_world(TRADE, np.eye(3)[[[0, 0], [0, 0]]], rails=("USD", "CNY", "RUB")),
               mp.OpenRail(country="A", rail="CNY", latent_share=0.5),
               mp.OpenRail(country="A", rail="RUB", latent_share=0.6))
    with pytest.raises(mp.ScenarioError, match="payments at home use no rail"):
        solved(world, mp.CloseRail(country="A", partner="A", rail="USD"))
    plain = mp.World.from_tables(np.array(TRADE)[:, None], np.zeros((1, 2, 1)), np.sum(TRADE, axis=0)[None],
                                 countries=["A", "B"], sectors=["x"], year=2023)
    with pytest.raises(mp.WorldError, match="has no settlement shares"):
        solved(plain, mp.CloseRail(country="A", rail="USD"))
    with pytest.raises(mp.WorldError, match="settlement_share needs settlement data"):
        solved(plain).values("settlement_share")


def test_without_a_measure_on_rails_their_mix_stays():
    world = drawn_world()
    outcome = solved(world, mp.Tariff(importer="A", exporter="B", rate=0.5))
    np.testing.assert_array_equal(outcome.values("settlement_share"), 100 * world.part(mp.Settlement).share)
    assert (outcome.values("settlement_cost") == 0).all()
    assert outcome.values("settlement_world").sum() == pytest.approx(100, rel=1e-12)
    assert outcome.values("settlement_radius") == 0
    assert outcome.settlement_radius.dims == ()
    assert list(outcome.settlement_use.rail.values) == ["USD", "EUR", "CNY"]


def test_trade_lost_and_moved_add_up_to_what_falls():
    outcome = solved(drawn_world(), mp.CloseRail(country="A", rail="USD", partner="B"))
    change = outcome.values("trade_change")
    fallen = np.maximum(-change, 0).sum(axis=0) + np.maximum(-change, 0).sum(axis=1)
    lost, moved = outcome.values("trade_lost"), outcome.values("trade_moved")
    np.testing.assert_allclose(lost + moved, np.maximum(fallen, moved), rtol=1e-12)
    assert (lost >= 0).all()
    assert (moved >= 0).all()
    assert (np.diag(change) == 0).all()
