"""An exchange without sockets for pure tests, and a plain client for tests over sockets."""

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

from binance_sim.account.fees import standard_fees
from binance_sim.api.params import RequestParams
from binance_sim.api.request import ApiRequest
from binance_sim.clock import FixedClock, milliseconds
from binance_sim.market.public_trades import PublicTrade
from binance_sim.matching.amend_order import amend
from binance_sim.matching.end_order import cancel
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.external_liquidity import ExternalQuote
from binance_sim.matching.orders import Order
from binance_sim.matching.place_list import ListTicket, place_list
from binance_sim.matching.place_order import place
from binance_sim.matching.sinks import Sink
from binance_sim.matching.tickets import Ticket
from binance_sim.numbers import quote_amount
from binance_sim.process import SimulatorProcess
from binance_sim.symbols.catalogue import choose_rules
from binance_sim.wsapi.reports import account_position, balance_update, execution_report, list_status

D = Decimal
SHARED = Path(__file__).parents[3] / "shared" / "data"
WAIT_S = 90  # on a very busy machine


def shared(name: str) -> Path:
    """A file of recorded data beside the checkout; the test is skipped if it does not exist."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"recorded data is not here: {path}")
    return path


class Notes(Sink):
    """Records everything: the events of every account, and public trades."""

    def __init__(self):
        self.events: list[dict[str, Any]] = []
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.public_trades: list[PublicTrade] = []
        self.tops = 0

    def note(self, account, event):
        self.events.append(event)
        self.told.append((account.name, event))

    def on_execution(self, execution):
        self.note(execution.order.account, execution_report(execution))

    def on_list_status(self, whole, time):
        self.note(whole.account, list_status(whole, time))

    def on_balances(self, account, assets, time):
        self.note(account, account_position(account, assets, time))

    def on_flow(self, account, asset, change, time):
        self.note(account, balance_update(asset, change, time))

    def on_trades(self, market, public_trades, aggregates):
        self.public_trades += public_trades

    def on_top(self, market):
        self.tops += 1


class Bench:
    """An exchange with BTCUSDT, ETHBTC and BNBUSDT, its account "main", and its events."""

    def __init__(self, balances=None, maker="0.001", taker="0.001", in_bnb=False, symbols=None):
        rules = symbols or choose_rules(("BTCUSDT", "ETHBTC", "BNBUSDT"), {})
        funds = {"USDT": D(100_000)} if balances is None else {key: D(value) for key, value in balances.items()}
        self.clock = FixedClock()
        self.exchange = Exchange(rules, self.clock)
        self.account = self.exchange.open_account("main", funds, standard_fees(D(maker), D(taker), in_bnb), (0, 0))
        self.notes = self.exchange.sink = Notes()
        self.count = 0
        self.quote("60000", symbol="BTCUSDT")
        self.notes.tops = 0

    @property
    def events(self):
        return self.notes.events

    def open_account(self, name, **balances):
        """Open another account."""
        funds = {asset: D(value) for asset, value in balances.items()}
        return self.exchange.open_account(name, funds, standard_fees(D("0.001"), D("0.001")), (0, 0))

    def quote(self, bid, ask=None, bid_qty="1", ask_qty="1", symbol="BTCUSDT"):
        bid = D(bid)
        self.count += 1
        ask = D(ask) if ask else bid + self.exchange.markets[symbol].rules.tick
        self.exchange.show_quote(symbol, ExternalQuote(bid, D(bid_qty), ask, D(ask_qty), self.count))

    def print(self, price, qty, buyer_is_maker, symbol="BTCUSDT"):
        """A trade of other market participants."""
        price, qty = D(price), D(qty)
        trade = PublicTrade(0, price, qty, quote_amount(price, qty), self.clock.us(), buyer_is_maker)
        self.exchange.apply_external_trade(symbol, trade)

    def ticket(self, side, kind="LIMIT", symbol="BTCUSDT", client_id=None, tif="GTC", stp="EXPIRE_MAKER", **more):
        self.count += 1
        fields = {name: value if name in PLAIN else D(value) for name, value in more.items()}
        rules = self.exchange.markets[symbol].rules
        return Ticket(rules, side, kind, tif, client_id or f"test-{self.count}", stp=stp, **fields)

    def place(self, *args, account=None, **kwargs) -> Order:
        return self.take(self.ticket(*args, **kwargs), account)

    def take(self, ticket, account=None) -> Order:
        with self.exchange.transaction(self.exchange.markets[ticket.rules.name]) as tx:
            return place(tx, account or self.account, ticket)

    def place_list(self, working, *others, pays=False, account=None):
        """Place a list of tickets; without a working ticket it is an OCO."""
        self.count += 1
        wanted = ListTicket(f"list-{self.count}", working, others, pays)
        with self.exchange.transaction(self.exchange.markets[others[0].rules.name]) as tx:
            return place_list(tx, account or self.account, wanted)

    def cancel(self, order, cancel_id="cancel"):
        with self.exchange.transaction(self.exchange.markets[order.rules.name]) as tx:
            cancel(tx, order, cancel_id)

    def amend(self, order, qty, client_id="amended"):
        with self.exchange.transaction(self.exchange.markets[order.rules.name]) as tx:
            return amend(tx, order, D(qty), client_id)

    def call(self, serve, account=None, **values):
        """Call an endpoint."""
        params = RequestParams({key: str(value) for key, value in values.items()})
        return serve(ApiRequest(self.exchange, params, milliseconds, account or self.account))

    def reports(self) -> list[tuple[str, str]]:
        """Kinds and states of the events so far."""
        return [(event.get("x", event["e"]), event.get("X", "")) for event in self.events]

    def open_orders(self, symbol="BTCUSDT"):
        return list(self.blotter(symbol).open.values())

    def blotter(self, symbol="BTCUSDT"):
        return self.exchange.markets[symbol].blotter(self.account)

    def order_lists(self):
        return self.exchange.order_lists(self.account)

    def free(self, asset):
        return self.account.funds.free[asset]

    def locked(self, asset):
        return self.account.funds.locked[asset]

    def surplus(self):
        """Assets that appeared from nowhere."""
        return self.exchange.ledger.surplus(self.exchange.accounts.values())


PLAIN = ("trailing_delta", "strategy_id", "strategy_type")


class Client:
    """Signed requests to a real process."""

    def __init__(self, simulator: SimulatorProcess, keys: dict[str, str] | None = None) -> None:
        """Use the keys of the ready line, or other keys from an answer of the control API."""
        self.simulator = simulator
        self.api_key, self.api_secret = (
            (keys["api_key"], keys["api_secret"]) if keys else (simulator.api_key, simulator.api_secret)
        )
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.headers["X-MBX-APIKEY"] = self.api_key

    def sign(self, payload: str) -> str:
        return hmac.new(self.api_secret.encode(), payload.encode(), hashlib.sha256).hexdigest()

    def get(self, path, **params):
        return self.http.get(f"{self.simulator.rest_url}/api/v3/{path}", params=params, timeout=WAIT_S)

    def signed(self, verb, path, **params):
        query = urlencode({**params, "timestamp": int(time.time() * 1000)})
        url = f"{self.simulator.rest_url}/api/v3/{path}?{query}&signature={self.sign(query)}"
        return self.http.request(verb, url, timeout=WAIT_S)

    def order(self, side, kind="LIMIT", symbol="BTCUSDT", **params):
        if kind == "LIMIT":
            params.setdefault("timeInForce", "GTC")
        return self.signed("POST", "order", symbol=symbol, side=side, type=kind, **params)

    def control(self, path, **body):
        url, headers = f"{self.simulator.control_url}/{path}", {"X-Control-Key": self.simulator.control_key}
        if path == "summary":
            return self.http.get(url, headers=headers, timeout=WAIT_S).json()
        return self.http.post(url, data=json.dumps(body), headers=headers, timeout=WAIT_S).json()

    def connect(self, url=None) -> websocket.WebSocket:
        return websocket.create_connection(
            url or self.simulator.ws_api_url, timeout=WAIT_S, http_no_proxy=["127.0.0.1"]
        )

    def stream(self, path) -> websocket.WebSocket:
        return self.connect(self.simulator.stream_url + path)

    def ws_params(self, **params):
        params = {**params, "apiKey": self.api_key, "timestamp": int(time.time() * 1000)}
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
    """Send one request and read until its answer."""
    socket.send(json.dumps({"id": request_id, "method": method, **({} if params is None else {"params": params})}))
    return until(socket, lambda frame: frame.get("id") == request_id)


def until(socket, wanted):
    while True:
        frame = receive(socket)
        if wanted(frame):
            return frame
