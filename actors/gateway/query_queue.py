"""The queries at the Gateway: those that wait, in the order of their purposes, and those that are under way."""

from collections import deque
from collections.abc import Callable, Collection, Iterable

from actors.gateway.answers import Query, purpose_of
from lotkeeper.engine.asking import Sender
from lotkeeper.exchange.budget.costs import Purpose
from messages.queries import FetchPrices

MAX_WAITING = 5_000  # of each purpose: a keeper has a few hundred at most, and repeats what was refused

Waiting = tuple[Query, Sender]


class QueryQueue:
    """Bounded: a query that does not fit is refused, and its sender asks again.

    Within one purpose they wait first in, first out. A sender that asks for prices again does not want its older query
    for prices any more.
    """

    def __init__(self) -> None:
        self._waiting: dict[Purpose, deque[Waiting]] = {purpose: deque() for purpose in Purpose}
        self._under_way: list[Waiting] = []

    def __len__(self) -> int:
        """How many wait."""
        return sum(map(len, self._waiting.values()))

    @property
    def under_way(self) -> int:
        """How many were taken out and are not finished."""
        return len(self._under_way)

    def put(self, query: Query, asker: Sender) -> bool:
        """Whether the query waits now or is under way; one that waited already keeps its place."""
        if isinstance(query, FetchPrices):
            self._drop_prices_of(asker)
        waiting = self._waiting[purpose_of(query)]
        if (query, asker) in waiting or (query, asker) in self._under_way:
            return True
        if len(waiting) >= MAX_WAITING:
            return False
        waiting.append((query, asker))
        return True

    def first(self) -> Query | None:
        """The query whose turn it is; it stays where it is."""
        return next((waiting[0][0] for waiting in self._waiting.values() if waiting), None)

    def pop(self) -> Waiting | None:
        """Takes out the query whose turn it is: it is under way from now on."""
        found = next((waiting.popleft() for waiting in self._waiting.values() if waiting), None)
        if found is not None:
            self._under_way.append(found)
        return found

    def matching(self, wanted: Callable[[Query], bool]) -> list[Waiting]:
        """The waiting queries for which `wanted` holds, in their order; they stay in the queue."""
        return [each for waiting in self._waiting.values() for each in waiting if wanted(each[0])]

    def take_out(self, wanted: Collection[Waiting]) -> None:
        """These are under way from now on, together."""
        for purpose, waiting in self._waiting.items():
            self._waiting[purpose] = deque(each for each in waiting if each not in wanted)
        self._under_way += wanted

    def put_back(self, waiting: Iterable[Waiting]) -> None:
        """They have no answer, and wait again in their old places."""
        for each in reversed(list(waiting)):
            self.finish(each)
            self._waiting[purpose_of(each[0])].appendleft(each)

    def finish(self, answered: Waiting) -> None:
        """It is answered."""
        self._under_way.remove(answered)

    def _drop_prices_of(self, asker: Sender) -> None:
        waiting = self._waiting[Purpose.PRICES]
        self._waiting[Purpose.PRICES] = deque(each for each in waiting if each[1] != asker)
