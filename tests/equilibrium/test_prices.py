"""Prices without bound: proofs against naive iteration, the named cases of the theory pages, and who can do without.

The naive iteration shares nothing with the code: prices in levels, one industry at a time, until they settle or run
far away.
"""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

import multipolar as mp
from multipolar.equilibrium.existence import assess
from multipolar.equilibrium.nest import Nest
from multipolar.equilibrium.prices import survivors
from multipolar.equilibrium.structure import Structure, Substitution

FAR = 1e60
"""Prices beyond this have run away, in the naive iteration: no fixed point of the worlds drawn here is as far."""


def structure(kernel, inputs, trade=4.0, final=None, active=None, by_use=None, **substitution):
    """Prices only: nothing is owed. kernel (good, importer, exporter), inputs (country, user, good) of output.

    substitution: sigma, epsilon, phi and what else `Substitution` takes.
    """
    kernel, inputs = np.asarray(kernel, dtype=float), np.asarray(inputs, dtype=float)
    goods, countries = kernel.shape[:2]
    names = {"sigma": "value_added", "epsilon": "inputs", "phi": "final_demand"}
    by = {names.get(name, name): value for name, value in substitution.items()}
    return Structure(
        kernel=kernel, net_kernel=kernel, input_shares=inputs, value_added_share=1 - inputs.sum(axis=2),
        final_shares=np.full((countries, goods), 1 / goods) if final is None else np.asarray(final, dtype=float),
        active=np.ones((countries, goods), dtype=bool) if active is None else active, deficit=np.zeros(countries),
        transfers=np.zeros(countries), factor_income=np.full(countries, 100.0), deficit_rule="fixed",
        countries=tuple("ABCDEFGH"[:countries]), sectors=tuple(f"good{index}" for index in range(goods)),
        substitution=Substitution(trade=np.full(goods, 1.0) * trade, **by), kernel_by_use=by_use)


def priced(given):
    """What survives, from a fresh mask."""
    return survivors(given, (given.kernel > 0) & given.active.T[:, None, :])


# ------------------------------------------------------------------------------------------------ naive iteration


def index(shares, prices, elasticity):
    """A CES index over parts with a positive share; infinity and zero follow float arithmetic."""
    pairs = [(share, price) for share, price in zip(shares, prices, strict=True) if share > 0]
    share, price = (np.array(values, dtype=float) for values in zip(*pairs, strict=True))
    if elasticity == 1:
        return np.prod(price**share)
    return np.sum(share * price ** (1 - elasticity)) ** (1 / (1 - elasticity))


def cost(given, country, user, prices):
    """c of one industry at wages and rents of one."""
    by, bought = given.substitution, given.input_shares[country, user].sum()
    resource = np.broadcast_to(by.resource_share, given.active.shape)[country, user]
    answer = np.broadcast_to(by.resource, given.active.shape)[country, user]
    materials = index(given.input_shares[country, user] / bought, prices[country], by.inputs) if bought > 0 else 1.0
    left = (given.value_added_share[country, user] - resource) / (1 - resource)
    mix = index([left, bought / (1 - resource)], [1.0, materials], by.value_added)
    return index([resource, 1 - resource], [1.0, mix], answer) / np.broadcast_to(
        by.productivity, given.active.shape)[country, user]


def naive(given, steps=3000):
    """Prices (country, good) in the end: infinite or zero where they run away; None where that is still open."""
    countries, goods = given.final_shares.shape
    theta = given.substitution.trade
    prices = np.ones((countries, goods))
    for _ in range(steps):
        costs = np.array([[cost(given, i, k, prices) if given.active[i, k] else np.inf for k in range(goods)]
                          for i in range(countries)])
        new = np.array([[np.sum([given.kernel[s, n, i] * costs[i, s] ** -theta[s] for i in range(countries)
                                 if given.kernel[s, n, i] > 0]) ** (-1 / theta[s])
                         for s in range(goods)] for n in range(countries)])
        new = np.where(new > FAR, np.inf, np.where(new < 1 / FAR, 0.0, new))
        both = np.isfinite(new) & np.isfinite(prices) & (new > 0) & (prices > 0)
        same = (new == prices) | (both & (np.abs(new - prices) < 1e-11 * prices))
        prices = new
        if same.all():
            return prices
    return None


