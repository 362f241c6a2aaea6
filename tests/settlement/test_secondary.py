"""Secondary sanctions: who complies, what that costs, and both branches. Equations (13)-(14)."""

import numpy as np
import pytest
from tests.settlement.worlds import drawn_world, solved

import multipolar as mp

THREAT = {"coalition": ["A", "D"], "country": "B", "target": "C"}


def threat(**fields):
    return mp.SecondarySanctions(**{**THREAT, "credibility": 0.6, **fields})


def both_ways(world):
    pairs = world.tables.trade.sum(axis=1)
    return pairs + pairs.T


@pytest.mark.parametrize("dispersion", [0.5, 1.0, 2.0])
def test_banks_comply_by_what_they_would_lose(dispersion):
    world = drawn_world()
    outcome = solved(world, threat(dispersion=dispersion))
    trade = both_ways(world)
    lost, earned = (0.6 * (trade[1, 0] + trade[1, 3])) ** (1 / dispersion), trade[1, 2] ** (1 / dispersion)
    comply = 0.9 * lost / (lost + earned)
    cost = 100 * ((1 - comply) ** (-1 / 20) - 1)
    assert outcome.values("settlement_cost")[1, 2] == pytest.approx(cost, rel=1e-12)
    assert outcome.values("settlement_cost")[2, 1] == pytest.approx(cost, rel=1e-12)
    assert (outcome.values("settlement_cost")[0] == 0).all()
    # The bank is exposed, not the currency: the mix of rails stays.
    np.testing.assert_allclose(outcome.values("settlement_share"), 100 * world.part(mp.Settlement).share, atol=1e-10)
    assert any(f"{100 * comply:.1f}% of the banks of B stop serving C" in note for note in outcome.certificate.notes)


def test_a_threat_that_nobody_believes_does_nothing():
    for on in ("banks", "suppliers"):
        outcome = solved(drawn_world(), threat(credibility=0, on=on))
        np.testing.assert_allclose(outcome.values("real_income"), 0, atol=1e-9)
        assert (outcome.values("settlement_cost") == 0).all()


def test_all_banks_exposed_and_complying_is_a_ban():
    world = drawn_world()
    refused = solved(world, threat(exposed=1, answer="comply"))
    ban = solved(world, mp.Embargo(sides=("B", "C")))
    np.testing.assert_array_equal(refused.values("real_income"), ban.values("real_income"))


def test_compliance_at_a_cost_is_less_than_refusal():
    refused, dearer = solved(drawn_world(), threat()), solved(drawn_world(), threat(compliance_cost=0.05))
    assert 0 < dearer.values("settlement_cost")[1, 2] < refused.values("settlement_cost")[1, 2]
    assert dearer.values("settlement_cost")[1, 2] < 5


def test_defying_banks_lose_the_coalitions_rails_when_the_threat_is_carried_out():
    world = drawn_world()
    defied = solved(world, threat(answer="defy", carried_out=True))
    cut_off = solved(world, mp.CloseRail(country="B", partner=["A", "D"], rail="all", share=0.9))
    np.testing.assert_allclose(defied.values("real_income"), cut_off.values("real_income"), atol=1e-9)
    dollar = solved(world, threat(answer="defy", carried_out=True, rail="USD"))
    assert dollar.values("settlement_share")[1, 0, 0] < defied.values("settlement_share")[1, 0, 0]


