"""The search: its fallbacks, its programs, its range, and that it never returns what is not an equilibrium."""

import collections

import jax
import numpy as np
import pytest
from tests.closed_form.formulas import home_share
from tests.reference.worlds import small_world, solved, tables_world

import multipolar as mp
from multipolar.equilibrium import equations, search, solver
from multipolar.equilibrium import solve as solve_module
from multipolar.equilibrium.economy import assemble, base_year
from multipolar.equilibrium.search import Found
from multipolar.equilibrium.wedges import added

RULES = ("fixed", "zero", "proportional")


@pytest.fixture(scope="module")
def world():
    return small_world(5, 3, 3)


MEASURES = (mp.Tariff(importer="C0", exporter="all", rate=0.5), mp.TradeCost(importer="C1", exporter="C2",
            ad_valorem=1.0), mp.ImportBan(importer="C2", exporter="C0", sector="s1"))


def fail(economy, result, method, before):
    """What an attempt comes to when it is made to fail."""
    return Found(result[0], 1.0, before + int(result[2]), method, 1.0, "failed")


@pytest.mark.parametrize(("failing", "method"), [
    ((), "Anderson"),
    (("Anderson",), "Anderson, short steps"),
    (("Anderson", "Anderson, short steps"), "Newton-Krylov"),
])
def test_each_fallback_finds_the_same_equilibrium(world, monkeypatch, failing, method):
    expected = solved(world, *MEASURES)
    judge = search._found
    monkeypatch.setattr(search, "_found", lambda economy, result, name, before: (
        fail if name in failing else judge)(economy, result, name, before))
    outcome = solved(world, *MEASURES)
    assert outcome.certificate.method == method
    np.testing.assert_allclose(outcome.values("trade"), expected.values("trade"), rtol=1e-8)


@pytest.mark.parametrize("method", ["continuation in measures", "continuation in deficits"])
def test_each_path_finds_the_same_equilibrium(world, monkeypatch, method):
    """The direct attempts, and the first of the two paths, are made to fail."""
    measures = (*MEASURES, mp.Productivity(country="C1", change=-0.2), mp.Transfer(payer="C0", receiver="C1", amount=9))
    expected = solved(world, *measures)
    follow, direct, calls = search._follow, search._direct, []

    def once(economy, start, patient=True):
        calls.append(patient)
        found = direct(economy, start, patient)
        return found if len(calls) > 1 else Found(start, 1.0, 0, "none", 1.0, "failed")

    def second(economy_at, start, iterations, name, ray):
        found = follow(economy_at, start, iterations, name, ray)
        return found if name == method else Found(start, 1.0, 0, name, 1.0, "wage ray")

    monkeypatch.setattr(search, "_direct", once)
    monkeypatch.setattr(search, "_follow", second)
    outcome = solved(world, *measures)
    assert outcome.certificate.method == method
    np.testing.assert_allclose(outcome.values("trade"), expected.values("trade"), rtol=1e-8)


def test_no_numbers_where_no_method_ends_well(world, monkeypatch):
    monkeypatch.setattr(search, "_found", fail)
    with pytest.raises(mp.NotConverged, match="Nothing is reported"):
        solved(world, *MEASURES)


@pytest.mark.parametrize("spoiled", ["log_wage", "log_price", "log_spending"])
def test_the_certificate_refuses_what_the_search_got_wrong(world, monkeypatch, spoiled):
    """A state that is off by 1e-8 anywhere is no answer, whatever the search says of it, and cannot be refined."""
    honest = search.search

    def off(world, economy, base):
        found = honest(world, economy, base)
        values = getattr(found.state, spoiled).copy()
        values.flat[1] += 1e-8
        return Found(found.state._replace(**{spoiled: values}), 1e-12, 1, "Anderson", 1.0, "solved")

    monkeypatch.setattr(search, "search", off)
    monkeypatch.setattr(search, "refined", lambda economy, found: found)
    with pytest.raises(mp.NotConverged, match="holds only to") as caught:
        solved(world, *MEASURES)
    assert any(name in str(caught.value) for name in ("(4)-(5)", "(7)-(8)", "(9)", "(10)", "numeraire"))


def test_the_certificate_refuses_goods_that_leave_unpaid(monkeypatch):
    world = tables_world([[[90.0, 10.0]], [[10.0, 90.0]]])
    monkeypatch.setattr(solve_module, "one_way_misfit", lambda levels, strong: 1e-5)
    with pytest.raises(mp.NotConverged, match="without being paid for"):
        solved(world, mp.Tariff(importer="C0", exporter="C1", rate=0.1))


# ------------------------------------------------------------------------------------------------ hard cases


