"""What sends the requests: limits, pauses, the way they go, and orders in flight."""

from lotkeeper.service.schemas.base import Count, Document, Moment, Seconds


class UsedLimit(Document):
    """One limit of the exchange, in its current window."""

    name: str
    per: str
    seconds: int
    used: Count
    most: Count


class HeldRequests(Document):
    """A pause that the exchange asked for."""

    what: str
    until: Moment
    seconds: Seconds
    reason: str
    ban: bool


class RouteStatus(Document):
    """Which way requests go."""

    route: str
    condition: str
    since: Moment
    failure: str
    needs_a_person: bool


class JournalStatus(Document):
    """Where orders in flight are noted."""

    path: str
    memory: bool


class SharedLimit(Document):
    """What one service of the address has of a limit, in its current window."""

    service: str
    limit: str
    share: Count
    spent: Count


class BrokerStatus(Document):
    """How the service stands with the broker of its address's budget."""

    socket: str
    service: str
    """The name of this one there."""
    connected: bool
    trouble: str
    services: Count
    waits: str
    """Whose share is used up, while a question waits for that."""
    shares: list[SharedLimit]


class GatewayStatus(Document):
    """What sends the requests."""

    requests: Count
    orders: Count
    refused: Count
    unknown: Count
    refusals: dict[str, Count]
    """Those of `refused`, by kind."""
    weight_used: int | None
    limits: list[UsedLimit]
    broker: BrokerStatus | None
    holds: list[HeldRequests]
    route: RouteStatus | None
    in_flight: Count
    oldest_in_flight_seconds: Seconds
    waiting: Count
    journal: JournalStatus | None
    clock_ahead_seconds: float
    """This machine's clock before the exchange's."""
    trouble: str
    age_seconds: Seconds
