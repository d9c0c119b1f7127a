"""Trade pairs and their filters, in the shape of exchangeInfo (source: "General endpoints", "Filters")."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson

from binance_sim.numbers import ZERO

Json = dict[str, Any]


class SymbolError(ValueError):
    """A trade pair is unknown, or the file that describes it cannot be read."""


@dataclass(frozen=True, slots=True)
class SymbolRules:
    """One trade pair: its assets, the filters that orders must pass, and its features. Zero means no such limit."""

    name: str
    base: str
    quote: str
    status: str
    tick: Decimal
    min_price: Decimal
    max_price: Decimal
    step: Decimal
    min_qty: Decimal
    max_qty: Decimal
    market_step: Decimal
    market_min_qty: Decimal
    market_max_qty: Decimal
    notional_filter: str
    min_notional: Decimal
    max_notional: Decimal
    min_to_market: bool
    max_to_market: bool
    percent_filter: str
    bid_up: Decimal
    bid_down: Decimal
    ask_up: Decimal
    ask_down: Decimal
    trailing: tuple[int, int, int, int]  # minimum and maximum in bips above the market, then below
    iceberg_parts: int
    max_orders: int
    max_algo_orders: int
    max_iceberg_orders: int
    max_lists: int
    max_amends: int
    max_position: Decimal
    places: int
    order_types: frozenset[str]
    abilities: frozenset[str]  # the flags of exchangeInfo that are on
    default_stp: str
    stp_modes: tuple[str, ...]
    document: Mapping[str, Any]

    def allows(self, flag: str) -> bool:
        """Whether a flag of exchangeInfo is on: ocoAllowed, amendAllowed, ..."""
        return flag in self.abilities


def rules_of(document: Mapping[str, Any]) -> SymbolRules:
    """The rules in one element of exchangeInfo's `symbols`; raises SymbolError if it lacks a name or an asset."""
    try:
        filters = {each["filterType"]: each for each in document["filters"]}
        named = {"name": document["symbol"], "base": document["baseAsset"], "quote": document["quoteAsset"]}
    except (KeyError, TypeError) as error:
        raise SymbolError(f"a symbol of exchangeInfo lacks {error}") from error
    return SymbolRules(
        **named,
        status=document.get("status", "TRADING"),
        **_sizes(filters),
        **_values(filters),
        **_counts(filters),
        places=int(document.get("baseAssetPrecision", 8)),
        order_types=frozenset(document.get("orderTypes", ("LIMIT", "MARKET"))),
        abilities=frozenset(name for name, value in document.items() if value is True),
        default_stp=document.get("defaultSelfTradePreventionMode", "NONE"),
        stp_modes=tuple(document.get("allowedSelfTradePreventionModes", ("NONE",))),
        document=document,
    )


def _sizes(filters: Mapping[str, Mapping[str, Any]]) -> Json:
    price, lot, market = (filters.get(name, {}) for name in ("PRICE_FILTER", "LOT_SIZE", "MARKET_LOT_SIZE"))
    return {
        "tick": _amount(price, "tickSize"),
        "min_price": _amount(price, "minPrice"),
        "max_price": _amount(price, "maxPrice"),
        "step": _amount(lot, "stepSize"),
        "min_qty": _amount(lot, "minQty"),
        "max_qty": _amount(lot, "maxQty"),
        "market_step": _amount(market, "stepSize"),
        "market_min_qty": _amount(market, "minQty"),
        "market_max_qty": _amount(market, "maxQty"),
        "max_position": _amount(filters.get("MAX_POSITION", {}), "maxPosition"),
    }


def _values(filters: Mapping[str, Mapping[str, Any]]) -> Json:
    notional, least = filters.get("NOTIONAL", {}), filters.get("MIN_NOTIONAL", {})
    sided, plain = filters.get("PERCENT_PRICE_BY_SIDE", {}), filters.get("PERCENT_PRICE", {})
    return {
        "notional_filter": "NOTIONAL" if notional else "MIN_NOTIONAL",
        "min_notional": max(_amount(notional, "minNotional"), _amount(least, "minNotional")),
        "max_notional": _amount(notional, "maxNotional"),
        "min_to_market": bool(notional.get("applyMinToMarket") or least.get("applyToMarket")),
        "max_to_market": bool(notional.get("applyMaxToMarket")),
        "percent_filter": "PERCENT_PRICE_BY_SIDE" if sided else "PERCENT_PRICE",
        "bid_up": _amount(sided, "bidMultiplierUp") or _amount(plain, "multiplierUp"),
        "bid_down": _amount(sided, "bidMultiplierDown") or _amount(plain, "multiplierDown"),
        "ask_up": _amount(sided, "askMultiplierUp") or _amount(plain, "multiplierUp"),
        "ask_down": _amount(sided, "askMultiplierDown") or _amount(plain, "multiplierDown"),
    }


def _counts(filters: Mapping[str, Mapping[str, Any]]) -> Json:
    trailing = filters.get("TRAILING_DELTA", {})
    names = ("minTrailingAboveDelta", "maxTrailingAboveDelta", "minTrailingBelowDelta", "maxTrailingBelowDelta")
    return {
        "trailing": tuple(int(trailing.get(name, 0)) for name in names),
        "iceberg_parts": int(filters.get("ICEBERG_PARTS", {}).get("limit", 0)),
        "max_orders": int(filters.get("MAX_NUM_ORDERS", {}).get("maxNumOrders", 0)),
        "max_algo_orders": int(filters.get("MAX_NUM_ALGO_ORDERS", {}).get("maxNumAlgoOrders", 0)),
        "max_iceberg_orders": int(filters.get("MAX_NUM_ICEBERG_ORDERS", {}).get("maxNumIcebergOrders", 0)),
        "max_lists": int(filters.get("MAX_NUM_ORDER_LISTS", {}).get("maxNumOrderLists", 0)),
        "max_amends": int(filters.get("MAX_NUM_ORDER_AMENDS", {}).get("maxNumOrderAmends", 0)),
    }


def _amount(fields: Mapping[str, Any], name: str) -> Decimal:
    return Decimal(str(fields[name])) if name in fields else ZERO


def read_documents(path: Path) -> dict[str, Json]:
    """The elements of a real exchangeInfo answer, by symbol; raises SymbolError with the file's name."""
    try:
        found = orjson.loads(path.read_bytes())["symbols"]
        return {each["symbol"]: each for each in found}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SymbolError(f"{path}: not an exchangeInfo answer ({error})") from error
