"""Results in tonnes: they balance, they follow dollars where a tonne has one price, and are withheld beyond 1 %."""

from dataclasses import replace

import numpy as np
import pytest

import multipolar as mp
from multipolar.errors import InputError
from multipolar.report.fuels import balance, doubtful_note
from multipolar.world.energy import Energy, produced

BAN = mp.Scenario(name="ban", closure=mp.Closure(deficits="proportional"), measures=[
    mp.ImportBan(importer="CHN", exporter="RUS", sector="OIL")])


def at(world, *codes):
    return tuple(world.countries.index(code) for code in codes)


def one_price(world, rate=2.0):
    """The world with every fuel at one price everywhere and nothing passed on."""
    energy = world.part(Energy)
    traded = world.tables.trade[:, energy.position.astype(int)]
    return world.with_part(replace(energy, quantity=rate * traded, passed_on=np.zeros_like(energy.passed_on)))


@pytest.fixture(scope="module")
def banned(fuel_world):
    return mp.solve(fuel_world, BAN)


def test_without_a_measure_tonnes_are_those_of_the_base_year(fuel_world):
    outcome = mp.solve(fuel_world, mp.Scenario(closure=mp.Closure(deficits="fixed")))
    energy = fuel_world.part(Energy)
    np.testing.assert_allclose(outcome.fuel_flows, energy.quantity, rtol=1e-8, atol=1e-6)
    np.testing.assert_allclose(outcome.fuel_production, produced(energy.quantity, energy.passed_on), rtol=1e-8,
                               atol=1e-6)
    np.testing.assert_allclose(outcome.fuel_drift, 0.0, atol=1e-8)


def test_the_world_uses_what_it_makes_and_a_ban_stops_tonnes(fuel_world, banned):
    made, used = banned.fuel_production, banned.fuel_use
    np.testing.assert_allclose(made.sum("country"), used.sum("country"), rtol=1e-12)
    assert abs(banned.fuel_drift.sel(good="oil").item()) < 1
    flows = banned.fuel_flows.sel(good="oil")
    assert flows.sel(exporter="RUS", importer="CHN").item() == 0.0
    base = fuel_world.part(Energy).quantity[:, fuel_world.part(Energy).good.index("oil")]
    placed = (flows.sel(exporter="RUS").values - base[at(fuel_world, "RUS")[0]]).sum()
    lost = base[at(fuel_world, "RUS", "CHN")]
    assert -lost < placed < 0, "Russia makes less oil, by less than it loses in China"
    assert made.sel(good="oil").sel(country="RUS").item() == pytest.approx(flows.sel(exporter="RUS").sum().item())


