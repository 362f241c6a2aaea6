"""The page as people use it, in Chromium: its numbers are the command line's, in both languages, for everybody."""

import re

import pytest
from benchmarks.desk_process import running_desk
from tests.desk.browser import CHROMIUM, browser, visitor
from tests.desk.requests_of_a_page import scenario

import multipolar as mp
from multipolar.measures.link import write_link

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium; on Debian `make browser` installs it")]

RUSSIA = "Russia"


@pytest.fixture(scope="module")
def reference():
    return mp.load_world("reference-2023")


@pytest.fixture(scope="module")
def desk_url(tmp_path_factory):
    with running_desk(tmp_path_factory.mktemp("home")) as found:
        yield found.url


@pytest.fixture(scope="module")
def chromium():
    with browser() as found:
        yield found


@pytest.fixture
def visit(chromium, desk_url):
    """`visit()`: somebody in front of the page, whose browser must not complain about anything."""
    opened = []

    def come(**settings):
        manager = visitor(chromium, desk_url, **settings)
        opened.append((manager, manager.__enter__()))
        return opened[-1][1]

    yield come
    for manager, who in opened:
        manager.__exit__(None, None, None)
        assert who.complaints == []


@pytest.fixture
def link(reference):
    """`link(scenario)`: what the command line would print for it."""
    def written(asked):
        made = mp.load_scenario(asked) if isinstance(asked, str) else mp.Scenario(**asked)
        return write_link(made, reference, made.hash(reference), mp.__version__)
    return written


def percent(value: float) -> str:
    """A change as the page prints it in English."""
    text = f"{abs(value):.2f}%"
    return text if text == "0.00%" else f"{'+' if value > 0 else '−'}{text}"


def headline(who, name: str, shown: str):
    """The button above the views with an economy's name and change."""
    return who.page.get_by_role("list").get_by_role("button").filter(has_text=name).filter(has_text=shown).first


def rows(who) -> dict[str, list[str]]:
    """The table twin of the view: first cell -> the others."""
    who.page.get_by_text("Table", exact=True).click()
    table = who.page.get_by_role("tabpanel").get_by_role("table")
    table.wait_for()
    found = table.evaluate("""table => [...table.tBodies[0].rows].map(row => [...row.cells].map(c => c.innerText))""")
    return {first: others for first, *others in found}


