"""What is written, that it is written whole or not at all, and that `verify` finds whatever was changed."""

import csv
import hashlib
import json

import numpy as np
import pytest

from multipolar.errors import InputError, VerificationError
from multipolar.measures.scenario import load_scenario
from multipolar.report import folder as folder_module
from multipolar.report.brief import run_brief
from multipolar.report.folder import write_brief
from multipolar.report.record import verify


@pytest.fixture
def written(brief, tmp_path):
    folder = tmp_path / "out" / "small"
    write_brief(brief, folder)
    return folder


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def change_record(folder, change):
    path = folder / "run-record.json"
    stated = json.loads(path.read_text(encoding="utf-8"))
    change(stated)
    path.write_text(json.dumps(stated), encoding="utf-8")


def test_the_files_returned_are_the_files_there(brief, tmp_path):
    paths = write_brief(brief, tmp_path / "new" / "small")
    assert paths[0].name == "index.html"
    assert paths[-1].name == "run-record.json"
    assert {path.relative_to(tmp_path / "new" / "small").as_posix() for path in paths} == set(
        contents(tmp_path / "new" / "small"))


def test_the_same_inputs_give_the_same_bytes_but_for_the_seconds(world, definition, written, tmp_path):
    again = tmp_path / "again"
    write_brief(run_brief(world, definition), again)
    first, second = contents(written), contents(again)
    records = [json.loads(files.pop("run-record.json")) for files in (first, second)]
    assert first == second
    assert [record.pop("seconds") is not None for record in records] == [True, True]
    assert records[0] == records[1]


def test_the_record_has_the_hash_of_every_other_file(written):
    stated = json.loads((written / "run-record.json").read_text(encoding="utf-8"))["files"]
    found = contents(written)
    del found["run-record.json"]
    assert stated == {name: hashlib.sha256(data).hexdigest() for name, data in found.items()}


def test_the_record_names_world_and_versions(written, world):
    stated = json.loads((written / "run-record.json").read_text(encoding="utf-8"))
    assert stated["world"] == {"name": "small", "year": 2023, "hash": world.hash, "file": "world.nc"}
    assert {"python", "multipolar", "numpy", "jax"} <= set(stated["versions"])


def test_the_csv_of_results_is_what_was_solved(written, brief, world):
    with (written / "data" / "results.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    russia = next(row for row in rows if (row["scenario"], row["country"], row["variable"]) == (
        "cut", "RUS", "real_gdp"))
    outcome = brief.columns[0].main.outcome
    assert float(russia["value"]) == float(outcome.values("real_gdp")[world.country_index("RUS")])
    assert (russia["deficits"], russia["horizon"], russia["unit"]) == ("proportional", "long", "percent")
    assert len(rows) % len(world.countries) == 0


