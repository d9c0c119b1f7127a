"""A pair that is not proven is watched and not traded: another keeper, a SELL nobody knows, contradictions."""

from dataclasses import replace

import pytest

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.reports.profit import Totals
from messages.account import OrderReported
from messages.ledger import LedgerFailed, PairLoaded, RecordWatchOnly
from messages.orders import CancelRefused, PlaceSellOrder, SellOutcomeUnknown, SellRefused
from messages.pair_commands import ReleaseLot, ResumePair
from tests.actors.gateway.exchange_memory import SYMBOL, report
from tests.actors.stage import BUY_ID, FIRST_TRADE, Stage, contradict, starting_keeper, trading_keeper

SETTLED_S = 31.0


@pytest.fixture
def stage():
    """A keeper at work for so long that no order of the life before can come into being any more."""
    found = trading_keeper()
    found.desk.advance(SETTLED_S)
    found.answers()
    return found


def appears(stage: Stage, client_id="lk1-5eh-2", order_id=9500, age_s=0.0, status="NEW") -> OrderReported:
    """A SELL with one of our names is on the book, so old; the event of it, not told yet."""
    created_ms = stage.desk.actor.wall_ms() - int(age_s * 1000)
    seen = replace(report(order_id, client_id, Side.SELL, status, "0.001", "0", "60400"), created_ms=created_ms)
    stage.memory.keep(seen)
    return OrderReported(seen, None)


def watched(stage: Stage) -> str:
    return stage.last_report().watch_only


# Another keeper


def test_a_sell_of_another_keeper_makes_the_pair_watch_and_says_what_to_do(stage, caplog):
    stage.desk.tell(appears(stage))
    stage.answers()
    assert watched(stage) == (
        "another lotkeeper trades BTCUSDT: SELL lk1-5eh-2 (order 9500) was not placed from here; "
        "one account has one keeper: end the other one, then: lotkeeper resume BTCUSDT"
    )
    assert "BTCUSDT is watch-only: another lotkeeper" in caplog.text
    stage.buys(order_id=7002, trade_id=102)
    stage.gateway.nothing(PlaceSellOrder)


HOUR_S = 3600.0


@pytest.mark.parametrize("off_s", [HOUR_S, -HOUR_S], ids=["ahead", "behind"])
def test_it_is_noticed_whatever_the_clock_of_this_machine_says(off_s):
    """Our clock is an hour off; the exchange dates its orders by its own."""
    stage = starting_keeper()
    stage.loaded()
    stage.market(exchange_ahead_ms=int(-off_s * 1000))
    stage.answers()
    stage.desk.advance(SETTLED_S)
    stage.answers()
    stage.desk.tell(appears(stage, "lk1-77-1", 9400, age_s=off_s + 300.0))  # ours, from before this start
    stage.answers()
    assert watched(stage) == ""
    stage.desk.tell(appears(stage, age_s=off_s))
    stage.answers()
    assert "another lotkeeper trades BTCUSDT" in watched(stage)


def test_the_sell_of_another_counts_as_the_lots_own_so_that_nothing_is_sold_twice(stage):
    stage.selling()
    stage.buys("0.001", order_id=7002, trade_id=102)
    stage.gateway.received.clear()
    stage.desk.tell(appears(stage, "lk1-5eh-2"))
    lot = stage.book.lots[BUY_ID]
    assert [order.name.generation for order in lot.orders] == [1, 2]
    assert lot.remainder < 0
    stage.gateway.nothing(PlaceSellOrder)


def test_one_that_only_a_comparison_finds_is_seen_too(stage):
    stage.bought()
    appears(stage, "lk1-5eh-1")
    stage.compared()
    assert "SELL lk1-5eh-1 (order 9500) was not placed from here" in watched(stage)
    stage.gateway.nothing(PlaceSellOrder)


def test_a_person_resumes_the_pair_and_what_was_bought_meanwhile_is_sold(stage):
    stage.desk.tell(appears(stage, status="CANCELED"))
    stage.answers()
    stage.buys(order_id=7002, trade_id=102)
    stage.gateway.nothing(PlaceSellOrder)
    stage.desk.tell(ResumePair(SYMBOL))
    assert stage.order().client_id == "lk1-5ei-1"
    assert watched(stage) == ""


def test_a_sell_of_the_life_before_that_arrives_late_is_ours():
    """The keeper was killed after it sent a SELL and before it wrote that down."""
    stage = trading_keeper(incarnation=2)
    stage.buys(status="PARTIALLY_FILLED", executed="0.0005")
    stage.gateway.received.clear()
    stage.desk.advance(20.0)
    stage.desk.tell(appears(stage, "lk1-5eh-2"))
    assert watched(stage) == ""


