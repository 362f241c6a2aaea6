"""Sourcing by use where one user of a good loses its last supplier and others keep theirs."""

from collections import Counter

import numpy as np
import pytest
from tests.reference.worlds import goods, small_world

import multipolar as mp


def split(world):
    """The same world with every industry cut into one for each group of its buyers, each a good of its own.

    A good then has buyers of one group only, so that common sourcing is sourcing by use. Techniques are the same, so
    nothing else changes as long as no factor is specific to an industry.
    """
    tables = world.tables
    flows = np.concatenate([np.moveaxis(tables.to_users, 3, 0), tables.to_final[None]])
    groups, n, s, _ = flows.shape
    trade = np.moveaxis(flows, 0, 2).reshape(n, s * groups, n)
    sold = np.divide(trade.sum(axis=2).reshape(n, s, groups), tables.output[:, :, None], out=np.zeros((n, s, groups)),
                     where=tables.output[:, :, None] > 0)
    inputs, final = np.zeros((s, groups, n, s, groups)), np.zeros((s, groups, n))
    for user in range(s):
        inputs[:, user, :, user, :] = tables.inputs[:, :, user, None] * sold[None, :, user, :]
    final[:, -1] = tables.final
    made = mp.World.from_tables(
        trade, inputs.reshape(s * groups, n, s * groups), final.reshape(s * groups, n), countries=world.countries,
        regions=world.countries, sectors=goods(s * groups), year=2020,
        tariffs=np.repeat(tables.tariffs, groups, axis=1),
        trade_elasticity=np.repeat(world.parameters.trade_elasticity, groups))
    own = world.parameters
    return made.with_parameters(**{name: getattr(own, name) for name in (
        "value_added_elasticity", "input_elasticity", "final_demand_elasticity")})


def drawn(seed):
    """A world of three countries and two goods in which every user has few suppliers, drawn around a common one."""
    draw = np.random.default_rng([seed, 11])
    common = small_world(seed, 3, 2, deficit=0.0, gaps=0.3, idle=False)
    tables = common.tables
    weight = np.concatenate([tables.inputs, tables.final[..., None]], axis=2)             # (good, importer, group)
    uses = tables.trade[..., None] * (weight / weight.sum(axis=2, keepdims=True))
    kept = draw.random(uses.shape) < 0.55
    kept[0, :, 0], kept[:, 0, :, -1] = True, True
    uses = uses * np.where(kept, draw.uniform(0.5, 2.0, uses.shape), 0.0)
    elasticity = draw.choice([0.6, 1.0, 2.5], 3)
    world = mp.World.from_flows(uses[..., :-1], uses[..., -1], countries=common.countries, sectors=common.sectors,
                                year=2020, tariffs=tables.tariffs, trade_elasticity=common.parameters.trade_elasticity)
    return world.with_parameters(value_added_elasticity=elasticity[0], input_elasticity=elasticity[1],
                                 final_demand_elasticity=elasticity[2])


def ended(world, measures, **given):
    """The outcome, or the reason why there is none."""
    try:
        return mp.solve(world, mp.Scenario(measures=measures), **given)
    except mp.NoEquilibrium as error:
        return error.reason


def last_supplier(world, seed):
    """A flow (exporter, good, importer) abroad that is all that some using industry there buys of the good."""
    flows = np.moveaxis(world.tables.to_users, 3, 0) > 0
    single = flows & (flows.sum(axis=1, keepdims=True) == 1)
    single &= ~np.eye(3, dtype=bool)[:, None, :]
    found = np.argwhere(single.any(axis=0))
    return found[seed % len(found)] if len(found) else np.array([1, 0, 0])


def test_it_is_common_sourcing_of_goods_made_for_one_group():
    """Both ways to say the same: who shuts, who is refused, and every number."""
    kinds = Counter()
    for seed in range(30):
        try:
            world = drawn(seed)
            apart = split(world)
        except mp.WorldError:        # an industry that nobody buys from, but that buys
            continue
        exporter, sector, importer = last_supplier(world, seed)
        ban = {"exporter": f"C{exporter}", "importer": f"C{importer}"}
        one = ended(world, [mp.ImportBan(**ban, sector=f"s{sector}")], deficits="zero", sourcing="by-use")
        parts = [f"s{3 * sector + at}" for at in range(3)]
        other = ended(apart, [mp.ImportBan(**ban, sector=parts)], deficits="zero")
        if isinstance(one, str) or isinstance(other, str):
            assert one == other, seed
            kinds[one] += 1
            continue
        assert one.certificate.residual <= 1e-10
        for name in ("real_income", "wage", "imports"):
            np.testing.assert_allclose(one.values(name), other.values(name), rtol=1e-7, atol=1e-7, err_msg=f"{seed}")
        revenue = other.values("revenue").reshape(3, 2, 3).sum(axis=2)
        np.testing.assert_allclose(one.values("revenue"), revenue, rtol=1e-7, atol=1e-6, err_msg=f"{seed}")
        shut = (one.values("revenue") == 0) & (one.world.tables.output > 0)
        kinds["shut" if shut.any() else "solved"] += 1
    assert min(kinds["shut"], kinds["solved"], kinds["none: price"]) >= 2, kinds


