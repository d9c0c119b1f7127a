"""Orders that are not sent, with plain numbers, and what a filter says of them."""

from decimal import Decimal as D

from lotkeeper.trading.filters.base import NOTHING_KNOWN, Draft, Filter, MarketContext, OrderCounts, OrderType
from lotkeeper.trading.orders.fills import Side

_AMOUNTS = ("price", "stop_price", "iceberg_quantity", "quote_quantity")


def sell(quantity: str = "1", price: str | None = "100", kind: OrderType = OrderType.LIMIT, **more: object) -> Draft:
    return draft(Side.SELL, quantity, price, kind, **more)


def buy(quantity: str = "1", price: str | None = "100", kind: OrderType = OrderType.LIMIT, **more: object) -> Draft:
    return draft(Side.BUY, quantity, price, kind, **more)


def draft(side: Side, quantity: str, price: str | None, kind: OrderType, **more: object) -> Draft:
    amounts = {name: D(str(value)) if name in _AMOUNTS else value for name, value in more.items()}
    return Draft(side, kind, D(quantity), None if price is None else D(price), **amounts)


def market(quantity: str = "1", side: Side = Side.SELL, **more: object) -> Draft:
    return draft(side, quantity, None, OrderType.MARKET, **more)


def at(reference: str) -> MarketContext:
    return MarketContext(reference_price=D(reference))


def standing(**counts: int) -> MarketContext:
    """So many orders stand on the pair."""
    return MarketContext(pair=OrderCounts(**counts))


def on_account(**counts: int) -> MarketContext:
    return MarketContext(account=OrderCounts(**counts))


def said(rule: Filter, order: Draft, around: MarketContext = NOTHING_KNOWN) -> tuple[str, str, str | None] | None:
    """What it is about, the value and the nearest allowed one; None when the filter lets the order pass."""
    refusal = rule.refusal(order, around)
    if refusal is None:
        return None
    assert refusal.filter == rule.name
    return refusal.of, str(refusal.value), None if refusal.nearest is None else format(refusal.nearest.normalize(), "f")
