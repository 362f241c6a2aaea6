"""The channels of a change add up to it, name what they should, and agree with the decomposition where both apply."""

import numpy as np
import pytest

import multipolar as mp
from multipolar.report.chain import Chain
from multipolar.report.channels import channels, largest, listed

GROUPS = {"USA": ["USA"], "RUS": ["RUS"], "Europe": ["DEU", "FRA"], "world": None}

MEASURES = {
    "tariff": [mp.Tariff(importer="USA", exporter="CHN", sector="all", rate=0.4)],
    "tariff lowered": [mp.TradeCost(importer="RUS", exporter="CHN", sector="ELE", ad_valorem=-0.1)],
    "embargo": [mp.Embargo(sides=("EU27", "RUS"), sector="all")],
    "productivity": [mp.Productivity(country="UKR", sector="all", change=-0.2)],
    "transfer": [mp.Transfer(payer="USA", receiver="UKR", amount=5000)],
    "gift": [mp.Transfer(payer="USA", receiver="UKR", amount=5000, in_kind={"MAC": 1.0})],
    "export tax": [mp.ExportTax(importer="USA", exporter="CHN", sector="all", rate=0.2)],
    "quota": [mp.Quota(importer="USA", exporter="CHN", sector="all", limit=0.7,
                       rent={"exporter": 0.5, "importer": 0.5})],
}


def positions(world, codes):
    return np.array([world.country_index(code) for code in codes or world.countries])


def solve(world, measures, deficits="proportional", **given):
    return mp.solve(world, mp.Scenario(name="try", measures=measures, closure=mp.Closure(deficits=deficits), **given))


def gap(outcome, codes, measure="real_income"):
    """How far the channels of a group are from its change, percentage points."""
    total = sum(one.points for one in channels(Chain(outcome), positions(outcome.world, codes), measure))
    return abs(total - getattr(outcome.group(codes or "world"), measure))


@pytest.mark.parametrize("horizon", ["long", "short"])
@pytest.mark.parametrize("deficits", ["fixed", "proportional", "zero"])
@pytest.mark.parametrize("measures", MEASURES.values(), ids=MEASURES)
def test_channels_add_up_to_the_change_of_every_group(world, measures, deficits, horizon):
    outcome = mp.solve(world, mp.Scenario(name="try", measures=measures), deficits=deficits, horizon=horizon)
    for name, codes in GROUPS.items():
        for measure in ("real_income", "real_gdp"):
            assert gap(outcome, codes, measure) < 1e-10, (name, measure)


@pytest.mark.parametrize("horizon", ["long", "short"])
def test_channels_add_up_relative_to_a_baseline(world, horizon):
    baseline = mp.Scenario(name="before", measures=MEASURES["tariff"])
    both = [*MEASURES["tariff"], *MEASURES["embargo"]]
    outcome = mp.solve(world, mp.Scenario(measures=both, baseline=baseline), horizon=horizon)
    alone = mp.solve(world, mp.Scenario(measures=both), horizon=horizon)
    assert outcome.group("world").real_income != pytest.approx(alone.group("world").real_income, abs=1e-3)
    assert all(gap(outcome, codes) < 1e-10 for codes in GROUPS.values())


@pytest.mark.parametrize("elasticities", [(0.6, 0.3, 0.8), (1.4, 1.6, 1.2), (1.0, 1.0, 1.0)])
def test_channels_add_up_at_any_elasticity(world, elasticities):
    names = ("value_added_elasticity", "input_elasticity", "final_demand_elasticity")
    other = world.with_parameters(**dict(zip(names, elasticities, strict=True)))
    outcome = solve(other, MEASURES["tariff lowered"] + MEASURES["productivity"] + MEASURES["tariff"])
    for codes in GROUPS.values():
        assert gap(outcome, codes) < 1e-10
        assert gap(outcome, codes, "real_gdp") < 1e-10


@pytest.mark.parametrize("horizon", ["long", "short"])
def test_channels_add_up_where_every_user_has_suppliers_of_its_own(by_use, horizon):
    measures = MEASURES["embargo"] + MEASURES["tariff"]
    outcome = mp.solve(by_use, mp.Scenario(measures=measures), horizon=horizon, sourcing="by-use")
    common = mp.solve(by_use, mp.Scenario(measures=measures), horizon=horizon)
    assert outcome.group("EU27").real_income != pytest.approx(common.group("EU27").real_income, abs=1e-4)
    for codes in GROUPS.values():
        assert gap(outcome, codes) < 1e-10
        assert gap(outcome, codes, "real_gdp") < 1e-10


