"""Queries on their way: a bounded number is under way at once, the others wait in the order of their purposes."""

from collections.abc import Callable
from typing import Any

from actors.gateway.answers import Answers, Query, asks_open_orders
from actors.gateway.query_queue import QueryQueue, Waiting
from actors.gateway.request_runner import RequestRunner
from actors.gateway.throttle import ClockReading
from lotkeeper.engine.asking import Sender
from messages.queries import FetchFailed, OrdersFetched

GATHER_S = 1.0  # so long queries for open orders wait for each other, if there are many
_MOST_ALONE = 4  # in that time
TIMEOUT_S = 4.0  # of each request; a market has three of them, and its keeper waits for 15 s
_QUEUE_FULL, _QUEUE_FULL_RETRY_S = "too many questions wait in the Gateway", 5.0
_FAULT, _FAULT_RETRY_S = "a fault in the Gateway, see the log", 5.0

Tell = Callable[[Sender, Any], None]
OnFault = Callable[[Any, Exception], None]  # with the query


class Questions:
    """Gives each reply to `tell`, with who asked."""

    def __init__(self, answers: Answers, tell: Tell, on_fault: OnFault) -> None:
        self._answers, self._tell, self._on_fault = answers, tell, on_fault
        self._queue = QueryQueue()
        self._gathered: list[Waiting] = []  # for open orders: they wait for each other
        self._alone_since_s, self._alone = 0.0, 0  # so many asked for open orders since then (monotonic)

    @property
    def waiting(self) -> int:
        """How many wait to be sent."""
        return len(self._queue) + len(self._gathered)

    @property
    def is_gathering(self) -> bool:
        """Whether queries for open orders wait for each other: `end_gathering` is due after GATHER_S."""
        return bool(self._gathered)

    def can_begin(self, most_under_way: int) -> bool:
        """Whether another query may be taken out of the queue."""
        first = self._queue.first()
        return first is not None and self._queue.under_way < most_under_way and not self._answers.waits_for_share(first)

    def put(self, query: Query, asker: Sender, now: ClockReading) -> None:
        if asks_open_orders(query) and self._should_gather(now):
            if (query, asker) not in self._gathered:
                self._gathered.append((query, asker))
            return
        self._put(query, asker)

    def _should_gather(self, now: ClockReading) -> bool:
        """A keeper that asks alone is not held up: some of each second go on at once."""
        if not self._answers.should_gather_open_orders(now.wall_ms):
            return False
        if now.monotonic_s - self._alone_since_s >= GATHER_S:
            self._alone_since_s, self._alone = now.monotonic_s, 0
        self._alone += 1
        return self._alone > _MOST_ALONE

    def end_gathering(self) -> None:
        """Those that wait for each other go on together."""
        gathered, self._gathered = self._gathered, []
        for query, asker in gathered:
            self._put(query, asker)

    def _put(self, query: Query, asker: Sender) -> None:
        if not self._queue.put(query, asker):
            self._tell(asker, FetchFailed(query.request_id, _QUEUE_FULL, _QUEUE_FULL_RETRY_S))

    def begin_next(self, runner: RequestRunner, wall_ms: int) -> None:
        """Begins to answer the query whose turn it is."""
        first = self._queue.pop()
        if first is None or self._begin_together(runner, first, wall_ms):
            return
        steps = self._answers.reply_to(first[0], wall_ms)
        runner.run(steps, TIMEOUT_S, lambda reply: self._finish(first, reply), lambda error: self._fail(first, error))

    def _begin_together(self, runner: RequestRunner, first: Waiting, wall_ms: int) -> bool:
        """When many keepers reconcile at once, as at a start, one request has the open orders of them all."""
        if not asks_open_orders(first[0]):
            return False
        others = self._queue.matching(asks_open_orders)
        if not self._answers.is_cheaper_for_all(1 + len(others), wall_ms):
            return False
        self._queue.take_out(others)
        batch = [first, *others]
        runner.run(
            self._answers.reply_to_all([query for query, _ in batch], wall_ms),
            TIMEOUT_S,
            lambda replies: self._finish_together(batch, replies),
            lambda error: self._fail_together(batch, error),
        )
        return True

    def _finish(self, answered: Waiting, reply: Any) -> None:
        self._queue.finish(answered)
        self._tell(answered[1], reply)

    def _finish_together(self, batch: list[Waiting], replies: list[OrdersFetched]) -> None:
        if not replies:
            self._queue.put_back(batch)  # each goes alone
            return
        for each, reply in zip(batch, replies, strict=True):
            self._finish(each, reply)

    def _fail(self, failed: Waiting, error: Exception) -> None:
        """A fault of ours must not leave the asker without an answer."""
        self._on_fault(failed[0], error)
        self._finish(failed, FetchFailed(failed[0].request_id, _FAULT, _FAULT_RETRY_S))

    def _fail_together(self, batch: list[Waiting], error: Exception) -> None:
        for each in batch:
            self._fail(each, error)
