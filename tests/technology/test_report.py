"""Where controlled goods go, means of war and minerals, as reports and commands say it."""

import json
from typing import Any

import h5netcdf
import numpy as np
import pytest
from typer.testing import CliRunner

import multipolar as mp
from multipolar.cli.app import app
from multipolar.measures.scenario import load_scenario
from multipolar.report.controlled import OWN, ControlledGoods, at_the_ends, controlled_goods, streams
from multipolar.report.controlled_words import growth_note
from multipolar.report.minerals import mineral_dependences
from multipolar.report.war import deliveries, fighters, means, path, quarters
from multipolar.world.technology import Controlled


@pytest.fixture(scope="module")
def outcome() -> mp.Outcome:
    return mp.solve(mp.load_world("reference-2023"), load_scenario("controls-2024"))


@pytest.fixture(scope="module")
def goods(outcome: mp.Outcome) -> ControlledGoods:
    return controlled_goods(outcome)


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def test_controlled_goods_are_accounted_for(outcome: mp.Outcome, goods: ControlledGoods) -> None:
    """What suppliers sell is what the target buys, what hubs pass on is what went in, and parts add up."""
    assert goods.targets == ("RUS",)
    parts = [at for at, code in enumerate(outcome.world.sectors) if code.endswith(".controlled")]
    russia = outcome.world.country_index("RUS")
    assert sum(one.after for one in goods.suppliers) == pytest.approx(outcome.levels.landed[:, parts, russia].sum())
    by_code = {one.code: one for one in goods.suppliers}
    assert by_code["CHN"].before == pytest.approx(7040)
    assert by_code["DEU"].direct == pytest.approx(0, abs=1e-6)
    assert goods.gone + goods.round == pytest.approx(100)
    for hub in goods.hubs:
        passed = sum(one.through.get(hub.code, 0) for one in goods.suppliers)
        assert passed == pytest.approx(hub.transit)
    assert goods.suppliers[-1].code == OWN
    assert goods.own == pytest.approx(goods.suppliers[-1].after - goods.suppliers[-1].before)
    others = [one for one in goods.suppliers[:-1] if one.code not in goods.coalition]
    assert goods.others == pytest.approx(sum(one.after - one.before for one in others))
    assert goods.sold == pytest.approx(sum(by_code[code].before for code in goods.coalition if code in by_code))
    assert goods.price > 0
    assert goods.means == {"RUS": pytest.approx(outcome.values("war_capacity")[russia])}


def test_growth_of_hubs_stands_beside_the_published(outcome: mp.Outcome, goods: ControlledGoods) -> None:
    """Purchases beside purchases, sales beside sales; hubs that the world lacks have the published growth alone."""
    world, trade = outcome.world, outcome.values("trade")
    parts = [at for at, code in enumerate(world.sectors) if code.endswith(".controlled")]
    members = [world.country_index(code) for code in goods.coalition]
    hubs = {hub.code: hub for hub in goods.hubs}
    kazakhstan, russia = world.country_index("KAZ"), world.country_index("RUS")
    bought = trade[members][:, parts, kazakhstan].sum() / world.tables.trade[members][:, parts, kazakhstan].sum()
    sold = trade[kazakhstan, parts, russia].sum() / world.tables.trade[kazakhstan, parts, russia].sum()
    assert (hubs["KAZ"].bought, hubs["KAZ"].sold) == (pytest.approx(bought), pytest.approx(sold))
    assert 1 < bought < sold
    assert {code: hub.bought_published for code, hub in hubs.items() if hub.bought_published} == pytest.approx(
        {"KAZ": 2.2, "BLR": 1.19, "TUR": 1.6, "KGZ": 7.16, "ARM": 3.87, "GEO": 2.13, "UZB": 1.69})
    assert hubs["TUR"].sold_published == pytest.approx(158 / 9 * 12 / 28)
    assert [code for code, hub in hubs.items() if not hub.in_world] == ["KGZ", "ARM", "GEO", "UZB"]
    assert hubs["KGZ"].bought is None
    note = growth_note(goods)
    assert "33.2 billion euros of listed goods in 2021, 41% of that in 2022" in note
    assert f"{goods.sold:,.0f} million dollars" in note
    chips = controlled_goods(mp.solve(mp.load_world("reference-2023"), load_scenario("chips-embargo-china")))
    assert (chips.hubs, growth_note(chips)) == ((), "")


