"""Merging countries and sectors: every sum of money is kept, tariffs are means, names are checked."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multipolar.errors import ScenarioError, UnknownName, WorldError
from multipolar.world.world import World

from .conftest import COUNTRIES, SECTORS, draw_flows


def made(seed=1, **changed):
    return World.from_flows(**{**draw_flows(seed), "countries": COUNTRIES, "sectors": SECTORS, "year": 2023, **changed})


def test_a_merged_country_is_the_sum_of_its_members(world):
    merged = world.aggregate(countries={"EU": ["DEU", "FRA"]})
    old, new = world.tables, merged.tables
    assert merged.countries == ("USA", "CHN", "EU")
    assert merged.sectors == world.sectors
    assert np.allclose(new.trade[2, :, 2], old.trade[2:, :, 2:].sum((0, 2)), rtol=1e-14)
    assert np.allclose(new.trade[0, :, 2], old.trade[0, :, 2:].sum(1), rtol=1e-14)
    assert np.allclose(new.inputs[:, 2], old.inputs[:, 2:].sum(1), rtol=1e-14)
    assert merged.check().ok
    assert merged.changes[-1] == "EU is the sum of DEU, FRA."


def test_duties_stay_and_rates_are_weighted_by_trade(world):
    merged = world.aggregate(countries={"EU": ["DEU", "FRA"]})
    old, new = world.tables, merged.tables
    duty = (old.tariffs * old.trade)[0, 1, 2:].sum()
    assert new.tariffs[0, 1, 2] == pytest.approx(duty / old.trade[0, 1, 2:].sum(), rel=1e-14)
    inner = (old.tariffs * old.trade)[2:, 1, 2:].sum()
    assert new.tariffs[2, 1, 2] == pytest.approx(inner / old.trade[2:, 1, 2:].sum(), rel=1e-14)
    assert np.array_equal(new.tariffs[:2, :, :2], old.tariffs[:2, :, :2])
    assert np.allclose(new.tariff_revenue, [*old.tariff_revenue[:2], old.tariff_revenue[2:].sum()], rtol=1e-13)


def test_sectors_merge_with_their_parameters_and_isic_codes(world):
    given = world.with_parameters(trade_elasticity=[2.0, 4.0, 8.0], resource_share=[0.1, 0.5, 0.0],
                                  supply_elasticity=[1.0, 0.5, 0.0], capital_share=[0.2, 0.3, 0.4])
    merged = given.aggregate(sectors={"primary": ["farm", "fuel"]})
    assert merged.sectors == ("primary", "chips")
    assert merged.sector_isic == {"primary": "A01-A03+B05-B06", "chips": "C26"}
    output, value_added = given.tables.output.sum(0)[:2], given.tables.value_added.sum(0)[:2]
    shares = np.array([0.1, 0.5])
    assert merged.parameters.trade_elasticity[0] == pytest.approx((output @ [2, 4]) / output.sum())
    assert merged.parameters.trade_elasticity[1] == 8.0
    assert merged.parameters.resource_share[0] == pytest.approx((value_added @ shares) / value_added.sum())
    assert merged.parameters.capital_share[0] == pytest.approx((value_added @ [0.2, 0.3]) / value_added.sum())
    weights = value_added * shares
    assert merged.parameters.supply_elasticity[0] == pytest.approx((weights @ [1.0, 0.5]) / weights.sum())
    assert np.allclose(merged.tables.inputs[0, :, 0], given.tables.inputs[:2, :, :2].sum((0, 2)), rtol=1e-14)


def test_merging_nothing_changes_nothing(world):
    assert world.aggregate() == world
    assert world.aggregate(countries={"CHN": ["CHN"]}) == world


def test_members_may_be_groups(make_world):
    world = make_world(countries=("USA", "CHN", "DEU", "REU"))
    merged = world.aggregate(countries={"EU27": "EU27"}, sectors={"goods": "goods"})
    assert merged.countries == ("USA", "CHN", "EU27")
    assert merged.sectors == ("goods",)


def test_names_to_show_follow(make_world):
    world = make_world(country_names={"USA": "United States", "CHN": "China", "DEU": "Germany", "FRA": "France"})
    merged = world.aggregate(countries={"EU": ["DEU", "FRA"]})
    assert merged.country_names == {"USA": "United States", "CHN": "China", "EU": "EU"}


def test_trade_that_is_none_keeps_a_plain_mean_rate_and_none_at_home():
    flows = draw_flows(1)
    flows["intermediate"][0, 1, 2:], flows["final"][0, 1, 2:] = 0.0, 0.0
    flows["tariffs"][0, 1, 2:] = [0.1, 0.3]
    for table in ("intermediate", "final"):
        flows[table][2:, 2, 2:] = 0.0
    merged = made(**flows).aggregate(countries={"EU": ["DEU", "FRA"]})
    assert merged.tables.trade[0, 1, 2] == 0.0
    assert merged.tables.tariffs[0, 1, 2] == pytest.approx(0.2)
    assert merged.tables.trade[2, 2, 2] == 0.0
    assert merged.tables.tariffs[2, 2, 2] == 0.0


def test_impossible_mergers_are_refused(world):
    with pytest.raises(WorldError, match="The country FRA is in both EU and NATO; it can be merged into one only"):
        world.aggregate(countries={"EU": ["DEU", "FRA"], "NATO": ["USA", "FRA"]})
    with pytest.raises(WorldError, match="USA is the name of a country that stays; choose another name"):
        world.aggregate(countries={"USA": ["DEU", "FRA"]})
    with pytest.raises(UnknownName, match="ITA"):
        world.aggregate(countries={"EU": ["DEU", "ITA"]})
    with pytest.raises(UnknownName, match="no sector or sector group named 'farms'"):
        world.aggregate(sectors={"primary": ["farms", "fuel"]})
    with pytest.raises(ScenarioError, match=r"'oil' .* is only a part of sector 'fuel'"):
        world.aggregate(sectors={"primary": ["farm", "oil"]})
    with pytest.raises(WorldError, match="'all' cannot be the name of a country"):
        world.aggregate(countries={"all": ["DEU", "FRA"]})


@settings(max_examples=40)
@given(seed=st.integers(0, 50), parts=st.lists(st.integers(0, 2), min_size=4, max_size=4),
       goods=st.lists(st.integers(0, 1), min_size=3, max_size=3))
def test_every_sum_of_money_is_kept_and_mergers_compose(seed, parts, goods):
    world = made(seed)
    countries = {f"C{part}": [COUNTRIES[i] for i in range(4) if parts[i] == part] for part in sorted(set(parts))}
    sectors = {f"S{good}": [SECTORS[i] for i in range(3) if goods[i] == good] for good in sorted(set(goods))}
    merged = world.aggregate(countries=countries, sectors=sectors)
    for name in ("trade", "inputs", "final", "value_added", "tariff_revenue", "output", "expenditure"):
        assert np.isclose(getattr(merged.tables, name).sum(), getattr(world.tables, name).sum(), rtol=1e-12)
    assert merged.check().ok
    in_two_steps = world.aggregate(sectors=sectors).aggregate(countries=countries)
    assert np.allclose(in_two_steps.tables.tariffs, merged.tables.tariffs, rtol=1e-12, atol=1e-15)
    one = merged.aggregate(countries={"W1": "all"})
    assert np.isclose(one.tables.tariff_revenue.sum(), world.tables.tariff_revenue.sum(), rtol=1e-12)
