"""Settlement shares as a part of a world: checked, saved, merged by trade, drawn."""

from dataclasses import replace

import numpy as np
import pytest

import multipolar as mp
from multipolar.world.behaviour import behaviour, behaviours
from multipolar.world.settlement import Settlement


@pytest.fixture
def world() -> mp.World:
    trade = np.arange(1.0, 10.0).reshape(3, 1, 3)
    return mp.World.from_tables(trade, np.zeros((1, 3, 1)), trade.sum(0), countries=["RUS", "CHN", "USA"],
                                sectors=["oil"], year=2023)


@pytest.fixture
def settlement() -> Settlement:
    share = np.zeros((3, 3, 2))
    share[..., 0] = [[0, 0.9, 0.6], [0.7, 0, 0.5], [0.4, 0.3, 0]]
    share[..., 1] = 1 - share[..., 0]
    share[range(3), range(3)] = 0
    return Settlement(("USD", "CNY"), share, np.full((3, 3), 2.0), spread=np.full((3, 3), 0.2))


def test_settlement_joins_a_world_and_comes_back_from_a_file(world, settlement, tmp_path):
    joined = world.with_part(settlement)
    joined.save(tmp_path / "w.nc")
    again = mp.load_world(tmp_path / "w.nc")
    assert again == joined
    part = again.part(Settlement)
    assert part.rail == ("USD", "CNY")
    assert part.eta == behaviour("rail_semi_elasticity").value
    assert joined.with_part(replace(settlement, semi_elasticity=30.0)) != joined


def test_shares_that_do_not_add_up_and_odd_numbers_are_refused(world, settlement):
    share = np.array(settlement.share)
    share[0, 1, 0] = 0.8
    with pytest.raises(mp.WorldError, match=r"RUS to CHN add up to 0\.9; on a pair that trades they must add up to 1"):
        world.with_part(replace(settlement, share=share))
    share[0, 1] = [-0.5, 1.5]
    with pytest.raises(mp.WorldError, match="share of RUS to CHN is negative"):
        world.with_part(replace(settlement, share=share))
    share[0, 1] = 0
    with pytest.raises(mp.WorldError, match="RUS to CHN add up to 0;"):
        world.with_part(replace(settlement, share=share))
    with pytest.raises(mp.WorldError, match=r"give at least one, each name once"):
        world.with_part(replace(settlement, rail=("USD", "USD")))
    with pytest.raises(mp.WorldError, match="published holds 3"):
        world.with_part(replace(settlement, published=np.full((3, 3), 3.0)))
    with pytest.raises(mp.WorldError, match=r"standard error .* is negative"):
        world.with_part(replace(settlement, spread=np.full((3, 3), -0.1)))
    with pytest.raises(mp.WorldError, match="semi-elasticity of settlement is 0"):
        world.with_part(replace(settlement, semi_elasticity=0.0))
    with pytest.raises(mp.WorldError, match=r"thickness of settlement is -0.1"):
        world.with_part(replace(settlement, thickness=-0.1))
    with pytest.raises(mp.UnknownName, match="'USB'"):
        settlement.rail_index("USB")


def test_merged_shares_are_weighted_by_trade_and_home_trade_has_none(world, settlement):
    coded = np.array(settlement.published)
    coded[0, 2] = 0
    joined = world.with_part(replace(settlement, published=coded))
    merged = joined.aggregate(countries={"EAST": ["RUS", "CHN"]}).part(Settlement)
    trade = world.tables.trade[:, 0]
    expected = (trade[0, 2] * 0.6 + trade[1, 2] * 0.5) / (trade[0, 2] + trade[1, 2])
    assert merged.share[0, 1, 0] == pytest.approx(expected, rel=1e-14)
    assert (merged.share[0, 0] == 0).all()
    np.testing.assert_allclose(merged.share.sum(axis=2)[[0, 1], [1, 0]], 1, rtol=1e-14)
    assert merged.published[0, 1] == 2
    np.testing.assert_allclose(merged.spread[0, 1], 0.2)


def test_draws_stay_shares_and_spread_as_told(settlement):
    drawn = np.stack([settlement.drawn(np.random.default_rng(seed)).share for seed in range(400)])
    np.testing.assert_allclose(drawn.sum(axis=3)[:, 0, 1], 1, rtol=1e-12)
    log_ratio = np.log(drawn[:, 0, 1, 0] / drawn[:, 0, 1, 1])
    assert log_ratio.std() == pytest.approx(0.2 * np.sqrt(2), rel=0.1)
    assert log_ratio.mean() == pytest.approx(np.log(9), abs=0.05)
    with pytest.raises(mp.WorldError, match="no spread to draw from"):
        replace(settlement, spread=None).drawn(np.random.default_rng(0))


def test_every_number_of_behaviour_is_within_its_range_and_says_what_it_is():
    for row in behaviours().values():
        assert row.low <= row.value <= row.high
        assert row.status in ("published", "assumption")
        assert row.source
        assert row.date
    with pytest.raises(mp.UnknownName, match="exposed_share"):
        behaviour("exposed_shares")
