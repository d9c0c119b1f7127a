"""Lots rebuilt from what only the exchange knows: a database old or lost, and a SELL that names its lot."""

from dataclasses import replace
from decimal import Decimal as D

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.states import HoldReason, LotState
from lotkeeper.trading.orders.client_ids import SellName, client_order_id
from lotkeeper.trading.orders.fills import FeeValue, Side
from lotkeeper.trading.recovery import reconcile
from lotkeeper.trading.recovery.questions import TradesFrom, TradesOfOrder
from lotkeeper.trading.recovery.reconcile import Reconciliation
from lotkeeper.trading.reports.profit import realised_profit
from lotkeeper.trading.selling.decisions import Close, Wait
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.exchange import Exchange, agree, bought, placed, run, traded


def test_a_sell_that_was_placed_and_never_noted_is_adopted():
    """A crash between the wire and the database."""
    exchange, old, book = Exchange(), make.book(), make.book()
    buy = bought(exchange, ("1", "100"))
    traded(exchange, old)
    book.load_lots(old.lots.values())
    cursor = exchange.trades[-1].trade_id
    sell = placed(exchange, old, buy)
    exchange.fill(sell, D("0.25"))
    run(exchange, book, cursor)
    agree(exchange, book)
    assert book.lots[buy].orders == (replace(old.lots[buy].orders[0], **seen(book.lots[buy].orders[0])),)


def adopted_unvalued(sell_quantity: str, price: str) -> PairBook:
    """A lot of 1 BTC for 100 with a fee of 0.001 BNB not valued yet; its SELL is known by the exchange alone."""
    book = make.book()
    book.set_terms(make.market(), make.policy())
    book.apply_fill(make.buy(fee="0.001", asset="BNB"))
    book.apply_report(make.named_report(7, 1, 70, sell_quantity, price))
    return book


def test_a_fee_valued_after_a_sell_was_adopted_is_no_profit():
    book = adopted_unvalued("1", "200")
    book.apply_fill(make.sell(quantity="1", price="200"))
    book.set_fee_value(7, FeeValue(1, "BNB", D(600), make.NOW, D("0.6")))
    make.check(book.lots[7])
    assert realised_profit(book.lots[7]) == D("99.4")
    assert realised_profit(book.lots.apply_decision(book.lots[7], Close())) == D("99.4")


def test_dust_keeps_its_share_of_a_fee_valued_late():
    book = adopted_unvalued("0.999995", "200")
    lot = book.set_fee_value(7, FeeValue(1, "BNB", D(600), make.NOW, D("0.6")))
    assert (lot.orders[0].cost, lot.inventory_cost) == (D("100.599497"), D("0.000503"))


def test_of_a_fee_valued_late_each_sell_brings_its_share():
    """The SELL on the book was priced with it; if it ends, the next one of its coins is priced with it as well."""
    book = adopted_unvalued("0.5", "200")
    lot = book.set_fee_value(7, FeeValue(1, "BNB", D(600), make.NOW, D("0.6")))
    assert (lot.orders[0].cost, lot.uncovered_cost) == (D("50.3"), D("50.3"))


def test_what_the_sell_on_the_book_does_not_pay_for_of_a_fee_is_brought_by_the_sells_to_come():
    book = adopted_unvalued("0.5", "100.2")  # 0.5 at 100.2 leave 50.1 * 0.999
    lot = book.set_fee_value(7, FeeValue(1, "BNB", D(600), make.NOW, D("0.6")))
    assert (lot.orders[0].cost, lot.uncovered_cost) == (D("50.0499"), D("50.5501"))


def seen(order):
    return {
        name: getattr(order, name) for name in ("sent_ms", "updated_ms", "executed", "state", "profit", "sell_rate")
    }


def test_a_sell_that_was_placed_filled_and_never_noted_is_not_placed_again():
    exchange, old, book = Exchange(), make.book(), make.book()
    buy = bought(exchange, ("1", "100"))
    traded(exchange, old)
    book.load_lots(old.lots.values())
    cursor = exchange.trades[-1].trade_id
    exchange.fill(placed(exchange, old, buy), D(1))
    run(exchange, book, cursor)
    agree(exchange, book)
    assert book.lots[buy].remainder == 0


def test_without_a_database_each_open_sell_brings_its_lot_back():
    exchange, old, book = Exchange(), make.book(), make.book()
    buys = [bought(exchange, ("0.5", "100"), ("0.5", "102")) for _ in range(3)]
    traded(exchange, old)
    for buy in buys:
        placed(exchange, old, buy)
    run(exchange, book)
    agree(exchange, book)
    assert set(book.lots) == set(buys)
    assert all(lot.remainder == 0 and lot.buy_ended for lot in book.lots.values())


