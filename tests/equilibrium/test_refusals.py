"""What has no equilibrium is refused with its reason, before or after the search; the theory page's named cases."""

import numpy as np
import pytest
from tests.reference.worlds import small_world, solved, tables_world

import multipolar as mp
from multipolar.equilibrium import search


def refusal(world, *measures, **given):
    with pytest.raises(mp.NoEquilibrium) as caught:
        solved(world, *measures, **given)
    return caught.value


def single_suppliers(own=0.9, theta=5.0):
    """Two countries of equal size, each the only maker of its good, `own` of spending on it."""
    trade = np.zeros((2, 2, 2))
    trade[0, 0], trade[1, 1] = [100 * own, 100 * (1 - own)], [100 * (1 - own), 100 * own]
    return tables_world(trade, theta=theta)


@pytest.mark.parametrize("theta", [1.0, 5.0, 50.0])
def test_a_surplus_that_can_be_paid_and_one_that_cannot(theta):
    """Import share .1 both ways and one good of one maker: D = .099 of world income solves, .11 is unpayable.

    With shares fixed, w1 = 1 - 8 D of half of world income and I1 = w1 - 2 D: nothing is left from D = .1 on,
    whatever the trade elasticity.
    """
    world = single_suppliers(theta=theta)
    income = world.tables.factor_income.sum()
    outcome = solved(world, mp.Transfer(payer="C0", receiver="C1", amount=0.099 * income))
    np.testing.assert_allclose(outcome.values("factor_income")[0] / 100, 1 - 8 * 0.099, rtol=1e-8)
    np.testing.assert_allclose(outcome.values("income")[0] / 100, 1 - 10 * 0.099, rtol=1e-6)
    error = refusal(world, mp.Transfer(payer="C0", receiver="C1", amount=0.11 * income))
    assert error.reason == "unpayable"
    assert error.countries == ("C0",)
    assert "C0 has nothing left to spend" in str(error)
    assert "is no proof" in str(error)
    reached = float(str(error).split("ends at ")[1].split("%")[0]) / 100
    assert reached == pytest.approx(0.1 / 0.11, abs=2e-3)
    # Where buyers can choose among makers, a cheaper country sells more, and the same sum can be paid.
    one_good = tables_world([[[90.0, 10.0]], [[10.0, 90.0]]], theta=5.0)
    assert solved(one_good, mp.Transfer(payer="C0", receiver="C1", amount=22)).values("income")[0] > 0


def test_a_fixed_surplus_of_the_base_year_that_measures_make_unpayable():
    """C0 lends to C1 every year; behind a wall of costs in both directions it cannot deliver what it owes."""
    world = tables_world([[[80.0, 30.0]], [[10.0, 100.0]]], theta=2.0)
    walls = [mp.TradeCost(importer=one, exporter=other, ad_valorem=9.0) for one, other in (("C0", "C1"), ("C1", "C0"))]
    error = refusal(world, *walls, *walls, deficits="fixed")
    assert error.reason == "unpayable"
    assert set(error.closures) == {"zero", "proportional"}
    for rule in error.closures:
        assert solved(world, *walls, *walls, deficits=rule).certificate.residual <= 1e-10


@pytest.mark.parametrize("theta", [5.0, 50.0])
def test_a_one_way_flow_that_nobody_pays_for(theta):
    """Refused before any search: with large theta its residual would fall below any tolerance."""
    world = tables_world([[[90.0, 10.0]], [[10.0, 90.0]]], theta=theta)
    for rule in ("fixed", "zero", "proportional"):
        error = refusal(world, mp.ImportBan(importer="C1", exporter="C0"), deficits=rule)
        assert error.reason == "none: flows"
        assert "C0 would buy from C1 and sell nothing back" in str(error)
    # A yearly payment to C1 does not help, one to C0 pays for it exactly.
    assert refusal(world, mp.ImportBan(importer="C1", exporter="C0"),
                   mp.Transfer(payer="C0", receiver="C1", amount=5)).reason == "none: flows"
    outcome = solved(world, mp.ImportBan(importer="C1", exporter="C0"),
                     mp.Transfer(payer="C1", receiver="C0", amount=5))
    np.testing.assert_allclose(outcome.values("imports"), [5, 0], rtol=1e-6)


