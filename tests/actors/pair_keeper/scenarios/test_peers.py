"""Peers die and come back; the keeper repeats what they may not have handled, and nothing else."""

from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.recovery.questions import OpenOrders, TradesFrom
from messages.account import StreamLost, StreamProven, WatchOrders
from messages.ledger import LedgerFailed, LoadPair, LotsRecorded, RecordLots
from messages.lifecycle import PeersChanged
from messages.prices import RulesLearned
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL
from tests.actors.stage import BUY_ID, PAIR, Stage, starting_keeper, trading_keeper


def records(stage: Stage) -> list[RecordLots]:
    return [each for each in stage.ledger.received if isinstance(each, RecordLots)]


def lots_in(message: RecordLots) -> list[int]:
    return sorted(lot.buy_order_id for lot in message.lots)


def test_a_new_ledger_gets_what_was_not_confirmed_and_no_more():
    stage = trading_keeper()
    stage.buys(order_id=7001, trade_id=101)
    stage.recorded()
    stage.buys(order_id=7002, trade_id=102)
    stage.lost("ledger")
    stage.buys(order_id=7003, trade_id=103)
    stage.reborn("ledger")
    (again,) = records(stage)
    assert lots_in(again) == [7002, 7003]


def test_a_new_ledger_gets_nothing_when_all_was_confirmed():
    stage = trading_keeper()
    stage.buys()
    stage.recorded()
    stage.lost("ledger")
    stage.reborn("ledger")
    stage.ledger.nothing()


def test_a_database_that_was_empty_gets_all_lots_again():
    """Its files were deleted while no Ledger was there to write them again."""
    stage = trading_keeper()
    stage.buys(order_id=7001, trade_id=101)
    stage.buys(order_id=7002, trade_id=102)
    stage.recorded()
    stage.lost("ledger")
    stage.reborn("ledger")
    stage.compared()
    with_cursor = next(each for each in records(stage) if each.cursor is not None)
    stage.ledger.received.clear()
    stage.desk.tell(LotsRecorded(SYMBOL, with_cursor.number, is_first_cursor=True), stage.ledger)
    (again,) = records(stage)
    assert (lots_in(again), again.cursor) == ([7001, 7002], 102)
    stage.ledger.received.clear()
    stage.desk.tell(LotsRecorded(SYMBOL, again.number), stage.ledger)
    assert records(stage) == []


def test_the_first_cursor_of_a_new_pair_is_no_surprise():
    stage = starting_keeper()
    stage.loaded(cursor=None)
    stage.market()
    stage.answers()
    (first,) = [each for each in records(stage) if each.cursor is not None]
    stage.ledger.received.clear()
    stage.desk.tell(LotsRecorded(SYMBOL, first.number, is_first_cursor=True), stage.ledger)
    assert records(stage) == []


def test_a_new_ledger_is_asked_again_for_what_the_old_one_did_not_answer():
    stage = starting_keeper()
    stage.lost("ledger")
    stage.reborn("ledger")
    assert stage.ledger.pop(LoadPair) == LoadPair(SYMBOL, incarnation=1)


def test_what_stays_unconfirmed_is_sent_again_after_a_while():
    stage = trading_keeper()
    stage.recorded()
    stage.buys()
    stage.ledger.received.clear()
    stage.desk.advance(4.0)
    assert records(stage) == []
    stage.desk.advance(3.0)
    assert [lots_in(each) for each in records(stage)] == [[BUY_ID]]


def test_a_record_that_failed_is_not_taken_for_written_when_a_later_one_succeeds():
    stage = trading_keeper()
    stage.recorded()
    stage.buys(order_id=7001, trade_id=101)
    (failed,) = records(stage)
    stage.ledger.received.clear()
    stage.buys(order_id=7002, trade_id=102)
    (written,) = records(stage)
    stage.ledger.received.clear()
    stage.desk.tell(LedgerFailed(SYMBOL, "the database is locked"), stage.ledger)
    stage.desk.tell(LotsRecorded(SYMBOL, written.number), stage.ledger)
    stage.desk.advance(7.0)
    assert failed.number < written.number
    assert 7001 in lots_in(records(stage)[0])


def test_the_cursor_never_passes_a_lot_that_is_not_written():
    """A crash between the two would lose the fills that the cursor has passed."""
    stage = trading_keeper()
    stage.recorded()
    stage.buys()
    stage.desk.tell(stage.accepts(stage.order()), stage.gateway)
    stage.desk.tell(stage.sold())
    assert stage.written().state is LotState.CLOSED
    stage.ledger.received.clear()  # none of it arrived
    stage.desk.tell(StreamProven(NOW_MS))
    stage.answers()
    stage.ledger.received.clear()
    stage.desk.advance(3.0)  # what was read for the first time is read once more
    stage.desk.tell(StreamProven(NOW_MS))
    stage.answers()
    with_cursor = [each for each in records(stage) if each.cursor is not None][-1]
    assert with_cursor.cursor == 501
    assert lots_in(with_cursor) == [BUY_ID]


