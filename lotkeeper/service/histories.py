"""Notes where the history of each pair begins: at the start of the service with which it is first configured.

The moment is on the disk before the exchange is asked for anything, by this machine's clock; then the exchange is asked
for its time, and the moment is noted by that. So a start that is ended anywhere leaves a moment that the next start
goes on with.
"""

from lotkeeper.config import Config
from lotkeeper.service.errors import ServiceError
from lotkeeper.service.start_moment import now
from lotkeeper.trading.recovery.history_start import (
    Clock,
    HistoryStart,
    MachineMoment,
    begun_histories,
    corrected_starts,
    removed_pairs,
)
from persistence.errors import StoreError
from persistence.history_starts import HistoryStarts

_TRIES = 3
_QUICK_MS = 1000  # an answer that takes longer tells the exchange's time too vaguely: it is asked again


def begin_histories(config: Config, started: MachineMoment) -> None:
    """For the pairs whose history begins with this start. The database must be locked. Raises ServiceError."""
    try:
        starts = HistoryStarts.open(config.database)
        _begin(config, starts, started)
        _correct(config, starts)
    except StoreError as error:
        raise ServiceError(str(error)) from error


def settle_histories(config: Config, started: MachineMoment, *, is_again: bool) -> None:
    """Once it is certain that the database is this account's: also notes which pairs were taken out.

    Raises ServiceError if the exchange's time is needed and not known. After a restart of the actors (`is_again`) the
    moment by this machine's clock has to do: the service must not end because the exchange is away.
    """
    try:
        starts = HistoryStarts.open(config.database)
        _begin(config, starts, started)
        starts.write(removed_pairs(starts.records(), starts.known_pairs(), config.pairs))
        is_known = _correct(config, starts)
    except StoreError as error:
        raise ServiceError(str(error)) from error
    if not is_known and not is_again:
        raise ServiceError(f"the exchange at {config.exchange.rest_url} did not tell its time")


def _begin(config: Config, starts: HistoryStarts, started: MachineMoment) -> None:
    start = HistoryStart(started.wall_ms, Clock.MACHINE, started)
    starts.write(begun_histories(starts.records(), starts.known_pairs(), config.pairs, start))


def _correct(config: Config, starts: HistoryStarts) -> bool:
    """Whether all moments are known by the exchange's clock now."""
    records = starts.records()
    if not corrected_starts(records, 0, now()):
        return True
    answer = _exchange_time(config)
    if answer is None:
        return False
    starts.write(corrected_starts(records, *answer))
    return True


def _exchange_time(config: Config) -> tuple[int, MachineMoment] | None:
    """The exchange's time (ms) and when its answer arrived; None if it cannot be asked now."""
    from lotkeeper.exchange.rest.client import RestClient
    from lotkeeper.exchange.rest.outcomes import Answered

    client, found = RestClient(config.exchange.rest_url, None), None
    try:
        for _ in range(_TRIES):
            sent = now()
            outcome = client.server_time()
            answered = now()
            if not isinstance(outcome, Answered) or not isinstance(outcome.body, int):
                return found
            found = outcome.body, answered
            if answered.boot_ms - sent.boot_ms <= _QUICK_MS:
                return found
    finally:
        client.close()
    return found
