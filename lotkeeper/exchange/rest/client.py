"""The REST side of Binance spot (Binance rest-api.md): each method sends one request and returns its outcome."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

import orjson

from lotkeeper.exchange.budget.costs import Cost, cost_of
from lotkeeper.exchange.fields import MalformedError
from lotkeeper.exchange.rest import decode
from lotkeeper.exchange.rest.connection import HttpConnection, HttpReply
from lotkeeper.exchange.rest.exchange_info import parse_exchange_info
from lotkeeper.exchange.rest.outcomes import Answered, NotSent, Outcome, Unknown, is_refused_as
from lotkeeper.exchange.signing import Signer, encoded_query, signed_query
from lotkeeper.trading.money import plain
from lotkeeper.trading.orders.refusals import RefusalKind

_MAX_ROWS = 1000


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A single request as it goes over the network; one call of a method may send several."""

    method: str
    path: str
    cost: Cost
    is_signed: bool


class RequestObserver(Protocol):
    """Hears of every single request, before and after it is sent; must not raise."""

    def before_request(self, request: SentRequest) -> None: ...

    def after_request(self, request: SentRequest, reply: HttpReply) -> None: ...

    def on_server_time(self, server_ms: int) -> None:
        """The exchange's clock, in milliseconds, as it is now or was a moment ago."""


class NoObserver:
    """For programs that keep no account of what they send."""

    def before_request(self, request: SentRequest) -> None:
        pass

    def after_request(self, request: SentRequest, reply: HttpReply) -> None:
        pass

    def on_server_time(self, server_ms: int) -> None:
        pass


