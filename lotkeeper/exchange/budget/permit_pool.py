"""Leaves to connect: all streams share the connections of their address, and each holds one leave in advance."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from lotkeeper.exchange.budget.budget import Budget, WaitUntil
from lotkeeper.exchange.budget.limits import Kind
from lotkeeper.exchange.budget.purposes import Purpose
from lotkeeper.exchange.budget.weights import ACCOUNT_CONNECTION, MARKET_CONNECTION, Cost

ACCOUNT = ""  # the name of the account's stream
_REMEMBERED_MS = 600_000  # attempts, to know them again: twice as long as a stream tells of them
_RESERVE = 3  # a third of the limit at most: streams that never use their leave must not keep it from the others


@dataclass(slots=True)
class _Stream:
    """One stream actor in one life. Attempts in ms of this machine's clock, `since_ms` of the exchange's."""

    owner: object
    wanted: int | None = None
    turn: int = 0
    granted: int = -1
    since_ms: int | None = None  # when the leave was granted that it still holds
    attempts: set[int] = field(default_factory=set)


class Leaves:
    """Who may connect. A leave counts as a connection when it is granted, and again when it is used much later."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._streams: dict[str, _Stream] = {}
        self._turns = 0

    @property
    def owners(self) -> list[Any]:
        """Everybody who ever asked, once a stream."""
        return [stream.owner for stream in self._streams.values()]

    def asked(
        self, name: str, owner: object, number: int, attempts_ms: Iterable[int], *, shift_ms: int, now_ms: int
    ) -> None:
        """A stream wants its leave number `number`, and tells its attempts; asking again changes nothing.

        By the exchange's clock the attempts were `shift_ms` later.
        """
        stream = self._stream(name, owner, now_ms)
        self._attempted(name, stream, attempts_ms, shift_ms, now_ms)
        if number > stream.granted and stream.since_ms is not None:
            self._used(name, stream, now_ms)  # what else, though it told of no attempt
        if stream.wanted is None:
            self._turns += 1
            stream.turn = self._turns
        stream.wanted = number

    def grants(self, now_ms: int) -> list[tuple[str, int, Any]]:
        """The leaves that are granted now, to whom: name, number, owner. The account's stream comes first."""
        wanting = [
            (name != ACCOUNT, each.turn, name) for name, each in self._streams.items() if each.wanted is not None
        ]
        return [granted for *_, name in sorted(wanting) if (granted := self._granted(name, now_ms)) is not None]

    def exhausted(self, now_ms: int) -> WaitUntil | None:
        """Until when nobody may connect, also with a leave; None while there is room."""
        answer = self._budget.may(Cost(connections=1), Purpose.TRADING, now_ms)
        return answer if isinstance(answer, WaitUntil) else None

    def wait(self, name: str, now_ms: int) -> WaitUntil | None:
        """Why the leave that a stream wants is not granted now; None when it is."""
        stream = self._streams[name]
        if stream.wanted is None or stream.wanted <= stream.granted:  # granted before: it counts already
            return self.exhausted(now_ms)
        purpose = Purpose.TRADING if name == ACCOUNT else Purpose.PRICES
        cost = _cost(name) + Cost(connections=self._reserve(now_ms))
        answer = self._budget.may(cost, purpose, now_ms)
        return answer if isinstance(answer, WaitUntil) else None

    def _granted(self, name: str, now_ms: int) -> tuple[str, int, Any] | None:
        stream, number = self._streams[name], self._streams[name].wanted
        if number is None or self.wait(name, now_ms) is not None:
            return None
        if number > stream.granted:
            self._budget.spend(_cost(name), now_ms)
            stream.granted, stream.since_ms = number, now_ms
        stream.wanted = None
        return name, number, stream.owner

    def _reserve(self, now_ms: int) -> int:
        """Leaves of earlier windows that may be used in this one."""
        held = [stream.since_ms for stream in self._streams.values() if stream.since_ms is not None]
        old = sum(not self._budget.counts_alike(Kind.CONNECTIONS, since_ms, now_ms) for since_ms in held)
        return min(old, self._budget.most(Kind.CONNECTIONS) // _RESERVE)

    def _stream(self, name: str, owner: object, now_ms: int) -> _Stream:
        """The stream in this life; the one before may have used its leave and died before it could say so."""
        stream = self._streams.get(name)
        if stream is None or stream.owner != owner:
            if stream is not None and stream.since_ms is not None:
                self._used(name, stream, now_ms)
            stream = self._streams[name] = _Stream(owner, attempts=stream.attempts if stream is not None else set())
        return stream

    def _attempted(self, name: str, stream: _Stream, attempts_ms: Iterable[int], shift_ms: int, now_ms: int) -> None:
        oldest_ms = now_ms - shift_ms - _REMEMBERED_MS
        told = {at_ms for at_ms in attempts_ms if at_ms > oldest_ms}
        for at_ms in sorted(told - stream.attempts):
            self._used(name, stream, min(at_ms + shift_ms, now_ms))
        stream.attempts = {at_ms for at_ms in stream.attempts | told if at_ms > oldest_ms}

    def _used(self, name: str, stream: _Stream, at_ms: int) -> None:
        """An attempt at `at_ms`, with the leave if there is one: in the windows of its grant it has counted already."""
        since_ms, stream.since_ms = stream.since_ms, None
        cost = _cost(name)
        if since_ms is not None:
            counted = [kind for kind in Kind if self._budget.counts_alike(kind, since_ms, at_ms)]
            cost = Cost(*(0 if kind in counted else cost.of(kind) for kind in Kind))
        self._budget.spend(cost, at_ms)


def _cost(name: str) -> Cost:
    return ACCOUNT_CONNECTION if name == ACCOUNT else MARKET_CONNECTION
