import pytest

from actors.pair_keeper.effects import Peer, ReportSoon
from actors.pair_keeper.state import Phase
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.recovery.questions import OrderByClientId
from lotkeeper.trading.recovery.reconcile import Reconciliation
from messages.ledger import RecordLots
from messages.orders import PlaceSellOrder
from messages.queries import AskExchange
from tests.actors.gateway.exchange_memory import NOW_MS
from tests.actors.pair_keeper.bench import at, done, open_core, sent
from tests.persistence.lots import lot, order

UNSOLD = lot(7, orders=(), buy_ended=True, state=LotState.OPEN)
DOUBTED = order(9, state=OrderState.UNKNOWN, order_id=None, sent_ms=NOW_MS, updated_ms=NOW_MS)


def complete(core, *changed):
    """A pass that has read all trades up to number 110 and has changed these lots."""
    found = Reconciliation(core.state.book, 100, at(0).wall_ms)
    found.cursor = 110
    found.changed_lots.update(changed)
    return found


def conclude(core, *changed, seconds=1.0):
    return done(core.collaborators.conclusion.on_complete(complete(core, *changed), at(seconds)))[0]


def records(effects):
    return [each for each in sent(effects, Peer.LEDGER) if isinstance(each, RecordLots)]


def test_all_is_accounted_for_up_to_its_start():
    core = open_core()
    effects = conclude(core)
    assert (core.state.phase, core.state.complete_as_of_ms) == (Phase.TRADING, at(0).wall_ms)
    assert core.state.cursor == 110
    assert len(records(effects)) == 1
    assert ReportSoon() in effects


def test_what_is_not_on_the_book_is_sold():
    core = open_core(UNSOLD)
    (placed,) = [each for each in sent(conclude(core)) if isinstance(each, PlaceSellOrder)]
    assert placed.client_id == "lk1-7-1"


def test_the_first_of_a_keepers_life_records_every_open_lot_and_later_ones_what_changed():
    core = open_core(lot(7), lot(9))
    assert [sorted(each.buy_order_id for each in message.lots) for message in records(conclude(core))] == [[7, 9]]
    core.collaborators.ledger._records.confirm(1)
    (second,) = records(conclude(core, 9, seconds=2.0))
    assert [each.buy_order_id for each in second.lots] == [9]


def test_a_lot_that_was_forgotten_meanwhile_is_not_recorded():
    core = open_core(lot(7))
    conclude(core)
    core.collaborators.ledger._records.confirm(1)
    (second,) = records(conclude(core, 5, seconds=2.0))
    assert (second.lots, second.cursor) == ((), 110)


def test_unresolved_sells_are_asked_about():
    core = open_core(lot(9, orders=(DOUBTED,)))
    asked = [each.question for each in sent(conclude(core)) if isinstance(each, AskExchange)]
    assert OrderByClientId("lk1-9-1") in asked


@pytest.mark.parametrize("changed", [(), (7,)])
def test_of_one_that_is_given_up_the_lots_that_it_changed_are_decided_and_recorded(changed):
    core = open_core(UNSOLD)
    effects, _ = done(core.collaborators.conclusion.on_abandoned(complete(core, *changed), at(1)))
    assert [type(each) for each in sent(effects)] == ([PlaceSellOrder] if changed else [])
    assert len(records(effects)) == len(changed)
    assert core.state.cursor == 100
