"""Stream actors and the Gateway about what all connections of this address share: attempts, and orders to hold off."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConnectPermitRequested:
    """Asks leave to open a connection, in advance: a stream keeps one unused leave, so that it can reconnect at once.

    `stream` is the symbol, or empty for the account's stream. `number` counts the leaves that it asked for; one that
    was granted before and is asked for again is granted again. `attempts_ms` (wall clock, milliseconds) are its
    attempts of the last five minutes: a Gateway in a new life learns from them what was spent before it.
    """

    stream: str
    number: int
    attempts_ms: tuple[int, ...]

    def state_key(self) -> str:
        return self.stream


@dataclass(frozen=True, slots=True)
class ConnectPermitGranted:
    """The stream may open one connection, now or later. Comes when the limit of the exchange allows it."""

    stream: str
    number: int


@dataclass(frozen=True, slots=True)
class LimitHit:
    """A stream was refused with 429 or 418: for `retry_after_s` seconds nothing of this address may ask anything."""

    retry_after_s: float
    text: str


@dataclass(frozen=True, slots=True)
class PauseConnecting:
    """Sent by the Gateway to every stream that asked for a leave: no new connection before `until_ms` (wall clock)."""

    until_ms: int
    reason: str

    def state_key(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class StreamSuspected:
    """Sent to a stream by whoever knows of something that it should have told and did not: it renews its connection.

    `stream` is the symbol, or empty for the account's stream; `at_ms` (wall clock) is when that was found.
    """

    stream: str
    reason: str
    at_ms: int
