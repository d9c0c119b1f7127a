"""When a connection that ended or could not be opened is tried again: a pure function of what went wrong."""

from dataclasses import dataclass
from enum import StrEnum

_FIRST_S = 0.1
_AT_ONCE_S = 0.01  # through the mailbox, in which others wait
_HOPELESS_S = 60.0  # what only a person can mend is tried on, for it may be mended on the other side
_CLOCK_TRIES = 3
_LIMITED_S = 120.0  # a ban lasts two minutes at least, a window of a limit one (Binance limits.md)
HEALTHY_AFTER_S = 30.0  # a connection that lived so long was none of the short lives


class Kind(StrEnum):
    """What went wrong, as far as it changes what helps."""

    ENDED = "ended"  # closed by the server, cut, silent, never confirmed: another one may live
    SERVER = "server"  # the server answered that it cannot now (5xx)
    UNREACHABLE = "unreachable"  # nobody was reached: no attempt that the exchange could count
    LIMITED = "limited"  # 429 or 418: whoever asks again is punished
    CLOCK = "clock"  # our timestamp was refused; the clock is set and asked anew
    KEY = "key"  # the key, its permissions or its address list
    ADDRESS = "address"  # no such path there, or a firewall refuses us (other 4xx)
    CERTIFICATE = "certificate"  # somebody else answers, or our list of authorities is old


_STATED_S = dict.fromkeys((Kind.KEY, Kind.ADDRESS, Kind.CERTIFICATE), _HOPELESS_S) | {Kind.LIMITED: _LIMITED_S}
_LOUD = frozenset(_STATED_S)


@dataclass(frozen=True, slots=True)
class Failure:
    """What ended a connection or prevented it; `retry_after_s` is what the exchange asks us to wait."""

    kind: Kind
    text: str
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """Try again after `after_s` seconds; `is_loud`: a person should hear of it, trying alone will not help."""

    after_s: float
    is_loud: bool = False


@dataclass(frozen=True, slots=True)
class Ceilings:
    """The longest waits in seconds: after an attempt that the exchange counts, and after one that reached nobody."""

    counted_s: float
    unreachable_s: float


def next_try(failure: Failure, short_lives: int, jitter: float, most: Ceilings) -> Again:
    """When to try again after `failure`, the newest of `short_lives` in a row (1 or more).

    `jitter` is a random number from 0 to 1 (full jitter, so that streams that fell together do not return together).
    Where nobody is reached nothing is spent, and the network may be back at any moment: that ceiling may be low.
    """
    return Again(max(_AT_ONCE_S, _wait_s(failure, short_lives, jitter, most)), is_loud=failure.kind in _LOUD)


def _wait_s(failure: Failure, short_lives: int, jitter: float, most: Ceilings) -> float:
    if failure.retry_after_s is not None:
        return failure.retry_after_s + jitter
    if failure.kind in _STATED_S:
        return _STATED_S[failure.kind] * (1 + jitter) / 2
    if short_lives <= 1 or (failure.kind is Kind.CLOCK and short_lives <= _CLOCK_TRIES):
        return _AT_ONCE_S
    ceiling = _FIRST_S * 2.0 ** min(short_lives - 1, 64)
    if failure.kind is Kind.UNREACHABLE:
        return min(ceiling, most.unreachable_s) * (1 + jitter) / 2
    return jitter * min(ceiling, most.counted_s)


def kind_of_status(status: int) -> Kind:
    """What an HTTP status means that came instead of a websocket (Binance rest-api.md, HTTP return codes)."""
    if status in {418, 429}:
        return Kind.LIMITED
    return Kind.ADDRESS if 400 <= status < 500 else Kind.SERVER


def kind_of_code(code: int) -> Kind:
    """What an error code means with which a subscription was refused (Binance errors.md)."""
    if code == -1021:
        return Kind.CLOCK
    if code in {-1002, -1022, -2014, -2015}:
        return Kind.KEY
    return Kind.LIMITED if code in {-1003, -1034} else Kind.ENDED
