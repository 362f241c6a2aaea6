"""Outcomes: certificate, labels, files, groups, baselines, and several scenarios at once."""

import json
import re
import subprocess
import sys
import textwrap

import numpy as np
import pandas
import pytest
import xarray
from tests.reference.worlds import small_world

import multipolar as mp
from multipolar.variables import variables

RESIDUALS = ["trade shares sum to one (4)-(5)", "goods markets (7)-(8)", "factor markets (9)", "rents (9)",
             "budgets (10)", "numeraire"]


@pytest.fixture(scope="module")
def world():
    return small_world(11, 4, 3)


@pytest.fixture(scope="module")
def scenario():
    return mp.Scenario(name="two tariffs", measures=[mp.Tariff(importer="C0", exporter="all", rate=0.4),
                                                     mp.Tariff(importer="C1", exporter="C0", add=0.1)])


@pytest.fixture(scope="module")
def outcome(world, scenario):
    return mp.solve(world, scenario)


@pytest.fixture(scope="module")
def refused():
    """C0 runs a deficit or surplus, so it cannot be cut off with it fixed."""
    return mp.Scenario(name="cut off", measures=[mp.Embargo(sides=("C0", "all"))])


# ------------------------------------------------------------------------------------------------ certificate


def test_the_certificate_says_how_exactly_the_answer_holds(outcome, world, scenario):
    certificate = outcome.certificate
    assert list(certificate.residuals) == RESIDUALS
    assert certificate.residual == max(certificate.sweep, *certificate.residuals.values())
    assert 0 <= certificate.residual <= 1e-10
    assert (certificate.method, certificate.existence, certificate.components) == ("Anderson", "undecided", 1)
    assert (certificate.deficits, certificate.horizon) == ("fixed", "long")
    assert certificate.iterations > 3
    assert certificate.seconds > 0
    assert certificate.world_hash == world.hash
    assert certificate.scenario_hash == scenario.hash(world)
    assert (certificate.world_name, certificate.scenario_name) == ("small 11", "two tariffs")
    assert {"multipolar", "numpy", "jax", "jaxlib"} <= set(certificate.versions)
    assert certificate.versions["numpy"] == np.__version__
    assert json.loads(json.dumps(certificate.to_dict()))["residuals"].keys() == certificate.residuals.keys()


def test_the_certificate_knows_what_was_asked(world, scenario):
    certificate = mp.solve(world, scenario, deficits="proportional").certificate
    assert certificate.deficits == "proportional"
    asked = scenario.model_copy(update={"closure": mp.Closure(deficits="proportional")})
    assert certificate.scenario_hash == asked.hash(world) != scenario.hash(world)
    balanced = small_world(11, 4, 3, deficit=0.0)
    assert mp.solve(balanced, scenario, deficits="zero").certificate.existence == "exists"


def test_dropped_members_and_coarse_sectors_are_noted(published_like):
    certificate = mp.solve(published_like, mp.Scenario(coarse=True, measures=[
        mp.Embargo(sides=("G7", "RUS"), sector="oil")])).certificate
    assert set(certificate.dropped) == {"CAN", "FRA", "GBR", "ITA", "JPN"}
    assert any("oil" in note for note in certificate.notes)


@pytest.fixture(scope="module")
def published_like():
    """Real codes, and one sector of oil and gas together."""
    draw = np.random.default_rng(0)
    trade = draw.uniform(1, 9, (4, 2, 4))
    return mp.World.from_tables(
        trade, np.zeros((2, 4, 2)), trade.sum(axis=0), countries=["USA", "DEU", "RUS", "CHN"],
        sectors=["fuel", "rest"], year=2023, sector_isic={"fuel": "B05-B06", "rest": "C-U"}, trade_elasticity=4)


# ------------------------------------------------------------------------------------------------ labels


def test_every_variable_is_labelled_and_in_its_unit(outcome, world):
    labels = {"country": world.countries, "exporter": world.countries, "importer": world.countries,
              "sector": world.sectors}
    assert list(outcome.dataset) == list(variables())
    for name, row in variables().items():
        array = getattr(outcome, name)
        assert isinstance(array, xarray.DataArray)
        assert (array.name, array.dims, array.attrs["units"]) == (name, row.dimensions, row.unit)
        assert all(tuple(array[axis].values) == labels[axis] for axis in array.dims)
        np.testing.assert_array_equal(array.values, outcome.values(name))


def test_arrays_cannot_be_written_to(outcome):
    with pytest.raises(ValueError, match="read-only"):
        outcome.values("real_income")[0] = 1
    assert outcome.values("real_income") is outcome.values("real_income")


