"""Orders: what the exchange reports of any order, and the SELLs we keep for a lot."""

from dataclasses import dataclass, field
from decimal import Decimal

from lotkeeper.trading.lots.floors import round_cost_down
from lotkeeper.trading.money import ZERO, Ratio, less, product, total
from lotkeeper.trading.orders.client_ids import SellName, client_order_id, is_cancel, names_stop, stop_id
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.states import (
    CANCELABLE,
    FINAL_STATUS,
    IN_FLIGHT,
    KNOWN_STATUSES,
    LIVE,
    NEVER_ON_BOOK,
    OrderEvent,
    OrderState,
    event_of,
    next_state,
)
from lotkeeper.trading.orders.stop_leg import STOP_TYPE, StopLeg, StopPrices, event_of_end, with_end, with_more_sold
from lotkeeper.trading.orders.trails import Trail
from lotkeeper.trading.replacing import replace

PENDING = "PENDING_NEW"  # Binance enums.md: waits for the end of another order of its list


@dataclass(frozen=True, slots=True)
class OrderReport:
    """One order as the exchange reports it, in an event, a reply or the answer to a query.

    After a cancel the exchange shows the id of the cancel: an event or a reply names the order's own id beside it, a
    query shows nothing else, and then that id stands in `client_id`.
    """

    symbol: str
    order_id: int
    client_id: str  # the order's own, except in a query after a cancel
    side: Side
    status: str
    price: Decimal  # quote; 0 for MARKET and pegged orders
    quantity: Decimal  # base
    executed: Decimal  # base, cumulative
    quote_executed: Decimal  # quote, cumulative
    time_ms: int
    cancel_id: str = ""  # the id of the cancel in an event or a reply
    # When the order was created, by the exchange's clock; None if a reply does not say.
    created_ms: int | None = field(default=None, compare=False)
    list_id: int | None = field(default=None, compare=False)  # the order list that it is in; None for none
    # Base, cumulative: what self-trade prevention (DECREMENT, TRANSFER) took from its quantity; it is not executed.
    prevented: Decimal = ZERO
    is_sor: bool = field(default=False, compare=False)  # by smart order routing: filled by allocations, not by trades
    # The exchange's word (Binance enums.md); where it is not told that of most orders.
    order_type: str = field(default="LIMIT", compare=False)
    stop_price: Decimal = field(default=ZERO, compare=False)  # quote; where it is triggered; zero for none
    trail: Trail | None = field(default=None, compare=False)  # of a SELL that follows the price

    @property
    def is_final(self) -> bool:
        return self.status in FINAL_STATUS

    @property
    def is_stop(self) -> bool:
        """Whether it is the stop of an order list, if the order is one of ours; after a cancel its name does not tell.

        Only lists of ours have stops with our names.
        """
        return self.order_type == STOP_TYPE or names_stop(self.client_id)

    @property
    def has_known_status(self) -> bool:
        return self.status in KNOWN_STATUSES

    @property
    def effective_quantity(self) -> Decimal:
        """What it executes in all when it is filled (base); Binance faqs/stp_faq.md: it stands on with less."""
        return less(self.quantity, self.prevented)

    @property
    def is_cancelled_by_us(self) -> bool:
        """Whether the cancel has an id that we derived: then no person cancelled the order."""
        return is_cancel(self.cancel_id or self.client_id)

    @property
    def has_begun(self) -> bool:
        """Whether it works, or has worked: the pending order of a list waits, and one that a BUY pays for (OPO) has no
        quantity until then (Binance faqs/opo.md).
        """
        return self.status != PENDING and self.quantity > 0


