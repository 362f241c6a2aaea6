"""Derivatives against central differences of solved equilibria, and against each other."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tests.reference.worlds import codes, goods, small_world

import multipolar as mp
from multipolar.equilibrium import linear
from multipolar.equilibrium.derivatives import equilibrium
from multipolar.equilibrium.objectives import NAMES, OBSERVED, objective
from multipolar.equilibrium.standing import pushed, pushed_productivity, standing, values
from multipolar.equilibrium.steps import no_step, stepped
from multipolar.variables import variable

STEP = 4e-3
"""Of the five-point rule: its error is of the fourth order, and solves hold to 1e-11."""


def slope(value):
    """d value / d x at 0 by the five-point rule."""
    near, far = value(STEP) - value(-STEP), value(2 * STEP) - value(-2 * STEP)
    return (8 * near - far) / (12 * STEP)


@pytest.fixture(scope="module")
def world():
    """Three countries, two goods, with deficits, tariffs, empty cells, every elasticity and both kinds of rent."""
    return small_world(4).with_parameters(
        trade_elasticity=[3.0, 6.0], value_added_elasticity=0.6, input_elasticity=0.4, final_demand_elasticity=1.4,
        resource_share=[0.2, 0.0], supply_elasticity=[0.5, 1.0], capital_share=[0.3, 0.4])


MEASURES = [mp.Tariff(importer="C0", exporter="all", rate=0.25),
            mp.TradeCost(importer="C1", exporter="C2", ad_valorem=0.1), mp.Productivity(country="C2", change=-0.05),
            mp.Transfer(payer="C0", receiver="C1", amount=9),
            mp.ExportTax(exporter="C1", importer="C0", sector="s0", rate=0.2)]
HERE = mp.Scenario(name="here", measures=MEASURES)


def moved(*more):
    return mp.Scenario(name="there", measures=[*MEASURES, *more])


def assert_close(found, expected, scale):
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6 * scale)


@pytest.mark.parametrize("horizon", ["long", "short"])
@pytest.mark.parametrize("rule", ["fixed", "zero", "proportional"])
def test_every_outcome_by_one_tariff(world, rule, horizon):
    """Backwards, for all outcomes of all countries."""
    closure = {"deficits": rule, "horizon": horizon}
    for name in NAMES:
        row = [mp.gradient(world, HERE, f"{name}[{code}]", **closure) for code in world.countries]
        found = np.array([derivative.sel(exporter="C2", sector="s0", importer="C1").item() for derivative in row])
        expected = slope(lambda change, name=name: mp.solve(world, moved(
            mp.Tariff(importer="C1", exporter="C2", sector="s0", add=change)), **closure).values(name))
        assert_close(found, expected, np.abs(expected).max())


@pytest.mark.parametrize("name", ["real_income", "tariff_revenue"])
def test_one_outcome_by_every_policy(world, name):
    """A tariff and a trade cost on every flow, every productivity, every pair of payer and receiver."""
    derivative = {wrt: mp.gradient(world, HERE, f"{name}[C1]", wrt)
                  for wrt in ("tariff", "trade_cost", "productivity", "transfer")}

    def expected(measure):
        return slope(lambda change: mp.solve(world, moved(measure(change))).values(name)[1])

    for exporter in world.countries:
        for importer in world.countries:
            if exporter == importer:
                assert not derivative["tariff"].sel(exporter=exporter, importer=importer).any()
                assert not derivative["trade_cost"].sel(exporter=exporter, importer=importer).any()
                continue
            for sector in world.sectors:
                flow = {"exporter": exporter, "sector": sector, "importer": importer}
                for wrt, measure in (("tariff", lambda x, flow=flow: mp.Tariff(add=x, **flow)),
                                     ("trade_cost", lambda x, flow=flow: mp.TradeCost(ad_valorem=x, **flow))):
                    assert_close(derivative[wrt].sel(flow).item(), expected(measure), np.abs(derivative[wrt]).max())
            paid = derivative["transfer"].sel(country=importer) - derivative["transfer"].sel(country=exporter)
            by_amount = expected(lambda x, e=exporter, i=importer: mp.Transfer(
                payer=e if x > 0 else i, receiver=i if x > 0 else e, amount=abs(100 * x))) / 100
            assert_close(paid.item(), by_amount, np.abs(derivative["transfer"]).max())
    for country in world.countries:
        for sector in world.sectors:
            assert_close(derivative["productivity"].sel(country=country, sector=sector).item(), expected(
                lambda x, c=country, s=sector: mp.Productivity(country=c, sector=s, change=x)),
                np.abs(derivative["productivity"]).max())


def test_forwards_is_backwards(world):
    """Measures scaled together: every outcome along them is the sum of its gradients times them."""
    further = [mp.Tariff(importer="C1", exporter="all", add=0.07), mp.TradeCost(importer="C0", exporter="C1",
               ad_valorem=0.2), mp.Productivity(country="C1", sector="s0", change=0.3),
               mp.Transfer(payer="C2", receiver="C0", amount=20)]
    along = mp.sensitivity(world, HERE, further)
    for name in ("real_income", "wage", "tariff_revenue"):
        for code in world.countries:
            by = {wrt: mp.gradient(world, HERE, f"{name}[{code}]", wrt)
                  for wrt in ("tariff", "trade_cost", "productivity", "transfer")}
            expected = (0.07 * by["tariff"].sel(importer="C1").sum()
                        + 0.2 * by["trade_cost"].sel(importer="C0", exporter="C1").sum()
                        + 0.3 * by["productivity"].sel(country="C1", sector="s0")
                        + 20 * (by["transfer"].sel(country="C0") - by["transfer"].sel(country="C2")))
            assert along[name].sel(country=code).item() == pytest.approx(expected.item(), rel=1e-9, abs=1e-11)
            assert along[name].attrs["units"] == variable(name).unit


@pytest.mark.parametrize("rate", [0.5, 2.0])
def test_through_a_quota_that_binds_and_one_that_does_not(world, rate):
    """A binding bound holds its flow whatever the tariff on it; a slack one is not there."""
    bound = mp.Quota(importer="C1", exporter="C0", sector="s0", limit=rate)
    scenario = mp.Scenario(name="bound", measures=[bound])
    found = mp.gradient(world, scenario, "real_income[C0]").sel(exporter="C2", sector="s0", importer="C1").item()
    expected = slope(lambda change: mp.solve(world, mp.Scenario(name="b", measures=[
        bound, mp.Tariff(importer="C1", exporter="C2", sector="s0", add=change)])).values("real_income")[0])
    assert found == pytest.approx(expected, rel=1e-6)


def test_where_powers_underflow():
    """Very large theta and far-apart costs: sums are made in logs, with closed flows among them."""
    world = small_world(7, 3, 2, theta=(60, 65))
    measures = [mp.Productivity(country="C0", change=-0.9999), mp.Embargo(sides=("C1", "C2"), sector="s1")]
    found = mp.gradient(world, mp.Scenario(name="far", measures=measures), "wage[C1]")
    assert np.isfinite(found).all()
    assert not found.sel(exporter="C1", sector="s1", importer="C2").any()
    expected = slope(lambda change: mp.solve(world, mp.Scenario(name="far", measures=[
        *measures, mp.Tariff(importer="C1", exporter="C2", sector="s0", add=change / 10)])).values("wage")[1]) * 10
    assert found.sel(exporter="C2", sector="s0", importer="C1").item() == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_what_a_ban_closes_has_no_derivative(world):
    scenario = mp.Scenario(name="ban", measures=[mp.ImportBan(importer="C0", exporter="C1", sector="s0")])
    found = mp.gradient(world, scenario, "real_income[C0]")
    closed = {"exporter": "C1", "sector": "s0", "importer": "C0"}
    assert found.sel(closed).item() == 0
    assert mp.gradient(world, scenario, "real_income[C0]", "trade_cost").sel(closed).item() == 0


def test_objectives_agree_with_levels(world):
    """The JAX observables, brought into the units of variables.csv, are what outcomes report."""
    quota = mp.Quota(importer="C1", exporter="C0", sector="s0", limit=0.6)
    scenario = moved(quota)
    at, outcome = standing(world, scenario), mp.solve(world, scenario)
    for name, level in zip(NAMES, values(at), strict=True):
        base = OBSERVED[name].base
        level = level[:len(world.countries)]
        if base is not None:
            before = base(at.posed.base.tables)
            level = 100 * (level / before - 1) if variable(name).kind == "change" else level - before
        np.testing.assert_allclose(level, outcome.values(name), rtol=1e-8, atol=1e-8, err_msg=name)


def test_groups_and_baselines(world):
    """A group's derivative is of the sum over its members; with a baseline, relative to it."""
    baseline = mp.Scenario(name="before", measures=[mp.Tariff(importer="C2", exporter="all", rate=0.5)])
    scenario = HERE.model_copy(update={"baseline": baseline})
    found = mp.gradient(world, scenario, "real_income[world]").sel(exporter="C2", sector="s0", importer="C1").item()
    expected = slope(lambda change: mp.solve(world, scenario.model_copy(update={"measures": (
        *scenario.measures, mp.Tariff(importer="C1", exporter="C2", sector="s0", add=change))}))
        .group("world").real_income)
    assert found == pytest.approx(expected, rel=1e-6)


