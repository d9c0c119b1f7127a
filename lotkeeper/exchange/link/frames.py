"""Frames of the WebSocket API (Binance web-socket-api.md): requests as they are sent, and what arrives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from lotkeeper.exchange.budget.limits import read_reply_counts
from lotkeeper.exchange.observer import Reply
from lotkeeper.exchange.requests import ExchangeRequest
from lotkeeper.exchange.rest.outcomes import Answered, Outcome, Unknown, code_and_text, outcome_of_error
from lotkeeper.exchange.signing import Ed25519Signer, Signer, signed_frame_params

# What REST takes as text these parameters take as JSON values, which are written the same: 28, true, ["BTCUSDT"].
_JSON_VALUES = frozenset({"orderId", "fromId", "limit", "omitZeroBalances", "symbols"})
LOGON = "session.logon"
_MAX_KIND = 40  # characters of a name that we did not choose


class FrameWriter:
    """Writes requests. With an Ed25519 key a connection logs on once; with others each request carries a signature."""

    def __init__(self, signer: Signer, recv_window_ms: int, now_ms: Callable[[], int]) -> None:
        self._signer, self._recv_window_ms, self._now_ms = signer, recv_window_ms, now_ms
        self.logs_on = isinstance(signer, Ed25519Signer)  # the only key type that can ("Session Authentication")

    def request(self, number: int, request: ExchangeRequest) -> bytes:
        """A request; one that is signed is good for a connection that is logged on, where the key can do that.

        The logon itself always carries its signature.
        """
        params: dict[str, object] = dict(request.params)
        for name in _JSON_VALUES.intersection(params):
            params[name] = orjson.Fragment(request.params[name])
        if request.is_signed and self.logs_on and request.ws_method != LOGON:
            params["recvWindow"] = self._recv_window_ms
            params["timestamp"] = self._now_ms()
        elif request.is_signed:
            params = self._signed(params)
        return _frame(number, request.ws_method, params)

    def _signed(self, params: Mapping[str, object]) -> dict[str, object]:
        return signed_frame_params(params, self._signer, self._now_ms(), self._recv_window_ms)


class ApiReply(NamedTuple):
    """The reply to one request."""

    number: object  # the id of the request; whatever the exchange sent
    reply: Reply


@dataclass(frozen=True, slots=True)
class LoggedOff:
    """The exchange ended the session: the key is not valid any more (web-socket-api.md, "API key revocation")."""

    text: str


@dataclass(frozen=True, slots=True)
class ShuttingDown:
    """The server shuts down soon: open another connection."""


@dataclass(frozen=True, slots=True)
class OtherFrame:
    """A frame that is no reply: an event that nobody asked for, or something that cannot be read."""

    kind: str  # for people


ApiFrame = ApiReply | LoggedOff | ShuttingDown | OtherFrame


def read_frame(text: bytes) -> ApiFrame:
    """What a frame says. It may contain anything; nothing raises."""
    try:
        source = orjson.loads(text)
    except orjson.JSONDecodeError:
        return OtherFrame("not JSON")
    if not isinstance(source, dict):
        return OtherFrame(f"a JSON {type(source).__name__}")
    if "status" not in source:
        return _event(source)
    outcome, number = _outcome(source), source.get("id")
    if number is None:
        return LoggedOff(_text_of(source)) if source["status"] == 401 else OtherFrame(f"no id: {_text_of(source)}")
    return ApiReply(number, Reply(outcome, read_reply_counts(source.get("rateLimits"))))


def _frame(number: int, method: str, params: Mapping[str, object]) -> bytes:
    return orjson.dumps({"id": number, "method": method, "params": params})


def _event(source: Mapping[str, Any]) -> ApiFrame:
    """An event is wrapped ("Event format")."""
    event = source.get("event")
    name = event.get("e") if isinstance(event, dict) else None
    if name == "serverShutdown":
        return ShuttingDown()
    return OtherFrame(name[:_MAX_KIND] if isinstance(name, str) else "no reply and no event")


def _outcome(source: Mapping[str, Any]) -> Outcome:
    status = source["status"]
    if type(status) is not int:
        return Unknown("a reply without a status")
    if 200 <= status < 300:
        return Answered(source["result"]) if "result" in source else Unknown("a reply without a result")
    error = source.get("error")
    return outcome_of_error(status, *code_and_text(error), (_wait_s(error),))


def _wait_s(error: object) -> float | None:
    """How long the exchange asks us to wait; both times are by its own clock (ms)."""
    data = error.get("data") if isinstance(error, dict) else None
    if not isinstance(data, dict):
        return None
    now_ms, until_ms = data.get("serverTime"), data.get("retryAfter")
    if type(now_ms) is not int or type(until_ms) is not int:
        return None
    return max(0.0, (until_ms - now_ms) / 1000)


def _text_of(source: Mapping[str, Any]) -> str:
    code, text = code_and_text(source.get("error"))
    return f"{text} ({code})"
