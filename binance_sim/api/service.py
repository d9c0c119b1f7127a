"""Executing requests, and what armed faults do to requests and replies."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from binance_sim.api.gate import Gate, RawRequest
from binance_sim.errors import ApiError
from binance_sim.faults.armed import ArmedFaults
from binance_sim.faults.effects import (
    AnswerFirst,
    CannedAnswer,
    ChangeFields,
    DelayReply,
    DelayRequest,
    EventsAfterReply,
    FaultEffect,
    LoseReply,
    LoseRows,
    QueryLag,
    RefuseRequest,
    Seam,
)
from binance_sim.wsapi.subscriptions import UserHub

EffectT = TypeVar("EffectT", bound=FaultEffect)


@dataclass(frozen=True, slots=True)
class ApiReply:
    """What is sent back: an answer, an error, or the canned answer of a fault."""

    answer: Any = None
    error: ApiError | None = None
    canned: CannedAnswer | None = None
    cut: bool = False  # the connection ends without a reply
    lost: str = ""  # how the reply is lost: it stands in the journal only
    after: Callable[[], None] | None = None  # called once the reply is written


SendReply = Callable[[ApiReply], None]


class Service:
    """Serves requests; at once if no fault is armed."""

    def __init__(self, gate: Gate, hub: UserHub, faults: ArmedFaults, *, events_first: bool) -> None:
        self.gate, self._hub, self._faults = gate, hub, faults
        self._events_first = events_first
        self._tasks: set[asyncio.Task[None]] = set()

    def serve(self, raw_request: RawRequest, via: str, send: SendReply) -> None:
        """Answer a request through `send`: now, later or never."""
        due = self._due_effects(raw_request, via) if self._faults else []
        if not due:
            self._answer(raw_request, send, after=not self._events_first)
            return
        task = asyncio.get_running_loop().create_task(self._serve_faulty(raw_request, due, send))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _due_effects(self, raw_request: RawRequest, via: str) -> list[FaultEffect]:
        owner = self.gate.owner(raw_request)
        return self._faults.due(
            Seam.REQUEST, {**raw_request.values, "method": raw_request.endpoint.method, "via": via, "account": owner}
        )

    def _answer(self, raw_request: RawRequest, send: SendReply, *, after: bool) -> None:
        """Execute and answer; with `after`, the events that the request causes are sent after the answer."""
        release = self._hub.hold_events() if after else None
        reply = self._execute(raw_request)
        send(ApiReply(reply.answer, reply.error, after=release))

    def _execute(self, raw_request: RawRequest, lag_us: int = 0) -> ApiReply:
        """The request reaches the exchange: its recvWindow is checked only now (source: "Timing security")."""
        try:
            account = self.gate.admit(raw_request)
            return ApiReply(self.gate.serve(raw_request, account, lag_us))
        except ApiError as error:
            return ApiReply(error=error)

    async def _serve_faulty(self, raw_request: RawRequest, due: list[FaultEffect], send: SendReply) -> None:
        refuse, first = _first(due, RefuseRequest), _first(due, AnswerFirst)
        if refuse is not None:
            send(ApiReply(canned=refuse.answer, cut=refuse.answer is None))
            return
        if first is not None:
            send(ApiReply(canned=first.answer))
            await asyncio.sleep(first.seconds)
            self._execute(raw_request)
            return
        delay, order, lag = _first(due, DelayRequest), _first(due, EventsAfterReply), _first(due, QueryLag)
        if delay is not None:
            await asyncio.sleep(delay.seconds)
        after = order.after if order is not None else not self._events_first
        release = self._hub.hold_events() if after else None
        reply = _with_other_rows(self._execute(raw_request, lag.us if lag else 0), due)
        await self._send_faulty(reply, due, send, release)

    @staticmethod
    async def _send_faulty(
        reply: ApiReply, due: list[FaultEffect], send: SendReply, after: Callable[[], None] | None
    ) -> None:
        lose, late = _first(due, LoseReply), _first(due, DelayReply)
        if late is not None:
            await asyncio.sleep(late.seconds)
        if lose is None:
            send(ApiReply(reply.answer, reply.error, after=after))
            return
        how = "cut" if lose.cut else "silence" if lose.answer is None else "answered otherwise"
        send(ApiReply(reply.answer, reply.error, lose.answer, cut=lose.cut, lost=how))
        if after is not None:
            after()


def _with_other_rows(reply: ApiReply, due: list[FaultEffect]) -> ApiReply:
    lost, answer = _first(due, LoseRows), reply.answer
    if lost is not None and isinstance(answer, list):
        answer = answer[lost.rows :]
    for change in due:
        if isinstance(change, ChangeFields):
            answer = change.changed(answer)
    return replace(reply, answer=answer)


def _first(due: Iterable[FaultEffect], kind: type[EffectT]) -> EffectT | None:
    return next((each for each in due if isinstance(each, kind)), None)
