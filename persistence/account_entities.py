"""Tables beside lots and orders: what was decided, what went wrong, what the account has, and its order lists."""

from typing import Any

from pony.orm import Optional, PrimaryKey, Required, composite_index

from persistence import columns


def decision(db: Any) -> Any:
    entity: Any = db.Entity

    class DecisionRow(entity):  # type: ignore[misc]
        """Rows are only added: the database itself refuses to change one (guards.py)."""

        _table_ = "decisions"
        symbol = columns.required_text()
        at_ms = columns.number()
        incarnation = columns.number()
        number = columns.number()
        PrimaryKey(symbol, at_ms, incarnation, number)
        kind = columns.required_text()  # a DecisionKind
        cause = columns.required_text()  # a Cause
        lot_id = Optional(str, autostrip=False, nullable=True)
        order_name = columns.text()  # client order id, or the order id of an order that is not ours; empty for none
        facts = columns.required_text()  # a JSON object: figures by name
        who = columns.required_text()
        why = columns.text()
        composite_index(at_ms, symbol, incarnation, number)
        composite_index(lot_id, at_ms, symbol, incarnation, number)

    return DecisionRow


def incident(db: Any) -> Any:
    entity: Any = db.Entity

    class IncidentRow(entity):  # type: ignore[misc]
        _table_ = "incidents"
        kind = columns.required_text()  # the name that the rule of a TroubleKind gives it
        subject = columns.required_text()  # an order, a lot, a pair, an actor, a stream, or the service
        opened_ms = columns.number()
        PrimaryKey(kind, subject, opened_ms)
        symbol = columns.text()  # empty where it concerns the whole service
        severity = columns.required_text()
        details = columns.text()  # for people
        ended_ms = Optional(int, size=64)  # empty while it is open
        how_ended = Optional(str, nullable=True)  # an IncidentEnd; empty while it is open
        composite_index(opened_ms, kind, subject)
        composite_index(symbol, opened_ms, kind, subject)

    return IncidentRow


def balance(db: Any) -> Any:
    entity: Any = db.Entity

    class BalanceRow(entity):  # type: ignore[misc]
        _table_ = "balances"
        asset = PrimaryKey(str, autostrip=False)
        free = columns.amount()
        locked = columns.amount()  # held by open orders
        at_ms = columns.number()  # when the exchange changed the account last, by its clock
        seen_ms = columns.number()  # when it was shown (wall clock)

    return BalanceRow


def order_list(db: Any) -> Any:
    entity: Any = db.Entity

    class OrderListRow(entity):  # type: ignore[misc]
        _table_ = "order_lists"
        symbol = columns.required_text()
        list_id = columns.number()  # the exchange's
        PrimaryKey(symbol, list_id)
        kind = columns.required_text()  # an OrderListKind
        lot_id = Required(str, autostrip=False, index=True)
        buy_order_id = columns.number()
        generation = Optional(int, size=64)  # of the SELL, with its stop; empty for the list of a BUY, as all below
        target_order_id = Optional(int, size=64)
        stop_order_id = Optional(int, size=64)
        stop_kind = Optional(str, nullable=True)  # a StopKind
        trigger_price = Optional(str, nullable=True)
        limit_price = Optional(str, nullable=True)
        target_ended = Optional(bool)
        stop_ended = Optional(bool)
        composite_index(symbol, buy_order_id, generation)

    return OrderListRow
