"""The loop of every endpoint: what there is to handle, round by round, and what is to be sent in between."""

import logging
from collections import deque
from collections.abc import Generator, Iterator
from datetime import timedelta
from typing import Any

from thespian.actors import ActorAddress, ActorExitRequest, PoisonMessage, WatchMessage
from thespian.system.messages.multiproc import ChildMayHaveDied
from thespian.system.timing import timePeriodSeconds
from thespian.system.transport import (
    ReceiveEnvelope,
    Thespian__Run_HandlerResult,
    Thespian__Run_Terminated,
    TransmitIntent,
    TransmitOnly,
)

from lotkeeper.engine.delivery import is_secret
from lotkeeper.engine.transport.addresses import address_of
from lotkeeper.engine.transport.bell import Bell
from lotkeeper.engine.transport.drain import drained
from lotkeeper.engine.transport.hand import EmptyHand
from lotkeeper.engine.transport.incoming import Inbox, Incoming, UndecodableError
from lotkeeper.engine.transport.outbox import Outbox
from lotkeeper.engine.transport.outgoing import Outgoing
from lotkeeper.engine.transport.poller import ENDED, READ, WATCHED, Event, Poller
from lotkeeper.engine.transport.wakeups import Wakeups, now

_BURST = 16  # messages from one sender before the others get their turn
_LAST_WORDS = 10_000  # and when a child may have died: what it said comes before its death
_LAST_MAIL = 7.0  # seconds that an ending process spends on messages still to go
_GO_ON = object()

log = logging.getLogger("lotkeeper.engine")


class Rounds:
    """Part of a transport."""

    myAddress: ActorAddress  # noqa: N815 (Thespian's name)
    hand: EmptyHand
    _poller: Poller
    _bell: Bell
    _inbox: Inbox
    _outbox: Outbox
    _wakeups: Wakeups
    _own_mail: deque[ReceiveEnvelope]
    _external: bool
    _admin_gone: bool
    _exit_asked: bool
    _child_died: bool
    _abort: bool | None
    scheduleTransmit: Any  # noqa: N815

    def run(self, handler: Any, maximumDuration: timedelta | float | None = None) -> Any:  # noqa: N803
        """Receives and sends until the handler says stop, time is over (None) or `abort_run` was called.

        Without a handler the first envelope is returned; with TransmitOnly nothing is received, and the number of
        messages still waiting to go out is returned.
        """
        deadline = None if maximumDuration is None else now() + timePeriodSeconds(maximumDuration)
        if handler is TransmitOnly or isinstance(handler, TransmitOnly):
            self._abort = None
            return drained(self._outbox, deadline)
        while True:
            if self._abort is not None:
                return self._aborted()
            ended = self._external and self._admin_gone
            result = self._one_round(handler, deadline, hurry=ended)
            if result is not _GO_ON:
                return result
            if ended:
                return Thespian__Run_Terminated()
            if deadline is not None and now() >= deadline:
                return None

    def _aborted(self) -> Any:
        if self._abort:
            give_up = now() + _LAST_MAIL
            while now() < give_up and drained(self._outbox, give_up):
                pass
            self._outbox.abandon()
        self._abort = None
        return Thespian__Run_Terminated()

    def _one_round(self, handler: Any, deadline: float | None, *, hurry: bool) -> Any:
        envelopes = self._envelopes(deadline, hurry)
        try:
            for envelope in envelopes:
                if handler is None:
                    return envelope
                verdict = handler(envelope)
                self.hand.beat()
                if self._abort is not None:
                    return _GO_ON
                if not verdict:
                    return Thespian__Run_HandlerResult(verdict)
        finally:
            envelopes.close()
        return _GO_ON

    def _envelopes(self, deadline: float | None, hurry: bool) -> Generator[ReceiveEnvelope, None, None]:
        """What there is to handle, once around; waits when there is nothing."""
        yield from self._due()
        for _ in range(len(self._own_mail)):
            yield self._own_mail.popleft()
        died = self._child_died  # before we look: then what the child said is among what we see
        self.hand.rest()
        events = self._poller.wait(self._limit(deadline, hurry))
        self.hand.rise()
        if any(owner is self._inbox for owner, _, _ in events):
            died = False  # or will be, when who knocks has been let in: it may be the dead child's first and last word
        self._outbox.retry()
        self._inbox.resume()
        # First what the actor watches: later in the round a handler may have closed it and opened something else.
        if readable := [descriptor for owner, descriptor, _ in events if owner is WATCHED]:
            yield ReceiveEnvelope(self.myAddress, WatchMessage(readable))
        for event in events:
            if self._poller.is_current(event):
                yield from self._serve(event)
                yield from self._due()
        yield from self._signals(died)

    def _limit(self, deadline: float | None, hurry: bool) -> float | None:
        if hurry or self._own_mail or self._exit_asked or self._child_died:
            return 0.0
        times = (deadline, self._wakeups.next_at(), self._outbox.retry_at(), self._inbox.resume_at())
        return min((each for each in times if each is not None), default=None)

    def _due(self) -> Iterator[ReceiveEnvelope]:
        moment = now()
        while (message := self._wakeups.due(moment)) is not None:
            yield ReceiveEnvelope(self.myAddress, message)

    def _serve(self, event: Event) -> Iterator[ReceiveEnvelope]:
        owner, _, mask = event
        if isinstance(owner, Incoming):
            yield from self._read(owner)
        elif isinstance(owner, Outgoing):
            self._serve_outgoing(owner, mask)
        elif owner is self._inbox:
            self._inbox.accept()
        elif owner is self._bell:
            self._bell.hush()

    def _serve_outgoing(self, out: Outgoing, mask: int) -> None:
        if mask & ENDED:
            self._outbox.ended(out)
        elif mask & READ:
            self._outbox.heard(out)
        else:
            self._outbox.flush(out)

    def _read(self, incoming: Incoming) -> Iterator[ReceiveEnvelope]:
        messages = self._inbox.read(incoming, _LAST_WORDS if self._child_died else _BURST)
        try:
            for message, pickled in messages:
                if not is_secret(message):
                    self.hand.take(pickled)
                yield ReceiveEnvelope(address_of(incoming.sender), message)
                self.hand.lay_down()
                if self._abort is not None or self._exit_asked:
                    return
                yield from self._due()
        except UndecodableError as error:
            log.error("%s, from %s", error, error.sender)
            notice = PoisonMessage("undecodable message", str(error))
            self.scheduleTransmit(None, TransmitIntent(address_of(error.sender), notice))
        finally:
            messages.close()

    def _signals(self, died: bool) -> Iterator[ReceiveEnvelope]:
        if died:
            self._child_died = False
            yield ReceiveEnvelope(self.myAddress, ChildMayHaveDied())
        if self._exit_asked:
            self._exit_asked = False
            yield ReceiveEnvelope(self.myAddress, ActorExitRequest())
