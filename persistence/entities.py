"""The tables, as Pony entities bound to one database, so that each store (and each test) has its own.

Money is text in plain decimal digits: SQLite gives a DECIMAL column numeric affinity and silently turns its values into
binary floats beyond 15 digits. No table refers to another by a foreign key: a fact must not be lost because another
one is not there (docs/decisions/0033). What every row has to keep stands in conditions.py.
"""

from dataclasses import dataclass
from typing import Any

from pony.orm import Optional, PrimaryKey, Required, composite_index

from persistence import account_entities, columns
from persistence.schema import STATE_TABLE


@dataclass(frozen=True, slots=True)
class Entities:
    """The entity classes of one database. Pony has no types; the mapping in rows.py gives the values theirs."""

    db: Any
    pair: Any
    lot: Any
    order: Any
    buy_order: Any
    fill: Any
    fee_value: Any
    dust_transfer: Any
    cost_move: Any
    disposal: Any
    instruction: Any
    purchase: Any
    profit_entry: Any
    profit_sum: Any
    closed_sum: Any
    cursor: Any
    state: Any
    decision: Any
    incident: Any
    balance: Any
    order_list: Any


def define_entities(db: Any) -> Entities:
    """The tables of one Pony `Database`, defined but not yet mapped (`generate_mapping`)."""
    return Entities(
        db=db,
        pair=_pair(db),
        lot=_lot(db),
        order=_order(db),
        buy_order=_buy_order(db),
        fill=_fill(db),
        fee_value=_fee_value(db),
        dust_transfer=_dust_transfer(db),
        cost_move=_cost_move(db),
        disposal=_disposal(db),
        instruction=_instruction(db),
        purchase=_purchase(db),
        profit_entry=_profit_entry(db),
        profit_sum=_profit_sum(db),
        closed_sum=_closed_sum(db),
        cursor=_cursor(db),
        state=_state(db),
        decision=account_entities.decision(db),
        incident=account_entities.incident(db),
        balance=account_entities.balance(db),
        order_list=account_entities.order_list(db),
    )


def _pair(db: Any) -> Any:
    entity: Any = db.Entity

    class Pair(entity):  # type: ignore[misc]
        _table_ = "trade_pairs"
        symbol = PrimaryKey(str, autostrip=False)
        base = columns.required_text()
        quote = columns.required_text()
        status = columns.text()
        terms = columns.text()  # a JSON document: see terms_text.py

    return Pair


def _lot(db: Any) -> Any:
    entity: Any = db.Entity

    class Lot(entity):  # type: ignore[misc]
        _table_ = "lots"
        id = PrimaryKey(int, size=64, auto=True)  # counts up, so that the newest lots can be listed first
        lot_id = Required(str, autostrip=False, unique=True)
        symbol = columns.required_text()
        base = columns.required_text()
        quote = columns.required_text()
        buy_order_id = columns.number()
        state = columns.required_text()
        hold = Optional(str, nullable=True)  # a HoldReason while the lot is HELD, else empty
        reason = columns.text()  # for people
        break_even_ms = Optional(int, size=64)  # when its break-even was armed last (wall clock); empty: never
        buy_ended = Required(bool)
        # The sums of a CLOSED lot, once it is counted. A later record of the lot empties `profit`: see sums.py.
        profit = Optional(str, nullable=True)
        sells_placed = Optional(int)
        sells_filled = Optional(int)
        first_sell_ms = Optional(int, size=64)
        held_ms = Optional(int, size=64)
        fees_quote = Optional(str, nullable=True)
        fees = Optional(str, nullable=True)  # a JSON object: amounts by asset
        rest = Optional(str, nullable=True)  # what is left (base asset): dust that a later lot may take over
        opened_ms = Optional(int, size=64)  # empty for a lot of an earlier version, until it is counted
        closed_ms = Optional(int, size=64)
        # Whether its profit entries are those of its last record; empty: not yet; false: they cannot be made.
        is_counted = Optional(bool)
        composite_index(symbol, state, profit)
        composite_index(opened_ms, id)  # noqa: A003
        composite_index(symbol, opened_ms, id)  # noqa: A003
        composite_index(state, opened_ms, id)  # noqa: A003
        composite_index(symbol, state, opened_ms, id)  # noqa: A003
        composite_index(is_counted, id)  # noqa: A003

    return Lot