def test_an_industry_that_lost_an_input_shuts_while_its_good_is_bought_elsewhere():
    trade = np.array([[[30.0, 20, 10], [20, 10, 10]], [[15.0, 0, 5], [10, 30, 10]], [[10.0, 5, 30], [10, 10, 20]]])
    inputs = np.zeros((2, 3, 2))
    inputs[0, 1, 1] = trade[:, 0, 1].sum()                             # C1's final users buy none of good 0
    outcome = solved(tables_world(trade, inputs, theta=[4.0, 6.0]), mp.ImportBan(importer="C1", exporter="all",
                                                                                sector="s0"))
    assert outcome.values("revenue")[1, 1] == 0
    assert outcome.values("output")[1, 1] == -100
    assert np.isnan(outcome.values("producer_price"))[1, 1]
    assert np.isnan(outcome.values("consumer_price"))[1, 0]
    assert outcome.values("consumer_price")[1, 1] > 0
    assert outcome.values("revenue")[1, 0] > outcome.world.tables.output[1, 0]      # its labour moves to good 0
    assert np.isfinite(outcome.values("real_income")).all()


def test_labour_that_nobody_can_buy():
    """C1's only industry needs a good that it can no longer have; its final users are fed from abroad."""
    trade = np.array([[[50.0, 20.0], [30.0, 40.0]], [[0.0, 0.0], [60.0, 0.0]]])
    inputs = np.zeros((2, 2, 2))
    inputs[0, 1, 1] = 20.0
    error = refusal(tables_world(trade, inputs), mp.ExportBan(exporter="C0", importer="C1", sector="s0"))
    assert error.reason == "none: flows"
    assert "labour there would be unsold" in str(error)
    assert error.countries == ("C1",)


def test_final_demand_without_a_seller():
    world = single_suppliers()
    error = refusal(world, mp.ImportBan(importer="C0", exporter="C1", sector="s1"))
    assert (error.reason, error.countries, error.goods) == ("none: price", ("C0",), ("s1",))
    assert error.closures == ()


def test_a_surplus_of_a_country_that_is_cut_off():
    world = tables_world([[[80.0, 30.0]], [[10.0, 100.0]]])
    error = refusal(world, mp.Embargo(sides=("C0", "C1")), deficits="fixed")
    assert error.reason == "none: flows"
    assert "cut off with a fixed" in str(error)
    assert set(error.closures) == {"zero", "proportional"}
    error = refusal(world, mp.Embargo(sides=("C0", "C1")), mp.Transfer(payer="C0", receiver="C1", amount=1),
                    deficits="zero")
    assert error.reason == "none: flows"
    assert "cannot be paid" in str(error)


def test_a_wage_that_runs_away():
    """What C1 buys of C0 shrinks to e^-108 of itself, and demand hardly reacts: only a wage of nothing balances."""
    world = tables_world([[[90.0, 10.0]], [[10.0, 90.0]]], theta=0.3)
    walls = [mp.TradeCost(importer="C1", exporter="C0", ad_valorem=10.0)] * 150
    error = refusal(world, *walls)
    assert error.reason == "wage ray"
    assert "runs away" in str(error)
    assert "is no proof" in str(error)
    assert error.countries[0] in world.countries


def test_the_search_does_not_start_where_existence_says_none(monkeypatch):
    def unwanted(*_given):
        raise AssertionError("the search was called")
    monkeypatch.setattr(search, "search", unwanted)
    assert refusal(single_suppliers(), mp.ImportBan(importer="C0", exporter="C1", sector="s1")).reason == "none: price"


def test_what_a_refusal_proposes_can_be_solved():
    """The closures of a refusal, each tried."""
    tried = 0
    for seed in range(20):
        world = small_world(seed, 3, 2, own_supply=True)
        try:
            solved(world, mp.Embargo(sides=("C0", "all")), deficits="fixed")
        except mp.NoEquilibrium as error:
            for rule in error.closures:
                assert solved(world, mp.Embargo(sides=("C0", "all")), deficits=rule).certificate.components > 1
                tried += 1
    assert tried >= 20
