"""What must not matter: names' order, the unit of money, how a country is drawn on the map, the order of measures."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.drawn import RULES, Case, cases, worlds

import multipolar as mp
from multipolar.variables import variables

CLOSE = {"rtol": 1e-7, "atol": 1e-7}
"""In percent: two searches that end at log changes of 1e-11, magnified by elasticities and small shares."""

MANY = settings(max_examples=40)


def money(world):
    """What an absolute tolerance for money is relative to."""
    return world.tables.final_spending.max() / 100


def assert_same(ours, theirs, places=None, *, money_ratio=1.0):
    """Every variable of two outcomes; `places` gives the position of our labels in theirs, by axis."""
    for name, row in variables().items():
        found = theirs.values(name)
        for axis, dimension in enumerate(row.dimensions if places else ()):
            kind = "sector" if dimension == "sector" else "country"
            found = np.take(found, places[kind], axis=axis)
        is_money = row.unit == "million USD"
        found = found / money_ratio if is_money else found
        scale = money(ours.world) if is_money else 1.0
        np.testing.assert_allclose(ours.values(name), found, rtol=CLOSE["rtol"], atol=CLOSE["atol"] * scale,
                                   err_msg=name)


@MANY
@given(case=cases(), data=st.data())
def test_the_order_of_countries_and_sectors(case, data):
    countries = np.array(data.draw(st.permutations(range(len(case.world.countries)))))
    sectors = np.array(data.draw(st.permutations(range(len(case.world.sectors)))))
    ours, theirs = case.solve(), case.solve(world=case.in_order(countries, sectors))
    assert_same(ours, theirs, {"country": np.argsort(countries), "sector": np.argsort(sectors)})


@MANY
@given(case=cases(), ratio=st.sampled_from([1e-3, 7.0, 1e6]))
def test_the_unit_of_money(case, ratio):
    """A thousand times all flows is the same world in another currency."""
    tables = case.world.tables
    scaled = mp.World.from_tables(
        tables.trade * ratio, tables.inputs * ratio, tables.final * ratio, tariffs=tables.tariffs,
        countries=case.world.countries, regions=case.world.countries, sectors=case.world.sectors, year=2020,
        trade_elasticity=case.world.parameters.trade_elasticity)
    measures = tuple(measure.model_copy(update={"amount": measure.amount * ratio})
                     if isinstance(measure, mp.Transfer) else measure for measure in case.measures)
    assert_same(case.solve(), case.solve(world=scaled, measures=measures), money_ratio=ratio)


@MANY
@given(world=worlds(), rule=st.sampled_from(RULES))
def test_no_measure_changes_nothing(world, rule):
    """Every hat is one, exactly where the base year is."""
    outcome = mp.solve(world, mp.Scenario(), deficits=rule)
    for name, row in variables().items():
        if row.kind in ("change", "difference"):
            scale = money(world) if row.unit == "million USD" else 1.0
            np.testing.assert_allclose(outcome.values(name), 0, atol=1e-7 * scale, err_msg=name)
    np.testing.assert_allclose(outcome.values("trade"), outcome.world.tables.trade, rtol=1e-9, atol=1e-9)
    for measure in (mp.Tariff(importer="C0", exporter="all", add=0.0), mp.Productivity(country="C0", change=0.0),
                    mp.TradeCost(importer="C0", exporter="C1", ad_valorem=0.0),
                    mp.Tariff(importer="all", exporter="C1", cut=0.0)):
        same = mp.solve(world, mp.Scenario(measures=[measure]), deficits=rule)
        np.testing.assert_array_equal(same.values("real_income"), outcome.values("real_income"))


def split(world):
    """The world with C0 in two identical halves, C0 and CX, that trade with each other as parts of one country do."""
    tables, n = world.tables, len(world.countries)
    halves = np.array([*range(n), 0])                                  # where each new country comes from
    weight = np.where(halves == 0, 0.5, 1.0)
    trade = tables.trade[halves][:, :, halves] * weight[:, None, None] * weight
    inputs = tables.inputs[:, halves] * weight[:, None]
    names = [*world.countries, "CX"]
    return mp.World.from_tables(
        trade, inputs, tables.final[:, halves] * weight, tariffs=tables.tariffs[halves][:, :, halves], countries=names,
        regions=names, sectors=world.sectors, year=world.year, trade_elasticity=world.parameters.trade_elasticity)


def on_both_halves(measure):
    """The measure with CX beside C0 wherever C0 stands; "all" already includes it, and is taken to leave C0 out."""
    fields = {name: [value, "CX"] if value == "C0" else value for name in ("importer", "exporter", "country", "payer",
              "receiver") if (value := getattr(measure, name, None)) is not None}
    for name, opposite in (("importer", "exporter"), ("exporter", "importer")):
        if fields.get(name) == "all" and "CX" in fields.get(opposite, ()):
            fields[name] = "others"
    return type(measure)(**measure.model_dump(exclude={*fields, "kind"}, exclude_none=True), **fields)


@settings(max_examples=25)
@given(case=cases(countries=(2, 3)))
def test_a_country_in_two_identical_halves(case):
    whole = case.solve()
    halves = case.solve(world=split(case.world), measures=tuple(map(on_both_halves, case.measures)))
    number = len(case.world.countries)
    for name in ("real_income", "real_gdp", "real_wage", "wage", "price_index"):
        np.testing.assert_allclose(halves.values(name)[[*range(number), 0]], halves.values(name)[[*range(number), -1]],
                                   **CLOSE)
        np.testing.assert_allclose(halves.values(name)[:number], whole.values(name), **CLOSE, err_msg=name)
    for name in ("consumer_price", "producer_price", "output"):
        np.testing.assert_allclose(halves.values(name)[:number], whole.values(name), **CLOSE, err_msg=name)
    flows = halves.values("trade").copy()
    flows[0] += flows[-1]
    flows[:, :, 0] += flows[:, :, -1]
    np.testing.assert_allclose(flows[:-1, :, :-1], whole.values("trade"), rtol=1e-7, atol=1e-7 * money(case.world))
    both = halves.group(["C0", "CX"])
    assert np.isclose(both.equivalent_variation, whole.values("equivalent_variation")[0],
                      rtol=1e-7, atol=1e-7 * money(case.world))


@MANY
@given(case=cases(), data=st.data())
def test_the_order_of_measures(case, data):
    shuffled = tuple(data.draw(st.permutations(case.measures)))
    ours, theirs = case.solve(), case.solve(measures=shuffled)
    assert ours.certificate.scenario_hash == theirs.certificate.scenario_hash
    for name in variables():
        np.testing.assert_array_equal(ours.values(name), theirs.values(name), err_msg=name)


@MANY
@given(case=cases())
def test_the_same_twice(case):
    """To the last bit, and whatever was solved in between."""
    first = case.solve()
    Case(case.world, (mp.Tariff(importer="C0", exporter="all", rate=0.33),), "proportional").solve()
    second = case.solve()
    for name in variables():
        np.testing.assert_array_equal(first.values(name), second.values(name), err_msg=name)
