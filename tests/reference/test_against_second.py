"""Every reported variable, against a second implementation by another algorithm, on worlds drawn at random."""

import numpy as np
import pytest
from tests.reference.implementation import Base, Change, solve
from tests.reference.worlds import nested, small_world

import multipolar as mp
from multipolar.variables import variables

RULES = ("fixed", "zero", "proportional")
TOLERANCE = 1e-7
"""In percent, and 1e-9 of the largest final spending for money: both solvers end at log changes near 1e-11, which trade
elasticities of up to 12 and small shares magnify."""


def tariffs(draw, world, change):
    change.tariffs[:] = np.where(draw.random(change.tariffs.shape) < 0.4, draw.uniform(0, 0.6), change.tariffs)
    home = np.arange(len(world.countries))
    change.tariffs[home, :, home] = 0.0
    return [mp.TariffSchedule(rates=change.tariffs.copy())]


def icebergs(draw, world, change):
    measures = []
    for _ in range(3):
        i, s, n = flow(draw, world)
        rise = draw.uniform(-0.2, 1.5)
        change.iceberg[i, s, n] *= 1 + rise
        measures.append(mp.TradeCost(exporter=f"C{i}", importer=f"C{n}", sector=f"s{s}", ad_valorem=rise))
    return measures


def bans(draw, world, change):
    measures = []
    for kind in (mp.ImportBan, mp.ExportBan):
        i, s, n = flow(draw, world)
        others = change.closed[:, s, n] | (np.arange(len(world.countries)) == i)
        # Good 0 stays traded, so that no country is cut off with a fixed deficit.
        if s > 0 and world.tables.trade[~others, s, n].any():
            change.closed[i, s, n] = True
            measures.append(kind(exporter=f"C{i}", importer=f"C{n}", sector=f"s{s}"))
    return measures


def productivity(draw, world, change):
    i, s = draw.integers(len(world.countries)), draw.integers(len(world.sectors))
    rise = draw.uniform(-0.4, 0.4)
    change.productivity[i, s] *= 1 + rise
    return [mp.Productivity(country=f"C{i}", sector=f"s{s}", change=rise)]


def transfers(draw, world, change):
    i, _s, n = flow(draw, world)
    amount = 0.02 * world.tables.factor_income[[i, n]].min()
    change.transfers[[i, n]] += np.array([-amount, amount])
    return [mp.Transfer(payer=f"C{i}", receiver=f"C{n}", amount=amount)]


def lifts(draw, world, change):
    """Two suppliers of one market come to latent shares of .06 and .03 more than their base-year shares."""
    i, s, n = flow(draw, world)
    base = Base.of(world)
    measures = []
    for exporter, more in ((i, 0.06), (int(draw.integers(len(world.countries))), 0.03)):
        share = base.share[exporter, s, n] + more
        if (exporter != n and world.tables.output[exporter, s] > 0 and not change.closed[exporter, s, n]
                and share < 0.4 and np.isnan(change.latent[exporter, s, n])):
            change.latent[exporter, s, n] = share
            measures.append(mp.Lift(exporter=f"C{exporter}", importer=f"C{n}", sector=f"s{s}", latent_share=share))
    return measures


KINDS = (tariffs, icebergs, bans, productivity, transfers, lifts)


def flow(draw, world):
    """A flow between two different countries."""
    i, n = draw.choice(len(world.countries), 2, replace=False)
    return int(i), int(draw.integers(len(world.sectors))), int(n)


def compare(world, measures, change, rule, horizon="long"):
    """Every variable of the table from both, and the outcome."""
    outcome = mp.solve(world, mp.Scenario(name="drawn", measures=measures), deficits=rule, horizon=horizon)
    expected = solve(Base.of(world, horizon), change, rule)
    assert sorted(expected) == sorted(variables())
    for name, row in variables().items():
        ours, theirs = outcome.values(name), np.asarray(expected[name])
        unit = 1.0 if "percent" in row.unit else world.tables.final_spending.max() / 100
        np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=TOLERANCE * unit, err_msg=f"{name}, {rule}")
    return outcome


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_one_kind_of_measure(kind, rule):
    moved = 0.0
    for seed, (countries, sectors) in enumerate([(2, 1), (3, 2), (4, 3), (2, 4)]):
        world = small_world(seed + 10, countries, sectors)
        change = Change.none(Base.of(world))
        outcome = compare(world, kind(np.random.default_rng(seed), world, change), change, rule)
        moved = max(moved, np.abs(outcome.values("real_income")).max())
    assert moved > 0.01


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("seed", range(6))
def test_all_kinds_at_once(seed, rule):
    world = small_world(seed + 100, 2 + seed % 5, 1 + seed % 4)
    draw, change = np.random.default_rng(seed), Change.none(Base.of(world))
    measures = [measure for kind in KINDS for measure in kind(draw, world, change)]
    compare(world, measures, change, rule)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("horizon", ["long", "short"])
@pytest.mark.parametrize("seed", range(4))
def test_substitution_resources_and_specific_capital(seed, horizon, rule):
    """The whole nest, with every kind of measure at once."""
    world = nested(small_world(seed + 200, 2 + seed, 1 + seed), seed)
    draw, change = np.random.default_rng(seed), Change.none(Base.of(world))
    measures = [measure for kind in KINDS for measure in kind(draw, world, change)]
    compare(world, measures, change, rule, horizon)


@pytest.mark.parametrize("rule", RULES)
def test_no_measure(rule):
    world = small_world(7, 4, 3)
    compare(world, [], Change.none(Base.of(world)), rule)