def _order(db: Any) -> Any:
    entity: Any = db.Entity

    class Order(entity):  # type: ignore[misc]
        _table_ = "orders"
        symbol = columns.required_text()
        buy_order_id = columns.number()
        generation = columns.number()
        PrimaryKey(symbol, buy_order_id, generation)
        lot_id = Required(str, autostrip=False, index=True)
        price = columns.amount()
        quantity = columns.amount()
        cost = columns.amount()
        state = columns.required_text()
        sent_ms = columns.number()
        order_id = Optional(int, size=64)
        executed = columns.amount()
        updated_ms = columns.number()
        profit = Optional(str, nullable=True)
        sell_rate = Optional(str, nullable=True)
        created_ms = Optional(int, size=64)
        trail_delta = Optional(int)  # bips; empty for a LIMIT
        stop_price = Optional(str, nullable=True)
        stop = Optional(str, nullable=True)
        is_instructed = Optional(bool)  # whether it carries out a sell instruction; empty: no
        purchase = Optional(str, nullable=True)  # client order id of the BUY that pays for it; empty: placed alone
        composite_index(sent_ms, symbol, buy_order_id, generation)
        composite_index(symbol, sent_ms, buy_order_id, generation)
        composite_index(state, sent_ms, symbol, buy_order_id, generation)
        composite_index(symbol, state, sent_ms, buy_order_id, generation)
        composite_index(symbol, updated_ms)

    return Order


def _buy_order(db: Any) -> Any:
    entity: Any = db.Entity

    class BuyOrder(entity):  # type: ignore[misc]
        _table_ = "buy_orders"
        symbol = columns.required_text()
        order_id = columns.number()
        PrimaryKey(symbol, order_id)
        client_id = columns.text()  # empty where only the trades are known
        order_type = columns.text()  # likewise
        price = columns.amount()  # zero for a MARKET order, and where only the trades are known
        quantity = columns.amount()
        executed = columns.amount()
        state = columns.required_text()  # the exchange's, or ENDED where it was not told how the order ended
        placed_ms = columns.number()
        updated_ms = columns.number()
        composite_index(placed_ms, symbol, order_id)
        composite_index(symbol, placed_ms, order_id)
        composite_index(state, placed_ms, symbol, order_id)
        composite_index(symbol, state, placed_ms, order_id)

    return BuyOrder


def _fill(db: Any) -> Any:
    entity: Any = db.Entity

    class Fill(entity):  # type: ignore[misc]
        _table_ = "fills"
        symbol = columns.required_text()
        trade_id = columns.number()
        side = columns.required_text()  # part of the key: a trade with ourselves is a BUY and a SELL under one trade id
        PrimaryKey(symbol, trade_id, side)
        lot_id = Optional(str, autostrip=False, nullable=True, index=True)
        order_id = columns.number()
        price = columns.amount()
        quantity = columns.amount()
        quote_quantity = columns.amount()
        commission = columns.amount()
        commission_asset = columns.text()
        time_ms = columns.number()
        is_maker = Required(bool)
        composite_index(time_ms, symbol, trade_id, side)
        composite_index(symbol, time_ms, trade_id, side)

    return Fill


def _fee_value(db: Any) -> Any:
    entity: Any = db.Entity

    class FeeValue(entity):  # type: ignore[misc]
        _table_ = "fee_values"
        lot_id = columns.required_text()
        trade_id = columns.number()
        PrimaryKey(lot_id, trade_id)
        symbol = columns.required_text()
        asset = columns.required_text()
        price = columns.amount()
        time_ms = columns.number()
        value = columns.amount()

    return FeeValue


def _dust_transfer(db: Any) -> Any:
    entity: Any = db.Entity

    class DustTransfer(entity):  # type: ignore[misc]
        _table_ = "carries"
        symbol = columns.required_text()
        source = columns.number()
        target = columns.number()
        generation = columns.number()
        PrimaryKey(symbol, source, target, generation)
        source_lot = Required(str, autostrip=False, index=True)
        target_lot = Required(str, autostrip=False, index=True)
        quantity = columns.amount()
        cost = columns.amount()
        time_ms = columns.number()

    return DustTransfer


def _cost_move(db: Any) -> Any:
    entity: Any = db.Entity

    class CostMove(entity):  # type: ignore[misc]
        _table_ = "cost_moves"
        symbol = columns.required_text()
        source = columns.number()
        target = columns.number()
        number = columns.number()
        PrimaryKey(symbol, source, target, number)
        source_lot = Required(str, autostrip=False, index=True)
        target_lot = Required(str, autostrip=False, index=True)
        cost = columns.amount()
        time_ms = columns.number()

    return CostMove


