"""A person gives a price that the exchange's price band does not take: the plan says so, before anything is asked."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.engine.testkit import Probe
from lotkeeper.trading.buying.purchase import PurchaseWish
from lotkeeper.trading.filters.amounts import PercentPriceBySide
from lotkeeper.trading.lots.instructions import PriceKind
from lotkeeper.trading.prices.best_prices import BestPrices
from lotkeeper.trading.selling.planned_sale import SaleWish
from messages.control import CommandRefused
from messages.ledger import RecordLots
from messages.pair_commands import BuyCoins, PurchaseAnswered, SaleAnswered, SellLot
from messages.purchases import RecordPurchase
from messages.queries import FetchFailed, FetchReference, FetchTop, ReferenceFetched, TopFetched
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL
from tests.actors.stage import BUY_ID, PAIR, Stage, starting_keeper, trading_keeper

SIDES = PercentPriceBySide(bid_up=D("1.1"), bid_down=D("0.8"), ask_up=D("1.2"), ask_down=D("0.9"))
BANDED = replace(PAIR, filters=(*PAIR.filters, SIDES))


def banded_keeper() -> Stage:
    """One with a lot, on a pair with a price band."""
    stage = starting_keeper()
    stage.market(BANDED)
    stage.loaded()
    stage.answers()
    stage.calm()
    stage.selling()
    stage.recorded()
    return stage


def buys(stage: Stage, price: str | None, *, dry: bool = True) -> Probe:
    person = stage.desk.probe(f"a buyer ({len(stage.sent)})")
    wish = PurchaseWish(None if price is None else D(price), None, D(50), NOW_MS, "alice", "")
    stage.desk.tell(BuyCoins(SYMBOL, wish, False, dry), person)
    top_is(stage)
    return person


def sells(stage: Stage, price: str | None, *, dry: bool = True, kind: PriceKind = PriceKind.AT) -> Probe:
    person = stage.desk.probe(f"a seller ({len(stage.sent)})")
    wish = SaleWish(kind, None if price is None else D(price), None, True, NOW_MS, "alice", "")
    stage.desk.tell(SellLot(SYMBOL, f"{SYMBOL}-{BUY_ID}", wish, False, dry), person)
    top_is(stage)
    return person


def top_is(stage: Stage) -> None:
    question = stage.gateway.pop(FetchTop)
    stage.desk.tell(TopFetched(question.request_id, SYMBOL, BestPrices(D(59999), D(60000))), stage.gateway)


def reference_is(stage: Stage, price: str) -> None:
    asked = stage.gateway.pop(FetchReference)
    stage.desk.tell(ReferenceFetched(asked.request_id, SYMBOL, D(price)), stage.gateway)


def test_a_buy_outside_the_band_is_refused_by_its_plan():
    stage = banded_keeper()
    person = buys(stage, "3")
    reference_is(stage, "60000.01")
    assert person.pop(CommandRefused).text == (
        "the exchange would refuse it: the price 3 USDT of a BUY on BTCUSDT is outside the band from 48000.01 to "
        "66000.01 USDT that the exchange allows now (PERCENT_PRICE_BY_SIDE)"
    )
    stage.ledger.nothing(RecordPurchase)


def test_a_sale_outside_the_band_is_refused_by_its_plan():
    stage = banded_keeper()
    person = sells(stage, "72000.01")
    reference_is(stage, "60000")
    assert person.pop(CommandRefused).text == (
        "the exchange would refuse it: the price 72000.01 USDT of a SELL on BTCUSDT is outside the band from 54000 to "
        "72000 USDT that the exchange allows now (PERCENT_PRICE_BY_SIDE)"
    )
    stage.ledger.nothing(RecordLots)
    assert stage.book.lots[BUY_ID].instructions == ()


def test_the_ends_of_the_band_are_planned():
    stage = banded_keeper()
    buyer = buys(stage, "48000")
    reference_is(stage, "60000")
    assert buyer.pop(PurchaseAnswered).document["price"] == "48000"
    for price in ("54000", "72000"):
        seller = sells(stage, price)
        assert seller.pop(SaleAnswered).document["price"] == price


def test_where_the_reference_is_not_told_the_exchange_decides():
    stage = banded_keeper()
    for ask, answer in ((buys, PurchaseAnswered), (sells, SaleAnswered)):
        person = ask(stage, "6000")
        asked = stage.gateway.pop(FetchReference)
        stage.desk.tell(FetchFailed(asked.request_id, "no connection", 0.0), stage.gateway)
        assert person.pop(answer).document["price"] == "6000"


def test_a_reference_of_nothing_is_none():
    stage = banded_keeper()
    person = buys(stage, "6000")
    reference_is(stage, "0")
    assert person.pop(PurchaseAnswered).document["price"] == "6000"


def test_at_the_market_and_without_a_band_no_reference_is_asked_for():
    stage = banded_keeper()
    assert buys(stage, None).pop(PurchaseAnswered).document["kind"] == "MARKET"
    assert sells(stage, None, kind=PriceKind.MARKET).pop(SaleAnswered).document["kind"] == "MARKET"
    without = trading_keeper()
    without.selling()
    assert buys(without, "6000").pop(PurchaseAnswered).document["price"] == "6000"
    assert sells(without, "6000").pop(SaleAnswered).document["price"] == "6000"
    for each in (stage, without):
        each.gateway.nothing(FetchReference)


@pytest.mark.parametrize("ask", [buys, sells])
def test_what_is_sent_without_a_plan_waits_for_no_reference_but_goes_by_one_that_is_known(ask):
    stage = banded_keeper()
    person = ask(stage, "6000", dry=False)
    person.nothing(CommandRefused)
    stage.gateway.nothing(FetchReference)
    ask(stage, "3")
    reference_is(stage, "60000")
    assert "outside the band" in ask(stage, "6000.01", dry=False).pop(CommandRefused).text


def test_the_reference_is_asked_for_once_in_a_while():
    stage = banded_keeper()
    buys(stage, "3")
    reference_is(stage, "60000")
    for ask in (buys, sells):
        assert "outside the band" in ask(stage, "30").pop(CommandRefused).text
    stage.gateway.nothing(FetchReference)
    stage.desk.advance(30.0)
    stage.answers()
    buys(stage, "3")
    stage.gateway.pop(FetchReference)


def test_what_a_person_asked_for_holds_no_sell_of_a_lot_back():
    stage = banded_keeper()
    buys(stage, "50000")
    reference_is(stage, "40000")  # a SELL at 60360.37 would be far above its band
    assert stage.core.collaborators.facts.reference is None
