"""The BUYs that were lost with the database: those newer than the newest lot that a SELL of ours names.

Only the exchange tells of them, at the first comparison with an empty database. Each SELL of ours, open or ended, names
the BUY of its lot. That a SELL was placed proves that lotkeeper kept the pair then; what was bought later is a lot too,
though it may have had no SELL yet. Where no SELL of ours is found, the history begins with this start.

Newer is a BUY whose order id is greater than that of the newest BUY named, or that was filled after it: an order with
a lower id may have waited for its price.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.orders.order import OrderReport

# An adopted BUY may be older than lotkeeper's time on the pair, and a SELL of it names it: BUYs from so long before the
# first SELL of ours are not lots for its sake.
_BEFORE_FIRST_SELL_MS = 60_000


@dataclass(slots=True)
class LostBuys:
    """What one comparison finds out of them."""

    # When the newest SELL that names a BUY was created (exchange's time), by the BUY's order id.
    _named: dict[int, int] = field(default_factory=dict)
    _first_sell_ms: int | None = None  # when the first SELL of ours was created, of those found
    _bought: dict[int, OrderReport] = field(default_factory=dict)  # BUYs that were filled, by order id
    # The first trade ids of the named BUYs that were asked about, by order id; None where the exchange has no trades.
    _first_trades: dict[int, int | None] = field(default_factory=dict)

    def take_orders(self, book: PairBook, reports: Iterable[OrderReport]) -> None:
        """Orders of any kind, open or ended."""
        for report in reports:
            name = book.sells.name_of(report) if report.side is Side.SELL else None
            created_ms = report.time_ms if report.created_ms is None else report.created_ms
            if name is not None:
                self._named[name.buy_order_id] = max(created_ms, self._named.get(name.buy_order_id, created_ms))
                self._first_sell_ms = min(created_ms, self._first_sell_ms or created_ms)
            elif report.side is Side.BUY and report.executed:
                self._bought[report.order_id] = report

    @property
    def newest_named(self) -> int | None:
        """The newest BUY (order id) that a SELL of ours names, unless the exchange is known to have no trades of it."""
        doubtful = {order_id for order_id, trade_id in self._first_trades.items() if trade_id is None}
        return max(self._named.keys() - doubtful, default=None)

    def take_named_trades(self, order_id: int, fills: Sequence[Fill]) -> None:
        """The trades of a BUY; the name of one without any is not to be trusted."""
        if order_id in self._named:
            self._first_trades[order_id] = fills[0].trade_id if fills else None

    @property
    def first_trade_id(self) -> int | None:
        """From which trade on the BUYs may be lost lots; None while that of the newest named BUY is not known."""
        newest = self.newest_named
        return None if newest is None else self._first_trades.get(newest)

    def lost_by_order(self) -> list[OrderReport]:
        """The BUYs newer than the newest named one by their order ids."""
        newest = self.newest_named
        if newest is None:
            return []
        return [each for each in self._bought.values() if each.order_id > newest and self._is_ours_at(each.time_ms)]

    def is_lost(self, fill: Fill) -> bool:
        """Whether the fill's BUY is newer than the newest named one, and no SELL was placed for it since."""
        first = self.first_trade_id
        if first is None or fill.side is not Side.BUY or fill.trade_id < first:
            return False
        named_ms = self._named.get(fill.order_id)
        return self._is_ours_at(fill.time_ms) and (named_ms is None or named_ms < fill.time_ms)

    def _is_ours_at(self, time_ms: int) -> bool:
        return self._first_sell_ms is not None and time_ms >= self._first_sell_ms - _BEFORE_FIRST_SELL_MS
