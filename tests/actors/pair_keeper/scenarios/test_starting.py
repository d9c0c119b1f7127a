"""A keeper's first seconds: nothing is placed before all is accounted for."""

import itertools
from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.recovery.questions import (
    NewestOrders,
    NewestTrades,
    OpenOrders,
    OrderByClientId,
    OrderById,
    TradesFrom,
)
from lotkeeper.trading.reports.profit import realised_profit
from messages.account import OrderReported, WatchOrders
from messages.ledger import LoadPair, RecordLots
from messages.lifecycle import KeeperPace
from messages.orders import PlaceSellOrder, SellOutcomeUnknown
from messages.pair_commands import PausePair
from messages.queries import AskExchange, FetchFailed, FetchMarket
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL, fill, report
from tests.actors.stage import BUY_ID, FIRST_TRADE, PAIR, POLL_EVERY_S, TERMS, Stage, starting_keeper, trading_keeper

STEPS = ("loaded", "market", "event")


def take(stage: Stage, step: str) -> None:
    if step == "event":
        stage.buys()
    else:
        getattr(stage, step)()


def records(stage: Stage) -> list[RecordLots]:
    return [message for name, message in stage.sent if name == "ledger" and isinstance(message, RecordLots)]


def test_it_introduces_itself_and_asks_for_what_it_does_not_know():
    stage = starting_keeper()
    assert stage.probes["user_stream"].pop(WatchOrders) == WatchOrders(SYMBOL, 1)
    assert stage.ledger.pop(LoadPair) == LoadPair(SYMBOL, incarnation=1)
    assert stage.gateway.pop(FetchMarket).symbol == SYMBOL
    assert stage.questions() == []


@pytest.mark.parametrize("order", list(itertools.permutations(STEPS)), ids="-".join)
def test_whatever_comes_first_nothing_is_placed_before_the_first_pass_is_through(order):
    stage = starting_keeper()
    for step in order:
        take(stage, step)
        stage.gateway.nothing(PlaceSellOrder)
    assert set(stage.questions()) == {TradesFrom(101), OpenOrders()}
    stage.answers()
    assert stage.order().client_id == "lk1-5eh-1"


def test_a_buy_that_was_filled_while_nobody_watched_is_sold_after_the_first_pass():
    stage = starting_keeper()
    stage.bought()
    stage.loaded()
    stage.market()
    stage.answers()
    order = stage.order()
    assert str(order.price) == "60360.37"  # 60 * 1.005 / (0.001 * 0.999), rounded up to the tick
    assert order.quantity == stage.memory.fills[FIRST_TRADE].quantity
    assert stage.written().buys == (stage.memory.fills[FIRST_TRADE],)


def test_an_event_that_came_first_counts_though_the_exchange_does_not_list_its_trade_yet():
    stage = starting_keeper()
    stage.buys()
    stage.memory.fills.clear()
    stage.loaded()
    stage.market()
    stage.answers()
    assert stage.order().client_id == "lk1-5eh-1"


def test_a_pair_that_was_never_reconciled_counts_from_the_moment_of_its_first_start():
    """Nothing that was bought while the pair waited for its first comparison is lost."""
    stage = starting_keeper()
    before = stage.bought(trade_id=55)
    stage.memory.retimed(before.fill, NOW_MS - 1)
    stage.loaded(cursor=None, history_from_ms=NOW_MS)
    stage.bought(order_id=7002, trade_id=56)
    stage.market()
    assert stage.answers() == [NewestTrades(), OpenOrders(), NewestOrders(), OrderById(7002)]
    assert stage.order().client_id == "lk1-5ei-1"
    assert stage.ledger.pop(RecordLots).cursor == 55  # read once more, before it moves on
    stage.calm()
    assert [each.cursor for each in records(stage)][-1] == 56
    assert stage.last_report().history_from_ms == NOW_MS


