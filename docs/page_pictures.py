"""Pictures of the page, taken by Chromium, for `make_pictures.py`."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

_SIZES = {390: 844, 1440: 900}
_THEMES = ("light", "dark")
_WITHIN_MS = 60_000
# Waits until all that the view asks for is drawn: a chart, or the rows of a table.
_DRAWN = """() => {
  const main = document.querySelector("main");
  const charts = [...main.querySelectorAll(".chart")];
  return main.innerText.length > 40 && charts.every((each) => each.querySelector("canvas"))
    && ![...main.querySelectorAll(".empty")].some((each) => each.checkVisibility() && each.textContent === "asking");
}"""
# Rows that are sorted by a distance keep their places for some seconds while the prices move; an actor that was started
# just now has no figures yet.
_SETTLED = """() => {
  const cells = (label) => [...document.querySelectorAll(`main td[data-label="${label}"]`)];
  const texts = (label) => cells(label).map((each) => each.textContent);
  const away = texts("Away").map((each) => Math.abs(parseFloat(each.replaceAll("\\u2007", ""))));
  return away.every((each, index) => !(away[index - 1] > each))
    && ![...texts("A second"), ...texts("Memory")].includes("\\u2013");
}"""


def draw_page(folder: Path, address: str, token: str, views: Mapping[str, str]) -> None:
    """Each view, and the form that signs a browser in, at two widths and in both themes.

    `views` are places of the page by the names of the pictures.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for width, theme, page in _pages(browser, address):
            page.screenshot(path=folder / f"sign-in-{width}-{theme}.png")
            page.goto(f"{address}/?token={token}")
            page.locator("#health .today").first.wait_for()
            for name, place in views.items():
                _take(page, place, folder / f"{name}-{width}-{theme}.png")
        browser.close()


def _pages(browser: Browser, address: str) -> Iterator[tuple[int, str, Page]]:
    for width, height in _SIZES.items():
        for theme in _THEMES:
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=theme, reduced_motion="reduce"
            )
            page = context.new_page()
            page.set_default_timeout(_WITHIN_MS)
            page.goto(address)
            yield width, theme, page
            context.close()


def _take(page: Page, place: str, picture: Path) -> None:
    page.evaluate("(place) => { location.hash = place }", f"#/{place}")
    page.wait_for_function(_DRAWN)
    page.wait_for_timeout(700)  # the first frame of a chart
    page.wait_for_function(_SETTLED)
    page.screenshot(path=picture)