def test_jax_differentiates_through_the_solution(world):
    """jax.grad of an objective of one's own, through `equilibrium`, is mp.gradient; so is a function as outcome."""
    at = standing(world, mp.Scenario(name="none"))
    by_name = mp.gradient(world, mp.Scenario(name="none"), "equivalent_variation[C1]")

    def welfare(economy, state):
        return objective("equivalent_variation")(economy, state)[1]

    with jax.enable_x64(True):
        economy = jax.tree.map(jnp.asarray, at.economy)

        def value(log_tariff, log_productivity):
            after = stepped(economy._replace(log_productivity=log_productivity),
                            no_step(economy)._replace(log_tariff=log_tariff))
            return welfare(after, equilibrium(after))

        here = economy.log_productivity
        by_tariff, by_productivity = jax.jit(jax.grad(value, argnums=(0, 1)))(no_step(economy).log_tariff, here)
        forwards = jax.jit(lambda: jax.jvp(lambda shift: equilibrium(economy._replace(log_productivity=shift)).log_wage,
                                           (here,), (jnp.ones_like(here),))[1])()
    found = at.cells(by_tariff) / (1 + world.tables.tariffs)
    away = np.where(np.eye(3)[:, None, :] > 0, 0.0, found)
    np.testing.assert_allclose(away, by_name, atol=1e-8 * np.abs(by_name).max().item())
    np.testing.assert_allclose(mp.gradient(world, mp.Scenario(name="none"), welfare), by_name, rtol=1e-12)
    shifts = np.ones((1, *at.economy.log_productivity.shape))
    wages = pushed_productivity(at, shifts)[0, NAMES.index("wage")]
    np.testing.assert_allclose(forwards, wages, atol=1e-8)
    np.testing.assert_allclose(by_productivity[:2, :3].T, mp.gradient(
        world, mp.Scenario(name="none"), "equivalent_variation[C1]", "productivity"), rtol=1e-7, atol=1e-7)


