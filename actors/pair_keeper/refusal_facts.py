"""What is found out when the exchange refuses a SELL: the coins that are free, and the price that filters measure by.

Known only then, and forgotten as soon as something may have changed it: an old figure must hold back no SELL.
"""

from decimal import Decimal

from actors.pair_keeper.effects import Effects, Moment, Peer, Send
from actors.pair_keeper.requests import Requests
from actors.pair_keeper.state import KeeperState
from actors.pair_keeper.tags import BalanceTag, ReferenceTag
from lotkeeper.trading.money import floor_to, less, total
from messages.queries import FetchBalance, FetchReference

_FRESH_S = 20.0  # a figure that is younger is not asked for again
_LASTS_S = 60.0


class RefusalFacts:
    """What is known of the account and the market beside the book."""

    def __init__(self, state: KeeperState, requests: Requests) -> None:
        self._state, self._requests = state, requests
        self.free: Decimal | None = None  # base; None while it is not known, or enough for all that is for sale
        self.reference: Decimal | None = None  # quote
        self._free_s = 0.0  # when each came, by the monotonic clock
        self._reference_s = 0.0

    def ask_balance(self, now: Moment) -> Effects[None]:
        base, tag = self._state.book.base, BalanceTag()
        if not self._requests.is_pending(tag):
            yield Send(
                Peer.GATEWAY, self._requests.ask(lambda number: FetchBalance(number, base), tag, now.monotonic_s)
            )

    def ask_reference(self, now: Moment) -> Effects[None]:
        symbol, tag = self._state.symbol, ReferenceTag()
        if not self._requests.is_pending(tag):
            yield Send(
                Peer.GATEWAY,
                self._requests.ask(lambda number: FetchReference(number, symbol), tag, now.monotonic_s),
            )

    def on_balance_due(self, wakeup: BalanceTag, now: Moment) -> Effects[None]:
        yield from self.ask_balance(now)

    def on_reference_due(self, wakeup: ReferenceTag, now: Moment) -> Effects[None]:
        yield from self.ask_reference(now)

    def refresh_old(self, now: Moment) -> Effects[bool]:
        """Asks again for figures that hold lots back and are not fresh; whether there are such."""
        latest_s = now.monotonic_s - _FRESH_S
        is_free_old = self.free is not None and self._free_s <= latest_s
        is_reference_old = self.reference is not None and self._reference_s <= latest_s
        if is_free_old:
            yield from self.ask_balance(now)
        if is_reference_old:
            yield from self.ask_reference(now)
        return is_free_old or is_reference_old

    def learn_balance(self, free: Decimal, now: Moment) -> None:
        self.free = free if free < self._for_sale() else None
        self._free_s = now.monotonic_s

    def learn_reference(self, price: Decimal, now: Moment) -> None:
        self.reference, self._reference_s = price, now.monotonic_s

    def reserve(self, quantity: Decimal) -> None:
        """So much less (base) is free."""
        if self.free is not None:
            self.free = less(self.free, quantity)

    def forget_balance(self) -> None:
        """A fill, or the end of an order, came: what was known to be free is not any more."""
        self.free = None

    def forget_stale(self, now: Moment) -> None:
        if now.monotonic_s - self._reference_s > _LASTS_S:
            self.reference = None

    def _for_sale(self) -> Decimal:
        """All that could be sold (base) and has no SELL."""
        assert self._state.market is not None
        step = self._state.market.pair.step
        return total(floor_to(lot.remainder, step) for lot in self._state.book.lots.open() if lot.remainder > 0)
