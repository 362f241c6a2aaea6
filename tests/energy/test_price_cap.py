"""Price caps: by level and as a discount, covered in part, evaded, slack, and so low that the flow ends."""

import jax
import numpy as np
import pytest
from scipy.optimize import brentq

import multipolar as mp
from multipolar.equilibrium.blocks.cap import Cap, covered_share
from multipolar.equilibrium.blocks.capped import capped_flows
from multipolar.equilibrium.search import QUICK_SWEEPS, _direct
from multipolar.equilibrium.solver import accelerate
from multipolar.equilibrium.standing import standing
from multipolar.world.behaviour import behaviour

OIL = {"exporter": "A", "sector": "oil"}
BASE = 60.0
LEVEL = 52.0


def cap(price=None, importer="all", **other):
    level = {} if price is None else {"price": price, "base_price": BASE}
    return mp.PriceCap(**OIL, importer=importer, **level, **other)


def oil_price(outcome):
    return 1 + outcome.values("producer_price")[0, 0] / 100


@pytest.mark.parametrize(("coverage", "discount"), [(1.0, 0.2), (0.6, 0.3)])
def test_a_discount_has_the_incidence_of_an_import_tariff(world, solved, coverage, discount):
    """g d / (1 - g d) on the importer's side (Johnson, Rachel & Wolfram 2023 write it as a tax on the exporter)."""
    capped = solved(world, cap(discount=discount, coverage=coverage))
    gap = coverage * discount
    duties = [mp.Tariff(**OIL, importer=code, rate=(1 + world.tables.tariffs[0, 0, at]) / (1 - gap) - 1)
              for at, code in enumerate(world.countries) if code != "A"]
    taxed = solved(world, *duties)
    np.testing.assert_allclose(capped.values("real_income"), taxed.values("real_income"), atol=1e-8)
    np.testing.assert_allclose(capped.values("rents") + capped.values("tariff_revenue"),
                               taxed.values("tariff_revenue"), rtol=1e-8)


@pytest.mark.parametrize("coverage", [1.0, 0.5])
@pytest.mark.parametrize("evasion", [0.0, 2.0])
def test_a_level_is_the_discount_that_it_comes_to(world, solved, coverage, evasion):
    level = solved(world, cap(LEVEL, coverage=coverage, evasion=evasion))
    flow = capped_flows(level.levels)[0]
    assert flow.limit == LEVEL
    assert flow.received == pytest.approx(BASE * oil_price(level), rel=1e-9)
    received = flow.covered * LEVEL + (1 - flow.covered) * flow.delivered
    assert received == pytest.approx(flow.received, rel=1e-9)
    discount = solved(world, cap(discount=1 - LEVEL / flow.delivered, coverage=coverage, evasion=evasion))
    np.testing.assert_allclose(level.values("real_income"), discount.values("real_income"), atol=1e-8)
    assert level.certificate.residuals["block cap"] < 1e-10


def test_full_coverage_holds_the_price_at_the_cap(world, solved):
    outcome = solved(world, cap(LEVEL))
    assert oil_price(outcome) == pytest.approx(LEVEL / BASE, rel=1e-10)
    gaps = outcome.levels.block(Cap)[1]
    assert 0 < gaps[0] < 1


def test_an_export_tax_of_the_exporter_counts_as_received(world, solved):
    tax = mp.ExportTax(**OIL, importer="all", rate=0.1)
    outcome = solved(world, tax, cap(LEVEL))
    assert oil_price(outcome) == pytest.approx(LEVEL / BASE / 1.1, rel=1e-10)
    to_importer = mp.ExportTax(**OIL, importer="all", rate=0.1, recipient="importer")
    assert oil_price(solved(world, to_importer, cap(LEVEL))) == pytest.approx(LEVEL / BASE, rel=1e-10)


