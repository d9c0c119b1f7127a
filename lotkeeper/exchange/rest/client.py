"""The REST side of Binance spot (Binance rest-api.md): each method sends one request and waits for its outcome."""

import time
from collections.abc import Callable, Sequence
from decimal import Decimal

from lotkeeper.exchange import requests
from lotkeeper.exchange.observer import NoObserver, RequestObserver, SentRequest
from lotkeeper.exchange.requests import ExchangeRequest
from lotkeeper.exchange.rest.outcomes import Answered, Outcome, decoded, is_refused_as
from lotkeeper.exchange.rest.sender import RestSender
from lotkeeper.exchange.signing import Signer
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.orders.trails import Trail


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
        self._sender = RestSender(
            base_url, signer, self.now_ms, recv_window_ms=recv_window_ms, connect_timeout_s=connect_timeout_s
        )
        self._observer = observer or NoObserver()
        self._read_timeout_s = read_timeout_s
        self._clock = clock
        self._offset_ms = 0

    @property
    def clock_offset_ms(self) -> int:
        """What to add to our clock to get the exchange's, as of the last `sync_time`."""
        return self._offset_ms

    def now_ms(self) -> int:
        """The exchange's time, in milliseconds, as far as we know it; rather behind than ahead."""
        return int(self._clock() * 1000) + self._offset_ms

    def close(self) -> None:
        self._sender.close()

    # ---- each request of `lotkeeper/exchange/requests.py`, which says what it is answered with

    def place_sell(
        self, symbol: str, client_id: str, price: Decimal, quantity: Decimal, trail: Trail | None = None
    ) -> Outcome:
        return self.send(requests.place_sell(symbol, client_id, price, quantity, trail))

    def cancel_order(self, symbol: str, order_id: int, cancel_id: str) -> Outcome:
        return self.send(requests.cancel_order(symbol, order_id, cancel_id))

    def order_by_client_id(self, symbol: str, client_id: str) -> Outcome:
        return self.send(requests.order_by_client_id(symbol, client_id))

    def order_by_id(self, symbol: str, order_id: int) -> Outcome:
        return self.send(requests.order_by_id(symbol, order_id))

    def open_orders(self, symbol: str | None = None) -> Outcome:
        return self.send(requests.open_orders(symbol))

    def newest_orders(self, symbol: str, limit: int = requests.MAX_ROWS) -> Outcome:
        return self.send(requests.newest_orders(symbol, limit))

    def trades(
        self,
        symbol: str,
        from_id: int | None = None,
        order_id: int | None = None,
        limit: int = requests.MAX_ROWS,
        *,
        since_ms: int | None = None,
    ) -> Outcome:
        return self.send(requests.trades(symbol, from_id, order_id, limit, since_ms=since_ms))

    def commission(self, symbol: str) -> Outcome:
        return self.send(requests.commission(symbol))

    def account(self) -> Outcome:
        return self.send(requests.account())

    def exchange_info(self, symbols: Sequence[str] | None = None) -> Outcome:
        return self.send(requests.exchange_info(symbols))

    def book_ticker(self, symbol: str) -> Outcome:
        return self.send(requests.book_ticker(symbol))

    def book_tickers(self, symbols: Sequence[str] | None = None) -> Outcome:
        return self.send(requests.book_tickers(symbols))

    def reference_price(self, symbol: str) -> Outcome:
        return self.send(requests.reference_price(symbol))

    def average_price(self, symbol: str) -> Outcome:
        return self.send(requests.average_price(symbol))

    def server_time(self) -> Outcome:
        return self.send(requests.server_time())

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

    def send(self, request: ExchangeRequest) -> Outcome:
        """Sends one request and waits for its outcome; after a refusal for a wrong clock it is sent once more."""
        outcome = self._send(request)
        # A wrong timestamp is refused before anything is executed: this is no second copy.
        is_skewed = request.is_signed and is_refused_as(outcome, RefusalKind.CLOCK_SKEW)
        if is_skewed and isinstance(self.sync_time(), Answered):
            outcome = self._send(request)
        return decoded(outcome, request.read)

    def _send(self, request: ExchangeRequest) -> Outcome:
        sent = SentRequest(request.method, request.path, request.cost, request.is_signed)
        self._observer.on_request(sent)
        reply = self._sender.send(request, self._read_timeout_s)
        self._observer.after_request(sent, reply)
        return reply.outcome
