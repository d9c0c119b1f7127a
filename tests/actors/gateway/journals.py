"""A journal of orders in flight without a file, and the moments of its tests."""

from pathlib import Path

from actors.gateway.in_flight_journal import ROWS
from actors.gateway.throttle import ClockReading
from lotkeeper.trading.recovery.in_flight import FREE_ROW, decode_row

NOW_MS = 1_700_000_000_000
BEGUN_S = 1_000.0  # monotonic: when a test begins
RECV_WINDOW_MS = 5000
PATH = Path("in memory")


def at(seconds: float) -> ClockReading:
    """So many seconds after the beginning of the test."""
    return ClockReading(NOW_MS + round(seconds * 1000), BEGUN_S + seconds)


class Rows:
    """Outlives every process of a test."""

    def __init__(self) -> None:
        self.all = [FREE_ROW] * ROWS
        self.error: OSError | None = None
        self.since_ms = self.used_ms = 0
        self.is_new, self.is_in_place = False, True

    def rows(self) -> list[bytes]:
        return list(self.all)

    def write(self, number: int, row: bytes) -> None:
        if self.error is not None:
            raise self.error
        self.all[number] = row

    def begin_at(self, since_ms: int) -> None:
        self.since_ms = since_ms

    def mark_used(self, now_ms: int) -> None:
        self.used_ms = now_ms

    def close(self) -> None:
        pass

    @property
    def client_ids(self) -> list[str]:
        notes = (decode_row(row, 0, RECV_WINDOW_MS) for row in self.all)
        return [note.client_id for note in notes if note is not None]
