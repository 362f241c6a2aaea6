"""Export taxes, quotas, a mechanism of one's own, gifts in kind: what is earned along the price chain, and by whom."""

from typing import Literal

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optimistix as optx
import pytest
from tests.reference.worlds import tables_world

import multipolar as mp
from multipolar.equilibrium import blocks
from multipolar.equilibrium.blocks.block import Block, padded, padded_length
from multipolar.equilibrium.blocks.complementarity import misfit, natural_map
from multipolar.equilibrium.solver import TOLERANCE, Anderson
from multipolar.equilibrium.wedges import Offer
from multipolar.measures.measure import Lowered, Measure, Spec
from multipolar.measures.selection import select_flows


@pytest.fixture(scope="module")
def world() -> mp.World:
    """Three countries, three goods, tariffs and inputs; drawn once."""
    draw = np.random.default_rng(7)
    trade = draw.lognormal(0, 0.7, (3, 3, 3)) * 100
    trade[range(3), :, range(3)] *= 5
    tariffs = draw.uniform(0, 0.2, (3, 3, 3))
    tariffs[range(3), :, range(3)] = 0
    spending = ((1 + tariffs) * trade).sum(axis=0)
    inputs = draw.dirichlet(np.ones(3), (3, 3)).transpose(2, 0, 1) * trade.sum(axis=2)[None] * 0.4
    inputs *= np.minimum(1, 0.8 * spending / inputs.sum(axis=2))[:, :, None]
    return mp.World.from_tables(trade, inputs, spending - inputs.sum(axis=2), countries=["A", "B", "C"],
                                sectors=["x", "y", "z"], year=2020, tariffs=tariffs, trade_elasticity=[3.0, 5.0, 8.0])


def solved(world, *measures, deficits="fixed"):
    return mp.solve(world, mp.Scenario(measures=list(measures)), deficits=deficits)


def test_a_tax_paid_to_the_importer_is_a_tariff(world):
    tax = solved(world, mp.ExportTax(exporter="A", importer="B", sector="x", rate=0.3, recipient="importer"))
    old = world.tables.tariffs[0, 0, 1]
    tariff = solved(world, mp.Tariff(exporter="A", importer="B", sector="x", rate=(1 + old) * 1.3 - 1))
    np.testing.assert_allclose(tax.values("real_income"), tariff.values("real_income"), atol=1e-8)
    assert tax.values("rents")[1] > 0
    assert tariff.values("rents")[1] == 0


def test_two_export_taxes_on_one_flow_compound_and_each_is_paid(world):
    both = solved(world, mp.ExportTax(exporter="A", importer="B", sector="x", rate=0.2),
                  mp.ExportTax(exporter="A", importer="B", sector="x", rate=0.1, recipient="C"))
    one = solved(world, mp.ExportTax(exporter="A", importer="B", sector="x", rate=0.32))
    paid = both.values("rents")
    assert paid[0] / paid[2] == pytest.approx(0.2 / (1.2 * 0.1), rel=1e-12)
    assert both.values("rents").sum() == pytest.approx(one.values("rents").sum(), rel=1e-2)


def test_the_parts_of_a_buyers_spending_add_up(world):
    outcome = solved(world, mp.ExportTax(exporter="A", importer="B", sector="x", rate=0.2, recipient="C"),
                     mp.Quota(exporter="A", importer="B", sector="x", limit=0.6, rent={"exporter": 0.5, "B": 0.5}))
    levels = outcome._levels
    cell = (0, 0, 1)
    spent = levels.landed[cell] * (1 + levels.tariffs[cell])
    listed = levels.wedges
    producer = levels.landed[cell] * (listed.producer / listed.landed)[0] * np.exp(-levels.rent[0])
    parts = producer + levels.duties[cell] + levels.rents_received.sum()
    assert parts == pytest.approx(spent, rel=1e-12)
    assert levels.trade[cell] == pytest.approx(levels.landed[cell] - levels.rents_received[1], rel=1e-12)


@pytest.mark.parametrize("owner", ["importer", "exporter"])
def test_a_quota_is_the_tax_that_would_ship_as_much(world, owner):
    quota = solved(world, mp.Quota(exporter="A", importer="B", sector="x", limit=0.5, rent={owner: 1.0}))
    assert quota._levels.shipped == pytest.approx([0.5], abs=1e-10)
    tax = solved(world, mp.ExportTax(exporter="A", importer="B", sector="x",
                                     rate=float(np.exp(quota._levels.rent[0]) - 1), recipient=owner))
    np.testing.assert_allclose(quota.values("real_income"), tax.values("real_income"), atol=1e-8)
    np.testing.assert_allclose(quota.values("rents"), tax.values("rents"), rtol=1e-9)


