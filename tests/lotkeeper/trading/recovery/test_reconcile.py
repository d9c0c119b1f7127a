from decimal import Decimal as D

import pytest

from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.states import OrderEvent, OrderState
from lotkeeper.trading.recovery import reconcile
from lotkeeper.trading.recovery.in_flight import alive_until
from lotkeeper.trading.recovery.questions import (
    NewestOrders,
    NewestTrades,
    OpenOrders,
    OrderByClientId,
    OrderById,
    TradesFrom,
)
from lotkeeper.trading.recovery.reconcile import Reconciliation, starting_cursor
from lotkeeper.trading.selling.decisions import PlaceSell, Wait
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.exchange import Exchange, agree, bought, placed, run, traded

DAY_MS = 86_400_000


def test_a_first_start_counts_from_its_moment():
    exchange = Exchange()
    bought(exchange, ("1", "100"))
    began_ms = exchange.trades[-1].time_ms + 1
    buy = bought(exchange, ("2", "100"))
    book = make.book(history_from_ms=began_ms)
    current, _ = run(exchange, book)
    assert (current.cursor_at_start, current.cursor) == (exchange.trades[0].trade_id, exchange.trades[1].trade_id)
    assert set(book.lots) == {buy}
    agree(exchange, book)


def test_an_answer_that_lacks_the_oldest_trade_is_read_again_from_before_it():
    """All trades of the pair fit into the answer, so none of before the oldest one that it shows may be left out."""
    exchange = Exchange()
    first, second = bought(exchange, ("1", "100")), bought(exchange, ("2", "100"))
    book = make.book(history_from_ms=exchange.trades[0].time_ms)
    lacking = exchange.trades.pop(0)
    current, _ = run(exchange, book)
    assert (set(book.lots), current.cursor_at_start) == ({second}, -1)
    exchange.trades.insert(0, lacking)
    run(exchange, book, current.cursor_at_start)
    assert set(book.lots) == {first, second}


def test_without_a_trade_since_its_moment_a_first_start_counts_from_the_newest_one():
    exchange, book = Exchange(), make.book()
    bought(exchange, ("1", "100"))
    current, _ = run(exchange, book)
    assert current.cursor == current.cursor_at_start == exchange.trades[-1].trade_id
    assert book.lots == {}


def test_a_first_start_on_an_account_that_never_traded():
    current, asked = run(Exchange(), make.book())
    assert (current.cursor, asked) == (-1, 3)


def test_a_cursor_on_trade_zero_stays():
    current, _ = run(Exchange(), make.book(), cursor=0)
    assert current.cursor == 0


def test_what_happened_while_away_is_found():
    exchange, book = Exchange(), make.book()
    first = bought(exchange, ("1", "100"))
    traded(exchange, book)
    cursor = exchange.trades[-1].trade_id
    sell = placed(exchange, book, first)
    exchange.fill(sell, D("0.4"))
    second = bought(exchange, ("2", "90"), ("3", "91"))
    current, _ = run(exchange, book, cursor)
    agree(exchange, book)
    assert current.cursor == exchange.trades[-1].trade_id
    assert current.changed_lots == {first, second}
    assert book.lots[second].buy_ended


def test_pages_are_turned(monkeypatch):
    monkeypatch.setattr(reconcile, "PAGE", 3)
    exchange, book = Exchange(), make.book()
    for _ in range(7):
        bought(exchange, ("1", "100"))
    current, _ = run(exchange, book, cursor=0)
    assert len(book.lots) == 7
    assert current.cursor == exchange.trades[-1].trade_id


def test_a_sell_that_filled_while_away_is_asked_for_and_closed():
    exchange, book = Exchange(), make.book()
    buy = bought(exchange, ("1", "100"))
    traded(exchange, book)
    sell = placed(exchange, book, buy)
    cursor = exchange.trades[-1].trade_id
    exchange.fill(sell, D(1))
    run(exchange, book, cursor)
    agree(exchange, book)
    assert book.lots[buy].orders[0].state is OrderState.FILLED


@pytest.mark.parametrize("part", ["0", "0.4"])
def test_a_sell_cancelled_by_hand_while_away_is_held(part):
    """The exchange knows it by the cancel's id from then on: only its order id finds it (Binance rest-api.md)."""
    exchange, book = Exchange(), make.book()
    buy = bought(exchange, ("1", "100"))
    traded(exchange, book)
    sell = placed(exchange, book, buy)
    cursor = exchange.trades[-1].trade_id
    if D(part):
        exchange.fill(sell, D(part))
    exchange.cancel(sell)
    run(exchange, book, cursor)
    agree(exchange, book)
    assert book.lots[buy].state is LotState.HELD
    assert isinstance(make.decision(book.lots[buy]), Wait)
    book.lots.resume(make.NOW)
    assert make.place(book, buy).quantity == 1 - D(part)


