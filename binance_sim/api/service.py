"""Carrying out requests, and what the armed faults do to them on the way in and out."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from binance_sim.api.gate import Gate, Inquiry
from binance_sim.errors import ApiError
from binance_sim.faults.armed import ArmedFaults
from binance_sim.faults.effects import (
    AnswerFirst,
    Canned,
    Delay,
    Effect,
    EventsAfterReply,
    Lag,
    LateReply,
    LoseReply,
    Refuse,
)
from binance_sim.faults.kinds import REQUEST
from binance_sim.wsapi.subscriptions import UserHub

Kind = TypeVar("Kind", bound=Effect)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent back: an answer, a refusal, or something canned. `after` is called once it is written.

    With `cut` the connection ends without a reply; a reply that is `lost` is written into the journal only.
    """

    answer: Any = None
    error: ApiError | None = None
    canned: Canned | None = None
    cut: bool = False
    lost: str = ""
    after: Callable[[], None] | None = None


Send = Callable[[Reply], None]


class Service:
    """Serves inquiries. Where no fault is armed, at once and in one go."""

    def __init__(self, gate: Gate, hub: UserHub, faults: ArmedFaults, *, events_first: bool) -> None:
        self.gate, self._hub, self._faults = gate, hub, faults
        self._events_first = events_first
        self._tasks: set[asyncio.Task[None]] = set()

    def serve(self, inquiry: Inquiry, via: str, send: Send) -> None:
        """Have an inquiry answered through `send`, now or later, or never."""
        due = self._due(inquiry, via) if self._faults else []
        if not due:
            self._answer(inquiry, send, after=not self._events_first)
            return
        task = asyncio.get_running_loop().create_task(self._serve_faulty(inquiry, due, send))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _due(self, inquiry: Inquiry, via: str) -> list[Effect]:
        owner = self.gate.owner(inquiry)
        return self._faults.due(
            REQUEST, {**inquiry.values, "method": inquiry.endpoint.method, "via": via, "account": owner}
        )

    def _answer(self, inquiry: Inquiry, send: Send, *, after: bool) -> None:
        """Admit, serve and answer; with `after`, the events that it causes come after the answer."""
        release = self._hub.hold() if after else None
        reply = self._carry_out(inquiry)
        send(Reply(reply.answer, reply.error, after=release))

    def _carry_out(self, inquiry: Inquiry, lag_us: int = 0) -> Reply:
        """The request reaches the exchange: only now is its window looked at (source: "Timing security")."""
        try:
            account = self.gate.admit(inquiry)
            return Reply(self.gate.serve(inquiry, account, lag_us))
        except ApiError as error:
            return Reply(error=error)

    async def _serve_faulty(self, inquiry: Inquiry, due: list[Effect], send: Send) -> None:
        refuse, first = _first(due, Refuse), _first(due, AnswerFirst)
        if refuse is not None:
            send(Reply(canned=refuse.answer, cut=refuse.answer is None))
            return
        if first is not None:
            send(Reply(canned=first.answer))
            await asyncio.sleep(first.seconds)
            self._carry_out(inquiry)
            return
        delay, order, lag = _first(due, Delay), _first(due, EventsAfterReply), _first(due, Lag)
        if delay is not None:
            await asyncio.sleep(delay.seconds)
        after = order.after if order is not None else not self._events_first
        release = self._hub.hold() if after else None
        reply = self._carry_out(inquiry, lag.us if lag else 0)
        await self._send_faulty(reply, due, send, release)

    @staticmethod
    async def _send_faulty(reply: Reply, due: list[Effect], send: Send, after: Callable[[], None] | None) -> None:
        lose, late = _first(due, LoseReply), _first(due, LateReply)
        if late is not None:
            await asyncio.sleep(late.seconds)
        if lose is None:
            send(Reply(reply.answer, reply.error, after=after))
            return
        how = "cut" if lose.cut else "silence" if lose.answer is None else "answered otherwise"
        send(Reply(reply.answer, reply.error, lose.answer, cut=lose.cut, lost=how))
        if after is not None:
            after()


def _first(due: Iterable[Effect], kind: type[Kind]) -> Kind | None:
    return next((each for each in due if isinstance(each, kind)), None)
