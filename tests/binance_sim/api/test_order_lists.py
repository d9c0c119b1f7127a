"""Requests for order lists: parameters, errors, answers, queries."""

import pytest

from binance_sim.api.endpoints import accounts, order_lists, orders
from binance_sim.errors import ApiError
from tests.binance_sim.support import Bench, D

OCO = {
    "symbol": "BTCUSDT",
    "side": "SELL",
    "quantity": "0.1",
    "aboveType": "LIMIT_MAKER",
    "abovePrice": "61000",
    "belowType": "STOP_LOSS_LIMIT",
    "belowPrice": "58900",
    "belowStopPrice": "59000",
    "belowTimeInForce": "GTC",
}
WORKING = {
    "symbol": "BTCUSDT",
    "workingType": "LIMIT",
    "workingSide": "BUY",
    "workingPrice": "59000",
    "workingQuantity": "0.1",
    "workingTimeInForce": "GTC",
}
PENDING = {"pendingType": "LIMIT", "pendingSide": "SELL", "pendingPrice": "62000", "pendingTimeInForce": "GTC"}
PAIR = {
    "pendingSide": "SELL",
    "pendingAboveType": "LIMIT_MAKER",
    "pendingAbovePrice": "62000",
    "pendingBelowType": "STOP_LOSS",
    "pendingBelowStopPrice": "58000",
}


@pytest.fixture
def bench():
    bench = Bench({"USDT": "100000", "BTC": "1"})
    bench.print("60000", "0.01", buyer_is_maker=True)
    return bench


def place(bench, name, **values):
    return bench.call(getattr(order_lists, f"new_{name}"), **values)


def refused(bench, name, **values):
    with pytest.raises(ApiError) as caught:
        place(bench, name, **values)
    return caught.value.code, caught.value.text


def test_an_oco(bench):
    answer = place(bench, "oco", **OCO, listClientOrderId="list", aboveClientOrderId="up", belowClientOrderId="down")
    assert (answer["contingencyType"], answer["listStatusType"], answer["listOrderStatus"]) == (
        "OCO",
        "EXEC_STARTED",
        "EXECUTING",
    )
    assert answer["listClientOrderId"] == "list"
    reports = {row["clientOrderId"]: row for row in answer["orderReports"]}
    assert (reports["up"]["type"], reports["up"]["price"]) == ("LIMIT_MAKER", "61000.00000000")
    assert (reports["down"]["type"], reports["down"]["stopPrice"]) == ("STOP_LOSS_LIMIT", "59000.00000000")
    assert {row["orderListId"] for row in answer["orderReports"]} == {answer["orderListId"]}
    assert [row["clientOrderId"] for row in answer["orders"]] == ["down", "up"], (
        "the stop loss first, as the documentation shows it"
    )


@pytest.mark.parametrize(("kind", "fields"), [("ACK", False), ("RESULT", True), ("FULL", True)])
def test_as_much_as_is_asked_for(bench, kind, fields):
    reports = place(bench, "oco", **OCO, newOrderRespType=kind)["orderReports"]
    assert all(("status" in row) == fields for row in reports)


@pytest.mark.parametrize(
    ("name", "values", "orders"),
    [
        ("oto", WORKING | PENDING | {"pendingQuantity": "0.05"}, ["NEW", "PENDING_NEW"]),
        ("otoco", WORKING | PAIR | {"pendingQuantity": "0.05"}, ["NEW", "PENDING_NEW", "PENDING_NEW"]),
        ("opo", WORKING | PENDING, ["NEW", "PENDING_NEW"]),
        ("opoco", WORKING | PAIR, ["NEW", "PENDING_NEW", "PENDING_NEW"]),
    ],
)
def test_lists_with_a_working_order(bench, name, values, orders):
    answer = place(bench, name, **values)
    assert answer["contingencyType"] == "OTO"
    assert [row["status"] for row in answer["orderReports"]] == orders
    bench.quote("58999.99", ask="59000", ask_qty="5")
    found = bench.call(accounts.all_orders, symbol="BTCUSDT")
    assert [row["status"] for row in found] == ["FILLED"] + ["NEW"] * (len(orders) - 1)
    # An OPO sells everything that was bought: the commission was paid from free funds.
    assert {row["origQty"] for row in found[1:]} == ({"0.10000000"} if name.startswith("opo") else {"0.05000000"})


