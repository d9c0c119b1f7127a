"""Makes messages for tests: with the given fields, and empty values in all others.

a(PairReported, symbol="BTCUSDT", lots_open=2)
"""

import types
import typing
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from typing import Any, TypeVar

Message = TypeVar("Message")


def a(message_type: type[Message], /, **given: Any) -> Message:
    """A message of a dataclass type. TypeError for a field that it does not have, or whose type has no empty value."""
    hints = typing.get_type_hints(message_type)
    values = {each.name: _value_of(each, hints[each.name]) for each in _fields(message_type) if each.name not in given}
    return message_type(**values, **given)


def _fields(message_type: type) -> list[Field[Any]]:
    if not is_dataclass(message_type):
        raise TypeError(f"{message_type.__name__} is no dataclass")
    return [each for each in fields(message_type) if each.init]


def _value_of(field: Field[Any], hint: Any) -> Any:
    if field.default is not MISSING:
        return field.default
    if field.default_factory is not MISSING:
        return field.default_factory()
    return empty(hint)


def empty(hint: Any) -> Any:
    """The empty value of a type: None where that is allowed, else "", 0, False, (), the first member of an Enum..."""
    origin = typing.get_origin(hint)
    if hint in (Any, None, type(None)):
        return None
    if origin in (typing.Union, types.UnionType):
        options = typing.get_args(hint)
        return None if type(None) in options else empty(options[0])
    if origin is typing.Literal:
        return typing.get_args(hint)[0]
    return _empty_of(origin or hint)


def _empty_of(kind: Any) -> Any:
    if not isinstance(kind, type):
        raise TypeError(f"{kind} has no empty value")
    if issubclass(kind, Enum):
        return next(iter(kind))
    return a(kind) if is_dataclass(kind) else kind()
