"""Stop and take-profit orders (source: "New order"), and trailing stops (source: "Spot Trailing Stop order FAQ")."""

from decimal import Decimal as D

import pytest

from binance_sim.errors import ApiError
from tests.binance_sim.support import Bench


@pytest.fixture
def bench():
    """An account with quote and base assets, and a last price of 60000."""
    bench = Bench({"USDT": "100000", "BTC": "1"})
    bench.print("60000", "0.01", buyer_is_maker=True)
    return bench


def trade(bench, price):
    """A trade of others far from the quote, which follows."""
    bench.quote(price, bid_qty="50", ask_qty="50")
    bench.print(price, "0.00001", buyer_is_maker=True)


@pytest.mark.parametrize(
    ("side", "kind", "stop", "reached", "missed"),
    [
        ("SELL", "STOP_LOSS", "59000", "59000", "59000.01"),
        ("SELL", "TAKE_PROFIT", "61000", "61000", "60999.99"),
        ("BUY", "STOP_LOSS", "61000", "61000", "60999.99"),
        ("BUY", "TAKE_PROFIT", "59000", "59000", "59000.01"),
    ],
)
def test_each_kind_waits_on_its_side_of_the_market_and_then_trades_at_the_market(
    bench, side, kind, stop, reached, missed
):
    order = bench.place(side, kind, qty="0.1", stop_price=stop)
    assert (order.status, order.is_working, bench.events[-2]["w"]) == ("NEW", False, False)
    assert "W" not in bench.events[-2]
    trade(bench, missed)
    assert order.is_waiting
    trade(bench, reached)
    assert (order.status, order.filled) == ("FILLED", D("0.1"))
    assert [event["w"] for event in bench.events if event["e"] == "executionReport"] == [False, True, False]
    assert bench.locked("BTC") == bench.locked("USDT") == 0
    assert bench.surplus() == {}


@pytest.mark.parametrize(
    ("side", "kind", "stop"),
    [
        ("SELL", "STOP_LOSS", "60000"),
        ("SELL", "TAKE_PROFIT", "60000"),
        ("BUY", "STOP_LOSS", "59999"),
        ("BUY", "TAKE_PROFIT", "60001"),
    ],
)
def test_a_price_that_is_reached_already_is_refused(bench, side, kind, stop):
    with pytest.raises(ApiError, match=r"Order would trigger immediately\.") as caught:
        bench.place(side, kind, qty="0.1", stop_price=stop)
    assert caught.value.code == -2010
    assert bench.open_orders() == []


def test_a_stop_limit_order_rests_at_its_price_once_triggered(bench):
    order = bench.place("SELL", "STOP_LOSS_LIMIT", qty="0.1", price="59500", stop_price="59000")
    assert bench.locked("BTC") == D("0.1")
    trade(bench, "58900")
    assert (order.status, order.is_working, order.filled) == ("NEW", True, D(0))
    trade(bench, "59600")
    assert (order.status, order.trades[0].price, order.trades[0].maker) == ("FILLED", D(59500), True)


@pytest.mark.parametrize(
    ("tif", "reason"), [("IOC", "UNFILLED_IOC_QUANTITY_EXPIRED"), ("FOK", "UNFILLED_FOK_ORDER_EXPIRED")]
)
def test_a_stop_limit_order_may_expire_when_it_is_triggered(bench, tif, reason):
    order = bench.place("SELL", "STOP_LOSS_LIMIT", qty="0.1", price="59500", stop_price="59000", tif=tif)
    trade(bench, "58900")
    assert (order.status, order.expiry_reason) == ("EXPIRED", reason)
    assert bench.locked("BTC") == 0


def test_a_buy_whose_money_is_gone_by_then_expires_as_rejected(bench):
    order = bench.place("BUY", "STOP_LOSS", qty="1.5", stop_price="61000")
    assert bench.locked("USDT") == D("91500")
    trade(bench, "70000")
    assert (order.status, order.expiry_reason, bench.events[-2]["eR"]) == ("EXPIRED", "REJECTED", "REJECTED")
    assert bench.locked("USDT") == 0


