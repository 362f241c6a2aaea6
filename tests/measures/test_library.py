"""The built-in scenarios and briefs, and the listing of measures."""

import re
from pathlib import Path

import numpy as np
import pytest

from multipolar.errors import ScenarioError, UnknownName
from multipolar.measures.brief import Brief, built_in_briefs, load_brief
from multipolar.measures.registry import KINDS, describe_measures
from multipolar.measures.scenario import load_scenario
from multipolar.measures.yaml_file import built_in_scenarios, validate_file
from multipolar.world.military import Military
from multipolar.world.reference.energy import rows
from multipolar.world.settlement import Settlement
from multipolar.world.technology import Controlled
from multipolar.world.world import load_world

MONEY = ["away-from-the-dollar", "brics-renminbi-network", "china-banks-comply", "china-banks-defy",
         "china-banks-threatened-30", "china-banks-threatened-60", "china-banks-threatened-90",
         "china-firms-threatened", "rouble-renminbi-never-built", "russia-off-dollar-and-euro"]
TECHNOLOGY = ["china-joins-controls", "controls-2024", "controls-2024-china-grows", "controls-2024-china-limits",
              "controls-2024-no-are", "controls-2024-no-blr", "controls-2024-no-hkg", "controls-2024-no-hubs",
              "controls-2024-hubs-threatened", "ukraine-intelligence-halved",
              "controls-2024-no-kaz", "controls-2024-no-tur", "controls-2024-without-china", "ukraine-aid-delayed",
              "ukraine-aid-doubled", "ukraine-aid-halved"]
CAPS = [f"oil-cap-{price}{reach}" for price in (30, 45, 60) for reach in ("", "-shadow-fleet")]
ABOUT_RUSSIA = [*MONEY, *TECHNOLOGY, "china-stops-both", "china-stops-energy", "china-stops-machines",
                "coalition-cuts-russia",
                "china-stops-oil", "europe-and-china-stop-russian-fuels", "europe-bans-russian-gas",
                "europe-buys-again", "everyone-cuts-russia", *CAPS, "europe-buys-again-full-pipeline",
                "power-of-siberia-2", "power-of-siberia-2-europe-buys", "two-blocs"]
PARTS_OF_SECTORS = {"china-withholds-minerals",
                    "china-firms-threatened", "china-stops-both", "china-stops-energy", "china-stops-machines",
                    "china-stops-oil",
                    "china-stops-energy-europe-buys", "europe-and-china-stop-russian-fuels", "europe-bans-russian-gas",
                    "europe-buys-again", "europe-embargoes-electronics", *CAPS,
                    "europe-buys-again-full-pipeline", "power-of-siberia-2", "power-of-siberia-2-europe-buys"}
COUNTRIES = ("USA", "DEU", "FRA", "JPN", "CHN", "RUS", "UKR", "IND", "ROW")
HUBS = ("KAZ", "BLR", "TUR", "ARE", "HKG")
RAILS = ("USD", "EUR", "CNY", "RUB", "OTHER")
EXPECTED_NOTES = re.compile(r"price_cap|corridor|stop serving RUS\.$|pairs settle as much over CNY already")
FINE = {"AGR": "A", "COA": "B05", "OIL": "B06 (oil part)", "GAS": "B06 (gas part)", "MIN": "B07-B09", "PET": "C19",
        "ELE": "C26", "EEQ": "C27", "MAC": "C28", "MOT": "C29", "OTH": "C10-C18+C20-C25+C30-C33", "SER": "D-U"}
COARSE = {"EXTRACTION": "A-B", "MANUFACTURING": "C", "SERVICES": "D-U"}


@pytest.fixture(scope="module", params=[FINE, COARSE], ids=["fine", "coarse"])
def any_world(request, make_world):
    codes = (*COUNTRIES, *HUBS)
    world = make_world(countries=codes, sectors=tuple(request.param), isic=request.param)
    share = np.where(np.eye(len(codes))[..., None] == 1, 0.0, 1 / len(RAILS)) * np.ones(len(RAILS))
    world = world.with_part(Settlement(RAILS, share, np.zeros(share.shape[:2])))
    return world.with_part(_controlled(world)).with_part(_military(world))


def _controlled(world):
    """A third of what makes electronics is controlled, in one tier; the named hubs let some of it through."""
    share = np.zeros((len(world.countries), len(world.sectors), len(world.countries)))
    makes = np.array([code in ("ELE", "MANUFACTURING") for code in world.sectors], dtype=float)
    share[:, makes > 0] = 0.3
    hubs = np.where(np.isin(world.countries, HUBS), 0.01, 0.0)
    pairs = np.zeros((len(world.countries), len(world.countries)))
    return Controlled(("tier-1",), share, 0.2 * makes, 0.4 * makes, makes[None], pairs, hubs, np.zeros(len(hubs)))


