"""What a request to the exchange can end in, as values. Only two of them say that nothing happened."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import orjson

from lotkeeper.exchange.rest.errors import TOO_MANY_ORDERS, TOO_MANY_REQUESTS, UNKNOWN_EXECUTION, refusal_kind
from lotkeeper.trading.orders.refusals import RefusalKind

_RETRY_AFTER_S = 60.0  # the longest fixed window of a request limit is a minute
_RETRY_AFTER_BAN_S = 120.0  # a ban lasts two minutes at least (Binance limits.md)
_BANNED_UNTIL = re.compile(r"banned until (\d{13})\b")


@dataclass(frozen=True, slots=True)
class Answered:
    """The exchange did it."""

    body: object


@dataclass(frozen=True, slots=True)
class Refused:
    """A definite no by the exchange: nothing happened."""

    code: int
    text: str
    kind: RefusalKind


@dataclass(frozen=True, slots=True)
class RateLimited:
    """Too many requests, or a ban; nothing happened. Everything of this address must wait for `retry_after_s` seconds.

    With `is_about_orders` only orders must: the account has too many that are not filled (-1015).
    """

    retry_after_s: float
    text: str
    is_about_orders: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """Sent, or perhaps sent, and no word of the exchange about what became of it."""

    reason: str


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
    return _problem(http_status, lower, content)


def is_refused_as(outcome: object, *kinds: RefusalKind) -> bool:
    """Whether the outcome is a refusal of one of these kinds."""
    return isinstance(outcome, Refused) and outcome.kind in kinds


def ban_end_ms(text: str) -> int | None:
    """The moment (ms, the exchange's clock) in "IP banned until <ms>"; None when the text names none."""
    found = _BANNED_UNTIL.search(text)
    return int(found[1]) if found else None


def _problem(status: int, headers: Mapping[str, str], content: object) -> Outcome:
    code, text = _code_and_text(content)
    if status in {418, 429} or code in TOO_MANY_REQUESTS:
        return _limited(status, headers, text, is_about_orders=code == TOO_MANY_ORDERS and status != 418)
    if code is None or status >= 500 or status < 400 or status == 409 or code in UNKNOWN_EXECUTION:
        return Unknown(f"HTTP {status}, code {code}: {text}")
    return Refused(code, text, refusal_kind(code, text))


def _without_json(status: int, headers: Mapping[str, str], body: bytes) -> Outcome:
    # A web application firewall, a proxy or a load balancer answered, and the exchange may have been asked or not.
    if status in {418, 429}:
        return _limited(status, headers, f"HTTP {status}")
    return Unknown(f"HTTP {status} with a body of {len(body)} bytes that is not JSON")


def _limited(status: int, headers: Mapping[str, str], text: str, *, is_about_orders: bool = False) -> RateLimited:
    """Of Retry-After and the end of a ban that the text names the later counts."""
    is_ban = status == 418 or "banned" in text
    waits = (_number(headers, "retry-after"), _until_ban_ends(headers, text))
    usual = _RETRY_AFTER_BAN_S if is_ban else _RETRY_AFTER_S
    wait = max((float(each) for each in waits if each is not None), default=usual)
    return RateLimited(wait, text, is_about_orders)


def _until_ban_ends(headers: Mapping[str, str], text: str) -> float | None:
    """Seconds from the reply's own Date to the moment in "IP banned until <ms>"."""
    until_ms = ban_end_ms(text)
    try:
        answered_s = parsedate_to_datetime(headers.get("date", "")).timestamp()
    except (ValueError, OverflowError):
        return None
    return None if until_ms is None else max(0.0, until_ms / 1000 - answered_s)


def _code_and_text(content: object) -> tuple[int | None, str]:
    if not isinstance(content, dict):
        return None, "the body names no error"
    code, text = content.get("code"), content.get("msg")
    return (code if type(code) is int else None), str(text)[:500]


def _number(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
