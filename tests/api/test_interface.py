"""The public interface, name by name and form by form: what scripts and other people's tests rely on."""

import csv
import pickle

import numpy as np
import pytest
import xarray
from tests.reference.worlds import small_world

import multipolar as mp

COUNTRIES, SECTORS = ["USA", "DEU", "FRA", "RUS"], ["oil", "rest"]
FLOW = ("exporter", "sector", "importer")


@pytest.fixture(scope="module")
def flows():
    """A full table in million USD, with tariffs abroad."""
    draw = np.random.default_rng(4)
    tariffs = draw.uniform(0, 0.2, (4, 2, 4))
    tariffs[np.arange(4), :, np.arange(4)] = 0
    return {"intermediate": draw.uniform(1, 3, (4, 2, 4, 2)), "final": draw.uniform(10, 20, (4, 2, 4)),
            "tariffs": tariffs}


@pytest.fixture(scope="module")
def world(flows):
    return mp.World.from_flows(**flows, countries=COUNTRIES, sectors=SECTORS, year=2023, name="four",
                               trade_elasticity={"oil": 9.0, "rest": 4.0},
                               sector_isic={"oil": "B06 (oil part)", "rest": "C-U"})


def labelled(values, *axes):
    codes = {"sector": SECTORS, "user": SECTORS}
    return xarray.DataArray(values, dims=axes, coords={axis: codes.get(axis, COUNTRIES) for axis in axes})


def test_the_lines_of_the_interface(world, tmp_path):
    scenario = mp.Scenario(name="s", closure=mp.Closure(deficits="fixed", horizon="long"), measures=[
        mp.Tariff(importer="USA", exporter="all", sector="all", rate=0.40),
        mp.TradeCost(importer="RUS", exporter="G7", sector="all", ad_valorem=0.25),
        mp.ExportBan(exporter="G7", importer="RUS", sector="oil"),
        mp.ImportBan(importer="EU27", exporter="RUS", sector="oil"),
        mp.Embargo(sides=("G7", "RUS"), sector="oil"),
        mp.Transfer(payer="USA", receiver="DEU", amount=5),
        mp.Productivity(country="FRA", sector="all", change=-0.10),
    ])
    outcome = mp.solve(world, scenario)
    for name in ("real_income", "real_wage", "price_index", "real_gdp", "equivalent_variation", "terms_of_trade",
                 "volume_of_trade", "trade", "dataset", "certificate"):
        assert getattr(outcome, name) is not None
    assert outcome.trade.dims == FLOW
    assert outcome.real_income.dims == ("country",)
    assert outcome.group("EU27").members == ("DEU", "FRA")
    assert outcome.group("world").members == tuple(COUNTRIES)
    assert outcome.relative_to(outcome).real_income.max() == pytest.approx(0, abs=1e-12)
    assert list(outcome.to_frame().index) == COUNTRIES
    outcome.save(tmp_path / "o.nc")
    outcomes = mp.solve_many(world, [scenario], on_error="raise")
    assert outcomes.real_income.dims == ("scenario", "country")


def test_arrays_with_named_axes_in_any_order(flows, world):
    named = mp.World.from_flows(
        labelled(flows["intermediate"], *FLOW, "user").transpose("user", "importer", "sector", "exporter"),
        labelled(flows["final"], *FLOW).transpose("importer", "exporter", "sector"),
        tariffs=labelled(flows["tariffs"], *FLOW).isel(exporter=[2, 0, 3, 1]),
        year=2023, trade_elasticity=[9, 4], sector_isic=dict(world.sector_isic), countries=COUNTRIES, sectors=SECTORS)
    assert named == world
    assert named.hash == world.hash


def test_a_world_from_its_tables_is_the_same_world(world):
    again = mp.World.from_tables(world.trade, world.inputs, world.final, tariffs=world.tariffs, year=2023,
                                 trade_elasticity=[9, 4], sector_isic=dict(world.sector_isic))
    np.testing.assert_array_equal(again.tables.trade, world.tables.trade)
    assert again == world.without_uses()
    assert again.hash != world.hash         # which also knows who uses what from whom