def test_a_sell_from_before_our_time_is_one_that_the_database_lost(stage):
    stage.bought()
    appears(stage, "lk1-5eh-1", age_s=3600.0)
    stage.compared()
    assert watched(stage) == ""
    assert stage.book.lots[BUY_ID].state is LotState.SELLING


def doubled(stage: Stage) -> SellRefused:
    """A SELL was sent, and is refused as the copy of one that is there; the refusal, not told yet."""
    stage.buys()
    return stage.refuses(stage.order(), -2010, "Duplicate order sent.")


@pytest.mark.parametrize("order", ["refusal, answer", "event, refusal"])
def test_an_order_that_was_sent_once_and_is_there_already_has_two_senders(stage, order):
    refusal = doubled(stage)
    theirs = appears(stage, refusal.client_id)
    if order.startswith("event"):
        stage.desk.tell(theirs)
    stage.desk.tell(refusal, stage.gateway)
    stage.answers()
    assert f"SELL {refusal.client_id} was on the book before it was placed from here" in watched(stage)
    assert stage.book.lots[BUY_ID].orders[0].state is OrderState.OPEN


def test_a_refusal_that_speaks_of_an_order_that_nobody_knows_proves_nothing(stage):
    refusal = doubled(stage)
    stage.desk.tell(refusal, stage.gateway)
    for _ in range(38):
        stage.desk.advance(1.0)
        stage.answers()
    assert stage.order().client_id == refusal.client_id  # sent again, once nothing of it can be alive
    stage.desk.tell(appears(stage, refusal.client_id))
    assert watched(stage) == ""


def test_a_duplicate_in_the_first_seconds_is_the_life_before():
    stage = trading_keeper(incarnation=2)
    refusal = doubled(stage)
    appears(stage, refusal.client_id)
    stage.desk.tell(refusal, stage.gateway)
    stage.answers()
    assert watched(stage) == ""


def test_a_duplicate_of_an_order_that_was_sent_again_is_our_own_first_copy(stage):
    refusal = doubled(stage)
    stage.desk.tell(SellOutcomeUnknown(SYMBOL, refusal.client_id, "no answer"), stage.gateway)
    for _ in range(22):
        stage.desk.advance(1.0)
        stage.answers()
    assert stage.order().client_id == refusal.client_id
    appears(stage, refusal.client_id)
    stage.desk.tell(refusal, stage.gateway)
    stage.answers()
    assert watched(stage) == ""


def test_it_is_written_down_until_it_is_and_a_restart_remembers_it(stage):
    stage.desk.tell(appears(stage))
    written = stage.ledger.pop(RecordWatchOnly)
    stage.desk.tell(LedgerFailed(SYMBOL, "the disk is full"), stage.ledger)
    stage.desk.advance(2.0)
    assert stage.ledger.pop(RecordWatchOnly) == written
    assert stage.reborn("ledger").pop(RecordWatchOnly) == written
    later = starting_keeper(incarnation=2)
    later.desk.tell(PairLoaded(SYMBOL, (), Totals(), 100, False, written.reason), later.ledger)
    later.market()
    later.answers()
    later.buys()
    later.gateway.nothing(PlaceSellOrder)
    assert watched(later).startswith(written.reason)


# What the exchange does not know


def test_a_sell_that_the_exchange_does_not_know_stops_the_pair_until_it_does(stage, caplog):
    order = stage.selling()
    stage.desk.advance(21.0)  # a query may lag behind
    known = dict(stage.memory.orders)
    stage.memory.orders.clear()
    stage.compared()
    assert watched(stage).startswith(f"the exchange does not know SELL {order.client_id} of lot {SYMBOL}-{BUY_ID}; ")
    for _ in range(3):
        stage.desk.advance(60.0)
        stage.answers()
    assert caplog.text.count("is watch-only") == 1
    stage.buys(order_id=7002, trade_id=102)
    stage.gateway.nothing(PlaceSellOrder)
    stage.memory.orders.update(known)
    stage.desk.advance(61.0)
    stage.answers()
    assert watched(stage) == ""
    assert stage.order().client_id == "lk1-5ei-1"


