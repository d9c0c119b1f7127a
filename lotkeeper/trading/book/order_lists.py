"""The order lists of the trader's app (OCO, OTO, OTOCO, OPO) that BUYs of lots belong to, and the SELLs in them.

Such a list sells what its BUY bought: its SELLs wait for the end of the BUY and then lock the coins on the exchange
(Binance rest-api.md, "New Order list - OTO": pending orders are placed when the working order is fully filled). So the
lot is left to them: a SELL of ours would take the coins, and the exchange would drop the trader's stop.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from lotkeeper.trading.book.lots import Lots
from lotkeeper.trading.book.paid_sells import PaidSells
from lotkeeper.trading.lots.lot import Lot, with_hold_event
from lotkeeper.trading.lots.states import HoldEvent, HoldReason, LotState
from lotkeeper.trading.orders.order import PENDING, OrderReport
from lotkeeper.trading.replacing import replace

_CANCELED = "CANCELED"


class OrderLists:
    """Lists by the BUY order ids of lots, and the SELLs of lists that have not ended."""

    def __init__(self, lots: Lots, paid_sells: PaidSells) -> None:
        self._lots, self._paid_sells = lots, paid_sells  # those of the book
        self._list_of: dict[int, int | None] = {}  # None where the exchange has not said yet which list it is
        # By list id, then by order id: whether the SELL stands, and does not wait for the BUY.
        self._sells: dict[int, dict[int, bool]] = {}
        self._cancelled: set[int] = set()  # lists of which a person cancelled a SELL that stood

    # What the exchange says

    def note_buy(self, buy_order_id: int, list_id: int | None) -> None:
        """The BUY is in a list. A late copy of the news of a BUY that has ended does not bring its list back."""
        if list_id is None or buy_order_id in self._lots.archived:
            return
        lot = self._lots.get(buy_order_id)
        if lot is not None and any(order.name.is_paid for order in lot.orders):
            return  # its SELL is one of ours, and stands or has stood
        if lot is None or not lot.buy_ended or buy_order_id in self._list_of:
            self._list_of[buy_order_id] = list_id

    def note_loaded(self, lot: Lot) -> None:
        """A restart knows that the lot is left to a list; the exchange is asked to which."""
        if lot.hold is HoldReason.ORDER_LIST:
            self._list_of[lot.buy_order_id] = None

    def note_sell(self, report: OrderReport) -> None:
        """A report of a SELL that is not ours."""
        list_id = report.list_id
        if list_id is None:
            return
        sells = self._sells.setdefault(list_id, {})
        if not report.is_final:
            sells[report.order_id] = report.status != PENDING
        elif sells.pop(report.order_id, False) and report.status == _CANCELED:
            self._cancelled.add(list_id)
        if not sells:
            del self._sells[list_id]

    def forget(self, buy_order_id: int) -> None:
        """The list has nothing to do with the lot any more."""
        list_id = self._list_of.pop(buy_order_id, None)
        if list_id is not None:
            self._cancelled.discard(list_id)

    # What is known

    def lots(self) -> Iterator[Lot]:
        """The lots whose BUYs are in a list."""
        return (self._lots[number] for number in self._list_of if number in self._lots)

    def sells_of(self, buy_order_id: int) -> list[int]:
        """The order ids of the SELLs in the list of a BUY that have not ended."""
        list_id = self._list_of.get(buy_order_id)
        return [] if list_id is None else sorted(self._sells.get(list_id, ()))

    def lot_sold_by(self, list_id: int | None) -> int | None:
        """The lot (BUY order id) that the SELLs of a list sell; None where there is none."""
        if list_id is None:
            return None
        return next((number for number, each in self._list_of.items() if each == list_id), None)

    def lots_without_sells(self) -> set[int]:
        """The lots (BUY order ids) left to a list whose BUY has ended, and of which no open SELL is known."""
        held = (lot.buy_order_id for lot in self.lots() if lot.buy_ended and lot.hold is HoldReason.ORDER_LIST)
        return {number for number in held if not self.sells_of(number)}

    def unseen_paid_sells(self) -> dict[int, str]:
        """The client order ids of SELLs that the exchange has placed, and has not shown yet, by the BUYs' order ids."""
        found = ((number, self._paid_sells.sell_id_of_filled(number)) for number in self.lots_without_sells())
        return {number: client_id for number, client_id in found if client_id is not None}

    # What becomes of the lots

    def end(self, buy_order_id: int, list_id: int | None) -> Lot | None:
        """The SELL of the list is one of ours, and has begun: the lot is free; None if it was not left to the list."""
        self.forget(buy_order_id)
        if list_id is not None:
            self._sells.pop(list_id, None)
        lot = self._lots.get(buy_order_id)
        is_left = lot is not None and lot.hold is HoldReason.ORDER_LIST
        return self._lots.apply_hold_event(buy_order_id, HoldEvent.UNLISTED) if is_left else None

    def hold(self, buy_order_id: int) -> Lot | None:
        """Leaves the lot to the list that its BUY is in; None if that changes nothing."""
        lot = self._lots.get(buy_order_id)
        if lot is None or buy_order_id not in self._list_of or lot.state is LotState.CLOSED:
            return None
        why = self._describe(lot)
        held = with_hold_event(lot, HoldEvent.LISTED, why)
        if held.hold is HoldReason.ORDER_LIST:
            held = replace(held, reason=why)
        return self._lots.store_if_changed(lot, held)

    def free(self, proven: AbstractSet[int]) -> list[Lot]:
        """Frees the lots (BUY order ids) of which it is `proven` that no SELL of their list is open, and says of the
        others what they are left to. A person who cancelled such a SELL wants the coins: that lot stays held.
        """
        for number in [each for each in self._list_of if each not in self._lots]:
            self.forget(number)
        changed = [self.hold(number) for number in self._list_of]
        for number in sorted(self.lots_without_sells() & proven):
            was_cancelled = self._list_of[number] in self._cancelled
            event = HoldEvent.CANCELLED if was_cancelled else HoldEvent.UNLISTED
            changed.append(self._lots.apply_hold_event(number, event))
            self.forget(number)
        return [lot for lot in changed if lot is not None]

    def _describe(self, lot: Lot) -> str:
        """Why the lot is left to the list, for people."""
        if self._paid_sells.is_of(lot.buy_order_id):
            return "its BUY has a SELL that the exchange places when all of it is bought"
        list_id, sells = self._list_of[lot.buy_order_id], self.sells_of(lot.buy_order_id)
        name = "an order list of yours" if list_id is None else f"your order list {list_id}"
        if not lot.buy_ended:
            return f"its BUY is part of {name} and has not ended"
        if not sells:
            return f"its BUY was part of {name}, whose orders are being asked for"
        orders = f"orders {', '.join(map(str, sells))}" if len(sells) > 1 else f"order {sells[0]}"
        return f"left to {orders} of {name}"
