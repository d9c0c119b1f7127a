"""Dust of a lot that had to be rebuilt: what of it may have been sold with a lot that nobody knows any more."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.money import floor_to
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.recovery.questions import TradesOfOrder
from lotkeeper.trading.selling.decisions import PlaceSell, TransferDust
from lotkeeper.trading.selling.plan import PairConditions, decide_lot, lots_in_order
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.exchange import Exchange, run, traded

MARKET = make.market(step=D("0.01"), min_quantity=D("0.01"))
CAPPED = make.market(step=D("0.01"), min_quantity=D("0.01"), max_quantity=D(1))


def new_book() -> PairBook:
    return PairBook(make.SYMBOL, make.BASE, make.QUOTE, market=MARKET, policy=make.policy())


def bought(exchange: Exchange, quantity: str, fee: str = "0") -> int:
    order = exchange.order(Side.BUY, quantity, "100")
    exchange.fill(order.order_id, D(quantity), D(100), fee)
    return order.order_id


def told(exchange: Exchange, book: PairBook) -> None:
    traded(exchange, book)
    for report in list(exchange.orders.values()):
        book.apply_report(report)


def sells(exchange: Exchange, book: PairBook, buy: int) -> int:
    """What is decided about the lot is done, on both sides; the SELL's order id."""
    told(exchange, book)
    *carries, last = decide_lot(book, buy, PairConditions(make.NOW))
    for each in carries:
        assert isinstance(each, TransferDust)
        book.lots.transfer_dust(each.transfer)
    assert isinstance(last, PlaceSell)
    report = exchange.place(book.lots.record_sell_sent(last, make.NOW))
    book.apply_report(report)
    return report.order_id


def sells_nothing(book: PairBook, buy: int) -> None:
    (step,) = decide_lot(book, buy, PairConditions(make.NOW))
    book.lots.apply_decision(book.lots[buy], step)


def sold(exchange: Exchange, order_id: int) -> None:
    order = exchange.orders[order_id]
    exchange.fill(order_id, order.quantity - order.executed)


def given_and_lost(rest: str = "0.004") -> tuple[Exchange, int]:
    """The SELL of a lot stands; its rest was sold with the next lot, which is sold out; then the database is lost."""
    exchange, old = Exchange(), new_book()
    first = bought(exchange, str(1 + D(rest)))
    told(exchange, old)
    old.apply_report(exchange.place(make.place(old, first, on=CAPPED)))
    second = bought(exchange, "0.996")
    sell = sells(exchange, old, second)
    assert exchange.orders[sell].quantity == floor_to(D("0.996") + D(rest), MARKET.pair.step)
    sold(exchange, sell)
    return exchange, first


def test_a_lot_that_was_never_recorded_does_not_have_the_dust_that_another_lot_took():
    """The database has the other lot alone: the record of the first one failed."""
    exchange, old, book = Exchange(), new_book(), new_book()
    first = bought(exchange, "1.004")
    told(exchange, old)
    old.apply_report(exchange.place(make.place(old, first, on=CAPPED)))
    second = bought(exchange, "0.996")
    sells(exchange, old, second)
    book.load_lots([old.lots[second]])
    book.set_cursor(0)
    run(exchange, book, 0)
    assert book.lots[first].dust_given == old.lots[first].dust_given
    assert book.lots[first].remainder == 0


def test_dust_that_was_sold_with_a_lot_of_the_past_is_not_given_again():
    exchange, first = given_and_lost()
    book = new_book()
    run(exchange, book)
    third = bought(exchange, "0.996")
    sell = sells(exchange, book, third)
    assert exchange.orders[sell].quantity == D("0.99")
    lot = book.lots[first]
    assert (lot.remainder, lot.uncovered_cost) == (0, 0)
    (carry,) = lot.dust_given
    assert (carry.quantity, carry.cost) == (D("0.004"), D("0.4"))


def test_nor_sold_again_with_what_its_own_sell_leaves():
    """0.04 are an order together with what the first SELL did not sell; they were sold with the second lot."""
    exchange, first = given_and_lost("0.04")
    book = new_book()
    run(exchange, book)
    exchange.expire(exchange.open_sells()[0])
    sell = sells(exchange, book, first)
    assert exchange.orders[sell].quantity == 1


def test_nor_where_its_own_sell_had_ended_before_the_database_was_lost():
    exchange, first = given_and_lost("0.04")
    (own,) = exchange.open_sells()
    exchange.fill(own, D("0.3"))
    exchange.place(replace(make.selling()[1], name=SellName(first, 2), quantity=D("0.1"), price=D("100.11")))
    exchange.expire(own)
    book = new_book()
    run(exchange, book)
    # 1.04 received, 0.3 sold, 0.1 on the book; the second lot sold 1.03 of 0.996
    assert book.lots[first].remainder == D("0.606")
    make.check(book.lots[first])


def bought_before_the_rebuilt_one():
    """An exchange on which 1 was sold of a lot that was bought before the one that has a SELL on the book."""
    exchange, old = Exchange(), new_book()
    early = exchange.order(Side.BUY, "1", "100").order_id
    first = exchange.order(Side.BUY, "2", "100").order_id
    exchange.fill(early, D(1), D(100))
    exchange.fill(first, D(2), D(100))
    told(exchange, old)
    own = exchange.place(make.place(old, first, on=make.market(step=D("0.01"), max_quantity=D(1))))
    sold(exchange, sells(exchange, old, early))
    assert own.quantity == 1
    return exchange, early, first


