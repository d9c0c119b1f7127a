"""The REST side of Binance spot (Binance rest-api.md): each method sends one request and returns its outcome."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, TypeVar

import orjson

from lotkeeper.exchange.budget.weights import Cost, cost_of
from lotkeeper.exchange.fields import MalformedError
from lotkeeper.exchange.rest import decode as rows
from lotkeeper.exchange.rest.connection import Reply, Wire
from lotkeeper.exchange.rest.exchange_info import parse_exchange_info
from lotkeeper.exchange.rest.outcomes import Answered, NotSent, Outcome, Unknown, is_refused_as
from lotkeeper.exchange.signing import Signer, encoded_query, signed_query
from lotkeeper.trading.money import plain
from lotkeeper.trading.orders.refusals import RefusalKind

_Body = TypeVar("_Body")
_MOST_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it goes over the wire, also one that a method sends beside its own."""

    method: str
    path: str
    cost: Cost
    is_signed: bool


class Watch(Protocol):
    """Is told of every single request, before and after; must not raise."""

    def sending(self, request: Sent) -> None: ...

    def ended(self, request: Sent, reply: Reply) -> None: ...

    def clock_read(self, server_ms: int) -> None:
        """The exchange's clock, in milliseconds, as it is now or was a moment ago."""


class Unwatched:
    """For who keeps no account of what it sends."""

    def sending(self, request: Sent) -> None:
        pass

    def ended(self, request: Sent, reply: Reply) -> None:
        pass

    def clock_read(self, server_ms: int) -> None:
        pass