def test_one_stop_may_set_off_the_next(bench):
    first = bench.place("SELL", "STOP_LOSS", qty="0.6", stop_price="59000")
    second = bench.place("SELL", "STOP_LOSS", qty="0.1", stop_price="58999.99")
    bench.quote("59000", bid_qty="0.5")
    bench.print("59000", "0.00001", buyer_is_maker=True)
    assert first.status == "FILLED"
    assert {trade.price for trade in first.trades} == {D(59000), D("58999.99")}
    assert second.status == "FILLED"


def test_a_stop_can_be_canceled_while_it_waits(bench):
    order = bench.place("SELL", "STOP_LOSS", qty="0.1", stop_price="59000")
    bench.cancel(order)
    trade(bench, "58000")
    assert (order.status, order.trades, bench.locked("BTC")) == ("CANCELED", [], 0)


# Trailing stops: the scenarios of the FAQ


@pytest.mark.parametrize(
    ("side", "kind", "stop", "delta", "waits", "triggers"),
    [
        # A: it trails from 44000 on; then a rise of 5 % from the lowest price triggers.
        ("BUY", "STOP_LOSS_LIMIT", "44000", 500, (37000, 44000, 45000, 46000, 42000), 44100),
        # B: it trails from 39000 on; then a fall of 10 % from the highest price triggers.
        ("SELL", "STOP_LOSS_LIMIT", "39000", 1000, (41500, 39000, 37000, 41000), 36900),
        ("BUY", "TAKE_PROFIT_LIMIT", "38000", 850, (42000, 38000, 37000, 39000, 38000), 40145),
        ("SELL", "TAKE_PROFIT_LIMIT", "42000", 750, (41500, 39000, 42000, 45000, 44000, 46500), 43012.5),
        # E: without a stop price it trails at once.
        ("SELL", "STOP_LOSS_LIMIT", "0", 700, (42000, 39500, 45500), 42315),
    ],
)
def test_trailing_stops_as_the_faq_tells_them(side, kind, stop, delta, waits, triggers):
    bench = Bench({"USDT": "1000000", "BTC": "10"})
    trade(bench, "40000")
    order = bench.place(side, kind, qty="0.1", price="40000", stop_price=stop, trailing_delta=delta)
    for price in waits:
        trade(bench, str(price))
        assert order.is_waiting, price
    just_short = D(str(triggers)) + (D("0.01") if side == "SELL" else -D("0.01"))
    trade(bench, str(just_short))
    assert order.is_waiting
    trade(bench, str(triggers))
    assert order.is_working


def test_events_of_a_trailing_stop_say_since_when_it_follows(bench):
    at_once = bench.place("SELL", "STOP_LOSS", qty="0.1", trailing_delta=100)
    assert (bench.events[-2]["d"], bench.events[-2]["D"]) == (100, bench.clock.ms())
    later = bench.place("SELL", "TAKE_PROFIT", qty="0.1", stop_price="61000", trailing_delta=100)
    assert (bench.events[-2]["d"], bench.events[-2]["D"]) == (100, -1)
    bench.clock.pass_ms(5)
    trade(bench, "61000")
    assert later.trailing_us - at_once.trailing_us == 5000


@pytest.mark.parametrize("delta", [9, 2001])
def test_the_delta_keeps_to_the_pairs_filter(bench, delta):
    with pytest.raises(ApiError, match="TRAILING_DELTA"):
        bench.place("SELL", "STOP_LOSS", qty="0.1", trailing_delta=delta)


def test_no_more_than_five_waiting_orders(bench):
    for _ in range(5):
        bench.place("SELL", "STOP_LOSS", qty="0.01", stop_price="50000")
    with pytest.raises(ApiError, match="MAX_NUM_ALGO_ORDERS"):
        bench.place("SELL", "STOP_LOSS", qty="0.01", stop_price="50000")
    assert bench.place("SELL", qty="0.01", price="70000").status == "NEW"
