"""User-data subscriptions: each event is encoded once and written to every subscriber of its account at once.

Faults may have it sent late, twice, never or behind others; and a request may have the events that it causes held back
until it is answered.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from binance_sim.account.account import Account
from binance_sim.clock import Clock, TimeUnit, microseconds
from binance_sim.faults.armed import ArmedFaults
from binance_sim.faults.effects import Copies, Hold
from binance_sim.faults.kinds import EVENT
from binance_sim.journal.writer import Journal
from binance_sim.sockets.peers import Peer
from binance_sim.wsapi.barriers import Barriers
from binance_sim.wsapi.outbox import Outbox

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """An account's event: encoded in milliseconds and, for those who want them, in microseconds.

    One that `is_last` ends what happened at once: all of it is written together.
    """

    account: Account
    fields: Json
    raw: bytes
    fine: bytes
    is_last: bool = True


@dataclass(frozen=True, slots=True)
class Subscription:
    """One account's events on one connection; `by_logon` ones end with the session."""

    peer: Peer
    account: Account
    number: int
    by_logon: bool
    unit: TimeUnit


@dataclass(slots=True)
class _Held:
    """An event that waits until others went before it."""

    event: Event
    behind: int


class UserHub:
    """All user-data subscriptions."""

    def __init__(self, clock: Clock, journal: Journal, faults: ArmedFaults) -> None:
        self._subscriptions: list[Subscription] = []
        self._clock, self._journal, self._faults = clock, journal, faults
        self._held: list[_Held] = []
        self._barriers = Barriers(self._publish)
        self._outbox = Outbox(journal)

    def add(self, subscription: Subscription) -> None:
        self._subscriptions.append(subscription)

    def of(self, peer: Peer) -> list[Subscription]:
        return [each for each in self._subscriptions if each.peer is peer]

    def peers(self) -> Iterator[Peer]:
        """The connections that have a subscription."""
        return iter(dict.fromkeys(each.peer for each in self._subscriptions))

    @property
    def wants_fine(self) -> bool:
        """Whether somebody wants times in microseconds."""
        return any(each.unit is microseconds for each in self._subscriptions)

    @property
    def is_heard(self) -> bool:
        """Whether somebody listens, or a fault may want to see what passes."""
        return bool(self._subscriptions or self._faults)

    def forget(self, peer: Peer) -> None:
        """The connection is gone."""
        self._subscriptions = [each for each in self._subscriptions if each.peer is not peer]

    def end(self, subscription: Subscription) -> None:
        """Unsubscribe, with the event that says so."""
        self._subscriptions.remove(subscription)
        body = {"e": "eventStreamTerminated", "E": subscription.unit(self._clock.us())}
        self._outbox.put(subscription.peer, subscription.number, orjson.dumps(body))
        self._outbox.write()

    def shut_down(self) -> int:
        """Tell every connection that has a subscription that the server goes away; how many there were."""
        frame = orjson.dumps({"event": {"e": "serverShutdown", "E": self._clock.ms()}})
        peers = list(self.peers())
        for peer in peers:
            peer.send_text(frame)
            self._journal.write("event", conn=peer.number, sent=not peer.is_gone, body=frame)
        return len(peers)

    # Events

    def publish(self, event: Event) -> None:
        """Send an event to whoever listens to its account, as the armed faults have it."""
        self._barriers.put(event)

    def hold(self) -> Callable[[], None]:
        """Keep back the events that come from now on until the returned function is called."""
        lift = self._barriers.hold()

        def release() -> None:
            lift()
            self._outbox.write()

        return release

    def _publish(self, event: Event) -> None:
        if self._faults:
            self._publish_faulty(event)
        else:
            self._spread(event)
        if event.is_last:
            self._outbox.write()

    def _publish_faulty(self, event: Event) -> None:
        facts = {**event.fields, "account": event.account.name}
        due = self._faults.due(EVENT, facts)
        hold = next((each for each in due if isinstance(each, Hold)), None)
        copies = next((each for each in due if isinstance(each, Copies)), Copies())
        if hold is not None:
            self._put_behind(event, hold)
            return
        for delay in copies.delays:
            self._spread_later(event, delay)

    def _spread_later(self, event: Event, delay: float) -> None:
        if delay:
            asyncio.get_running_loop().call_later(delay, self._spread_now, event)
        else:
            self._spread(event)

    def _put_behind(self, event: Event, hold: Hold) -> None:
        held = _Held(event, hold.events)
        self._held.append(held)
        asyncio.get_running_loop().call_later(hold.most_s, self._let_go, held)

    def _let_go(self, held: _Held) -> None:
        if held in self._held:
            self._held.remove(held)
            self._spread_now(held.event)

    def _spread_now(self, event: Event) -> None:
        self._spread(event)
        self._outbox.write()

    def _spread(self, event: Event) -> None:
        for subscription in tuple(self._subscriptions):
            if subscription.account is event.account:
                raw = event.fine if subscription.unit is microseconds else event.raw
                self._outbox.put(subscription.peer, subscription.number, raw)
        if self._held:
            self._count_down()

    def _count_down(self) -> None:
        for held in tuple(self._held):
            held.behind -= 1
            if held.behind <= 0:
                self._let_go(held)
