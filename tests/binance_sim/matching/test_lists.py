"""Order lists (source: "Order lists", "One Pays the Other")."""

from decimal import Decimal as D

import pytest

from binance_sim.errors import ApiError
from tests.binance_sim.support import Bench


@pytest.fixture
def bench():
    bench = Bench({"USDT": "100000", "BTC": "1"})
    bench.print("60000", "0.01", buyer_is_maker=True)
    return bench


def trade(bench, price):
    bench.quote(price, bid_qty="50", ask_qty="50")
    bench.print(price, "0.00001", buyer_is_maker=True)


def oco(bench, qty="0.1", side="SELL", high="61000", low="59000", kind="STOP_LOSS"):
    """A limit order on one side of the market, a stop order on the other."""
    limit = bench.ticket(side, "LIMIT_MAKER", qty=qty, price=high if side == "SELL" else low)
    more = {"price": D(low)} if kind == "STOP_LOSS_LIMIT" else {}
    stop = bench.ticket(side, kind, qty=qty, stop_price=low if side == "SELL" else high, **more)
    return (limit, stop) if side == "SELL" else (stop, limit)


def told(bench, since=0):
    """The events in short form."""
    return [
        (event["e"][:4], event.get("x") or event.get("l"), event.get("X") or event.get("L"), event.get("eR", ""))
        for event in bench.events[since:]
    ]


# OCO


def test_an_oco_locks_its_quantity_once(bench):
    whole = bench.place_list(None, *oco(bench))
    assert bench.locked("BTC") == D("0.1")
    assert [order.status for order in whole.orders] == ["NEW", "NEW"]
    assert [order.is_working for order in whole.orders] == [False, True]
    assert told(bench) == [
        ("list", "EXEC_STARTED", "EXECUTING", ""),
        ("exec", "NEW", "NEW", ""),
        ("exec", "NEW", "NEW", ""),
        ("outb", None, None, ""),
    ]


def test_a_buy_oco_locks_what_the_dearer_order_may_cost(bench):
    bench.place_list(None, *oco(bench, side="BUY"))
    assert bench.locked("USDT") == D(6100)


def test_the_first_fill_of_the_limit_order_expires_the_stop(bench):
    stop, limit = bench.place_list(None, *oco(bench)).orders
    since = len(bench.events)
    bench.print("61000", "0.04", buyer_is_maker=False)
    assert (limit.status, stop.status, stop.expiry_reason) == ("PARTIALLY_FILLED", "EXPIRED", "OCO_TRIGGER")
    assert told(bench, since)[:2] == [
        ("exec", "TRADE", "PARTIALLY_FILLED", ""),
        ("exec", "EXPIRED", "EXPIRED", "OCO_TRIGGER"),
    ]
    assert bench.locked("BTC") == D("0.06")
    bench.print("61000", "1", buyer_is_maker=False)
    assert told(bench)[-2] == ("list", "ALL_DONE", "ALL_DONE", "")
    assert bench.locked("BTC") == 0


def test_the_stop_price_drops_the_limit_order_first(bench):
    stop, limit = bench.place_list(None, *oco(bench)).orders
    since = len(bench.events)
    trade(bench, "58900")
    assert (limit.status, limit.expiry_reason, stop.status) == ("EXPIRED", "OCO_TRIGGER", "FILLED")
    assert [each[1] for each in told(bench, since)] == ["EXPIRED", "NEW", "TRADE", "ALL_DONE", None]
    assert bench.locked("BTC") == 0


def test_canceling_one_order_cancels_its_list(bench):
    whole = bench.place_list(None, *oco(bench))
    since = len(bench.events)
    bench.cancel(whole.orders[1], "bye")
    assert [order.status for order in whole.orders] == ["CANCELED", "CANCELED"]
    assert {order.client_id for order in whole.orders} == {"bye"}
    assert [each[1] for each in told(bench, since)] == ["CANCELED", "CANCELED", "ALL_DONE", None]
    assert bench.free("BTC") == 1


