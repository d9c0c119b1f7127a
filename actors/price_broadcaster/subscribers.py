"""Who wants prices, and how: each change, at an interval, or when a level is crossed. Bounded in every direction."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lotkeeper.trading.prices.levels import NO_DOWN, NO_UP, ArmedLevels, Nearest
from messages.prices import SubscribePrices, WatchLevels

LEASE_S = 90.0  # who does not ask again within this time is taken for dead
MOST_LISTENERS = 1000
MOST_LEVELS = 1000  # of one watcher: no pair has so many orders
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


@dataclass(slots=True)
class Watcher:
    """One who is to be woken."""

    address: Any
    number: int
    armed: ArmedLevels
    renewed_at: float


class Listeners:
    """Addresses have no hash, and listeners are few: they are found by looking at each."""

    def __init__(self) -> None:
        self.subscribers: list[Subscriber] = []
        self.watchers: list[Watcher] = []

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

    def watch(self, wish: WatchLevels, address: Any, now_s: float) -> Watcher | str | None:
        """The watcher, when its levels are armed; a sentence when they cannot be; None when they were known."""
        known = next((each for each in self.watchers if each.address == address), None)
        if known is not None and known.number == wish.number:
            known.renewed_at = now_s
            return None
        others = [each for each in self.watchers if each is not known]
        if len(wish.levels) > MOST_LEVELS:
            return f"{len(wish.levels)} levels are more than the {MOST_LEVELS} that are watched for one"
        if len(others) >= MOST_LISTENERS:
            return f"{MOST_LISTENERS} others watch already"
        watcher = Watcher(address, wish.number, ArmedLevels(wish.levels), now_s)
        self.watchers = [*others, watcher]
        return watcher

    def wanting(self, symbol: str) -> Iterator[Subscriber]:
        return (each for each in self.subscribers if each.wants(symbol))

    def holds(self, subscriber: Subscriber) -> bool:
        return any(each is subscriber for each in self.subscribers)

    def let_go(self, now_s: float) -> int:
        """Forgets those whose lease is over; how many."""
        before = len(self.subscribers) + len(self.watchers)
        self.subscribers = [each for each in self.subscribers if now_s - each.renewed_at <= LEASE_S]
        self.watchers = [each for each in self.watchers if now_s - each.renewed_at <= LEASE_S]
        return before - len(self.subscribers) - len(self.watchers)

    def nearest(self, symbol: str) -> Nearest:
        """The levels of a pair that are crossed first, whoever watches them."""
        each = [watcher.armed.nearest(symbol) for watcher in self.watchers]
        return Nearest(min((one.up for one in each), default=NO_UP), max((one.down for one in each), default=NO_DOWN))

    @property
    def watched(self) -> set[str]:
        """The pairs of which somebody has ever armed a level that is not forgotten."""
        return set().union(*(watcher.armed.symbols for watcher in self.watchers))

    @property
    def count(self) -> int:
        return len(self.subscribers) + len(self.watchers)

    @property
    def levels(self) -> int:
        return sum(len(each.armed) for each in self.watchers)