def cut_off(**elasticities):
    """A makes x and y for its industries, but its final users' y comes from B, which buys x for it."""
    users, final = np.zeros((2, 2, 2, 2)), np.zeros((2, 2, 2))
    users[0, 0, 0], users[0, 1, 0] = [20.0, 10.0], [30.0, 5.0]      # at home, by user
    users[1, :, 1] = 10.0
    final[0, 0, 0], final[1, 1, 0], final[0, 0, 1], final[1, :, 1] = 60.0, 40.0, 40.0, 50.0
    world = mp.World.from_flows(users, final, countries=["A", "B"], sectors=["x", "y"], year=2020,
                                trade_elasticity=[4.0, 6.0])
    return world.with_parameters(**elasticities)


EMBARGO = [mp.Embargo(sides=("A", "B"))]


def test_final_users_do_without_what_only_industries_can_buy():
    """Autarky with every price equal to the wage: real income is alpha_x^(1/(phi - 1))."""
    world = cut_off(final_demand_elasticity=2.5)
    apart = mp.solve(world, mp.Scenario(measures=EMBARGO), sourcing="by-use")
    assert apart.values("real_income")[0] == pytest.approx(100 * (0.6 ** (1 / 1.5) - 1), rel=1e-9)
    assert apart.certificate.residual <= 1e-10
    assert apart.values("revenue")[0, 1] > 0
    assert np.isnan(apart.values("consumer_price")[0, 1])
    together = mp.solve(world, mp.Scenario(measures=EMBARGO))
    assert together.values("real_income")[0] > apart.values("real_income")[0]
    assert np.isfinite(together.values("consumer_price")[0, 1])


def test_where_they_cannot_it_is_refused():
    world = cut_off()
    assert mp.solve(world, mp.Scenario(measures=EMBARGO)).certificate.residual <= 1e-10
    with pytest.raises(mp.NoEquilibrium, match="Nobody is left to sell what final demand cannot do without: y in A"):
        mp.solve(world, mp.Scenario(measures=EMBARGO), sourcing="by-use")


def test_a_good_that_only_industries_can_buy_cannot_be_given_away():
    world = cut_off(final_demand_elasticity=2.5)
    gift = mp.Transfer(payer="A", receiver="B", amount=1, in_kind={"y": 1.0})
    with pytest.raises(mp.NoEquilibrium, match="Nobody is left to sell what is to be given away: y in A") as refused:
        mp.solve(world, mp.Scenario(measures=[*EMBARGO, gift]), sourcing="by-use")
    assert (refused.value.reason, refused.value.countries, refused.value.goods) == ("none: price", ("A",), ("y",))
    assert mp.solve(world, mp.Scenario(measures=[*EMBARGO, gift])).values("given_away")[0] == pytest.approx(1)


def test_only_the_industry_that_lost_an_input_shuts():
    """x in A takes y from B alone; final users, who have their own, go on, and its buyers abroad do without."""
    users, final = np.zeros((3, 2, 3, 2)), np.full((3, 2, 3), 20.0)
    users[[0, 1, 2], :, [0, 1, 2]] = 6.0
    users[0, 1, 0, 0], users[1, 1, 0, 0], users[1, 0, 0, 1] = 0.0, 6.0, 2.0
    world = mp.World.from_flows(users, final, countries=["A", "B", "C"], sectors=["x", "y"], year=2020,
                                trade_elasticity=4.0)
    ban = mp.Scenario(measures=[mp.ImportBan(exporter="B", importer="A", sector="y")])
    apart = mp.solve(world, ban, deficits="zero", sourcing="by-use")
    assert apart.certificate.residual <= 1e-10
    assert (apart.values("revenue") == 0).tolist() == [[True, False], [False, False], [False, False]]
    assert np.isnan(apart.values("producer_price")[0, 0])
    assert (mp.solve(world, ban, deficits="zero").values("revenue") > 0).all()
