"""Controls and the ways round them: equation (15) against enumeration, limits, accounts, and what is refused."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import multipolar as mp
from multipolar.measures.routes import choice
from multipolar.measures.technology import TechnologyControl
from multipolar.measures.yaml_file import validate_file
from multipolar.world.world import World

DENY = {"coalition": "USA", "targets": "RUS", "share": {"ELE": 0.4}}


def solved(world: World, *measures: Any, **closure: Any) -> mp.Outcome:
    return mp.solve(world, mp.Scenario(measures=measures), **closure)


def control(**fields: Any) -> TechnologyControl:
    return TechnologyControl(**{**DENY, **fields})


def test_the_choice_of_ways_against_enumeration() -> None:
    """Each way's share by itself, and kappa as the CES price index of the ways that are open."""
    random = np.random.default_rng(2)
    share, cost, chi = random.dirichlet(np.ones(5)), 1 + random.random(5), 6.0
    for closed in itertools.product([False, True], repeat=5):
        paid = np.where(closed, np.inf, cost)
        shares, kappa = choice(share[None], paid[None], chi)
        total = sum(s * k**-chi for s, k, shut in zip(share, cost, closed, strict=True) if not shut)
        expected = [0.0 if shut else s * k**-chi / total for s, k, shut in zip(share, cost, closed, strict=True)]
        np.testing.assert_allclose(shares[0], expected, rtol=1e-14)
        assert kappa[0] == (np.inf if all(closed) else pytest.approx(total ** (-1 / chi), rel=1e-14))
    assert choice(share[None], np.ones((1, 5)), chi)[1][0] == pytest.approx(1, abs=1e-15)


def test_hubs_without_a_barrier_change_nothing(small: World) -> None:
    scenario = mp.Scenario(measures=[control(enforcement=0, hubs=["TUR", "CHN"])])
    policy = scenario.policy(scenario.reshape(small))
    assert policy.is_null
    assert np.abs(mp.solve(small, scenario).values("real_income")).max() < 1e-8


def test_a_routed_flow_is_worth_what_enumeration_says(small: World) -> None:
    """One flow by hand: kappa from three ways with legs, premium, detection and fear; value split to the cent."""
    hubs = {"TUR": {"share": 0.1, "premium": 0.5, "detection": 0.5, "enforcement": 0.4}, "CHN": {"share": 0.05}}
    leg = mp.TradeCost(exporter="USA", importer="TUR", sector="ELE", ad_valorem=0.1)
    scenario = mp.Scenario(measures=[control(enforcement=0.75, hubs=hubs), leg])
    world = scenario.reshape(small)
    policy = scenario.policy(world)
    costs = np.array([1 / 0.25, 1.1 * 1.5 / 1.3 / 0.8, 1.0])
    weight = np.array([0.85, 0.1, 0.05]) * costs**-6.0
    np.testing.assert_allclose(policy.routes.cost, [weight.sum() ** (-1 / 6)])
    shares = weight / weight.sum()
    np.testing.assert_allclose(policy.routes.share, shares[1:])
    before = (0.1 + 0.05) * 0.3 / 1.3
    earned = (shares[1:] * np.array([0.5 / 1.5, 0.3 / 1.3]) - np.array([0.1, 0.05]) * 0.3 / 1.3) / (1 - before)
    np.testing.assert_allclose(policy.routes.earned, earned)
    outcome = mp.solve(small, scenario)
    levels, at = outcome.levels, (0, world.sectors.index("ELE.controlled"), 1)
    landed = levels.landed[at]
    np.testing.assert_allclose(outcome.values("rents")[[2, 3]], earned * landed)
    np.testing.assert_allclose(outcome.values("transit"), [0, 0, *(shares[1:] * landed)])
    assert levels.output[0, at[1]] == pytest.approx(levels.landed[0, at[1]].sum() - earned.sum() * landed)


