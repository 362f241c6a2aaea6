"""Every refusal on entry names the cell and says what would be right."""

import numpy as np
import pytest

from multipolar.errors import UnknownName, WorldError
from multipolar.world.world import World

from .conftest import COUNTRIES, ISIC, SECTORS


def given(flows, table, index, value):
    array = flows[table].copy()
    array[index] = value
    return {**flows, table: array}


@pytest.mark.parametrize(("table", "index", "value", "message"), [
    ("intermediate", (1, 1, 2, 0), -3.0, r"intermediate\[CHN, fuel, DEU, farm\] = -3\.0 is negative; flows must"),
    ("intermediate", (1, 1, 2, 0), np.nan, r"intermediate\[CHN, fuel, DEU, farm\] = nan; every flow must be a finite"),
    ("intermediate", (0, 0, 0, 0), np.inf, r"intermediate\[USA, farm, USA, farm\] = inf"),
    ("final", (3, 2, 1), -1.0, r"final\[FRA, chips, CHN, final\] = -1\.0 is negative.*clean=True treats inventory"),
    ("final", (3, 2, 1), np.nan, r"final\[FRA, chips, CHN, final\] = nan"),
    ("tariffs", (0, 0, 1), np.nan, r"tariffs\[USA, farm, CHN\] = nan; a tariff is a fraction"),
    ("tariffs", (0, 0, 1), 25.0, r"tariffs\[USA, farm, CHN\] = 25\.0; .* Was it meant in percent\?"),
    ("tariffs", (0, 0, 1), -1.0, r"tariffs\[USA, farm, CHN\] = -1\.0; .* above -1"),
    ("tariffs", (2, 1, 2), 0.1, r"tariffs\[DEU, fuel, DEU\] = 0\.1; a country levies no tariff on its own sales"),
])
def test_bad_cells_are_named(flows, table, index, value, message):
    with pytest.raises(WorldError, match=message):
        World.from_flows(**given(flows, table, index, value))


@pytest.mark.parametrize(("table", "message"), [
    ("intermediate", r"intermediate has shape \(3, 3, 4, 3\); it must be \(4, 3, 4, 3\): \(exporter, sector, importer"),
    ("final", r"final has shape \(3, 3, 4\); it must be \(4, 3, 4\)"),
    ("tariffs", r"tariffs has shape \(3, 3, 4\)"),
])
def test_wrong_shapes_are_named(flows, table, message):
    with pytest.raises(WorldError, match=message):
        World.from_flows(**{**flows, table: flows[table][:3]})


def test_text_is_no_table(flows):
    with pytest.raises(WorldError, match="final is not an array of numbers"):
        World.from_flows(**{**flows, "final": [["a"]]})


def test_names_are_needed(flows):
    del flows["countries"]
    with pytest.raises(WorldError, match="Give `countries` and `sectors`"):
        World.from_flows(**flows)


@pytest.mark.parametrize(("names", "message"), [
    ({"countries": ("USA", "CHN", "DEU", "USA")}, "The country 'USA' is listed twice"),
    ({"sectors": ("farm", "fuel", "farm")}, "The sector 'farm' is listed twice"),
    ({"sectors": ("farm", "", "fuel")}, "'' cannot be the name of a sector"),
    ({"sectors": ("farm", "all", "fuel")}, "'all' cannot be the name of a sector"),
    ({"countries": ("USA", "CHN", "-X1", "FRA")}, "'-X1' cannot be the name of a country"),
    ({"countries": ("USA", "CHN", "B1@2024", "FRA")}, "contain an at sign"),
    ({"countries": ()}, "at least one country"),
])
def test_names_that_selectors_would_misread_are_refused(flows, names, message):
    with pytest.raises(WorldError, match=message):
        World.from_flows(**{**flows, **names})


@pytest.mark.parametrize(("code", "message"), [
    ("ROM", "no country or group named 'ROM'. Did you mean .*ROU"),
    ("usa", "Did you mean USA"),
    ("Germany", r"no country or group named 'Germany'. Did you mean DEU \(Germany\)"),
    ("Atlantis", "no country or group named 'Atlantis'"),
])
def test_unknown_country_codes_propose_the_nearest(flows, code, message):
    with pytest.raises(UnknownName, match=message):
        World.from_flows(**{**flows, "countries": ("CHN", "FRA", "IND", code)})


def test_regions_of_a_worlds_own_are_declared_or_look_like_none(flows):
    for code in ("EU27", "ROW", "REU", "TWN", "XKX", "C01", "A", "ASEAN"):
        World.from_flows(**{**flows, "countries": ("CHN", "FRA", "IND", code)})
    World.from_flows(**{**flows, "countries": ("CHN", "FRA", "IND", "ATLANTIS")}, regions=["ATLANTIS"])


