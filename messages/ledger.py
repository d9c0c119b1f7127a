"""Keepers and the Ledger: what is written down, and what was."""

from dataclasses import dataclass

from lotkeeper.trading.lots import Lot
from lotkeeper.trading.pairs import TradePair
from lotkeeper.trading.totals import Totals


@dataclass(frozen=True, slots=True)
class LoadPair:
    """Asks what the notebook holds of a pair; may be asked again at any time."""

    symbol: str


@dataclass(frozen=True, slots=True)
class PairLoaded:
    """The open lots, the sums of the closed ones, and the last trade id up to which all trades are written down.

    `cursor` is None when the pair was never reconciled.
    """

    symbol: str
    lots: tuple[Lot, ...]
    closed: Totals
    cursor: int | None
    is_paused: bool


@dataclass(frozen=True, slots=True)
class RecordLots:
    """The newest state of changed lots. Sent again until it is confirmed; writing it twice changes nothing."""

    symbol: str
    number: int
    lots: tuple[Lot, ...]
    cursor: int | None = None
    at_ms: int = 0
    pair: TradePair | None = None


@dataclass(frozen=True, slots=True)
class LotsRecorded:
    """The record of this number is committed; says nothing of those before it."""

    symbol: str
    number: int


@dataclass(frozen=True, slots=True)
class RecordPause:
    """Writes down whether the operator wants the pair paused: a restart brings back what was wanted."""

    symbol: str
    is_paused: bool


@dataclass(frozen=True, slots=True)
class LedgerFailed:
    """The notebook could not be written or read; the same message may be sent again later."""

    symbol: str
    reason: str