def drawn(seed):
    """One to three countries and goods, with holes, dear trade, resources and every mix of elasticities."""
    draw = np.random.default_rng(seed)
    n, s = int(draw.integers(1, 4)), int(draw.integers(1, 4))
    theta = draw.uniform(0.5, 6, s)
    share = draw.dirichlet(np.ones(n), (s, n)) * (draw.random((s, n, n)) < draw.choice([0.6, 0.9]))
    kernel = share * draw.uniform(0.8, draw.choice([1.0, 2.5, 4.0]), (s, n, n)) ** -theta[:, None, None]
    holes = draw.random((n, s, s)) < draw.choice([0.5, 1.0])
    inputs = draw.random((n, s, s)) * holes
    inputs *= (draw.uniform(0.2, 0.95, (n, s)) / np.maximum(inputs.sum(axis=2), 1e-9))[:, :, None]
    added = 1 - inputs.sum(axis=2)
    resource = np.where(draw.random((n, s)) < draw.choice([0.0, 0.4]), draw.uniform(0.1, 0.9, (n, s)) * added, 0.0)
    return structure(
        kernel, inputs, theta, active=draw.random((n, s)) < 0.97, resource_share=resource,
        resource=np.where(resource > 0, draw.choice([0.1, 0.5, 1.0, 1.5], (n, s)), 1.0),
        productivity=draw.uniform(0.7, draw.choice([1.0, 1.6, 8.0]), (n, s)),
        sigma=float(draw.choice([0.2, 0.4, 0.9, 1.0, 1.5, 3.0])), epsilon=float(draw.choice([0.1, 0.5, 1.0, 1.7])),
        phi=float(draw.choice([0.4, 1.0, 2.0])))


def test_every_proof_agrees_with_naive_iteration():
    seen = Counter()
    for seed in range(500):
        given = drawn(seed)
        left = priced(given)
        assert left.settled or left.vanishing.any(), seed
        with np.errstate(all="ignore"):
            prices = naive(given)
        if prices is None:
            seen["open"] += 1
            continue
        np.testing.assert_array_equal(left.goods.T, np.isfinite(prices), err_msg=f"{seed}")
        assert left.vanishing.any() == (prices == 0).any(), seed
        assert not (left.vanishing & (prices > 0)).any(), seed
        seen["endless" if left.endless.any() else "vanishing" if left.vanishing.any() else
             "lost" if not left.goods.all() else "all"] += 1
    assert seen["open"] <= 10, seen
    assert min(seen[kind] for kind in ("all", "lost", "endless", "vanishing")) >= 10, seen


def test_a_world_at_the_edge_is_left_open_only_within_a_hair():
    """All costs rise alike: below a critical factor finite prices are proven, above it none, a hair apart."""
    draw, n, s = np.random.default_rng(3), 6, 4
    kernel = draw.dirichlet(np.full(n, 0.3), (s, n))
    inputs = 0.6 * draw.dirichlet(np.ones(s), (n, s))
    given = structure(kernel, inputs, 1.2, sigma=0.5, epsilon=0.2)
    low, high = 1.0, 50.0
    for _ in range(28):
        middle = (low * high) ** 0.5
        left = priced(replace(given, kernel=given.kernel * middle**-1.2))
        assert left.settled or left.endless.any()
        low, high = (low, middle) if left.endless.any() else (middle, high)
    assert high / low - 1 < 1e-6
    assert 1 < low < 50


# ------------------------------------------------------------------------------------------------ named cases


def autarky(theta):
    """One good, own share .1, materials .5, σ = .5; the other nine tenths came from abroad."""
    return structure([[[0.1]]], [[[0.5]]], theta, sigma=0.5)


@pytest.mark.parametrize(("theta", "answer"), [(1.6, "none"), (1.7, "exists")])
def test_autarky_with_little_substitution_may_have_no_finite_price(theta, answer):
    found = assess(autarky(theta))
    assert (found.answer, found.reason) == (answer, "none: price" if answer == "none" else "")
    if answer == "none":
        assert found.goods == ("good0",)
        assert "would have no finite price: good0 in A." in found.message


