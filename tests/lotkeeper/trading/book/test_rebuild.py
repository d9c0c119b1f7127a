"""What a SELL covers that was found on the exchange."""

from decimal import Decimal as D
from fractions import Fraction
from itertools import permutations

import pytest

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.book.rebuild import sell_from_report, with_found_costs
from lotkeeper.trading.lots.floors import RequiredProceeds, floor_price
from lotkeeper.trading.lots.lot import Lot, with_buy, with_order
from lotkeeper.trading.lots.states import HOLD_SENTENCES, HoldEvent, HoldReason
from lotkeeper.trading.money import Ratio
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.fills import Fill, Side
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
    return with_found(lot, make.named_report(7, 3, 70, quantity, price), market, policy).orders[-1]


def with_found(lot, report, market=MARKET, policy=POLICY):
    """The lot with the SELL of a report, and its share of the cost."""
    name = SellName(7, lot.next_generation if lot.orders else 3)
    return with_found_costs(with_order(lot, sell_from_report(name, report)), make.NOW, market, policy)


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
    assert [each.cost for each in with_found(half_sold(), report, MARKET, ExitPolicy(D(0))).orders] == [40, 30]
    assert [each.cost for each in with_found(half_sold(), report, None, None).orders] == [40, 30]


def test_a_profit_in_quote_is_shared_by_all_of_the_lot():
    # 0.3 at 80 leave 24 * 0.999 = 23.976, of which 0.3 of the 10 that the lot wants are profit
    report = make.named_report(7, 2, 70, "0.3", "80")
    policy = ExitPolicy(D(0), min_net_profit=D(10))
    assert with_found(half_sold(), report, MARKET, policy).orders[-1].cost == D("20.976")


def test_without_terms_it_covers_its_share():
    assert found("0.5", "80", market=None).cost == 50
    assert found("0.5", "80", policy=None).cost == 50


def test_of_nothing_it_covers_nothing():
    assert found(bought="").cost == 0


def test_more_than_all_is_all():
    assert found("2", "1000").cost == 100


# What becomes known after the SELL


def found_in_order(*facts):
    """The lot after its fills (of BUYs) and reports (of SELLs) came in this order."""
    book = PairBook(make.SYMBOL, make.BASE, make.QUOTE, market=MARKET, policy=ExitPolicy(D(0)))
    for fact in facts:
        (book.apply_fill if isinstance(fact, Fill) else book.apply_report)(fact)
    make.check(book.lots[7])
    return book.lots[7]


def test_a_sell_that_is_found_before_the_fills_it_was_priced_by_takes_its_share_of_them():
    """Otherwise the next SELL has to bring all of the cost, far above the market."""
    lot = found_in_order(make.buy(1, quantity="0.1"), make.named_report(7, 1, 70, "0.6", "101"), make.buy(2))
    assert (lot.orders[0].cost, lot.uncovered_cost) == (60, 50)


def test_what_is_bought_after_a_sell_was_placed_is_no_cost_of_it():
    cheaper = make.buy(50, price="90")  # the SELL was created before it
    lot = found_in_order(make.buy(), make.named_report(7, 1, 70, "1", "101"), cheaper)
    assert (lot.orders[0].cost, lot.uncovered_cost) == (100, 90)


def test_an_earlier_sell_that_ended_is_found_after_the_one_on_the_book():
    """What it sold has its share, and the SELL on the book has that of its own coins."""
    ended = make.named_report(7, 1, 69, "0.6", "101", "CANCELED", "0.2")
    lot = found_in_order(make.buy(), make.named_report(7, 2, 70, "0.8", "101"), ended)
    assert [each.covered_cost for each in lot.orders] == [20, 80]
    assert (lot.remainder, lot.uncovered_cost) == (0, 0)


def test_a_sell_that_is_found_before_the_end_of_the_one_whose_coins_it_sells_takes_its_cost_over():
    """Otherwise what is left has to bring the cost of all, at a price that the exchange refuses."""
    book, order = make.selling("1.05")
    book.set_terms(MARKET, ExitPolicy(D(0)))
    book.apply_report(make.named_report(7, 2, 71, "1", "101"))
    book.apply_report(make.sell_report(order, status="EXPIRED"))
    lot = book.lots[7]
    assert [each.covered_cost for each in lot.orders] == [0, 100]
    assert (lot.remainder, lot.uncovered_cost) == (D("0.05"), 5)


def test_the_costs_are_the_same_in_whichever_order_the_news_come():
    """Fills of the BUY, SELLs on the book, one that has ended, and one that pays for less than its share."""
    facts = (
        make.buy(1, quantity="0.3", price="90"),
        make.buy(2, quantity="0.7", price="110"),
        make.named_report(7, 1, 69, "0.5", "120", "CANCELED", "0.2"),
        make.named_report(7, 2, 70, "0.4", "80"),
        make.named_report(7, 3, 71, "0.3", "120"),
    )
    costs = {
        tuple(each.cost for each in found_in_order(*order).orders)
        for order in permutations(facts)
        if order[0].side is Side.BUY  # a SELL before every fill makes a lot to be rebuilt
    }
    assert len(costs) == 1


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
