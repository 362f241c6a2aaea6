"""Caps and corridors against an independent solver's numbers on the reference world made as coarse as its own was."""

import numpy as np
import pytest

import multipolar as mp
from multipolar.world.names import select_countries


@pytest.fixture(scope="module")
def coarse(reference):
    """Eleven regions and eight sectors, with oil, gas and refining apart; which were merged there is not known."""
    europe = [*select_countries("EU27", reference.countries, reference.year).codes, "REU"]
    west, asia = ["GBR", "CHE", "NOR", "CAN", "AUS"], ["JPN", "KOR", "TWN"]
    alone = {"USA", "CHN", "IND", "RUS", "TUR", "SAU", "UKR", *europe, *west, *asia}
    return reference.aggregate(
        countries={"EU": [code for code in europe if code in reference.countries],
                   "WEST": [code for code in west if code in reference.countries],
                   "ASIA": [code for code in asia if code in reference.countries],
                   "REST": [code for code in reference.countries if code not in alone]},
        sectors={"AGF": ["AGR", "FOD"], "MINE": ["COA", "MIN"], "MANU": ["TEX", "WPP", "CHM", "NMM", "MET", "OMF"],
                 "MACH": ["ELE", "EEQ", "MAC", "MOT", "AER"],
                 "SERV": ["UTL", "CON", "TRD", "TRN", "ICT", "FIN", "BUS", "PUB"]})


def shipped(outcome):
    cells = outcome.levels.wedges.cells
    value = outcome.world.tables.trade[cells.exporter, cells.sector, cells.importer]
    return 100 * ((outcome.levels.shipped * value).sum() / value.sum() - 1)


@pytest.mark.parametrize(("horizon", "volume", "loss"), [("long", -22, -1.5), ("short", -7, -1.7)])
def test_a_discount_of_a_fifth_by_all_buyers(coarse, solved, horizon, volume, loss):
    """-22 and -7 % of exports, -18 % of the price, -1.5 and -1.7 % of Russia's income; ours -19.4 and -6.5 (-20.0 and
    -6.7 where oil's resource share is .45 of output, as there)."""
    outcome = solved(coarse, mp.PriceCap(exporter="RUS", importer="all", sector="OIL", discount=0.2), horizon=horizon)
    russia, oil = coarse.country_index("RUS"), coarse.sector_index("OIL")
    assert shipped(outcome) == pytest.approx(volume, rel=0.15)
    assert outcome.values("producer_price")[russia, oil] == pytest.approx(-18, abs=0.5)
    assert outcome.values("real_income")[russia] == pytest.approx(loss, abs=0.1)


@pytest.mark.parametrize(("horizon", "lost"), [("long", 92), ("short", 66)])
def test_a_discount_by_the_coalition_alone_sends_the_oil_elsewhere(coarse, solved, horizon, lost):
    outcome = solved(coarse, mp.PriceCap(exporter="RUS", importer=["USA", "EU", "WEST", "ASIA"], sector="OIL",
                                         discount=0.2), horizon=horizon)
    assert shipped(outcome) == pytest.approx(-lost, abs=2)


@pytest.mark.parametrize(("horizon", "gains"), [("long", [0.21, 0.18, 0.17]), ("short", [0.12, 0.21, 0.43])])
def test_a_pipeline_to_china_at_2_3_times_the_flow(coarse, solved, horizon, gains):
    """Russia's gain with the rent Russian, shared and Chinese, at a price gap of 1.5; ours .21 .18 .17, .13 .21 .41."""
    russia = coarse.country_index("RUS")
    ours = [solved(coarse, mp.Corridor(exporter="RUS", importer="CHN", sector="GAS", markup=1.5, rent=rent, adds=1.3),
                   horizon=horizon).values("real_income")[russia]
            for rent in ("exporter", {"exporter": 0.5, "importer": 0.5}, "importer")]
    np.testing.assert_allclose(ours, gains, atol=0.03)
