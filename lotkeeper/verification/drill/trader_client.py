"""The trader: a person with another key of the same account, who buys, cancels, amends and sells manually."""

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
from lotkeeper.verification.drill.actions import TraderAction

Json = dict[str, Any]
_ANSWER_WITHIN_S = 2.0
_WINDOW_MS = 60_000
_ORDER = "/api/v3/order"
_BELOW = (Decimal("0.9985"), Decimal("0.9998"))


class TraderClient:
    """Each action is one request or two. A request that is refused or not answered is not repeated.

    The trader is near the exchange, however far the service is: an action is carried out when its schedule says so.
    """

    def __init__(self, exchange: SimulatorProcess, pairs: Mapping[str, TradePair], account: str = "") -> None:
        """`account` is its name, by default the first of the exchange."""
        key = exchange.controls().add_key(**({"account": account} if account else {}))
        self._url, self._signer = exchange.undelayed_rest_url, HmacSigner(key["api_key"], key["api_secret"])
        self._pairs = pairs
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.headers["X-MBX-APIKEY"] = key["api_key"]
        self._actions: dict[str, Callable[[TraderAction], object]] = {
            "buy": self._buy,
            "bid": self._bid,
            "sell": self._sell,
            "cancel-bid": lambda action: self._cancel(action.symbol, self._choose(action, "BUY")),
            "cancel-sell": lambda action: self._cancel(action.symbol, self._choose(action, "SELL")),
            "sell-freed": self._sell_freed,
            "amend-sell": lambda action: self._amend_to_half(action.symbol, self._choose(action, "SELL")),
            "amend-bid": lambda action: self._amend_to_half(action.symbol, self._choose(action, "BUY")),
        }

    def perform(self, action: TraderAction) -> bool:
        """Whether the exchange did it."""
        return self._actions[action.kind](action) is not None

    def cancel_buys(self, symbol: str) -> None:
        """Cancels the trader's open BUYs."""
        for order in self._open_orders(symbol, "BUY"):
            self._cancel(symbol, order)

    # Buying

    def _buy(self, action: TraderAction) -> Any:
        return self._place(action.symbol, "BUY", type="MARKET", quoteOrderQty=action.quote)

    def _bid(self, action: TraderAction) -> Any:
        bid = self._best_bid(action.symbol)
        if bid is None:
            return None
        low, high = _BELOW
        price = floor_to(bid * (low + (high - low) * Decimal(str(action.dice))), self._pairs[action.symbol].tick)
        return self._limit(action.symbol, "BUY", price, Decimal(action.quote) / price)

    # Selling manually

    def _sell(self, action: TraderAction) -> Any:
        """Sells free coins for an amount: at the market, or a little above it."""
        bid, free = self._best_bid(action.symbol), self._free_balance(action.symbol)
        if bid is None or not free:
            return None
        quantity = min(free, Decimal(action.quote) / bid)
        if action.dice < 0.5:
            return self._sell_at_market(action.symbol, quantity)
        return self._limit(
            action.symbol, "SELL", floor_to(bid * Decimal("1.001"), self._pairs[action.symbol].tick), quantity
        )

    def _sell_freed(self, action: TraderAction) -> Any:
        order = self._choose(action, "SELL")
        if order is None or self._cancel(action.symbol, order) is None:
            return None
        return self._sell_at_market(action.symbol, Decimal(order["origQty"]) - Decimal(order["executedQty"]))

    def _sell_at_market(self, symbol: str, quantity: Decimal) -> Any:
        return self._place(symbol, "SELL", type="MARKET", quantity=self._round_down(symbol, quantity))

    # Open orders

    def _choose(self, action: TraderAction, side: str) -> Any:
        """A BUY of the trader, or a SELL of the service."""
        found = self._open_orders(action.symbol, side)
        return found[int(action.dice * len(found))] if found else None

    def _open_orders(self, symbol: str, side: str) -> list[Json]:
        orders = self._request_signed("GET", "/api/v3/openOrders", symbol=symbol) or []
        return [each for each in orders if each["side"] == side and (side == "BUY" or sell_name(each["clientOrderId"]))]

    def _cancel(self, symbol: str, order: Json | None) -> Any:
        return (
            None
            if order is None
            else self._request_signed("DELETE", _ORDER, symbol=symbol, orderId=str(order["orderId"]))
        )

    def _amend_to_half(self, symbol: str, order: Json | None) -> Any:
        if order is None:
            return None
        half = self._round_down(symbol, Decimal(order["origQty"]) / 2)
        path = "/api/v3/order/amend/keepPriority"
        return self._request_signed("PUT", path, symbol=symbol, orderId=str(order["orderId"]), newQty=half)

    # Requests

    def _limit(self, symbol: str, side: str, price: Decimal, quantity: Decimal) -> Any:
        terms = {"type": "LIMIT", "timeInForce": "GTC", "price": plain(price)}
        return self._place(symbol, side, **terms, quantity=self._round_down(symbol, quantity))

    def _place(self, symbol: str, side: str, **terms: str) -> Any:
        return self._request_signed("POST", _ORDER, symbol=symbol, side=side, **terms)

    def _round_down(self, symbol: str, quantity: Decimal) -> str:
        return plain(floor_to(quantity, self._pairs[symbol].step))

    def _best_bid(self, symbol: str) -> Decimal | None:
        """None if nobody bids."""
        top = self._request("GET", f"/api/v3/ticker/bookTicker?symbol={symbol}")
        return (Decimal(top["bidPrice"]) or None) if top else None

    def _free_balance(self, symbol: str) -> Decimal:
        account = self._request_signed("GET", "/api/v3/account") or {"balances": []}
        base = self._pairs[symbol].base
        return next((Decimal(each["free"]) for each in account["balances"] if each["asset"] == base), Decimal(0))

    def _request_signed(self, method: str, path: str, **params: str) -> Any:
        query = signed_query(params, self._signer, int(time.time() * 1000), _WINDOW_MS)
        return self._request(method, f"{path}?{query}")

    def _request(self, method: str, path: str) -> Any:
        try:
            answer = self._http.request(method, self._url + path, timeout=_ANSWER_WITHIN_S)
            return orjson.loads(answer.content) if answer.ok else None
        except (requests.RequestException, ValueError):
            return None
