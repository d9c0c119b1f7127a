"""Which bought coins have no SELL, by the embedded exchange's own books. The service is not asked."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lotkeeper.exchange.rest.exchange_info import parse_exchange_info
from lotkeeper.trading.money import ZERO, floor_to, plain
from lotkeeper.trading.orders.client_ids import SellName, client_order_id
from lotkeeper.trading.pair import TradePair

Json = Mapping[str, Any]


def find_unprotected(summary: Json, exchange_info: Json) -> dict[str, str]:
    """The quantity (base asset) by pair that was bought, can be sold and has no SELL; empty if the promise is kept.

    `summary` and `exchange_info` are answers of the exchange: to the control API's summary, and to exchangeInfo.
    """
    rules = parse_exchange_info(exchange_info).pairs
    found = {symbol: _unprotected_of_pair(books, rules[symbol]) for symbol, books in summary["symbols"].items()}
    return {symbol: plain(quantity) for symbol, quantity in found.items() if quantity}


def _unprotected_of_pair(books: Json, pair: TradePair) -> Decimal:
    return sum((_unprotected_of_lot(buy, books["sellsByPrefix"], pair) for buy in books["buys"]), ZERO)


def _unprotected_of_lot(buy: Json, sells: Json, pair: TradePair) -> Decimal:
    name = client_order_id(SellName(buy["orderId"], 1)).rpartition("-")[0]
    covered = sells.get(name, {"sold": "0", "offered": "0"})
    left = Decimal(buy["receivedNet"]) - Decimal(covered["sold"]) - Decimal(covered["offered"])
    quantity = floor_to(left, pair.step)
    price = Decimal(buy["quoteQty"]) / Decimal(buy["executedQty"]) if Decimal(buy["executedQty"]) else ZERO
    is_sellable = quantity > 0 and quantity >= pair.min_quantity and quantity * price >= pair.min_notional
    return quantity if is_sellable else ZERO