def test_a_cap_above_the_price_is_slack_and_says_so(world, solved):
    outcome = solved(world, cap(70.0))
    np.testing.assert_allclose(outcome.values("real_income"), 0, atol=1e-9)
    assert any("cap of 70 dollars a unit on oil of A is slack towards B, C, D" in note
               for note in outcome.certificate.notes)
    assert all(flow.slack and flow.delivered == pytest.approx(BASE) for flow in capped_flows(outcome.levels))


def test_a_cap_below_what_oil_costs_is_a_ban(world, solved):
    outcome = solved(world, cap(10.0))
    banned = solved(world, mp.ExportBan(**OIL, importer="all"))
    assert (outcome.levels.block(Cap)[1][:1] == 1).all()
    assert not outcome.values("trade")[0, 0, 1:].any()
    np.testing.assert_allclose(outcome.values("real_income"), banned.values("real_income"), atol=1e-8)
    assert any("less than 1 % of what A sold of oil to B, C, D is left" in note for note in outcome.certificate.notes)
    assert all(flow.received is None and flow.delivered is None for flow in capped_flows(outcome.levels))


def test_the_resource_share_stands_beside_every_cap(world, solved):
    share = 0.6 * world.tables.value_added[0, 0] / world.tables.output[0, 0]
    for measure in (cap(LEVEL), cap(discount=0.2)):
        assert any(f"The resource's share of output is {share:.0%} of oil in A" in note
                   for note in solved(world, measure).certificate.notes)


@pytest.mark.parametrize("supply", [0.1, 0.3, 1.0])
def test_on_a_small_exporter_the_diagram_solved_by_hand(solved, supply):
    """All wages and other prices stand still where oil is a millionth of everything: supply meets demand alone.

    Supply at a given cost of everything else: Q = (r/c)^sigma_R with c^(1-sigma_R) = s r^(1-sigma_R) + 1 - s; demand at
    given prices of others: q = (c/y)^-(1+theta) at a gap 1 - y. The rent's loss relative to the volume's follows eta_R.
    """
    tiny, theta = 1e-6, 8.0
    trade = np.zeros((2, 2, 2))
    trade[0, 0, 1], trade[1, 0, 1] = tiny, 1.0
    trade[0, 1], trade[1, 1] = [1.0, 0.5], [0.5 + tiny, 1.0]
    spending = trade.sum(axis=0)
    world = mp.World.from_tables(trade, np.zeros((2, 2, 2)), spending, countries=["A", "B"], sectors=["oil", "goods"],
                                 year=2023, trade_elasticity=[theta, 4.0])
    share = 0.5
    world = world.with_parameters(resource_share={"oil": share, "goods": 0.0}, supply_elasticity=supply)
    sigma = supply * share / (1 - share)

    def cost(log_rent):
        rent = np.exp(log_rent)
        if sigma == 1:
            return rent**share
        return (share * rent ** (1 - sigma) + 1 - share) ** (1 / (1 - sigma))

    def by_hand(gap):
        def excess(log_rent):
            c = cost(log_rent)
            return sigma * (log_rent - np.log(c)) + (1 + theta) * np.log(c / (1 - gap))
        log_rent = brentq(excess, -60, 1, xtol=1e-14)
        return cost(log_rent), (np.exp(log_rent) / cost(log_rent)) ** sigma

    outcome = solved(world, mp.PriceCap(**OIL, importer="all", discount=0.2))
    price, quantity = by_hand(0.2)
    assert oil_price(outcome) == pytest.approx(price, rel=1e-5)
    assert 1 + outcome.values("output")[0, 0] / 100 == pytest.approx(quantity, rel=1e-5)
    # Where the price bears the cap, volume gives way by eta_R times the price's fall, to first order.
    small = solved(world, mp.PriceCap(**OIL, importer="all", discount=0.001))
    ratio = np.log1p(small.values("output")[0, 0] / 100) / np.log(oil_price(small))
    assert ratio == pytest.approx(supply, rel=3e-3)


