"""The BUYs of the account on this pair, as they are recorded for people: nothing is decided by these records.

Nobody confirms them. What is lost comes again with the next comparison, or is told by the trades.
"""

from actors.pair_keeper.effects import Effects, Peer, Send
from actors.pair_keeper.state import KeeperState
from lotkeeper.trading.orders.order import OrderReport
from messages.ledger import RecordBuys


class BuyRecords:
    """Sends each BUY when it is placed and whenever it changes, after all that the event made necessary."""

    def __init__(self, state: KeeperState) -> None:
        self._state = state
        self._sent: dict[int, OrderReport] = {}  # by order id, of those that stand on the book

    def send_changed(self) -> Effects[None]:
        """What changed since the last event."""
        if not self._state.has_book:
            return
        changed = self._state.book.other_orders.pop_changed_buys()
        news = tuple(each for each in changed if self._sent.get(each.order_id) != each)
        self._note(news)
        if news:
            yield from self._send(news, are_all=False)

    def send_all(self) -> Effects[None]:
        """After a comparison: these stand on the book, and no others."""
        buys = self._state.book.other_orders.buys
        self._sent.clear()
        self._note(buys)
        yield from self._send(buys, are_all=True)

    def _note(self, buys: tuple[OrderReport, ...]) -> None:
        for each in buys:
            if each.is_final:
                self._sent.pop(each.order_id, None)
            else:
                self._sent[each.order_id] = each

    def _send(self, buys: tuple[OrderReport, ...], *, are_all: bool) -> Effects[None]:
        if self._state.peers.ledger is not None:
            yield Send(Peer.LEDGER, RecordBuys(self._state.symbol, buys, are_all, self._state.start.incarnation))
