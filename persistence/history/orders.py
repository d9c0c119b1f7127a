"""Orders of all time, the newest first: the SELLs of lots, and the BUYs of the account."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from heapq import merge
from itertools import islice
from typing import Any

from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.order import SellOrder
from persistence.history.database import HistoryDatabase
from persistence.history.wanted import Wanted, Where, parts_of_key, where
from persistence.rows import order_of

Place = tuple[int, str, str, int, int]  # when it was placed, side, pair, and what tells it from others of the pair
_SELLS = "SELECT * FROM orders {} ORDER BY sent_ms DESC, symbol DESC, buy_order_id DESC, generation DESC LIMIT :limit"
_BUYS = "SELECT * FROM buy_orders {} ORDER BY placed_ms DESC, symbol DESC, order_id DESC LIMIT :limit"


@dataclass(frozen=True, slots=True)
class PastSell:
    lot_id: str
    order: SellOrder

    @property
    def place(self) -> Place:
        order = self.order
        return order.sent_ms, str(Side.SELL), order.symbol, order.name.buy_order_id, order.name.generation


@dataclass(frozen=True, slots=True)
class PastBuy:
    """`client_id` and `order_type` are empty where only the trades are known; `price` is zero then, and of a MARKET."""

    symbol: str
    order_id: int
    client_id: str
    order_type: str
    price: Decimal
    quantity: Decimal
    executed: Decimal
    state: str
    placed_ms: int
    updated_ms: int

    @property
    def place(self) -> Place:
        return self.placed_ms, str(Side.BUY), self.symbol, self.order_id, 0


PastOrder = PastSell | PastBuy


def key_of(order: PastOrder) -> str:
    """The key of its place in the list."""
    return "/".join(str(part) for part in order.place)


def read_orders(database: HistoryDatabase, wanted: Wanted) -> list[PastOrder]:
    """One page. Raises StoreError, and UnknownKeyError for a key of another list."""
    before = parts_of_key(wanted.before, (int, str, str, int, int)) if wanted.before else None
    sells: Sequence[PastOrder] = _sells(database, wanted, before)
    found = merge(sells, _buys(database, wanted, before), key=lambda each: each.place, reverse=True)
    return list(islice(found, wanted.limit))


def _sells(database: HistoryDatabase, wanted: Wanted, before: list[Any] | None) -> list[PastSell]:
    found = _where(wanted, "sent_ms", Side.SELL, before)
    if before is not None and before[1] == Side.SELL:
        found.add(
            "(sent_ms, symbol, buy_order_id, generation) < (:time_ms, :pair_before, :first_before, :second_before)",
            pair_before=before[2],
            first_before=before[3],
            second_before=before[4],
        )
    rows = database.rows(_SELLS.format(found), {**found.values, "limit": wanted.limit})
    return [PastSell(row.lot_id, order_of(row)) for row in rows]


def _buys(database: HistoryDatabase, wanted: Wanted, before: list[Any] | None) -> list[PastBuy]:
    found = _where(wanted, "placed_ms", Side.BUY, before)
    if before is not None and before[1] == Side.BUY:
        found.add(
            "(placed_ms, symbol, order_id) < (:time_ms, :pair_before, :first_before)",
            pair_before=before[2],
            first_before=before[3],
        )
    return [_buy_of(row) for row in database.rows(_BUYS.format(found), {**found.values, "limit": wanted.limit})]


def _where(wanted: Wanted, time: str, side: Side, before: list[Any] | None) -> Where:
    found = where(wanted, time)
    if wanted.states:
        found.add_among("state", wanted.states)
    if before is not None:  # at one moment the SELLs come before the BUYs
        found.add(f"{time} {'<' if side > before[1] else '<='} :time_ms", time_ms=before[0])
    return found


def _buy_of(row: Any) -> PastBuy:
    return PastBuy(
        row.symbol,
        row.order_id,
        row.client_id,
        row.order_type,
        Decimal(row.price),
        Decimal(row.quantity),
        Decimal(row.executed),
        row.state,
        row.placed_ms,
        row.updated_ms,
    )
