"""A double of the store for the simulated Ledger: it keeps what the store keeps of each record, without SQLite.

`test_database_double.py` compares it with the real store. It can be full, deleted, or restored from a backup.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, assert_never

from lotkeeper.trading.buying.purchase import AskedPurchase, PurchaseWish, is_same, new_purchase
from lotkeeper.trading.fee_reserve.reserve import FeesPaid
from lotkeeper.trading.journal import DecisionMade
from lotkeeper.trading.lots.instructions import SellInstruction
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.lots.transfers import CostMove, Disposal, DisposalKind, DustTransfer
from lotkeeper.trading.orders.fills import FeeValue, Fill
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.orders.stop_leg import with_all_known
from lotkeeper.trading.policy import Terms
from lotkeeper.trading.recovery.history_start import HistoryStart, from_text, to_text
from lotkeeper.trading.reports.profit import Totals, totals_of
from persistence.engines.base import Presence
from persistence.errors import StoreError
from persistence.history_starts import state_key
from persistence.records import (
    BuyRecord,
    CostMoveRecord,
    CursorRecord,
    DecisionRecord,
    DisposalRecord,
    DustTransferRecord,
    Entry,
    FeeValueRecord,
    FillRecord,
    InstructionRecord,
    KeptOrdersRecord,
    LotRecord,
    OpenBuysRecord,
    OrderRecord,
    PairRecord,
    StateRecord,
    StoredPair,
)


@dataclass(slots=True)
class Tables:
    """All rows by their keys in the database."""

    lots: dict[str, LotRecord] = field(default_factory=dict)
    fills: dict[tuple[int, str], FillRecord] = field(default_factory=dict)
    orders: dict[tuple[int, int], OrderRecord] = field(default_factory=dict)
    values: dict[tuple[str, int], FeeValue] = field(default_factory=dict)
    carries: dict[tuple[int, int, int], DustTransfer] = field(default_factory=dict)
    moves: dict[tuple[int, int, int], CostMove] = field(default_factory=dict)
    disposals: dict[tuple[int, DisposalKind, int], Disposal] = field(default_factory=dict)
    instructions: dict[tuple[str, int], SellInstruction] = field(default_factory=dict)
    cursor: CursorRecord | None = None
    states: dict[str, str] = field(default_factory=dict)
    terms: Terms | None = None
    purchases: dict[str, AskedPurchase] = field(default_factory=dict)  # by client order id
    decisions: dict[tuple[int, int, int], DecisionMade] = field(default_factory=dict)

    def copy(self) -> "Tables":
        """A copy of the tables is enough, because rows are replaced and never changed."""
        dicts = (self.lots, self.fills, self.orders, self.values, self.carries, self.moves)
        more = (self.disposals, self.instructions)
        return Tables(
            *(dict(each) for each in (*dicts, *more)),
            self.cursor,
            dict(self.states),
            self.terms,
            dict(self.purchases),
            dict(self.decisions),
        )  # type: ignore[arg-type]


@dataclass(slots=True)
class DatabaseDouble:
    """The store's interface, for one pair."""

    is_full: Callable[[], bool] = lambda: False  # called before each write
    tables: Tables = field(default_factory=Tables)
    backups: list[Tables] = field(default_factory=list)
    was_lost: bool = False  # whether it was replaced by an older one, or by none
    _loaded_orders: frozenset[tuple[int, int]] = frozenset()

    # What the Ledger calls

    def take_lease(self) -> int:
        return 0

    def check_lease(self, token: int) -> None:
        """No other system uses this database."""

    def cursor(self, symbol: str) -> int | None:
        return self.tables.cursor.last_trade_id if self.tables.cursor else None

    def record(self, entries: Sequence[Entry], lease: int | None = None) -> None:
        if self.is_full():
            raise StoreError("the disk is full")
        for entry in entries:
            self._write(entry)

    def find_or_record_purchase(
        self, symbol: str, wish: PurchaseWish, *, is_again: bool, sent_again: str, lease: int | None
    ) -> tuple[AskedPurchase, bool]:
        if self.is_full():
            raise StoreError("the disk is full")
        if sent_again in self.tables.purchases:
            known = self.tables.purchases[sent_again] = replace(self.tables.purchases[sent_again], sent_ms=wish.at_ms)
            return known, False
        same = [each for each in self.tables.purchases.values() if each.request == wish.request]
        newest = max(same, key=lambda each: each.number, default=None)
        if newest is not None and not is_again and is_same(newest, wish):
            return newest, False
        purchase = new_purchase(symbol, wish, 1 if newest is None else newest.number + 1)
        self.tables.purchases[purchase.client_id] = purchase
        return purchase, True

    def count_lots(self, most: int, lease: int | None = None) -> int:
        """What lots earned decides nothing."""
        return 0

    def load_pair(self, symbol: str, *, with_dust: bool = True, lease: int | None = None) -> StoredPair:
        self._loaded_orders = frozenset(self.tables.orders)
        last = self.tables.cursor.last_trade_id if self.tables.cursor else None
        lots = sorted((self.lot(lot_id) for lot_id in self.tables.lots), key=lambda lot: lot.buy_order_id)
        unfinished = tuple(lot for lot in lots if _is_unfinished(lot, -1 if last is None else last, with_dust))
        finished = [lot for lot in lots if lot.state is LotState.CLOSED and lot not in unfinished]
        numbers = frozenset(lot.buy_order_id for lot in finished if lot.orders)
        given = [each for lot in finished for each in lot.disposals if each.kind is DisposalKind.SOLD_BY_HAND]
        totals = totals_of(finished) if finished else Totals()
        return StoredPair(unfinished, last, totals, numbers, tuple(sorted(given, key=_place)))

    def first_trade_ms(self, symbol: str) -> int | None:
        return next((each.fill.time_ms for _, each in sorted(self.tables.fills.items())), None)

    def sell_rate(self, symbol: str) -> Decimal | None:
        return self.tables.terms.market.sell_rate if self.tables.terms else None

    def terms(self, symbol: str) -> Terms | None:
        return self.tables.terms

    def fees_paid(self, asset: str, since_ms: int) -> FeesPaid:
        """No fee is looked at here: the rate that follows from it decides nothing."""
        return FeesPaid()

    def state(self, key: str) -> str | None:
        return self.tables.states.get(key)

    def presence(self) -> Presence:
        """Nobody deletes its files: they are none."""
        return Presence.WHOLE

    def close(self) -> None:
        pass

    # Faults

    def back_up(self) -> None:
        self.backups.append(self.tables.copy())

    def begin_history(self, symbol: str, start: HistoryStart) -> None:
        """What the launcher notes at the first start with the pair, before an actor runs."""
        self.tables.states.setdefault(state_key(symbol), to_text(start))

    def history_from_ms(self, symbol: str) -> int | None:
        """Where the history of the pair begins; None between the loss of the database and the next start."""
        text = self.tables.states.get(state_key(symbol))
        if text is None:
            return None
        history = from_text(text)
        assert isinstance(history, HistoryStart)
        return history.since_ms

    def restore(self, backup: Tables | None) -> None:
        """Replaces it by an old backup or (None) by an empty database."""
        self.tables, self.was_lost = backup.copy() if backup else Tables(), True

    def has_loaded(self, buy_order_id: int, generation: int) -> bool:
        """Whether the SELL was here when a keeper last loaded the pair."""
        return (buy_order_id, generation) in self._loaded_orders

    def knows_order_id(self, order_id: int) -> bool:
        """Whether a SELL is here with this order id of the exchange."""
        return any(order_id in each.order.order_ids for each in self.tables.orders.values())

    # Rows

    def lot(self, lot_id: str) -> Lot:
        tables, row = self.tables, self.tables.lots[lot_id]
        number = row.buy_order_id
        fills = [each.fill for _, each in sorted(tables.fills.items()) if each.lot_id == lot_id]
        orders = [each.order for _, each in sorted(tables.orders.items()) if each.lot_id == lot_id]
        values = [value for (owner, _), value in sorted(tables.values.items()) if owner == lot_id]
        carries = [carry for _, carry in sorted(tables.carries.items())]
        disposals = [each for each in tables.disposals.values() if each.buy_order_id == number]
        return Lot(
            symbol=row.symbol,
            base=row.base,
            quote=row.quote,
            buy_order_id=number,
            buys=tuple(each for each in fills if each.side == "BUY"),
            sells=tuple(each for each in fills if each.side == "SELL"),
            orders=tuple(orders),
            fee_values=tuple(values),
            state=row.state,
            reason=row.reason,
            hold=row.hold,
            buy_ended=row.buy_ended,
            dust_taken=tuple(each for each in carries if each.target == number),
            dust_given=tuple(each for each in carries if each.source == number),
            disposals=tuple(sorted(disposals, key=lambda each: (each.time_ms, each.number))),
            instructions=tuple(each for (owner, _), each in sorted(tables.instructions.items()) if owner == lot_id),
            cost_moves=tuple(each for _, each in sorted(tables.moves.items()) if number in (each.source, each.target)),
            break_even_ms=row.break_even_ms,
        )

    def _write(self, entry: Entry) -> None:
        tables: Any = self.tables
        match entry:
            case LotRecord():
                tables.lots[entry.lot_id] = entry
            case FillRecord(lot_id, fill):
                tables.fills[_fill_key(fill)] = _with_lot(tables.fills.get(_fill_key(fill)), lot_id, fill)
            case OrderRecord(lot_id, order):
                key = (order.name.buy_order_id, order.name.generation)
                known = tables.orders.get(key)
                tables.orders[key] = OrderRecord(lot_id, _merge_orders(known.order, order) if known else order)
            case BuyRecord() | OpenBuysRecord():
                pass  # nothing is decided by them
            case KeptOrdersRecord(lot_id, kept):
                tables.orders = {
                    key: each for key, each in tables.orders.items() if not _is_dropped(each, lot_id, kept)
                }
            case FeeValueRecord(lot_id, _, value):
                tables.values.setdefault((lot_id, value.trade_id), value)
            case DustTransferRecord(carry):
                tables.carries.setdefault((carry.source, carry.target, carry.generation), carry)
            case CostMoveRecord(move):
                tables.moves.setdefault((move.source, move.target, move.number), move)
            case DisposalRecord(disposal):
                tables.disposals[disposal.buy_order_id, disposal.kind, disposal.number] = disposal
            case InstructionRecord(lot_id, instruction):
                known_one = tables.instructions.setdefault(
                    (lot_id, instruction.number), replace(instruction, is_recorded=True)
                )
                if instruction.end is not None:
                    tables.instructions[lot_id, instruction.number] = replace(known_one, end=instruction.end)
            case CursorRecord(_, last, at_ms):
                old = tables.cursor
                is_newer = old is None or (last, at_ms) > (old.last_trade_id, old.at_ms)
                tables.cursor = entry if is_newer else old
            case StateRecord(key, value):
                tables.states[key] = value
            case PairRecord(terms):
                tables.terms = terms
            case DecisionRecord(made):
                known_as = tables.decisions.setdefault((made.at_ms, made.incarnation, made.number), made)
                assert known_as == made, f"two decisions of one key: {known_as}, {made}"
            case _:
                assert_never(entry)