class RestClient:
    """Requests to one exchange for one account, one after the other, over one kept-alive connection.

    The `body` of an Answered is decoded as each method says; a body that cannot be read is Unknown, since the exchange
    did answer. Without a signer only the public methods work; the others are NotSent. `clock` gives seconds since the
    epoch.
    """

    def __init__(
        self,
        base_url: str,
        signer: Signer | None,
        *,
        recv_window_ms: int = 5000,
        connect_timeout_s: float = 2.0,
        read_timeout_s: float = 5.0,
        clock: Callable[[], float] = time.time,
        observer: RequestObserver | None = None,
    ) -> None:
        self._connection = HttpConnection(base_url, connect_timeout_s=connect_timeout_s, read_timeout_s=read_timeout_s)
        self._observer = observer or NoObserver()
        self._signer = signer
        self._recv_window_ms = recv_window_ms
        self._clock = clock
        self._offset_ms = 0
        self._public_headers = {"Accept": "application/json", "Accept-Encoding": "gzip"}
        self._signed_headers = {"Accept": "application/json", "X-MBX-APIKEY": signer.api_key} if signer else {}

    @property
    def clock_offset_ms(self) -> int:
        """What to add to our clock to get the exchange's, as of the last `sync_time`."""
        return self._offset_ms

    def now_ms(self) -> int:
        """The exchange's time, in milliseconds, as far as we know it; rather behind than ahead."""
        return int(self._clock() * 1000) + self._offset_ms

    def close(self) -> None:
        self._connection.close()

    # ---- orders

    def place_sell(self, symbol: str, client_id: str, price: Decimal, quantity: Decimal) -> Outcome:
        """A LIMIT SELL, good till cancelled; answered with PlacedOrder.

        It is sent once: after Unknown ask for its client order id.
        """
        params = {
            "symbol": symbol,
            "side": "SELL",
            "type": "LIMIT",
            "timeInForce": "GTC",
            "quantity": plain(quantity),
            "price": plain(price),
            "newClientOrderId": client_id,
            "newOrderRespType": "FULL",
        }
        return self._signed("POST", "/api/v3/order", params, decode.placed_order)

    def cancel_order(self, symbol: str, order_id: int, cancel_id: str) -> Outcome:
        """Answered with the OrderReport after the cancel; Refused as CANCEL_REJECTED when it has ended or never was.

        From then on the exchange reports the order under the client order id `cancel_id`.
        """
        params = {"symbol": symbol, "orderId": str(order_id), "newClientOrderId": cancel_id}
        return self._signed("DELETE", "/api/v3/order", params, decode.canceled_order)

    def order_by_client_id(self, symbol: str, client_id: str) -> Outcome:
        """Answered with the OrderReport; Refused as UNKNOWN_ORDER when the exchange knows none."""
        params = {"symbol": symbol, "origClientOrderId": client_id}
        return self._signed("GET", "/api/v3/order", params, decode.queried_order)

    def order_by_id(self, symbol: str, order_id: int) -> Outcome:
        """Answered with the OrderReport."""
        params = {"symbol": symbol, "orderId": str(order_id)}
        return self._signed("GET", "/api/v3/order", params, decode.queried_order)

    def open_orders(self, symbol: str | None = None) -> Outcome:
        """Answered with a tuple of OrderReport: all open orders of one pair or of all, placed by any program."""
        return self._signed("GET", "/api/v3/openOrders", {"symbol": symbol} if symbol else {}, decode.open_orders)

    def newest_orders(self, symbol: str, limit: int = _MAX_ROWS) -> Outcome:
        """Answered with a tuple of OrderReport: the newest orders of a pair, open or ended, at most 1000, ascending.

        Rows that cannot be read are left out.
        """
        return self._signed("GET", "/api/v3/allOrders", {"symbol": symbol, "limit": str(limit)}, decode.newest_orders)

    # ---- the account

    def trades(
        self,
        symbol: str,
        from_id: int | None = None,
        order_id: int | None = None,
        limit: int = _MAX_ROWS,
        *,
        since_ms: int | None = None,
    ) -> Outcome:
        """Answered with a tuple of Fill, ascending, at most 1000.

        Without `from_id` and `since_ms` the newest `limit`; with one of them the oldest from that trade id or moment
        on, which is included. After a page of `limit` rows there may be more.
        """
        params = {"symbol": symbol, "limit": str(limit)}
        if order_id is not None:
            params["orderId"] = str(order_id)
        if from_id is not None:
            params["fromId"] = str(from_id)
        if since_ms is not None:
            params["startTime"] = str(since_ms)
        return self._signed("GET", "/api/v3/myTrades", params, decode.trades)

    def commission(self, symbol: str) -> Outcome:
        """Answered with the pair's Commission."""
        return self._signed("GET", "/api/v3/account/commission", {"symbol": symbol}, decode.commission)

    def account(self) -> Outcome:
        """Answered with the Account; balances of zero are left out."""
        return self._signed("GET", "/api/v3/account", {"omitZeroBalances": "true"}, decode.account)

    # ---- public

    def exchange_info(self, symbols: Sequence[str] | None = None) -> Outcome:
        """Answered with ExchangeInfo, of all pairs for None. One unlisted symbol has all refused (UNKNOWN_SYMBOL)."""
        params = {} if symbols is None else {"symbols": orjson.dumps(list(symbols)).decode()}
        return self._public("/api/v3/exchangeInfo", params, parse_exchange_info)

    def book_ticker(self, symbol: str) -> Outcome:
        """Answered with the BestPrices."""
        return self._public("/api/v3/ticker/bookTicker", {"symbol": symbol}, decode.book_ticker)

    def book_tickers(self, symbols: Sequence[str] | None = None) -> Outcome:
        """Answered with the BestPrices by symbol, of all pairs for None; one unlisted symbol has all refused."""
        params = {} if symbols is None else {"symbols": orjson.dumps(list(symbols)).decode()}
        return self._public("/api/v3/ticker/bookTicker", params, decode.book_tickers)

    def reference_price(self, symbol: str) -> Outcome:
        """Answered with the price by which filters measure, or None where none is set now.

        Refused (-2043) for a pair that never has one.
        """
        return self._public("/api/v3/referencePrice", {"symbol": symbol}, decode.reference_price)

    def average_price(self, symbol: str) -> Outcome:
        """Answered with the average price, which replaces a reference price that is not set."""
        return self._public("/api/v3/avgPrice", {"symbol": symbol}, decode.average_price)

    def server_time(self) -> Outcome:
        """Answered with the exchange's time in milliseconds."""
        return self._public("/api/v3/time", {}, decode.server_time)

    def sync_time(self) -> Outcome:
        """Measures `clock_offset_ms` and answers with it.

        The exchange read its clock before we got the reply. Counted from the moment of the reply we are behind, by one
        round trip at most. That is the safe side: the exchange tolerates a second ahead, but the whole receive window
        behind.
        """
        outcome = self.server_time()
        if not isinstance(outcome, Answered) or not isinstance(outcome.body, int):
            return outcome
        self._offset_ms = outcome.body - int(self._clock() * 1000) - 1
        self._observer.on_server_time(outcome.body)
        return Answered(self._offset_ms)

    # ---- sending

    def _public(self, path: str, params: Mapping[str, str], reader: Callable[[object], object]) -> Outcome:
        query = f"?{encoded_query(params)}" if params else ""
        request = SentRequest("GET", path, cost_of("GET", path, params), is_signed=False)
        return decoded(self._send(request, query, self._public_headers), reader)

    def _signed(self, method: str, path: str, params: Mapping[str, str], reader: Callable[[object], object]) -> Outcome:
        outcome = self._send_signed(method, path, params)
        # A wrong timestamp is refused before anything is executed: this is no second copy.
        if is_refused_as(outcome, RefusalKind.CLOCK_SKEW) and isinstance(self.sync_time(), Answered):
            outcome = self._send_signed(method, path, params)
        return decoded(outcome, reader)

    def _send_signed(self, method: str, path: str, params: Mapping[str, str]) -> Outcome:
        """All parameters are in the query, also of a POST: head and body would be sent in two packets."""
        if self._signer is None:
            return NotSent("no API key is configured")
        query = signed_query(params, self._signer, self.now_ms(), self._recv_window_ms)
        request = SentRequest(method, path, cost_of(method, path, params), is_signed=True)
        return self._send(request, f"?{query}", self._signed_headers)

    def _send(self, request: SentRequest, query: str, headers: Mapping[str, str]) -> Outcome:
        self._observer.before_request(request)
        reply = self._connection.send(request.method, request.path + query, headers)
        self._observer.after_request(request, reply)
        return reply.outcome


def decoded(outcome: Outcome, reader: Callable[[object], object]) -> Outcome:
    """The outcome with its body decoded; Unknown where the body cannot be read."""
    if not isinstance(outcome, Answered):
        return outcome
    try:
        return Answered(reader(outcome.body))
    except MalformedError as error:
        return Unknown(f"the answer cannot be read: {error}")
