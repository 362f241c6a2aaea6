"""Each measure: the fields it takes, the sentence it refuses with, and what it does to a world."""

import re

import numpy as np
import pytest
import xarray

from multipolar.errors import ScenarioError, UnknownName
from multipolar.measures.combine import combine
from multipolar.measures.finance import Programme, Transfer
from multipolar.measures.lift import Lift, base_share
from multipolar.measures.measure import Cells, Lowered, Measure, union
from multipolar.measures.productivity import Productivity
from multipolar.measures.rents import tax_parts
from multipolar.measures.tariffs import Tariff, TariffSchedule
from multipolar.measures.trade import Embargo, ExportBan, ImportBan, TradeCost

HEADING = "exporter,sector,importer,rate\n"


def flows(world, cells: Cells) -> set[tuple[str, str, str]]:
    return {(world.countries[i], world.sectors[s], world.countries[n])
            for i, s, n in zip(cells.exporter, cells.sector, cells.importer, strict=True)}


def tariff(**fields) -> Tariff:
    return Tariff(**({"importer": "USA", "exporter": "CHN", "sector": "all"} | fields))


# ---- numbers as people write them

@pytest.mark.parametrize("given", [0.4, "40%", " 40 % ", "0.4", np.float32(0.4), "4e1%"])
def test_a_rate_is_a_fraction_however_it_is_written(given):
    assert tariff(rate=given).rate == pytest.approx(0.4)


@pytest.mark.parametrize(("given", "sentence"), [
    (40, "rate is 40, which is 4,000 %. Rates are fractions: did you mean 0.4 (40 %)?"),
    ("4000%", "rate is 4000%, which is 4,000 %."),
    (-25, "did you mean -0.25 (-25 %)?"),
    (float("nan"), "rate is nan; it must be a finite number"),
    (float("inf"), "must be a finite number"),
    ("nan", "must be a finite number"),
    (True, "rate is True, which is not a number"),
    ("much", "rate is 'much', which is not a number"),
    ([0.4], "which is not a number"),
    (-1, "rate is -1; it must be above -1 (-100 %)."),
    ("-100%", "must be above -1"),
])
def test_what_is_no_rate_is_refused(given, sentence):
    with pytest.raises(ScenarioError, match=re.escape(sentence)):
        tariff(rate=given)


def test_a_rate_of_ten_is_still_a_rate():
    assert tariff(rate=10).rate == 10.0


@pytest.mark.parametrize(("fields", "sentence"), [
    ({}, "a tariff takes one of rate, add, ceiling or cut; given: none."),
    ({"rate": 0.1, "add": 0.1}, "given: rate, add."),
    ({"cut": 1.5}, "cut is 1.5; a proportional cut lies between 0 and 1"),
    ({"ceiling": -2}, "ceiling is -2; it must be above -1"),
    ({"rate": 0.1, "rte": 0.2}, "Tariff.rte: there is no field 'rte' here. Did you mean rate"),
    ({"rate": 0.1, "exporter": 7}, "exporter contains 7, which is not text"),
    ({"rate": 0.1, "exporter": []}, "exporter is an empty list"),
    ({"rate": 0.1, "exporter": ["DEU", " "]}, "exporter contains an empty name"),
    ({"rate": 0.1, "sector": "-"}, "sector contains an empty name"),
    ({"rate": 0.1, "note": 3}, "note is 3, which is not text"),
    ({"rate": 0.1, "kind": "trade_cost"}, "kind is 'trade_cost'; it must be one of 'tariff'"),
])
def test_a_malformed_tariff_is_refused(fields, sentence):
    with pytest.raises(ScenarioError, match=re.escape(sentence)):
        tariff(**fields)


def test_what_is_missing_is_named():
    with pytest.raises(ScenarioError, match=re.escape("TradeCost.ad_valorem: ad_valorem is missing.")):
        TradeCost(importer="USA", exporter="CHN")


def test_every_wrong_field_is_named_at_once():
    with pytest.raises(ScenarioError) as caught:
        Tariff(importer="USA", exporter=3, rate=50)
    assert len(str(caught.value).splitlines()) == 2


def test_a_measure_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        tariff(rate=0.1).rate = 0.2


