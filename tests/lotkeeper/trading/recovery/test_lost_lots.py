"""With the database lost, what is newer than the newest BUY that a SELL of ours names becomes a lot as well."""

from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotkeeper.trading.lots.states import READING
from lotkeeper.trading.orders.client_ids import SellName, cancel_id, client_order_id
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.recovery.questions import TRADE_QUESTIONS, NewestOrders, NewestTrades
from lotkeeper.trading.recovery.reconcile import Reconciliation
from lotkeeper.trading.selling.decisions import Wait
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.exchange import Exchange, agree, bought, placed, run, traded


def kept(exchange, *parts, price="120"):
    """A BUY with a SELL of ours on the book; the ids of both."""
    old = make.book()
    buy = bought(exchange, *(parts or [("1", "100")]))
    traded(exchange, old)
    order = make.place(old, buy)
    return buy, exchange.order(Side.SELL, str(order.quantity), price, order.client_id).order_id


def after_loss(exchange, **how):
    """A pair with an empty database; its history begins after all that has happened so far.

    A pass that spares requests finds the same.
    """
    found = _pass_after_loss(exchange, **how)
    assert _pass_after_loss(exchange, is_sparing=True, **how)[0].lots == found[0].lots
    return found


def _pass_after_loss(exchange, **how):
    book = make.book(history_from_ms=exchange.trades[-1].time_ms + 1)
    current = Reconciliation(book, None, make.NOW + 10_000, **how)
    exchange.drive(current)
    return book, current


@pytest.mark.parametrize("is_ended", [False, True])
def test_buys_newer_than_the_newest_named_one_are_lots(is_ended):
    exchange = Exchange()
    bought(exchange, ("9", "100"))  # from before lotkeeper's time
    named, sell = kept(exchange)
    if is_ended:
        exchange.fill(sell, D(1))
    later = {bought(exchange, ("1", "100"), ("2", "90")) for _ in range(3)}
    book, _ = after_loss(exchange)
    agree(exchange, book)
    assert set(book.lots) == (later if is_ended else {named, *later})
    assert all(make.place(book, each).quantity == 3 for each in later)


def test_an_older_order_that_was_filled_later_is_newer():
    exchange = Exchange()
    waiting = exchange.order(Side.BUY, "1", "80").order_id
    kept(exchange)
    exchange.fill(waiting, D("0.5"), D(80))
    book, _ = after_loss(exchange)
    agree(exchange, book)
    assert make.place(book, waiting).quantity == D("0.5")


def test_without_a_sell_of_ours_nothing_from_before_is_a_lot():
    exchange = Exchange()
    bought(exchange, ("1", "100"))
    exchange.fill(exchange.order(Side.SELL, "1", "100", "web-3").order_id, D(1))
    book, _ = after_loss(exchange)
    assert book.lots == {}


def test_what_was_sold_is_not_sold_again():
    """By us, under a name that is free again, and by hand."""
    exchange = Exchange()
    kept(exchange)
    sold = bought(exchange, ("2", "100"))
    exchange.fill(exchange.order(Side.SELL, "2", "110", client_order_id(SellName(sold, 1))).order_id, D(2))
    later = bought(exchange, ("3", "100"))
    exchange.fill(exchange.order(Side.SELL, "0.4", "110", "web-1").order_id, D("0.4"))
    book, _ = after_loss(exchange)
    agree(exchange, book)
    assert sold not in book.lots
    assert make.place(book, later).quantity == D("2.6")


def test_a_part_that_was_bought_after_the_last_sell_of_its_lot_belongs_to_it():
    exchange, old = Exchange(), make.book()
    buy = bought(exchange, ("0.5", "100"), quantity="1")
    traded(exchange, old)
    exchange.fill(placed(exchange, old, buy), D("0.5"))
    exchange.fill(buy, D("0.5"), D(101))
    book, _ = after_loss(exchange)
    agree(exchange, book)
    order = make.place(book, buy)
    assert (order.quantity, order.name.generation) == (D("0.5"), 2)


def test_a_lot_whose_sell_we_took_back_stays_lost():
    """Released by its owner, or to be placed anew: nothing tells which, and what was released is not sold."""
    exchange = Exchange()
    buy, sell = kept(exchange)
    exchange.cancel(sell, cancel_id(SellName(buy, 1)))
    book, _ = after_loss(exchange)
    assert book.lots == {}


