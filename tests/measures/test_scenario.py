"""Scenarios: YAML and back, what they extend, what they hash to, and every problem with its line and column."""

import json
import re
from textwrap import dedent

import jsonschema
import numpy as np
import pytest

from multipolar.errors import InputError, ScenarioError, UnknownName
from multipolar.measures.finance import Transfer
from multipolar.measures.lift import Lift
from multipolar.measures.measure import Lowered, Measure
from multipolar.measures.productivity import Productivity
from multipolar.measures.registry import KINDS
from multipolar.measures.scenario import Closure, Note, Scenario, load_scenario, scenario_schema
from multipolar.measures.tariffs import Tariff, TariffSchedule
from multipolar.measures.trade import Embargo, ExportBan, ImportBan, TradeCost
from multipolar.measures.yaml_file import built_in_scenarios, read_document, validate_file

EVERYTHING = Scenario(
    name="everything", title="One of each", description="For the way there and back.", coarse=True,
    closure=Closure(deficits="proportional", horizon="short"), baseline="everyone-cuts-russia",
    notes=(Note(text="A note.", source="A source."),),
    measures=(
        Tariff(importer="USA", exporter=["all", "-DEU"], sector="electronics", rate="40%", note="n", source="s"),
        Tariff(importer="DEU", exporter="CHN", add=-0.01), Tariff(importer="FRA", exporter="CHN", ceiling=0.1),
        Tariff(importer="RUS", exporter="CHN", cut=1 / 3),
        TradeCost(importer="RUS", exporter="G7", ad_valorem=0.25),
        ExportBan(exporter="CHN", importer="RUS", sector="ELE"), ImportBan(importer="USA", exporter="RUS"),
        Embargo(sides=(("DEU", "FRA"), "RUS"), sector="OIL"), Transfer(payer="USA", receiver="UKR", amount=61_000),
        Productivity(country="UKR", change=-0.1), Lift(importer="RUS", exporter="UKR", sector="MAC", latent_share=0.5),
        Lift(importer="CHN", exporter="USA", sanction_coefficient=-0.2)))


@pytest.fixture
def write(tmp_path):
    def save(text: str, name: str = "scenario.yaml"):
        path = tmp_path / name
        path.write_text(dedent(text), encoding="utf-8")
        return path
    return save


# ---- there and back

def test_a_scenario_survives_yaml(tmp_path):
    assert load_scenario(EVERYTHING.save(tmp_path / "everything.yaml")) == EVERYTHING


def test_a_saved_scenario_is_valid_by_the_schema(tmp_path):
    document = read_document(EVERYTHING.save(tmp_path / "everything.yaml"))
    jsonschema.validate(document.data, scenario_schema())


@pytest.mark.parametrize("labelled", [True, False])
def test_an_array_of_tariffs_survives_yaml(world, tmp_path, labelled):
    schedule = TariffSchedule(rates=world.tariffs if labelled else world.tables.tariffs)
    scenario = Scenario(name="schedule", measures=[schedule])
    assert load_scenario(scenario.save(tmp_path / "s.yaml")) == scenario


def test_defaults_are_not_written():
    assert Scenario(name="small", measures=[ImportBan(importer="USA", exporter="RUS")]).to_yaml() == dedent("""\
        version: 1
        name: small
        measures:
        - kind: import_ban
          importer: USA
          exporter: RUS
        """)


def test_a_file_of_rates_is_found_beside_the_scenario(world, write):
    write("exporter,sector,importer,rate\nCHN,ELE,USA,60%\n", "rates.csv")
    path = write("version: 1\nmeasures:\n- kind: tariff_schedule\n  rates: rates.csv\n")
    policy = load_scenario(path).policy(world)
    np.testing.assert_array_equal(policy.tariff_rates, 0.6)


def test_a_file_without_a_name_takes_its_own(write):
    assert load_scenario(write("version: 1\n", "quiet.yaml")).name == "quiet"


def test_the_schema_is_a_schema():
    schema = scenario_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert json.loads(json.dumps(schema)) == schema