def test_the_old_oco(bench):
    answer = place(
        bench,
        "old_oco",
        symbol="BTCUSDT",
        side="SELL",
        quantity="0.1",
        price="61000",
        stopPrice="59000",
        limitClientOrderId="limit",
        stopClientOrderId="stop",
    )
    kinds = {row["clientOrderId"]: row["type"] for row in answer["orderReports"]}
    assert kinds == {"limit": "LIMIT_MAKER", "stop": "STOP_LOSS"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"side": "BOTH"}, -1117),
        ({"aboveType": "MARKET"}, -1158),
        ({"aboveType": "LIMIT_MAKER", "belowType": "LIMIT_MAKER"}, -1168),
        ({"aboveType": "STOP_LOSS", "aboveStopPrice": "61000"}, -1197),
        ({"side": "BUY"}, -1196),
        ({"belowType": "LIMIT_MAKER", "aboveType": "TAKE_PROFIT"}, -1166),
        ({"belowType": "TAKE_PROFIT", "aboveType": "LIMIT_MAKER"}, -1199),
        ({"abovePrice": ""}, -1102),
        ({"quantity": "0"}, -1013),
        ({"abovePrice": "59500"}, -2010),
        ({"colour": "red"}, -1104),
    ],
)
def test_pairs_that_cannot_be(bench, change, code):
    assert refused(bench, "oco", **(OCO | change))[0] == code


@pytest.mark.parametrize(
    ("name", "values", "code"),
    [
        ("opo", WORKING | PENDING | {"pendingQuantity": "0.1"}, -1225),
        ("opo", WORKING | PENDING | {"pendingSide": "BUY"}, -1223),
        ("opo", WORKING | PENDING | {"workingSide": "SELL", "workingPrice": "61000"}, -1222),
        ("oto", WORKING | PENDING | {"pendingQuantity": "0.1", "workingType": "MARKET"}, -1130),
        ("oto", WORKING | PENDING, -1102),
    ],
)
def test_lists_that_cannot_be(bench, name, values, code):
    assert refused(bench, name, **values)[0] == code


def test_a_list_that_is_refused_leaves_nothing(bench):
    assert refused(bench, "oco", **(OCO | {"quantity": "2"})) == (
        -2010,
        "Account has insufficient balance for requested action.",
    )
    assert (bench.open_orders(), bench.locked("BTC"), bench.call(order_lists.all_lists)) == ([], 0, [])


def test_the_same_list_id_twice(bench):
    place(bench, "oco", **OCO, listClientOrderId="once")
    assert refused(bench, "oco", **OCO, listClientOrderId="once") == (-2010, "Duplicate order sent.")


def test_canceling(bench):
    by_id, by_name = place(bench, "oco", **OCO)["orderListId"], place(bench, "oco", **OCO, listClientOrderId="b")
    answer = bench.call(order_lists.cancel_list, symbol="BTCUSDT", orderListId=by_id, newClientOrderId="gone")
    assert (answer["listStatusType"], answer["listOrderStatus"]) == ("ALL_DONE", "ALL_DONE")
    assert {row["status"] for row in answer["orderReports"]} == {"CANCELED"}
    order = by_name["orders"][1]["orderId"]
    answer = bench.call(orders.cancel_order, symbol="BTCUSDT", orderId=order)
    assert answer["orderListId"] == by_name["orderListId"]
    assert bench.free("BTC") == D(1)
    with pytest.raises(ApiError) as refused:
        bench.call(order_lists.cancel_list, symbol="BTCUSDT", listClientOrderId="b")
    assert (refused.value.code, refused.value.text) == (-2011, "Unknown order sent.")


def test_queries(bench):
    numbers = [place(bench, "oco", **OCO, listClientOrderId=f"list{n}")["orderListId"] for n in range(4)]
    bench.call(order_lists.cancel_list, symbol="BTCUSDT", orderListId=numbers[0])
    assert bench.call(order_lists.get_list, orderListId=numbers[1])["listClientOrderId"] == "list1"
    assert bench.call(order_lists.get_list, origClientOrderId="list2")["orderListId"] == numbers[2]
    assert [row["orderListId"] for row in bench.call(order_lists.open_lists)] == numbers[1:]
    assert [row["orderListId"] for row in bench.call(order_lists.all_lists)] == numbers
    assert [row["orderListId"] for row in bench.call(order_lists.all_lists, limit=2)] == numbers[2:]
    assert [row["orderListId"] for row in bench.call(order_lists.all_lists, fromId=numbers[1], limit=2)] == numbers[1:3]
    for values, code in (({}, -1102), ({"orderListId": 999}, -2013), ({"orderListId": "x"}, -1100)):
        with pytest.raises(ApiError) as refused:
            bench.call(order_lists.get_list, **values)
        assert refused.value.code == code
