"""What a brief says of fuels: figures that follow from the outcome, sentences, drawings and their absence."""

import json
import re
from dataclasses import replace
from io import StringIO
from xml.etree import ElementTree

import numpy as np
import pytest
from rich.console import Console

import multipolar as mp
from multipolar.measures.brief import EnergyQuestion
from multipolar.report import page_energy
from multipolar.report.brief import run_brief
from multipolar.report.channels import country_name
from multipolar.report.data import brief_json
from multipolar.report.energy import energy_answer
from multipolar.report.energy_words import gains
from multipolar.report.nuclear_words import nuclear_answer, nuclear_sources
from multipolar.report.page import page
from multipolar.report.sankey import PANEL, in_words, ribbons, sankey
from multipolar.report.terminal import render_terminal
from multipolar.world.energy import Energy

BRIEF = """\
version: 1
title: Fuels
scenarios: [stops.yaml, opens.yaml, stops-after.yaml]
rows: [RUS, CHN, EU27, IND]
extremes: 1
horizons: [long]
energy: {fuels: [oil, gas], others: [USA], nuclear: true, lifeline: [stops, stops-after]}
"""
STOP = "- {kind: import_ban, importer: CHN, exporter: RUS, sector: [OIL, GAS]}\n"
LIFT = "- {kind: lift, importer: EU27, exporter: RUS, sector: [OIL, GAS], latent_share: 30%, source: a test}\n"
HEAD = "version: 1\ntitle: {title}\nclosure: {{deficits: proportional}}\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("energy-brief")
    files = {"fuels": BRIEF, "stops": HEAD.format(title="China stops") + "measures:\n" + STOP,
             "opens": HEAD.format(title="Europe opens") + "measures:\n" + LIFT,
             "stops-after": HEAD.format(title="China stops later") + "baseline: opens.yaml\nmeasures:\n" + LIFT + STOP}
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def brief(fuel_world, folder):
    return run_brief(fuel_world, folder / "fuels.yaml")


@pytest.fixture(scope="module")
def stopped(brief):
    return brief.columns[0].energy


def test_the_budget_lies_between_sales_and_rents(brief, stopped):
    budget, outcome = stopped.budget, brief.columns[0].main.outcome
    revenue = outcome.revenue.sel(country="RUS", sector=["OIL", "GAS"]).sum().item()
    before = outcome.world.output.sel(exporter="RUS", sector=["OIL", "GAS"]).sum().item()
    assert budget.sales == pytest.approx(100 * (revenue / before - 1))
    assert budget.rents < budget.sales < 0
    assert budget.loss == pytest.approx((-0.303 * budget.sales, -0.303 * budget.rents))
    assert budget.billions == pytest.approx(107.1, abs=0.5)


def test_money_before_and_after_is_in_the_accounts(brief, stopped):
    budget, outcome = stopped.budget, brief.columns[0].main.outcome
    russia = outcome.world.countries.index("RUS")
    for good, sector in (("oil", "OIL"), ("gas", "GAS")):
        abroad = [code for code in outcome.world.countries if code != "RUS"]
        after = outcome.trade.sel(exporter="RUS", sector=sector, importer=abroad).sum().item() / 1e3
        assert budget.exports[good].after == pytest.approx(after)
        assert budget.exports[good].before > budget.exports[good].after
    assert budget.by_receipts.before == pytest.approx(budget.by_rent.before) == pytest.approx(budget.billions)
    assert budget.by_rent.percent == pytest.approx(budget.rents)
    gdp = float(outcome.world.tables.gdp[russia]) / 1e3
    assert budget.billions == pytest.approx(0.053 * gdp)
    assert budget.loss_billions == pytest.approx((-budget.by_receipts.change, -budget.by_rent.change))
    assert len(budget.sources) == 2
    assert stopped.barrel.before == pytest.approx(63.0, abs=0.05)
    assert stopped.barrel.after < stopped.barrel.before


def test_who_gains_is_named_by_dollars(brief):
    outcome = brief.columns[0].main.outcome
    worth = outcome.equivalent_variation
    up, down = gains(outcome)
    assert down.startswith("Russia ")
    best = worth.country.values[int(worth.values.argmax())]
    assert up.startswith(country_name(outcome.world, best))


def test_the_page_begins_with_the_answers_and_has_the_ban_on_uranium(brief):
    text = page(brief)
    assert text.index("What the lifeline is worth") < text.index('id="answers"') + 2000
    assert text.index('id="answers"') < text.index('id="overview"')
    assert text.count('class="answer"') == len(brief.columns)
    assert "Rent of the ground under them" in text
    assert "Main directions of budget policy" in text
    assert 'id="nuclear"' in text
    (europe, *_) = [one for one in nuclear_answer(brief) if one.code == "EU27"]
    assert f"at most {europe.loss_at_most[0]:.2f} to {europe.loss_at_most[1]:.2f} % of GDP" in text
    assert set(nuclear_sources((europe,))) <= set(europe.sources)
    assert json.loads(brief_json(brief))["nuclear"][0]["code"] in ("EU27", "USA")