def _military(world):
    """Everybody has a budget, and the United States give Ukraine arms."""
    countries, sectors = len(world.countries), len(world.sectors)
    arms = np.zeros((countries, countries))
    arms[world.country_index("USA"), world.country_index("UKR")] = 1.0
    return Military(("labour", "goods"), np.ones(countries), np.zeros(countries), arms, np.array([0.4, 0.6]),
                    np.stack([np.zeros(sectors), np.ones(sectors)]), np.zeros(sectors), np.array(0.3), np.array(0.05))


@pytest.mark.parametrize("name", built_in_scenarios())
def test_a_built_in_scenario_runs_on_any_world(any_world, name):
    scenario = load_scenario(name)
    policy = scenario.policy(scenario.reshape(any_world))
    assert not policy.is_null
    assert scenario.closure.deficits == "proportional"
    assert scenario.title
    assert scenario.description
    assert scenario.notes
    partial = any("whole sector" in note for note in policy.notes)
    assert partial == (any_world.sectors == tuple(COARSE) and name in PARTS_OF_SECTORS)


@pytest.mark.parametrize("name", ABOUT_RUSSIA)
def test_what_is_about_russia_says_on_top_of_what(name):
    assert any("n top of the sanctions in force in 2023" in note.text for note in load_scenario(name).notes)


def test_both_is_the_sum_of_its_parts(make_world):
    world = make_world(countries=COUNTRIES, sectors=tuple(FINE), isic=FINE)
    machines, energy, both = (set(load_scenario(f"china-stops-{name}").policy(world).closed.flat((9, 12)).tolist())
                              for name in ("machines", "energy", "both"))
    assert both == machines | energy
    assert len(machines) == 3
    assert len(energy) == 3


def test_the_blocs_leave_the_rest_alone(make_world):
    world = make_world(countries=COUNTRIES, sectors=tuple(FINE), isic=FINE)
    closed = load_scenario("two-blocs").policy(world).closed
    ends = {world.countries[at] for at in (*closed.exporter, *closed.importer)}
    assert ends == {"USA", "DEU", "FRA", "JPN", "UKR", "CHN", "RUS"}


def test_the_brief_of_beijing():
    brief = load_brief("beijing-2024")
    assert "beijing-2024" in built_in_briefs()
    assert brief.rows == ("CHN", "RUS", "USA", "EU27", "UKR")
    assert brief.beside == "fixed"
    assert [scenario.name for scenario in brief.load_scenarios()] == list(brief.scenarios)
    assert "sanctions in force in 2023" in brief.caution


def test_the_brief_on_money():
    brief = load_brief("money")
    assert set(brief.scenarios) == set(MONEY)
    assert [scenario.name for scenario in brief.load_scenarios()] == list(brief.scenarios)
    assert "sanctions in force in 2023" in brief.caution


def test_the_brief_on_technology():
    brief = load_brief("technology")
    assert set(TECHNOLOGY) <= set(brief.scenarios)
    assert brief.war
    assert "sanctions in force in 2023" in brief.caution
    assert [scenario.name for scenario in brief.load_scenarios()] == list(brief.scenarios)


def test_every_built_in_scenario_is_in_a_brief():
    used = {name for brief in built_in_briefs() for name in load_brief(brief).scenarios}
    used |= {load_scenario(name).baseline for name in used}
    assert used - {None} == set(built_in_scenarios())


def test_the_brief_on_energy_asks_about_fuels_and_about_the_lifeline():
    brief = load_brief("energy")
    assert brief.energy is not None
    assert set(brief.energy.lifeline) <= set(brief.scenarios)
    assert (brief.energy.seller, brief.energy.buyer) == ("RUS", "CHN")
    assert [scenario.name for scenario in brief.load_scenarios()] == list(brief.scenarios)


@pytest.mark.parametrize("name", CAPS)
def test_coverage_of_the_caps_is_what_the_facts_say(name):
    """The published high and low; of the flow to China, 40 of 107 million tonnes come through pipelines."""
    low = name.endswith("shadow-fleet")
    item, year = (("share of value of Russian oil carried by coalition tankers", "2024-09") if low else
                  ("share of crude exports on tankers covered by the price cap", "2023-02-20..26"))
    (published,) = [float(row["value"]) / 100 for row in rows("oil_cap")
                    if row["item"].startswith(item) and row["year"] == year]
    others, china, embargo = load_scenario(name).measures
    assert others.coverage == pytest.approx(published)
    assert china.coverage == pytest.approx(published * (107 - 40) / 107, abs=0.005)
    assert others.price == china.price == float(name.split("-")[2])
    assert (embargo.kind, embargo.importer, embargo.limit) == ("quota", "COALITION", 1.0)


def test_a_brief_of_ones_own(tmp_path):
    (tmp_path / "mine.yaml").write_text("version: 1\nmeasures: [{kind: import_ban, importer: USA, exporter: RUS}]\n")
    path = tmp_path / "own.yaml"
    path.write_text("version: 1\ntitle: Own\nscenarios: [mine.yaml, two-blocs]\nrows: [USA]\n")
    brief = load_brief(path)
    assert brief.name == "own"
    assert brief.beside is None
    assert [scenario.name for scenario in brief.load_scenarios()] == ["mine", "two-blocs"]


