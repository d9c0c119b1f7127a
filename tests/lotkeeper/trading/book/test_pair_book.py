from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.lots.states import HOLD_SENTENCES, HoldReason, LotState
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.fills import FeeValue, Side
from lotkeeper.trading.orders.states import OrderEvent, OrderState
from lotkeeper.trading.selling.decisions import Close, Park, ParkCause, PlaceSell, Wait, WaitUntil
from tests.lotkeeper.trading import make


def deciding(book, buy=7):
    return make.decision(book.lots[buy])


def sold_out():
    """A lot that is sold and closed, its BUY ended; its last trade is number 2."""
    book, order = make.selling()
    book.apply_report(make.buy_report())
    book.apply_fill(make.sell(2))
    book.apply_report(make.sell_report(order, status="FILLED", executed="1"))
    book.lots.apply_decision(book.lots[7], Close())
    return book, order


# Fills


def test_each_buy_order_is_a_lot():
    book = make.book()
    book.apply_fill(make.buy(1, 7))
    book.apply_fill(make.buy(2, 8))
    book.apply_fill(make.buy(3, 7))
    assert [len(book.lots[buy].buys) for buy in (7, 8)] == [2, 1]


def test_a_fill_that_comes_twice_is_no_news():
    book = make.book()
    assert book.apply_fill(make.buy()) is not None
    assert book.apply_fill(make.buy()) is None


@pytest.mark.parametrize("state", LotState)
def test_a_copy_of_a_fill_wakes_no_lot(state):
    book, _ = sold_out()
    before = replace(book.lots[7], state=state)
    book.load_lots([before])
    assert book.apply_fill(make.buy()) is None
    assert book.apply_fill(make.sell()) is None
    assert book.lots[7] == before


def test_a_buy_that_fills_after_its_lot_closed_opens_it_again():
    book, _ = sold_out()
    lot = book.apply_fill(make.buy(9, quantity="0.5"))
    assert lot.state is LotState.OPEN
    assert deciding(book).quantity == D("0.5")


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


# Reports


def test_a_sell_cancelled_by_hand_is_held_until_resumed():
    book, order = make.selling()
    lot = book.apply_report(make.sell_report(order, status="CANCELED"))
    assert (lot.state, lot.hold) == (LotState.HELD, HoldReason.CANCELLED_BY_HAND)
    assert deciding(book) == Wait(HOLD_SENTENCES[HoldReason.CANCELLED_BY_HAND], WaitUntil.RESUMED)
    assert book.lots.apply_decision(lot, Park(ParkCause.TOO_SMALL, "too small")) is None  # a held lot keeps its reason
    assert [each.state for each in book.lots.resume(make.NOW)] == [LotState.OPEN]
    assert deciding(book).name.generation == 2
    assert book.lots.resume(make.NOW) == []


def test_a_sell_amended_by_hand_is_known_by_its_order_id():
    """An amended order bears a new client id (Binance rest-api.md, "Order Amend Keep Priority")."""
    book, order = make.selling()
    lot = book.apply_report(make.sell_report(order, status="PARTIALLY_FILLED", executed="0.5", client_id="amend_1"))
    assert lot.sold == D("0.5")
    assert book.manual_sales.dismissed_ids == set()


@pytest.mark.parametrize(("price", "quantity"), [("101.5", "1"), ("100.11", "1.5")])
def test_what_an_earlier_keeper_sent_under_a_name_counts_and_not_what_was_refused_for_it(price, quantity):
    """It died before its record was written; the next one chose the same name for another order."""
    book = make.book()
    book.apply_fill(make.buy(quantity="1"))
    order = make.place(book)
    book.apply_fill(make.buy(2, quantity="1"))
    theirs = replace(make.sell_report(order, status="NEW"), price=D(price), quantity=D(quantity))
    lot = book.apply_report(theirs)
    assert [(each.price, each.quantity) for each in lot.orders] == [(D(price), D(quantity))]
    assert (lot.state, lot.remainder, book.pop_sells_not_sent_here()) == (LotState.SELLING, 2 - D(quantity), [])
    make.check(lot)


