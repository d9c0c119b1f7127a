"""What actors report to the Monitor. A report replaces the previous one of the same source."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lotkeeper.trading.book.holdings import Listing, PairHolding
from lotkeeper.trading.halts import NO_HALT, Halt
from lotkeeper.trading.lots.transfers import Disposal
from lotkeeper.trading.money import ZERO
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.reports.fee_rise import FeeRise
from lotkeeper.trading.reports.placing_times import StageTimes
from lotkeeper.trading.reports.todo import Todo


class StreamState(StrEnum):
    """How far a websocket is. Green means proven, not connected."""

    STARTING = "starting"  # its first connection is being opened, or was not confirmed yet
    WAITING_FOR_KEY = "waiting for the key"  # the launcher has not sent the credentials yet
    KEY_UNUSABLE = "key unusable"  # no signature can be made with the key; `reason` has the error
    PROVEN = "proven"  # the exchange confirmed that it delivers
    DOWN = "down"  # it ended or could not be opened, and is tried again; `reason` says why


@dataclass(frozen=True, slots=True)
class StreamReported:
    """The state of a websocket. Proven means that it delivers, which is more than connected."""

    symbol: str  # the pair, or the name of a market stream; empty for the user stream
    state: StreamState
    since_ms: int  # when it reached this state (wall clock)
    reason: str  # for people, where the state alone does not say enough
    frames: int  # received since the actor's start
    ignored: int  # of them: without an event that anybody here needs, or damaged
    reconnects: int  # attempts after an end
    renewals: int = 0  # connections that replaced one that was still open
    is_loud: bool = False  # a person is needed: trying again will hardly help
    kinds: tuple[tuple[str, int], ...] = ()  # of `frames`: how many of each event type

    @property
    def is_proven(self) -> bool:
        return self.state is StreamState.PROVEN

    def state_key(self) -> str:
        return self.symbol


@dataclass(frozen=True, slots=True)
class PairStreamState:
    """The part of a market stream that concerns one pair."""

    symbol: str
    state: StreamState
    since_ms: int  # when it reached this state (wall clock)
    reason: str  # for people, where the state alone does not say enough
    frames: int  # of this pair, received since the actor's start
    ignored: int  # of them: of no use or damaged


@dataclass(frozen=True, slots=True)
class MarketStreamReported:
    """The state of a market stream, and of each pair that it serves."""

    stream: StreamReported
    pairs: tuple[PairStreamState, ...]

    def state_key(self) -> str:
        return self.stream.symbol


@dataclass(frozen=True, slots=True)
class LimitUse:
    """How much of a limit of the exchange is used in its current window."""

    name: str  # as the exchange names it
    per: str  # the window as text
    seconds: int  # the window
    used: int
    most: int  # the limit


EVERYTHING, ORDERS = "everything", "orders"


@dataclass(frozen=True, slots=True)
class ExchangePause:
    """The exchange asked us to wait: something is not sent for some time."""

    what: str  # EVERYTHING or ORDERS
    until_ms: int  # wall clock, milliseconds
    reason: str
    is_ban: bool = False  # of this address: HTTP 418


@dataclass(frozen=True, slots=True)
class RequestRoute:
    """Which way requests go to the exchange."""

    route: str  # "websocket-api" or "rest"
    condition: str  # why, as the link names it
    since_ms: int  # wall clock, milliseconds
    failure: str = ""  # of the last attempt to connect, for people; empty for none
    needs_a_person: bool = False  # trying again will hardly help


@dataclass(frozen=True, slots=True)
class SharedLimitUse:
    """What one service has of a limit that the services of an address share, in the current window."""

    service: str
    name: str  # of the limit, as the exchange names it
    share: int  # granted by the broker
    spent: int


@dataclass(frozen=True, slots=True)
class BrokerState:
    """How this service stands with the broker of its address's budget."""

    socket: str
    service: str  # the name of this one there
    is_connected: bool
    trouble: str = ""  # why it is not, for people: this service goes by its own count meanwhile
    services: int = 0  # that share the budget now
    waits: str = ""  # whose share is used up, while a question waits for that
    usage: tuple[SharedLimitUse, ...] = ()  # the largest share of a limit first


