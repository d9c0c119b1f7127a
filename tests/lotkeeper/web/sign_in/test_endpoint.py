"""A browser without the token signs in; nobody else gets anything by the same way."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from aiohttp import web

from lotkeeper.web.server import make_application
from lotkeeper.web.sign_in.tries import MOST_WRONG
from tests.lotkeeper.web.serving import Got, add_answers, bearer, get, serving

TOKEN, PROXY = "T" * 43, "pi.tail1234.ts.net"
BROWSER = ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
FORM = ("Content-Type", "application/x-www-form-urlencoded")
NAME = f"lotkeeper_8470={TOKEN}"
RIGHT = {"token": TOKEN}
Header = tuple[str, str]


@pytest.fixture
def port() -> Iterator[int]:
    application = make_application(TOKEN, 8470, (PROXY,))
    application.router.add_get("/", _page)
    add_answers(application, {"known": "the answer"})
    with serving(application) as found:
        yield found


async def _page(_request: web.Request) -> web.Response:
    return web.Response(text="the page")


def sign_in(port: int, fields: dict[str, str], *headers: Header, path: str = "/", method: str = "POST") -> Got:
    given = headers if any(name == "Content-Type" for name, _ in headers) else (FORM, *headers)
    return get(port, path, *given, method=method, body=urlencode(fields).encode())


def test_a_browser_that_opens_the_page_is_asked_for_the_token(port: int) -> None:
    got = get(port, "/", BROWSER)
    assert (got.status, got.headers["Content-Type"]) == (401, "text/html; charset=utf-8")
    assert '<label for="token">' in got.text
    assert "lotkeeper page" in got.text
    assert (got.headers["Cache-Control"], got.headers["Vary"]) == ("no-store", "Accept")
    assert TOKEN not in got.text + str(got.headers)
    assert get(port, "/?token=wrong", BROWSER).status == 401
    assert get(port, "/", BROWSER, bearer(TOKEN)).text == "the page"


@pytest.mark.parametrize("accept", ["application/json", "*/*", ""])
def test_a_program_is_told_in_a_document(port: int, accept: str) -> None:
    got = get(port, "/", ("Accept", accept))
    assert (got.status, list(got.json)) == (401, ["error"])


@pytest.mark.parametrize("path", ["/known", "/unknown", "//", "/api/v1/status"])
def test_nothing_else_answers_a_browser_otherwise_than_a_program(port: int, path: str) -> None:
    got = get(port, path, BROWSER)
    assert (got.status, list(got.json)) == (401, ["error"])
    assert sign_in(port, RIGHT, path=path).status == 401


def test_the_right_token_becomes_a_cookie_that_scripts_cannot_read(port: int) -> None:
    got = sign_in(port, RIGHT, BROWSER, ("Origin", f"http://127.0.0.1:{port}"), ("Sec-Fetch-Site", "same-origin"))
    assert (got.status, got.headers["Location"]) == (303, "/")
    first, *more = got.headers["Set-Cookie"].split("; ")
    assert (first, set(more)) == (NAME, {"HttpOnly", "SameSite=Strict", "Path=/"})
    assert get(port, "/", BROWSER, ("Cookie", first)).text == "the page"
    assert sign_in(port, {"token": f"  {TOKEN}\r\n"}).status == 303  # as it was copied
    assert sign_in(port, RIGHT, ("Cookie", NAME)).status == 303


def test_it_is_kept_for_90_days_where_that_is_wished(port: int) -> None:
    assert "Max-Age=7776000" in sign_in(port, {**RIGHT, "stay": "yes"}).headers["Set-Cookie"].split("; ")


@pytest.mark.parametrize(
    ("protocol", "is_secure"),
    [("https", True), ("HTTPS", True), ("https, http", True), ("http, https", False), ("http", False), ("", False)],
)
def test_what_came_by_https_goes_back_by_https_alone(port: int, protocol: str, is_secure: bool) -> None:
    """As `tailscale serve` sends it on."""
    proxied = ("Host", PROXY), ("Origin", f"https://{PROXY}"), ("X-Forwarded-Proto", protocol)
    answers = sign_in(port, RIGHT, *proxied), get(port, f"/?token={TOKEN}", ("Host", PROXY), proxied[2])
    for got in answers:
        assert got.status == 303
        assert ("Secure" in got.headers["Set-Cookie"].split("; ")) is is_secure


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (403, (("Origin", "https://attacker.example"),)),
        (403, (("Origin", "null"),)),
        (403, (("Origin", f"https://{PROXY}"),)),
        (403, (("Sec-Fetch-Site", "cross-site"),)),
        (403, (("Sec-Fetch-Site", "same-site"),)),
        (403, (("Host", "attacker.example"),)),
        (403, (("Host", "attacker.example"), ("Origin", "http://attacker.example"))),
        (403, (("Host", f"{PROXY}:1"), ("Origin", f"https://{PROXY}"))),
        (401, (("Content-Type", "application/json"),)),
        (401, (("Content-Type", "text/plain"),)),
        (401, (("Content-Type", "multipart/form-data; boundary=x"),)),
        (415, (("Content-Type", "application/json"), bearer(TOKEN))),
    ],
)
def test_the_right_token_is_not_taken_from_elsewhere_or_in_another_way(
    port: int, status: int, headers: tuple[Header, ...]
) -> None:
    got = sign_in(port, RIGHT, *headers)
    assert (got.status, got.headers["Set-Cookie"]) == (status, None)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_it_is_taken_by_post_alone(port: int, method: str) -> None:
    got = sign_in(port, RIGHT, method=method)
    assert (got.status, got.headers["Set-Cookie"]) == (401, None)


WRONG = [
    b"",
    b"token=",
    b"token=wrong",
    b"token=%ff%fe",
    b"\xff\xfe\x00",
    b"token[]=" + TOKEN.encode(),
    b"&" * 100,
    b"token=" + b"T" * 42,
    b"token=" + TOKEN.encode() + b"&token=wrong",
]


@pytest.mark.parametrize("body", WRONG)
def test_a_wrong_one_is_told_on_the_page(port: int, body: bytes) -> None:
    got = get(port, "/", FORM, method="POST", body=body)
    assert (got.status, got.headers["Set-Cookie"]) == (401, None)
    assert "This is not the token" in got.text


def test_what_is_too_large_or_says_a_strange_encoding_is_no_fault_of_ours(port: int) -> None:
    assert get(port, "/", FORM, method="POST", body=b"t" * 70_000).status == 413
    strange = ("Content-Type", "application/x-www-form-urlencoded; charset=bogus")
    assert get(port, "/", strange, method="POST", body=b"token=wrong").status == 401


def test_after_many_wrong_ones_not_even_the_right_one_is_tried_for_a_while(port: int) -> None:
    for number in range(MOST_WRONG):
        assert sign_in(port, {"token": f"wrong {number}"}).status == 401
    got = sign_in(port, RIGHT)
    assert (got.status, got.headers["Set-Cookie"]) == (429, None)
    assert 0 < int(got.headers["Retry-After"]) <= 60
    assert "Too many wrong tokens" in got.text
    assert get(port, f"/?token={TOKEN}").status == 303  # an address cannot be guessed, and is not counted
    assert get(port, "/", bearer(TOKEN)).text == "the page"