def test_the_lot_of_a_sell_that_the_exchange_has_lost_is_released_and_all_others_are_kept(stage):
    """As the status advises: of the lots that were bought meanwhile only the database knows."""
    order = stage.selling()
    stage.desk.advance(21.0)  # a query may lag behind
    stage.memory.orders.clear()
    stage.compared()
    for number in range(1, 6):
        stage.buys(order_id=BUY_ID + number, trade_id=FIRST_TRADE + number)
    stage.gateway.nothing(PlaceSellOrder)
    assert f"lotkeeper release {SYMBOL}-{BUY_ID} " in watched(stage)
    person = stage.desk.probe("a person")
    stage.desk.tell(ReleaseLot(SYMBOL, f"{SYMBOL}-{BUY_ID}", False), person)
    stage.desk.tell(CancelRefused(SYMBOL, order.client_id, -2011, "Unknown order sent."), stage.gateway)
    for _ in range(12):
        stage.desk.advance(1.0)
        stage.answers()
    assert stage.book.lots[BUY_ID].state is LotState.CLOSED
    stage.compared()
    assert watched(stage) == ""
    sent = [each.client_id for each in stage.gateway.received if isinstance(each, PlaceSellOrder)]
    assert sent == ["lk1-5ei-1", "lk1-5ej-1", "lk1-5ek-1", "lk1-5el-1", "lk1-5em-1"]


def test_one_that_was_just_placed_and_is_not_found_yet_stops_nothing(caplog):
    stage = trading_keeper()
    stage.selling()
    stage.memory.orders.clear()
    stage.compared()
    assert (watched(stage), bool(stage.last_report().trouble)) == ("", True)
    assert "watch-only" not in caplog.text
    for _ in range(30):
        stage.desk.advance(1.0)
        stage.answers()
    assert "does not know SELL" in watched(stage)
    assert caplog.text.count("is watch-only") == 1


def test_what_was_in_doubt_and_never_arrived_is_given_up_while_the_pair_is_only_watched(stage):
    stage.buys()
    order = stage.order()
    stage.desk.tell(SellOutcomeUnknown(SYMBOL, order.client_id, "no answer"), stage.gateway)
    stage.desk.tell(appears(stage, "lk1-77-1"))
    for _ in range(100):
        stage.desk.advance(1.0)
        stage.answers()
    assert "another lotkeeper" in watched(stage)
    stage.gateway.nothing(PlaceSellOrder)
    assert stage.book.lots[BUY_ID].orders[0].state is OrderState.REFUSED


def test_it_is_asked_about_again_within_seconds(stage):
    stage.selling()
    stage.desk.advance(21.0)  # a query may lag behind
    known = dict(stage.memory.orders)
    stage.memory.orders.clear()
    stage.compared()
    stage.memory.orders.update(known)
    stage.desk.advance(2.1)
    stage.answers()
    assert watched(stage) == ""


# Contradictions


def contradictory(stage: Stage, times: int, patches: pytest.MonkeyPatch) -> None:
    """Comparisons whose answers cannot be true together with the book."""
    contradict(patches, 9900)
    for _ in range(times):
        stage.memory.keep(report(9900, "lk1-5eh-1", Side.SELL, "NEW", "0.001", "0", "60400"))
        stage.desk.advance(5.1)
        stage.answers()


def test_contradictions_that_do_not_go_away_stop_the_pair_until_they_do(stage, monkeypatch):
    stage.selling()
    stage.desk.advance(120.0)
    contradictory(stage, 3, monkeypatch)
    assert watched(stage).startswith("3 comparisons in a row failed: reconciliation: the exchange reports")
    stage.buys(order_id=7002, trade_id=102)
    stage.gateway.nothing(PlaceSellOrder)
    del stage.memory.orders[9900]
    stage.desk.advance(5.1)
    stage.answers()
    assert watched(stage) == ""
    assert stage.order().client_id == "lk1-5ei-1"


def test_a_comparison_of_which_an_answer_was_not_taken_proves_nothing_and_begins_again(stage, monkeypatch):
    """A fault of our own, in the middle of a pass: the answers that follow must not complete it."""
    stage.desk.advance(120.0)
    before = stage.last_report().complete_as_of_ms
    stage.bought()
    with monkeypatch.context() as broken:
        broken.setattr(PairBook, "apply_fill", lambda book, fill: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            stage.answers()
        stage.answers()
    assert stage.last_report().complete_as_of_ms == before
    assert "an answer could not be taken (ZeroDivisionError" in stage.last_report().trouble
    stage.desk.advance(5.1)
    stage.answers()
    assert stage.order().client_id == "lk1-5eh-1"
    assert stage.last_report().complete_as_of_ms > before
