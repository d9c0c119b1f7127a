"""Connections with events: so many and no more, and no slow ones."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from aiohttp import web

from lotkeeper.service.errors import ServiceError, ServiceNotRunningError
from lotkeeper.verification.staging.waiting import wait_for
from lotkeeper.web.api.answering import errors_as_documents
from lotkeeper.web.events.hub import Hub, List
from lotkeeper.web.events.lots_mirror import LotsMirror
from lotkeeper.web.events.stream import EventStreams
from tests.lotkeeper.web.serving import get, serving

STATUS = {"pairs": {}, "todo": []}


class Status:
    """As a shared answer."""

    def __init__(self) -> None:
        self.asked, self.answer = 0, STATUS

    async def get(self) -> Any:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Lots:
    """A mirror of so many rows."""

    def __init__(self, rows: int = 0) -> None:
        self.mirror, self._rows = LotsMirror(), rows
        self.error: Exception | None = None

    def look(self) -> Callable[[], None]:
        if self.error is not None:
            raise self.error
        fields = dict.fromkeys(("nearest_trigger", "nearest_stop", "arms_at")) | {"pair": "A", "x": "x" * 500}
        rows = [{"lot": f"A-{number}", **fields} for number in range(self._rows)]
        return (lambda: None) if self.mirror.is_known else lambda: self.mirror.replace(rows)


class Served:
    """A server with one path of events."""

    def __init__(self, rows: int = 0, *, most: int = 16, slow_s: float = 20.0) -> None:
        self.status, self.lots = Status(), Lots(rows)
        self.hub = Hub(self.status, self.lots, (List("alerts", list, 2),), lambda: "")
        self._streams = EventStreams(self.hub, most, slow_s)

    @contextmanager
    def run(self) -> Iterator[int]:
        application = web.Application(middlewares=[errors_as_documents])
        application.router.add_get("/events", self._streams.answer)
        application.on_shutdown.append(self._streams.close)
        with serving(application) as port:
            yield port


def opened(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    connection.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return connection


def read_until(connection: socket.socket, text: bytes) -> bytes:
    found = b""
    while text not in found:
        part = connection.recv(65536)
        assert part, found
        found += part
    return found


def test_nothing_is_asked_while_no_page_is_open_and_once_for_many():
    served = Served()
    with served.run() as port:
        assert served.status.asked == 0
        pages = [opened(port) for _ in range(5)]
        for each in pages:
            read_until(each, b"event: alerts")
        asked = served.status.asked
        assert asked <= 2
        for each in pages:
            each.close()
        wait_for("their end", lambda: served.hub.pages == 0)
        wait_for("the end of asking", lambda: served.hub._task is not None and served.hub._task.done())


def test_one_page_too_many_is_refused_until_another_is_closed():
    served = Served(most=2)
    with served.run() as port:
        first, second = opened(port), opened(port)
        read_until(first, b"event: lots")
        read_until(second, b"event: lots")
        got = get(port, "/events")
        assert (got.status, got.json["error"][:17]) == (503, "2 pages are open;")
        first.close()
        wait_for("room", lambda: served.hub.pages == 1)
        with closing(opened(port)) as third:
            read_until(third, b"event: lots")
        second.close()


def test_a_page_that_does_not_read_is_dropped():
    served = Served(rows=20_000, slow_s=0.5)
    with served.run() as port, closing(opened(port)):
        wait_for("its beginning", lambda: served.hub.pages == 1)
        wait_for("its end", lambda: served.hub.pages == 0)


def test_a_service_that_goes_and_comes_back():
    served = Served(rows=1)
    with served.run() as port, closing(opened(port)) as page:
        read_until(page, b'"lot":"A-0"')
        served.status.answer = ServiceNotRunningError("lotkeeper is not running")
        assert b"is not running" in read_until(page, b'event: gone\ndata: {"error":"lotkeeper is not running"}')
        served.status.answer = STATUS
        assert b'"whole":true' in read_until(page, b'"lot":"A-0"')


def test_while_the_database_cannot_be_read_the_rest_is_told():
    served = Served(rows=1)
    served.lots.error = ServiceError("the database cannot be opened")
    with served.run() as port, closing(opened(port)) as page:
        found = read_until(page, b"event: alerts")
        assert b"event: status" in found
        assert b"event: lots" not in found
        served.lots.error = None
        read_until(page, b'"lot":"A-0"')


def test_a_fault_of_ours_ends_no_page():
    served = Served()
    with served.run() as port, closing(opened(port)) as page:
        read_until(page, b"event: lots")
        served.status.answer = RuntimeError("of a test")
        asked = served.status.asked
        wait_for("more questions", lambda: served.status.asked > asked + 1)
        served.status.answer = {**STATUS, "todo": [{"kind": "X"}]}
        read_until(page, b'"kind":"X"')


@pytest.mark.parametrize("query", ["?pair=BTCUSDT", "?last=7"])
def test_it_takes_no_parameters(query):
    with Served().run() as port:
        assert get(port, f"/events{query}").status == 400


def test_the_end_of_the_server_ends_the_pages():
    served = Served()
    with served.run() as port:
        page = opened(port)
        read_until(page, b"event: lots")
    with closing(page):
        wait_for("the end", lambda: not page.recv(65536))
    assert served.hub.pages == 0