def test_names_that_do_not_exist(outcome):
    assert "real_income" in dir(outcome)
    with pytest.raises(AttributeError, match=r"no 'real_incom'; its variables are real_income, real_gdp"):
        outcome.real_incom  # noqa: B018
    with pytest.raises(mp.UnknownName, match="Did you mean real_income"):
        outcome.values("real_incom")
    assert not hasattr(outcome, "__deepcopy__")


def test_an_outcome_names_itself(outcome):
    assert re.fullmatch(r"<Outcome of 'two tariffs' on 'small 11': residual \d\.\de-\d\d>", repr(outcome))


def test_groups(outcome):
    pair = outcome.group(["C0", "C1"])
    assert (pair.name, pair.members) == ("C0, C1", ("C0", "C1"))
    assert outcome.group("all").members == outcome.world.countries
    assert outcome.group(["all", "-C3"]).members == ("C0", "C1", "C2")
    with pytest.raises(mp.UnknownName, match="C9"):
        outcome.group("C9")


# ------------------------------------------------------------------------------------------------ files


def test_a_file_of_every_variable(outcome, tmp_path):
    path = outcome.save(tmp_path / "new folder" / "outcome.nc")
    with xarray.open_dataset(path, engine="h5netcdf") as read:
        xarray.testing.assert_equal(read, outcome.dataset)
        assert json.loads(read.attrs["certificate"])["world_hash"] == outcome.world.hash
        assert read["real_income"].attrs["units"] == "percent"


def test_a_table_by_country(outcome, tmp_path):
    read = pandas.read_csv(outcome.save(tmp_path / "outcome.csv"), index_col="country")
    pandas.testing.assert_frame_equal(read, outcome.to_frame())
    assert list(read.columns) == [name for name, row in variables().items() if row.dimensions == ("country",)]


def test_results_as_json(outcome, tmp_path):
    read = json.loads(outcome.save(tmp_path / "outcome.json").read_text())
    assert read == json.loads(json.dumps(outcome.to_dict()))
    assert read["countries"]["C2"]["real_income"] == outcome.values("real_income")[2]
    assert read["world_total"]["real_income"] == outcome.group("world").real_income
    assert read["units"]["equivalent_variation"] == "million USD"


@pytest.mark.parametrize("suffix", [".nc", ".csv", ".json"])
def test_a_file_is_whole_or_not_there(outcome, tmp_path, monkeypatch, suffix):
    """A failure while writing leaves what was there before, and nothing else."""
    path = tmp_path / f"outcome{suffix}"
    path.write_text("before")

    def fail(target):
        with open(target, "w") as half:
            half.write("half of it")
        raise OSError("the disk is full")

    monkeypatch.setattr(xarray.Dataset, "to_netcdf", lambda self, target, **_: fail(target))
    monkeypatch.setattr(pandas.DataFrame, "to_csv", lambda self, target, **_: fail(target))
    monkeypatch.setattr(type(path), "write_text", lambda self, _text, **_: fail(self))
    with pytest.raises(OSError, match="disk is full"):
        outcome.save(path)
    monkeypatch.undo()
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_other_suffixes_are_refused(outcome, tmp_path):
    with pytest.raises(mp.InputError, match=r"'\.xlsx'; an outcome is saved as \.nc, \.csv or \.json"):
        outcome.save(tmp_path / "outcome.xlsx")
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------------------------------------ baselines


def test_a_scenario_with_a_baseline(world, scenario):
    first = mp.Scenario(name="first", measures=scenario.measures[:1])
    both = scenario.model_copy(update={"baseline": first})
    outcome, plain, before = mp.solve(world, both), mp.solve(world, scenario), mp.solve(world, first)
    assert outcome.baseline.scenario.name == "first"
    assert outcome.certificate.scenario_hash != plain.certificate.scenario_hash
    np.testing.assert_array_equal(outcome.values("real_income"), plain.relative_to(before).values("real_income"))
    np.testing.assert_array_equal(outcome.values("income"), plain.values("income"))
    assert np.abs(outcome.values("real_income") - plain.values("real_income")).max() > 0.01
    # What an outcome is relative to does not matter when another is made relative to it.
    np.testing.assert_array_equal(before.relative_to(outcome).values("real_income"),
                                  before.relative_to(plain).values("real_income"))


def test_outcomes_on_different_base_years_do_not_compare(world, scenario, outcome):
    with pytest.raises(mp.InputError, match="solve both on the same world under the same deficit rule"):
        outcome.relative_to(mp.solve(world, scenario, deficits="zero"))
    with pytest.raises(mp.InputError, match="small 12"):
        outcome.relative_to(mp.solve(small_world(12, 4, 3), scenario))


