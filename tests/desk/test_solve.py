"""The page's numbers are the command line's, and its views add up."""

import json

import numpy as np
import pytest
from tests.desk.requests_of_a_page import TARIFF, scenario
from typer.testing import CliRunner

import multipolar as mp
from multipolar.cli.app import app

BAN = {"kind": "import_ban", "importer": "CHN", "exporter": "RUS", "sector": "OIL"}
CONTROL = {"kind": "tariff", "importer": "USA", "exporter": "CHN", "rate": 0.1}


def without_seconds(data):
    """An outcome as data, without what differs from run to run."""
    data["certificate"].pop("seconds")
    return data


def printed_by_the_command_line(small, asked, tmp_path, *options):
    small.save(tmp_path / "small.nc")
    (tmp_path / "mine.json.yaml").write_text(json.dumps(asked), encoding="utf-8")
    done = CliRunner().invoke(app, ["solve", str(tmp_path / "mine.json.yaml"), "--world", str(tmp_path / "small.nc"),
                                    "--json", *options], catch_exceptions=False)
    return json.loads(done.stdout)


@pytest.mark.parametrize("asked", [
    scenario(), scenario(BAN, closure={"deficits": "proportional"}), scenario(closure={"horizon": "short"}),
    scenario(baseline=scenario(BAN, name="before"))], ids=["tariff", "ban", "short", "baseline"])
def test_the_page_has_the_numbers_of_the_command_line(ask, small, tmp_path, asked):
    shown = without_seconds(ask(asked)["outcome"])
    printed = without_seconds(printed_by_the_command_line(small, asked, tmp_path))
    groups = shown.pop("groups")
    printed.pop("groups")
    assert shown == printed
    assert set(groups) <= {"EU27", "G7", "BRICS", "COALITION"}


def test_groups_are_those_of_the_command_line(ask, small, tmp_path):
    shown = ask()["outcome"]["groups"]
    printed = printed_by_the_command_line(small, scenario(), tmp_path, "--group", "BRICS")["groups"]
    assert shown["BRICS"] == printed["BRICS"]


def test_the_answer_carries_its_hash_and_its_link(ask, client, small):
    found = ask()
    assert found["hash"] == mp.Scenario(**scenario()).hash(small) == found["outcome"]["certificate"]["scenario_hash"]
    opened = client.post("/api/link", json={"link": found["link"]}).json()
    assert mp.Scenario(**opened["scenario"]) == mp.Scenario(**scenario())
    assert (opened["notes"], opened["same_version"]) == ([], True)


def test_command_and_python_give_the_answer_again(ask, client, small, tmp_path, monkeypatch, capsys):
    found = ask()
    again = client.post("/api/reproduce", json={"world": small.name, "scenario": scenario()}).json()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenario.yaml").write_text(again["yaml"], encoding="utf-8")
    small.save(tmp_path / "small.nc")
    command = again["command"].replace(small.name, "small.nc").split()
    done = CliRunner().invoke(app, command[1:], catch_exceptions=False)
    assert without_seconds(json.loads(done.stdout))["countries"] == found["outcome"]["countries"]
    monkeypatch.setattr(mp, "load_world", {small.name: small}.__getitem__)
    space = {}
    exec(again["python"], space)
    assert space["outcome"].real_income.sel(country="USA").item() == found["outcome"]["countries"]["USA"]["real_income"]


def test_channels_add_up_to_the_change(ask):
    for economy in ("RUS", "BRICS", "world"):
        found = ask(scenario(BAN), views={"decomposition": {"economy": economy}})["views"]["decomposition"]
        assert sum(one["points"] for one in found["channels"]) == pytest.approx(found["percent"], abs=1e-9)
        assert found["percent"] != 0


def test_trade_before_is_the_worlds_and_after_is_the_outcomes(ask, small):
    found = ask(scenario(BAN), views={"trade": {"sector": "OIL"}})["views"]["trade"]
    at = small.sectors.index("OIL")
    before = small.tables.trade[:, at].copy()
    np.fill_diagonal(before, 0.0)
    np.testing.assert_allclose(found["before"], before)
    exporter, importer = found["countries"].index("RUS"), found["countries"].index("CHN")
    assert found["after"][exporter][importer] == 0.0 < found["before"][exporter][importer]


def test_sectors_of_a_country_sum_to_its_trade(ask):
    found = ask(scenario(BAN), views={"sectors": {"country": "RUS"}})
    exports = found["views"]["sectors"]["variables"]["exports"]
    assert sum(exports) == pytest.approx(found["outcome"]["countries"]["RUS"]["exports"])


def test_settlement_shares_add_up(ask):
    for country in ("RUS", None):
        found = ask(views={"settlement": {"country": country}})["views"]["settlement"]
        assert found["economy"] == (country or "world")
        assert sum(found["before"].values()) == pytest.approx(100)
        assert sum(found["after"].values()) == pytest.approx(100)


def test_fuels_balance(ask):
    found = ask(scenario(BAN), views={"fuels": {"fuel": "oil"}})["views"]["fuels"]
    assert found["unit"] == "Mt"
    sold = np.sum(found["after"])
    assert sold == pytest.approx(np.sum(found["before"]), rel=0.05)
    assert len(found["production"]["after"]) == len(found["countries"])


