"""Each route of the HTTP server: closed to everybody but its user, and with a sentence where no service runs."""

import http.client
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web

from lotkeeper.web.endpoints import Endpoints
from lotkeeper.web.page.assets import read_page_files
from lotkeeper.web.page.routes import PageRoutes
from lotkeeper.web.server import make_application
from tests.lotkeeper.service.test_configuration import write_config
from tests.lotkeeper.web.serving import Got, bearer, get, post, serving

TOKEN, PORT = "T" * 43, 8470
EVENTS = "/api/v1/events"
SIGN_IN = ("POST", "/")
ALIVE = {
    "/healthz": 503,
    "/readyz": 503,
    "/metrics": 200,
    "/api/v1/openapi.json": 200,
    "/": 200,
    "/assets/{checksum}/{name}": 404,
}
PLANS = {
    "/api/v1/pause": {"pair": "BTCUSDT"},
    "/api/v1/resume": {"all": True},
    "/api/v1/sell": {"lot": "BTCUSDT-7", "market": True},
    "/api/v1/cancel": {"order": "7"},
    "/api/v1/kill-switch": {"on": False},
}
ATTACKS = {
    "without a token": (401, ()),
    "with a wrong token": (401, (bearer("W" * 43),)),
    "of another site": (403, (bearer(TOKEN), ("Origin", "https://attacker.example"))),
    "of a page without an origin": (403, (bearer(TOKEN), ("Origin", "null"))),
    "that a site caused": (403, (bearer(TOKEN), ("Sec-Fetch-Site", "cross-site"))),
    "of a neighbouring port": (403, (("Cookie", f"lotkeeper_8470={TOKEN}"), ("Sec-Fetch-Site", "same-site"))),
    "in a frame of another site": (
        403,
        (
            ("Cookie", f"lotkeeper_8470={TOKEN}"),
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Mode", "navigate"),
            ("Sec-Fetch-Dest", "iframe"),
        ),
    ),
    "by a name of another site": (403, (bearer(TOKEN), ("Host", "attacker.example"))),
    "by a name of another site with a cookie": (
        403,
        (("Cookie", f"lotkeeper_8470={TOKEN}"), ("Host", "rebound.example")),
    ),
    "by two names": (400, (bearer(TOKEN), ("Host", "localhost"), ("Host", "attacker.example"))),
}


def application(folder: Path) -> web.Application:
    """Of a configuration with which nothing runs."""
    made = make_application(TOKEN, PORT)
    Endpoints(write_config(folder)[0]).add_to(made)
    PageRoutes(read_page_files()).add_to(made)
    return made


def routes(made: web.Application) -> list[tuple[str, str]]:
    """Method and path of each, with a name of a lot where one belongs."""
    found = {(each.method, each.resource.canonical.replace("{lot}", "BTCUSDT-7")) for each in made.router.routes()}
    return sorted(found)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    made = application(tmp_path_factory.mktemp("routes"))
    with serving(made) as port:
        yield port, routes(made)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_route_answers_a_request(served, attack):
    port, found = served
    status, headers = ATTACKS[attack]
    for method, path in found:
        if method == "POST":
            got = post(port, path, PLANS.get(path, {"all": True}), *headers)
        else:
            got = get(port, path, *headers, method=method)
        assert (got.status, method, path) == (status, method, path)
        assert "BTCUSDT" not in got.text


FOLLOWED = ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")


def test_a_link_of_another_site_leads_to_the_same_notice_everywhere(served):
    """With the token or without, whether the path exists or not: nothing of the service is in it, no cookie is set."""
    port, found = served
    paths = {path for method, path in found if method == "GET"} | {"/unknown", f"/?token={TOKEN}"}
    given = ((), (bearer(TOKEN),), (("Cookie", f"lotkeeper_8470={TOKEN}"),))
    answers = [get(port, path, *FOLLOWED, *more) for path in sorted(paths) for more in given]
    assert {(got.status, got.headers["Content-Type"]) for got in answers} == {(403, "text/html; charset=utf-8")}
    assert len({got.text for got in answers}) == 1
    assert {got.headers["Set-Cookie"] for got in answers} == {None}
    assert {got.headers["Cache-Control"] for got in answers} == {"no-store"}
    assert "Open the page" in answers[0].text
    assert TOKEN not in answers[0].text


def test_where_no_service_runs_each_route_says_so(served):
    port, found = served
    for method, path in found:
        if path == EVENTS or (method, path) == SIGN_IN:
            continue
        got = ask(port, method, path)
        assert (got.status, path) == (ALIVE.get(path, 503), path)
        if path not in ALIVE and got.text:
            assert list(got.json) == ["error"]
            assert got.json["error"]


def ask(port: int, method: str, path: str) -> Got:
    if method == "POST":
        wanted = {**PLANS[path], "dry_run": True} if path in PLANS else {"all": True}
        return post(port, path, wanted, bearer(TOKEN))
    query = "?pair=BTCUSDT" if path.endswith("candles") else ""
    return get(port, path + query, bearer(TOKEN), method=method)


def test_events_say_that_no_service_runs(served):
    connection = http.client.HTTPConnection("127.0.0.1", served[0], timeout=20)
    try:
        connection.request("GET", EVENTS, headers=dict([bearer(TOKEN)]))
        answer = connection.getresponse()
        assert (answer.status, answer.headers["Content-Type"]) == (200, "text/event-stream")
        lines = [answer.readline().decode() for _ in range(4)]
        assert lines[2] == "event: gone\n"
        assert "lotkeeper is not running" in lines[3]
    finally:
        connection.close()


def test_there_are_as_many_routes_as_are_described(served):
    described = get(served[0], "/api/v1/openapi.json", bearer(TOKEN)).json["paths"]
    wanted = {(method.upper(), path.replace("{lot}", "BTCUSDT-7")) for path in described for method in described[path]}
    there = {(method, path) for method, path in served[1] if path.startswith("/api/") and method != "HEAD"}
    assert wanted == there


@pytest.mark.parametrize(
    ("headers", "body", "status", "text"),
    [
        ((("Content-Type", "text/plain"),), b"{}", 415, "the Content-Type has to be application/json"),
        ((), b"{}", 415, "the Content-Type has to be application/json"),
        ((("Content-Type", "application/json"),), b" " * 70_000, 413, "the body of the request is too large"),
        ((("Content-Type", "application/json"),), b'{"all": true}', 400, "shown_ms is missing: ask first with dry_run"),
        ((("Content-Type", "application/json"),), b'{"all": true, "shown_ms": 7}', 409, "nothing was done: what was"),
        ((("Content-Type", "application/json"),), b'{"all": true, "who": "root"}', 400, "'who' is no field here"),
    ],
)
def test_a_body_that_is_not_wanted_is_refused(served, headers, body, status, text):
    got = get(served[0], "/api/v1/pause", bearer(TOKEN), *headers, method="POST", body=body)
    assert (got.status, got.json["error"][: len(text)]) == (status, text)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_what_is_done_is_done_by_post_alone(served, method):
    for path in PLANS:
        got = get(served[0], path, bearer(TOKEN), method=method)
        assert (got.status, got.headers["Allow"]) == (405, "POST")
