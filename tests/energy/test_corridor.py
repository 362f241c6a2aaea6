"""Corridors: restated accounts, bounds that bind already, openings, and what is refused."""

import jax
import numpy as np
import pytest

import multipolar as mp
from multipolar.equilibrium.search import QUICK_SWEEPS
from multipolar.equilibrium.solver import accelerate
from multipolar.equilibrium.standing import standing
from multipolar.world.world import load_world

PIPE = {"exporter": "A", "importer": "B", "sector": "oil"}
CELL = 0, 0, 1


def corridor(markup=1.5, rent="exporter", **other):
    return mp.Corridor(**PIPE, markup=markup, rent=rent, **other)


def parts_of_real_income(outcome):
    total = np.zeros(4)
    for name in outcome.variables:
        if name.startswith("gain_from"):
            values = outcome.values(name)
            total += {1: lambda v: v, 2: lambda v: v.sum(axis=1), 3: lambda v: v.sum(axis=(0, 1))}[values.ndim](values)
    return total


@pytest.mark.parametrize("rent", ["exporter", "importer", "C", {"exporter": 0.4, "importer": 0.3, "C": 0.3}], ids=str)
@pytest.mark.parametrize("closure", [{}, {"horizon": "short"}, {"deficits": "zero"}], ids=["long", "short", "zero"])
def test_the_restated_base_reproduces_the_base_year(world, solved, rent, closure):
    outcome = solved(world, corridor(rent=rent), **closure)
    assert outcome.world.check().ok
    np.testing.assert_allclose(outcome.values("real_income"), 0, atol=3e-9)
    np.testing.assert_allclose(outcome.values("trade"), outcome.world.tables.trade, rtol=1e-10)
    np.testing.assert_allclose(outcome.values("rents"), outcome.world.tables.rents_received, rtol=1e-9)


def test_gdp_changes_only_by_what_the_model_names(world):
    """Not at all under the exporter; from exporter to carrier; by the final users' part of what the importer holds."""
    flow, tariff = world.tables.trade[CELL], world.tables.tariffs[CELL]

    def change(rent):
        restated = corridor(rent=rent).reshape(world).tables
        np.testing.assert_allclose(restated.trade, world.tables.trade)
        return restated.gdp - world.tables.gdp, restated.deficit - world.tables.deficit

    gdp, deficit = change("exporter")
    np.testing.assert_allclose(gdp, 0, atol=1e-9)
    np.testing.assert_allclose(deficit, 0, atol=1e-9)
    rent = flow * 0.5 / 1.5
    gdp, deficit = change("C")
    np.testing.assert_allclose(gdp, [-rent, 0, rent, 0], atol=1e-9)
    np.testing.assert_allclose(deficit, [rent, 0, -rent, 0], atol=1e-9)
    gdp, deficit = change("importer")
    final = world.tables.final[0, 1] / world.tables.expenditure[0, 1]
    np.testing.assert_allclose(gdp, [0, (1 + tariff) * 0.5 * flow * final, 0, 0], atol=1e-9)
    np.testing.assert_allclose(deficit, 0, atol=1e-9)


def test_who_holds_the_rent_and_how_much_adds_up(world, solved):
    shares = {"exporter": 0.4, "importer": 0.3, "C": 0.3}
    outcome = solved(world, corridor(rent=shares, adds="50%"))
    levels = outcome.levels
    listed = levels.wedges
    landed = levels.landed[CELL]
    rents = levels.rents_received
    assert rents[:3] / rents.sum() == pytest.approx([0.4, 0.3, 0.3])
    producer = levels.shipped[0] * listed.base_flow[0] * levels.cost[0, 0]
    assert producer + rents.sum() == pytest.approx(landed, rel=1e-12)
    assert outcome.values("trade")[CELL] == pytest.approx(landed - rents[1], rel=1e-12)
    np.testing.assert_allclose(parts_of_real_income(outcome), 100 * np.log1p(outcome.values("real_income") / 100),
                               atol=1e-10)


