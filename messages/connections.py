"""Streams and the Gateway, about what all connections of this address share."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConnectPermitRequested:
    """Asks for a permit to open a connection. A stream keeps one unused, so that it can reconnect at once."""

    stream: str  # the symbol; empty for the user stream
    number: int  # counts this stream's permits; asking again for a granted one grants it again
    attempts_ms: tuple[int, ...]  # its attempts of the last five minutes (wall clock): a new Gateway counts them

    def state_key(self) -> str:
        return self.stream


@dataclass(frozen=True, slots=True)
class ConnectPermitGranted:
    """The stream may open one connection, now or later. Sent when the limit of the exchange allows it."""

    stream: str
    number: int


@dataclass(frozen=True, slots=True)
class LimitHit:
    """A stream was refused with 429 or 418: nothing of this address may be sent for some time."""

    retry_after_s: float  # for so long
    text: str


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

    stream: str  # the symbol; empty for the user stream
    reason: str
    at_ms: int  # when that was found (wall clock)
