"""`lotkeeper fleet status`."""

from typing import Literal

from lotkeeper.service.schemas.base import Count, Document, Seconds


class FleetBudget(Document):
    """The request weight of this minute, by the service's last answer of the exchange."""

    used: Count
    """By the whole address."""
    most: Count
    broker: bool | None
    """Whether the budget broker answers; null where none is configured."""
    share: Count | None
    """What the broker granted this service."""
    spent: Count | None
    waits: str
    """Whose share is used up, while questions wait for that."""


class FleetService(Document):
    """One service."""

    name: str
    host: str | None
    """As ssh was told; null: this host."""
    config: str | None
    """The path on its host; null: what `lotkeeper` takes there by itself."""
    health: Literal["ok", "standby", "starting", "degraded", "not running", "unreadable"]
    reason: str
    """Why it does not run or cannot be read, or what it waits for."""
    problems: list[str]
    todo: Count | None
    """How many things need a person."""
    uptime_seconds: Seconds | None
    pairs: Count | None
    lots_open: Count | None
    budget: FleetBudget | None


class FleetStatus(Document):
    """All services that were asked for."""

    well: bool
    """Whether each is ok, starting or a standby."""
    services: list[FleetService]