def test_nothing_in_transit_is_lost_or_doubled(small: World) -> None:
    outcome = solved(small, control(hubs={"TUR": {"premium": 0.6}, "CHN": {}}))
    levels, trade = outcome.levels, outcome.values("trade")
    good = outcome.world.sectors.index("ELE.controlled")
    assert trade[0, good, 1] == pytest.approx(0, abs=1e-9)
    moved = trade - levels.trade_by_origin
    through = levels.transit[0, :, 1]
    assert through.sum() == pytest.approx(levels.landed[0, good, 1])
    np.testing.assert_allclose(moved[:, good, 1].sum(), 0, atol=1e-9)
    np.testing.assert_allclose(moved[[2, 3], good, 1], through[2:])
    pairs = trade.sum(axis=1)
    imports, exports = pairs.sum(axis=0), pairs.sum(axis=1)
    np.testing.assert_allclose(imports - exports, outcome.values("deficit"), atol=1e-6)
    np.testing.assert_allclose((moved.sum(axis=(1, 2)) - moved.sum(axis=(0, 1)))[2:],
                               outcome.values("rents")[2:], atol=1e-9)
    assert (np.abs(moved).sum(axis=(0, 2)) > 0).sum() == 1


@pytest.mark.parametrize("how", [{"enforcement": 1}, None])
def test_closing_all_hubs_is_the_plain_ban(small: World, how: dict[str, float] | None) -> None:
    plain = solved(small, control(), deficits="proportional")
    others = [] if how else [mp.ExportBan(exporter="USA", importer="TUR", sector="ELE.controlled"),
                             mp.ExportBan(exporter="CHN", importer="RUS", sector="ELE.controlled")]
    hubs = {"TUR": how or {}, "CHN": how or {}}
    shut = solved(small, control(hubs=hubs), *others, deficits="proportional")
    expected = solved(small, control(), *others, deficits="proportional") if others else plain
    np.testing.assert_array_equal(shut.values("trade"), expected.values("trade"))
    assert len(shut.levels.policy.routes) == 0


def test_existence_sees_a_flow_closed_only_when_every_way_is() -> None:
    """Chips that Russia can have from nobody else: a ban has no answer, a hub gives one."""
    trade = np.full((3, 2, 3), 10.0)
    trade[1:, 1, 1] = 0.0
    trade[1, 1] = 0.0
    world = World.from_tables(trade, np.zeros((2, 3, 2)), trade.sum(axis=0), year=2023,
                              countries=["USA", "RUS", "TUR"], sectors=["FUEL", "ELE"])
    deny = TechnologyControl(coalition="USA", targets="RUS", share={"ELE": 1.0})
    with pytest.raises(mp.NoEquilibrium, match=r"Nobody is left to sell.*ELE\.controlled in RUS"):
        solved(world, deny, deficits="proportional")
    evaded = deny.model_copy(update={"hubs": TechnologyControl(**{**DENY, "hubs": ["TUR"]}).hubs})
    assert solved(world, evaded, deficits="proportional").values("transit")[2] > 0


def test_supply_is_a_policy(small: World) -> None:
    """Limited: quantities stay below the bound and sellers earn the rent; grown: so much more at given prices."""
    base = small.tables.trade[0, 1, 1] * 0.4
    limited = solved(small, control(supply=0.5))
    cell = limited.levels.wedges.cells
    assert limited.levels.shipped[(cell.exporter == 0) & (cell.importer == 1)] == pytest.approx(0.5)
    assert limited.values("rents")[0] > 0
    grown = mp.Scenario(measures=[control(supply=1.5)])
    factor = grown.policy(grown.reshape(small)).iceberg_factors
    np.testing.assert_allclose(factor ** -6.0, 1.5)
    assert base < mp.solve(small, grown).values("trade")[0, 1, 1] < 1.5 * base


@pytest.mark.parametrize("closure", [{"deficits": "zero"}, {"sourcing": "by-use"}])
def test_ways_round_under_other_closures(closure: dict[str, Any]) -> None:
    """Where the base year is solved again first, and where every user has suppliers of its own."""
    random = np.random.default_rng(5)
    world = World.from_flows(random.random((4, 2, 4, 2)), 3 + random.random((4, 2, 4)), year=2023,
                             countries=["USA", "RUS", "TUR", "CHN"], sectors=["FUEL", "ELE"])
    outcome = solved(world, control(hubs=["TUR", "CHN"]), **closure)
    pairs = outcome.values("trade").sum(axis=1)
    np.testing.assert_allclose(pairs.sum(axis=0) - pairs.sum(axis=1), outcome.values("deficit"), atol=1e-8)
    assert outcome.values("transit")[[2, 3]].min() > 0
    assert outcome.certificate.residual < 1e-10


