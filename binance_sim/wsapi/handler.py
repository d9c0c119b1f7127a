"""The WebSocket API: requests and answers as JSON frames (source: "WebSocket API general information")."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web

from binance_sim.api.gate import RawRequest
from binance_sim.api.service import ApiReply, Service
from binance_sim.api.shapes.accounts import order_limit_rows
from binance_sim.api.table import BY_METHOD, ApiEndpoint
from binance_sim.clock import read_unit
from binance_sim.errors import ApiError, LimitError
from binance_sim.faults.armed import ArmedFaults
from binance_sim.journal.writer import Journal
from binance_sim.sockets.connection_gate import ConnectionGate
from binance_sim.sockets.peers import PeerGroup, SocketPeer
from binance_sim.wsapi.sessions import Session, SessionMethods, SessionRequest
from binance_sim.wsapi.subscriptions import UserHub

CONNECT_WEIGHT = 2
Json = dict[str, Any]
SESSION_METHODS = ("session.logon", "session.status", "session.logout")


def literal(value: Any) -> str:
    """A parameter as it is signed: text unchanged, other values as JSON."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def read_params(frame: Json, text: str) -> dict[str, str]:
    """Parameters as text. Numbers with a fraction keep the digits that were sent: 0.10 does not become 0.1."""
    params = {} if frame.get("params") is None else frame["params"]
    if not isinstance(params, dict):
        raise ApiError(-1135, "Invalid JSON Request")
    if any(isinstance(value, float) for value in params.values()):
        params = json.loads(text, parse_float=str)["params"]
    return {name: literal(value) for name, value in params.items()}


def signed_payload(values: Mapping[str, str]) -> bytes:
    """All parameters except the signature, sorted by name, not percent-encoded."""
    return "&".join(f"{name}={values[name]}" for name in sorted(values) if name != "signature").encode()


@dataclass(frozen=True, slots=True)
class SocketRequest:
    """What the reply to a request needs. `number` is the request's number in the journal."""

    session: Session
    id: Any
    method: str
    number: int
    values: Mapping[str, str]

    @property
    def shows_limits(self) -> bool:
        wish = self.values.get("returnRateLimits")
        return self.session.show_limits if wish is None else wish == "true"


