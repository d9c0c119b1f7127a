"""A user stream, the actors around it, and events as the exchange sends them."""

from typing import Any

from actors.user_stream.actor import UserStream
from lotkeeper.engine.testkit import ActorBench, Probe
from messages.account import WatchOrders
from messages.health import StreamReported
from messages.lifecycle import Credentials, Peers, PeersChanged, StartUserStream
from tests.actors.socket_server import granted, opened, turn

API_KEY, API_SECRET = "the-key-of-the-account", "the-secret-of-the-account"
KEY = Credentials("hmac", API_KEY, API_SECRET, None)
CONFIRMED = {"id": "subscribe-1", "status": 200, "result": {"subscriptionId": 0}}


def execution(symbol: str = "BTCUSDT", order_id: int = 7001, trade_id: int = 101) -> dict[str, Any]:
    event = {
        "e": "executionReport", "E": 1, "s": symbol, "c": "web_1", "S": "BUY", "o": "LIMIT", "f": "GTC",
        "q": "0.001", "p": "60000", "C": "", "x": "TRADE", "X": "FILLED", "r": "NONE", "i": order_id,
        "l": "0.001", "z": "0.001", "L": "60000", "n": "0.000001", "N": "BTC", "T": 1_700_000_000_000,
        "t": trade_id, "m": False, "Z": "60", "Y": "60",
    }  # fmt: skip
    return {"subscriptionId": 0, "event": event}


class Bench:
    def __init__(self, url: str, key: Credentials = KEY) -> None:
        self.desk = ActorBench(UserStream)
        self.monitor, self.launcher, self.keeper = (self.desk.probe(name) for name in ("monitor", "launcher", "keeper"))
        self.gateway = self.desk.probe("gateway")
        start = StartUserStream(url, 5000, 60.0, 82_800.0, self.launcher.address, self.monitor.address)
        self.desk.tell(start, self.launcher)
        self.desk.tell(PeersChanged(Peers(gateway=self.gateway.address, monitor=self.monitor.address)))
        self.key = key

    def unlock(self) -> None:
        self.desk.tell(self.key, self.launcher)
        opened(self.desk)

    def again(self, seconds: float = 0.01) -> None:
        """The Gateway grants a permit, the back-off passes, and the next connection is opened."""
        granted(self.desk, self.gateway)
        self.desk.advance(seconds)
        opened(self.desk)

    def watch(self, symbol: str = "BTCUSDT", keeper: Probe | None = None) -> Probe:
        probe = keeper or self.keeper
        self.desk.tell(WatchOrders(symbol), probe)
        return probe

    def until(self, message_type: type, probe: Probe | None = None) -> Any:
        """The keeper's next message of that type."""
        at = probe or self.keeper
        turn(self.desk, lambda: any(isinstance(each, message_type) for each in at.received))
        return at.pop(message_type)

    def state(self) -> StreamReported:
        reports = [each for each in self.monitor.received if isinstance(each, StreamReported)]
        return reports[-1]