def test_an_opening_ships_more_for_less(world, solved):
    before = None
    for adds in (0.0, 0.5, 1.3):
        outcome = solved(world, corridor(adds=adds))
        assert outcome.levels.shipped == pytest.approx([1 + adds], rel=1e-9)
        assert outcome.certificate.residuals["block quota"] < 1e-10
        gain = outcome.values("real_income")[1]
        assert before is None or gain > before + 0.1
        before = gain
    full = solved(world, corridor(adds=9.0))
    assert full.levels.shipped[0] < 9.9
    assert full.levels.rent == pytest.approx([-np.log(1.5)])
    assert full.values("rents").sum() == pytest.approx(0, abs=1e-9)


def test_a_corridor_that_was_full_stays_full_when_demand_rises(world, solved):
    demand = mp.ImportBan(importer="B", exporter="C", sector="oil")
    outcome = solved(world, corridor(), demand)
    assert outcome.levels.shipped == pytest.approx([1.0], rel=1e-9)
    assert outcome.levels.rent[0] > 0.01


def test_a_corridor_that_went_slack_is_an_unbounded_flow(world, solved):
    """With the mark-up gone, the same answer as the restated world under an import subsidy that undoes it."""
    opened = solved(world, corridor(adds=9.0))
    restated = corridor().reshape(world)
    undone = solved(restated, mp.ExportTax(**PIPE, rate=1 / 1.5 - 1, recipient="exporter"))
    np.testing.assert_allclose(opened.values("real_income"), undone.values("real_income"), atol=1e-8)


@pytest.mark.parametrize("other", [{"adds": 2.0}, {}])
def test_opening_a_slack_corridor_changes_nothing(world, solved, other):
    outcome = solved(world, corridor(markup=1.0, **other), mp.Productivity(country="C", sector="goods", change=0.1))
    alone = solved(world, mp.Productivity(country="C", sector="goods", change=0.1))
    np.testing.assert_array_equal(outcome.values("real_income"), alone.values("real_income"))
    assert any("no price gap in the base year" in note for note in outcome.certificate.notes)


def test_the_page_says_what_is_bounded_and_what_was_restated(world, solved):
    notes = solved(world, corridor(rent="importer")).certificate.notes
    assert any("all oil from A to B, by pipeline and by ship" in note for note in notes)
    assert any("raises base-year final spending and GDP by 27 million USD in B" in note for note in notes)


def test_an_addition_counts_from_its_year_on(world):
    def limit(**when):
        return corridor(adds=0.5, **when).lower(corridor().reshape(world)).specs[0].data["limit"][0]

    assert limit() == limit(opens=2031) == limit(opens=2031, year=2031) == 1.5
    assert limit(opens=2031, year=2030) == 1.0


def test_the_answer_does_not_depend_on_where_the_search_starts(world):
    measures = [corridor(adds=0.5), mp.Corridor(exporter="C", importer="D", sector="oil", markup=1.3, rent="importer"),
                mp.PriceCap(exporter="B", importer="all", sector="oil", price=55.0, base_price=60.0, coverage=0.7)]
    at = standing(world, mp.Scenario(measures=measures))
    assert len(at.economy.blocks) == 2
    draw = np.random.default_rng(2)
    with jax.enable_x64(True):
        for _start in range(4):
            start = jax.tree.map(lambda part: part + draw.normal(0, 0.1, part.shape) * (part != 0), at.state)
            bounds = draw.uniform(-0.4, 0.6, at.state.blocks[0].shape)
            caps = draw.uniform(0, 1, at.state.blocks[1].shape)
            found = accelerate(at.economy, start._replace(blocks=(bounds, caps)), 1.0, most_steps=QUICK_SWEEPS)
            assert found.residual < 1e-10
            np.testing.assert_allclose(found.state.log_wage, at.state.log_wage, atol=1e-9)
            np.testing.assert_allclose(found.state.blocks[0][:2], at.state.blocks[0][:2], atol=1e-9)


