"""Sell instructions with plain numbers, for tests that say only what matters to them."""

from decimal import Decimal as D

from lotkeeper.trading.lots.instructions import PriceKind, SellInstruction
from tests.lotkeeper.trading import make


def instruction(quantity: str = "1", price: str = "90", number: int = 1, **more: object) -> SellInstruction:
    """A sale under the floor is allowed unless the test says otherwise."""
    values = {
        "number": number,
        "request": f"{quantity} at {price}",
        "kind": PriceKind.AT,
        "quantity": D(quantity),
        "price": D(price),
        "is_whole": False,
        "is_below_floor_allowed": True,
        "sold_before": D(0),
        "from_generation": 1,
        "at_ms": make.NOW,
        "who": "alice",
        "why": "",
    }
    return SellInstruction(**{**values, **more})  # type: ignore[arg-type]
