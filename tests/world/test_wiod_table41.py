"""Costinot & Rodríguez-Clare (2014), Table 4.1, column 1: gains from trade in one sector at a trade elasticity of 5."""

import numpy as np
import pytest

from multipolar.errors import WorldError
from multipolar.world.world import World

PUBLISHED = {
    "AUS": 2.3, "AUT": 5.7, "BEL": 7.5, "BRA": 1.5, "CAN": 3.8, "CZE": 6.0, "DEU": 4.5, "DNK": 5.8, "ESP": 3.1,
    "FIN": 4.4, "FRA": 3.0, "GBR": 3.2, "GRC": 4.2, "HUN": 8.1, "IDN": 2.9, "IND": 2.4, "IRL": 8.0, "ITA": 2.9,
    "JPN": 1.7, "KOR": 4.3, "MEX": 3.3, "NLD": 6.2, "POL": 4.4, "PRT": 4.4, "ROU": 4.5, "RUS": 2.4, "SVK": 7.6,
    "SVN": 6.8, "SWE": 5.1, "TUR": 2.9, "TWN": 6.1, "USA": 1.8,
}


@pytest.fixture(scope="module")
def wiod(published) -> World:
    return World.from_flows(**published.wiod(2008), year=2008, name="wiod-2008", clean=True)


def test_gains_from_trade_are_the_published_ones(wiod):
    """Percent, 1 - home share ^ (1/5), all sectors added up.

    The tolerance is 0.3 because the paper used the edition of April 2012; figures were revised afterwards, China's
    (2.6 there, 1.8 here) beyond it.
    """
    one = wiod.aggregate(sectors={"goods and services": list(wiod.sectors)})
    assert one.sectors == ("goods and services",)
    flows = one.tables.trade[:, 0, :]
    gains = dict(zip(one.countries, 100 * (1 - (np.diag(flows) / flows.sum(0)) ** (1 / 5)), strict=True))
    apart = {code: gains[code] - value for code, value in PUBLISHED.items()}
    assert len(apart) == 32
    assert max(map(abs, apart.values())) < 0.3
    assert np.median(np.abs(list(apart.values()))) < 0.05
    assert gains["CHN"] == pytest.approx(1.8, abs=0.05)


def test_what_was_cleaned_is_listed(wiod):
    assert "inventory change: 241 negative cells, -226,920 in all, set to zero." in wiod.changes
    raised = [change for change in wiod.changes if "less than the industry's inputs" in change]
    assert [change.split(" = ")[0] for change in raised] == ["output[CYP, 23]", "output[LUX, 61]", "output[SVN, 23]"]
    assert wiod.check().ok
    assert (wiod.tables.output == 0).any()
    assert np.isfinite(wiod.tables.value_added).all()


def test_uncleaned_it_is_refused(published):
    with pytest.raises(WorldError, match=r"final\[.*\] = -\d+\.0 is negative.*clean=True"):
        World.from_flows(**published.wiod(2008), year=2008)


def test_2011_and_nafta_balance(published):
    assert World.from_flows(**published.wiod(2011), year=2011, clean=True).check().ok
    nafta = published.nafta()
    tariffs = nafta.pop("tariffs_before")
    del nafta["tariffs_after"]
    world = World.from_flows(**nafta, tariffs=tariffs, year=1993)
    assert world.check().ok
    assert world.parameters.trade_elasticity.tolist() == nafta["trade_elasticity"].tolist()
    assert np.abs(world.tables.deficit / world.tables.final_spending).max() < 1e-6
