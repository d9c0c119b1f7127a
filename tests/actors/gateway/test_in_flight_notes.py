"""What is noted of orders in flight, for how long, and what it proves that there is no note."""

from dataclasses import replace

import pytest

from actors.gateway.in_flight_journal import ROWS
from actors.gateway.in_flight_notes import ANSWERED_KEPT_S, UNANSWERED_KEPT_S, InFlightNotes
from lotkeeper.trading.recovery.in_flight import OVER, InFlight
from tests.actors.gateway.journals import BEGUN_S, RECV_WINDOW_MS, Rows

ORDER = InFlight("BTCUSDT", "lk1-5eh-1", 1, int(BEGUN_S * 1000), RECV_WINDOW_MS)
LIFE_S = 15.0


@pytest.fixture
def rows():
    return Rows()


def loaded(rows: Rows, at_s: float = BEGUN_S) -> InFlightNotes:
    notes = InFlightNotes()
    notes.load(rows, at_s, RECV_WINDOW_MS)
    return notes


def noted(notes: InFlightNotes, order: InFlight = ORDER, at_s: float = BEGUN_S):
    note = notes.add(order, at_s + LIFE_S, at_s)
    assert note is not None
    return note


def test_a_note_is_in_the_journal_and_found_by_its_keeper(rows):
    notes = loaded(rows)
    note = noted(notes)
    assert rows.client_ids == ["lk1-5eh-1"]
    assert notes.find("BTCUSDT", "lk1-5eh-1", 1) is note
    assert notes.find("BTCUSDT", "lk1-5eh-1", 2) is None
    assert notes.of_others("BTCUSDT", 2) == [note]
    assert notes.of_others("BTCUSDT", 1) == notes.of_others("ETHUSDT", 1) == []


def test_a_copy_replaces_the_first(rows):
    notes = loaded(rows)
    first, copy = noted(notes), noted(notes, at_s=BEGUN_S + 20)
    assert (len(notes), rows.client_ids) == (1, ["lk1-5eh-1"])
    assert not notes.is_current(first)
    assert notes.is_current(copy)


def test_a_copy_that_has_not_left_leaves_the_row_of_the_first(rows):
    """The process may be killed between the two."""
    notes = loaded(rows)
    noted(notes)
    copy = notes.reserve(replace(ORDER, left_by_ms=ORDER.left_by_ms + 20_000), BEGUN_S + 35, BEGUN_S + 20)
    assert [row for row in rows.all if row.strip()] == [_row(ORDER)]
    assert notes.write(copy)
    assert [row for row in rows.all if row.strip()] == [_row(copy.order)]


def test_rows_come_back_from_copies_that_never_left(rows):
    notes = loaded(rows)
    for number in range(2 * ROWS):
        notes.reserve(ORDER, BEGUN_S + number, BEGUN_S + number)
    assert len(notes) == 1
    notes.forget_old(BEGUN_S + 2 * ROWS + UNANSWERED_KEPT_S + 1)
    assert len(notes._free) == ROWS


def test_of_two_rows_with_one_name_the_later_one_counts(rows):
    """The process was killed after it had written the second and before it had freed the first."""
    notes = loaded(rows)
    for left_by_ms in (ORDER.left_by_ms + 16_000, ORDER.left_by_ms):
        rows.all[5 if left_by_ms > ORDER.left_by_ms else 9] = _row(replace(ORDER, left_by_ms=left_by_ms))
    notes = loaded(rows, BEGUN_S + 17)
    (note,) = notes
    assert note.order.left_by_ms == ORDER.left_by_ms + 16_000
    assert rows.client_ids == ["lk1-5eh-1"]


def _row(order: InFlight) -> bytes:
    rows = Rows()
    InFlightNotes.add(loaded(rows), order, BEGUN_S, BEGUN_S)
    return next(row for row in rows.all if row.strip())


# What never left


def test_what_has_no_note_never_left(rows):
    notes = loaded(rows)
    noted(notes)
    assert notes.is_off_the_book("BTCUSDT", "lk1-5eh-2", BEGUN_S + 1, BEGUN_S + 2)
    assert not notes.is_off_the_book("BTCUSDT", "lk1-5eh-1", BEGUN_S + 1, BEGUN_S + 2)
    assert notes.is_off_the_book("ETHUSDT", "lk1-5eh-1", BEGUN_S + 1, BEGUN_S + 2)


def test_what_was_refused_is_not_on_the_book(rows):
    notes = loaded(rows)
    notes.change(noted(notes), replace(ORDER, left_by_ms=OVER), BEGUN_S, BEGUN_S + 60)
    assert notes.is_off_the_book("BTCUSDT", "lk1-5eh-1", BEGUN_S + 1, BEGUN_S + 2)
    noted(notes, replace(ORDER, incarnation=2))  # another keeper has sent one of this name
    assert not notes.is_off_the_book("BTCUSDT", "lk1-5eh-1", BEGUN_S + 1, BEGUN_S + 2)


