"""The orders that stand on the exchange's book, as plain values."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

Json = Mapping[str, Any]
LIVE = frozenset({"OPEN", "PARTIALLY_FILLED", "PLACING", "UNKNOWN", "CANCELING"})  # states of a SELL that may stand
OPEN_ORDER_COLUMNS = (
    "pair", "side", "type", "client_order_id", "order_id", "lot", "state", "price", "stop_price", "quantity",
    "executed", "sent",
)  # fmt: skip
MOST_LOTS = 100_000  # that are asked for


def open_orders(lots: Iterable[Json], pairs: Mapping[str, Json], symbol: str = "") -> list[dict[str, Any]]:
    """The open orders in the positions of the Ledger and in the status of the pairs, of one pair or (empty) of all."""
    return _in_order([*_sells(lots), *_buys(pairs, symbol)])


def _sells(lots: Iterable[Json]) -> Iterator[dict[str, Any]]:
    for lot in lots:
        for sell in lot["sells"]:
            if sell["state"] in LIVE:
                yield _row(sell, pair=lot["pair"], side="SELL", lot=lot["lot"])


def _buys(pairs: Mapping[str, Json], symbol: str) -> Iterator[dict[str, Any]]:
    """Of a pair whose keeper has not reported yet nothing is known."""
    for name, pair in pairs.items():
        if symbol in ("", name):
            for buy in pair.get("open_buys") or ():
                lot = f"{name}-{buy['order_id']}" if Decimal(buy["executed"]) else None
                yield _row(buy, pair=name, side="BUY", lot=lot)


def _row(order: Json, **more: Any) -> dict[str, Any]:
    found = {"stop_price": None, **order, **more}  # of a SELL that follows the price
    return {name: found[name] for name in OPEN_ORDER_COLUMNS}


def _in_order(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """By pair, as in an order book: the SELLs above the BUYs, the highest price first."""
    return sorted(rows, key=lambda row: (row["pair"], row["side"] == "BUY", -Decimal(row["price"]), row["sent"]))