@pytest.mark.parametrize("wrong", [
    {"name": "no version"}, {"version": 2}, {"version": 1, "measures": [{"importer": "USA", "exporter": "CHN"}]},
    {"version": 1, "measures": [{"kind": "tariff", "importer": "USA"}]}, {"version": 1, "title": 3},
    {"version": 1, "closure": {"deficits": "none"}}, {"version": 1, "mesures": []},
    {"version": 1, "measures": [{"kind": "trade_cost", "importer": "A", "exporter": "B", "ad_valorem": "much"}]},
])
def test_the_schema_refuses_what_loading_refuses(wrong, tmp_path):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, scenario_schema())
    path = tmp_path / "wrong.yaml"
    path.write_text(json.dumps(wrong))
    assert validate_file(path)


# ---- extends and baseline

def test_what_is_extended_comes_first_and_fields_override(write):
    write("""\
        version: 1
        title: The base
        coarse: true
        closure: {deficits: zero, horizon: short}
        measures: [{kind: import_ban, importer: USA, exporter: RUS}]
        notes: [{text: first}]
        """, "base.yaml")
    path = write("""\
        version: 1
        extends: base.yaml
        closure: {deficits: proportional}
        measures: [{kind: import_ban, importer: DEU, exporter: RUS}]
        notes: [{text: second}]
        """, "upon.yaml")
    scenario = load_scenario(path)
    assert (scenario.name, scenario.title, scenario.coarse, scenario.extends) == ("upon", "The base", True, None)
    assert scenario.closure == Closure(deficits="proportional", horizon="short")
    assert [measure.importer for measure in scenario.measures] == ["USA", "DEU"]
    assert [note.text for note in scenario.notes] == ["first", "second"]


def test_a_scenario_made_in_python_extends_a_built_in_one(world):
    scenario = Scenario(name="more", extends="everyone-cuts-russia",
                        measures=[Tariff(importer="USA", exporter="CHN", rate=0.6)])
    assert len(scenario.resolved().measures) == 2
    assert scenario.resolved().closure.deficits == "proportional"
    assert len(scenario.policy(world).closed) == 2 * 5 * 4


def test_circles_are_refused(write):
    write("version: 1\nextends: second.yaml\n", "first.yaml")
    path = write("version: 1\nextends: first.yaml\n", "second.yaml")
    with pytest.raises(ScenarioError, match=r"leads back to itself: second\.yaml -> first\.yaml -> second\.yaml"):
        load_scenario(path)
    (problem,) = validate_file(path)
    assert (problem.line, problem.column) == (2, 1)
    assert "leads back to itself" in problem.message


def test_a_baseline_in_a_file_is_carried_along(write, world, tmp_path):
    write("version: 1\nmeasures: [{kind: import_ban, importer: USA, exporter: RUS}]\n", "before.yaml")
    scenario = load_scenario(write("version: 1\nbaseline: before.yaml\n"))
    assert scenario.baseline_scenario().name == "before"
    (tmp_path / "before.yaml").unlink()
    again = load_scenario(scenario.save(tmp_path / "again.yaml"))
    assert again.baseline_scenario() == scenario.baseline_scenario()
    assert again.hash(world) == scenario.hash(world) != Scenario(name="none").hash(world)


def test_a_baseline_may_be_built_in():
    assert EVERYTHING.baseline_scenario() == load_scenario("everyone-cuts-russia")
    assert Scenario(name="none").baseline_scenario() is None


def test_an_unknown_scenario_proposes_the_nearest():
    with pytest.raises(UnknownName, match=r"There is no scenario named 'two-block'\. Did you mean two-blocs"):
        load_scenario("two-block")
    with pytest.raises(ScenarioError, match=r"there is no scenario file nowhere\.yaml"):
        load_scenario("nowhere.yaml")


# ---- hashes

