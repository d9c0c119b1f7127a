"""Break-even: at which bid it is armed, when its stop is placed, and what it sells for at least."""

from dataclasses import replace
from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.orders.fills import FeeValue
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import OrderEvent, OrderState
from lotkeeper.trading.orders.stop_leg import StopLeg, StopPrices
from lotkeeper.trading.policy import AgeStep, ExitPolicy
from lotkeeper.trading.selling.break_even import arming_level, break_even_prices, has_break_even, is_armed
from lotkeeper.trading.selling.decide import decide
from lotkeeper.trading.selling.decisions import CancelSell, Decision, PlaceSell, Situation, Wait
from lotkeeper.trading.selling.stop_loss import NoStop, NoStopCause, awaited_level, possible_stop, tried_again_ms
from tests.lotkeeper.trading import make

NOW = make.NOW
MARKET = make.market("0.001", step=D("0.001"), min_quantity=D("0.001"))
POLICY = ExitPolicy(D(5), break_even_gain_pct=D(2), break_even_limit_pct=D("0.5"))
BOTH = replace(POLICY, stop_loss_pct=D(8), stop_limit_pct=D("0.5"))
# 100 / 0.999 = 100.1001..., so 100.11; 100.11 * 0.995 = 99.60945; 100 * 0.92 = 92; 92 * 0.995 = 91.54
STOP, LOSS = StopPrices(D("100.11"), D("99.61")), StopPrices(D(92), D("91.54"))
ABOVE, BELOW = D("100.12"), D("100.11")


def bought(policy: ExitPolicy = POLICY, market=MARKET, *, armed: bool = True) -> PairBook:
    book = make.book(market=market, policy=policy)
    book.apply_fill(make.buy(quantity="1", price="100"))
    if armed:
        book.lots.arm_break_even(7, NOW)
    return book


def step_of(book: PairBook, bid: D | None = ABOVE, at_ms: int = NOW) -> Decision:
    (step,) = decide(book.lots[7], *book.terms, Situation(at_ms, bid=bid))
    return step


def placed(book: PairBook, bid: D | None = ABOVE, at_ms: int = NOW) -> SellOrder:
    step = step_of(book, bid, at_ms)
    assert isinstance(step, PlaceSell), step
    order = book.lots.record_sell_sent(step, at_ms)
    book.apply_report(make.sell_report(order, 70 + order.name.generation))
    return book.lots[7].orders[-1]


def refused(book: PairBook, bid: D | None = ABOVE, at_ms: int = NOW) -> None:
    step = step_of(book, bid, at_ms)
    assert isinstance(step, PlaceSell)
    order = book.lots.record_sell_sent(step, at_ms)
    text = "refused: The relationship of the prices for the orders is not correct."
    book.lots.apply_order_event(order.name, OrderEvent.REFUSED, at_ms, text)


def cancelled(book: PairBook) -> None:
    order = book.lots[7].orders[-1]
    book.apply_report(make.sell_report(order, order.order_id, "CANCELED", client_id=f"{order.client_id}-x"))


def found_with(stop: StopPrices, policy: ExitPolicy = POLICY) -> PairBook:
    """The database was lost: a SELL with this stop was found on the exchange."""
    book = bought(policy, armed=False)
    order = replace(placed(book), profit=None, sell_rate=None, stop=StopLeg(stop, order_id=99))
    book.lots.store(replace(book.lots[7], orders=(order,)))
    return book


# Before and after the level


def test_before_the_level_is_reached_the_sell_is_a_limit_and_nothing_is_said():
    step = step_of(bought(armed=False), D(500))
    assert isinstance(step, PlaceSell)
    assert (step.stop, step.no_stop) == (None, "")
    assert step == step_of(bought(ExitPolicy(D(5)), armed=False))


def test_once_armed_the_sell_has_its_stop():
    step = step_of(bought())
    assert isinstance(step, PlaceSell)
    assert (step.stop, step.no_stop) == (STOP, "")


def test_a_pair_that_takes_no_lists_waits_for_no_bid_once_it_is_armed():
    book = bought(market=replace(MARKET, pair=replace(MARKET.pair, takes_lists=False)))
    placed(book)
    assert awaited_level(book.lots[7], *book.terms, NOW) is None


