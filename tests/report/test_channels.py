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
}


def positions(world, codes):
    return np.array([world.country_index(code) for code in codes or world.countries])


def solve(world, measures, deficits="proportional", **given):
    return mp.solve(world, mp.Scenario(name="try", measures=measures, closure=mp.Closure(deficits=deficits), **given))


@pytest.mark.parametrize("deficits", ["fixed", "proportional", "zero"])
@pytest.mark.parametrize("measures", MEASURES.values(), ids=MEASURES)
def test_channels_add_up_to_the_change_of_every_group(world, measures, deficits):
    outcome = solve(world, measures, deficits)
    chain = Chain(outcome)
    for name, codes in GROUPS.items():
        expected = outcome.group(codes or "world")
        for measure in ("real_income", "real_gdp"):
            total = sum(one.points for one in channels(chain, positions(world, codes), measure))
            assert total == pytest.approx(getattr(expected, measure), abs=1e-9), (name, measure)


def test_channels_add_up_relative_to_a_baseline(world):
    baseline = mp.Scenario(name="before", measures=MEASURES["tariff"])
    outcome = solve(world, [*MEASURES["tariff"], *MEASURES["embargo"]], baseline=baseline)
    alone = solve(world, [*MEASURES["tariff"], *MEASURES["embargo"]])
    assert outcome.group("world").real_income != pytest.approx(alone.group("world").real_income, abs=1e-3)
    for codes in GROUPS.values():
        found = channels(Chain(outcome), positions(world, codes))
        assert sum(one.points for one in found) == pytest.approx(outcome.group(codes or "world").real_income, abs=1e-9)


def test_without_inputs_the_chain_is_the_decomposition_at_the_border(make_world):
    world = make_world(input_share=0.0)
    outcome = solve(world, MEASURES["embargo"] + MEASURES["tariff"])
    place = world.country_index("RUS")
    parts = Chain(outcome).parts(np.array([place]), np.ones(1))
    abroad = np.arange(len(world.countries)) != place
    costs = outcome.values("gain_from_costs")[:, :, place]
    assert parts.imports.sum() == pytest.approx(costs[abroad].sum(), abs=1e-10)
    assert parts.labour == pytest.approx(costs[place].sum(), abs=1e-10)
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
    shares = world.tables.inputs / world.tables.output[None]
    step = np.zeros((sectors, len(members), sectors, len(members)))     # spending on (s, n) by that on (k, m)
    for buyer, n in enumerate(members):
        for seller, m in enumerate(members):
            for good in range(sectors):
                step[:, seller, good, buyer] = chain.weights[m, good, n] * shares[:, m, good]
    direct = world.tables.final[:, members] / world.tables.final_spending[members] * factor
    expected = np.linalg.solve(np.eye(size) - step.reshape(size, size), direct.ravel()).reshape(direct.shape)
    np.testing.assert_allclose(chain.exposure(members, factor)[0], expected, rtol=1e-11)


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
