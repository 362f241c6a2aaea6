"""Worlds from flows and from tables: what they contain, that they are frozen, and what makes two of them equal."""

import dataclasses
import pickle
import subprocess
import sys

import numpy as np
import pytest
import xarray

from multipolar.errors import UnknownName, WorldError
from multipolar.world.world import World

from .conftest import COUNTRIES, ISIC, SECTORS, draw_flows


def test_flows_are_reduced_to_trade_inputs_and_final(flows):
    world = World.from_flows(**flows)
    gross = 1 + flows["tariffs"]
    assert np.allclose(world.tables.trade, flows["intermediate"].sum(3) + flows["final"], rtol=1e-15)
    assert np.allclose(world.tables.inputs, (gross[..., None] * flows["intermediate"]).sum(0), rtol=1e-14)
    assert np.allclose(world.tables.final, (gross * flows["final"]).sum(0), rtol=1e-14)


def test_flows_and_tables_make_the_same_world(flows):
    world = World.from_flows(**flows)
    tables = world.tables
    again = World.from_tables(tables.trade, tables.inputs, tables.final, tariffs=tables.tariffs, countries=COUNTRIES,
                              sectors=SECTORS, year=2023)
    assert again == world.without_uses()
    assert hash(again) == hash(world.without_uses())
    assert world.records_uses
    assert not again.records_uses


def test_an_idle_industry_and_zero_cells_are_legal_and_give_no_nan(world):
    assert world.tables.output[0, 2] == 0
    assert world.tables.value_added[0, 2] == 0
    for name in ("output", "value_added", "expenditure", "final_spending", "gdp", "deficit"):
        assert np.isfinite(getattr(world, name).values).all()


def test_labelled_properties_have_axes_codes_and_units(world):
    expected = {"trade": ("exporter", "sector", "importer"), "inputs": ("sector", "importer", "user"),
                "final": ("sector", "importer"), "tariffs": ("exporter", "sector", "importer"),
                "output": ("exporter", "sector"), "value_added": ("exporter", "sector"),
                "expenditure": ("sector", "importer"), "final_spending": ("country",), "gdp": ("country",),
                "deficit": ("country",)}
    for name, axes in expected.items():
        array = getattr(world, name)
        assert array.dims == axes
        assert array.attrs["units"] == ("fraction" if name == "tariffs" else "million USD")
    assert float(world.trade.sel(exporter="CHN", sector="fuel", importer="DEU")) == world.tables.trade[1, 1, 2]
    assert world.inputs.user.values.tolist() == list(SECTORS)


def test_gdp_is_value_added_and_tariff_revenue(world):
    tables = world.tables
    spent = tables.final_spending - tables.deficit
    assert np.allclose(world.gdp.values, spent, rtol=1e-13)
    assert world.gdp.values.sum() > tables.value_added.sum()


def test_dataarrays_are_accepted_in_any_order_of_axes_and_labels(flows):
    world = World.from_flows(**flows)
    axes = ("exporter", "sector", "importer")
    coords = {"exporter": list(COUNTRIES), "sector": list(SECTORS), "importer": list(COUNTRIES)}
    intermediate = xarray.DataArray(flows["intermediate"], dims=(*axes, "user"), coords={**coords,
                                    "user": list(SECTORS)})
    final = xarray.DataArray(flows["final"], dims=axes, coords=coords)
    tariffs = xarray.DataArray(flows["tariffs"], dims=axes, coords=coords)
    shuffled = World.from_flows(
        intermediate.transpose("user", "importer", "sector", "exporter").isel(importer=[2, 0, 3, 1], user=[1, 2, 0]),
        final.transpose("importer", "exporter", "sector").isel(sector=[2, 1, 0]),
        tariffs=tariffs.isel(exporter=[3, 2, 1, 0]), countries=COUNTRIES, sectors=SECTORS, year=2023)
    assert shuffled == world
    unnamed = World.from_flows(intermediate, final, tariffs=tariffs, year=2023)
    assert unnamed == world


