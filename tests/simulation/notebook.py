"""The notebook of a simulated Ledger: what the store keeps of each record, without SQLite between.

`test_notebook.py` holds it against the real store. It can be full, deleted, or restored from a backup.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

from lotkeeper.trading.lots.disposal import Disposal, Way
from lotkeeper.trading.lots.dust_transfer import DustTransfer
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.orders.fills import FeeValue, Fill
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.reports.totals import Totals, totals_of
from persistence.errors import StoreError
from persistence.records import (
    CarryRecord,
    CursorRecord,
    DisposalRecord,
    Entry,
    FeeValueRecord,
    FillRecord,
    LotRecord,
    OrderRecord,
    PairRecord,
    StateRecord,
    StoredPair,
)


@dataclass(slots=True)
class Pages:
    """All rows, each under the key that it has in the database."""

    lots: dict[str, LotRecord] = field(default_factory=dict)
    fills: dict[tuple[int, str], FillRecord] = field(default_factory=dict)
    orders: dict[tuple[int, int], OrderRecord] = field(default_factory=dict)
    values: dict[tuple[str, int], FeeValue] = field(default_factory=dict)
    carries: dict[tuple[int, int, int], DustTransfer] = field(default_factory=dict)
    disposals: dict[tuple[int, Way, int], Disposal] = field(default_factory=dict)
    cursor: CursorRecord | None = None
    states: dict[str, str] = field(default_factory=dict)

    def copied(self) -> "Pages":
        """Rows never change, they are replaced: so a copy of the tables will do."""
        dicts = (self.lots, self.fills, self.orders, self.values, self.carries, self.disposals)
        return Pages(*(dict(each) for each in dicts), self.cursor, dict(self.states))  # type: ignore[arg-type]


@dataclass(slots=True)
class Notebook:
    """As the store has it, for one pair. `is_full` is asked before each record is written."""

    is_full: Callable[[], bool] = lambda: False
    pages: Pages = field(default_factory=Pages)
    backups: list[Pages] = field(default_factory=list)
    begins: Callable[[int | None], None] = lambda _: None  # told of a start without a cursor: from which trade on
    _told: frozenset[tuple[int, int]] = frozenset()

    # What the Ledger calls

    def take_lease(self) -> int:
        return 0

    def check_lease(self, token: int) -> None:
        """Nobody else has this notebook."""

    def cursor(self, symbol: str) -> int | None:
        return self.pages.cursor.last_trade_id if self.pages.cursor else None

    def record(self, entries: Sequence[Entry], lease: int | None = None) -> None:
        if self.is_full():
            raise StoreError("the disk is full")
        for entry in entries:
            self._write(entry)

    def load_pair(self, symbol: str, *, with_dust: bool = True) -> StoredPair:
        self._told = frozenset(self.pages.orders)
        last = self.pages.cursor.last_trade_id if self.pages.cursor else None
        if last is None:
            self.begins(min((trade_id for trade_id, _ in self.pages.fills), default=None))
        lots = sorted((self.lot(lot_id) for lot_id in self.pages.lots), key=lambda lot: lot.buy_order_id)
        unfinished = tuple(lot for lot in lots if _is_unfinished(lot, -1 if last is None else last, with_dust))
        finished = [lot for lot in lots if lot.state is LotState.CLOSED and lot not in unfinished]
        return StoredPair(unfinished, last, totals_of(finished) if finished else Totals())

    def state(self, key: str) -> str | None:
        return self.pages.states.get(key)

    def close(self) -> None:
        pass

    # What befalls it

    def back_up(self) -> None:
        self.backups.append(self.pages.copied())

    def restore(self, backup: Pages | None) -> None:
        """An old backup in its place, or (None) an empty file."""
        self.pages = backup.copied() if backup else Pages()

    def has_told(self, buy_order_id: int, generation: int) -> bool:
        """Whether the SELL stood here when a keeper read it last."""
        return (buy_order_id, generation) in self._told

    def knows_id(self, order_id: int) -> bool:
        """Whether a SELL stands here with the exchange's own number."""
        return any(each.order.order_id == order_id for each in self.pages.orders.values())

    # Rows

    def lot(self, lot_id: str) -> Lot:
        pages, words = self.pages, self.pages.lots[lot_id]
        number = words.buy_order_id
        fills = [each.fill for _, each in sorted(pages.fills.items()) if each.lot_id == lot_id]
        orders = [each.order for _, each in sorted(pages.orders.items()) if each.lot_id == lot_id]
        values = [value for (owner, _), value in sorted(pages.values.items()) if owner == lot_id]
        carries = [carry for _, carry in sorted(pages.carries.items())]
        disposals = [each for each in pages.disposals.values() if each.buy_order_id == number]
        return Lot(
            symbol=words.symbol,
            base=words.base,
            quote=words.quote,
            buy_order_id=number,
            buys=tuple(each for each in fills if each.side == "BUY"),
            sells=tuple(each for each in fills if each.side == "SELL"),
            orders=tuple(orders),
            fee_values=tuple(values),
            state=words.state,
            reason=words.reason,
            hold=words.hold,
            buy_ended=words.buy_ended,
            taken=tuple(each for each in carries if each.target == number),
            given=tuple(each for each in carries if each.source == number),
            disposals=tuple(sorted(disposals, key=lambda each: (each.time_ms, each.number))),
        )

    def _write(self, entry: Entry) -> None:
        pages: Any = self.pages
        match entry:
            case LotRecord():
                pages.lots[entry.lot_id] = entry
            case FillRecord(lot_id, fill):
                pages.fills[_fill_key(fill)] = _claimed(pages.fills.get(_fill_key(fill)), lot_id, fill)
            case OrderRecord(lot_id, order):
                key = (order.name.buy_order_id, order.name.generation)
                known = pages.orders.get(key)
                pages.orders[key] = OrderRecord(lot_id, _newer(known.order, order) if known else order)
            case FeeValueRecord(lot_id, _, value):
                pages.values.setdefault((lot_id, value.trade_id), value)
            case CarryRecord(carry):
                pages.carries.setdefault((carry.source, carry.target, carry.generation), carry)
            case DisposalRecord(disposal):
                pages.disposals[disposal.buy_order_id, disposal.way, disposal.number] = disposal
            case CursorRecord(_, last, at_ms):
                old = pages.cursor
                is_newer = old is None or (last, at_ms) > (old.last_trade_id, old.at_ms)
                pages.cursor = entry if is_newer else old
            case StateRecord(key, value):
                pages.states[key] = value
            case PairRecord():
                pass
            case _:
                assert_never(entry)


def _fill_key(fill: Fill) -> tuple[int, str]:
    return fill.trade_id, str(fill.side)


def _claimed(known: FillRecord | None, lot_id: str | None, fill: Fill) -> FillRecord:
    """A fill never changes; only the lot that claims it may be found out later."""
    return FillRecord(lot_id, fill) if known is None else FillRecord(known.lot_id or lot_id, known.fill)


def _newer(known: SellOrder, order: SellOrder) -> SellOrder:
    """A late copy of older news moves nothing but what can only grow."""
    newest = known if order.updated_ms < known.updated_ms else order
    order_id = known.order_id if order.order_id is None else order.order_id
    created_ms = known.created_ms if order.created_ms is None else order.created_ms
    return replace(newest, executed=max(known.executed, order.executed), order_id=order_id, created_ms=created_ms)


def _is_unfinished(lot: Lot, cursor: int, with_dust: bool) -> bool:
    if lot.state is not LotState.CLOSED or not lot.buy_ended or (with_dust and lot.remainder > 0):
        return True
    sales = [each.number for each in lot.disposals if each.way is Way.SOLD_BY_HAND]
    return max([*sales, *(fill.trade_id for fill in (*lot.buys, *lot.sells))], default=-1) > cursor