@dataclass(frozen=True, slots=True)
class SellOrder:
    """A SELL of a lot. `profit` and `sell_rate` are None for a SELL that was found on the exchange.

    With a stop it is two orders: its own order id, price and client order id are those of the target.
    """

    symbol: str
    name: SellName
    price: Decimal  # quote
    quantity: Decimal  # base; less what self-trade prevention took
    cost: Decimal  # quote; the share of the lot's cost that the quantity covers
    state: OrderState
    sent_ms: int
    order_id: int | None = None  # None until the exchange has named it
    executed: Decimal = ZERO  # base
    updated_ms: int = 0
    profit: Decimal | None = None  # quote; the net profit that its price includes
    sell_rate: Decimal | None = None  # the fee that its price includes, as a fraction of the proceeds
    created_ms: int | None = None  # when it came onto the book, by the exchange's clock; None if not known
    trail: Trail | None = None  # how it follows the price before it works at `price`; None: a LIMIT
    # Base; what self-trade prevention took, as far as this process saw it; not recorded.
    prevented: Decimal = field(default=ZERO, compare=False)
    stop: StopLeg | None = None  # None: it is one order, a LIMIT

    @property
    def client_id(self) -> str:
        return client_order_id(self.name)

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def was_found(self) -> bool:
        """Whether it was found on the exchange: nobody here knows the terms of its price."""
        return self.profit is None

    @property
    def is_cancelable(self) -> bool:
        """Whether it may be cancelled to be placed otherwise; one whose stop was triggered is left to sell."""
        is_selling = self.stop is not None and self.stop.is_triggered
        return self.state in CANCELABLE and self.standing_id is not None and not is_selling

    @property
    def order_ids(self) -> tuple[int, ...]:
        """The known ids of its orders."""
        ids = (self.order_id,) if self.stop is None else (self.order_id, self.stop.order_id)
        return tuple(each for each in ids if each is not None)

    @property
    def standing_id(self) -> int | None:
        """The id of the order that stands as far as is known, of two that of the target; None if it has none yet."""
        return self.stop.order_id if self.stop is not None and self.stop.target_has_ended else self.order_id

    @property
    def standing_client_id(self) -> str:
        """The client order id of that order."""
        is_stop = self.stop is not None and self.stop.target_has_ended
        return stop_id(self.name) if is_stop else self.client_id

    @property
    def slots(self) -> int:
        """How many orders of the pair it takes on the exchange."""
        is_two = self.stop is not None and self.stop.are_both_standing
        return 0 if not self.is_live else 2 if is_two else 1

    @property
    def open_quantity(self) -> Decimal:
        """What this order may still sell (base); zero once it has ended."""
        return less(self.quantity, self.executed) if self.is_live else ZERO

    @property
    def covered_quantity(self) -> Decimal:
        """What no other SELL may cover (base): while the order is live all of it, then what it sold."""
        return self.quantity if self.is_live else self.executed

    @property
    def locks_coins_since_ms(self) -> int:
        """Since when it has locked its coins on the exchange; if that is not known, when it was sent."""
        return self.sent_ms if self.created_ms is None else self.created_ms

    @property
    def cost_sold(self) -> Decimal:
        """The cost (quote) of what has been sold."""
        return share_of(self.cost, self.executed, self.quantity)

    @property
    def covered_cost(self) -> Decimal:
        """The cost (quote) that no other SELL may cover: all of it while the order is live, then that of its sales."""
        return self.cost if self.is_live else self.cost_sold


