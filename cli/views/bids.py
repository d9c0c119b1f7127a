"""Prices out of a status document."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any


def bids_in(status: Mapping[str, Any]) -> dict[str, Decimal]:
    """The last bid (quote asset) of each pair that has one."""
    prices = ((symbol, pair.get("price")) for symbol, pair in status["pairs"].items())
    return {symbol: Decimal(price["bid"]) for symbol, price in prices if price}
