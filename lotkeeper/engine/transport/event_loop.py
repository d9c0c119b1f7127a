"""The loop of every process: handles what arrives, round by round, and sends what waits in between."""

import logging
import select
from collections import deque
from collections.abc import Callable, Generator, Iterator
from datetime import timedelta
from typing import Any

from thespian.actors import ActorExitRequest, PoisonMessage, WatchMessage
from thespian.system.messages.multiproc import ChildMayHaveDied
from thespian.system.timing import timePeriodSeconds
from thespian.system.transport import (
    ReceiveEnvelope,
    Thespian__Run_HandlerResult,
    Thespian__Run_Terminated,
    TransmitIntent,
    TransmitOnly,
)

from lotkeeper.engine.log_events import EngineEvent, named
from lotkeeper.engine.transport.addresses import address_of
from lotkeeper.engine.transport.incoming import IncomingConnections
from lotkeeper.engine.transport.incoming_connection import IncomingConnection, UndecodableError
from lotkeeper.engine.transport.message_format import is_secret
from lotkeeper.engine.transport.outgoing import OutgoingConnection, OutgoingConnections, make_pending
from lotkeeper.engine.transport.shared_memory import NoMessageSlot
from lotkeeper.engine.transport.waiting import ACTOR, ENDED, READ, Event, Poller, WakeupPipe, Wakeups, now

_BURST = 16  # messages from one sender before the others get their turn
_BURST_AFTER_DEATH = 10_000  # the same when a child may have died: what it sent is handled before its death
_FINAL_DRAIN = 7.0  # seconds that an ending process spends on messages that it still has to send
_CONNECT_AGAIN = 0.005  # seconds between attempts to connect while nothing else is done but sending
_LONGEST_POLL = 1.0
_GO_ON = object()

log = logging.getLogger("lotkeeper.engine")


