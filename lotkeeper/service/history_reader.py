"""The database of a configuration, opened for reading alone."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lotkeeper.service.errors import ServiceError, UnknownNameError

if TYPE_CHECKING:
    from lotkeeper.config import Config
    from persistence.history.database import HistoryDatabase


@contextmanager
def opened_history(config: "Config", pair: str = "") -> Iterator["HistoryDatabase"]:
    """The database, and ServiceError for any StoreError.

    Raises UnknownNameError for a `pair` of which nothing is recorded and that is not configured.
    """
    from persistence.errors import StoreError
    from persistence.history.database import HistoryDatabase

    try:
        with HistoryDatabase.open(config.database) as database:
            if pair and pair not in config.pairs:
                _refuse_unknown(database, pair, config.pairs)
            yield database
    except StoreError as error:
        raise ServiceError(str(error)) from error


def _refuse_unknown(database: "HistoryDatabase", pair: str, configured: Iterable[str]) -> None:
    from lotkeeper.trading.nearest_names import did_you_mean
    from persistence.history.pairs import is_known, known_symbols

    if not is_known(database, pair):
        known = [*configured, *known_symbols(database)]
        raise UnknownNameError(
            f"{pair} is not a configured pair, and nothing of it is recorded{did_you_mean(pair, known)}"
        )