def closed_world(seed, countries, sectors):
    """Nine tenths and more at home, elasticities from .5 to 30: as hard as published tables get."""
    world = small_world(seed, countries, sectors, deficit=0.1, theta=(0.5, 30))
    trade = world.tables.trade.copy()
    home = np.arange(countries)
    more = 4 * trade[home, :, home]
    trade[home, :, home] += more
    return mp.World.from_tables(
        trade, world.tables.inputs, world.tables.final + more.T, countries=world.countries, regions=world.countries,
        sectors=world.sectors, year=2020, tariffs=world.tables.tariffs,
        trade_elasticity=world.parameters.trade_elasticity)


def drawn_measures(draw, world):
    found = []
    for _ in range(draw.integers(1, 4)):
        one, other = draw.choice(world.countries, 2, replace=False).tolist()
        good = draw.choice([*world.sectors, "all"]).item()
        other = "all" if draw.random() < 0.3 else other
        rise = float(draw.uniform(0, 1))
        found.append([
            mp.Tariff(importer=one, exporter="all", sector=good, add=2 * rise),
            mp.TradeCost(importer=one, exporter=other, sector=good, ad_valorem=9 * rise),
            mp.Embargo(sides=(one, other), sector=good),
            mp.ImportBan(importer=one, exporter=other, sector=good),
            mp.Productivity(country=one, sector=good, change=1.2 * rise - 0.6),
        ][draw.integers(5)])
    return found


@pytest.mark.slow
def test_every_drawn_world_ends_in_an_answer():
    """Solved, or refused with a reason; never without either, never with a NaN that is not a missing price."""
    ends = collections.Counter()
    for seed in range(300):
        draw = np.random.default_rng(seed)
        shape = int(draw.integers(2, 9)), int(draw.integers(1, 5))
        world = (closed_world if seed % 2 else small_world)(seed, *shape)
        assert np.abs(world.tables.deficit / world.tables.factor_income).max() < 0.25
        try:
            outcome = solved(world, *drawn_measures(draw, world), deficits=RULES[seed % 3])
        except mp.NoEquilibrium as error:
            ends[error.reason] += 1
            continue
        ends["solved"] += 1
        assert outcome.certificate.residual <= 1e-10, seed
        for name in ("real_income", "real_gdp", "wage", "trade", "revenue", "gain_from_costs"):
            assert np.isfinite(outcome.values(name)).all(), seed
    assert set(ends) <= {"solved", "none: price", "none: flows", "unpayable", "wage ray"}
    assert ends["solved"] > 200
    assert ends["none: flows"] > 5
    assert ends["none: price"] > 5


@pytest.mark.parametrize("theta", [0.5, 4.0, 30.0])
def test_walls_around_everybody(theta):
    """Costs of ten thousand percent on all trade: nearly autarky, and no worse."""
    world = small_world(9, 4, 3, deficit=0.05, own_supply=True, theta=(theta, theta * 1.01))
    walls = [mp.TradeCost(importer="all", exporter="all", ad_valorem=9.0)] * 2
    outcome = solved(world, *walls, deficits="zero")
    autarky = solved(world, mp.Embargo(sides=("all", "all")), deficits="zero")
    assert (outcome.values("real_gdp") >= autarky.values("real_gdp") - 1e-6).all()
    if theta >= 4:
        np.testing.assert_allclose(outcome.values("real_gdp"), autarky.values("real_gdp"), atol=1e-3)


def test_empty_industries_and_goods_without_buyers():
    """A sector that nobody makes, uses or trades, and a country that makes one good only."""
    trade = np.zeros((3, 4, 3))
    trade[:, :2] = np.random.default_rng(0).uniform(1, 5, (3, 2, 3))
    trade[2, 1] = 0.0
    trade[0, 3] = [3, 1, 2]
    outcome = solved(tables_world(trade, theta=[3, 5, 7, 9]), mp.Tariff(importer="C0", exporter="all", rate=0.3),
                     mp.ImportBan(importer="C1", exporter="C2"), mp.Productivity(country="C1", change=0.1))
    for name, values in ((name, outcome.values(name)) for name in outcome.dataset):
        assert np.isfinite(values).all(), name
    for name in ("producer_price", "consumer_price", "output", "expenditure"):
        assert not outcome.values(name)[:, 2].any()


# ------------------------------------------------------------------------------------------------ range and programs


def supply(world, log_cost):
    """Prices, output and net shares at given costs and base-year spending."""
    base = base_year(world)
    countries, sectors = len(world.countries), len(world.sectors)
    everything = np.ones((countries, sectors), bool)
    economy = assemble(world, mp.Scenario().policy(world), "fixed", base.kernel, base.net_kernel, everything[None],
                       everything, np.zeros(countries, np.int64))
    with jax.enable_x64(True):
        arrays = jax.tree.map(jax.numpy.asarray, (economy, log_cost, world.tables.expenditure[None]))
        return jax.tree.map(np.asarray, equations.supply(*arrays, added(arrays[0].wedges, [])))


