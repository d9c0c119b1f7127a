"""A person settles an order in doubt; never a time-out."""

from datetime import UTC, datetime

from actors.keeper.comparing import Comparing
from actors.keeper.topics import AboutVerdict, Phase
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.trading.money import plain
from lotkeeper.trading.orders.client_ids import sell_name
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.order import OrderReport, SellOrder
from lotkeeper.trading.orders.states import OrderEvent
from lotkeeper.trading.recovery.reconcile import OrderById
from messages.control import Done, Refused, ResolveOrder
from messages.queries import FetchFailed, OrdersFetched

_BY_HAND = "settled by hand: it never arrived"


class Settling(Comparing):
    """What a person says is checked against the exchange where it can be, and refused where it would be a guess."""

    def __init__(self) -> None:
        super().__init__()
        self._verdicts: dict[AboutVerdict, Sender] = {}

    @handles(ResolveOrder)
    def _resolve(self, message: ResolveOrder, sender: Sender) -> None:
        order = self._doubted(message.client_id)
        if order is None:
            self.reply(sender, Refused(f"SELL {message.client_id} of {self._symbol} is not in doubt"))
        elif message.found_order_id is None:
            self._never_arrived(order, sender)
        else:
            about = AboutVerdict(order.client_id, message.found_order_id)
            self._verdicts[about] = sender
            if not self._requests.is_pending(about):
                self._ask_exchange(OrderById(message.found_order_id), about)

    def _doubted(self, client_id: str) -> SellOrder | None:
        in_doubt = () if self._phase is Phase.LOADING else self._book.in_doubt()
        return next((order for order in in_doubt if order.client_id == client_id), None)

    def _never_arrived(self, order: SellOrder, sender: Sender) -> None:
        settles_ms = self._settles_ms(order)
        if self.wall_ms() <= settles_ms:
            until = datetime.fromtimestamp(settles_ms / 1000, UTC)
            text = f"SELL {order.client_id} may still arrive until {until:%H:%M:%S} UTC; say so after that"
            self.reply(sender, Refused(text))
            return
        self._order_event(order.client_id, OrderEvent.NEVER_ARRIVED, _BY_HAND)
        self._tell("order settled by hand", order.name.buy_order_id, order=order.client_id, verdict="never arrived")
        self.reply(sender, Done(f"SELL {order.client_id} never arrived: its coins are free to be sold again"))

    def _about_orders(self, about: object, message: OrdersFetched) -> None:
        super()._about_orders(about, message)
        sender = self._verdicts.pop(about, None) if isinstance(about, AboutVerdict) else None
        if sender is None or not isinstance(about, AboutVerdict):
            return
        order = self._doubted(about.client_id)
        report = message.reports[0] if message.reports else None
        obstacle = self._mismatch(order, report, about)
        if obstacle or order is None or report is None:
            self.reply(sender, Refused(obstacle))
            return
        self._book.identified(order.name, report.order_id)
        self._take(report)
        facts = {"order": order.client_id, "verdict": f"found as {report.order_id}"}
        self._tell("order settled by hand", order.name.buy_order_id, **facts)
        self._reconcile()  # for its trades
        sold = f"{plain(report.executed)} of {plain(report.quantity)} sold"
        self.reply(sender, Done(f"SELL {order.client_id} is order {report.order_id}: {report.status}, {sold}"))

    def _mismatch(self, order: SellOrder | None, report: OrderReport | None, about: AboutVerdict) -> str:
        """Why the order cannot be the SELL; empty where it can."""
        if order is None:
            return f"SELL {about.client_id} is settled already"
        if report is None:
            return f"the exchange knows no order {about.order_id} of {self._symbol}"
        named = sell_name(report.client_id)
        is_another = (named or order.name) != order.name or report.order_id in self._book.index.lot_of_order
        is_like = report.side is Side.SELL and report.price == order.price and report.quantity <= order.quantity
        if is_like and not is_another:
            return ""
        theirs = f"a {report.side} of {plain(report.quantity)} at {plain(report.price)} called {report.client_id}"
        ours = f"of {plain(order.quantity)} at {plain(order.price)}"
        return f"order {report.order_id} is {theirs}; SELL {order.client_id} is {ours}"

    def _about_failure(self, about: object, message: FetchFailed) -> None:
        super()._about_failure(about, message)
        sender = self._verdicts.pop(about, None) if isinstance(about, AboutVerdict) else None
        if sender is not None:
            self.reply(sender, Refused(f"the exchange could not be asked: {message.reason}"))
