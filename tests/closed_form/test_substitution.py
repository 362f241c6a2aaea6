"""Limits of the whole nest: CES among inputs and in final demand, resources, specific capital, two horizons."""

from dataclasses import replace

import jax
import numpy as np
import pytest
from scipy.optimize import brentq
from tests.closed_form.formulas import content
from tests.closed_form.test_home_shares import free_trade_world, shares_after
from tests.reference.worlds import nested, small_world, solved, tables_world

import multipolar as mp
from multipolar.equilibrium import equations
from multipolar.equilibrium.decompose import Decomposition
from multipolar.equilibrium.economy import assemble, kernels, resting_state
from multipolar.equilibrium.horizons import horizon_table
from multipolar.measures.combine import combine
from multipolar.variables import variables

unit_cost, demand, final_shares = (jax.jit(each) for each in (
    equations.unit_cost, equations.demand, equations.final_shares))
HORIZONS = ["long", "short"]
RULES = ["fixed", "zero", "proportional"]
ELASTICITIES = ["value_added_elasticity", "input_elasticity", "final_demand_elasticity"]


def economy_of(world, *measures):
    """The arrays of the equations, with every good and industry alive."""
    scenario = mp.Scenario(measures=measures)
    policy, countries, sectors = combine(world, [m.lower(world) for m in scenario.measures]), *world.tables.output.shape
    alive = np.ones((countries, sectors), bool)
    return assemble(world, policy, "fixed", *kernels(world, policy), alive[None], alive,
                    np.zeros(countries, dtype=np.int64))


def drawn_state(economy, seed):
    """Any prices at all, far from an equilibrium."""
    draw = np.random.default_rng(seed)
    rest = resting_state(economy)
    moved = [draw.normal(0, 0.5, np.shape(values)) for values in rest[:5]]
    return rest._replace(**dict(zip(rest._fields[:5], moved, strict=True)))


def shock(world):
    """A tariff, a dearer flow, damage and a ban that leaves other suppliers."""
    return [mp.Tariff(importer="C0", exporter="all", rate=0.3),
            mp.TradeCost(importer="C1", exporter="C0", ad_valorem=0.2),
            mp.Productivity(country=world.countries[-1], change=-0.1),
            mp.ImportBan(importer="C0", exporter="C1", sector="s0")]


@pytest.mark.parametrize("seed", range(4))
def test_cost_shares_sum_to_one_whatever_productivity_and_elasticities(seed):
    """Each share from its own formula; that of value added is (1 - s_R') a~ (v/x)^(1 - sigma)."""
    world = nested(small_world(seed, 3, 3, idle=False, own_supply=True), seed).with_parameters(
        value_added_elasticity=0.3 + 0.4 * seed, capital_share=0.0)
    economy = economy_of(world, mp.Productivity(country="C0", change=0.7), mp.Productivity(country="C1", change=-0.6))
    state = drawn_state(economy, seed)
    with jax.enable_x64(True):
        costs, shares = unit_cost(economy, state)
        mixed = economy.mix_share
        added = (1 - shares.resource) * mixed * np.exp(
            (1 - economy.value_added_elasticity) * (costs.value_added - costs.mix))
        np.testing.assert_allclose(shares.resource + shares.materials + added, 1, rtol=1e-13)
        np.testing.assert_allclose(shares.value_added, added, atol=1e-13)
        np.testing.assert_allclose(final_shares(economy, state).sum((0, 1)), 1, rtol=1e-13)
        spent = demand(economy, state, costs, shares.materials, np.zeros(3))
        np.testing.assert_allclose(spent.sum((0, 1)), np.asarray(shares.materials).sum(0), rtol=1e-13)
        base = economy.mix_share * economy.rest_share
        assert np.abs(np.asarray(shares.value_added) - base).max() > 0.01


