"""Lots sold at their common price: how much cost moves, in which order, and that all of them bring their costs."""

from dataclasses import replace
from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import HoldEvent, HoldReason
from lotkeeper.trading.selling.grouping import (
    MOST_LOTS,
    cost_plan,
    floor_of_member,
    group_of,
    is_member,
    lots_to_raise,
    may_gain,
)
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.selling.group_lots import MARKET, POLICY, GroupBook

RATE, PROFIT, TICK = Fraction(1, 1000), Fraction(1, 200), Fraction(1, 100)


def asked(lot: Lot) -> Fraction:
    """What the lot has brought and asks for, after its fees."""
    sold = sum((Fraction(each.quantity * each.price) for each in lot.sells), Fraction(0))
    return (sold + sum(Fraction(each.open_quantity * each.price) for each in lot.live_sells)) * (1 - RATE)


def wanted(lot: Lot) -> Fraction:
    """What it has to bring by what it cost, without what was moved to it: it has no dust here."""
    return Fraction(lot.cost) * (1 + PROFIT)


# Worked by hand: what the lots bought, the common price, what moves to each, where each stands in the end

GOLDEN = {
    # (110 + 100) * 1.005 / (2 * 0.999) = 105.6306...
    "two of the same size": ([("1", "110"), ("1", "100")], "105.64", ["-5", "5"], ["105.64", "105.64"]),
    # (330 + 100) * 1.005 / (4 * 0.999) = 108.1456...; 430 / 4 = 107.5 a coin
    "a large dear one": ([("3", "110"), ("1", "100")], "108.15", ["-7.5", "7.5"], ["108.15", "108.15"]),
    # (110 + 100 + 102) * 1.005 / (3 * 0.999) = 104.6246...; 312 / 3 = 104 a coin
    "two cheap ones": (
        [("1", "110"), ("1", "100"), ("1", "102")],
        "104.63",
        ["-6", "4", "2"],
        ["104.63", "104.63", "104.63"],
    ),
    # (55 + 200 + 99) * 1.005 / (3.5 * 0.999) = 101.7503...; 354 / 3.5 = 101.1428... a coin, up or down to 1e-12
    "no whole share": (
        [("0.5", "110"), ("2", "100"), ("1", "99")],
        "101.76",
        ["-4.428571428571", "2.285714285714", "2.142857142857"],
        ["101.76", "101.76", "101.76"],
    ),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_it_is_as_worked_by_hand(name: str):
    bought, price, moved, stands = GOLDEN[name]
    kept = GroupBook(*bought)
    assert str(kept.rearranges().price) == price
    assert [str(lot.moved_cost.normalize()) for lot in kept.lots] == moved
    assert [kept.price(lot.buy_order_id) for lot in kept.lots] == stands


def test_nothing_moves_before_the_cheap_lot_stands_at_the_common_price():
    kept = GroupBook(("1", "110"), ("1", "100"))
    assert lots_to_raise(kept.group) == (2,)
    # 100.61 * 0.999 / 1.005 = 100.00934328358...: what the price of the cheap lot was rounded up by, and no more
    assert [str(move.cost) for move in kept.moves().moves] == ["0.009343283582"]
    kept.follows(2, D("103.00"))
    # 103 * 0.999 / 1.005 = 102.38507462686...
    assert str(kept.moves().moves[0].cost) == "2.375731343283"


def test_a_lot_that_gave_cost_stands_until_it_is_told_to_go_down():
    kept = GroupBook(("1", "110"), ("1", "100"))
    kept.follows(2, kept.group.price)
    kept.moves()
    assert not kept.follows(1)
    assert kept.price(1) == "110.67"
    assert kept.follows(1, D(0))
    assert kept.price(1) == "105.64"


def test_a_second_rearrangement_changes_nothing():
    kept = GroupBook(("1", "110"), ("1", "100"))
    kept.rearranges()
    before = kept.lots
    assert not may_gain(kept.group, MARKET, POLICY)
    assert lots_to_raise(kept.group) == ()
    assert kept.moves().moves == ()
    assert kept.lots == before


def test_the_same_move_twice_changes_nothing():
    kept = GroupBook(("1", "110"), ("1", "100"))
    kept.follows(2, kept.group.price)
    plan = kept.moves()
    once = kept.lots
    kept.book.lots.move_costs(plan)
    assert kept.lots == once


def test_a_cheap_buy_brings_the_common_price_down_and_a_dear_one_up():
    kept = GroupBook(("1", "110"), ("1", "100"))
    kept.rearranges()
    kept.buys(3, "1", "99")
    assert kept.price(3) == "99.60"  # at its own floor first: 99 * 1.005 / 0.999 = 99.5945...
    # 309 * 1.005 / (3 * 0.999) = 103.6186...
    assert str(kept.rearranges().price) == "103.62"
    assert [kept.price(each) for each in (1, 2, 3)] == ["103.62"] * 3
    kept.buys(4, "1", "120")
    # 429 * 1.005 / (4 * 0.999) = 107.8941...
    assert str(kept.rearranges().price) == "107.90"
    assert [kept.price(each) for each in (1, 2, 3, 4)] == ["107.90"] * 4
    assert sum(lot.moved_cost for lot in kept.lots) == 0


def test_what_is_sold_keeps_the_cost_that_was_moved_to_it():
    kept = GroupBook(("1", "110"), ("1", "100"))
    kept.rearranges()
    kept.sells_some(2, "1")
    sold = kept.book.lots[2]
    assert sold.stock_cost == D(105)
    assert sold.cost_sold == D(105)


def test_part_of_a_sell_that_was_sold_does_not_move_again():
    kept = GroupBook(("1", "110"), ("2", "100"))
    kept.sells_some(1, "0.5")
    group = kept.rearranges()
    # 255 * 1.005 / (2.5 * 0.999) = 102.6126...
    assert str(group.price) == "102.62"
    assert sum(map(asked, kept.lots)) >= sum(map(wanted, kept.lots))


def test_lots_nearer_than_a_thousandth_stay_where_they_are():
    kept = GroupBook(("1", "100.05"), ("1", "100"))
    assert not may_gain(kept.group, MARKET, POLICY)


@pytest.mark.parametrize(
    "change",
    [
        lambda kept: kept.book.lots.apply_hold_event(2, HoldEvent.CANCELLED),
        lambda kept: kept.book.lots.store(replace(kept.book.lots[2], hold=HoldReason.RELEASING)),
        lambda kept: kept.ends(kept.sell(2), "CANCELED"),
        lambda kept: kept.book.lots.store(replace(kept.book.lots[2], buy_ended=False)),
        lambda kept: kept.book.lots.store(
            replace(kept.book.lots[2], orders=(replace(kept.sell(2), profit=None),))  # found on the exchange
        ),
        lambda kept: kept.sells_some(2, "1"),
    ],
    ids=["held", "about to be held", "without a SELL", "its BUY is open", "found", "sold"],
)
def test_a_lot_takes_no_part_that(change):
    kept = GroupBook(("1", "110"), ("1", "100"))
    change(kept)
    assert not is_member(kept.book.lots[2], MARKET, POLICY)
    assert group_of(kept.lots, MARKET, POLICY) is None


def test_a_lot_whose_sells_wait_for_another_profit_takes_no_part():
    kept = GroupBook(("1", "110"), ("1", "100"))
    assert group_of(kept.lots, MARKET, replace(POLICY, net_profit_pct=D(3))) is None


def test_of_many_lots_the_dearest_and_the_cheapest_are_rearranged():
    kept = GroupBook(*(("1", str(100 + number)) for number in range(MOST_LOTS + 5)))
    assert sorted(kept.group.numbers) == [*range(1, 11), *range(16, 26)]


LOTS = st.lists(
    st.tuples(st.integers(1, 500), st.integers(9000, 11_000)).map(
        lambda each: (str(D(each[0]) / 100), str(D(each[1]) / 100))
    ),
    min_size=2,
    max_size=6,
).filter(lambda lots: all(D(quantity) * D(price) >= 6 for quantity, price in lots))
SALES = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 100)), max_size=3)