def _disposal(db: Any) -> Any:
    entity: Any = db.Entity

    class Disposal(entity):  # type: ignore[misc]
        _table_ = "disposals"
        symbol = columns.required_text()
        buy_order_id = columns.number()
        way = columns.required_text()
        number = columns.number()  # of the trade that sold it, or the moment of its release
        PrimaryKey(symbol, buy_order_id, way, number)
        lot_id = Required(str, autostrip=False, index=True)
        order_id = columns.number()
        quantity = columns.amount()
        cost = columns.amount()
        proceeds = columns.amount()
        time_ms = columns.number()

    return Disposal


def _instruction(db: Any) -> Any:
    entity: Any = db.Entity

    class Instruction(entity):  # type: ignore[misc]
        _table_ = "sell_instructions"
        lot_id = columns.required_text()
        number = columns.number()
        PrimaryKey(lot_id, number)
        request = columns.required_text()
        kind = columns.required_text()
        quantity = columns.amount()
        price = columns.amount()
        is_whole = Required(bool)
        is_below_floor_allowed = Required(bool)
        sold_before = columns.amount()
        from_generation = columns.number()
        at_ms = columns.number()
        who = columns.text()
        why = columns.text()
        ended = Optional(str, nullable=True)  # an InstructionEnd, or empty

    return Instruction


def _purchase(db: Any) -> Any:
    entity: Any = db.Entity

    class Purchase(entity):  # type: ignore[misc]
        _table_ = "purchases"
        client_id = PrimaryKey(str, autostrip=False)
        symbol = columns.required_text()
        request = columns.required_text()
        number = columns.number()
        at_ms = columns.number()
        sent_ms = columns.number()
        who = columns.text()
        why = columns.text()
        composite_index(symbol, request, number)

    return Purchase


def _profit_entry(db: Any) -> Any:
    entity: Any = db.Entity

    class ProfitEntryRow(entity):  # type: ignore[misc]
        _table_ = "profit_entries"
        lot_id = columns.required_text()
        kind = columns.required_text()
        number = columns.number()
        PrimaryKey(lot_id, kind, number)
        symbol = columns.required_text()
        quote = columns.required_text()
        order_id = columns.number()
        time_ms = columns.number()
        bought_from_ms = columns.number()
        bought_to_ms = columns.number()
        quantity = columns.amount()
        cost = columns.amount()
        proceeds = columns.amount()
        fee = columns.amount()
        fees = columns.required_text()  # a JSON object: amounts by asset
        composite_index(time_ms, lot_id, kind, number)
        composite_index(symbol, time_ms, lot_id, kind, number)

    return ProfitEntryRow


def _profit_sum(db: Any) -> Any:
    entity: Any = db.Entity

    class ProfitSum(entity):  # type: ignore[misc]
        _table_ = "profit_sums"
        span = columns.required_text()  # "day" or "month", in UTC
        period = columns.required_text()  # such as 2026-11-30 or 2026-11
        symbol = columns.required_text()
        PrimaryKey(span, period, symbol)
        quote = columns.required_text()
        sales = columns.number()
        cost = columns.amount()
        proceeds = columns.amount()
        fee = columns.amount()
        profit = columns.amount()
        by_hand = columns.amount()  # how much of the profit is that of manual sales
        fees = columns.required_text()  # a JSON object: amounts by asset
        composite_index(span, symbol, period)

    return ProfitSum


def _closed_sum(db: Any) -> Any:
    entity: Any = db.Entity

    class ClosedSum(entity):  # type: ignore[misc]
        _table_ = "closed_sums"
        symbol = PrimaryKey(str, autostrip=False)
        lots = columns.number()  # those that are closed and have their sums: their `profit` is not empty
        sells_placed = columns.number()
        sells_filled = columns.number()
        profit = columns.amount()
        first_sell_ms = Optional(int, size=64)
        held_ms = columns.number()
        fees_quote = columns.amount()
        fees = columns.required_text()  # a JSON object: amounts by asset

    return ClosedSum


def _cursor(db: Any) -> Any:
    entity: Any = db.Entity

    class Cursor(entity):  # type: ignore[misc]
        _table_ = "cursors"
        symbol = PrimaryKey(str, autostrip=False)
        last_trade_id = columns.number()
        at_ms = columns.number()

    return Cursor


def _state(db: Any) -> Any:
    entity: Any = db.Entity

    class SystemState(entity):  # type: ignore[misc]
        _table_ = STATE_TABLE
        key = PrimaryKey(str, autostrip=False)
        value = columns.text()

    return SystemState
