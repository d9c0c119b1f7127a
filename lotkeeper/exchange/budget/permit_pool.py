"""Permits to connect: all streams share the connections of their address, and each holds one permit in advance."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from lotkeeper.exchange.budget.budget import Budget, Delay
from lotkeeper.exchange.budget.costs import ACCOUNT_CONNECTION, MARKET_CONNECTION, Cost, Purpose
from lotkeeper.exchange.budget.limits import LimitKind

ACCOUNT = ""  # the name of the user stream
_REMEMBERED_MS = 600_000  # attempts, to recognise them: twice as long as a stream reports them
_RESERVE = 3  # a third of the limit at most: streams that never use their permit must not keep it from the others


@dataclass(slots=True)
class _Stream:
    """One stream actor, in one process."""

    owner: object
    wanted: int | None = None  # the number of the permit that it waits for
    turn: int = 0  # its place in the order of service
    granted: int = -1  # the number of the newest permit that it was granted
    since_ms: int | None = None  # when the permit was granted that it still holds; by the exchange's clock
    attempts: set[int] = field(default_factory=set)  # by this machine's clock (ms)


class PermitPool:
    """Which stream may connect. A permit counts as a connection when it is granted, and again when used much later."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._streams: dict[str, _Stream] = {}
        self._turns = 0

    @property
    def owners(self) -> list[Any]:
        """The newest owner of each stream that ever asked."""
        return [stream.owner for stream in self._streams.values()]

    def request(
        self, name: str, owner: object, number: int, attempts_ms: Iterable[int], *, shift_ms: int, now_ms: int
    ) -> None:
        """A stream asks for its permit `number` and reports its attempts; to ask again changes nothing.

        By the exchange's clock the attempts were `shift_ms` later.
        """
        stream = self._stream(name, owner, now_ms)
        self._count_attempts(name, stream, attempts_ms, shift_ms, now_ms)
        if number > stream.granted and stream.since_ms is not None:
            self._use(name, stream, now_ms)  # it must have used its permit, though it reported no attempt
        if stream.wanted is None:
            self._turns += 1
            stream.turn = self._turns
        stream.wanted = number

    def grant(self, now_ms: int) -> list[tuple[str, int, Any]]:
        """Grants what may be granted now: name, number and owner of each permit. The user stream comes first."""
        waiting = [
            (name != ACCOUNT, each.turn, name) for name, each in self._streams.items() if each.wanted is not None
        ]
        return [granted for *_, name in sorted(waiting) if (granted := self._grant(name, now_ms)) is not None]

    def exhausted(self, now_ms: int) -> Delay | None:
        """Until when no stream may connect, not even with a permit; None while there is room."""
        return self._budget.wait_for(Cost(connections=1), Purpose.TRADING, now_ms)

    def wait_of(self, name: str, now_ms: int) -> Delay | None:
        """Why the permit that a stream asked for is not granted now; None when it is."""
        stream = self._streams[name]
        if stream.wanted is None or stream.wanted <= stream.granted:  # granted before: it counts already
            return self.exhausted(now_ms)
        purpose = Purpose.TRADING if name == ACCOUNT else Purpose.PRICES
        cost = _cost(name) + Cost(connections=self._reserve(now_ms))
        return self._budget.wait_for(cost, purpose, now_ms)

    def _grant(self, name: str, now_ms: int) -> tuple[str, int, Any] | None:
        stream, number = self._streams[name], self._streams[name].wanted
        if number is None or self.wait_of(name, now_ms) is not None:
            return None
        if number > stream.granted:
            self._budget.spend(_cost(name), now_ms)
            stream.granted, stream.since_ms = number, now_ms
        stream.wanted = None
        return name, number, stream.owner

    def _reserve(self, now_ms: int) -> int:
        """The permits of earlier windows that may be used in this one."""
        held = [stream.since_ms for stream in self._streams.values() if stream.since_ms is not None]
        old = sum(not self._budget.count_together(LimitKind.CONNECTIONS, since_ms, now_ms) for since_ms in held)
        return min(old, self._budget.lowest_limit(LimitKind.CONNECTIONS) // _RESERVE)

    def _stream(self, name: str, owner: object, now_ms: int) -> _Stream:
        """The stream of this owner. Its predecessor may have used the permit and died before it could report that."""
        stream = self._streams.get(name)
        if stream is None or stream.owner != owner:
            if stream is not None and stream.since_ms is not None:
                self._use(name, stream, now_ms)
            stream = self._streams[name] = _Stream(owner, attempts=stream.attempts if stream is not None else set())
        return stream

    def _count_attempts(
        self, name: str, stream: _Stream, attempts_ms: Iterable[int], shift_ms: int, now_ms: int
    ) -> None:
        oldest_ms = now_ms - shift_ms - _REMEMBERED_MS
        reported = {at_ms for at_ms in attempts_ms if at_ms > oldest_ms}
        for at_ms in sorted(reported - stream.attempts):
            self._use(name, stream, min(at_ms + shift_ms, now_ms))
        stream.attempts = {at_ms for at_ms in stream.attempts | reported if at_ms > oldest_ms}

    def _use(self, name: str, stream: _Stream, at_ms: int) -> None:
        """Counts an attempt at `at_ms`; a permit that was used for it has counted already, in the windows of then."""
        since_ms, stream.since_ms = stream.since_ms, None
        cost = _cost(name)
        if since_ms is not None:
            counted = [kind for kind in LimitKind if self._budget.count_together(kind, since_ms, at_ms)]
            cost = Cost(*(0 if kind in counted else cost.of(kind) for kind in LimitKind))
        self._budget.spend(cost, at_ms)


def _cost(name: str) -> Cost:
    return ACCOUNT_CONNECTION if name == ACCOUNT else MARKET_CONNECTION
