"""What a request to the exchange can end in, as values. After Unknown nobody knows whether something happened."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

import orjson

from lotkeeper.exchange.errors import (
    TOO_MANY_ORDERS,
    TOO_MANY_REQUESTS,
    UNKNOWN_EXECUTION,
    ban_end_ms,
    refusal_kind,
)
from lotkeeper.exchange.fields import MalformedError
from lotkeeper.trading.orders.refusals import RefusalKind

_NO_TEXT = "without a text"
_RETRY_AFTER_S = 60.0  # the longest fixed window of a request limit is a minute
_RETRY_AFTER_BAN_S = 120.0  # a ban lasts two minutes at least (Binance limits.md)


@dataclass(frozen=True, slots=True)
class Answered:
    """The exchange did it."""

    body: object  # decoded as the method of the client says


@dataclass(frozen=True, slots=True)
class Refused:
    """A definite no by the exchange: nothing happened."""

    code: int
    text: str  # for people; decide by `kind`
    kind: RefusalKind


@dataclass(frozen=True, slots=True)
class RateLimited:
    """Too many requests, or a ban of this address; nothing happened."""

    retry_after_s: float  # how long to send nothing, or no order
    text: str
    is_about_orders: bool = False  # only orders must wait: too many of the account are not filled (-1015)
    ban_ends_ms: int | None = None  # by the exchange's clock; None for no ban, or one whose end the text does not name
    is_ban: bool = False  # of this address: HTTP 418


@dataclass(frozen=True, slots=True)
class Unknown:
    """Sent, or perhaps sent, and the exchange has not said what became of it."""

    reason: str
    status: int | None = field(default=None, compare=False)  # of HTTP, where there was a reply


@dataclass(frozen=True, slots=True)
class NotSent:
    """Certainly never reached the exchange: nothing happened."""

    reason: str


Outcome = Answered | Refused | RateLimited | Unknown | NotSent


def outcome_of(http_status: int, headers: Mapping[str, str], body: bytes) -> Outcome:
    """What an HTTP reply means. `headers` may be of any case."""
    lower = {name.lower(): value for name, value in headers.items()}
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        return _without_json(http_status, lower, body)
    if 200 <= http_status < 300:
        return Answered(content)
    code, text = code_and_text(content)
    return outcome_of_error(http_status, code, text, _waits_s(lower, ban_end_ms(text)))


def decoded(outcome: Outcome, read: Callable[[object], object]) -> Outcome:
    """The outcome with its body decoded; Unknown where the body cannot be read."""
    if not isinstance(outcome, Answered):
        return outcome
    try:
        return Answered(read(outcome.body))
    except MalformedError as error:
        return Unknown(f"the answer cannot be read: {error}")


def is_refused_as(outcome: object, *kinds: RefusalKind) -> bool:
    """Whether the outcome is a refusal of one of these kinds."""
    return isinstance(outcome, Refused) and outcome.kind in kinds


def describe(outcome: Outcome) -> str:
    """What became of a request, for people."""
    match outcome:
        case Refused(code, text):
            return f"{text} ({code})" if code else text
        case RateLimited(retry_after_s, text):
            return f"{text}; again in {retry_after_s:.0f} s"
        case Unknown(reason) | NotSent(reason):
            return reason
        case Answered():
            return "an answer of an unexpected shape"


def outcome_of_error(status: int, code: int | None, text: str, waits_s: Iterable[float | None] = ()) -> Outcome:
    """What an error means; the WebSocket API has the same statuses, codes and texts as HTTP.

    `waits_s` are the seconds that the exchange asks us to wait, if it does; the longest counts.
    """
    if status in {418, 429} or code in TOO_MANY_REQUESTS:
        is_about_orders = code == TOO_MANY_ORDERS and status != 418
        return _limited(status, text, waits_s, is_about_orders=is_about_orders)
    if code is None or status >= 500 or status < 400 or status == 409 or code in UNKNOWN_EXECUTION:
        return Unknown(f"HTTP {status}, code {code}: {text or _NO_TEXT}", status)
    return Refused(code, text or f"HTTP {status}, {_NO_TEXT}", refusal_kind(code, text, status))


def code_and_text(content: object) -> tuple[int | None, str]:
    """The code and the text of an error."""
    if not isinstance(content, dict):
        return None, ""
    code, text = content.get("code"), content.get("msg")
    return (code if type(code) is int else None), text.strip()[:500] if isinstance(text, str) else ""


def _without_json(status: int, headers: Mapping[str, str], body: bytes) -> Outcome:
    # A web application firewall, a proxy or a load balancer answered: the exchange may have got the request or not.
    if status in {418, 429}:
        return _limited(status, "", _waits_s(headers, None))
    return Unknown(f"HTTP {status} with a body of {len(body)} bytes that is not JSON", status)


def _limited(status: int, text: str, waits_s: Iterable[float | None], *, is_about_orders: bool = False) -> RateLimited:
    is_ban = status == 418 or "banned" in text
    default = _RETRY_AFTER_BAN_S if is_ban else _RETRY_AFTER_S
    wait_s = max((float(each) for each in waits_s if each is not None), default=default)
    what = "the exchange has banned this address" if status == 418 else "the exchange asks for fewer requests"
    return RateLimited(wait_s, text or f"{what} (HTTP {status})", is_about_orders, ban_end_ms(text), is_ban)


def _waits_s(headers: Mapping[str, str], ban_ends_ms: int | None) -> tuple[float | None, ...]:
    """By the headers of a reply: Retry-After, and the time until a ban ends. Both may be missing, or anything."""
    ban_ends_s = None if ban_ends_ms is None else ban_ends_ms / 1000
    # Retry-After may also be a date (RFC 9110, 10.2.3).
    after_s, at_s = _number(headers, "retry-after"), _moment_s(headers, "retry-after")
    return after_s, _until(headers, at_s), _until(headers, ban_ends_s)


def _until(headers: Mapping[str, str], moment_s: float | None) -> float | None:
    """Seconds from the reply's own Date to a moment (seconds since the epoch)."""
    answered_s = _moment_s(headers, "date")
    return None if moment_s is None or answered_s is None else max(0.0, moment_s - answered_s)


def _moment_s(headers: Mapping[str, str], name: str) -> float | None:
    """The date that a header has, in seconds since the epoch."""
    try:
        return parsedate_to_datetime(headers.get(name, "")).timestamp()
    except (ValueError, OverflowError):
        return None


def _number(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
