"""`measures`, `variables`, `scenarios`, `validate` and `world`: every list, as text and as JSON."""

import json

import numpy as np
import pytest

from multipolar.measures.registry import KINDS
from multipolar.measures.scenario import scenario_schema
from multipolar.measures.yaml_file import built_in_scenarios
from multipolar.variables import all_variables


@pytest.mark.parametrize("kind", KINDS)
def test_measures_have_fields_units_and_an_example(run, kind):
    done = run("measures", kind)
    assert done.status == 0
    assert done.out.startswith(f"{kind}: ")
    assert f"kind: {kind}" in done.out
    [data] = json.loads(run("measures", kind, "--json").out)
    for field in data["fields"]:
        assert field["name"] in done.out
    assert any(field["unit"] for field in data["fields"])


def test_all_measures_and_variables_are_listed(run):
    listed, data = run("measures").out, json.loads(run("measures", "--json").out)
    assert [measure["kind"] for measure in data] == list(KINDS)
    assert all(f"{kind}: " in listed for kind in KINDS)
    assert [row["name"] for row in json.loads(run("variables", "--json").out)] == list(all_variables())
    assert all(name in run("variables").out for name in all_variables())


def test_scenarios_are_listed_and_shown_as_yaml_that_loads_back(run, tmp_path):
    import multipolar as mp

    assert [row["name"] for row in json.loads(run("scenarios", "--json").out)] == list(built_in_scenarios())
    listed = run("scenarios").out
    for name in built_in_scenarios():
        assert name in listed
        path = tmp_path / f"{name}.yaml"
        path.write_text(run("scenarios", "show", name).out, encoding="utf-8")
        assert mp.load_scenario(path) == mp.load_scenario(name)
    assert json.loads(run("scenarios", "show", "two-blocs", "--json").out)["name"] == "two-blocs"
    assert json.loads(run("scenarios", "--schema").out) == scenario_schema()


def test_validate_says_ok_or_where_and_why(run, scenario_file, world_file, tmp_path):
    good = run("validate", scenario_file, "--world", world_file)
    assert (good.status, good.out, good.err) == (0, f"{scenario_file}: OK\n", "")
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("version: 1\nmeasures:\n- kind: tarif\n- kind: tariff\n  importer: USA\n  rate: 400\n")
    both = run("validate", scenario_file, wrong, "--world", world_file)
    assert both.status == 3
    lines = both.out.splitlines()
    assert lines[0] == f"{scenario_file}: OK"
    assert any(line.startswith(f"{wrong}:3:") and "tariff" in line for line in lines)
    assert any(line.startswith(f"{wrong}:6:") for line in lines)
    data = json.loads(run("validate", wrong, "--no-world", "--json").out)
    assert data[0]["ok"] is False
    assert data[0]["problems"][0]["line"] == 3


def test_validate_looks_names_up_unless_told_not_to(run, scenario_file, world_file):
    scenario_file.write_text(scenario_file.read_text().replace("CHN", "JPN"), encoding="utf-8")
    done = run("validate", scenario_file, "--world", world_file)
    assert done.status == 3
    assert f"{scenario_file}:5:" in done.out
    assert "JPN" in done.out
    assert run("validate", scenario_file, "--no-world").status == 0


def test_world_show_has_accounts_partners_and_sectors(run, world, world_file):
    data = json.loads(run("world", "show", "RUS", "--world", world_file, "--json").out)
    tables, at = world.tables, world.country_index("RUS")
    assert data["units"] == "million USD"
    assert data["accounts"]["gdp"] == float(tables.factor_income[at] + tables.tariff_revenue[at])
    pairs = tables.trade.sum(axis=1)
    assert {row["code"]: row["imports"] for row in data["partners"]} == {
        code: pairs[number, at] for number, code in enumerate(world.countries) if code != "RUS"}
    assert [row["output"] for row in data["sectors"]] == tables.output[at].tolist()
    assert np.isclose(data["accounts"]["final_spending"], data["accounts"]["gdp"] + data["accounts"]["imports"]
                      - data["accounts"]["exports"])
    shown = run("world", "show", "RUS", "--world", world_file)
    assert "Russia (RUS) in small, million USD" in shown.out
    assert f"{data['accounts']['gdp']:,.0f}" in shown.out
    assert "does not record where its figures come from" in shown.out


def test_world_show_of_the_reference_world_gives_sources(run):
    done = run("world", "show", "RUS", "--top", 3)
    assert done.status == 0
    assert "Russia (RUS) in reference-2023" in done.out
    assert "2,021,421" in done.out, "GDP of 2023 as published"
    assert "China (CHN)" in done.out
    assert "WDI" in done.out
    assert "published, BACI" in done.out
    assert "OECD_IOT" in done.out
    figures = json.loads(run("world", "show", "RUS", "--json").out)["figures"]
    assert set(figures) == {"accounts", "partners", "sectors", "known_flows"}
    assert all(figure["source"] for part in figures.values() for figure in part)


def test_world_show_without_a_code_and_world_list(run, world, world_file):
    listed = run("world", "show", "--world", world_file).out
    assert all(code in listed for code in (*world.countries, *world.sectors))
    data = json.loads(run("world", "show", "--world", world_file, "--json").out)
    assert data["hash"] == world.hash
    assert [row["code"] for row in data["sectors"]] == list(world.sectors)
    worlds = json.loads(run("world", "list", "--json").out)
    assert {row["name"] for row in worlds} >= {"reference-2023"}
    assert "reference-2023" in run("world", "list").out


def test_world_check_has_every_identity_and_every_misfit(run, world, world_file):
    done = run("world", "check", "--world", world_file)
    assert done.status == 0
    assert all(identity.cell in done.out for identity in world.check().identities)
    assert "Published figures" not in done.out
    data = json.loads(run("world", "check", "--json").out)
    assert data["ok"] is True
    assert all(figure["source"] for figure in data["figures_not_held"])
    assert data["figures_not_held"], "the reference world trims some figures that contradict others"
    assert "Published figures that the world does not hold" in run("world", "check").out