def test_a_pair_that_was_put_back_counts_from_then_and_keeps_its_lots():
    """The trader bought meanwhile, and one of the lots was sold."""
    before = trading_keeper()
    before.selling()
    kept = before.written()
    before.sold(9001, trade_id=102)
    stage = starting_keeper(incarnation=2, memory=before.memory)
    bought = stage.bought(order_id=7002, trade_id=103)
    stage.memory.retimed(bought.fill, NOW_MS + 1000)
    again = stage.bought(order_id=7003, trade_id=104)
    stage.memory.retimed(again.fill, NOW_MS + 5000)
    stage.loaded(kept, cursor=FIRST_TRADE, history_from_ms=NOW_MS + 5000)
    stage.market()
    stage.answers()
    assert stage.order().client_id == "lk1-5ej-1"
    assert set(stage.book.lots) == {BUY_ID, 7003}
    assert stage.book.lots[BUY_ID].state is LotState.CLOSED
    assert stage.ledger.pop(RecordLots).cursor == FIRST_TRADE
    stage.calm()
    assert [each.cursor for each in records(stage)][-1] == 104


def test_with_the_database_lost_newer_buys_are_sold_once_no_order_of_before_can_be_on_its_way():
    before = trading_keeper()
    before.selling()
    stage = starting_keeper(memory=before.memory)
    stage.bought(order_id=7002, trade_id=103)
    stage.loaded(cursor=None, history_from_ms=NOW_MS + 1)
    stage.market()
    stage.answers()
    assert set(stage.book.lots) == {BUY_ID, 7002}
    stage.gateway.nothing(PlaceSellOrder)
    assert stage.last_report().lots_held == 1
    stage.desk.advance(19.0)
    stage.answers()
    stage.gateway.nothing(PlaceSellOrder)
    stage.desk.advance(2.0)
    stage.answers()
    assert stage.order().client_id == "lk1-5ei-1"


def test_an_empty_database_says_that_it_knows_nothing_of_before(caplog):
    caplog.set_level("INFO")
    stage = starting_keeper()
    stage.bought(trade_id=55)
    stage.loaded(cursor=None, history_from_ms=NOW_MS + 1)
    stage.market()
    stage.answers()
    assert stage.last_report().known_since_ms == NOW_MS
    stage.compared()
    assert caplog.text.count("history before this start is not known") == 1
    later = trading_keeper()
    assert later.last_report().known_since_ms is None
    assert caplog.text.count("history before this start is not known") == 1


def test_the_cursor_and_the_lots_are_written_in_one_record():
    stage = starting_keeper()
    stage.bought(trade_id=140)
    stage.loaded()
    stage.market()
    stage.answers()
    stage.calm()
    first, *_, last = records(stage)
    assert [lot.buy_order_id for lot in first.lots] == [BUY_ID]
    assert (last.cursor, [lot.buy_order_id for lot in last.lots]) == (140, [BUY_ID])
    assert first.terms == TERMS


def test_a_trade_that_the_first_answer_lacks_is_sold_when_a_later_one_has_it():
    """The answer shows a younger one, so that the cursor moves beyond it."""
    stage = starting_keeper()
    stage.bought(order_id=7001, trade_id=110)
    stage.bought(order_id=7002, trade_id=120)
    missing = stage.memory.fills.pop(110)
    stage.loaded()
    stage.market()
    stage.answers()
    assert set(stage.book.lots) == {7002}
    stage.memory.fills[110] = missing
    stage.calm()
    assert set(stage.book.lots) == {7001, 7002}
    assert {each.client_id for name, each in stage.sent if isinstance(each, PlaceSellOrder)} == {
        "lk1-5eh-1",
        "lk1-5ei-1",
    }
    assert max(each.cursor for each in records(stage) if each.cursor) == 100  # a restart would read all of them again


