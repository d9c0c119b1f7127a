"""Keepers and the Ledger: what is written down, and what was."""

from dataclasses import dataclass

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.reports.totals import Totals
from lotkeeper.trading.selling.situation import Terms


@dataclass(frozen=True, slots=True)
class LoadPair:
    """Asks what the notebook holds of a pair; may be asked again at any time.

    `with_dust`: closed lots too, where something is left that a later lot may take over. `incarnation` is the keeper's:
    what an earlier one has still to say of the pair is not written down any more.
    """

    symbol: str
    with_dust: bool = True
    incarnation: int = 0


@dataclass(frozen=True, slots=True)
class PairLoaded:
    """The open lots, the sums of the closed ones, and the last trade id up to which all trades are written down.

    `cursor` is None when the pair was never reconciled; `watch_only` is why no SELL may be placed until a person
    resumes the pair, empty when one may. `known_since_ms` is when the pair was reconciled for the first time with this
    notebook: of what was finished before, it knows nothing.
    """

    symbol: str
    lots: tuple[Lot, ...]
    closed: Totals
    cursor: int | None
    is_paused: bool
    watch_only: str = ""
    known_since_ms: int | None = None


@dataclass(frozen=True, slots=True)
class RecordLots:
    """The newest state of changed lots. Sent again until it is confirmed; writing it twice changes nothing.

    `terms` are those on which the pair's lots are sold now. One of a keeper whose successor has read the notebook is
    not written: it would put what that one has placed meanwhile back to what it was.
    """

    symbol: str
    number: int
    lots: tuple[Lot, ...]
    cursor: int | None = None
    at_ms: int = 0
    terms: Terms | None = None
    incarnation: int = 0


@dataclass(frozen=True, slots=True)
class LotsRecorded:
    """The record of this number is committed; says nothing of those before it."""

    symbol: str
    number: int


@dataclass(frozen=True, slots=True)
class RecordPause:
    """Writes down whether the operator wants the pair paused: a restart brings back what was wanted.

    Not paused is resumed, which also ends what WatchOnly began.
    """

    symbol: str
    is_paused: bool


@dataclass(frozen=True, slots=True)
class WatchOnly:
    """Writes down why no SELL may be placed on a pair until a person resumes it. Sent again until it is."""

    symbol: str
    reason: str


@dataclass(frozen=True, slots=True)
class LedgerFailed:
    """The notebook could not be written or read; the same message may be sent again later."""

    symbol: str
    reason: str
