"""A sale that a person asked for, as plain values for the command line."""

from datetime import UTC, datetime
from typing import Any

from lotkeeper.trading.lots.instructed import left_to_sell, sells_of
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import less, plain
from lotkeeper.trading.selling.planned_sale import PlannedSale
from lotkeeper.trading.selling.self_trade import consequence_of

Json = dict[str, Any]


def planned_document(lot: Lot, planned: PlannedSale, state: str) -> Json:
    """Amounts as decimal strings, in the asset that `base` and `quote` name."""
    instruction, percent = planned.instruction, planned.under_floor_pct
    return {
        **_subject(lot, state),
        "quantity": plain(instruction.quantity),
        "kind": str(instruction.kind),
        "price": plain(instruction.price),
        "bid": None if planned.bid is None else plain(planned.bid),
        "expected_price": plain(planned.expected_price),
        "floor": plain(planned.floor),
        "under_floor_pct": None if percent is None else plain(percent),
        "cost": plain(planned.cost),
        "fee": plain(planned.fee),
        "net": plain(planned.net),
        "profit": plain(planned.profit),
        "cancels": list(planned.cancels),
        "left": plain(planned.left),
        "meets": _met(planned),
    }


def _met(planned: PlannedSale) -> Json | None:
    """The account's own BUY that the sale meets if it comes so far."""
    met = planned.met
    if met is None:
        return None
    then = consequence_of(planned.self_trade)
    return {"order_id": met.order_id, "price": plain(met.price), "self_trade": planned.self_trade, "then": then}


def found_document(lot: Lot) -> Json:
    """Of the newest instruction of a lot, which was asked for before: how far it has come."""
    instruction = lot.instructions[-1]
    left = left_to_sell(lot, instruction)
    return {
        **_subject(lot, "found"),
        "quantity": plain(instruction.quantity),
        "kind": str(instruction.kind),
        "price": plain(instruction.price),
        "asked": datetime.fromtimestamp(instruction.at_ms / 1000, UTC).isoformat(timespec="milliseconds"),
        "who": instruction.who,
        "why": instruction.why,
        "sold": plain(less(instruction.quantity, left)),
        "orders": [order.client_id for order in sells_of(lot, instruction) if order.is_live],
    }


def _subject(lot: Lot, state: str) -> Json:
    return {"state": state, "lot": lot.lot_id, "pair": lot.symbol, "base": lot.base, "quote": lot.quote}
