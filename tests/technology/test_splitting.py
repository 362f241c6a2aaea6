"""A world divided says what it said before, and merged again is what it was."""

import numpy as np
import pytest

import multipolar as mp
from multipolar.world.military import Military
from multipolar.world.technology import Controlled
from multipolar.world.world import World

TABLES = ("trade", "inputs", "final", "tariffs")


def assert_same_tables(one: World, other: World, to: float = 1e-10) -> None:
    for name in TABLES:
        expected = getattr(other.tables, name)
        np.testing.assert_allclose(getattr(one.tables, name), expected, rtol=to, atol=to * expected.max())


@pytest.fixture
def shares() -> np.ndarray:
    return np.random.default_rng(1).random((4, 4))


def test_splitting_and_merging_a_sector_is_the_identity(small: World, shares: np.ndarray) -> None:
    shares[0, 1], shares[2, 1] = 0.0, 1.0
    split = small.split_sector("ELE", shares)
    assert split.sectors == ("FUEL", "ELE.controlled", "ELE.other", "MAC")
    np.testing.assert_allclose(split.tables.trade[:, 1], shares * small.tables.trade[:, 1])
    merged = split.aggregate(sectors={"ELE": ["ELE.controlled", "ELE.other"]})
    assert (merged.countries, merged.sectors, dict(merged.sector_isic)) == (
        small.countries, small.sectors, dict(small.sector_isic))
    assert_same_tables(merged, small)
    np.testing.assert_allclose(merged.parameters.trade_elasticity, small.parameters.trade_elasticity)


def test_the_same_with_a_record_of_users() -> None:
    random = np.random.default_rng(4)
    flows = random.random((3, 2, 3, 2))
    world = World.from_flows(flows, 2 + random.random((3, 2, 3)), countries=["USA", "RUS", "CHN"],
                             sectors=["ELE", "FUEL"], year=2023)
    split = world.split_sector("ELE", random.random((3, 3)), names=("ELE.chips", "ELE.other"))
    assert split.records_uses
    users = split.tables.to_users
    assert users is not None
    np.testing.assert_allclose(users.sum(axis=0), split.tables.inputs)
    merged = split.aggregate(sectors={"ELE": "ELE"})
    assert_same_tables(merged, world)
    np.testing.assert_allclose(merged.tables.to_users, world.tables.to_users, atol=1e-12)
    np.testing.assert_allclose(merged.tables.to_final, world.tables.to_final, atol=1e-12)


def test_splitting_and_merging_a_country_is_the_identity(small: World) -> None:
    split = small.split_country("CHN", "HKG", size=0.2, imports={"USA": 60.0}, exports={"RUS": 70.0})
    assert split.countries == ("USA", "RUS", "TUR", "CHN", "HKG")
    pairs = split.tables.trade.sum(axis=1)
    assert pairs[0, 4] == pytest.approx(60)
    assert pairs[4, 1] == pytest.approx(70)
    assert all(one.holds for one in split.check().identities)
    assert_same_tables(split.aggregate(countries={"CHN": ["CHN", "HKG"]}), small)


def test_a_split_world_answers_as_before(small: World, shares: np.ndarray) -> None:
    """Without a measure nothing changes; a tariff on both parts of alike goods does what it did to the whole."""
    unmoved = mp.solve(small.split_sector("ELE", shares), mp.Scenario())
    assert np.abs(unmoved.values("real_income")).max() < 1e-8     # percent
    tariff = mp.Scenario(measures=[mp.Tariff(importer="RUS", exporter="all", sector="ELE", rate=0.5)])
    before = mp.solve(small, tariff)
    after = mp.solve(small.split_sector("ELE", 0.3), tariff)
    np.testing.assert_allclose(after.values("real_income"), before.values("real_income"), atol=1e-8)
    halves = mp.solve(small.split_country("TUR", "C2", size=0.4), tariff)
    np.testing.assert_allclose(halves.values("real_income")[[0, 1, 2, 3, 4]],
                               before.values("real_income")[[0, 1, 2, 2, 3]], atol=1e-8)


