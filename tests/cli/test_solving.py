"""`multipolar solve` and `compare` print the numbers of `mp.solve`, and refuse what cannot be solved."""

import csv
import json
import math
import re

import pytest

import multipolar as mp
from multipolar.errors import NotConverged

TARIFF = "kind: tariff, importer: USA, exporter: CHN, sector: all, rate: 40%"
ISOLATION = "kind: embargo, sides: [RUS, others], sector: all"


@pytest.fixture
def outcome(world, scenario_file):
    return mp.solve(world, mp.load_scenario(str(scenario_file)))


def rows_of(text):
    """Economy -> the numbers printed in its row."""
    found = {}
    for line in text.splitlines():
        match = re.match(r" *(\w.*?)  +([-+0-9.,  –]+?) *$", line)
        if match:
            found[match[1]] = match[2].split()
    return found


def test_solve_prints_the_numbers_of_python(run, world_file, scenario_file, outcome):
    done = run("solve", scenario_file, "--world", world_file, "--country", "USA", "--group", "EU27")
    rows = rows_of(done.out)
    assert done.status == 0
    assert done.err == ""
    at = outcome.world.country_index("USA")
    assert rows["United States (USA)"] == [
        f"{outcome.values('real_income')[at]:+.2f}", f"{outcome.values('real_gdp')[at]:+.2f}",
        f"{outcome.values('equivalent_variation')[at] / 1000:+,.1f}"]
    assert rows["EU27"][0] == f"{outcome.group('EU27').real_income:+.2f}"
    assert rows["world"][0] == f"{outcome.group('world').real_income:+.2f}"
    assert list(rows) == ["United States (USA)", "EU27", "world"]


def test_solve_ends_with_the_certificate_and_notes(run, world_file):
    done = run("solve", "coalition-cuts-russia", "--world", world_file)
    assert re.search(r"Residual \d\.\de-\d\d after \d+ sweeps", done.out)
    assert "On top of the sanctions in force in 2023" in done.out
    assert "Not in this world, and left out of groups: CAN" in " ".join(done.out.split())


def test_winners_come_before_losers_and_top_limits_both(run, world_file, outcome, scenario_file):
    rows = rows_of(run("solve", scenario_file, "--world", world_file, "--top", 1).out)
    changes = dict(zip(outcome.world.countries, outcome.values("real_income"), strict=True))
    best, worst = max(changes, key=changes.get), min(changes, key=changes.get)
    names = list(rows)
    assert len(names) == 3
    assert f"({best})" in names[0]
    assert f"({worst})" in names[1]
    assert names[2] == "world"
    assert list(rows_of(run("solve", scenario_file, "--world", world_file, "--top", 0).out)) == ["world"]


def test_json_is_pure_states_units_and_has_every_digit(run, world_file, scenario_file, outcome):
    done = run("solve", scenario_file, "--world", world_file, "--json", "--country", "CHN", "--country", "EU27")
    data = json.loads(done.out)
    at = outcome.world.country_index("CHN")
    assert data["countries"]["CHN"]["real_income"] == float(outcome.values("real_income")[at])
    assert list(data["countries"]) == ["CHN"]
    assert data["groups"]["EU27"]["members"] == ["DEU"]
    assert data["units"]["real_income"] == "percent"
    assert data["units"]["equivalent_variation"] == "million USD"
    assert data["certificate"]["residual"] < 1e-10
    assert data["relative_to"] == "base year"


def test_a_measure_in_one_line_equals_the_file(run, world_file, scenario_file):
    from_file = json.loads(run("solve", scenario_file, "--world", world_file, "--json").out)
    in_line = json.loads(run("solve", "--measure", TARIFF, "--world", world_file, "--json").out)
    braced = json.loads(run("solve", "--measure", f"{{{TARIFF}}}", "--world", world_file, "--json").out)
    assert in_line["countries"] == from_file["countries"] == braced["countries"]
    assert in_line["certificate"]["scenario_hash"] == from_file["certificate"]["scenario_hash"]


def test_measures_come_on_top_of_a_scenario(run, world_file, scenario_file, world):
    extra = "kind: productivity, country: CHN, sector: all, change: -10%"
    data = json.loads(run("solve", scenario_file, "--measure", extra, "--world", world_file, "--json").out)
    expected = mp.solve(world, mp.Scenario(measures=[
        mp.Tariff(importer="USA", exporter="CHN", sector="all", rate=0.4),
        mp.Productivity(country="CHN", sector="all", change=-0.1)]))
    assert data["certificate"]["scenario_hash"] == expected.certificate.scenario_hash
    assert data["world_total"]["real_income"] == expected.group("world").real_income


@pytest.mark.parametrize("suffix", [".nc", ".csv", ".json"])
def test_out_saves_the_outcome(run, world_file, scenario_file, outcome, tmp_path, suffix):
    path = tmp_path / f"results{suffix}"
    done = run("solve", scenario_file, "--world", world_file, "--out", path)
    assert done.status == 0
    assert done.err == f"Saved: {path}\n"
    if suffix == ".csv":
        with path.open(newline="") as stream:
            row = next(row for row in csv.DictReader(stream) if row["country"] == "USA")
        assert float(row["real_income"]) == pytest.approx(outcome.values("real_income")[0], rel=1e-12)
    elif suffix == ".json":
        assert json.loads(path.read_text())["countries"]["USA"]["real_income"] == outcome.values("real_income")[0]
    else:
        import xarray

        with xarray.open_dataset(path, engine="h5netcdf") as saved:
            assert float(saved["real_income"].sel(country="USA")) == outcome.values("real_income")[0]


