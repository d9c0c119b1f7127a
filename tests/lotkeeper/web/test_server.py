"""The guard of the HTTP server, asked over real connections."""

import asyncio
import socket
from collections.abc import Iterator

import pytest

from lotkeeper.service.errors import ServiceError
from lotkeeper.web.server import make_application, serve
from tests.lotkeeper.web.serving import add_answers, bearer, get, serving
from tests.ports import free_port

TOKEN = "T" * 43
PATHS = ("/known", "/unknown", "/", "//", "/../known", "/known?token=wrong", "/known?token=")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    application = make_application(TOKEN, 8470)
    add_answers(application, {"known": "the answer"})
    with serving(application) as found:
        yield found


def test_who_knows_the_token_is_answered(port: int) -> None:
    got = get(port, "/known", bearer(TOKEN))
    assert (got.status, got.text) == (200, "the answer")
    assert get(port, "/unknown", bearer(TOKEN)).status == 404
    assert get(port, "/known", bearer(TOKEN), method="POST").status == 405


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("path", PATHS)
def test_nothing_answers_without_it(port: int, path: str, method: str) -> None:
    """Not even that a path exists."""
    got = get(port, path, method=method)
    assert (got.status, got.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert "the answer" not in got.text
    assert TOKEN not in got.text + str(got.headers)


@pytest.mark.parametrize("header", ["Authorization", "Cookie"])
def test_bytes_that_are_no_text_are_a_wrong_token(port: int, header: str) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        value = b"Bearer \xff\xfe" if header == "Authorization" else b"lotkeeper_8470=\xff\xfe"
        client.sendall(b"GET /known HTTP/1.1\r\nHost: localhost\r\n%s: %s\r\n\r\n" % (header.encode(), value))
        assert client.recv(65536).startswith(b"HTTP/1.1 401 ")


def test_a_name_of_another_site_is_refused_with_the_right_token(port: int) -> None:
    got = get(port, "/known", ("Host", f"attacker.example:{port}"), bearer(TOKEN))
    assert (got.status, got.json["error"][:15]) == (403, "the Host header")
    assert get(port, f"/known?token={TOKEN}", ("Host", "attacker.example")).status == 403


@pytest.mark.parametrize(
    "header", [("Origin", "http://attacker.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site")]
)
def test_another_site_is_refused_with_the_right_cookie(port: int, header: tuple[str, str]) -> None:
    cookie = ("Cookie", f"lotkeeper_8470={TOKEN}")
    assert get(port, "/known", cookie).status == 200
    assert get(port, "/known", cookie, header).status == 403


def test_the_token_of_an_address_becomes_a_cookie_that_scripts_cannot_read(port: int) -> None:
    got = get(port, f"/known?a=1&token={TOKEN}&b=2")
    assert (got.status, got.headers["Location"]) == (303, "/known?a=1&b=2")
    cookie = got.headers["Set-Cookie"]
    assert cookie.startswith(f"lotkeeper_8470={TOKEN};")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert get(port, f"/known?token={TOKEN}", ("Sec-Fetch-Site", "cross-site")).status == 403


def test_each_answer_forbids_to_keep_it_and_to_show_it_elsewhere(port: int) -> None:
    for got in (get(port, "/known", bearer(TOKEN)), get(port, "/known"), get(port, "/unknown", bearer(TOKEN))):
        assert got.headers["Cache-Control"] == "no-store"
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in got.headers["Content-Security-Policy"]
        assert got.headers["Server"] == "lotkeeper"


@pytest.mark.parametrize(
    "request_line",
    [b"GET /known HTTP/1.0\r\n\r\n", b"GET /known HTTP/1.1\r\n\r\n", b"\x16\x03\x01\r\n\r\n", b"X\r\n\r\n"],
)
def test_a_client_that_speaks_badly_gets_no_content(port: int, request_line: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(request_line)
        client.shutdown(socket.SHUT_WR)
        answer = client.recv(65536)
    assert b" 200 " not in answer.split(b"\n")[0]
    assert b"the answer" not in answer


def test_clients_that_say_nothing_hold_up_nobody(port: int) -> None:
    slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(50)]
    try:
        for each in slow:
            each.sendall(b"GET /known HTT")
        assert get(port, "/known", bearer(TOKEN)).status == 200
    finally:
        for each in slow:
            each.close()


def test_a_port_that_is_taken_is_said_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        with pytest.raises(ServiceError, match=f"another program has port {taken} of 127.0.0.1; name another one"):
            asyncio.run(serve(make_application(TOKEN, taken), taken))


def test_it_listens_on_the_loopback_address_alone() -> None:
    port = free_port()
    found: list[tuple[str, str]] = []

    def look() -> None:
        listening = [line.split()[1] for name in ("tcp", "tcp6") for line in _sockets(name)]
        found.extend(tuple(each.split(":")) for each in listening if each.endswith(f":{port:04X}"))  # type: ignore[misc]

    async def run() -> None:
        task = asyncio.create_task(serve(make_application(TOKEN, port), port))
        while not found:
            await asyncio.sleep(0.01)
            look()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert found == [("0100007F", f"{port:04X}")]


def _sockets(name: str) -> list[str]:
    """The listening ones (proc(5): state 0A)."""
    with open(f"/proc/net/{name}") as file:
        return [line for line in file.readlines()[1:] if line.split()[3] == "0A"]
