"""The seams at which faults happen, and what a fault does there to one request, event or connection."""

from dataclasses import dataclass
from enum import StrEnum


class Seam(StrEnum):
    """Where the exchange asks whether a fault is due. Faults of the seam NOW happen as soon as they are requested."""

    REQUEST = "request"
    EVENT = "event"
    CONNECTION = "connection"
    NOW = "now"


@dataclass(frozen=True, slots=True)
class CannedAnswer:
    """An answer that comes from no endpoint: an HTTP status with a body, JSON or not."""

    status: int
    body: bytes = b""
    content_type: str = "application/json;charset=UTF-8"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RefuseRequest:
    """The request never reaches the exchange; it is answered so. Without an answer, the connection is cut."""

    answer: CannedAnswer | None


@dataclass(frozen=True, slots=True)
class DelayRequest:
    """The request reaches the exchange late, as one that waited in a queue. Its window is looked at again then."""

    seconds: float


@dataclass(frozen=True, slots=True)
class LoseReply:
    """The request is carried out, but its reply is lost: answered otherwise, cut off, or met with silence."""

    answer: CannedAnswer | None = None
    cut: bool = False


@dataclass(frozen=True, slots=True)
class AnswerFirst:
    """The request is answered at once, and carried out so many seconds later."""

    answer: CannedAnswer
    seconds: float


@dataclass(frozen=True, slots=True)
class DelayReply:
    """The request is carried out at once, and answered so many seconds later."""

    seconds: float


@dataclass(frozen=True, slots=True)
class EventsAfterReply:
    """The events that the request causes are held back until it is answered; or, the other way round, they are not."""

    after: bool = True


@dataclass(frozen=True, slots=True)
class QueryLag:
    """The query does not see what is younger than so many microseconds."""

    us: int


@dataclass(frozen=True, slots=True)
class SendCopies:
    """The event is sent once for each delay (in seconds): none loses it, two duplicate it."""

    delays: tuple[float, ...] = (0.0,)


@dataclass(frozen=True, slots=True)
class HoldBack:
    """The event is sent behind as many that come after it, but at the latest after `most_s`."""

    events: int
    most_s: float


@dataclass(frozen=True, slots=True)
class RefuseConnection:
    """The connection attempt is refused with an HTTP status, or cut (None)."""

    status: int | None = None


RequestEffect = RefuseRequest | DelayRequest | LoseReply | AnswerFirst | DelayReply | EventsAfterReply | QueryLag
EventEffect = SendCopies | HoldBack
ConnectionEffect = RefuseConnection
Effect = RequestEffect | EventEffect | ConnectionEffect