class RestClient:
    """Requests to one exchange for one account, one after the other, over one kept-alive connection.

    The `body` of an Answered is decoded as each method says; a body that cannot be read is Unknown, since the exchange
    did answer. Without a signer only the public methods work; the others are NotSent. Times are in seconds or, where
    named so, milliseconds. `clock` gives seconds since the epoch.
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
        watch: Watch | None = None,
    ) -> None:
        self._wire = Wire(base_url, connect_timeout_s=connect_timeout_s, read_timeout_s=read_timeout_s)
        self._watch = watch or Unwatched()
        self._signer = signer
        self._recv_window_ms = recv_window_ms
        self._clock = clock
        self._offset_ms = 0
        self._public_headers = {"Accept": "application/json", "Accept-Encoding": "gzip"}
        self._signed_headers = {"Accept": "application/json", "X-MBX-APIKEY": signer.api_key} if signer else {}

    @property
    def clock_offset_ms(self) -> int:
        """What must be added to our clock to get the exchange's, as of the last `sync_time`."""
        return self._offset_ms

    def now_ms(self) -> int:
        """The exchange's time, in milliseconds, as far as we know it; rather behind than ahead."""
        return int(self._clock() * 1000) + self._offset_ms

    def close(self) -> None:
        self._wire.close()

    # ---- orders

    def place_sell(self, symbol: str, client_id: str, price: Decimal, quantity: Decimal) -> Outcome:
        """A LIMIT SELL, good till cancelled; answered with Placed. Sent once: after Unknown ask for its client id."""
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
        return self._signed("POST", "/api/v3/order", params, rows.placed_order)

    def cancel_order(self, symbol: str, order_id: int, cancel_id: str) -> Outcome:
        """Answered with the OrderReport after the cancel; -2011 is Refused (has ended, or never was).

        The order bears the client order id `cancel_id` from then on.
        """
        params = {"symbol": symbol, "orderId": str(order_id), "newClientOrderId": cancel_id}
        return self._signed("DELETE", "/api/v3/order", params, rows.canceled_order)

    def order_by_client_id(self, symbol: str, client_id: str) -> Outcome:
        """Answered with the OrderReport; -2013 (none known) is Refused as UNKNOWN_ORDER."""
        params = {"symbol": symbol, "origClientOrderId": client_id}
        return self._signed("GET", "/api/v3/order", params, rows.queried_order)

    def order_by_id(self, symbol: str, order_id: int) -> Outcome:
        """Answered with the OrderReport."""
        params = {"symbol": symbol, "orderId": str(order_id)}
        return self._signed("GET", "/api/v3/order", params, rows.queried_order)

    def open_orders(self, symbol: str | None = None) -> Outcome:
        """Answered with a tuple of OrderReport: all orders on the book, whoever placed them, of one pair or of all."""
        return self._signed("GET", "/api/v3/openOrders", {"symbol": symbol} if symbol else {}, rows.open_orders)

    # ---- the account

    def trades(
        self, symbol: str, from_id: int | None = None, order_id: int | None = None, limit: int = _MOST_ROWS
    ) -> Outcome:
        """Answered with a tuple of Fill, ascending, at most 1000.

        Without `from_id` the newest `limit`; with it the oldest from that trade id on, which is included. A page of
        `limit` rows may have more behind it.
        """
        params = {"symbol": symbol, "limit": str(limit)}
        if order_id is not None:
            params["orderId"] = str(order_id)
        if from_id is not None:
            params["fromId"] = str(from_id)
        return self._signed("GET", "/api/v3/myTrades", params, rows.trades)

    def commission(self, symbol: str) -> Outcome:
        """Answered with the pair's Commission."""
        return self._signed("GET", "/api/v3/account/commission", {"symbol": symbol}, rows.commission)

    def account(self) -> Outcome:
        """Answered with the Account; balances of zero are left out."""
        return self._signed("GET", "/api/v3/account", {"omitZeroBalances": "true"}, rows.account)

    # ---- public

    def exchange_info(self, symbols: Sequence[str] | None = None) -> Outcome:
        """Answered with ExchangeInfo, of all pairs for None. One symbol that is not listed refuses them all (-1121)."""
        params = {} if symbols is None else {"symbols": orjson.dumps(list(symbols)).decode()}
        return self._public("/api/v3/exchangeInfo", params, parse_exchange_info)

    def book_ticker(self, symbol: str) -> Outcome:
        """Answered with the BookTicker."""
        return self._public("/api/v3/ticker/bookTicker", {"symbol": symbol}, rows.book_ticker)

    def book_tickers(self, symbols: Sequence[str] | None = None) -> Outcome:
        """Answered with a tuple of BookTicker, of all pairs for None. One that is not listed refuses all (-1121)."""
        params = {} if symbols is None else {"symbols": orjson.dumps(list(symbols)).decode()}
        return self._public("/api/v3/ticker/bookTicker", params, rows.book_tickers)

    def reference_price(self, symbol: str) -> Outcome:
        """Answered with the price that filters measure by, or None where none is set now; -2043 is Refused (never)."""
        return self._public("/api/v3/referencePrice", {"symbol": symbol}, rows.reference_price)

    def average_price(self, symbol: str) -> Outcome:
        """Answered with the average price, which stands in for a reference price that is not set."""
        return self._public("/api/v3/avgPrice", {"symbol": symbol}, rows.average_price)

    def server_time(self) -> Outcome:
        """Answered with the exchange's time in milliseconds."""
        return self._public("/api/v3/time", {}, rows.server_time)

    def sync_time(self) -> Outcome:
        """Measures `clock_offset_ms` and answers with it.

        The exchange read its clock before we got the reply, so that counting from the moment of the reply errs behind,
        by one round trip at most. That is the safe side: ahead it tolerates a second, behind the whole receive window.
        """
        outcome = self.server_time()
        if not isinstance(outcome, Answered) or not isinstance(outcome.body, int):
            return outcome
        self._offset_ms = outcome.body - int(self._clock() * 1000) - 1
        self._watch.clock_read(outcome.body)
        return Answered(self._offset_ms)

    # ---- how

    def _public(self, path: str, params: Mapping[str, str], decode: Callable[[object], object]) -> Outcome:
        query = f"?{encoded_query(params)}" if params else ""
        sent = Sent("GET", path, cost_of("GET", path, params), is_signed=False)
        return _decoded(self._exchange(sent, query, self._public_headers), decode)

    def _signed(self, method: str, path: str, params: Mapping[str, str], decode: Callable[[object], object]) -> Outcome:
        outcome = self._send_signed(method, path, params)
        # A wrong timestamp is refused before anything is executed, so that this is no second copy.
        if is_refused_as(outcome, RefusalKind.CLOCK_SKEW) and isinstance(self.sync_time(), Answered):
            outcome = self._send_signed(method, path, params)
        return _decoded(outcome, decode)

    def _send_signed(self, method: str, path: str, params: Mapping[str, str]) -> Outcome:
        """Everything stands in the query, also of a POST: head and body would leave in two packets."""
        if self._signer is None:
            return NotSent("no API key is configured")
        query = signed_query(params, self._signer, self.now_ms(), self._recv_window_ms)
        sent = Sent(method, path, cost_of(method, path, params), is_signed=True)
        return self._exchange(sent, f"?{query}", self._signed_headers)

    def _exchange(self, sent: Sent, query: str, headers: Mapping[str, str]) -> Outcome:
        self._watch.sending(sent)
        reply = self._wire.exchange(sent.method, sent.path + query, headers)
        self._watch.ended(sent, reply)
        return reply.outcome


def _decoded(outcome: Outcome, decode: Callable[[object], object]) -> Outcome:
    if not isinstance(outcome, Answered):
        return outcome
    try:
        return Answered(decode(outcome.body))
    except MalformedError as error:
        return Unknown(f"the answer cannot be read: {error}")