def test_a_hash_depends_on_what_is_done_not_on_words(world):
    base = Scenario(name="a", measures=[Embargo(sides=("G7", "RUS"))])
    same = [Scenario(name="b", title="T", measures=[Embargo(sides=("RUS", ("USA", "FRA", "DEU")))]),
            Scenario(name="c", measures=[ExportBan(exporter="RUS", importer="G7"),
                                         ImportBan(importer="RUS", exporter="G7")])]
    other = [Scenario(name="a", measures=[Embargo(sides=("G7", "CHN"))]),
             Scenario(name="a", measures=base.measures, closure=Closure(deficits="zero")),
             Scenario(name="a", measures=base.measures, baseline="two-blocs"),
             Scenario(name="a", measures=[*base.measures, Transfer(payer="USA", receiver="UKR", amount=1)]),
             Scenario(name="a", measures=[*base.measures, Productivity(country="UKR", change=-0.1)])]
    assert {scenario.hash(world) for scenario in same} == {base.hash(world)}
    assert len({scenario.hash(world) for scenario in [base, *other]}) == 6


def test_a_hash_depends_on_the_names_of_the_world(make_world):
    one, other = make_world(), make_world(countries=("USA", "DEU", "FRA", "CHN", "RUS", "GBR"))
    assert Scenario(name="a").hash(one) != Scenario(name="a").hash(other)
    assert re.fullmatch("[0-9a-f]{64}", Scenario(name="a").hash(one))


# ---- in Python

@pytest.mark.parametrize(("fields", "sentence"), [
    ({"closure": {"deficits": "none"}}, "Scenario.closure.deficits: deficits is 'none'; it must be one of 'fixed'"),
    ({"measures": [3]}, "Scenario.measures[1]: a measure is a mapping with a field `kind`"),
    ({"measures": [{"kind": "tarif"}]},
     "Scenario.measures[1]: there is no measure of kind 'tarif'. Did you mean tariff"),
    ({"measures": [{"kind": "tariff", "importer": "USA", "exporter": "CHN", "rate": 0.1, "rte": 1}]},
     "Scenario.measures[1].rte: there is no field 'rte' here. Did you mean rate"),
    ({"baseline": {"measures": [{"kind": "lift", "add": 1}]}},
     "Scenario.baseline.measures[1].exporter: exporter is missing."),
    ({"measures": "none"}, "Scenario.measures: measures must be a list."),
    ({"name": ""}, "Scenario.name"),
    ({"mesures": []}, "there is no field 'mesures' here. Did you mean measures"),
])
def test_a_malformed_scenario_is_refused(fields, sentence):
    with pytest.raises(ScenarioError, match=re.escape(sentence)):
        Scenario(**{"name": "wrong"} | fields)


def test_a_refusal_by_the_world_names_the_measure(world):
    scenario = Scenario(name="a", measures=[Tariff(importer="USA", exporter="CHN", rate=0.1),
                                            Tariff(importer="USA", exporter="JPN", rate=0.1)])
    with pytest.raises(InputError) as caught:
        scenario.policy(world)
    assert caught.value.__notes__ == ["In measure 2, tariff (importer=USA, exporter=JPN, sector=all, rate=0.1)."]


def test_a_measure_of_ones_own_may_reshape_the_world(world, make_world):
    other = make_world(seed=2)

    class Elsewhere(Measure):
        kind: str = "elsewhere"

        def reshape(self, world):
            return other

        def lower(self, world, *, coarse=False):
            return Lowered(self.label)

    scenario = Scenario(name="a", measures=[Elsewhere(), Tariff(importer="USA", exporter="CHN", rate=0.1)])
    assert scenario.reshape(world) is other
    assert len(scenario.policy(other).tariff_cells) == 4


# ---- problems in files

LAUGHS = "version: 1\na0: &a0 {x: ha}\n" + "".join(
    f"a{level}: &a{level} [{', '.join(10 * [f'*a{level - 1}'])}]\n" for level in range(1, 12)) + "notes: *a11\n"
"""Seven hundred letters whose aliases stand for 10^11 words."""