def test_a_refusal_by_the_ledger_is_no_surprise(caplog):
    stage = trading_keeper()
    stage.desk.tell(LedgerFailed(SYMBOL, "the database is locked"), stage.ledger)
    assert "no handler" not in caplog.text


def test_finished_lots_leave_the_memory_and_stay_in_the_sums():
    stage = trading_keeper()
    stage.selling()
    stage.desk.tell(stage.sold())
    stage.desk.tell(StreamProven(NOW_MS))
    stage.answers()
    before = stage.last_report()
    stage.recorded()
    stage.desk.advance(1.0)
    after = stage.last_report()
    assert list(stage.book.lots) == []
    assert (after.buys, after.lots_closed, after.sells_filled) == (1, 1, 1)
    assert after.realised_profit == before.realised_profit > 0
    stage.desk.tell(stage.bought())  # a late copy of its BUY
    assert list(stage.book.lots) == []


def test_a_new_user_stream_is_told_to_watch_and_its_word_begins_a_pass():
    stage = trading_keeper()
    stage.lost("user_stream")
    stage.reborn("user_stream")
    assert stage.probes["user_stream"].pop(WatchOrders) == WatchOrders(SYMBOL, 1)
    assert stage.questions() == []
    stage.desk.tell(StreamProven(NOW_MS), stage.probes["user_stream"])
    assert set(stage.questions()) == {TradesFrom(101), OpenOrders()}


def test_a_buy_that_was_filled_while_the_stream_was_down_is_sold_when_it_is_back():
    stage = trading_keeper()
    stage.desk.tell(StreamLost(NOW_MS, "reset"))
    as_of = stage.last_report().complete_as_of_ms
    stage.bought()
    stage.desk.advance(10.0)
    assert stage.last_report().complete_as_of_ms == as_of
    stage.desk.tell(StreamProven(NOW_MS))
    stage.answers()
    assert stage.order().client_id == "lk1-5eh-1"
    assert stage.last_report().complete_as_of_ms >= as_of + 10_000


def test_a_pass_that_is_wanted_while_one_is_under_way_follows_it():
    stage = trading_keeper()
    stage.desk.tell(StreamProven(NOW_MS))
    assert len(stage.questions()) == 2
    stage.desk.tell(StreamProven(NOW_MS))
    assert len(stage.questions()) == 2
    asked = stage.answers()
    assert asked.count(OpenOrders()) == 2


def test_it_compares_with_the_exchange_every_few_minutes_without_being_asked():
    stage = trading_keeper()
    stage.calm()
    stage.desk.advance(119)
    assert stage.questions() == []
    stage.desk.advance(3)
    assert OpenOrders() in stage.questions()


def test_an_unchanged_neighbourhood_repeats_nothing():
    stage = trading_keeper()
    stage.buys()
    stage.sent.clear()
    stage.desk.tell(PeersChanged(stage.peers()))
    assert stage.sent == []


def test_a_lot_that_is_finished_and_forgotten_during_a_pass_does_not_stop_it():
    stage = trading_keeper()
    stage.selling()
    stage.desk.tell(stage.sold())
    stage.compared()  # the cursor is past the sale now
    stage.desk.tell(StreamProven(NOW_MS), stage.probes["user_stream"])
    current = stage.core.collaborators.reconciler._pass
    assert current is not None
    current.changed_lots.add(BUY_ID)  # as a report in this pass does that brings the BUY's end
    stage.recorded()
    assert BUY_ID not in stage.book.lots
    stage.answers()
    assert stage.core.collaborators.reconciler._pass is None
    assert stage.last_report().phase == "trading"


def test_a_sell_that_the_exchange_does_not_know_any_more_is_shown():
    """Another account's key, or a test exchange that was wiped: nothing about such a lot is green."""
    stage = trading_keeper()
    order = stage.selling()
    stage.memory.orders.clear()
    stage.compared()
    report = stage.last_report()
    assert report.trouble == f"the exchange does not know SELL {order.client_id} of lot {SYMBOL}-{BUY_ID}"
    assert report.unprotected == order.quantity


def test_the_actor_that_judges_prices_learns_the_rules_also_in_a_new_life():
    stage = starting_keeper()
    stage.market()
    rules = RulesLearned(SYMBOL, PAIR.tick, True)
    assert stage.probes["prices"].pop(RulesLearned) == rules
    assert stage.reborn("prices").pop(RulesLearned) == rules
