"""The REST API over HTTP (source: "General API information")."""

import asyncio
import contextlib
from collections.abc import Callable
from urllib.parse import unquote_plus

import orjson
from aiohttp import web

from binance_sim.api.gate import RawRequest
from binance_sim.api.service import ApiReply, Service
from binance_sim.api.shapes.accounts import order_limit_rows
from binance_sim.api.signatures import without_signature
from binance_sim.api.table import BY_PATH, ApiEndpoint
from binance_sim.api.wallet_table import WALLET_BY_PATH
from binance_sim.clock import read_unit
from binance_sim.errors import ApiError, LimitError
from binance_sim.faults.armed import ArmedFaults
from binance_sim.faults.effects import CannedAnswer
from binance_sim.journal.writer import Journal
from binance_sim.sockets.connection_gate import cut_connection, fault_refusal

JSON_TYPE = "application/json;charset=UTF-8"
GONE = (
    "<html>\r\n<head><title>410 Gone</title></head>\r\n<body>\r\n<center><h1>410 Gone</h1></center>\r\n</body></html>"
)
NOT_FOUND = "<html><body><h1>404 Not Found</h1></body></html>"
# Removed by the exchange: listen keys in February 2026, version 1 in March (source: the exchange's changelog).
GONE_PATHS = ("/api/v3/userDataStream", "/api/v1/")
SILENCE_S = 60.0


def read_values(query: str, body: str) -> dict[str, str]:
    """Parameters of query and form body; the query has priority. Raises ApiError -1101 for a repeated parameter."""
    return _read_form(query) if not body else _read_form(body) | _read_form(query)


def _read_form(text: str) -> dict[str, str]:
    """The parameters of a query string or form; most texts need no decoding."""
    decode: Callable[[str], str] = unquote_plus if "%" in text or "+" in text else str
    pairs = [part.partition("=") for part in text.split("&") if part]
    values = {decode(name): decode(value) for name, _, value in pairs}
    if len(values) < len(pairs):
        raise ApiError(-1101, "Duplicate values for a parameter detected.")
    return values


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


class RestHandler:
    """One handler for all of /api and /sapi."""

    def __init__(self, service: Service, journal: Journal, faults: ArmedFaults) -> None:
        self._service, self._journal, self._faults = service, journal, faults

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path, _, query = request.raw_path.partition("?")
        raw = await request.read() if request.body_exists else b""
        refusal = fault_refusal(self._faults, "rest", request)
        if refusal is not None:
            return refusal
        endpoint = BY_PATH.get((request.method, path)) or self._wallet_endpoint(request.method, path)
        if endpoint is None:
            return self._unknown_path(request, path)
        return await self._serve(request, endpoint, query, raw.decode("utf-8", "surrogateescape"))

    def _wallet_endpoint(self, verb: str, path: str) -> ApiEndpoint | None:
        return WALLET_BY_PATH.get((verb, path)) if self._service.gate.exchange.wallet.available else None

    def _unknown_path(self, request: web.BaseRequest, path: str) -> web.Response:
        self._journal.request("rest", f"{request.method} {path}", {})
        if path.startswith(GONE_PATHS):
            return web.Response(status=410, text=GONE, content_type="text/html")
        if "text/html" in request.headers.get("Accept", ""):
            return web.Response(status=404, text=NOT_FOUND, content_type="text/html")
        return web.Response(status=404)

    async def _serve(
        self, request: web.BaseRequest, endpoint: ApiEndpoint, query: str, body: str
    ) -> web.StreamResponse:
        number = 0
        try:
            values = read_values(query, body)
            number = self._journal.request("rest", f"{request.method} {request.path}", values)
            unit = read_unit(request.headers.get("X-MBX-TIME-UNIT"))
        except ApiError as error:
            return self._respond(number, endpoint, ApiReply(error=error), "")
        payload = _bytes(without_signature(query) + without_signature(body))
        raw_request = RawRequest(endpoint, values, payload, request.headers.get("X-MBX-APIKEY"), unit=unit)
        reply = await self._ask(raw_request)
        return await self._finish(request, number, raw_request, reply)

    async def _ask(self, raw_request: RawRequest) -> ApiReply:
        """The first reply of the service; what the service does after that continues in the background."""
        first: asyncio.Future[ApiReply] = asyncio.get_running_loop().create_future()

        def send(reply: ApiReply) -> None:
            if not first.done():
                first.set_result(reply)

        self._service.serve(raw_request, "rest", send)
        return first.result() if first.done() else await first

    async def _finish(
        self, request: web.BaseRequest, number: int, raw_request: RawRequest, reply: ApiReply
    ) -> web.StreamResponse:
        if reply.lost or reply.cut:
            shown = reply.error.body() if reply.error is not None else reply.answer
            self._journal.write("reply", via="rest", n=number, lost=reply.lost or "cut", body=shown)
        if reply.cut:
            return cut_connection(request)
        if reply.lost and reply.canned is None:
            await asyncio.sleep(SILENCE_S)
            return cut_connection(request)
        response = self._respond(number, raw_request.endpoint, reply, raw_request.api_key or "")
        if reply.after is not None:
            try:
                with contextlib.suppress(ConnectionResetError):  # the client has gone meanwhile
                    await response.prepare(request)
                    await response.write_eof()
            finally:
                reply.after()
        return response

    def _respond(self, number: int, endpoint: ApiEndpoint, reply: ApiReply, api_key: str) -> web.Response:
        headers = self._headers(endpoint)
        if reply.canned is not None:
            return self._respond_canned(number, reply.canned, headers)
        status = reply.error.status if reply.error is not None else 200
        raw = orjson.dumps(reply.error.body() if reply.error is not None else reply.answer)
        headers |= self._counts(endpoint, reply, api_key)
        self._journal.write("reply", via="rest", n=number, status=status, body=raw)
        return web.Response(body=raw, status=status, headers=headers)

    def _respond_canned(self, number: int, canned: CannedAnswer, headers: dict[str, str]) -> web.Response:
        self._journal.write("reply", via="rest", n=number, status=canned.status, canned=True, body=canned.body.decode())
        own = {"Content-Type": canned.content_type, **dict(canned.headers)}
        return web.Response(body=canned.body, status=canned.status, headers=headers | own)

    def _counts(self, endpoint: ApiEndpoint, reply: ApiReply, api_key: str) -> dict[str, str]:
        if isinstance(reply.error, LimitError):
            return {"Retry-After": str(reply.error.retry_after_s)}
        key = self._service.gate.keys.get(api_key)
        if reply.error is not None or not endpoint.orders or key is None:
            return {}
        ten_seconds, day = (row["count"] for row in order_limit_rows(key.account))
        return {"X-MBX-ORDER-COUNT-10S": str(ten_seconds), "X-MBX-ORDER-COUNT-1D": str(day)}

    def _headers(self, endpoint: ApiEndpoint) -> dict[str, str]:
        limits = self._service.gate.limits
        if endpoint.wallet:
            return {"Content-Type": JSON_TYPE, "X-SAPI-USED-IP-WEIGHT-1M": str(limits.wallet.count)}
        used = str(limits.used)
        return {"Content-Type": JSON_TYPE, "X-MBX-USED-WEIGHT": used, "X-MBX-USED-WEIGHT-1M": used}
