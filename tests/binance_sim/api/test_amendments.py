"""Requests: amend keepPriority, prevented matches and the account's filters."""

import pytest

from binance_sim.api.endpoints import accounts, orders
from binance_sim.errors import ApiError
from tests.binance_sim.support import D

LIMIT = {"symbol": "BTCUSDT", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.01", "price": "50000"}


def amend(bench, **values):
    return bench.call(orders.amend_order, symbol="BTCUSDT", **values)


@pytest.fixture
def order(bench):
    return bench.call(orders.new_order, side="BUY", newClientOrderId="mine", **LIMIT)["orderId"]


def test_a_smaller_quantity(bench, order):
    answer = amend(bench, orderId=order, newQty="0.004", newClientOrderId="amended")
    changed = answer["amendedOrder"]
    assert (changed["qty"], changed["clientOrderId"], changed["status"]) == ("0.00400000", "amended", "NEW")
    assert changed["origClientOrderId"] == "mine"
    assert bench.locked("USDT") == D(200)
    assert bench.call(accounts.get_order, symbol="BTCUSDT", origClientOrderId="mine")["orderId"] == order


def test_its_history(bench, order):
    for qty in ("0.008", "0.006", "0.004"):
        amend(bench, origClientOrderId=bench.open_orders()[0].client_id, newQty=qty)
    rows = bench.call(orders.amendments, symbol="BTCUSDT", orderId=order)
    assert [(row["origQty"], row["newQty"]) for row in rows] == [
        ("0.01000000", "0.00800000"),
        ("0.00800000", "0.00600000"),
        ("0.00600000", "0.00400000"),
    ]
    executions = [row["executionId"] for row in rows]
    assert executions == sorted(executions)
    later = bench.call(orders.amendments, symbol="BTCUSDT", orderId=order, fromExecutionId=executions[1])
    assert [row["executionId"] for row in later] == executions[1:]
    assert len(bench.call(orders.amendments, symbol="BTCUSDT", orderId=order, limit=1)) == 1


@pytest.mark.parametrize(
    ("values", "code", "text"),
    [
        ({"newQty": "0.02"}, -2038, "Order amend (quantity increase) is not supported."),
        ({"newQty": "0.01"}, -2038, "The requested action would change no state; rejecting"),
        ({"newQty": "0"}, -1013, "Invalid newQty."),
        ({}, -1102, "Mandatory parameter 'newQty' was not sent, was empty/null, or malformed."),
        ({"newQty": "0.0000001"}, -1013, "Filter failure: LOT_SIZE"),
    ],
)
def test_what_is_refused(bench, order, values, code, text):
    with pytest.raises(ApiError) as refused:
        amend(bench, orderId=order, **values)
    assert (refused.value.code, refused.value.text) == (code, text)
    assert bench.open_orders()[0].qty == D("0.01")


def test_an_order_that_is_not_there(bench):
    with pytest.raises(ApiError) as refused:
        amend(bench, orderId=1, newQty="0.001")
    assert (refused.value.code, refused.value.text) == (-2038, "Unknown order sent.")


def test_prevented_matches(bench):
    bench.account.funds.move("BTC", D(1))
    bench.quote("59000", ask="61000")
    resting = bench.call(orders.new_order, side="BUY", **(LIMIT | {"price": "60000"}))["orderId"]
    taking = bench.call(
        orders.new_order, side="SELL", selfTradePreventionMode="EXPIRE_TAKER", **(LIMIT | {"price": "60000"})
    )
    assert (taking["status"], taking["preventedQuantity"]) == ("EXPIRED_IN_MATCH", "0.01000000")
    (match,) = bench.call(accounts.my_prevented_matches, symbol="BTCUSDT", orderId=taking["orderId"])
    assert (match["takerOrderId"], match["makerOrderId"]) == (taking["orderId"], resting)
    assert (match["selfTradePreventionMode"], match["price"]) == ("EXPIRE_TAKER", "60000.00000000")
    assert match["takerPreventedQuantity"] == "0.01000000"
    same = bench.call(accounts.my_prevented_matches, symbol="BTCUSDT", preventedMatchId=match["preventedMatchId"])
    assert same == [match]
    for values in ({}, {"preventedMatchId": 1, "orderId": 1}, {"fromPreventedMatchId": 0}):
        with pytest.raises(ApiError) as refused:
            bench.call(accounts.my_prevented_matches, symbol="BTCUSDT", **values)
        assert refused.value.code == -1128


def test_filters_of_the_account(bench):
    assert bench.call(accounts.my_filters, symbol="BTCUSDT")["assetFilters"] == []
    bench.account.limits = {"BTC": D(2), "DOGE": D(1)}
    answer = bench.call(accounts.my_filters, symbol="BTCUSDT")
    assert answer["assetFilters"] == [{"filterType": "MAX_ASSET", "asset": "BTC", "limit": "2.00000000"}]
    assert answer["exchangeFilters"] == []
    names = {each["filterType"] for each in answer["symbolFilters"]}
    assert {"PRICE_FILTER", "LOT_SIZE", "NOTIONAL"} <= names
    with pytest.raises(ApiError) as refused:
        bench.call(orders.new_order, side="BUY", **(LIMIT | {"quantity": "2.1", "price": "40000"}))
    assert refused.value.text == "Filter failure: MAX_ASSET"
