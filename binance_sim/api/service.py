"""Carrying out requests, and what the armed faults do to them on the way in and out."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from binance_sim.api.gate import Gate, RawRequest
from binance_sim.errors import ApiError
from binance_sim.faults.armed import ArmedFaults
from binance_sim.faults.effects import (
    AnswerFirst,
    CannedAnswer,
    DelayReply,
    DelayRequest,
    Effect,
    EventsAfterReply,
    LoseReply,
    QueryLag,
    RefuseRequest,
    Seam,
)
from binance_sim.wsapi.subscriptions import UserHub

EffectT = TypeVar("EffectT", bound=Effect)


@dataclass(frozen=True, slots=True)
class ApiReply:
    """What is sent back: an answer, a refusal, or something canned. `after` is called once it is written.

    With `cut` the connection ends without a reply; a reply that is `lost` is written into the journal only.
    """

    answer: Any = None
    error: ApiError | None = None
    canned: CannedAnswer | None = None
    cut: bool = False
    lost: str = ""
    after: Callable[[], None] | None = None


SendReply = Callable[[ApiReply], None]


class Service:
    """Serves inquiries. Where no fault is armed, at once and in one go."""

    def __init__(self, gate: Gate, hub: UserHub, faults: ArmedFaults, *, events_first: bool) -> None:
        self.gate, self._hub, self._faults = gate, hub, faults
        self._events_first = events_first
        self._tasks: set[asyncio.Task[None]] = set()

    def serve(self, inquiry: RawRequest, via: str, send: SendReply) -> None:
        """Have an inquiry answered through `send`, now or later, or never."""
        due = self._due_effects(inquiry, via) if self._faults else []
        if not due:
            self._answer(inquiry, send, after=not self._events_first)
            return
        task = asyncio.get_running_loop().create_task(self._serve_faulty(inquiry, due, send))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _due_effects(self, inquiry: RawRequest, via: str) -> list[Effect]:
        owner = self.gate.owner(inquiry)
        return self._faults.due(
            Seam.REQUEST, {**inquiry.values, "method": inquiry.endpoint.method, "via": via, "account": owner}
        )

    def _answer(self, inquiry: RawRequest, send: SendReply, *, after: bool) -> None:
        """Admit, serve and answer; with `after`, the events that it causes come after the answer."""
        release = self._hub.hold_events() if after else None
        reply = self._execute(inquiry)
        send(ApiReply(reply.answer, reply.error, after=release))

    def _execute(self, inquiry: RawRequest, lag_us: int = 0) -> ApiReply:
        """The request reaches the exchange: only now is its window looked at (source: "Timing security")."""
        try:
            account = self.gate.admit(inquiry)
            return ApiReply(self.gate.serve(inquiry, account, lag_us))
        except ApiError as error:
            return ApiReply(error=error)

    async def _serve_faulty(self, inquiry: RawRequest, due: list[Effect], send: SendReply) -> None:
        refuse, first = _first(due, RefuseRequest), _first(due, AnswerFirst)
        if refuse is not None:
            send(ApiReply(canned=refuse.answer, cut=refuse.answer is None))
            return
        if first is not None:
            send(ApiReply(canned=first.answer))
            await asyncio.sleep(first.seconds)
            self._execute(inquiry)
            return
        delay, order, lag = _first(due, DelayRequest), _first(due, EventsAfterReply), _first(due, QueryLag)
        if delay is not None:
            await asyncio.sleep(delay.seconds)
        after = order.after if order is not None else not self._events_first
        release = self._hub.hold_events() if after else None
        reply = self._execute(inquiry, lag.us if lag else 0)
        await self._send_faulty(reply, due, send, release)

    @staticmethod
    async def _send_faulty(
        reply: ApiReply, due: list[Effect], send: SendReply, after: Callable[[], None] | None
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


def _first(due: Iterable[Effect], kind: type[EffectT]) -> EffectT | None:
    return next((each for each in due if isinstance(each, kind)), None)
