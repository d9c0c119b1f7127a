"""Market streams: who listens to what (source: "WebSocket Streams")."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote

import orjson
from aiohttp import web

from lotkeeper.paper.frames import text_frame
from lotkeeper.paper.peers import Peer, Peers

INVALID_JSON, INVALID_REQUEST, WRONG_TYPE, UNKNOWN_PROPERTY = 3, 2, 1, 0
MOST_STREAMS = 1024


class StreamError(Exception):
    """A control frame is refused; positive codes, unlike those of REST."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class Listener:
    """One connection's subscriptions; `combined` wraps payloads with their stream's name."""

    def __init__(self, peer: Peer, combined: bool) -> None:
        self.peer = peer
        self.combined = combined
        self.names: dict[str, None] = {}


class Streams:
    """All market stream connections. Unknown names are accepted and stay silent."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers
        self._by_peer: dict[Peer, Listener] = {}
        self._by_name: dict[str, set[Listener]] = {}
        self._methods: dict[str, Callable[[Listener, Any], Any]] = {
            "SUBSCRIBE": self._subscribe,
            "UNSUBSCRIBE": self._unsubscribe,
            "LIST_SUBSCRIPTIONS": lambda listener, _: list(listener.names),
            "SET_PROPERTY": self._set_property,
            "GET_PROPERTY": self._get_property,
        }

    def wanted(self, name: str) -> bool:
        return name in self._by_name

    def publish(self, name: str, payload: bytes) -> None:
        """Send one encoded payload to all who listen to `name`; each of the two forms is framed once."""
        listeners = self._by_name.get(name)
        if not listeners:
            return
        frames: dict[bool, bytes] = {}
        for listener in tuple(listeners):
            if listener.combined not in frames:
                wrapped = b'{"stream":"%b","data":%b}' % (name.encode(), payload) if listener.combined else payload
                frames[listener.combined] = text_frame(wrapped)
            listener.peer.send(frames[listener.combined])

    async def handle(self, request: web.Request) -> web.StreamResponse:
        path, _, query = request.raw_path.partition("?")
        combined = path.startswith("/stream")
        listed = dict(parse_qsl(query)).get("streams", "") if combined else unquote(path.removeprefix("/ws"))
        names = [name for name in listed.split("/") if name]

        def opened(peer: Peer) -> None:
            listener = self._by_peer[peer] = Listener(peer, combined)
            self._subscribe(listener, names)

        return await self._peers.accept(request, opened, self._on_text, self._closed)

    def _closed(self, peer: Peer) -> None:
        listener = self._by_peer.pop(peer)
        self._unsubscribe(listener, list(listener.names))

    def _on_text(self, peer: Peer, text: str) -> None:
        answer: dict[str, Any]
        frame: Any = None
        try:
            frame = self._parse(text)
            result = self._serve(self._by_peer[peer], frame)
            answer = {"result": result, "id": frame.get("id")}
        except StreamError as error:
            number = frame.get("id") if isinstance(frame, dict) else None
            answer = {"error": {"code": error.code, "msg": str(error)}, "id": number}
        peer.send(text_frame(orjson.dumps(answer)))

    @staticmethod
    def _parse(text: str) -> Any:
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise StreamError(INVALID_JSON, f"Invalid JSON: {error}") from error

    def _serve(self, listener: Listener, frame: Any) -> Any:
        method = frame.get("method") if isinstance(frame, dict) else None
        if not isinstance(method, str) or method not in self._methods:
            raise StreamError(INVALID_REQUEST, "Invalid request: unknown method")
        return self._methods[method](listener, frame.get("params"))

    def _subscribe(self, listener: Listener, names: Any) -> None:
        wanted = _read_names(names)
        if len(listener.names.keys() | set(wanted)) > MOST_STREAMS:
            raise StreamError(INVALID_REQUEST, f"Invalid request: more than {MOST_STREAMS} streams")
        for name in wanted:
            listener.names[name] = None
            self._by_name.setdefault(name, set()).add(listener)

    def _unsubscribe(self, listener: Listener, names: Any) -> None:
        for name in _read_names(names):
            listener.names.pop(name, None)
            listeners = self._by_name.get(name, set())
            listeners.discard(listener)
            if not listeners:
                self._by_name.pop(name, None)

    def _set_property(self, listener: Listener, params: Any) -> None:
        if not isinstance(params, list) or len(params) != 2 or params[0] != "combined":
            raise StreamError(UNKNOWN_PROPERTY, "Unknown property")
        if not isinstance(params[1], bool):
            raise StreamError(WRONG_TYPE, "Invalid value type: expected Boolean")
        listener.combined = params[1]

    def _get_property(self, listener: Listener, params: Any) -> bool:
        if params != ["combined"]:
            raise StreamError(UNKNOWN_PROPERTY, "Unknown property")
        return listener.combined

    def drop(self) -> int:
        return self._peers.drop_all()


def _read_names(names: Any) -> list[str]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise StreamError(INVALID_REQUEST, "Invalid request: streams must be an array")
    return names
