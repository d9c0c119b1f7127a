"""The websockets of the service, and what became of their frames."""

from lotkeeper.service.schemas.base import Count, Document, Moment, Seconds


class RefusedFrames(Document):
    """Frames that were not valid."""

    kind: str
    reason: str
    count: Count


class FrameSums(Document):
    """What became of frames."""

    taken: Count
    superseded: Count
    refused: list[RefusedFrames]


class StreamStatus(Document):
    """A websocket."""

    proven: bool
    since: Moment
    reason: str
    frames: Count
    ignored: Count
    reconnects: Count
    renewals: Count
    needs_a_person: bool
    age_seconds: Seconds


class UserStreamStatus(StreamStatus):
    """The account's own events."""

    kinds: dict[str, Count]
    """Of `frames`: how many of each event type."""
    mode: str
    """stream or polling."""


class MarketStreamStatus(StreamStatus):
    """Prices of some fifty pairs."""

    name: str
    pairs: list[str]
    pairs_proven: Count
    kinds: dict[str, Count]
    """Of `frames`: how many of each event type."""
    of_no_pair: FrameSums | None
