"""Scenarios from elsewhere: no file is opened, nothing grows without bound, and faults have their place."""

import pytest

import multipolar as mp
from multipolar.errors import ScenarioError
from multipolar.measures.elsewhere import LONGEST, MOST_MEASURES, MalformedScenario, plain_data, scenario_from_data
from multipolar.measures.yaml_file import built_in_scenarios, parse_text

TARIFF = {"kind": "tariff", "importer": "USA", "exporter": "CHN", "rate": 0.4}


def nested(depth):
    data: object = 1
    for _level in range(depth):
        data = [data]
    return data


@pytest.mark.parametrize("name", built_in_scenarios())
def test_plain_data_loads_back(name):
    scenario = mp.load_scenario(name)
    assert scenario_from_data(plain_data(scenario)) == scenario


def test_what_it_extends_is_written_out():
    found = scenario_from_data({"version": 1, "name": "mine", "extends": "two-blocs", "measures": [TARIFF]})
    assert found.extends is None
    assert len(found.measures) == 1 + len(mp.load_scenario("two-blocs").measures)


@pytest.mark.parametrize("field", ["extends", "baseline"])
@pytest.mark.parametrize("path", ["/etc/passwd", "../mine.yaml", "mine.yml", "C:\\mine.yaml", "a/b"])
def test_no_file_is_opened(field, path, monkeypatch):
    monkeypatch.setattr("pathlib.Path.open", lambda *_: pytest.fail("a file was opened"))
    with pytest.raises(MalformedScenario, match="is a path"):
        scenario_from_data({"version": 1, "name": "mine", field: path})
    with pytest.raises(MalformedScenario, match="is a path"):
        scenario_from_data({"version": 1, "name": "mine", "baseline": {"version": 1, field: path}})


def test_no_schedule_is_read_from_a_file(tmp_path):
    path = tmp_path / "rates.csv"
    path.write_text("exporter,sector,importer,rate\n", encoding="utf-8")
    with pytest.raises(MalformedScenario, match="names a file"):
        scenario_from_data({"version": 1, "measures": [{"kind": "tariff_schedule", "rates": str(path)}]})


@pytest.mark.parametrize("data", [None, 1, "text", [], [1]])
def test_what_is_no_mapping_is_refused(data):
    with pytest.raises(MalformedScenario, match="no mapping"):
        scenario_from_data(data)


def test_depth_number_and_length_are_bounded():
    with pytest.raises(MalformedScenario, match="nested deeper"):
        scenario_from_data({"version": 1, "measures": nested(100_000)})
    with pytest.raises(MalformedScenario, match=f"{MOST_MEASURES} is the most"):
        scenario_from_data({"version": 1, "measures": [TARIFF] * (MOST_MEASURES + 1)})
    with pytest.raises(MalformedScenario, match="characters"):
        scenario_from_data({"version": 1, "description": "x" * LONGEST})


def test_every_fault_has_its_place():
    with pytest.raises(MalformedScenario) as caught:
        scenario_from_data({"version": 1, "measures": [TARIFF, TARIFF | {"rate": 40}, {"kind": "tarif"}]})
    assert [place for place, _sentence in caught.value.problems] == [("measures", 1, "rate"), ("measures", 2)]


def test_a_text_is_a_scenario_or_says_where_it_is_wrong():
    found = parse_text("version: 1\nname: mine\nmeasures:\n- {kind: tariff, importer: USA, exporter: CHN, rate: 40%}\n")
    assert found.measures[0].rate == 0.4
    with pytest.raises(ScenarioError, match=r"scenario:3:3: .*tarif"):
        parse_text("version: 1\nmeasures:\n- kind: tarif\n")
    with pytest.raises(ScenarioError, match="is a path"):
        parse_text("version: 1\nextends: ../other.yaml\n")


def test_files_may_still_name_files(tmp_path):
    (tmp_path / "base.yaml").write_text("version: 1\nname: base\n", encoding="utf-8")
    (tmp_path / "mine.yaml").write_text("version: 1\nextends: base.yaml\n", encoding="utf-8")
    assert mp.load_scenario(tmp_path / "mine.yaml").name == "mine"
