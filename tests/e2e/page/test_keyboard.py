"""Everything can be done by keyboard alone, and it is seen where the focus is."""

import pytest

from tests.e2e.page.browser import OpenPage
from tests.e2e.page.served import ServedPage

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

_FOCUSED = "() => document.activeElement.textContent.trim() || document.activeElement.getAttribute('aria-label')"
# An outline, on the element itself or on what it covers.
_IS_SEEN = """() => {
  const element = document.activeElement;
  const places = [getComputedStyle(element), getComputedStyle(element, "::after")];
  const label = element.closest("label");
  if (label) places.push(getComputedStyle(label));
  return places.some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
}"""


def test_a_lot_is_found_and_left_by_keys(open_page, served: ServedPage):
    page: OpenPage = open_page(1440)
    keys = page.page.keyboard
    keys.press("Tab")
    assert page.evaluate(_FOCUSED) == "Skip to the content"
    keys.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    keys.press("g")
    keys.press("l")
    page.wait("the lots", lambda: page.evaluate("location.hash") == "#/lots")
    page.wait("all lots", lambda: len(page.cells("lots")) >= 3)
    keys.press("/")
    keys.type("btcusdt")
    page.wait("what was searched", lambda: {row[0].split("-")[0] for row in page.cells("lots")} == {"BTCUSDT"})
    page.find('[data-table="lots"] tbody a').first.focus()
    first = page.evaluate(_FOCUSED)
    keys.press("ArrowDown")
    second = page.evaluate(_FOCUSED)
    assert second != first
    keys.press("Enter")
    page.wait("the lot", lambda: page.evaluate("location.hash") == f"#/lots/{second}")
    page.wait_text("What was decided")
    keys.press("g")
    keys.press("o")
    page.wait("the overview", lambda: page.evaluate("location.hash") == "#/")


def test_each_stop_of_the_tab_key_is_seen(open_page, served: ServedPage):
    page: OpenPage = open_page(1440, "dark")
    for place in ("", "lots", f"lots/{served.lots[0]}", "orders"):
        page.go(place)
        page.wait("something to press", lambda: page.find("main a:visible, main button:visible").count() > 1)
        stops = []
        for _ in range(30):
            page.page.keyboard.press("Tab")
            if page.evaluate("document.activeElement === document.body"):
                break
            stops.append((page.evaluate(_FOCUSED), page.evaluate(_IS_SEEN)))
        assert len(stops) > 5
        assert [name for name, is_seen in stops if not is_seen] == [], place


def test_a_dialog_keeps_the_focus_and_gives_it_back(open_page, served: ServedPage):
    page: OpenPage = open_page()
    page.go(f"lots/{served.lots[0]}")
    page.button("Sell…").focus()
    page.page.keyboard.press("Enter")
    page.wait("a dialog", lambda: page.find("dialog[open]").count() == 1)
    for _ in range(15):
        page.page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    page.page.keyboard.press("Escape")
    page.wait("no dialog", lambda: page.find("dialog[open]").count() == 0)
    assert page.evaluate(_FOCUSED) == "Sell…"


def test_keys_are_told_and_can_be_turned_off(open_page, served: ServedPage):
    page: OpenPage = open_page()
    keys = page.page.keyboard
    keys.press("?")
    page.wait_text("Single letters are keys", "dialog[open]")
    page.find("dialog[open]").get_by_label("Single letters are keys").uncheck()
    keys.press("Escape")
    keys.press("g")
    keys.press("l")
    assert page.evaluate("location.hash") in ("", "#/")
    page.button("Keys").click()
    page.find("dialog[open]").get_by_label("Single letters are keys").check()
    keys.press("Escape")
    theme = page.evaluate("document.documentElement.dataset.theme")
    keys.press("t")
    page.wait("other colours", lambda: page.evaluate("document.documentElement.dataset.theme") != theme)