def test_the_notes_of_an_earlier_keeper_count_as_well(rows):
    notes = loaded(rows)
    noted(notes, replace(ORDER, incarnation=7))
    assert not notes.is_off_the_book("BTCUSDT", "lk1-5eh-1", BEGUN_S + 1, BEGUN_S + 2)


def test_it_is_not_certain_of_an_order_older_than_the_journal(rows):
    rows.since_ms = int(BEGUN_S * 1000)
    notes = loaded(rows)
    assert not notes.is_off_the_book("BTCUSDT", "lk1-5eh-2", BEGUN_S - 0.001, BEGUN_S + 2)
    assert notes.is_off_the_book("BTCUSDT", "lk1-5eh-2", BEGUN_S + 0.001, BEGUN_S + 2)


def test_it_is_not_certain_of_an_order_whose_note_may_be_forgotten(rows):
    notes = loaded(rows)
    sent_s = BEGUN_S + 1
    assert notes.is_off_the_book("BTCUSDT", "lk1-5eh-2", sent_s, sent_s + ANSWERED_KEPT_S - 6)
    assert not notes.is_off_the_book("BTCUSDT", "lk1-5eh-2", sent_s, sent_s + ANSWERED_KEPT_S - 4)
    assert not notes.is_off_the_book("BTCUSDT", "lk1-5eh-2", sent_s, sent_s - 1)  # no such time


def test_it_is_not_certain_of_any_order_while_a_row_cannot_be_read(rows):
    rows.all[7] = b"garbage"
    assert not loaded(rows).is_off_the_book("BTCUSDT", "lk1-5eh-2", BEGUN_S + 1, BEGUN_S + 2)


def test_an_answered_order_is_noted_for_as_long_as_its_keeper_may_not_have_the_reply(rows):
    notes = loaded(rows)
    note = noted(notes)
    notes.change(note, replace(ORDER, left_by_ms=OVER), BEGUN_S, BEGUN_S + ANSWERED_KEPT_S)
    notes.forget_old(BEGUN_S + ANSWERED_KEPT_S)
    assert rows.client_ids == ["lk1-5eh-1"]
    notes.forget_old(BEGUN_S + ANSWERED_KEPT_S + 0.1)
    assert rows.client_ids == []


def test_one_without_an_answer_stays_until_every_comparison_from_before_has_ended(rows):
    notes, late = loaded(rows), BEGUN_S + LIFE_S + UNANSWERED_KEPT_S
    noted(notes)
    notes.forget_old(late)
    assert len(notes) == 1
    notes.forget_old(late + 0.1)
    assert len(notes) == 0


# Room


def test_when_all_rows_are_taken_the_oldest_that_cannot_arrive_makes_room_and_less_is_proven(rows):
    notes = loaded(rows)
    for number in range(ROWS):
        noted(notes, replace(ORDER, client_id=f"lk1-5eh-{number}"))
    another = replace(ORDER, client_id="lk1-5ei-1")
    assert notes.add(another, BEGUN_S + 20, BEGUN_S + 5) is None
    late = BEGUN_S + LIFE_S + 1
    assert notes.add(another, late + LIFE_S, late) is not None
    assert rows.since_ms == int(late * 1000) + 1
    assert notes.find("BTCUSDT", "lk1-5eh-0", 1) is None
    assert not notes.is_off_the_book("BTCUSDT", "lk1-5eh-0", BEGUN_S + 1, late)


def test_an_order_that_cannot_be_written_has_no_note(rows):
    notes = loaded(rows)
    rows.error = OSError(5, "Input/output error")
    with pytest.raises(OSError, match="Input/output"):
        noted(notes)
    rows.error = None
    assert len(notes) == 0
    noted(notes)


def test_all_of_it_moves_to_another_journal(rows):
    rows.since_ms = 77
    notes, other = loaded(rows), Rows()
    noted(notes)
    notes.move_to(other)
    assert (other.client_ids, other.since_ms) == (["lk1-5eh-1"], 77)
    noted(notes, replace(ORDER, client_id="lk1-5eh-2"))
    assert (len(other.client_ids), len(rows.client_ids)) == (2, 1)


def test_notes_of_an_earlier_version_are_taken_in(rows):
    notes = loaded(rows)
    ages = {"lk1-5eh-1": 4_000, "lk1-5eh-2": 700_000}
    orders = [replace(ORDER, client_id=name, left_by_ms=ORDER.left_by_ms - age) for name, age in ages.items()]
    notes.import_orders(orders, BEGUN_S)
    (note,) = notes
    assert (note.order.client_id, note.until - BEGUN_S) == ("lk1-5eh-1", pytest.approx(11.0))
    assert rows.client_ids == ["lk1-5eh-1"]
