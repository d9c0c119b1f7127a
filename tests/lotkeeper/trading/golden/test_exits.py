"""The golden table of ways of selling: each SELL as the keeper places it, compared with what was worked out by hand."""

from collections.abc import Iterator
from decimal import Decimal as D
from fractions import Fraction

import pytest

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.policy import ExitPolicy
from lotkeeper.trading.selling.break_even import arming_level
from lotkeeper.trading.selling.decide import decide
from lotkeeper.trading.selling.decisions import Keep, PlaceSell, Situation
from lotkeeper.trading.selling.refused_trails import TrailStart
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.golden.break_even import BREAK_EVEN, BreakEvenCase
from tests.lotkeeper.trading.golden.case import Bought, Sells
from tests.lotkeeper.trading.golden.exits import CASES, KEPT_COINS, STOPS, TRAILING, ExitCase, StopCase
from tests.lotkeeper.trading.golden.test_golden import numbers, plain

LOT = 7


def buys(book: PairBook, fills: tuple[Bought, ...]) -> None:
    number = len(book.lots[LOT].buys) if LOT in book.lots else 0
    for trade_id, each in enumerate(fills, number + 1):
        book.apply_fill(make.buy(trade_id, quantity=each.quantity, price=each.price, fee=each.fee))


def sells(book: PairBook, case: ExitCase) -> Iterator[PlaceSell]:
    """Each SELL stands before the next is decided; coins that are kept leave the lot."""
    while True:
        now = Situation(make.NOW, trail_start=TrailStart.FROM_STOP_PRICE)
        steps = decide(book.lots[LOT], case.market, case.policy, now)
        for step in steps:
            if isinstance(step, Keep):
                book.lots.dispose(step.disposal)
        last = steps[-1]
        if not isinstance(last, PlaceSell):
            return
        order = book.lots.record_sell_sent(last, make.NOW)
        book.apply_report(make.sell_report(order, 70 + order.name.generation))
        yield last


def played(case: ExitCase) -> tuple[Lot, list[PlaceSell]]:
    book = PairBook(make.SYMBOL, make.BASE, make.QUOTE, market=case.market, policy=case.policy)
    found = []
    for fills in (case.first, case.buys) if case.first else (case.buys,):
        buys(book, fills)
        if case.stops:
            book.apply_report(make.buy_report(LOT, str(book.buys.known_quantity(book.lots[LOT]))))
        found += list(sells(book, case))
    return book.lots[LOT], found


def shown(sell: PlaceSell) -> Sells:
    return Sells(*map(plain, (sell.price, sell.quantity, sell.cost, sell.profit)))


@pytest.mark.parametrize("case", CASES, ids=[case.what.replace(" ", "-") for case in CASES])
def test_it_is_as_worked_out_by_hand(case):
    lot, found = played(case)
    expected = tuple(Sells(*map(plain, numbers(each)[:4])) for each in case.sells)
    assert tuple(map(shown, found)) == expected
    assert lot.remainder == D(case.rest)
    make.check(lot)
    kept = [(plain(each.quantity), plain(each.cost)) for each in lot.disposals]
    assert kept == ([(case.kept, case.kept_cost)] if case.kept != "0" else [])


@pytest.mark.parametrize("case", KEPT_COINS, ids=[case.what.replace(" ", "-") for case in KEPT_COINS])
def test_with_all_of_the_profit_in_coins_the_cost_of_all_comes_back(case):
    lot, found = played(case)
    brought = sum(Fraction(each.price) * Fraction(each.quantity) for each in found) * (1 - Fraction("0.001"))
    left = Fraction(lot.inventory_cost)  # of dust
    assert brought + left >= Fraction(lot.cost)


@pytest.mark.parametrize("case", TRAILING, ids=[case.what.replace(" ", "-") for case in TRAILING])
def test_from_its_stop_price_a_fall_ends_at_the_floor_or_above_and_from_a_tick_lower_below(case):
    _, found = played(case)
    trails = [each.trail for each in found]
    assert [plain(each.stop_price) if each else "" for each in trails] == list(case.stops)
    left, tick = Fraction(10_000 - case.policy.trailing_bips, 10_000), Fraction(case.market.pair.tick)
    for sell, trail in zip(found, trails, strict=True):
        if trail is not None:
            assert trail.delta == case.policy.trailing_bips
            stop = Fraction(trail.stop_price)
            assert stop * left >= Fraction(sell.price) > (stop - tick) * left


@pytest.mark.parametrize("case", CASES, ids=[case.what.replace(" ", "-") for case in CASES])
def test_a_tick_less_would_not_bring_what_is_wanted(case):
    for each in case.sells:
        price, quantity, cost, profit, *_ = map(Fraction, numbers(each))
        left = quantity * (1 - Fraction(case.market.sell_rate))
        assert price * left >= cost + profit
        assert (price - Fraction(case.market.pair.tick)) * left < cost + profit


@pytest.mark.parametrize("case", STOPS, ids=[case.what.replace(" ", "-") for case in STOPS])
def test_a_stop_is_as_worked_out_by_hand(case: StopCase):
    policy = ExitPolicy(D(1), stop_loss_pct=D(case.below), stop_limit_pct=D(case.slack))
    book = PairBook(make.SYMBOL, make.BASE, make.QUOTE, market=case.market, policy=policy)
    buys(book, case.buys)
    (sell,) = decide(book.lots[LOT], case.market, policy, Situation(make.NOW))
    assert isinstance(sell, PlaceSell)
    assert sell.stop is not None
    assert (sell.price, sell.stop.trigger, sell.stop.limit) == (D(case.price), D(case.trigger), D(case.limit))


@pytest.mark.parametrize("case", BREAK_EVEN, ids=[case.what.replace(" ", "-") for case in BREAK_EVEN])
def test_a_stop_at_break_even_is_as_worked_out_by_hand(case: BreakEvenCase):
    policy = ExitPolicy(D(5), break_even_gain_pct=D(case.gain), break_even_limit_pct=D(case.slack))
    book = PairBook(make.SYMBOL, make.BASE, make.QUOTE, market=case.market, policy=policy)
    buys(book, case.buys)
    assert arming_level(book.lots[LOT], case.market, policy) == D(case.level)
    (before,) = decide(book.lots[LOT], case.market, policy, Situation(make.NOW, bid=D(case.level)))
    book.lots.arm_break_even(LOT, make.NOW)
    (sell,) = decide(book.lots[LOT], case.market, policy, Situation(make.NOW, bid=D(case.level)))
    assert isinstance(before, PlaceSell)
    assert isinstance(sell, PlaceSell)
    assert sell.stop is not None
    assert (before.stop, sell.price) == (None, before.price)
    assert (sell.stop.trigger, sell.stop.limit) == (D(case.trigger), D(case.limit))
    made = Fraction(sell.stop.trigger) * Fraction(sell.quantity) * (1 - Fraction(case.market.sell_rate))
    tick = Fraction(case.market.pair.tick) * Fraction(sell.quantity)
    assert 0 <= made - Fraction(sell.cost) < tick
