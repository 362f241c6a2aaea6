"""The reference world: rebuilt to 1e-9, true to its figures, traceable, and better than proportion on held-out ones."""

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from multipolar.world.reference import provenance
from multipolar.world.reference.build import CONFLICTS_FILE, WORLD_FILE, build, write
from multipolar.world.reference.facts import EU27, FOLDER, load_facts, sources
from multipolar.world.reference.tariffs import importer_rows, tariff_rows
from multipolar.world.reference.trade import proportional_trade
from multipolar.world.world import load_world

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference-world.md").read_text(encoding="utf-8")
LICENCES = (ROOT / "LICENSE-DATA").read_text(encoding="utf-8")
SEED, FOLDS = 2023, 10


@pytest.fixture(scope="module")
def built():
    return build()


@pytest.fixture(scope="module")
def shipped():
    return load_world("reference-2023")


@pytest.fixture(scope="module")
def facts():
    return load_facts()


def goods_pairs(tables, facts):
    pairs = tables.trade[:, facts.goods, :].sum(axis=1)
    return pairs - np.diag(np.diag(pairs))


# -- the file that ships ------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", ["trade", "inputs", "final", "tariffs"])
def test_the_shipped_file_is_what_the_facts_give(built, shipped, name):
    fresh, stored = getattr(built.world.tables, name), getattr(shipped.tables, name)
    np.testing.assert_allclose(stored, fresh, rtol=1e-9, atol=1e-9 * 1e-6 * fresh.max())
    np.testing.assert_array_equal(stored == 0, fresh == 0)


def test_the_shipped_file_has_the_parameters_and_names_of_the_facts(built, shipped):
    assert shipped.countries == built.world.countries
    assert shipped.sectors == built.world.sectors
    assert dict(shipped.sector_isic) == dict(built.world.sector_isic)
    assert (shipped.name, shipped.year) == ("reference-2023", 2023)
    for name in ("trade_elasticity", "resource_share", "supply_elasticity", "capital_share"):
        np.testing.assert_array_equal(getattr(shipped.parameters, name), getattr(built.world.parameters, name))


def test_building_twice_gives_the_same_hash(built):
    assert build().world.hash == built.world.hash


def test_write_saves_the_world_and_its_conflicts(built, tmp_path):
    write(built, tmp_path / "w.nc", tmp_path / "c.csv")
    assert load_world(tmp_path / "w.nc").hash == built.world.hash
    assert (tmp_path / "c.csv").read_text(encoding="utf-8") == CONFLICTS_FILE.read_text(encoding="utf-8")
    assert WORLD_FILE.stat().st_size < 2_000_000


# -- true to its figures ------------------------------------------------------------------------------------------

def test_every_identity_holds(shipped):
    report = shipped.check()
    assert report.ok, str(report)
    assert max(identity.misfit for identity in report.identities) < 1e-12
    for values in (shipped.tables.trade, shipped.tables.inputs, shipped.tables.final, shipped.tables.tariffs):
        assert values.min() >= 0


def test_gdp_is_the_published_one_tariff_revenue_included(shipped, facts):
    gdp = shipped.tables.factor_income + shipped.tables.tariff_revenue
    np.testing.assert_allclose(gdp, facts.gdp, rtol=1e-9)
    assert gdp.sum() == pytest.approx(106.94e6, rel=1e-3)


def test_value_added_is_positive_wherever_there_is_output(shipped):
    output, value_added = shipped.tables.output, shipped.tables.value_added
    assert (value_added[output > 0] / output[output > 0]).min() > 0.0199
    assert value_added[output == 0].max(initial=0.0) < 1e-6


def test_every_published_pair_is_held(shipped, facts):
    pairs, read = goods_pairs(shipped.tables, facts), ~np.isnan(facts.pairs)
    np.testing.assert_allclose(pairs[read], facts.pairs[read], rtol=1e-9, atol=1e-9)
    assert read.sum() - len(pairs) == 2550
    assert np.all(pairs[~read] > 0)


def test_known_flows_are_held_unless_a_conflict_says_otherwise(shipped, facts):
    lost = {(c.exporter, c.importer, c.sector) for c in build().conflicts}
    for flow in facts.known:
        if flow.is_export_total_of_good or (flow.exporter, flow.importer, flow.sector) in lost:
            continue
        value = provenance.flow_value(facts, shipped.tables.trade * away(shipped), flow)
        if flow.is_lower_bound:
            assert value >= flow.value
        else:
            assert value == pytest.approx(flow.value, rel=1e-9), flow