def test_a_region_may_levy_duties_between_its_members(flows):
    tariffs = flows["tariffs"].copy()
    tariffs[3, 0, 3] = 0.05
    world = World.from_flows(**{**flows, "countries": ("USA", "CHN", "DEU", "ROW"), "tariffs": tariffs})
    assert world.tables.tariffs[3, 0, 3] == 0.05


def test_negative_value_added_names_the_industry(flows):
    intermediate = flows["intermediate"].copy()
    intermediate[0, 0, 2, 1] += 1000.0
    with pytest.raises(WorldError, match=r"value_added\[DEU, fuel\] = -\d+.* is negative: the industry's output"):
        World.from_flows(**{**flows, "intermediate": intermediate})


def test_empty_countries_are_refused(flows):
    silent = {table: flows[table].copy() for table in ("intermediate", "final")}
    silent["intermediate"][2], silent["final"][2] = 0.0, 0.0
    with pytest.raises(WorldError, match="DEU is empty: it produces nothing"):
        World.from_flows(**{**flows, **silent})
    thrifty = flows["final"].copy()
    thrifty[:, :, 3] = 0.0
    with pytest.raises(WorldError, match="FRA is empty: it has no final spending"):
        World.from_flows(**{**flows, "final": thrifty})


def test_a_country_without_income_is_refused():
    trade = np.array([[[2.0, 2.0]], [[1.0, 1.0]]])            # B's output is 2, and so are its inputs
    with pytest.raises(WorldError, match="B has no value added"):
        World.from_tables(trade, np.array([[[1.0], [2.0]]]), np.array([[2.0, 1.0]]), year=2020, countries=["A", "B"],
                          sectors=["s"])


def tables_of(flows):
    tables = World.from_flows(**flows).tables
    return {"trade": tables.trade, "inputs": tables.inputs, "final": tables.final, "tariffs": tables.tariffs,
            "countries": COUNTRIES, "sectors": SECTORS, "year": 2023}


@pytest.mark.parametrize(("table", "index", "message"), [
    ("trade", (1, 1, 2), r"trade\[CHN, fuel, DEU\] = -1\.0 is negative"),
    ("inputs", (0, 2, 1), r"inputs\[farm, DEU, fuel\] = -1\.0 is negative"),
    ("final", (2, 3), r"final\[chips, FRA\] = -1\.0 is negative"),
])
def test_negative_cells_of_tables_are_named(flows, table, index, message):
    given_tables = tables_of(flows)
    changed = given_tables[table].copy()
    changed[index] = -1.0
    with pytest.raises(WorldError, match=message):
        World.from_tables(**{**given_tables, table: changed})


def test_tables_must_fit_the_names(flows):
    world = World.from_flows(**flows)
    with pytest.raises(WorldError, match=r"trade has shape \(4, 3, 4\); 3 countries and 3 sectors make it \(3, 3, 3\)"):
        World(COUNTRIES[:3], SECTORS, 2023, world.tables, world.parameters)


def test_spending_must_add_up_to_its_tolerance(flows):
    tables = tables_of(flows)
    final = tables["final"].copy()
    cell = World.from_tables(**tables).tables.expenditure[1, 2]
    final[1, 2] += 0.5e-9 * cell
    World.from_tables(**{**tables, "final": final})
    final[1, 2] += 2e-9 * cell
    with pytest.raises(WorldError, match=r"does not add up in expenditure\[fuel, DEU\].*tolerance 1e-09"):
        World.from_tables(**{**tables, "final": final})


def test_tariff_exclusive_inputs_are_noticed(flows):
    tables = tables_of(flows)
    with pytest.raises(WorldError, match="Inputs and final spending include tariffs, trade does not"):
        World.from_tables(**{**tables, "inputs": flows["intermediate"].sum(0)})


def test_isic_codes_are_given_for_all_sectors_or_none(flows):
    with pytest.raises(WorldError, match="no ISIC code for chips"):
        World.from_flows(**flows, sector_isic={"farm": "A", "fuel": "B"})
    with pytest.raises(UnknownName, match="no sector in this world named 'chip'"):
        World.from_flows(**flows, sector_isic={**ISIC, "chip": "C26"})
    with pytest.raises(WorldError, match="'C99' is not an ISIC revision 4 code"):
        World.from_flows(**flows, sector_isic={**ISIC, "chips": "C99"})
