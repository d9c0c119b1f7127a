import pytest

from actors.pair_keeper.ledger_outbox import UnconfirmedRecords
from messages.ledger import RecordLots
from tests.actors.stage import TERMS
from tests.persistence.lots import lot


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