def test_labels_are_aligned_strictly(flows):
    final = xarray.DataArray(flows["final"], dims=("exporter", "sector", "importer"),
                             coords={"importer": ["USA", "CHN", "DEU", "ITA"]})
    with pytest.raises(WorldError, match=r"final\.importer are not those of the world: missing FRA, unknown ITA"):
        World.from_flows(**{**flows, "final": final})
    with pytest.raises(WorldError, match=r"final has axes \(exporter, sector, buyer\); they must be"):
        World.from_flows(**{**flows, "final": xarray.DataArray(flows["final"], dims=("exporter", "sector", "buyer"))})


def test_a_fourth_axis_of_final_is_added_up(flows):
    world = World.from_flows(**flows)
    split = np.stack([0.25 * flows["final"], 0.75 * flows["final"]], axis=3)
    assert np.allclose(World.from_flows(**{**flows, "final": split}, uses=["household", "government"]).tables.trade,
                       world.tables.trade, rtol=1e-14)
    with pytest.raises(WorldError, match="`uses` names a fourth axis, and final has 3"):
        World.from_flows(**flows, uses=["household"])
    with pytest.raises(WorldError, match=r"final has shape .* it must be \(4, 3, 4, 1\)"):
        World.from_flows(**{**flows, "final": split}, uses=["household"])