def away(world):
    return 1.0 - np.eye(len(world.countries))[:, None, :]


def test_conflicts_are_listed_with_the_winner_and_on_the_page(built):
    with CONFLICTS_FILE.open(encoding="utf-8", newline="") as stream:
        listed = list(csv.DictReader(stream))
    assert [(row["exporter"], row["importer"], row["sector"]) for row in listed] == [
        (c.exporter, c.importer, c.sector) for c in built.conflicts]
    for row in listed:
        assert row["winner"]
        assert row["source"]
        assert f"| {row['exporter']} → {row['importer']} | {row['sector']} |" in PAGE
    assert len(listed) == 4


def test_unread_pairs_take_the_rest_of_a_published_total(shipped, facts):
    pairs = goods_pairs(shipped.tables, facts)
    taiwan = facts.country("TWN")
    assert pairs[taiwan].sum() == pytest.approx(432_480, rel=1e-4)
    assert pairs[:, taiwan].sum() == pytest.approx(351_620, rel=1e-4)
    assert pairs[facts.country("RUS")].sum() == pytest.approx(425_100, rel=1e-4)


def test_the_trade_balance_is_near_the_published_one(shipped, facts):
    published = (facts.exports_total - facts.imports_total) / facts.gdp
    gap = np.abs(-shipped.tables.deficit / facts.gdp - published)
    known = ~np.isnan(published)
    assert np.median(gap[known]) < 0.01
    assert gap[known].max() < 0.05


def test_parameters_follow_the_sector_table(shipped):
    parameters = shipped.parameters
    oil, agriculture, machinery = (shipped.sector_index(code) for code in ("OIL", "AGR", "MAC"))
    assert parameters.resource_share[oil] == 0.7
    assert parameters.supply_elasticity[oil] == 0.3
    assert parameters.capital_share[oil] == 0       # the resource takes more than the recorded surplus
    assert parameters.capital_share[agriculture] == pytest.approx((0.665 - 0.25) / 0.75)
    assert parameters.resource_share[machinery] == parameters.supply_elasticity[machinery] == 0
    assert parameters.trade_elasticity.min() > 3


# -- tariffs ------------------------------------------------------------------------------------------------------

def rate(world, exporter, sector, importer):
    place = world.country_index
    return world.tables.tariffs[place(exporter), world.sector_index(sector), place(importer)]


def test_tariffs_follow_the_order_of_sources(shipped):
    assert rate(shipped, "CAN", "AGR", "USA") == pytest.approx(0.009)        # TRAINS 2023, by partner
    assert rate(shipped, "RUS", "CHM", "USA") == pytest.approx(0.007)        # TRAINS, rest of the world
    assert rate(shipped, "CHN", "TEX", "FRA") == rate(shipped, "CHN", "TEX", "REU") == pytest.approx(0.104)
    assert rate(shipped, "CHN", "MAC", "AUS") == pytest.approx(0.0099)       # World Bank 2022, one rate
    assert rate(shipped, "CHN", "MAC", "RUS") == pytest.approx(0.036)        # Heritage 2016-17, one rate
    assert rate(shipped, "USA", "MAC", "CHN") > rate(shipped, "JPN", "MAC", "CHN") + 0.1


def test_no_tariffs_inside_the_union_at_home_or_on_services(shipped):
    union = [shipped.country_index(code) for code in EU27]
    assert shipped.tables.tariffs[np.ix_(union, range(26), union)].max() == 0
    assert np.einsum("isi->is", shipped.tables.tariffs).max() == 0
    assert shipped.tables.tariffs[:, ~load_facts().goods, :].max() == 0


def test_the_trade_war_raises_the_mean_duty_to_the_published_one(shipped, facts):
    for exporter, importer, published in (("CHN", "USA", 0.193), ("USA", "CHN", 0.209)):
        i, n = facts.country(exporter), facts.country(importer)
        flows = shipped.tables.trade[i, facts.goods, n]
        mean = flows @ shipped.tables.tariffs[i, facts.goods, n] / flows.sum()
        assert mean == pytest.approx(published, abs=0.02)