def test_the_stated_shares_have_their_ranges(outcome: mp.Outcome, goods: ControlledGoods) -> None:
    """What Russia buys abroad is published and stays; what it makes itself moves with the stated share."""
    world = mp.load_world("reference-2023")
    part = world.part(Controlled)
    russia, electronics = world.country_index("RUS"), world.sector_index("ELE")
    low = part.at_end(part.low)
    np.testing.assert_array_equal(np.delete(low.share[:, :, russia], russia, 0),
                                  np.delete(part.share[:, :, russia], russia, 0))
    assert low.share[russia, electronics, russia] == part.low[electronics] == pytest.approx(0.2)
    ends = at_the_ends(world, outcome)
    assert ends[0].suppliers[-1].before < goods.suppliers[-1].before < ends[1].suppliers[-1].before
    assert ends[0].price > goods.price > ends[1].price, "the less is made at home, the dearer what is denied"
    own = mp.TechnologyControl(coalition="USA", targets="RUS", share={"ELE": 0.4})
    assert at_the_ends(world, mp.solve(world, mp.Scenario(measures=[own]))) == ()


def test_the_drawing_has_everything(goods: ControlledGoods) -> None:
    drawn = streams(goods)
    assert drawn.before.sum() == pytest.approx(sum(one.before for one in goods.suppliers))
    assert drawn.after.sum() == pytest.approx(sum(one.after for one in goods.suppliers))
    assert drawn.after[0, 0] == pytest.approx(0, abs=1e-6)


def test_a_scenario_without_controls_is_refused() -> None:
    plain = mp.solve(mp.load_world("reference-2023"), load_scenario("ukraine-aid-delayed"))
    with pytest.raises(mp.ScenarioError, match="has no technology control"):
        controlled_goods(plain)
    year = path(plain, "UKR")
    assert [month.arms > 0 for month in year] == [False] * 6 + [True] * 6
    assert sum(month.arms for month in year) == pytest.approx(17_500)
    assert year[0].rest == pytest.approx(sum(month.arms + month.own for month in year[1:]))
    assert year[-1].rest == 0
    assert [round(month.means) for month in year[5:7]] == [round(-100 * 35 / 99.8), 0]
    by_quarter = quarters(year)
    assert [round(one.arms) for one in by_quarter] == [0, 0, 8_750, 8_750]
    assert by_quarter[1].rest == pytest.approx(year[5].rest)
    whole = 100 * (sum(month.arms + month.own for month in year) / 99_800 - 1)
    assert whole == pytest.approx(plain.values("war_capacity")[plain.world.country_index("UKR")])
    assert sum(one.means for one in by_quarter) / 4 == pytest.approx(whole)
    side = {one.code: one for one in means(plain)}
    assert list(side)[:3] == ["RUS", "UKR", "USA"]
    assert (side["USA"].given_before, side["USA"].given) == (pytest.approx(25_400), pytest.approx(12_700))
    assert fighters(plain.world) == ("RUS", "UKR")


def test_intelligence_is_part_of_every_month() -> None:
    blind = mp.solve(mp.load_world("reference-2023"), load_scenario("ukraine-intelligence-halved"))
    capacity = blind.values("war_capacity")[blind.world.country_index("UKR")]
    assert capacity < -5
    assert [month.means for month in path(blind, "UKR")] == pytest.approx([capacity] * 12)


