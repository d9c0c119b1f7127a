"""Records as lines of JSON, each with its checksum, and back by the types of their fields.

Plain values alone are read: whoever changes such a file can change records, and run nothing.
"""

import dataclasses
import zlib
from collections.abc import Sequence
from decimal import Decimal
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import orjson

from persistence import records
from persistence.records import Entry

# Not the cursor: it says that all trades before it are in the database, and must not come there by another way.
# Not the terms, which stand in every later record; not BUYs, which the next comparison tells again.
_KEPT = (
    records.FillRecord,
    records.OrderRecord,
    records.KeptOrdersRecord,
    records.LotRecord,
    records.FeeValueRecord,
    records.DustTransferRecord,
    records.CostMoveRecord,
    records.DisposalRecord,
    records.InstructionRecord,
    records.StateRecord,
    records.DecisionRecord,
    records.IncidentRecord,
)


@dataclasses.dataclass(frozen=True, slots=True)
class LoadedWithoutWaiting:
    """A new keeper of the pair began without what waits before this line: nobody could write it, or read it."""

    symbol: str


Line = Entry | LoadedWithoutWaiting
_BY_NAME: dict[str, Any] = {kind.__name__: kind for kind in (*_KEPT, LoadedWithoutWaiting)}


class DamagedLineError(ValueError):
    """A line that was not written as a whole, or was changed since."""


def kept_entries(entries: Sequence[Entry]) -> list[Entry]:
    """Those that may wait in a file."""
    return [each for each in entries if isinstance(each, _KEPT)]


def to_line(document: Any) -> bytes:
    """Any JSON document as a line with its checksum."""
    body = orjson.dumps(document)
    return b"%08x %s\n" % (zlib.crc32(body), body)


def from_line(line: bytes) -> Any:
    """Raises DamagedLineError."""
    checksum, _, body = line.rstrip(b"\n").partition(b" ")
    if not line.endswith(b"\n") or checksum != b"%08x" % zlib.crc32(body):
        raise DamagedLineError("a line was not written as a whole")
    return orjson.loads(body)


def entries_to_line(entries: Sequence[Line]) -> bytes:
    """One record of a keeper: all of it is read again, or nothing."""
    return to_line([[type(each).__name__, _plain(each)] for each in entries])


def entries_from_line(line: bytes) -> list[Line]:
    """Raises DamagedLineError."""
    try:
        return [_built(_BY_NAME[name], fields) for name, fields in from_line(line)]
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise DamagedLineError(f"a line cannot be read: {error}") from error


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value) if each.init}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    return [_plain(each) for each in value] if isinstance(value, tuple | frozenset) else value


def _built(kind: Any, value: Any) -> Any:
    """A value of this type, or of one of its types."""
    if value is None:
        return None
    if get_origin(kind) in (Union, UnionType):
        (kind,) = (each for each in get_args(kind) if each is not type(None))
    if get_origin(kind) is tuple:
        return tuple(_built(get_args(kind)[0], each) for each in value)
    if get_origin(kind) is frozenset:
        return frozenset(_built(get_args(kind)[0], each) for each in value)
    if dataclasses.is_dataclass(kind):
        return _dataclass_of(kind, value)
    return kind(value) if issubclass(kind, Enum | Decimal) else value


def _dataclass_of(kind: Any, fields: dict[str, Any]) -> Any:
    types = _types(kind)
    return kind(**{name: _built(types[name], each) for name, each in fields.items()})


@cache
def _types(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