# ---- tariffs

def test_a_tariff_on_all_leaves_home_sales_alone(world):
    lowered = Tariff(importer="all", exporter="all", rate=0.1).lower(world)
    (layer,) = lowered.layers
    assert len(layer.cells) == 6 * 5 * 4
    assert (layer.cells.exporter != layer.cells.importer).all()
    assert (np.diff(layer.cells.flat((6, 4))) > 0).all()


def test_a_tariff_names_groups_and_goods_of_the_world(world):
    goods = ["electronics", "OIL"]
    lowered = tariff(importer="EU27", exporter=["all", "-UKR", "-EU27"], sector=goods, rate=0.1).lower(world)
    assert flows(world, lowered.layers[0].cells) == {
        (i, s, n) for i in ("USA", "CHN", "RUS") for s in ("ELE", "OIL") for n in ("DEU", "FRA")}
    assert "HUN" in lowered.dropped


def test_a_customs_union_on_all_is_told_to_write_others(world):
    with pytest.raises(ScenarioError, match=r"EU27 on \"all\" .* members of EU27 itself, .*Write \"others\""):
        tariff(importer="EU27", exporter="all", rate=0.1).lower(world)
    lowered = tariff(importer="EU27", exporter="others", rate=0.1).lower(world)
    assert len(lowered.layers[0].cells) == 4 * 4 * 2


@pytest.mark.parametrize("measure", [
    tariff(importer=["COALITION"], exporter="all", rate=0.1),
    TradeCost(importer="all", exporter="EU27", ad_valorem=0.1),
    Embargo(sides=("EU27", "all")),
    Embargo(sides=("all", "EU27")),
])
def test_trade_inside_a_customs_union_is_never_meant_by_all(world, measure):
    with pytest.raises(ScenarioError, match="members of EU"):
        measure.lower(world)


@pytest.mark.parametrize("measure", [
    tariff(importer="EU27", exporter=["all", "-EU27"], rate=0.1),
    tariff(importer="EU27", exporter="EU27", rate=0.1),
    tariff(importer="DEU", exporter="all", rate=0.1),
    tariff(importer="BRICS", exporter="all", rate=0.1),
])
def test_other_uses_of_groups_are_taken_as_written(world, measure):
    assert len(measure.lower(world).layers[0].cells) > 0


def test_a_union_that_is_one_region_of_the_world_may_meet_all(make_world):
    merged = make_world().aggregate(countries={"EU27": ["DEU", "FRA"]})
    assert len(tariff(importer="EU27", exporter="all", rate=0.1).lower(merged).layers[0].cells) == 4 * 4


@pytest.mark.parametrize(("fields", "kind", "sentence"), [
    ({"exporter": "China"}, UnknownName, "China.*Did you mean CHN"),
    ({"exporter": "JPN"}, UnknownName, "Japan.* not in this world"),
    ({"sector": "electronic"}, UnknownName, "electronic.*Did you mean electronics"),
    ({"importer": "others", "exporter": "others"}, ScenarioError, "both ends are \"others\""),
    ({"importer": "CHN"}, ScenarioError, "CHN to CHN selects no flow"),
])
def test_what_the_world_lacks_is_refused(world, fields, kind, sentence):
    with pytest.raises(kind, match=sentence):
        tariff(rate=0.1, **fields).lower(world)


def test_a_group_that_is_part_of_a_sector_needs_coarse(make_world):
    world = make_world(isic={"OIL": "B06", "ELE": "C26", "MAC": "C28", "SER": "D-U"})
    measure = tariff(sector="oil", rate=0.1)
    with pytest.raises(ScenarioError, match="coarse"):
        measure.lower(world)
    lowered = measure.lower(world, coarse=True)
    assert flows(world, lowered.layers[0].cells) == {("CHN", "OIL", "USA")}
    assert "whole sector" in combine(world, [lowered]).notes[0]


# ---- tariff schedules

def test_a_schedule_sets_every_tariff(world):
    rates = world.tables.tariffs * 0.5
    policy = combine(world, [TariffSchedule(rates=rates).lower(world)])
    at = policy.tariff_cells
    assert len(at) == 6 * 5 * 4
    np.testing.assert_array_equal(policy.tariff_rates, rates[at.exporter, at.sector, at.importer])


