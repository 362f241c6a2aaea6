"""Scenarios that come and go: saved runs, links, files, exports."""

import io

import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.desk.requests_of_a_page import scenario

import multipolar as mp
from multipolar.desk.runs import MOST_RUNS, Runs
from multipolar.errors import InputError, UnknownName

LAUGHS = "version: 1\na0: &a0 [ha]\n" + "".join(
    f"a{level}: &a{level} [{', '.join(10 * [f'*a{level - 1}'])}]\n" for level in range(1, 12))


def test_a_run_is_saved_opened_exported_and_forgotten(client, small):
    saved = client.post("/api/runs", json={"world": small.name, "scenario": scenario(), "name": "Mine, of today"})
    run = saved.json()
    assert run["hash"] == mp.Scenario(**scenario()).hash(small)
    assert run in client.get("/api/runs").json()["runs"]
    opened = client.get(f"/api/runs/{run['hash']}").json()
    assert mp.Scenario(**opened["scenario"]) == mp.Scenario(**scenario())
    solved = mp.solve(small, mp.Scenario(**scenario()))
    table = pandas.read_csv(io.StringIO(client.get(f"/r/{run['hash']}.csv").text), index_col="country")
    assert table.real_income.to_dict() == dict(zip(small.countries, solved.values("real_income"), strict=True))
    short = client.get(f"/r/{run['hash'][:12]}.json").json()
    assert short["countries"]["USA"]["real_income"] == solved.values("real_income")[0]
    assert client.delete(f"/api/runs/{run['hash']}").status_code == 204
    assert client.get(f"/api/runs/{run['hash']}").status_code == 404


def test_a_scenario_without_an_answer_is_not_saved(client, small):
    done = client.post("/api/runs", json={"world": small.name, "name": "none",
                                          "scenario": scenario({"kind": "embargo", "sides": ["all", "all"]})})
    assert done.status_code == 422
    assert "none" not in {run["name"] for run in client.get("/api/runs").json()["runs"]}


@pytest.mark.parametrize("hash_", ["ffffffff", "0" * 64])
def test_an_unknown_hash_is_not_found(client, hash_):
    assert client.get(f"/r/{hash_}.csv").status_code == 404
    assert client.delete(f"/api/runs/{hash_}").status_code == 404


@pytest.mark.parametrize("path", ["/r/xyz.csv", "/r/0123.csv", "/r/0123456789.exe", "/r/..%2f..%2fetc.csv"])
def test_an_address_that_is_no_hash_is_refused(client, path):
    assert client.get(path).status_code in (404, 422)


@pytest.mark.parametrize("form", ["csv", "json", "yaml", "nc"])
def test_exports_are_the_files_of_the_command_line(client, small, tmp_path, form):
    done = client.post("/api/export", json={"world": small.name, "scenario": scenario(), "format": form})
    solved = mp.solve(small, mp.Scenario(**scenario()))
    assert f'filename="mine-{solved.certificate.scenario_hash[:12]}.{form}"' in done.headers["content-disposition"]
    if form == "csv":
        assert done.text == solved.save(tmp_path / "o.csv").read_text(encoding="utf-8")
    elif form == "json":
        assert done.json()["countries"] == solved.to_dict()["countries"]
    elif form == "yaml":
        assert done.text == mp.Scenario(**scenario()).to_yaml()
    else:
        assert done.content.startswith(b"\x89HDF")


def test_a_name_of_a_scenario_cannot_name_a_path(client, small):
    asked = scenario(name='../../"evil\r\nX: y')
    done = client.post("/api/export", json={"world": small.name, "scenario": asked, "format": "yaml"})
    assert "evil" in done.headers["content-disposition"]
    assert ".." not in done.headers["content-disposition"].partition(".yaml")[0]
    assert "x" not in done.headers


def test_a_file_is_read_or_says_line_and_column(client):
    good = client.post("/api/parse", json={"text": mp.Scenario(**scenario()).to_yaml()})
    assert mp.Scenario(**good.json()["scenario"]) == mp.Scenario(**scenario())
    bad = client.post("/api/parse", json={"text": "version: 1\nmeasures:\n- kind: tarif\n"})
    problem = bad.json()["error"]["problems"][0]
    assert (bad.status_code, problem["line"], problem["column"]) == (422, 3, 3)


@pytest.mark.parametrize("text", ["", "{", "- 1", "version: 2", LAUGHS, "version: 1\nextends: /etc/passwd", "\x00",
                                  "version: !!python/object/apply:os.system ['true']", "[" * 5000, "&a [*a]"],
                         ids=range(10))
def test_uploads_that_are_no_scenario_are_refused(client, text):
    done = client.post("/api/parse", json={"text": text})
    assert done.status_code == 422
    assert done.json()["error"]["message"]


@settings(max_examples=100)
@given(st.text(max_size=300) | st.text(alphabet="version: 1\n-{}[]&*!%measureskindtariff", max_size=300).map(
    "version: 1\n".__add__))
def test_nothing_but_a_scenario_or_a_refusal_comes_of_an_upload(client, text):
    assert client.post("/api/parse", json={"text": text}).status_code in (200, 422)


@settings(max_examples=100)
@given(st.text(max_size=300) | st.binary(max_size=80).map(lambda data: "1." + data.hex()))
def test_nothing_but_a_scenario_or_a_refusal_comes_of_a_link(client, text):
    assert client.post("/api/link", json={"link": text}).status_code in (200, 422)


def test_a_link_to_another_world_opens_here_and_says_so(client, small):
    other = mp.load_world("reference-2023")
    from multipolar.measures.link import write_link

    asked = mp.Scenario(**scenario())
    found = client.post("/api/link", json={"link": write_link(asked, other, asked.hash(other), "0.0.1")}).json()
    assert found["world"] == small.name
    assert found["same_version"] is False
    assert "differ" in found["notes"][0]


def test_runs_survive_the_desk_and_their_number_is_bounded(tmp_path):
    runs = Runs(tmp_path / "deep" / "runs.sqlite")
    assert runs.all() == []
    assert not runs.path.exists()
    for number in range(MOST_RUNS):
        runs.save(f"{number:064x}", "w", f"run {number}", "", {"version": 1})
    assert len(Runs(runs.path).all()) == MOST_RUNS
    with pytest.raises(InputError, match="delete some"):
        runs.save("f" * 64, "w", "one more", "", {})
    runs.save(f"{1:064x}", "w", "the same again", "", {"version": 1})
    assert Runs(runs.path).find(f"{1:064x}")[0].name == "the same again"


def test_a_beginning_that_several_runs_share_names_none(tmp_path):
    runs = Runs(tmp_path / "runs.sqlite")
    for end in "ab":
        runs.save("0" * 63 + end, "w", end, "", {"version": 1})
    with pytest.raises(UnknownName):
        runs.find("0" * 20)
    assert runs.find("0" * 63 + "b")[0].name == "b"