@pytest.mark.parametrize(("text", "sentence"), [
    ("title: T\nscenarios: [two-blocs]\nrows: [USA]\nrow: []\n",
     "4:1: row: there is no field 'row' here. Did you mean rows"),
    ("title: T\nscenarios: [two-blocs, two-blocs]\nrows: [USA]\n",
     "2:1: scenarios: scenarios lists 'two-blocs' twice."),
    ("scenarios: [two-blocs]\nrows: [USA]\n", "1:1: title: title is missing."),
    ("- a\n", "1:1: the file holds no fields"),
])
def test_a_malformed_brief_is_refused(tmp_path, text, sentence):
    path = tmp_path / "brief.yaml"
    path.write_text(text)
    with pytest.raises(ScenarioError, match=re.escape(f"{path}:{sentence}")):
        load_brief(path)


def test_an_unknown_brief_proposes_the_nearest():
    with pytest.raises(UnknownName, match=r"There is no brief named 'bejing-2024'\. Did you mean beijing-2024"):
        load_brief("bejing-2024")
    with pytest.raises(ScenarioError, match=r"there is no brief file nowhere\.yaml"):
        load_brief("nowhere.yaml")
    with pytest.raises(ScenarioError, match=r"Brief\.scenarios: scenarios lists 'a' twice"):
        Brief(name="b", title="B", scenarios=["a", "a"], rows=["USA"])


# ---- the listing

def test_the_listing_has_every_kind():
    assert [described.kind for described in describe_measures()] == list(KINDS) == [
        "tariff", "tariff_schedule", "trade_cost", "export_ban", "import_ban", "embargo", "transfer", "programme",
        "productivity", "lift", "export_tax", "quota", "price_cap", "corridor", "close_rail", "rail_cost", "open_rail",
        "secondary_sanctions", "technology_control", "military_aid"]


@pytest.mark.parametrize("described", describe_measures(), ids=lambda described: described.kind)
def test_each_kind_is_described_and_its_example_loads(described, tmp_path):
    (tmp_path / "tariffs.csv").write_text("exporter,sector,importer,rate\n")
    path = tmp_path / "example.yaml"
    lines = described.example.splitlines()
    path.write_text("\n".join(["version: 1", "measures:", f"- {lines[0]}", *(f"  {line}" for line in lines[1:]), ""]))
    (measure,) = load_scenario(path).measures
    assert measure.kind == described.kind
    assert described.summary.endswith(".")
    without_unit = ("text", "true or false")
    assert all(field.description and field.type for field in described.fields)
    assert all(field.unit or field.type in without_unit for field in described.fields)
    assert [field.name for field in described.fields][-2:] == ["note", "source"]


def test_a_field_says_its_unit_and_whether_it_is_needed():
    fields = {field.name: field for field in next(d for d in describe_measures() if d.kind == "transfer").fields}
    assert fields["amount"].unit == "million US dollars a year"
    assert fields["amount"].required
    assert fields["note"].default == ""
    assert not fields["note"].required


# ---- the documentation

PAGE = Path(__file__).parents[2] / "docs" / "measures.md"
EXAMPLES = re.findall(r"^```yaml *(\S*)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)


@pytest.fixture(scope="module")
def reference():
    return load_world("reference-2023")


@pytest.mark.parametrize("at", range(len(EXAMPLES)))
def test_an_example_of_the_documentation_does_something_to_the_reference_world(at, reference, tmp_path):
    (tmp_path / "rates.csv").write_text("exporter,sector,importer,rate\nCHN,ELE,USA,60%\n")
    for name, text in EXAMPLES[:at + 1]:
        (tmp_path / (name or "example.yaml")).write_text(text, encoding="utf-8")
    path = tmp_path / (EXAMPLES[at][0] or "example.yaml")
    assert validate_file(path, reference) == []
    policy = (scenario := load_scenario(path)).policy(scenario.reshape(reference))
    assert not policy.is_null
    assert not [note for note in policy.notes if "no base-year flow" in note]


def test_the_documentation_shows_every_kind_and_lists_every_scenario():
    shown = set(re.findall(r"kind: (\w+)", "".join(text for _, text in EXAMPLES)))
    assert shown == set(KINDS)
    assert set(re.findall(r"^\| `([\w-]+)` \|", PAGE.read_text(encoding="utf-8"), re.M)) == set(built_in_scenarios())


@pytest.mark.parametrize("name", built_in_scenarios())
def test_a_built_in_scenario_meets_flows_of_the_reference_world(name, reference):
    policy = (scenario := load_scenario(name)).policy(scenario.reshape(reference))
    assert not policy.is_null
    assert [note for note in policy.notes if not EXPECTED_NOTES.search(note)] == []
