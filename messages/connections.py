"""Streams and the Gateway about the limits that all connections from this IP address share."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestConnectPermit:
    """Asks for a permit to open a connection. A stream keeps one unused, so that it can reconnect at once."""

    stream: str  # its name; empty for the user stream
    number: int  # counts this stream's permits; requesting a granted one again grants it again
    attempts_ms: tuple[int, ...]  # its attempts in the last five minutes (wall clock), for a new Gateway to count

    def state_key(self) -> str:
        return self.stream


@dataclass(frozen=True, slots=True)
class ConnectPermitGranted:
    """The stream may open one connection, now or later. Sent when the limit of the exchange allows it."""

    stream: str  # as requested
    number: int


@dataclass(frozen=True, slots=True)
class LimitHit:
    """A stream was refused with 429 or 418: this IP address may send nothing for some time."""

    retry_after_s: float  # how long
    text: str  # what the exchange said


@dataclass(frozen=True, slots=True)
class PauseConnecting:
    """Sent by the Gateway to every stream that asked for a permit: open no connection for some time."""

    until_ms: int  # wall clock, milliseconds
    reason: str

    def state_key(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class StreamSuspected:
    """Sent to a stream that did not report something that it should have: it replaces its connection."""

    stream: str  # the symbol of the pair; empty for the user stream
    reason: str  # for people
    at_ms: int  # when that was found (wall clock)
