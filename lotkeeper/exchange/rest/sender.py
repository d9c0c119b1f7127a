"""Signing a request and sending it over one kept-alive connection."""

from collections.abc import Callable

from lotkeeper.exchange.observer import Reply
from lotkeeper.exchange.requests import ExchangeRequest
from lotkeeper.exchange.rest.connection import HttpConnection
from lotkeeper.exchange.rest.outcomes import NotSent
from lotkeeper.exchange.signing import Signer, encoded_query, signed_query

NO_KEY = NotSent("no API key is configured")


class RestSender:
    """Sends one request at a time and waits for its reply.

    Without a signer only public requests are sent. `now_ms` is the exchange's time.
    """

    def __init__(
        self,
        base_url: str,
        signer: Signer | None,
        now_ms: Callable[[], int],
        *,
        recv_window_ms: int,
        connect_timeout_s: float,
    ) -> None:
        self._connection = HttpConnection(base_url, connect_timeout_s=connect_timeout_s)
        self._signer = signer
        self._now_ms = now_ms
        self._recv_window_ms = recv_window_ms
        self._public_headers = {"Accept": "application/json", "Accept-Encoding": "gzip"}
        self._signed_headers = {"Accept": "application/json", "X-MBX-APIKEY": signer.api_key} if signer else {}

    def send(self, request: ExchangeRequest, read_timeout_s: float, dated_ms: int | None = None) -> Reply:
        """Sends it once, signed with the time `dated_ms`, or else now. Never raises for what the network does.

        All parameters are in the query, also of a POST: head and body would be sent in two packets.
        """
        if not request.is_signed:
            query, headers = encoded_query(request.params), self._public_headers
        elif self._signer is not None:
            query = signed_query(
                request.params, self._signer, self._now_ms() if dated_ms is None else dated_ms, self._recv_window_ms
            )
            headers = self._signed_headers
        else:
            return Reply(NO_KEY)
        target = f"{request.path}?{query}" if query else request.path
        return self._connection.send(request.method, target, headers, read_timeout_s)

    def close(self) -> None:
        """Closes the connection; whatever is sent afterwards is NotSent."""
        self._connection.close()
