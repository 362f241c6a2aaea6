"""Several measures on one flow: against a plain loop over every cell, in any order, and every contradiction."""

import itertools
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multipolar.errors import ScenarioError
from multipolar.measures.combine import combine
from multipolar.measures.finance import Transfer
from multipolar.measures.lift import Lift
from multipolar.measures.productivity import Productivity
from multipolar.measures.tariffs import Tariff, TariffSchedule
from multipolar.measures.trade import Embargo, ExportBan, ImportBan, TradeCost

SELECTORS = st.one_of(st.sampled_from(["USA", "DEU", "CHN", "all"]), st.just(("USA", "RUS")), st.just(("all", "-CHN")))
GOODS = st.sampled_from(["all", "OIL", ("ELE", "MAC")])


def ends(draw):
    exporter, importer = draw(SELECTORS), draw(SELECTORS)
    if exporter == importer and isinstance(exporter, str) and exporter != "all":
        importer = "all"
    return {"exporter": exporter, "importer": importer, "sector": draw(GOODS)}


@st.composite
def tariffs(draw):
    change = draw(st.sampled_from(["rate", "add", "ceiling", "cut"]))
    value = draw(st.floats(0.0, 1.0))
    return Tariff(**ends(draw), **{change: value})


@st.composite
def costs(draw):
    return TradeCost(**ends(draw), ad_valorem=draw(st.floats(-0.5, 2.0)))


def selected(selector, world):
    items = (selector,) if isinstance(selector, str) else selector
    kept = {code for code in world.countries + world.sectors if code in items or "all" in items}
    return kept - {item[1:] for item in items if item.startswith("-")}


def loop_over_cells(world, measures):
    """Every flow by itself: the new tariff, or None where two rates meet."""
    rates = world.tables.tariffs.copy()
    for (i, seller), (s, good), (n, buyer) in itertools.product(
            enumerate(world.countries), enumerate(world.sectors), enumerate(world.countries)):
        here = [one for one in measures if i != n and seller in selected(one.exporter, world)
                and good in selected(one.sector, world) and buyer in selected(one.importer, world)]
        rate = [one.rate for one in here if one.rate is not None]
        if len(rate) > 1:
            return None
        value = rate[0] if rate else rates[i, s, n]
        value += sum(one.add for one in here if one.add is not None)
        value *= np.prod([1 - one.cut for one in here if one.cut is not None])
        rates[i, s, n] = min([value, *(one.ceiling for one in here if one.ceiling is not None)])
    return rates


@given(st.lists(tariffs(), max_size=4))
def test_tariffs_against_a_loop_over_every_flow(world, measures):
    lowered = [measure.lower(world) for measure in measures]
    expected = loop_over_cells(world, measures)
    if expected is None:
        with pytest.raises(ScenarioError, match="two rates on one flow"):
            combine(world, lowered)
        return
    policy = combine(world, lowered)
    found, at = world.tables.tariffs.copy(), policy.tariff_cells
    found[at.exporter, at.sector, at.importer] = policy.tariff_rates
    np.testing.assert_allclose(found, expected, rtol=1e-14, atol=1e-15)
    changed = expected != world.tables.tariffs
    assert not changed.any() or len(at) >= np.sum(np.abs(expected - world.tables.tariffs) > 1e-14)
    assert (np.diff(at.flat((6, 4))) > 0).all()


@given(st.lists(st.one_of(tariffs().filter(lambda one: one.rate is None), costs()), max_size=4).flatmap(
    lambda measures: st.tuples(st.just(measures), st.permutations(measures))))
def test_the_order_of_measures_does_not_matter(world, orders):
    one, other = (combine(world, [measure.lower(world) for measure in measures]) for measures in orders)
    for (name, first), (again, second) in zip(one.arrays(), other.arrays(), strict=True):
        assert name == again
        np.testing.assert_array_equal(first, second)


@given(st.lists(costs(), min_size=1, max_size=4))
def test_icebergs_multiply(world, measures):
    policy = combine(world, [measure.lower(world) for measure in measures])
    expected = np.ones((6, 4, 6))
    for measure in measures:
        cells = measure.lower(world).layers[0].cells
        expected[cells.exporter, cells.sector, cells.importer] *= 1 + measure.ad_valorem
    found = np.ones((6, 4, 6))
    at = policy.iceberg_cells
    found[at.exporter, at.sector, at.importer] = policy.iceberg_factors
    np.testing.assert_allclose(found, expected, rtol=1e-14)
    assert (found[range(6), :, range(6)] == 1).all()


def test_the_steps_of_a_tariff_come_in_their_order(world):
    """1.0 in place of the base rate, plus 0.2, less half of 1.2, and the lowest ceiling left of 0.6."""
    flow = {"importer": "USA", "exporter": "CHN", "sector": "ELE"}
    steps = [Tariff(**flow, ceiling=0.55), Tariff(**flow, cut=0.5), Tariff(**flow, add=0.2), Tariff(**flow, rate=1.0)]
    for most, expected in ((4, 0.55), (3, 0.6)):
        policy = combine(world, [step.lower(world) for step in steps[4 - most:]])
        np.testing.assert_allclose(policy.tariff_rates, expected)