def tables_world(trade, inputs, **parameters):
    trade, inputs = np.asarray(trade, dtype=float), np.asarray(inputs, dtype=float)
    countries, sectors, _ = trade.shape
    theta = parameters.pop("theta", 5.0)
    names = [f"C{number}" for number in range(countries)]
    world = mp.World.from_tables(
        trade, inputs, trade.sum(axis=0) - inputs.sum(axis=2), countries=names, regions=names,
        sectors=[f"s{number}" for number in range(sectors)], year=2020, trade_elasticity=theta)
    return world.with_parameters(**parameters) if parameters else world


def solved(world, *measures):
    return mp.solve(world, mp.Scenario(measures=measures))


def test_the_autarky_price_is_where_it_should_be():
    """ln P = 8.27 at θ = 1.7: √P = 62 solves √P = .1^(-1/3.4) (.5 + .5 √P). It is found by plain iteration."""
    given, price = autarky(1.7), np.zeros((1, 1))
    nest = Nest.of(given, given.kernel > 0, np.ones((1, 1), dtype=bool), np.ones((1, 1), dtype=bool))
    for _ in range(3000):
        price = nest.log_price(price)
    root = 0.1 ** (-1 / 3.4)
    np.testing.assert_allclose(price, 8.27, atol=0.01)
    np.testing.assert_allclose(price, 2 * np.log(0.5 * root / (1 - 0.5 * root)), rtol=1e-9)


def test_the_autarky_case_through_the_solver():
    def shut(theta):
        world = tables_world([[[10, 90]], [[90, 10]]], np.full((1, 2, 1), 50.0), theta=theta,
                             value_added_elasticity=0.5)
        return solved(world, mp.Embargo(sides=["C0", "C1"]))

    root = 0.1 ** (-1 / 4)
    price = 1 + shut(2.0).values("consumer_price") / 100
    np.testing.assert_allclose(np.sqrt(price), 0.5 * root / (1 - 0.5 * root), rtol=1e-8)
    with pytest.raises(mp.NoEquilibrium, match="no finite price") as refused:
        shut(1.6)
    assert refused.value.reason == "none: price"


def test_tariffs_alone_can_take_finite_prices_away():
    """Two countries import their only input, materials .7, σ = .3: tariffs of .6 both ways solve, of .7 do not."""
    world = tables_world([[[0, 100]], [[100, 0]]], np.full((1, 2, 1), 70.0), theta=30.0, value_added_elasticity=0.3)

    def taxed(rate):
        return solved(world, mp.Tariff(exporter="C0", importer="C1", rate=rate),
                      mp.Tariff(exporter="C1", importer="C0", rate=rate))

    power = 1.6**0.7
    price = 1 + taxed(0.6).values("consumer_price") / 100
    np.testing.assert_allclose(price**0.7, 0.3 * power / (1 - 0.7 * power), rtol=1e-8)
    with pytest.raises(mp.NoEquilibrium, match="no finite price"):
        taxed(0.7)


def test_an_industry_that_lost_an_input_shuts_and_the_rest_solves():
    """C1 makes good 1 from good 0, which only C0 makes; both buy good 1 from C0 as well."""
    trade = [[[50, 40], [60, 20]], [[0, 0], [20, 60]]]
    inputs = np.zeros((2, 2, 2))
    inputs[0, 1, 1] = 40
    world = tables_world(trade, inputs, input_elasticity=0.2, value_added_elasticity=0.5)
    with pytest.raises(mp.NoEquilibrium, match="labour there would be unsold"):
        solved(world, mp.ExportBan(exporter="C0", importer="C1", sector="s0"))
    trade = [[[50, 40], [60, 20], [10, 20]], [[0, 0], [20, 60], [20, 10]]]
    world = tables_world(trade, np.pad(inputs, ((0, 1), (0, 0), (0, 1))), input_elasticity=0.2,
                         value_added_elasticity=0.5)
    outcome = solved(world, mp.ExportBan(exporter="C0", importer="C1", sector="s0"))
    assert outcome.certificate.existence == "undecided" if world.tables.deficit.any() else "exists"
    assert outcome.values("trade")[1, 1].sum() == 0
    assert np.isnan(outcome.values("producer_price")[1, 1])


