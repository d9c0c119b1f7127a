"""The tables, as Pony entities bound to one database, so that each store (and each test) has its own.

Money is text in plain decimal digits: SQLite gives a DECIMAL column numeric affinity and silently turns its values into
binary floats beyond 15 digits. No table refers to another by a foreign key: facts arrive in any order, and one whose
lot is not written yet must not be lost.
"""

from dataclasses import dataclass
from typing import Any

from pony.orm import Optional, PrimaryKey, Required, composite_index

SCHEMA_VERSION = 4
SCHEMA_KEY = "schema.version"
STATE_TABLE = "system_state"


@dataclass(frozen=True, slots=True)
class Entities:
    """The entity classes of one database. Pony has no types; the mapping in rows.py gives the values theirs."""

    db: Any
    pair: Any
    lot: Any
    order: Any
    fill: Any
    fee_value: Any
    carry: Any
    disposal: Any
    cursor: Any
    state: Any


def define_entities(db: Any) -> Entities:
    """The tables of one Pony `Database`, defined but not yet mapped (`generate_mapping`)."""
    return Entities(
        db=db,
        pair=_pair(db),
        lot=_lot(db),
        order=_order(db),
        fill=_fill(db),
        fee_value=_fee_value(db),
        carry=_carry(db),
        disposal=_disposal(db),
        cursor=_cursor(db),
        state=_state(db),
    )


def _words() -> Any:
    """Text as it came: Pony would strip it, and an attribute that may be empty is called Optional there."""
    return Optional(str, autostrip=False)


def _name() -> Any:
    return Required(str, autostrip=False)


def _money() -> Any:
    return Required(str, autostrip=False)


def _number() -> Any:
    """A number of the exchange: order and trade ids and milliseconds need 64 bits."""
    return Required(int, size=64)


def _pair(db: Any) -> Any:
    entity: Any = db.Entity

    class Pair(entity):  # type: ignore[misc]
        _table_ = "trade_pairs"
        symbol = PrimaryKey(str, autostrip=False)
        base = _name()
        quote = _name()
        status = _words()
        terms = _words()  # a JSON document: see terms_text.py

    return Pair


def _lot(db: Any) -> Any:
    entity: Any = db.Entity

    class Lot(entity):  # type: ignore[misc]
        _table_ = "lots"
        id = PrimaryKey(int, size=64, auto=True)  # the order of recording: the newest lots are listed first
        lot_id = Required(str, autostrip=False, unique=True)
        symbol = _name()
        base = _name()
        quote = _name()
        buy_order_id = _number()
        state = _name()
        hold = Optional(str, nullable=True)  # a HoldReason while the lot is HELD, else empty
        reason = _words()  # for people
        buy_ended = Required(bool)
        # The sums of a CLOSED lot, once somebody asked; `profit` is emptied by whatever touches the lot again.
        profit = Optional(str, nullable=True)
        sells_placed = Optional(int)
        sells_filled = Optional(int)
        first_sell_ms = Optional(int, size=64)
        held_ms = Optional(int, size=64)
        fees_quote = Optional(str, nullable=True)
        fees = Optional(str, nullable=True)  # a JSON object: amounts by asset
        rest = Optional(str, nullable=True)  # quantity that is left: dust that a later lot may take over
        composite_index(symbol, state, profit)

    return Lot


def _order(db: Any) -> Any:
    entity: Any = db.Entity

    class Order(entity):  # type: ignore[misc]
        _table_ = "orders"
        symbol = _name()
        buy_order_id = _number()
        generation = _number()
        PrimaryKey(symbol, buy_order_id, generation)
        lot_id = Required(str, autostrip=False, index=True)
        price = _money()
        quantity = _money()
        cost = _money()
        state = _name()
        sent_ms = _number()
        order_id = Optional(int, size=64)
        executed = _money()
        updated_ms = _number()
        profit = Optional(str, nullable=True)
        sell_rate = Optional(str, nullable=True)
        created_ms = Optional(int, size=64)

    return Order


def _fill(db: Any) -> Any:
    entity: Any = db.Entity

    class Fill(entity):  # type: ignore[misc]
        _table_ = "fills"
        symbol = _name()
        trade_id = _number()
        side = _name()  # part of the key: a trade with ourselves is a BUY and a SELL under one trade id
        PrimaryKey(symbol, trade_id, side)
        lot_id = Optional(str, autostrip=False, nullable=True, index=True)
        order_id = _number()
        price = _money()
        quantity = _money()
        quote_quantity = _money()
        commission = _money()
        commission_asset = _words()
        time_ms = _number()
        is_maker = Required(bool)

    return Fill


def _fee_value(db: Any) -> Any:
    entity: Any = db.Entity

    class FeeValue(entity):  # type: ignore[misc]
        _table_ = "fee_values"
        lot_id = _name()
        trade_id = _number()
        PrimaryKey(lot_id, trade_id)
        symbol = _name()
        asset = _name()
        price = _money()
        time_ms = _number()
        value = _money()

    return FeeValue


def _carry(db: Any) -> Any:
    entity: Any = db.Entity

    class DustTransfer(entity):  # type: ignore[misc]
        _table_ = "carries"
        symbol = _name()
        source = _number()
        target = _number()
        generation = _number()
        PrimaryKey(symbol, source, target, generation)
        source_lot = Required(str, autostrip=False, index=True)
        target_lot = Required(str, autostrip=False, index=True)
        quantity = _money()
        cost = _money()
        time_ms = _number()

    return DustTransfer


def _disposal(db: Any) -> Any:
    entity: Any = db.Entity

    class Disposal(entity):  # type: ignore[misc]
        _table_ = "disposals"
        symbol = _name()
        buy_order_id = _number()
        way = _name()
        number = _number()  # of the trade that sold it, or the moment of its release
        PrimaryKey(symbol, buy_order_id, way, number)
        lot_id = Required(str, autostrip=False, index=True)
        order_id = _number()
        quantity = _money()
        cost = _money()
        proceeds = _money()
        time_ms = _number()

    return Disposal


def _cursor(db: Any) -> Any:
    entity: Any = db.Entity

    class Cursor(entity):  # type: ignore[misc]
        _table_ = "cursors"
        symbol = PrimaryKey(str, autostrip=False)
        last_trade_id = _number()
        at_ms = _number()

    return Cursor


def _state(db: Any) -> Any:
    entity: Any = db.Entity

    class SystemState(entity):  # type: ignore[misc]
        _table_ = STATE_TABLE
        key = PrimaryKey(str, autostrip=False)
        value = _words()

    return SystemState
