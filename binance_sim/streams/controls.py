"""Control frames of market streams: SUBSCRIBE and the others (source: "Live Subscribing/Unsubscribing to streams").

Their errors have small positive codes, unlike those of REST, and no status.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from binance_sim.clock import TimeUnit
from binance_sim.sockets.peers import SocketPeer

UNKNOWN_PROPERTY, WRONG_TYPE, INVALID_REQUEST, INVALID_JSON = 0, 1, 2, 3
METHODS = ("SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS", "SET_PROPERTY", "GET_PROPERTY")
LONGEST_ID = 36
BOUND = 2**63
Json = dict[str, Any]


class StreamError(Exception):
    """A control frame is refused."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(slots=True, eq=False)
class Listener:
    """The subscriptions of one connection; `combined` wraps payloads with the name of their stream."""

    peer: SocketPeer
    combined: bool
    unit: TimeUnit
    names: dict[str, None] = field(default_factory=dict)


ChangeSubscriptions = Callable[[Listener, list[str]], None]


def answer_control(
    listener: Listener, text: str, subscribe: ChangeSubscriptions, unsubscribe: ChangeSubscriptions
) -> Json:
    """Execute a control frame; returns its answer."""
    frame: Any = None
    try:
        frame = _parse(text)
        _check_id(frame)
        return {"result": _serve(listener, frame, subscribe, unsubscribe), "id": frame.get("id")}
    except StreamError as error:
        number = frame.get("id") if isinstance(frame, dict) else None
        return {"error": {"code": error.code, "msg": str(error)}, "id": number}


def _parse(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise StreamError(INVALID_JSON, f"Invalid JSON: {error}") from error


def _check_id(frame: Any) -> None:
    """Check that the id is a whole number, a short text of letters and digits, or null."""
    number = frame.get("id") if isinstance(frame, dict) else None
    is_number = isinstance(number, int) and not isinstance(number, bool) and -BOUND <= number < BOUND
    is_text = isinstance(number, str) and len(number) <= LONGEST_ID and number.replace("-", "").isalnum()
    if not (number is None or is_number or is_text):
        frame["id"] = None
        raise StreamError(INVALID_REQUEST, "Invalid request: request ID must be an unsigned integer")


def _serve(listener: Listener, frame: Any, subscribe: ChangeSubscriptions, unsubscribe: ChangeSubscriptions) -> Any:
    method = frame.get("method") if isinstance(frame, dict) else None
    if method not in METHODS:
        raise StreamError(INVALID_REQUEST, _unknown(method))
    params = frame.get("params")
    if method == "LIST_SUBSCRIPTIONS":
        return list(listener.names)
    if method == "GET_PROPERTY":
        return _get_property(listener, params)
    if method == "SET_PROPERTY":
        return _set_property(listener, params)
    return (subscribe if method == "SUBSCRIBE" else unsubscribe)(listener, _read_names(params))


def _unknown(method: Any) -> str:
    if method is None:
        return "Invalid request: missing field `method`"
    return f"Invalid request: unknown variant `{method}`, expected one of {', '.join(f'`{each}`' for each in METHODS)}"


def _set_property(listener: Listener, params: Any) -> None:
    if not isinstance(params, list) or not params or not isinstance(params[0], str):
        raise StreamError(INVALID_REQUEST, "Invalid request: property name must be a string")
    if params[0] != "combined":
        raise StreamError(UNKNOWN_PROPERTY, "Unknown property")
    if len(params) > 2:
        raise StreamError(INVALID_REQUEST, "Invalid request: too many parameters")
    if len(params) < 2 or not isinstance(params[1], bool):
        raise StreamError(WRONG_TYPE, "Invalid value type: expected Boolean")
    listener.combined = params[1]


def _get_property(listener: Listener, params: Any) -> bool:
    if params != ["combined"]:
        raise StreamError(UNKNOWN_PROPERTY, "Unknown property")
    return listener.combined


def _read_names(names: Any) -> list[str]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise StreamError(INVALID_REQUEST, "Invalid request: streams must be an array")
    return names
