"""Driving a link as an actor does, and an HTTP server that answers when the test says so."""

import selectors
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from lotkeeper.exchange.link.clock import RequestClock
from lotkeeper.exchange.link.protocol import ExchangeLink
from lotkeeper.exchange.observer import Reply, SentRequest
from lotkeeper.exchange.requests import ExchangeRequest
from lotkeeper.exchange.rest.outcomes import Outcome, RateLimited
from tests.lotkeeper.exchange.peers import PATIENCE_S

_DRIP_S = 0.01  # from one byte to the next


class TestClock(RequestClock):
    """The time of this machine, which a test can move on."""

    __test__ = False

    def __init__(self) -> None:
        self.ahead_s = 0.0
        super().__init__(lambda: time.monotonic() + self.ahead_s, lambda: int((time.time() + self.ahead_s) * 1000))


class Recorder:
    """Records what an observer hears."""

    def __init__(self) -> None:
        self.before: list[SentRequest] = []
        self.after: list[tuple[SentRequest, Reply]] = []
        self.server_times: list[int] = []
        self.late: list[tuple[ExchangeRequest, Outcome]] = []
        self.limited: list[RateLimited] = []

    def on_request(self, request: SentRequest) -> None:
        self.before.append(request)

    def after_request(self, request: SentRequest, reply: Reply) -> None:
        self.after.append((request, reply))

    def on_server_time(self, server_ms: int) -> None:
        self.server_times.append(server_ms)

    def on_late_reply(self, request: ExchangeRequest, outcome: Outcome) -> None:
        self.late.append((request, outcome))

    def on_connection_limited(self, outcome: RateLimited) -> None:
        self.limited.append(outcome)


def turn(link: ExchangeLink, is_enough: Callable[[], Any]) -> None:
    """Does for the link what an actor does, until `is_enough`."""
    limit = time.monotonic() + PATIENCE_S
    while not is_enough():
        assert time.monotonic() < limit, "it did not happen"
        wait_s = link.on_time()
        with selectors.DefaultSelector() as selector:
            for descriptor in link.filenos():
                selector.register(descriptor, selectors.EVENT_READ)
            ready = [key.fd for key, _ in selector.select(0.02 if wait_s is None else min(wait_s, 0.02))]
        for descriptor in ready:
            link.on_ready(descriptor)


def sent(link: ExchangeLink, request: ExchangeRequest, timeout_s: float = PATIENCE_S) -> list[Outcome]:
    """Submits a request; the list gets its outcome."""
    outcomes: list[Outcome] = []
    link.submit(request, timeout_s, outcomes.append)
    assert outcomes == [], "it must not be called before submit has returned"
    return outcomes


def asked(link: ExchangeLink, request: ExchangeRequest, timeout_s: float = PATIENCE_S) -> Outcome:
    """Submits a request and waits for its outcome."""
    outcomes = sent(link, request, timeout_s)
    turn(link, lambda: outcomes)
    (outcome,) = outcomes
    return outcome


class HeldAnswers:
    """An HTTP server that reads every request at once and answers each when the test releases it."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        self.targets: list[str] = []  # in the order of arrival
        self.connections: set[object] = set()
        self._changed = threading.Condition()
        self._answers: dict[int, tuple[int, bytes]] = {}  # by number of arrival
        self._dripping: set[int] = set()
        self._is_over = False

    def arrived(self, count: int) -> None:
        """Waits until so many requests have arrived."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.targets) >= count, PATIENCE_S), self.targets

    def answer(self, number: int, body: object, status: int = 200) -> None:
        """Answers the request that arrived as number `number`, from 0."""
        with self._changed:
            self._answers[number] = status, orjson.dumps(body)
            self._changed.notify_all()

    def drip(self, number: int) -> None:
        """Answers that request byte by byte, for ever: each read of the client succeeds."""
        self._dripping.add(number)
        self.answer(number, {})

    def _drip(self, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        handler.close_connection = True
        while not self._is_over:
            with suppress(OSError):
                handler.wfile.write(b" ")
            with self._changed:
                self._changed.wait_for(lambda: self._is_over, _DRIP_S)

    def end(self) -> None:
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        with self._changed:
            number = len(self.targets)
            self.targets.append(f"{handler.command} {handler.path}")
            self.connections.add(handler.client_address)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._is_over or number in self._answers, PATIENCE_S)
            answer = self._answers.get(number)
        if answer is None:
            handler.close_connection = True
            return
        if number in self._dripping:
            self._drip(handler)
            return
        handler.send_response(answer[0])
        handler.send_header("Content-Length", str(len(answer[1])))
        handler.send_header("X-MBX-USED-WEIGHT-1M", str(number + 100))
        handler.end_headers()
        handler.wfile.write(answer[1])


@contextmanager
def held_answers() -> Iterator[HeldAnswers]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            held.serve(self)

        do_POST = do_DELETE = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    held = HeldAnswers(server)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield held
    finally:
        held.end()
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE_S)


def ed25519_pem() -> bytes:
    """A new private key."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
