"""Keepers and the Guardian with the Ledger: what is to be recorded, and what has been."""

from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.balances import BalanceSeen
from lotkeeper.trading.halts import NO_HALT, Halt, Halts
from lotkeeper.trading.incidents import Incident
from lotkeeper.trading.journal import DecisionMade
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.transfers import Disposal
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.policy import Market, Terms
from lotkeeper.trading.reports.profit import Totals


@dataclass(frozen=True, slots=True)
class LoadPair:
    """Asks what the database has of a pair. May be asked again at any time."""

    symbol: str
    with_dust: bool = True  # closed lots too, if a later lot may take over their dust
    incarnation: int = 0  # the keeper's; records of earlier keepers are refused from now on


@dataclass(frozen=True, slots=True)
class PairLoaded:
    """The open lots and the sums of the closed ones."""

    symbol: str
    lots: tuple[Lot, ...]
    closed: Totals
    cursor: int | None  # the trade id up to which all trades are recorded; None if the pair was never reconciled
    is_paused: bool
    watch_only: str = ""  # why no SELL may be placed until the pair is resumed; empty if none is recorded
    # when the pair was first reconciled with this database: what was finished before is unknown
    known_since_ms: int | None = None
    # BUYs from this moment on are kept (exchange's time); None if an earlier version began without noting it
    history_from_ms: int | None = None
    # the same for people: also where it was not noted, and then the first recorded trade; None if there is none
    history_shown_ms: int | None = None
    # BUY order ids of lots among the closed ones whose SELLs ended last: late news of these changes nothing
    finished: frozenset[int] = frozenset()
    # what lots among the closed ones gave for manual sales: it is not asked of other lots again
    finished_disposals: tuple[Disposal, ...] = ()
    sell_rate: Decimal | None = None  # the expected fee of a SELL, a fraction, as recorded last; None if there is none
    own_coins: Decimal | None = None  # base asset that no lot has and that is not to be sold; None if never recorded
    market: Market | None = None  # what the exchange set for the pair, as recorded last; None if there is none
    pause: Halt = NO_HALT  # since when it is paused, until when, and why


@dataclass(frozen=True, slots=True)
class RecordLots:
    """The newest state of changed lots. Sent again until it is confirmed; recording it twice changes nothing.

    A record of a keeper whose successor has loaded the pair is refused: it would overwrite the successor's newer state.
    """

    symbol: str
    number: int  # repeated in the confirmation
    lots: tuple[Lot, ...]
    cursor: int | None = None  # the trade id up to which all trades are in these and earlier records; None: unchanged
    at_ms: int = 0  # when that was proven (wall clock)
    terms: Terms | None = None  # the terms on which the pair's lots are sold now; None: unchanged
    incarnation: int = 0  # of the keeper
    decisions: tuple[DecisionMade, ...] = ()  # what was decided and why, for the journal


@dataclass(frozen=True, slots=True)
class LotsRecorded:
    """The record of this number is committed. Says nothing about earlier records."""

    symbol: str
    number: int
    is_first_cursor: bool = False  # the database had no cursor of the pair: where there was one, the database is new


@dataclass(frozen=True, slots=True)
class LotsKept:
    """The lots of this record wait on the Ledger's disk, without the cursor, until the database can be written again.

    They need not be sent again before `BacklogWritten`.
    """

    symbol: str
    number: int


@dataclass(frozen=True, slots=True)
class BacklogWritten:
    """What waited is in the database, which can be written again. All that is not confirmed is to be sent once more."""

    symbol: str


@dataclass(frozen=True, slots=True)
class RecordBuys:
    """BUYs of the account as the exchange reported them last, for people. Nobody confirms it; it may be lost.

    A record of a keeper whose successor has loaded the pair is refused.
    """

    symbol: str
    buys: tuple[OrderReport, ...]
    are_all: bool  # whether these are all that stand on the book: all others have ended
    incarnation: int = 0  # of the keeper


@dataclass(frozen=True, slots=True)
class RecordHalts:
    """What a person has halted: the Ledger records what is newer than its own. A resume also ends watch-only."""

    halts: Halts


@dataclass(frozen=True, slots=True)
class HaltsRead:
    """The database has newer halts than the Guardian had: these are the newest of both."""

    halts: Halts


@dataclass(frozen=True, slots=True)
class RecordWatchOnly:
    """Records why no SELL may be placed on a pair until a person resumes it. Sent again until it is recorded."""

    symbol: str
    reason: str  # for people


@dataclass(frozen=True, slots=True)
class RecordCoins:
    """Records how much of the base asset is in no lot and not to be sold. What is more than that came since."""

    symbol: str
    own: Decimal | None  # base asset; None is not recorded


@dataclass(frozen=True, slots=True)
class RecordDecisions:
    """For the journal, from an actor that keeps no lots. Nobody confirms it; the same again changes nothing."""

    decisions: tuple[DecisionMade, ...]


@dataclass(frozen=True, slots=True)
class RecordIncidents:
    """From the Monitor: what goes wrong now, and what is over since the last confirmation. Sent again until confirmed.

    Writing it twice changes nothing.
    """

    number: int  # repeated in the confirmation
    incidents: tuple[Incident, ...]
    are_all: bool  # whether these are all that are open: those that only the database knows have ended
    at_ms: int  # wall clock


@dataclass(frozen=True, slots=True)
class IncidentsRecorded:
    """What this record had is in the database, or waits on disk for it."""

    number: int


@dataclass(frozen=True, slots=True)
class RecordBalances:
    """From the Monitor, every two seconds at most: the newest balances that were shown. Nobody confirms it."""

    balances: tuple[BalanceSeen, ...]
    all_as_of_ms: int | None  # every other asset was zero then (exchange's clock); None: nothing is known of others
    seen_ms: int  # wall clock


@dataclass(frozen=True, slots=True)
class LedgerFailed:
    """The database could not be written or read. The same message may be sent again later."""

    symbol: str
    reason: str
