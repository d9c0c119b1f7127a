"""How one lot changes: by a SELL that is sent, by what the exchange reports of it, and by a decision about the lot.

Each function returns the changed lot and stores nothing.
"""

from collections.abc import Iterable
from functools import reduce

from lotkeeper.trading.lots.attempts import without_old_setbacks
from lotkeeper.trading.lots.instructed import with_ended_instruction
from lotkeeper.trading.lots.instructions import InstructionEnd
from lotkeeper.trading.lots.lot import Lot, orders_with, with_hold_event, with_order, with_sell
from lotkeeper.trading.lots.states import HoldEvent, LotEvent, LotState, next_state
from lotkeeper.trading.lots.transfers import DisposalKind
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.fills import Fill
from lotkeeper.trading.orders.order import OrderReport, SellOrder, apply_event, is_amended_by_hand
from lotkeeper.trading.orders.states import OrderEvent, OrderState, why_expired
from lotkeeper.trading.orders.stop_leg import StopLeg
from lotkeeper.trading.recovery.trust import MARGIN_MS
from lotkeeper.trading.replacing import replace
from lotkeeper.trading.selling.decisions import Close, Decision, Park, PlaceSell, Queue


def order_of(lot: Lot, name: SellName) -> SellOrder | None:
    """The lot's SELL of that name; None when it has no such SELL."""
    return next((order for order in lot.orders if order.name == name), None)


def next_free_name(lot: Lot, name: SellName) -> SellName:
    """A name of the same kind that no SELL of the lot has."""
    newest = max(each.name.generation for each in lot.orders)
    return SellName(name.buy_order_id, newest + 1, name.is_instructed)


def with_sell_sent(lot: Lot, decision: PlaceSell, now_ms: int) -> Lot:
    """The lot with the decided SELL in flight. Of the setbacks before it keeps the newest."""
    order = SellOrder(
        symbol=lot.symbol,
        name=decision.name,
        price=decision.price,
        quantity=decision.quantity,
        cost=decision.cost,
        state=OrderState.PLACING,
        sent_ms=now_ms,
        updated_ms=now_ms,
        profit=decision.profit,
        sell_rate=decision.sell_rate,
        trail=decision.trail,
        stop=None if decision.stop is None else StopLeg(decision.stop),
    )
    state = next_state(lot.state, LotEvent.SELL_SENT)
    return without_old_setbacks(replace(lot, orders=orders_with(lot, order), state=state, reason=decision.no_stop))


def with_order_event(lot: Lot, order: SellOrder, event: OrderEvent, now_ms: int, reason: str) -> Lot:
    """The lot after an event of our own on one of its SELLs; raises ImpossibleError. A held lot keeps its reason."""
    changed = with_order(lot, apply_event(order, event, now_ms))
    return replace(changed, reason=_hold_text(lot) or reason or changed.reason)


def with_reported_sell(
    lot: Lot,
    before: SellOrder | None,
    now: SellOrder,
    report: OrderReport,
    fills: Iterable[Fill],
    *,
    resumed_ms: int,
) -> Lot:
    """The lot after a report turned its SELL `before` (None: not known until now) into `now`, with the SELL's fills.

    `resumed_ms` is when a person resumed the pair last (wall clock): a cancel from before holds the lot no more.
    """
    changed = reduce(with_sell, fills, with_order(lot, now))
    manual_change = None if before is None else _manual_change(before, now, report, resumed_ms)
    if manual_change is not None:
        held = with_hold_event(changed, manual_change)
        return with_ended_instruction(held, InstructionEnd.CANCELLED) if now.name.is_instructed else held
    if now.is_live:
        return replace(changed, state=next_state(lot.state, LotEvent.SELL_SENT))
    has_expired = now.state is OrderState.EXPIRED and (before is None or before.is_live)
    return replace(changed, reason=_hold_text(lot) or why_expired(report.status)) if has_expired else changed


def with_decision(lot: Lot, decision: Decision) -> Lot:
    """The lot with the state and the reason that a decision gives it which places nothing."""
    is_selling = any(order.is_live for order in lot.orders)
    state = next_state(lot.state, LotEvent.SELL_SENT if is_selling else LotEvent.SELL_ENDED)
    reason = lot.reason
    if isinstance(decision, Close):
        state, reason = next_state(state, LotEvent.SOLD_OUT), decision.why
    elif isinstance(decision, Park):
        before = lot.state if lot.state is LotState.CLOSED else state  # what is left of a closed lot is dust
        state, reason = next_state(before, LotEvent.PARKED), _hold_text(lot) or decision.why
    elif isinstance(decision, Queue):
        state, reason = next_state(state, LotEvent.QUEUED), _hold_text(lot) or decision.why
    hold = lot.hold if state is LotState.HELD else None
    return replace(lot, state=state, hold=hold, reason=reason)


def is_finished(lot: Lot, cursor: int, *, keeps_dust: bool) -> bool:
    """Whether no news of the lot can come: it is closed, its BUY has ended, its trades are all up to `cursor`.

    With `keeps_dust` a closed lot that has dust is not finished before a later lot took the dust over.
    """
    sales = (each.number for each in lot.disposals if each.kind is DisposalKind.SOLD_BY_HAND)
    newest = max([*(fill.trade_id for fill in (*lot.buys, *lot.sells)), *sales])
    is_complete = lot.state is LotState.CLOSED and lot.buy_ended and newest <= cursor and not lot.unvalued_fills()
    return is_complete and not lot.sells_lacking_fills() and not (keeps_dust and lot.remainder > 0)


def _hold_text(lot: Lot) -> str:
    return lot.reason if lot.state is LotState.HELD else ""


def _manual_change(before: SellOrder, now: SellOrder, report: OrderReport, resumed_ms: int) -> HoldEvent | None:
    """What a person did to a SELL on the exchange: cancelled it or made it smaller; None when nobody did.

    None, too, if it was cancelled before a person resumed the pair: the resume lifts the cancel, whichever is heard of
    first. That the time of a report is the time of the change is certain only of a cancel.
    """
    if not before.is_live:
        return None
    is_ours = before.state is OrderState.CANCELING or report.is_cancelled_by_us
    if now.state is OrderState.CANCELED and not is_ours:
        return None if report.time_ms + MARGIN_MS < resumed_ms else HoldEvent.CANCELLED
    return HoldEvent.AMENDED if is_amended_by_hand(before, now) else None
