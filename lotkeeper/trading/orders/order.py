"""Orders: what the exchange reports of any order, and the SELLs we keep for a lot."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from lotkeeper.trading.lots.floors import round_cost_down
from lotkeeper.trading.money import ZERO, Ratio, less, product
from lotkeeper.trading.orders.client_ids import SellName, cancelled_sell_name, client_order_id
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.states import CANCELABLE, FINAL_STATUS, LIVE, OrderEvent, OrderState, event_of, next_state


@dataclass(frozen=True, slots=True)
class OrderReport:
    """One order as the exchange reports it, by event, by reply or by query.

    `client_id` is the order's own. After a cancel the exchange shows the cancel's id: an event or a reply names the
    order's beside it, and `cancel_id` then is the cancel's; a query shows nothing but the cancel's, as `client_id`.
    `price` is 0 for MARKET and pegged orders. `executed` and `quote_executed` are cumulative. `created_ms` is when the
    order came into being, by the exchange's clock; None where a reply does not name it.
    """

    symbol: str
    order_id: int
    client_id: str
    side: Side
    status: str
    price: Decimal
    quantity: Decimal
    executed: Decimal
    quote_executed: Decimal
    time_ms: int
    cancel_id: str = ""
    created_ms: int | None = field(default=None, compare=False)

    @property
    def is_final(self) -> bool:
        return self.status in FINAL_STATUS

    @property
    def is_cancelled_by_us(self) -> bool:
        """Whether the cancel bears a name that we derived: then no person ended it."""
        return cancelled_sell_name(self.cancel_id or self.client_id) is not None


@dataclass(frozen=True, slots=True)
class SellOrder:
    """A SELL of a lot. `cost` (quote) is the share of the lot's cost that `quantity` (base) covers.

    `profit` (quote) and `sell_rate` (a fraction) are the net profit that was wanted on it and the fee that was
    expected when its price was worked out; None for a SELL that was found on the exchange. `created_ms` is when it
    came onto the book, by the exchange's clock; None while nothing has said so.
    """

    symbol: str
    name: SellName
    price: Decimal
    quantity: Decimal
    cost: Decimal
    state: OrderState
    sent_ms: int
    order_id: int | None = None
    executed: Decimal = ZERO
    updated_ms: int = 0
    profit: Decimal | None = None
    sell_rate: Decimal | None = None
    created_ms: int | None = None

    @property
    def client_id(self) -> str:
        return client_order_id(self.name)

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_cancelable(self) -> bool:
        return self.state in CANCELABLE and self.order_id is not None

    @property
    def open_quantity(self) -> Decimal:
        """What may still be sold by this order; nothing once it has ended."""
        return less(self.quantity, self.executed) if self.is_live else ZERO

    @property
    def covered_quantity(self) -> Decimal:
        """What no other SELL may cover: sold, or on its way to be."""
        return self.quantity if self.is_live else self.executed

    @property
    def locks_coins_since_ms(self) -> int:
        """When it began to hold its coins on the exchange; as long as that is not known, when it was sent."""
        return self.sent_ms if self.created_ms is None else self.created_ms

    @property
    def cost_sold(self) -> Decimal:
        """The cost (quote) of what has been sold."""
        return share_of(self.cost, self.executed, self.quantity)

    @property
    def covered_cost(self) -> Decimal:
        """The cost (quote) that no other SELL may cover: all of it while the order lives, then what was sold."""
        return self.cost if self.is_live else self.cost_sold


def share_of(cost: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """The cost of `part` of `whole`, rounded down to 1e-12 quote; exactly `cost` for the whole: sums stay exact.

    Down, so that what a part has sold never claims a cost that the rest would then not have to bring.
    """
    if part >= whole:
        return cost
    return round_cost_down(Ratio(product(cost, part), whole)) if part else ZERO


def with_executed(order: SellOrder, executed: Decimal) -> SellOrder:
    """`order` with at least `executed` (base) sold; sold whole it is FILLED, whatever report is still to come."""
    executed = max(order.executed, executed)
    event = OrderEvent.FILLED if executed >= order.quantity else OrderEvent.PARTIALLY_FILLED
    return replace(order, executed=executed, state=next_state(order.state, event)) if executed else order


def apply_report(order: SellOrder, report: OrderReport) -> SellOrder:
    """`order` after a report of it, which may be late or a copy: executed only grows; raises ImpossibleError."""
    amended = _with_amendment(order, report)
    event = _event(amended, report)
    moved_on = replace(
        amended,
        state=next_state(amended.state, event),
        order_id=order.order_id if event is OrderEvent.REFUSED else report.order_id,
        updated_ms=max(order.updated_ms, report.time_ms),
        created_ms=order.created_ms if event is OrderEvent.REFUSED or order.created_ms else report.created_ms,
    )
    return with_executed(moved_on, report.executed)


def with_asked_id(report: OrderReport, client_id: str) -> OrderReport:
    """The answer to a question by client order id, under that id whatever the order is called now.

    A cancel or an amendment by hand gives it another, and a query shows nothing but that one: whose order it is, is
    known from the question alone while its order id is not.
    """
    return report if report.client_id == client_id else replace(report, client_id=client_id, cancel_id=report.client_id)


def reuses_name(order: SellOrder, report: OrderReport) -> bool:
    """Whether the report is of another order that bears the same name.

    A client order id may be used again once its order has ended (Binance rest-api.md, "New order"), and a copy that
    is refused has an order id of its own.
    """
    return order.order_id not in (None, report.order_id) and order.state is not OrderState.REFUSED


def differs_from_record(order: SellOrder, report: OrderReport) -> bool:
    """Whether what stands on the exchange under this name is not what is written down here.

    An earlier keeper sent it and died before that was written; what was sent since was refused for its name.
    """
    is_unidentified = order.order_id is None and report.price > 0
    return is_unidentified and (report.price != order.price or report.quantity > order.quantity)


def _with_amendment(order: SellOrder, report: OrderReport) -> SellOrder:
    """`order` as small as the report has it: an amendment only ever shrinks one (Binance rest-api.md, "Order Amend").

    What it lets go of takes its share of the cost along.
    """
    if not 0 < report.quantity < order.quantity:
        return order
    return replace(
        order,
        state=next_state(order.state, OrderEvent.AMENDED),
        quantity=report.quantity,
        cost=share_of(order.cost, report.quantity, order.quantity),
        profit=None if order.profit is None else share_of(order.profit, report.quantity, order.quantity),
    )


def _event(order: SellOrder, report: OrderReport) -> OrderEvent:
    """What the report says; one rejected after it stood on the book was there, and has ended."""
    event = event_of(report.status)
    was_on_book = report.executed or report.order_id == order.order_id
    return OrderEvent.EXPIRED if event is OrderEvent.REFUSED and was_on_book else event


def apply_event(order: SellOrder, event: OrderEvent, at_ms: int) -> SellOrder:
    """`order` after an event of our own (answer lost, sent again, refused, cancel sent); raises ImpossibleError.

    When it ended is the exchange's to say: that we lost an answer, or sent a cancel, does not make it live longer.
    """
    state, is_sent = next_state(order.state, event), event is OrderEvent.SENT_AGAIN
    if state is order.state and not is_sent:
        return order
    if not is_sent and state is not OrderState.REFUSED:
        return replace(order, state=state)
    sent_ms = at_ms if is_sent else order.sent_ms
    return replace(order, state=state, sent_ms=sent_ms, updated_ms=max(order.updated_ms, at_ms))
