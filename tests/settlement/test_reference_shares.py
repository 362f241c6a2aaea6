"""Settlement shares of the reference world: they add up, meet what was published, and follow the rule elsewhere."""

import re
from pathlib import Path

import numpy as np
import pytest

from multipolar.errors import WorldError
from multipolar.report import rails
from multipolar.world.reference import settlement as reference
from multipolar.world.reference.before import facts_before, world_before
from multipolar.world.reference.build import build
from multipolar.world.reference.facts import load_facts
from multipolar.world.settlement import Settlement, abroad
from multipolar.world.world import load_world

PAGE = (Path(__file__).parents[2] / "docs" / "reference-world.md").read_text(encoding="utf-8")
RUB = reference.RAILS.index("RUB")


@pytest.fixture(scope="module")
def world():
    return load_world("reference-2023")


@pytest.fixture(scope="module")
def shares(world) -> Settlement:
    return world.part(Settlement)


def test_the_shipped_shares_are_what_the_facts_give(shares):
    fresh = build().world.part(Settlement)
    np.testing.assert_allclose(shares.share, fresh.share, atol=1e-9)
    np.testing.assert_array_equal(shares.published, fresh.published)
    assert dict(shares.sources) == dict(fresh.sources)


def test_shares_add_up_to_one_on_every_pair(shares, world):
    total = shares.share.sum(axis=2)
    traded = abroad(world.tables.trade.sum(axis=1)) > 0
    np.testing.assert_allclose(total[traded], 1.0, atol=1e-12)
    assert shares.share.min() >= 0
    assert total[~traded].max() == 0


def test_what_authorities_published_of_the_year_holds_and_invoicing_nearly(shares, world):
    misfits = reference.share_misfits(shares, world.tables)
    exact = [one for one in misfits if not one.published.is_invoicing and one.published.base_years]
    assert {one.published.key for one in exact} >= {"RUS export", "RUS import", "RUS-CHN both", "RUS-Asia export",
                                                    "RUS-Europe export", "CHN export", "CHN import"}
    assert max(abs(one.points) for one in exact) < 1e-4
    believed = [abs(one.points) for one in misfits if one.published.is_invoicing]
    assert len(believed) > 160
    assert np.mean(believed) < 0.5
    assert max(believed) < 2.0
    assert f"{np.mean(believed):.1f} points" in PAGE
    assert f"{max(believed):.1f} points" in PAGE
    assert [abs(one.points) for one in misfits] == sorted((abs(one.points) for one in misfits), reverse=True)


def test_a_misfit_is_seen_where_a_share_is_changed(shares, world):
    changed = np.array(shares.share)
    place = world.country_index("RUS"), world.country_index("CHN")
    changed[place] = [1, 0, 0, 0, 0]
    moved = reference.share_misfits(Settlement(shares.rail, changed, shares.published), world.tables)
    assert moved[0].published.key == "RUS-CHN both"
    assert moved[0].points < -30


def test_the_pair_russia_china_is_its_published_one(shares, world):
    trade = abroad(world.tables.trade.sum(axis=1))
    there, back = world.country_index("RUS"), world.country_index("CHN")
    paid = trade[there, back] * shares.share[there, back] + trade[back, there] * shares.share[back, there]
    paid /= trade[there, back] + trade[back, there]
    assert paid[shares.rail.index("RUB")] == pytest.approx(0.20, abs=1e-6)
    assert paid[shares.rail.index("CNY")] == pytest.approx(0.65, abs=1e-6)
    assert shares.published[there, back] == shares.published[back, there] == 2


def test_coverage_is_counted_by_trade_and_stands_on_the_page(shares, world):
    coverage = dict(zip((2, 1, 0), rails.coverage(world).values(), strict=True))
    assert sum(coverage.values()) == pytest.approx(100)
    assert coverage[2] == pytest.approx(100 * abroad(world.tables.trade.sum(axis=1))[
        [world.country_index(code) for code in ("RUS", "CHN")],
        [world.country_index(code) for code in ("CHN", "RUS")]].sum() / abroad(world.tables.trade.sum(axis=1)).sum())
    for code in (2, 1, 0):
        assert f"{coverage[code]:.1f} %" in PAGE