def test_a_schedule_equal_to_the_base_year_changes_nothing(world):
    assert combine(world, [TariffSchedule(rates=world.tables.tariffs).lower(world)]).is_null


def test_a_schedule_follows_its_labels_in_any_order(world):
    labelled = (world.tariffs * 2).isel(exporter=slice(None, None, -1), sector=[2, 0, 1, 3]).transpose(
        "importer", "exporter", "sector")
    plain = combine(world, [TariffSchedule(rates=world.tables.tariffs * 2).lower(world)])
    policy = combine(world, [TariffSchedule(rates=labelled).lower(world)])
    np.testing.assert_array_equal(policy.tariff_rates, plain.tariff_rates)


def test_schedules_are_equal_when_their_rates_are(world):
    one, other = TariffSchedule(rates=world.tables.tariffs), TariffSchedule(rates=world.tariffs.values.tolist())
    assert one == other
    assert hash(one) == hash(other)
    assert one != TariffSchedule(rates=world.tables.tariffs * 2)


@pytest.mark.parametrize(("change", "sentence"), [
    (lambda rates: rates[:, :, :5], "rates has the shape (6, 4, 5); it must be (exporter, sector, importer)"),
    (lambda rates: rates[0], "rates has the shape (4, 6)"),
    (lambda rates: np.where(rates == rates.max(), np.nan, rates), "is nan; a tariff is a fraction"),
    (lambda rates: rates + 40, "is 40"),
    (lambda rates: rates - 2, "a tariff is a fraction above -1"),
    (lambda rates: "no such file.csv", "no such file.csv, which does not exist"),
    (lambda rates: {"a": 1}, "neither an array of numbers"),
    (lambda rates: xarray.DataArray(rates, dims=("i", "s", "n")), "rates has the axes i, s, n"),
])
def test_a_malformed_schedule_is_refused(world, change, sentence):
    with pytest.raises(ScenarioError, match=re.escape(sentence)):
        TariffSchedule(rates=change(world.tables.tariffs))


def test_a_schedule_of_another_world_is_refused(world, make_world):
    with pytest.raises(ScenarioError, match="small has 6 countries and 4 sectors"):
        TariffSchedule(rates=np.zeros((5, 4, 5))).lower(world)
    with pytest.raises(ScenarioError, match="the exporter axis of rates has no 'UKR'"):
        TariffSchedule(rates=make_world(countries=("USA", "DEU", "FRA", "CHN", "RUS", "GBR")).tariffs).lower(world)


def test_a_schedule_has_no_rate_at_home(world):
    rates = world.tables.tariffs.copy()
    rates[2, 1, 2] = 0.3
    with pytest.raises(ScenarioError, match=r"rates has 0\.3 on sales of ELE in FRA itself"):
        TariffSchedule(rates=rates).lower(world)


def test_a_csv_schedule_sets_what_it_lists(world, tmp_path):
    path = tmp_path / "rates.csv"
    path.write_text("importer,exporter,sector,rate,source\nUSA,CHN,ELE,25%,x\nUSA,RUS,OIL,0.1,\nUSA,USA,OIL,0,\n")
    policy = combine(world, [TariffSchedule(rates=str(path)).lower(world)])
    assert flows(world, policy.tariff_cells) == {("CHN", "ELE", "USA"), ("RUS", "OIL", "USA")}
    assert sorted(policy.tariff_rates) == [0.1, 0.25]


@pytest.mark.parametrize(("text", "sentence"), [
    ("a,b\n", "rates.csv:1: the columns are a, b; they must include exporter, sector, importer and rate."),
    ("", "rates.csv:1: the columns are none"),
    (f"{HEADING}CHN,ELE,USA,0.1\nCHM,ELE,USA,0.1\n", "rates.csv:3: There is no country named 'CHM'"),
    (f"{HEADING}CHN,EL,USA,0.1\n", "rates.csv:2: There is no sector named 'EL'"),
    (f"{HEADING}CHN,ELE,USA,x\n", "rates.csv:2: rate is 'x', which is not a number"),
    (f"{HEADING}CHN,ELE,USA,-1\n", "rates.csv:2: rate is -1.0; it must be above -1"),
    (f"{HEADING}CHN,ELE,USA,0.1\nCHN,ELE,USA,0.1\n",
     "rates.csv:3: the flow CHN to USA, ELE is listed twice"),
])
def test_a_malformed_csv_schedule_names_the_line(world, tmp_path, text, sentence):
    path = tmp_path / "rates.csv"
    path.write_text(text)
    with pytest.raises(ScenarioError, match=re.escape(sentence)):
        TariffSchedule(rates=path).lower(world)