def test_fear_of_secondary_sanctions_closes_ways(small: World) -> None:
    """Equation (13) at the hub: refusing firms take their part of the way with them."""
    def through(credibility: float) -> float:
        scenario = mp.Scenario(measures=[control(hubs={"TUR": {"secondary": credibility}, "CHN": {}})])
        return float(scenario.policy(scenario.reshape(small)).routes.share[0])

    pairs = small.tables.trade.sum(axis=1)
    lost, gained = 0.6 * (pairs[2, 0] + pairs[0, 2]), pairs[2, 1] + pairs[1, 2]
    left = 1 - 0.9 * lost / (lost + gained)
    assert through(0.6) == pytest.approx(left / (left + 1))
    assert through(0) == pytest.approx(0.5)


@pytest.mark.parametrize(("fields", "message"), [
    ({"share": 1.2}, r"share is 1\.2; it lies between 0 and 1"),
    ({"share": {"ELE": -0.1}}, "share is -0.1"),
    ({"share": {"ELX": 0.5}}, "ELX"),
    ({"enforcement": 1.5}, r"enforcement is 1\.5"),
    ({"supply": -1}, "supply is -1"),
    ({"supply": 0.5, "hubs": ["TUR"]}, "hubs and enforcement are of a ban"),
    ({"hubs": ["RUS"]}, "hub RUS is a target itself"),
    ({"hubs": ["USA"]}, "hub USA is a member of the coalition itself"),
    ({"hubs": ["KGZ"]}, "KGZ .* is not in this world"),
    ({"hubs": {"TUR": {"share": 0.6}, "CHN": {"share": 0.5}}}, r"hubs' shares add up to 1\.1"),
    ({"hubs": {"TUR": {"premium": -0.1}}}, "premium is -0.1"),
    ({"hubs": {"TUR": {"detection": 2}}}, "detection is 2"),
    ({"share": None, "tiers": "tier-1"}, "has no shares of controlled goods"),
])
def test_bad_input_is_refused(small: World, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(mp.MultipolarError, match=message):
        solved(small, control(**fields))


def test_validating_names_a_tier_and_a_hub_that_are_not_there(tmp_path: Path) -> None:
    """Problems of a file, each at its place, rather than the end of the command."""
    world = mp.load_world("reference-2023")
    text = "version: 1\nmeasures:\n- {{kind: technology_control, coalition: USA, targets: RUS, {field}}}\n"
    for field, sentence in (("tiers: tier-9", "tier-9"), ("hubs: [KGZ]", "KGZ (Kyrgyzstan) is not in this world")):
        path = tmp_path / "own.yaml"
        path.write_text(text.format(field=field), encoding="utf-8")
        problems = validate_file(path, world)
        assert [sentence in one.message for one in problems] == [True]


def test_two_controls_share_one_division_and_no_flow(small: World) -> None:
    with pytest.raises(mp.ScenarioError, match="divides ELE differently"):
        solved(small, control(), control(coalition="CHN", share={"ELE": 0.3}))
    with pytest.raises(mp.ScenarioError, match="Two measures state ways round on one flow, USA to RUS"):
        solved(small, control(hubs=["TUR"]), control(hubs=["CHN"]))


def test_the_reference_world_knows_tiers_shares_and_hubs() -> None:
    from multipolar.world.technology import Controlled

    world = mp.load_world("reference-2023")
    part = world.part(Controlled)
    russia, china = world.country_index("RUS"), world.country_index("CHN")
    sold = (part.share[china, :, russia] * world.tables.trade[china, :, russia]).sum()
    assert sold == pytest.approx(7040)
    assert part.published[china, russia] == 1
    assert {world.countries[at] for at in np.flatnonzero(part.route_share)} == {"KAZ", "BLR", "TUR", "ARE", "HKG"}
    assert part.growth[world.country_index("KAZ")] == pytest.approx(2.2)
    with pytest.raises(mp.UnknownName, match="tier-1"):
        part.of_tiers(["tier-9"])
    chips = TechnologyControl(coalition="USA", targets="CHN", tiers="tier-1")
    assert [code for code in chips.reshape(world).sectors if "." in code] == ["ELE.controlled", "ELE.other"]
    merged = world.aggregate(countries={"ROW": ["ROW", "NGA"]}, sectors={"MAC": ["MAC", "EEQ"]}).part(Controlled)
    np.testing.assert_allclose(merged.weight.sum(axis=0).max(), 1)