def test_an_adopted_buy_from_before_our_time_does_not_bring_its_neighbours_along():
    exchange = Exchange(now_ms=make.NOW - 10**9)
    adopted = bought(exchange, ("1", "100"))
    bought(exchange, ("1", "100"))
    exchange.now_ms = make.NOW
    old = make.book()
    traded(exchange, old)
    placed(exchange, old, adopted)
    later = bought(exchange, ("1", "100"))
    exchange.now_ms = make.NOW + 1000
    bought(exchange, ("1", "100"))
    book = make.book(history_from_ms=make.NOW + 1000)
    run(exchange, book)
    assert set(book.lots) == {adopted, later, max(book.lots)}


def test_a_name_that_fits_no_buy_is_passed_over():
    exchange = Exchange()
    named, _ = kept(exchange)
    exchange.order(Side.SELL, "1", "200", client_order_id(SellName(10**9, 1)))
    later = bought(exchange, ("1", "100"))
    book, _ = after_loss(exchange)
    assert set(book.lots) == {named, later}


def test_where_buys_are_lots_by_name_only_none_is_lost():
    exchange = Exchange()
    named, _ = kept(exchange)
    bought(exchange, ("1", "100"))
    book = make.book(history_from_ms=exchange.trades[-1].time_ms + 1, adopts_all_buys=False)
    current = Reconciliation(book, None, make.NOW)
    assert NewestOrders() not in current.begin()
    run(exchange, book)
    assert set(book.lots) == {named}


def test_a_buy_that_is_filled_across_the_start_is_whole():
    exchange = Exchange()
    kept(exchange)
    buy = bought(exchange, ("0.5", "100"), quantity="1")
    book = make.book(history_from_ms=exchange.trades[-1].time_ms + 1)
    exchange.fill(buy, D("0.5"), D(90))
    run(exchange, book)
    agree(exchange, book)
    assert make.place(book, buy).quantity == 1


def test_nothing_is_placed_for_them_while_a_sell_may_have_been_overlooked():
    """The exchange's queries may lag behind: an order of the process before is not in the lists yet, nor its sale."""
    exchange = Exchange()
    kept(exchange)
    buy = bought(exchange, ("1", "100"))
    book, current = after_loss(exchange, is_settled=False)
    assert book.lots[buy].hold in READING
    assert isinstance(make.decision(book.lots[buy]), Wait)
    assert [lot.buy_order_id for lot in book.unproven_lots()] == [buy]
    hidden = exchange.order(Side.SELL, "1", "101", client_order_id(SellName(buy, 1))).order_id
    exchange.fill(hidden, D("0.4"))
    later = Reconciliation(book, current.cursor, make.NOW + 30_000)
    exchange.drive(later)
    agree(exchange, book)
    assert (book.lots[buy].hold, book.lots[buy].remainder, book.unproven_lots()) == (None, 0, [])


def test_a_sale_by_hand_frees_none_of_them_too_early():
    exchange = Exchange()
    kept(exchange)
    buys = [bought(exchange, ("1", "100")) for _ in range(2)]
    exchange.fill(exchange.order(Side.SELL, "0.4", "110", "web-1").order_id, D("0.4"))
    book, current = after_loss(exchange, is_settled=False)
    assert [book.lots[each].hold in READING for each in buys] == [True, True]
    assert [book.lots[each].remainder for each in buys] == [D("0.6"), 1]
    exchange.drive(Reconciliation(book, current.cursor, make.NOW + 30_000))
    agree(exchange, book)
    assert [book.lots[each].remainder for each in buys] == [D("0.6"), 1]


def test_the_newest_named_lot_that_is_sold_has_taken_no_dust_of_a_newer_one():
    """How much its BUY received is known: it was read to find the mark."""
    exchange = Exchange()
    _, sell = kept(exchange)
    later = bought(exchange, ("1.00000999", "100"))
    exchange.fill(sell, D(1))
    book = make.book(history_from_ms=exchange.trades[-1].time_ms + 1)
    book.set_terms(make.market(), make.policy())
    run(exchange, book)
    assert book.lots[later].dust_given == ()


class BehindExchange(Exchange):
    """Its later answers come from a database that is behind the one that showed the newest trades."""

    behind = 0  # so many trades are missing there

    def answer(self, question):
        shown = super().answer(question)
        if isinstance(question, NewestTrades) or not isinstance(question, TRADE_QUESTIONS) or not self.behind:
            return shown
        return [each for each in shown if each not in self.trades[-self.behind :]]


