"""When to connect and when to poll: pure functions of what went wrong and of the number of pairs."""

from dataclasses import dataclass
from enum import StrEnum

from lotkeeper.exchange.errors import TOO_MANY_CONNECTIONS, TOO_MANY_REQUESTS, refusal_kind
from lotkeeper.trading.orders.refusals import RefusalKind

HEALTHY_AFTER_S = 30.0  # a connection that lasted so long was no short one

_FIRST_S = 0.1
_AT_ONCE_S = 0.01  # through the mailbox, in which other messages wait
_HOPELESS_S = 60.0  # only a person can mend it; we still try, because it may be mended on the other side
_CLOCK_TRIES = 3
_LIMITED_S = 120.0  # a ban lasts at least two minutes, the window of a limit one (Binance limits.md)


class FailureKind(StrEnum):
    """What went wrong, as far as it changes what helps."""

    ENDED = "ended"  # closed by the server, cut, silent, never confirmed: another connection may work
    SERVER = "server"  # the server answered that it cannot now (5xx)
    UNREACHABLE = "unreachable"  # no server was reached: no attempt that the exchange could count
    LIMITED = "limited"  # 429 or 418: to ask again is punished
    CLOCK = "clock"  # our timestamp was refused; the clock is set and we ask again
    KEY = "key"  # the key, its permissions or its address list
    ADDRESS = "address"  # no such path there, or a firewall refuses us (other 4xx)
    CERTIFICATE = "certificate"  # another server answers, or our list of authorities is old


_STATED_S = dict.fromkeys((FailureKind.KEY, FailureKind.ADDRESS, FailureKind.CERTIFICATE), _HOPELESS_S) | {
    FailureKind.LIMITED: _LIMITED_S
}
_LOUD = frozenset(_STATED_S)


@dataclass(frozen=True, slots=True)
class ConnectFailure:
    """What ended a connection or prevented it."""

    kind: FailureKind
    text: str
    retry_after_s: float | None = None  # what the exchange asks us to wait


@dataclass(frozen=True, slots=True)
class NextTry:
    after_s: float
    is_loud: bool = False  # a person should hear of it: to try again will not help


@dataclass(frozen=True, slots=True)
class Ceilings:
    """The longest waits, in seconds."""

    counted_s: float  # after an attempt that the exchange counts
    unreachable_s: float  # after an attempt that reached no server


def next_try(failure: ConnectFailure, short_connections: int, jitter: float, ceilings: Ceilings) -> NextTry:
    """When to try again after `failure`, the newest of `short_connections` in a row (1 or more).

    `jitter` is a random number from 0 to 1 (full jitter: streams that failed together do not return together). An
    attempt that reaches no server costs nothing, and the network may be back at any moment: that ceiling may be low.
    """
    return NextTry(max(_AT_ONCE_S, _wait_s(failure, short_connections, jitter, ceilings)), failure.kind in _LOUD)


def _wait_s(failure: ConnectFailure, short_connections: int, jitter: float, ceilings: Ceilings) -> float:
    if failure.retry_after_s is not None:
        return failure.retry_after_s + jitter
    if failure.kind in _STATED_S:
        return _STATED_S[failure.kind] * (1 + jitter) / 2
    if short_connections <= 1 or (failure.kind is FailureKind.CLOCK and short_connections <= _CLOCK_TRIES):
        return _AT_ONCE_S
    ceiling = _FIRST_S * 2.0 ** min(short_connections - 1, 64)
    if failure.kind is FailureKind.UNREACHABLE:
        return min(ceiling, ceilings.unreachable_s) * (1 + jitter) / 2
    return jitter * min(ceiling, ceilings.counted_s)


def failure_of_status(status: int) -> FailureKind:
    """What an HTTP status in the place of a websocket means (Binance rest-api.md, HTTP return codes)."""
    if status in {418, 429}:
        return FailureKind.LIMITED
    return FailureKind.ADDRESS if 400 <= status < 500 else FailureKind.SERVER


def failure_of_code(code: int) -> FailureKind:
    """What the error code of a refused subscription means."""
    if code in TOO_MANY_REQUESTS or code == TOO_MANY_CONNECTIONS:
        return FailureKind.LIMITED
    match refusal_kind(code, ""):
        case RefusalKind.CLOCK_SKEW:
            return FailureKind.CLOCK
        case RefusalKind.BAD_KEY:
            return FailureKind.KEY
        case _:
            return FailureKind.ENDED


# ---- market streams at the start of the service

_FEW_PAIRS = 8  # with so few the keepers leave room
_KEEPER_S = 0.05  # processor time of a pair's keeper until its first SELL, and of its requests; generous
_MOST_DELAY_S = 4.0  # the streams are few; a little later the broadcaster would ask for prices by REST


def market_streams_start_after_s(pairs: int) -> float:
    """Seconds after the start of the service until the market streams of `pairs` start.

    No SELL waits for a price, but BUYs filled meanwhile wait for their SELL, which the keepers place first.
    """
    return 0.0 if pairs <= _FEW_PAIRS else min(pairs * _KEEPER_S, _MOST_DELAY_S)


# ---- polling the account while its stream is down

_PASS_WEIGHT = 26  # trades from an id (20) and open orders of a pair (6): Binance rest-api.md
_WEIGHT_A_MINUTE = 2_400  # of the 6000 of an address: orders, prices and the balances need the rest
_MIN_POLL_S = 2.0


def poll_every_s(pairs: int) -> float:
    """Seconds between two passes over a pair: all `pairs` together stay within their share of the weight."""
    return max(_MIN_POLL_S, pairs * _PASS_WEIGHT * 60 / _WEIGHT_A_MINUTE)
