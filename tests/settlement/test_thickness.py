"""Thick markets: solved together with prices, stable or refused, several equilibria as several."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tests.settlement.worlds import drawn_world, settled_world, solved

import multipolar as mp
from multipolar.equilibrium.blocks.rails import Rails
from multipolar.equilibrium.equations import sweep
from multipolar.equilibrium.solve import find, pose
from multipolar.equilibrium.thickness import base_radius, radius

MEASURES = [mp.CloseRail(country="A", rail="USD", share=0.8), mp.RailCost(country="B", rail="EUR", ad_valorem=0.03)]


def test_two_countries_and_two_rails_have_a_closed_form_with_thickness():
    """One pair: S' = s', so that the log odds of a rail solve L = -eta df + eta nu L, whatever trade does."""
    eta, nu = 20.0, 0.03
    world = settled_world([[80, 20], [20, 80]], np.full((2, 2, 2), 0.5), eta=eta, nu=nu)
    assert base_radius(world) == pytest.approx(eta * nu, rel=1e-9)
    outcome = solved(world, mp.RailCost(country="A", rail="USD", ad_valorem=0.02))
    odds = np.exp(-eta * np.log(1.02) / (1 - eta * nu))
    share = outcome.values("settlement_share")[0, 1]
    assert share[0] / share[1] == pytest.approx(odds, rel=1e-9)
    shares = np.array([odds, 1]) / (1 + odds)
    cost = -np.log((0.5 * np.exp(-eta * (np.array([np.log(1.02), 0]) - nu * np.log(shares / 0.5)))).sum()) / eta
    assert np.log1p(outcome.values("settlement_cost")[0, 1] / 100) == pytest.approx(cost, rel=1e-9)
    assert outcome.others == ()


def test_the_block_is_certified_and_every_dollar_is_kept():
    outcome = solved(drawn_world(0.03), *MEASURES)
    assert outcome.certificate.residuals["block rails"] < 1e-10
    assert outcome.certificate.residual < 1e-10
    levels = outcome.levels
    np.testing.assert_allclose(levels.landed.sum(axis=0) + levels.duties.sum(axis=0), levels.expenditure, rtol=1e-10)
    np.testing.assert_allclose(levels.paid_to_producers.sum(axis=1), levels.output.sum(axis=1), rtol=1e-12)
    np.testing.assert_allclose(outcome.values("settlement_use").sum(axis=1), 100, rtol=1e-12)
    assert (outcome.values("trade").sum(axis=(0, 1)) > 0).all()
    # Each part of a pair's log cost: what the choice costs at the shares that trade in levels implies.
    part, paid = outcome.world.part(mp.Settlement), levels.paid_to_producers.copy()
    np.fill_diagonal(paid, 0)
    before = outcome.world.tables.trade.sum(axis=1).copy()
    np.fill_diagonal(before, 0)

    def use(flows, share):
        total = np.einsum("in,inc->ic", flows, share) + np.einsum("in,inc->nc", flows, share)
        return total / total.sum(axis=1, keepdims=True)

    pull = 0.03 * np.log(use(paid, outcome.values("settlement_share") / 100) / use(before, part.share))
    cost = np.zeros((4, 4, 3))
    cost[[0], 1:, 0] = cost[1:, [0], 0] = -np.log(0.2) / part.eta
    for other in (0, 2, 3):
        cost[1, other, 1] += np.log(1.03)
        cost[other, 1, 1] += np.log(1.03)
    cost -= (pull[:, None] + pull[None]) / 2
    with np.errstate(divide="ignore"):
        expected = -np.log((part.share * np.exp(-part.eta * cost)).sum(axis=2)) / part.eta
    away = ~np.eye(4, dtype=bool)
    np.testing.assert_allclose(np.log1p(outcome.values("settlement_cost") / 100)[away], expected[away], atol=1e-9)


def test_the_plain_choice_is_the_limit_of_vanishing_thickness():
    plain, almost = solved(drawn_world(0.0), *MEASURES), solved(drawn_world(1e-9), *MEASURES)
    np.testing.assert_allclose(plain.values("settlement_share"), almost.values("settlement_share"), atol=1e-5)
    np.testing.assert_allclose(plain.values("real_income"), almost.values("real_income"), atol=1e-6)


def test_without_change_a_thick_world_stays_as_it_is():
    outcome = solved(drawn_world(0.03), mp.RailCost(country="A", rail="all", ad_valorem=0))
    np.testing.assert_allclose(outcome.values("real_income"), 0, atol=1e-9)
    np.testing.assert_allclose(outcome.values("settlement_cost"), 0, atol=1e-9)
    assert outcome.others == ()
    assert outcome.values("settlement_radius") == pytest.approx(base_radius(drawn_world(0.03)), rel=1e-6)


def test_thickness_draws_more_away_from_a_dearer_rail():
    measure = mp.RailCost(country="all", rail="USD", ad_valorem=0.02)
    thin, thick = (solved(drawn_world(nu), measure).values("settlement_world")[0] for nu in (0.0, 0.03))
    base = solved(drawn_world(0.0)).values("settlement_world")[0]
    assert thick < thin < base


def two_pairs(eta=2.0, thick=0.6, theta=8.0, kept=0.95, home=0.4):
    """A country that trades with two others, with each over a rail of its own: where each can draw all trade to it."""
    share = np.full((3, 3, 2), 0.5)
    share[0, 1] = share[1, 0] = [kept, 1 - kept]
    share[0, 2] = share[2, 0] = [1 - kept, kept]
    away = 500 * (1 - home)
    trade = [[1000 * home, away, away], [away, 950 - away, 50], [away, 50, 950 - away]]
    return settled_world(trade, share, eta=eta, nu=thick / eta, theta=theta)


# By theta and eta nu: shares and home sales for which the base year is stable, although theta nu is above one.
CORNERS = [(8.0, 0.6, {"eta": 2.0, "kept": 0.95}), (8.0, 0.75, {"eta": 3.0, "kept": 0.98, "home": 0.1}),
           (9.0, 0.675, {"eta": 3.0, "kept": 0.98, "home": 0.1}), (10.0, 0.6, {"eta": 3.0, "kept": 0.98}),
           (10.0, 0.75, {"eta": 4.0, "kept": 0.98})]


@pytest.mark.parametrize(("theta", "thick", "pairs"), CORNERS)
def test_two_specialised_pairs_have_two_corners_and_both_are_reported(theta, thick, pairs):
    world = two_pairs(theta=theta, thick=thick, **pairs)
    assert 0.8 < base_radius(world) < 1
    outcome = solved(world, mp.RailCost(country="A", rail="USD", ad_valorem=0))
    assert len(outcome.others) == 2
    first, second = (other.values("settlement_world")[0] for other in outcome.others)
    assert first + second == pytest.approx(100, abs=1e-5)
    assert abs(first - second) > 50
    assert any("3 equilibria were found from different starts" in note for note in outcome.certificate.notes)
    for other in outcome.others:
        assert other.certificate.residual < 1e-10
        assert other.certificate.method == "Anderson, from another start"
        assert np.abs(other.values("trade") - outcome.values("trade")).max() > 100
    kept = 100 * pairs["kept"]
    np.testing.assert_allclose(outcome.values("settlement_share")[0, 1], [kept, 100 - kept], atol=1e-6)
    scenario = mp.Scenario(measures=[mp.RailCost(country="A", rail="USD", ad_valorem=0)])
    assert mp.solve(world, scenario, other_equilibria=False).others == ()


@pytest.mark.parametrize(("theta", "thick"), [(9.0, 0.6), (8.0, 0.75), (10.0, 0.75)])
def test_a_base_year_that_would_not_last_is_refused(theta, thick):
    """The shares of the first corner: with more at stake a little more use of a rail draws ever more."""
    world = two_pairs(theta=theta, thick=thick)
    assert base_radius(world) > 1
    with pytest.raises(mp.InputError, match=r"base year is unstable: .* \(spectral radius 1\.\d\d; below 1 is needed"):
        solved(world, mp.RailCost(country="A", rail="USD", ad_valorem=0))


def test_the_radius_is_that_of_the_blocks_map():
    """Against the derivative of the block's response inside a sweep, by JAX."""
    world = drawn_world(0.03)
    posed = pose(world, mp.Scenario(measures=MEASURES))
    found = find(posed.base, posed.policy, "fixed")
    block, unknown = found.levels.block(Rails)
    with jax.enable_x64(True):
        # Wages, prices and spending are held; only the block's own unknowns move.
        economy, state = jax.tree.map(jnp.asarray, (found.economy, found.state))
        jacobian = jax.jit(jax.jacfwd(lambda x: sweep(state._replace(blocks=(x,)), economy).blocks[0]))(
            jnp.asarray(unknown))
    size = np.asarray(unknown).size
    largest = np.abs(np.linalg.eigvals(np.asarray(jacobian).reshape(size, size))).max()
    ours = radius(found.levels.landed, found.levels.tariffs, block.shares(unknown, 4),
                  world.parameters.trade_elasticity, float(block.eta), float(block.nu))
    assert ours == pytest.approx(largest, rel=1e-6)
    assert 0.3 < ours < 1


