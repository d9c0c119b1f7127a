"""Orders by smart order routing: filled by allocations, which are no trades of the account."""

import pytest

from binance_sim.api.endpoints import accounts, orders
from binance_sim.errors import ApiError
from tests.binance_sim.support import Bench, D

PAIR = {"symbol": "BTCUSDT"}
ORDER = {**PAIR, "side": "BUY", "type": "MARKET", "quantity": "0.5"}


@pytest.fixture
def bench():
    bench = Bench()
    bench.quote("60000", "60000.01", ask_qty="1")
    return bench


def test_its_answer_and_its_events_name_allocations_in_place_of_trades(bench):
    answer = bench.call(orders.new_sor_order, **ORDER)
    assert (answer["status"], answer["workingFloor"], answer["usedSor"]) == ("FILLED", "SOR", True)
    (fill,) = answer["fills"]
    assert (fill["matchType"], fill["tradeId"]) == ("ONE_PARTY_TRADE_REPORT", -1)
    event = next(each for each in bench.events if each.get("x") == "TRADE")
    assert (event["t"], event["a"], event["b"]) == (-1, fill["allocId"], "ONE_PARTY_TRADE_REPORT")
    assert (event["k"], event["uS"], event["l"]) == ("SOR", True, "0.50000000")
    accepted = next(each for each in bench.events if each.get("x") == "NEW")
    assert (accepted["uS"], "a" in accepted) == (True, False)


def test_only_my_allocations_have_them(bench):
    bench.call(orders.new_order, **ORDER)
    placed = bench.call(orders.new_sor_order, **ORDER)
    bench.call(orders.new_sor_order, **ORDER)
    number = placed["orderId"]
    assert number not in {each["orderId"] for each in bench.call(accounts.my_trades, **PAIR)}
    rows = bench.call(accounts.my_allocations, **PAIR)
    assert [each["orderId"] for each in rows] == [number, number + 1]
    assert list(rows[0]) == [
        *("allocationId", "allocationType", "symbol", "orderId", "orderListId", "price", "qty", "quoteQty"),
        *("commission", "commissionAsset", "time", "isBuyer", "isMaker", "isAllocator"),
    ]
    assert (rows[0]["allocationType"], rows[0]["qty"], rows[0]["isBuyer"]) == ("SOR", "0.50000000", True)
    assert bench.call(accounts.my_allocations, **PAIR, orderId=number) == rows[:1]
    assert bench.call(accounts.my_allocations, **PAIR, fromAllocationId=rows[1]["allocationId"]) == rows[1:]
    assert bench.call(accounts.my_allocations, **PAIR, startTime=rows[0]["time"], limit=1) == rows[:1]
    assert bench.call(accounts.my_allocations, **PAIR, endTime=rows[1]["time"], limit=1) == rows[1:]
    with pytest.raises(ApiError):
        bench.call(accounts.my_allocations, **PAIR, fromAllocationId=1, startTime=1)
    assert bench.call(accounts.get_order, **PAIR, orderId=number)["usedSor"] is True


def test_what_it_takes_is_paid_like_any_order(bench):
    bench.call(orders.new_sor_order, **{**ORDER, "type": "LIMIT", "price": "60000.01", "timeInForce": "GTC"})
    assert bench.account.funds.free["BTC"] == D("0.4995")


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"type": "LIMIT_MAKER", "price": "50000"}, -1116), ({"quantity": "", "quoteOrderQty": "100"}, -1106)],
)
def test_it_is_limit_or_market_by_quantity(bench, changes, code):
    for serve in (orders.new_sor_order, orders.test_sor_order):
        with pytest.raises(ApiError) as caught:
            bench.call(serve, **{name: value for name, value in {**ORDER, **changes}.items() if value})
        assert caught.value.code == code
    assert bench.call(orders.test_sor_order, **ORDER) == {}
