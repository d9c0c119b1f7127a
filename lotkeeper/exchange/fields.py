"""Reading single fields of what the exchange sent, which may be anything."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from lotkeeper.trading.money import ZERO
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.trails import Trail, reported_trail

Row = Mapping[str, Any]
_SIDES = {side.value: side for side in Side}
_MAX_CHARACTERS = 64
_MAX_DIGITS = 40  # to the left or right of the point; beyond any amount of the exchange


class MalformedError(ValueError):
    """A row of the exchange lacks a field or has one of the wrong type; the text names it."""


def row(value: object) -> Row:
    if not isinstance(value, dict):
        raise MalformedError(f"an object was expected, not {kind_of(value)}")
    return value


def rows(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise MalformedError(f"a list was expected, not {kind_of(value)}")
    return value


def text(source: Row, name: str) -> str:
    value = source.get(name)
    if type(value) is not str:
        raise MalformedError(f"{name} should be a text, not {kind_of(value)}")
    return value


def whole(source: Row, name: str) -> int:
    value = source.get(name)
    if type(value) is not int:
        raise MalformedError(f"{name} should be a whole number, not {kind_of(value)}")
    return value


def list_id(source: Row, name: str) -> int | None:
    """The id of an order list; None where there is none, which the exchange says as -1 or not at all."""
    value = source.get(name)
    return value if type(value) is int and value >= 0 else None


def order_kind(source: Row, type_name: str, stop_name: str) -> dict[str, Any]:
    """`order_type` and, of an order that is triggered by a price, `stop_price`; nothing of what is not told."""
    kind = source.get(type_name)
    if not isinstance(kind, str):
        return {}
    is_triggered = kind.startswith(("STOP_LOSS", "TAKE_PROFIT")) and stop_name in source
    return {"order_type": kind, "stop_price": amount(source, stop_name)} if is_triggered else {"order_type": kind}


def flag(source: Row, name: str) -> bool:
    value = source.get(name)
    if type(value) is not bool:
        raise MalformedError(f"{name} should be true or false, not {kind_of(value)}")
    return value


def signed(source: Row, name: str) -> Decimal:
    """A decimal number written as text, of either sign and of a sane size."""
    value = source.get(name)
    if type(value) is not str or len(value) > _MAX_CHARACTERS:
        raise MalformedError(f"{name} should be a decimal number as text, not {kind_of(value)}")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise MalformedError(f"{name} should be a decimal number, not {value!r}") from None
    if not number.is_finite() or not -_MAX_DIGITS < number.adjusted() < _MAX_DIGITS:
        raise MalformedError(f"{name} should be a decimal number of sane size, not {value!r}")
    return number


def amount(source: Row, name: str) -> Decimal:
    """A price or quantity: a decimal number written as text, zero or more."""
    number = signed(source, name)
    if number < 0:
        raise MalformedError(f"{name} should not be negative, but is {number}")
    return number


def trail(source: Row, kind: str, delta: str, stop_price: str) -> Trail | None:
    """How a SELL follows the price, by the names that these fields have here; None for every other order."""
    if source.get(delta) is None:
        return None
    stop = amount(source, stop_price) if source.get(stop_price) is not None else ZERO
    return reported_trail(str(source.get(kind, "")), whole(source, delta), stop)


def side(source: Row, name: str) -> Side:
    value = text(source, name)
    found = _SIDES.get(value)
    if found is None:
        raise MalformedError(f"{name} should be BUY or SELL, not {value!r}")
    return found


def kind_of(value: object) -> str:
    return "absent" if value is None else type(value).__name__
