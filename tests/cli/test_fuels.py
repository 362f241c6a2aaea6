"""`corridors` and `balance`: tables and JSON in physical units, and what is refused."""

import json

import pytest


@pytest.fixture(scope="module")
def fuel_file(fuel_world, tmp_path_factory):
    path = tmp_path_factory.mktemp("fuels") / "fuels.nc"
    fuel_world.save(path)
    return path


@pytest.fixture
def ban(tmp_path):
    path = tmp_path / "ban.yaml"
    path.write_text("version: 1\nname: ban\ntitle: No oil for China\nclosure: {deficits: proportional}\nmeasures:\n"
                    "- {kind: import_ban, importer: CHN, exporter: RUS, sector: OIL}\n", encoding="utf-8")
    return path


def test_corridors_are_listed_with_units_and_sources(run):
    done = run("corridors")
    assert done.status == 0
    assert "Power of Siberia 1" in done.out
    assert "1.45 (1.25–1.65)" in done.out
    rows = json.loads(run("corridors", "--json").out)
    second = next(row for row in rows if row["name"] == "Power of Siberia 2")
    assert (second["capacity"], second["unit"], second["opening"], second["state"]) == (50.0, "bcm", 2031, "planned")
    assert all(row["source"] for row in rows)


def test_a_balance_adds_up_in_the_unit_asked_for(run):
    done = run("balance", "oil", "--unit", "bbl/day", "--country", "RUS", "--group", "EU27")
    assert "10,879,000" in done.out
    data = json.loads(run("balance", "gas", "--json").out)
    assert (data["good"], data["unit"], data["drift"]) == ("gas", "bcm", None)
    for row in data["rows"]:
        one = row["before"]
        assert one["production"] + one["imports"] == pytest.approx(one["exports"] + one["use"], abs=1e-6), row["code"]
        assert row["after"] is None
    assert data["rows"][-1]["code"] == "world"


def test_a_balance_after_a_scenario_shows_changes_and_the_world_balance(run, fuel_file, ban):
    done = run("balance", "oil", ban, "--world", fuel_file, "--no-cache")
    assert "after: No oil for China" in done.out
    assert "production and use agree" in done.out
    data = json.loads(run("balance", "oil", ban, "--world", fuel_file, "--json", "--no-cache").out)
    rows = {row["code"]: row for row in data["rows"]}
    world = rows["world"]["after"]
    assert world["production"] == pytest.approx(world["use"], rel=1e-9)
    assert abs(data["drift"]) < 1
    assert rows["CHN"]["after"]["imports"] < rows["CHN"]["before"]["imports"]
    assert rows["IND"]["after"]["imports"] > rows["IND"]["before"]["imports"]


def test_what_does_not_fit_is_refused(run, world_file):
    assert "nearest" in (text := run("balance", "oill").err) or "oil" in text
    assert "oil is not measured in 'bcm'; its units are Mt, million bbl, bbl/day" in run(
        "balance", "oil", "--unit", "bcm").err
    done = run("balance", "oil", "--world", world_file)
    assert done.status != 0
    assert "has no energy quantities" in done.err
    assert "has no energy quantities" in run("corridors", "--world", world_file).err