def test_what_the_buyer_pays_and_that_it_buys_nothing_any_more(brief, stopped):
    assert stopped.gas.after is None
    assert stopped.gas.before == pytest.approx(12_151 / 33.58, rel=1e-3)
    assert stopped.gas.all_suppliers > 0
    opened = brief.columns[1].energy.gas
    price = brief.columns[1].main.outcome.producer_price.sel(country="RUS", sector="GAS").item()
    assert opened.after / opened.before == pytest.approx(1 + price / 100, rel=1e-9)


def test_streams_hold_all_trade_and_the_baseline_is_what_comes_before(brief, stopped, fuel_world):
    energy = fuel_world.part(Energy)
    for stream in stopped.streams:
        quantity = np.array(energy.quantity[:, energy.good.index(stream.good)])
        np.fill_diagonal(quantity, 0.0)
        assert stream.before.sum() == pytest.approx(quantity.sum())
        assert stream.sellers == ("RUS", "USA", "others")
        assert stream.after[0, stream.buyers.index("CHN")] == 0.0
    opened, later = (brief.columns[at].energy for at in (1, 2))
    for before, after in zip(opened.streams, later.streams, strict=True):
        np.testing.assert_allclose(before.after, after.before)
    assert opened.balances[0].rows[-1].after == pytest.approx(later.balances[0].rows[-1].before)


def test_ribbons_keep_their_width_and_stay_in_their_bars(stopped):
    flows = stopped.streams[0].before
    made = ribbons(flows, 0.0, 1.0 / flows.sum())
    widths = {one["ribbon"]: one["y"] - one["y2"] for one in made}
    assert sum(widths.values()) == pytest.approx(1.0, abs=0.02)
    for one in made:
        assert one["y"] - one["y2"] == pytest.approx(widths[one["ribbon"]])
        assert 0 <= one["x"] <= PANEL
    assert {one["first"] for one in made} == {True, False}


def test_the_drawing_takes_the_colours_of_the_page_and_has_words(stopped):
    svg = sankey(stopped.streams[0], "flows", "Trade in <oil>")
    root = ElementTree.fromstring(svg)
    assert root.get("aria-labelledby") == "flows-title flows-text"
    assert "Trade in &lt;oil&gt;" in svg
    assert in_words(stopped.streams[0]).replace("&", "&amp;") in svg
    assert "RUS to CHN 107.0, then 0.0" in svg
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg))
    assert colours <= {"var(--loss)", "var(--quiet)", "currentColor", "none", "transparent"}, colours


def test_the_page_draws_and_tells_and_does_without_drawings(brief, monkeypatch):
    text = page(brief)
    assert text.count('<figure class="flows">') == sum(len(column.energy.streams) for column in brief.columns)
    assert "the federal budget changes by" in text
    assert "none is bought from Russia any more" in text
    assert "What the lifeline is worth: China stops changes" in text
    monkeypatch.setattr(page_energy, "can_draw", lambda: False)
    plain = page(brief)
    assert '<figure class="flows">' not in plain
    assert "RUS to CHN 107.0, then 0.0" in plain


def test_the_terminal_and_the_data_say_the_same(brief, stopped):
    console = Console(width=100, record=True, file=StringIO())
    console.print(render_terminal(brief))
    shown = " ".join(console.export_text().split())
    assert "exports of crude oil, Mt a year: CHN 107 to 0" in shown
    assert "What the lifeline is worth" in shown
    data = json.loads(brief_json(brief))["scenarios"][0]["energy"]
    assert data["budget"]["loss"] == pytest.approx(stopped.budget.loss)
    assert data["streams"][0]["after"][0][0] == 0.0
    assert data["units"]["gas"] == "percent; USD per 1000 m3"


def test_what_drifts_has_no_stream_and_a_sentence(fuel_world):
    energy = fuel_world.part(Energy)
    quantity = np.array(energy.quantity)
    at = [fuel_world.countries.index(code) for code in ("RUS", "CHN")]
    quantity[at[0], energy.good.index("oil"), at[1]] *= 30
    outcome = mp.solve(fuel_world.with_part(replace(energy, quantity=quantity)), mp.Scenario(
        closure=mp.Closure(deficits="proportional"),
        measures=[mp.ImportBan(importer="CHN", exporter="RUS", sector=["OIL", "GAS"])]))
    answer = energy_answer(outcome, EnergyQuestion(fuels=("oil", "gas")), ("RUS", "CHN"))
    assert [one.good for one in answer.streams] == ["gas"]
    assert "Nothing is said about oil" in answer.balances[0].withheld


def test_a_world_without_quantities_has_no_section(fuel_world, folder):
    made = run_brief(replace(fuel_world, parts=()), folder / "fuels.yaml")
    assert all(column.energy is None for column in made.columns)
    assert "<h3>Fuels</h3>" not in page(made)
