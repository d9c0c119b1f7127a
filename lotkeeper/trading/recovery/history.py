"""The trades from before the cursor, read again when a lot had to be rebuilt: how much had its earlier SELLs sold?

An open SELL names its lot. But the lot may have had other SELLs, filled or cancelled after a part, and no list of open
orders shows those.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.lot import Lot, fee_in, with_dust_transfer
from lotkeeper.trading.lots.transfers import DustTransfer
from lotkeeper.trading.money import ZERO, less, plain, total
from lotkeeper.trading.orders.fills import Fill, Side, UnreadableTrade
from lotkeeper.trading.orders.order import OrderReport, share_of
from lotkeeper.trading.selling.dust import most_given


@dataclass(slots=True)
class TradeHistory:
    """How far back the trades are read in one pass. A lost lot is one of which nothing but finished SELLs is left."""

    read_from: int = 0  # all trades from this id on are read, or being read
    _stops: dict[int, int] = field(default_factory=dict)  # where each range of trades ends, by the id it begins with
    _sells: set[int] = field(default_factory=set)  # order ids of the SELLs met
    _nameless: list[OrderReport] = field(default_factory=list)  # SELLs cancelled by hand after a part: whose is unknown
    _read: set[int] = field(default_factory=set)  # BUYs of lost lots whose fills are read, by order id
    _received: dict[int, Decimal] = field(default_factory=dict)  # quantity (base) of BUYs without a lot, by order id

    def back_to(self, trade_id: int) -> int | None:
        """Where to begin reading so that all trades from `trade_id` on are read; None if they are read already."""
        if trade_id >= self.read_from:
            return None
        self._stops[trade_id], self.read_from = self.read_from, trade_id
        return trade_id

    def is_reading(self, start: int) -> bool:
        return start in self._stops

    def relevant_fills(self, book: PairBook, start: int, fills: Sequence[Fill]) -> Iterator[Fill]:
        """The SELLs, which may be a lot's, and the BUYs of known lots. Other BUYs are from before our time."""
        for fill in fills:
            if fill.trade_id >= self._stops[start]:
                continue
            if fill.side is Side.SELL:
                self._sells.add(fill.order_id)
            elif fill.order_id not in book.lots:
                self._add_received(book, fill)
                continue
            yield fill

    def note_unreadable(self, rows: Iterable[UnreadableTrade]) -> None:
        """Each may be of a SELL: its order tells."""
        self._sells.update(row.order_id for row in rows if row.order_id is not None)

    def _add_received(self, book: PairBook, fill: Fill) -> None:
        """Adds up what a BUY without a lot received, unless all its fills are known at once."""
        if fill.order_id not in self._read:
            net = less(fill.quantity, fee_in(fill, book.base))
            self._received[fill.order_id] = total((self._received.get(fill.order_id, ZERO), net))

    def buys_to_read(self, lost: Iterable[int]) -> list[int]:
        """The BUYs of lost lots that are not read yet: they tell how much dust of other lots their SELLs sold."""
        return [buy_order_id for buy_order_id in lost if buy_order_id not in self._read]

    def record_buy(self, book: PairBook, buy_order_id: int, fills: Sequence[Fill]) -> None:
        """Records all that the BUY of a lost lot received."""
        self._read.add(buy_order_id)
        if fills:
            self._received[buy_order_id] = total(less(fill.quantity, fee_in(fill, book.base)) for fill in fills)

    def next_page(self, start: int, fills: Sequence[Fill]) -> int | None:
        """Where the next page begins after a full one; None if what follows is read already."""
        stop, following = self._stops[start], fills[-1].trade_id + 1
        if following >= stop:
            return None
        self._stops[following] = stop
        return following

    def set_aside_if_lost(self, book: PairBook, report: OrderReport) -> bool:
        """Sets the report aside if its SELL is of a lost lot (so finished, else it would be listed); whether it did."""
        if report.side is Side.BUY:
            return False
        name = book.sells.name_of(report)
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
        """The dust of a rebuilt lot that lost lots may have taken: their SELLs sold more than their BUYs received.

        Nothing tells any more whose dust that was. So every lot that may have given it counts as having given it, until
        all of it is accounted for.
        """
        transfers: list[DustTransfer] = []
        for buy_order_id, reports in sorted(book.closed_lot_sells.items()):
            if lot.remainder <= 0 or all(each.order_id < lot.buy_order_id for each in reports):
                continue
            most = lot.remainder if book.market is None else most_given(lot, book.market.pair)
            quantity = min(most, self._unexplained_sales(book, buy_order_id, transfers))
            if quantity > 0:
                transfers.append(_transfer_to_lost_lot(lot, buy_order_id, reports, quantity))
                lot = with_dust_transfer(lot, transfers[-1])
        return tuple(transfers)

    def _unexplained_sales(self, book: PairBook, buy_order_id: int, transfers: Sequence[DustTransfer]) -> Decimal:
        """What a lost lot has sold beyond what its BUY received (as far as known) and the dust it took."""
        given = [transfer for lot in book.lots.values() for transfer in lot.dust_given]
        known = [transfer.quantity for transfer in (*given, *transfers) if transfer.target == buy_order_id]
        sold = total(report.executed for report in book.closed_lot_sells[buy_order_id])
        return less(sold, self._received.get(buy_order_id, ZERO), *known)

    def doubt_about(self, lot: Lot) -> str:
        """Why a rebuilt lot has to wait for a person: a SELL cancelled by hand lost its name, and may be the lot's."""
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
