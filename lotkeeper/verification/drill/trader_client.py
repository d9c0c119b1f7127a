"""The trader: a person with a key of the same account, who buys, bids, cancels, amends and sells by hand."""

import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import orjson
import requests

from binance_sim.process import SimulatorProcess
from lotkeeper.exchange.signing import HmacSigner, signed_query
from lotkeeper.trading.money import floor_to, plain
from lotkeeper.trading.orders.client_ids import sell_name
from lotkeeper.trading.pair import TradePair
from lotkeeper.verification.drill.actions import Trade

Json = dict[str, Any]
_ANSWER_WITHIN_S = 2.0
_WINDOW_MS = 60_000
_ORDER = "/api/v3/order"
_BELOW = (Decimal("0.9985"), Decimal("0.9998"))


class Hand:
    """Each trade is a request or two; what the exchange refuses, or does not answer, is left at that."""

    def __init__(self, paper: SimulatorProcess, pairs: Mapping[str, TradePair]) -> None:
        key = paper.controls().add_key()
        self._url, self._signer = paper.rest_url, HmacSigner(key["api_key"], key["api_secret"])
        self._pairs = pairs
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.headers["X-MBX-APIKEY"] = key["api_key"]
        self._ways: dict[str, Callable[[Trade], object]] = {
            "buy": self._buy,
            "bid": self._bid,
            "sell": self._sell,
            "cancel-bid": lambda trade: self._cancel(trade.symbol, self._one(trade, "BUY")),
            "cancel-sell": lambda trade: self._cancel(trade.symbol, self._one(trade, "SELL")),
            "sell-freed": self._sell_freed,
            "amend-sell": lambda trade: self._halve(trade.symbol, self._one(trade, "SELL")),
            "amend-bid": lambda trade: self._halve(trade.symbol, self._one(trade, "BUY")),
        }

    def do(self, trade: Trade) -> bool:
        """Whether the exchange did it."""
        return self._ways[trade.kind](trade) is not None

    def withdraw_bids(self, symbol: str) -> None:
        """Cancel what the trader still bids for."""
        for order in self._open(symbol, "BUY"):
            self._cancel(symbol, order)

    # Buying

    def _buy(self, trade: Trade) -> Any:
        return self._place(trade.symbol, "BUY", type="MARKET", quoteOrderQty=trade.quote)

    def _bid(self, trade: Trade) -> Any:
        bid = self._best_bid(trade.symbol)
        if bid is None:
            return None
        low, high = _BELOW
        price = floor_to(bid * (low + (high - low) * Decimal(str(trade.dice))), self._pairs[trade.symbol].tick)
        return self._limit(trade.symbol, "BUY", price, Decimal(trade.quote) / price)

    # Selling by hand

    def _sell(self, trade: Trade) -> Any:
        """Of what is free, for so much: at the market, or a little above it."""
        bid, free = self._best_bid(trade.symbol), self._free(trade.symbol)
        if bid is None or not free:
            return None
        quantity = min(free, Decimal(trade.quote) / bid)
        if trade.dice < 0.5:
            return self._at_market(trade.symbol, quantity)
        return self._limit(
            trade.symbol, "SELL", floor_to(bid * Decimal("1.001"), self._pairs[trade.symbol].tick), quantity
        )

    def _sell_freed(self, trade: Trade) -> Any:
        order = self._one(trade, "SELL")
        if order is None or self._cancel(trade.symbol, order) is None:
            return None
        return self._at_market(trade.symbol, Decimal(order["origQty"]) - Decimal(order["executedQty"]))

    def _at_market(self, symbol: str, quantity: Decimal) -> Any:
        return self._place(symbol, "SELL", type="MARKET", quantity=self._whole(symbol, quantity))

    # Orders that are there

    def _one(self, trade: Trade, side: str) -> Any:
        """A BUY of the trader, or a SELL of the service."""
        found = self._open(trade.symbol, side)
        return found[int(trade.dice * len(found))] if found else None

    def _open(self, symbol: str, side: str) -> list[Json]:
        orders = self._ask("GET", "/api/v3/openOrders", symbol=symbol) or []
        return [each for each in orders if each["side"] == side and (side == "BUY" or sell_name(each["clientOrderId"]))]

    def _cancel(self, symbol: str, order: Json | None) -> Any:
        return None if order is None else self._ask("DELETE", _ORDER, symbol=symbol, orderId=str(order["orderId"]))

    def _halve(self, symbol: str, order: Json | None) -> Any:
        if order is None:
            return None
        half = self._whole(symbol, Decimal(order["origQty"]) / 2)
        path = "/api/v3/order/amend/keepPriority"
        return self._ask("PUT", path, symbol=symbol, orderId=str(order["orderId"]), newQty=half)

    # Requests

    def _limit(self, symbol: str, side: str, price: Decimal, quantity: Decimal) -> Any:
        terms = {"type": "LIMIT", "timeInForce": "GTC", "price": plain(price)}
        return self._place(symbol, side, **terms, quantity=self._whole(symbol, quantity))

    def _place(self, symbol: str, side: str, **terms: str) -> Any:
        return self._ask("POST", _ORDER, symbol=symbol, side=side, **terms)

    def _whole(self, symbol: str, quantity: Decimal) -> str:
        return plain(floor_to(quantity, self._pairs[symbol].step))

    def _best_bid(self, symbol: str) -> Decimal | None:
        """None while there is none."""
        top = self._answer("GET", f"/api/v3/ticker/bookTicker?symbol={symbol}")
        return (Decimal(top["bidPrice"]) or None) if top else None

    def _free(self, symbol: str) -> Decimal:
        account = self._ask("GET", "/api/v3/account") or {"balances": []}
        base = self._pairs[symbol].base
        return next((Decimal(each["free"]) for each in account["balances"] if each["asset"] == base), Decimal(0))

    def _ask(self, method: str, path: str, **params: str) -> Any:
        query = signed_query(params, self._signer, int(time.time() * 1000), _WINDOW_MS)
        return self._answer(method, f"{path}?{query}")

    def _answer(self, method: str, path: str) -> Any:
        try:
            answer = self._http.request(method, self._url + path, timeout=_ANSWER_WITHIN_S)
            return orjson.loads(answer.content) if answer.ok else None
        except (requests.RequestException, ValueError):
            return None