def test_a_slack_quota_changes_nothing(world):
    outcome = solved(world, mp.Quota(exporter="all", importer="B", sector="all", limit=1.5))
    np.testing.assert_allclose(outcome.values("real_income"), 0, atol=1e-9)
    assert (outcome._levels.rent == 0).all()


def test_one_bound_on_several_flows_has_one_rent(world):
    outcome = solved(world, mp.Quota(exporter=["A", "C"], importer="B", sector="x", limit=0.7, together=True))
    levels = outcome._levels
    rents = levels.rent[levels.rent > 0]
    assert len(rents) == 2
    assert rents[0] == pytest.approx(rents[1], rel=1e-12)
    value = world.tables.trade[[0, 2], 0, 1]
    assert (levels.shipped * value).sum() / value.sum() == pytest.approx(0.7, abs=1e-10)


def test_the_answer_does_not_depend_on_the_order_of_quotas(world):
    quotas = [mp.Quota(exporter="A", importer="B", sector="x", limit=0.6),
              mp.Quota(exporter="B", importer="C", sector="y", limit=0.8),
              mp.Quota(exporter="all", importer="C", sector="z", limit=0.9, together=True)]
    one, other = solved(world, *quotas), solved(world, *reversed(quotas))
    np.testing.assert_allclose(one.values("real_income"), other.values("real_income"), atol=1e-9)


def test_the_certificate_has_the_blocks(world):
    outcome = solved(world, mp.Quota(exporter="A", importer="B", sector="x", limit=0.5))
    assert outcome.certificate.residuals["block quota"] < 1e-10


def test_goods_given_cost_the_giver_more_than_the_money_spent_at_home(world):
    given = solved(world, mp.Transfer(payer="A", receiver="B", amount=50, in_kind={"x": 0.5, "y": 0.5}))
    paid = solved(world, mp.Transfer(payer="A", receiver="B", amount=50))
    assert given.values("given_away")[0] == pytest.approx(50)
    assert given.values("transfers")[0] == 0
    assert paid.values("transfers")[0] == pytest.approx(-50)
    assert given.values("equivalent_variation")[0] < 0
    # Money leaves the country and lowers demand for what it makes; goods bought at home keep it.
    assert given.values("wage")[0] > paid.values("wage")[0]


def test_what_nobody_sells_any_more_cannot_be_given():
    """s1 comes from C1 alone, s0 needs it, and s2 is bought by the makers of s0 alone: with a ban only s3 goes on."""
    trade = np.array([[[40, 10], [0, 0], [5, 0], [50, 0]], [[0, 40], [10, 30], [0, 5], [0, 40]]], dtype=float)
    inputs = np.zeros((4, 2, 4))
    inputs[1, 0, 0], inputs[2, 0, 0], inputs[2, 1, 3] = 10.0, 5.0, 5.0
    world = tables_world(trade, inputs).with_parameters(final_demand_elasticity=2.5)
    ban = mp.ImportBan(exporter="C1", importer="C0", sector="s1")

    def giving(good):
        return solved(world, ban, mp.Transfer(payer="C0", receiver="C1", amount=1, in_kind={good: 1.0}))

    for good in ("s0", "s1"):
        with pytest.raises(mp.NoEquilibrium, match=f"Nobody is left to sell what is to be given away: {good} in C0"):
            giving(good)
    assert solved(world, ban).values("revenue")[0, 2] == 0
    assert giving("s2").values("revenue")[0, 2] == pytest.approx(1)
    assert giving("s2").certificate.existence == "undecided"


def test_a_quota_on_nothing_and_odd_rents_are_refused(world):
    with pytest.raises(mp.ScenarioError, match="add up to 1"):
        mp.Quota(exporter="A", importer="B", limit=0.5, rent={"exporter": 0.7})
    with pytest.raises(mp.ScenarioError, match="use a ban"):
        mp.Quota(exporter="A", importer="B", limit=0)
    with pytest.raises(mp.UnknownName, match="'D'"):
        solved(world, mp.Quota(exporter="A", importer="B", limit=0.5, rent={"D": 1.0}))
    with pytest.raises(mp.ScenarioError, match="add up to 1"):
        mp.Transfer(payer="A", receiver="B", amount=1, in_kind={"x": 0.5})


