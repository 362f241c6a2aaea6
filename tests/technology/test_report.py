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
from multipolar.report.controlled import OWN, ControlledGoods, controlled_goods, streams
from multipolar.report.minerals import mineral_dependences
from multipolar.report.war import deliveries, means, path


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
    beside = {hub.code: (hub.model, hub.published) for hub in goods.hubs}
    assert beside["KAZ"][1] == pytest.approx(2.2)
    assert beside["KAZ"][0] > 1
    assert goods.suppliers[-1].code == OWN
    assert goods.price > 0


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
    assert [one.code for one in means(plain)][:3] == ["RUS", "UKR", "USA"]


def test_published_aid_and_dependence_have_sources() -> None:
    assert all(one.source and one.period for one in deliveries())
    assert {"USA", "UKR", "DEU"} <= {one.giver for one in deliveries()}
    found = mineral_dependences()
    assert all(one.source for one in found)
    gallium = next(one for one in found if (one.user, one.mineral) == ("EU27", "gallium"))
    assert gallium.dependence == 71
    assert gallium.loss_at_most is not None
    assert 0 < gallium.loss_at_most[0] < gallium.loss_at_most[1] < 71


def test_the_commands(tmp_path: Any) -> None:
    chart = tmp_path / "goods.svg"
    shown = run("controlled", "controls-2024", "--no-cache", "--chart", str(chart))
    assert shown.exit_code == 0
    assert "goes round" in shown.stdout
    assert chart.read_text(encoding="utf-8").startswith("<svg")
    data = json.loads(run("controlled", "controls-2024", "--json", "--no-cache").stdout)
    assert data["suppliers"][0]["code"] == "CHN"
    data = json.loads(run("war", "ukraine-aid-halved", "--json", "--no-cache").stdout)
    assert data["months"]["UKR"][0]["arms"] == pytest.approx(17_500 / 12)
    assert "UKR" in run("war", "ukraine-aid-halved", "--no-cache").stdout
    assert json.loads(run("minerals", "--json").stdout)["minerals"][0]["user"] == "EU27"
    assert "gallium" in run("minerals").stdout


def test_a_brief_shows_goods_and_means_of_war(tmp_path: Any) -> None:
    brief = tmp_path / "own.yaml"
    brief.write_text("version: 1\ntitle: Own\nscenarios: [controls-2024, ukraine-aid-halved]\nrows: [RUS]\n"
                     "horizons: [long]\nwar: true\n")
    assert run("brief", str(brief), "--out", str(tmp_path / "out"), "--no-cache").exit_code == 0
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert page.count("<h3>Means of war</h3>") == 2
    assert page.count("<h3>Where the controlled goods go</h3>") == 1
    assert 'aria-labelledby="goods-1-title' in page
    assert "Ways round: elasticity between them" in page
    data = json.loads(next((tmp_path / "out" / "data").glob("*.json")).read_text(encoding="utf-8"))
    with h5netcdf.File(tmp_path / "out" / "data" / "outcomes.nc", "r") as file:
        sectors = [code.decode() for code in file["sector"][:]]
        changes = file["producer_price"][0, :, sectors.index("ELE")]
        assert "ELE.controlled" not in sectors
        assert np.isfinite(changes).all()
        assert abs(changes).max() > 0
    assert [row["code"] for row in data["scenarios"][1]["war"]][:3] == ["RUS", "UKR", "USA"]
