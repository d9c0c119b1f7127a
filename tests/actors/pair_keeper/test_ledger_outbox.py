import pytest

from actors.pair_keeper.effects import Peer
from actors.pair_keeper.ledger_outbox import LedgerOutbox, UnconfirmedRecords
from actors.pair_keeper.requests import Requests
from actors.pair_keeper.trust import TradingPermission
from actors.pair_keeper.unresolved_sells import UnresolvedSells
from lotkeeper.trading.reports.profit import Totals
from messages.ledger import LoadPair, LotsRecorded, PairLoaded, RecordLots
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
