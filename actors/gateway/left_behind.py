"""What the last Gateway of this host left in flight, for the host that takes its place."""

from contextlib import suppress
from pathlib import Path

from actors.gateway.in_flight_journal import MappedJournal
from actors.gateway.in_flight_notes import InFlightNotes


def may_arrive_for_ms(path: Path, now_s: float, recv_window_ms: int) -> int | None:
    """For how long (ms) from `now_s` (monotonic) an order of it may still arrive, or not be shown yet.

    None where that is not known: the Gateway has not ended, or its journal cannot be read.
    """
    notes = InFlightNotes()
    try:
        notes.load(MappedJournal(path, int(now_s * 1000)), now_s, recv_window_ms)
    except OSError:
        return None
    try:
        return max((round((each.until - now_s) * 1000) for each in notes if each.until > now_s), default=0)
    finally:
        with suppress(OSError):
            notes.close()
