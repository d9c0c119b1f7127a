"""Messages as bytes, and quickly: a frozen dataclass goes as its class and its values.

Left to itself, pickle calls two loops in Python over the fields of each such object (dataclasses' own `__getstate__`
and `__setstate__`), one at either end: most of what a message costs.
"""

import copyreg
import dataclasses
import io
import pickle
from collections.abc import Callable
from operator import attrgetter, methodcaller
from typing import Any

_PROTOCOL = 5
_Reduced = str | tuple[Any, ...]
_Reducer = Callable[[Any], _Reduced]
_by_itself = methodcaller("__reduce_ex__", _PROTOCOL)


class _Reducers(dict[type, _Reducer]):
    """How the objects of each class are taken apart; worked out for each class once."""

    def __missing__(self, kind: type) -> _Reducer:
        if issubclass(kind, type):
            raise KeyError(kind)  # classes go by their names
        registered: _Reducer | None = copyreg.dispatch_table.get(kind)
        self[kind] = reducer = registered or (_by_values(kind) if _is_plain(kind) else _by_itself)
        return reducer


_reducers = _Reducers()


def dumps(message: Any) -> bytes:
    """The pickle of a message; raises what its classes raise."""
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, _PROTOCOL)
    pickler.dispatch_table = _reducers
    pickler.dump(message)
    return buffer.getvalue()


def _is_plain(kind: type) -> bool:
    """Whether its values in order, and nothing else, make an equal object: what it does when it is made would be done
    again at the other end, and what it says of its own pickling counts.
    """
    if not dataclasses.is_dataclass(kind) or hasattr(kind, "__post_init__"):
        return False
    fields = dataclasses.fields(kind)
    are_all = len(fields) == len(kind.__dataclass_fields__)  # with none for the class alone, or for its making alone
    params: Any = vars(kind).get("__dataclass_params__")  # None where only a base is a dataclass
    is_by_place = params is not None and params.init and all(field.init and not field.kw_only for field in fields)
    is_silent = kind.__reduce_ex__ is object.__reduce_ex__ and kind.__reduce__ is object.__reduce__
    state = kind.__dict__.get("__getstate__")
    return are_all and is_by_place and is_silent and getattr(state, "__module__", "") == dataclasses.__name__


def _by_values(kind: type) -> _Reducer:
    names = [field.name for field in dataclasses.fields(kind)]
    if len(names) < 2:
        return lambda message: (kind, tuple(getattr(message, name) for name in names))
    values = attrgetter(*names)
    return lambda message: (kind, values(message))