@pytest.mark.parametrize(("high", "low"), [("60000", "59000"), ("61000", "60000"), ("59000", "58000")])
def test_the_market_lies_between_the_two(bench, high, low):
    with pytest.raises(ApiError, match="relationship of the prices"):
        bench.place_list(None, *oco(bench, high=high, low=low))
    assert bench.open_orders() == []
    assert bench.locked("BTC") == 0


def test_a_refused_list_changes_nothing(bench):
    before = bench.exchange.markets["BTCUSDT"].next_order_id, len(bench.events)
    with pytest.raises(ApiError, match="insufficient balance"):
        bench.place_list(None, *oco(bench, qty="2"))
    assert (bench.exchange.markets["BTCUSDT"].next_order_id, len(bench.events)) == before
    assert bench.order_lists() == []


def test_no_more_than_twenty_lists(bench):
    for _ in range(2):
        bench.place_list(None, *oco(bench, qty="0.001"))
    for whole in bench.order_lists()[:1]:
        bench.cancel(whole.orders[0])
    assert sum(whole.is_open for whole in bench.order_lists()) == 1
    working = [bench.ticket("BUY", qty="0.001", price="50000") for _ in range(20)]
    for ticket in working[:19]:
        bench.place_list(ticket, bench.ticket("SELL", qty="0.001", price="70000"))
    with pytest.raises(ApiError, match="MAX_NUM_ORDER_LISTS"):
        bench.place_list(working[19], bench.ticket("SELL", qty="0.001", price="70000"))


# OTO


def test_a_pending_order_starts_when_the_working_one_is_filled_whole(bench):
    working = bench.ticket("BUY", qty="0.2", price="59500")
    whole = bench.place_list(working, bench.ticket("SELL", qty="0.3", price="65000"))
    bought, sells = whole.orders
    assert (sells.status, sells.is_working, bench.locked("BTC")) == ("PENDING_NEW", False, 0)
    bench.print("59500", "0.1", buyer_is_maker=True)
    assert sells.status == "PENDING_NEW"
    bench.print("59500", "0.1", buyer_is_maker=True)
    assert (bought.status, sells.status, sells.is_working) == ("FILLED", "NEW", True)
    assert bench.locked("BTC") == D("0.3")
    bench.print("65000", "1", buyer_is_maker=False)
    assert sells.status == "FILLED"
    assert told(bench)[-2] == ("list", "ALL_DONE", "ALL_DONE", "")


def test_the_events_of_a_list_whose_working_order_fills_at_once(bench):
    since = len(bench.events)
    working = bench.ticket("BUY", qty="0.2", price="60001")
    whole = bench.place_list(working, bench.ticket("SELL", "MARKET", qty="0.1"))
    assert [order.status for order in whole.orders] == ["FILLED", "FILLED"]
    assert told(bench, since) == [
        ("list", "EXEC_STARTED", "EXECUTING", ""),
        ("exec", "NEW", "NEW", ""),
        ("exec", "NEW", "PENDING_NEW", ""),
        ("exec", "TRADE", "FILLED", ""),
        ("exec", "NEW", "NEW", ""),
        ("exec", "TRADE", "FILLED", ""),
        ("list", "ALL_DONE", "ALL_DONE", ""),
        ("outb", None, None, ""),
    ]


@pytest.mark.parametrize("part", ["0", "0.1"])
def test_a_canceled_working_order_takes_the_pending_one_along(bench, part):
    whole = bench.place_list(
        bench.ticket("BUY", qty="0.2", price="59500"), bench.ticket("SELL", qty="0.2", price="65000")
    )
    if part != "0":
        bench.print("59500", part, buyer_is_maker=True)
    bench.cancel(whole.orders[0])
    assert [order.status for order in whole.orders] == ["CANCELED", "CANCELED"]
    assert bench.locked("USDT") == bench.locked("BTC") == 0


def test_an_expired_working_order_expires_the_pending_one(bench):
    working = bench.ticket("BUY", qty="3", price="60001", tif="FOK")
    with pytest.raises(ApiError, match="insufficient balance"):
        bench.place_list(working, bench.ticket("SELL", qty="0.2", price="65000"))
    working = bench.ticket("BUY", qty="1.5", price="50000", tif="IOC")
    whole = bench.place_list(working, bench.ticket("SELL", qty="0.2", price="65000"))
    assert [order.expiry_reason for order in whole.orders] == [
        "UNFILLED_IOC_QUANTITY_EXPIRED",
        "OTO_PHASE_ONE_EXPIRED",
    ]
    assert not whole.is_open