def test_without_a_database_what_an_earlier_sell_has_sold_is_not_sold_again():
    exchange, old, book = Exchange(), make.book(), make.book()
    buy = bought(exchange, ("1", "100"), quantity="2")
    traded(exchange, old)
    first = placed(exchange, old, buy)
    exchange.fill(buy, D(1), D(100))
    traded(exchange, old)
    placed(exchange, old, buy)
    exchange.fill(first, D(1))
    run(exchange, book)
    agree(exchange, book)
    assert book.lots[buy].remainder == 0


def test_without_a_database_what_a_later_sell_has_sold_is_not_sold_again():
    exchange, old, book = Exchange(), make.book(), make.book()
    buy = bought(exchange, ("1", "100"), quantity="2")
    traded(exchange, old)
    placed(exchange, old, buy)
    exchange.fill(buy, D(1), D(90))
    traded(exchange, old)
    exchange.fill(placed(exchange, old, buy), D(1))
    run(exchange, book)
    agree(exchange, book)
    assert book.lots[buy].remainder == 0
    assert book.lots[buy].next_generation == 3


def test_without_a_database_the_history_of_a_lot_is_read_in_pages(monkeypatch):
    monkeypatch.setattr(reconcile, "PAGE", 2)
    exchange, old, book = Exchange(), make.book(), make.book()
    buy = bought(exchange, *[("0.1", "100")] * 5)
    traded(exchange, old)
    sell, later = placed(exchange, old, buy), set()
    for _ in range(3):
        exchange.fill(sell, D("0.1"))
        exchange.fill(exchange.order(Side.SELL, "1", "200", "web_by_hand").order_id, D("0.3"))
        later.add(bought(exchange, ("1", "50")))
    run(exchange, book)
    agree(exchange, book)
    assert set(book.lots) == {buy, *later}


def test_without_a_database_a_lot_sold_out_long_ago_stays_in_the_past():
    exchange, old, book = Exchange(), make.book(), make.book()
    kept = bought(exchange, ("1", "100"))
    gone = bought(exchange, ("1", "90"))
    traded(exchange, old)
    placed(exchange, old, kept)
    exchange.fill(placed(exchange, old, gone), D(1))
    _, asked = run(exchange, book)
    agree(exchange, book)
    assert set(book.lots) == {kept}
    assert asked < 12


def test_without_a_database_a_sell_that_a_person_cut_short_is_not_sold_again():
    """Its name is gone with the cancel: it counts as made by hand, and so sold what no other SELL held."""
    exchange, old, book = Exchange(), make.book(), make.book()
    buy = bought(exchange, ("1", "100"))
    traded(exchange, old)
    first = placed(exchange, old, buy)
    old.apply_fill(exchange.fill(first, D("0.4")))
    old.apply_report(exchange.cancel(first))
    old.lots.resume(make.NOW)
    placed(exchange, old, buy)
    run(exchange, book)
    assert [(each.order_id, each.quantity) for each in book.lots[buy].disposals] == [(first, D("0.4"))]
    assert (book.lots[buy].remainder, book.lots[buy].open_quantity) == (0, D("0.6"))


def test_of_two_lots_that_may_have_lost_a_sell_that_a_person_cut_short_a_person_is_asked():
    """The one bought first is charged with it; the other may be the one that was sold."""
    exchange, old, book = Exchange(), make.book(), make.book()
    buys = [bought(exchange, ("1", "100")) for _ in range(2)]
    traded(exchange, old)
    for buy in buys:
        cut = placed(exchange, old, buy)
        old.apply_fill(exchange.fill(cut, D("0.4"))) if buy == buys[1] else None
        old.apply_report(exchange.cancel(cut))
    old.lots.resume(make.NOW)
    for buy, part in zip(buys, ("0.5", "0.1"), strict=True):
        name = client_order_id(SellName(buy, 2))
        exchange.order(Side.SELL, part, "101", name)
    run(exchange, book)
    assert [book.lots[each].remainder for each in buys] == [D("0.1"), D("0.9")]
    decision = make.decision(book.lots[buys[1]])
    assert isinstance(decision, Wait)
    assert "by hand" in decision.why
    assert book.lots[buys[1]].hold is HoldReason.PERHAPS_SOLD


def test_a_buy_that_goes_on_after_the_database_was_lost_is_not_sold_again():
    """Its earlier part was sold by a SELL of the very name that the next one would bear."""
    exchange, old, book = Exchange(), make.book(), make.book()
    buy = bought(exchange, ("0.5", "100"), quantity="1")
    traded(exchange, old)
    exchange.fill(placed(exchange, old, buy), D("0.5"))
    current, _ = run(exchange, book)
    book.apply_fill(exchange.fill(buy, D("0.5"), D(101)))
    placed(exchange, book, buy)
    run(exchange, book, current.cursor)
    agree(exchange, book)
    assert (book.lots[buy].received, book.lots[buy].remainder) == (1, 0)