def test_every_tariff_is_the_sum_of_rows_with_a_source(shipped, facts):
    known = set(sources())
    for importer in facts.countries:
        assert importer_rows(facts, importer)
        for exporter in ("CHN", "FRA", "ROW", "USA"):
            for sector in facts.sectors:
                rows = tariff_rows(facts, exporter, sector, importer)
                assert sum(row.rate for row in rows) == pytest.approx(rate(shipped, exporter, sector, importer))
                assert all(re.findall(r"[A-Z0-9_]{4,}", row.source)[0] in known for row in rows)


# -- provenance ---------------------------------------------------------------------------------------------------

def test_russia_can_be_shown_with_the_source_of_every_figure(shipped):
    accounts = provenance.account_figures(shipped.tables, "RUS")
    assert [figure.what for figure in accounts][:4] == ["GDP", "value added", "tariff revenue", "final spending"]
    assert accounts[0].value == pytest.approx(2_021_421, rel=1e-6)
    partners = provenance.pair_figures(shipped.tables, "RUS")
    assert partners[0].where == "RUS -> CHN"
    assert len(partners) == 2 * 51
    flows = provenance.flow_figures(shipped.tables, "RUS")
    assert {figure.status for figure in flows} == {"published", "derived", "trimmed", "believed", "bound"}
    sectors = provenance.sector_figures(shipped.tables, "RUS")
    assert len(sectors) == 5 * 26
    for figure in (*accounts, *partners, *flows, *sectors):
        assert figure.source
        assert np.isfinite(figure.value)


def test_a_pair_says_whether_it_was_read_derived_or_fitted(shipped):
    status = {figure.where: (figure.status, figure.source) for figure in provenance.pair_figures(shipped.tables, "TWN")}
    assert status["TWN -> USA"][0] == "derived"
    assert "COMTRADE" in status["TWN -> USA"][1]
    assert status["TWN -> RUS"] == ("fitted", "no published figure read")
    status = {figure.where: figure.status for figure in provenance.pair_figures(shipped.tables, "DEU")}
    assert status["DEU -> FRA"] == "published"


def test_flows_of_the_union_are_shown_for_its_members(shipped):
    assert "RUS -> EU27" in {figure.where for figure in provenance.flow_figures(shipped.tables, "FRA")}
    assert "RUS -> EU27" not in {figure.where for figure in provenance.flow_figures(shipped.tables, "USA")}


def test_misfits_list_departures_and_nothing_that_is_held(shipped):
    listed = provenance.misfits(shipped.tables)
    assert not [figure for figure in listed if figure.what in ("GDP", "goods")]
    assert ("GAS", "RUS -> GRC") in {(figure.what, figure.where) for figure in listed}
    assert ("exports", "MYS") in {(figure.what, figure.where) for figure in listed}
    assert ("output", "RUS OIL") in {(figure.what, figure.where) for figure in listed}
    assert ("value added", "MAR PET") in {(figure.what, figure.where) for figure in listed}


def test_misfits_notice_a_changed_figure(shipped, facts):
    changed = np.array(shipped.tables.trade)
    changed[facts.country("DEU"), facts.sector("MAC"), facts.country("FRA")] *= 1.5
    tables = type(shipped.tables)(changed, shipped.tables.inputs, shipped.tables.final, shipped.tables.tariffs)
    found = {(figure.what, figure.where) for figure in provenance.misfits(tables)}
    assert ("goods", "DEU -> FRA") in found
    assert ("GDP", "DEU") in found


# -- what ships ---------------------------------------------------------------------------------------------------

def test_every_table_of_facts_names_its_sources_and_is_licensed():
    for path in FOLDER.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        assert rows, path.name
        if path.name == "sources.csv":
            continue
        assert path.name in LICENCES, path.name
        assert all(row["source"] or "no published figure" in row.get("note", "") for row in rows), path.name


def test_every_source_has_a_licence_and_a_line_in_license_data():
    for code, row in sources().items():
        assert row["licence"], code
        assert row["ships"].removesuffix(", scaled to 2023") in ("as published", "derived numbers only",
                                                                 "numbers quoted")
        assert re.search(rf"\b{code}\b", LICENCES), code
        if row["licence_status"] in ("forbids redistribution", "unknown"):
            assert row["ships"] == "derived numbers only"


