"""The REST API over HTTP (source: "General API information")."""

from urllib.parse import parse_qsl

import orjson
from aiohttp import web

from lotkeeper.paper.endpoints import BY_PATH, Endpoint
from lotkeeper.paper.errors import ApiError
from lotkeeper.paper.gate import Gate
from lotkeeper.paper.signing import without_signature
from lotkeeper.paper.weights import TooManyRequestsError

JSON_TYPE = "application/json;charset=UTF-8"
GONE = "<html><head><title>410 Gone</title></head><body><center><h1>410 Gone</h1></center></body></html>"
LISTEN_KEYS = "/api/v3/userDataStream"


def read_values(query: str, body: str) -> dict[str, str]:
    """Parameters of query and form body; the query's win. Raises ApiError -1101 for one sent twice."""
    merged: dict[str, str] = {}
    for text in (body, query):
        pairs = parse_qsl(text, keep_blank_values=True)
        if len({name for name, _ in pairs}) < len(pairs):
            raise ApiError(-1101, "Duplicate values for a parameter detected.")
        merged.update(pairs)
    return merged


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


class Rest:
    """One handler for all of /api: paths are looked up, not routed."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def handle(self, request: web.Request) -> web.Response:
        path, _, query = request.raw_path.partition("?")
        raw = await request.read() if request.body_exists else b""
        endpoint = BY_PATH.get((request.method, path))
        if endpoint is None:
            return self._nowhere(request, path)
        return self._answer(request, endpoint, query, raw.decode("utf-8", "surrogateescape"))

    def _nowhere(self, request: web.Request, path: str) -> web.Response:
        self._gate.journal.request("rest", f"{request.method} {path}", {})
        if path == LISTEN_KEYS:
            return web.Response(status=410, text=GONE, content_type="text/html")
        if "text/html" in request.headers.get("Accept", ""):
            return web.Response(status=404, text="<html><body><h1>404 Not Found</h1></body></html>")
        return web.Response(status=404)

    def _answer(self, request: web.Request, endpoint: Endpoint, query: str, body: str) -> web.Response:
        status, extra, number = 200, {}, 0
        try:
            values = read_values(query, body)
            number = self._gate.journal.request("rest", f"{request.method} {request.path}", values)
            payload = _bytes(without_signature(query) + without_signature(body))
            key = request.headers.get("X-MBX-APIKEY")
            answer = orjson.dumps(self._gate.serve(endpoint, values, payload, key))
            extra = self._order_counts() if endpoint.orders else {}
        except ApiError as error:
            status, answer = error.status, orjson.dumps(error.body())
            if isinstance(error, TooManyRequestsError):
                extra = {"Retry-After": str(error.retry_after_s)}
        self._gate.journal.write("reply", via="rest", n=number, status=status, body=answer)
        return web.Response(body=answer, status=status, headers=self._headers() | extra)

    def _headers(self) -> dict[str, str]:
        used = str(self._gate.weights.used)
        return {"Content-Type": JSON_TYPE, "X-MBX-USED-WEIGHT": used, "X-MBX-USED-WEIGHT-1M": used}

    def _order_counts(self) -> dict[str, str]:
        ten_seconds, day = self._gate.exchange.unfilled.counts()
        return {"X-MBX-ORDER-COUNT-10S": str(ten_seconds), "X-MBX-ORDER-COUNT-1D": str(day)}