def test_a_limit_that_stands_is_cancelled_for_it_and_only_while_the_bid_is_above():
    book = bought(armed=False)
    placed(book)
    book.lots.arm_break_even(7, NOW)
    assert isinstance(step_of(book, None), Wait)
    assert isinstance(step_of(book, BELOW), Wait)
    step = step_of(book, ABOVE)
    assert isinstance(step, CancelSell)
    assert step.why == "it is to have a stop at 100.11"


def test_without_a_known_bid_the_sell_is_a_limit_and_the_reason_is_said():
    for bid in (None, BELOW):
        step = step_of(bought(), bid)
        assert isinstance(step, PlaceSell)
        assert (step.stop, step.no_stop) == (None, "no stop yet: it comes when the best bid is above 100.11")


def test_a_stop_that_stands_stays_whatever_the_bid():
    book = bought()
    placed(book)
    assert isinstance(step_of(book, None), Wait)
    assert isinstance(step_of(book, D(50)), Wait)
    assert awaited_level(book.lots[7], *book.terms, NOW) is None


def test_a_sell_that_takes_the_place_of_one_with_a_stop_has_it_at_once():
    book = bought()
    placed(book)
    cancelled(book)
    step = step_of(book, None)
    assert isinstance(step, PlaceSell)
    assert step.stop == STOP


@pytest.mark.parametrize("state", [OrderState.REFUSED, OrderState.EXPIRED])
def test_not_one_that_takes_the_place_of_a_stop_that_the_exchange_ended(state):
    book = bought()
    order = placed(book)
    book.lots.store(replace(book.lots[7], orders=(replace(order, state=state),)))
    sell = PlaceSell(replace(order.name, generation=2), order.price, order.quantity, order.cost, D(5), D("0.001"))
    later = Situation(NOW + 10_000_000)
    stop = possible_stop(sell, book.lots[7], *book.terms, later)
    assert isinstance(stop, NoStop)
    assert stop.cause is NoStopCause.BID