@pytest.mark.parametrize("behind", [1, 2, 3])
def test_what_was_shown_once_and_is_hidden_afterwards_is_a_lot(behind):
    exchange = BehindExchange()
    named, _ = kept(exchange)
    later = [bought(exchange, ("1", "100")), bought(exchange, ("1", "100"), ("2", "90"))]
    exchange.behind = behind
    book, current = after_loss(exchange)
    exchange.behind = 0
    exchange.drive(Reconciliation(book, current.cursor, make.NOW + 30_000))
    agree(exchange, book)
    assert set(book.lots) == {named, *later}
    assert [make.place(book, each).quantity for each in later] == [1, 3]


def test_a_sale_by_hand_that_was_shown_once_and_is_hidden_afterwards_counts():
    exchange = BehindExchange()
    kept(exchange)
    later = bought(exchange, ("1", "100"))
    exchange.fill(exchange.order(Side.SELL, "0.4", "110", "web-1").order_id, D("0.4"))
    exchange.behind = 2
    book, _ = after_loss(exchange)
    assert book.lots[later].remainder == D("0.6")


def test_after_another_restart_they_are_still_held():
    """The database has them by then, and its cursor is beyond them."""
    exchange = Exchange()
    kept(exchange)
    buy = bought(exchange, ("1", "100"))
    first, current = after_loss(exchange, is_settled=False)
    book = make.book(history_from_ms=first.history.from_ms)
    book.load_lots(first.lots.values())
    book.set_cursor(current.cursor)
    exchange.drive(Reconciliation(book, current.cursor, make.NOW + 10_000, is_settled=False))
    assert book.lots[buy].hold in READING
    exchange.drive(Reconciliation(book, current.cursor, make.NOW + 30_000))
    assert make.place(book, buy).quantity == 1


LIVES = st.lists(
    st.tuples(st.sampled_from(["buy", "keep", "sell part", "sell all", "by hand", "more"]), st.integers(0, 9)),
    min_size=1,
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(LIVES, st.integers(0, 10))
def test_whatever_happened_no_newer_buy_is_lost_and_nothing_is_sold_twice(life, lost_at):
    """Coins are never counted twice, and each BUY after the newest named one is kept, sold or charged to a person."""
    exchange, old = Exchange(), make.book()
    for what, number in life:
        _live(exchange, old, what, number)
    if not exchange.trades:
        return
    book, _ = after_loss(exchange)
    for lot in book.lots.values():
        make.check(lot)
        assert lot.sold == exchange.sold(lot.buy_order_id)
        assert lot.open_quantity == exchange.on_book(lot.buy_order_id)
    held = sum((lot.stock - lot.sold for lot in book.lots.values()), D(0))
    on_book = sum((exchange.on_book(each.order_id) for each in exchange.orders.values()), D(0))
    assert held <= exchange.free() + on_book
    named = [number for number in exchange.orders if exchange._sells(number)]
    newer = [
        each for each in exchange.orders.values() if each.side is Side.BUY and named and each.order_id > max(named)
    ]
    assert {each.order_id for each in newer if each.executed} <= book.lots.keys()


def _live(exchange, old, what, number):
    buys = [each.order_id for each in exchange.orders.values() if each.side is Side.BUY]
    sells = exchange.open_sells()
    if what == "buy":
        order = exchange.order(Side.BUY, "2", "100")
        exchange.fill(order.order_id, D(1))
    elif what == "more" and buys:
        order = exchange.orders[buys[number % len(buys)]]
        if order.executed == 1:
            exchange.fill(order.order_id, D(1))
    elif what == "keep":
        current, _ = run(exchange, old, cursor=old.cursor or 0)
        old.set_cursor(current.cursor)
        lots = [lot for lot in old.lots.values() if lot.remainder >= 1 and exchange.free() >= lot.remainder]
        if lots:
            placed(exchange, old, lots[number % len(lots)].buy_order_id)
    elif what.startswith("sell") and sells:
        order = exchange.orders[sells[number % len(sells)]]
        rest = order.quantity - order.executed
        exchange.fill(order.order_id, rest / 2 if what == "sell part" else rest)
        old.apply_fill(exchange.trades[-1])
    elif what == "by hand" and exchange.free() >= 1:
        exchange.fill(exchange.order(Side.SELL, "1", "100", f"web-{number}").order_id, D(1))
