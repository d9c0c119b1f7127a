"""From a message's type to the method that handles it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

Method = TypeVar("Method", bound=Callable[..., None])

_MARK = "__handled_types__"


def handles(*types: type) -> Callable[[Method], Method]:
    """Marks a method `(self, message, sender)` as the handler of messages of these types and their subclasses."""
    if not types:
        raise TypeError("handles() needs at least one message type")

    def mark(method: Method) -> Method:
        setattr(method, _MARK, types)
        return method

    return mark


def table_of(actor_class: type) -> dict[type, str]:
    """The names of the handler methods of a class by message type; a subclass replaces what it inherits.

    Raises TypeError when two methods of one class claim the same type.
    """
    table: dict[type, str] = {}
    for each in reversed(actor_class.__mro__):
        table.update(_own_table(each))
    return table


def _own_table(actor_class: type) -> dict[type, str]:
    table: dict[type, str] = {}
    for name, method in vars(actor_class).items():
        for message_type in _marked_types(method):
            if message_type in table:
                other = table[message_type]
                raise TypeError(f"{actor_class.__name__}: {other} and {name} both handle {message_type.__name__}")
            table[message_type] = name
    return table


def _marked_types(method: Any) -> Iterable[type]:
    types: Iterable[type] = getattr(method, _MARK, ()) if callable(method) else ()
    return types


def find(table: Mapping[type, str], message_type: type) -> str | None:
    """The method's name for a message type: the type itself first, then its bases in their order."""
    return next((table[each] for each in message_type.__mro__ if each in table), None)
