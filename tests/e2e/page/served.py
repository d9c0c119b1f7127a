"""A service with open lots of each kind and one that was sold, and its page."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import SystemUnderTest
from tests.e2e.web_client import WebClient, free_port

WITHIN_S = 90.0
PROXY_NAME = "pi.localhost"  # which a browser takes for this machine
PAIRS = ("BTCUSDT", "ETHUSDT", "SOLUSDT")
_EXITS = {
    "ETHUSDT": {"ladder": [{"share_pct": 60, "net_profit_pct": 50}, {"share_pct": 40, "net_profit_pct": 60}]},
    "SOLUSDT": {"net_profit_pct": "0.01"},
}


class ServedPage:
    """The system, a client of its HTTP server, and the lots that stay open."""

    def __init__(self, system: SystemUnderTest, client: WebClient) -> None:
        self.system, self.client = system, client
        self.lots: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.client.port}"

    def buy(self, pair: str, quote: str = "200") -> str:
        """The name of the lot; its SELL stands when this returns."""
        order = self.system.buy(pair, quote)
        wait_for("its SELL", lambda: self.system.sells_of(pair, order), WITHIN_S)
        wait_for("its lot", lambda: self.lot(f"{pair}-{order}"), WITHIN_S)
        return f"{pair}-{order}"

    def lot(self, name: str) -> Any:
        """None while the service does not know it yet."""
        got = self.client.get(f"/api/v1/lots/{name}")
        return None if got is None or got.status != 200 else got.json

    def read(self, path: str) -> Any:
        return self.client.read(path)

    def wait_until_proven(self) -> None:
        wait_for("a proven service", self._is_proven, WITHIN_S)

    def _is_proven(self) -> bool:
        got = self.client.get("/readyz")
        return got is not None and got.status == 200


@contextmanager
def served_page(folder: Path) -> Iterator[ServedPage]:
    port = free_port()
    symbols = [word for pair in PAIRS for word in ("--symbol", pair)]
    config = f"web: {{loopback_port: {port}, hosts: [{PROXY_NAME}]}}\n"
    options = [*symbols, "--ping-every", "1"]
    with SystemUnderTest(folder, options, profit_pct="50", exits=_EXITS, more_config=config) as system:
        system.run()
        served = ServedPage(system, WebClient(system.config, port))
        served.wait_until_proven()
        served.lots = [served.buy("BTCUSDT"), served.buy("BTCUSDT", "300"), served.buy("ETHUSDT", "250")]
        _sell_one(served)
        yield served


def _sell_one(served: ServedPage) -> None:
    """The price rises far enough for a moment; the walk of prices goes on from there."""
    sold = served.buy("SOLUSDT")
    if trigger := served.lot(sold)["nearest_trigger"]:
        served.system.control("price", symbol="SOLUSDT", price=str(round(float(trigger) * 1.01, 2)))
    wait_for("its sale", lambda: served.lot(sold)["state"] == "CLOSED", WITHIN_S)
    wait_for("its profit", lambda: served.read("/profit")["rows"], WITHIN_S)
