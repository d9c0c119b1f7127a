"""Who waits for the best bid of a pair to reach a level. Each level is told of once; those that are not renewed end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from actors.price_broadcaster.subscribers import EXPIRES_AFTER_S
from messages.prices import BidReached, Price, PricesWanted, WatchBid

EVERY_S = 0.2  # a market stream sends the prices of such a pair at most so often


@dataclass(slots=True)
class _Waiting:
    address: Any
    level: Decimal  # quote
    renewed_s: float  # monotonic clock


class BidLevels:
    """By pair: few actors wait for the same pair, as a rule its keeper alone."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[_Waiting]] = {}

    def __len__(self) -> int:
        """How many levels are waited for."""
        return sum(map(len, self._waiting.values()))

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def watch(self, request: WatchBid, address: Any, now_s: float) -> bool:
        """Replaces what the address waits for on the pair; whether a pair comes or goes by that."""
        before = self._waiting.get(request.symbol, [])
        others = [each for each in before if each.address != address]
        if request.level is not None:
            others.append(_Waiting(address, request.level, now_s))
        self._keep(request.symbol, others)
        return bool(before) is not bool(others)

    def reached(self, price: Price) -> Iterator[tuple[Any, BidReached]]:
        """Addresses and what each is to be told of this price, which they do not wait for any more.

        A price that is stale, or that nothing has confirmed yet, reaches no level.
        """
        waiting = self._waiting.get(price.symbol)
        if waiting is None or price.is_stale or not price.is_confirmed:
            return
        bid = price.best.bid
        self._keep(price.symbol, [each for each in waiting if each.level > bid])
        for each in waiting:
            if each.level <= bid:
                yield each.address, BidReached(price.symbol, each.level, bid, price.at_ms)

    def want(self, symbol: str) -> bool:
        """Whether anybody waits for the bid of the pair."""
        return symbol in self._waiting

    def added_to(self, wanted: PricesWanted, symbols: Sequence[str]) -> PricesWanted:
        """What subscribers want of these pairs, and with it what is needed for the levels."""
        waited = [symbol for symbol in symbols if symbol in self._waiting]
        if not waited:
            return wanted
        best = tuple(symbol for symbol in symbols if symbol in wanted.best or symbol in self._waiting)
        every_s = min(wanted.every_s, EVERY_S) if wanted.best else EVERY_S
        return replace(wanted, best=best, every_s=every_s)

    def drop_expired(self, now_s: float) -> None:
        """Removes what was not asked for again in time."""
        for symbol, waiting in list(self._waiting.items()):
            self._keep(symbol, [each for each in waiting if now_s - each.renewed_s <= EXPIRES_AFTER_S])

    def _keep(self, symbol: str, waiting: list[_Waiting]) -> None:
        if waiting:
            self._waiting[symbol] = waiting
        else:
            self._waiting.pop(symbol, None)
