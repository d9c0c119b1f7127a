"""For how long an order without an answer blocks others, also through the next Gateway, and what keepers are told."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from actors.gateway.in_flight_guard import Admission, InFlightGuard
from actors.gateway.in_flight_journal import ROWS, MappedJournal
from actors.gateway.throttle import ClockReading, Deferred
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.recovery.in_flight import FREE_ROW, SENDING_MS, InFlight, describe_note, encode_row
from messages.orders import (
    EarlierSell,
    IntroduceKeeper,
    PlaceSellOrder,
    SellBlocked,
    SellOutcomeUnknown,
    SellPlaced,
    SellRefused,
    UnansweredSell,
)
from tests.actors.gateway.exchange_memory import report
from tests.actors.gateway.journals import BEGUN_S, NOW_MS, PATH, RECV_WINDOW_MS, Rows, at

ORDER = PlaceSellOrder("BTCUSDT", 1, "lk1-5eh-1", D(1), D(1), NOW_MS)
UNKNOWN = SellOutcomeUnknown("BTCUSDT", "lk1-5eh-1", "no answer")
REFUSED = SellRefused("BTCUSDT", "lk1-5eh-1", -2010, "no")
PLACED = SellPlaced("BTCUSDT", "lk1-5eh-1", report(9001, "lk1-5eh-1", Side.SELL, "NEW", "1", "0", "1"), ())
CANNOT_ARRIVE_S = 15.0
GATEWAY = 77


def successors(seconds: float, compared_s: float = -60.0, introduced_to: int = 0) -> PlaceSellOrder:
    """An order that a later keeper of the pair sends then, after a comparison at `compared_s`."""
    return replace(
        ORDER,
        incarnation=2,
        client_id="lk1-5ei-1",
        sent_ms=at(seconds).wall_ms,
        complete_as_of_ms=at(compared_s).wall_ms,
        introduced_to=introduced_to,
    )


@pytest.fixture
def rows():
    return Rows()


def start(rows: Rows, seconds: float = 0.0, number: int = GATEWAY) -> InFlightGuard:
    """The guard of a Gateway that starts now."""
    guard = InFlightGuard(number)
    guard.open(PATH, lambda *_: rows, at(seconds), RECV_WINDOW_MS)
    return guard


def admitted(guard: InFlightGuard, order: PlaceSellOrder = ORDER, seconds: float = 0.0) -> Admission:
    """The order leaves at once."""
    admission = guard.admit(order, at(seconds))
    assert isinstance(admission, Admission)
    assert guard.note_leaving(admission)
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


def test_an_order_is_noted_when_it_leaves_and_stays_noted_for_a_while_after_its_answer(rows):
    guard = start(rows)
    admission = guard.admit(ORDER, at(0))
    assert rows.client_ids == []
    assert guard.note_leaving(admission)
    assert rows.client_ids == ["lk1-5eh-1"]
    guard.record_reply(admission, REFUSED, at(0.001))
    guard.keep(at(60))
    assert rows.client_ids == ["lk1-5eh-1"]
    guard.keep(at(60.1))
    assert rows.client_ids == []


def test_a_refused_order_leaves_no_doubt(rows):
    guard = start(rows)
    guard.record_reply(admitted(guard), REFUSED, at(0.001))
    admitted(guard, ORDER, 0.002)
    assert isinstance(guard.admit(successors(0.002), at(0.002)), SellBlocked)  # the second one has no answer


def test_an_order_that_was_blocked_does_not_wait_longer(rows):
    guard = unanswered(rows)
    guard.admit(ORDER, at(14))
    assert isinstance(guard.admit(ORDER, at(CANNOT_ARRIVE_S + 0.001)), Admission)


def test_a_clock_that_is_set_does_not_make_the_wait_shorter(rows):
    guard = unanswered(rows)
    for wall_ms in (0, at(86_400).wall_ms):
        assert isinstance(guard.admit(ORDER, ClockReading(wall_ms, at(1).monotonic_s)), SellOutcomeUnknown)


def test_the_next_keeper_waits_for_a_comparison_and_not_only_for_time(rows):
    guard = unanswered(rows)
    blocked = guard.admit(successors(1), at(1))
    assert isinstance(blocked, SellBlocked)
    assert blocked.for_s == pytest.approx(14)
    late = guard.admit(successors(20, compared_s=14), at(20))
    assert isinstance(late, SellBlocked)
    assert late.for_s == 0
    assert isinstance(guard.admit(successors(20, compared_s=15.1), at(20)), Admission)


def test_a_keeper_that_was_told_by_this_gateway_what_is_in_flight_does_not_wait(rows):
    guard = unanswered(rows)
    assert isinstance(guard.admit(successors(1, introduced_to=GATEWAY + 1), at(1)), SellBlocked)
    assert isinstance(guard.admit(successors(1, introduced_to=GATEWAY), at(1)), Admission)


def test_an_order_that_is_sent_again_and_again_takes_one_row(rows):
    guard = unanswered(rows)
    for seconds in (16, 32, 48):
        guard.record_reply(admitted(guard, ORDER, seconds), UNKNOWN, at(seconds))
    assert rows.client_ids == ["lk1-5eh-1"]
    assert isinstance(guard.admit(ORDER, at(48 + CANNOT_ARRIVE_S)), SellOutcomeUnknown)


def test_many_orders_are_in_flight_together_and_their_answers_come_in_any_order(rows):
    guard = start(rows)
    orders = [replace(ORDER, client_id=f"lk1-{number}-1") for number in range(5)]
    admissions = [admitted(guard, order) for order in orders]
    guard.record_reply(admissions[3], REFUSED, at(0.1))
    guard.record_reply(admissions[0], PLACED, at(0.2))
    guard.record_reply(admissions[4], UNKNOWN, at(3.0))
    said = [guard.admit(order, at(4.0)) for order in orders]
    assert [type(each) for each in said] == [
        SellOutcomeUnknown,  # placed: what became of it has to be asked about
        SellOutcomeUnknown,
        SellOutcomeUnknown,
        Admission,
        SellOutcomeUnknown,
    ]


# Late replies


def test_a_late_reply_settles_its_own_order(rows):
    guard = start(rows)
    admission = admitted(guard)
    guard.record_reply(admission, UNKNOWN, at(3))
    assert guard.record_reply(admission, REFUSED, at(5))
    assert isinstance(guard.admit(ORDER, at(5.1)), Admission)


def test_a_late_refusal_says_nothing_of_a_copy_that_was_sent_since(rows):
    guard = start(rows)
    first = admitted(guard)
    guard.record_reply(first, UNKNOWN, at(3))
    admitted(guard, ORDER, 19)
    assert not guard.record_reply(first, REFUSED, at(20))
    assert isinstance(guard.admit(ORDER, at(20.1)), SellOutcomeUnknown)


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
    guard = unanswered(rows)
    guard.keep(at(600))
    assert isinstance(guard.admit(successors(600), at(600)), SellBlocked)
    guard.keep(at(616))
    admitted(guard, successors(616), 616)
    assert rows.client_ids == ["lk1-5ei-1"]


def test_what_the_journal_contains_is_reported_once(rows):
    admitted(start(rows))
    rows.all[5] = b"garbage" + FREE_ROW[7:]
    left = InFlightGuard().open(PATH, lambda *_: rows, at(0.5), RECV_WINDOW_MS)
    texts = [describe_note(each, at(0.5).monotonic_ms) for each in left]
    assert sorted("may arrive for 15.0 s" in text for text in texts) == [False, True]
    assert any("cannot be read" in text for text in texts)


# Introductions


def introduced(guard: InFlightGuard, seconds: float, *unanswered: str, incarnation: int = 1, compared_s: float = -60.0):
    sells = tuple(UnansweredSell(client_id, BEGUN_S - 1) for client_id in unanswered)
    keeper = IntroduceKeeper("BTCUSDT", incarnation, 5, at(compared_s).wall_ms, sells)
    return guard.introduce(keeper, at(seconds))


def test_a_keeper_learns_of_a_new_gateway_what_off_the_book_the_old_one(rows):
    """The old one died with an order in its mailbox, one in flight, one whose reply it had read, and one refused."""
    rows.since_ms = 1
    before = start(rows, number=GATEWAY - 1)
    admitted(before)
    before.record_reply(admitted(before, replace(ORDER, client_id="lk1-placed-1")), PLACED, at(0.1))
    before.record_reply(admitted(before, replace(ORDER, client_id="lk1-refused-1")), REFUSED, at(0.1))
    told = introduced(start(rows, 0.5), 0.5, "lk1-mailbox-1", "lk1-5eh-1", "lk1-placed-1", "lk1-refused-1")
    assert (told.number, told.gateway) == (5, GATEWAY)
    assert told.off_the_book == ("lk1-mailbox-1", "lk1-refused-1")
    assert (told.placed, told.earlier) == ((), ())


def test_what_a_keeper_sent_before_the_journal_began_may_have_left(rows):
    """Somebody deleted the file, and the Gateway was killed before it had noticed."""
    rows.since_ms = at(0).monotonic_ms
    assert introduced(start(rows, 0.5), 0.5, "lk1-5eh-1").off_the_book == ()


def test_a_new_keeper_learns_of_the_old_gateway_what_was_answered_of_late_and_what_is_in_flight(rows):
    guard = start(rows)
    guard.record_reply(admitted(guard), PLACED, at(0))
    admitted(guard, replace(ORDER, client_id="lk1-flies-1"))
    guard.record_reply(admitted(guard, replace(ORDER, client_id="lk1-refused-1")), REFUSED, at(0))
    admitted(guard, replace(ORDER, symbol="ETHUSDT"))
    told = introduced(guard, 1.0, incarnation=2)
    assert told.placed == (PLACED,)
    assert told.earlier == (EarlierSell("lk1-flies-1", pytest.approx(SENDING_MS / 1000 + CANNOT_ARRIVE_S - 1)),)


def test_a_new_keeper_learns_of_a_new_gateway_the_names_that_are_left_of_the_old_one(rows):
    before = start(rows)
    before.record_reply(admitted(before), PLACED, at(0))
    told = introduced(start(rows, 1.0), 1.0, incarnation=2)
    assert (told.placed, told.earlier) == ((), (EarlierSell("lk1-5eh-1", pytest.approx(2.0)),))


def test_what_a_comparison_shows_that_begins_later_is_not_told(rows):
    guard = start(rows)
    guard.record_reply(admitted(guard), PLACED, at(0))
    assert introduced(guard, 3.1, incarnation=2, compared_s=2.9).placed == (PLACED,)
    assert introduced(guard, 3.1, incarnation=2, compared_s=3.05).placed == ()
    first_of_all = IntroduceKeeper("BTCUSDT", 2, 1)
    assert guard.introduce(first_of_all, at(2.9)).placed == (PLACED,)


def test_a_keeper_that_has_not_compared_is_told_what_was_accepted_as_long_as_queries_may_be_behind(rows):
    """Sold at once, it is in no answer of the exchange yet, and the database may have lost it with its keeper."""
    guard = start(rows)
    guard.record_reply(admitted(guard), PLACED, at(0))
    first_of_all = IntroduceKeeper("BTCUSDT", 2, 1)
    assert guard.introduce(first_of_all, at(59)).placed == (PLACED,)
    assert guard.introduce(first_of_all, at(63.1)).placed == ()
    told = start(rows, 59.0).introduce(first_of_all, at(59))
    assert (told.placed, told.earlier) == ((), (EarlierSell("lk1-5eh-1", 0.0),))


def test_an_order_that_was_never_answered_is_told_though_a_comparison_begins_later(rows):
    """A comparison reads what the order sold from a database that may be behind; its name is asked for."""
    guard = start(rows)
    guard.record_reply(admitted(guard), UNKNOWN, at(0))
    guard.record_reply(admitted(guard, replace(ORDER, client_id="lk1-placed-1")), PLACED, at(0))
    guard.record_reply(admitted(guard, replace(ORDER, client_id="lk1-refused-1")), REFUSED, at(0))
    told = introduced(guard, CANNOT_ARRIVE_S + 0.1, incarnation=2, compared_s=CANNOT_ARRIVE_S)
    assert told.earlier == (EarlierSell("lk1-5eh-1", 0.0),)


def test_an_order_that_was_never_answered_is_told_by_the_next_gateway_as_well(rows):
    """Without its name the next keeper would send it again with nothing but a comparison."""
    guard = start(rows)
    admitted(guard)
    guard.record_reply(admitted(guard, replace(ORDER, client_id="lk1-unknown-1")), UNKNOWN, at(0))
    guard.record_reply(admitted(guard, replace(ORDER, client_id="lk1-placed-1")), PLACED, at(0))
    guard.record_reply(admitted(guard, replace(ORDER, client_id="lk1-refused-1")), REFUSED, at(0))
    rows.all[5] = b"garbage" + FREE_ROW[7:]
    told = introduced(start(rows, 1.0), CANNOT_ARRIVE_S + SENDING_MS / 1000 + 1.1, incarnation=2, compared_s=30.0)
    assert sorted(each.client_id for each in told.earlier) == ["lk1-5eh-1", "lk1-unknown-1"]


def test_a_keeper_is_not_told_of_its_own_orders(rows):
    guard = start(rows)
    admitted(guard)
    told = introduced(guard, 0.1)
    assert (told.placed, told.earlier) == ((), ())


def test_a_row_that_cannot_be_read_may_be_of_every_pair(rows):
    rows.all[5] = b"garbage" + FREE_ROW[7:]
    told = introduced(start(rows), 0.5, "lk1-5eh-1")
    assert told.off_the_book == ()
    assert told.earlier == (EarlierSell("", pytest.approx(CANNOT_ARRIVE_S - 0.5)),)


# Where orders cannot be noted


def test_an_order_that_cannot_be_noted_must_not_leave(rows):
    guard = start(rows)
    rows.error = OSError(28, "No space left on device")
    admission = guard.admit(ORDER, at(0))
    assert isinstance(admission, Admission)
    assert not guard.note_leaving(admission)
    guard.record_reply(admission, REFUSED, at(0))
    rows.error = None
    assert isinstance(guard.admit(successors(1), at(1)), Admission)


def test_an_order_that_was_admitted_and_has_not_left_blocks_others_and_no_successor(rows):
    guard = start(rows)
    assert isinstance(guard.admit(ORDER, at(0)), Admission)
    assert isinstance(guard.admit(ORDER, at(0)), SellOutcomeUnknown)
    assert introduced(guard, 0.1, "lk1-5eh-1").off_the_book == ()
    assert introduced(start(rows), 0.5, "lk1-5eh-1").off_the_book == ("lk1-5eh-1",)


def test_an_order_whose_note_was_forgotten_must_not_leave(rows):
    guard = start(rows)
    admission = guard.admit(ORDER, at(0))
    guard.record_reply(admission, REFUSED, at(0))
    guard.keep(at(61))
    assert not guard.note_leaving(admission)


def test_an_answer_that_cannot_be_noted_is_an_answer(rows):
    guard = start(rows)
    admission = admitted(guard)
    rows.error = OSError(5, "Input/output error")
    guard.record_reply(admission, REFUSED, at(0))
    rows.error = None
    assert isinstance(guard.admit(successors(1), at(1)), Admission)


def test_when_all_rows_are_taken_no_further_order_is_sent(rows):
    guard = start(rows)
    for number in range(ROWS):
        guard.record_reply(admitted(guard, replace(ORDER, client_id=f"lk1-5eh-{number + 1}")), UNKNOWN, at(0))
    other_pair = replace(successors(11), symbol="ETHUSDT")
    assert isinstance(guard.admit(other_pair, at(11)), Deferred)
    admitted(guard, other_pair, 16)


def test_a_file_that_cannot_be_used_lets_no_order_through(tmp_path):
    guard = InFlightGuard()
    assert guard.open(tmp_path / "no" / "folder" / "file", MappedJournal, at(0), RECV_WINDOW_MS) == []
    deferred = guard.admit(ORDER, at(0))
    assert isinstance(deferred, Deferred)
    assert "No such file" in deferred.reason
    assert guard.open(tmp_path / "folder" / "file", MappedJournal, at(0), RECV_WINDOW_MS) == []
    admitted(guard)
    guard.close()


def test_a_journal_that_cannot_be_read_is_closed_again_and_lets_no_order_through(rows):
    closed = []
    rows.rows = lambda: (_ for _ in ()).throw(OSError(5, "Input/output error"))
    rows.close = lambda: closed.append(rows)
    guard = start(rows)
    deferred = guard.admit(ORDER, at(0))
    assert isinstance(deferred, Deferred)
    assert "Input/output error" in deferred.reason
    assert closed == [rows]


def test_while_another_gateway_has_the_journal_no_order_is_admitted(tmp_path):
    path = tmp_path / "private" / "in-flight"
    before, guard = MappedJournal(path, at(0).monotonic_ms), InFlightGuard()
    guard.open(path, MappedJournal, at(0), RECV_WINDOW_MS)
    assert "has not ended yet" in guard.trouble
    before.close()
    guard.open(path, MappedJournal, at(0), RECV_WINDOW_MS)
    admitted(guard)
    guard.close()


def test_a_new_journal_does_not_know_what_was_sent_before_the_machine_or_container_began(rows):
    rows.is_new = True
    guard = InFlightGuard(GATEWAY)
    guard.open(PATH, lambda *_: rows, at(2), RECV_WINDOW_MS, at(0).monotonic_ms)
    told = guard.introduce(IntroduceKeeper("BTCUSDT", 1, 1), at(2))
    assert told.earlier == (EarlierSell("", pytest.approx(13.0)),)
    assert isinstance(guard.admit(ORDER, at(2)), SellBlocked)
    long_ago = InFlightGuard(GATEWAY)
    long_ago.open(PATH, lambda *_: Rows(), at(16), RECV_WINDOW_MS, at(0).monotonic_ms)
    assert isinstance(long_ago.admit(ORDER, at(16)), Admission)


def test_without_a_journal_nothing_is_known_of_orders_from_before(rows):
    guard = InFlightGuard(GATEWAY)
    guard.open(None, lambda *_: rows, at(1), RECV_WINDOW_MS)
    assert introduced(guard, 2.0, "lk1-5eh-1").off_the_book == ()


def test_a_file_that_somebody_deleted_is_written_anew_with_all_that_is_in_flight(tmp_path):
    path = tmp_path / "private" / "in-flight"
    guard = InFlightGuard()
    guard.open(path, MappedJournal, at(0), RECV_WINDOW_MS)
    admitted(guard)
    path.unlink()
    guard.keep(at(1))
    assert guard.trouble == ""
    guard.close()
    successor = InFlightGuard(GATEWAY)
    successor.open(path, MappedJournal, at(2), RECV_WINDOW_MS)
    assert isinstance(successor.admit(ORDER, at(2)), SellOutcomeUnknown)
    assert introduced(successor, 2.0, "lk1-5eh-9").off_the_book == ()  # sent before the first journal began
    successor.close()


def test_what_an_earlier_version_noted_in_its_file_is_taken_in(rows, tmp_path):
    """It noted the exchange's time; a row is 256 bytes of text, as now."""
    young = InFlight("BTCUSDT", "lk1-5eh-1", 1, NOW_MS - 2_000, RECV_WINDOW_MS)
    old = replace(young, client_id="lk1-5eh-0", left_by_ms=NOW_MS - 3_600_000)
    path = tmp_path / ".lots.sqlite.in-flight"
    path.write_bytes(encode_row(young) + FREE_ROW + encode_row(old))
    guard = start(rows)
    guard.import_earlier(path, at(0))
    assert rows.client_ids == ["lk1-5eh-1"]
    assert isinstance(guard.admit(ORDER, at(12.9)), SellOutcomeUnknown)
    assert isinstance(guard.admit(ORDER, at(13.1)), Admission)
    guard.import_earlier(tmp_path / "nowhere", at(0))


def test_before_the_journal_is_open_no_order_is_admitted():
    """What the previous Gateway left in flight is not known yet."""
    assert InFlightGuard().admit(ORDER, at(0.0)) == Deferred("the journal of orders in flight is not open yet", 1.0)