def test_unequal_caps_move_cargoes(world, solved):
    outcome = solved(world, cap(40.0, importer="B", coverage=0.7))
    trade, before = outcome.values("trade")[0, 0], world.tables.trade[0, 0]
    assert trade[1] < 0.9 * before[1]
    assert (trade[2:] > before[2:]).all()
    by_country = solved(world, cap(50.0, coverage={"B": 0.8, "C": 0.3}))
    flows = {flow.importer: flow for flow in capped_flows(by_country.levels)}
    assert set(flows) == {1, 2}
    assert flows[1].delivered > flows[2].delivered
    assert flows[1].quantity < flows[2].quantity


def test_a_lower_cap_and_more_coverage_cost_the_exporter_more(world, solved):
    by_level = [oil_price(solved(world, cap(price, coverage=0.8))) for price in (57.0, 52.0, 47.0)]
    by_coverage = [oil_price(solved(world, cap(40.0, coverage=share))) for share in (0.2, 0.5, 0.8, 1.0)]
    by_evasion = [oil_price(solved(world, cap(40.0, coverage=0.8, evasion=response))) for response in (10.0, 3.0, 0.0)]
    for prices in (by_level, by_coverage, by_evasion):
        assert (np.diff(prices) < -1e-3).all()


def test_without_a_response_the_covered_share_is_what_it_was():
    prices = np.array([0.5, 1.0, 1.5, 3.0])
    np.testing.assert_allclose(covered_share(prices, np.full(4, 0.6), np.zeros(4)), 0.6)
    answer = covered_share(prices, np.full(4, 0.6), np.full(4, 3.0))
    np.testing.assert_allclose(np.log(answer / (1 - answer)), np.log(1.5) - 3 * np.log(np.maximum(prices, 1)))
    assert mp.PriceCap(**OIL, importer="B", discount=0.1, evasion="assumed").evasion == behaviour("cap_evasion").value


@pytest.mark.parametrize("measures", [[cap(LEVEL)], [cap(50.0, coverage={"B": 1.0, "C": 0.4, "D": 0.7}, evasion=2.0)],
                                      [cap(10.0)]], ids=["one price", "unequal", "stopped"])
def test_the_answer_does_not_depend_on_where_the_search_starts(world, measures):
    at = standing(world, mp.Scenario(measures=measures))
    draw = np.random.default_rng(1)
    with jax.enable_x64(True):
        for _start in range(4):
            drawn = jax.tree.map(lambda part: part + draw.normal(0, 0.05, part.shape) * (part != 0), at.state)
            gaps = draw.uniform(0, 1, at.state.blocks[0].shape)
            found = accelerate(at.economy, drawn._replace(blocks=(gaps,)), 1.0, most_steps=QUICK_SWEEPS)
            assert found.residual < 1e-10
            live = np.asarray(at.economy.blocks[0].log_ratio) < 100
            np.testing.assert_allclose(found.state.blocks[0][live], at.state.blocks[0][live], atol=1e-9)
            np.testing.assert_allclose(found.state.log_wage, at.state.log_wage, atol=1e-9)


@pytest.mark.parametrize("price", [44.0, 46.0, 48.0])
def test_wild_starts_end_at_the_answer_near_where_the_flow_stops(world, price):
    """At full coverage oil stops between these prices: the way that a solve takes, fallbacks included, finds it."""
    at = standing(world, mp.Scenario(measures=[cap(price)]))
    draw = np.random.default_rng(4)
    with jax.enable_x64(True):
        for _start in range(3):
            drawn = jax.tree.map(lambda part: part + draw.normal(0, 0.8, part.shape) * (part != 0), at.state)
            found = _direct(at.economy, drawn._replace(blocks=(draw.uniform(0, 1, at.state.blocks[0].shape),)))
            assert found.status == "solved"
            assert found.state.blocks[0][0] == pytest.approx(float(at.state.blocks[0][0]), abs=1e-9)
            np.testing.assert_allclose(found.state.log_wage, at.state.log_wage, atol=1e-9)


