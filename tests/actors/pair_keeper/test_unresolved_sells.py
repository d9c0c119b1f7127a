import pytest

from actors.pair_keeper.requests import Requests
from actors.pair_keeper.tags import AskAboutSell, SellTag
from actors.pair_keeper.unresolved_sells import UnresolvedSells
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.recovery.questions import OrderByClientId
from messages.queries import AskExchange
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL
from tests.actors.pair_keeper.bench import at, done, new_state, open_state, sent, wakeups
from tests.persistence.lots import lot, order

ID = "lk1-7-1"
UNKNOWN = order(7, state=OrderState.UNKNOWN, order_id=None, sent_ms=NOW_MS, updated_ms=NOW_MS)


@pytest.fixture
def requests():
    return Requests()


@pytest.fixture
def unresolved(requests):
    return UnresolvedSells(open_state(lot(7, orders=(UNKNOWN,))), requests)


def test_it_is_asked_about_by_its_client_order_id(unresolved, requests):
    (question,) = sent(done(unresolved.begin_asking(ID, at(2)))[0])
    assert question == AskExchange(1, SYMBOL, OrderByClientId(ID))
    assert requests.take_answered(1) == SellTag(AskAboutSell(ID, 1), at(2).wall_ms)


def test_only_the_newest_series_of_questions_goes_on(unresolved):
    done(unresolved.begin_asking(ID, at(0)))
    done(unresolved.begin_asking(ID, at(1)))
    assert unresolved.find_asked(AskAboutSell(ID, 1)) is None
    assert unresolved.find_asked(AskAboutSell(ID, 2)) == UNKNOWN
    assert done(unresolved.ask_about(AskAboutSell(ID, 1, asked=2), at(2)))[0] == []


def test_one_that_is_settled_is_not_asked_about():
    settled = UnresolvedSells(open_state(lot(7)), Requests())
    assert settled.find(ID) is None
    assert done(settled.begin_asking(ID, at(0)))[0] == []
    assert UnresolvedSells(new_state(), Requests()).find(ID) is None


def test_it_may_leave_the_gateway_within_fifteen_seconds_of_being_sent(unresolved):
    assert unresolved.left_by_ms(UNKNOWN) == NOW_MS + 15_000
    unresolved.note_sent(UNKNOWN, at(0))
    unresolved.on_gateway_ended(at(20))
    assert unresolved.left_by_ms(UNKNOWN) == NOW_MS + 15_000  # before the Gateway ended
    unresolved.note_reply(ID, at(3))
    assert unresolved.left_by_ms(UNKNOWN) == NOW_MS + 3_000
    assert unresolved.settles_ms(UNKNOWN) == NOW_MS + 3_000 + 5_000 + 10_000
    unresolved.forget([ID])
    assert unresolved.left_by_ms(UNKNOWN) == NOW_MS + 15_000


def test_a_gateway_that_ends_at_once_sends_nothing_later(unresolved):
    unresolved.note_sent(UNKNOWN, at(0))
    unresolved.on_gateway_ended(at(1))
    assert unresolved.left_by_ms(UNKNOWN) == NOW_MS + 1_000


def test_people_are_told_since_when_why_and_what_is_asked_next(unresolved):
    unresolved.note_doubt(ID, "no answer within 3 s", at(3))
    done(unresolved.begin_asking(ID, at(3)))
    (told,) = unresolved.unresolved()
    assert (told.since_ms, told.asked, told.next_ms) == (at(3).wall_ms, 1, None)
    effects, _ = done(unresolved.ask_later("not found", 0.5, AskAboutSell(ID, 1, 2), at(4)))
    assert wakeups(effects) == [(0.5, AskAboutSell(ID, 1, 2))]
    unresolved.note_doubt(ID, "refused as a copy", at(9))
    (told,) = unresolved.unresolved()
    assert told.evidence == "refused as a copy; not found"
    assert (told.since_ms, told.next_ms) == (at(3).wall_ms, at(4.5).wall_ms)


def test_of_one_from_before_this_keeper_nothing_more_is_known(unresolved):
    (told,) = unresolved.unresolved()
    assert told.evidence == "no answer to it was known when this keeper began"
    assert (told.lot, told.order, told.what, told.since_ms) == ("BTCUSDT-7", ID, "SELL", NOW_MS)
