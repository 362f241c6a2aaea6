"""The page: well formed, on its own, accessible, and saying what a brief must say."""

import re
from html.parser import HTMLParser

import pytest

from multipolar.report import page_scenario
from multipolar.report.brief import run_brief
from multipolar.report.markup import Html, element, text
from multipolar.report.numbers import signed
from multipolar.report.page import page

VOID = {"meta", "link", "br", "hr", "img"}


class Page(HTMLParser):
    """The elements of a page in order, with their text; refuses tags that are not closed in order."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data):
        self.texts.append((tuple(self.open), data))

    def attributes(self, name):
        return [given[name] for _tag, given in self.elements if name in given]


@pytest.fixture(scope="module")
def source(brief):
    return page(brief)


@pytest.fixture(scope="module")
def parsed(source):
    return Page(source)


@pytest.fixture
def plain(brief, monkeypatch):
    """The page where nothing is installed to draw charts."""
    monkeypatch.setattr(page_scenario, "can_draw", lambda: False)
    return page(brief)


def test_it_is_well_formed_with_and_without_drawn_charts(source, plain):
    assert "<svg" in source
    assert "<svg" not in plain
    assert 'class="bars"' in plain
    assert Page(plain).elements


def test_it_has_one_language_one_title_and_one_main_heading(parsed):
    tags = [tag for tag, _given in parsed.elements]
    assert (tags.count("h1"), tags.count("main"), tags.count("html")) == (1, 1, 1)
    html = dict(parsed.elements)["html"]
    assert html["lang"] == "en"
    assert html["dir"] == "ltr"


def test_it_asks_nobody_for_anything(source, parsed):
    tags = {tag for tag, _given in parsed.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "video", "base"}
    assert not re.search(r"@import|url\(", source)
    assert not [link for link in parsed.attributes("href") if link.startswith(("http", "//"))]
    assert not parsed.attributes("src")
    assert not [name for _tag, given in parsed.elements for name in given if name.startswith("on")]


def test_ids_are_unique_and_links_lead_somewhere(parsed):
    ids = parsed.attributes("id")
    assert len(ids) == len(set(ids))
    inside = [link for link in parsed.attributes("href") if link.startswith("#")]
    assert inside
    assert {link[1:] for link in inside} <= set(ids)


def test_tables_have_captions_and_headings_a_scope(parsed):
    tags = [tag for tag, _given in parsed.elements]
    assert tags.count("table") == tags.count("caption") > 4
    assert all(given.get("scope") in ("row", "col") for tag, given in parsed.elements if tag == "th")


def test_charts_say_their_numbers_in_words(parsed, brief):
    drawn = [given for tag, given in parsed.elements if tag == "svg"]
    assert len(drawn) == 2
    assert all(given["role"] == "img" for given in drawn)
    described = [words for path, words in parsed.texts if path[-1:] == ("desc",)]
    china = next(one for one in brief.columns[1].shown if one.economy.key == "CHN")
    assert f"China {signed(china.percent)} percent" in described[1]


def test_plain_bars_say_their_numbers_in_words(plain, brief):
    first = next(given for _tag, given in Page(plain).elements if given.get("role") == "img")
    china = next(one for one in brief.columns[0].shown if one.economy.key == "CHN")
    assert f"China {signed(china.percent)} percent" in first["aria-label"]


def test_what_the_user_wrote_is_escaped(source):
    assert "A small &lt;brief&gt; &amp; its marks" in source
    assert "<brief>" not in source


def test_a_missing_country_reads_so(parsed):
    assert sum(words == "not in this world" for _path, words in parsed.texts) == 3   # overview, two scenarios


def test_russia_is_said_to_be_on_top_of_the_sanctions(parsed):
    said = "on top of the sanctions in force in 2023"
    heads = sum(path[-2:] == ("th", "span") and words == said for path, words in parsed.texts)
    # overview, table of all, and in both scenarios the numbers and the channels at both horizons
    assert heads == 8


def test_reasons_stand_in_place_of_answers(source):
    assert "No answer with fixed deficits" in source
    assert "No answer: NGA" in source
    assert "it no longer lends" in source.replace("that it", "it")


def test_the_short_run_stands_beside_the_long(parsed, source, brief):
    china = next(one for one in brief.columns[1].shown if one.economy.key == "CHN")
    shown = signed(china.percent_other)
    assert f"<span>{shown} short</span>" in source
    assert any(words == "% short run" for _path, words in parsed.texts)
    assert "short run, about a year" in source
    described = [words for path, words in parsed.texts if path[-1:] == ("desc",)]
    assert f"China {signed(china.percent)} percent ({shown})" in described[1]


def test_a_horizon_without_answer_has_its_reason(plain_world, definition):
    source = page(run_brief(plain_world, definition))
    assert "No answer in the short run: This world does not say how much of its capital" in source
    assert "Measures 1, 2, 3: no answer in the short run: This world does not say" in source
    assert "<span>– short</span>" in source


def test_the_numbers_of_the_short_run_are_listed_with_their_ranges(source):
    found = re.search(r"<tr><th[^>]*>Short run: elasticity among inputs</th>(.*?)</tr>", source)
    assert ">0.2<" in found[1]
    assert ">range 0.05 to 0.5<" in found[1]
    assert "Baqaee" in found[1]


def test_assumptions_limits_and_certificates_are_there(source, brief):
    for heading in ("What is assumed", "What this cannot tell", "How exactly the answers hold"):
        assert heading in source
    assert brief.world.hash in source
    assert brief.columns[0].main.outcome.certificate.scenario_hash[:12] in source


def test_bars_of_the_plain_chart_start_at_a_common_zero(plain, brief):
    cells = brief.columns[0].shown
    low, high = min(0.0, *(one.percent for one in cells)), max(0.0, *(one.percent for one in cells))
    found = re.findall(r'class="bar (\w+)" style="--start:([\d.]+)%;--size:([\d.]+)%"', plain)[:len(cells)]
    zero = -100 * low / (high - low)
    for (side, start, size), one in zip(found, cells, strict=True):
        assert side == ("loss" if one.percent < 0 else "gain")
        at_zero = float(start) + (float(size) if one.percent < 0 else 0.0)
        assert at_zero == pytest.approx(zero, abs=0.2)


def test_markup_escapes_text_and_attributes_but_not_markup():
    assert text("a < b") == "a &lt; b"
    assert text(Html("<b>")) == "<b>"
    assert element("p", "a&b", class_="x", aria_label='"') == '<p class="x" aria-label="&quot;">a&amp;b</p>'