def test_a_pending_order_without_money_expires_as_rejected(bench):
    whole = bench.place_list(
        bench.ticket("BUY", qty="0.2", price="59500"), bench.ticket("SELL", qty="2", price="65000")
    )
    bench.print("59500", "0.2", buyer_is_maker=True)
    assert (whole.orders[1].status, whole.orders[1].expiry_reason) == ("EXPIRED", "REJECTED")
    assert not whole.is_open


def test_an_otoco_becomes_an_oco(bench):
    whole = bench.place_list(bench.ticket("BUY", qty="0.2", price="59500"), *oco(bench, qty="0.15"))
    bench.print("59500", "0.2", buyer_is_maker=True)
    _, stop, limit = whole.orders
    assert (limit.is_working, stop.is_waiting, bench.locked("BTC")) == (True, True, D("0.15"))
    bench.print("61000", "1", buyer_is_maker=False)
    assert (limit.status, stop.expiry_reason) == ("FILLED", "OCO_TRIGGER")
    assert (bench.locked("BTC"), bench.surplus()) == (0, {})


# OPO


def test_an_opo_sells_what_was_bought_less_commission_down_to_the_step():
    bench = Bench({"USDT": "100000"})
    working = bench.ticket("BUY", qty="0.00123", price="59500")
    whole = bench.place_list(working, bench.ticket("SELL", qty="0", price="65000"), pays=True)
    bought, sells = whole.orders
    assert sells.qty == 0
    bench.print("59500", "0.001", buyer_is_maker=True)
    assert (bench.locked("BTC"), sells.status) == (D("0.000999"), "PENDING_NEW")
    bench.print("59500", "1", buyer_is_maker=True)
    assert bought.status == "FILLED"
    received = D("0.00123") - D("0.000001") - D("0.00000023")
    assert (sells.qty, sells.status) == (D("0.00122"), "NEW")
    assert (bench.locked("BTC"), bench.free("BTC")) == (D("0.00122"), received - D("0.00122"))
    assert bench.surplus() == {}


def test_an_opo_takes_its_commission_from_free_funds_where_there_are_enough(bench):
    whole = bench.place_list(
        bench.ticket("BUY", qty="0.01", price="59500"), bench.ticket("SELL", qty="0", price="65000"), pays=True
    )
    bench.print("59500", "1", buyer_is_maker=True)
    assert whole.orders[1].qty == D("0.01")
    assert bench.free("BTC") == 1 - D("0.00001")


def test_a_canceled_opo_frees_what_was_bought():
    bench = Bench({"USDT": "100000"})
    whole = bench.place_list(
        bench.ticket("BUY", qty="0.01", price="59500"), bench.ticket("SELL", qty="0", price="65000"), pays=True
    )
    bench.print("59500", "0.004", buyer_is_maker=True)
    assert bench.locked("BTC") == D("0.003996")
    bench.cancel(whole.orders[0])
    assert (bench.locked("BTC"), bench.free("BTC"), bench.locked("USDT")) == (0, D("0.003996"), 0)


def test_an_opoco_sells_through_either_order_of_its_pair():
    bench = Bench({"USDT": "100000"})
    whole = bench.place_list(bench.ticket("BUY", qty="0.01", price="59500"), *oco(bench, qty="0"), pays=True)
    bench.print("59500", "1", buyer_is_maker=True)
    _, stop, limit = whole.orders
    assert limit.qty == stop.qty == D("0.00999")
    bench.quote("58900", bid_qty="50")
    bench.print("58900", "0.00001", buyer_is_maker=True)
    assert (stop.status, stop.filled, limit.expiry_reason) == ("FILLED", D("0.00999"), "OCO_TRIGGER")
    assert (bench.locked("BTC"), bench.surplus()) == (0, {})