def test_after_a_refusal_the_limit_follows_at_once_and_the_stop_ever_later():
    book, at_ms, waits = bought(), NOW, []
    for _ in range(9):
        refused(book, at_ms=at_ms)
        order = placed(book, at_ms=at_ms)
        assert (order.price, order.stop) == (D("105.11"), None)
        again_ms = tried_again_ms(book.lots[7], at_break_even=True)
        assert isinstance(step_of(book, at_ms=again_ms - 1), Wait)
        assert awaited_level(book.lots[7], *book.terms, again_ms - 1) is None
        assert awaited_level(book.lots[7], *book.terms, again_ms) == ABOVE
        assert isinstance(step_of(book, at_ms=again_ms), CancelSell)
        cancelled(book)
        waits.append((again_ms - at_ms) // 1000)
        at_ms = again_ms
    assert waits == [10, 20, 40, 80, 160, 320, 640, 1280, 1280]


# Beside a stop loss


def test_beside_a_stop_loss_the_higher_stop_counts_once_it_is_armed():
    assert step_of(bought(BOTH, armed=False)).stop == LOSS
    assert step_of(bought(BOTH)).stop == STOP


def test_a_stop_loss_that_stands_gives_way_to_the_stop_at_break_even():
    book = bought(BOTH, armed=False)
    placed(book)
    book.lots.arm_break_even(7, NOW)
    assert isinstance(step_of(book, BELOW), Wait)
    assert awaited_level(book.lots[7], *book.terms, NOW) == ABOVE
    step = step_of(book, ABOVE)
    assert isinstance(step, CancelSell)
    assert step.why == "its stop is to be at 100.11 now"


def test_where_the_stop_at_break_even_cannot_stand_the_stop_loss_does():
    assert step_of(bought(BOTH), BELOW).stop == LOSS
    book = bought(BOTH)
    refused(book)
    assert step_of(book).stop == LOSS


def test_a_refused_stop_loss_does_not_hold_the_stop_at_break_even_back():
    book = bought(BOTH, armed=False)
    refused(book)
    book.lots.arm_break_even(7, NOW)
    assert step_of(book, BELOW).stop is None
    assert step_of(book).stop == STOP


# What remains


def test_without_the_policy_its_stop_is_taken_away():
    book = bought()
    placed(book)
    book.set_terms(MARKET, ExitPolicy(D(5)))
    step = step_of(book, None)
    assert isinstance(step, CancelSell)
    assert step.why == "no stop is wanted any more"


def test_a_sell_at_break_even_has_none():
    """With age the target may come down to the cost itself."""
    policy = replace(POLICY, age=(AgeStep(1, D(0)),))
    step = step_of(bought(policy), at_ms=NOW + 10)
    assert isinstance(step, PlaceSell)
    assert (step.price, step.stop) == (D("100.11"), None)
    assert step.no_stop == "no stop: the SELL itself stands at break-even"


def test_a_stop_on_the_exchange_tells_that_it_was_armed():
    book = found_with(STOP)
    assert is_armed(book.lots[7])
    assert has_break_even(book.lots[7].orders[0])
    assert isinstance(step_of(book, None), Wait)


def test_a_stop_loss_on_the_exchange_does_not():
    assert not is_armed(found_with(LOSS, BOTH).lots[7])
    assert awaited_level(found_with(LOSS, BOTH).lots[7], MARKET, BOTH, NOW) == 102


def test_nothing_is_armed_where_nothing_is_left_after_the_fee():
    book = bought(market=make.market("1", step=D("0.001")), armed=False)
    assert arming_level(book.lots[7], *book.terms) is None


def test_nothing_is_armed_before_the_fee_has_a_value():
    book = make.book(market=MARKET, policy=POLICY)
    book.apply_fill(make.buy(quantity="1", price="100", fee="0.001", asset="BNB"))
    assert arming_level(book.lots[7], *book.terms) is None
    lot = book.set_fee_value(7, FeeValue(1, "BNB", D(1000), NOW, D(1)))
    assert lot is not None
    assert arming_level(lot, *book.terms) == D("103.02")  # (100 + 1) * 1.02


@settings(deadline=None)
@given(
    cost=st.decimals(min_value=D("0.01"), max_value=10**6, places=6),
    steps=st.integers(min_value=1, max_value=10**6),
    rate=st.decimals(min_value=0, max_value=D("0.02"), places=5),
    slack=st.decimals(min_value=0, max_value=50, places=2),
    tick=st.sampled_from((D("0.01"), D("0.00001"), D(1))),
)
def test_it_brings_the_cost_less_what_was_allowed_and_a_tick_less_would_not(cost, steps, rate, slack, tick):
    quantity = steps * D("0.001")
    policy = ExitPolicy(D(5), break_even_gain_pct=D(1), break_even_limit_pct=slack)
    found = break_even_prices(cost, quantity, rate, policy, tick)
    left = Fraction(quantity) * (1 - Fraction(rate))
    assert Fraction(found.trigger) * left >= Fraction(cost)
    assert found.trigger == tick or Fraction(found.trigger - tick) * left < Fraction(cost)
    least = Fraction(found.trigger) * (1 - Fraction(slack) / 100)
    assert 0 <= Fraction(found.limit) - least < Fraction(tick)
    assert found.trigger % tick == found.limit % tick == 0


@settings(deadline=None)
@given(
    quantity=st.decimals(min_value=D("0.1"), max_value=9, places=3),
    price=st.decimals(min_value=60, max_value=900, places=2),
    gain=st.decimals(min_value=D("0.01"), max_value=99, places=2),
    rate=st.decimals(min_value=0, max_value=D("0.01"), places=4),
)
def test_it_is_armed_at_the_gain_and_never_at_its_own_stop(quantity, price, gain, rate):
    market = make.market(str(rate), step=D("0.001"), min_quantity=D("0.001"))
    policy = ExitPolicy(D(500), break_even_gain_pct=gain)
    book = make.book(market=market, policy=policy)
    book.apply_fill(make.buy(quantity=str(quantity), price=str(price)))
    lot = book.lots[7]
    level = arming_level(lot, market, policy)
    assert level is not None
    exact = Fraction(lot.cost) * (1 + Fraction(gain) / 100) / Fraction(lot.received)
    stop = break_even_prices(lot.cost, lot.received, rate, policy, D("0.01")).trigger
    assert Fraction(level) >= exact
    assert level > stop
    assert Fraction(level) - exact < Fraction("0.01") or level == stop + D("0.01")
