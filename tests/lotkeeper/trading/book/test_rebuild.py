"""What a SELL covers that only the exchange knows."""

from decimal import Decimal as D

from lotkeeper.trading.book.rebuild import sell_from_report
from lotkeeper.trading.lots.floors import RequiredProceeds, floor_price
from lotkeeper.trading.lots.lot import Lot, with_buy
from lotkeeper.trading.money import Ratio
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.policy import ExitPolicy
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
