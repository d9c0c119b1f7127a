"""What a SELL covers that only the exchange knows."""

from decimal import Decimal as D
from fractions import Fraction

import pytest

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.book.rebuild import sell_from_report
from lotkeeper.trading.lots.floors import RequiredProceeds, floor_price
from lotkeeper.trading.lots.lot import Lot, with_buy
from lotkeeper.trading.lots.states import HOLD_SENTENCES, HoldEvent, HoldReason
from lotkeeper.trading.money import Ratio
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.policy import ExitPolicy
from lotkeeper.trading.reports.profit import realised_profit
from lotkeeper.trading.selling.decisions import Close, Wait, WaitUntil
from tests.lotkeeper.trading import make

MARKET, POLICY = make.market(), ExitPolicy(D(1))


def found(quantity="1", price="120", *, bought="1", market=MARKET, policy=POLICY):
    lot = Lot(make.SYMBOL, make.BASE, make.QUOTE, 7)
    if bought:
        lot = with_buy(lot, make.buy(quantity=bought))
    report = make.named_report(7, 3, 70, quantity, price)
    return sell_from_report(lot, SellName(7, 3), report, market, policy)


def test_it_is_taken_as_it_was_when_it_was_sent():
    sell = found()
    assert (sell.name, sell.price, sell.quantity) == (SellName(7, 3), 120, 1)
    assert (sell.state, sell.sent_ms, sell.executed) == (OrderState.PLACING, make.NOW + 10, 0)
    assert (sell.profit, sell.sell_rate) == (None, None)  # nobody knows its terms


def test_at_a_good_price_it_covers_its_share():
    assert found("0.25").cost == 25


def test_at_a_low_price_it_covers_what_it_pays_for_and_the_others_have_to_bring_the_rest():
    sell = found("0.5", "80")
    # 40 * 0.999 / 1.01 = 39.5643564...
    assert sell.cost == D("39.564356435643")
    claim = RequiredProceeds(Ratio(sell.cost), Ratio(sell.cost, D(100)))
    assert floor_price(claim, D("0.5"), D("0.001"), D("0.01")) == 80


def half_sold():
    """1 for 100, of which 0.4 has a SELL that covers 40."""
    book = make.book()
    book.set_terms(MARKET, ExitPolicy(D(0)))
    book.apply_fill(make.buy())
    book.apply_report(make.named_report(7, 1, 69, "0.4", "200"))
    return book.lots[7]


def test_of_a_lot_that_has_others_it_covers_its_share_of_the_rest():
    report = make.named_report(7, 2, 70, "0.3", "200")
    assert sell_from_report(half_sold(), SellName(7, 2), report, MARKET, ExitPolicy(D(0))).cost == 30
    assert sell_from_report(half_sold(), SellName(7, 2), report, None, None).cost == 30


def test_a_profit_in_quote_is_shared_by_all_of_the_lot():
    # 0.3 at 80 leave 24 * 0.999 = 23.976, of which 0.3 of the 10 that the lot wants are profit
    report = make.named_report(7, 2, 70, "0.3", "80")
    policy = ExitPolicy(D(0), min_net_profit=D(10))
    assert sell_from_report(half_sold(), SellName(7, 2), report, MARKET, policy).cost == D("20.976")


def test_without_terms_it_covers_its_share():
    assert found("0.5", "80", market=None).cost == 50
    assert found("0.5", "80", policy=None).cost == 50


def test_of_nothing_it_covers_nothing():
    assert found(bought="").cost == 0


def test_more_than_all_is_all():
    assert found("2", "1000").cost == 100


# Lots that only a SELL tells of


def rebuilt(quantity="0.4"):
    book = make.book()
    assert book.apply_report(make.named_report(7, 2, 71, quantity, "100.11")) is None
    return book


def test_a_sell_that_names_a_lot_not_known_is_a_question():
    book = rebuilt()
    assert list(book.buys_to_rebuild) == [7]
    book.apply_fill(make.buy())
    lot = book.rebuild_lot(7)
    assert (lot.open_quantity, lot.remainder) == (D("0.4"), D("0.6"))
    assert not book.buys_to_rebuild


def test_a_rebuilt_lot_sells_nothing_before_its_other_sells_are_looked_for():
    book = rebuilt()
    assert book.apply_fill(make.buy()) is None  # a live copy, before the answer
    assert book.lots == {}
    book.rebuild_lot(7)
    assert book.lots[7].hold is HoldReason.READING
    assert make.decision(book.lots[7]) == Wait(HOLD_SENTENCES[HoldReason.READING], WaitUntil.RESUMED)
    assert book.lots.resume(make.NOW) == []  # a person frees what a person held
    assert book.lots.being_read() == [book.lots[7]]
    again = make.book()
    again.load_lots(book.lots.values())  # also after a restart
    assert len(again.lots.being_read()) == 1
    book.lots.apply_hold_event(7, HoldEvent.READ)
    assert make.decision(book.lots[7]).name.generation == 3


def test_a_buy_that_nobody_knows_is_given_up():
    book = rebuilt()
    assert book.rebuild_lot(7) is None
    assert (*book.lots, *book.buys_to_rebuild) == ()


@pytest.mark.parametrize("pct", ["0", "0.5"])
def test_a_rebuilt_lot_brings_the_floor_of_all_it_covers(pct):
    """The SELL on the book covers the cheap part; the rest must bring what the dear part cost."""
    market, policy = make.market(), make.policy(pct)
    old = make.book()
    old.apply_fill(make.buy(1, price="100"))
    first = make.place(old, on=market, by=policy)
    book = PairBook(make.SYMBOL, make.BASE, make.QUOTE, market=market, policy=policy)
    book.apply_report(make.sell_report(first))
    for fill in (make.buy(1, price="100"), make.buy(2, price="130")):
        book.apply_fill(fill)
    book.rebuild_lot(7)
    book.lots.apply_hold_event(7, HoldEvent.READ)
    second = make.place(book, on=market, by=policy)
    brought = sum(Fraction(order.price) * Fraction(order.quantity) for order in (first, second))
    assert brought * (1 - Fraction(market.sell_rate)) >= 230 * (1 + Fraction(D(pct)) / 100)
    make.check(book.lots[7])


def test_a_rebuilt_sell_covers_what_it_pays_for_and_the_lot_earns_what_it_brought():
    """Placed when less profit was wanted: what it does not pay for with today's is no cost of the dust that is left."""
    market = make.market(rate="0")
    book = PairBook(make.SYMBOL, make.BASE, make.QUOTE, market=market, policy=make.policy("5"))
    book.apply_report(make.named_report(7, 1, 70, "1", "101"))
    book.apply_fill(make.buy(quantity="1.000004", price="100"))
    book.rebuild_lot(7)
    lot = book.apply_report(make.buy_report(executed="1.000004"))
    # 101 / 1.05 = 96.19047619...; the dust is worth its share of the cost, 0.0004
    assert lot.orders[0].cost == D("96.190476190476")
    assert lot.uncovered_cost == D("3.809923809524")
    assert lot.inventory_cost == D("0.0004")
    book.lots.apply_hold_event(7, HoldEvent.READ)
    book.apply_fill(make.sell(2, price="101"))
    book.lots.apply_decision(book.lots[7], Close())
    assert realised_profit(book.lots[7]) == 1