def share_of(cost: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """The cost of `part` of `whole`, rounded down to 1e-12 quote; exactly `cost` for the whole.

    Down, so that a part that was sold never takes a cost that the rest would then not have to bring.
    """
    if part >= whole:
        return cost
    return round_cost_down(Ratio(product(cost, part), whole)) if part else ZERO


def with_executed(order: SellOrder, executed: Decimal) -> SellOrder:
    """`order` with at least `executed` (base) sold; FILLED if that is all of it, even before a report says so."""
    executed = max(order.executed, executed)
    event = OrderEvent.FILLED if executed >= order.quantity else OrderEvent.PARTIALLY_FILLED
    return replace(order, executed=executed, state=next_state(order.state, event)) if executed else order


def apply_report(order: SellOrder, report: OrderReport) -> SellOrder:
    """`order` after a report of it, which may be late or a copy: executed only grows. Raises ImpossibleError."""
    if order.stop is not None:
        return _apply_report_of_two(order, order.stop, report)
    amended = _with_amendment(order, report)
    event = _event(amended, report)
    moved_on = replace(
        amended,
        state=next_state(amended.state, event),
        order_id=order.order_id if event is OrderEvent.REFUSED else report.order_id,
        updated_ms=max(order.updated_ms, report.time_ms),
        created_ms=order.created_ms if event is OrderEvent.REFUSED or order.created_ms else report.created_ms,
        trail=order.trail if event is OrderEvent.REFUSED else report.trail,  # an earlier keeper may have sent another
    )
    return with_executed(moved_on, report.executed)


def _apply_report_of_two(order: SellOrder, stop: StopLeg, report: OrderReport) -> SellOrder:
    """`order`, which has a stop, after a report of one of its two orders. A rejected one was on the book: its list was
    accepted.
    """
    amended = _with_amendment(order, report)
    event = _event(amended, report)
    event = OrderEvent.EXPIRED if event is OrderEvent.REFUSED else event
    executed, stop = _sold_in_all(order, stop, report.executed, by_stop=report.is_stop)
    stop = _identified(stop, report) if report.is_stop else stop
    if stop.list_id is None and report.list_id is not None:
        stop = replace(stop, list_id=report.list_id)
    if report.is_final:
        stop = with_end(stop, of_stop=report.is_stop)
        event = event_of_end(stop, event, has_sold=executed > 0, has_leg_sold=report.executed > 0)
    elif executed:
        event = OrderEvent.PARTIALLY_FILLED
    is_first = order.order_id is None and order.was_found and not report.is_stop
    moved_on = replace(
        amended,
        state=next_state(amended.state, event),
        price=report.price if is_first else order.price,
        order_id=order.order_id if report.is_stop else report.order_id,
        updated_ms=max(order.updated_ms, report.time_ms),
        created_ms=order.created_ms or report.created_ms,
        stop=stop,
    )
    return with_executed(moved_on, executed)


def _identified(stop: StopLeg, report: OrderReport) -> StopLeg:
    prices = stop.prices or (StopPrices(report.stop_price, report.price) if report.price else None)
    return replace(stop, order_id=report.order_id, prices=prices)


def _sold_in_all(order: SellOrder, stop: StopLeg, executed: Decimal, *, by_stop: bool) -> tuple[Decimal, StopLeg]:
    """What both orders have sold when one of them has sold `executed` (base), and the stop as it is then."""
    before = stop.executed if by_stop else less(order.executed, stop.executed)
    more = less(max(before, executed), before)
    return total((order.executed, more)), with_more_sold(stop, more, by_stop=by_stop)


def with_fills(order: SellOrder, order_id: int, executed: Decimal) -> SellOrder:
    """`order` after fills of one of its orders that add up to `executed` (base)."""
    if order.stop is None:
        return with_executed(order, executed)
    in_all, stop = _sold_in_all(order, order.stop, executed, by_stop=order_id == order.stop.order_id)
    return with_executed(replace(order, stop=stop), in_all)


def id_of_same(order: SellOrder, report: OrderReport) -> int | None:
    """The id of that order of the SELL of which the report is, as far as it is known."""
    return order.stop.order_id if order.stop is not None and report.is_stop else order.order_id


def with_asked_id(report: OrderReport, client_id: str) -> OrderReport:
    """The answer to a query by client order id, under the id that was asked for.

    A cancel or an amendment by hand gives the order another id, and a query shows only that one: as long as we do not
    know its order id, only the query tells which SELL it is.
    """
    return report if report.client_id == client_id else replace(report, client_id=client_id, cancel_id=report.client_id)


def reuses_name(order: SellOrder, report: OrderReport) -> bool:
    """Whether the report is of another order that has the same client order id.

    A client order id may be used again once its order has ended (Binance rest-api.md, "New order"). A copy that is
    refused has an order id of its own.
    """
    return id_of_same(order, report) not in (None, report.order_id) and order.state not in NEVER_ON_BOOK


def differs_from_record(order: SellOrder, report: OrderReport) -> bool:
    """Whether the exchange has an order of this name that is not the one recorded here.

    An earlier keeper sent it and died before it was recorded; what was sent since was refused for its name.
    """
    if id_of_same(order, report) is not None or not report.price:
        return False
    if order.was_found or _is_of_its_list(order, report):  # the list's other order was found or reported first
        return False
    is_other_kind = (order.stop is not None) != (report.is_stop or report.list_id is not None)
    return is_other_kind or report.price != _price_of_same(order, report) or report.quantity > order.quantity


def _is_of_its_list(order: SellOrder, report: OrderReport) -> bool:
    return order.stop is not None and order.stop.list_id is not None and order.stop.list_id == report.list_id


def _price_of_same(order: SellOrder, report: OrderReport) -> Decimal:
    stop = order.stop if report.is_stop else None
    return order.price if stop is None or stop.prices is None else stop.prices.limit


def sold_nothing(report: OrderReport) -> bool:
    """Whether the order has ended without a trade: neither the open orders nor the trades show it."""
    return report.is_final and not report.executed


def frees_coins_uncertainly(order: SellOrder, report: OrderReport) -> bool:
    """Whether the report may be of an earlier order of the same name, so that it must not free any coins.

    An earlier keeper sent and cancelled that order, and died before it was recorded. It sold nothing, so a comparison
    does not show it: neither the open orders nor the trades do. The next keeper uses its name again, and the news that
    it stands with a smaller quantity, or has ended, come late. As long as the order id of ours is not known, ours may
    stand with all of its quantity, or arrive yet.
    """
    is_unidentified = id_of_same(order, report) is None and order.state in IN_FLIGHT
    return is_unidentified and not report.executed and (report.is_final or report.effective_quantity < order.quantity)


def _with_amendment(order: SellOrder, report: OrderReport) -> SellOrder:
    """`order` as small as the report says: an amendment only shrinks an order (Binance rest-api.md, "Order Amend"), and
    so does self-trade prevention.

    The quantity that leaves the order takes its share of the cost along.
    """
    quantity = report.effective_quantity
    if not 0 < quantity < order.quantity:
        return order
    return replace(
        order,
        state=next_state(order.state, OrderEvent.AMENDED),
        quantity=quantity,
        cost=share_of(order.cost, quantity, order.quantity),
        profit=None if order.profit is None else share_of(order.profit, quantity, order.quantity),
        prevented=max(order.prevented, report.prevented),
    )


def is_amended_by_hand(before: SellOrder, now: SellOrder) -> bool:
    """Whether the order became smaller by more than self-trade prevention took since."""
    return less(before.quantity, now.quantity) > less(now.prevented, before.prevented)


def _event(order: SellOrder, report: OrderReport) -> OrderEvent:
    """What the report says; an order rejected after it stood on the book was on it, and has ended.

    An order with a status that is not known stands, with all its coins, until the exchange says that it has ended.
    """
    if not report.has_known_status:
        return OrderEvent.PARTIALLY_FILLED if report.executed else OrderEvent.ACCEPTED
    event = event_of(report.status)
    was_on_book = report.executed or report.order_id == order.order_id
    return OrderEvent.EXPIRED if event is OrderEvent.REFUSED and was_on_book else event


def apply_event(order: SellOrder, event: OrderEvent, at_ms: int) -> SellOrder:
    """`order` after an event of our own (answer lost, sent again, refused, cancel sent). Raises ImpossibleError.

    `updated_ms` stays, except for a refusal, one that was not sent, or a repeated request: when an order ended is for
    the exchange to say.
    """
    state, is_sent = next_state(order.state, event), event is OrderEvent.SENT_AGAIN
    if state is order.state and not is_sent:
        return order
    if not is_sent and state not in NEVER_ON_BOOK:
        return replace(order, state=state)
    sent_ms = at_ms if is_sent else order.sent_ms
    return replace(order, state=state, sent_ms=sent_ms, updated_ms=max(order.updated_ms, at_ms))
