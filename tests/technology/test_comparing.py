"""Scenarios that divide sectors beside scenarios that do not: relative to each other, to a baseline, and merged."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

import multipolar as mp
from multipolar.cli.app import app
from multipolar.measures.measure import Measure
from multipolar.report.whole_sectors import on_sectors
from multipolar.variables import variable
from multipolar.world.world import World

DENY = mp.TechnologyControl(coalition="USA", targets="RUS", share={"ELE": 0.4})
TARIFF = mp.Tariff(importer="RUS", exporter="all", sector="ELE", rate=0.5)


@pytest.fixture(scope="module")
def controlled(small: World) -> mp.Outcome:
    return mp.solve(small, mp.Scenario(name="controls", measures=[DENY]))


@pytest.fixture(scope="module")
def taxed(small: World) -> mp.Outcome:
    return mp.solve(small, mp.Scenario(name="tariff", measures=[TARIFF]))


def test_a_divided_world_compares_by_country_with_a_whole_one(controlled: mp.Outcome, taxed: mp.Outcome) -> None:
    relative = controlled.relative_to(taxed)
    own, other = (1 + one.values("real_income") / 100 for one in (controlled, taxed))
    # Beside one, a small change has no digits beyond these.
    np.testing.assert_allclose(relative.values("real_income"), 100 * (own / other - 1), rtol=1e-12, atol=1e-13)
    together = relative.group(["USA", "RUS"])
    apart = [1 + one.group(["USA", "RUS"]).real_income / 100 for one in (controlled, taxed)]
    assert together.real_income == pytest.approx(100 * (apart[0] / apart[1] - 1))
    assert "real_income" in relative.dataset
    assert "producer_price" not in relative.dataset
    with pytest.raises(mp.InputError, match="producer_price is by sector, and controls and its baseline tariff divide"):
        relative.values("producer_price")


def test_several_scenarios_stand_on_the_sectors_of_all(small: World, controlled: mp.Outcome) -> None:
    scenarios = [mp.Scenario(name="tariff", measures=[TARIFF]), mp.Scenario(name="controls", measures=[DENY])]
    outcomes = mp.solve_many(small, scenarios)
    data = outcomes.dataset["producer_price"]
    assert data["sector"].values.tolist() == ["FUEL", "ELE", "MAC", "ELE.controlled", "ELE.other"]
    np.testing.assert_array_equal(data.sel(scenario="controls", sector=list(controlled.world.sectors)),
                                  controlled.values("producer_price"))
    assert np.isnan(data.sel(scenario="tariff", sector="ELE.controlled")).all()
    assert not np.isnan(outcomes.real_income).any()


def test_one_base_year_under_two_closures_does_not_compare(small: World, controlled: mp.Outcome) -> None:
    other = mp.solve(small, mp.Scenario(measures=[TARIFF]), deficits="zero")
    with pytest.raises(mp.InputError, match="solve both on the same world under the same deficit rule"):
        controlled.relative_to(other)


@pytest.mark.parametrize(("first", "second"), [(TARIFF, DENY), (DENY, TARIFF)])
def test_a_baseline_divides_what_the_scenario_does_and_the_other_way_round(small: World, first: Measure,
                                                                          second: Measure) -> None:
    baseline = mp.Scenario(name="before", measures=[first])
    outcome = mp.solve(small, mp.Scenario(measures=[second], baseline=baseline))
    before, after = (mp.solve(small, mp.Scenario(measures=[one])).values("real_income") for one in (first, second))
    np.testing.assert_allclose(outcome.values("real_income"), 100 * ((100 + after) / (100 + before) - 1), atol=1e-7)
    assert outcome.world.sectors == ("FUEL", "ELE.controlled", "ELE.other", "MAC")
    assert outcome.baseline is not None
    assert outcome.values("producer_price").shape == outcome.baseline.values("producer_price").shape == (4, 4)


CHANGES = ("output", "producer_price", "consumer_price")


def test_changes_of_divided_sectors_are_merged_into_what_the_whole_does(small: World, controlled: mp.Outcome) -> None:
    """Price times quantity is value; what was made at old prices adds up; other sectors are as they are."""
    output, price, bought = (on_sectors(controlled, variable(name), small.sectors) for name in CHANGES)
    sold, paid = controlled.values("revenue"), controlled.values("expenditure")
    parts, rest = [1, 2], [0, 3]
    value = sold[:, parts].sum(axis=1) / small.tables.output[:, 1]
    np.testing.assert_allclose((1 + output[:, 1] / 100) * (1 + price[:, 1] / 100), value)
    made = controlled.world.tables.output[:, parts] * (1 + controlled.values("output")[:, parts] / 100)
    np.testing.assert_allclose(output[:, 1], 100 * (made.sum(axis=1) / small.tables.output[:, 1] - 1))
    basket = paid[:, parts] / (1 + controlled.values("consumer_price")[:, parts] / 100)
    np.testing.assert_allclose(bought[:, 1], 100 * (paid[:, parts].sum(axis=1) / basket.sum(axis=1) - 1))
    for merged, name in zip((output, price, bought), CHANGES, strict=True):
        np.testing.assert_array_equal(merged[:, [0, 2]], controlled.values(name)[:, rest])


def test_parts_that_change_alike_merge_into_the_undivided_answer(small: World, taxed: mp.Outcome) -> None:
    idle = DENY.model_copy(update={"enforcement": 0.0})
    divided = mp.solve(small, mp.Scenario(measures=[idle, TARIFF]))
    assert len(divided.world.sectors) == 4
    for name in (*CHANGES, "revenue", "gain_from_suppliers_lost"):
        np.testing.assert_allclose(on_sectors(divided, variable(name), small.sectors), taxed.values(name), atol=1e-6)
    before = mp.Scenario(name="before", measures=[DENY])
    after = mp.solve(small, mp.Scenario(measures=[TARIFF], baseline=before))
    output, price = (on_sectors(after, variable(name), small.sectors)[:, 1] / 100 + 1 for name in CHANGES[:2])
    assert after.baseline is not None
    value = [one.values("revenue")[:, 1:3].sum(axis=1) for one in (after, after.baseline)]
    np.testing.assert_allclose(output * price, value[0] / value[1])


def test_compare_has_every_scenario_relative_to_the_first() -> None:
    names = ["controls-2024", "chips-embargo-china", "coalition-cuts-russia"]
    done = CliRunner().invoke(app, ["compare", *names, "--json", "--no-cache"], catch_exceptions=False)
    first, chips, cut = json.loads(done.stdout)["scenarios"]
    for one in (chips, cut):
        expected = 100 * ((100 + one["values"]["RUS"]) / (100 + first["values"]["RUS"]) - 1)
        assert one["relative_to_first"]["RUS"] == pytest.approx(expected, abs=1e-9)
    shown = CliRunner().invoke(app, ["compare", *names[:2], "--variable", "war_capacity", "--no-cache"],
                               catch_exceptions=False).stdout
    rows = [line for line in shown.splitlines() if "(" in line and line.strip()[-1].isdigit()]
    assert [row.split("  ")[0].strip() for row in rows[:2]] == ["China (CHN)", "Russia (RUS)"]
