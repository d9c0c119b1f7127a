"""No asset appears and none is lost, whatever is ordered and wherever the price moves.

This run is short, and half of it is in `make long`; `make conservation` runs a hundred thousand orders, or the number
in ORDERS.
"""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from binance_sim.matching.tickets import STOPS
from tests.binance_sim.matching.crowd import STP, Crowd
from tests.binance_sim.matching.invariants import check

PARTS = 4
ORDERS = int(os.environ.get("LOTKEEPER_CONSERVATION_ORDERS", "20000")) // PARTS
SEEDS = [pytest.param(seed, marks=[pytest.mark.long] if seed >= PARTS // 2 else []) for seed in range(PARTS)]
CHECK_EVERY = 50
# With fewer orders the rarest kinds may be missing.
ENOUGH = 5000
TIFS = ("GTC", "IOC", "FOK")
KINDS = {
    *(("LIMIT", tif, "") for tif in TIFS),
    ("LIMIT", "GTC", "iceberg"),
    ("LIMIT_MAKER", "GTC", ""),
    ("MARKET", "", ""),
    ("MARKET", "", "by quote"),
    *((kind, "", trails) for kind in ("STOP_LOSS", "TAKE_PROFIT") for trails in ("", "trails")),
    *(
        (f"{kind}_LIMIT", tif, trails)
        for kind in ("STOP_LOSS", "TAKE_PROFIT")
        for tif in TIFS
        for trails in ("", "trails")
    ),
}
LISTS = {("OCO", 2), ("OTO", 2), ("OTO", 3), ("OPO", 2), ("OPO", 3)}


def orders_of(crowd):
    return [order for market in crowd.exchange.markets.values() for order in market.orders.values()]


def kind_of(order):
    """What makes the matching of the order different from others."""
    ticket = order.ticket
    trails = "trails" if ticket.trailing_delta else ""
    measure = "by quote" if ticket.quote_qty else "iceberg" if ticket.iceberg_qty else ""
    return ticket.kind, "" if ticket.limit is None else ticket.tif, trails or measure


def lists_of(crowd):
    """Each list as its contingency and number of orders; an OPO is an OTO that pays for its pending orders."""
    return {
        ("OPO" if whole.pending and not whole.pending[0].ticket.qty else whole.contingency, len(whole.orders))
        for account in crowd.exchange.accounts.values()
        for whole in crowd.exchange.order_lists(account)
    }


@pytest.mark.timeout(0)
@pytest.mark.parametrize("seed", SEEDS)
def test_orders_of_all_kinds_keep_every_asset_and_never_cross_the_book(seed):
    """A failure names its seed, which reproduces it. Only accepted orders count."""
    crowd, checked = Crowd(seed), 0
    while (placed := sum(len(market.orders) for market in crowd.exchange.markets.values())) < ORDERS:
        crowd.order_something()
        crowd.stir()
        crowd.stir()
        if placed - checked >= CHECK_EVERY:
            checked = placed
            check(crowd.exchange, every_order=False)
    check(crowd.exchange)
    if ORDERS >= ENOUGH:
        assert_all_kinds(crowd)


def assert_all_kinds(crowd):
    """The run covered every kind of order: accepted, filled, and ended in every way."""
    orders = orders_of(crowd)
    assert {kind_of(order) for order in orders} >= KINDS
    assert {order.ticket.kind for order in orders if order.trades} == {kind for kind, _, _ in KINDS}
    assert {order.ticket.kind for order in orders if order.trades and order.ticket.trailing_delta} == STOPS
    assert lists_of(crowd) == LISTS
    assert {match.mode for order in orders for match in order.matches} == {*STP} - {"NONE"}
    assert {order.status for order in orders} >= {"NEW", "FILLED", "CANCELED", "EXPIRED", "EXPIRED_IN_MATCH"}
    assert {order.expiry_reason for order in orders} >= {"OCO_TRIGGER", "UNFILLED_FOK_ORDER_EXPIRED", "REJECTED"}
    assert {order.account.name for order in orders} == {*"abcde"}
    for name in ("amend", "cancel", "cancel_all", "replace", "quote", "print", "take", "deposit"):
        assert crowd.done[name] > 20, name


@settings(deadline=None, max_examples=60)
@given(st.randoms(use_true_random=False), st.integers(5, 40))
def test_after_each_single_step_the_books_balance(dice, steps):
    crowd = Crowd(0)
    crowd.random = dice
    for _ in range(steps):
        crowd.order_something()
        check(crowd.exchange)
        crowd.stir()
        check(crowd.exchange)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**9))
def test_no_order_trades_worse_than_its_limit(seed):
    crowd = Crowd(seed)
    for _ in range(60):
        crowd.order_something()
        crowd.stir()
    for order in orders_of(crowd):
        limit = order.ticket.limit
        for trade in order.trades:
            assert limit is None or (trade.price <= limit if order.ticket.buys else trade.price >= limit)