@pytest.mark.parametrize("lag_s", [8, 20, 50])
def test_a_buy_that_the_queries_show_late_is_sold_soon_after(lag_s):
    """It was filled while the service was down, and the exchange's queries are behind."""
    stage = starting_keeper(pace=KeeperPace())
    stage.loaded()
    stage.market()
    stage.answers()
    for _ in range(lag_s):
        stage.desk.advance(1.0)
        stage.answers()
    stage.bought()
    for _ in range(max(8, lag_s // 2) + 1):
        stage.desk.advance(1.0)
        stage.answers()
    assert stage.order().client_id == "lk1-5eh-1"


def test_a_lot_is_closed_only_when_its_trades_are_known():
    """Its SELL is known as filled by a question, and the trades come later: what it earned is not known before."""
    stage = trading_keeper()
    stage.buys()
    order = stage.order()
    stage.desk.tell(SellOutcomeUnknown(SYMBOL, order.client_id, "no answer"), stage.gateway)
    stage.accepts(order)
    missing = stage.sold().fill
    del stage.memory.fills[missing.trade_id]
    stage.desk.advance(1.0)
    stage.answers()
    lot = stage.book.lots[BUY_ID]
    assert (lot.orders[0].state, lot.state) == (OrderState.FILLED, LotState.OPEN)
    stage.memory.fills[missing.trade_id] = missing
    stage.desk.advance(11.0)
    stage.answers()
    assert stage.book.lots[BUY_ID].state is LotState.CLOSED
    assert realised_profit(stage.book.lots[BUY_ID]) > 0


def test_the_trades_of_the_last_hour_are_read_again_once_an_hour():
    stage = trading_keeper()
    stage.bought(order_id=7001, trade_id=110)
    stage.bought(order_id=7002, trade_id=120)
    missing = stage.memory.fills.pop(110)
    for _ in range(2):
        stage.desk.advance(130.0)
        stage.answers()
    assert set(stage.book.lots) == {7002}
    stage.memory.fills[110] = missing
    for _ in range(28):
        stage.desk.advance(130.0)
        stage.answers()
    assert set(stage.book.lots) == {7001, 7002}


def test_a_manual_sale_that_an_answer_lacked_takes_its_coins_all_the_same():
    stage = trading_keeper()
    stage.desk.ask(PausePair(SYMBOL))
    stage.buys()
    sale = report(8001, "web-1", Side.SELL, "FILLED", "0.0004", "0.0004", "61000")
    taken = fill(8001, 102, Side.SELL, "0.0004", "61000", "0", "USDT")
    stage.memory.keep(sale, taken)
    missing = stage.memory.fills.pop(102)
    stage.memory.keep(
        report(7002, "web-2", Side.BUY, "FILLED", "0.001", "0.001", "60000"),
        fill(7002, 103, Side.BUY, "0.001", "60000", "0", "BTC"),
    )
    stage.compared()
    assert stage.desk.actor.core.state.cursor == 103
    stage.memory.fills[102] = missing
    stage.desk.advance(3.0)
    stage.compared()
    assert sum(each.quantity for each in stage.book.lots[BUY_ID].disposals) == D("0.0004")


def test_a_buy_that_an_answer_lacked_has_given_the_coins_of_a_manual_sale_that_it_showed():
    stage, sale = trading_keeper(), sold_by_hand(103)
    stage.desk.ask(PausePair(SYMBOL))
    stage.bought(order_id=7002, trade_id=102)
    stage.memory.keep(sale.report, sale.fill)
    missing = stage.memory.fills.pop(102)
    stage.desk.advance(10.0)
    stage.compared()
    assert set(stage.book.lots) == set()
    stage.memory.fills[102] = missing
    stage.desk.advance(3.0)
    stage.compared()
    assert sum(each.quantity for each in stage.book.lots[7002].disposals) == D("0.0004")


def sold_by_hand(trade_id):
    """The trader sells 0.0004 on the web."""
    sale = report(8001, "web-1", Side.SELL, "FILLED", "0.0004", "0.0004", "61000")
    return OrderReported(sale, fill(8001, trade_id, Side.SELL, "0.0004", "61000", "0", "USDT"))


def test_the_database_tells_what_is_on_the_book_already():
    before = trading_keeper()
    before.selling()
    stage = starting_keeper(incarnation=2, memory=before.memory)
    stage.loaded(before.written(), cursor=FIRST_TRADE)
    stage.market()
    stage.answers()
    stage.gateway.nothing(PlaceSellOrder)
    assert stage.written().state is LotState.SELLING


def test_without_a_database_the_lot_is_rebuilt_from_its_sell():
    before = trading_keeper()
    before.selling()
    stage = starting_keeper(memory=before.memory)
    stage.loaded(cursor=None, history_from_ms=NOW_MS + 1)
    stage.market()
    stage.answers()
    stage.gateway.nothing(PlaceSellOrder)
    lot = stage.written()
    assert (lot.buy_order_id, lot.state, lot.remainder) == (BUY_ID, LotState.SELLING, 0)
    assert lot.orders[0].name == SellName(BUY_ID, 1)


def test_what_is_bought_while_the_first_comparison_ever_does_not_succeed_is_not_from_before():
    """The account's stream is down as well: only the trades tell of it, and the next try finds them all."""
    stage = starting_keeper()
    stage.loaded(cursor=None, history_from_ms=NOW_MS)
    stage.market()
    newest = stage.gateway.pop(AskExchange)
    assert isinstance(newest.question, NewestTrades)
    stage.desk.tell(stage.answer(newest), stage.gateway)
    lists = stage.gateway.pop(AskExchange)
    stage.desk.tell(FetchFailed(lists.request_id, "HTTP 502", 1.0), stage.gateway)
    stage.bought()
    stage.gateway.received.clear()
    stage.desk.advance(2.0)
    stage.answers()
    assert stage.order().quantity == D("0.001")


def test_a_first_start_counts_from_the_first_trade_that_the_stream_has_told():
    """The trade after it, a sale by hand, was not told, and is the newest when the exchange is asked."""
    stage = starting_keeper()
    stage.loaded(cursor=None, history_from_ms=NOW_MS)
    stage.buys("0.002")
    sale = fill(8001, 301, Side.SELL, "0.0005", "61000", "0", "USDT")
    stage.memory.keep(report(8001, "web-sell", Side.SELL, "FILLED", "0.0005", "0.0005", "61000"), sale)
    stage.market()
    stage.answers()
    assert stage.order().quantity == D("0.0015")


def test_a_sell_that_the_last_life_sent_without_an_answer_is_asked_about_not_sent_again():
    before = trading_keeper()
    before.buys()
    sent = before.order()
    before.accepts(sent)  # the exchange has it, the reply went to the dead
    stage = starting_keeper(incarnation=2, memory=before.memory)
    stage.loaded(before.written())
    stage.market()
    assert OrderByClientId(sent.client_id) in stage.answers()
    stage.gateway.nothing(PlaceSellOrder)
    assert stage.written().orders[0].state is OrderState.OPEN


@pytest.mark.parametrize("is_sold", [False, True])
def test_a_sell_that_was_sent_and_never_written_down_is_found_by_its_name(is_sold):
    """The keeper was killed between the order and its record, or the Ledger was and then the keeper."""
    before = trading_keeper()
    before.buys()
    before.accepts(before.order())
    if is_sold:
        before.sold(9001, trade_id=102)
    stage = starting_keeper(incarnation=2, memory=before.memory)
    stage.loaded(cursor=100)  # without the lot
    stage.market()
    stage.answers()
    stage.gateway.nothing(PlaceSellOrder)
    assert stage.written().state is (LotState.CLOSED if is_sold else LotState.SELLING)
    assert stage.written().orders[0].order_id == 9001
    assert stage.last_report().watch_only == ""


def test_a_failed_question_makes_the_pass_begin_again_after_the_back_off():
    stage = starting_keeper()
    stage.loaded()
    stage.market()
    stage.buys()
    asked = next(stage._questions())
    stage.gateway.received.clear()
    stage.desk.tell(FetchFailed(asked.request_id, "HTTP 502", 2.0), stage.gateway)
    stage.desk.advance(1.9)
    assert stage.questions() == []
    assert stage.last_report().trouble == "reconciliation: HTTP 502"
    stage.desk.advance(0.2)
    assert set(stage.questions()) == {TradesFrom(101), OpenOrders()}
    stage.answers()
    assert stage.order().client_id == "lk1-5eh-1"
    assert stage.last_report().trouble == ""


def test_answers_to_an_abandoned_pass_are_not_taken_for_those_to_the_next():
    stage = starting_keeper()
    stage.loaded()
    stage.market()
    first, second = list(stage._questions())
    stage.gateway.received.clear()
    stage.desk.tell(FetchFailed(first.request_id, "HTTP 502", 1.0), stage.gateway)
    stage.desk.tell(stage.answer(second), stage.gateway)
    assert stage.last_report().complete_as_of_ms is None
    stage.desk.advance(POLL_EVERY_S / 2)
    stage.answers()
    assert stage.last_report().complete_as_of_ms is not None


@pytest.mark.parametrize("waited", [16.0, 40.0])
def test_questions_that_stay_without_an_answer_are_repeated_under_the_same_number(waited):
    stage = starting_keeper()
    numbers = {stage.gateway.pop(FetchMarket).request_id for _ in range(2)}
    stage.desk.advance(waited)
    assert {each.request_id for each in stage.gateway.received if isinstance(each, FetchMarket)} == numbers


def test_rules_that_cannot_be_fetched_are_asked_for_again():
    stage = starting_keeper()
    stage.loaded()
    for question in [stage.gateway.pop(FetchMarket) for _ in range(2)]:
        stage.desk.tell(FetchFailed(question.request_id, "HTTP 503", 3.0), stage.gateway)
    stage.desk.advance(2.9)
    stage.gateway.nothing(FetchMarket)
    stage.desk.advance(0.2)
    stage.market()
    stage.answers()
    assert stage.last_report().phase == "trading"


def test_the_database_is_asked_every_few_seconds_until_it_answers():
    stage = starting_keeper()
    stage.desk.advance(60.0)
    asked = [each for each in stage.ledger.received if isinstance(each, LoadPair)]
    assert 10 <= len(asked) <= 14


def test_a_pair_that_was_halted_at_the_start_is_sold_once_it_trades_again():
    stage = starting_keeper()
    stage.loaded()
    stage.market(replace(PAIR, status="HALT"))
    stage.answers()
    stage.buys()
    stage.gateway.nothing(PlaceSellOrder)
    assert stage.written().reason == "BTCUSDT is HALT on the exchange"
    stage.desk.advance(61.0)
    stage.market()
    assert stage.order().client_id == "lk1-5eh-1"


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_late_copy_of_a_buy_that_was_sold_in_an_earlier_life_places_nothing(when):
    """The lot is finished, and so the database did not tell of it."""
    before = trading_keeper()
    before.selling()
    before.desk.tell(before.sold(9001, trade_id=102))
    stage = starting_keeper(incarnation=2, memory=before.memory)
    late = before.bought()
    if when == "before":
        stage.desk.tell(late)
    stage.loaded(cursor=102)
    stage.market()
    stage.answers()
    if when == "after":
        stage.desk.tell(late)
        stage.answers()
    stage.gateway.nothing(PlaceSellOrder)
    stage.buys(order_id=7002, trade_id=103)
    assert stage.order().client_id == "lk1-5ei-1"


@pytest.mark.parametrize("cursor", [None, 100])
def test_a_pass_counts_though_the_ledger_is_silent(cursor):
    """A start after a crash now would count from the same moment again."""
    stage = starting_keeper()
    stage.loaded(cursor=cursor, history_from_ms=NOW_MS)
    stage.market()
    stage.answers()
    assert stage.last_report().complete_as_of_ms is not None
