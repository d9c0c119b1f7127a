"""The seams at which faults happen, and what a fault does there to one request, event or connection."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any


class Seam(StrEnum):
    """Where the exchange asks whether a fault is due. Faults of the seam NOW happen as soon as they are requested."""

    REQUEST = "request"
    EVENT = "event"
    CONNECTION = "connection"
    NOW = "now"


@dataclass(frozen=True, slots=True)
class CannedAnswer:
    """An answer that does not come from an endpoint: an HTTP status with a body, JSON or not."""

    status: int
    body: bytes = b""
    content_type: str = "application/json;charset=UTF-8"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RefuseRequest:
    """The request never reaches the exchange and gets this answer. Without an answer the connection is cut."""

    answer: CannedAnswer | None


@dataclass(frozen=True, slots=True)
class DelayRequest:
    """The request reaches the exchange late, as if it waited in a queue. Its recvWindow is checked after that."""

    seconds: float


@dataclass(frozen=True, slots=True)
class LoseReply:
    """The request is executed, but its reply is lost: another answer, a cut connection, or silence."""

    answer: CannedAnswer | None = None
    cut: bool = False


@dataclass(frozen=True, slots=True)
class AnswerFirst:
    """The request is answered at once and executed this many seconds later."""

    answer: CannedAnswer
    seconds: float


@dataclass(frozen=True, slots=True)
class DelayReply:
    """The request is executed at once and answered this many seconds later."""

    seconds: float


@dataclass(frozen=True, slots=True)
class EventsAfterReply:
    """The events that the request causes are sent after its reply, or (`after` is False) before it."""

    after: bool = True


@dataclass(frozen=True, slots=True)
class QueryLag:
    """The query does not see what happened within this many microseconds."""

    us: int


@dataclass(frozen=True, slots=True)
class LoseRows:
    """A list is answered without its oldest rows, as by a copy of the database that does not have them yet."""

    rows: int


@dataclass(frozen=True, slots=True)
class SendCopies:
    """The event is sent once for each delay (in seconds): no delay loses it, two delays duplicate it."""

    delays: tuple[float, ...] = (0.0,)


@dataclass(frozen=True, slots=True)
class HoldBack:
    """The event is sent after this many later events, but at the latest after `most_s` seconds."""

    events: int
    most_s: float


@dataclass(frozen=True, slots=True)
class ChangeFields:
    """Fields have other values, as when the exchange has begun to use a status or a format that is new.

    Of a list only rows whose fields match the patterns of `of` are changed.
    """

    values: Mapping[str, Any]
    of: Mapping[str, str] = field(default_factory=dict)

    def changed(self, answer: Any) -> Any:
        """The same with the values, as a copy; what is neither a row nor a list of rows stays."""
        if isinstance(answer, list):
            return [self.changed(each) for each in answer]
        if not isinstance(answer, dict) or not self._is_meant(answer):
            return answer
        return {**answer, **self.values}

    def _is_meant(self, row: Mapping[str, Any]) -> bool:
        return all(fnmatchcase(str(row.get(name)), pattern) for name, pattern in self.of.items())


@dataclass(frozen=True, slots=True)
class RefuseConnection:
    """The connection attempt is refused with an HTTP status, or cut (None)."""

    status: int | None = None


RequestEffect = (
    RefuseRequest
    | DelayRequest
    | LoseReply
    | AnswerFirst
    | DelayReply
    | EventsAfterReply
    | QueryLag
    | LoseRows
    | ChangeFields
)
EventEffect = SendCopies | HoldBack | ChangeFields
ConnectionEffect = RefuseConnection
FaultEffect = RequestEffect | EventEffect | ConnectionEffect
