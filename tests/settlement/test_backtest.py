"""The backtest of settlement: its halves, its fit, its ridge, and settlement at given trade against the whole model."""

from dataclasses import replace
from pathlib import Path

import jax  # noqa: F401  loaded first, so that a command run in this process leaves JAX as it is
import numpy as np
import pytest
from typer.testing import CliRunner

import multipolar as mp
from multipolar.cli.app import app
from multipolar.equilibrium.settled_trade import settle_trade
from multipolar.equilibrium.thickness import base_radius
from multipolar.report import backtest
from multipolar.report.backtest_chart import ridge_chart
from multipolar.report.share_path import scaled, share_path
from multipolar.world.behaviour import behaviour
from multipolar.world.reference.before import world_before
from multipolar.world.settlement import Settlement, abroad
from multipolar.world.world import load_world

PAGES = Path(__file__).parents[2] / "docs"


def two_countries(nu=0.0, eta=20.0) -> mp.World:
    """Two countries that trade as much both ways, over two rails."""
    trade = np.array([[[100.0, 10.0]], [[10.0, 100.0]]])
    world = mp.World.from_tables(trade, np.zeros((1, 2, 1)), trade.sum(0), countries=["RUS", "CHN"], sectors=["goods"],
                                 year=2023)
    share = np.zeros((2, 2, 2))
    share[0, 1] = share[1, 0] = [0.8, 0.2]
    return world.with_part(Settlement(("USD", "CNY"), share, np.zeros((2, 2)), semi_elasticity=eta, thickness=nu))


def dearer(cost: float) -> mp.Scenario:
    return mp.Scenario(name="dearer", measures=[mp.RailCost(country="RUS", rail="USD", ad_valorem=cost)])


def test_without_thickness_shares_are_the_plain_logit():
    world = two_countries()
    share = settle_trade(world, dearer(0.05).policy(world))
    weight = 0.8 * 1.05 ** -20
    assert share[0, 1, 0] == pytest.approx(weight / (weight + 0.2))


@pytest.mark.parametrize("nu", [0.01, 0.03])
def test_thickness_multiplies_the_log_odds_of_symmetric_countries(nu):
    """S is the pair's own share, so that ln odds = ln odds of the measures + eta nu (change of ln odds)."""
    world = two_countries(nu)
    share = settle_trade(world, dearer(0.02).policy(world))[0, 1]
    change = np.log(share[0] / share[1]) - np.log(0.8 / 0.2)
    assert change == pytest.approx(-20 * np.log(1.02) / (1 - 20 * nu), rel=1e-8)


def test_at_given_trade_only_the_product_of_eta_and_nu_matters():
    close = mp.Scenario(name="close", measures=[mp.CloseRail(country="RUS", rail="USD", share=0.5)])
    shares = [settle_trade(world, close.policy(world)) for world in (two_countries(0.02, 20), two_countries(0.04, 10))]
    np.testing.assert_allclose(*shares, atol=1e-9)


def test_measures_without_a_rail_are_refused():
    world = two_countries()
    tariff = mp.Scenario(name="t", measures=[mp.Tariff(importer="RUS", exporter="CHN", sector="all", rate=0.1)])
    with pytest.raises(mp.InputError, match="do not touch a settlement rail"):
        settle_trade(world, tariff.policy(world))


# -- the path of a share -------------------------------------------------------------------------------------------

def test_a_share_path_is_one_where_use_feeds_little_on_itself_and_two_where_it_does_much():
    one = share_path(two_countries(0.02), dearer(0.2), "USD", [0.05, 0.5, 1.0])
    assert one.tips is None
    assert one.radius == pytest.approx(0.4, abs=0.15)
    assert one.base == pytest.approx(80)
    assert one.from_leading[0] > one.from_leading[-1]
    several = share_path(two_countries(0.06), dearer(0.2), "USD", [0.05, 0.5, 1.0])
    assert several.radius > 1
    assert several.tips is not None
    assert several.from_leading[0] > 99 > 1 > several.from_others[0]
    assert several.to_dict()["tips"] == several.tips


def test_a_path_says_what_it_cannot_follow():
    world = two_countries()
    with pytest.raises(mp.InputError, match=r"sizes must be above 0 and at most 1; given: \[0\.0\]"):
        share_path(world, dearer(0.1), "USD", [0.0])
    with pytest.raises(mp.UnknownName, match="no rail in this world named 'GBP'"):
        share_path(world, dearer(0.1), "GBP", [1.0])
    ban = mp.Scenario(name="b", measures=[mp.ImportBan(importer="RUS", exporter="CHN")])
    with pytest.raises(mp.InputError, match="is not on settlement rails; a path follows close_rail"):
        scaled(ban, 0.5)


# -- the backtest --------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def found():
    return backtest.run_backtest()


def test_half_of_the_figures_calibrate_and_the_others_test(found):
    halves = [one.half for one in found.targets]
    assert (halves.count("calibration"), halves.count("test")) == (6, 8)
    stated = {(one.half, one.label): one.percent for one in found.targets}
    assert stated["calibration", "import CNY"] == pytest.approx(23)
    assert stated["test", "export RUB"] == pytest.approx(39)
    assert stated["test", "with China CNY+RUB"] == pytest.approx(85)


