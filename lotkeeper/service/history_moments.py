"""Where the histories of pairs begin: noted at each start and reload, corrected once the exchange told its time."""

import logging
import time
from collections.abc import Collection

from lotkeeper.config import Config
from lotkeeper.service.errors import ServiceError
from lotkeeper.service.histories import correct_histories, settle_histories
from lotkeeper.service.start_moment import moment_ago, now
from lotkeeper.trading.log_events import LogEvent, named
from lotkeeper.trading.recovery.history_start import MachineMoment
from messages.lifecycle import ExchangeTimeRead

log = logging.getLogger("lotkeeper.launcher")


class HistoryMoments:
    """Those of the pairs that begin with this start, or with a reload of the configuration."""

    def __init__(self, config: Config, started: MachineMoment) -> None:
        self._config, self._started = config, started
        self._needs_exchange_time = False  # some history begins at a moment that only this machine's clock tells
        self._exchange_time: ExchangeTimeRead | None = None  # as the Gateway has told it last

    def settle(self, symbols: Collection[str], *, is_again: bool) -> None:
        """At a start. A restart goes on without it, as without a new lease, if the database cannot be opened."""
        try:
            self._needs_exchange_time = settle_histories(self._config, self._started, symbols)
        except ServiceError as error:
            if not is_again:
                raise
            log.error("%s", error, extra=named(LogEvent.DATABASE_TROUBLE))

    def settle_changed(self, symbols: Collection[str]) -> str:
        """Why it cannot be noted from when on these pairs are kept, now that they are others; empty where it is."""
        try:
            self._needs_exchange_time = settle_histories(self._config, now(), symbols)
        except ServiceError as error:
            log.error("%s", error, extra=named(LogEvent.DATABASE_TROUBLE))
            return str(error)
        read = self._exchange_time
        if read is not None:  # its clock has gone on since, as fast as ours
            now_s = time.monotonic()
            self._correct(ExchangeTimeRead(read.exchange_ms + int((now_s - read.read_s) * 1000), now_s))
        return ""

    def on_exchange_time(self, read: ExchangeTimeRead) -> None:
        """The Gateway has told the exchange's time."""
        self._exchange_time = read
        self._correct(read)

    def _correct(self, read: ExchangeTimeRead) -> None:
        """Pairs whose history begins with this start wait for it. The Gateway says it again if it cannot be written."""
        if not self._needs_exchange_time:
            return
        try:
            correct_histories(self._config, read.exchange_ms, moment_ago(time.monotonic() - read.read_s))
        except ServiceError as error:
            log.error("%s", error, extra=named(LogEvent.DATABASE_TROUBLE))
        else:
            self._needs_exchange_time = False