@pytest.mark.parametrize("is_told", [True, False])
def test_of_a_buy_that_filled_before_the_first_start_and_goes_on_only_the_rest_counts(is_told):
    exchange, book = Exchange(), make.book()
    buy = bought(exchange, ("0.3", "100"), quantity="1")
    current, _ = run(exchange, book)
    rest = exchange.fill(buy, D("0.7"), D(101))
    if is_told:
        book.apply_fill(rest)
    current, _ = run(exchange, book, current.cursor)
    lot = book.lots[buy]
    assert (lot.received, lot.cost, lot.buy_ended, lot.hold) == (D("0.7"), D("70.7"), True, None)
    _, asked = run(exchange, book, current.cursor)
    assert asked == 2  # the part from before is not asked about again


def test_more_trades_since_the_moment_than_one_answer_shows_are_all_found(monkeypatch):
    monkeypatch.setattr(reconcile, "NEWEST", 4)
    monkeypatch.setattr(reconcile, "PAGE", 3)
    exchange = Exchange()
    bought(exchange, ("1", "100"))
    book = make.book(history_from_ms=exchange.trades[-1].time_ms + 1)
    buys = {bought(exchange, ("1", "100")) for _ in range(11)}
    current, _ = run(exchange, book)
    assert set(book.lots) == buys
    assert current.cursor == exchange.trades[-1].trade_id


def test_where_a_question_by_time_reaches_a_day_only_the_next_day_is_asked_for(monkeypatch):
    """The first start was stopped in the middle, and the next one came days later."""
    monkeypatch.setattr(reconcile, "NEWEST", 2)
    exchange = Exchange(now_ms=make.NOW)
    book = make.book(history_from_ms=make.NOW)
    exchange.now_ms = make.NOW + 5 * DAY_MS // 2
    exchange.reach_ms = DAY_MS
    buys = {bought(exchange, ("1", "100")) for _ in range(4)}
    run(exchange, book)
    assert set(book.lots) == buys


def test_a_trade_that_the_exchange_showed_late_is_fetched_with_its_order():
    """myTrades may lag: a page may show a trade and not yet the one before it."""
    exchange, book = Exchange(), make.book()
    buy = bought(exchange, ("0.3", "100"), ("0.7", "101"))
    late = exchange.trades.pop(0)
    current, _ = run(exchange, book, cursor=0)
    exchange.trades.insert(0, late)
    run(exchange, book, current.cursor)
    agree(exchange, book)
    assert book.lots[buy].received == 1


def test_a_sell_known_only_by_a_report_gets_its_fills():
    exchange, book = Exchange(), make.book()
    buy = bought(exchange, ("1", "100"))
    traded(exchange, book)
    sell = placed(exchange, book, buy)
    exchange.fill(sell, D(1))
    book.apply_report(exchange.orders[sell])
    run(exchange, book, exchange.trades[-1].trade_id)
    agree(exchange, book)


def test_live_events_between_the_questions_change_nothing():
    exchange, book = Exchange(), make.book()
    buy = bought(exchange, ("1", "100"))
    traded(exchange, book)
    sell = placed(exchange, book, buy)

    def live():
        if exchange.on_book(buy) > D("0.2"):
            fill = exchange.fill(sell, D("0.2"))
            book.apply_fill(fill)
            book.apply_report(exchange.orders[sell])

    run(exchange, book, cursor=0, between=live)
    agree(exchange, book)


def test_a_stale_snapshot_takes_nothing_back():
    exchange, book = Exchange(), make.book()
    buy = bought(exchange, ("1", "100"))
    traded(exchange, book)
    sell = placed(exchange, book, buy)
    current = Reconciliation(book, 0, make.NOW)
    questions = current.begin()
    stale = {question: exchange.answer(question) for question in questions}
    book.apply_fill(exchange.fill(sell, D(1)))
    book.apply_report(exchange.orders[sell])
    assert questions == (TradesFrom(1), OpenOrders())
    assert current.apply_trades(questions[0], stale[questions[0]]) == ()
    assert current.apply_orders(questions[1], stale[questions[1]]) == (OrderById(buy),)
    current.apply_orders(OrderById(buy), exchange.answer(OrderById(buy)))
    assert current.is_done
    agree(exchange, book)
    assert book.lots[buy].orders[0].state is OrderState.FILLED


def test_a_sell_in_flight_is_not_ended_by_an_empty_answer():
    exchange, book = Exchange(), make.book()
    buy = bought(exchange, ("1", "100"))
    traded(exchange, book)
    make.place(book, buy)
    run(exchange, book, cursor=0)
    assert book.lots[buy].orders[0].state is OrderState.PLACING
    assert not isinstance(make.decision(book.lots[buy], at=make.NOW + 10**6), PlaceSell)


def test_foreign_sells_are_asked_for_once():
    exchange, book = Exchange(), make.book()
    hand = exchange.order(Side.SELL, "1", "100", "web_1").order_id
    exchange.fill(hand, D("0.5"))
    current, _ = run(exchange, book, cursor=0)
    assert book.manual_sales.dismissed_ids == {hand}
    exchange.fill(hand, D("0.5"))
    current, asked = run(exchange, book, current.cursor)
    assert asked == 2
    agree(exchange, book)


