"""What a brief says: rows, headlines, flags, refusals, winners and losers."""

import pytest

import multipolar as mp
from multipolar.errors import InputError, NoEquilibrium, ScenarioError, UnknownName
from multipolar.report.brief import run_brief

MILLION_IN_A_BILLION = 1e3


def column(brief, name):
    return next(one for one in brief.columns if one.scenario.name == name)


def cell(brief, name, key):
    return next(one for one in column(brief, name).shown if one.economy.key == key)


def test_rows_are_in_the_order_asked_for_and_groups_have_their_members(brief):
    assert [row.key for row in brief.economies] == ["CHN", "RUS", "USA", "EU27", "NGA"]
    europe = brief.economies[3]
    assert europe.members == ("DEU", "FRA")
    assert "ITA" in europe.lacking


def test_a_missing_country_has_a_row_without_members_and_no_cell(brief):
    assert brief.economies[4].members == ()
    assert brief.economies[4].name == "Nigeria"
    assert column(brief, "tariffs").cells[4] is None


def test_a_name_that_exists_nowhere_is_an_error(world, define):
    with pytest.raises(UnknownName, match="RUSS"):
        run_brief(world, define(rows="[RUSS]"))


def test_numbers_are_those_of_the_outcome(brief, world):
    outcome = column(brief, "tariffs").main.outcome
    china = cell(brief, "tariffs", "CHN")
    place = world.country_index("CHN")
    assert china.percent == pytest.approx(float(outcome.values("real_income")[place]), abs=1e-12)
    assert china.billions == pytest.approx(
        float(outcome.values("equivalent_variation")[place]) / MILLION_IN_A_BILLION, abs=1e-12)
    assert china.headline == "real_income"
    everyone = cell(brief, "tariffs", "world")
    assert everyone.billions == pytest.approx(
        outcome.values("equivalent_variation").sum() / MILLION_IN_A_BILLION, abs=1e-12)
    assert everyone.percent == pytest.approx(outcome.group("world").real_income, abs=1e-12)


def test_a_country_cut_off_is_read_by_its_real_gdp(brief, world):
    russia, outcome = cell(brief, "cut", "RUS"), column(brief, "cut").main.outcome
    place = world.country_index("RUS")
    assert russia.headline == "real_gdp"
    assert russia.percent == pytest.approx(float(outcome.values("real_gdp")[place]), abs=1e-12)
    assert russia.percent != pytest.approx(russia.real_income, abs=0.01)
    gdp = world.tables.factor_income[place] + world.tables.tariff_revenue[place]
    assert russia.billions == pytest.approx(russia.percent / 100 * gdp / MILLION_IN_A_BILLION, rel=1e-12)
    assert {one.key for one in russia.channels} & {"deficit", "transfers"} == set()
    assert sum(one.points for one in russia.channels) == pytest.approx(russia.percent, abs=1e-9)
    assert cell(brief, "cut", "CHN").headline == "real_income"
    assert cell(brief, "tariffs", "RUS").headline == "real_income"


def test_the_second_rule_stands_beside_or_says_why_not(brief):
    assert cell(brief, "tariffs", "CHN").beside == pytest.approx(
        column(brief, "tariffs").beside.outcome.group(["CHN"]).real_income, abs=1e-12)
    refused = column(brief, "cut").beside
    assert refused.outcome is None
    assert isinstance(refused.refusal, NoEquilibrium)
    assert "RUS" in refused.reason
    assert cell(brief, "cut", "CHN").beside is None


def test_no_rule_beside_where_it_is_the_scenario_s_own(world, define):
    made = run_brief(world, define(beside="proportional", scenarios="[tariffs.yaml]"))
    assert made.columns[0].beside is None
    assert [(one.deficits, one.horizon) for one in made.solutions] == [
        ("proportional", "long"), ("proportional", "short")]


def test_the_short_horizon_stands_beside_the_long(brief, world):
    found = column(brief, "tariffs")
    short = mp.solve(world, found.scenario, horizon="short")
    assert (found.main.horizon, found.other.horizon) == ("long", "short")
    for one in found.shown:
        group = short.group(list(one.economy.members))
        assert one.horizon == "long"
        assert one.percent_other == pytest.approx(group.real_income, abs=1e-9)
        assert one.other.billions == pytest.approx(group.equivalent_variation / MILLION_IN_A_BILLION, abs=1e-7)
        assert sum(channel.points for channel in one.other.channels) == pytest.approx(one.other.percent, abs=1e-10)
    russia = cell(brief, "cut", "RUS")
    cut = column(brief, "cut").other.outcome
    assert russia.percent_other == pytest.approx(float(cut.values("real_gdp")[world.country_index("RUS")]), abs=1e-12)
    assert abs(russia.percent_other) > abs(russia.percent)


