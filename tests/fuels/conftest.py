"""A small world with tonnes, so that what is solved on it takes a moment."""

import pytest

import multipolar as mp

KEPT = ("RUS", "CHN", "IND", "USA")
FUELS = ("OIL", "GAS", "COA", "PET", "UTL")


@pytest.fixture(scope="session")
def small():
    world = mp.load_world("reference-2023")
    union = [code for code in world.countries if code in _union()]
    others = [code for code in world.countries if code not in KEPT and code not in union]
    goods = [code for code in world.sectors if code not in FUELS]
    return world.aggregate(countries={"EU": union, "XXX": others}, sectors={"GDS": goods})


def _union():
    from multipolar.world.reference.facts import EU27

    return EU27
