"""The turn of this host, where hosts share a database: how it got the lease, and whether another host has it now."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

from actors.gateway.left_behind import may_arrive_for_ms
from lotkeeper.service.errors import ServiceError
from lotkeeper.service.host_claim import HostClaim
from lotkeeper.service.standby_note import StandbyNote
from lotkeeper.trading.log_events import LogEvent, named
from messages.host_lease import HostTerm
from messages.lifecycle import ServiceSettings

log = logging.getLogger("lotkeeper.launcher")


class HostTurn:
    """Without a claim it is always this host's turn, and there is no term."""

    def __init__(self, claim: HostClaim | None, note: StandbyNote) -> None:
        self._claim, self._note = claim, note
        self.term: HostTerm | None = None  # how this host got the lease last
        self.is_overtaken = False  # by another host

    def take(self, must_stop: Callable[[], bool], on_wait: Callable[[], None]) -> bool:
        """Waits for the lease of the host; False where `must_stop` says so before that. Raises ServiceError.

        After a restart the last start's token is still valid, if the database cannot be opened.
        """
        if self._claim is None:
            return True
        try:
            term = self._claim.take(must_stop, lambda text: self._note_wait(text, on_wait))
        except ServiceError as error:
            if self.term is None:
                raise
            log.error("%s", error, extra=named(LogEvent.DATABASE_TROUBLE))
            return True
        finally:
            self._note.remove()
        self.term = term or self.term
        return term is not None

    def _note_wait(self, text: str, on_wait: Callable[[], None]) -> None:
        self._note.write(text)
        on_wait()

    def note_overtaken(self, reason: str) -> None:
        log.warning("this host stops, and waits for its next turn: %s", reason, extra=named(LogEvent.HOST_LEASE))
        self.is_overtaken = True

    def end(self) -> None:
        """Another host has the lease, and all actors of this one have ended."""
        self.is_overtaken, self.term = False, None
        if self._claim is not None:
            self._claim.lose()

    def give_up(self, settings: ServiceSettings) -> None:
        """Once all actors have ended; else, and after a kill, the lease ends by itself."""
        journal = settings.in_flight
        if self._claim is None or not self._claim.is_held or journal is None:
            return
        left_ms = may_arrive_for_ms(Path(journal.path), time.monotonic(), settings.recv_window_ms)
        if left_ms is not None:
            self._claim.release(left_ms)
