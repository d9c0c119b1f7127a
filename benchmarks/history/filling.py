"""The rows of years of trading: lots that were bought in three trades and sold in three trades."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.reports.profit_entries import EntryKind, ProfitEntry
from lotkeeper.trading.reports.profit_sums import ProfitSum, Span, period_of, sum_of
from persistence.profit_rows import entry_columns, sum_columns

TRADES = 3  # of a BUY, and of a SELL
_BEGIN_MS = 1_700_000_000_000
_DAYS = 1_000
_PRICE, _SOLD_AT = "100", "101"
_FEE = '{"USDT": "0.0101"}'
Row = dict[str, object]
SumKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Size:
    """Each lot has one BUY order and one SELL."""

    lots: int
    pairs: int
    open_lots: int  # the newest ones

    def symbol(self, number: int) -> str:
        return f"C{number % self.pairs:03d}USDT"

    @property
    def symbols(self) -> list[str]:
        return [self.symbol(number) for number in range(self.pairs)]

    def is_open(self, number: int) -> bool:
        return number >= self.lots - self.open_lots

    def time_ms(self, number: int) -> int:
        return _BEGIN_MS + number * _DAYS * 86_400_000 // self.lots


def tables(size: Size, *, is_counted: bool = True) -> dict[str, Iterator[Row]]:
    """The rows of each table; without `is_counted` as a migration leaves them, before the Ledger has counted."""
    found = {
        "lots": _lots(size, is_counted),
        "orders": _orders(size),
        "fills": _fills(size),
        "cursors": _cursors(size),
    }
    counted = {"buy_orders": _buys(size), "profit_entries": _entries(size), "profit_sums": _sums(size)}
    return {**found, **counted} if is_counted else found


def _lots(size: Size, is_counted: bool) -> Iterator[Row]:
    for number in range(size.lots):
        symbol, time_ms = size.symbol(number), size.time_ms(number)
        is_open = size.is_open(number)
        yield {
            "lot_id": f"{symbol}-{number}",
            "symbol": symbol,
            "base": symbol.removesuffix("USDT"),
            "quote": "USDT",
            "buy_order_id": number,
            "state": "SELLING" if is_open else "CLOSED",
            "reason": "",
            "buy_ended": True,
            "opened_ms": time_ms if is_counted else None,
            "closed_ms": None if is_open or not is_counted else time_ms,
            "is_counted": True if is_counted else None,
            **_sums_of_lot(is_open),
        }


def _sums_of_lot(is_open: bool) -> Row:
    names = ("profit", "sells_placed", "sells_filled", "first_sell_ms", "held_ms", "fees_quote", "fees", "rest")
    values = ("2.9697", 1, 1, _BEGIN_MS, 5, "0.0303", '{"USDT": "0.0303"}', "0")
    return dict.fromkeys(names) if is_open else dict(zip(names, values, strict=True))


def _orders(size: Size) -> Iterator[Row]:
    for number in range(size.lots):
        symbol, time_ms = size.symbol(number), size.time_ms(number)
        is_open = size.is_open(number)
        yield {
            "symbol": symbol,
            "buy_order_id": number,
            "generation": 1,
            "lot_id": f"{symbol}-{number}",
            "price": _SOLD_AT,
            "quantity": "3",
            "cost": "300",
            "state": "OPEN" if is_open else "FILLED",
            "sent_ms": time_ms,
            "order_id": size.lots + number,
            "executed": "0" if is_open else "3",
            "updated_ms": time_ms,
        }


def _buys(size: Size) -> Iterator[Row]:
    for number in range(size.lots):
        yield {
            "symbol": size.symbol(number),
            "order_id": number,
            "client_id": f"web_{number}",
            "order_type": "LIMIT",
            "price": _PRICE,
            "quantity": "3",
            "executed": "3",
            "state": "FILLED",
            "placed_ms": size.time_ms(number),
            "updated_ms": size.time_ms(number),
        }


def _fills(size: Size) -> Iterator[Row]:
    for number in range(size.lots):
        sides = ("BUY",) if size.is_open(number) else ("BUY", "SELL")
        for side in sides:
            yield from (_fill(size, number, side, each) for each in range(TRADES))


def _fill(size: Size, number: int, side: str, each: int) -> Row:
    symbol, is_buy = size.symbol(number), side == "BUY"
    return {
        "symbol": symbol,
        "trade_id": 2 * TRADES * number + each + (0 if is_buy else TRADES),
        "side": side,
        "lot_id": f"{symbol}-{number}",
        "order_id": number if is_buy else size.lots + number,
        "price": _PRICE if is_buy else _SOLD_AT,
        "quantity": "1",
        "quote_quantity": _PRICE if is_buy else _SOLD_AT,
        "commission": "0" if is_buy else "0.0101",
        "commission_asset": "USDT",
        "time_ms": size.time_ms(number) + each,
        "is_maker": True,
    }


def _cursors(size: Size) -> Iterator[Row]:
    for number in range(size.pairs):
        yield {"symbol": size.symbol(number), "last_trade_id": 2 * TRADES * size.lots, "at_ms": _BEGIN_MS}


def _entries(size: Size) -> Iterator[Row]:
    for number in range(size.lots):
        for each in _entries_of(size, number):
            yield {"lot_id": each.lot_id, "kind": str(each.kind), "number": each.number, **entry_columns(each)}


def _entries_of(size: Size, number: int) -> Iterator[ProfitEntry]:
    symbol, time_ms = size.symbol(number), size.time_ms(number)
    lot_id, zero = f"{symbol}-{number}", Decimal(0)
    bought = ProfitEntry(
        symbol, "USDT", lot_id, EntryKind.BUY, time_ms // 86_400_000, number, time_ms, (time_ms, time_ms),
        zero, zero, zero, zero, (),
    )  # fmt: skip
    yield bought
    if not size.is_open(number):
        for each in range(TRADES):
            yield ProfitEntry(
                symbol, "USDT", lot_id, EntryKind.SALE, 2 * TRADES * number + TRADES + each, size.lots + number,
                time_ms + each, bought.bought_ms, Decimal(1), Decimal(_PRICE), Decimal(_SOLD_AT), Decimal("0.0101"),
                (("USDT", Decimal("0.0101")),),
            )  # fmt: skip


def _sums(size: Size) -> Iterator[Row]:
    sums: dict[SumKey, ProfitSum] = {}
    for number in range(size.lots - size.open_lots):
        earned = sum_of(_entries_of(size, number))
        for span in Span:
            key = str(span), period_of(span, size.time_ms(number)), size.symbol(number)
            sums[key] = sums.get(key, ProfitSum()) + earned
    for (name, period, symbol), each in sums.items():
        yield {"span": name, "period": period, "symbol": symbol, "quote": "USDT", **sum_columns(each)}