def test_suppliers_that_comply_are_lost_to_the_target_alone():
    world = drawn_world()
    outcome = solved(world, threat(on="suppliers", sector="y"))
    trade = world.tables.trade[1, 1]
    lost, earned = 0.6 * (trade[0] + trade[3]), trade[2]
    comply = 0.9 * lost / (lost + earned)
    same = solved(world, mp.TradeCost(exporter="B", importer="C", sector="y",
                                      ad_valorem=(1 - comply) ** (-1 / 5) - 1))
    np.testing.assert_allclose(outcome.values("real_income"), same.values("real_income"), atol=1e-10)
    all_gone = solved(world, threat(on="suppliers", sector="y", exposed=1, answer="comply"))
    ban = solved(world, mp.ExportBan(exporter="B", importer="C", sector="y"))
    np.testing.assert_array_equal(all_gone.values("real_income"), ban.values("real_income"))
    cut_off = solved(world, threat(on="suppliers", sector="y", answer="defy", carried_out=True))
    market = solved(world, mp.TradeCost(exporter="B", importer=["A", "D"], sector="y",
                                        ad_valorem=0.1 ** (-1 / 5) - 1))
    np.testing.assert_allclose(cut_off.values("real_income"), market.values("real_income"), atol=1e-9)


@pytest.mark.parametrize("fields", [{}, {"on": "suppliers", "sector": "y"}])
def test_numbers_by_country_are_each_countrys_own(fields):
    """Two third countries with numbers of their own are two measures with one number each."""
    world, who = drawn_world(), {"coalition": "A", "target": "C", "credibility": 0.6, "carried_out": True, **fields}
    together = solved(world, mp.SecondarySanctions(**who, country=["B", "D"], exposed={"B": "90%", "D": 0.6},
                                                   dispersion={"B": 0.5, "D": 2}))
    apart = solved(world, mp.SecondarySanctions(**who, country="B", exposed=0.9, dispersion=0.5),
                   mp.SecondarySanctions(**who, country="D", exposed=0.6, dispersion=2))
    for name in ("real_income", "trade", "settlement_cost"):
        np.testing.assert_allclose(together.values(name), apart.values(name), rtol=1e-9, atol=1e-9)
    with pytest.raises(mp.ScenarioError, match="exposed has no number for D; give one for each third country"):
        solved(world, mp.SecondarySanctions(**who, country=["B", "D"], exposed={"B": 0.9}))
    with pytest.raises(mp.UnknownName, match="'E'"):
        solved(world, mp.SecondarySanctions(**who, country="B", exposed={"B": 0.9, "E": 0.9}))
    with pytest.raises(mp.ScenarioError, match=r"exposed of B is 1\.9; it must lie between 0 and 1"):
        mp.SecondarySanctions(**who, country="B", exposed={"B": 1.9})
    with pytest.raises(mp.ScenarioError, match="dispersion of B is 0; it must be above 0"):
        mp.SecondarySanctions(**who, country="B", dispersion={"B": 0})


def test_every_branch_is_solved_and_says_what_it_is_worth():
    branches = mp.secondary_branches(drawn_world(), mp.Scenario(name="threat", measures=[threat()]))
    worth = {scenario.name: outcome.values("equivalent_variation")
             for scenario, outcome in zip(branches.scenarios, branches, strict=True)}
    assert set(worth) == {"comply", "choose", "defy", "choose, carried out", "defy, carried out"}
    target, third = 2, 1
    assert worth["comply"][target] < worth["choose"][target] < worth["defy"][target] + 1e-9
    assert worth["defy"] == pytest.approx(0, abs=1e-5)
    assert worth["defy, carried out"][third] < worth["choose, carried out"][third] < 0
    with pytest.raises(mp.ScenarioError, match="has no secondary_sanctions"):
        mp.secondary_branches(drawn_world(), mp.Scenario(name="plain"))


def test_what_a_threat_cannot_mean_is_refused():
    with pytest.raises(mp.ScenarioError, match=r"credibility is 1\.2; it must lie between 0 and 1"):
        threat(credibility=1.2)
    with pytest.raises(mp.ScenarioError, match=r"exposed is -0\.1; it must lie between 0 and 1"):
        threat(exposed=-0.1)
    with pytest.raises(mp.ScenarioError, match="dispersion"):
        threat(dispersion=0)
    with pytest.raises(mp.ScenarioError, match="member of the coalition or the target; name a third country"):
        solved(drawn_world(), threat(country=["A", "C"]))
    with pytest.raises(mp.ScenarioError, match="answer"):
        threat(answer="hesitate")