@pytest.mark.parametrize("seed", range(4))
def test_costs_are_homogeneous_of_degree_one(seed):
    world = nested(small_world(seed, 3, 3, idle=False, own_supply=True), seed).with_parameters(capital_share=0.3)
    economy = economy_of(world)
    state = drawn_state(economy, seed)
    dearer = state._replace(**{name: getattr(state, name) + 0.7 for name in state._fields[:5]})
    with jax.enable_x64(True):
        (low, shares), (high, same) = unit_cost(economy, state), unit_cost(economy, dearer)
        for one, other in zip(low, high, strict=True):
            np.testing.assert_allclose(other - one, 0.7, atol=1e-12)
        for one, other in zip(shares, same, strict=True):
            np.testing.assert_allclose(other, one, atol=1e-12)


@pytest.mark.parametrize("name", ELASTICITIES)
def test_an_elasticity_of_one_is_reached_continuously_and_smoothly(name):
    world = nested(small_world(5, 3, 3), 5)
    measures = shock(world)

    def at(elasticity):
        changed = solved(world.with_parameters(**{name: elasticity}), *measures)
        return np.concatenate([changed.values(row).ravel() for row in ("real_income", "producer_price", "wage")]) / 100

    one, below, above = at(1.0), at(1 - 1e-7), at(1 + 1e-7)
    for near in (below, above):
        np.testing.assert_allclose(near, one, atol=1e-6)
        assert np.abs(near - one).max() > 0
    # The slope across one is the slope on either side of it: no kink, and no lost digits.
    slope, left, right = ((at(1 + b) - at(1 + a)) / (b - a) for a, b in ((-1e-4, 1e-4), (-2e-4, -1e-4), (1e-4, 2e-4)))
    scale = np.abs(slope).max()
    assert scale > 1e-4
    np.testing.assert_allclose(left, slope, atol=2e-3 * scale)
    np.testing.assert_allclose(right, slope, atol=2e-3 * scale)


def test_a_resource_elasticity_of_one_is_reached_continuously():
    world = nested(small_world(5, 3, 3, idle=False), 5)
    economy = economy_of(world)
    state = drawn_state(economy, 1)
    with jax.enable_x64(True):
        def costs(elasticity):
            return np.asarray(unit_cost(economy._replace(
                resource_elasticity=np.full_like(economy.resource_share, elasticity)), state)[0].unit)

        one = costs(1.0)
        for near in (costs(1 - 1e-7), costs(1 + 1e-7)):
            np.testing.assert_allclose(near, one, atol=1e-6)
        np.testing.assert_allclose((costs(1 + 1e-7) - one) / 1e-7, (costs(1 + 1e-3) - costs(1 - 1e-3)) / 2e-3,
                                   atol=1e-5)


@pytest.mark.parametrize("elasticity", [0.0, 0.1, 0.5, 1.0, 3.0])
def test_the_supply_elasticity_of_a_resource_industry_is_its_datum(elasticity):
    """d ln(Y/c) / d ln c of every industry with a resource, at given w and P and without specific capital."""
    world = nested(small_world(6, 3, 3, idle=False), 6).with_parameters(
        resource_share=[0.3, 0.6, 0.05], supply_elasticity=elasticity)
    economy = economy_of(world)
    rest = resting_state(economy)
    step = 1e-5
    with jax.enable_x64(True):
        def rent_and_share(sector, country, log_price):
            """ln r_R at which the unit cost is the producer's price, and the resource's part of revenue there."""
            def state(log_rent):
                rents = np.zeros((3, 3))
                rents[sector, country] = log_rent
                return rest._replace(log_resource_rent=rents)

            rent = brentq(lambda log: float(unit_cost(economy, state(log))[0].unit[sector, country]) - log_price, -1, 1,
                          xtol=1e-15)
            shares = unit_cost(economy, state(rent))[1]
            return rent, float(shares.resource[sector, country])

        for sector, country in [(0, 0), (1, 1), (2, 2), (0, 2)]:
            quantity = []
            for log_price in (-step, step):
                rent, share = rent_and_share(sector, country, log_price)
                # s_R' Y' = r_R R: what the fixed resource earns tells the revenue.
                revenue = rent + np.log(economy.resource_share[sector, country] / share)
                quantity.append(revenue - log_price)
            assert (quantity[1] - quantity[0]) / (2 * step) == pytest.approx(elasticity, abs=1e-6)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("horizon", HORIZONS)
