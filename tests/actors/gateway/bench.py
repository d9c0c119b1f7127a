"""A Gateway on a bench with its real REST client, and an exchange on loopback that gives prepared replies."""

from collections.abc import Iterator
from decimal import Decimal as D
from typing import Any

import pytest

from actors.gateway.actor import Gateway
from lotkeeper.engine.testkit import ActorBench
from messages.health import GatewayReported
from messages.lifecycle import Credentials, LeaseChecked, StartGateway
from messages.orders import PlaceSellOrder, SellPlaced
from tests.actors.gateway.links import BlockingLink
from tests.lotkeeper.exchange.http_peer import HttpPeer, answer

SYMBOL = "BTCUSDT"
API_KEY, API_SECRET = "the-key-of-the-account", "the-secret-of-the-account"
KEY = Credentials("hmac", API_KEY, API_SECRET, None)
TIME = answer({"serverTime": 1_700_000_000_000})
ORDER = {
    "symbol": SYMBOL,
    "orderId": 9001,
    "clientOrderId": "lk1-5eh-1",
    "transactTime": 1_700_000_000_000,
    "price": "60360.37",
    "origQty": "0.001",
    "executedQty": "0.000",
    "cummulativeQuoteQty": "0.00",
    "status": "NEW",
    "side": "SELL",
    "fills": [],
}
QUERIED = {**ORDER, "time": 1_700_000_000_000, "updateTime": 1_700_000_000_001}
TRADE = {
    "symbol": SYMBOL,
    "id": 101,
    "orderId": 7001,
    "price": "60000",
    "qty": "0.001",
    "quoteQty": "60",
    "commission": "0.000001",
    "commissionAsset": "BTC",
    "time": 1_700_000_000_000,
    "isBuyer": True,
    "isMaker": False,
}
INFO = {
    "symbols": [
        {
            "symbol": SYMBOL,
            "baseAsset": "BTC",
            "quoteAsset": "USDT",
            "status": "TRADING",
            "filters": [
                {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000", "tickSize": "0.01"},
                {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000", "stepSize": "0.00001"},
            ],
        }
    ]
}
COMMISSION = {"standardCommission": {"maker": "0.001", "taker": "0.001", "buyer": "0", "seller": "0"}}


class Bench:
    """A Gateway on a bench, and the exchange to which it talks."""

    def __init__(self, peer: HttpPeer, url: str = "", *, is_leased: bool = True) -> None:
        self.peer = peer
        self.placed = 0
        self.desk = ActorBench(Gateway)
        self.desk.actor.link_factory = BlockingLink
        self.keeper, self.monitor, self.launcher = (self.desk.probe(name) for name in ("keeper", "monitor", "launcher"))
        launcher, monitor = self.launcher.address, self.monitor.address
        start = StartGateway(url or peer.url, 5000, launcher, monitor)
        self.desk.tell(start, self.launcher)
        if is_leased:
            self.desk.tell(LeaseChecked())

    def unlock(self) -> None:
        """The launcher sends the key; then the Gateway reads the exchange's clock."""
        self.peer.replies.appendleft(TIME)
        self.desk.tell(KEY, self.launcher)

    def order(self, incarnation: int = 1, client_id: str = "", age_ms: int = 0) -> PlaceSellOrder:
        """With a client order id that the exchange has not taken yet, where none is given."""
        sent_ms, name = self.desk.actor.wall_ms() - age_ms, client_id or f"lk1-5eh-{self.placed + 1}"
        return PlaceSellOrder(SYMBOL, incarnation, name, D("60360.37"), D("0.001"), sent_ms)

    def place(self, *replies: bytes, **more: Any) -> Any:
        """What the keeper gets after the exchange has answered an order with these replies."""
        self.peer.replies.extend(replies)
        self.desk.tell(self.order(**more), self.keeper)
        reply = self.keeper.received.pop()
        self.placed += isinstance(reply, SellPlaced)
        return reply

    def ask(self, message: object, *replies: bytes) -> Any:
        self.peer.replies.extend(replies)
        self.desk.tell(message, self.keeper)
        return self.keeper.received.pop()

    def paths(self) -> list[str]:
        return [asked.target.partition("?")[0].removeprefix("/api/v3/") for asked in self.peer.asked]

    def report(self) -> GatewayReported:
        self.monitor.received.clear()
        self.desk.advance(1.0)
        return self.monitor.pop(GatewayReported)


def error(code: int, text: str, status: int = 400, **headers: str) -> bytes:
    return answer({"code": code, "msg": text}, status, **headers)


@pytest.fixture
def locked() -> Iterator[Bench]:
    """A Gateway that waits for its key."""
    with HttpPeer() as peer:
        bench = Bench(peer)
        yield bench
        bench.desk.actor.on_exit()


@pytest.fixture
def bench(locked: Bench) -> Bench:
    """A Gateway that has its key, and has read the exchange's clock."""
    locked.unlock()
    return locked
