"""The trades from before the cursor, read again when a lot had to be rebuilt: what had its SELLs sold already?

An open SELL names its lot, but a lot may have had others, sold or cut short, which no list of open orders shows.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.lot import Lot, fee_in, with_dust_transfer
from lotkeeper.trading.lots.transfers import DustTransfer
from lotkeeper.trading.money import ZERO, less, plain, total
from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.orders.order import OrderReport, share_of
from lotkeeper.trading.selling.dust import most_given


@dataclass(slots=True)
class TradeHistory:
    """How far back the trades are read in one pass. Ranges are named by the trade id they begin with."""

    read_from: int = 0
    _stops: dict[int, int] = field(default_factory=dict)
    _sells: set[int] = field(default_factory=set)
    _nameless: list[OrderReport] = field(default_factory=list)
    _read: set[int] = field(default_factory=set)  # BUYs of lots that are gone, by order id
    _received: dict[int, Decimal] = field(default_factory=dict)  # by BUY orders that the book has no lot of

    def back_to(self, trade_id: int) -> int | None:
        """Where to begin reading so that all trades from `trade_id` on are read; None when they are."""
        if trade_id >= self.read_from:
            return None
        self._stops[trade_id], self.read_from = self.read_from, trade_id
        return trade_id

    def is_reading(self, start: int) -> bool:
        return start in self._stops

    def relevant_fills(self, book: PairBook, start: int, fills: Sequence[Fill]) -> Iterator[Fill]:
        """The SELLs, whose orders may be a lot's, and the fills of lots known. Other BUYs are from before our time."""
        for fill in fills:
            if fill.trade_id >= self._stops[start]:
                continue
            if fill.side is Side.SELL:
                self._sells.add(fill.order_id)
            elif fill.order_id not in book.lots:
                net = less(fill.quantity, fee_in(fill, book.base))
                self._received[fill.order_id] = total((self._received.get(fill.order_id, ZERO), net))
                continue
            yield fill

    def buys_to_read(self, gone: Iterable[int]) -> list[int]:
        """The BUYs of lots that are gone of which not all is read: what their SELLs had of others hangs on it."""
        return [buy_order_id for buy_order_id in gone if buy_order_id not in self._read]

    def record_buy(self, book: PairBook, buy_order_id: int, fills: Sequence[Fill]) -> None:
        """All that the BUY of a lot that is gone has brought."""
        self._read.add(buy_order_id)
        if fills:
            self._received[buy_order_id] = total(less(fill.quantity, fee_in(fill, book.base)) for fill in fills)

    def next_page(self, start: int, fills: Sequence[Fill]) -> int | None:
        """Where the next page begins after a full one; None when what follows is read."""
        stop, following = self._stops[start], fills[-1].trade_id + 1
        if following >= stop:
            return None
        self._stops[following] = stop
        return following

    def set_aside_if_lost(self, book: PairBook, report: OrderReport) -> bool:
        """Whether it is a SELL of a lot that is gone: nothing of it is on the book, for it would have been listed."""
        if report.side is Side.BUY:
            return False
        name = book.sell_name_of(report)
        if name is None:
            self._nameless += [report] if report.status == "CANCELED" and report.executed else []
            return False
        if (
            report.order_id not in self._sells
            or name.buy_order_id in book.lots
            or name.buy_order_id in book.buys_to_rebuild
        ):
            return False
        book.set_aside_closed_sell(name.buy_order_id, report)
        return True

    def lost_dust_transfers(self, book: PairBook, lot: Lot) -> tuple[DustTransfer, ...]:
        """What of a rebuilt lot's rest has gone to lots that are gone: their SELLs sold more than their BUYs brought.

        Nobody knows any more whose dust that was; each lot that may have given it has given it, until all is found.
        """
        carries: list[DustTransfer] = []
        for buy_order_id, reports in sorted(book.closed_lot_sells.items()):
            if lot.remainder <= 0 or all(each.order_id < lot.buy_order_id for each in reports):
                continue
            most = lot.remainder if book.market is None else most_given(lot, book.market.pair)
            quantity = min(most, self._unexplained_sales(book, buy_order_id, carries))
            if quantity > 0:
                carries.append(_transfer_to_lost_lot(lot, buy_order_id, reports, quantity))
                lot = with_dust_transfer(lot, carries[-1])
        return tuple(carries)

    def _unexplained_sales(self, book: PairBook, buy_order_id: int, carries: Sequence[DustTransfer]) -> Decimal:
        """What a lot that is gone has sold beyond what its BUY, as far as it is known, and known dust brought."""
        given = [carry for lot in book.lots.values() for carry in lot.dust_given]
        known = [carry.quantity for carry in (*given, *carries) if carry.target == buy_order_id]
        sold = total(report.executed for report in book.closed_lot_sells[buy_order_id])
        return less(sold, self._received.get(buy_order_id, ZERO), *known)

    def doubt_about(self, lot: Lot) -> str:
        """Why a rebuilt lot must wait for a person: a SELL cut short by hand lost its name, and may have been its."""
        for report in self._nameless:
            if report.order_id > lot.buy_order_id and report.executed <= lot.remainder:
                return (
                    f"order {report.order_id}, cancelled by hand after it sold {plain(report.executed)} {lot.base}, "
                    "may have been its; resume the pair to sell the rest all the same"
                )
        return ""


def _transfer_to_lost_lot(lot: Lot, target: int, reports: Sequence[OrderReport], quantity: Decimal) -> DustTransfer:
    return DustTransfer(
        symbol=lot.symbol,
        source=lot.buy_order_id,
        target=target,
        generation=len(reports),
        quantity=quantity,
        cost=share_of(lot.inventory_cost, quantity, lot.remainder),
        time_ms=max(each.time_ms for each in reports),
    )
