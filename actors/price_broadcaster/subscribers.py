"""Who wants prices, and how: each change, or at an interval. Bounded in every direction."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from messages.prices import SubscribePrices

LEASE_S = 90.0  # who does not ask again within this time is taken for dead
MOST_LISTENERS = 1000
BATCH_S = 0.02  # what changes within it goes in one message


@dataclass(slots=True)
class Subscriber:
    """One who wants prices. `changed` are the pairs of which it has not heard the newest."""

    address: Any
    symbols: frozenset[str]  # empty: all
    every_s: float
    renewed_at: float
    sent_at: float = float("-inf")
    is_due: bool = False
    changed: set[str] = field(default_factory=set)

    def wants(self, symbol: str) -> bool:
        return not self.symbols or symbol in self.symbols

    def wait_s(self, now_s: float) -> float:
        """How long until the next message may go."""
        return self.sent_at + max(self.every_s, BATCH_S) - now_s


class Listeners:
    """Addresses have no hash, and listeners are few: they are found by looking at each."""

    def __init__(self) -> None:
        self.subscribers: list[Subscriber] = []

    def subscribe(self, wish: SubscribePrices, address: Any, now_s: float) -> Subscriber | None:
        """The subscriber, when its wish is new; None when it was known, or there is no room for one more."""
        known = next((each for each in self.subscribers if each.address == address), None)
        symbols = frozenset(wish.symbols)
        if known is not None and (known.symbols, known.every_s) == (symbols, wish.every_s):
            known.renewed_at = now_s
            return None
        others = [each for each in self.subscribers if each is not known]
        if len(others) >= MOST_LISTENERS:
            return None
        subscriber = Subscriber(address, symbols, wish.every_s, now_s)
        self.subscribers = [*others, subscriber]
        return subscriber

    def wanting(self, symbol: str) -> Iterator[Subscriber]:
        return (each for each in self.subscribers if each.wants(symbol))

    def holds(self, subscriber: Subscriber) -> bool:
        return any(each is subscriber for each in self.subscribers)

    def let_go(self, now_s: float) -> int:
        """Forgets those whose lease is over; how many."""
        before = len(self.subscribers)
        self.subscribers = [each for each in self.subscribers if now_s - each.renewed_at <= LEASE_S]
        return before - len(self.subscribers)
