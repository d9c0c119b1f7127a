"""A link on another web site leads to a notice, and from there to the page; nothing else there leads anywhere."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from aiohttp import web
from playwright.sync_api import Page

from tests.e2e.page.browser import OpenPage
from tests.e2e.page.judging import faint_texts, nameless_controls, overflow, small_targets
from tests.e2e.page.served import ServedPage
from tests.e2e.page.test_views import LOOKS
from tests.lotkeeper.web.serving import serving

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
TELLS = "A link on another web site led here"


@contextmanager
def other_site(html: str, name: str = "localhost") -> Iterator[str]:
    """The address of a site with one page. To a browser `localhost` and `127.0.0.1` are two sites."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text=f"<!doctype html><title>other</title>{html}", content_type="text/html")

    application = web.Application()
    application.router.add_get("/", answer)
    with serving(application) as port:
        yield f"http://{name}:{port}/"


def follow(page: OpenPage, target: str, name: str = "localhost") -> Page:
    """Opens the other site in a tab of the same browser and follows its link."""
    tab = page.context.new_page()
    with other_site(f'<a href="{target}">to lotkeeper</a>', name) as address:
        tab.goto(address)
        tab.get_by_role("link", name="to lotkeeper").click()
        tab.get_by_text(TELLS).wait_for()
    return tab


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_who_is_signed_in_comes_to_the_page_by_one_step(open_page, served: ServedPage, width, theme):
    page: OpenPage = open_page(width, theme)
    page.page.close()
    page.complaints.is_server_there = False
    page.page = follow(page, f"{page.address}/#/lots/{served.lots[0]}")
    page.complaints.watch(page.page)
    assert page.page.title() == "Opened by a link · lotkeeper"
    assert overflow(page) == []
    assert nameless_controls(page, at_least=1) == []
    assert faint_texts(page, at_least=3) == []
    assert small_targets(page) == []
    page.page.keyboard.press("Tab")
    page.page.keyboard.press("Enter")
    page.page.locator(".head", has_text=served.lots[0]).wait_for()
    assert page.evaluate("location.hash") == f"#/lots/{served.lots[0]}"


@pytest.mark.parametrize("place", ["", "?#/pairs", "api/v1/status", "nothing?a=b#/pairs"])
def test_from_each_address_the_link_leads_to_the_page(open_page, served: ServedPage, place):
    page: OpenPage = open_page()
    tab = follow(page, f"{page.address}/{place}", "127.0.0.1")  # another port of this machine
    tab.get_by_role("link", name="Open the page").click()
    tab.locator("#health", has_text="Proven").wait_for()
    assert tab.evaluate("location.pathname + location.hash") == f"/{'#/pairs' if '#' in place else ''}"


def test_who_is_not_signed_in_is_asked_for_the_token_then(open_page, served: ServedPage):
    page: OpenPage = open_page(is_signed_in=False)
    tab = follow(page, f"{page.address}/?token={served.client.token}")
    assert page.context.cookies() == []
    tab.get_by_role("link", name="Open the page").click()
    tab.get_by_label("Token", exact=True).wait_for()
    assert page.context.cookies() == []


def test_a_frame_and_a_script_of_another_site_get_nothing(open_page, served: ServedPage):
    page: OpenPage = open_page()
    tab = page.context.new_page()
    with other_site(f'<iframe src="{page.address}/"></iframe>') as address:
        tab.goto(address)  # with its frame
        assert tab.evaluate(_FETCH, page.address) == "refused"
        assert len(tab.frames) == 2
        assert TELLS not in "".join(frame.content() for frame in tab.frames)


_FETCH = """(address) => fetch(`${address}/api/v1/status`, { mode: "no-cors", credentials: "include" })
    .then(() => "answered", () => "refused")"""
