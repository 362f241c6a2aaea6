"""`multipolar brief` prints and writes what `run_brief` finds; `multipolar verify` repeats it and notices changes."""

import json

import pytest

from multipolar.report.brief import run_brief


@pytest.fixture
def brief_file(scenario_file):
    path = scenario_file.with_name("my-brief.yaml")
    path.write_text("version: 1\ntitle: What a tariff does\nworld: reference-2023\nbeside: zero\n"
                    "scenarios: [tariff.yaml, coalition-cuts-russia]\nrows: [USA, CHN, EU27, UKR]\n", encoding="utf-8")
    return path


@pytest.fixture
def folder(run, brief_file, world_file, tmp_path):
    done = run("brief", brief_file, "--world", world_file, "--out", tmp_path / "results")
    assert done.status == 0, done.err
    return tmp_path / "results"


def test_brief_prints_a_table_and_writes_a_folder(run, brief_file, world_file, world, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run("brief", brief_file, "--world", world_file)
    made = run_brief(world, brief_file)
    assert done.status == 0
    assert "What a tariff does" in done.out
    assert "A tariff of mine" in done.out
    percent = made.columns[0].shown[0].percent
    assert f"{abs(percent):.2f}" in done.out
    assert (tmp_path / "out" / "my-brief" / "run-record.json").is_file()
    assert done.err.startswith("Written: out/my-brief/index.html and ")


def test_brief_in_json_is_what_is_written(run, brief_file, world_file, tmp_path):
    done = run("brief", brief_file, "--world", world_file, "--out", tmp_path / "results", "--json")
    assert json.loads(done.out)["title"] == "What a tariff does"
    assert done.out == (tmp_path / "results" / "data" / "brief.json").read_text(encoding="utf-8")


def test_brief_leaves_a_folder_of_others_alone(run, brief_file, world_file, tmp_path):
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "thesis.txt").write_text("do not lose me", encoding="utf-8")
    done = run("brief", brief_file, "--world", world_file, "--out", tmp_path / "results")
    assert (done.status, done.out) == (3, "")
    assert "thesis.txt" in done.err


def test_verify_repeats_the_record(run, folder):
    done = run("verify", folder)
    assert (done.status, done.err) == (0, "")
    assert "came out as recorded" in done.out
    data = json.loads(run("verify", folder, "--json").out)
    assert data["numbers"] > 0
    assert data["largest"] <= 1


def test_verify_notices_a_changed_number(run, folder):
    path = folder / "run-record.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["solutions"][0]["values"]["real_income"][0] += 0.001
    path.write_text(json.dumps(record), encoding="utf-8")
    done = run("verify", folder)
    assert (done.status, done.out) == (6, "")
    assert "real_income" in done.err


def test_verify_says_which_versions_differ(run, folder):
    path = folder / "run-record.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["versions"]["jax"] = "0.0.1"
    path.write_text(json.dumps(record), encoding="utf-8")
    done = run("verify", folder)
    assert done.status == 0
    assert "Note: recorded with jax 0.0.1, repeated with " in done.err
