"""Worlds on disk: the same to the last bit, written whole or not at all, and refused with a sentence."""

import shutil

import h5netcdf
import numpy as np
import pytest
import xarray

from multipolar.errors import UnknownName, WorldError
from multipolar.world.world import load_world


@pytest.fixture
def saved(make_world, tmp_path):
    world = make_world(country_names={"USA": "United States", "CHN": "中国"}, sector_names={"farm": "Farming"},
                       sources={"trade": "drawn at random"})
    world = world.with_parameters(trade_elasticity=[1 / 3, 4, 8], resource_share=[0.1, 0.5, 0], input_elasticity=0.3)
    world = world.aggregate(countries={"EU": ["DEU", "FRA"]})
    world.save(tmp_path / "w.nc")
    return world, tmp_path / "w.nc"


def test_a_saved_world_comes_back_to_the_last_bit(saved):
    world, path = saved
    again = load_world(path)
    assert again == world
    for name in ("trade", "inputs", "final", "tariffs"):
        assert np.array_equal(getattr(again.tables, name), getattr(world.tables, name))
    assert again.parameters.input_elasticity == 0.3
    assert again.parameters.supply_elasticity is None
    for name in ("name", "year", "countries", "sectors", "sector_isic", "country_names", "sector_names", "sources",
                 "changes"):
        assert getattr(again, name) == getattr(world, name), name
    assert load_world(str(path)) == world


def test_a_world_without_extras_comes_back(make_world, tmp_path):
    world = make_world(sector_isic={})
    world.save(tmp_path / "w.nc")
    again = load_world(tmp_path / "w.nc")
    assert again == world
    assert not again.sector_isic
    assert again.changes == ()


def test_the_file_is_plain_netcdf_with_units(saved):
    world, path = saved
    with xarray.open_dataset(path, engine="h5netcdf") as dataset:
        assert dataset.trade.dims == ("exporter", "sector", "importer")
        assert dataset.trade.attrs["units"] == "million USD"
        assert dataset.attrs["hash"] == world.hash
        assert dataset.attrs["schema_version"] == 1
        assert float(dataset.trade.sel(exporter="EU", sector="fuel", importer="CHN")) == world.tables.trade[2, 1, 1]


def test_saving_replaces_whole_files_and_leaves_nothing_behind(saved, monkeypatch):
    world, path = saved
    before = path.read_bytes()

    def fails(*_, **__):
        raise OSError("disk full")
    monkeypatch.setattr(xarray.Dataset, "to_netcdf", fails)
    with pytest.raises(OSError, match="disk full"):
        world.save(path)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["w.nc"]


def test_a_missing_folder_is_named(world, tmp_path):
    with pytest.raises(WorldError, match=r"The folder .*nowhere does not exist; make it first"):
        world.save(tmp_path / "nowhere" / "w.nc")


def test_what_is_neither_built_in_nor_a_file_is_unknown(tmp_path):
    with pytest.raises(UnknownName, match="no world or file named 'reference-1066'"):
        load_world("reference-1066")
    with pytest.raises(UnknownName, match="no world or file named"):
        load_world(tmp_path / "none.nc")


def test_files_that_are_no_world_are_refused(saved, tmp_path):
    path = saved[1]
    (tmp_path / "text.nc").write_text("not a world")
    with pytest.raises(WorldError, match=r"text\.nc is not a NetCDF file; a world file is one written by"):
        load_world(tmp_path / "text.nc")
    xarray.Dataset({"x": 1.0}).to_netcdf(tmp_path / "other.nc", engine="h5netcdf")
    with pytest.raises(WorldError, match=r"other\.nc is not a world: it lacks trade, .*, schema_version, name, year\."):
        load_world(tmp_path / "other.nc")
    shutil.copy(path, tmp_path / "old.nc")
    with h5netcdf.File(tmp_path / "old.nc", "a") as file:
        file.attrs["schema_version"] = 99
    with pytest.raises(WorldError, match="has schema version 99; this program reads version 1"):
        load_world(tmp_path / "old.nc")
    xarray.load_dataset(path, engine="h5netcdf").transpose("importer", ...).to_netcdf(tmp_path / "turned.nc",
                                                                                       engine="h5netcdf")
    with pytest.raises(WorldError, match=r"trade in .*turned\.nc has axes \(importer, .*\); they must be"):
        load_world(tmp_path / "turned.nc")


def test_a_file_whose_tables_do_not_balance_is_refused(saved, tmp_path):
    shutil.copy(saved[1], tmp_path / "bent.nc")
    with h5netcdf.File(tmp_path / "bent.nc", "a") as file:
        file.variables["final"][1, 1] = 2 * file.variables["final"][1, 1]
    with pytest.raises(WorldError, match=r"Spending does not add up in expenditure\[fuel, CHN\]"):
        load_world(tmp_path / "bent.nc")