class Congestion(Block):
    """A toy: carrying more than in the base year costs, elasticity by elasticity; what it costs melts."""

    place: jax.Array
    slope: float = eqx.field(static=True)
    cells: jax.Array

    @classmethod
    def prepare(cls, world, specs, places, cells):
        del world
        return cls(padded(places[0], padded_length(len(places[0])), 0), specs[0]["slope"], np.zeros(cells))

    def start(self):
        return np.zeros(1)

    def offer(self, unknown):
        return Offer(jnp.zeros_like(self.cells).at[self.place[0]].add(unknown[0]), jnp.zeros_like(self.cells))

    def response(self, unknown, flows):
        return unknown + (self.slope * jnp.log(flows.shipped[self.place[:1]]) - unknown) / (1 + 5 * self.slope)

    def check(self, unknown, flows):
        return float(np.abs(unknown - self.slope * np.log(flows.shipped[np.asarray(self.place)[:1]])).max())


class Congested(Measure):
    """The measure of the toy."""

    example = "kind: congested\n"
    kind: Literal["congested"] = "congested"
    exporter: str
    importer: str

    def lower(self, world, *, coarse=False):
        cells = select_flows(world, self.exporter, "x", self.importer, coarse=coarse).cells
        data = {"exporter": cells.exporter, "sector": cells.sector, "importer": cells.importer, "slope": 0.5}
        return Lowered(self.label, specs=(Spec("congestion", data),))


def test_a_mechanism_of_ones_own_needs_no_change_here(world):
    blocks.register("congestion", Congestion.prepare)
    alone = solved(world, mp.Productivity(country="A", sector="x", change=0.2))
    jammed = solved(world, mp.Productivity(country="A", sector="x", change=0.2), Congested(exporter="A", importer="B"))
    growth = jammed._levels.shipped[0]
    assert jammed._levels.burned[0] == pytest.approx(0.5 * np.log(growth), rel=1e-9)
    assert 1 < growth < alone.values("trade")[0, 0, 1] / world.tables.trade[0, 0, 1] * 1.2
    assert jammed.certificate.residuals["block congestion"] < 1e-10
    assert jammed.values("real_income")[1] < alone.values("real_income")[1]


def test_a_kind_that_nobody_registered_is_named(world):
    class Other(Congested):
        def lower(self, world, *, coarse=False):
            lowered = super().lower(world, coarse=coarse)
            return Lowered("other", specs=(Spec("congestoin", lowered.specs[0].data),))

    blocks.register("congestion", Congestion.prepare)
    with pytest.raises(mp.UnknownName, match="Did you mean congestion"):
        solved(world, Other(exporter="A", importer="B"))


def test_the_complementarity_code_solves_takayama_and_judge():
    """Takayama & Judge (1964): three markets, linear demand and supply, given transport costs, no negative flow."""
    demand, supply = np.array([[200, 9.0], [100, 4.0], [160, 7.0]]), np.array([[-50, 10.5], [-50, 20.5], [-50, 10.5]])
    cost = np.array([[0, 2.0, 2.0], [2.0, 0, 1.0], [2.0, 1.0, 0]])

    def prices(flow):
        imports = flow.sum(axis=0) - flow.sum(axis=1)
        return (demand[:, 0] - supply[:, 0] - imports) / (demand[:, 1] + supply[:, 1])

    def one_round(flow, _):
        price = prices(flow)
        margin = jnp.where(jnp.eye(3, dtype=bool), 0.0, price[None, :] - price[:, None] - cost)
        return natural_map(flow, margin, 0.1)

    with jax.enable_x64(True):
        solver = Anderson(rtol=0.0, atol=TOLERANCE, norm=optx.max_norm, mixing=jnp.asarray(1.0),
                          strictness=jnp.asarray(1.0), guide=lambda step, _arguments: step)
        flow = np.asarray(optx.fixed_point(one_round, solver, jnp.zeros((3, 3)), max_steps=2000).value)
    price = np.asarray(prices(flow))
    np.testing.assert_allclose(price, [11, 9, 10], atol=1e-8)
    np.testing.assert_allclose(flow.sum(axis=1) - flow.sum(axis=0), [-35.5, 70.5, -35], atol=1e-8)
    slack = cost - (price[None, :] - price[:, None])
    assert misfit(flow[~np.eye(3, dtype=bool)], slack[~np.eye(3, dtype=bool)]) < 1e-8
