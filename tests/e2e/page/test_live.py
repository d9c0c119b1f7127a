"""The page changes by itself, and says so when it cannot."""

import os
import signal
from typing import Any

import orjson
import pytest

from lotkeeper.web.events.status_mirror import difference
from tests.e2e.page.browser import OpenPage
from tests.e2e.page.served import ServedPage

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def test_a_buy_is_shown_without_a_reload(open_page, served: ServedPage):
    page: OpenPage = open_page()
    page.evaluate("() => { window.isSamePage = true }")
    page.go("lots")
    bought = served.buy("BTCUSDT", "120")
    page.wait("its lot", lambda: bought in {row[0] for row in page.cells("lots")})
    page.go("")
    count = served.read("/status")["totals"]["lots_open"]
    page.wait_text(f"Open lots\n{count}", ".figures")
    page.go("orders")
    price = served.lot(bought)["sells"][0]["price"]
    page.wait("its SELL", lambda: price in {row[3] for row in page.cells("orders")})
    assert page.evaluate("window.isSamePage") is True


def test_nothing_is_said_of_pairs_and_lots_before_the_service_has_answered(open_page):
    page: OpenPage = open_page()
    page.page.route("**/api/v1/events", lambda _route: None)  # asked, and not answered
    page.page.reload()
    page.wait_text("asking the service")
    assert "no pair is configured" not in page.text()
    for place, untrue in (("lots", "no open lot"), ("alerts", "No alert is open"), ("alerts", "nothing went wrong")):
        page.go(place)
        page.wait_text("asking the service")
        assert untrue not in page.text()


def test_nothing_is_said_of_what_cannot_be_asked_for(open_page):
    page: OpenPage = open_page()
    page.complaints.is_server_there = False
    for path in ("fills*", "orders*", "profit*", "actors", "positions*"):
        page.page.route(f"**/api/v1/{path}", lambda route: route.abort())
    for place in ("orders", "orders/fills", "profit", "actors", "lots?state=CLOSED"):
        page.go(place)
        page.wait_text("the HTTP server of lotkeeper cannot be reached")
        page.wait_text("not known")
        assert "no order" not in page.text()
        assert "nothing was" not in page.text()


def test_a_time_without_a_sale_says_so_in_place_of_a_plot(open_page):
    """What was shown of a longer time does not stay."""
    page: OpenPage = open_page()
    page.go("profit")
    page.wait("a plot", lambda: page.find(".plot:visible canvas").count() > 0)
    nothing = {"by": "hour", "time_zone": "UTC", "since": None, "until": None, "rows": [], "totals": [], "series": []}
    page.page.route("**/api/v1/profit*", lambda route: route.fulfill(json=nothing))
    page.page.route("**/api/v1/profit/series*", lambda route: route.fulfill(json=nothing))
    page.page.get_by_role("radio", name="7 days").check()
    page.wait("no plot", lambda: page.find(".plot:visible").count() == 0)
    assert page.text().count("nothing was sold in this time") == 3


def test_a_search_that_finds_nothing_says_no_more_than_that(open_page):
    page: OpenPage = open_page()
    page.go("lots")
    page.wait("lots", lambda: page.cells("lots"))
    page.find("input[type=search]").fill("nonsense")
    page.wait_text("no such lot")
    assert "no open lot" not in page.text()


def test_search_and_filter_and_order(open_page, served: ServedPage):
    page: OpenPage = open_page(1440)
    page.go("lots")
    page.wait("lots of two pairs", lambda: len({row[0].split("-")[0] for row in page.cells("lots")}) == 2)
    page.find("input[type=search]").fill("eth")
    page.wait("the found one", lambda: {row[0].split("-")[0] for row in page.cells("lots")} == {"ETHUSDT"})
    page.find("input[type=search]").fill("")
    page.page.get_by_role("button", name="Cost").click()
    page.wait("the dearest first", lambda: _costs(page) == sorted(_costs(page), reverse=True) and len(_costs(page)) > 1)
    page.page.get_by_role("button", name="Cost").click()
    page.wait("the cheapest first", lambda: _costs(page) == sorted(_costs(page)))
    page.page.get_by_label("State").select_option("CLOSED")
    closed = {row["lot"] for row in served.read("/positions?state=closed")}
    page.wait("the closed ones", lambda: {row[0] for row in page.cells("lots")} == closed)


def _costs(page: OpenPage) -> list[float]:
    return [float(row[4].split()[0]) for row in page.cells("lots")]


def test_a_lost_connection_is_told_and_heals(open_page, served: ServedPage):
    """The server is killed; the launcher starts another one."""
    page: OpenPage = open_page()
    page.wait_text("Proven", "#health")
    page.complaints.is_server_there = False
    (server,) = served.system.processes("WebServer")
    os.kill(server.pid, signal.SIGKILL)
    page.wait_text("The connection is lost since", "#connection")
    page.wait_text("What you see is of", "#connection")
    assert "Not connected" in page.text("#health")
    assert "The connection is lost" in page.evaluate("document.getElementById('spoken').textContent")
    page.wait("no notice", lambda: not page.find("#connection").is_visible())
    page.wait_text("Proven", "#health")
    page.complaints.is_server_there = True
    bought = served.buy("ETHUSDT", "130")
    page.go("lots")
    page.wait("news", lambda: bought in {row[0] for row in page.cells("lots")})


def test_a_service_that_does_not_answer_is_told(open_page, served: ServedPage):
    """The server lives, and says why it has nothing to tell."""
    page: OpenPage = open_page()
    page.wait_text("Proven", "#health")
    page.complaints.is_server_there = False
    (guardian,) = served.system.processes("Guardian")
    os.kill(guardian.pid, signal.SIGKILL)
    page.wait_text("The service does not answer since", "#connection")
    page.wait_text("Proven", "#health")
    page.complaints.is_server_there = True
    served.wait_until_proven()


def test_the_page_makes_of_what_has_changed_what_the_service_has(open_page, served: ServedPage):
    """In the browser itself, of made documents."""
    page: OpenPage = open_page()
    script = page.find("script[type=module]").get_attribute("src")
    made = page.evaluate(_APPLY, [f"/{script}".replace("main.js", "service/change.js"), cases()])
    assert made == [after for _, _, after in cases()]


_APPLY = """async ([name, cases]) => {
  const { applyChange } = await import(name);
  return cases.map(([before, news]) => applyChange(structuredClone(before), news));
}"""
_DOCUMENTS = (
    {"health": "ok", "pairs": {"A": {"bid": "1", "pause": None}, "B": {"bid": "2"}}, "problems": ["x"], "age": 1.5},
    {"health": "degraded", "pairs": {"A": {"bid": "1", "pause": {"who": "me"}}}, "problems": [], "age": None},
    {"health": "ok", "pairs": {}, "problems": [{"kind": "x"}], "restarts": {"gateway": 1}, "empty": {}},
    {},
)


def cases() -> list[tuple[Any, Any, Any]]:
    """Before, what is told, after."""
    pairs = [(before, after) for before in _DOCUMENTS for after in _DOCUMENTS]
    return [(before, orjson.loads(orjson.dumps(difference(before, after))), after) for before, after in pairs]