@dataclass(frozen=True, slots=True)
class GatewayReported:
    """What the Gateway has sent, what it may still send, and whether the exchange accepts its key."""

    at_ms: int  # wall clock, milliseconds
    requests: int  # all that were sent since the actor's start
    orders: int  # SELLs that keepers wanted placed
    refused: int  # of them: refused by the exchange
    unknown: int  # of them: with an unknown outcome at first
    weight_used: int | None  # request weight in the current minute
    trouble: str  # why no request can be sent, for people; empty for none
    limits: tuple[LimitUse, ...] = ()
    pauses: tuple[ExchangePause, ...] = ()  # the pauses that are not over yet
    broker: BrokerState | None = None  # of the address's budget; None where none is configured
    route: RequestRoute | None = None  # None before there is a key
    in_flight: int = 0  # requests without a reply
    oldest_in_flight_ms: int = 0  # for how long the oldest of them has had none
    waiting: int = 0  # questions that wait to be sent
    journal: str = ""  # the path of the in-flight journal; empty while it is not open
    is_journal_memory: bool = False  # else it is on a disk, which may hold up orders
    kill_switch: Halt = NO_HALT  # while it is on no order is placed
    needs_a_person: bool = False  # the trouble will hardly end by itself
    delistings: tuple[tuple[str, int], ...] = ()  # kept pairs that the exchange will delist, and when (its time, ms)
    at_risk: frozenset[str] = frozenset()  # coins that the exchange says it may delist
    refusals: tuple[tuple[str, int], ...] = ()  # those of `refused`, by RefusalKind
    clock_ahead_ms: int = 0  # this machine's clock before the exchange's; 0 also before that is known

    def state_key(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class LedgerReported:
    """How many records the Ledger has written since its start, and why it cannot write now."""

    at_ms: int  # wall clock, milliseconds
    records: int
    trouble: str  # for people; empty for none
    since_ms: int | None = None  # since when it cannot write (wall clock); None while it can
    waiting: int = 0  # records on disk that are not in the database yet
    waiting_bytes: int = 0
    backlog: str = ""  # the file in which they wait; empty where there is none

    def state_key(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class WaitingLot:
    """A lot of which something has no SELL, and why."""

    lot: str
    state: str
    reason: str  # for people
    quantity: Decimal  # base asset, what no SELL covers
    needs_a_person: bool = False  # it is held until a person resumes the pair


@dataclass(frozen=True, slots=True)
class Uncovered:
    """What of a pair has had no SELL on the book for long, whatever the reason. A pause by a person is none."""

    quantity: Decimal  # base asset, of all such lots together
    lots: int
    lot: str  # the one that has waited for the longest time
    for_s: float  # how long that one has waited
    reason: str  # of that one, for people
    command: str  # what a person can do about it


@dataclass(frozen=True, slots=True)
class OldestLot:
    """The open lot of a pair that was bought first."""

    lot: str
    bought_ms: int  # its first trade, exchange's time
    quantity: Decimal  # base asset, what it has not sold


@dataclass(frozen=True, slots=True)
class UnresolvedOrder:
    """A SELL or a cancel whose outcome is unknown."""

    lot: str
    order: str  # its client order id
    what: str  # for people: what was sent
    since_ms: int  # wall clock, milliseconds
    evidence: str  # why it is unknown, or what the exchange said last
    asked: int  # questions of this series
    next_ms: int | None  # when the next question is due; None while an answer is awaited
    settles_ms: int  # from then on "no such order" is believed


@dataclass(frozen=True, slots=True)
class PairReported:
    """A pair as its keeper sees it: some times a second at most, and every two minutes at least.

    Quantities in base asset, money in quote asset.
    """

    symbol: str
    quote: str  # empty, as `base`, while assets and lots of the pair are not known
    incarnation: int  # of the keeper
    phase: str
    is_paused: bool  # by the operator
    # up to then every trade of the pair is accounted for; None before the first reconciliation
    complete_as_of_ms: int | None
    # counts of everything in the database
    buys: int
    lots_open: int
    lots_closed: int
    sells_placed: int
    sells_filled: int
    sells_unknown: int
    open_quantity: Decimal  # what open lots have not sold
    open_cost: Decimal  # what that quantity cost
    nearest_sell: Decimal | None  # the lowest price of a SELL on the book
    realised_profit: Decimal
    unprotected: Decimal  # what no SELL covers although it could be sold
    first_sell_ms: int | None  # when the first SELL of all was placed (wall clock)
    trouble: str  # for people; empty for none
    at_ms: int  # wall clock, milliseconds
    lots_parked: int = 0  # too small for an order of their own
    lots_queued: int = 0  # waiting for their turn: for an order slot, or until orders may be sent
    lots_held: int = 0  # kept from selling until something has happened, or a person resumes the pair
    waiting: tuple[WaitingLot, ...] = ()  # the first lots that are parked, queued or held
    fees: tuple[tuple[str, Decimal], ...] = ()  # commissions by asset
    fees_quote: Decimal = ZERO  # all commissions in quote asset
    mean_held_ms: int | None = None  # how long a closed lot was held on average
    sell_rate: Decimal | None = ZERO  # the fee that a SELL is expected to cost, a fraction; None if not known yet
    watch_only: str = ""  # why no SELL is placed on the pair, and what to do; empty while it trades
    # the first reconciliation with this database; None if an earlier version made it
    known_since_ms: int | None = None
    history_from_ms: int | None = None  # BUYs from then on are kept (exchange's time); None if there was none yet
    disposed: tuple[Disposal, ...] = ()  # the last disposals of the lots in memory
    unresolved: tuple[UnresolvedOrder, ...] = ()  # orders whose outcome is unknown
    base: str = ""
    held: Decimal = ZERO  # what lots have not sold of `base`, dust of closed lots included
    is_adopting: bool = False  # more may be added to `held`
    fee_rise: FeeRise | None = None  # what SELLs on the book lack since the trading fee has risen; None for nothing
    uncovered: Uncovered | None = None  # what has had no SELL for over a minute; None for nothing
    came: Decimal = ZERO  # coins (base) that came without a trade, and are neither adopted nor dismissed
    came_since_ms: int = 0  # when that was seen first (wall clock)
    listing: Listing = Listing.LISTED
    next_in_s: float = 0.0  # the next report comes within so many seconds, or soon
    open_buys: tuple[OrderReport, ...] = ()  # BUYs that stand on the exchange's book, the oldest first
    pause: Halt = NO_HALT  # since when it is paused, until when, and why
    todo: tuple[Todo, ...] = ()  # what needs a person and cannot be told from the other fields
    oldest: OldestLot | None = None  # None where no lot is open
    first_sells: tuple[StageTimes, ...] = ()  # how long lots waited for their first SELL, since the keeper's start

    def state_key(self) -> str:
        return self.symbol


@dataclass(frozen=True, slots=True)
class ChildReported:
    """A supervisor started, lost or gave up a child."""

    key: str  # the child's name, as "gateway" or "BTCUSDT keeper"
    incarnation: int
    restarts: int  # since the supervisor's own start
    state: str  # a state of the engine's supervision
    reason: str  # how its last process ended
    quarantined: tuple[str, ...] = ()  # messages that it no longer handles, as text

    def state_key(self) -> str:
        return self.key


@dataclass(frozen=True, slots=True)
class FrameCounts:
    """What became of the frames of one pair; all that came are in one of the numbers."""

    symbol: str  # empty: frames that belong to no pair of the stream
    taken: int
    superseded: int  # not decoded, because a newer one of the same pair had arrived by then
    refused: tuple[tuple[str, str, int], ...]  # (kind, reason, count)


@dataclass(frozen=True, slots=True)
class FramesCounted:
    """What became of a market stream's frames, by pair."""

    stream: str  # its name
    counts: tuple[FrameCounts, ...]

    def state_key(self) -> str:
        return self.stream


@dataclass(frozen=True, slots=True)
class PricesReported:
    """The PriceBroadcaster's report on itself."""

    at_ms: int  # wall clock, milliseconds
    subscribers: int
    rest_requests: int  # for prices, since the actor's start
    rest_failures: int
    trouble: str  # why prices cannot be asked for by REST, for people; empty for none
    levels: int = 0  # of best bids that keepers wait for

    def state_key(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class AskReport:
    """The Monitor asks a keeper to report now. A keeper with which nothing happens reports rarely by itself."""


@dataclass(frozen=True, slots=True)
class AskHoldings:
    """A keeper asks the Monitor what the lots of other pairs hold of its base asset."""

    number: int  # repeated in the answer
    symbol: str
    base: str


@dataclass(frozen=True, slots=True)
class HoldingsReported:
    """What other pairs hold, by their newest reports. A pair that has not reported is among them."""

    number: int  # as in the request
    holdings: tuple[PairHolding, ...]
    is_quote_too: bool = False  # trades of other pairs move the asset, because it is their quote