def test_worlds_are_saved_loaded_and_pickled_to_the_bit(world, tmp_path):
    world.save(tmp_path / "w.nc")
    for again in (mp.load_world(tmp_path / "w.nc"), mp.load_world(str(tmp_path / "w.nc")),
                  pickle.loads(pickle.dumps(world))):
        assert again == world
        assert again.hash == world.hash
    tariff = mp.Scenario(measures=[mp.Tariff(importer="USA", exporter="all", rate=0.1)])
    one, other = (mp.solve(w, tariff).values("real_income") for w in (world, mp.load_world(tmp_path / "w.nc")))
    np.testing.assert_array_equal(one, other)


def test_parameters_and_merging(world):
    other = world.with_parameters(trade_elasticity={"rest": 2.0, "oil": 9.0})
    assert other.parameters.trade_elasticity.tolist() == [9.0, 2.0]
    assert other != world
    assert world.with_parameters(trade_elasticity=[9, 4]) == world
    merged = world.aggregate(countries={"EUR": ["DEU", "FRA"]})
    assert merged.countries == ("USA", "EUR", "RUS")
    assert merged.check().ok
    assert float(merged.output.sum()) == pytest.approx(float(world.output.sum()))


def test_a_schedule_as_array_labelled_array_and_file(world, tmp_path):
    """Every tariff at once, in the world's order, named axes in any order, or a CSV of the flows that change."""
    rates = np.random.default_rng(1).uniform(0, 0.5, world.tables.tariffs.shape)
    rates[np.arange(4), :, np.arange(4)] = 0.0
    path = tmp_path / "rates.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*FLOW, "rate"])
        for i, s, n in np.ndindex(rates.shape):
            if i != n:
                writer.writerow([COUNTRIES[i], SECTORS[s], COUNTRIES[n], repr(float(rates[i, s, n]))])
    results = []
    for given in (rates, labelled(rates, *FLOW).transpose("sector", "importer", "exporter"), path):
        outcome = mp.solve(world, mp.Scenario(measures=[mp.TariffSchedule(rates=given)]))
        results.append((outcome.certificate.scenario_hash, outcome.values("trade")))
    assert len({hashed for hashed, _trade in results}) == 1
    np.testing.assert_array_equal(results[0][1], results[2][1])
    duties = results[0][1] * rates
    np.testing.assert_allclose(outcome.values("duties"), duties, rtol=1e-12)


def test_fractions_in_and_percent_out(world):
    """0.4 is 40 %, and a rate beyond 10 asks which was meant."""
    outcome = mp.solve(world, mp.Scenario(measures=[mp.Tariff(importer="USA", exporter="all", rate=0.4)]))
    assert outcome.effective_tariff.sel(country="USA") == pytest.approx(40)
    text = mp.solve(world, mp.Scenario(measures=[mp.Tariff(importer="USA", exporter="all", rate="40%")]))
    np.testing.assert_array_equal(text.values("real_income"), outcome.values("real_income"))
    with pytest.raises(mp.ScenarioError, match=r"did you mean 0\.4"):
        mp.Tariff(importer="USA", exporter="all", rate=40)


def test_a_rate_replaces_and_points_add(world):
    at = world.country_index("DEU"), 0, world.country_index("USA")
    base = world.tables.tariffs[at]

    def rate(*measures):
        outcome = mp.solve(world, mp.Scenario(measures=measures))
        return outcome.values("duties")[at] / outcome.values("trade")[at]

    new = mp.Tariff(importer="USA", exporter="DEU", rate=0.3)
    add = mp.Tariff(importer="USA", exporter="DEU", add=0.1)
    cap = mp.Tariff(importer="USA", exporter="all", ceiling=0.35)
    assert rate(add) == pytest.approx(base + 0.1)
    assert rate(new) == pytest.approx(0.3)
    assert rate(add, new) == pytest.approx(0.4)
    assert rate(cap, add, new) == pytest.approx(0.35)
    with pytest.raises(mp.ScenarioError, match="two rates on one flow, DEU to USA, oil"):
        rate(new, new)