@pytest.mark.parametrize("elasticities", [(0.8, 1.7, 1.5), (1.5, 0.5, 1.5)], ids=["an input", "all materials"])
def test_doing_without_a_good_is_a_lost_supplier(world, elasticities):
    """Germany makes no oil and may buy none: what it costs to do without is in the channels, the decomposition too."""
    tables, place = world.tables, world.country_index("DEU")
    trade, inputs, final = (np.array(values) for values in (tables.trade, tables.inputs, tables.final))
    trade[place, 0], inputs[:, place, 0] = 0.0, 0.0
    scale = ((1 + tables.tariffs) * trade).sum(axis=0) / (inputs.sum(axis=2) + final)
    dry = mp.World.from_tables(
        trade, inputs * scale[:, :, None], final * scale, countries=world.countries, sectors=world.sectors, year=2023,
        tariffs=tables.tariffs, trade_elasticity=list(world.parameters.trade_elasticity))
    names = ("value_added_elasticity", "input_elasticity", "final_demand_elasticity")
    outcome = mp.solve(dry.with_parameters(**dict(zip(names, elasticities, strict=True))), mp.Scenario(
        measures=[mp.ImportBan(importer="DEU", exporter="others", sector="OIL")]))
    found = {one.key: one for one in channels(Chain(outcome), np.array([place]))}
    assert found["suppliers_lost"].points < -10
    assert all(gap(outcome, codes) < 1e-10 for codes in (*GROUPS.values(), ["DEU"]))
    parts = sum(outcome.values(f"gain_from_{name}")[place] for name in (
        "wages", "tariff_revenue", "deficit", "transfers", "rents", "gifts"))
    parts += sum(outcome.values(f"gain_from_{name}")[:, :, place].sum() for name in ("costs", "barriers"))
    parts += sum(outcome.values(f"gain_from_suppliers_{name}")[place].sum() for name in ("lost", "gained"))
    assert parts == pytest.approx(100 * np.log1p(outcome.values("real_income")[place] / 100), abs=1e-8)


def test_rents_of_wells_and_of_capital_are_channels_of_their_own(world):
    """Nobody else buys Russian oil any more: its rent falls, and further where wells cannot produce less."""
    ban = [mp.ImportBan(importer="others", exporter="RUS", sector="OIL")]
    found = {horizon: {one.key: one for one in channels(Chain(mp.solve(
        world, mp.Scenario(measures=ban), deficits="proportional", horizon=horizon)), positions(world, ["RUS"]))}
        for horizon in ("long", "short")}
    assert found["long"]["resources"].points < 0
    assert found["long"]["resources"].phrase == "less earned from wells, mines and land"
    assert found["long"]["resources"].details[0][0] == "crude oil"
    assert "capital" not in found["long"]
    assert abs(found["short"]["capital"].points) > 1e-3
    assert found["short"]["resources"].points < found["long"]["resources"].points


def test_rents_and_gifts_are_channels_of_their_own(world):
    quota = solve(world, MEASURES["quota"])
    seller = {one.key: one for one in channels(Chain(quota), positions(world, ["CHN"]))}
    assert seller["rents"].points > 0
    assert seller["rents"].phrase == "export taxes and rents received"
    buyer = {one.key: one for one in channels(Chain(quota), positions(world, ["USA"]))}
    assert buyer["barriers"].phrase == "tariffs, export taxes, rents and trade costs on imports"
    giver = {one.key: one for one in channels(Chain(solve(world, MEASURES["gift"])), positions(world, ["USA"]))}
    assert giver["gifts"].points < 0
    assert giver["gifts"].phrase == "goods given away"


def test_without_inputs_the_chain_is_the_decomposition_at_the_border(make_world):
    world = make_world(input_share=0.0)
    outcome = solve(world, MEASURES["embargo"] + MEASURES["tariff"])
    place = world.country_index("RUS")
    parts = Chain(outcome).parts(np.array([place]), np.ones(1))
    abroad = np.arange(len(world.countries)) != place
    costs = outcome.values("gain_from_costs")[:, :, place]
    assert parts.imports.sum() == pytest.approx(costs[abroad].sum(), abs=1e-10)
    own = parts.labour + parts.resources.sum() + parts.capital.sum()
    assert own == pytest.approx(costs[place].sum(), abs=1e-10)
    np.testing.assert_allclose(parts.lost, outcome.values("gain_from_suppliers_lost")[place], atol=1e-10)
    np.testing.assert_allclose(parts.barriers, outcome.values("gain_from_barriers")[:, :, place], atol=1e-10)