def test_a_lot_of_the_past_whose_buy_goes_on_later_still_knows_what_it_sold():
    exchange, old, book = Exchange(), make.book(), make.book()
    kept = bought(exchange, ("1", "100"))
    gone = bought(exchange, ("0.5", "90"), quantity="1")
    traded(exchange, old)
    placed(exchange, old, kept)
    exchange.fill(placed(exchange, old, gone), D("0.5"))
    current, _ = run(exchange, book)  # reads the past for the sake of the first
    assert set(book.lots) == {kept}
    exchange.fill(gone, D("0.5"), D(91))
    run(exchange, book, current.cursor)
    agree(exchange, book)
    assert (book.lots[gone].received, book.lots[gone].remainder) == (1, D("0.5"))


def test_while_the_past_of_a_buy_that_goes_on_is_read_nothing_is_sold():
    exchange, book = Exchange(), make.book()
    buy = bought(exchange, ("0.5", "100"), quantity="1")
    current = Reconciliation(book, exchange.trades[-1].trade_id, make.NOW)
    book.apply_fill(exchange.fill(buy, D("0.5"), D(101)))
    questions = list(current.begin())
    while not any(isinstance(each, TradesOfOrder) for each in questions):
        question = questions.pop(0)
        take = current.apply_trades if isinstance(question, TradesFrom) else current.apply_orders
        questions += take(question, exchange.answer(question))
    assert questions == [TradesOfOrder(buy)]
    following = current.apply_trades(questions[0], exchange.answer(questions[0]))
    assert following == (TradesFrom(exchange.trades[0].trade_id),)
    assert isinstance(make.decision(book.lots[buy]), Wait)
    current.apply_trades(following[0], exchange.answer(following[0]))
    assert current.is_done
    assert make.place(book, buy).quantity == 1


def test_a_late_copy_of_a_buy_that_was_sold_before_the_restart_is_not_sold_again():
    """The database does not tell of a lot that is finished: what became of it is read before anything is placed."""
    exchange, old, book = Exchange(), make.book(), make.book()
    buy = bought(exchange, ("1", "100"))
    traded(exchange, old)
    exchange.fill(placed(exchange, old, buy), D(1))
    book.set_cursor(exchange.trades[-1].trade_id)
    assert book.apply_fill(exchange.trades[0]) is None
    assert buy not in book.lots
    assert set(book.buys_to_rebuild) == {buy}
    run(exchange, book, book.cursor)
    agree(exchange, book)
    assert book.lots[buy].remainder == 0


def test_a_trade_that_the_list_of_trades_did_not_have_is_sold_when_its_past_is_read():
    """It is older than one that was listed: slower, but not lost."""
    exchange, book = Exchange(), make.book()
    buy = bought(exchange, ("1", "100"))
    book.set_cursor(exchange.trades[-1].trade_id)
    book.apply_fill(exchange.trades[0])
    run(exchange, book, book.cursor)
    agree(exchange, book)
    assert make.place(book, buy).quantity == 1


def test_a_buy_after_the_last_trade_accounted_for_is_sold_at_once():
    exchange, book = Exchange(), make.book()
    book.set_cursor(5000)
    buy = bought(exchange, ("1", "100"))
    assert book.apply_fill(exchange.trades[0]) is not None
    assert make.place(book, buy).quantity == 1


def test_two_buys_from_before_our_time_that_go_on_are_both_read():
    """The first has the trades read from its first one on; the second, which is within them, is held all the same.

    An earlier version noted no moment from which on BUYs count.
    """
    exchange, book = Exchange(), make.book()
    first, second = bought(exchange, ("0.5", "100"), quantity="1"), bought(exchange, ("0.5", "100"), quantity="1")
    current, _ = run(exchange, book, exchange.trades[-1].trade_id)
    for buy in (first, second):
        book.apply_fill(exchange.fill(buy, D("0.5"), D(101)))
    held = set()
    run(exchange, book, current.cursor, between=lambda: held.update(lot.buy_order_id for lot in book.lots.being_read()))
    assert held == {first, second}
    assert not book.lots.being_read()


def test_a_sell_taken_back_by_hand_while_its_lot_is_read_holds_the_lot_once_it_is_read():
    """And no sooner: held by hand it would not be read, and believe in what its other SELLs sold."""
    exchange, old, book = Exchange(), make.book(), make.book()
    buy = bought(exchange, ("1", "100"))
    traded(exchange, old)
    sell = placed(exchange, old, buy)
    by_hand = exchange.order(Side.SELL, "0.4", "101").order_id
    cancelled: list = []

    def cancels_and_sells() -> None:
        if book.lots.being_read() and not cancelled:
            cancelled.append(exchange.cancel(sell))
            book.apply_report(cancelled[0])
            exchange.fill(by_hand, D("0.4"))

    run(exchange, book, between=cancels_and_sells)
    run(exchange, book, exchange.trades[0].trade_id)
    assert cancelled
    assert (book.lots[buy].state, book.lots[buy].hold) == (LotState.HELD, HoldReason.CANCELLED_BY_HAND)
    assert book.lots[buy].remainder == D("0.6")
    assert not book.lots.being_read()
