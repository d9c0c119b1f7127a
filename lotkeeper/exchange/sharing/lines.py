"""What services and broker tell each other: one JSON document a line."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import orjson

from lotkeeper.exchange.budget.limits import LimitKind

MOST_BYTES: Final = 32_768  # of a line
_MOST_WINDOWS: Final = 12  # of a report: two limits, and two windows of each near a boundary
_MOST_SERVICES: Final = 1_000
_LARGEST: Final = 10**9  # of an amount
_LATEST: Final = 10**15  # of a moment or a window's number
_NAME = re.compile(r"[\w@.:-]{1,64}")


class LineError(ValueError):
    """A line that is none of the other side's."""


@dataclass(frozen=True, slots=True)
class Hello:
    """The first line of a service."""

    name: str  # of the service, for people
    exchange: str  # services of different exchanges share nothing


@dataclass(frozen=True, slots=True)
class WindowReport:
    """What a service has spent of a limit in a window of the exchange's clock, and what it wants."""

    kind: LimitKind
    window_ms: int
    index: int  # the number of the window since 1970
    maximum: int  # the limit, as far as the service knows
    share: int  # what the service was granted
    spent: int  # by all that it has sent
    answered: int  # by what of it has its answer
    counted: int  # by the whole address, as the exchange has counted
    wanted: int = 0  # so much more, or nothing
    ahead: int = 0  # and so much on top, where there is room
    for_prices: bool = False  # what the least urgent may not have is not granted


@dataclass(frozen=True, slots=True)
class Report:
    """A later line of a service: the broker answers each."""

    at_ms: int  # the exchange's time, as the service knows it
    windows: tuple[WindowReport, ...]


@dataclass(frozen=True, slots=True)
class Grant:
    """The share of a service in a window from now on."""

    kind: LimitKind
    window_ms: int
    index: int
    share: int
    retry_ms: int = 0  # what was wanted is not there; it is asked for again after so long


@dataclass(frozen=True, slots=True)
class ServiceUse:
    """What a service has of a limit, in the newest window."""

    name: str
    kind: LimitKind
    share: int
    spent: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The broker's answer to a report."""

    grants: tuple[Grant, ...]
    services: int  # that are connected, of that exchange
    usage: tuple[ServiceUse, ...]


def write_line(message: Hello | Report | Answer) -> bytes:
    return orjson.dumps(asdict(message)) + b"\n"


def read_hello(line: bytes) -> Hello:
    """Raises LineError."""
    fields = _fields(line)
    return Hello(_name(fields, "name"), _name(fields, "exchange"))


def read_report(line: bytes) -> Report:
    """Raises LineError."""
    fields = _fields(line)
    windows = _rows(fields, "windows", _MOST_WINDOWS)
    return Report(_whole(fields, "at_ms", _LATEST), tuple(_window_report(each) for each in windows))


def read_answer(line: bytes) -> Answer:
    """Raises LineError."""
    fields = _fields(line)
    return Answer(
        tuple(_grant(each) for each in _rows(fields, "grants", _MOST_WINDOWS)),
        _whole(fields, "services", _MOST_SERVICES),
        tuple(_use(each) for each in _rows(fields, "usage", 2 * _MOST_SERVICES)),
    )


def _window_report(fields: Mapping[str, Any]) -> WindowReport:
    amounts = ("maximum", "share", "spent", "answered", "counted", "wanted", "ahead")
    if not isinstance(for_prices := fields.get("for_prices"), bool):
        raise LineError("for_prices is neither true nor false")
    found = {name: _whole(fields, name) for name in amounts}
    if not found["maximum"]:
        raise LineError("a limit of nothing")
    place: dict[str, Any] = _window(fields) | found
    return WindowReport(**place, for_prices=for_prices)


def _grant(fields: Mapping[str, Any]) -> Grant:
    return Grant(**_window(fields), share=_whole(fields, "share"), retry_ms=_whole(fields, "retry_ms"))


def _use(fields: Mapping[str, Any]) -> ServiceUse:
    return ServiceUse(_name(fields, "name"), _kind(fields), _whole(fields, "share"), _whole(fields, "spent"))


def _window(fields: Mapping[str, Any]) -> dict[str, Any]:
    window_ms = _whole(fields, "window_ms")
    if not window_ms:
        raise LineError("a window of no length")
    return {"kind": _kind(fields), "window_ms": window_ms, "index": _whole(fields, "index", _LATEST)}


def _fields(line: bytes) -> Mapping[str, Any]:
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise LineError("not JSON") from error
    if not isinstance(found, dict):
        raise LineError("not an object")
    return found


def _rows(fields: Mapping[str, Any], name: str, most: int) -> list[Mapping[str, Any]]:
    found = fields.get(name)
    if not isinstance(found, list) or len(found) > most or not all(isinstance(each, dict) for each in found):
        raise LineError(f"{name} is not a list of at most {most} objects")
    return found


def _whole(fields: Mapping[str, Any], name: str, most: int = _LARGEST) -> int:
    found = fields.get(name)
    if type(found) is not int or not 0 <= found <= most:
        raise LineError(f"{name} is not a whole number from 0 to {most}")
    return found


def _name(fields: Mapping[str, Any], name: str) -> str:
    found = fields.get(name)
    if not isinstance(found, str) or not _NAME.fullmatch(found):
        raise LineError(f"{name} is not a name of at most 64 characters")
    return found


def _kind(fields: Mapping[str, Any]) -> LimitKind:
    try:
        return LimitKind(str(fields.get("kind")))
    except ValueError as error:
        raise LineError("kind is not that of a limit") from error
