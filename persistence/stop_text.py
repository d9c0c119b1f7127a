"""Converts the stop of a SELL to a JSON text and back: one column, which is empty for a SELL without one."""

from decimal import Decimal
from typing import Any

import orjson

from lotkeeper.trading.money import plain
from lotkeeper.trading.orders.stop_leg import StopLeg, StopPrices


def stop_to_text(stop: StopLeg | None) -> str | None:
    if stop is None:
        return None
    document = {
        "trigger": None if stop.prices is None else plain(stop.prices.trigger),
        "limit": None if stop.prices is None else plain(stop.prices.limit),
        "order_id": stop.order_id,
        "executed": plain(stop.executed),
        "has_ended": stop.has_ended,
        "target_has_ended": stop.target_has_ended,
        "list_id": stop.list_id,
    }
    return orjson.dumps(document).decode()


def stop_from_text(text: str | None) -> StopLeg | None:
    """Raises ValueError, KeyError or TypeError for a text that `stop_to_text` did not write."""
    if text is None:
        return None
    document: dict[str, Any] = orjson.loads(text)
    has_prices = document["trigger"] is not None
    return StopLeg(
        prices=StopPrices(Decimal(document["trigger"]), Decimal(document["limit"])) if has_prices else None,
        order_id=document["order_id"],
        executed=Decimal(document["executed"]),
        has_ended=document["has_ended"],
        target_has_ended=document["target_has_ended"],
        list_id=document.get("list_id"),  # of an earlier version: not known
    )
