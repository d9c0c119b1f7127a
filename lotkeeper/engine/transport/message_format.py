"""What the transport knows of a message: whether it is a fact or a state, whether it is secret, and its bytes.

A *fact* arrives, each one, in order: fills, orders, commands, answers. Every message is a fact unless its class says
otherwise. Of a *state* only the newest matters: prices, reports, gauges. At most one is on its way to a receiver; until
it was handled there, newer ones stay with the sender, and the newest replaces the others. A state never arrives before
a fact that was sent before it.

A message whose class says `is_secret = True` is known to its sender and its receiver only. The message that an actor is
handling could otherwise be read by the actor's parent.

A message travels as packets of at most 32 KB. The kernel keeps packets apart and in order. The first byte is the kind:

    H  hello: the version of the format and the path of the sender's own socket, with the descriptor of the ack page
    M  a whole message, pickled
    C  a part of a larger message, more follows
    E  the last part
    T  from the receiver to the sender: as many messages are handled as you wanted to be notified of
"""

import copyreg
import dataclasses
import io
import os
import pickle
from collections.abc import Callable, Hashable, Iterable
from operator import attrgetter, methodcaller
from typing import Any, Protocol

from lotkeeper.engine.asking import Answer, Ask, Forwarded

VERSION = b"2"
HELLO_BYTES = b"H" + VERSION
NOTIFY_BYTES = b"T"
WHOLE, PART, LAST = b"MCE"
CHUNK = 32 * 1024
# Set this variable to have messages pickled by Python's own rules alone: same messages, more time for each.
PLAIN_PICKLE = "LK_ENGINE_PLAIN_PICKLE"

_PROTOCOL = 5
_WRAPPERS = (Ask, Answer, Forwarded)

StateKey = tuple[type, Hashable]
Packet = tuple[bytes, bytes | memoryview]
_Reduced = str | tuple[Any, ...]
_Reducer = Callable[[Any], _Reduced]


# Facts and states


class State(Protocol):
    """What a message class needs to be a state; nothing has to be inherited or imported for it.

        @dataclass(frozen=True, slots=True)
        class Measured:
            gauge: str
            value: Decimal

            def state_key(self) -> str:
                return self.gauge

    A batch of states may also have `joined_to(older)`, which returns one message with the contents of both, where the
    newer values win.
    """

    def state_key(self) -> Hashable:
        """Messages of this class with the same key describe the same thing: the newer replaces the older."""


def state_key_of(message: Any) -> StateKey | None:
    """The key of a state; None for a fact."""
    kind = type(message)
    state_key = getattr(kind, "state_key", None)
    return None if state_key is None else (kind, state_key(message))


def replace_state(older: Any, newer: Any) -> Any:
    """The message to send instead of two states that have the same key."""
    joined_to = getattr(newer, "joined_to", None)
    return newer if joined_to is None else joined_to(older)


def is_secret(message: Any) -> bool:
    """Whether a message, or the message inside an Ask, Answer or Forwarded, is for its receiver alone."""
    kind = type(message)
    if kind in _WRAPPERS:
        kind = type(message.body)
    secret: bool = getattr(kind, "is_secret", False)
    return secret


# Packets


def pack(message: Any) -> tuple[list[Packet], int]:
    """The packets of a message, the first one last because they are popped from the end, and its size in bytes.

    Raises whatever its classes raise when they are pickled.
    """
    data = dumps(message)
    size = len(data)
    if size <= CHUNK:
        return [(b"M", data)], size
    view = memoryview(data)
    packets: list[Packet] = [(b"C", view[at : at + CHUNK]) for at in range(0, size, CHUNK)]
    packets[-1] = (b"E", packets[-1][1])
    packets.reverse()
    return packets, size


def unpack(data: bytes | memoryview) -> Any:
    """The message again. Raises whatever its classes raise."""
    # Only processes of this user reach the socket: the directory is 0700 and SO_PEERCRED is checked at both ends.
    return pickle.loads(data)  # noqa: S301


# Pickling


class _Reducers(dict[type, _Reducer]):
    """How to take apart the objects of each class, found out once for each class."""

    def __missing__(self, kind: type) -> _Reducer:
        if issubclass(kind, type):
            self[kind] = attrgetter("__qualname__")  # classes are pickled by name
            return self[kind]
        registered: _Reducer | None = copyreg.dispatch_table.get(kind)
        self[kind] = reducer = registered or (_reduce_to_values(kind) if _is_plain(kind) else _reduce_by_itself)
        return reducer


_reduce_by_itself = methodcaller("__reduce_ex__", _PROTOCOL)
_reducers = None if os.environ.get(PLAIN_PICKLE) else _Reducers()


def prepare(kinds: Iterable[type]) -> None:
    """Finds out how to take apart the dataclasses among these, before a fork: else each process does it by itself."""
    if _reducers is not None:
        for kind in filter(dataclasses.is_dataclass, kinds):
            _ = _reducers[kind]


def dumps(message: Any) -> bytes:
    """The pickle of a message. A frozen dataclass is written as its class and its values.

    Python's own way calls two loops over the fields of each such object, one at either end (the `__getstate__` and
    `__setstate__` of dataclasses), which is most of what a message costs. `PLAIN_PICKLE` switches back to it.
    """
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, _PROTOCOL)
    if _reducers is not None:
        pickler.dispatch_table = _reducers
    pickler.dump(message)
    return buffer.getvalue()


def _is_plain(kind: type) -> bool:
    """Whether calling the class with the values in order makes an equal object without side effects.

    A class with `__post_init__` is not plain, because that would run again at the receiver, nor one that defines its
    own pickling.
    """
    if not dataclasses.is_dataclass(kind) or hasattr(kind, "__post_init__"):
        return False
    fields = dataclasses.fields(kind)
    params: Any = vars(kind).get("__dataclass_params__")  # None where only a base class is a dataclass
    is_positional = params is not None and params.init and all(field.init and not field.kw_only for field in fields)
    if not is_positional or kind.__init__.__code__.co_argcount != len(fields) + 1:  # an InitVar is no field
        return False
    has_default_reduce = kind.__reduce_ex__ is object.__reduce_ex__ and kind.__reduce__ is object.__reduce__
    state = kind.__dict__.get("__getstate__")
    is_frozen_with_slots = getattr(state, "__module__", "") == dataclasses.__name__
    return has_default_reduce and is_frozen_with_slots


def _reduce_to_values(kind: type) -> _Reducer:
    names = [field.name for field in dataclasses.fields(kind)]
    if len(names) < 2:
        return lambda message: (kind, tuple(getattr(message, name) for name in names))
    values = attrgetter(*names)
    return lambda message: (kind, values(message))