@pytest.mark.parametrize("gap", [0.5, 12.0])
def test_prices_where_powers_underflow(gap):
    """theta = 65 and costs e^12 apart: e^-780 is no number, yet who buys of the dear maker alone pays its price."""
    world = tables_world([[[50.0, 0.0]], [[0.0, 30.0]]], theta=65.0)
    cost = np.array([[0.0, gap]])
    found = supply(world, cost)
    np.testing.assert_allclose(found.log_price[0, 0], [0.0, gap], atol=1e-12)
    np.testing.assert_allclose(found.output[0], [50.0, 30.0], rtol=1e-12)
    np.testing.assert_allclose(found.net_share, 1.0, rtol=1e-12)


def test_the_two_ways_to_sum_agree(monkeypatch):
    """Products and logs on a world with tariffs, idle industries and zero cells."""
    world = small_world(6, 4, 3)
    cost = np.random.default_rng(1).normal(0, 0.3, (3, 4))
    results = []
    for smallest in (equations.SMALLEST_SUM, np.inf):
        monkeypatch.setattr(equations, "SMALLEST_SUM", smallest)
        results.append(supply(world, cost))
    for products, logs in zip(*(jax.tree.leaves(result) for result in results), strict=True):
        np.testing.assert_allclose(products, logs, rtol=1e-12, atol=1e-12)


def test_a_whole_solve_beyond_the_range_of_powers():
    """Productivity e^16 apart at theta = 65, c^-theta beyond e^1000: real wages still follow from home shares."""
    world = tables_world([[[50.0, 20.0], [40.0, 1.0]], [[20.0, 30.0], [1.0, 40.0]]], theta=[3.0, 65.0])
    measures = [mp.Productivity(country="C0", sector="s1", change=9.0)] * 7
    outcome = solved(world, *measures, mp.ImportBan(importer="C1", exporter="C0", sector="s1"))
    assert outcome.certificate.residual <= 1e-10
    before, after = (home_share(flows, 0 * flows) for flows in (world.tables.trade, outcome.values("trade")))
    np.testing.assert_allclose(after[1], 1, rtol=1e-12)
    better = np.array([[0, 0], [7 * np.log(10), 0]])
    spent = world.tables.final / world.tables.final_spending
    expected = (spent * (better - np.log(after / before) / np.array([[3.0], [65.0]]))).sum(axis=0)
    np.testing.assert_allclose(np.log1p(outcome.values("real_wage") / 100), expected, atol=1e-9)


@pytest.mark.parametrize("shape", [(2, 1), (5, 2)])
def test_padding_changes_nothing(monkeypatch, shape):
    world = small_world(2, *shape)
    padded = solved(world, mp.Tariff(importer="C0", exporter="all", rate=0.3))
    monkeypatch.setattr(search, "padded_size", lambda countries, sectors, *_groups: (countries, sectors))
    bare = solved(world, mp.Tariff(importer="C0", exporter="all", rate=0.3))
    for name in ("real_income", "trade", "consumer_price"):
        np.testing.assert_allclose(bare.values(name), padded.values(name), rtol=1e-9, atol=1e-9)


def test_small_worlds_share_their_programs():
    """Thirty worlds of thirty shapes and measures: one program."""
    solved(small_world(0, 2, 1), mp.Tariff(importer="C0", exporter="all", rate=0.1))
    before = solver.accelerate._cache_size()
    for seed in range(30):
        world = small_world(seed, 2 + seed % 3, 1 + seed % 4)
        measure = [mp.Tariff(importer="C0", exporter="all", rate=0.1), mp.Embargo(sides=("C0", "C1"), sector="s0"),
                   mp.Productivity(country="C1", change=0.2)][seed % 3]
        try:
            solved(world, measure, deficits=RULES[seed % 3])
        except mp.NoEquilibrium:
            continue
    assert solver.accelerate._cache_size() - before <= 2               # the second: short steps, where they are needed


def test_solving_leaves_jax_as_it_was(world):
    before = dict(jax.config.values)
    solved(world, *MEASURES)
    assert dict(jax.config.values) == before
    assert jax.numpy.ones(1).dtype == "float32"
    with pytest.raises(mp.NoEquilibrium):
        solved(world, mp.Embargo(sides=("C0", "all")), deficits="fixed")
    assert dict(jax.config.values) == before


def test_steep_demand_is_held_to_what_its_certificate_needs():
    """theta = 29 makes of an error of prices 29 times itself in trade shares; slow steps end just short of that."""
    world = closed_world(1023, 3, 2)
    assert world.parameters.trade_elasticity.max() > 28
    outcome = solved(world, mp.ImportBan(importer="C1", exporter="C2", sector="s1"),
                     mp.Tariff(importer="C0", exporter="all", sector="s0", add=1.55332),
                     mp.TradeCost(importer="C1", exporter="all", ad_valorem=6.73754), deficits="fixed")
    assert outcome.certificate.residual <= 1e-10
