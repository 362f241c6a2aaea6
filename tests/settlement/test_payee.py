"""Costs of rails that somebody earns: every dollar arrives, and what is paid at the solved shares is the payee's."""

import numpy as np
import pytest
from tests.settlement.worlds import drawn_world, solved

import multipolar as mp
from multipolar.equilibrium.levels import Levels


def both(nu, **fields):
    """The same dearer rail, used up and paid to C."""
    world = drawn_world(nu)
    cost = {"country": "A", "rail": ["USD", "EUR"], "ad_valorem": 0.05, **fields}
    close = mp.CloseRail(country="B", rail="CNY", share=0.5)
    return world, solved(world, close, mp.RailCost(**cost)), solved(world, close, mp.RailCost(**cost, payee="C"))


@pytest.mark.parametrize("nu", [0.0, 0.03])
def test_every_dollar_is_kept_whether_a_payee_earns_it_or_it_is_used_up(nu):
    _world, burned, paid = both(nu)
    for outcome in (burned, paid):
        _conserved(outcome.levels)
        assert outcome.certificate.residual < 1e-10
    assert burned.levels.rents_received.sum() == 0
    # What C earns, counted apart: f/(1+f) of what buyers pay over the two rails, at the solved shares.
    share = paid.values("settlement_share") / 100
    over = paid.levels.landed.sum(axis=1)[..., None] * share * [1, 1, 0]
    over = over[0].sum() + over[1:, 0].sum()
    assert paid.values("rents")[2] == pytest.approx(over * 0.05 / 1.05, rel=1e-9)
    assert paid.values("rents")[[0, 1, 3]] == pytest.approx(0, abs=1e-12)
    assert paid.values("real_income")[2] > burned.values("real_income")[2] + 0.1


def _conserved(levels: Levels):
    spent = levels.landed.sum(axis=0) + levels.duties.sum(axis=0)
    np.testing.assert_allclose(spent, levels.expenditure, rtol=1e-10)
    # Of what is landed, producers and payees have all; nobody else does.
    np.testing.assert_allclose(levels.paid_to_producers.sum() + levels.rents_received.sum(), levels.landed.sum(),
                               rtol=1e-12)
    np.testing.assert_allclose(levels.paid_to_producers.sum(axis=1), levels.output.sum(axis=1), rtol=1e-12)
    earned = levels.factor_income.sum() + levels.tariff_revenue.sum() + levels.rents_received.sum()
    assert levels.final_spending.sum() == pytest.approx(earned, rel=1e-10)


def test_who_is_paid_does_not_change_what_buyers_pay_at_given_costs():
    """Without thickness kappa and the shares follow from the measures alone."""
    _world, burned, paid = both(0.0)
    np.testing.assert_allclose(paid.values("settlement_share"), burned.values("settlement_share"), rtol=1e-12)
    np.testing.assert_allclose(paid.values("settlement_cost"), burned.values("settlement_cost"), atol=1e-10)


def test_every_rail_dearer_and_paid_to_the_exporter_is_an_export_tax():
    world = drawn_world()
    rails = solved(world, mp.RailCost(country="A", rail="all", ad_valorem=0.1, payee="exporter"))
    others = ["B", "C", "D"]
    tax = solved(world, mp.ExportTax(exporter="A", importer=others, rate=0.1),
                 mp.ExportTax(exporter=others, importer="A", rate=0.1))
    for name in ("real_income", "trade", "rents"):
        np.testing.assert_allclose(rails.values(name), tax.values(name), rtol=1e-7, atol=1e-7)


def test_costs_of_one_payee_compound_and_two_payees_on_a_pair_are_refused():
    world = drawn_world()
    one = {"country": "A", "rail": "all", "payee": "C"}
    twice = solved(world, mp.RailCost(**one, ad_valorem=0.1), mp.RailCost(**one, ad_valorem=0.05))
    once = solved(world, mp.RailCost(**one, ad_valorem=1.1 * 1.05 - 1))
    np.testing.assert_allclose(twice.values("rents"), once.values("rents"), rtol=1e-9)
    with pytest.raises(mp.ScenarioError, match="has another payee already; one pair's costs go to one country"):
        solved(world, mp.RailCost(**one, ad_valorem=0.1), mp.RailCost(**one | {"payee": "D"}, ad_valorem=0.05))
    with pytest.raises(mp.ScenarioError, match=r"C is to be paid -5\.00%; a cost that somebody earns must be above"):
        solved(world, mp.RailCost(**one, ad_valorem=-0.05))
    with pytest.raises(mp.UnknownName, match="'Z'"):
        solved(world, mp.RailCost(**one | {"payee": "Z"}, ad_valorem=0.05))