def test_a_world_without_the_data_of_a_horizon_says_so_in_its_place(plain_world, definition):
    made = run_brief(plain_world, definition)
    refused = column(made, "tariffs").other
    assert refused.outcome is None
    assert "capital" in refused.reason
    assert all(one.other is None and one.percent_other is None for one in column(made, "tariffs").shown)


def test_one_horizon_is_enough_and_may_be_the_short_one(world, define):
    made = run_brief(world, define(horizons="[short]", scenarios="[tariffs.yaml]"))
    assert [one.horizon for one in made.solutions] == ["short", "short"]
    assert made.columns[0].other is None
    assert all(one.horizon == "short" and one.other is None for one in made.columns[0].shown)


def test_a_horizon_is_named_once(world, define):
    with pytest.raises(ScenarioError, match="horizons lists 'short' twice"):
        run_brief(world, define(horizons="[short, short]"))


def test_rules_that_differ_by_more_than_allowed_are_flagged(world, define):
    made = run_brief(world, define(flag_points="1.0e-6", scenarios="[tariffs.yaml]"))
    gaps = {one.economy.key: abs(one.beside - one.percent) for one in made.columns[0].shown}
    assert {one.economy.key for one in made.columns[0].shown if one.flagged} == {
        key for key, gap in gaps.items() if gap > 1e-6} != set()
    apart = max(gaps.values())
    generous = run_brief(world, define(flag_points=f"{2 * apart}", scenarios="[tariffs.yaml]"))
    assert not any(one.flagged for one in generous.columns[0].shown)


def test_a_scenario_that_does_not_fit_the_world_keeps_its_column_with_the_reason(brief):
    absent = column(brief, "absent")
    assert absent.cells == ()
    assert absent.total is None
    assert "NGA" in absent.main.reason


def test_a_brief_without_any_answer_is_an_error(world, define):
    with pytest.raises(InputError, match="None of the brief's scenarios"):
        run_brief(world, define(scenarios="[absent.yaml]"))


def test_two_scenarios_of_one_name_are_refused(world, define):
    path = define(scenarios="[cut.yaml, twice.yaml]")
    (path.parent / "twice.yaml").write_text("version: 1\nname: cut\n")
    with pytest.raises(InputError, match="both named 'cut'"):
        run_brief(world, path)


def test_a_malformed_scenario_is_an_error_not_a_column(world, define):
    path = define()
    (path.parent / "cut.yaml").write_text("version: 1\nmesures: []\n")
    with pytest.raises(ScenarioError, match="measures"):
        run_brief(world, path)


def test_winners_and_losers_have_no_row_of_their_own_and_are_in_order(brief, world):
    found = column(brief, "cut")
    assert [one.economy.key for one in found.losers] == sorted(
        (one.economy.key for one in found.losers), key=lambda key: cell(brief, "cut", key).percent)
    shown = {one.economy.key for one in (*found.winners, *found.losers)}
    assert shown <= set(world.countries) - {"CHN", "RUS", "USA"}
    assert all(one.percent > 0 for one in found.winners)
    assert all(one.percent < 0 for one in found.losers)
    left = set(world.countries) - {"CHN", "RUS", "USA"} - shown
    outcome = found.main.outcome
    worst = max(one.percent for one in found.losers)
    assert all(float(outcome.values("real_income")[world.country_index(code)]) >= worst for code in left)


def test_everything_about_russia_says_what_it_comes_on_top_of(brief):
    said = "on top of the sanctions in force in 2023"
    for name in ("cut", "tariffs"):
        for one in column(brief, name).shown:
            assert (one.economy.basis == said) == ("RUS" in one.economy.members and one.economy.key != "world")
            assert one.to_dict()["basis"] == one.economy.basis


def test_a_world_before_the_sanctions_does_not_speak_of_them(make_world, define):
    made = run_brief(make_world(year=2008), define(scenarios="[tariffs.yaml]"))
    assert all(row.basis == "" for row in made.economies)


def test_progress_is_told_of_every_equilibrium(world, definition):
    told = []
    run_brief(world, definition, progress=lambda *given: told.append(given))
    assert [given[0] for given in told] == list(range(9))
    assert {given[1] for given in told} == {8}
    assert [given[2] for given in told] == [
        *["Everyone leaves Russia"] * 3, *["Tariffs on China"] * 3, "absent", "absent", ""]