# ---- costs and bans

def test_a_trade_cost_is_an_iceberg(world):
    policy = combine(world, [TradeCost(importer="RUS", exporter="G7", sector="MAC", ad_valorem="25%").lower(world)])
    assert flows(world, policy.iceberg_cells) == {(i, "MAC", "RUS") for i in ("USA", "DEU", "FRA")}
    np.testing.assert_array_equal(policy.iceberg_factors, 1.25)


def test_bans_close_their_direction_and_an_embargo_both(world):
    sold = combine(world, [ExportBan(exporter="CHN", importer="RUS", sector=["ELE", "MAC"]).lower(world)]).closed
    bought = combine(world, [ImportBan(importer="CHN", exporter="RUS", sector="oil").lower(world)]).closed
    both = combine(world, [Embargo(sides=("CHN", "RUS"), sector="OIL").lower(world)]).closed
    assert flows(world, sold) == {("CHN", "ELE", "RUS"), ("CHN", "MAC", "RUS")}
    assert flows(world, bought) == {("RUS", "OIL", "CHN")}
    assert flows(world, both) == {("RUS", "OIL", "CHN"), ("CHN", "OIL", "RUS")}


def test_an_embargo_of_everyone_on_everyone_is_autarky(world):
    closed = combine(world, [Embargo(sides=("all", "all")).lower(world)]).closed
    assert len(closed) == 6 * 5 * 4


def test_everyone_against_one(world):
    closed = combine(world, [Embargo(sides=("RUS", "others")).lower(world)]).closed
    assert len(closed) == 2 * 5 * 4
    assert {"RUS"} == {i if n != "RUS" else n for i, _, n in flows(world, closed)}


def test_overlapping_sides_are_closed_once(world):
    closed = combine(world, [Embargo(sides=(["DEU", "CHN"], ["CHN", "USA"]), sector="OIL").lower(world)]).closed
    assert flows(world, closed) == {(i, "OIL", n) for i, n in (
        ("DEU", "CHN"), ("CHN", "DEU"), ("DEU", "USA"), ("USA", "DEU"), ("CHN", "USA"), ("USA", "CHN"))}


@pytest.mark.parametrize("sides", ["G7", ["G7"], ["G7", "RUS", "CHN"]])
def test_an_embargo_has_two_sides(sides):
    with pytest.raises(ScenarioError, match="an embargo has two sides"):
        Embargo(sides=sides)


def test_what_meets_no_flow_is_legal_and_said(gappy):
    policy = combine(gappy, [ExportBan(exporter="DEU", importer="RUS", sector="ELE").lower(gappy),
                             Tariff(exporter="DEU", importer="RUS", sector="ELE", add=0.1).lower(gappy),
                             ExportBan(exporter="DEU", importer="RUS").lower(gappy)])
    assert policy.notes == (
        "measure 1, export_ban (exporter=DEU, importer=RUS, sector=ELE) closes nothing: no base-year flow.",
        "measure 2, tariff (importer=RUS, exporter=DEU, sector=ELE, add=0.1) changes nothing: no base-year flow.")


# ---- lifts

def test_a_lift_reopens_to_the_latent_share(gappy):
    policy = combine(gappy, [Lift(importer="RUS", exporter="DEU", sector="ELE", latent_share="12%").lower(gappy)])
    assert flows(gappy, policy.lifted) == {("DEU", "ELE", "RUS")}
    np.testing.assert_array_equal(policy.latent_shares, 0.12)


