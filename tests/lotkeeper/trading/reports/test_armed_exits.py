"""Which exits are armed, and what the exchange holds of each."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.orders.stop_leg import StopLeg, StopPrices, with_end
from lotkeeper.trading.orders.trails import Trail
from lotkeeper.trading.policy import AgeStep, ExitPolicy, Rung, Terms
from lotkeeper.trading.reports.armed_exits import (
    ArmedExit,
    ExitKind,
    level_to_arm,
    nearest_stop,
    nearest_trigger,
    trigger_of,
)
from lotkeeper.trading.reports.explanation import explain
from lotkeeper.trading.selling.decide import decide
from lotkeeper.trading.selling.decisions import Situation
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.make import NOW

POLICY = ExitPolicy(D(1))
MARKET = make.market(step=D("0.01"), min_quantity=D("0.01"))
DAY_MS = 86_400_000


def standing(policy: ExitPolicy = POLICY, quantity: str = "1"):
    """A lot whose SELL stands; bought at 100, so that 1 % and the fee make 101.11."""
    kept = make.book()
    kept.apply_fill(make.buy(quantity=quantity, price="100"))
    kept.set_terms(MARKET, policy)
    kept.apply_report(make.sell_report(make.place(kept, on=MARKET, by=policy)))
    return kept.lots[7]


def exits(lot, policy: ExitPolicy = POLICY, now_ms: int = NOW):
    return explain(lot, Terms(MARKET, policy), now_ms).exits


def test_a_sell_that_stands_is_held_by_the_exchange():
    (found,) = exits(standing())
    assert found == ArmedExit(ExitKind.TARGET, D("101.11"), D("101.11"), D(1), "lk1-7-1")


def test_what_no_sell_covers_says_what_it_waits_for():
    lot = make.book()
    lot.apply_fill(make.buy(quantity="1", price="100"))
    (found,) = exits(lot.lots[7])
    assert (found.client_id, found.quantity, found.price) == ("", 1, D("101.11"))
    assert found.why_not == "its SELL is placed next"


def test_a_lot_that_is_parked_says_why():
    kept = make.book()
    kept.apply_fill(make.buy(quantity="0.009", price="100"))
    (found,) = exits(replace(kept.lots[7], buy_ended=True))
    assert (found.trigger, found.client_id) == (None, "")
    assert found.why_not == "0.009 BTC is below the smallest order quantity 0.01 (LOT_SIZE)"


def test_dust_beside_a_sell_that_stands_is_no_exit():
    (found,) = exits(standing(quantity="1.004"))
    assert (found.client_id, found.quantity) == ("lk1-7-1", 1)


def test_parts_of_a_ladder_stand_by_their_price():
    policy = ExitPolicy(D(0), ladder=(Rung(D(50), D(1)), Rung(D(50), D(4))))
    first, second = exits(standing(policy), policy)
    assert (first.kind, first.trigger, first.quantity, first.client_id) == (
        ExitKind.LADDER,
        D("101.11"),
        D("0.5"),
        "lk1-7-1",
    )
    assert (second.kind, second.client_id, second.trigger) == (ExitKind.LADDER, "", D("104.11"))
    assert first.quantity == second.quantity == D("0.5")


def test_each_step_of_the_age_says_when_it_takes_the_place_of_the_sell():
    policy = replace(POLICY, age=(AgeStep(7 * DAY_MS, D("0.2")), AgeStep(30 * DAY_MS, D(0))))
    lot = standing(policy)
    now, week, month = exits(lot, policy)
    assert (now.kind, now.client_id) == (ExitKind.TARGET, "lk1-7-1")
    assert (week.kind, week.price, week.from_ms) == (ExitKind.AGE, D("100.31"), lot.opened_ms + 7 * DAY_MS)
    assert (month.price, month.from_ms) == (D("100.11"), lot.opened_ms + 30 * DAY_MS)
    assert week.why_not == "until then lk1-7-1 stands at its price"
    later = exits(lot, policy, lot.opened_ms + 8 * DAY_MS)
    assert [each.price for each in later if each.kind is ExitKind.AGE] == [D("100.11")]  # the first step is reached


def test_a_sell_that_was_found_says_so():
    lot = standing()
    found = replace(lot, orders=(replace(lot.orders[0], profit=None, sell_rate=None),))
    assert [each.kind for each in exits(found)] == [ExitKind.FOUND]


@pytest.mark.parametrize(("trail", "trigger"), [(Trail(200, D(110)), D(110)), (Trail(200), None), (None, D("101.11"))])
def test_a_trailing_sell_is_reached_at_its_stop_price(trail, trigger):
    lot = standing()
    order = replace(lot.orders[0], trail=trail)
    assert trigger_of(order) == nearest_trigger(replace(lot, orders=(order,))) == trigger
    (found,) = exits(replace(lot, orders=(order,)))
    assert (found.kind, found.price) == (ExitKind.TRAILING if trail else ExitKind.TARGET, D("101.11"))


def test_the_nearest_trigger_is_the_lowest_of_what_the_exchange_holds():
    lot = standing()
    (order,) = lot.orders
    higher = replace(order, name=replace(order.name, generation=2), price=D(120))
    ended = replace(order, name=replace(order.name, generation=3), price=D(99), state=OrderState.CANCELED)
    assert nearest_trigger(replace(lot, orders=(higher, order, ended))) == D("101.11")
    assert nearest_trigger(replace(lot, orders=())) is None


def test_a_stop_stands_beside_its_target_for_the_same_coins_and_alone_once_it_is_triggered():
    lot = standing()
    (order,) = lot.orders
    stop = StopLeg(StopPrices(D(92), D("91.54")), order_id=5)
    both = replace(lot, orders=(replace(order, stop=stop),))
    held = ArmedExit(ExitKind.STOP_LOSS, D(92), D("91.54"), D(1), "lk1-7-1s")
    assert exits(both) == (held, ArmedExit(ExitKind.TARGET, D("101.11"), D("101.11"), D(1), "lk1-7-1"))
    assert (nearest_trigger(both), nearest_stop(both)) == (D("101.11"), D(92))
    triggered = replace(lot, orders=(replace(order, stop=with_end(stop, of_stop=False)),))
    assert exits(triggered) == (replace(held, trigger=D("91.54")),)
    assert (nearest_trigger(triggered), nearest_stop(triggered)) == (D("91.54"), None)


def test_a_stop_whose_prices_are_being_asked_for_is_not_told_yet():
    lot = standing()
    (order,) = lot.orders
    found = replace(lot, orders=(replace(order, stop=StopLeg(None)),))
    assert [each.kind for each in exits(found)] == [ExitKind.TARGET]
    assert nearest_stop(found) is None


STOPPING = ExitPolicy(D(1), stop_loss_pct=D(8), stop_limit_pct=D("0.5"))


def shown_stops(book):
    found = explain(book.lots[7], Terms(*book.terms), NOW).exits
    return [(str(each.kind), each.trigger, each.price, each.client_id, each.why_not) for each in found]


def stopping():
    book = make.book(market=make.market(), policy=STOPPING)
    book.apply_fill(make.buy())
    return book


def test_a_stop_stands_beside_the_target_with_where_it_is_triggered():
    book = stopping()
    order = make.place(book, on=book.market, by=STOPPING)
    book.apply_report(make.sell_report(order))
    target = ("target", D("101.11"), D("101.11"), "lk1-7-1", "")
    assert shown_stops(book) == [("stop loss", D(92), D("91.54"), "lk1-7-1s", ""), target]
    assert nearest_trigger(book.lots[7]) == D("101.11")
    book.apply_report(make.sell_report(order, status="EXPIRED"))
    assert shown_stops(book) == [("stop loss", D("91.54"), D("91.54"), "lk1-7-1s", "")]
    assert nearest_trigger(book.lots[7]) == D("91.54")


def test_why_a_sell_has_no_stop():
    book = stopping()
    market = replace(book.market, pair=replace(book.market.pair, takes_lists=False))
    book.set_terms(market, STOPPING)
    book.apply_report(make.sell_report(make.place(book, on=market, by=STOPPING)))
    why = "no stop: BTCUSDT takes no order lists (OCO) on the exchange"
    assert shown_stops(book)[1] == ("stop loss", D(92), D("91.54"), "", why)


EVEN = ExitPolicy(D(1), break_even_gain_pct=D("0.5"))


def rising(policy: ExitPolicy = EVEN, *, is_armed: bool = False):
    """1 BTC for 100; the fee is 0.1 %. A stop at break-even stands at 100 / 0.999 = 100.1001..., so 100.11."""
    book = make.book(market=make.market(), policy=policy)
    book.apply_fill(make.buy())
    if is_armed:
        book.lots.arm_break_even(7, NOW)
    return book


def placed(book, bid: str | None = None):
    (step,) = decide(book.lots[7], *book.terms, Situation(NOW, bid=None if bid is None else D(bid)))
    order = book.lots.record_sell_sent(step, NOW)
    book.apply_report(make.sell_report(order))
    return book


def test_before_break_even_is_armed_the_bid_that_arms_it_is_told():
    book = placed(rising())
    found = explain(book.lots[7], Terms(*book.terms), NOW).exits
    why = "the best bid has not reached 100.5 yet"
    waiting = ArmedExit(ExitKind.BREAK_EVEN, D("100.11"), D("100.11"), D(1), why_not=why, arms_at=D("100.5"))
    assert found[1:] == (waiting,)
    assert level_to_arm(book.lots[7], Terms(*book.terms)) == D("100.5")


def test_once_it_is_armed_its_stop_stands_beside_the_target():
    book = placed(rising(is_armed=True), "100.5")
    assert shown_stops(book)[0] == ("break-even", D("100.11"), D("100.11"), "lk1-7-1s", "")
    assert nearest_stop(book.lots[7]) == D("100.11")
    assert level_to_arm(book.lots[7], Terms(*book.terms)) is None


def test_why_an_armed_lot_has_no_stop_yet():
    book = placed(rising(is_armed=True))
    why = "no stop yet: it comes when the best bid is above 100.11"
    assert shown_stops(book)[1:] == [("break-even", D("100.11"), D("100.11"), "", why)]


def test_beside_a_stop_loss_both_are_told_until_it_is_armed():
    policy = replace(EVEN, stop_loss_pct=D(8), stop_limit_pct=D("0.5"))
    book = placed(rising(policy))
    assert [each[:2] for each in shown_stops(book)] == [
        ("stop loss", D(92)),
        ("target", D("101.11")),
        ("break-even", D("100.11")),
    ]
    armed = placed(rising(policy, is_armed=True), "100.5")
    assert [each[:2] for each in shown_stops(armed)] == [("break-even", D("100.11")), ("target", D("101.11"))]


def test_without_the_policy_nothing_arms_a_lot():
    book = placed(rising(POLICY))
    assert level_to_arm(book.lots[7], Terms(*book.terms)) is None
