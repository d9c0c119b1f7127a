"""Alerts, and what came back from their channels."""

from typing import Literal

from lotkeeper.service.schemas.base import Document, Moment


class AlertListed(Document):
    """An alert; null is what has not happened."""

    alert: int
    """Its number."""
    severity: Literal["info", "warning", "critical"]
    kind: str
    about: str | None
    """A pair, a lot, an order, an actor; null for the whole service."""
    state: Literal["raised", "delivered", "acknowledged", "recovered"]
    since: Moment
    """When its cause began, as far as that is known."""
    raised: Moment
    delivered: Moment | None
    """When a channel told of it last."""
    channels: list[str]
    """Those that have told of it."""
    acknowledged: Moment | None
    acknowledged_by: str | None
    acknowledged_why: str | None
    recovered: Moment | None
    """When it was over."""
    text: str
    command: str
    """What ends it or shows more of it."""


class TriedChannel(Document):
    """What came back from a channel."""

    channel: str
    delivered: bool
    text: str
