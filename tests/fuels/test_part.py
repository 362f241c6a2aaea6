"""Tonnes and corridors of a world: checked on entry, saved, merged, and true to published volumes."""

import dataclasses

import numpy as np
import pytest

import multipolar as mp
from multipolar.errors import InputError, UnknownName
from multipolar.world.energy import Energy, in_own_unit, read_quantity
from multipolar.world.reference.energy import energy_part, rows
from multipolar.world.reference.facts import EU27, load_facts


@pytest.fixture(scope="module")
def shipped():
    return mp.load_world("reference-2023")


@pytest.fixture(scope="module")
def energy(shipped):
    return shipped.part(Energy)


def of(values, world, energy, good, country):
    return values[world.countries.index(country), energy.good.index(good)]


def test_the_part_that_ships_is_what_the_facts_give(shipped, energy):
    fresh = energy_part(load_facts(), shipped.tables)
    for name, values in fresh.arrays().items():
        np.testing.assert_allclose(values, getattr(energy, name), rtol=1e-9, err_msg=name)
    assert (fresh.good, fresh.corridor) == (energy.good, energy.corridor)


def test_published_single_flows_hold(shipped, energy):
    everyone = list(shipped.countries)
    for row in rows("energy_flows"):
        good = energy.good.index(row["good"])
        ends = [everyone if code == "WLD" else EU27 if code == "EU27" else [code]
                for code in (row["exporter"], row["importer"])]
        total = sum(energy.quantity[everyone.index(one), good, everyone.index(two)]
                    for one in ends[0] for two in ends[1] if one != two)
        assert total == pytest.approx(in_own_unit(float(row["quantity"]), row["unit"], row["good"]), rel=1e-6), row


def test_production_is_the_published_one_and_the_world_balances(shipped, energy):
    made = energy.quantity.sum(axis=2) - energy.passed_on
    used = energy.quantity.sum(axis=0).T - energy.passed_on
    np.testing.assert_allclose(made.sum(axis=0), used.sum(axis=0), rtol=1e-12)
    published = {(row["country"], row["good"]): in_own_unit(float(row["quantity"]), row["unit"], row["good"])
                 for row in rows("energy_volumes") if row["item"] == "production"}
    for good in energy.good:
        at = energy.good.index(good)
        assert made[:, at].sum() == pytest.approx(published["WLD", good], rel=0.01), good
    assert of(made, shipped, energy, "oil", "RUS") == pytest.approx(published["RUS", "oil"], rel=1e-6)


def test_gas_use_is_near_the_published_one(shipped, energy):
    used = energy.quantity.sum(axis=0).T - energy.passed_on
    published = {row["country"]: float(row["quantity"]) for row in rows("energy_volumes")
                 if (row["good"], row["item"]) == ("gas", "consumption")}
    gaps = {code: abs(of(used, shipped, energy, "gas", code) - published[code]) for code in shipped.countries}
    assert sum(gaps.values()) < 0.04 * published["WLD"]
    assert gaps["CHN"] < 5


def test_urals_is_the_price_of_russian_oil_and_others_follow_from_dollars(shipped, energy):
    barrels = in_own_unit(1, "million bbl", "oil")
    assert of(energy.price, shipped, energy, "oil", "RUS") * barrels == pytest.approx(63.0)
    assert 70 < of(energy.price, shipped, energy, "oil", "SAU") * barrels < 90


def test_corridors_are_listed_with_what_was_read(shipped, energy):
    found = {corridor.name: corridor for corridor in energy.corridors(shipped)}
    first = found["Power of Siberia 1"]
    assert (first.exporters, first.importers, first.good, first.unit) == (("RUS",), ("CHN",), "gas", "bcm")
    assert (first.capacity, first.flow, first.opening, first.state) == (38.0, 22.7, 2019, "open")
    assert first.wedge_range[0] < first.wedge < first.wedge_range[1]
    assert found["Nord Stream"].capacity is None
    assert found["Nord Stream"].state == "damaged"
    assert set(found["Pipelines from Russia to Europe"].importers) == set(EU27)
    assert all(corridor.source for corridor in found.values())


def test_units_are_read_and_wrong_ones_refused():
    assert read_quantity("38 bcm") == (38.0, "bcm")
    assert read_quantity("2.14e6 bbl/day") == (2.14e6, "bbl/day")
    assert read_quantity("40%") is None
    assert in_own_unit(2.14e6, "bbl/day", "oil") == pytest.approx(107, rel=0.01)
    assert in_own_unit(8.0, "Mt", "gas") == pytest.approx(10.88)
    with pytest.raises(InputError, match=r"oil is not measured in 'bcm'; its units are Mt, million bbl, bbl/day"):
        in_own_unit(1.0, "bcm", "oil")


def test_a_part_that_does_not_hang_together_is_refused(shipped, energy):
    def refused(pattern, **values):
        with pytest.raises(mp.WorldError, match=pattern):
            shipped.with_part(dataclasses.replace(energy, **values))

    negative, empty = np.array(energy.quantity), np.array(energy.quantity)
    negative[0, 0, 0] = -1.0
    refused("is negative", quantity=negative)
    oil, sector = energy.good.index("oil"), shipped.sectors.index("OIL")
    untraded = np.argwhere(shipped.tables.trade[:, sector] == 0)[0]
    empty[untraded[0], oil, untraded[1]] = 1.0
    refused("has a quantity and no value", quantity=empty)
    refused("passes on more", passed_on=energy.quantity.sum(axis=2) + 1)
    refused("is no fuel with a unit", good=("oil", "gas", "peat"))
    refused("by a position", position=np.array([1.0, 2.0, 99.0]))
    refused("price gap of the corridor Power of Siberia 1 is 1.45 in the range 1.5 to",
            wedge_low=energy.wedge_low + 0.25)
    refused("share of the rent between 0 and 1", rent_importer=energy.rent_importer + 1.5)
    refused("must have an exporter", origin=np.zeros_like(energy.origin))


def test_merging_keeps_sums_and_leaves_out_what_is_mixed(shipped, energy):
    merged = shipped.aggregate(countries={"EU27": "EU27"}, sectors={"FUEL": ["OIL", "PET"]})
    part = merged.part(Energy)
    assert part.good == ("gas", "coal")
    assert "Oil pipelines from Russia to China" not in part.corridor
    gas = part.good.index("gas")
    assert part.quantity[:, gas].sum() == pytest.approx(energy.quantity[:, energy.good.index("gas")].sum())
    pipes = next(one for one in part.corridors(merged) if one.name == "Pipelines from Russia to Europe")
    assert pipes.importers == ("EU27",)
    assert part.quantity[merged.countries.index("RUS"), gas, merged.countries.index("EU27")] == pytest.approx(30.46)
    assert 300 < part.price[merged.countries.index("RUS"), gas] < 500


def test_a_world_with_tonnes_is_saved_to_the_last_bit(shipped, tmp_path):
    small = shipped.aggregate(countries={"EU27": "EU27"})
    small.save(tmp_path / "w.nc")
    again = mp.load_world(tmp_path / "w.nc")
    assert again == small
    assert again.part(Energy).sources == small.part(Energy).sources


def test_an_unknown_fuel_is_an_error_with_the_known_ones(energy):
    with pytest.raises(UnknownName, match="oil"):
        energy.good_index("oill")
