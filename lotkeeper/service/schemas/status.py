"""The status of the service; docs/operations.md says what each field means."""

from typing import Literal

from lotkeeper.service.schemas.base import Amount, Count, Document, Moment, Seconds
from lotkeeper.service.schemas.gateway import GatewayStatus
from lotkeeper.service.schemas.pairs import PairStatus, StartingPair
from lotkeeper.service.schemas.service import ChangedLevel
from lotkeeper.service.schemas.streams import MarketStreamStatus, UserStreamStatus


class LedgerStatus(Document):
    """What writes the database."""

    records: Count
    trouble: str
    since: Moment | None  # since when it cannot write
    waiting: Count  # records on disk
    waiting_bytes: Count
    backlog: str | None  # the file in which they wait
    age_seconds: Seconds


class FeePurchase(Document):
    """The last BUY of BNB for fees."""

    order_id: int
    pair: str
    quantity: Amount
    cost: Amount
    at: Moment


class FeeReserveStatus(Document):
    """The BNB that is kept to pay fees with."""

    free: Amount
    keep_at_least: Amount
    low: bool
    paid_in: str
    per_day: Amount
    lasts_days: Amount | None
    hold: str | None
    bought: FeePurchase | None
    trouble: str
    age_seconds: Seconds


class BroadcastStatus(Document):
    """What hands out the prices."""

    subscribers: Count
    levels: Count
    rest_requests: Count
    rest_failures: Count
    trouble: str
    age_seconds: Seconds


class KillSwitchStatus(Document):
    """Whether no order is placed on any pair."""

    on: bool
    since: Moment | None
    who: str
    why: str


class StatusTotals(Document):
    """Sums over all pairs."""

    buys: Count
    lots_open: Count
    lots_closed: Count
    sells_placed: Count
    sells_filled: Count
    sells_unknown: Count
    lots_parked: Count
    lots_queued: Count
    net_profit: dict[str, Amount]
    fees_quote: dict[str, Amount]
    mean_held_seconds: Seconds | None
    unprotected: dict[str, Amount]
    first_sell_ms: int | None


class TodoListed(Document):
    """What needs a person; null is what does not belong to it."""

    kind: str
    since: Moment | None
    pair: str | None
    lot: str | None
    client_order_id: str | None
    actor: str | None
    text: str
    command: str
    """Words in capital letters are to be filled in."""


class AlertChannelStatus(Document):
    """A channel of the alerts."""

    channel: str
    delivered: Moment | None
    """The last delivery since the start."""
    failures: Count
    """In a row."""
    trouble: str | None


class HeartbeatStatus(Document):
    """The last ping outward."""

    pinged: Moment
    well: bool
    """What it said: that every pair is proven."""
    trouble: str | None
    """Why it did not arrive."""


class DiskStatus(Document):
    """A disk that the service writes to."""

    folder: str
    free_bytes: Count


class AlertsStatus(Document):
    """How many alerts are open, and whether they arrive."""

    open: Count
    unacknowledged: Count
    channels: list[AlertChannelStatus]
    heartbeat: HeartbeatStatus | None
    disks: list[DiskStatus]
    age_seconds: Seconds


class HostLeaseStatus(Document):
    """Of a host that takes turns with another one."""

    holder: str
    """The name of the host that trades."""
    token: int
    left_seconds: Seconds
    """For so long it may send orders, unless the lease is renewed."""
    trouble: str
    age_seconds: Seconds


class Readiness(Document):
    """The same as `/readyz` answers."""

    ready: bool
    """Every pair is proven complete, and nothing of it is old."""
    reasons: list[str]
    """Why not."""


class WaitingHost(Document):
    """`lotkeeper status` on a host that waits for its turn: no actor runs there."""

    health: Literal["standby"]
    waits: str


class Status(Document):
    """`lotkeeper status`."""

    health: str
    """ok, starting or degraded."""
    readiness: Readiness
    problems: list[str]
    todo: list[TodoListed]
    """As `lotkeeper todo`: what needs a person, the most urgent first."""
    started: Moment
    uptime_seconds: Seconds
    user_stream: UserStreamStatus | None
    market_streams: list[MarketStreamStatus]
    kill_switch: KillSwitchStatus | None
    gateway: GatewayStatus | None
    ledger: LedgerStatus | None
    host_lease: HostLeaseStatus | None
    """Null on a host that runs alone."""
    alerts: AlertsStatus | None
    fee_reserve: FeeReserveStatus | None
    prices: BroadcastStatus | None
    pairs: dict[str, PairStatus | StartingPair]
    totals: StatusTotals
    restarts: dict[str, Count]
    log_levels: list[ChangedLevel]
    """From which level on actors log, where it is not the configured one."""