def test_many_rails_and_countries_use_the_same_radius_by_arnoldi(monkeypatch):
    from multipolar.equilibrium import thickness

    world = drawn_world(0.03)
    dense = base_radius(world)
    base_radius.cache_clear()
    monkeypatch.setattr(thickness, "DENSE", 0)
    assert base_radius(world) == pytest.approx(dense, rel=1e-3)
    base_radius.cache_clear()


def test_gradients_pass_through_the_block():
    world = drawn_world(0.03)
    gradient = mp.gradient(world, mp.Scenario(measures=MEASURES), "real_income[A]")
    at = {"exporter": "C", "sector": "y", "importer": "A"}
    rate = float(world.tariffs.sel(at))
    step = 1e-4
    up, down = (solved(world, *MEASURES, mp.Tariff(exporter="C", sector="y", importer="A", rate=rate + move)
                       ).values("real_income")[0] for move in (step, -step))
    assert float(gradient.sel(at)) == pytest.approx((up - down) / (2 * step), rel=1e-5)


def test_a_country_cut_off_keeps_rails_that_nobody_uses_out_of_the_way():
    world = drawn_world(0.03)
    outcome = solved(world, *MEASURES, mp.Embargo(sides=("D", "all")), deficits="proportional")
    assert outcome.certificate.residual < 1e-10
    assert (outcome.values("settlement_use")[3] == 0).all()
    assert np.isfinite(outcome.values("settlement_cost")).all()


def test_a_part_of_the_world_without_shares_trades_without_rails():
    world = settled_world([[80, 0, 20], [0, 80, 20], [20, 20, 80]],
                          [[[0, 0], [0, 0], [1, 0]], [[0, 0], [0, 0], [0, 1]], [[1, 0], [0, 1], [0, 0]]], nu=0.01)
    outcome = solved(world, mp.RailCost(country="A", rail="USD", ad_valorem=0.1))
    # Dearer settlement moves trade away, and what is used less gets dearer still.
    assert 10 < outcome.values("settlement_cost")[0, 2] < 11
    assert outcome.values("settlement_cost")[0, 1] == 0