@pytest.mark.parametrize("rule", ["zero", "proportional"])
def test_a_country_that_everybody_cuts_off(rule):
    """Two components, each with its own numeraire."""
    world = small_world(3, 4, 3, own_supply=True)
    change = Change.none(Base.of(world))
    change.closed[0, :, 1:] = change.closed[1:, :, 0] = True
    outcome = compare(world, [mp.Embargo(sides=("C0", "all"))], change, rule)
    assert outcome.certificate.components == 2


def test_an_industry_without_inputs_shuts():
    """C1 can no longer buy good 0, which its industry 1 needs and its final users do not; s1 comes from elsewhere."""
    # Home sales cannot be banned, so C1 sells none of its own good 0 at home.
    trade = np.array([[[30.0, 20, 10], [20, 10, 10]], [[15.0, 0, 5], [10, 30, 10]], [[10.0, 5, 30], [10, 10, 20]]])
    spent = trade.sum(axis=0)
    inputs = np.zeros((2, 3, 2))
    inputs[0, 1, 1] = spent[0, 1]                                      # all of good 0 in C1 goes to its industry 1
    inputs[1, 0, 0] = 5.0
    world = mp.World.from_tables(trade, inputs, spent - inputs.sum(axis=2), countries=["C0", "C1", "C2"],
                                 regions=["C0", "C1", "C2"], sectors=["s0", "s1"], year=2020, trade_elasticity=[4, 6])
    change = Change.none(Base.of(world))
    change.closed[[0, 2], 0, 1] = True
    for rule in RULES:
        outcome = compare(world, [mp.ImportBan(importer="C1", exporter="all", sector="s0")], change, rule)
        assert outcome.values("revenue")[1, 1] == 0.0
        assert np.isnan(outcome.values("producer_price")).sum() == 1
        assert np.isnan(outcome.values("consumer_price")).sum() == 1
        assert np.isnan(outcome.values("output")).sum() == 0
        assert outcome.values("output")[1, 1] == -100.0


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("sigma", "epsilon"), [(1.5, 0.5), (0.5, 1.5), (1.5, 1.5)])
def test_an_industry_that_can_do_without_an_input_goes_on(sigma, epsilon, rule):
    """Only C0 makes good 1, which C1 buys as an input; above one, elasticities leave other inputs or value added."""
    trade = np.array([[[30.0, 20], [20, 4]], [[15.0, 40], [0, 0]]])
    inputs = np.zeros((2, 2, 2))
    inputs[:, 1, 0] = 20.0, 4.0
    world = mp.World.from_tables(trade, inputs, trade.sum(axis=0) - inputs.sum(axis=2), countries=["C0", "C1"],
                                 regions=["C0", "C1"], sectors=["s0", "s1"], year=2020, trade_elasticity=[4, 6])
    world = world.with_parameters(value_added_elasticity=sigma, input_elasticity=epsilon)
    change = Change.none(Base.of(world))
    change.closed[0, 1, 1] = True
    outcome = compare(world, [mp.ImportBan(importer="C1", exporter="C0", sector="s1")], change, rule)
    assert outcome.values("revenue")[1, 0] > 0


def ten_by_eight():
    """The reference world with ten regions and eight sectors; tariffs are means, some of them inside regions."""
    world = mp.load_world("reference-2023")
    countries = {
        "EUR": ["EU27", "REU", "GBR", "CHE", "NOR"], "AME": ["CAN", "MEX", "BRA", "ARG"],
        "ASI": ["HKG", "JPN", "KOR", "TWN", "IDN", "VNM", "THA", "MYS", "SGP", "PHL", "AUS"], "CIS": ["BLR", "KAZ"],
        "OTH": ["TUR", "SAU", "ARE", "EGY", "MAR", "ISR", "ZAF", "NGA", "ROW"]}
    sectors = {
        "FARM": ["AGR", "FOD"], "DIG": ["COA", "MIN"], "HEAVY": ["CHM", "NMM", "MET", "PET"],
        "MAKE": ["TEX", "WPP", "EEQ", "MAC", "MOT", "AER", "OMF"],
        "SERV": ["UTL", "CON", "TRD", "TRN", "ICT", "FIN", "BUS", "PUB"]}
    return world.aggregate(countries=countries, sectors=sectors)


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
def test_the_reference_world_in_ten_regions_and_eight_sectors(rule):
    """Sanctions, a trade war and war damage at once; the embargo leaves Russia its trade with half of the world."""
    world = ten_by_eight()
    assert (len(world.countries), len(world.sectors)) == (10, 8)
    at = {code: place for place, code in enumerate(world.countries)}
    change = Change.none(Base.of(world))
    coalition = [at[code] for code in ("USA", "EUR", "ASI")]
    change.closed[at["RUS"], :, coalition] = change.closed[coalition, :, at["RUS"]] = True
    change.tariffs[at["CHN"], :, at["USA"]] = 0.4
    change.iceberg[at["CHN"], world.sectors.index("ELE"), at["EUR"]] = 1.25
    change.productivity[at["UKR"], :] = 0.9
    change.transfers[[at["USA"], at["UKR"]]] = [-61_000, 61_000]
    compare(world, [
        mp.Embargo(sides=(["USA", "EUR", "ASI"], "RUS")),
        mp.Tariff(importer="USA", exporter="CHN", rate=0.4),
        mp.TradeCost(importer="EUR", exporter="CHN", sector="ELE", ad_valorem=0.25),
        mp.Productivity(country="UKR", change=-0.1),
        mp.Transfer(payer="USA", receiver="UKR", amount=61_000),
    ], change, rule)
