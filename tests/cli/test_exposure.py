"""`multipolar exposure`: friends and enemies as a table and as JSON."""

import json

import pytest

import multipolar as mp


def test_json_has_the_matrices(run, world, world_file):
    data = json.loads(run("exposure", "--world", world_file, "--sector", "MAN", "--json").out)
    expected = mp.exposure(world, sector=["MAN"])["real_income"]
    assert data["units"]["real_income"] == "percent per percent"
    for source in world.countries:
        for country in world.countries:
            found = data["real_income"][source][country]
            assert found == pytest.approx(expected.sel(country=country, source=source).item(), rel=1e-9)


def test_one_country_lists_itself_then_the_others_best_first(run, world, world_file):
    done = run("exposure", "DEU", "--world", world_file)
    assert done.status == 0
    lines = [line for line in done.out.splitlines() if "(" in line][1:]
    assert "(DEU)" in lines[0]
    shown = [float(line.split()[-2]) for line in lines[1:]]
    assert len(shown) == len(world.countries) - 1
    assert shown == sorted(shown, reverse=True)
    column = json.loads(run("exposure", "DEU", "--world", world_file, "--json").out)["real_income"]
    assert list(column) == ["DEU"]
    assert shown[0] == pytest.approx(max(value for code, value in column["DEU"].items() if code != "DEU"), abs=5e-5)


def test_all_countries_have_a_friend_and_a_rival(run, world, world_file):
    done = run("exposure", "--world", world_file)
    assert done.status == 0
    assert all(f"({code})" in done.out for code in world.countries)


def test_an_unknown_country_is_refused(run, world_file):
    done = run("exposure", "USS", "--world", world_file)
    assert done.status == 3
    assert "USA" in done.err


def test_sourcing_by_use_is_an_option(run, flows_file, world_file):
    found = {rule: json.loads(run("exposure", "DEU", "--world", flows_file, "--sourcing", rule, "--json").out)
             for rule in ("common", "by-use")}
    for rule, data in found.items():
        expected = mp.exposure(mp.load_world(flows_file), sourcing=rule)["real_income"]
        assert data["sourcing"] == rule
        assert data["real_income"]["DEU"]["USA"] == pytest.approx(
            expected.sel(country="USA", source="DEU").item(), rel=1e-9)
    assert found["common"]["real_income"] != found["by-use"]["real_income"]
    refused = run("exposure", "--world", world_file, "--sourcing", "by-use")
    assert refused.status == 3
    assert "by-use sourcing" in refused.err
