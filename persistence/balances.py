"""The account's balances as rows: the newest that was shown of each asset, whatever comes late or twice."""

from decimal import Decimal
from typing import Any

from lotkeeper.trading.balances import BalanceSeen
from persistence.entities import Entities
from persistence.records import BalanceRecord, OtherBalancesRecord
from persistence.rows import Columns, digits

_OLDER = "SELECT * FROM balances WHERE at_ms < $at_ms"


def write_balance(entities: Entities, entry: BalanceRecord) -> None:
    """An older one never takes the place of a newer."""
    balance = entry.balance
    columns = _columns(balance.at_ms, entry.seen_ms, digits(balance.free), digits(balance.locked))
    row = entities.balance.get(asset=balance.asset)
    if row is None:
        entities.balance(asset=balance.asset, **columns)
    elif balance.at_ms >= row.at_ms:
        row.set(**columns)


def end_older_balances(entities: Entities, entry: OtherBalancesRecord) -> None:
    """An answer about the whole account named all that was not zero; this comes after its balances."""
    for row in entities.balance.select_by_sql(_OLDER, {"at_ms": entry.at_ms}):
        row.set(**_columns(entry.at_ms, entry.seen_ms, "0", "0"))


def balance_of(row: Any) -> BalanceSeen:
    return BalanceSeen(row.asset, Decimal(row.free), Decimal(row.locked), row.at_ms)


def _columns(at_ms: int, seen_ms: int, free: str, locked: str) -> Columns:
    return {"free": free, "locked": locked, "at_ms": at_ms, "seen_ms": seen_ms}
