"""The desk: how long the server takes for a picture, and how long it is from a moved slider to what is drawn.

Each view is asked for at other places of a slider, on a desk in a process of its own and in Chromium, so that nothing
was solved before. Without Chromium, or without Playwright, the page is skipped and the output says so.
"""

import shutil
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from benchmarks.desk_process import RunningDesk, running_desk
from benchmarks.timing import Times

MOVES = 40
VIEWS: dict[str, dict[str, Any]] = {
    "results by country": {}, "why it changes": {"decomposition": {"economy": "CHN"}},
    "who trades with whom": {"trade": {"sector": "all"}}, "sectors": {"sectors": {"country": "CHN"}},
    "currencies of trade": {"settlement": {"country": "CHN"}}, "fuels": {"fuels": {"fuel": "oil"}}}
TABS = ("Map", "Gains and losses", "Why it changes", "Who trades with whom", "Trade partners", "Sectors")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]


@dataclass(frozen=True)
class DeskTimes:
    """Milliseconds by view: the server's part, the whole answer over loopback, and from the slider to the picture.

    ready_after: seconds until the server was ready; usable_after: seconds from opening the page until its first table.
    """

    server: dict[str, Times]
    answer: dict[str, Times]
    picture: dict[str, Times]
    ready_after: float
    usable_after: float | None
    skipped: str = ""


def timed() -> DeskTimes:
    """Start a desk, measure, end it."""
    with tempfile.TemporaryDirectory() as folder, running_desk(Path(folder)) as desk:
        desk.wait_for("api/briefs/beijing-2024")
        server, answer = _server_times(desk)
        driver, reason = _playwright()
        picture, usable = _pictures(desk, driver) if driver else ({}, None)
        return DeskTimes(server, answer, picture, desk.ready_after, usable, reason)


def _server_times(desk: RunningDesk) -> tuple[dict[str, Times], dict[str, Times]]:
    server, answer = {}, {}
    with httpx.Client(base_url=desk.url, timeout=120) as client:
        for at, (view, asked) in enumerate(VIEWS.items()):
            inside, outside = [], []
            for move in range(MOVES + 3):
                body = {"world": "reference-2023", "page": "bench", "number": at * 1000 + move, "views": asked,
                        "scenario": _tariff(0.05 + 0.001 * (at * 100 + move))}
                done = client.post("/api/solve", json=body)
                inside.append(done.json()["milliseconds"])
                outside.append(1e3 * done.elapsed.total_seconds())
            server[view], answer[view] = _times(inside[3:]), _times(outside[3:])
    return server, answer


def _tariff(rate: float) -> dict[str, Any]:
    return {"version": 1, "name": "bench", "measures": [
        {"kind": "tariff", "importer": "USA", "exporter": "CHN", "sector": "all", "rate": round(rate, 4)}]}


def _times(milliseconds: list[float]) -> Times:
    return Times(statistics.median(milliseconds), min(milliseconds), len(milliseconds))


def _playwright() -> tuple[Callable[[], Any] | None, str]:
    """Playwright's door, or why there is none."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        return None, "Playwright is not installed"
    return (sync_playwright, "") if shutil.which("chromium") else (None, "there is no chromium")


def _pictures(desk: RunningDesk, driver: Callable[[], Any]) -> tuple[dict[str, Times], float]:
    """Milliseconds from a key on the slider to the next painted frame with its numbers, by view, as the page counts."""
    found = {}
    with driver() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(desk.url)
        page.get_by_role("table").first.wait_for(timeout=60_000)
        usable = page.evaluate("performance.now()") / 1e3
        page.goto(f"{desk.url}#{_link(desk)}")
        page.reload()
        slider = page.get_by_role("slider").first
        slider.wait_for(timeout=60_000)
        for tab in TABS:
            page.get_by_role("tab", name=tab, exact=True).click()
            slider.press("Home")
            found[tab] = _times([_move(page, slider) for _move_number in range(MOVES + 3)][3:])
        browser.close()
    return found, usable


def _move(page: Any, slider: Any) -> float:
    """One step of the slider; what the page says it took until the picture."""
    before = page.evaluate("window.__desk.pictures")
    slider.press("ArrowRight")
    for _wait in range(2000):
        if page.evaluate("window.__desk.pictures") > before:
            break
        page.wait_for_timeout(5)
    took: float = page.evaluate("window.__desk.lastPictureMilliseconds")
    return took


def _link(desk: RunningDesk) -> str:
    with httpx.Client(base_url=desk.url, timeout=120) as client:
        done = client.post("/api/solve", json={
            "world": "reference-2023", "page": "link", "number": 1, "scenario": _tariff(0.1)})
        link: str = done.json()["link"]
        return link
