"""What a refusal teaches: no coins, a price that is not allowed. Known only then, and not for long."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.filters.amounts import PercentPriceBySide, TPlusSell
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.orders.fills import Side
from messages.orders import PlaceSellOrder
from messages.queries import (
    BalanceFetched,
    FetchBalance,
    FetchFailed,
    FetchMarket,
    FetchReference,
    MarketFetched,
    ReferenceFetched,
)
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL, report
from tests.actors.stage import COMMISSION, PAIR, Stage, starting_keeper, trading_keeper

NO_COIN = "Account has insufficient balance for requested action."
NARROW = PercentPriceBySide(D("1.1"), D("0.8"), D("1.2"), D("0.9"))


def refused(stage: Stage, text: str, code: int = -2010) -> PlaceSellOrder:
    order = stage.order()
    stage.desk.tell(stage.refuses(order, code, text), stage.gateway)
    return order


def free(stage: Stage, amount: str) -> None:
    questions = [each for each in stage.gateway.received if isinstance(each, FetchBalance)]
    assert {each.asset for each in questions} == {"BTC"}
    for asked in questions:
        stage.gateway.received.remove(asked)
        stage.desk.tell(BalanceFetched(asked.request_id, "BTC", D(amount), D(0)), stage.gateway)


def reference(stage: Stage, price: str) -> None:
    asked = stage.gateway.pop(FetchReference)
    stage.desk.tell(ReferenceFetched(asked.request_id, SYMBOL, D(price)), stage.gateway)


def short(amount: str) -> Stage:
    """A lot of 0.001 BTC, of which so much is free on the account."""
    stage = trading_keeper()
    stage.buys()
    refused(stage, NO_COIN)
    free(stage, amount)
    stage.answers()
    stage.desk.advance(1.0)
    return stage


def test_coins_that_went_elsewhere_park_the_lot_with_the_figures():
    stage = short("0.000001")
    stage.gateway.nothing(PlaceSellOrder)
    assert stage.written().state is LotState.PARKED
    assert stage.written().reason == "0.000001 BTC is free on the account, and 0.001 is to be sold"
    assert stage.last_report().waiting[0].reason == stage.written().reason


def test_what_is_there_is_sold():
    stage = short("0.0004")
    assert stage.order().quantity == D("0.0004")


def test_the_account_is_looked_at_again_and_again_and_the_coins_are_sold_when_they_are_back():
    stage = short("0")
    for _ in range(3):
        stage.desk.advance(30)
        free(stage, "0")
        stage.gateway.nothing(PlaceSellOrder)
    stage.desk.advance(30)
    free(stage, "0.001")
    assert stage.order().quantity == D("0.001")


def test_where_the_coins_are_there_after_all_nothing_is_held_back():
    stage = short("0.001")
    assert stage.order().quantity == D("0.001")


def test_an_old_figure_holds_back_no_new_lot():
    stage = short("0")
    stage.buys("0.002", order_id=7002, trade_id=102)
    assert stage.order().quantity == D("0.002")


def test_no_dust_is_carried_into_what_is_short():
    """Small balances that the trader converted are not there any more."""
    stage = trading_keeper()
    stage.buys("0.001", fee="0.000001")
    stage.desk.tell(stage.accepts(stage.order()), stage.gateway)
    stage.buys("0.001", fee="0.000001", order_id=7002, trade_id=102)
    assert refused(stage, NO_COIN).quantity == D("0.00100")
    free(stage, "0.000999")
    stage.answers()
    stage.desk.advance(1.0)
    assert stage.order().quantity == D("0.00099")


def test_a_balance_that_cannot_be_fetched_is_asked_for_again():
    stage = trading_keeper()
    stage.buys()
    refused(stage, NO_COIN)
    asked = stage.gateway.pop(FetchBalance)
    stage.desk.tell(FetchFailed(asked.request_id, "HTTP 502", 0.5), stage.gateway)
    stage.desk.advance(0.5)
    free(stage, "0")
    stage.answers()
    stage.desk.advance(1.0)
    assert "is free on the account" in stage.written().reason


# Prices


def crashed(price: str) -> Stage:
    """A pair whose SELLs may lie at most 1.2 times above a reference price that has fallen to `price`."""
    stage = starting_keeper()
    stage.loaded()
    stage.market(replace(PAIR, filters=(*PAIR.filters, NARROW)))
    stage.answers()
    stage.buys("0.001", at="60000")
    assert str(refused(stage, "Filter failure: PERCENT_PRICE_BY_SIDE", -1013).price) == "60360.37"
    reference(stage, price)
    stage.desk.advance(1.0)
    return stage


def test_a_floor_out_of_reach_parks_the_lot_until_the_reference_has_risen():
    stage = crashed("40000")
    stage.gateway.nothing(PlaceSellOrder)
    lot = stage.written()
    assert lot.state is LotState.PARKED
    assert lot.reason == ("the floor 60360.37 is above the highest price allowed, 48000 (PERCENT_PRICE_BY_SIDE)")
    stage.desk.advance(30)
    reference(stage, "50300.31")  # times 1.2: 60360.372
    assert str(stage.order().price) == "60360.37"


def test_a_floor_that_is_too_low_is_raised_to_what_is_allowed():
    """Never under the floor; above it a SELL may be as high as the exchange wants."""
    stage = crashed("80000")
    assert str(stage.order().price) == "72000.00"


def test_a_reference_that_is_old_holds_back_nothing():
    stage = crashed("40000")
    stage.desk.advance(30)
    stage.gateway.pop(FetchReference)  # and no answer comes
    stage.desk.advance(31)
    stage.buys("0.001", at="60000", order_id=7002, trade_id=102)
    assert stage.order().client_id == "lk1-5ei-1"


def test_a_restriction_of_sells_is_waited_out():
    stage = starting_keeper()
    stage.loaded()
    stage.market(replace(PAIR, filters=(*PAIR.filters, TPlusSell(NOW_MS + 90_000))))
    stage.answers()
    stage.buys()
    stage.gateway.nothing(PlaceSellOrder)
    assert stage.written().reason == "what was bought may not be sold before 2023-11-14T22:14:50+00:00 (T_PLUS_SELL)"
    stage.desk.advance(91)
    assert isinstance(stage.order(), PlaceSellOrder)


@pytest.mark.parametrize("names", [(), ("MOON_PHASE", "SUN_SPOTS")])
def test_filters_that_are_new_are_warned_of_once_and_passed(names, caplog):
    stage = starting_keeper()
    stage.loaded()
    pair = replace(PAIR, unknown=names)
    stage.market(pair)
    stage.answers()
    stage.desk.advance(601)
    again = stage.gateway.pop(FetchMarket)
    stage.desk.tell(MarketFetched(again.request_id, pair, COMMISSION), stage.gateway)
    warned = [line.getMessage() for line in caplog.records if "new to lotkeeper" in line.getMessage()]
    told = f"{SYMBOL}: filters that are new to lotkeeper may refuse a SELL: MOON_PHASE, SUN_SPOTS"
    assert warned == ([told] if names else [])
    stage.buys()
    assert isinstance(stage.order(), PlaceSellOrder)


# Rules that have changed


def test_too_many_digits_have_the_rules_read_at_once_and_the_sell_follows():
    stage = trading_keeper()
    stage.desk.advance(300)
    stage.calm()
    stage.buys("0.00123")
    refused(stage, "Precision is over the maximum defined for this asset.", -1111)
    asked = stage.gateway.pop(FetchMarket)
    assert (asked.at_most_old_ms, asked.with_commission) == (0, False)
    larger = replace(PAIR, size=replace(PAIR.size, step=D("0.0001"), least=D("0.0001")))
    stage.desk.tell(MarketFetched(asked.request_id, larger, None), stage.gateway)
    stage.desk.advance(1.0)
    assert stage.order().quantity == D("0.0012")


def test_rules_that_were_just_read_are_not_read_again_at_once():
    stage = trading_keeper()
    stage.buys()
    refused(stage, "Precision is over the maximum defined for this asset.", -1111)
    stage.gateway.nothing(FetchMarket)


def test_rules_that_cannot_be_had_are_asked_for_once_at_a_time():
    """A pair that has vanished: each answer is a refusal, with a longer time to wait."""
    stage, asked, wait_s = trading_keeper(), 0, 2.0
    stage.desk.advance(600)
    for _ in range(3600):
        stage.answers()
        for each in [each for each in stage.gateway.received if isinstance(each, FetchMarket)]:
            stage.gateway.received.remove(each)
            stage.desk.tell(FetchFailed(each.request_id, "Invalid symbol. (-1121)", wait_s), stage.gateway)
            asked, wait_s = asked + 1, min(wait_s * 2, 300.0)
        stage.desk.advance(1.0)
    assert asked <= 40
    assert stage.last_report().trouble == "Invalid symbol. (-1121)"


# An order that the exchange shows no more


def test_a_sell_that_is_archived_is_over_and_its_lot_goes_on():
    stage = trading_keeper()
    stage.selling()
    del stage.memory.orders[9001]
    stage.memory.keep(replace(report(9001, "", Side.SELL, "EXPIRED", "0", "0", "0"), time_ms=0))
    stage.compared()
    assert stage.order().client_id == "lk1-5eh-2"
    assert stage.last_report().watch_only == ""


# A status that is new


def test_a_status_that_is_new_concerns_its_sell_alone_and_is_said():
    """It is taken for an order that stands: its coins are never sold a second time."""
    stage = trading_keeper()
    stage.selling()
    stage.memory.turned(9001, "PENDING_REVIEW")
    for _ in range(4):
        stage.compared()
    told = stage.last_report()
    assert (told.watch_only, told.unprotected) == ("", 0)
    assert told.trouble == (
        "the exchange says PENDING_REVIEW of SELL lk1-5eh-1, a status that is new to lotkeeper: it is taken for "
        "one that stands; if the exchange's page shows none: lotkeeper release BTCUSDT-7001"
    )
    stage.buys(order_id=7002, trade_id=102)
    assert stage.order().client_id == "lk1-5ei-1"
    stage.memory.turned(9001, "NEW")
    stage.compared()
    assert stage.last_report().trouble == ""