def test_coverage_that_leaves_a_millionth_out_is_full():
    assert cap(LEVEL, coverage=1 - 1e-7).coverage == 1.0
    assert cap(LEVEL, coverage="99.9%").coverage == pytest.approx(0.999)
    assert cap(LEVEL, coverage={"B": 1 - 1e-9, "C": 0.5}).coverage == {"B": 1.0, "C": 0.5}


def test_a_bound_and_a_cap_on_one_flow_must_name_the_same_owner(world, solved):
    held = mp.Quota(**OIL, importer="B", limit=0.5, rent="importer")
    both = solved(world, held, cap(LEVEL))
    assert both.levels.shipped[0] <= 0.5 + 1e-9
    assert both.levels.rents_received.sum() == pytest.approx(
        (both.levels.landed[0, 0, 1:] * (1 - np.exp(-both.levels.rent))).sum(), rel=1e-12)
    with pytest.raises(mp.ScenarioError, match="Several measures bound A to B, oil, and each names other owners"):
        solved(world, mp.Quota(**OIL, importer="B", limit=0.5, rent="exporter"), cap(LEVEL))


@pytest.mark.parametrize(("fields", "message"), [
    ({"price": 60, "coverage": 1.2}, "coverage is 1.2; the covered share"),
    ({"price": 60, "coverage": {"B": -0.1}}, "coverage is -0.1"),
    ({"price": 60, "discount": 0.2}, "either a price in dollars a unit or a discount"),
    ({}, "either a price in dollars a unit or a discount"),
    ({"discount": 1.0}, "lies above 0 and below 1"),
    ({"price": 0}, "dollars a unit, above zero. To stop a flow, use a ban"),
    ({"price": "sixty"}, "not a number"),
    ({"price": 60, "evasion": -1}, "evasion is -1; it lies between 0"),
])
def test_odd_caps_are_refused(fields, message):
    with pytest.raises(mp.ScenarioError, match=message):
        mp.PriceCap(**OIL, importer="B", **fields)


def test_caps_that_do_not_fit_the_world_are_refused(world, solved):
    with pytest.raises(mp.ScenarioError, match="oil from A to B is not known; give it as base_price"):
        solved(world, mp.PriceCap(**OIL, importer="B", price=50))
    with pytest.raises(mp.ScenarioError, match="none of it is covered"):
        solved(world, cap(50.0, coverage={"A": 0.5}))
    with pytest.raises(mp.ScenarioError, match="coverage names B twice"):
        solved(world, cap(50.0, coverage={"B": 0.5, "all": 0.2}))
    with pytest.raises(mp.ScenarioError, match=r"Two price caps on one flow, A to B, oil: 50 and 40 dollars a unit"):
        solved(world, cap(50.0), cap(40.0, importer="B"))


def test_the_worlds_own_prices_are_taken(reference):
    """63.0 dollars a barrel of Urals in 2023, in barrels and in tonnes."""
    barrels = mp.PriceCap(exporter="RUS", importer="all", sector="oil", price=45).lower(reference).specs[0].data
    assert barrels["base_price"] == pytest.approx(63.0, abs=0.05)
    tonnes = mp.PriceCap(exporter="RUS", importer="all", sector="oil", price=330, unit="t").lower(reference)
    assert tonnes.specs[0].data["base_price"] == pytest.approx(63.0 * 7.33, rel=1e-3)
    with pytest.raises(mp.ScenarioError, match="unit is 'barrel'; a price is for one of bbl, t, 1000 m3"):
        mp.PriceCap(exporter="RUS", importer="all", sector="oil", price=45, unit="barrel")
    with pytest.raises(mp.InputError, match="oil is not measured in 'bcm'"):
        mp.PriceCap(exporter="RUS", importer="all", sector="oil", price=45, unit="1000 m3").lower(reference)
    with pytest.raises(mp.InputError, match="MET is no fuel with a price"):
        mp.PriceCap(exporter="RUS", importer="all", sector="MET", price=45).lower(reference)
