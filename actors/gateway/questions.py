"""The questions that wait in the Gateway: in order of purpose, first in, first out within one."""

from collections import deque
from collections.abc import Callable, Container

from actors.gateway.answers import Query
from lotkeeper.engine.asking import Sender
from lotkeeper.exchange.budget.purposes import Purpose
from messages.queries import FetchPrices

_MOST = 5_000  # of each purpose: a keeper has some hundreds at most, and repeats what was refused


def purpose_of(query: Query) -> Purpose:
    return Purpose.PRICES if isinstance(query, FetchPrices) else Purpose.RECONCILING


class Questions:
    """Bounded: what does not fit is refused, and asked again by whoever wants to know.

    Who asks for prices anew wants the older ones no more.
    """

    def __init__(self) -> None:
        self._waiting: dict[Purpose, deque[tuple[Query, Sender]]] = {purpose: deque() for purpose in Purpose}

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def put(self, query: Query, asker: Sender) -> bool:
        """Whether it waits now; one that waited already waits on."""
        if isinstance(query, FetchPrices):
            self._forget_prices_of(asker)
        waiting = self._waiting[purpose_of(query)]
        if (query, asker) in waiting:
            return True
        if len(waiting) >= _MOST:
            return False
        waiting.append((query, asker))
        return True

    def next(self) -> tuple[Query, Sender] | None:
        """Takes out the one whose turn it is."""
        return next((waiting.popleft() for waiting in self._waiting.values() if waiting), None)

    def those(self, wanted: Callable[[Query], bool]) -> list[tuple[Query, Sender]]:
        """Those that wait and are so, in their order."""
        return [each for waiting in self._waiting.values() for each in waiting if wanted(each[0])]

    def drop(self, answered: Container[tuple[Query, Sender]]) -> None:
        """These wait no more."""
        for purpose, waiting in self._waiting.items():
            self._waiting[purpose] = deque(each for each in waiting if each not in answered)

    def _forget_prices_of(self, asker: Sender) -> None:
        waiting = self._waiting[Purpose.PRICES]
        self._waiting[Purpose.PRICES] = deque(each for each in waiting if each[1] != asker)
