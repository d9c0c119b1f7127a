"""The trades from before the cursor, read again when a lot had to be rebuilt: what had its SELLs sold already?

An open SELL names its lot, but a lot may have had others, sold or cut short, which no list of open orders shows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lotkeeper.trading.book import PairBook
from lotkeeper.trading.fills import Fill, Side
from lotkeeper.trading.lots import Lot
from lotkeeper.trading.money import plain
from lotkeeper.trading.orders import OrderReport


@dataclass(slots=True)
class History:
    """How far back the trades are read in one pass. Ranges are named by the trade id they begin with."""

    read_from: int = 0
    _stops: dict[int, int] = field(default_factory=dict)
    _sells: set[int] = field(default_factory=set)
    _nameless: list[OrderReport] = field(default_factory=list)

    def back_to(self, trade_id: int) -> int | None:
        """Where to begin reading so that all trades from `trade_id` on are read; None when they are."""
        if trade_id >= self.read_from:
            return None
        self._stops[trade_id], self.read_from = self.read_from, trade_id
        return trade_id

    def holds(self, start: int) -> bool:
        return start in self._stops

    def concerning(self, book: PairBook, start: int, fills: Sequence[Fill]) -> Iterator[Fill]:
        """The SELLs, whose orders may be a lot's, and the fills of lots known. Other BUYs are from before our time."""
        for fill in fills:
            if fill.trade_id < self._stops[start] and (fill.side is Side.SELL or fill.order_id in book.lots):
                if fill.side is Side.SELL:
                    self._sells.add(fill.order_id)
                yield fill

    def after(self, start: int, fills: Sequence[Fill]) -> int | None:
        """Where the next page begins after a full one; None when what follows is read."""
        stop, following = self._stops[start], fills[-1].trade_id + 1
        if following >= stop:
            return None
        self._stops[following] = stop
        return following

    def sets_aside(self, book: PairBook, report: OrderReport) -> bool:
        """Whether it is a SELL of a lot that is gone: nothing of it is on the book, for it would have been listed."""
        if report.side is Side.BUY:
            return False
        name = book.name_of(report)
        if name is None:
            self._nameless += [report] if report.status == "CANCELED" and report.executed else []
            return False
        if report.order_id not in self._sells or name.buy_order_id in book.lots or name.buy_order_id in book.missing:
            return False
        book.set_aside(name.buy_order_id, report)
        return True

    def doubt(self, lot: Lot) -> str:
        """Why a rebuilt lot must wait for a person: a SELL cut short by hand lost its name, and may have been its."""
        for report in self._nameless:
            if report.order_id > lot.buy_order_id and report.executed <= lot.remainder:
                return (
                    f"order {report.order_id}, cancelled by hand after it sold {plain(report.executed)} {lot.base}, "
                    "may have been its; resume the pair to sell the rest all the same"
                )
        return ""