@pytest.mark.parametrize(("exporter", "importer", "kind"), [
    ("RUS", "CHN", "Russia and China"), ("CHN", "RUS", "Russia and China"),
    ("KAZ", "RUS", "Russia and its customs union"), ("RUS", "DEU", "Russia and Europe"),
    ("IND", "RUS", "Russia and others"), ("CHN", "FRA", "China and the euro area"),
    ("USA", "CHN", "China and the United States"), ("CHN", "BRA", "China and others"),
    ("USA", "DEU", "United States and others"), ("DEU", "FRA", "within the euro area"),
    ("DEU", "POL", "euro area and the rest of Europe"), ("DEU", "JPN", "euro area and others"),
    ("POL", "GBR", "within the rest of Europe"), ("IND", "BRA", "all others")])
def test_the_rule_takes_the_first_kind_of_pair_that_fits(exporter, importer, kind):
    assert reference.rule_class(exporter, importer) == reference.rule_class(importer, exporter) == kind


def test_the_rule_gives_a_pair_its_class_and_commodities_in_dollars(world):
    rule = reference.rule_shares(world.tables)
    np.testing.assert_allclose(rule.sum(axis=2), 1.0 - np.eye(len(world.countries)))
    facts = load_facts()
    goods = rule[facts.country("DEU"), facts.country("FRA")]
    assert goods[1] == pytest.approx(0.95, abs=0.01)
    oil = rule[facts.country("SAU"), facts.country("IND")]
    assert 0.85 < oil[0] <= 0.95
    assert rule[facts.country("RUS"), facts.country("IND"), 3] == pytest.approx(0.28)


def test_pairs_without_a_published_end_keep_the_rule_but_for_what_china_published(shares, world):
    rule = reference.rule_shares(world.tables)
    place = world.country_index("MEX"), world.country_index("VNM")
    assert shares.published[place] == 0
    np.testing.assert_allclose(shares.share[place], rule[place], atol=1e-12)


def test_shares_of_2021_are_those_before_the_measures(world):
    before = reference.fit_settlement(world.tables, year="2021")
    trade = abroad(world.tables.trade.sum(axis=1))
    russia = world.country_index("RUS")
    exports = (trade[russia, :, None] * before.share[russia]).sum(axis=0) / trade[russia].sum()
    np.testing.assert_allclose(exports[:4], [0.545, 0.297, 0.005, 0.143], atol=1e-6)
    with pytest.raises(WorldError, match=r"no settlement shares for 1990; choose 2023, 2021\."):
        reference.fit_settlement(world.tables, year="1990")


def test_every_pair_has_a_source_and_a_spread_by_its_quality(shares, world):
    assert re.search(r"RUB 20 % \(2023-09", shares.sources["RUS-CHN both"])
    assert "CNY 24.4 %" in shares.sources["CHN export"]
    for (i, n), code in np.ndenumerate(shares.published):
        if i != n:
            assert shares.spread[i, n] == reference.LOGARITHMIC_ERROR[int(code)]
        if code == 1:
            ends = f"{world.countries[i]} export", f"{world.countries[n]} import"
            assert any(key in shares.sources for key in ends)


def test_draws_are_seeded_spread_and_add_up(shares):
    first, again, other = (shares.drawn(np.random.default_rng(seed)).share for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0.05
    traded = shares.share.sum(axis=2) > 0
    np.testing.assert_allclose(first.sum(axis=2)[traded], 1.0)
    np.testing.assert_array_equal(first == 0, shares.share == 0)


def test_the_world_before_the_measures_has_russias_trade_and_shares_of_2021():
    before = world_before()
    facts = facts_before()
    trade = before.tables.trade[:, facts.goods, :].sum(axis=1)
    for exporter, importer, billions in (("RUS", "DEU", 34.1601), ("CHN", "RUS", 66.96), ("RUS", "CHN", 79.92)):
        place = before.country_index(exporter), before.country_index(importer)
        assert trade[place] == pytest.approx(1e3 * billions, rel=1e-9)
    assert before.check().ok
    part = before.part(Settlement)
    paid = abroad(before.tables.trade.sum(axis=1))
    there, back = before.country_index("RUS"), before.country_index("CHN")
    both = paid[there, back] * part.share[there, back] + paid[back, there] * part.share[back, there]
    assert both[RUB] / (paid[there, back] + paid[back, there]) == pytest.approx(0.04, abs=1e-6)
