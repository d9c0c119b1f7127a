from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.fills import FeeValue, Side
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.selling.decisions import Close, PlaceSell
from tests.lotkeeper.trading import make

# Fills


def test_a_fill_that_comes_twice_is_no_news():
    book = make.book()
    assert book.apply_fill(make.buy()) is not None
    assert book.apply_fill(make.buy()) is None


@pytest.mark.parametrize("state", LotState)
def test_a_copy_of_a_fill_wakes_no_lot(state):
    book, _ = make.sold_out()
    before = replace(book.lots[7], state=state)
    book.load_lots([before])
    assert book.apply_fill(make.buy()) is None
    assert book.apply_fill(make.sell()) is None
    assert book.lots[7] == before


def test_a_sell_that_filled_before_anyone_said_whose_it_is():
    book = make.book()
    book.apply_fill(make.buy())
    order = make.place(book)
    assert book.apply_fill(make.sell(2, quantity="0.4")) is None
    assert book.apply_fill(make.sell(2, quantity="0.4")) is None
    assert [len(fills) for fills in book.manual_sales.unattributed.values()] == [1]
    lot = book.apply_report(make.sell_report(order))  # the reply, older than the fill
    assert (lot.sold, lot.open_quantity, len(lot.sells)) == (D("0.4"), D("0.6"), 1)
    assert book.manual_sales.unattributed == {}


def test_a_sell_by_hand_is_foreign_and_stays_so():
    book = make.book()
    book.apply_fill(make.sell(2, 90))
    assert book.apply_report(replace(make.sell_report(make.selling()[1], 90), client_id="web_1")) is None
    assert (book.manual_sales.dismissed_ids, book.manual_sales.unattributed) == ({90}, {})
    assert book.apply_fill(make.sell(3, 90)) is None
    assert book.manual_sales.unattributed == {}


def test_one_trade_on_both_sides():
    """A trade with oneself has one id for the BUY and the SELL."""
    book, _order = make.selling()
    book.apply_fill(make.buy(5, 8, quantity="1", price="100.11"))
    lot = book.apply_fill(make.sell(5, 70, price="100.11"))
    assert (lot.sold, book.lots[8].received) == (1, 1)
    assert lot.sells[0].trade_id == book.lots[8].buys[0].trade_id


# What is finished


def test_finished_lots_leave_and_late_copies_change_nothing():
    book, order = make.sold_out()
    assert list(book.lots.open()) == []
    assert book.archive_finished(cursor=1) == []  # trade 2 is not accounted for yet
    assert [lot.buy_order_id for lot in book.archive_finished(cursor=2)] == [7]
    for copy in (make.buy(), make.sell(), make.buy(8)):
        assert book.apply_fill(copy) is None
    assert book.apply_report(make.buy_report()) is None
    assert book.apply_report(make.sell_report(order)) is None
    assert (*book.lots, *book.manual_sales.unattributed, *book.buys_to_rebuild) == ()


def test_late_news_of_a_finished_lot_builds_it_no_second_time():
    """An earlier keeper sold it, and recorded that; the Gateway still has the reply."""
    _, order = make.sold_out()
    book = make.book()
    book.load_lots((), finished=(7,))
    assert book.apply_report(make.sell_report(order, status="FILLED", executed="1")) is None
    assert (*book.buys_to_rebuild, *book.sells.pop_not_sent_here()) == ()


def test_a_sell_that_arrives_after_its_lot_was_finished_sells_coins_of_other_lots():
    """It was in doubt, a person sold the coins meanwhile, and then it reached the exchange."""
    book = make.book()
    book.load_lots((), finished=(7,))
    book.set_cursor(2)
    book.apply_fill(make.buy(3, 8))
    late = make.named_report(7, 1, 70, "0.4", "101")
    assert book.sells.late_name_of(late) == SellName(7, 1)
    assert book.apply_report(late) is None
    assert book.apply_fill(make.sell(4, 70, "0.4")) is None
    (taken,) = book.apply_manual_sales()
    assert (taken.buy_order_id, taken.quantity, book.lots[8].remainder) == (8, D("0.4"), D("0.6"))


def test_a_late_copy_of_the_sell_of_a_finished_lot_takes_nothing_from_others():
    """An earlier process knew its trade, which is accounted for."""
    book = make.book()
    book.load_lots((), finished=(7,))
    book.set_cursor(2)
    book.apply_fill(make.buy(3, 8))
    book.apply_report(make.named_report(7, 1, 70, "1", "101", "FILLED", "1"))
    book.apply_fill(make.sell(2, 70))
    assert (book.apply_manual_sales(), book.lots[8].remainder) == ([], 1)


def test_a_lot_whose_sale_is_known_only_by_report_waits_for_its_fills():
    """Forgotten before, it would go down as sold for nothing."""
    book, order = make.selling()
    book.apply_report(make.buy_report())
    book.apply_report(make.sell_report(order, status="FILLED", executed="1"))
    book.lots.apply_decision(book.lots[7], Close())
    assert book.archive_finished(cursor=100) == []
    book.apply_fill(make.sell(2))
    assert len(book.archive_finished(cursor=100)) == 1


@pytest.mark.parametrize("open_end", ["buy", "fee"])
def test_a_lot_of_which_news_may_come_stays(open_end):
    book, _ = make.sold_out()
    lot = book.lots[7]
    unvalued = replace(lot.sells[0], commission=D("0.1"), commission_asset="BNB")
    book.load_lots([replace(lot, buy_ended=False) if open_end == "buy" else replace(lot, sells=(unvalued,))])
    assert book.archive_finished(cursor=100) == []
    if open_end == "fee":
        assert book.set_fee_value(7, FeeValue(2, "BNB", D(600), make.NOW, D(60))).proceeds == 41
        assert len(book.archive_finished(cursor=100)) == 1


def test_place_is_what_the_rules_want():
    book = make.book()
    book.apply_fill(make.buy())
    decision = make.decision(book.lots[7])
    assert isinstance(decision, PlaceSell)
    order = book.lots.record_sell_sent(decision, make.NOW)
    assert (order.state, order.sent_ms, book.lots[7].state) == (OrderState.PLACING, make.NOW, LotState.SELLING)
    assert make.buy().side is Side.BUY


# Orders that are not ours


def test_orders_of_others_are_counted_while_they_stand():
    """They take order slots of the pair, whichever side they are on."""
    book, ours = make.selling()
    by_hand = replace(make.sell_report(ours, 71), client_id="web_1")
    waiting = replace(make.buy_report(8, "0", "NEW"), quantity=D(1))
    for report in (by_hand, waiting, by_hand):
        book.apply_report(report)
    assert book.other_orders.ids == {71, 8}
    book.apply_report(replace(by_hand, status="CANCELED"))
    book.apply_report(make.buy_report(8, "1"))
    assert book.other_orders.ids == set()
