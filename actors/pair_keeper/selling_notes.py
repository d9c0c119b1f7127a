"""What is noted of selling, in the log and in the journal of decisions: one function for each thing that happens."""

from actors.pair_keeper.effects import NoteDecision, as_decision, lot_event
from lotkeeper.trading.journal import Cause, DecisionKind
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.transfers import Disposal, DustTransfer
from lotkeeper.trading.money import plain
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.reports.profit import realised_profit
from lotkeeper.trading.selling.decisions import Close, Park, PlaceSell, Queue, Wait


def sell_sent(symbol: str, sell: PlaceSell, order: SellOrder, cause: Cause) -> NoteDecision:
    """It is in flight."""
    facts: dict[str, object] = {"order": order.client_id, "price": order.price, "quantity": order.quantity}
    if sell.stop is not None:
        facts |= {"stop": sell.stop.trigger, "stop_limit": sell.stop.limit}
    facts |= {"why": sell.no_stop} if sell.no_stop else {}
    number = order.name.buy_order_id
    return as_decision(lot_event("SELL sent", symbol, number, **facts), DecisionKind.SELL_PLACED, cause, number)


def sell_sent_again(order: SellOrder, cause: Cause) -> NoteDecision:
    """It never reached the exchange, and is in flight again."""
    facts = (("price", plain(order.price)), ("quantity", plain(order.quantity)))
    return NoteDecision(None, DecisionKind.SELL_SENT_AGAIN, cause, order.name.buy_order_id, order.client_id, facts)


def instruction_given_up(symbol: str, buy_order_id: int) -> NoteDecision:
    """What a person asked to sell is not sold."""
    why = "the exchange refuses its SELLs"
    line = lot_event("sell instruction given up", symbol, buy_order_id, why=why)
    return as_decision(line, DecisionKind.SALE_GIVEN_UP, Cause.REFUSED, buy_order_id)


def standing_by(symbol: str, lot: Lot, step: Wait | Park | Queue | Close) -> NoteDecision | None:
    """The lot has another state from now on; None where that is not worth a note."""
    number = lot.buy_order_id
    match step:
        case Park():
            return NoteDecision(None, DecisionKind.LOT_PARKED, Cause[step.cause.name], number, why=step.why)
        case Queue():
            price = (("price", plain(step.price)),)
            return NoteDecision(None, DecisionKind.LOT_QUEUED, Cause.TURN, number, facts=price, why=step.why)
        case Close() if lot.sold:
            line = lot_event("lot sold", symbol, number, profit=realised_profit(lot), quote=lot.quote)
            return as_decision(line, DecisionKind.LOT_CLOSED, Cause.SOLD, number)
        case Close():
            return NoteDecision(None, DecisionKind.LOT_CLOSED, Cause.NOTHING_LEFT, number, why=step.why)
        case Wait():
            return None


def dust_carried(symbol: str, transfer: DustTransfer) -> NoteDecision:
    """What of a lot was too small for an order is in another one."""
    facts = {"quantity": transfer.quantity, "cost": transfer.cost, "to": transfer.target_lot}
    line = lot_event("dust carried", symbol, transfer.source, **facts)
    return as_decision(line, DecisionKind.DUST_MOVED, Cause.TOO_SMALL, transfer.source)


def coins_kept(symbol: str, disposal: Disposal) -> NoteDecision:
    """They are the owner's own from now on."""
    facts = {"quantity": disposal.quantity, "cost": disposal.cost}
    line = lot_event("coins kept", symbol, disposal.buy_order_id, **facts)
    return as_decision(line, DecisionKind.COINS_KEPT, Cause.POLICY, disposal.buy_order_id)


def sold_by_hand(symbol: str, disposal: Disposal) -> NoteDecision:
    """A lot gave coins for a manual sale."""
    number, trade = disposal.buy_order_id, {"order": disposal.order_id, "trade": disposal.number}
    line = lot_event("sold by hand", symbol, number, **trade, quantity=disposal.quantity, proceeds=disposal.proceeds)
    return as_decision(line, DecisionKind.MANUAL_SALE_TAKEN, Cause.SOLD_BY_HAND, number)