def test_a_lost_input_counts_where_its_makers_are(make_world):
    """Nobody buys oil for itself, so that the border of final demand does not see that it is gone; the chain does."""
    world = make_world()
    tables = world.tables
    inputs = np.array(tables.inputs)
    inputs[0] *= (tables.expenditure[0] / inputs[0].sum(axis=1))[:, None]
    unbought = mp.World.from_tables(tables.trade, inputs, np.maximum(tables.expenditure - inputs.sum(axis=2), 0.0),
                                    countries=world.countries, sectors=world.sectors, year=2023,
                                    tariffs=tables.tariffs, trade_elasticity=list(world.parameters.trade_elasticity))
    outcome = solve(unbought, [mp.ImportBan(importer="DEU", exporter="RUS", sector="OIL")])
    place = world.country_index("DEU")
    assert abs(outcome.values("gain_from_suppliers_lost")[place].sum()) < 1e-12
    found = {one.key: one for one in channels(Chain(outcome), np.array([place]))}
    assert found["suppliers_lost"].points < -0.01
    assert found["suppliers_lost"].details[0][0] == "OIL from Russia"


def test_exposure_is_the_leontief_inverse(world):
    """By a linear solve over all goods and members at once, where the chain sums rounds of inputs."""
    chain = Chain(solve(world, MEASURES["embargo"]))
    members, factor = positions(world, ["DEU", "FRA"]), np.array([0.7, 0.3])
    sectors, size = len(world.sectors), len(world.sectors) * len(members)
    shares, weights = chain.input_weights(np.arange(len(world.countries))), chain.suppliers(members).weights
    fixed = [1, 3]      # Cobb-Douglas without a resource: constant shares
    np.testing.assert_allclose(shares[..., fixed], (world.tables.inputs / world.tables.output)[..., fixed], rtol=1e-12)
    step = np.zeros((sectors, len(members), sectors, len(members)))     # spending on (s, n) by that on (k, m)
    for buyer in range(len(members)):
        for seller, m in enumerate(members):
            for good in range(sectors):
                step[:, seller, good, buyer] = weights[0, m, good, buyer] * shares[:, m, good]
    direct = world.tables.final[:, members] / world.tables.final_spending[members] * factor
    expected = np.linalg.solve(np.eye(size) - step.reshape(size, size), direct.ravel()).reshape(direct.shape)
    np.testing.assert_allclose(chain.exposure(members, weights, factor)[0][0], expected, rtol=1e-11)


def test_phrases_follow_the_signs(world):
    outcome = solve(world, MEASURES["transfer"])
    chain = Chain(outcome)
    giver, taker = (
        {one.key: one for one in channels(chain, positions(world, [code]))} for code in ("USA", "UKR"))
    assert giver["transfers"].phrase == "transfers paid"
    assert taker["transfers"].phrase == "transfers received"
    assert giver["transfers"].points < 0 < taker["transfers"].points


def test_barriers_name_the_good_and_the_partner(world):
    found = {one.key: one for one in channels(Chain(solve(world, MEASURES["tariff"])), positions(world, ["USA"]))}
    assert found["barriers"].points < 0
    assert all(phrase.endswith("from China") for phrase, _points in found["barriers"].details)
    assert found["barriers"].details[0][1] <= found["barriers"].details[1][1] < 0


def test_productivity_of_its_own_is_a_channel(world):
    chain = Chain(solve(world, MEASURES["productivity"]))
    found = {one.key: one for one in channels(chain, positions(world, ["UKR"]))}
    assert found["productivity"].points < -10
    assert found["productivity"].phrase == "lower productivity"
    others = {one.key: one.points for one in channels(chain, positions(world, ["USA"]))}
    assert abs(others.get("productivity", 0.0)) < 1e-9


def test_what_is_hardly_touched_is_not_explained(world):
    found = channels(Chain(solve(world, MEASURES["tariff"])), positions(world, ["USA"]))
    assert largest(found, 0.01, 3) == ()
    assert len(largest(found, 1.0, 2)) == 2


def test_long_lists_are_counted():
    assert listed(["A"]) == "A"
    assert listed(["A", "B", "C"]) == "A, B and C"
    assert listed(["A", "B", "C", "D"]) == "A, B and 2 others"
