"""The status of the service; docs/operations.md says what each field means."""

from typing import Literal

from lotkeeper.service.schemas.base import Amount, Count, Document, Moment, Seconds
from lotkeeper.service.schemas.lots import DisposedCoins
from lotkeeper.service.schemas.service import ChangedLevel


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


class PausedPair(Document):
    """A pause by a person."""

    since: Moment | None
    until: Moment | None
    who: str
    why: str


class PriceStatus(Document):
    """The last valid price of a pair."""

    bid: Amount
    ask: Amount
    last: Amount
    age_seconds: Seconds
    source: str
    stale: bool
    confirmed: bool


class PriceModeStatus(Document):
    """Where the prices of a pair come from."""

    source: str
    reason: str
    since: Moment


class WaitingLotStatus(Document):
    """A lot of which something has no SELL."""

    lot: str
    state: str
    reason: str
    quantity: Amount


class DisposedOfLot(DisposedCoins):
    """The same with the name of its lot."""

    lot: str


class UncoveredStatus(Document):
    """What has had no SELL for over a minute."""

    quantity: Amount
    lots: Count
    lot: str
    seconds: Seconds
    reason: str
    command: str


class FeeRiseStatus(Document):
    """What SELLs on the book lack since the fee has risen."""

    sells: Count
    shortfall: Amount
    at_a_loss: Count
    lowest_rate: Amount


class CameStatus(Document):
    """Coins that came without a trade."""

    quantity: Amount
    since: Moment


class UnresolvedStatus(Document):
    """An order whose outcome is not known."""

    lot: str
    order: str
    what: str
    age_seconds: Seconds
    evidence: str
    asked: Count
    next_question_seconds: Seconds | None
    may_arrive_seconds: Seconds


class StageTimesStatus(Document):
    """How many lots took how long for a stage of the way from their first fill to their first SELL."""

    counts: list[Count]
    """Up to 5, 10, 25, 50, 100, 250 and 500 ms, 1, 2.5, 5, 15 and 60 s, and above; each above the one before."""
    sum_seconds: Seconds


class OpenBuyStatus(Document):
    """A BUY of the account on the book."""

    client_order_id: str
    order_id: int
    state: str
    price: Amount
    quantity: Amount
    executed: Amount
    sent: Moment
    type: str


class StartingPair(Document):
    """A pair whose keeper has not reported yet."""

    phase: str
    stream: StreamStatus | None
    price: PriceStatus | None
    price_mode: PriceModeStatus | None
    frames: FrameSums | None


class PairStatus(StartingPair):
    """A pair; quantities in base asset, money in quote asset."""

    paused: bool
    pause: PausedPair | None
    watch_only: str
    known_since: Moment | None
    history_from: Moment | None
    quote: str
    complete_as_of: Moment | None
    complete_age_seconds: Seconds | None
    buys: Count
    lots_open: Count
    lots_closed: Count
    sells_placed: Count
    sells_filled: Count
    sells_unknown: Count
    first_sell: Moment | None
    open_quantity: Amount
    open_cost: Amount
    nearest_sell: Amount | None
    realised_profit: Amount
    unrealised_profit: Amount | None
    unprotected: Amount
    lots_parked: Count
    lots_queued: Count
    lots_held: Count
    oldest_lot_seconds: Seconds | None
    waiting: list[WaitingLotStatus]
    fees: dict[str, Amount]
    fees_quote: Amount
    sell_rate: Amount | None
    mean_held_seconds: Seconds | None
    disposed: list[DisposedOfLot]
    uncovered: UncoveredStatus | None
    fee_rise: FeeRiseStatus | None
    came: CameStatus | None
    in_doubt: list[UnresolvedStatus]
    first_sells: dict[str, StageTimesStatus]
    open_buys: list[OpenBuyStatus]
    trouble: str
    incarnation: Count
    age_seconds: Seconds


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