def test_a_sell_that_the_exchange_ended_is_placed_again():
    book, order = make.selling()
    book.apply_report(make.sell_report(order, status="EXPIRED_IN_MATCH", executed="0.5"))
    book.apply_report(make.sell_report(order, status="EXPIRED_IN_MATCH", executed="0.5"))
    decision = deciding(book)
    assert (decision.name.generation, decision.quantity) == (2, D("0.5"))


def test_filled_after_the_cancel_closes_a_held_lot():
    book, order = make.selling()
    book.apply_report(make.sell_report(order, status="CANCELED", executed="0.5"))
    book.apply_report(make.sell_report(order, status="FILLED", executed="1"))
    assert deciding(book) == Close()
    assert book.lots.apply_decision(book.lots[7], Close()).state is LotState.CLOSED


def test_the_end_of_a_buy_counts_when_all_its_fills_are_here():
    """Its report may overtake them, and comes once."""
    book = make.book()
    book.apply_fill(make.buy(quantity="0.5"))
    assert book.apply_report(make.buy_report(status="NEW")) is None
    assert book.apply_report(make.buy_report(executed="1")) is None
    assert not book.lots[7].buy_ended
    assert book.apply_fill(make.buy(2, quantity="0.5")).buy_ended
    assert book.apply_report(make.buy_report(executed="1")) is None


def test_the_end_of_a_buy_may_come_before_its_first_fill():
    book = make.book()
    assert book.apply_report(make.buy_report(executed="1")) is None
    assert book.apply_fill(make.buy()).buy_ended


def test_a_buy_that_ends_with_nothing_is_no_lot():
    book = make.book()
    assert book.apply_report(make.buy_report(executed="0", status="CANCELED")) is None
    assert not book.lots


def test_a_status_that_is_not_known_leaves_the_order_as_it_is():
    book, order = make.selling(order_id=70)
    before = book.lots[7].orders[0].state
    book.apply_report(make.sell_report(order, status="MELTED"))
    assert book.lots[7].orders[0].state is before


def test_a_refused_copy_takes_nothing_from_the_order_that_stands():
    book, order = make.selling(order_id=70)
    assert book.apply_report(make.sell_report(order, 71, "REJECTED")) is None


def test_an_older_namesake_that_sold_nothing_says_nothing():
    """A name may be used again once its order has ended: the exchange may answer with either."""
    book, order = make.selling(order_id=71)
    assert book.apply_report(make.sell_report(order, 70, "EXPIRED")) is None


def test_two_orders_of_one_name_are_never_counted_as_one():
    book, order = make.selling(order_id=70)
    book.apply_fill(make.sell(2, 71, quantity="0.75"))
    for _ in range(2):
        lot = book.apply_report(make.sell_report(order, 71, "PARTIALLY_FILLED", "0.75")) or book.lots[7]
    assert (lot.sold, lot.open_quantity, lot.remainder) == (D("0.75"), D("1.25"), -1)
    assert deciding(book) == Wait("reconciliation: SELLs cover 1 BTC more than was received", WaitUntil.RECONCILED)
    lot = book.apply_report(make.sell_report(order, 71, "FILLED", "1"))
    assert [each.order_id for each in lot.orders] == [70, 71]
    make.check(lot)


# What is finished


def test_finished_lots_leave_and_late_copies_change_nothing():
    book, order = sold_out()
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
    _, order = sold_out()
    book = make.book()
    book.load_lots((), finished=(7,))
    assert book.apply_report(make.sell_report(order, status="FILLED", executed="1")) is None
    assert (*book.buys_to_rebuild, *book.pop_sells_not_sent_here()) == ()


def test_a_sell_that_arrives_after_its_lot_was_finished_sells_coins_of_other_lots():
    """It was in doubt, a person sold the coins meanwhile, and then it reached the exchange."""
    book = make.book()
    book.load_lots((), finished=(7,))
    book.set_cursor(2)
    book.apply_fill(make.buy(3, 8))
    late = make.named_report(7, 1, 70, "0.4", "101")
    assert book.name_of_late_sell(late) == SellName(7, 1)
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
    book, _ = sold_out()
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
    decision = deciding(book)
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


