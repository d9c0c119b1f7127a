"""Many refused SELLs in a row: the newest are kept, and how many there were is known."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.lots.attempts import (
    is_old_setback,
    lacks_attempts,
    newest_attempt,
    setbacks,
    without_old_setbacks,
)
from lotkeeper.trading.lots.lot import Lot, with_order
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.selling.decisions import Situation
from lotkeeper.trading.selling.parking import retry_at
from tests.persistence.lots import lot, order

EVERY_MS = 300_000
LATER_MS = 10**13


def attempt(generation: int, state: OrderState = OrderState.REFUSED, **changes: object) -> SellOrder:
    at_ms = generation * EVERY_MS
    return order(7, generation, state=state, order_id=None, updated_ms=at_ms, profit=D(1), **changes)


def expired(generation: int) -> SellOrder:
    """The exchange took it and ended it at once, by a clock that is an hour behind ours."""
    at_ms = generation * EVERY_MS
    known = attempt(generation, OrderState.EXPIRED, sent_ms=at_ms)
    return replace(known, order_id=9000 + generation, updated_ms=at_ms - 3_600_000)


def refused(count: int, *, thinned: bool = True, make: Callable[[int], SellOrder] = attempt) -> Lot:
    """A lot that was refused so often, every five minutes."""
    found = lot(7, orders=())
    for generation in range(1, count + 1):
        found = with_order(found, make(generation))
        found = without_old_setbacks(found) if thinned else found
    return found


@pytest.mark.parametrize(("make", "count"), [(attempt, 26_000), (expired, 2_600)])
def test_months_of_refusals_cost_what_the_first_hour_does(make, count):
    months = refused(count, make=make)
    assert len(months.orders) == 3  # ten minutes
    assert months.orders[-1].name.generation == count
    assert setbacks(months) == count
    assert retry_at(months, Situation(LATER_MS)) == count * EVERY_MS + 300_000
    assert months.next_generation == count + 1


def test_the_first_ones_are_all_kept():
    young = [replace(attempt(each), updated_ms=each) for each in range(1, 9)]
    few = lot(7, orders=tuple(young))
    assert without_old_setbacks(few) is few
    assert (setbacks(few), lacks_attempts(few)) == (8, False)


@given(st.integers(1, 60), st.lists(st.booleans(), min_size=60))
def test_how_many_there_were_is_known_however_few_are_kept(count, are_expired):
    def make(generation: int) -> SellOrder:
        return expired(generation) if are_expired[generation - 1] else attempt(generation)

    thinned, whole = refused(count, make=make), refused(count, thinned=False, make=make)
    assert setbacks(thinned) == setbacks(whole) == count
    assert retry_at(thinned, Situation(LATER_MS)) == retry_at(whole, Situation(LATER_MS))
    assert newest_attempt(thinned) == newest_attempt(whole)
    assert (thinned.remainder, thinned.next_generation) == (whole.remainder, whole.next_generation)
    assert lacks_attempts(thinned) is (len(thinned.orders) < count)
    kept = {order.name.generation for order in thinned.orders}
    assert [is_old_setback(thinned, each) for each in range(1, count + 3)] == [
        each not in kept and each <= count for each in range(1, count + 3)
    ]


def test_only_what_was_refused_and_followed_by_a_refused_one_goes():
    states = [OrderState.CANCELED, OrderState.REFUSED, OrderState.EXPIRED, OrderState.REFUSED, OrderState.OPEN]
    orders = tuple(attempt(number * 10, state) for number, state in enumerate(states, 1))
    kept = lot(7, orders=orders)
    assert without_old_setbacks(kept) is kept
    assert setbacks(kept) == 0
    came_after_all = attempt(1, executed=D("0.1"))
    assert without_old_setbacks(lot(7, orders=(came_after_all, *refused(9).orders[-2:]))).orders[0] is came_after_all


def test_of_a_sell_that_was_found_nobody_knows_what_was_before():
    found = lot(7, orders=(replace(attempt(5, OrderState.EXPIRED), profit=None),))
    assert setbacks(found) == 1
    assert setbacks(lot(7, orders=(replace(attempt(5), profit=None),))) == 1


def test_one_that_was_not_sent_is_no_attempt():
    waiting = with_order(refused(50), attempt(51, OrderState.NOT_SENT))
    assert setbacks(waiting) == 50
    assert newest_attempt(waiting) == attempt(50)
    assert newest_attempt(lot(7, orders=())) is None
