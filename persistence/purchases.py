"""Purchases that a person asked for: each is recorded before its BUY is sent, and found when it is asked for again."""

from typing import Any

from lotkeeper.trading.buying.purchase import AskedPurchase, PurchaseWish, is_same, new_purchase
from persistence.entities import Entities

_NEWEST = "SELECT * FROM purchases WHERE symbol = $symbol AND request = $request ORDER BY number DESC LIMIT 1"


def find_or_record(
    entities: Entities, symbol: str, wish: PurchaseWish, *, is_again: bool
) -> tuple[AskedPurchase, bool]:
    """The purchase of this wish, and whether it is a new one; in the open transaction."""
    rows = entities.purchase.select_by_sql(_NEWEST, {"symbol": symbol, "request": wish.request})
    newest = _purchase_of(rows[0]) if rows else None
    if newest is not None and is_same(newest, wish) and not is_again:
        return newest, False
    purchase = new_purchase(symbol, wish, 1 if newest is None else newest.number + 1)
    entities.purchase(
        client_id=purchase.client_id,
        symbol=symbol,
        request=purchase.request,
        number=purchase.number,
        at_ms=purchase.at_ms,
        sent_ms=purchase.sent_ms,
        who=purchase.who,
        why=purchase.why,
    )
    return purchase, True


def record_sent_again(entities: Entities, client_id: str, at_ms: int) -> AskedPurchase | None:
    """Its BUY never arrived and is sent again at that moment (wall clock); None if it is not known here."""
    row = entities.purchase.get(client_id=client_id)
    if row is None:
        return None
    row.sent_ms = max(row.sent_ms, at_ms)
    return _purchase_of(row)


def _purchase_of(row: Any) -> AskedPurchase:
    return AskedPurchase(
        symbol=row.symbol,
        request=row.request,
        number=row.number,
        client_id=row.client_id,
        at_ms=row.at_ms,
        sent_ms=row.sent_ms,
        who=row.who,
        why=row.why,
    )