def test_published_aid_and_dependence_have_sources() -> None:
    assert all(one.source and one.period for one in deliveries())
    assert {"USA", "UKR", "DEU"} <= {one.giver for one in deliveries()}
    stages = [one.stage for one in deliveries()]
    assert list(dict.fromkeys(stages)) == ["pledged", "allocated", "delivered"]
    assert {one.value for one in deliveries() if one.stage == "delivered"} == {35, 25.4, 1.2, 1.0, 0.662}
    found = mineral_dependences()
    assert all(one.source for one in found)
    gallium = next(one for one in found if (one.user, one.mineral) == ("EU27", "gallium"))
    assert gallium.dependence == 71
    assert 0 < gallium.loss_at_most[0] < gallium.loss_at_most[1] < 71


def test_the_commands(tmp_path: Any) -> None:
    chart = tmp_path / "goods.svg"
    shown = run("controlled", "controls-2024", "--no-cache", "--chart", str(chart))
    assert shown.exit_code == 0
    assert "% goes round" in " ".join(shown.stdout.split())
    drawing = chart.read_text(encoding="utf-8")
    assert drawing.startswith('<svg xmlns="http://www.w3.org/2000/svg" ')
    assert "var(" not in drawing, "colours of a page that a file of its own does not have"
    assert "published" in shown.stdout.lower()
    data = json.loads(run("controlled", "controls-2024", "--json", "--no-cache").stdout)
    assert data["suppliers"][0]["code"] == "CHN"
    assert len(data["at_the_ends_of_shares"]) == 2
    data = json.loads(run("war", "ukraine-aid-halved", "--json", "--no-cache").stdout)
    assert data["months"]["UKR"][0]["arms"] == pytest.approx(17_500 / 12)
    assert data["countries"][2]["given"] == pytest.approx(12_700)
    told = run("war", "ukraine-aid-halved", "--no-cache").stdout
    assert told.index("Russia (RUS), by quarter") < told.index("Ukraine (UKR), by quarter") < told.index("pledged")
    assert json.loads(run("minerals", "--json").stdout)["minerals"][0]["user"] == "EU27"
    assert "gallium" in run("minerals").stdout


def test_a_brief_shows_goods_and_means_of_war(tmp_path: Any) -> None:
    brief = tmp_path / "own.yaml"
    brief.write_text("version: 1\ntitle: Own\nscenarios: [controls-2024, ukraine-aid-halved]\nrows: [RUS]\n"
                     "horizons: [long, short]\nwar: true\nminerals: true\n")
    done = run("brief", str(brief), "--out", str(tmp_path / "out"), "--no-cache")
    assert done.exit_code == 0
    for words in ("Means of war in every scenario", "that the coalition sold", "Ukraine by quarter: arms 4.4",
                  "Germanium, world output (2023): 59 % from China"):
        assert words in " ".join(done.stdout.split()), words
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert page.count("<h3>Means of war</h3>") == 2
    assert page.count("<h3>Where the controlled goods go</h3>") == 1
    assert 'aria-labelledby="goods-1-title' in page
    assert "Ways round: elasticity between them" in page
    assert page.count("Hubs, and their published growth") == 1
    assert page.count('id="means-of-war"') == page.count('id="minerals"') == 1
    assert "tier-1 12 %" in page
    assert "Controls on technology, arms and alliances are not modelled" not in page
    data = json.loads(next((tmp_path / "out" / "data").glob("*.json")).read_text(encoding="utf-8"))
    with h5netcdf.File(tmp_path / "out" / "data" / "outcomes.nc", "r") as file:
        sectors = [code.decode() for code in file["sector"][:]]
        changes = file["producer_price"][0, :, sectors.index("ELE")]
        assert "ELE.controlled" not in sectors
        assert np.isfinite(changes).all()
        assert abs(changes).max() > 0
    assert data["scenarios"][0]["controlled"]["sold"] > 0
    assert len(data["scenarios"][1]["quarters"]["UKR"]) == 4
    assert {one["mineral"] for one in data["minerals"]} == {"rare earths", "gallium", "germanium"}
    assert [row["code"] for row in data["scenarios"][1]["war"]][:3] == ["RUS", "UKR", "USA"]
