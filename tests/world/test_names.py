"""Countries, dated groups, sector groups, and what selectors mean in a world."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multipolar.errors import ScenarioError, UnknownName
from multipolar.world import names
from multipolar.world.names import (
    NotInWorld,
    country_names,
    group_members,
    group_names,
    sector_groups,
    select_countries,
    select_sectors,
)

FOLDER = Path(names.__file__).parent
REFERENCE = ("USA", "CHN", "HKG", "DEU", "FRA", "HUN", "REU", "RUS", "IND", "TWN", "EGY", "ROW")


class Goods:
    """A world as far as sector selectors see it."""

    def __init__(self, isic, coded=True):
        self.sectors = tuple(isic)
        self.sector_isic = isic if coded else {}


GOODS = Goods({"AGR": "A01-A03", "COA": "B05", "OIL": "B06 (oil part)", "GAS": "B06 (gas part)", "MIN": "B07-B09",
               "PET": "C19", "ELE": "C26", "MAC": "C27-C28", "UTL": "D-E", "TRD": "G+I", "PUB": "O-U"})


def codes(selector, countries=REFERENCE, year=2023, **other):
    return select_countries(selector, countries, year, **other).codes


def rows(file):
    with (FOLDER / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_country_list_has_iso_and_what_is_used_beside_it():
    known = country_names()
    assert len(known) == 251
    assert all(len(code) == 3 and code.isupper() for code in known)
    assert known["TWN"] == "Taiwan"
    assert known["XKX"] == "Kosovo"
    assert known["ROW"] == "Rest of the world"
    assert known["REU"] == "Rest of EU27"


def test_every_row_of_the_group_files_has_known_members_and_a_source():
    for row in rows("groups.csv"):
        assert row["member"] in country_names()
        assert row["source"]
        assert int(row["from_year"] or 0) <= int(row["to_year"] or 9999)
    listed = [(row["group"], row["member"]) for row in rows("groups.csv")]
    assert len(set(listed)) == len(listed)


@pytest.mark.parametrize(("group", "year", "number", "inside", "outside"), [
    ("EU27", 2023, 27, "HRV", "GBR"), ("EU27", 2008, 27, "HRV", "GBR"), ("EU28", 2015, 28, "GBR", "NOR"),
    ("EU", 2004, 25, "GBR", "ROU"), ("EU", 2012, 27, "GBR", "HRV"), ("EU", 2019, 28, "GBR", "CHE"),
    ("EU", 2020, 27, "HRV", "GBR"), ("G7", 2023, 7, "JPN", "RUS"), ("BRICS", 2010, 4, "RUS", "ZAF"),
    ("BRICS", 2023, 5, "ZAF", "EGY"), ("BRICS", 2024, 9, "IRN", "SAU"), ("BRICS", 2025, 10, "IDN", "SAU"),
    ("GCC", 2023, 6, "QAT", "IRN"), ("ASEAN", 2023, 10, "VNM", "TLS"), ("SCO", 2023, 9, "IRN", "BLR"),
    ("SCO", 2024, 10, "BLR", "TUR"), ("EAEU", 2023, 5, "ARM", "UZB"), ("NATO", 2023, 31, "FIN", "SWE"),
    ("NATO", 2024, 32, "SWE", "UKR"), ("OECD", 2023, 38, "CRI", "BRA"), ("COALITION", 2023, 36, "TWN", "SGP"),
    ("SANCTIONING", 2011, 36, "DEU", "TUR"), ("USMCA", 2023, 3, "MEX", "BRA"), ("EUROZONE", 2023, 20, "HRV", "BGR"),
    ("REU", 2023, 10, "BGR", "ROU"),
])
def test_groups_have_their_members_of_the_year(group, year, number, inside, outside):
    members = group_members(group, year)
    assert len(members) == number
    assert inside in members
    assert outside not in members


def test_the_reference_worlds_rest_is_what_it_does_not_list_of_the_union():
    listed = ("AUT", "BEL", "CZE", "DNK", "FIN", "FRA", "DEU", "GRC", "HUN", "IRL", "ITA", "NLD", "POL", "PRT", "ROU",
              "ESP", "SWE")
    assert set(group_members("EU27", 2023)) == {*listed, *group_members("REU", 2023)}


def test_a_year_can_be_written_behind_a_group():
    assert group_members("BRICS@2024", 2023) == group_members("BRICS", 2024)
    with pytest.raises(ScenarioError, match="no year after the at sign; write for example 'BRICS@2024'"):
        group_members("BRICS@next", 2023)
    with pytest.raises(ScenarioError, match="BRICS had no members in 2008; write 'BRICS@2009' or a later year"):
        group_members("BRICS", 2008)
    with pytest.raises(UnknownName, match=r"no country or group named 'BRIX'\. Did you mean BRICS"):
        group_members("BRIX@2024", 2023)


def test_voting_blocs_follow_their_thresholds():
    for row in rows("blocs.csv"):
        assert row["source"]
        if row["ideal_point_2023"]:
            point = float(row["ideal_point_2023"])
            expected = "west" if point >= names.WEST_THRESHOLD else "east" if point <= names.EAST_THRESHOLD else "rest"
            assert row["bloc"] == expected, row["country"]
    west, east = group_members("WEST_BLOC", 2023), group_members("EAST_BLOC", 2011)
    assert {"USA", "JPN", "CHE", "TWN", *group_members("EU27", 2023)} <= set(west)
    assert {"CHN", "RUS", "HKG", "BLR"} <= set(east)
    assert not {"IND", "TUR", "BRA", "MEX"} & {*west, *east}


def test_codes_groups_lists_and_removals():
    assert codes("CHN") == ("CHN",)
    assert codes(["RUS", "USA", "RUS"]) == ("USA", "RUS")
    assert codes("EU27") == ("DEU", "FRA", "HUN", "REU")
    assert codes(["EU27", "-HUN"]) == codes(["-HUN", "EU27"]) == ("DEU", "FRA", "REU")
    assert codes(["BRICS", "-RUS", "USA"]) == ("USA", "CHN", "IND")
    assert codes(["all", "-EU27", "-BRICS"]) == ("USA", "HKG", "TWN", "EGY", "ROW")
    assert codes("BRICS@2024") == ("CHN", "RUS", "IND", "EGY")
    assert codes("BRICS", year=2024) == codes("BRICS@2024")
    selection = select_countries(("FRA", "CHN"), REFERENCE, 2023)
    assert selection.indices.tolist() == [1, 4]


def test_all_leaves_out_a_single_other_end_and_others_the_whole_of_it():
    assert codes("all") == REFERENCE
    assert codes("all", other=["USA"]) == REFERENCE[1:]
    assert codes("all", other=["DEU", "FRA"]) == REFERENCE
    union = select_countries("EU27", REFERENCE, 2023)
    assert codes("others", other=union) == ("USA", "CHN", "HKG", "RUS", "IND", "TWN", "EGY", "ROW")
    assert codes(["others", "-USA"], other=union) == ("CHN", "HKG", "RUS", "IND", "TWN", "EGY", "ROW")
    with pytest.raises(ScenarioError, match='"others" means the countries outside the selection at the other end'):
        codes("others")
    with pytest.raises(ScenarioError, match="'others' selects no country"):
        codes("others", other=REFERENCE)


def test_members_that_a_world_lacks_are_dropped_and_listed():
    selection = select_countries(["BRICS@2024", "G7"], REFERENCE, 2023)
    assert selection.codes == ("USA", "CHN", "DEU", "FRA", "RUS", "IND", "EGY")
    assert selection.dropped == ("BRA", "ZAF", "ARE", "ETH", "IRN", "CAN", "GBR", "ITA", "JPN")


def test_a_region_of_the_world_stands_for_its_members():
    assert "BGR" not in select_countries("EU27", REFERENCE, 2023).dropped
    assert "AUT" in select_countries("EU27", REFERENCE, 2023).dropped
    merged = ("USA", "EU27", "CHN")
    assert codes("COALITION", merged) == ("USA", "EU27")
    assert codes("EU27", merged) == ("EU27",)
    assert codes("EU27@2023", merged) == ("EU27",)
    assert codes("EU", merged) == ("EU27",)
    assert select_countries("G7", merged, 2023).codes == ("USA",)
    with pytest.raises(ScenarioError, match=r"'GCC' selects no country of this world \(it lacks ARE, BHR, KWT"):
        codes("GCC", merged)


def test_a_country_named_alone_must_be_in_the_world():
    with pytest.raises(NotInWorld, match=r"BRA \(Brazil\) is not in this world\. A country named alone must be"):
        codes("BRA")
    with pytest.raises(NotInWorld, match=r"BGR \(Bulgaria\) is not apart in this world: it is part of REU\. Name REU"):
        codes(["USA", "BGR"])
    with pytest.raises(NotInWorld, match="part of REU"):
        codes(["EU27", "-BGR"])
    assert select_countries(["EU27", "-ITA"], REFERENCE, 2023).codes == ("DEU", "FRA", "HUN", "REU")
    assert issubclass(NotInWorld, UnknownName)


@pytest.mark.parametrize(("selector", "message"), [
    ("EU-27", "no country or group named 'EU-27'. Did you mean EU27"),
    ("Germany", r"Did you mean DEU \(Germany\)"),
    ("UAS", "Did you mean USA"),
])
def test_unknown_names_propose_the_nearest(selector, message):
    with pytest.raises(UnknownName, match=message):
        codes(selector)


@pytest.mark.parametrize(("selector", "message"), [
    ("-HUN", r"'-HUN' only removes; write what it is removed from, for example \['all', '-HUN'\]"),
    (["USA", 5], "5 is not a name"), ("", "'' is not a name"), ("-", "'-' is not a name"),
    ([], "selects no country"), (["USA", "-USA"], "'USA, -USA' selects no country of this world"),
])
def test_selectors_that_mean_nothing_are_refused(selector, message):
    with pytest.raises(ScenarioError, match=message):
        codes(selector)


@given(st.lists(st.sampled_from([*REFERENCE, "EU27", "BRICS", "G7", "all"]), min_size=1, max_size=4),
       st.permutations(REFERENCE))
def test_a_selection_is_a_set_in_the_worlds_order(selector, countries):
    one, two = codes(selector), codes(list(reversed(selector)), tuple(countries))
    assert set(one) == set(two)
    assert list(two) == sorted(two, key=countries.index)
    assert set(one) == set().union(*(codes(item) for item in selector))


def test_sector_groups_are_isic_texts():
    assert {"electronics", "oil", "gas", "coal", "energy", "machinery", "vehicles", "services", "goods", "agriculture",
            "metals", "chemicals", "food", "textiles", "minerals"} <= set(sector_groups())
    assert not set(sector_groups()) & {*group_names(), "all", "others"}


@pytest.mark.parametrize(("selector", "expected"), [
    ("all", GOODS.sectors), ("OIL", ("OIL",)), ("oil", ("OIL",)), ("gas", ("GAS",)), ("coal", ("COA",)),
    (["GAS", "coal"], ("COA", "GAS")), ("oil_and_gas", ("OIL", "GAS")), ("energy", ("COA", "OIL", "GAS", "PET")),
    (["energy", "-gas"], ("COA", "OIL", "PET")), ("electronics", ("ELE",)), ("agriculture", ("AGR",)),
    ("goods", ("AGR", "COA", "OIL", "GAS", "MIN", "PET", "ELE", "MAC")), ("services", ("UTL", "TRD", "PUB")),
    (["machinery", "electrical"], ("MAC",)), (["all", "-services", "-ELE"], (*GOODS.sectors[:6], "MAC")),
])
def test_sector_selectors(selector, expected):
    selection = select_sectors(selector, GOODS)
    assert selection.codes == expected
    assert selection.indices.tolist() == [GOODS.sectors.index(code) for code in expected]
    assert selection.coarse == ()


def test_goods_and_services_are_every_sector_once():
    goods, services = (set(select_sectors(group, GOODS).codes) for group in ("goods", "services"))
    assert goods ^ services == set(GOODS.sectors)


def test_a_group_that_is_part_of_a_sector_must_be_wanted_whole():
    with pytest.raises(ScenarioError, match=r"'machinery' \(ISIC C28\) is only a part of sector 'MAC' of this world "
                                            r"\(ISIC C27-C28\)\. Name 'MAC' itself, or say `coarse: true`"):
        select_sectors("machinery", GOODS)
    selection = select_sectors("machinery", GOODS, coarse=True)
    assert selection.codes == ("MAC",)
    assert selection.coarse == (
        "machinery (ISIC C28) is only a part of MAC (ISIC C27-C28): the whole sector is taken.",)
    assert select_sectors(["MAC", "machinery"], GOODS).codes == ("MAC",)
    whole = Goods({"FUEL": "B06", "REST": "C"})
    with pytest.raises(ScenarioError, match=r"'oil' .* is only a part of sector 'FUEL'"):
        select_sectors("oil", whole)
    assert select_sectors(["oil", "gas"], whole).codes == ("FUEL",)


def test_sector_names_that_do_not_answer():
    with pytest.raises(UnknownName, match=r"no sector or sector group named 'electronic'\. Did you mean electronics"):
        select_sectors("electronic", GOODS)
    with pytest.raises(UnknownName, match=r"does not say which ISIC industries its sectors are.*give the world"):
        select_sectors("electronics", Goods(GOODS.sector_isic, coded=False))
    with pytest.raises(ScenarioError, match=r"No sector of this world is in the group 'vehicles' \(ISIC C29\)"):
        select_sectors("vehicles", GOODS)
    with pytest.raises(ScenarioError, match="'OIL, -OIL' selects no sector"):
        select_sectors(["OIL", "-OIL"], GOODS)


def test_a_worlds_own_code_goes_before_a_group_of_that_name():
    own = Goods({"oil": "C10", "OIL": "B06 (oil part)"})
    assert select_sectors("oil", own).codes == ("oil",)
