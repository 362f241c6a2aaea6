"""What must add up in every counterfactual year: markets, budgets, shares, welfare and its decomposition, groups."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.drawn import RULES, cases

import multipolar as mp
from multipolar.variables import variables

SOME = settings(max_examples=30)


def base_shares(world):
    """Input coefficients (sector, importer, user), value added shares and final spending shares."""
    tables = world.tables
    output = np.where(tables.output > 0, tables.output, 1.0)
    return tables.inputs / output, tables.value_added / output, tables.final / tables.final_spending


def close(one, other, scale):
    np.testing.assert_allclose(one, other, rtol=0, atol=1e-9 * scale)


@SOME
@given(case=cases())
def test_every_market_clears(case):
    outcome = case.solve()
    bought, labour, final = base_shares(outcome.world)
    get, scale = outcome.values, outcome.world.tables.final_spending.max()
    flows, duties, revenue = get("trade"), get("duties"), get("revenue")
    close(flows.sum(axis=2), revenue, scale)
    # Of what buyers spend, the producer has the part before tariff and the treasury the rest.
    close((flows + duties).sum(axis=0).T, get("expenditure"), scale)
    uses = np.einsum("snk,nk->sn", bought, revenue) + final * get("income")
    close(uses.T, get("expenditure"), scale)
    close(labour * revenue, get("value_added"), scale)
    close(get("value_added").sum(axis=1), get("factor_income"), scale)
    close((1 + get("wage") / 100) * outcome.world.tables.factor_income, get("factor_income"), scale)


@SOME
@given(case=cases())
def test_budgets_and_walras(case):
    outcome = case.solve()
    get, tables = outcome.values, outcome.world.tables
    scale = tables.final_spending.max()
    received = get("factor_income") + get("tariff_revenue") + get("deficit") + get("transfers")
    close(get("income"), received, scale)
    close(get("imports") - get("exports"), get("deficit") + get("transfers"), scale)
    close(get("duties").sum(axis=(0, 1)), get("tariff_revenue"), scale)
    for name in ("deficit", "transfers"):
        close(get(name).sum(), 0, scale)
    close(get("exports").sum(), get("imports").sum(), scale)
    close(get("factor_income").sum(), tables.factor_income.sum(), scale)        # the numeraire


@SOME
@given(case=cases())
def test_shares_sum_to_one_and_nothing_is_negative(case):
    outcome = case.solve()
    paid = outcome.values("trade") + outcome.values("duties")
    spent = outcome.values("expenditure").T
    shares = paid.sum(axis=0)[spent > 0] / spent[spent > 0]
    np.testing.assert_allclose(shares, 1, rtol=1e-9)
    for name in ("trade", "duties", "revenue", "value_added", "income", "expenditure"):
        assert outcome.values(name).min() >= 0, name
    bought, labour, final = base_shares(outcome.world)
    active = outcome.world.tables.output > 0
    np.testing.assert_allclose((bought.sum(axis=0) + labour)[active], 1, rtol=1e-12)
    np.testing.assert_allclose(final.sum(axis=0), 1, rtol=1e-12)


@SOME
@given(case=cases())
def test_only_prices_that_do_not_exist_are_missing(case):
    outcome = case.solve()
    for name in variables():
        missing = np.isnan(outcome.values(name))
        if name == "producer_price":
            missing = missing & (outcome.values("revenue") > 0)
        elif name == "consumer_price":
            missing = missing & (outcome.values("expenditure") > 0)
        assert not missing.any(), name
        assert not np.isinf(outcome.values(name)).any(), name


@SOME
@given(case=cases())
def test_welfare(case):
    outcome = case.solve()
    get, tables = outcome.values, outcome.world.tables
    growth, index = get("income") / tables.final_spending, 1 + get("price_index") / 100
    close(1 + get("real_income") / 100, growth / index, 1)
    close(1 + get("real_wage") / 100, (1 + get("wage") / 100) / index, 1)
    close(get("equivalent_variation"), tables.final_spending * get("real_income") / 100, tables.final_spending.max())
    product = get("factor_income") + get("tariff_revenue")
    base = tables.factor_income + tables.tariff_revenue
    close(1 + get("real_gdp") / 100, product / base / index, 1)
    _bought, _labour, final = base_shares(outcome.world)
    prices = np.where(final.T > 0, np.log1p(get("consumer_price") / 100), 0)
    close(np.log(index), (final.T * prices).sum(axis=1), 1)


@SOME
@given(case=cases())
def test_the_decomposition_adds_up(case):
    """100 ln W is the sum of its parts to 1e-10 of a log change."""
    outcome = case.solve()
    total = np.zeros(len(outcome.world.countries))
    for name, row in variables().items():
        if name.startswith("gain_from_"):
            part = outcome.values(name)
            # by country; by country and sector; by exporter, sector and importer
            total += {1: lambda p: p, 2: lambda p: p.sum(axis=1), 3: lambda p: p.sum(axis=(0, 1))}[
                len(row.dimensions)](part)
    np.testing.assert_allclose(total, 100 * np.log1p(outcome.values("real_income") / 100), atol=1e-8)


@SOME
@given(case=cases(countries=(3, 4)))
def test_groups_are_sums(case):
    outcome = case.solve()
    world, get = outcome.group("world"), outcome.values
    spending = outcome.world.tables.final_spending
    assert world.members == outcome.world.countries
    assert (world.exports, world.imports) == (0.0, 0.0)
    assert world.equivalent_variation == pytest.approx(get("equivalent_variation").sum(), abs=1e-9 * spending.max())
    assert world.real_income == pytest.approx(100 * get("equivalent_variation").sum() / spending.sum(), abs=1e-9)
    assert world.income == pytest.approx(get("income").sum())
    assert world.to_dict() == outcome.group(list(outcome.world.countries)).to_dict() | {"name": "world"}
    pair, rest = outcome.group(["C0", "C1"]), outcome.group(list(outcome.world.countries[2:]))
    assert pair.exports == pytest.approx(get("trade")[:2, :, 2:].sum())
    assert (pair.exports, pair.imports) == pytest.approx((rest.imports, rest.exports))
    assert pair.equivalent_variation + rest.equivalent_variation == pytest.approx(
        world.equivalent_variation, abs=1e-9 * spending.max())
    assert pair.tariff_revenue + rest.tariff_revenue == pytest.approx(world.tariff_revenue)
    for at, code in enumerate(outcome.world.countries):
        alone = outcome.group(code)
        assert (alone.real_income, alone.real_gdp, alone.exports) == pytest.approx(
            (get("real_income")[at], get("real_gdp")[at], get("exports")[at]), abs=1e-9)


@SOME
@given(case=cases(), rule=st.sampled_from(RULES))
def test_a_baseline_in_the_place_of_the_base_year(case, rule):
    """Growth factors divide, differences subtract, levels stay, and both ways of asking are the same."""
    first, second = case.solve(rule=rule, measures=case.measures[:1]), case.solve(rule=rule)
    relative = second.relative_to(first)
    assert relative.baseline is first
    baseline = mp.Scenario(name="first", measures=case.measures[:1], closure=mp.Closure(deficits=rule))
    asked = mp.solve(case.world, mp.Scenario(measures=case.measures, baseline=baseline), deficits=rule)
    for name, row in variables().items():
        before, after = first.values(name), second.values(name)
        expected = {"change": lambda a, b: 100 * ((100 + a) / (100 + b) - 1), "difference": lambda a, b: a - b,
                    "level": lambda a, b: a}[row.kind](after, before)
        np.testing.assert_allclose(relative.values(name), expected, rtol=1e-12, atol=1e-12, err_msg=name)
        np.testing.assert_array_equal(relative.values(name), asked.values(name), err_msg=name)
    nothing = second.relative_to(second)
    np.testing.assert_allclose(nothing.values("real_income"), 0, atol=1e-12)
    assert nothing.group("world").real_income == pytest.approx(0, abs=1e-12)
    world, base = second.group("world"), first.group("world")
    assert relative.group("world").real_income == pytest.approx(
        100 * ((100 + world.real_income) / (100 + base.real_income) - 1), abs=1e-10)
