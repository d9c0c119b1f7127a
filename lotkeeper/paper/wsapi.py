"""The WebSocket API: requests and answers as JSON frames (source: "WebSocket API general information")."""

import json
from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import web

from lotkeeper.paper.endpoints import BY_METHOD
from lotkeeper.paper.errors import ApiError
from lotkeeper.paper.frames import text_frame
from lotkeeper.paper.gate import Gate
from lotkeeper.paper.peers import Peer, Peers
from lotkeeper.paper.private import order_limits
from lotkeeper.paper.sessions import Call, Session, Sessions
from lotkeeper.paper.userhub import UserHub
from lotkeeper.paper.weights import TooManyRequestsError

CONNECT_WEIGHT = 2
Json = dict[str, Any]


def literal(value: Any) -> str:
    """A parameter as its signature writes it: text as it is, all else as its JSON literal."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def read_params(frame: Json, text: str) -> dict[str, str]:
    """Parameters as text. Numbers with a fraction keep the digits that were sent: 0.10 is not 0.1."""
    params = {} if frame.get("params") is None else frame["params"]
    if not isinstance(params, dict):
        raise ApiError(-1135, "Invalid JSON Request")
    if any(isinstance(value, float) for value in params.values()):
        params = json.loads(text, parse_float=str)["params"]
    return {name: literal(value) for name, value in params.items()}


def signed_payload(values: Mapping[str, str]) -> bytes:
    """All parameters but the signature, sorted by name, not percent-encoded."""
    return "&".join(f"{name}={values[name]}" for name in sorted(values) if name != "signature").encode()


class WsApi:
    """Serves /ws-api/v3."""

    def __init__(self, gate: Gate, hub: UserHub, peers: Peers) -> None:
        self._gate = gate
        self._hub = hub
        self._peers = peers
        self._sessions = Sessions(gate, hub)
        self._by_peer: dict[Peer, Session] = {}

    async def handle(self, request: web.Request) -> web.StreamResponse:
        try:
            self._gate.weights.add(CONNECT_WEIGHT)
        except TooManyRequestsError as error:
            return web.Response(status=error.status, headers={"Retry-After": str(error.retry_after_s)})
        show_limits = request.query.get("returnRateLimits", "true").lower() != "false"

        def opened(peer: Peer) -> None:
            self._by_peer[peer] = Session(peer, self._gate.exchange.clock.ms(), show_limits)

        return await self._peers.accept(request, opened, self._on_text, self._closed)

    def _closed(self, peer: Peer) -> None:
        self._hub.forget(peer)
        self._by_peer.pop(peer, None)

    def _on_text(self, peer: Peer, text: str) -> None:
        session = self._by_peer[peer]
        try:
            frame = orjson.loads(text)
        except orjson.JSONDecodeError:
            frame = None
        if not isinstance(frame, dict):
            self._reply(session, {"id": None}, 0, ApiError(-1135, "Invalid JSON Request"))
            return
        self._serve(session, frame, text)

    def _serve(self, session: Session, frame: Json, text: str) -> None:
        number, values = 0, None
        try:
            values = read_params(frame, text)
            method = str(frame.get("method")).removeprefix("v3/")
            number = self._gate.journal.request("ws-api", method, values, conn=session.peer.number, id=frame.get("id"))
            self._reply(session, frame, number, self._result(session, method, values), values)
        except ApiError as error:
            self._reply(session, frame, number, error, values)

    def _result(self, session: Session, method: str, values: Mapping[str, str]) -> Any:
        call = Call(session, values, signed_payload(values))
        if method in self._sessions.methods:
            return self._sessions.serve(method, call)
        endpoint = BY_METHOD.get(method)
        if endpoint is None:
            raise ApiError(-1020, "This operation is not supported.")
        logged_on = session.api_key is not None
        return self._gate.serve(endpoint, values, call.payload, values.get("apiKey"), logged_on)

    def _reply(
        self, session: Session, frame: Json, number: int, result: Any, values: Mapping[str, str] | None = None
    ) -> None:
        answer: Json = {"id": frame.get("id")}
        if isinstance(result, ApiError):
            answer |= {"status": result.status, "error": self._error(result)}
        else:
            answer |= {"status": 200, "result": result}
        if self._shows_limits(session, frame, values):
            answer["rateLimits"] = self._limits(str(frame.get("method")))
        raw = orjson.dumps(answer)
        session.peer.send(text_frame(raw))
        self._gate.journal.write("reply", via="ws-api", n=number, conn=session.peer.number, body=raw)

    @staticmethod
    def _shows_limits(session: Session, frame: Json, values: Mapping[str, str] | None) -> bool:
        asked = (values or {}).get("returnRateLimits")
        return session.show_limits if asked is None else asked == "true"

    @staticmethod
    def _error(error: ApiError) -> Json:
        body = error.body()
        if isinstance(error, TooManyRequestsError):
            body["data"] = {"serverTime": error.now, "retryAfter": error.retry_at_ms}
        return body

    def _limits(self, method: str) -> list[Json]:
        endpoint = BY_METHOD.get(method.removeprefix("v3/"))
        orders = order_limits(self._gate.exchange) if endpoint and endpoint.orders else []
        return [*orders, self._gate.weights.row()]