def test_a_sell_that_names_a_buy_nobody_knows_ends_the_pass_all_the_same():
    exchange, book = Exchange(), make.book()
    exchange.order(Side.SELL, "1", "100", "lk1-zz-1")
    _, asked = run(exchange, book)
    assert asked <= 5
    assert book.lots == {}


def test_the_newest_trades_and_orders_are_asked_for_on_a_first_start_only():
    assert Reconciliation(make.book(), None, 0).begin() == (NewestTrades(), OpenOrders(), NewestOrders())
    assert Reconciliation(make.book(), 41, 0).begin() == (TradesFrom(42), OpenOrders())


def test_a_first_pass_that_spares_requests_asks_for_the_newest_orders_where_the_pair_has_traded():
    for fills, orders in (([], []), ([make.buy()], []), ([], [make.buy_report(executed="0", status="NEW")])):
        current = Reconciliation(make.book(history_from_ms=make.NOW), None, 0, is_sparing=True)
        assert current.begin() == (NewestTrades(), OpenOrders())
        assert NewestOrders() not in current.apply_trades(NewestTrades(), fills)
        asked = current.apply_orders(OpenOrders(), orders)
        assert (NewestOrders() in asked, current.is_done) == (bool(fills or orders), not fills and not orders)


def test_a_request_lives_for_its_window_and_the_backends():
    assert alive_until(1_000, 5_000) == 16_000


def test_what_is_found_by_its_name_is_ours_whatever_it_is_called_now():
    """The reply was lost, and a person cancelled the SELL when a part was sold, before anybody knew its order id."""
    exchange, book = Exchange(), make.book()
    buy = bought(exchange, ("1", "100"))
    traded(exchange, book)
    order = make.place(book, buy)
    book.lots.apply_order_event(order.name, OrderEvent.ANSWER_LOST, make.NOW)
    sell, cursor = exchange.place(order).order_id, exchange.trades[-1].trade_id
    exchange.fill(sell, D("0.4"))
    exchange.cancel(sell)
    current = Reconciliation(book, cursor, make.NOW)
    current.begin()
    asked = current.apply_orders(OpenOrders(), []) + current.apply_trades(TradesFrom(cursor + 1), [])
    assert OrderByClientId(order.client_id) in asked
    current.apply_orders(OrderByClientId(order.client_id), [exchange.orders[sell]])
    assert [(each.state, each.order_id) for each in book.lots[buy].orders] == [(OrderState.CANCELED, sell)]
    assert book.lots[buy].state is LotState.HELD


def test_the_end_of_an_order_found_by_its_name_that_sold_nothing_may_be_of_an_earlier_one():
    """As long as the SELL may arrive: a question that is asked after that settles it, not the pass."""
    exchange, book = Exchange(), make.book()
    buy = bought(exchange, ("1", "100"))
    traded(exchange, book)
    order = make.place(book, buy)
    book.lots.apply_order_event(order.name, OrderEvent.ANSWER_LOST, make.NOW)
    sell = exchange.place(order).order_id
    exchange.cancel(sell)
    cursor = exchange.trades[-1].trade_id
    current = Reconciliation(book, cursor, make.NOW)
    current.begin()
    current.apply_orders(OpenOrders(), [])
    current.apply_trades(TradesFrom(cursor + 1), [])
    current.apply_orders(OrderByClientId(order.client_id), [exchange.orders[sell]])
    assert [(each.state, each.order_id) for each in book.lots[buy].orders] == [(OrderState.UNKNOWN, None)]
    assert book.lots[buy].remainder == 0


def test_lots_without_a_cursor_are_counted_from_their_first_trade():
    """Written down by an event while the first pass went on, which a crash cut off: what they sold since is found."""
    exchange, book = Exchange(), make.book()
    bought(exchange, ("9", "100"))
    buy = bought(exchange, ("1", "100"))
    book.apply_fill(exchange.trades[-1])
    sell = placed(exchange, book, buy)
    exchange.fill(sell, D(1))
    later = bought(exchange, ("2", "90"))
    run(exchange, book, starting_cursor(book.lots.values(), None))
    agree(exchange, book)
    assert book.lots.keys() == {buy, later}


def test_a_cursor_stays_and_without_lots_there_is_none():
    assert starting_cursor([], 17) == 17
    assert starting_cursor([], None) is None


def test_a_name_that_is_used_again_hides_no_order_that_has_ended():
    """The exchange takes a client id again once its first order has ended; the open list then names the second one."""
    exchange, book = Exchange(), make.book()
    buy = bought(exchange, ("2", "100"))
    traded(exchange, book)
    sell = placed(exchange, book, buy)
    name = exchange.orders[sell].client_id
    exchange.fill(sell, D(1))
    exchange.cancel(sell)
    exchange.order(Side.SELL, "1", "110", client_id=name)
    run(exchange, book, cursor=0)
    assert [order.order_id for order in book.lots[buy].orders if order.is_live] == [max(exchange.orders)]
    agree(exchange, book)
