"""A link to a server that a test controls, and what they say to each other."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from lotkeeper.exchange import requests
from lotkeeper.exchange.link.settings import LinkSettings
from lotkeeper.exchange.link.states import LinkCondition
from lotkeeper.exchange.link.websocket_link import WebSocketLink
from lotkeeper.exchange.signing import Ed25519Signer, HmacSigner, Signer
from tests.actors.socket_server import SocketServer
from tests.lotkeeper.exchange.link.support import Recorder, TestClock, ed25519_pem, turn

HMAC = HmacSigner("the-api-key", "the-secret")
ED25519 = Ed25519Signer("the-api-key", ed25519_pem())
SELL = requests.place_sell("BTCUSDT", "lk1-s-1", Decimal("50100.16"), Decimal("0.001"))
WEIGHT = {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000}
SKEWED = {"code": -1021, "msg": "Timestamp for this request is outside of the recvWindow."}


class Desk:
    """A link to a server of the test, and what the link is told and tells."""

    def __init__(self, url: str, signer: Signer = ED25519, **settings: Any) -> None:
        self.clock, self.recorder = TestClock(), Recorder()
        self.may_connect = True
        self.asked_to_connect = 0
        self.link = WebSocketLink(
            LinkSettings("http://nowhere", url, **settings),
            signer,
            self.recorder,
            self.clock,
            may_connect=self._may_connect,
            jitter=lambda: 0.0,
        )

    def _may_connect(self) -> bool:
        self.asked_to_connect += 1
        return self.may_connect

    @property
    def condition(self) -> LinkCondition:
        return self.link.state.condition

    def turn(self, is_enough: Callable[[], Any]) -> None:
        turn(self.link, is_enough)

    def text_at(self, server: SocketServer) -> Any:
        """The next request that arrives at the server."""
        self.turn(lambda: not server.texts.empty())
        return server.text()

    def logged_on(self, server: SocketServer, time_ms: int = 5, **parts: Any) -> None:
        """The exchange answers the logon on the newest connection."""
        logon = self.text_at(server)
        assert logon["method"] == "session.logon"
        before = self.link._live
        server.send({"id": logon["id"], "status": 200, "result": {"serverTime": time_ms}, **parts})
        self.turn(lambda: self.link._live is not before)
        assert self.condition is LinkCondition.READY


@pytest.fixture
def server() -> Iterator[SocketServer]:
    with SocketServer() as running:
        yield running


@pytest.fixture
def desk(server: SocketServer) -> Iterator[Desk]:
    opened = Desk(server.url)
    opened.logged_on(server)
    yield opened
    opened.link.close()


def reply(request: Any, result: object, **parts: object) -> dict[str, object]:
    return {"id": request["id"], "status": 200, "result": result, **parts}


def has_ended(server: SocketServer, number: int) -> bool:
    """Whether that connection is closed."""
    return server._sockets[number].closed


def pass_time(server: SocketServer, desk: Desk, seconds: float) -> None:
    """Lets time pass in which the exchange pings as it does."""
    end = desk.clock.ahead_s + seconds
    while desk.clock.ahead_s < end:
        desk.clock.ahead_s = min(end, desk.clock.ahead_s + 20.0)
        live = desk.link._live
        assert live is not None
        before = live.liveness.last_byte_at
        server.ping()
        desk.turn(lambda live=live, before=before: live.liveness.last_byte_at > before)


def error(request: Any, status: int, code: int, text: str = "some text", **data: object) -> dict[str, object]:
    found: dict[str, object] = {"code": code, "msg": text} | ({"data": data} if data else {})
    return {"id": request["id"], "status": status, "error": found}