def test_the_csv_of_the_table_has_missing_rows_too(written):
    with (written / "data" / "table.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["shown_as"] for row in rows if row["economy"] == "NGA"} == {"not in this world"}
    assert {row["headline"] for row in rows if (row["scenario"], row["economy"]) == ("cut", "RUS")} == {"real_gdp"}


def test_every_file_carries_both_horizons(written, brief):
    china = next(one for one in brief.columns[1].shown if one.economy.key == "CHN")
    with (written / "data" / "table.csv").open(encoding="utf-8", newline="") as stream:
        found = {row["horizon"]: float(row["percent"]) for row in csv.DictReader(stream)
                 if (row["scenario"], row["economy"]) == ("tariffs", "CHN")}
    assert found == {"long": china.percent, "short": china.other.percent}
    with (written / "data" / "channels.csv").open(encoding="utf-8", newline="") as stream:
        points = [float(row["points"]) for row in csv.DictReader(stream)
                  if (row["scenario"], row["economy"], row["horizon"]) == ("tariffs", "CHN", "short")]
    assert sum(points) == pytest.approx(china.other.percent, abs=1e-10)
    data = json.loads((written / "data" / "brief.json").read_text(encoding="utf-8"))["scenarios"][1]
    assert data["other_horizon"]["certificate"]["horizon"] == "short"
    assert data["rows"][0]["other_horizon"]["percent"] == china.other.percent


def test_verify_finds_a_changed_number_of_the_short_run(written):
    def change(stated):
        cell = next(one for one in stated["table"][1]["cells"] if one["horizon"] == "short")
        cell["percent"] += 1e-3

    change_record(written, change)
    with pytest.raises(VerificationError, match="tariffs, table, CHN, short, percent"):
        verify(written)


def test_the_netcdf_has_every_equilibrium(written, brief, world):
    import xarray

    with xarray.open_dataset(written / "data" / "outcomes.nc", engine="h5netcdf") as found:
        assert list(found["solution"].values) == [
            "cut, proportional, long", "cut, proportional, short", "tariffs, proportional, long",
            "tariffs, fixed, long", "tariffs, proportional, short"]
        assert list(found["horizon"].values) == ["long", "short", "long", "long", "short"]
        trade = found["trade"].sel(solution="tariffs, fixed, long", exporter="CHN", sector="ELE", importer="DEU")
        outcome = brief.columns[1].beside.outcome
        assert float(trade) == float(outcome.trade.sel(exporter="CHN", sector="ELE", importer="DEU"))
        assert found["real_income"].attrs["units"] == "percent"


def test_the_json_is_strict_and_complete(written):
    def refuse(constant):
        raise AssertionError(constant)

    found = json.loads((written / "data" / "brief.json").read_text(encoding="utf-8"), parse_constant=refuse)
    assert [one["name"] for one in found["scenarios"]] == ["cut", "tariffs", "absent"]
    assert found["scenarios"][0]["rows"][4] is None
    assert found["economies"][4]["in_world"] is False
    assert "seconds" not in json.dumps(found["scenarios"])


def test_scenarios_load_back(written, brief, world):
    for column in brief.columns[:2]:
        again = load_scenario(written / "scenarios" / f"{column.scenario.name}.yaml")
        assert again.hash(world) == column.scenario.hash(world)


def test_a_run_is_verified(written):
    found = verify(written)
    assert found.equilibria == 8     # refused ones included; the scenario that does not fit is under the rule beside
    assert found.numbers > 400
    assert found.files == len(contents(written)) - 1
    assert found.largest <= 1
    assert found.versions == {}


def test_verify_tells_of_other_versions(written):
    change_record(written, lambda stated: stated["versions"].update(numpy="1.0"))
    assert verify(written).versions["numpy"][0] == "1.0"


def test_verify_finds_one_changed_number(written, world):
    place = world.country_index("UKR")

    def change(stated):
        solution = next(one for one in stated["solutions"] if one["scenario"] == "tariffs")
        solution["values"]["real_income"][place] += 2e-6

    change_record(written, change)
    with pytest.raises(VerificationError, match=r"tariffs, proportional deficits, long run, real_income, UKR"):
        verify(written)


def test_verify_lets_pass_what_is_below_the_last_digit(written):
    def change(stated):
        stated["solutions"][0]["values"]["real_income"][0] += 1e-8
        stated["solutions"][0]["values"]["income"][0] += 1e-3

    change_record(written, change)
    assert verify(written).largest > 1e-3


@pytest.mark.parametrize("change", [
    lambda stated: stated["solutions"][0]["values"].pop("wage"),
    lambda stated: stated["solutions"][0].update(scenario_hash="0" * 64),
    lambda stated: stated["solutions"][1].update(reason="unpayable"),
    lambda stated: stated["solutions"].pop(),
    lambda stated: stated["table"][0]["cells"][0].update(headline="real_gdp"),
    lambda stated: stated["table"][1]["cells"][0].update({"billion USD": 1.0}),
    lambda stated: stated["countries"].reverse(),
], ids=["variable", "hash", "reason", "solution", "headline", "billions", "order"])
def test_verify_finds_a_changed_fact(written, change):
    change_record(written, change)
    with pytest.raises(VerificationError, match="differ"):
        verify(written)


def test_verify_names_a_few_of_many_differences(written):
    def change(stated):
        values = stated["solutions"][0]["values"]["wage"]
        stated["solutions"][0]["values"]["wage"] = [value + 1 for value in values]

    change_record(written, change)
    with pytest.raises(VerificationError, match=r"7 of \d+ (.|\n)*and 2 more"):
        verify(written)


def test_verify_finds_a_changed_file(written):
    path = written / "index.html"
    path.write_text(path.read_text(encoding="utf-8").replace("−", "+", 1), encoding="utf-8")
    with pytest.raises(VerificationError, match=r"index\.html is not as it was written"):
        verify(written)


def test_verify_finds_a_missing_file(written):
    (written / "data" / "table.csv").unlink()
    with pytest.raises(VerificationError, match=r"table\.csv is missing"):
        verify(written)


def test_verify_finds_a_scenario_changed_together_with_its_hash(written):
    path = written / "scenarios" / "tariffs.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("0.4", "0.5"), encoding="utf-8")
    new = hashlib.sha256(path.read_bytes()).hexdigest()
    change_record(written, lambda stated: stated["files"].update({"scenarios/tariffs.yaml": new}))
    with pytest.raises(VerificationError, match="tariffs"):
        verify(written)


def test_verify_finds_another_world(written):
    change_record(written, lambda stated: stated["world"].update(hash="0" * 64))
    with pytest.raises(VerificationError, match="has hash"):
        verify(written)


def test_verify_finds_a_record_that_cannot_be_repeated(written):
    change_record(written, lambda stated: stated["files"].pop("brief.yaml"))
    (written / "brief.yaml").unlink()
    with pytest.raises(VerificationError, match="cannot be repeated"):
        verify(written)


def test_a_folder_without_a_record_is_not_verified(tmp_path):
    with pytest.raises(InputError, match=r"holds no run-record\.json"):
        verify(tmp_path)


@pytest.mark.parametrize(("text", "message"), [
    ("{", "is no JSON"), ("[]", "lacks countries"), ('{"record": 1, "world": {}}', "lacks countries")])
def test_a_damaged_record_is_said_to_be_damaged(tmp_path, text, message):
    (tmp_path / "run-record.json").write_text(text)
    with pytest.raises(VerificationError, match=message):
        verify(tmp_path)


def test_a_record_of_another_version_is_refused(written):
    change_record(written, lambda stated: stated.update(record=99))
    with pytest.raises(InputError, match="version 99"):
        verify(written)


def test_a_failure_leaves_nothing_behind(brief, tmp_path, monkeypatch):
    def fail(*_given):
        raise OSError("the disk is full")

    monkeypatch.setattr(folder_module, "page", fail)
    with pytest.raises(OSError, match="disk is full"):
        write_brief(brief, tmp_path / "small")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_keeps_the_older_brief(brief, written, monkeypatch):
    before = contents(written)

    def fail(*_given):
        raise OSError("the disk is full")

    monkeypatch.setattr(folder_module, "record", fail)
    with pytest.raises(OSError, match="disk is full"):
        write_brief(brief, written)
    assert contents(written) == before
    assert list(written.parent.iterdir()) == [written]


def test_the_older_brief_comes_back_where_the_swap_fails(brief, written, monkeypatch):
    before = contents(written)
    rename = folder_module.Path.rename

    def fail_once(self, target):
        if self.name == "new":
            raise OSError("not now")
        return rename(self, target)

    monkeypatch.setattr(folder_module.Path, "rename", fail_once)
    with pytest.raises(OSError, match="not now"):
        write_brief(brief, written)
    assert contents(written) == before


def test_a_newer_brief_takes_the_place_of_the_older(world, define, written):
    write_brief(run_brief(world, define(scenarios="[tariffs.yaml]")), written)
    assert not (written / "scenarios" / "cut.yaml").exists()
    assert verify(written).equilibria == 3


def test_files_of_others_are_not_touched(brief, tmp_path, written):
    (written / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"holds notes.txt, which no brief wrote"):
        write_brief(brief, written)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match="is a file"):
        write_brief(brief, tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"


def test_numbers_are_finite_where_the_record_has_them(written):
    stated = json.loads((written / "run-record.json").read_text(encoding="utf-8"))
    solved = [one["values"] for one in stated["solutions"] if "values" in one]
    values = [value for variables in solved for row in variables.values() for value in row]
    assert len(solved) == 5
    assert np.isfinite(values).all()