def test_gmres_takes_over_and_a_poor_solution_is_refused(world, monkeypatch):
    """Where acceleration ends short GMRES answers; where that does too, nothing is reported."""
    expected = mp.gradient(world, HERE, "real_income[C0]")
    monkeypatch.setattr(linear, "METHODS", (linear.by_gmres,))
    np.testing.assert_allclose(mp.gradient(world, HERE, "real_income[C0]"), expected, rtol=1e-8, atol=1e-9)
    def poor(product, given, response):
        answer, _residual = linear.by_acceleration(product, given, response)
        return answer, jnp.asarray(jnp.nan)

    monkeypatch.setattr(linear, "METHODS", (poor,))
    with pytest.raises(mp.NotConverged, match="linear equation holds only to nan"):
        mp.gradient(world, HERE, "real_income[C0]")


@pytest.mark.parametrize(("given", "complaint"), [
    ({"outcome": "real_incom[C0]"}, "Did you mean real_income"),
    ({"outcome": "trade[C0]"}, "no variable with derivatives named 'trade'"),
    ({"outcome": "real_income[C9]"}, "no country or group named 'C9'"),
    ({"outcome": "real_income"}, "write for example"),
    ({"outcome": "wage[world]"}, "does not add up over countries"),
])
def test_what_cannot_be_differentiated_is_refused(world, given, complaint):
    with pytest.raises(mp.InputError, match=complaint.replace("[", r"\[")):
        mp.gradient(world, HERE, **given)


