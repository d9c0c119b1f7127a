"""Notes where the history of each pair begins: at the start of the service with which it is first configured.

The moment is on the disk before the exchange is asked for anything, by this machine's clock; once the exchange has told
its time, the moment is noted by that. So a start that is ended anywhere leaves a moment that the next start goes on
with, and a start does not need the exchange: a pair waits with its book until its moment is known by the exchange's
clock, which may be hours later.
"""

from collections.abc import Collection, Iterable

from lotkeeper.config import Config
from lotkeeper.service.errors import ServiceError
from lotkeeper.trading.recovery.history_start import (
    Clock,
    HistoryStart,
    MachineMoment,
    begun_histories,
    corrected_starts,
    removed_pairs,
    to_be_corrected,
)
from persistence.errors import StoreError
from persistence.history_starts import HistoryStarts


def begin_histories(config: Config, started: MachineMoment) -> bool:
    """For the pairs whose history begins with this start. The database must be locked. Raises ServiceError.

    Whether the exchange's time is needed, by which some moment is not known yet.
    """
    try:
        starts = HistoryStarts.open(config.database)
        _begin(config.pairs, starts, started)
        return bool(to_be_corrected(starts.records()))
    except StoreError as error:
        raise ServiceError(str(error)) from error


def settle_histories(config: Config, started: MachineMoment, symbols: Collection[str]) -> bool:
    """As `begin_histories`; once it is certain that the database is this account's: also notes which were taken out.

    `symbols` are the pairs that are kept: those of the configuration, or of what was reloaded since. Pairs whose
    history begins now are kept from `started` on.
    """
    try:
        starts = HistoryStarts.open(config.database)
        _begin(symbols, starts, started)
        starts.write(removed_pairs(starts.records(), starts.known_pairs(), symbols))
        return bool(to_be_corrected(starts.records()))
    except StoreError as error:
        raise ServiceError(str(error)) from error


def correct_histories(config: Config, exchange_ms: int, answered: MachineMoment) -> None:
    """The exchange's time `exchange_ms` arrived at `answered`: all moments are known by it now. Raises ServiceError."""
    try:
        starts = HistoryStarts.open(config.database)
        starts.write(corrected_starts(starts.records(), exchange_ms, answered))
    except StoreError as error:
        raise ServiceError(str(error)) from error


def known_pairs(config: Config) -> set[str]:
    """The pairs that were reconciled before: the database has lots or a cursor of them. Raises ServiceError."""
    try:
        return HistoryStarts.open(config.database).known_pairs()
    except StoreError as error:
        raise ServiceError(str(error)) from error


def _begin(symbols: Iterable[str], starts: HistoryStarts, started: MachineMoment) -> None:
    start = HistoryStart(started.wall_ms, Clock.MACHINE, started)
    starts.write(begun_histories(starts.records(), starts.known_pairs(), symbols, start))