def test_nothing_changes_without_a_measure(horizon, rule):
    world = nested(small_world(7, 4, 3), 7)
    outcome = solved(world, deficits=rule, horizon=horizon)
    for name, row in variables().items():
        if row.kind == "change":
            np.testing.assert_allclose(np.nan_to_num(outcome.values(name)), 0, atol=1e-8, err_msg=name)


@pytest.mark.parametrize("horizon", HORIZONS)
def test_units_of_money_do_not_matter(horizon):
    world = nested(small_world(8, 3, 3), 8)
    tables = world.tables
    larger = replace(world, tables=replace(tables, trade=7 * tables.trade, inputs=7 * tables.inputs,
                                           final=7 * tables.final))
    one, other = (solved(each, *shock(world), horizon=horizon) for each in (world, larger))
    for name, row in variables().items():
        factor = 7 if row.unit == "million USD" else 1
        np.testing.assert_allclose(other.values(name), factor * one.values(name), rtol=1e-8, atol=1e-7, err_msg=name)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("horizon", HORIZONS)
def test_walras_budgets_and_the_balance_of_payments(horizon, rule):
    world = nested(small_world(9, 4, 3), 9)
    outcome = solved(world, *shock(world), mp.Transfer(payer="C0", receiver="C2", amount=10), deficits=rule,
                     horizon=horizon)
    money = {name: outcome.values(name) for name in ("income", "factor_income", "tariff_revenue", "deficit",
                                                     "transfers", "imports", "exports")}
    given = money["deficit"] + money["transfers"]
    small = 1e-8 * money["income"].max()
    np.testing.assert_allclose(money["income"], money["factor_income"] + money["tariff_revenue"] + given, atol=small)
    np.testing.assert_allclose(money["imports"] - money["exports"], given, atol=small)
    np.testing.assert_allclose(outcome.values("value_added").sum(axis=1), money["factor_income"], atol=small)
    assert given.sum() == pytest.approx(0, abs=small)
    assert outcome.certificate.residual < 1e-10
    factors = outcome.values("value_added") / np.where(world.tables.value_added > 0, world.tables.value_added, 1.0)
    assert np.ptp(factors[world.tables.value_added > 0]) > 1e-3


@pytest.mark.parametrize("horizon", HORIZONS)
def test_the_order_of_countries_and_sectors_does_not_matter(horizon):
    world = nested(small_world(10, 4, 3), 10)
    places, kinds = np.array([2, 0, 3, 1]), np.array([1, 2, 0])
    tables, own = world.tables, world.parameters
    turned = mp.World.from_tables(
        tables.trade[np.ix_(places, kinds, places)], tables.inputs[np.ix_(kinds, places, kinds)],
        tables.final[np.ix_(kinds, places)], tariffs=tables.tariffs[np.ix_(places, kinds, places)],
        countries=[world.countries[at] for at in places], regions=world.countries, year=2020,
        sectors=[world.sectors[at] for at in kinds], trade_elasticity=own.trade_elasticity[kinds]).with_parameters(
            **{name: getattr(own, name) for name in ELASTICITIES},
            **{name: getattr(own, name)[kinds] for name in ("resource_share", "supply_elasticity", "capital_share")})
    one, other = (solved(each, *shock(world), horizon=horizon) for each in (world, turned))
    for name, row in variables().items():
        order = np.ix_(*[kinds if axis == "sector" else places for axis in row.dimensions])
        np.testing.assert_allclose(other.values(name), one.values(name)[order], rtol=1e-7, atol=1e-6, err_msg=name)