def test_at_one_price_tonnes_are_real_sales(fuel_world):
    world = one_price(fuel_world)
    outcome = mp.solve(world, BAN)
    real = (outcome.levels.landed / outcome.levels.cost[:, :, None])[:, world.part(Energy).position.astype(int)]
    np.testing.assert_allclose(outcome.fuel_flows, 2.0 * real, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(outcome.fuel_drift, 0.0, atol=1e-9)


def test_production_follows_the_quantity_of_output_at_one_price(fuel_world):
    world = one_price(fuel_world)
    outcome = mp.solve(world, BAN)
    energy = world.part(Energy)
    growth = 1 + outcome.output.sel(sector="OIL").values / 100
    before = produced(energy.quantity, energy.passed_on)[:, energy.good.index("oil")]
    np.testing.assert_allclose(outcome.fuel_production.sel(good="oil"), growth * before, rtol=1e-9)


def test_what_drifts_by_more_than_one_percent_is_withheld(fuel_world):
    energy = fuel_world.part(Energy)
    quantity = np.array(energy.quantity)
    oil = energy.good.index("oil")
    place = at(fuel_world, "RUS", "CHN")
    quantity[place[0], oil, place[1]] *= 30     # tonnes that no other buyer's dollars could hold
    outcome = mp.solve(fuel_world.with_part(replace(energy, quantity=quantity)), BAN)
    assert abs(outcome.fuel_drift.sel(good="oil").item()) > 1
    for name in ("fuel_flows", "fuel_production", "fuel_use"):
        assert np.isnan(getattr(outcome, name).sel(good="oil")).all(), name
        assert np.isfinite(getattr(outcome, name).sel(good="coal")).all(), name


def test_what_an_exporter_misses_is_in_percent_of_its_own_sales(fuel_world, banned):
    energy, drift = fuel_world.part(Energy), banned.fuel_exporter_drift.sel(good="oil")
    oil = energy.good.index("oil")
    missed = drift.values / 100 * energy.quantity[:, oil].sum(axis=1)
    made = produced(energy.quantity, energy.passed_on)[:, oil].sum()
    assert 100 * missed.sum() / made == pytest.approx(banned.fuel_drift.sel(good="oil").item(), rel=1e-9)
    assert abs(drift.sel(country="RUS").item()) > abs(banned.fuel_drift.sel(good="oil").item())


def test_a_sellers_numbers_are_marked_where_its_own_balance_drifts(fuel_world):
    """A tonne sold to China made twice as dear: the world hardly drifts, Russia does."""
    energy = fuel_world.part(Energy)
    quantity = np.array(energy.quantity)
    place = at(fuel_world, "RUS", "CHN")
    quantity[place[0], energy.good.index("oil"), place[1]] /= 2
    outcome = mp.solve(fuel_world.with_part(replace(energy, quantity=quantity)), BAN)
    made = balance(outcome.world, "oil", outcome, economies=("RUS", "USA"))
    russia, america = made.rows[:2]
    assert not made.withheld
    assert russia.marked
    assert russia.after is not None
    assert russia.shown_name.endswith("‡")
    assert not america.marked
    assert f"Russia by {abs(russia.drift):.1f} %" in doubtful_note(made)
    assert "USA" not in doubtful_note(made)
    assert doubtful_note(balance(outcome.world, "oil")) == ""


def test_a_price_is_what_the_exporter_receives(fuel_world, banned):
    energy = fuel_world.part(Energy)
    change = 1 + banned.producer_price.sel(country="RUS", sector="OIL").item() / 100
    before = energy.price[at(fuel_world, "RUS")[0], energy.good.index("oil")]
    assert before == pytest.approx(63.0 * 7.33, rel=0.01)
    assert banned.fuel_price.sel(country="RUS", good="oil").item() == pytest.approx(before * change, rel=1e-9)


def test_the_lower_cap_costs_less_because_it_is_evaded(fuel_world):
    """The scenarios' own caps and embargo: 30 dollars below 45 with the assumed logit, above it with none."""
    def loss(price, evasion):
        scenario = mp.load_scenario(f"oil-cap-{price}")
        caps = [one.model_copy(update={"evasion": evasion}) if one.kind == "price_cap" and evasion is not None else one
                for one in scenario.measures]
        outcome = mp.solve(fuel_world, scenario.model_copy(update={"measures": tuple(caps)}))
        bought = outcome.fuel_flows.sel(exporter="RUS", importer="EU27", good="oil").item()
        assert bought < fuel_world.part(Energy).quantity[at(fuel_world, "RUS")[0], 0, at(fuel_world, "EU27")[0]] + 1e-6
        return -outcome.real_income.sel(country="RUS").item()

    assert loss(30, None) < loss(45, None)
    assert loss(30, 0.0) > loss(45, 0.0) > loss(60, 0.0)


def test_a_quota_in_barrels_holds_in_tonnes(fuel_world):
    def outcome(limit, **values):
        return mp.solve(fuel_world, mp.Scenario(closure=mp.Closure(deficits="proportional"), measures=[
            mp.Quota(importer="CHN", exporter="RUS", sector="OIL", limit=limit, **values)]))

    barrels = outcome("1e6 bbl/day").fuel_flows.sel(good="oil", exporter="RUS", importer="CHN").item()
    assert barrels == pytest.approx(1e6 * 365e-6 / 7.33, rel=1e-6)
    same = outcome(50 / 107)
    np.testing.assert_allclose(outcome("50 Mt").real_income, same.real_income, atol=1e-9)


@pytest.mark.parametrize(("values", "pattern"), [
    ({"limit": "38 bcm", "sector": "OIL"}, "oil is not measured in 'bcm'; its units are Mt, million bbl, bbl/day"),
    ({"limit": "38 furlongs", "sector": "GAS"}, "gas is not measured in 'furlongs'"),
    ({"limit": "38 Mt", "sector": "GDS"}, r"A quantity is for one fuel; GDS are given, and the fuels are oil \(OIL\)"),
    ({"limit": "38 Mt", "sector": ["OIL", "COA"], "together": True}, "A quantity is for one fuel"),
    ({"limit": "38 bcm", "sector": "GAS", "exporter": ["RUS", "USA"]}, "one amount for 2 flows; say together"),
])
def test_quantities_that_fit_nothing_are_refused(fuel_world, values, pattern):
    scenario = mp.Scenario(closure=mp.Closure(deficits="proportional"), measures=[
        mp.Quota(**({"importer": "CHN", "exporter": "RUS"} | values))])
    with pytest.raises(InputError, match=pattern):
        mp.solve(fuel_world, scenario)


def test_a_world_without_tonnes_has_no_variables_in_tonnes(fuel_world):
    outcome = mp.solve(replace(fuel_world, parts=()), BAN)
    with pytest.raises(mp.WorldError, match="fuel_flows needs energy data"):
        outcome.values("fuel_flows")


def corridor(**values):
    return mp.Corridor(exporter="RUS", importer="CHN", sector="GAS", markup=1.245, rent="importer", **values)


def gas(outcome):
    return outcome.fuel_flows.sel(good="gas", exporter="RUS")


def test_a_full_corridor_alone_leaves_the_tonnes_of_the_base_year(fuel_world):
    outcome = mp.solve(fuel_world, mp.Scenario(closure=mp.Closure(deficits="fixed"), measures=[corridor()]))
    np.testing.assert_allclose(outcome.fuel_flows, fuel_world.part(Energy).quantity, rtol=1e-7, atol=1e-5)


def test_an_opening_adds_the_cubic_metres_that_it_says(fuel_world):
    outcome = mp.solve(fuel_world, mp.Scenario(closure=mp.Closure(deficits="proportional"),
                                               measures=[corridor(adds="10 bcm")]))
    assert gas(outcome).sel(importer="CHN").item() == pytest.approx(33.58 + 10, rel=1e-6)
    np.testing.assert_allclose(outcome.fuel_production.sum("country"), outcome.fuel_use.sum("country"), rtol=1e-12)
    assert abs(outcome.fuel_drift.sel(good="gas").item()) < 1


def test_nothing_goes_round_a_full_corridor(fuel_world):
    ban = mp.ImportBan(importer="EU27", exporter="RUS", sector="GAS")
    both = mp.solve(fuel_world, mp.Scenario(closure=mp.Closure(deficits="proportional"), measures=[ban, corridor()]))
    alone = mp.solve(fuel_world, mp.Scenario(closure=mp.Closure(deficits="proportional"), measures=[ban]))
    assert gas(both).sel(importer="CHN").item() == pytest.approx(33.58, rel=1e-6)
    assert gas(alone).sel(importer="CHN").item() > 34
