"""Commissions paid in a third asset: which price values them, and at what."""

from decimal import ROUND_UP, Decimal

from lotkeeper.trading.fills import FeeValue
from lotkeeper.trading.lots import Lot
from lotkeeper.trading.money import EXACT

_VALUE_STEP = Decimal("1E-12")  # quote asset


def valuing_symbol(asset: str, quote: str) -> str:
    """The symbol whose bid values `asset` in `quote`."""
    return asset + quote


def fee_values(lot: Lot, asset: str, bid: Decimal, at_ms: int) -> list[FeeValue]:
    """The values (quote, rounded up to 1e-12) of a lot's commissions in `asset` that have none yet, at `bid`."""
    return [
        FeeValue(
            trade_id=fill.trade_id,
            asset=asset,
            price=bid,
            time_ms=at_ms,
            value=EXACT.multiply(fill.commission, bid).quantize(_VALUE_STEP, ROUND_UP, EXACT),
        )
        for fill in lot.unvalued()
        if fill.commission_asset == asset
    ]