def halved(world):
    """The first country in two identical halves, which trade with one another as the whole did with itself."""
    tables, own = world.tables, world.parameters
    back = np.r_[0, np.arange(len(world.countries))]
    part = np.where(np.arange(len(back)) < 2, 0.5, 1.0)
    names = ["H1", "H2", *world.countries[1:]]
    return mp.World.from_tables(
        tables.trade[back][:, :, back] * part[:, None, None] * part, tables.inputs[:, back] * part[:, None],
        tables.final[:, back] * part, tariffs=tables.tariffs[back][:, :, back], countries=names, regions=names,
        sectors=list(world.sectors), year=2020, trade_elasticity=own.trade_elasticity).with_parameters(
            **{name: getattr(own, name) for name in (*ELASTICITIES, "resource_share", "supply_elasticity",
                                                     "capital_share")})


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("horizon", HORIZONS)
def test_a_country_split_in_two_identical_halves(horizon, rule):
    world = nested(small_world(11, 3, 3), 11)

    def measures(whole):
        return [mp.Tariff(importer=whole, exporter=["C1", "C2"], rate=0.3), mp.Productivity(country=whole, change=-0.1),
                mp.ImportBan(importer=whole, exporter="C1", sector="s0"),
                mp.TradeCost(importer="C1", exporter=whole, ad_valorem=0.2)]

    one = solved(world, *measures("C0"), deficits=rule, horizon=horizon)
    two = solved(halved(world), *measures(["H1", "H2"]), deficits=rule, horizon=horizon)
    for name in ("real_income", "wage", "price_index", "producer_price", "consumer_price", "output"):
        for half in (0, 1):
            kept = np.delete(two.values(name), 1 - half, axis=0)
            np.testing.assert_allclose(kept, one.values(name), rtol=1e-8, atol=1e-7, err_msg=name)


@pytest.mark.parametrize("elasticity", [0.4, 0.9, 1.0, 1.7])
def test_productivity_where_one_good_is_made_from_itself(elasticity):
    """(A P)^(1 - sigma) = a w^(1 - sigma) + (1 - a) P^(1 - sigma) and all income is labour's: W = w / P."""
    share, change = 0.6, 0.25
    world = tables_world([[[100.0]]], np.array([[[100 * (1 - share)]]])).with_parameters(
        value_added_elasticity=elasticity)
    outcome = solved(world, mp.Productivity(country="C0", change=change))
    gap = 1 - elasticity
    expected = (((1 + change) ** gap - (1 - share)) / share) ** (1 / gap) if gap else (1 + change) ** (1 / share)
    np.testing.assert_allclose(1 + outcome.values("real_income") / 100, expected, rtol=1e-9)


@pytest.mark.parametrize("elasticity", [0.4, 0.9, 1.0, 1.7])
def test_many_goods_without_inputs_but_with_substitution(elasticity):
    """ln P_s / w = ln(lambda_hat) / theta; real wages are the CES index of these, for any measure on trade."""
    world = free_trade_world(2, 4, 3, materials=0.0).with_parameters(final_demand_elasticity=elasticity)
    outcome = solved(world, mp.TradeCost(importer="C0", exporter="all", ad_valorem=0.4),
                     mp.Tariff(importer="C2", exporter="C1", rate=0.5), mp.Embargo(sides=("C1", "C3")))
    price = shares_after(outcome) ** (1 / world.parameters.trade_elasticity[:, None])
    alpha, gap = world.tables.final / world.tables.final_spending, 1 - elasticity
    index = (alpha * price**gap).sum(axis=0) ** (1 / gap) if gap else np.prod(price**alpha, axis=0)
    np.testing.assert_allclose(1 + outcome.values("real_wage") / 100, 1 / index, rtol=1e-9)


def test_resources_of_elasticity_one_in_one_closed_economy():
    """Constant shares of revenue: rents follow revenue, which stays, so the closed form with Leontief's inverse."""
    world = small_world(3, 1, 4)
    share = np.array([0.0, 0.2, 0.5, 0.7])
    held = share * (world.tables.value_added / world.tables.output)[0]
    world = world.with_parameters(resource_share=share, supply_elasticity=(1 - held) / np.where(held > 0, held, 1.0))
    change = np.array([-0.5, 0.2, 0.4, 1.5])
    outcome = solved(world, *[mp.Productivity(country="C0", sector=good, change=rise)
                              for good, rise in zip(world.sectors, change, strict=True)])
    np.testing.assert_allclose(1 + outcome.values("real_income") / 100,
                               [np.exp(content(world)[:, 0] @ np.log1p(change))], rtol=1e-9)


