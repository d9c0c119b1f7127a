"""A lot as plain values, for the command line and other programs."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from lotkeeper.trading.lots.attempts import setbacks
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.transfers import Disposal, DustTransfer
from lotkeeper.trading.money import plain
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.stop_leg import StopLeg
from lotkeeper.trading.orders.trails import TRAILING_TYPE, Trail
from lotkeeper.trading.policy import ExitPolicy, Market, Terms
from lotkeeper.trading.reports.armed_exits import level_to_arm, nearest_stop, nearest_trigger
from lotkeeper.trading.reports.changes import changes_of
from lotkeeper.trading.reports.profit import fees_by_asset, fees_in_quote, realised_profit


def position(lot: Lot, terms: Terms | None = None) -> dict[str, Any]:
    """Quantities in base asset, money in quote asset, both as decimal strings; times as ISO 8601 in UTC.

    `terms` are those of the pair; None: they were never recorded.
    """
    ended_ms, trigger, stop = lot.closed_ms, nearest_trigger(lot), nearest_stop(lot)
    level = None if terms is None else level_to_arm(lot, terms)
    return {
        "lot": lot.lot_id,
        "pair": lot.symbol,
        "base": lot.base,
        "quote": lot.quote,
        "state": str(lot.state),
        "reason": lot.reason,
        "received": plain(lot.received),
        "cost": plain(lot.cost),
        "sold": plain(lot.sold),
        "in_sells": plain(lot.open_quantity),
        "remainder": plain(lot.remainder),
        "taken": [_carry(carry, carry.source_lot) for carry in lot.dust_taken],
        "given": [_carry(carry, carry.target_lot) for carry in lot.dust_given],
        "disposed": [disposal(each) for each in lot.disposals if each.quantity],
        "realised_profit": plain(realised_profit(lot)),
        "fees": {asset: plain(amount) for asset, amount in sorted(fees_by_asset(lot).items())},
        "fees_quote": plain(fees_in_quote(lot)),
        "opened": iso(lot.opened_ms),
        "closed": iso(ended_ms) if ended_ms else None,
        "held_seconds": (ended_ms - lot.opened_ms) / 1000 if ended_ms else None,
        "nearest_trigger": None if trigger is None else plain(trigger),
        "nearest_stop": None if stop is None else plain(stop),
        "arms_at": None if level is None else plain(level),
        "refused_in_a_row": setbacks(lot),
        "sells": [_sell(order) for order in lot.orders],
    }


def _carry(carry: DustTransfer, other: str) -> dict[str, str]:
    return {"lot": other, "quantity": plain(carry.quantity), "cost": plain(carry.cost), "at": iso(carry.time_ms)}


def disposal(each: Disposal) -> dict[str, Any]:
    """What was sold by hand or released; `proceeds` after the fee."""
    return {
        "way": str(each.kind),
        "order_id": each.order_id or None,
        "trade_id": each.number if each.order_id else None,
        "quantity": plain(each.quantity),
        "cost": plain(each.cost),
        "proceeds": plain(each.proceeds),
        "at": iso(each.time_ms),
    }


def sell_changes(lot: Lot, market: Market, policy: ExitPolicy, now_ms: int) -> list[dict[str, Any]]:
    """The SELLs of a lot that would be placed again by this policy, as plain values."""
    return [
        {
            "lot": lot.lot_id,
            "pair": lot.symbol,
            "base": lot.base,
            "quote": lot.quote,
            "client_order_id": each.sell.client_id,
            "quantity": plain(each.quantity),
            "price": plain(each.sell.price),
            "new_price": plain(each.price),
            "wanted_profit": None if each.sell.profit is None else plain(each.sell.profit),
            "new_wanted_profit": plain(each.profit),
        }
        for each in changes_of(lot, market, policy, now_ms)
    ]


def iso(at_ms: int) -> str:
    """Milliseconds since the epoch as ISO 8601 in UTC."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")


def _sell(order: SellOrder) -> dict[str, Any]:
    return {
        "client_order_id": order.client_id,
        "order_id": order.order_id,
        "state": str(order.state),
        "price": plain(order.price),
        "quantity": plain(order.quantity),
        "executed": plain(order.executed),
        "sent": iso(order.sent_ms),
        **trail_fields(order.trail),
        "stop": None if order.stop is None else stop_of(order.stop),
    }


def stop_of(stop: StopLeg) -> dict[str, Any]:
    """The stop of a SELL that is an order list; its prices are null while it was not seen on the exchange."""
    return {
        "trigger": None if stop.prices is None else plain(stop.prices.trigger),
        "limit": None if stop.prices is None else plain(stop.prices.limit),
        "order_id": stop.order_id,
        "executed": plain(stop.executed),
        "triggered": stop.is_triggered,
    }


def trail_fields(trail: Trail | None) -> dict[str, Any]:
    """The type of a SELL, and how it follows the price: from a stop price on (quote), or from the next trade on."""
    if trail is None:
        return {"type": "LIMIT", "distance_pct": None, "stop_price": None}
    stop = None if trail.stop_price is None else plain(trail.stop_price)
    return {"type": TRAILING_TYPE, "distance_pct": percent_of(trail.delta), "stop_price": stop}


def percent_of(bips: int) -> str:
    return plain(Decimal(bips).scaleb(-2))