def test_a_view_that_has_nothing_to_say_says_why(ask):
    assert "technology control" in ask(views={"controlled": {}})["views"]["controlled"]["refused"]


def test_means_of_war(ask):
    rows = ask(scenario(BAN), views={"war": {}})["views"]["war"]["rows"]
    assert {"RUS", "USA"} <= {row["country"] for row in rows}


def test_a_second_scenario_stands_beside(ask, small):
    found = ask(scenario(BAN), against=scenario())
    first, second = (mp.solve(small, mp.Scenario(**asked)) for asked in (scenario(BAN), scenario()))
    expected = first.relative_to(second).values("real_income")
    assert [row["real_income"] for row in found["relative"]["countries"].values()] == pytest.approx(expected.tolist())
    assert found["against"]["countries"]["USA"]["real_income"] == second.values("real_income")[0]


def test_a_curve_is_one_equilibrium_a_value(client, small):
    done = client.post("/api/curve", json={
        "world": small.name, "scenario": scenario(), "page": "curve", "number": 1, "measure": 0, "field": "rate",
        "values": [0.1, 0.4], "variable": "real_income", "economies": ["USA", "CHN"]})
    found = done.json()
    expected = mp.solve(small, mp.Scenario(**scenario())).values("real_income")
    assert found["series"]["USA"][1] == expected[small.countries.index("USA")]
    assert found["series"]["USA"][0] != found["series"]["USA"][1]
    assert found["unit"] == "percent"


def test_a_curve_has_gaps_where_there_is_no_answer(client, small):
    done = client.post("/api/curve", json={
        "world": small.name, "scenario": scenario(), "page": "curve", "number": 2, "measure": 0, "field": "rate",
        "values": [0.1, 40.0], "variable": "real_income", "economies": ["USA"]})
    found = done.json()
    assert found["series"]["USA"][1] is None
    assert "did you mean 0.4" in found["refused"][0]["message"]


def test_friends_are_those_of_exposure(client, small):
    done = client.post("/api/friends", json={"world": small.name, "country": "CHN", "page": "friends", "number": 1})
    rows = {row["country"]: row for row in done.json()["rows"]}
    expected = mp.exposure(small)["real_income"].sel(source="CHN")
    assert rows["USA"]["income"] == pytest.approx(float(expected.sel(country="USA")))
    assert "CHN" not in rows
    assert rows["USA"]["alignment"] < 0


@pytest.mark.parametrize(("status", "kind", "body", "words"), [
    (404, "unknown_name", {"world": "nowhere"}, "world named 'nowhere'"),
    (404, "unknown_name", {"scenario": scenario(TARIFF | {"importer": "USX"})}, "Did you mean"),
    (422, "input", {"scenario": scenario(TARIFF | {"rate": 40})}, "did you mean 0.4"),
    (422, "input", {"scenario": scenario(TARIFF | {"rates": 40})}, "no field 'rates'"),
    (422, "input", {"scenario": scenario(TARIFF | {"rate": "nan"})}, "finite"),
    (422, "input", {"scenario": scenario(extends="/etc/passwd.yaml")}, "is a path"),
    (422, "input", {"scenario": scenario({"kind": "tariff_schedule", "rates": "/etc/passwd"})}, "names a file"),
    (422, "input", {"scenario": scenario(TARIFF, TARIFF | {"rate": 0.2})}, "two"),
    (422, "no_equilibrium", {"scenario": scenario({"kind": "embargo", "sides": ["all", "all"]},
                                                  closure={"deficits": "fixed"})}, ""),
    (404, "unknown_name", {"views": {"trade": {"sector": "steel"}}}, "sector"),
    (404, "unknown_name", {"views": {"fuels": {"fuel": "uranium"}}}, "uranium"),
    (422, "input", {"views": {"nothing": {}}}, "nothing"),
    (422, "input", {"number": -1}, "number"),
    (422, "input", {"page": "a page"}, "page"),
])
def test_what_cannot_be_answered_is_refused_in_a_sentence(refused, status, kind, body, words):
    found = refused(status, "/api/solve", {"scenario": scenario()} | body)
    assert found["kind"] == kind
    assert words in found["message"]


def test_a_refusal_names_the_measure_to_blame(refused):
    found = refused(404, "/api/solve", {"scenario": scenario(TARIFF, TARIFF | {"exporter": "RUX"})})
    assert found["measure"] == 2
    assert "RUS" in found["nearest"]
    found = refused(422, "/api/solve", {"scenario": scenario(TARIFF, TARIFF | {"rate": "many"})})
    assert found["measure"] == 2


def test_closures_under_which_an_answer_may_exist_are_named(refused):
    cut = {"kind": "embargo", "sides": ["RUS", "all"]}
    found = refused(422, "/api/solve", {"scenario": scenario(cut, closure={"deficits": "fixed"})})
    assert found["kind"] == "no_equilibrium"
    assert "proportional" in found["closures"]