class EventLoop:
    """Owns the connections, the wake-ups and the wake-up pipe of one process."""

    def __init__(
        self,
        path: str,
        *,
        for_signals: bool,
        on_lost: Callable[[str, list[Any]], None],
        on_refused: Callable[[Any, str], None],
        on_out_of_descriptors: Callable[[], None],
    ) -> None:
        self.slot = NoMessageSlot()
        self.wakeups = Wakeups()
        self.system_has_ended = False  # set in a client: the run ends once everything that came was handled
        self.is_exit_requested = False  # set by a signal handler
        self.may_have_lost_child = False  # set by a signal handler
        self._address = address_of(path)
        self._abort: bool | None = None  # None: go on; True: end when everything is sent; False: end at once
        self._own_mail: deque[ReceiveEnvelope] = deque()
        self.poller = Poller()
        self._pipe = WakeupPipe(for_signals=for_signals)
        self.poller.add(self._pipe.descriptor, self._pipe, READ)
        self.incoming = IncomingConnections(path, self.poller, on_out_of_descriptors)
        self.outgoing = OutgoingConnections(path, self.poller, on_lost, on_refused, on_out_of_descriptors)

    def run(self, handler: Any, seconds: timedelta | float | None = None) -> Any:
        """Receives and sends until the handler returns something false, time is over (None) or `abort` was called.

        Without a handler the first envelope is returned. With Thespian's TransmitOnly nothing is received, and the
        number of messages that still wait is returned.
        """
        deadline = None if seconds is None else now() + timePeriodSeconds(seconds)
        if handler is TransmitOnly or isinstance(handler, TransmitOnly):
            self._abort = None
            return self._send_only(deadline)
        while True:
            if self._abort is not None:
                return self._end_run()
            is_last = self.system_has_ended
            result = self._run_one_round(handler, deadline, poll_only=is_last)
            if result is not _GO_ON:
                return result
            if is_last:
                return Thespian__Run_Terminated()
            if deadline is not None and now() >= deadline:
                return None

    def abort(self, *, drain: bool) -> None:
        """Ends the run that is going on, or the next one; with `drain` once everything is sent."""
        self._abort = drain

    def post_to_self(self, message: Any) -> None:
        """Adds a message of this process to itself."""
        self._own_mail.append(ReceiveEnvelope(self._address, message))
        self._pipe.write()

    def interrupt_wait(self) -> None:
        """Ends the wait that is going on, or the next one. Signal handlers may call it."""
        self._pipe.write()

    def close(self) -> None:
        for each in (self.outgoing, self.incoming, self.poller, self._pipe):
            each.close()

    # One round

    def _run_one_round(self, handler: Any, deadline: float | None, *, poll_only: bool) -> Any:
        envelopes = self._envelopes(deadline, poll_only)
        try:
            for envelope in envelopes:
                if handler is None:
                    return envelope
                verdict = handler(envelope)
                self.slot.count_handled()
                if self._abort is not None:
                    return _GO_ON
                if not verdict:
                    return Thespian__Run_HandlerResult(verdict)
        finally:
            envelopes.close()
        return _GO_ON

    def _envelopes(self, deadline: float | None, poll_only: bool) -> Generator[ReceiveEnvelope, None, None]:
        """What there is to handle in one round; waits when there is nothing."""
        yield from self._due_wakeups()
        for _ in range(len(self._own_mail)):
            yield self._own_mail.popleft()
        may_have_lost_child = self.may_have_lost_child  # read before the poll, which then finds all that the child sent
        self.slot.mark_waiting()
        has_retries = self.outgoing.has_retries or self.incoming.resume_at() is not None
        events = self.poller.wait(self._wait_limit(deadline, poll_only))
        self.slot.mark_busy()
        if has_retries:
            self.outgoing.retry()
            self.incoming.resume()
        readable: list[int] = []
        for owner, descriptor, _ in events:
            if owner is ACTOR:
                readable.append(descriptor)
            elif owner is self.incoming:
                may_have_lost_child = False  # in a later round: the new connection may be the dead child's only one
        # First what the actor watches: later in the round a handler may have closed it and opened something else.
        if readable:
            yield ReceiveEnvelope(self._address, WatchMessage(readable))
        for event in events:
            if self.poller.is_current(event):
                yield from self._serve(event)
                yield from self._due_wakeups()
        yield from self._signals(may_have_lost_child)

    def _wait_limit(self, deadline: float | None, poll_only: bool) -> float | None:
        if poll_only or self._own_mail or self.is_exit_requested or self.may_have_lost_child:
            return 0.0
        times = (deadline, self.wakeups.next_at(), self.outgoing.retry_at(), self.incoming.resume_at())
        return min((each for each in times if each is not None), default=None)

    def _due_wakeups(self) -> Iterator[ReceiveEnvelope]:
        moment = now()
        while (message := self.wakeups.pop_due(moment)) is not None:
            yield ReceiveEnvelope(self._address, message)

    def _serve(self, event: Event) -> Iterator[ReceiveEnvelope]:
        owner, _, mask = event
        if isinstance(owner, IncomingConnection):
            yield from self._read(owner)
        elif isinstance(owner, OutgoingConnection):
            self._serve_outgoing(owner, mask)
        elif owner is self.incoming:
            self.incoming.accept()
        elif owner is self._pipe:
            self._pipe.drain()

    def _serve_outgoing(self, connection: OutgoingConnection, mask: int) -> None:
        if mask & ENDED:
            self.outgoing.end(connection)
        elif mask & READ:
            self.outgoing.read_notice(connection)
        else:
            self.outgoing.flush(connection)

    def _read(self, connection: IncomingConnection) -> Iterator[ReceiveEnvelope]:
        messages = self.incoming.read(connection, _BURST_AFTER_DEATH if self.may_have_lost_child else _BURST)
        try:
            for message, pickled in messages:
                if not is_secret(message):
                    self.slot.set_message(pickled)
                yield ReceiveEnvelope(connection.address, message)
                self.slot.clear_message()
                if self._abort is not None or self.is_exit_requested:
                    return
                yield from self._due_wakeups()
        except UndecodableError as error:
            log.error("%s, from %s", error, error.sender, extra=named(EngineEvent.MESSAGE_NOT_DELIVERED))
            notice = PoisonMessage("undecodable message", str(error))
            self.outgoing.send(error.sender, make_pending(TransmitIntent(address_of(error.sender), notice)))
        finally:
            messages.close()

    def _signals(self, may_have_lost_child: bool) -> Iterator[ReceiveEnvelope]:
        if may_have_lost_child:
            self.may_have_lost_child = False
            yield ReceiveEnvelope(self._address, ChildMayHaveDied())
        if self.is_exit_requested:
            self.is_exit_requested = False
            yield ReceiveEnvelope(self._address, ActorExitRequest())

    # Sending only

    def _end_run(self) -> Any:
        if self._abort:
            give_up = now() + _FINAL_DRAIN
            while now() < give_up and self._send_only(give_up):
                pass
            self.outgoing.abandon()
        self._abort = None
        return Thespian__Run_Terminated()

    def _send_only(self, deadline: float | None) -> int:
        """Sends until some of the waiting messages are sent or `deadline` has passed. Returns how many still wait."""
        before = self.outgoing.waiting_count()
        while True:
            for connection in self.outgoing.backlogged():
                self.outgoing.flush(connection, even_delayed=True)  # nobody will be here to read the receiver's notice
            waiting = self.outgoing.waiting_count()
            if not waiting or waiting < before or (deadline is not None and now() >= deadline):
                return waiting
            self._wait_for_room(deadline)

    def _wait_for_room(self, deadline: float | None) -> None:
        poll, limit = select.poll(), _LONGEST_POLL
        for connection in self.outgoing.backlogged():
            if connection.socket is None:
                limit = _CONNECT_AGAIN
            else:
                poll.register(connection.socket.fileno(), select.POLLOUT)
        if deadline is not None:
            limit = min(limit, max(0.0, deadline - now()))
        poll.poll(limit * 1000)