def test_who_all_and_others_are(world):
    """All is every other country; others leaves out the countries at the opposite end."""
    def taxed(**ends):
        outcome = mp.solve(world, mp.Scenario(measures=[mp.Tariff(**ends, rate=9.0)]))
        high = np.isclose(outcome.values("duties"), 9 * outcome.values("trade")) & (outcome.values("trade") > 0)
        return {(world.countries[i], world.countries[n]) for i, _s, n in np.argwhere(high)}

    assert taxed(importer="USA", exporter="all") == {("DEU", "USA"), ("FRA", "USA"), ("RUS", "USA")}
    assert taxed(importer="EU27", exporter="others") == {(i, n) for i in ("USA", "RUS") for n in ("DEU", "FRA")}
    assert taxed(importer="USA", exporter=["EU27", "-DEU"]) == {("FRA", "USA")}
    with pytest.raises(mp.ScenarioError, match="others"):
        taxed(importer="EU27", exporter="all")
    with pytest.raises(mp.UnknownName, match="Did you mean RUS"):
        taxed(importer="RUSS", exporter="all")


def test_worlds_scenarios_and_measures_are_frozen(world):
    scenario = mp.Scenario(measures=[mp.Tariff(importer="USA", exporter="all", rate=0.1)])
    for thing, field, value in ((world, "year", 1), (scenario, "name", "x"), (scenario.measures[0], "rate", 0.2)):
        with pytest.raises((AttributeError, ValueError, TypeError), match=r"frozen|cannot assign"):
            setattr(thing, field, value)
    for array in (world.tables.trade, world.tables.output, world.parameters.trade_elasticity):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_an_answer_or_an_exception(world):
    """Nothing that is not an equilibrium to 1e-10 comes back; what is refused says why and what would do."""
    embargo = mp.Scenario(measures=[mp.Embargo(sides=("RUS", "all"))])
    with pytest.raises(mp.NoEquilibrium) as caught:
        mp.solve(world, embargo, deficits="fixed")
    assert caught.value.reason == "none: flows"
    assert caught.value.countries == ("RUS",)
    assert set(caught.value.closures) == {"zero", "proportional"}
    for rule in caught.value.closures:
        assert mp.solve(world, embargo, deficits=rule).certificate.residual <= 1e-10
    assert issubclass(mp.NoEquilibrium, mp.MultipolarError)
    assert issubclass(mp.NotConverged, mp.MultipolarError)
    assert not issubclass(mp.NoEquilibrium, mp.InputError)


def test_the_scenarios_own_rule_holds_unless_another_is_asked_for(world):
    scenario = mp.Scenario(closure=mp.Closure(deficits="proportional"),
                           measures=[mp.Tariff(importer="USA", exporter="all", rate=0.1)])
    assert mp.solve(world, scenario).certificate.deficits == "proportional"
    assert mp.solve(world, scenario, deficits="fixed").certificate.deficits == "fixed"
    assert mp.solve(world, mp.Scenario()).certificate.deficits == "fixed"


def test_scenarios_of_the_library_run_on_any_world():
    """They are written with groups: on a world of eight economies the others are dropped and listed."""
    world = mp.load_world("reference-2023").aggregate(
        countries={"ROW": [code for code in mp.load_world("reference-2023").countries
                           if code not in ("USA", "DEU", "FRA", "JPN", "CHN", "RUS", "UKR")]},
        sectors={"SERV": ["CON", "TRD", "TRN", "ICT", "FIN", "BUS", "PUB", "UTL"],
                 "MAKE": ["FOD", "TEX", "WPP", "CHM", "NMM", "MET", "OMF", "AER"]})
    outcome = mp.solve(world, mp.load_scenario("coalition-cuts-russia"))
    assert outcome.certificate.deficits == "proportional"
    assert "GBR" in outcome.certificate.dropped
    assert outcome.real_income.sel(country="RUS") < -0.1


def test_two_solves_of_worlds_of_one_shape_do_not_mix():
    """What is kept for a world is kept by its content, not by its name or shape."""
    tariff = mp.Scenario(measures=[mp.Tariff(importer="C0", exporter="all", rate=0.2)])
    first, second = small_world(1, 3, 2), small_world(2, 3, 2)
    before = mp.solve(first, tariff).values("real_income").copy()
    other = mp.solve(second, tariff).values("real_income")
    assert np.abs(before - other).max() > 1e-3
    np.testing.assert_array_equal(mp.solve(first, tariff).values("real_income"), before)
