"""The wanted profit falls with the age of a lot: which step holds, when the next one comes, and what is asked for."""

from dataclasses import replace
from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.policy import AgeStep, ExitPolicy, Rung
from lotkeeper.trading.selling.age import policy_at_age, reached_step
from lotkeeper.trading.selling.decide import decide
from lotkeeper.trading.selling.decisions import CancelSell, PlaceSell, Situation, Wait
from tests.lotkeeper.trading import make

DAY = 86_400_000
MARKET = make.market(step=D("0.001"), min_quantity=D("0.001"))
WEEK, MONTH = AgeStep(7 * DAY, D("0.2")), AgeStep(30 * DAY, D(0))
POLICY = ExitPolicy(D(1), age=(WEEK, MONTH))
OPENED = make.NOW + 1  # that of the fill below


def bought(policy: ExitPolicy = POLICY, quantity: str = "1") -> PairBook:
    book = make.book(market=MARKET, policy=policy)
    book.apply_fill(make.buy(quantity=quantity))
    return book


def sell_at(lot: Lot, now_ms: int, policy: ExitPolicy = POLICY) -> PlaceSell:
    (step,) = decide(lot, MARKET, policy, Situation(now_ms))
    assert isinstance(step, PlaceSell), step
    return step


# 100 * 1.01 / 0.999 = 101.1011...; 100 * 1.002 / 0.999 = 100.3003...; 100 / 0.999 = 100.1001...
@pytest.mark.parametrize(
    ("age_ms", "price", "profit"),
    [
        (0, "101.11", "1"),
        (7 * DAY - 1, "101.11", "1"),
        (7 * DAY, "100.31", "0.2"),
        (30 * DAY - 1, "100.31", "0.2"),
        (30 * DAY, "100.11", "0"),
        (3000 * DAY, "100.11", "0"),
    ],
)
def test_the_price_falls_by_steps_down_to_the_cost_and_its_fees(age_ms, price, profit):
    found = sell_at(bought().lots[7], OPENED + age_ms)
    assert (found.price, found.profit) == (D(price), D(profit))


def test_a_step_takes_the_place_of_the_least_profit_in_quote():
    policy = replace(POLICY, min_net_profit=D(30))
    lot = bought(policy).lots[7]
    assert sell_at(lot, OPENED, policy).profit == 30
    assert sell_at(lot, OPENED + 7 * DAY, policy).profit == D("0.2")


def test_a_step_never_asks_for_more():
    policy = ExitPolicy(D("0.1"), age=(WEEK,), ladder=(Rung(D(50), D("0.1")), Rung(D(50), D(9))))
    lot = bought(policy).lots[7]
    assert policy_at_age(policy, lot, OPENED + 7 * DAY).net_profit_pct == D("0.1")


def test_the_parts_of_a_ladder_ask_for_no_more_than_the_step():
    ladder = (Rung(D(50), D("0.1")), Rung(D(30), D("0.2")), Rung(D(20), D(2)))
    policy = ExitPolicy(D(0), age=(WEEK, MONTH), ladder=ladder)
    lot = bought(policy).lots[7]
    assert policy_at_age(policy, lot, OPENED).ladder == ladder
    assert policy_at_age(policy, lot, OPENED + 7 * DAY).ladder == (ladder[0], Rung(D(50), D("0.2")))
    assert policy_at_age(policy, lot, OPENED + 30 * DAY).ladder == (Rung(D(100), D(0)),)


def test_a_lot_without_a_fill_has_no_age():
    lot = Lot(make.SYMBOL, make.BASE, make.QUOTE, 7)
    assert reached_step(POLICY, lot, OPENED + 99 * DAY) is None


def test_a_standing_sell_is_placed_again_at_each_step_and_only_then():
    book = bought()
    prices = []
    for age_ms in (0, DAY, 7 * DAY, 8 * DAY, 30 * DAY, 31 * DAY):
        now = Situation(OPENED + age_ms)
        (step,) = decide(book.lots[7], MARKET, POLICY, now)
        if isinstance(step, CancelSell):
            order = book.lots[7].orders[-1]
            book.apply_report(make.sell_report(order, step.order_id, "CANCELED", client_id=f"{order.client_id}-x"))
            (step,) = decide(book.lots[7], MARKET, POLICY, now)
        if isinstance(step, PlaceSell):
            prices.append((age_ms // DAY, str(step.price)))
            order = book.lots.record_sell_sent(step, now.now_ms)
            book.apply_report(make.sell_report(order, 70 + order.name.generation))
        else:
            assert isinstance(step, Wait)
    assert prices == [(0, "101.11"), (7, "100.31"), (30, "100.11")]


@settings(deadline=None)
@given(
    quantity=st.decimals(min_value=D("0.1"), max_value=9, places=3),
    price=st.decimals(min_value=60, max_value=900, places=2),
    fee=st.decimals(min_value=0, max_value=D("0.001"), places=4),
    days=st.integers(0, 60),
    profits=st.lists(st.decimals(min_value=0, max_value=20, places=2), min_size=3, max_size=3, unique=True),
)
def test_at_every_age_a_sell_brings_its_cost_and_no_more_is_asked_than_before(quantity, price, fee, days, profits):
    first, second, third = sorted(profits, reverse=True)
    policy = ExitPolicy(first, age=(AgeStep(7 * DAY, second), AgeStep(30 * DAY, third)))
    book = make.book()
    book.apply_fill(make.buy(quantity=str(quantity), price=str(price), fee=str(quantity * fee)))
    lot = book.lots[7]
    now = sell_at(lot, OPENED + days * DAY, policy)
    earlier = sell_at(lot, OPENED + max(days - 7, 0) * DAY, policy)
    assert now.price <= earlier.price
    wanted = first if days < 7 else second if days < 30 else third
    net = Fraction(now.price) * Fraction(now.quantity) * (1 - Fraction(MARKET.sell_rate))
    assert net >= Fraction(now.cost) * (1 + Fraction(wanted) / 100) >= Fraction(now.cost)
