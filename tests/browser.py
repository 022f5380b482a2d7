"""A real browser for the tests: Chromium as Debian ships it, driven by Playwright, without network.

`page.clock` is the page's clock: with `FAKE_AUDIO` it is the audio clock too, so that a test says
what time it is, and nothing waits.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, sync_playwright

from tests.parts import BROWSERS

FAKE_AUDIO = Path(__file__).parent / "fake_audio.js"
QUIET = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
SOUND_AT_ONCE = "--autoplay-policy=no-user-gesture-required"
PHONE = {"width": 390, "height": 844}
ON_ITS_SIDE = {"width": 844, "height": 390}
SMALL = {"width": 320, "height": 568}
DESK = {"width": 1280, "height": 800}


@contextmanager
def browser() -> Iterator[Browser]:
    """The browser that is installed; nothing is downloaded."""
    with sync_playwright() as playwright:
        started = _launched(playwright.chromium, SOUND_AT_ONCE)
        try:
            yield started
        finally:
            started.close()


@contextmanager
def with_rules(started: Browser) -> Iterator[Browser]:
    """Another one, in which no page sounds before a tap, as in phones."""
    strict = _launched(started.browser_type, "--autoplay-policy=document-user-activation-required")
    try:
        yield strict
    finally:
        strict.close()


def _launched(kind: BrowserType, rules: str) -> Browser:
    found = next(path for name in BROWSERS if (path := shutil.which(name)))
    flags = [*QUIET, rules, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return kind.launch(executable_path=found, args=flags)


@dataclass
class Visit:
    """A page that is open, and all that it said or asked for."""

    context: BrowserContext
    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def do(self, script: str, *arguments: object) -> Any:
        """The value of a function of what the page offers (m) and of the arguments (a)."""
        return self.page.evaluate(f"(a) => window.mmc.then((m) => ({script}))", list(arguments))

    def text(self, name: str) -> str:
        """What an element shows."""
        return str(self.page.locator(f"#{name}").text_content())

    def wait(self, *, stop: bool = True) -> None:
        """Until the page is ready; from then on its clock stands, unless a test moves it."""
        self.page.wait_for_selector("html[data-ready]")
        if stop:
            now = self.page.evaluate("Date.now()")
            self.page.clock.pause_at((now // 1_000 + 2) * 1_000)

    def tap(self, *names: str) -> None:
        """Press buttons."""
        for name in names:
            self.page.locator(f"#{name}").click(force=True)  # a dim one too: it says why not

    def pass_(self, ms: int) -> None:
        """So much time goes by."""
        self.page.clock.run_for(ms)

    def heard(self) -> list[tuple[int, str]]:
        """(ms of the audio clock, sound) of all that is heard, what is handed over included."""
        return [(at, name) for at, name in self.do("window.heard(m.player.live.bank)")]

    def state(self) -> tuple[str, int]:
        """The mode, and the moment in ms."""
        self.do("m.player.step()")
        mode, at = self.do("[m.player.mode, Math.round(m.player.at)]")
        return mode, at


@contextmanager
def visit(
    browser: Browser, file: Path, *, fake: bool = True, ready: bool = True, **options: Any
) -> Iterator[Visit]:
    """The page of a file, with the network cut; `fake`: its clocks are the test's."""
    context = browser.new_context(offline=True, **{"viewport": PHONE, **options})
    try:
        page = context.new_page()
        seen = Visit(context, page)
        page.on("console", lambda message: seen.said.append(message.text))
        page.on("pageerror", lambda error: seen.said.append(str(error)))
        page.on("dialog", lambda dialog: (seen.said.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: seen.asked.append(request.url))
        if fake:
            page.clock.install(time=0)
            page.add_init_script(path=FAKE_AUDIO)
        page.goto(file.as_uri())
        if ready:
            seen.wait(stop=fake)
        yield seen
    finally:
        context.close()
