from dataclasses import replace
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.fee_reserve.names import HOUR_MS, top_up_id
from lotkeeper.trading.fee_reserve.reserve import TopUp
from lotkeeper.trading.fee_reserve.top_up import (
    Hold,
    HoldReason,
    Offer,
    Purchase,
    decide_top_up,
    names_to_ask,
)
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.order import OrderReport
from tests.actors.stage import PAIR

NOW_MS = 1000 * HOUR_MS + 60_000  # a minute after the hour
BNB = replace(PAIR, symbol="BNBUSDT", base="BNB", size=replace(PAIR.size, least=D("0.01"), step=D("0.01")))
AMOUNT, QUOTE = TopUp("BNBUSDT", amount=D("0.057")), TopUp("BNBUSDT", quote=D(30))
NAME = top_up_id(NOW_MS)


def report(at_ms: int, executed: str = "0.05", created_ms: int | None = 0) -> OrderReport:
    """A BUY for fees of that moment; with None the exchange does not say when it was created."""
    amounts = (D(0), D("0.05"), D(executed), D(30))
    created_ms = at_ms if created_ms == 0 else created_ms
    return OrderReport("BNBUSDT", 7, top_up_id(at_ms), Side.BUY, "FILLED", *amounts, at_ms, created_ms=created_ms)


def offer(**changes: object) -> Offer:
    return replace(Offer(BNB, D(600), D(1000), ()), **changes)


def decide(top_up: TopUp = AMOUNT, found: Offer | None = None, tried_ms: int | None = None, settled_ms: int = 0):
    return decide_top_up(top_up, found or offer(), tried_ms=tried_ms, settled_ms=settled_ms, now_ms=NOW_MS)


def reason(step: Purchase | Hold) -> HoldReason:
    assert isinstance(step, Hold)
    return step.reason


def test_an_amount_is_cut_to_whole_steps_and_named_after_the_hour():
    assert decide() == Purchase("BNBUSDT", NAME, quantity=D("0.05"))


def test_a_value_is_left_to_the_exchange():
    assert decide(QUOTE) == Purchase("BNBUSDT", NAME, quote=D(30))


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (offer(pair=replace(BNB, base="BTC")), HoldReason.NOT_BNB),
        (offer(pair=replace(BNB, status="BREAK")), HoldReason.NOT_TRADING),
        (offer(ask=None), HoldReason.NO_PRICE),
        (offer(ask=D("0.1")), HoldReason.TOO_SMALL),  # 0.05 at 0.1 is 0.005 USDT
        (offer(pair=replace(BNB, size=replace(BNB.size, step=D(1)))), HoldReason.TOO_SMALL),  # no whole step
        (offer(pair=replace(BNB, size=replace(BNB.size, least=D("0.06")))), HoldReason.TOO_SMALL),
    ],
)
def test_what_cannot_be_bought_now(found, why):
    assert reason(decide(found=found)) is why


def test_an_asset_that_is_lacking_is_named_with_how_much_is_wanted():
    """0.05 BNB at 600 are 30 USDT; two percent more have to be free, for the price moves."""
    assert decide(found=offer(quote_free=D("30.59"))) == Hold(HoldReason.QUOTE_LACKING, D("30.60"), "USDT")
    assert isinstance(decide(found=offer(quote_free=D("30.60"))), Purchase)
    assert decide(QUOTE, offer(quote_free=D("29.99"))) == Hold(HoldReason.QUOTE_LACKING, D(30), "USDT")
    assert isinstance(decide(QUOTE, offer(quote_free=D(30))), Purchase)


def test_after_a_start_nothing_is_bought_before_an_earlier_buy_has_arrived():
    assert reason(decide(settled_ms=NOW_MS + 1)) is HoldReason.SETTLING
    assert isinstance(decide(settled_ms=NOW_MS), Purchase)


@pytest.mark.parametrize(
    ("found", "tried_ms", "is_free"),
    [
        (report(NOW_MS - 1), None, False),
        (report(NOW_MS - 1, executed="0"), None, False),  # nobody sold, and its name is used
        (report(NOW_MS - HOUR_MS + 1), None, False),  # of the hour before
        (report(NOW_MS - HOUR_MS), None, True),
        (report(NOW_MS - HOUR_MS + 1, created_ms=None), None, False),
        (None, NOW_MS - HOUR_MS + 1, False),  # whatever became of it
        (None, NOW_MS - HOUR_MS, True),
    ],
)
def test_it_is_bought_once_an_hour(found, tried_ms, is_free):
    step = decide(found=offer(reports=(found,) if found else ()), tried_ms=tried_ms)
    assert isinstance(step, Purchase) if is_free else reason(step) is HoldReason.BOUGHT_LATELY


def test_a_name_that_the_exchange_knows_is_never_sent_again():
    """Also where the exchange's clock says that the order is older."""
    odd = replace(report(NOW_MS), created_ms=NOW_MS - 2 * HOUR_MS, time_ms=NOW_MS - 2 * HOUR_MS)
    assert reason(decide(found=offer(reports=(odd,)))) is HoldReason.BOUGHT_LATELY


@given(st.lists(st.tuples(st.integers(0, 20_000), st.booleans()), max_size=40))
def test_whatever_dies_no_two_buys_are_within_an_hour(steps):
    """Each step: so many seconds later it is decided again, perhaps by a new process that knows nothing."""
    bought: list[int] = []
    now_ms, tried_ms, settled_ms = NOW_MS, None, 0
    for seconds, is_new in steps:
        now_ms += seconds * 1000
        if is_new:
            tried_ms, settled_ms = None, now_ms + 100_000
        names = names_to_ask(now_ms)
        reports = tuple(report(each) for each in bought if top_up_id(each) in names)
        step = decide_top_up(AMOUNT, offer(reports=reports), tried_ms=tried_ms, settled_ms=settled_ms, now_ms=now_ms)
        if isinstance(step, Purchase):
            assert all(now_ms - each >= HOUR_MS for each in bought)
            bought.append(now_ms)
            tried_ms = now_ms
