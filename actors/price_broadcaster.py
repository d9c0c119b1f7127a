"""PriceBroadcaster: the last valid price of each pair, to whoever asked, as often as they asked."""

from dataclasses import dataclass, field
from typing import Any

from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from messages.lifecycle import NeighboursChanged, StartPrices
from messages.prices import Price, PricesChanged, PriceSeen, SubscribePrices

_LEASE_S = 90.0  # who does not subscribe again within this time is taken for dead


@dataclass(slots=True)
class _Subscriber:
    address: Any
    symbols: frozenset[str]  # empty: all
    every_s: float
    renewed_at: float
    sent_at: float = float("-inf")
    is_due: bool = False
    changed: set[str] = field(default_factory=set)

    def wants(self, symbol: str) -> bool:
        return not self.symbols or symbol in self.symbols


@dataclass(frozen=True, slots=True)
class _Flush:
    to: _Subscriber


class PriceBroadcaster(EngineActor):
    """Conflates: one message a subscriber and interval, with the newest price of each pair that changed."""

    def __init__(self) -> None:
        super().__init__()
        self._prices: dict[str, Price] = {}
        self._subscribers: list[_Subscriber] = []  # addresses have no hash, and subscribers are few

    @handles(StartPrices, NeighboursChanged)
    def _begin(self, message: StartPrices | NeighboursChanged, sender: Sender) -> None:
        """Nothing to set up: market streams send, subscribers ask."""

    @handles(PriceSeen)
    def _price_seen(self, message: PriceSeen, sender: Sender) -> None:
        price = message.price
        known = self._prices.get(price.symbol)
        if known is not None and price.at_ms < known.at_ms:
            return
        self._prices[price.symbol] = price
        for subscriber in list(self._subscribers):
            if subscriber.wants(price.symbol):
                subscriber.changed.add(price.symbol)
                self._flush_soon(subscriber)

    @handles(SubscribePrices)
    def _subscribe(self, message: SubscribePrices, sender: Sender) -> None:
        known = next((each for each in self._subscribers if each.address == sender), None)
        wanted = frozenset(message.symbols)
        if known is not None and (known.symbols, known.every_s) == (wanted, message.every_s):
            known.renewed_at = self.monotonic()
            return
        subscriber = _Subscriber(sender, wanted, message.every_s, self.monotonic())
        subscriber.changed = {symbol for symbol in self._prices if subscriber.wants(symbol)}
        self._subscribers = [*(each for each in self._subscribers if each is not known), subscriber]
        if subscriber.changed:
            self._flush(subscriber)

    def _flush_soon(self, subscriber: _Subscriber) -> None:
        if subscriber.is_due:
            return
        subscriber.is_due = True
        wait_s = subscriber.sent_at + subscriber.every_s - self.monotonic()
        if wait_s <= 0:
            self._flush(subscriber)
        else:
            self.wake_in(wait_s, _Flush(subscriber))

    def on_wakeup(self, payload: Any) -> None:
        if isinstance(payload, _Flush):
            self._flush(payload.to)

    def _flush(self, subscriber: _Subscriber) -> None:
        subscriber.is_due = False
        if all(each is not subscriber for each in self._subscribers):
            return
        if self.monotonic() - subscriber.renewed_at > _LEASE_S:
            self._subscribers = [each for each in self._subscribers if each is not subscriber]
            return
        prices = tuple(self._prices[symbol] for symbol in sorted(subscriber.changed))
        subscriber.changed.clear()
        subscriber.sent_at = self.monotonic()
        if prices:
            self.send(subscriber.address, PricesChanged(prices))