def test_worlds_are_frozen(world):
    with pytest.raises(dataclasses.FrozenInstanceError):
        world.year = 2024
    with pytest.raises(ValueError, match="read-only"):
        world.tables.trade[0, 0, 0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        world.trade[0, 0, 0] = 1.0
    with pytest.raises(TypeError):
        world.sector_isic["farm"] = "F"


def test_given_arrays_are_copied(flows):
    world = World.from_flows(**flows)
    before = world.tables.tariffs.copy()
    flows["tariffs"][0, 0, 1] = 0.9
    assert np.array_equal(world.tables.tariffs, before)


def test_the_hash_counts_what_changes_results_and_nothing_else(flows, make_world):
    world = make_world()
    assert len(world.hash) == 64
    assert make_world(name="another", sources={"trade": "drawn"}).hash == world.hash
    changed = [make_world(seed=2), make_world(year=2022), make_world(countries=("USA", "CHN", "DEU", "ITA")),
               make_world(sector_isic={**ISIC, "chips": "C27"}), make_world(trade_elasticity=4.0),
               world.with_parameters(input_elasticity=0.5), world.with_parameters(resource_share=0.2),
               world.with_parameters(capital_share=0.2)]
    assert len({world.hash, *(other.hash for other in changed)}) == len(changed) + 1
    assert world != "a string"


def test_a_negative_zero_is_zero(flows):
    tariffs = flows["tariffs"].copy()
    tariffs[0, 0, 1] = 0.0
    world = World.from_flows(**{**flows, "tariffs": tariffs})
    tariffs[0, 0, 1] = -0.0
    assert World.from_flows(**{**flows, "tariffs": tariffs}).hash == world.hash


def test_the_hash_is_the_documented_one():
    """Held down so that a change of the recipe is seen: it would orphan every stored run record."""
    world = World.from_tables(np.full((2, 1, 2), 3.0), np.full((1, 2, 1), 2.0), np.full((1, 2), 4.0), year=2020,
                              countries=["A", "B"], sectors=["all goods"])
    assert world.hash == "6e96af4008835d5c0b7c12de5aa62302f92ee24d73f09b13f47bd119a4e804ac"


def test_a_pickled_world_comes_back(make_world):
    world = make_world(sources={"trade": "drawn"}, country_names={"USA": "United States"})
    again = pickle.loads(pickle.dumps(world))
    assert again == world
    assert again.sources == world.sources
    assert again.country_names["USA"] == "United States"


def test_parameters_are_replaced_one_by_one(world):
    new = world.with_parameters(trade_elasticity={"chips": 8, "farm": 2, "fuel": 4}, input_elasticity=0.2)
    assert new.parameters.trade_elasticity.tolist() == [2.0, 4.0, 8.0]
    assert new.parameters.input_elasticity == 0.2
    assert new.parameters.value_added_elasticity == 1.0
    shares = new.with_parameters(resource_share=[0.1, 0.5, 0.0], supply_elasticity=0.5, capital_share=0.3)
    assert shares.parameters.trade_elasticity.tolist() == [2.0, 4.0, 8.0]
    assert shares.parameters.resource_share.tolist() == [0.1, 0.5, 0.0]
    assert shares.parameters.supply_elasticity.tolist() == [0.5, 0.5, 0.5]
    assert world.parameters.trade_elasticity.tolist() == [5.0, 5.0, 5.0]


@pytest.mark.parametrize(("values", "message"), [
    ({"trade_elasticity": 0}, r"trade_elasticity\[farm\] = 0.0; it must be a finite number above 0"),
    ({"trade_elasticity": [5, np.nan, 5]}, r"trade_elasticity\[fuel\] = nan"),
    ({"trade_elasticity": np.inf}, r"trade_elasticity\[farm\] = inf"),
    ({"trade_elasticity": [5, 5]}, r"trade_elasticity has shape \(2,\); it must be \(3,\)"),
    ({"trade_elasticity": {"farm": 5, "fuel": 5}}, "missing chips"),
    ({"trade_elasticity": "five"}, "trade_elasticity is not an array of numbers"),
    ({"resource_share": 1.0}, r"resource_share\[farm\] = 1.0; .* at least 0 and below 1"),
    ({"capital_share": -0.1}, r"capital_share\[farm\] = -0.1"),
    ({"supply_elasticity": -1}, r"supply_elasticity\[farm\] = -1.0"),
    ({"input_elasticity": -1.0}, "input_elasticity = -1.0; it must be one finite number, zero or more"),
    ({"final_demand_elasticity": [1.0]}, "it must be one finite number"),
])
def test_parameters_out_of_range_are_refused(world, values, message):
    with pytest.raises(WorldError, match=message):
        world.with_parameters(**values)


def test_unknown_parameters_and_sectors_propose_the_nearest(world):
    with pytest.raises(UnknownName, match=r"no parameter named 'trade_elasticty'\. Did you mean trade_elasticity"):
        world.with_parameters(trade_elasticty=4)
    with pytest.raises(UnknownName, match=r"no sector named 'chip'\. Did you mean chips"):
        world.with_parameters(trade_elasticity={"farm": 5, "fuel": 5, "chip": 5})


def test_positions_of_names(world):
    assert world.country_index("DEU") == 2
    assert world.sector_index("chips") == 2
    with pytest.raises(UnknownName, match=r"no country in this world named 'DEW'\. Did you mean DEU"):
        world.country_index("DEW")
    with pytest.raises(UnknownName, match="no sector in this world named 'chip'"):
        world.sector_index("chip")


def test_a_world_is_shown_in_a_line(world):
    assert repr(world) == f"<World 'small' 2023: 4 countries x 3 sectors, hash {world.hash[:12]}>"


def test_building_a_world_imports_neither_xarray_nor_jax():
    program = ("import sys, numpy as np; from multipolar.world.world import World; "
               "World.from_tables(np.ones((2,1,2)), np.ones((1,2,1)), np.ones((1,2)), year=2020, "
               "countries=['A','B'], sectors=['s']).hash; "
               "print(sorted({'xarray','jax','pandas'} & set(sys.modules)))")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_larger_draws_balance():
    for seed in range(5):
        drawn = draw_flows(seed, n=6, s=4)
        world = World.from_flows(**drawn, countries=list("ABCDEF"), sectors=list("wxyz"), year=2023)
        assert abs(world.tables.deficit.sum()) < 1e-12 * world.tables.final.sum()
