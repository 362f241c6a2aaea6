"""What the page can choose from."""

import json
import re
from pathlib import Path

import pytest

import multipolar as mp
import multipolar.desk
from multipolar.measures.brief import built_in_briefs, load_brief
from multipolar.measures.registry import KINDS, describe_measures
from multipolar.measures.yaml_file import built_in_scenarios
from multipolar.report.assumptions import limits


def test_worlds_carry_names_in_both_languages(client, small):
    listed = client.get("/api/worlds").json()
    assert listed["default"] == small.name
    world = client.get(f"/api/worlds/{small.name}").json()
    assert world["hash"] == small.hash
    names = {row["code"]: row["names"] for row in world["countries"]}
    assert names["USA"]["en"] == "United States"
    assert names["USA"]["ar"] == "الولايات المتحدة"
    assert all(row["names"]["ar"] for row in world["countries"] + world["groups"] + world["sectors"])
    assert sum(row["gdp"] for row in world["countries"]) == float(small.tables.gdp.sum())


def test_every_country_group_and_sector_of_the_reference_world_has_an_arabic_name():
    from multipolar.desk.worlds import world_data

    world = world_data(mp.load_world("reference-2023"))
    for row in (*world.countries, *world.sectors):
        assert any("\u0600" <= letter <= "\u06ff" for letter in row.names.ar), row
    for group in world.groups:
        assert any("\u0600" <= letter <= "\u06ff" for letter in group.names.ar), group
    assert world.assumptions
    assert world.limits
    assert world.sources
    aggregate = next(row for row in world.countries if row.code == "REU")
    assert "BGR" in aggregate.members


def test_every_kind_has_a_form_and_an_example_that_is_a_measure(client):
    measures = client.get("/api/measures").json()["measures"]
    assert {row["kind"] for row in measures} == set(KINDS) - {"tariff_schedule"}
    for row in measures:
        fields = {field["name"]: field for field in row["fields"]}
        assert set(row["example"]) - {"kind"} <= set(fields)
        made = KINDS[row["kind"]](**{name: value for name, value in row["example"].items() if name != "kind"})
        assert made.kind == row["kind"]
        assert all(field["choices"] for field in row["fields"] if field["type"] == "choice")


def test_every_example_says_something_of_the_reference_world(client):
    world = mp.load_world("reference-2023")
    for row in client.get("/api/measures").json()["measures"]:
        stated = mp.Scenario(name=row["kind"], measures=[row["example"]])
        policy = stated.policy(stated.reshape(world))
        assert not policy.dropped or row["kind"] in ("technology_control", "price_cap"), row["kind"]


def test_built_in_scenarios_come_written_out(client):
    listed = client.get("/api/scenarios").json()["scenarios"]
    assert {row["name"] for row in listed} == set(built_in_scenarios())
    assert "beijing-2024" in next(row["briefs"] for row in listed if row["name"] == "two-blocs")
    found = client.get("/api/scenarios/china-stops-both").json()["scenario"]
    assert "extends" not in found
    assert mp.Scenario(**found) == mp.load_scenario("china-stops-both")


def texts_that_come_with_the_program():
    """What scenarios, briefs, measures and limits say of themselves."""
    for name in built_in_briefs():
        brief = load_brief(name)
        yield from (brief.title, brief.introduction, brief.caution)
    for name in built_in_scenarios():
        scenario = mp.load_scenario(name)
        yield from (scenario.title, scenario.description)
    for measure in describe_measures():
        yield from (measure.summary, *(field.description for field in measure.fields))
    yield from limits(mp.load_world("reference-2023"))


def test_every_text_that_comes_with_the_program_is_known_in_arabic():
    catalogue = Path(multipolar.desk.__file__).parent / "web/src/i18n/ar/server.json"
    if not catalogue.is_file():
        pytest.skip("platform: multipolar is installed, and the page's sources are not in the wheel")
    arabic = json.loads(catalogue.read_text(encoding="utf-8"))
    assert [text for text in texts_that_come_with_the_program() if text.strip() and text.strip() not in arabic] == []
    assert [text for text, found in arabic.items() if not re.search("[\u0600-\u06ff]", found)] == []


def test_unknown_names_are_proposed(client):
    error = client.get("/api/scenarios/china-stops-bth").json()["error"]
    assert (error["kind"], error["nearest"][0]) == ("unknown_name", "china-stops-both")
    assert client.get("/api/briefs/beijing").status_code == 404
    assert client.get("/api/worlds/nothing").status_code == 404


def test_variables_are_those_of_the_table(client):
    rows = client.get("/api/variables").json()["variables"]
    assert next(row for row in rows if row["name"] == "real_income")["unit"] == "percent"


def test_briefs_are_listed(client):
    assert "beijing-2024" in {row["name"] for row in client.get("/api/briefs").json()["briefs"]}


def test_a_brief_is_solved_scenario_by_scenario(small):
    """On this small world most scenarios lack a country, and say so."""
    from multipolar.desk.briefs import BriefDesk
    from multipolar.measures.brief import load_brief

    waiting = []
    desk = BriefDesk({small.name: small}, small.name, waiting.append)
    before = desk.brief("beijing-2024")
    assert (before.state, before.done, before.of) == ("computing", 0, len(load_brief("beijing-2024").scenarios))
    assert all(row.cells == [] for row in before.scenarios)
    waiting[0]()
    after = desk.brief("beijing-2024")
    assert (after.state, after.done) == ("ready", after.of)
    seen = [row for row in after.scenarios if row.cells]
    assert seen
    assert all(row.reason for row in after.scenarios if not row.cells)
    cell = seen[0].cells[[row.key for row in after.economies].index("RUS")]
    assert cell is not None
    assert cell.percent == pytest.approx(
        mp.solve(small, mp.load_scenario(seen[0].name)).real_income.sel(country="RUS").item())


def test_a_brief_that_breaks_says_so(small, monkeypatch):
    from multipolar.desk import briefs

    waiting = []
    desk = briefs.BriefDesk({small.name: small}, small.name, waiting.append)
    desk.brief("beijing-2024")
    monkeypatch.setattr(briefs, "solve_brief", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        waiting[0]()
    assert desk.brief("beijing-2024").state == "failed"


def test_a_desk_that_is_not_warm_says_so(small, tmp_path):
    from starlette.testclient import TestClient

    from multipolar.desk.app import make_app
    from multipolar.desk.state import Desk, Settings

    cold = TestClient(make_app(Desk({small.name: small}, Settings(runs=tmp_path / "runs.sqlite"))),
                      base_url="http://localhost")
    assert cold.get("/api/status").json()["state"] == "warming"
    done = cold.post("/api/solve", json={"world": small.name, "scenario": {}, "page": "a", "number": 1})
    assert (done.status_code, done.json()["error"]["kind"]) == (503, "warming")
    assert done.headers["retry-after"] == "1"
    assert cold.get("/api/worlds").status_code == 200
