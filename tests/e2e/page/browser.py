"""A real browser on the page of a real service: what it shows, and what it complained of."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, sync_playwright

from lotkeeper.verification.staging.waiting import wait_for

CHROMIUM = shutil.which("chromium")
WITHIN_S = 60.0
_OPTIONS = ["--no-sandbox", "--disable-dev-shm-usage"]


@dataclass
class Complaints:
    """What a page must not do: errors, and requests to other hosts."""

    origin: str
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    is_server_there: bool = True  # while it is not, failed requests are as they should be

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._note)
        page.on("request", self._note_request)

    def _note(self, message: ConsoleMessage) -> None:
        is_failed_request = message.text.startswith("Failed to load resource")
        if message.type in ("error", "warning") and (self.is_server_there or not is_failed_request):
            self.errors.append(f"{message.text} ({message.location.get('url')})")

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:")):
            self.foreign.append(request.url)


class OpenPage:
    """A page of one width and theme."""

    def __init__(self, context: BrowserContext, address: str, token: str) -> None:
        self.context = context
        self.page = context.new_page()
        self.page.set_default_timeout(WITHIN_S * 1000)
        self.complaints = Complaints(address)
        self.complaints.watch(self.page)
        self.address, self._token = address, token

    def open(self) -> None:
        """With the token in the address, as for the first time."""
        self.page.goto(f"{self.address}/?token={self._token}")
        assert self._token not in self.page.url
        self.page.locator("#health .word").wait_for()

    def go(self, place: str) -> None:
        """To a view, which has drawn what it knows when this returns."""
        self.page.evaluate("(place) => { location.hash = place }", f"#/{place}")
        wait_for(
            f"the view {place}", lambda: self.page.evaluate("location.hash") == f"#/{place}" and self._is_drawn(place)
        )

    def _is_drawn(self, place: str) -> bool:
        name = re.split("[/?]", place)[0] or "overview"
        return bool(self.page.evaluate("document.querySelector('main').dataset.view") == name)

    def find(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def text(self, selector: str = "main") -> str:
        """As it is shown; empty while nothing is there."""
        found = self.page.locator(selector)
        return " ".join(found.all_inner_texts()).replace("\u2007", "").strip()

    def wait_text(self, wanted: str, selector: str = "main") -> None:
        wait_for(f"{wanted!r} in {selector}", lambda: wanted in self.text(selector), WITHIN_S)

    def wait(self, what: str, is_met: Callable[[], Any]) -> Any:
        return wait_for(what, is_met, WITHIN_S)

    def cells(self, name: str) -> list[list[str]]:
        """The rows of a table, all columns, those that a phone does not show, too."""
        script = """(name) => [...document.querySelectorAll(`[data-table="${name}"] tbody tr:not(.spacer)`)]
            .map((row) => [...row.children].map((cell) => cell.textContent.replaceAll("\\u2007", "")))"""
        found: list[list[str]] = self.page.evaluate(script, name)
        return found

    def evaluate(self, script: str, argument: Any = None) -> Any:
        return self.page.evaluate(script, argument)


@contextmanager
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=_OPTIONS)
        try:
            yield found
        finally:
            found.close()
