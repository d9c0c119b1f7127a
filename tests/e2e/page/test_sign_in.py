"""A browser without the token: it is asked for it, told what is wrong, and then shown what it came for."""

from pathlib import Path

import pytest

from tests.e2e.page.browser import OpenPage
from tests.e2e.page.https_proxy import https_proxy
from tests.e2e.page.judging import faint_texts, nameless_controls, overflow, small_targets
from tests.e2e.page.served import PROXY_NAME, ServedPage
from tests.e2e.page.test_views import LOOKS

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
PROBLEM = "#problem"


def strange(open_page, place: str = "", **looks) -> OpenPage:
    """A page of a browser that was never here; the refusal of its first request is as it should be."""
    page: OpenPage = open_page(is_signed_in=False, **looks)
    page.complaints.is_server_there = False
    page.page.goto(f"{page.address}/{place}")
    return page


def appears(page: OpenPage, text: str, selector: str) -> None:
    """Waits across the change from one page to the next."""
    page.page.locator(selector, has_text=text).wait_for()


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_a_browser_without_the_token_is_asked_for_it(open_page, served: ServedPage, width, theme):
    page = strange(open_page, width=width, theme=theme)
    assert page.page.title() == "Sign in · lotkeeper"
    assert page.page.get_by_label("Token", exact=True).is_visible()
    assert "lotkeeper page" in page.text()
    assert page.text(PROBLEM) == ""
    judge(page)
    page.page.get_by_label("Token", exact=True).fill("wrong")
    page.button("Sign in").click()
    appears(page, "This is not the token", PROBLEM)
    judge(page)


def judge(page: OpenPage) -> None:
    assert overflow(page) == []
    assert nameless_controls(page, at_least=3) == []
    assert faint_texts(page, at_least=7) == []
    assert small_targets(page) == []


def test_by_keyboard_alone_with_one_mistake_to_the_lot_that_was_asked_for(open_page, served: ServedPage):
    page = strange(open_page, f"#/lots/{served.lots[0]}")
    keys = page.page.keyboard
    assert page.evaluate("document.activeElement.id") == "token"
    keys.type("wrong")
    keys.press("Enter")
    appears(page, "This is not the token", PROBLEM)
    assert page.page.title().startswith("Not signed in")
    assert page.evaluate("document.activeElement.id") == "token"
    assert page.page.get_by_label("Token", exact=True).get_attribute("aria-invalid") == "true"
    assert "This is not the token" in described(page)
    keys.type(served.client.token)
    keys.press("Tab")
    keys.press("Space")  # stay signed in
    keys.press("Enter")
    appears(page, served.lots[0], ".head")
    assert page.evaluate("location.hash") == f"#/lots/{served.lots[0]}"
    (cookie,) = page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["secure"]) == (True, "Strict", False)
    assert cookie["expires"] > 0
    page.complaints.is_server_there = True
    page.page.goto(page.address)
    appears(page, "Proven", "#health")


def described(page: OpenPage) -> str:
    """What a screen reader adds to the field's name."""
    session = page.context.new_cdp_session(page.page)
    try:
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    finally:
        session.detach()
    (field,) = [each for each in nodes if each.get("role", {}).get("value") == "textbox"]
    return str(field["description"]["value"])


def test_it_has_the_colours_that_were_chosen_on_the_page(open_page, served: ServedPage):
    page: OpenPage = open_page(theme="light")
    page.evaluate("localStorage.setItem('theme', 'dark')")
    page.context.clear_cookies()
    page.complaints.is_server_there = False
    page.page.goto(page.address)
    page.page.get_by_label("Token", exact=True).wait_for()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_page_that_is_not_signed_in_any_more_says_what_to_do(open_page, served: ServedPage):
    page: OpenPage = open_page()
    page.context.clear_cookies()
    page.complaints.is_server_there = False
    page.page.route("**/api/v1/events", lambda route: route.continue_())
    page.evaluate("location.hash = '#/orders'")
    page.wait_text("reload the page to sign in")
    page.page.reload()
    page.page.get_by_label("Token", exact=True).wait_for()


def test_behind_a_proxy_with_https_the_cookie_goes_back_by_https_alone(open_page, served: ServedPage, tmp_path: Path):
    with https_proxy(tmp_path, PROXY_NAME, served.client.port) as origin:
        page = strange(open_page, address=origin)
        page.page.get_by_label("Token", exact=True).fill(served.client.token)
        page.button("Sign in").click()
        appears(page, "Proven", "#health")
        (cookie,) = page.context.cookies()
        assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Strict")
        assert cookie["expires"] == -1
        page.go("pairs/SOLUSDT")
        page.button("Pause…").click()
        page.find("dialog[open]").get_by_role("button", name="Continue", exact=True).click()
        page.wait_text("Do it?", "dialog[open]")
        page.context.close()