def wage_ratios(home, phi):
    """ln wage ratios at which two countries, each with one good and no inputs, sell what they make."""
    ratio = np.linspace(-12, 12, 240_002)
    power = np.exp((1 - phi) * ratio)
    excess = (np.exp(ratio) * home * power / (home * power + 1 - home)
              + (1 - home) * power / ((1 - home) * power + home) - np.exp(ratio))
    crossing = np.sign(excess[1:]) != np.sign(excess[:-1])
    return ratio[1:][crossing]


@pytest.mark.parametrize(("phi", "roots"), [(0.4, [-4.0, 0.0, 4.0]), (0.45, [0.0])])
def test_several_equilibria_and_the_one_continued_from_the_base_year(phi, roots):
    np.testing.assert_allclose(wage_ratios(0.9, phi), roots, atol=0.1)
    trade = [[[90, 10], [0, 0]], [[0, 0], [10, 90]]]
    world = tables_world(trade, np.zeros((2, 2, 2)), final_demand_elasticity=phi)
    outcome = solved(world, mp.Productivity(country="C0", change=1e-4))
    assert outcome.certificate.existence == "exists"
    wages = np.log1p(outcome.values("wage") / 100)
    assert abs(wages[0] - wages[1]) < 0.1
    assert any("continued from the base year" in note for note in outcome.certificate.notes)


def test_nothing_is_said_about_several_equilibria_where_goods_have_several_suppliers():
    world = tables_world([[[90, 10]], [[10, 90]]], np.zeros((1, 2, 1)), final_demand_elasticity=0.4)
    assert not solved(world).certificate.notes


# ------------------------------------------------------------------------------------------------ doing without


def losing_an_input(**substitution):
    """A makes good 2 from goods 0 and 1 and buys good 2 at home alone; nobody sells it good 1 any more."""
    inputs = np.zeros((1, 3, 3))
    inputs[0, 2, :2] = 0.3
    kernel = np.ones((3, 1, 1))
    kernel[1] = 0.0
    return structure(kernel, inputs, final=[[0.5, 0.0, 0.5]], **substitution)


@pytest.mark.parametrize(("substitution", "answer"), [
    ({"epsilon": 1.0}, "none"), ({"epsilon": 0.3}, "none"), ({"epsilon": 1.5}, "exists"), ({"sigma": 1.5}, "exists"),
    ({"sigma": 0.5}, "none"), ({"phi": 0.5}, "none"), ({"phi": 1.5}, "exists"),
    ({"resource": np.full((1, 3), 1.5), "resource_share": np.full((1, 3), 0.2)}, "exists"),
    ({"resource": np.full((1, 3), 1.5), "resource_share": np.zeros((1, 3))}, "none"),
    ({"resource": np.full((1, 3), 0.5), "resource_share": np.full((1, 3), 0.2)}, "none"),
])
def test_who_can_do_without_a_lost_input(substitution, answer):
    given = losing_an_input(**substitution)
    assert assess(given).answer == answer
    kept = "phi" not in substitution and answer == "exists"
    assert priced(given).living[0, 2] == kept


def test_with_every_input_gone_only_value_added_or_a_resource_helps():
    def bare(**substitution):
        given = losing_an_input(**substitution)
        kernel = given.kernel.copy()
        kernel[0] = 0.0
        return priced(replace(given, kernel=kernel, net_kernel=kernel)).living[0, 2]

    assert not bare(epsilon=1.5)
    assert bare(sigma=1.5)
    assert bare(sigma=0.5, resource=np.full((1, 3), 1.2), resource_share=np.full((1, 3), 0.1))


def test_without_value_added_more_substitution_does_not_help():
    inputs = np.zeros((1, 2, 2))
    inputs[0, 1, 0] = 1.0
    given = structure([[[0.0]], [[1.0]]], inputs, sigma=2.0)
    assert priced(given).living.tolist() == [[True, False]]


