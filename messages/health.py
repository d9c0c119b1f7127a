"""What actors tell the Monitor about themselves. Every report replaces the one before it from the same source."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lotkeeper.trading.book.holdings import PairHolding
from lotkeeper.trading.lots.disposal import Disposal
from lotkeeper.trading.money import ZERO


class StreamState(StrEnum):
    """How far a websocket is. Green means proven, not connected."""

    STARTING = "starting"  # its first connection is being opened, or was not confirmed yet
    WAITING_FOR_KEY = "waiting for the key"  # the launcher has not sent the credentials yet
    KEY_UNUSABLE = "key unusable"  # no signature can be made with the key; `reason` has the error
    PROVEN = "proven"  # the exchange confirmed that it delivers
    DOWN = "down"  # it ended or could not be opened, and is tried again; `reason` says why


@dataclass(frozen=True, slots=True)
class StreamReported:
    """The state of a websocket."""

    symbol: str  # empty for the account's stream
    state: StreamState
    since_ms: int
    reason: str  # for people, where the state alone does not say enough
    frames: int
    ignored: int
    reconnects: int  # attempts after an end
    renewals: int = 0  # connections that took over from one that was still open
    is_loud: bool = False  # trying again will hardly help

    @property
    def is_proven(self) -> bool:
        return self.state is StreamState.PROVEN

    def state_key(self) -> str:
        return self.symbol


@dataclass(frozen=True, slots=True)
class LimitUse:
    """Of a limit of the exchange, named as it names it: what is used in the window that runs now, and the most.

    `per` is the window of `seconds` in words.
    """

    name: str
    per: str
    seconds: int
    used: int
    most: int


@dataclass(frozen=True, slots=True)
class ExchangePause:
    """The exchange said wait: `what` ("everything" or "orders") is not sent before `until_ms`, and why."""

    what: str
    until_ms: int
    reason: str


@dataclass(frozen=True, slots=True)
class GatewayReported:
    """What the Gateway has sent, what it may still send, and whether the exchange takes its key."""

    at_ms: int
    requests: int
    orders: int
    refused: int
    unknown: int
    weight_used: int | None
    trouble: str
    limits: tuple[LimitUse, ...] = ()
    holds: tuple[ExchangePause, ...] = ()

    def state_key(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class LedgerReported:
    """How many records the Ledger has written in this life, and why it cannot write now."""

    at_ms: int
    records: int
    trouble: str

    def state_key(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class WaitingLot:
    """A lot of which something has no SELL, and why: `quantity` (base) is what no SELL covers."""

    lot: str
    state: str
    reason: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class UnresolvedOrder:
    """A SELL or a cancel whose outcome is not known: since when (ms), why, what the exchange said, what is asked next.

    `asked` counts the questions of this series; `next_ms` is when the next one is due, None while one waits for its
    answer. From `settles_ms` on the exchange's "no such order" is believed.
    """

    lot: str
    order: str
    what: str
    since_ms: int
    evidence: str
    asked: int
    next_ms: int | None
    settles_ms: int


@dataclass(frozen=True, slots=True)
class PairReported:
    """A pair as its keeper sees it, at most a few times a second. Quantities in base asset, money in quote asset.

    Counts are of everything the notebook holds. `complete_as_of_ms` is the moment up to which all trades of the pair
    are known to be accounted for; None until the first reconciliation is through. `waiting` has the first of those lots
    that wait, parked, queued or held; `fees` are all commissions by asset, `fees_quote` in quote, `mean_held_ms` is how
    long a closed lot was held on average, `sell_rate` the fee that a SELL is expected to cost. `watch_only` says why no
    SELL is placed on the pair and what to do, empty while it trades. `known_since_ms` is when the pair was reconciled
    for the first time with this notebook; what was finished before is in no count. None in a notebook of before.
    `disposed` has the last disposals of the lots still in memory, `in_doubt` what was sent and has no known outcome.
    `held` is what lots have not sold of `base`, dust of closed ones too; `is_adopting`: more may be added to it.
    """

    symbol: str
    quote: str
    incarnation: int
    phase: str
    is_paused: bool
    complete_as_of_ms: int | None
    buys: int
    lots_open: int
    lots_closed: int
    sells_placed: int
    sells_filled: int
    sells_unknown: int
    open_quantity: Decimal
    open_cost: Decimal
    nearest_sell: Decimal | None
    realised_profit: Decimal
    unprotected: Decimal
    first_sell_ms: int | None
    trouble: str
    at_ms: int
    lots_parked: int = 0
    lots_queued: int = 0
    lots_held: int = 0
    waiting: tuple[WaitingLot, ...] = ()
    fees: tuple[tuple[str, Decimal], ...] = ()
    fees_quote: Decimal = ZERO
    mean_held_ms: int | None = None
    sell_rate: Decimal = ZERO
    watch_only: str = ""
    known_since_ms: int | None = None
    disposed: tuple[Disposal, ...] = ()
    in_doubt: tuple[UnresolvedOrder, ...] = ()
    base: str = ""
    held: Decimal = ZERO
    is_adopting: bool = False

    def state_key(self) -> str:
        return self.symbol


@dataclass(frozen=True, slots=True)
class ChildReported:
    """A supervisor started, lost or gave up a child: `restarts` counts since the supervisor's own start.

    `reason` is how its last life ended; `quarantined` are messages that it does not take any more, as text.
    """

    key: str
    incarnation: int
    restarts: int
    state: str
    reason: str
    quarantined: tuple[str, ...] = ()

    def state_key(self) -> str:
        return self.key


@dataclass(frozen=True, slots=True)
class FramesCounted:
    """What became of a market stream's frames: taken + refused = all. `refused` is (kind, reason, count)."""

    symbol: str
    taken: int
    refused: tuple[tuple[str, str, int], ...]

    def state_key(self) -> str:
        return self.symbol


@dataclass(frozen=True, slots=True)
class PricesReported:
    """The price broadcaster of itself: who listens, and what it asked REST for."""

    at_ms: int
    subscribers: int
    rest_requests: int
    rest_failures: int
    trouble: str

    def state_key(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class AskHoldings:
    """A keeper asks the Monitor what the lots of other pairs hold of its `base`; the answer repeats the number."""

    number: int
    symbol: str
    base: str


@dataclass(frozen=True, slots=True)
class HoldingsReported:
    """By the newest reports, whose age each of them tells: a pair that has not reported is among them."""

    number: int
    holdings: tuple[PairHolding, ...]
