"""What `multipolar rails` and briefs show: shares that add up, sources, costs, trade lost and moved."""

import json
from dataclasses import replace

import pytest

import multipolar as mp
from multipolar.measures.brief import Brief as Definition
from multipolar.report import rails
from multipolar.report.brief import solve_brief
from multipolar.report.brief_rails import by_thickness, settlement_html, settlement_lines, settlement_rows
from multipolar.report.data import brief_json
from multipolar.world.settlement import Settlement, abroad
from multipolar.world.world import load_world


@pytest.fixture(scope="module")
def world():
    return load_world("reference-2023")


@pytest.fixture(scope="module")
def outcome(world):
    return mp.solve(world, mp.load_scenario("russia-off-dollar-and-euro"))


def test_every_printed_share_adds_to_a_hundred(world, outcome):
    shown = [rails.settled_world(world, outcome), *rails.settled_pair(world, "RUS", "CHN", outcome),
             *rails.settled_country(world, "CHN", outcome), rails.settled_trade_of(world, "RUS", outcome)]
    for one in shown:
        assert sum(one.shares.values()) == pytest.approx(100)
        assert sum(one.shares_after.values()) == pytest.approx(100)
        assert set(one.shares) == {"USD", "EUR", "CNY", "RUB", "OTHER"}
    assert sum(rails.coverage(world).values()) == pytest.approx(100)


def test_a_closed_rail_carries_nothing(world, outcome):
    there, back = rails.settled_pair(world, "RUS", "CHN", outcome)
    for one in (there, back):
        assert one.shares["USD"] > 5
        assert one.shares_after["USD"] == one.shares_after["EUR"] == 0
        assert one.quality == "published for the pair"
    assert any(line.startswith("RUS-CHN both: CNY+RUB 85 %") for line in there.sources)
    assert there.sources[-1].endswith("(Russia and China)")


def test_a_merged_country_has_no_kind_of_pair(world):
    there, _back = rails.settled_pair(world.aggregate(countries={"EU27": "EU27"}), "EU27", "CHN")
    assert there.sources[-1].startswith("rule: ")
    assert "(" not in there.sources[-1]
    assert there.shares_after is None


def test_without_measures_on_rails_shares_stay_and_settling_costs_nothing(world):
    tariff = mp.solve(world, mp.Scenario(name="t", measures=[
        mp.Tariff(importer="USA", exporter="CHN", sector="all", rate=0.5)]))
    whole = rails.settled_world(world, tariff)
    assert whole.trade_after != whole.trade
    assert rails.settled_pair(world, "RUS", "CHN", tariff)[0].shares_after == pytest.approx(
        rails.settled_pair(world, "RUS", "CHN")[0].shares)
    assert rails.payments(tariff).cost == 0


def test_trade_lost_and_moved_add_up_to_what_partners_lost(world, outcome):
    for code in ("RUS", None):
        found = rails.payments(outcome, code)
        assert found.trade - found.trade_after == pytest.approx(found.lost, abs=1e-6 * found.trade)
        assert found.lost > 0 <= found.moved
        assert found.cost > 0


def test_without_thickness_the_cost_is_that_of_the_closed_form(world):
    """ln kappa = -(1/eta) ln of what is left of the shares, weighed by trade after."""
    part, place = world.part(Settlement), world.country_index("RUS")
    outcome = mp.solve(world.with_part(replace(part, thickness=0.0)), mp.load_scenario("russia-off-dollar-and-euro"))
    after = abroad(outcome.levels.paid_to_producers)
    left = part.share[:, :, 2:].sum(axis=2)
    burned = paid = 0.0
    for other in range(len(world.countries)):
        for pair in ((place, other), (other, place)):
            if other != place:
                burned += after[pair] * (1 - left[pair] ** (1 / part.eta))
                paid += after[pair]
    assert rails.payments(outcome, "RUS").cost == pytest.approx(100 * burned / paid, rel=1e-9)


def _shown_by_thickness(world, brief, column, scenario):
    """The scenario again at both ends of the range of the thickness, on the page, in the terminal and in the file."""
    found = by_thickness(brief, column)
    assert found.thickness == (0.0, 0.025, 0.0325)
    assert found.rail == "USD"
    everyone, russia, china = found.rows
    plain = mp.solve(world.with_part(replace(world.part(Settlement), thickness=0.0)), column.scenario)
    at = world.country_index("RUS")
    assert russia.real_income[0] == pytest.approx(plain.values("real_income")[at], rel=1e-9)
    assert russia.cost[0] == pytest.approx(plain.values("settlement_cost_of_trade")[at], rel=1e-9)
    # The thicker the market of the rails that are left, the less their loss costs.
    assert russia.real_income[0] < russia.real_income[1] < russia.real_income[2] < 0
    assert russia.leading == (0.0, 0.0, 0.0)
    assert everyone.leading[1] == pytest.approx(column.main.outcome.values("settlement_world")[0])
    assert scenario["by_thickness"]["rows"][1]["cost"] == pytest.approx(russia.cost)
    assert len(china.cost) == 3
    assert "ν = 0 / 0.025 / 0.0325" in settlement_html(brief, column)
    assert "ν = 0 / 0.025 / 0.0325: " in settlement_lines(brief, column)[-1]
    assert "Russia real income −0.6" in settlement_lines(brief, column)[-1]


def test_a_brief_shows_settlement_where_it_asks(world):
    definition = Definition(name="b", title="B", scenarios=["russia-off-dollar-and-euro"], rows=["RUS", "CHN"],
                            horizons=["long"], settlement=True)
    brief = solve_brief(world, definition, definition.load_scenarios())
    (column,) = brief.columns
    rows = settlement_rows(brief, column)
    assert [row.name for row in rows] == ["World", "Russia", "China"]
    assert "20.2 → 0.0" in settlement_html(brief, column)
    lines = settlement_lines(brief, column)
    assert lines[0].startswith("World: USD 56.7 → ")
    assert any("Russia: USD" in line and "of trade lost" in line for line in lines)
    (scenario,) = json.loads(brief_json(brief))["scenarios"]
    assert scenario["settlement"][1]["shares_after"]["USD"] == 0
    assumed = {one["what"]: one["value"] for one in json.loads(brief_json(brief))["assumptions"]}
    assert assumed["Settlement: semi-elasticity between rails"] == "20"
    _shown_by_thickness(world, brief, column, scenario)
    quiet = solve_brief(world, definition.model_copy(update={"settlement": False}), definition.load_scenarios())
    assert settlement_html(quiet, quiet.columns[0]) == ""
    assert "Settlement: semi-elasticity between rails" not in brief_json(quiet)
    assert "settlement" not in json.loads(brief_json(quiet))["scenarios"][0]
