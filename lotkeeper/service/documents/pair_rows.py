"""The configured pairs as plain values: from the status of the service, and the rules that its database has."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lotkeeper.service.documents.pair_states import state_of

if TYPE_CHECKING:
    from lotkeeper.trading.pair import TradePair

Json = Mapping[str, Any]
_OF_STATUS = ("lots_open", "lots_closed", "open_quantity", "nearest_sell", "complete_as_of", "complete_age_seconds")
_OF_RULES = ("market", "tick", "step", "min_quantity", "min_notional", "max_orders")
COLUMNS = ("pair", "state", "bid", "ask", *_OF_STATUS, *_OF_RULES, "reason")


def pair_rows(status: Json, rules: "Mapping[str, TradePair]") -> list[dict[str, Any]]:
    """One row a pair, in the order of the configuration. What is not known yet is None."""
    return [_row(symbol, pair, rules.get(symbol)) for symbol, pair in status["pairs"].items()]


def bids_by_pair(status: Json) -> dict[str, Decimal]:
    """The last bid (quote asset) of each pair of a status document that has one."""
    prices = ((symbol, pair.get("price")) for symbol, pair in status["pairs"].items())
    return {symbol: Decimal(price["bid"]) for symbol, price in prices if price}


def _row(symbol: str, pair: Json, rules: "TradePair | None") -> dict[str, Any]:
    price = pair.get("price") or {}
    return {
        "pair": symbol,
        "state": str(state_of(pair)),
        "bid": price.get("bid"),
        "ask": price.get("ask"),
        **{name: pair.get(name) for name in _OF_STATUS},
        **_rules(rules),
        "reason": pair.get("watch_only") or pair.get("trouble") or None,
    }


def _rules(rules: "TradePair | None") -> dict[str, Any]:
    """What the exchange asks of orders: prices in quote asset, quantities in base asset."""
    from lotkeeper.trading.money import plain

    if rules is None:
        return dict.fromkeys(_OF_RULES)
    return {
        "market": rules.status,
        "tick": plain(rules.tick),
        "step": plain(rules.step),
        "min_quantity": plain(rules.min_quantity),
        "min_notional": plain(rules.min_notional),
        "max_orders": rules.max_orders,
    }