def test_an_error_is_the_root_mean_square_of_its_half(found):
    gaps = [value - one.percent for value, one in zip(found.calibrated.predicted, found.targets, strict=True)
            if one.half == "test"]
    assert found.calibrated.errors["test"] == pytest.approx(np.sqrt(np.mean(np.square(gaps))))


def test_the_calibrated_model_beats_the_plain_one_and_no_change_on_both_halves(found):
    for half in ("calibration", "test"):
        assert found.calibrated.errors[half] < found.plain.errors[half] < found.unchanged.errors[half]
        assert found.eased.errors[half] < found.calibrated.errors[half]


def test_the_renminbi_is_missed_without_easing(found):
    """The finding that the page states: closing dollar and euro alone sends payments to the rouble."""
    predicted = dict(zip([(one.half, one.label) for one in found.targets], found.calibrated.predicted, strict=True))
    assert predicted["calibration", "import CNY"] < 23 - 5
    assert predicted["calibration", "import RUB"] > 27 + 10


def test_exports_and_imports_pull_apart_as_the_page_says(found):
    best = {}
    for side in ("export", "import"):
        chosen = [at for at, one in enumerate(found.targets) if one.half == "calibration" and one.where == side]
        best[side] = min(found.profile, key=lambda fit, chosen=chosen: sum(
            (fit.predicted[at] - found.targets[at].percent) ** 2 for at in chosen)).strength
    assert best["import"] == 0
    assert best["export"] == 0.75


def test_the_path_of_the_dollar_is_as_the_how_to_says():
    page = (PAGES / "how-to-settlement.md").read_text(encoding="utf-8")
    world, scenario = load_world("reference-2023"), mp.load_scenario("away-from-the-dollar")
    ends = []
    for nu in (0.0, 0.025, 0.05):
        thick = world.with_part(replace(world.part(Settlement), thickness=nu))
        found = share_path(thick, scenario, "USD", [0.25, 0.5, 0.75, 1.0])
        assert found.tips is None
        ends.append(found.from_leading[-1])
    assert "{:.0f} % with ν = 0, {:.0f} % with 0.025 and {:.0f} % with".format(*ends) in page
    assert f"radius {found.radius:.2f}" in page


def test_the_ridge_keeps_the_product_and_the_whole_model_confirms_it(found):
    products = {eta: eta * nu for eta, (nu, _low, _high) in found.ridge.items()}
    assert max(products.values()) == pytest.approx(min(products.values()))
    for _eta, (nu, low, high) in found.ridge.items():
        assert low < nu < high
        assert high > 2 * low
    errors = [one.errors["calibration"] for one in found.own_trade.values()]
    assert max(errors) - min(errors) < 0.3


def test_the_whole_model_settles_as_given_trade_does_on_its_own_trade(found):
    before = world_before()
    world = before.with_part(replace(before.part(Settlement), thickness=0.025))
    cut = mp.Scenario(name="cut", measures=[mp.CloseRail(country="RUS", rail=["USD", "EUR"], share=0.6)])
    outcome = mp.solve(world, cut, deficits="proportional", other_equilibria=False)
    given = settle_trade(world, cut.policy(world), abroad(outcome.levels.paid_to_producers))
    np.testing.assert_allclose(outcome.values("settlement_share") / 100, given, atol=1e-7)
    assert found.own_trade[20.0].strength == found.calibrated.strength


def test_the_reference_world_ships_the_calibrated_thickness_with_its_range(found):
    row, part = behaviour("rail_thickness"), load_world("reference-2023").part(Settlement)
    nu, _low, high = found.ridge[part.eta]
    assert part.nu == row.value == pytest.approx(nu)
    assert (row.low, row.high) == (0.0, pytest.approx(high))
    assert base_radius(load_world("reference-2023")) < found.radii[0.65] < 1
    # On the half that was not looked at, it comes nearer than no thickness.
    assert found.calibrated.errors["test"] < found.plain.errors["test"] - 4


def test_every_strength_tried_has_a_stable_base_year(found):
    assert max(found.radii.values()) < 1
    assert found.radii[0.0] == 0


def test_the_page_shows_what_the_command_prints(found, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    printed = CliRunner().invoke(app, ["backtest"], catch_exceptions=False, prog_name="multipolar")
    page = (PAGES / "backtest-settlement.md").read_text(encoding="utf-8")
    expected = page.split("$ multipolar backtest\n")[1].split("```")[0]
    assert printed.stdout.split() == expected.split()
    error = f"({found.unchanged.errors['test']:.0f} points), the calibrated model leaves"
    assert error in page


def test_the_ridge_is_drawn_with_words_beside(found):
    drawing = ridge_chart(found)
    assert drawing.startswith("<svg xmlns=")
    assert "cannot tell the two apart" in drawing
    assert len(drawing) < 400_000
