"""For how long an order without an answer keeps others from leaving, also in the next life of the Gateway."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from actors.gateway.in_flight_guard import Doubts, Moment
from actors.gateway.in_flight_journal import ROWS, NotesFile
from actors.gateway.throttle import Held
from lotkeeper.trading.recovery.in_flight import FREE_ROW
from messages.orders import PlaceSellOrder, SellBlocked, SellOutcomeUnknown, SellRefused

NOW_MS = 1_700_000_000_000
ORDER = PlaceSellOrder("BTCUSDT", 1, "lk1-5eh-1", D(1), D(1), NOW_MS)
UNKNOWN = SellOutcomeUnknown("BTCUSDT", "lk1-5eh-1", "no answer")
REFUSED = SellRefused("BTCUSDT", "lk1-5eh-1", -2010, "no")
RECV_WINDOW_MS = 5000
DEAD_S = 15.0


def at(seconds: float) -> Moment:
    """So long after the beginning."""
    ms = NOW_MS + round(seconds * 1000)
    return Moment(ms, ms, 100 + seconds)


def successors(seconds: float, compared_s: float = -60.0) -> PlaceSellOrder:
    """What a later keeper of the pair sends, which compared its book then."""
    return replace(
        ORDER,
        incarnation=2,
        client_id="lk1-5ei-1",
        sent_ms=at(seconds).wall_ms,
        complete_as_of_ms=at(compared_s).wall_ms,
    )


class Rows:
    """Notes of a file, without the file."""

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
    def taken(self) -> int:
        return sum(row != FREE_ROW for row in self.all)


@pytest.fixture
def rows():
    return Rows()


def beginning(rows: Rows, seconds: float = 0.0) -> Doubts:
    """A Gateway's life begins."""
    doubts = Doubts()
    doubts.recall(rows, at(seconds), RECV_WINDOW_MS)
    return doubts


def left(doubts: Doubts, order: PlaceSellOrder = ORDER, seconds: float = 0.0) -> int:
    row = doubts.leaves(order, at(seconds), RECV_WINDOW_MS)
    assert isinstance(row, int)
    return row


def doubting(rows: Rows) -> Doubts:
    doubts = beginning(rows)
    doubts.answered(left(doubts), UNKNOWN, at(0))
    return doubts


# One life


def test_until_it_cannot_be_under_way_any_more(rows):
    assert isinstance(doubting(rows).about(ORDER, at(DEAD_S)), SellOutcomeUnknown)
    assert doubting(rows).about(ORDER, at(DEAD_S + 0.001)) is None


def test_a_word_of_the_exchange_leaves_no_doubt_and_no_note(rows):
    doubts = beginning(rows)
    row = left(doubts)
    assert rows.taken == 1
    doubts.answered(row, REFUSED, at(0.001))
    assert doubts.about(ORDER, at(0.002)) is None
    assert rows.taken == 0


def test_being_held_back_does_not_make_it_wait_longer(rows):
    doubts = doubting(rows)
    doubts.about(ORDER, at(14))
    assert doubts.about(ORDER, at(DEAD_S + 0.001)) is None


def test_a_clock_that_is_set_does_not_make_it_shorter(rows):
    assert isinstance(doubting(rows).about(ORDER, replace(at(1), exchange_ms=0, wall_ms=0)), SellOutcomeUnknown)
    later = at(86_400)
    leap = Moment(later.exchange_ms, later.wall_ms, at(1).at)
    assert isinstance(doubting(rows).about(ORDER, leap), SellOutcomeUnknown)


def test_the_next_keeper_waits_for_a_comparison_and_not_only_for_time(rows):
    doubts = doubting(rows)
    told = doubts.about(successors(1), at(1))
    assert isinstance(told, SellBlocked)
    assert told.for_s == pytest.approx(14)
    late = doubts.about(successors(20, compared_s=14), at(20))
    assert isinstance(late, SellBlocked)
    assert late.for_s == 0
    assert doubts.about(successors(20, compared_s=15.1), at(20)) is None


def test_one_that_is_sent_again_and_again_takes_one_row(rows):
    doubts = doubting(rows)
    for seconds in (16, 32, 48):
        doubts.answered(left(doubts, ORDER, seconds), UNKNOWN, at(seconds))
    assert rows.taken == 1
    assert isinstance(doubts.about(ORDER, at(48 + DEAD_S)), SellOutcomeUnknown)