def test_a_ceiling_raises_nothing(world):
    assert combine(world, [Tariff(importer="USA", exporter="all", ceiling=1.0).lower(world)]).is_null


def test_no_measure_is_no_policy(world):
    policy = combine(world, [])
    assert policy.is_null
    assert (policy.productivity == 1).all()
    assert (policy.transfers == 0).all()


@pytest.mark.parametrize("measure", [
    Tariff(importer="USA", exporter="CHN", add=0.1), TradeCost(importer="USA", exporter="CHN", ad_valorem=0.1),
    ExportBan(exporter="CHN", importer="USA"), Transfer(payer="USA", receiver="UKR", amount=1),
    Productivity(country="UKR", change=0.1), Lift(importer="USA", exporter="CHN", sector="ELE", latent_share=0.9)])
def test_every_measure_is_a_policy(world, measure):
    assert not combine(world, [measure.lower(world)]).is_null


def contradiction(world, *measures):
    with pytest.raises(ScenarioError) as caught:
        combine(world, [measure.lower(world) for measure in measures])
    return str(caught.value)


def test_two_rates_on_one_flow_name_both_measures_and_the_flow(world):
    message = contradiction(world, Tariff(importer="USA", exporter="CHN", sector=["ELE", "MAC"], rate=0.6),
                            Tariff(importer="USA", exporter="RUS", rate=0.1),
                            Tariff(importer="USA", exporter="BRICS", sector="MAC", rate=0.25))
    assert message == (
        "two rates on one flow, CHN to USA, MAC: measure 1, tariff (importer=USA, exporter=CHN, sector=ELE+MAC, "
        "rate=0.6); and measure 3, tariff (importer=USA, exporter=BRICS, sector=MAC, rate=0.25). Leave one out, or use "
        "add.")


def test_a_rate_contradicts_a_schedule(world):
    schedule = TariffSchedule(rates=world.tables.tariffs)
    message = contradiction(world, schedule, Tariff(importer="USA", exporter="CHN", sector="ELE", rate=0.6))
    assert message.startswith("two rates on one flow, CHN to USA, ELE: measure 1, tariff_schedule (rates=6 x 4 x 6); ")
    combine(world, [schedule.lower(world), Tariff(importer="USA", exporter="CHN", add=0.6).lower(world)])


def test_points_may_not_take_a_tariff_below_minus_one(world):
    message = contradiction(world, Tariff(importer="USA", exporter="CHN", sector="ELE", rate=0.5),
                            Tariff(importer="USA", exporter="all", sector="ELE", add=-1.6))
    assert re.match(r"the tariff on DEU to USA, ELE becomes -1\d\d\.\d+%, .* above -100 %: measure 2, tariff", message)


@pytest.mark.parametrize("ban", [ImportBan(importer="RUS", exporter="DEU"), Embargo(sides=("EU27", "RUS"))])
@pytest.mark.parametrize("way", [{"latent_share": 0.9}, {"sanction_coefficient": -0.5}])
def test_a_lift_against_a_ban_names_both(world, ban, way):
    lift = Lift(importer="RUS", exporter="DEU", sector="ELE", **way)
    message = contradiction(world, ban, lift)
    assert message == (f"a lift and a ban on one flow, DEU to RUS, ELE: measure 2, {lift.label}; and measure 1, "
                       f"{ban.label}. Leave one out.")


def test_two_latent_shares_on_one_flow_name_both(gappy):
    message = contradiction(gappy, Lift(importer="RUS", exporter="DEU", sector="ELE", latent_share=0.3),
                            Lift(importer="RUS", exporter="EU27", sector="ELE", latent_share=0.4))
    assert message.startswith("two latent shares on one flow, DEU to RUS, ELE: measure 1, lift (")
    assert "; and measure 2, lift (" in message


def test_latent_shares_of_one_market_stay_below_one(gappy):
    message = contradiction(gappy, Lift(importer="RUS", exporter="DEU", sector="ELE", latent_share=0.5),
                            Lift(importer="RUS", exporter="USA", sector="ELE", latent_share=0.5))
    assert "the lifted flows into RUS, ELE, have latent shares of 100.0000% together" in message
    assert "measure 1, lift" in message
    assert "measure 2, lift" in message


def test_a_market_needs_a_supplier_that_is_not_lifted(make_world):
    sellers = ("DEU", "FRA", "CHN", "RUS", "UKR", "USA")
    world = make_world(empty=[(seller, "ELE", "RUS") for seller in sellers if seller != "USA"])
    with pytest.raises(ScenarioError, match=r"USA to RUS, ELE already has a share of 100\.0000%"):
        Lift(importer="RUS", exporter="USA", sector="ELE", latent_share=0.9).lower(world)


def test_what_groups_lack_is_listed_once(world):
    policy = combine(world, [Tariff(importer="G7", exporter="CHN", add=0.1).lower(world),
                             Tariff(importer="CHN", exporter="G7", add=0.1).lower(world)])
    assert policy.dropped == ("CAN", "GBR", "ITA", "JPN")