def axe_findings(who) -> list[str]:
    """What axe calls serious or critical."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(who.page).response["violations"]
    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in grave]


def sideways(who) -> bool:
    """Whether the page scrolls sideways."""
    return bool(who.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def test_a_first_visit_shows_the_brief_on_the_beijing_summit(visit, reference):
    who = visit()
    who.open()
    who.page.get_by_role("heading", name="What was at stake at the Beijing summit of May 2024").wait_for()
    loss = mp.solve(reference, mp.load_scenario("coalition-cuts-russia")).real_income.sel(country="RUS").item()
    row = who.page.get_by_role("row").filter(has_text="The coalition and Russia cut all remaining trade").first
    row.get_by_text(percent(loss), exact=True).first.wait_for(timeout=60_000)


def test_a_scenario_of_the_brief_opens_with_the_numbers_of_the_command_line(visit, reference):
    who = visit()
    who.open()
    who.page.get_by_role("button", name="China stops both sales of machines and purchases of fuel").first.click()
    who.wait_for_picture()
    solved = mp.solve(reference, mp.load_scenario("china-stops-both"))
    for code, name in (("RUS", RUSSIA), ("CHN", "China"), ("USA", "United States")):
        shown = percent(solved.real_income.sel(country=code).item())
        headline(who, name, shown).wait_for()
    who.page.get_by_text(solved.certificate.scenario_hash[:12]).wait_for()
    who.until(lambda: "#1." in who.page.url)


def test_the_table_twin_has_every_countrys_number(visit, reference, link):
    who = visit()
    who.open_scenario(link("two-blocs"))
    shown = rows(who)
    solved = mp.solve(reference, mp.load_scenario("two-blocs"))
    values = dict(zip(reference.countries, solved.values("real_income"), strict=True))
    assert len(shown) >= len(values)
    for code, name in (("RUS", RUSSIA), ("VNM", "Vietnam"), ("DEU", "Germany"), ("USA", "United States")):
        cells = next(cells for first, cells in shown.items() if name in first)
        assert any(percent(values[code]).removesuffix("%") == cell for cell in cells), (name, cells)


def test_a_slider_solves_the_world_again(visit, reference, link):
    who = visit()
    who.open_scenario(link(scenario()))
    slider = who.page.get_by_role("slider").first
    assert slider.get_attribute("aria-valuetext") or slider.input_value()
    before, address = who.pictures(), who.page.url
    slider.focus()
    slider.press("ArrowRight")
    who.wait_for_picture(before)
    who.until(lambda: who.page.url != address)
    from multipolar.measures.link import read_link

    moved = read_link(who.page.url).scenario
    assert moved.measures[0].rate > 0.4
    headline(who, "China", percent(mp.solve(reference, moved).real_income.sel(country="CHN").item())).wait_for()


def test_a_slider_that_is_dragged_ends_at_its_last_place(visit, reference, link):
    who = visit()
    who.open_scenario(link(scenario()))
    box = who.page.get_by_role("slider").first.bounding_box()
    middle = box["y"] + box["height"] / 2
    before = who.pictures()
    who.page.mouse.move(box["x"] + 0.4 * box["width"], middle)
    who.page.mouse.down()
    for step in range(1, 21):
        who.page.mouse.move(box["x"] + (0.4 + 0.02 * step) * box["width"], middle)
    who.page.mouse.up()
    who.wait_for_picture(before)
    who.page.wait_for_timeout(1500)
    from multipolar.measures.link import read_link

    moved = read_link(who.page.url).scenario
    assert moved.measures[0].rate == pytest.approx(0.8, abs=0.03)
    headline(who, "China", percent(mp.solve(reference, moved).real_income.sel(country="CHN").item())).wait_for()


def test_a_link_opens_the_same_picture_elsewhere(visit, link):
    first = visit()
    first.open_scenario(link("coalition-tariffs-china"))
    headline = first.page.get_by_role("list", name="Change of real income").inner_text()
    second = visit()
    second.open(first.page.url.partition("#")[2])
    second.wait_for_picture()
    assert second.page.get_by_role("list", name="Change of real income").inner_text() == headline


def test_a_link_of_another_version_says_so(visit, reference):
    made = mp.Scenario(**scenario())
    who = visit()
    who.open_scenario(write_link(made, reference, made.hash(reference), "0.0.1"))
    who.page.get_by_text("made with multipolar 0.0.1").first.wait_for()


@pytest.mark.parametrize("fragment", ["1.broken", "2.abcd", "1.eNqrVkrLz1eyUkpKLFKqBQAdegQ0"])
def test_a_damaged_link_is_refused_in_a_sentence(chromium, desk_url, fragment):
    with visitor(chromium, desk_url) as who:    # the refused request itself stands on the browser's console
        who.open(fragment)
        who.page.get_by_text(re.compile("The link (is damaged|has form)|cut short")).first.wait_for(timeout=30_000)


def test_every_view_has_a_chart_a_table_and_a_source(visit, link):
    who = visit()
    who.open_scenario(link("controls-2024"))
    tabs = who.page.get_by_role("tab")
    names = [tab.inner_text() for tab in tabs.all()]
    assert len(names) >= 11
    for name in names:
        who.page.get_by_role("tab", name=name, exact=True).click()
        panel = who.page.get_by_role("tabpanel")
        panel.get_by_role("figure").first.wait_for(timeout=60_000)
        assert panel.get_by_text("Source and assumptions").count() >= 1, name
        assert panel.get_by_role("button", name="Save as CSV").count() >= 1, name
        assert panel.get_by_role("heading").first.inner_text(), name


def test_this_can_be_repeated_without_the_page(visit, link, tmp_path):
    who = visit()
    who.open_scenario(link(scenario()))
    who.page.get_by_role("button", name="Reproduce this").click()
    dialog = who.page.get_by_role("dialog")
    dialog.wait_for()
    dialog.get_by_text("multipolar solve").wait_for()
    who.page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")


def test_two_scenarios_stand_side_by_side(visit, link):
    who = visit()
    who.open_scenario(link("china-stops-machines"))
    who.page.get_by_role("button", name="Compare with…").click()
    dialog = who.page.get_by_role("dialog")
    before = who.pictures()
    dialog.get_by_text("China stops buying Russian oil, gas and coal").first.click()
    who.wait_for_picture(before)
    assert who.page.get_by_text("China stops buying Russian oil, gas and coal").count() >= 1


def test_a_run_is_kept_and_found_again(visit, link):
    who = visit()
    who.open_scenario(link(scenario(title="A tariff to keep")))
    who.page.get_by_role("button", name="Saved runs").click()
    dialog = who.page.get_by_role("dialog")
    dialog.get_by_role("textbox").first.fill("A tariff to keep")
    dialog.get_by_role("button", name=re.compile("Save")).first.click()
    dialog.get_by_role("listitem").filter(has_text="A tariff to keep").first.wait_for()


def test_a_wrong_file_is_refused_with_its_line(chromium, desk_url, tmp_path):
    path = tmp_path / "wrong.yaml"
    path.write_text("version: 1\nname: wrong\nmeasures:\n- kind: tarif\n", encoding="utf-8")
    with visitor(chromium, desk_url) as who:
        who.open()
        who.page.get_by_role("button", name="Workbench").click()
        who.page.get_by_role("button", name="Scenarios").click()
        who.page.get_by_role("button", name="Open a scenario file").click()
        who.page.locator("input[type=file]").set_input_files(str(path))
        who.page.get_by_text(re.compile("Did you mean tariff")).first.wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-US", "ar"])
def test_nobody_is_kept_out(visit, link, scheme, locale):
    who = visit(color_scheme=scheme, locale=locale)
    who.open()
    who.page.get_by_role("heading", level=1).wait_for()
    assert axe_findings(who) == []
    who.open_scenario(link(scenario()))
    for tab in range(who.page.get_by_role("tab").count()):
        who.page.get_by_role("tab").nth(tab).click()
        who.page.get_by_role("figure").first.wait_for(timeout=60_000)
        assert axe_findings(who) == [], who.page.get_by_role("tab").nth(tab).inner_text()


def test_arabic_reads_from_right_to_left(visit, link):
    who = visit(locale="ar")
    who.open_scenario(link("china-stops-both"))
    assert who.page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    for tab in who.page.get_by_role("tab").all():
        assert re.search("[\u0600-\u06ff]", tab.inner_text())
    headline(who, "روسيا", "").wait_for()
    assert not sideways(who)


@pytest.mark.parametrize("locale", ["en-US", "ar"])
def test_a_phone_never_scrolls_sideways(visit, link, locale):
    who = visit(viewport={"width": 360, "height": 740}, locale=locale, has_touch=True)
    who.open()
    who.page.get_by_role("heading", level=1).wait_for()
    assert not sideways(who)
    who.open_scenario(link("china-stops-both"))
    assert not sideways(who)


def test_the_keyboard_is_enough(visit, link):
    who = visit()
    who.open_scenario(link(scenario()))
    who.page.get_by_role("tab", name="Map").focus()
    who.page.keyboard.press("ArrowRight")
    assert who.page.evaluate("document.activeElement.getAttribute('role')") == "tab"
    assert who.page.evaluate("document.activeElement.innerText") != "Map"
    who.page.get_by_role("button", name="Reproduce this").focus()
    who.page.keyboard.press("Enter")
    who.page.get_by_role("dialog").wait_for()
    who.page.keyboard.press("Escape")
    assert who.page.evaluate("document.activeElement.innerText") == "Reproduce this"


def test_the_page_says_what_it_rests_on(visit):
    who = visit()
    who.open()
    who.page.get_by_role("navigation").get_by_role("button", name="About these numbers").click()
    text = who.page.get_by_role("dialog").inner_text()
    assert "statistical units" in text
    assert "recognised" in text
    assert "takes no side" in text


def test_a_measure_is_put_together_by_hand(visit, reference):
    who = visit()
    who.open()
    who.page.get_by_role("button", name="Workbench").click()
    who.page.get_by_role("button", name="Start empty").click()
    who.page.get_by_text("Add a measure").click()
    who.page.get_by_role("button", name=re.compile("^Tariff")).first.click()
    card = who.page.get_by_role("article").first
    card.wait_for()
    exporter = card.get_by_role("combobox", name=re.compile("^Exporter")).first
    exporter.fill("Viet")
    who.page.get_by_role("option", name=re.compile("Vietnam")).first.click()
    from multipolar.measures.link import read_link

    who.until(lambda: "#1." in who.page.url and any(
        "VNM" in one.exporter for one in read_link(who.page.url).scenario.measures))
    made = read_link(who.page.url).scenario
    shown = percent(mp.solve(reference, made).real_income.sel(country="USA").item())
    headline(who, "United States", shown).wait_for()