def test_the_weights_of_a_lift_give_the_latent_shares(gappy):
    """The formula of the docstring, with two flows into one market, one of which exists already."""
    cells = combine(gappy, [Lift(importer="RUS", exporter=["DEU", "USA"], sector="ELE", latent_share=0.3).lower(gappy)]
                    ).lifted
    base = base_share(gappy, cells)
    rest, latent = 1 - base.sum(), np.array([0.3, 0.3])
    weight = rest * latent / (1 - latent.sum())
    np.testing.assert_allclose(weight / (rest + weight.sum()), latent)
    assert (base == 0).sum() == 1


@pytest.mark.parametrize("delta", [0.5, -0.5])
def test_a_gravity_coefficient_lowers_the_cost(world, delta):
    lift = Lift(importer="RUS", exporter="DEU", sector="ELE", sanction_coefficient=delta)
    policy = combine(world, [lift.lower(world)])
    theta = world.parameters.trade_elasticity[1]
    np.testing.assert_allclose(policy.iceberg_factors ** -theta, np.exp(0.5))
    assert len(policy.lifted) == 0


@pytest.mark.parametrize(("fields", "sentence"), [
    ({}, "a lift takes either latent_share or sanction_coefficient"),
    ({"latent_share": 0.1, "sanction_coefficient": -1}, "a lift takes either"),
    ({"latent_share": 0}, "a share lies between 0 and 1, both excluded"),
    ({"latent_share": 1}, "a share lies between 0 and 1, both excluded"),
    ({"sanction_coefficient": 0}, "it must be a gravity coefficient in log points, not zero"),
    ({"sanction_coefficient": -40}, "within +-10"),
])
def test_a_malformed_lift_is_refused(fields, sentence):
    with pytest.raises(ScenarioError, match=re.escape(sentence)):
        Lift(importer="RUS", exporter="DEU", sector="ELE", **fields)


def test_a_lift_that_could_change_nothing_is_refused(gappy):
    with pytest.raises(ScenarioError, match=r"the first DEU to RUS, ELE, have no base-year trade.*Give a latent_share"):
        Lift(importer="RUS", exporter="DEU", sector="all", sanction_coefficient=-0.5).lower(gappy)
    with pytest.raises(ScenarioError, match=r"CHN to RUS, ELE already has a share of .* not below the latent share"):
        Lift(importer="RUS", exporter="CHN", sector="ELE", latent_share=0.001).lower(gappy)


def test_a_lift_into_a_market_that_is_not_there_is_refused(make_world):
    world = make_world(empty=[(seller, "OIL", "USA") for seller in ("USA", "DEU", "FRA", "CHN", "RUS", "UKR")])
    with pytest.raises(ScenarioError, match="the importer of DEU to USA, OIL buys none of this good"):
        Lift(importer="USA", exporter="DEU", sector="OIL", latent_share=0.1).lower(world)


# ---- money and capacity

def test_a_transfer_leaves_one_and_reaches_another(world):
    policy = combine(world, [Transfer(payer="USA", receiver="UKR", amount=61_000).lower(world)])
    assert dict(zip(world.countries, policy.transfers, strict=True)) == {
        "USA": -61_000, "DEU": 0, "FRA": 0, "CHN": 0, "RUS": 0, "UKR": 61_000}


def test_a_group_pays_in_proportion_to_gdp(world):
    policy = combine(world, [Transfer(payer="EU27", receiver=["UKR", "CHN"], amount=100).lower(world)])
    gdp = world.gdp.values
    paid = dict(zip(world.countries, policy.transfers, strict=True))
    assert paid["DEU"] + paid["FRA"] == pytest.approx(-100)
    assert paid["DEU"] / paid["FRA"] == pytest.approx(gdp[1] / gdp[2])
    assert paid["UKR"] / paid["CHN"] == pytest.approx(gdp[5] / gdp[3])
    assert sum(paid.values()) == pytest.approx(0, abs=1e-12)


def test_others_pay_one(world):
    policy = combine(world, [Transfer(payer="others", receiver="UKR", amount=10).lower(world)])
    assert (policy.transfers[:5] < 0).all()