@pytest.mark.parametrize("measure", [
    mp.ImportBan(importer="C0", exporter="C1", sector="s0"),
    mp.ExportTax(exporter="C2", importer="C0", sector="s0", rate=0.1),
    mp.Quota(importer="C1", exporter="C0", sector="s0", limit=0.9),
])
def test_measures_without_a_size_have_no_first_order_effect(world, measure):
    with pytest.raises(mp.ScenarioError, match="no size to scale"):
        mp.sensitivity(world, HERE, measure)


def test_a_world_larger_than_any_padding():
    """Nothing is padded there: the same numbers come out of arrays of the world's own shape."""
    world = small_world(2, 3, 9)
    found = mp.gradient(world, mp.Scenario(name="none"), "real_income[C0]")
    assert found.dims == ("exporter", "sector", "importer")
    assert list(found.exporter.values) == codes(3)
    assert list(found.sector.values) == goods(9)
    expected = slope(lambda change: mp.solve(world, mp.Scenario(name="t", measures=[
        mp.Tariff(importer="C0", exporter="C1", sector="s0", add=change)])).values("real_income")[0])
    assert found.sel(exporter="C1", sector="s0", importer="C0").item() == pytest.approx(expected, rel=1e-6)
    at = standing(world, mp.Scenario(name="none"))
    one = pushed(at, no_step(at.economy)._replace(log_productivity=at.padded_industries(np.ones((3, 9)))))
    assert one.shape == (len(NAMES), 3)


def test_where_users_source_apart():
    """By-use sourcing: a tariff moves every user's flow of the good."""
    draw = np.random.default_rng(3)
    users, final = draw.uniform(0.5, 4, (3, 2, 3, 2)), draw.uniform(5, 9, (3, 2, 3))
    final[np.arange(3), :, np.arange(3)] *= 3
    world = mp.World.from_flows(users, final, countries=["C0", "C1", "C2"], sectors=["x", "y"], regions=codes(3),
                                year=2020, trade_elasticity=4.0)
    scenario, flow = mp.Scenario(name="none"), {"exporter": "C1", "sector": "x", "importer": "C0"}
    found = mp.gradient(world, scenario, "real_income[C0]", sourcing="by-use").sel(flow).item()
    common = mp.gradient(world, scenario, "real_income[C0]", sourcing="common").sel(flow).item()
    expected = slope(lambda change: mp.solve(world, mp.Scenario(name="t", measures=[
        mp.Tariff(add=change, **flow)]), sourcing="by-use").values("real_income")[0])
    assert found == pytest.approx(expected, rel=1e-6)
    assert abs(found - common) > 1e-4 * abs(found)
