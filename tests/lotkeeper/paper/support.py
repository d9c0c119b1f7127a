"""An exchange without sockets for pure tests, and a bare client for those over sockets."""

import hashlib
import hmac
import json
import time
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
import websocket

from lotkeeper.paper.accounts import Account
from lotkeeper.paper.catalogue import choose
from lotkeeper.paper.clock import FixedClock
from lotkeeper.paper.exchange import Exchange
from lotkeeper.paper.fees import Fees
from lotkeeper.paper.markets import Print, Quote
from lotkeeper.paper.numbers import quote_amount
from lotkeeper.paper.orders import Order, Ticket
from lotkeeper.paper.process import PaperProcess

D = Decimal
SHARED = Path(__file__).parents[4] / "shared" / "data"
WAIT_S = 30


def shared(name: str) -> Path:
    """A file of recorded data, which lies next to the checkout; the test is skipped where it is not there."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"recorded data is not here: {path}")
    return path


class Bench:
    """One exchange with BTCUSDT, ETHBTC and BNBUSDT, whose events are kept."""

    def __init__(self, balances=None, maker="0.001", taker="0.001", in_bnb=False):
        rules = choose(("BTCUSDT", "ETHBTC", "BNBUSDT"), {})
        funds = {"USDT": D(100_000)} if balances is None else {key: D(value) for key, value in balances.items()}
        self.clock = FixedClock()
        self.exchange = Exchange(rules, Account(funds), Fees(D(maker), D(taker), in_bnb), self.clock)
        self.exchange.unfilled.limits[:] = [0, 0]
        self.events: list[dict[str, Any]] = []
        self.exchange.on_event = self.events.append
        self.count = 0
        self.quote("60000", symbol="BTCUSDT")

    def quote(self, bid, ask=None, bid_qty="1", ask_qty="1", symbol="BTCUSDT"):
        bid = D(bid)
        self.count += 1
        ask = D(ask) if ask else bid + self.exchange.rules[symbol].tick
        self.exchange.quote(symbol, Quote(bid, D(bid_qty), ask, D(ask_qty), self.count))

    def print(self, price, qty, buyer_is_maker, symbol="BTCUSDT"):
        market, price, qty = self.exchange.desks[symbol].market, D(price), D(qty)
        trade = Print(
            market.take_trade_id(), price, qty, quote_amount(price, qty), self.clock.ms(), buyer_is_maker=buyer_is_maker
        )
        self.exchange.printed(symbol, trade)

    def ticket(
        self, side, kind="LIMIT", qty="0", price="0", tif="GTC", quote_qty="0", client_id=None, symbol="BTCUSDT"
    ):
        self.count += 1
        return Ticket(
            rules=self.exchange.rules[symbol],
            side=side,
            kind=kind,
            tif=tif,
            client_id=client_id or f"test-{self.count}",
            price=D(price),
            qty=D(qty),
            quote_qty=D(quote_qty),
            stp="EXPIRE_MAKER",
        )

    def place(self, *args, **kwargs) -> Order:
        return self.exchange.place(self.ticket(*args, **kwargs))

    def reports(self) -> list[tuple[str, str]]:
        """Kinds and states of the events so far."""
        return [(event.get("x", event["e"]), event.get("X", "")) for event in self.events]

    def free(self, asset):
        return self.exchange.account.free[asset]

    def locked(self, asset):
        return self.exchange.account.locked[asset]


class Client:
    """Requests of a real process, signed by hand."""

    def __init__(self, paper: PaperProcess) -> None:
        self.paper = paper
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.headers["X-MBX-APIKEY"] = paper.api_key

    def sign(self, payload: str) -> str:
        return hmac.new(self.paper.api_secret.encode(), payload.encode(), hashlib.sha256).hexdigest()

    def get(self, path, **params):
        return self.http.get(f"{self.paper.rest_url}/api/v3/{path}", params=params, timeout=WAIT_S)

    def signed(self, verb, path, **params):
        query = urlencode({**params, "timestamp": int(time.time() * 1000)})
        url = f"{self.paper.rest_url}/api/v3/{path}?{query}&signature={self.sign(query)}"
        return self.http.request(verb, url, timeout=WAIT_S)

    def order(self, side, kind="LIMIT", symbol="BTCUSDT", **params):
        if kind == "LIMIT":
            params.setdefault("timeInForce", "GTC")
        return self.signed("POST", "order", symbol=symbol, side=side, type=kind, **params)

    def control(self, path, **body):
        url, headers = f"{self.paper.control_url}/{path}", {"X-Control-Key": self.paper.control_key}
        if path == "summary":
            return self.http.get(url, headers=headers, timeout=WAIT_S).json()
        return self.http.post(url, data=json.dumps(body), headers=headers, timeout=WAIT_S).json()

    def connect(self, url=None) -> websocket.WebSocket:
        return websocket.create_connection(url or self.paper.ws_api_url, timeout=WAIT_S, http_no_proxy=["127.0.0.1"])

    def stream(self, path) -> websocket.WebSocket:
        return self.connect(self.paper.stream_url + path)

    def ws_params(self, **params):
        params = {**params, "apiKey": self.paper.api_key, "timestamp": int(time.time() * 1000)}
        texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in params.items()}
        payload = "&".join(f"{key}={texts[key]}" for key in sorted(texts))
        return {**params, "signature": self.sign(payload)}

    def subscribe(self) -> websocket.WebSocket:
        socket = self.connect()
        answer = ask(socket, "userDataStream.subscribe.signature", self.ws_params())
        assert answer["result"] == {"subscriptionId": 0}
        return socket


def receive(socket):
    return json.loads(socket.recv())


def ask(socket, method, params=None, request_id=1):
    """Send one request and read on to its answer."""
    socket.send(json.dumps({"id": request_id, "method": method, **({} if params is None else {"params": params})}))
    return until(socket, lambda frame: frame.get("id") == request_id)


def until(socket, wanted):
    while True:
        frame = receive(socket)
        if wanted(frame):
            return frame