def test_a_buy_from_before_the_rebuilt_lot_is_asked_for_and_explains_what_its_sell_sold():
    exchange, _, first = bought_before_the_rebuilt_one()
    book = new_book()
    run(exchange, book)
    assert book.lots[first].remainder == 1


def test_no_more_is_taken_for_gone_than_can_have_been_dust():
    """The exchange does not tell of the BUY yet: that its SELL sold 1 proves nothing."""
    exchange, early, first = bought_before_the_rebuilt_one()
    answer, book = exchange.answer, new_book()
    exchange.answer = lambda asked: [] if asked == TradesOfOrder(early) else answer(asked)
    run(exchange, book)
    # 5 USDT are 0.05 at 100: what is worth that is an order, and never dust
    assert book.lots[first].remainder == D("0.95")


def test_what_no_sale_explains_is_still_there():
    exchange, old = Exchange(), new_book()
    first = bought(exchange, "1.004")
    sells(exchange, old, first)
    second = bought(exchange, "0.99")
    sold(exchange, sells(exchange, old, second))
    book = new_book()
    run(exchange, book)
    assert book.lots[first].remainder == D("0.004")
    sell = sells(exchange, book, bought(exchange, "0.996"))
    assert exchange.orders[sell].quantity == 1


def test_the_lot_that_is_gone_has_it_should_its_buy_go_on():
    exchange, old = Exchange(), new_book()
    first = bought(exchange, "1.004")
    sells(exchange, old, first)
    second = exchange.order(Side.BUY, "2", "100").order_id
    exchange.fill(second, D("0.996"), D(100))
    sold(exchange, sells(exchange, old, second))
    book = new_book()
    current, _ = run(exchange, book)
    assert set(book.lots) == {first}
    exchange.fill(second, D("1.004"), D(100))
    run(exchange, book, current.cursor)
    assert (book.lots[first].remainder, book.lots[second].remainder) == (0, D("1.004"))
    make.check(book.lots[second])


def test_a_crash_while_the_giver_s_own_sell_ends_does_not_sell_its_dust_twice():
    """The database knows of no dust given, and with what the ended SELL left it is none any more."""
    exchange, old, book = Exchange(), new_book(), new_book()
    first, second = bought(exchange, "1.04"), bought(exchange, "0.996")
    told(exchange, old)
    own = exchange.place(make.place(old, first, on=CAPPED))
    old.apply_report(own)
    database, cursor = list(old.lots.values()), exchange.trades[-1].trade_id
    sell = sells(exchange, old, second)
    assert exchange.orders[sell].quantity == D("1.03")
    exchange.expire(own.order_id)
    book.load_lots(database)
    run(exchange, book, cursor)
    for number in lots_in_order(book, [first, second]):
        for step in decide_lot(book, number, PairConditions(make.NOW)):
            if isinstance(step, TransferDust):
                book.lots.transfer_dust(step.transfer)
            if isinstance(step, PlaceSell):
                exchange.place(book.lots.record_sell_sent(step, make.NOW))
    offered = sum(exchange.on_book(each) for each in (first, second))
    assert offered <= D("2.036")
    assert (book.lots[first].open_quantity, book.lots[second].open_quantity) == (D("1"), D("1.03"))
    for lot in book.lots.values():
        make.check(lot)


@pytest.mark.parametrize("is_taker_here", [True, False], ids=["it is on the book", "it is finished"])
def test_late_news_of_a_finished_lot_bring_no_dust_back_that_a_known_lot_took(is_taker_here):
    """After a restart the database does not tell of the lot that is finished; it does of the one that took its dust."""
    exchange, old, book = Exchange(), new_book(), new_book()
    first = bought(exchange, "1.004")
    own = sells(exchange, old, first)
    sold(exchange, own)
    late = exchange.trades[-1], exchange.orders[own]
    second = bought(exchange, "0.996")
    sell = sells(exchange, old, second)
    book.load_lots([old.lots[second]])
    cursor = exchange.trades[-1].trade_id
    book.set_cursor(cursor)
    if not is_taker_here:
        sold(exchange, sell)
        cursor = run(exchange, book, cursor)[0].cursor
        sells_nothing(book, second)
        assert book.archive_finished(cursor)
    book.apply_fill(late[0])
    book.apply_report(late[1])
    run(exchange, book, cursor)
    assert book.lots[first].remainder == 0
    make.check(book.lots[first])


def test_a_lot_that_was_never_recorded_knows_the_dust_that_a_recorded_one_took_of_it():
    """The record of the giver failed, and its keeper died: the next one reads its BUY like a new one."""
    exchange, old, book = Exchange(), new_book(), new_book()
    first = bought(exchange, "1.004")
    sells(exchange, old, first)
    second = bought(exchange, "0.996")
    sells(exchange, old, second)
    assert old.lots[second].dust_taken
    book.load_lots([old.lots[second]])
    book.set_cursor(0)
    for fill in exchange.trades:
        book.apply_fill(fill)
    assert book.lots[first].dust_given == old.lots[second].dust_taken
    make.check(book.lots[first])
