import pytest

from actors.pair_keeper.effects import Peer
from actors.pair_keeper.ledger_outbox import LedgerOutbox, UnconfirmedRecords
from actors.pair_keeper.requests import Requests
from actors.pair_keeper.trust import TradingPermission
from actors.pair_keeper.unresolved_sells import UnresolvedSells
from lotkeeper.trading.reports.profit import Totals
from messages.ledger import BacklogWritten, LoadPair, LotsKept, LotsRecorded, PairLoaded, RecordLots
from messages.lifecycle import Peers
from tests.actors.pair_keeper.bench import at, done, logged, new_state, open_state, sent
from tests.actors.stage import TERMS
from tests.persistence.lots import lot, sold


@pytest.fixture
def outbox() -> UnconfirmedRecords:
    return UnconfirmedRecords("BTCUSDT", TERMS)


def ids(message: RecordLots) -> list[int]:
    return sorted(each.buy_order_id for each in message.lots)


def test_it_is_empty_until_something_is_put_and_after_it_is_confirmed(outbox):
    assert outbox.is_empty
    message = outbox.put([lot(7)], 1000)
    assert message == RecordLots("BTCUSDT", 1, (lot(7),), None, 1000, TERMS)
    assert not outbox.is_empty
    outbox.confirm(1)
    assert outbox.is_empty


def test_again_holds_the_newest_state_of_what_is_not_confirmed(outbox):
    outbox.put([lot(7)], 1)
    outbox.confirm(outbox.put([lot(8)], 2).number)
    outbox.put([lot(9)], 3)
    newest = lot(7, reason="newer")
    outbox.put([newest], 4)
    again = outbox.repeat(5)
    assert ids(again) == [7, 9]
    assert newest in again.lots
    outbox.confirm(again.number)
    assert outbox.is_empty


def test_an_old_confirmation_does_not_cover_a_newer_state(outbox):
    first = outbox.put([lot(7)], 1)
    outbox.put([lot(7, reason="newer")], 2)
    outbox.confirm(first.number)
    assert ids(outbox.repeat(3)) == [7]


def test_a_confirmation_covers_its_own_record_alone(outbox):
    outbox.put([lot(7)], 1)  # failed
    outbox.confirm(outbox.put([lot(8)], 2).number)
    assert ids(outbox.repeat(3)) == [7]


def test_the_cursor_is_sent_until_it_is_confirmed(outbox):
    outbox.confirm(outbox.put([], 1, cursor=50).number)
    assert outbox.is_empty
    outbox.put([], 2, cursor=60)
    assert (outbox.repeat(3).cursor, outbox.is_empty) == (60, False)
    outbox.put([lot(7)], 4)
    assert outbox.repeat(5).cursor == 60
    newer = outbox.put([], 6, cursor=70)
    assert (newer.cursor, ids(newer)) == (70, [7])


def test_a_cursor_takes_along_what_is_not_confirmed(outbox):
    outbox.put([lot(7), lot(8)], 1)
    newest = lot(8, reason="newer")
    message = outbox.put([newest, lot(9)], 2, cursor=50)
    assert ids(message) == [7, 8, 9]
    assert newest in message.lots


def test_a_confirmation_twice_or_of_nothing_changes_nothing(outbox):
    for number in (1, 99):
        outbox.confirm(number)
    assert outbox.put([lot(7)], 1).number == 1
    outbox.confirm(1)
    outbox.confirm(1)
    assert outbox.is_empty


# While the database cannot be written


def test_what_the_ledger_keeps_on_disk_is_not_repeated_and_the_cursor_waits_for_it(outbox):
    first = outbox.put([lot(7)], 1, cursor=50)
    outbox.keep(first.number)
    assert not outbox.needs_repeat
    later = outbox.put([lot(8)], 2, cursor=60)
    assert (ids(later), later.cursor) == ([8], None)
    outbox.keep(later.number)
    assert not outbox.needs_repeat
    assert outbox.has(7)
    outbox.keep_nothing()
    again = outbox.repeat(3)
    assert (ids(again), again.cursor) == ([7, 8], 60)
    assert outbox.confirm(again.number)
    assert outbox.is_empty


def test_a_lot_that_changes_after_it_was_kept_is_sent_again(outbox):
    outbox.keep(outbox.put([lot(7)], 1).number)
    newer = outbox.put([lot(7, reason="newer")], 2)
    assert outbox.needs_repeat
    assert outbox.repeat(3).lots == newer.lots


def test_a_kept_record_that_a_newer_one_has_replaced_keeps_nothing(outbox):
    old = outbox.put([lot(7)], 1)
    outbox.put([lot(7, reason="newer")], 2)
    outbox.keep(old.number)
    assert outbox.needs_repeat


def test_a_kept_cursor_alone_is_repeated(outbox):
    """The Ledger does not keep it."""
    outbox.keep(outbox.put([], 1, cursor=50).number)
    assert outbox.needs_repeat
    assert outbox.repeat(2).cursor == 50


def test_many_lots_are_sent_in_parts_and_the_cursor_with_the_last_one(outbox):
    for number in range(250):
        outbox.put([lot(number)], 1)
    waits = outbox.put([lot(999)], 2, cursor=50)
    assert (ids(waits), waits.cursor) == ([999], None)
    parts = []
    while not outbox.is_empty:
        part = outbox.repeat(3)
        parts.append((len(part.lots), part.cursor, outbox.is_part(part.number)))
        outbox.confirm(part.number)
    assert parts == [(100, None, True), (100, None, True), (51, 50, False)]


