"""The documentation's own examples of trailing orders ("Spot Trailing Stop order FAQ"): requests, answers, filter."""

from dataclasses import replace

import pytest

from binance_sim.api.endpoints import accounts, order_lists, orders
from binance_sim.errors import ApiError
from tests.binance_sim.support import Bench, D

# The examples, "assuming a last price of 40,000": side, type, price, trailing delta, stop price.
REQUESTS = [
    ("BUY", "STOP_LOSS_LIMIT", "42000", 500, "43000"),
    ("SELL", "STOP_LOSS_LIMIT", "37500", 250, "39000"),
    ("BUY", "TAKE_PROFIT_LIMIT", "38000", 500, "36000"),
    ("SELL", "TAKE_PROFIT_LIMIT", "41500", 175, "42500"),
]
STOPPED = {"symbol": "BTCUSDT", "side": "SELL", "type": "TAKE_PROFIT_LIMIT", "timeInForce": "GTC", "quantity": "0.01"}


@pytest.fixture
def bench():
    bench = Bench({"USDT": "100000", "BTC": "1"})
    trade(bench, "40000")
    return bench


def trade(bench, price):
    bench.quote(price, bid_qty="50", ask_qty="50")
    bench.print(price, "0.00001", buyer_is_maker=True)


def refused(serve, bench, **values):
    with pytest.raises(ApiError) as caught:
        bench.call(serve, **values)
    return caught.value.code, caught.value.text


@pytest.mark.parametrize("has_stop", [False, True])
@pytest.mark.parametrize(("side", "kind", "price", "delta", "stop"), REQUESTS)
def test_each_example_request(bench, side, kind, price, delta, stop, has_stop):
    request = {"symbol": "BTCUSDT", "side": side, "type": kind, "timeInForce": "GTC", "quantity": "0.01"}
    more = {"stopPrice": stop} if has_stop else {}
    answer = bench.call(orders.new_order, **request, price=price, trailingDelta=delta, **more)
    assert list(answer) == ["symbol", "orderId", "orderListId", "clientOrderId", "transactTime"], "an ACK by default"
    found = bench.call(accounts.get_order, symbol="BTCUSDT", orderId=answer["orderId"])
    assert (found["status"], found["isWorking"], found["workingTime"]) == ("NEW", False, -1)
    assert (D(found["stopPrice"]), found["trailingDelta"]) == (D(stop) if has_stop else 0, delta)
    assert found["trailingTime"] == (-1 if has_stop else answer["transactTime"])


@pytest.mark.parametrize(
    ("side", "kind", "stop"),
    [
        ("SELL", "TAKE_PROFIT_LIMIT", "40000"),
        ("SELL", "STOP_LOSS_LIMIT", "40000"),
        ("BUY", "TAKE_PROFIT_LIMIT", "40000"),
        ("BUY", "STOP_LOSS_LIMIT", "40000"),
    ],
)
def test_a_stop_price_on_the_wrong_side_of_the_last_price(bench, side, kind, stop):
    request = {"symbol": "BTCUSDT", "side": side, "type": kind, "timeInForce": "GTC", "quantity": "0.01"}
    refusal = refused(orders.new_order, bench, **request, price="40000", stopPrice=stop, trailingDelta=100)
    assert refusal == (-2010, "Order would trigger immediately.")
    assert bench.open_orders() == []


@pytest.mark.parametrize(
    ("side", "kind", "is_above"),
    [
        ("BUY", "STOP_LOSS", True),
        ("BUY", "STOP_LOSS_LIMIT", True),
        ("SELL", "TAKE_PROFIT", True),
        ("SELL", "TAKE_PROFIT_LIMIT", True),
        ("SELL", "STOP_LOSS", False),
        ("SELL", "STOP_LOSS_LIMIT", False),
        ("BUY", "TAKE_PROFIT", False),
        ("BUY", "TAKE_PROFIT_LIMIT", False),
    ],
)
def test_which_deltas_of_the_filter_count_for_which_order(bench, side, kind, is_above):
    """Above: 10 to 20; below: 100 to 200."""
    market = bench.exchange.markets["BTCUSDT"]
    market.rules = replace(market.rules, trailing=(10, 20, 100, 200))
    price = {"price": "40000"} if kind.endswith("_LIMIT") else {}
    least, most = (10, 20) if is_above else (100, 200)
    for delta in (least - 1, most + 1):
        with pytest.raises(ApiError, match="Filter failure: TRAILING_DELTA"):
            bench.place(side, kind, qty="0.01", trailing_delta=delta, **price)
    for delta in (least, most):
        assert bench.place(side, kind, qty="0.01", trailing_delta=delta, **price).is_waiting


def test_a_trailing_sell_whose_limit_is_above_the_market_rests_when_it_is_triggered(bench):
    """It never sells below its limit: the fall only makes it a LIMIT order of the book."""
    answer = bench.call(orders.new_order, **STOPPED, price="41500", trailingDelta="175")
    order = bench.blotter().orders[answer["orderId"]]
    trade(bench, "40500")
    trade(bench, "39791.26")
    assert order.is_waiting
    trade(bench, "39791.25")  # 40500 * 0.9825
    assert (order.status, order.is_working, order.trades) == ("NEW", True, [])
    assert [event["w"] for event in bench.events if event["e"] == "executionReport"] == [False, True]
    trade(bench, "41499")
    bench.print("41500", "1", buyer_is_maker=False)
    assert (order.status, [(each.price, each.maker) for each in order.trades]) == ("FILLED", [(D(41500), True)])


def test_a_trailing_sell_takes_the_market_above_its_limit(bench):
    answer = bench.call(orders.new_order, **STOPPED, price="41500", stopPrice="42500", trailingDelta="175")
    order = bench.blotter().orders[answer["orderId"]]
    for price in ("41000", "42500", "44000"):
        trade(bench, price)
        assert order.is_waiting
    trade(bench, "43230")  # 44000 * 0.9825
    assert (order.status, [(each.price, each.maker) for each in order.trades]) == ("FILLED", [(D(43230), False)])


def test_the_trailing_order_of_a_pair_drops_the_other_when_it_is_triggered(bench):
    """ "If the trailing stop condition is triggered, the limit leg of the OCO order will be canceled"."""
    bench.call(
        order_lists.new_oco,
        symbol="BTCUSDT",
        side="SELL",
        quantity="0.01",
        aboveType="LIMIT_MAKER",
        abovePrice="42000",
        belowType="STOP_LOSS_LIMIT",
        belowPrice="38000",
        belowTrailingDelta="700",
        belowTimeInForce="GTC",
    )
    stop, limit = bench.order_lists()[0].orders
    since = len(bench.events)
    for price in ("41000", "39500", "38130.01"):
        trade(bench, price)
        assert stop.is_waiting
    trade(bench, "38130")  # 41000 * 0.93
    assert (limit.status, limit.expiry_reason, stop.status) == ("EXPIRED", "OCO_TRIGGER", "FILLED")
    told = [(event.get("x", event["e"]), event.get("o")) for event in bench.events[since:]]
    assert told == [
        ("EXPIRED", "LIMIT_MAKER"),
        ("NEW", "STOP_LOSS_LIMIT"),
        ("TRADE", "STOP_LOSS_LIMIT"),
        ("listStatus", None),
        ("outboundAccountPosition", None),
    ]
