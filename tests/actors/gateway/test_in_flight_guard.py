"""For how long an order without an answer blocks others, also through the next Gateway."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from actors.gateway.in_flight_guard import Admission, InFlightGuard
from actors.gateway.in_flight_journal import ROWS, FileJournal
from actors.gateway.throttle import ClockReading, Deferred
from lotkeeper.trading.recovery.in_flight import FREE_ROW, decode_row
from messages.orders import PlaceSellOrder, SellBlocked, SellOutcomeUnknown, SellRefused

NOW_MS = 1_700_000_000_000
ORDER = PlaceSellOrder("BTCUSDT", 1, "lk1-5eh-1", D(1), D(1), NOW_MS)
UNKNOWN = SellOutcomeUnknown("BTCUSDT", "lk1-5eh-1", "no answer")
REFUSED = SellRefused("BTCUSDT", "lk1-5eh-1", -2010, "no")
RECV_WINDOW_MS = 5000
CANNOT_ARRIVE_S = 15.0


def at(seconds: float) -> ClockReading:
    """So many seconds after the beginning of the test."""
    ms = NOW_MS + round(seconds * 1000)
    return ClockReading(ms, ms, 100 + seconds)


def successors(seconds: float, compared_s: float = -60.0) -> PlaceSellOrder:
    """An order that a later keeper of the pair sends then, after a comparison at `compared_s`."""
    return replace(
        ORDER,
        incarnation=2,
        client_id="lk1-5ei-1",
        sent_ms=at(seconds).wall_ms,
        complete_as_of_ms=at(compared_s).wall_ms,
    )


class Rows:
    """A journal without a file."""

    def __init__(self) -> None:
        self.all = [FREE_ROW] * ROWS
        self.error: OSError | None = None

    def rows(self) -> list[bytes]:
        return list(self.all)

    def write(self, number: int, row: bytes) -> None:
        if self.error is not None:
            raise self.error
        self.all[number] = row

    def close(self) -> None:
        pass

    @property
    def client_ids(self) -> list[str]:
        return [note.client_id for row in self.all if (note := decode_row(row, NOW_MS, RECV_WINDOW_MS))]


@pytest.fixture
def rows():
    return Rows()


def start(rows: Rows, seconds: float = 0.0) -> InFlightGuard:
    """The guard of a Gateway that starts now."""
    guard = InFlightGuard()
    guard.open(rows, lambda journal: journal, at(seconds), RECV_WINDOW_MS)
    return guard


def admitted(guard: InFlightGuard, order: PlaceSellOrder = ORDER, seconds: float = 0.0) -> Admission:
    admission = guard.admit(order, at(seconds))
    assert isinstance(admission, Admission)
    return admission


def unanswered(rows: Rows) -> InFlightGuard:
    """The guard of a Gateway whose first order got no answer."""
    guard = start(rows)
    guard.record_reply(admitted(guard), UNKNOWN, at(0))
    return guard


# One Gateway


def test_a_copy_waits_until_the_order_cannot_arrive_any_more(rows):
    guard = unanswered(rows)
    assert isinstance(guard.admit(ORDER, at(CANNOT_ARRIVE_S)), SellOutcomeUnknown)
    assert isinstance(guard.admit(ORDER, at(CANNOT_ARRIVE_S + 0.001)), Admission)


def test_an_answered_order_leaves_no_doubt_and_no_row(rows):
    guard = start(rows)
    admission = admitted(guard)
    assert rows.client_ids == ["lk1-5eh-1"]
    guard.record_reply(admission, REFUSED, at(0.001))
    assert rows.client_ids == []
    admitted(guard, ORDER, 0.002)


def test_an_order_that_was_blocked_does_not_wait_longer(rows):
    guard = unanswered(rows)
    guard.admit(ORDER, at(14))
    assert isinstance(guard.admit(ORDER, at(CANNOT_ARRIVE_S + 0.001)), Admission)


def test_a_clock_that_is_set_does_not_make_the_wait_shorter(rows):
    guard = unanswered(rows)
    assert isinstance(guard.admit(ORDER, replace(at(1), exchange_ms=0, wall_ms=0)), SellOutcomeUnknown)
    later = at(86_400)
    leap = ClockReading(later.exchange_ms, later.wall_ms, at(1).monotonic_s)
    assert isinstance(guard.admit(ORDER, leap), SellOutcomeUnknown)


def test_the_next_keeper_waits_for_a_comparison_and_not_only_for_time(rows):
    guard = unanswered(rows)
    blocked = guard.admit(successors(1), at(1))
    assert isinstance(blocked, SellBlocked)
    assert blocked.for_s == pytest.approx(14)
    late = guard.admit(successors(20, compared_s=14), at(20))
    assert isinstance(late, SellBlocked)
    assert late.for_s == 0
    assert isinstance(guard.admit(successors(20, compared_s=15.1), at(20)), Admission)


def test_an_order_that_is_sent_again_and_again_takes_one_row(rows):
    guard = unanswered(rows)
    for seconds in (16, 32, 48):
        guard.record_reply(admitted(guard, ORDER, seconds), UNKNOWN, at(seconds))
    assert rows.client_ids == ["lk1-5eh-1"]
    assert isinstance(guard.admit(ORDER, at(48 + CANNOT_ARRIVE_S)), SellOutcomeUnknown)


# The next Gateway


def test_what_was_in_flight_when_the_gateway_died_blocks_in_the_next(rows):
    admitted(start(rows))
    guard = start(rows, 0.5)
    assert isinstance(guard.admit(ORDER, at(0.5 + CANNOT_ARRIVE_S)), SellOutcomeUnknown)
    assert isinstance(guard.admit(successors(1), at(1)), SellBlocked)
    assert isinstance(guard.admit(ORDER, at(0.5 + CANNOT_ARRIVE_S + 0.001)), Admission)


def test_an_order_without_an_answer_counts_from_when_that_was_known(rows):
    unanswered(rows)
    guard = start(rows, 10)
    assert isinstance(guard.admit(ORDER, at(CANNOT_ARRIVE_S)), SellOutcomeUnknown)
    assert isinstance(guard.admit(ORDER, at(CANNOT_ARRIVE_S + 0.001)), Admission)


def test_an_order_that_was_refused_blocks_nothing_in_the_next_gateway(rows):
    before = start(rows)
    before.record_reply(admitted(before), REFUSED, at(0))
    assert isinstance(start(rows, 1).admit(successors(1), at(1)), Admission)


def test_an_order_is_forgotten_when_every_comparison_from_before_has_ended(rows):
    unanswered(rows)
    assert isinstance(start(rows, 600).admit(successors(600), at(600)), SellBlocked)
    assert isinstance(start(rows, 616).admit(successors(616), at(616)), Admission)
    assert rows.client_ids == ["lk1-5ei-1"]


def test_what_the_journal_contains_is_reported_once(rows):
    admitted(start(rows))
    rows.all[5] = b"garbage" + FREE_ROW[7:]
    texts = InFlightGuard().open(rows, lambda journal: journal, at(0.5), RECV_WINDOW_MS)
    assert ["may arrive for 15.0 s" in text for text in texts] == [True, False]
    assert "cannot be read" in texts[1]


# Where orders cannot be recorded


def test_an_order_that_cannot_be_recorded_is_not_admitted(rows):
    guard = start(rows)
    rows.error = OSError(28, "No space left on device")
    deferred = guard.admit(ORDER, at(0))
    assert isinstance(deferred, Deferred)
    assert "No space left" in deferred.reason
    rows.error = None
    assert isinstance(guard.admit(successors(1), at(1)), Admission)


def test_an_answer_that_cannot_be_recorded_is_an_answer(rows):
    guard = start(rows)
    admission = admitted(guard)
    rows.error = OSError(5, "Input/output error")
    guard.record_reply(admission, REFUSED, at(0))
    rows.error = None
    assert isinstance(guard.admit(successors(1), at(1)), Admission)


def test_when_all_rows_are_taken_the_oldest_order_that_cannot_arrive_makes_room(rows):
    guard = start(rows)
    for number in range(ROWS):
        order = replace(ORDER, client_id=f"lk1-5eh-{number + 1}")
        guard.record_reply(admitted(guard, order, number / 100), UNKNOWN, at(number / 100))
    other_pair = replace(successors(11), symbol="ETHUSDT")
    assert isinstance(guard.admit(other_pair, at(11)), Deferred)
    assert admitted(guard, replace(other_pair, sent_ms=at(16).wall_ms), 16).row == 0


def test_a_file_that_cannot_be_used_lets_no_order_through(tmp_path):
    guard = InFlightGuard()
    assert guard.open(tmp_path / "nowhere" / "file", FileJournal, at(0), RECV_WINDOW_MS) == []
    deferred = guard.admit(ORDER, at(0))
    assert isinstance(deferred, Deferred)
    assert "No such file" in deferred.reason
    assert guard.open(tmp_path / "file", FileJournal, at(0), RECV_WINDOW_MS) == []
    admitted(guard)
    guard.close()


def test_a_file_that_cannot_be_read_is_closed_again_and_lets_no_order_through(tmp_path):
    closed = []

    class UnreadableJournal(FileJournal):
        def rows(self):
            raise OSError(5, "Input/output error")

        def close(self):
            closed.append(self)
            super().close()

    guard = InFlightGuard()
    guard.open(tmp_path / "file", UnreadableJournal, at(0), RECV_WINDOW_MS)
    deferred = guard.admit(ORDER, at(0))
    assert isinstance(deferred, Deferred)
    assert "Input/output error" in deferred.reason
    assert len(closed) == 1
    guard.close()
    assert len(closed) == 1


def test_before_the_journal_is_open_no_order_is_admitted():
    """What the previous Gateway left in flight is not known yet."""
    assert InFlightGuard().admit(ORDER, at(0.0)) == Deferred("the file of orders in flight is not open yet", 1.0)
