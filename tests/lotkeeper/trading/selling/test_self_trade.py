"""A sale by instruction that would meet a BUY of the same account."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.lots.instructions import PriceKind
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.policy import Market
from lotkeeper.trading.selling.planned_sale import PlannedSale, Prices, SaleWish, plan_sale
from lotkeeper.trading.selling.self_trade import SelfTrade, consequence_of, met_buy
from tests.lotkeeper.trading import make

AT_MARKET = SaleWish(PriceKind.MARKET, None, None, True, make.NOW, "alice", "")


def own_buy(price: str, number: int = 50, **changes: object) -> OrderReport:
    return replace(make.buy_report(number, "0", "NEW"), price=D(price), **changes)


def planned(*buys: OrderReport, bid: str | None = "100", mode: str = "EXPIRE_TAKER", wish: SaleWish = AT_MARKET):
    """Of a lot of 1 BTC; at the market the limit is half a percent under the bid, 99.5."""
    book, _ = make.selling()
    market = Market(replace(make.pair(), self_trade=mode), D("0.001"))
    return plan_sale(book.lots[7], market, make.policy(), wish, Prices(None if bid is None else D(bid), None, buys))


def test_it_meets_the_highest_buy_at_its_limit_or_above():
    assert met_buy((own_buy("99.4"), own_buy("99.7", 51), own_buy("99.5", 52)), D("99.5")).order_id == 51
    assert met_buy((own_buy("99.5"),), D("99.5")) is not None
    assert met_buy((own_buy("99.4"),), D("99.5")) is None
    assert met_buy((), D(1)) is None


@pytest.mark.parametrize("changes", [{"order_type": "STOP_LOSS_LIMIT"}, {"status": "PENDING_NEW"}])
def test_a_buy_that_is_not_on_the_book_is_not_met(changes):
    assert met_buy((own_buy("100", **changes),), D("99.5")) is None


@pytest.mark.parametrize("mode", [mode for mode in SelfTrade if mode is not SelfTrade.MAKER_ENDS] + [""])
def test_where_the_best_bid_is_ones_own_it_is_refused_with_the_command_that_helps(mode):
    found = planned(own_buy("100"), mode=mode)
    assert found == (
        f"it would meet your own BUY 50 at 100, and the exchange {consequence_of(mode)}: "
        "cancel that BUY first, with `lotkeeper cancel 50`"
    )


def test_where_the_exchange_ends_that_buy_alone_it_is_sold_and_said_and_no_more_than_the_limit_is_expected():
    found = planned(own_buy("100"), mode="EXPIRE_MAKER")
    assert isinstance(found, PlannedSale)
    assert found.met is not None
    assert (found.met.order_id, found.self_trade, found.expected_price) == (50, "EXPIRE_MAKER", D("99.5"))


def test_a_buy_between_the_limit_and_the_bid_is_named():
    found = planned(own_buy("99.8"))
    assert isinstance(found, PlannedSale)
    assert found.met is not None
    assert (found.met.order_id, found.expected_price) == (50, 100)


def test_a_buy_below_the_limit_is_not():
    found = planned(own_buy("99.4"))
    assert isinstance(found, PlannedSale)
    assert found.met is None


def test_without_a_bid_ones_own_may_be_the_best():
    wish = replace(AT_MARKET, kind=PriceKind.AT, price=D(90))
    assert "it would meet your own BUY 50 at 95" in planned(own_buy("95"), bid=None, wish=wish)
    assert isinstance(planned(own_buy("89"), bid=None, wish=wish), PlannedSale)


def test_a_word_that_is_not_known_here_promises_nothing():
    assert consequence_of("EXPIRE_SOMETIMES") == "may end one of them, or both"