def test_a_first_record_of_many_lots_has_its_cursor(outbox):
    """What one comparison found is one record."""
    message = outbox.put([lot(number) for number in range(250)], 1, cursor=50)
    assert (len(message.lots), message.cursor) == (250, 50)


# With the book


def box(*lots, state=None):
    state = state or open_state(*lots)
    return LedgerOutbox(state, TradingPermission(state), UnresolvedSells(state, Requests()))


def records(effects):
    return sent(effects, Peer.LEDGER)


def test_before_the_lots_are_loaded_they_are_asked_for():
    loading = box(state=new_state())
    assert records(done(loading.send_again(at(0)))[0]) == [LoadPair("BTCUSDT", incarnation=1)]


def test_without_a_ledger_nothing_is_sent():
    state = new_state()
    state.peers = Peers()
    assert done(box(state=state).send_again(at(0)))[0] == []


def test_what_is_not_confirmed_is_sent_again_after_five_seconds():
    ledger = box(lot(7))
    ledger._state.loaded = PairLoaded("BTCUSDT", (), Totals(), 100, False)
    (first,) = records(done(ledger.record([7], at(0)))[0])
    assert done(ledger.send_again_when_due(at(4.9)))[0] == []
    (again,) = records(done(ledger.send_again_when_due(at(5)))[0])
    assert (ids(first), ids(again), again.number) == ([7], [7], 2)
    done(ledger.on_lots_recorded(LotsRecorded("BTCUSDT", 2), at(6)))
    assert done(ledger.send_again_when_due(at(11)))[0] == []


def test_while_the_ledger_keeps_it_on_disk_nothing_is_sent_again_and_finished_lots_stay():
    ledger = box(sold(7), lot(9))
    ledger._state.loaded = PairLoaded("BTCUSDT", (), Totals(), 100, False)
    done(ledger.record([7, 9], at(0)))
    done(ledger.on_lots_kept(LotsKept("BTCUSDT", 1), at(1)))
    assert done(ledger.send_again_when_due(at(600)))[0] == []
    assert not ledger.is_empty
    assert list(ledger._state.book.lots) == [7, 9]
    (again,) = records(done(ledger.on_backlog_written(BacklogWritten("BTCUSDT"), at(601)))[0])
    assert ids(again) == [7, 9]
    done(ledger.on_lots_recorded(LotsRecorded("BTCUSDT", again.number), at(602)))
    assert list(ledger._state.book.lots) == [9]


def test_after_a_part_the_next_one_follows_at_once_whether_it_is_kept_or_recorded():
    ledger = box(*(lot(number) for number in range(1, 251)))
    ledger._state.loaded = PairLoaded("BTCUSDT", (), Totals(), 100, False)
    for number in range(1, 251):
        done(ledger.record([number], at(0)))
    (part,) = records(done(ledger.send_again_when_due(at(5)))[0])
    (kept,) = records(done(ledger.on_lots_kept(LotsKept("BTCUSDT", part.number), at(6)))[0])
    assert len(set(ids(part)) | set(ids(kept))) == 200
    (last,) = records(done(ledger.on_lots_recorded(LotsRecorded("BTCUSDT", kept.number), at(7)))[0])
    assert len(last.lots) == 50
    assert done(ledger.on_lots_kept(LotsKept("BTCUSDT", last.number), at(8)))[0] == []


def test_a_new_ledger_is_told_also_what_the_last_one_kept():
    ledger = box(lot(7))
    ledger._state.loaded = PairLoaded("BTCUSDT", (), Totals(), 100, False)
    done(ledger.record([7], at(0)))
    done(ledger.on_lots_kept(LotsKept("BTCUSDT", 1), at(1)))
    (again,) = records(done(ledger.send_again(at(2)))[0])
    assert ids(again) == [7]


def test_finished_lots_leave_the_book_once_all_is_confirmed_and_their_sums_stay():
    ledger = box(sold(7), lot(9))
    done(ledger.record([7, 9], at(0)))
    assert done(ledger.on_lots_recorded(LotsRecorded("BTCUSDT", 1), at(1)))[0] == []
    assert list(ledger._state.book.lots) == [9]
    assert ledger.closed.lots == 1


def test_nothing_to_record_is_no_message():
    assert done(box().record([], at(0)))[0] == []


def test_a_database_that_was_emptied_gets_all_lots_once_more():
    ledger = box(lot(7), lot(9))
    done(ledger.record([7], at(0), cursor=100))
    done(ledger.on_lots_recorded(LotsRecorded("BTCUSDT", 1), at(1)))
    done(ledger.record([9], at(2), cursor=100))
    effects, _ = done(ledger.on_lots_recorded(LotsRecorded("BTCUSDT", 2, is_first_cursor=True), at(3)))
    (again,) = records(effects)
    assert (ids(again), again.cursor) == ([7, 9], 100)
    assert logged(effects) == ["BTCUSDT: the database was empty: all lots are recorded again"]
    assert done(ledger.on_lots_recorded(LotsRecorded("BTCUSDT", again.number), at(4)))[0] == []