# ------------------------------------------------------------------------------------------------ several at once


def test_several_scenarios(world, scenario):
    seen = []
    other = mp.Scenario(name="cost", measures=[mp.TradeCost(importer="C2", exporter="all", ad_valorem=0.2)])
    outcomes = mp.solve_many(world, [scenario, other], progress=seen.append)
    assert (len(outcomes), seen, outcomes.reasons) == (2, [1, 2], {})
    assert outcomes.real_income.dims == ("scenario", "country")
    assert outcomes.real_income.sel(scenario="cost").values.tolist() == outcomes["cost"].values("real_income").tolist()
    assert outcomes[0].scenario.name == "two tariffs"
    assert [one.scenario.name for one in outcomes] == ["two tariffs", "cost"]
    assert list(outcomes.dataset) == list(variables())
    assert outcomes.dataset["trade"].dims == ("scenario", "exporter", "sector", "importer")
    assert outcomes.dataset["real_income"].attrs["units"] == "percent"
    with pytest.raises(AttributeError):
        outcomes.real_incom  # noqa: B018


def test_refused_scenarios_raise_or_are_recorded(world, scenario, refused):
    with pytest.raises(mp.NoEquilibrium, match="cut off"):
        mp.solve_many(world, [scenario, refused], on_error="raise")
    unknown = mp.Scenario(name="unknown", measures=[mp.Tariff(importer="C7", exporter="all", rate=0.1)])
    outcomes = mp.solve_many(world, [refused, scenario, unknown], on_error="record")
    assert isinstance(outcomes["cut off"], mp.NoEquilibrium)
    assert isinstance(outcomes["unknown"], mp.UnknownName)
    assert list(outcomes.reasons) == ["cut off", "unknown"]
    assert "C0 would be cut off" in outcomes.reasons["cut off"]
    assert np.isnan(outcomes.real_income.sel(scenario="cut off")).all()
    assert np.isfinite(outcomes.real_income.sel(scenario="two tariffs")).all()
    assert outcomes.dataset["reason"].values.tolist() == [outcomes.reasons["cut off"], "", outcomes.reasons["unknown"]]
    with pytest.raises(mp.InputError, match="Every scenario was refused: C0 would be cut off"):
        mp.solve_many(world, [refused], on_error="record").dataset  # noqa: B018
    overridden = mp.solve_many(world, [refused], deficits="proportional")
    assert overridden["cut off"].certificate.components == 2


# ------------------------------------------------------------------------------------------------ what is asked


def test_options_that_do_not_exist():
    """In a Python of its own: the shape checks that run with the tests would refuse these before the code does."""
    code = """
        import numpy
        import multipolar as mp
        world = mp.World.from_tables(
            numpy.full((2, 1, 2), 50.0), numpy.full((1, 2, 1), 40.0), numpy.full((1, 2), 60.0),
            countries=["USA", "CHN"], sectors=["goods"], year=2023, trade_elasticity=4.0)
        for options in ({"deficits": "fixt"}, {"horizon": "lon"}, {"horizon": "short"}, {"on_error": "ignore"}):
            try:
                mp.solve_many(world, [mp.Scenario()], **options)
            except mp.InputError as error:
                print(type(error).__name__, error)
    """
    done = subprocess.run([sys.executable, "-W", "error", "-c", textwrap.dedent(code)], capture_output=True, text=True,
                          check=True)
    assert done.stdout.splitlines() == [
        "UnknownName There is no deficit rule named 'fixt'. Did you mean fixed?",
        "UnknownName There is no horizon named 'lon'. Did you mean long?",
        "InputError This world does not say how much of its capital is specific to an industry, which the short "
        "horizon needs. Give it with with_parameters(capital_share=...), or use horizon='long'.",
        "InputError on_error is 'ignore'; it must be 'raise' or 'record'.",
    ]


def test_the_zero_rule_changes_against_a_world_without_deficits(world, scenario):
    outcome = mp.solve(world, scenario, deficits="zero")
    base = outcome.world
    assert base.name == "small 11, deficits zero"
    assert base.check().ok
    assert np.abs(base.tables.deficit).max() < 1e-9 * base.tables.final_spending.max()
    assert np.abs(world.tables.deficit).max() > 1
    np.testing.assert_allclose(base.tables.inputs.sum(axis=0) + base.tables.value_added, base.tables.output)
    np.testing.assert_allclose(outcome.values("deficit"), 0, atol=1e-12)
    assert mp.solve(world, scenario, deficits="zero").world is base                # kept for the next scenario
    assert outcome.certificate.world_hash == world.hash
