"""Debian's Chromium, driven by Playwright, and a page that remembers what the browser complained about."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

CHROMIUM = shutil.which("chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
"""As root without a sandbox; and nothing that would look beyond this machine."""

PICTURE = 30_000
"""Milliseconds that a page may take on a machine that does other things; no test asserts a time."""


@dataclass
class Visitor:
    """Somebody in front of the page. `complaints`: errors of scripts, refused loads, lines on the console."""

    page: Any
    url: str
    complaints: list[str] = field(default_factory=list)

    def pictures(self) -> int:
        """How many solved pictures the page has shown."""
        found: int = self.page.evaluate("window.__desk ? window.__desk.pictures : 0")
        return found

    def wait_for_picture(self, after: int = 0) -> None:
        """Wait until the page has shown more pictures than `after`."""
        self.until(lambda: self.pictures() > after)

    def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is true; the browser's own waiting evaluates text, which the page's policy refuses."""
        ends = time.monotonic() + PICTURE / 1000
        while not true():
            assert time.monotonic() < ends, "the page did not come to this"
            self.page.wait_for_timeout(50)

    def open(self, fragment: str = "") -> None:
        """Visit the page, with a scenario in the address where there is one."""
        self.page.goto("about:blank")
        self.page.goto(self.url + (f"#{fragment}" if fragment else ""))

    def open_scenario(self, fragment: str) -> None:
        """Visit a scenario and wait for its picture."""
        self.open(fragment)
        self.wait_for_picture()


@contextmanager
def browser() -> Iterator[Any]:
    """A browser for a session of tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield found
        found.close()


def is_complaint(line: Any) -> bool:
    """Whether a line on the console is one: a polite "busy", after which the page asks again, is none."""
    return line.type in ("error", "warning") and "503 (Service Unavailable)" not in line.text


@contextmanager
def visitor(found: Any, url: str, **settings: Any) -> Iterator[Visitor]:
    """A visitor with storage of their own."""
    context = found.new_context(**({"viewport": {"width": 1440, "height": 900}, "locale": "en-US"} | settings))
    page = context.new_page()
    who = Visitor(page, url)
    page.on("pageerror", lambda error: who.complaints.append(str(error)))
    page.on("console", lambda line: who.complaints.append(line.text) if is_complaint(line) else None)
    page.on("request", lambda sent: who.complaints.append(f"asked {sent.url}") if not sent.url.startswith(
        (url, "data:", "blob:", "about:")) else None)
    yield who
    context.close()