def test_a_buy_that_was_cancelled_has_ended_with_what_it_bought():
    book = make.book()
    book.apply_fill(make.buy(quantity="0.5"))
    report = replace(make.buy_report(executed="0.5", status="CANCELED"), quantity=D(1))
    assert book.apply_report(report).buy_ended


def test_a_refused_sell_that_stands_after_all_is_selling():
    book = make.book()
    book.apply_fill(make.buy())
    order = make.place(book)
    book.lots.apply_order_event(order.name, OrderEvent.REFUSED, make.NOW, "refused")
    book.lots.apply_decision(book.lots[7], Park(ParkCause.REFUSED, "refused"))
    assert book.lots[7].state is LotState.PARKED
    assert book.apply_report(make.sell_report(order)).state is LotState.SELLING


def in_flight():
    """A SELL was sent; an earlier keeper had cancelled one of the same name, of which nothing is known here."""
    book = make.book()
    book.apply_fill(make.buy())
    order = make.place(book)
    return book, make.sell_report(order, 60, "CANCELED"), make.sell_report(order, 70)


def test_the_late_end_of_an_earlier_order_of_the_same_name_frees_no_coins():
    book, earlier_end, _ = in_flight()
    assert book.apply_report(earlier_end) is None
    assert (book.lots[7].orders[0].state, book.lots[7].remainder) == (OrderState.PLACING, 0)


def test_the_reply_says_which_of_the_two_is_ours():
    book, earlier_end, ours = in_flight()
    book.apply_report(earlier_end)
    book.apply_report(ours, is_certain=True)
    book.apply_report(earlier_end)
    assert [(each.order_id, each.state) for each in book.lots[7].orders] == [(70, OrderState.OPEN)]


def test_an_end_that_comes_before_the_reply_counts_when_the_reply_shows_that_it_is_ours():
    book, _, ours = in_flight()
    assert book.apply_report(replace(ours, status="EXPIRED")) is None
    book.apply_report(ours, is_certain=True)
    assert [(each.order_id, each.state) for each in book.lots[7].orders] == [(70, OrderState.EXPIRED)]


def test_an_end_that_is_certain_counts_at_once():
    book, _, ours = in_flight()
    book.apply_report(replace(ours, status="EXPIRED"), is_certain=True)
    assert book.lots[7].orders[0].state is OrderState.EXPIRED


def test_an_end_with_something_sold_counts_at_once():
    """What sold something is found by its trades before anything is decided, so no name of it is used again."""
    book, _, ours = in_flight()
    book.apply_report(replace(ours, status="CANCELED", executed=D("0.5")))
    assert book.lots[7].orders[0].state is OrderState.CANCELED


@pytest.mark.parametrize("price", ["100.11", "101.5"])
def test_the_late_news_that_an_earlier_order_of_the_same_name_stands_frees_no_coins(price):
    """Ours is on the exchange with all of its quantity, and the rest would be offered a second time."""
    book, _, ours = in_flight()
    book.apply_report(replace(ours, order_id=60, quantity=D("0.6"), price=D(price)))
    assert book.lots[7].remainder == 0
    book.apply_report(ours, is_certain=True)
    assert [(each.order_id, each.quantity) for each in book.lots[7].orders] == [(70, 1)]


def test_our_sell_that_was_made_smaller_before_its_reply_is_smaller_when_the_reply_shows_that_it_is_ours():
    book, _, ours = in_flight()
    for report in (replace(ours, quantity=D("0.6")), replace(ours, status="CANCELED", quantity=D("0.6"))):
        assert book.apply_report(report) is None
    lot = book.apply_report(ours, is_certain=True)
    assert [(each.state, each.quantity) for each in lot.orders] == [(OrderState.CANCELED, D("0.6"))]
    assert lot.hold is HoldReason.CANCELLED_BY_HAND


def test_that_a_smaller_order_stands_counts_at_once_when_ours_cannot_arrive_any_more():
    book, _, ours = in_flight()
    book.apply_report(replace(ours, order_id=60, quantity=D("0.6")), is_certain=True)
    assert [(each.order_id, each.quantity) for each in book.lots[7].orders] == [(60, D("0.6"))]
