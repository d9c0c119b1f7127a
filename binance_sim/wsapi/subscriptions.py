"""User-data subscriptions: each event is encoded once and written at once to all subscribers of its account.

Faults may send it late, twice, never or after later events. The events that a request causes may be held until the
request is answered.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import orjson

from binance_sim.account.account import TradingAccount
from binance_sim.clock import SimulatorClock, TimeUnit, microseconds
from binance_sim.faults.armed import ArmedFaults
from binance_sim.faults.effects import ChangeFields, HoldBack, Seam, SendCopies
from binance_sim.journal.writer import Journal
from binance_sim.sockets.peers import SocketPeer
from binance_sim.wsapi.event_queue import EventOutbox, EventQueue

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AccountEvent:
    """An account's event, encoded with times in milliseconds and in microseconds."""

    account: TradingAccount
    fields: Json
    raw: bytes
    raw_us: bytes
    is_last: bool = True  # the last event of a transaction, whose events are written together


def _changed(event: AccountEvent, change: ChangeFields) -> AccountEvent:
    raw, raw_us = (orjson.dumps(change.changed(orjson.loads(each))) for each in (event.raw, event.raw_us))
    return replace(event, fields=change.changed(event.fields), raw=raw, raw_us=raw_us)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription to one account's events on one connection; `by_logon` ones end with the session."""

    peer: SocketPeer
    account: TradingAccount
    number: int
    by_logon: bool
    unit: TimeUnit


@dataclass(slots=True)
class _HeldEvent:
    """An event that waits until others were sent before it."""

    event: AccountEvent
    behind: int


class UserHub:
    """All user-data subscriptions."""

    def __init__(self, clock: SimulatorClock, journal: Journal, faults: ArmedFaults) -> None:
        self._subscriptions: list[Subscription] = []
        self._clock, self._journal, self._faults = clock, journal, faults
        self._held: list[_HeldEvent] = []
        self._queue = EventQueue(self._publish)
        self._outbox = EventOutbox(journal)

    def add(self, subscription: Subscription) -> None:
        self._subscriptions.append(subscription)

    def subscriptions_of(self, peer: SocketPeer) -> list[Subscription]:
        return [each for each in self._subscriptions if each.peer is peer]

    def peers(self) -> Iterator[SocketPeer]:
        """The connections that have a subscription."""
        return iter(dict.fromkeys(each.peer for each in self._subscriptions))

    @property
    def wants_microseconds(self) -> bool:
        """Whether a listener wants times in microseconds."""
        return any(each.unit is microseconds for each in self._subscriptions)

    @property
    def has_audience(self) -> bool:
        """Whether there are subscribers, or faults that may apply to events."""
        return bool(self._subscriptions or self._faults)

    def forget(self, peer: SocketPeer) -> None:
        """Delete the subscriptions of a closed connection."""
        self._subscriptions = [each for each in self._subscriptions if each.peer is not peer]

    def end_subscription(self, subscription: Subscription) -> None:
        """Unsubscribe and send the event that confirms it."""
        self._subscriptions.remove(subscription)
        body = {"e": "eventStreamTerminated", "E": subscription.unit(self._clock.us())}
        self._outbox.put(subscription.peer, subscription.number, orjson.dumps(body))
        self._outbox.flush()

    def announce_shutdown(self, peers: Iterable[SocketPeer]) -> int:
        """Announce a shutdown on these connections; returns how many there were (source: "Server Shutdown")."""
        frame = orjson.dumps({"event": {"e": "serverShutdown", "E": self._clock.ms()}})
        told = list(peers)
        for peer in told:
            peer.send_text(frame)
            self._journal.write("event", conn=peer.number, sent=not peer.is_gone, body=frame)
        return len(told)

    # Events

    def publish(self, event: AccountEvent) -> None:
        """Send an event to the subscribers of its account, changed by armed faults."""
        self._queue.put(event)

    def hold_events(self) -> Callable[[], None]:
        """Hold all later events until the returned function is called."""
        lift = self._queue.hold()

        def release() -> None:
            lift()
            self._outbox.flush()

        return release

    def _publish(self, event: AccountEvent) -> None:
        if self._faults:
            self._publish_faulty(event)
        else:
            self._deliver(event)
        if event.is_last:
            self._outbox.flush()

    def _publish_faulty(self, event: AccountEvent) -> None:
        facts = {**event.fields, "account": event.account.name}
        due = self._faults.due(Seam.EVENT, facts)
        for change in due:
            event = _changed(event, change) if isinstance(change, ChangeFields) else event
        hold = next((each for each in due if isinstance(each, HoldBack)), None)
        copies = next((each for each in due if isinstance(each, SendCopies)), SendCopies())
        if hold is not None:
            self._hold_back(event, hold)
            return
        for delay in copies.delays:
            self._deliver_later(event, delay)

    def _deliver_later(self, event: AccountEvent, delay: float) -> None:
        if delay:
            asyncio.get_running_loop().call_later(delay, self._deliver_now, event)
        else:
            self._deliver(event)

    def _hold_back(self, event: AccountEvent, hold: HoldBack) -> None:
        held = _HeldEvent(event, hold.events)
        self._held.append(held)
        asyncio.get_running_loop().call_later(hold.most_s, self._release_held, held)

    def _release_held(self, held: _HeldEvent) -> None:
        if held in self._held:
            self._held.remove(held)
            self._deliver_now(held.event)

    def _deliver_now(self, event: AccountEvent) -> None:
        self._deliver(event)
        self._outbox.flush()

    def _deliver(self, event: AccountEvent) -> None:
        for subscription in tuple(self._subscriptions):
            if subscription.account is event.account:
                raw = event.raw_us if subscription.unit is microseconds else event.raw
                self._outbox.put(subscription.peer, subscription.number, raw)
        if self._held:
            self._count_down()

    def _count_down(self) -> None:
        for held in tuple(self._held):
            held.behind -= 1
            if held.behind <= 0:
                self._release_held(held)