def test_sources_that_forbid_redistribution_stay_out():
    text = (FOLDER / "goods_trade_2023.csv").read_text(encoding="utf-8")
    rates = (FOLDER / "tariff_rates.csv").read_text(encoding="utf-8")
    assert all(re.search(r",derived,derived from COMTRADE", line) for line in text.splitlines() if "COMTRADE" in line)
    derived = [line.split(",") for line in rates.splitlines() if "TRAINS_AHS" in line]
    assert len(derived) > 800
    assert all(line[6] == "derived from TRAINS_AHS" and re.fullmatch(r"\d+\.\d", line[3]) for line in derived)
    invoicing = [line.split(",") for line in (FOLDER / "settlement.csv").read_text(encoding="utf-8").splitlines()
                 if "BOZ" in line]
    assert len(invoicing) > 150
    assert all(line[6:8] == ["derived", "derived from BOZ"] and re.fullmatch(r"\d+", line[3]) for line in invoicing)
    assert "SIPRI" not in sources()
    assert sources()["CHPL"]["ships"] == "derived numbers only"


# -- held out -----------------------------------------------------------------------------------------------------

def test_held_out_figures_are_predicted_better_than_by_proportion(facts, capsys):
    """Ten times a tenth of the read pairs and of the known flows is left out, and the world built without it."""
    generator = np.random.default_rng(SEED)
    pairs = generator.permutation(np.argwhere(~np.isnan(facts.pairs) & (facts.pairs > 0)))
    flows = generator.permutation([number for number, flow in enumerate(facts.known)
                                   if not flow.is_total and not flow.is_lower_bound])
    plain = proportional_trade(facts)
    errors = {name: [] for name in ("pairs", "pairs, proportional", "flows", "flows, proportional")}
    for some_pairs, some_flows in zip(np.array_split(pairs, FOLDS), np.array_split(flows, FOLDS), strict=True):
        world = build(facts.without(map(tuple, some_pairs), some_flows)).world
        fitted = world.tables.trade * away(world)
        for trade, suffix in ((fitted, ""), (plain, ", proportional")):
            sums = trade[:, facts.goods, :].sum(axis=1)
            errors["pairs" + suffix] += [np.log(sums[i, n] / facts.pairs[i, n]) for i, n in some_pairs]
            errors["flows" + suffix] += [
                np.log(provenance.flow_value(facts, trade, facts.known[number]) / facts.known[number].value)
                for number in some_flows]
    medians = {name: float(np.median(np.abs(values))) for name, values in errors.items()}
    with capsys.disabled():
        print(f"\nheld out, median absolute log error: { {name: round(value, 3) for name, value in medians.items()} }")
    assert (len(errors["pairs"]), len(errors["flows"])) == (len(pairs), len(flows))
    assert medians["pairs"] < 0.65 * medians["pairs, proportional"]
    assert medians["flows"] < 0.85 * medians["flows, proportional"]
    for value in medians.values():
        assert f"{value:.2f}" in PAGE


def test_services_follow_goods_with_half_their_distance(published):
    """The exponent of `trade.SERVICES_AFFINITY`, measured on WIOD 2011 by least squares over pairs."""
    from multipolar.world.balance import Margin, proportional_fit
    from multipolar.world.reference.trade import SERVICES_AFFINITY

    table = published.wiod(2011)
    abroad = (table["intermediate"].sum(axis=3) + table["final"].sum(axis=3)).clip(min=0)
    size = len(table["countries"])
    mask = 1.0 - np.eye(size)
    services_from = table["sectors"].index("F")
    pairs = [abroad[:, :16].sum(axis=1) * mask, abroad[:, services_from:].sum(axis=1) * mask]
    logs = [np.log(np.maximum(p, 1e-9)) - np.log(proportional_fit(
        mask, [Margin((0,), p.sum(axis=1)), Margin((1,), p.sum(axis=0))]).values + np.eye(size)) for p in pairs]
    seen = (pairs[0] > 1) & (pairs[1] > 1)
    slope = np.polyfit(logs[0][seen], logs[1][seen], 1)[0]
    assert slope == pytest.approx(SERVICES_AFFINITY, abs=0.1)
