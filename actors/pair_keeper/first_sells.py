"""How long the lots of a pair waited for their first SELL, by times that are at hand when the exchange has answered."""

from actors.pair_keeper.effects import Moment
from actors.pair_keeper.state import KeeperState
from lotkeeper.trading.orders.client_ids import sell_name
from lotkeeper.trading.reports.placing_times import PlacingTimes, Stage, StageTimes
from messages.orders import SellPlaced


class FirstSells:
    """Counts each lot once. It reads no clock, and nothing of it stands before a SELL."""

    def __init__(self, state: KeeperState) -> None:
        self._state = state
        self._times = PlacingTimes()

    def note(self, message: SellPlaced, now: Moment) -> None:
        """The exchange has accepted a SELL; only the first of a lot that this keeper knows is counted."""
        name = sell_name(message.client_id)
        if name is None or name.generation != 1 or not self._state.has_book:
            return
        lot, order = self._state.book.lots.get(name.buy_order_id), self._state.book.lots.sell(name)
        if lot is None or order is None:
            return
        on_book_ms = message.report.created_ms or message.report.time_ms
        self._times.note(Stage.TO_SEND, self._state.exchange_ms(order.sent_ms) - lot.opened_ms)
        self._times.note(Stage.TO_ANSWER, now.wall_ms - order.sent_ms)
        self._times.note(Stage.TOTAL, on_book_ms - lot.opened_ms)

    def times(self) -> tuple[StageTimes, ...]:
        """Since the start of this keeper."""
        return self._times.times()