def test_what_was_lost_beyond_all_bounds_takes_its_users_with_it():
    """Good 0 feeds on itself in A; good 1 is made from it there; B lives on."""
    kernel = np.zeros((2, 2, 2))
    kernel[:, 0, 0] = kernel[:, 1, 1] = 1.0
    kernel[0, 0, 0] = 1e-3
    inputs = np.zeros((2, 2, 2))
    inputs[0, :, 0] = 0.6
    given = structure(kernel, inputs, 2.0, sigma=0.5, final=[[0.0, 1.0], [0.5, 0.5]])
    left = priced(given)
    assert left.living.tolist() == [[False, False], [True, True]]
    assert left.endless.tolist() == [[True, False], [False, False]]
    assert "Industries shut because these would have no finite price: good0 in A." in assess(given).message


@pytest.mark.parametrize(("productivity", "answer"), [(1.9, "exists"), (2.1, "none")])
def test_prices_may_fall_to_nothing_where_materials_replace_value_added(productivity, answer):
    """Materials .5, σ = 2, only own output as input: c = 2 P / A at low prices, so A = 2 is the limit."""
    given = structure([[[1.0]]], [[[0.5]]], sigma=2.0, productivity=np.full((1, 1), productivity))
    found = assess(given)
    assert found.answer == answer
    assert ("would fall to nothing" in found.message) == (answer == "none")


def test_users_that_source_alike_are_as_they_are_together():
    """By use with the same suppliers for all gives what common sourcing gives; with its own, a user can be lost."""
    kinds = Counter()
    for seed in range(60):
        given = drawn(1000 + seed)
        goods, countries = given.kernel.shape[:2]
        apart = replace(given, kernel_by_use=np.broadcast_to(given.kernel, (goods + 1, goods, countries, countries)))
        one, many = priced(given), priced(apart)
        np.testing.assert_array_equal(one.living, many.living)
        np.testing.assert_array_equal(one.goods, many.goods)
        assert one.vanishing.any() == many.vanishing.any()
        kinds[one.living.all()] += 1
    assert min(kinds.values()) > 5
    kernel = np.array([[[0.1]]])
    assert priced(structure(kernel, [[[0.5]]], 1.6, sigma=0.5, by_use=np.array([[[[0.5]]]] * 2))).living.all()
    assert not priced(structure(kernel, [[[0.5]]], 1.6, sigma=0.5, by_use=np.stack([kernel] * 2))).living.any()
    assert not priced(structure(kernel, [[[0.5]]], 1.6, sigma=0.5, by_use=np.stack([0 * kernel] * 2))).living.any()


LOST = {
    "an input": {"input_elasticity": 2.5},
    "all inputs": {"value_added_elasticity": 2.0},
    "all but a resource": {"value_added_elasticity": 0.7, "resource_share": 0.5, "supply_elasticity": 6.0},
    "a final good": {"final_demand_elasticity": 2.5},
}


@pytest.mark.parametrize("kind", LOST)
def test_a_lost_good_is_the_limit_of_a_prohibitive_cost(kind):
    """C0 imports good 1 from C1 alone and goes on without it, as it would at any cost that is high enough."""
    trade = np.array([[[60, 30], [0, 0], [40, 5]], [[20, 50], [30, 40], [5, 40]]], dtype=float)
    inputs = np.zeros((3, 2, 3))
    if kind != "a final good":
        inputs[1, 0, 0] = 30.0
    inputs[0, 0, 0], inputs[2, 0, 0] = 10.0, 5.0
    inputs[0, 1, 1], inputs[1, 1, 0] = 20.0, 8.0
    world = tables_world(trade, inputs, theta=[3.0, 4.0, 5.0], **LOST[kind])
    ban = mp.ExportBan(exporter="C1", importer="C0", sector="s1")
    tenfold = mp.TradeCost(exporter="C1", importer="C0", sector="s1", ad_valorem=9.0)
    shut, dear = (mp.solve(world, mp.Scenario(measures=measures), deficits="zero") for measures in (
        [ban], [tenfold] * (5 if kind == "all but a resource" else 20)))
    assert -99 < shut.values("output")[0, 0] < -1
    assert shut.values("trade")[1, 1, 0] == 0
    close = 0.1 if kind == "all but a resource" else 1e-6
    for name in ("real_income", "wage", "output", "price_index"):
        np.testing.assert_allclose(shut.values(name), dear.values(name), atol=close, rtol=0, err_msg=name)