@pytest.mark.parametrize(("text", "line", "column", "sentence"), [
    ("", 1, 1, "the file holds no fields; begin with `version: 1`"),
    ("- a\n", 1, 1, "the file holds no fields"),
    ("name: a\n", 1, 1, "`version: 1` is missing."),
    ("name: a\nversion: 2\n", 2, 1, "version is 2; this program reads version 1."),
    ("version: true\n", 1, 1, "version is True"),
    ("version: 1\nname: [a\n", 3, 1, "this is not YAML: expected ',' or ']'"),
    ("version: 1\nname: a\nname: b\n", 3, 1, "this is not YAML: found duplicate key \"name\""),
    ("version: 1\nmesures: []\n", 2, 1, "mesures: there is no field 'mesures' here. Did you mean measures"),
    ("version: 1\nclosure:\n  deficit: zero\n", 3, 3, "closure.deficit: there is no field 'deficit' here. Did you mean "
     "deficits"),
    ("version: 1\nclosure:\n  deficits: none\n", 3, 3, "deficits is 'none'; it must be one of 'fixed', 'zero' or "
     "'proportional'."),
    ("version: 1\nname: 2024\n", 2, 1, "name is 2024, which is not text; put quotes around it."),
    ("version: 1\nmeasures: all\n", 2, 1, "measures must be a list."),
    ("version: 1\nnotes:\n- source: x\n", 3, 3, "notes[1].text: text is missing."),
    ("version: 1\nmeasures:\n- importer: USA\n", 3, 3, "a measure is a mapping with a field `kind`"),
    ("version: 1\nmeasures:\n- kind: embrgo\n", 3, 3, "there is no measure of kind 'embrgo'. Did you mean embargo"),
    ("version: 1\nmeasures:\n- kind: measure\n", 3, 3, "there is no measure of kind 'measure'. "),
    ("version: 1\n3: x\n", 2, 1, "Keys should be strings"),
    ("version: 1\nmeasures:\n- kind: zzz\n", 3, 3,
     f"there is no measure of kind 'zzz'. Known are: {', '.join(KINDS)}."),
    ("version: 1\nmeasures:\n- {kind: tariff, importer: USA, exporter: CHN, rate: 40}\n", 3, 48,
     "measures[1].rate: rate is 40, which is 4,000 %. Rates are fractions: did you mean 0.4 (40 %)?"),
    ("version: 1\nmeasures:\n- kind: tariff\n  importer: USA\n  exporter: CHN\n", 3, 3, "a tariff takes one of rate"),
    ("version: 1\nmeasures:\n- kind: export_ban\n  exporter: CHN\n  importer: RUS\n  sectr: ELE\n", 6, 3,
     "measures[1].sectr: there is no field 'sectr' here. Did you mean sector"),
    ("version: 1\nmeasures:\n- kind: import_ban\n  importer: USA\n", 3, 3,
     "measures[1].exporter: exporter is missing."),
    ("version: 1\nmeasures:\n- kind: import_ban\n  importer: USA\n  exporter: RUS\n  sector: [ELE, 12]\n", 6, 3,
     "sector contains 12, which is not text"),
    ("version: 1\nmeasures:\n- kind: tariff_schedule\n  rates: absent.csv\n", 4, 3, "absent.csv, which does not exist"),
    ("version: 1\nextends: two-block\n", 2, 1,
     "extends: There is no scenario named 'two-block'. Did you mean two-blocs"),
    ("version: 1\nbaseline: two-block\n", 2, 1, "baseline: There is no scenario named 'two-block'"),
    (f"version: 1\nnotes: {'[' * 30}{']' * 30}\n", 1, 1, "the text is nested deeper than 24 levels"),
    ("version: 1\nnotes: [3]\n", 2, 9, "notes[1]: 3 stands where a mapping of fields belongs."),
    ("version: 1\nclosure: zero\n", 2, 1, "closure: 'zero' stands where a mapping of fields belongs."),
    ("version: 1\nbaseline: {titel: x}\n", 2, 12, "baseline.titel: there is no field 'titel' here. Did you mean title"),
    ("version: 1\nbaseline: 3\n", 2, 1, "baseline is 3, which is not text"),
    ("version: 1\nname: a\x00b\n", 1, 1, "this is not YAML"),
    ("version: 1\nnotes: &a [*a]\n", 2, 8, "notes[1]: None stands where a mapping of fields belongs."),
    (LAUGHS, 1, 1, "the text, with its aliases (*name) written out, holds more than 101,"),
    (f"version: 1\na: &a '{99 * 'x'}'\nb: &b [{', '.join(40 * ['*a'])}]\nnotes: [{', '.join(40 * ['*b'])}]\n", 1, 1,
     "written out"),
    ("version: 1\nmeasures: [" + 5_001 * "1, " + "]\n", 2, 1, "measures has 5,001 entries; at most 5,000"),
    (f"version: 1\nname: {10_000_000 * 'a'}\n", 1, 1, "the text has more than 10,000,000 characters"),
], ids=lambda value: value[:40] if isinstance(value, str) else None)
def test_a_problem_has_a_line_a_column_and_a_sentence(write, text, line, column, sentence):
    path = write(text)
    problems = validate_file(path)
    assert [(one.line, one.column) for one in problems] == [(line, column)], problems
    assert sentence in problems[0].message