def test_long_has_no_specific_capital_whatever_the_world_records():
    world = small_world(4, 3, 2)
    with_capital = world.with_parameters(capital_share=0.4)
    np.testing.assert_array_equal(solved(with_capital, *shock(world)).values("real_income"),
                                  solved(world, *shock(world)).values("real_income"))


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("horizon", HORIZONS)
@pytest.mark.parametrize("seed", range(3))
def test_the_decomposition_adds_up(seed, horizon, rule):
    """To 1e-10 of ln W_hat, whatever the elasticities; at phi below one shares of dearer goods grow."""
    world = nested(small_world(seed + 20, 4, 3), seed).with_parameters(final_demand_elasticity=[0.3, 1.0, 2.0][seed])
    outcome = solved(world, *shock(world), mp.Transfer(payer="C0", receiver="C2", amount=10), deficits=rule,
                     horizon=horizon)
    total = Decomposition(outcome._levels).total() / 100
    expected = np.log1p(outcome.values("real_income") / 100)
    np.testing.assert_allclose(total, expected, atol=1e-10)
    assert np.abs(expected).max() > 1e-3


def paid_back(world):
    """Transfers that undo every deficit of the base year: who borrows pays who lends."""
    owed, transfers = world.tables.deficit.copy(), []
    while np.abs(owed).max() > 1e-9:
        payer, receiver = int(np.argmax(owed)), int(np.argmin(owed))
        amount = min(owed[payer], -owed[receiver])
        owed[[payer, receiver]] += [-amount, amount]
        transfers.append(mp.Transfer(payer=f"C{payer}", receiver=f"C{receiver}", amount=float(amount)))
    return transfers


@pytest.mark.parametrize("horizon", HORIZONS)
@pytest.mark.parametrize("seed", range(3))
def test_zero_deficits_are_no_deficits_before_and_after(seed, horizon):
    """Deficits paid back by transfers, once without measures and once with them, and the two compared."""
    world = nested(small_world(seed + 30, 3, 3), seed)
    before, after = (solved(world, *paid_back(world), *measures, deficits="fixed", horizon=horizon)
                     for measures in ([], shock(world)))
    compared = after.relative_to(before)
    outcome = solved(world, *shock(world), deficits="zero", horizon=horizon)
    for name in ("real_income", "real_gdp", "wage", "price_index", "producer_price", "consumer_price", "output"):
        np.testing.assert_allclose(outcome.values(name), compared.values(name), atol=1e-7, err_msg=name)
    for name in ("income", "factor_income", "trade", "expenditure", "value_added"):
        np.testing.assert_allclose(outcome.values(name), after.values(name), rtol=1e-9, atol=1e-6, err_msg=name)
    assert np.abs(before.values("real_income")).max() > 0.1


def test_a_world_without_specific_capital_refuses_the_short_horizon():
    with pytest.raises(mp.InputError, match=r"short horizon needs\. Give it with with_parameters\(capital_share"):
        solved(small_world(1, 2, 2), horizon="short")


@pytest.mark.parametrize("horizon", HORIZONS)
def test_resources_without_supply_elasticities_are_refused(horizon):
    world = small_world(1, 2, 2).with_parameters(resource_share=[0.2, 0.0], capital_share=0.2)
    with pytest.raises(mp.InputError, match="resource shares but no supply elasticities"):
        solved(world, horizon=horizon)
    solved(world.with_parameters(supply_elasticity=0.5), horizon=horizon)


def test_every_row_of_the_horizons_has_a_value_in_its_range_and_a_source():
    kinds = {"definition", "published", "assumption"}
    for row in horizon_table():
        where = f"{row['horizon']}, {row['parameter']}"
        assert row["source"], where
        assert row["status"] in kinds, where
        assert row["rule"] in ("world", "value", "times", "at least"), where
        assert (row["rule"] == "world") == (not row["value"]), where
        assert bool(row["low"]) == bool(row["high"]) == (row["status"] != "definition"), where
        if row["low"]:
            assert 0 <= float(row["low"]) <= float(row["value"]) <= float(row["high"]), where
    pairs = [{(row["parameter"]) for row in horizon_table() if row["horizon"] == horizon} for horizon in HORIZONS]
    assert pairs[0] == pairs[1]
