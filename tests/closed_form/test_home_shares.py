"""Real wages and incomes from the home shares alone: one sector, many sectors with inputs, and autarky."""

import numpy as np
import pytest
from tests.closed_form.formulas import home_share, real_wage
from tests.reference.worlds import small_world

import multipolar as mp
from multipolar.world.world import World

EXACT = 1e-9
SHAPES = [(2, 1), (3, 2), (4, 4), (6, 3)]


def free_trade_world(seed, countries, sectors, **given):
    """Balanced trade, no tariffs, every good in supply at home."""
    return small_world(seed, countries, sectors, deficit=0.0, tariffs=0.0, own_supply=True, **given)


def shares_after(outcome):
    tables = outcome.world.tables
    rates = outcome.values("duties") / np.where(outcome.values("trade") > 0, outcome.values("trade"), 1.0)
    return home_share(outcome.values("trade"), rates) / home_share(tables.trade, tables.tariffs)


@pytest.mark.parametrize("measure", [
    mp.TradeCost(importer="C0", exporter="all", ad_valorem=0.4),
    mp.TradeCost(importer="all", exporter="all", ad_valorem=-0.2),
    mp.Embargo(sides=("C1", "C2")),
    mp.Embargo(sides=("C1", "all")),
    mp.Productivity(country="C1", change=-0.3),
], ids=lambda measure: measure.label)
def test_one_sector_without_inputs(measure):
    """Arkolakis, Costinot & Rodríguez-Clare (2012): real income is the home share ^ (-1/theta), times own A."""
    world = free_trade_world(1, 4, 1, materials=0.0)
    outcome = mp.solve(world, mp.Scenario(measures=[measure]))
    own = np.where(np.array(world.countries) == "C1", 0.7, 1.0) if isinstance(measure, mp.Productivity) else 1.0
    expected = own * shares_after(outcome)[0] ** (-1 / world.parameters.trade_elasticity[0])
    np.testing.assert_allclose(1 + outcome.values("real_income") / 100, expected, rtol=EXACT)
    assert np.abs(expected - 1).max() > 1e-3


@pytest.mark.parametrize("rule", ["fixed", "zero", "proportional"])
@pytest.mark.parametrize(("seed", "shape"), list(enumerate(SHAPES)))
def test_many_sectors_with_inputs(seed, shape, rule):
    """Caliendo & Parro (2015), eq. 15: real wages, whatever tariffs, costs, transfers and deficits do."""
    world = small_world(seed, *shape, own_supply=True)
    outcome = mp.solve(world, mp.Scenario(measures=[
        mp.Tariff(importer="C0", exporter="all", rate=0.4), mp.Tariff(importer="C1", exporter="C0", rate=0.1),
        mp.TradeCost(importer="all", exporter="C1", ad_valorem=0.3),
        mp.Transfer(payer="C1", receiver="C0", amount=10),
    ]), deficits=rule)
    expected = real_wage(outcome.world, shares_after(outcome))
    np.testing.assert_allclose(1 + outcome.values("real_wage") / 100, expected, rtol=EXACT)


@pytest.mark.parametrize("rule", ["fixed", "zero", "proportional"])
@pytest.mark.parametrize(("seed", "shape"), list(enumerate(SHAPES)))
def test_autarky(seed, shape, rule):
    """Costinot & Rodríguez-Clare (2014): an embargo of everyone on everyone takes each home share to one."""
    world = free_trade_world(seed + 50, *shape)
    outcome = mp.solve(world, mp.Scenario(measures=[mp.Embargo(sides=("all", "all"))]), deficits=rule)
    tables = outcome.world.tables
    expected = real_wage(world, 1 / home_share(tables.trade, tables.tariffs))
    np.testing.assert_allclose(1 + outcome.values("real_income") / 100, expected, rtol=EXACT)
    np.testing.assert_allclose(outcome.values("wage"), 0.0, atol=1e-8)
    assert outcome.certificate.components == shape[0]
    assert "own numeraire" in outcome.certificate.notes[0]
    assert (expected < 1).all()


@pytest.fixture(scope="module")
def wiod(published) -> World:
    """WIOD 2008, each sector that some country uses without making any merged with a neighbour."""
    world = World.from_flows(**published.wiod(2008), year=2008, name="wiod-2008", clean=True)
    return world.aggregate(sectors={
        "textiles, leather": ["17t18", "19"], "fuel, chemicals": ["23", "24"], "machines, vehicles": ["29", "34t35"],
        "trade": ["50", "51"], "transport": ["60", "61", "62"], "other services": ["O", "P"]})


@pytest.mark.slow
def test_autarky_of_wiod_2008(wiod):
    """The full model on published tables: 41 economies, solved first without deficits."""
    outcome = mp.solve(wiod, mp.Scenario(measures=[mp.Embargo(sides=("all", "all"))]), deficits="zero")
    tables = outcome.world.tables
    home = home_share(tables.trade, tables.tariffs)
    assert np.abs(tables.deficit / tables.final_spending).max() < 1e-9
    expected = real_wage(outcome.world, 1 / home)
    np.testing.assert_allclose(1 + outcome.values("real_income") / 100, expected, rtol=EXACT)
    assert outcome.certificate.components == 41


def test_wiod_2008_as_published_is_refused(published):
    """Some goods have no seller at home: leather in France, cars in Luxembourg, ships in Greece."""
    world = World.from_flows(**published.wiod(2008), year=2008, clean=True)
    with pytest.raises(mp.NoEquilibrium) as caught:
        mp.solve(world, mp.Scenario(measures=[mp.Embargo(sides=("all", "all"))]), deficits="proportional")
    assert caught.value.reason == "none: price"