def test_aliases_that_repeat_a_few_words_are_read(write):
    path = write("version: 1\nmeasures:\n- &ban {kind: import_ban, importer: USA, exporter: RUS, sector: oil}\n"
                 "- {<<: *ban, importer: GBR}\n- *ban\n")
    assert [one.importer for one in load_scenario(path).measures] == ["USA", "GBR", "USA"]


def test_loading_says_file_line_and_column(write):
    path = write("version: 1\nmesures: []\nmeasures:\n- {kind: tariff, importer: USA, exporter: CHN, rate: 40}\n")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    lines = str(caught.value).splitlines()
    assert sorted(line.removeprefix(f"{path}:").split(": ")[0] for line in lines) == ["2:1", "4:48"]


def test_problems_come_in_the_order_of_their_lines(write):
    path = write("version: 1\nmeasures:\n- {kind: tariff, importer: USA, exporter: CHN, rate: 40}\ntitel: x\n")
    assert [problem.line for problem in validate_file(path)] == [3, 4]


def test_what_cannot_be_read_is_said(tmp_path):
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    for name in ("bytes.yaml", "absent.yaml"):
        (problem,) = validate_file(tmp_path / name)
        assert "cannot be read" in problem.message


def test_merged_keys_are_placed_where_they_are_used(write):
    path = write("""\
        version: 1
        measures:
        - &ban
          kind: import_ban
          importer: USA
          exporter: RUS
        - <<: *ban
          sector: 7
        """)
    (problem,) = validate_file(path)
    assert (problem.line, problem.column) == (8, 3)


def test_a_file_is_held_against_a_world(write, world):
    path = write("""\
        version: 1
        measures:
        - kind: tariff
          importer: USA
          exporter: JPN
          rate: 10%
        - kind: import_ban
          importer: USA
          exporter: RUS
          sector: petroleum
        """)
    assert validate_file(path) == []
    assert [(one.line, one.message.split(":")[0]) for one in validate_file(path, world)] == [
        (3, "measures[1]"), (7, "measures[2]")]


def test_contradictions_are_found_with_a_world(write, world):
    path = write("""\
        version: 1
        measures:
        - {kind: tariff, importer: USA, exporter: CHN, rate: 10%}
        - {kind: tariff, importer: USA, exporter: CHN, rate: 20%}
        """)
    (problem,) = validate_file(path, world)
    assert problem.line == 2
    assert "two rates on one flow" in problem.message


def test_built_in_scenarios_are_all_valid():
    from multipolar.measures.yaml_file import LIBRARY

    assert {f"{name}.yaml" for name in built_in_scenarios()} == {path.name for path in LIBRARY.glob("*.yaml")}
    assert [problem for name in built_in_scenarios() for problem in validate_file(LIBRARY / f"{name}.yaml")] == []
