"""No asset comes from nowhere and none is lost, whatever is ordered and wherever the price goes."""

import contextlib
from collections import defaultdict
from decimal import Decimal as D

from hypothesis import given, settings
from hypothesis import strategies as st

from lotkeeper.paper.errors import ApiError
from tests.lotkeeper.paper.support import Bench

START = {"USDT": "20000", "BTC": "0.3", "ETH": "2", "BNB": "0.002"}
CENTRE = {"BTCUSDT": D(60000), "ETHBTC": D("0.04")}

symbols = st.sampled_from(sorted(CENTRE))
shares = st.integers(-60, 60).map(lambda share: 1 + D(share) / 10_000)
sizes = st.integers(20, 4000)
orders = st.tuples(
    st.just("order"),
    symbols,
    st.sampled_from(["BUY", "SELL"]),
    st.sampled_from(["LIMIT", "LIMIT", "LIMIT_MAKER", "MARKET", "QUOTE"]),
    st.sampled_from(["GTC", "GTC", "IOC", "FOK"]),
    shares,
    sizes,
)
prices = st.tuples(st.just("quote"), symbols, shares, sizes, sizes)
prints = st.tuples(st.just("print"), symbols, shares, sizes, st.booleans())
cancels = st.tuples(st.just("cancel"), symbols, st.integers(0, 10))


def quantity(bench, symbol, size):
    return bench.exchange.rules[symbol].step * size


def price_at(bench, symbol, share):
    tick = bench.exchange.rules[symbol].tick
    return CENTRE[symbol] * share // tick * tick


def do_order(bench, symbol, side, kind, tif, share, size):
    qty, price = quantity(bench, symbol, size), price_at(bench, symbol, share)
    if kind == "QUOTE":
        bench.place(side, "MARKET", quote_qty=(qty * price).quantize(D("0.00000001")), symbol=symbol)
    elif kind == "MARKET":
        bench.place(side, "MARKET", qty=qty, symbol=symbol)
    else:
        bench.place(side, kind, qty=qty, price=price, tif=tif if kind == "LIMIT" else "GTC", symbol=symbol)


def do_quote(bench, symbol, share, bid_size, ask_size):
    sizes = {"bid_qty": quantity(bench, symbol, bid_size), "ask_qty": quantity(bench, symbol, ask_size)}
    bench.quote(price_at(bench, symbol, share), symbol=symbol, **sizes)


def do_print(bench, symbol, share, size, buyer_is_maker):
    bench.print(price_at(bench, symbol, share), quantity(bench, symbol, size), buyer_is_maker, symbol=symbol)


def do_cancel(bench, symbol, index):
    found = bench.exchange.desks[symbol].open_orders()
    if found:
        bench.exchange.cancel(symbol, found[index % len(found)], "cancel")


ACTIONS = {"order": do_order, "quote": do_quote, "print": do_print, "cancel": do_cancel}


def expected_totals(bench):
    """Start, plus and minus what the trades say."""
    totals = defaultdict(D, {asset: D(text) for asset, text in START.items()})
    for desk in bench.exchange.desks.values():
        for trade in desk.trades:
            sign = 1 if trade.order.ticket.buys else -1
            totals[desk.market.rules.base] += sign * trade.qty
            totals[desk.market.rules.quote] -= sign * trade.quote
            totals[trade.commission_asset] -= trade.commission
    return totals


def check(bench):
    account, reserved = bench.exchange.account, defaultdict(D)
    for desk in bench.exchange.desks.values():
        for order in desk.orders.values():
            reserved[order.locks] += order.reserved
            assert order.filled == sum(trade.qty for trade in order.trades)
            assert order.spent == sum(trade.quote for trade in order.trades)
            assert 0 <= order.filled <= order.qty
            assert order.is_open == (order in desk.buys or order in desk.sells)
    totals = expected_totals(bench)
    for asset in account.free:
        assert account.free[asset] >= 0
        assert account.locked[asset] == reserved[asset] >= 0
        assert account.total(asset) == totals[asset]


@settings(deadline=None, max_examples=150)
@given(st.lists(st.one_of(orders, orders, prices, prints, cancels), min_size=15, max_size=40), st.booleans())
def test_no_asset_is_created_or_lost(actions, in_bnb):
    bench = Bench(START, maker="0.00075", taker="0.001", in_bnb=in_bnb)
    bench.quote("600", symbol="BNBUSDT")
    bench.quote("0.04", symbol="ETHBTC", bid_qty="3", ask_qty="3")
    for name, *arguments in actions:
        with contextlib.suppress(ApiError):
            ACTIONS[name](bench, *arguments)
        check(bench)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.one_of(orders, prices, prints), min_size=10, max_size=30))
def test_no_order_trades_worse_than_its_limit(actions):
    bench = Bench(START)
    bench.quote("0.04", symbol="ETHBTC")
    for name, *arguments in actions:
        with contextlib.suppress(ApiError):
            ACTIONS[name](bench, *arguments)
    for desk in bench.exchange.desks.values():
        for trade in desk.trades:
            limit = trade.order.ticket.limit
            worse = limit is not None and (trade.price > limit if trade.order.ticket.buys else trade.price < limit)
            assert not worse