def test_derivatives_pass_through_corridors_and_caps(world, solved):
    measures = [corridor(rent={"exporter": 0.5, "importer": 0.5}, adds=0.5),
                mp.PriceCap(exporter="B", importer="all", sector="oil", price=55.0, base_price=60.0, coverage=0.7,
                            evasion=1.0)]
    found = mp.gradient(world, mp.Scenario(measures=measures), "real_gdp[B]")
    for exporter in ("A", "C"):
        ends = [solved(world, *measures, mp.Tariff(exporter=exporter, sector="oil", importer="B", add=change))
                .values("real_gdp")[1] for change in (-1e-4, 1e-4)]
        cell = found.sel(exporter=exporter, sector="oil", importer="B").item()
        assert cell == pytest.approx((ends[1] - ends[0]) / 2e-4, rel=1e-5)


def test_a_record_of_uses_is_restated_with_the_rest():
    draw = np.random.default_rng(5)
    flows = draw.uniform(0.2, 1, (3, 2, 3, 2))
    final = draw.uniform(2, 4, (3, 2, 3))
    final[range(3), :, range(3)] += 8
    world = mp.World.from_flows(flows, final, countries=["A", "B", "C"], sectors=["oil", "goods"], year=2023)
    scenario = mp.Scenario(measures=[mp.Corridor(**PIPE, markup=1.3, rent={"exporter": 0.5, "importer": 0.5})])
    outcome = mp.solve(world, scenario, sourcing="by-use")
    assert outcome.world.check().ok
    np.testing.assert_allclose(outcome.values("real_income"), 0, atol=1e-9)


def test_a_restated_world_is_saved_and_not_merged(world, tmp_path):
    restated = corridor(rent="C").reshape(world)
    assert restated.hash != world.hash
    restated.save(tmp_path / "world.nc")
    assert load_world(tmp_path / "world.nc") == restated
    with pytest.raises(mp.WorldError, match="carries mark-ups of corridors and cannot be merged"):
        restated.aggregate(countries={"X": ["A", "B"]})


@pytest.mark.parametrize(("fields", "message"), [
    ({"markup": 0.9}, "markup is 0.9; the delivered price is once to 100 times"),
    ({"rent": {"exporter": 0.5}}, "add up to 1"),
    ({"adds": -0.2}, "less than nothing"),
    ({"adds": 0.2, "capacity": 2.0}, "either what it adds or its capacity"),
    ({"adds": "fast"}, "not a number"),
])
def test_odd_corridors_are_refused(fields, message):
    with pytest.raises(mp.ScenarioError, match=message):
        corridor(**fields)


def test_corridors_that_do_not_fit_the_world_are_refused(world, solved, reference):
    with pytest.raises(mp.ScenarioError, match=r"a capacity of 0.8 is 80.0% of what was carried"):
        solved(world, corridor(capacity=0.8))
    with pytest.raises(mp.ScenarioError, match=r"value added of \w+ in B would fall from .* below zero"):
        solved(world, corridor(markup=50, rent="importer"))
    with pytest.raises(mp.ScenarioError, match="another corridor has that flow"):
        solved(world, corridor(), corridor(markup=1.2))
    with pytest.raises(mp.ScenarioError, match="each names other owners"):
        solved(world, corridor(), mp.Quota(**PIPE, limit=0.9, rent="importer"))
    with pytest.raises(mp.WorldError, match="no energy quantities"):
        solved(world, corridor(adds="50 bcm"))
    with pytest.raises(mp.InputError, match="gas is not measured in 'furlongs'"):
        mp.solve(reference, mp.Scenario(measures=[mp.Corridor(
            exporter="RUS", importer="CHN", sector="gas", markup=1.45, adds="50 furlongs")]))


def test_physical_units_are_parts_of_the_base_years_flow(reference):
    """Power of Siberia 2, 50 bcm a year on what Russia sold China in 2023, 22.7 by pipe and 8.0 Mt of LNG."""
    measure = mp.Corridor(exporter="RUS", importer="CHN", sector="gas", markup=1.45, rent="importer", adds="50 bcm")
    limit = measure.lower(measure.reshape(reference)).specs[0].data["limit"][0]
    assert limit == pytest.approx(1 + 50 / (22.7 + 8.0 * 1.36), rel=0.02)