def test_the_parts_of_the_reference_world_are_divided_with_it() -> None:
    from multipolar.world.energy import Energy
    from multipolar.world.settlement import Settlement

    world = mp.load_world("reference-2023")
    split = world.split_sector("CHM", 0.2)
    energy = split.part(Energy)
    assert [split.sectors[int(at)] for at in energy.position] == ["OIL", "GAS", "COA"]
    assert split.part(Settlement) is world.part(Settlement)
    apart = world.split_country("ROW", "KGZ", size=0.003)
    merged = apart.aggregate(countries={"ROW": ["ROW", "KGZ"]})
    np.testing.assert_allclose(merged.part(Energy).quantity, world.part(Energy).quantity, atol=1e-8)
    np.testing.assert_allclose(merged.part(Settlement).share, world.part(Settlement).share, atol=1e-9)
    with pytest.raises(mp.WorldError, match="OIL sells oil, whose tonnes cannot be divided"):
        world.split_sector("OIL", 0.5)


def test_the_reference_world_divided_for_its_controls_and_merged_is_what_it_was() -> None:
    """Tables to 1e-10, and what every part of the world says; without a measure nothing changes."""
    world = mp.load_world("reference-2023")
    divided = mp.load_scenario("controls-2024").divide(world)
    assert len(divided.sectors) == len(world.sectors) + 4
    assert all(one.holds for one in divided.check().identities)
    merged = divided.aggregate(sectors={code: [f"{code}.controlled", f"{code}.other"]
                                        for code in ("ELE", "EEQ", "MAC", "AER")})
    assert merged.sectors == world.sectors
    assert_same_tables(merged, world)
    for name in ("share", "low", "high", "weight"):
        np.testing.assert_allclose(getattr(merged.part(Controlled), name), getattr(world.part(Controlled), name),
                                   rtol=1e-10, atol=1e-12)
    np.testing.assert_array_equal(merged.part(Military).goods, world.part(Military).goods)
    outcome = mp.solve(divided, mp.Scenario())
    for name in ("real_income", "output", "producer_price", "war_capacity"):
        assert np.nanmax(np.abs(outcome.values(name))) < 1e-8, name


@pytest.mark.parametrize(("share", "message"), [
    (1.2, r"share of ELE is 1\.2; .* between 0 and 1"), (float("nan"), "share of ELE is nan"),
    (-0.1, r"share of ELE is -0\.1")])
def test_bad_shares_are_refused(small: World, share: float, message: str) -> None:
    with pytest.raises(mp.WorldError, match=message):
        small.split_sector("ELE", share)


def test_bad_figures_are_refused(small: World) -> None:
    with pytest.raises(mp.UnknownName, match="ELE"):
        small.split_sector("ELX", 0.5)
    with pytest.raises(mp.WorldError, match="must be distinct"):
        small.split_sector("ELE", 0.5, names=("MAC", "ELE"))
    with pytest.raises(mp.WorldError, match="size of HKG is 1 of CHN"):
        small.split_country("CHN", "HKG", size=1.0)
    with pytest.raises(mp.WorldError, match="between 0 and what CHN trades with it"):
        small.split_country("CHN", "HKG", size=0.5, exports={"RUS": 1e9})
    trade = np.array([[[5.0, 100.0]], [[100.0, 5.0]]])
    open_world = World.from_tables(trade, np.full((1, 2, 1), 60.0), np.full((1, 2), 45.0), year=2023,
                                   countries=["USA", "CHN"], sectors=["ELE"])
    with pytest.raises(mp.WorldError, match="HKG would use more ELE than it buys and makes"):
        open_world.split_country("CHN", "HKG", size=0.01, imports={"USA": 0.0}, exports={"USA": 100.0})
