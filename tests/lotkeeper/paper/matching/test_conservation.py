"""No asset comes from nowhere and none is lost, whatever is ordered, by whom, and wherever the price goes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lotkeeper.paper.matching.crowd import Crowd

PARTS, ORDERS = 4, 25_000


@pytest.mark.parametrize("seed", range(PARTS))
def test_a_hundred_thousand_orders_of_all_kinds_keep_every_asset_and_never_cross_the_book(seed):
    """Seeded: a failure names its seed, and the same seed does the same again."""
    crowd = Crowd(seed)
    for number in range(ORDERS):
        crowd.order_something()
        crowd.stir()
        crowd.stir()
        if number % 50 == 0:
            crowd.check(every_order=False)
    crowd.check()
    for kind in ("limit", "market", "stop", "list", "amend", "cancel"):
        assert crowd.done[kind] > 100, kind
    statuses = {order.status for desk in crowd.exchange.desks.values() for order in desk.orders.values()}
    assert statuses >= {"NEW", "FILLED", "CANCELED", "EXPIRED", "EXPIRED_IN_MATCH"}


@settings(deadline=None, max_examples=60)
@given(st.randoms(use_true_random=False), st.integers(5, 40))
def test_after_each_single_step_the_books_balance(dice, steps):
    crowd = Crowd(0)
    crowd.random = dice
    for _ in range(steps):
        crowd.order_something()
        crowd.check()
        crowd.stir()
        crowd.check()


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**9))
def test_no_order_trades_worse_than_its_limit(seed):
    crowd = Crowd(seed)
    for _ in range(60):
        crowd.order_something()
        crowd.stir()
    for desk in crowd.exchange.desks.values():
        for order in desk.orders.values():
            limit = order.ticket.limit
            for trade in order.trades:
                assert limit is None or (trade.price <= limit if order.ticket.buys else trade.price >= limit)