@pytest.mark.parametrize(("fields", "sentence"), [
    ({"amount": 0}, "amount is 0; it must be above zero"),
    ({"amount": -5}, "exchange payer and receiver"),
    ({"amount": "5%"}, "it must be million US dollars a year"),
    ({"amount": float("inf")}, "amount is inf; it must be a finite number"),
    ({"amount": "lots"}, "amount is 'lots', which is not a number"),
])
def test_a_malformed_transfer_is_refused(fields, sentence):
    with pytest.raises(ScenarioError, match=re.escape(sentence)):
        Transfer(payer="USA", receiver="UKR", **fields)


def test_nobody_pays_itself(world):
    with pytest.raises(ScenarioError, match="DEU would pay itself"):
        Transfer(payer="DEU", receiver="EU27", amount=1).lower(world)


def test_productivity_changes_multiply(world):
    policy = combine(world, [Productivity(country="UKR", change="-10%").lower(world),
                             Productivity(country="UKR", sector="MAC", change=-0.5).lower(world)])
    expected = np.ones((6, 4))
    expected[5] = [0.9, 0.9, 0.45, 0.9]
    np.testing.assert_allclose(policy.productivity, expected)


def test_productivity_cannot_vanish():
    with pytest.raises(ScenarioError, match="change is -1; it must be above -1"):
        Productivity(country="UKR", change=-1)


# ---- the frame

def test_a_measure_of_ones_own_needs_no_change_elsewhere(world):
    class Blockade(Measure):
        kind: str = "blockade"

        def lower(self, world, *, coarse=False):
            return Lowered(self.label, closed=Cells.product(np.array([0]), np.array([0]), np.array([1, 2])))

    assert len(combine(world, [Blockade().lower(world)]).closed) == 2
    assert Blockade().reshape(world) is world


@pytest.mark.parametrize("sizes", [(3, 4), (1500, 10)])
def test_the_union_of_cells_is_the_same_by_both_ways(sizes):
    random = np.random.default_rng(0)
    flats = [np.unique(random.integers(0, 2000, size)) for size in sizes]
    whole, places = union(flats, 2000)
    np.testing.assert_array_equal(whole, np.unique(np.concatenate(flats)))
    for flat, place in zip(flats, places, strict=True):
        np.testing.assert_array_equal(whole[place], flat)


def test_arrays_of_a_policy_cannot_be_written_to(world):
    policy = combine(world, [tariff(rate=0.1).lower(world)])
    for array in (policy.tariff_rates, policy.productivity, policy.transfers, policy.iceberg_factors):
        assert not array.flags.writeable


def test_a_programme_is_goods_given_and_what_is_paid_at_once(world):
    made = Programme(exporter="RUS", importer="CHN", value=1_000, goods={"ELE": 1.0}, credit="80%").lower(world)
    given, paid = made.payments
    assert (given.payer, given.receiver, given.amount) == (*[world.country_index(one) for one in ("RUS", "CHN")], 1_000)
    assert [share for _sector, share in given.goods] == [1.0]
    assert (paid.payer, paid.receiver, paid.goods) == (given.receiver, given.payer, ())
    assert paid.amount == pytest.approx(200)
    whole = Programme(exporter="RUS", importer="CHN", value=1_000, goods={"ELE": 1.0}, credit=1.0).lower(world)
    assert len(whole.payments) == 1
    with pytest.raises(ScenarioError, match=r"credit is 1\.2; what is not paid at once"):
        Programme(exporter="RUS", importer="CHN", value=1_000, goods={"ELE": 1.0}, credit=1.2)
    with pytest.raises(ScenarioError, match="is no list of goods"):
        Programme(exporter="RUS", importer="CHN", value=1_000, goods="ELE")


def test_taxes_on_one_flow_are_taken_in_their_order():
    """Each takes its part of the price that the ones before it made; flows may be named in any order."""
    draw = np.random.default_rng(3)
    rates, cell = draw.random(60), draw.integers(0, 9, 60)
    price, taken = np.ones(10), np.zeros(60)
    for at, (rate, where) in enumerate(zip(rates, cell, strict=True)):
        taken[at] = rate * price[where]
        price[where] *= 1 + rate
    np.testing.assert_array_equal(tax_parts(rates, cell, 10), taken / price[cell])
    assert len(tax_parts(np.zeros(0), np.zeros(0, dtype=int), 10)) == 0
