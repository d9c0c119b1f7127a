"""The queries that wait in the Gateway: in the order of their purposes, first in, first out within one purpose."""

from collections import deque
from collections.abc import Callable, Container

from actors.gateway.answers import Query, purpose_of
from lotkeeper.engine.asking import Sender
from lotkeeper.exchange.budget.costs import Purpose
from messages.queries import FetchPrices

MAX_WAITING = 5_000  # of each purpose: a keeper has a few hundred at most, and repeats what was refused

Waiting = tuple[Query, Sender]


class QueryQueue:
    """Bounded: a query that does not fit is refused, and its sender asks again.

    A sender that asks for prices again does not want its older query for prices any more.
    """

    def __init__(self) -> None:
        self._waiting: dict[Purpose, deque[Waiting]] = {purpose: deque() for purpose in Purpose}

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def put(self, query: Query, asker: Sender) -> bool:
        """Whether the query waits now; one that waited already keeps its place."""
        if isinstance(query, FetchPrices):
            self._drop_prices_of(asker)
        waiting = self._waiting[purpose_of(query)]
        if (query, asker) in waiting:
            return True
        if len(waiting) >= MAX_WAITING:
            return False
        waiting.append((query, asker))
        return True

    def pop(self) -> Waiting | None:
        """Takes out the query whose turn it is."""
        return next((waiting.popleft() for waiting in self._waiting.values() if waiting), None)

    def matching(self, wanted: Callable[[Query], bool]) -> list[Waiting]:
        """The waiting queries for which `wanted` holds, in their order; they stay in the queue."""
        return [each for waiting in self._waiting.values() for each in waiting if wanted(each[0])]

    def drop(self, answered: Container[Waiting]) -> None:
        for purpose, waiting in self._waiting.items():
            self._waiting[purpose] = deque(each for each in waiting if each not in answered)

    def _drop_prices_of(self, asker: Sender) -> None:
        waiting = self._waiting[Purpose.PRICES]
        self._waiting[Purpose.PRICES] = deque(each for each in waiting if each[1] != asker)