class WsApiHandler:
    """Serves /ws-api/v3."""

    def __init__(self, service: Service, hub: UserHub, peers: PeerGroup, journal: Journal, faults: ArmedFaults) -> None:
        self._service, self._hub, self._peers, self._journal = service, hub, peers, journal
        self._gate = service.gate
        self._connection_gate = ConnectionGate(service.gate.limits, faults, journal, "user")
        self._sessions = SessionMethods(service.gate, hub)
        self._by_peer: dict[SocketPeer, Session] = {}

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        refused = self._connection_gate.refusal_for(request, self._gate.limits.api_connections, CONNECT_WEIGHT)
        if refused is not None:
            return refused
        show_limits = request.query.get("returnRateLimits", "true").lower() != "false"
        try:
            unit = read_unit(request.query.get("timeUnit"))
        except ApiError as error:
            return web.json_response(error.body(), status=error.status)

        def opened(peer: SocketPeer) -> None:
            self._by_peer[peer] = Session(peer, self._gate.exchange.clock.us(), show_limits, unit)
            self._connection_gate.record_connect(peer, request)

        return await self._peers.accept(request, opened, self._on_text, self._closed)

    def _closed(self, peer: SocketPeer) -> None:
        self._hub.forget(peer)
        self._by_peer.pop(peer, None)
        self._connection_gate.record_disconnect(peer)

    def _on_text(self, peer: SocketPeer, text: str) -> None:
        session = self._by_peer[peer]
        try:
            frame = orjson.loads(text)
        except orjson.JSONDecodeError:
            frame = None
        if isinstance(frame, dict):
            self._serve(session, frame, text)
        else:
            self._reply(
                SocketRequest(session, None, "", 0, {}), ApiReply(error=ApiError(-1135, "Invalid JSON Request"))
            )

    def _serve(self, session: Session, frame: Json, text: str) -> None:
        method = str(frame.get("method")).removeprefix("v3/")
        request = SocketRequest(session, frame.get("id"), method, 0, {})
        try:
            values = read_params(frame, text)
            number = self._journal.request("ws-api", method, values, conn=session.peer.number, id=request.id)
            request = SocketRequest(session, request.id, method, number, values)
            self._dispatch(request)
        except ApiError as error:
            self._reply(request, ApiReply(error=error))

    def _dispatch(self, request: SocketRequest) -> None:
        payload = signed_payload(request.values)
        if request.method in self._sessions.methods:
            answer = self._sessions.serve(request.method, SessionRequest(request.session, request.values, payload))
            self._reply(request, ApiReply(answer))
            return
        endpoint = BY_METHOD.get(request.method)
        if endpoint is None:
            raise ApiError(-1020, "This operation is not supported.")
        session, key = request.session, request.values.get("apiKey")
        raw_request = RawRequest(endpoint, request.values, payload, key, session.key, session.unit)
        self._service.serve(raw_request, "ws-api", lambda reply: self._reply(request, reply))

    def _reply(self, request: SocketRequest, reply: ApiReply) -> None:
        peer = request.session.peer
        if reply.lost or reply.cut:
            shown = reply.error.body() if reply.error is not None else reply.answer
            self._journal.write(
                "reply", via="ws-api", n=request.number, conn=peer.number, lost=reply.lost or "cut", body=shown
            )
        if reply.cut:
            peer.abort()
            return
        if reply.lost and reply.canned is None:
            return
        raw, shown = self._encode(request, reply)
        sent = peer.send_text(raw)
        self._journal.write("reply", via="ws-api", n=request.number, conn=peer.number, sent=sent, body=shown)
        if reply.after is not None:
            reply.after()

    def _encode(self, request: SocketRequest, reply: ApiReply) -> tuple[bytes, bytes]:
        """The reply's frame, and its journal line, which shows no key."""
        answer: Json = {"id": request.id}
        if reply.canned is not None:
            answer |= {"status": reply.canned.status, "error": _canned_error(reply)}
        elif reply.error is not None:
            answer |= self._refused(request, reply.error)
        else:
            answer |= {"status": 200, "result": reply.answer}
        if request.shows_limits:
            answer["rateLimits"] = self._limits(request)
        raw = orjson.dumps(answer)
        if request.method in SESSION_METHODS and isinstance(reply.answer, dict):
            return raw, orjson.dumps(answer | {"result": {**reply.answer, "apiKey": None}})
        return raw, raw

    def _refused(self, request: SocketRequest, error: ApiError) -> Json:
        """The error of a reply. A revoked key ends the session, and the id is null (source: "API key revocation")."""
        body = error.body()
        if isinstance(error, LimitError):
            unit = request.session.unit
            body["data"] = {"serverTime": unit(error.now_us), "retryAfter": unit(error.retry_us)}
        revoked = error.code == -2015 and request.session.key is not None and "apiKey" not in request.values
        if revoked:
            request.session.key = request.session.authorized = None
        return {"status": error.status, "error": body} | ({"id": None} if revoked else {})

    def _limits(self, request: SocketRequest) -> list[Json]:
        endpoint = BY_METHOD.get(request.method)
        return [*self._order_rows(request, endpoint), self._gate.limits.row()]

    def _order_rows(self, request: SocketRequest, endpoint: ApiEndpoint | None) -> list[Json]:
        key = self._gate.keys.get(request.values.get("apiKey", "")) or request.session.key
        return order_limit_rows(key.account) if endpoint is not None and endpoint.orders and key is not None else []


def _canned_error(reply: ApiReply) -> Json:
    """The error of a canned answer; HTML, which only exists over HTTP, is replaced."""
    canned = reply.canned
    try:
        body = orjson.loads(canned.body) if canned is not None else {}
    except orjson.JSONDecodeError:
        body = {}
    return body or {"code": -1000, "msg": "An unknown error occurred while processing the request."}