def _fill_key(fill: Fill) -> tuple[int, str]:
    return fill.trade_id, str(fill.side)


def _with_lot(known: FillRecord | None, lot_id: str | None, fill: Fill) -> FillRecord:
    """A fill never changes, but its lot may become known later."""
    return FillRecord(lot_id, fill) if known is None else FillRecord(known.lot_id or lot_id, known.fill)


def _is_dropped(row: OrderRecord, lot_id: str, kept: frozenset[int]) -> bool:
    """A setback that its lot has forgotten; nothing that sold something, and nothing newer than what is kept."""
    order, generation = row.order, row.order.name.generation
    is_over = (
        order.state in (OrderState.REFUSED, OrderState.EXPIRED)
        and not order.executed
        and generation < max(kept, default=0)
    )
    return row.lot_id == lot_id and is_over and generation not in kept


def _merge_orders(known: SellOrder, order: SellOrder) -> SellOrder:
    """A late copy of older news changes only what can only grow."""
    newest, other = (known, order) if order.updated_ms < known.updated_ms else (order, known)
    return replace(
        newest,
        executed=max(known.executed, order.executed),
        order_id=known.order_id if order.order_id is None else order.order_id,
        created_ms=known.created_ms if order.created_ms is None else order.created_ms,
        stop=with_all_known(newest.stop, other.stop),
    )


def _place(disposal: Disposal) -> tuple[int, int]:
    return disposal.number, disposal.buy_order_id


def _is_unfinished(lot: Lot, cursor: int, with_dust: bool) -> bool:
    if lot.state is not LotState.CLOSED or not lot.buy_ended or (with_dust and lot.remainder > 0):
        return True
    sales = [each.number for each in lot.disposals if each.kind is DisposalKind.SOLD_BY_HAND]
    return max([*sales, *(fill.trade_id for fill in (*lot.buys, *lot.sells))], default=-1) > cursor
