"""What all collaborators of a keeper share: the pair, its book and market, its phase, and what troubles it."""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from lotkeeper.trading.book.holdings import Listing
from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.halts import NO_HALT
from lotkeeper.trading.policy import Market, Terms
from lotkeeper.trading.recovery.coins_in_no_lot import CoinsInNoLot
from messages.ledger import PairLoaded
from messages.lifecycle import PairSettings, Peers, StartKeeper


class Phase(StrEnum):
    LOADING = "loading"  # the database and the market's rules are being asked; there is no book yet
    RECONCILING = "reconciling"  # the first reconciliation: nothing is placed before all is accounted for
    TRADING = "trading"


class PhaseEvent(StrEnum):
    BOOK_OPENED = "the lots and the market's rules are known"
    RECONCILED = "a reconciliation is complete"


TRANSITIONS: dict[tuple[Phase, PhaseEvent], Phase] = {
    (Phase.LOADING, PhaseEvent.BOOK_OPENED): Phase.RECONCILING,
    (Phase.RECONCILING, PhaseEvent.RECONCILED): Phase.TRADING,
    (Phase.TRADING, PhaseEvent.RECONCILED): Phase.TRADING,
}


class PhaseError(Exception):
    """An event that cannot happen in a phase: a fault of ours."""


def next_phase(phase: Phase, event: PhaseEvent) -> Phase:
    """The phase after `event`; raises PhaseError where the table has no entry."""
    if (phase, event) not in TRANSITIONS:
        raise PhaseError(f"a keeper that is {phase} cannot hear: {event}")
    return TRANSITIONS[phase, event]


class TroubleKind(StrEnum):
    IMPOSSIBLE = "impossible"  # a report contradicts the book
    RECONCILIATION_FAILED = "reconciliation failed"
    UNANSWERED = "unanswered"  # a question beside the reconciliation had no answer
    FEE_NOT_VALUED = "fee not valued"
    SELL_NOT_KNOWN = "SELL not known"  # to the exchange, though the book has it there
    QUARANTINED = "quarantined"


_SENTENCES = {
    TroubleKind.IMPOSSIBLE: "{detail}",
    TroubleKind.RECONCILIATION_FAILED: "reconciliation: {detail}",
    TroubleKind.UNANSWERED: "{detail}",
    TroubleKind.FEE_NOT_VALUED: "a fee was paid in {detail}, and no market of the exchange values it in {quote}",
    TroubleKind.SELL_NOT_KNOWN: "the exchange does not know {detail}",
    TroubleKind.QUARANTINED: "a message is quarantined: {detail}",
}


_UNLISTED = (
    "the exchange does not list it any more: nothing of it is sold. `lotkeeper positions` shows its lots, `lotkeeper "
    "release LOT` gives one up; without an open lot take it out of `pairs`"
)
_NEVER_KEPT = (
    "the exchange does not list it, and it was never kept: a typing error? Correct `pairs` in the configuration, then "
    "`lotkeeper restart`"
)


class RateSource(StrEnum):
    """Where the expected sell fee comes from. No SELL is priced by any but the exchange's own answer."""

    USUAL = "usual"  # nobody has said it: what most accounts pay
    RECORDED = "recorded"  # the last one that the database has; it may be old
    EXCHANGE = "exchange"  # asked for in this process


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with the pair now; of several troubles the newest."""

    kind: TroubleKind
    detail: str  # an asset, a SELL, an error text: what the sentence of this kind needs

    def sentence(self, quote: str = "") -> str:
        """For people; `quote` is the pair's quote asset."""
        return _SENTENCES[self.kind].format(detail=self.detail, quote=quote)


class KeeperState:
    """All of it can be rebuilt from the exchange and the Ledger. `book` exists once `has_book`."""

    book: PairBook

    def __init__(self, start: StartKeeper) -> None:
        self.start = start
        self.symbol = start.pair.symbol
        self.peers = Peers()
        self.loaded: PairLoaded | None = None  # what the database held of the pair at the start
        self.market: Market | None = None
        self.exchange_ahead_ms = 0  # the exchange's clock less ours, which may be off by hours
        self.is_listed = True  # until the exchange says that it lists no such pair; it may list it again
        self.rate_source = RateSource.USUAL  # of the market's sell rate
        # The highest fee of a BUY, as a fraction of what it brings; None: the exchange has not said it yet.
        self.buy_rate: Decimal | None = None
        self.cursor: int | None = None  # the last trade id up to which all is accounted for; None on a first start
        self.complete_as_of_ms: int | None = None  # wall clock; None before the first reconciliation
        self.known_since_ms: int | None = None  # when the pair was reconciled for the first time with this database
        self.history_shown_ms: int | None = None  # from when on the pair's BUYs are kept, for people (exchange's time)
        self.coins = CoinsInNoLot()  # of the account
        self.is_paused = False
        self.pause = NO_HALT  # since when, until when, by whom and why it is paused; of no meaning while it is not
        self.trouble: Trouble | None = None
        self._phase = Phase.LOADING

    @property
    def phase(self) -> Phase:
        return self._phase

    @property
    def has_book(self) -> bool:
        """Whether events can be taken: the lots and the market's rules are known."""
        return self._phase is not Phase.LOADING

    @property
    def is_commission_known(self) -> bool:
        """Whether the exchange has said what a SELL costs: before that none is sent."""
        return self.rate_source is RateSource.EXCHANGE

    @property
    def is_trading(self) -> bool:
        """Whether the first reconciliation is complete, without which nothing is decided."""
        return self._phase is Phase.TRADING

    def exchange_ms(self, wall_ms: int) -> int:
        """Which time it was at the exchange at a moment of our wall clock: what is compared with its times."""
        return wall_ms + self.exchange_ahead_ms

    def move(self, event: PhaseEvent) -> None:
        """The one place where the phase changes."""
        self._phase = next_phase(self._phase, event)

    def use_settings(self, pair: PairSettings) -> None:
        """The configuration was reloaded."""
        self.start = replace(self.start, pair=pair)

    def terms(self) -> Terms:
        assert self.market is not None
        return Terms(self.market, self.start.pair.policy)

    @property
    def listing(self) -> Listing:
        if self.is_listed:
            return Listing.LISTED
        return Listing.DELISTED if self._was_kept else Listing.NEVER_KEPT

    @property
    def _was_kept(self) -> bool:
        """Whether the database has anything of the pair, or a comparison has succeeded since the start."""
        if self.complete_as_of_ms is not None:
            return True
        return self.loaded is None or self.loaded.cursor is not None or bool(self.loaded.lots)

    def end_trouble(self, kind: TroubleKind) -> bool:
        """Whether there was one of this kind, which is over now."""
        is_over = self.trouble is not None and self.trouble.kind is kind
        if is_over:
            self.trouble = None
        return is_over

    def trouble_sentence(self) -> str:
        """For people; empty without a trouble."""
        if self.listing is not Listing.LISTED:
            return _UNLISTED if self.listing is Listing.DELISTED else _NEVER_KEPT
        return self.trouble.sentence(self.book.quote if self.has_book else "") if self.trouble else ""
