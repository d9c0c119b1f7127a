"""Who gets which prices, and how often. Their number is bounded, and subscribers that do not renew are dropped."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from messages.prices import PricesWanted, SubscribePrices

EXPIRES_AFTER_S = 90.0  # a subscriber that has not renewed its subscription for so long counts as dead
MAX_SUBSCRIBERS = 1000
BATCH_S = 0.02  # changes within this time are sent in one message


@dataclass(slots=True)
class Subscriber:
    """One subscription; times are seconds of the monotonic clock."""

    address: Any
    symbols: frozenset[str]  # empty: all
    every_s: float  # at most one message in this time; 0: each change
    with_trades: bool  # it wants the price of each trade
    renewed_at: float
    sent_at: float = float("-inf")
    is_due: bool = False  # a wake-up for its next message is set
    changed: set[str] = field(default_factory=set)  # symbols whose newest price has not been sent to it

    def wants(self, symbol: str) -> bool:
        return not self.symbols or symbol in self.symbols

    def wait_s(self, now_s: float) -> float:
        """How long to wait until the next message may be sent; not positive if it may be sent now."""
        return self.sent_at + max(self.every_s, BATCH_S) - now_s


class Subscribers:
    """All subscriptions. Addresses have no hash and subscribers are few, so a search looks at each."""

    def __init__(self) -> None:
        self._all: list[Subscriber] = []

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Subscriber]:
        return iter(self._all)

    def __contains__(self, subscriber: Subscriber) -> bool:
        return any(each is subscriber for each in self._all)

    def subscribe(self, request: SubscribePrices, address: Any, now_s: float) -> Subscriber | None:
        """The subscriber if its subscription is new or changed; None for a mere renewal, or if there is no room."""
        known = next((each for each in self._all if each.address == address), None)
        symbols = frozenset(request.symbols)
        if known is not None and (known.symbols, known.every_s, known.with_trades) == (
            symbols,
            request.every_s,
            request.with_trades,
        ):
            known.renewed_at = now_s
            return None
        others = [each for each in self._all if each is not known]
        if len(others) >= MAX_SUBSCRIBERS:
            return None
        subscriber = Subscriber(address, symbols, request.every_s, request.with_trades, now_s)
        self._all = [*others, subscriber]
        return subscriber

    def wanting(self, symbol: str) -> Iterator[Subscriber]:
        return (each for each in self._all if each.wants(symbol))

    def want(self, symbol: str) -> bool:
        """Whether anybody wants prices of the pair."""
        return any(each.wants(symbol) for each in self._all)

    def wanted(self, symbols: Sequence[str]) -> PricesWanted:
        """What they want of these pairs."""
        best = tuple(symbol for symbol in symbols if self.want(symbol))
        with_trades = [each for each in self._all if each.with_trades]
        trades = tuple(symbol for symbol in symbols if any(each.wants(symbol) for each in with_trades))
        concerned = [each.every_s for each in self._all if any(map(each.wants, symbols))]
        return PricesWanted(best, trades, min(concerned, default=0.0))

    def are_unhurried(self, every_s: float) -> bool:
        """Whether prices are wanted, and by everybody less often than this."""
        return bool(self._all) and all(each.every_s > every_s for each in self._all)

    def drop_expired(self, now_s: float) -> int:
        """Removes the subscribers that have not renewed in time; returns their number."""
        before = len(self._all)
        self._all = [each for each in self._all if now_s - each.renewed_at <= EXPIRES_AFTER_S]
        return before - len(self._all)