def test_deficits_override_the_scenario(run, world_file, scenario_file, world):
    data = json.loads(run("solve", scenario_file, "--world", world_file, "--deficits", "zero", "--json").out)
    expected = mp.solve(world, mp.load_scenario(str(scenario_file)), deficits="zero")
    assert data["certificate"]["deficits"] == "zero"
    assert data["countries"]["USA"]["real_income"] == float(expected.values("real_income")[0])


def test_no_equilibrium_says_why_and_has_its_exit_status(run, world_file):
    done = run("solve", "--measure", ISOLATION, "--world", world_file, "--deficits", "fixed")
    assert done.status == 4
    assert done.out == ""
    assert done.err.startswith("Error: ")
    assert "RUS" in done.err


def test_not_converged_has_its_exit_status(run, world_file, monkeypatch):
    def refuse(*_, **__):
        raise NotConverged("The search did not converge.")

    monkeypatch.setattr("multipolar.equilibrium.solve.solve", refuse)
    done = run("solve", "--measure", TARIFF, "--world", world_file)
    assert (done.status, done.out, done.err) == (5, "", "Error: The search did not converge.\n")


def test_compare_shows_each_and_each_relative_to_the_first(run, world_file, scenario_file, world):
    names = ["coalition-cuts-russia", str(scenario_file)]
    outcomes = [mp.solve(world, mp.load_scenario(name)) for name in names]
    relative = outcomes[1].relative_to(outcomes[0])
    done = run("compare", *names, "--world", world_file, "--country", "USA", "--country", "EU27")
    first, second = done.out.split("relative to coalition-cuts-russia")
    assert done.status == 0
    assert rows_of(first)["United States (USA)"] == [f"{o.values('real_income')[0]:+.2f}" for o in outcomes]
    assert rows_of(second)["United States (USA)"] == [f"{relative.values('real_income')[0]:+.2f}"]
    assert rows_of(first)["EU27"] == [f"{o.group('EU27').real_income:+.2f}" for o in outcomes]


def test_compare_in_json_has_every_country_and_another_variable(run, world_file, scenario_file, world):
    done = run("compare", "coalition-cuts-russia", scenario_file, "--world", world_file, "--variable", "price_index",
               "--json")
    data = json.loads(done.out)
    outcome = mp.solve(world, mp.load_scenario("coalition-cuts-russia"))
    assert (data["variable"], data["unit"], data["first"]) == ("price_index", "percent", "coalition-cuts-russia")
    assert data["scenarios"][0]["values"]["RUS"] == float(outcome.values("price_index")[3])
    assert data["scenarios"][0]["values"]["world"] is None, "a price index has no sum over the world"
    assert data["scenarios"][0]["relative_to_first"]["RUS"] == pytest.approx(0.0, abs=1e-12)
    assert set(data["scenarios"][1]["values"]) == {*world.countries, "world"}


def test_compare_shows_what_it_can_and_ends_with_the_reason(run, world_file, scenario_file, tmp_path):
    isolation = tmp_path / "isolation.yaml"
    isolation.write_text(f"version: 1\nmeasures: [{{{ISOLATION}}}]\n", encoding="utf-8")
    done = run("compare", isolation, scenario_file, "--world", world_file, "--country", "USA")
    assert done.status == 4
    assert rows_of(done.out)["United States (USA)"][0] == "–"
    assert math.isfinite(float(rows_of(done.out)["United States (USA)"][1]))
    refused = json.loads(run("compare", isolation, scenario_file, "--world", world_file, "--json").out)["scenarios"][0]
    assert "RUS" in refused["refused"]


def test_compare_strips_baselines_and_says_so(run, world_file, scenario_file, tmp_path):
    with_baseline = tmp_path / "with-baseline.yaml"
    text = scenario_file.read_text().replace("my-tariff", "with-baseline\nbaseline: coalition-cuts-russia")
    with_baseline.write_text(text, encoding="utf-8")
    done = run("compare", scenario_file, with_baseline, "--world", world_file, "--country", "USA")
    one, two = rows_of(done.out.split("The same")[0])["United States (USA)"]
    assert one == two
    assert done.err == "with-baseline names a baseline; here it is relative to the base year.\n"
    solved = run("solve", with_baseline, "--world", world_file)
    assert "relative to coalition-cuts-russia" in solved.out


def test_sourcing_by_use_is_an_option_of_solve_and_compare(run, flows_file, scenario_file, tmp_path):
    found = {}
    for sourcing in ("common", "by-use"):
        done = run("solve", scenario_file, "--world", flows_file, "--sourcing", sourcing, "--json")
        found[sourcing] = json.loads(done.out)["countries"]["USA"]["real_income"]
    assert abs(found["common"] - found["by-use"]) > 1e-4
    other = tmp_path / "other.yaml"
    other.write_text("version: 1\nmeasures:\n- {kind: tariff, importer: CHN, exporter: USA, sector: all, rate: 10%}\n")
    done = run("compare", scenario_file, other, "--world", flows_file, "--sourcing", "by-use", "--json")
    assert json.loads(done.out)["scenarios"][0]["values"]["USA"] == pytest.approx(found["by-use"], abs=1e-9)
    assert "long run, deficits fixed, sourcing by-use" in run(
        "solve", scenario_file, "--world", flows_file, "--sourcing", "by-use").out


def test_sourcing_by_use_is_refused_where_uses_are_not_recorded(run, world_file, scenario_file):
    done = run("solve", scenario_file, "--world", world_file, "--sourcing", "by-use")
    assert (done.status, done.out) == (3, "")
    assert "by-use sourcing" in done.err
