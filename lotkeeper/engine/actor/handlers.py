"""Which method of an actor handles which type of message: marked in the class, looked up for each message."""

from collections.abc import Callable, Iterable
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


def handlers_of(actor_class: type) -> dict[type, str]:
    """The names of the handler methods of a class by message type. A subclass replaces what it inherits.

    Raises TypeError when two methods of one class are marked for the same type.
    """
    handlers: dict[type, str] = {}
    for each in reversed(actor_class.__mro__):
        handlers.update(_own_handlers_of(each))
    return handlers


def _own_handlers_of(actor_class: type) -> dict[type, str]:
    handlers: dict[type, str] = {}
    for name, method in vars(actor_class).items():
        for message_type in _marked_types(method):
            if message_type in handlers:
                other = handlers[message_type]
                raise TypeError(f"{actor_class.__name__}: {other} and {name} both handle {message_type.__name__}")
            handlers[message_type] = name
    return handlers


def _marked_types(method: Any) -> Iterable[type]:
    types: Iterable[type] = getattr(method, _MARK, ()) if callable(method) else ()
    return types


def find_handler(handlers: dict[type, str], message_type: type) -> str | None:
    """The method for a message type: that of the type itself, then those of its base classes in their order."""
    name = handlers.get(message_type)
    if name is not None:
        return name
    return next((handlers[each] for each in message_type.__mro__ if each in handlers), None)
