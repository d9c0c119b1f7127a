"""User-data subscriptions: each event is encoded once and written to every subscriber at once."""

from dataclasses import dataclass
from typing import Any

import orjson

from lotkeeper.paper.clock import Clock
from lotkeeper.paper.frames import text_frame
from lotkeeper.paper.journal import Journal
from lotkeeper.paper.peers import Peer


@dataclass(frozen=True, slots=True)
class Subscription:
    """One stream of the account's events on one connection; `by_logon` ones end with the session."""

    peer: Peer
    number: int
    by_logon: bool


class UserHub:
    """All user-data subscriptions of the account."""

    def __init__(self, clock: Clock, journal: Journal) -> None:
        self._subscriptions: list[Subscription] = []
        self._clock = clock
        self._journal = journal

    def add(self, subscription: Subscription) -> None:
        self._subscriptions.append(subscription)

    def of(self, peer: Peer) -> list[Subscription]:
        return [each for each in self._subscriptions if each.peer is peer]

    def forget(self, peer: Peer) -> None:
        """The connection is gone."""
        self._subscriptions = [each for each in self._subscriptions if each.peer is not peer]

    def end(self, subscription: Subscription) -> None:
        """Unsubscribe, with the event that says so."""
        self._subscriptions.remove(subscription)
        self._send(subscription, orjson.dumps({"e": "eventStreamTerminated", "E": self._clock.ms()}))

    def publish(self, event: dict[str, Any]) -> None:
        raw = orjson.dumps(event)
        if not self._subscriptions:
            self._journal.write("event", conn=None, body=raw)
        for subscription in tuple(self._subscriptions):
            self._send(subscription, raw)

    def _send(self, subscription: Subscription, raw: bytes) -> None:
        sent = subscription.peer.send(text_frame(b'{"subscriptionId":%d,"event":%b}' % (subscription.number, raw)))
        self._journal.write("event", conn=subscription.peer.number, sent=sent, body=raw)

    def drop(self) -> int:
        """Cut every connection that has a subscription; how many there were."""
        peers = {each.peer for each in self._subscriptions}
        for peer in peers:
            peer.drop()
        return len(peers)