@settings(deadline=None)
@given(LOTS, SALES)
def test_at_every_moment_all_lots_together_ask_for_all_costs(bought, sales):
    """Whatever is sold before each of the steps; and no lot stands under its floor by its cost as it is then."""
    kept, sales = GroupBook(*bought), list(sales)
    kept_lots = lambda: tuple(kept.book.lots.values())  # noqa: E731

    def check() -> None:
        assert sum(map(asked, kept_lots())) >= sum(map(wanted, kept_lots()))
        assert sum(lot.moved_cost for lot in kept_lots()) == 0
        for lot in kept_lots():
            make.check(lot)
            assert lot.uncovered_cost == 0
            for order in lot.live_sells:
                brings = Fraction(order.price * order.quantity) * (1 - RATE)
                assert brings >= Fraction(order.cost) * (1 + PROFIT)

    def sell_some() -> None:
        if sales:
            number, percent = sales.pop()
            lot = kept.book.lots.get(number)
            if lot is not None and lot.live_sells:
                part = (kept.sell(number).open_quantity * percent / 100).quantize(D("0.00001"))
                if part:
                    kept.sells_some(number, str(part))
        check()

    for _ in range(2):
        sell_some()
        group = group_of(kept.lots, MARKET, POLICY)
        if group is None:
            return
        exact = Fraction(group.cost) * (1 + PROFIT) / (Fraction(group.quantity) * (1 - RATE))
        assert exact <= Fraction(group.price) < exact + TICK
        for number in lots_to_raise(group):
            kept.follows(number, group.price)
            check()
        sell_some()
        again = group_of(kept.lots, MARKET, POLICY)
        if again is not None and not lots_to_raise(again):
            kept.book.lots.move_costs(cost_plan(again, MARKET, POLICY, make.NOW))
        check()
        for lot in kept.lots:
            kept.follows(lot.buy_order_id, D(0))
            check()


@settings(deadline=None)
@given(LOTS)
def test_where_every_cheap_lot_goes_up_the_floors_are_at_the_common_price(bought):
    kept = GroupBook(*bought)
    group = kept.group
    cheap = {lot.buy_order_id for lot in kept.lots if floor_of_member(lot, MARKET, POLICY) < group.price}
    if not cheap <= {*lots_to_raise(group)}:
        return  # one that is as near as a thousandth stays where it is, and takes over what its price brings
    kept.rearranges()
    for lot in kept.lots:
        assert floor_of_member(lot, MARKET, POLICY) <= group.price + D("0.01")