# The next life


def test_what_was_in_flight_when_the_gateway_died_is_doubted_by_the_next(rows):
    left(beginning(rows))
    doubts = beginning(rows, 0.5)
    assert isinstance(doubts.about(ORDER, at(0.5 + DEAD_S)), SellOutcomeUnknown)
    assert isinstance(doubts.about(successors(1), at(1)), SellBlocked)
    assert doubts.about(ORDER, at(0.5 + DEAD_S + 0.001)) is None


def test_what_had_no_answer_counts_from_when_that_was_known(rows):
    doubting(rows)
    doubts = beginning(rows, 10)
    assert isinstance(doubts.about(ORDER, at(DEAD_S)), SellOutcomeUnknown)
    assert doubts.about(ORDER, at(DEAD_S + 0.001)) is None


def test_what_was_answered_holds_nobody_back_in_the_next_life(rows):
    before = beginning(rows)
    before.answered(left(before), REFUSED, at(0))
    assert beginning(rows, 1).about(successors(1), at(1)) is None


def test_it_is_forgotten_when_every_comparison_from_before_has_ended(rows):
    doubting(rows)
    assert isinstance(beginning(rows, 600).about(successors(600), at(600)), SellBlocked)
    assert beginning(rows, 616).about(successors(616), at(616)) is None
    assert rows.taken == 0


def test_what_stands_there_is_said_once(rows):
    left(beginning(rows))
    rows.all[5] = b"garbage" + FREE_ROW[7:]
    said = Doubts().recall(rows, at(0.5), RECV_WINDOW_MS)
    assert ["may arrive for 15.0 s" in words for words in said] == [True, False]
    assert "cannot be read" in said[1]


# Where it cannot be noted


def test_what_cannot_be_noted_does_not_leave(rows):
    doubts = beginning(rows)
    rows.error = OSError(28, "No space left on device")
    held = doubts.leaves(ORDER, at(0), RECV_WINDOW_MS)
    assert isinstance(held, Held)
    assert "No space left" in held.reason
    rows.error = None
    assert doubts.about(successors(1), at(1)) is None


def test_an_answer_that_cannot_be_noted_is_an_answer(rows):
    doubts = beginning(rows)
    row = left(doubts)
    rows.error = OSError(5, "Input/output error")
    doubts.answered(row, REFUSED, at(0))
    assert doubts.about(successors(1), at(1)) is None


def test_when_all_rows_are_taken_the_oldest_that_is_dead_makes_room(rows):
    doubts = beginning(rows)
    for number in range(ROWS):
        order = replace(ORDER, client_id=f"lk1-5eh-{number + 1}")
        doubts.answered(left(doubts, order, number / 100), UNKNOWN, at(number / 100))
    assert isinstance(doubts.leaves(successors(11), at(11), RECV_WINDOW_MS), Held)
    assert left(doubts, successors(16), 16) == 0


def test_a_file_that_cannot_be_used_lets_no_order_leave(tmp_path):
    doubts = Doubts()
    assert doubts.open(str(tmp_path / "nowhere" / "file"), at(0), RECV_WINDOW_MS) == []
    held = doubts.held()
    assert held is not None
    assert "No such file" in held.reason
    assert doubts.open(str(tmp_path / "file"), at(0), RECV_WINDOW_MS) == []
    assert doubts.held() is None
    doubts.close()


def test_a_file_that_cannot_be_read_is_closed_again_and_lets_no_order_leave(tmp_path, monkeypatch):
    closed = []
    close = NotesFile.close

    def unreadable(notes):
        raise OSError(5, "Input/output error")

    def closes(notes):
        closed.append(notes)
        close(notes)

    monkeypatch.setattr(NotesFile, "rows", unreadable)
    monkeypatch.setattr(NotesFile, "close", closes)
    doubts = Doubts()
    doubts.open(str(tmp_path / "file"), at(0), RECV_WINDOW_MS)
    held = doubts.held()
    assert held is not None
    assert "Input/output error" in held.reason
    assert len(closed) == 1
    doubts.close()
    assert len(closed) == 1
