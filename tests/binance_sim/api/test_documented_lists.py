"""The documentation's own examples of order lists: its requests, its answers, its rules in numbers.

Sources: "Order lists" of the REST and the WebSocket API, "One Pays the Other", "Spot Unfilled Order Count Rules",
"Filters". Where a request is not printed, it is the one that the printed answer belongs to.
"""

from dataclasses import replace

import pytest

from binance_sim.api.endpoints import accounts, cancel_replace, order_lists, orders
from binance_sim.errors import ApiError
from binance_sim.numbers import format_plain
from binance_sim.symbols.catalogue import choose_rules
from tests.binance_sim.support import Bench, D

LTC = {"symbol": "LTCBTC"}
BTC = {"symbol": "BTCUSDT"}
LTC_WORKING = {"workingType": "LIMIT", "workingSide": "SELL", "workingPrice": "1", "workingQuantity": "1"}
BTC_WORKING = {"workingType": "LIMIT", "workingSide": "BUY"}
GTC = {"workingTimeInForce": "GTC"}
# The market of each example, its request, and the orders of the printed answer:
# type, side, price, quantity (None: it has none yet), stop price, status.
EXAMPLES = {
    "oco": (
        "2",
        LTC
        | {"side": "SELL", "quantity": "5", "aboveType": "LIMIT_MAKER", "abovePrice": "3"}
        | {"belowType": "STOP_LOSS_LIMIT", "belowPrice": "1", "belowStopPrice": "1"}
        | {"belowTimeInForce": "GTC", "belowIcebergQty": "1"},
        [("STOP_LOSS_LIMIT", "SELL", "1", "5", "1", "NEW"), ("LIMIT_MAKER", "SELL", "3", "5", None, "NEW")],
    ),
    "old_oco": (
        "0.15",
        LTC | {"side": "BUY", "quantity": "1", "price": "0.036435", "stopPrice": "0.960664"},
        [
            ("STOP_LOSS", "BUY", "0", "1", "0.960664", "NEW"),
            ("LIMIT_MAKER", "BUY", "0.036435", "1", None, "NEW"),
        ],
    ),
    "oto": (
        "0.9",
        LTC | LTC_WORKING | GTC | {"pendingType": "MARKET", "pendingSide": "BUY", "pendingQuantity": "5"},
        [("LIMIT", "SELL", "1", "1", None, "NEW"), ("MARKET", "BUY", "0", "5", None, "PENDING_NEW")],
    ),
    "otoco": (
        "0.9",
        LTC
        | LTC_WORKING
        | GTC
        | {"pendingSide": "BUY", "pendingQuantity": "5"}
        | {"pendingBelowType": "LIMIT_MAKER", "pendingBelowPrice": "3"}
        | {"pendingAboveType": "STOP_LOSS_LIMIT", "pendingAbovePrice": "1", "pendingAboveStopPrice": "6"}
        | {"pendingAboveTimeInForce": "IOC"},
        [
            ("LIMIT", "SELL", "1", "1", None, "NEW"),
            ("STOP_LOSS_LIMIT", "BUY", "1", "5", "6", "PENDING_NEW"),
            ("LIMIT_MAKER", "BUY", "3", "5", None, "PENDING_NEW"),
        ],
    ),
    "opo": (
        "103000",
        BTC
        | BTC_WORKING
        | GTC
        | {"workingPrice": "102264", "workingQuantity": "0.0006", "pendingType": "MARKET", "pendingSide": "SELL"},
        [("LIMIT", "BUY", "102264", "0.0006", None, "NEW"), ("MARKET", "SELL", "0", None, None, "PENDING_NEW")],
    ),
    "opoco": (
        "103000",
        BTC
        | BTC_WORKING
        | GTC
        | {"workingPrice": "102496", "workingQuantity": "0.0017", "pendingSide": "SELL"}
        | {"pendingAboveType": "LIMIT_MAKER", "pendingAbovePrice": "104261"}
        | {"pendingBelowType": "STOP_LOSS_LIMIT", "pendingBelowPrice": "101613", "pendingBelowStopPrice": "10100"}
        | {"pendingBelowTimeInForce": "GTC"},
        [
            ("LIMIT", "BUY", "102496", "0.0017", None, "NEW"),
            ("STOP_LOSS_LIMIT", "SELL", "101613", None, "10100", "PENDING_NEW"),
            ("LIMIT_MAKER", "SELL", "104261", None, None, "PENDING_NEW"),
        ],
    ),
}
COUNTS = {"oco": 2, "old_oco": 2, "oto": 2, "otoco": 3, "opo": 2, "opoco": 3}
OCO = BTC | {
    "side": "SELL",
    "quantity": "0.01",
    "aboveType": "LIMIT_MAKER",
    "abovePrice": "61000",
    "belowType": "STOP_LOSS_LIMIT",
    "belowPrice": "58900",
    "belowStopPrice": "59000",
    "belowTimeInForce": "GTC",
}


def bench_at(price, symbol="BTCUSDT"):
    """An exchange whose market of this pair, and last price, is at `price`."""
    bench = Bench({"USDT": "100000", "BTC": "100", "LTC": "100"}, symbols=choose_rules(("BTCUSDT", "LTCBTC"), {}))
    bench.quote(price, symbol=symbol)
    bench.print(price, "1", buyer_is_maker=True, symbol=symbol)
    return bench


@pytest.fixture
def bench():
    return bench_at("60000")


def place(bench, name, **values):
    return bench.call(getattr(order_lists, f"new_{name}"), **values)


def refused(serve):
    with pytest.raises(ApiError) as caught:
        serve()
    return caught.value.code, caught.value.text


def seen(row):
    """An order of an answer, in the columns of EXAMPLES."""
    amounts = [format_plain(D(row[name])) if name in row else None for name in ("price", "origQty", "stopPrice")]
    return row["type"], row["side"], *amounts, row["status"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_answer_to_each_example(name):
    price, request, wanted = EXAMPLES[name]
    bench = bench_at(price, request["symbol"])
    answer = place(bench, name, **request)
    assert [seen(row) for row in answer["orderReports"]] == wanted
    assert answer["contingencyType"] == ("OCO" if "oco" in name and len(wanted) == 2 else "OTO")
    assert (answer["listStatusType"], answer["listOrderStatus"]) == ("EXEC_STARTED", "EXECUTING")
    ids = [row["orderId"] for row in answer["orderReports"]]
    assert ids == sorted(ids) == [row["orderId"] for row in answer["orders"]]
    works = [row["workingTime"] != -1 for row in answer["orderReports"]]
    assert works == [row[0] in ("LIMIT", "LIMIT_MAKER") and row[5] == "NEW" for row in wanted]


@pytest.mark.parametrize("name", EXAMPLES)
def test_how_many_orders_each_list_counts(name):
    price, request, _ = EXAMPLES[name]
    bench = bench_at(price, request["symbol"])
    place(bench, name, **request)
    assert bench.account.unfilled.counts() == [COUNTS[name]] * 2
    assert len(bench.open_orders(request["symbol"])) == COUNTS[name], "of MAX_NUM_ORDERS"


def test_a_list_needs_room_for_all_of_its_orders(bench):
    bench.account.unfilled.limits[:] = [3, 0]
    place(bench, "oco", **OCO)
    assert refused(lambda: place(bench, "oco", **OCO)) == (
        -1015,
        "Too many new orders; current limit is 3 orders per 10 SECOND.",
    )
    assert bench.place("SELL", qty="0.01", price="61000").status == "NEW"


def test_a_working_order_that_is_filled_at_once(bench):
    """ "The placement response will show the working order as FILLED but the pending order as PENDING_NEW"."""
    request = BTC | BTC_WORKING | GTC | {"workingPrice": "60001", "workingQuantity": "0.01"}
    pending = {"pendingType": "LIMIT", "pendingSide": "SELL", "pendingPrice": "61000", "pendingTimeInForce": "GTC"}
    answer = place(bench, "opo", **request, **pending)
    assert [row["status"] for row in answer["orderReports"]] == ["FILLED", "PENDING_NEW"]
    found = bench.call(accounts.get_order, **BTC, orderId=answer["orders"][1]["orderId"])
    assert (found["status"], found["origQty"]) == ("NEW", "0.01000000")


@pytest.mark.parametrize("cancels", ["the list", "one of its orders", "all orders"])
def test_the_client_order_ids_of_a_list_that_is_canceled(bench, cancels):
    """The list shows its orders by their own ids, each order by the id of the cancel, in answer and events alike."""
    made = place(bench, "oco", **OCO, aboveClientOrderId="above", belowClientOrderId="below")
    since = len(bench.events)
    if cancels == "the list":
        answer = bench.call(order_lists.cancel_list, **BTC, orderListId=made["orderListId"], newClientOrderId="bye")
    elif cancels == "one of its orders":
        answer = bench.call(orders.cancel_order, **BTC, origClientOrderId="above", newClientOrderId="bye")
    else:
        (answer,) = bench.call(orders.cancel_all, **BTC)
    by = {row["clientOrderId"] for row in answer["orderReports"]}
    assert len(by) == 1
    assert by == {"bye"} or cancels == "all orders"
    assert [row["clientOrderId"] for row in answer["orders"]] == ["below", "above"]
    assert [row["origClientOrderId"] for row in answer["orderReports"]] == ["below", "above"]
    stop, limit, whole = bench.events[since : since + 3]
    assert [(event["x"], event["C"], event["c"]) for event in (stop, limit)] == [
        ("CANCELED", "below", *by),
        ("CANCELED", "above", *by),
    ]
    assert (whole["l"], whole["L"], whole["r"]) == ("ALL_DONE", "ALL_DONE", "NONE")
    assert [each["c"] for each in whole["O"]] == ["below", "above"]


# Price restrictions of an OCO


@pytest.mark.parametrize(
    ("above", "below"),
    [
        # LIMIT_MAKER price > last > stop price
        ({"abovePrice": "60000"}, {}),
        ({}, {"belowStopPrice": "60000"}),
        # TAKE_PROFIT stop price > last > stop price
        ({"aboveType": "TAKE_PROFIT", "abovePrice": None, "aboveStopPrice": "60000"}, {}),
        # TAKE_PROFIT_LIMIT price > last > stop price: its limit counts, wherever its stop price is
        (
            {"aboveType": "TAKE_PROFIT_LIMIT", "abovePrice": "59999", "aboveStopPrice": "61000"}
            | {"aboveTimeInForce": "GTC"},
            {},
        ),
    ],
)
def test_prices_that_are_not_around_the_last_one(bench, above, below):
    request = {name: value for name, value in (OCO | above | below).items() if value is not None}
    assert refused(lambda: place(bench, "oco", **request)) == (
        -2010,
        "The relationship of the prices for the orders is not correct.",
    )
    assert (bench.open_orders(), bench.locked("BTC"), bench.account.unfilled.counts()[0]) == ([], 0, 0)


def test_a_stop_price_that_is_reached_beside_a_limit_that_is_not(bench):
    reached = {"aboveType": "TAKE_PROFIT_LIMIT", "aboveStopPrice": "60000", "aboveTimeInForce": "GTC"}
    assert refused(lambda: place(bench, "oco", **(OCO | reached))) == (-2010, "Order would trigger immediately.")
    assert (bench.open_orders(), bench.order_lists(), bench.locked("BTC")) == ([], [], 0)


def test_a_limit_order_that_would_take(bench):
    """The best bid is above the last price: the limit order of the pair would trade at once."""
    bench.quote("61500")
    assert refused(lambda: place(bench, "oco", **OCO)) == (-2010, "Order would immediately match and take.")
    assert (bench.open_orders(), bench.locked("BTC")) == ([], 0)


# Filters


def algo_order(bench):
    return bench.place("SELL", "TAKE_PROFIT_LIMIT", qty="0.01", price="60500", trailing_delta=100)


def test_an_oco_takes_one_of_the_algo_orders(bench):
    for _ in range(4):
        algo_order(bench)
    place(bench, "oco", **OCO)
    failure = (-1013, "Filter failure: MAX_NUM_ALGO_ORDERS")
    assert refused(lambda: place(bench, "oco", **OCO)) == failure
    assert refused(lambda: algo_order(bench)) == failure


def test_a_full_list_of_algo_orders_refuses_a_replacement_too(bench):
    """ "Filters and Order Count are evaluated before the processing of the cancellation": nothing is canceled."""
    standing = [algo_order(bench) for _ in range(5)]
    request = (
        BTC
        | {"side": "SELL", "type": "TAKE_PROFIT_LIMIT", "timeInForce": "GTC", "quantity": "0.01", "price": "60400"}
        | {"trailingDelta": 100, "cancelReplaceMode": "STOP_ON_FAILURE", "cancelOrderId": standing[0].order_id}
    )
    failure = (-1013, "Filter failure: MAX_NUM_ALGO_ORDERS")
    assert refused(lambda: bench.call(cancel_replace.cancel_replace, **request)) == failure
    assert standing[0].is_open
    bench.cancel(standing[4])
    assert bench.call(cancel_replace.cancel_replace, **request)["newOrderResult"] == "SUCCESS"


def test_a_list_that_is_replaced_by_an_order_ends_as_a_whole(bench):
    """ "You can only cancel an individual order [...] but the result is the same as canceling the entire orderList"."""
    made = place(bench, "oco", **OCO)
    answer = bench.call(
        cancel_replace.cancel_replace,
        **BTC,
        side="SELL",
        type="LIMIT",
        timeInForce="GTC",
        quantity="100",
        price="62000",
        cancelReplaceMode="STOP_ON_FAILURE",
        cancelOrderId=made["orders"][0]["orderId"],
    )
    assert (answer["cancelResponse"]["listStatusType"], answer["newOrderResponse"]["status"]) == ("ALL_DONE", "NEW")
    assert [order.ticket.kind for order in bench.open_orders()] == ["LIMIT"]


def test_an_oco_needs_two_places_among_the_orders(bench):
    market = bench.exchange.markets["BTCUSDT"]
    market.rules = replace(market.rules, max_orders=2)
    bench.place("SELL", qty="0.01", price="61000")
    assert refused(lambda: place(bench, "oco", **OCO)) == (-1013, "Filter failure: MAX_NUM_ORDERS")


@pytest.mark.parametrize("name", ["opo", "opoco"])
@pytest.mark.parametrize("missing", ["otoAllowed", "opoAllowed"])
def test_what_a_pair_must_allow_for_an_opo(name, missing):
    """ "Which symbols allow OPO orders?": `otoAllowed` and `opoAllowed`, for an OPOCO `ocoAllowed` too."""
    price, request, _ = EXAMPLES[name]
    bench = bench_at(price)
    market = bench.exchange.markets["BTCUSDT"]
    market.rules = replace(market.rules, abilities=market.rules.abilities - {missing})
    code, text = refused(lambda: place(bench, name, **request))
    assert (code, text[:3]) == (-2010, missing[:3].upper())


def test_an_opo_whose_received_quantity_is_more_than_one_order_may_have():
    bench = Bench({"USDT": "100000"})
    market = bench.exchange.markets["BTCUSDT"]
    market.rules = replace(market.rules, market_max_qty=D("0.006"))
    working = bench.ticket("BUY", qty="0.01", price="59500")
    whole = bench.place_list(working, bench.ticket("SELL", "MARKET", qty="0"), pays=True)
    bench.print("59500", "1", buyer_is_maker=True)
    assert (whole.orders[1].status, whole.orders[1].filled) == ("FILLED", D("0.006"))
    assert (bench.locked("BTC"), bench.free("BTC")) == (0, D("0.00399"))


def test_an_opo_whose_received_quantity_is_too_small_for_an_order():
    """ "The quantity of the pending order(s) are evaluated (e.g. filters) after the working order fully fills"."""
    bench = Bench({"USDT": "100000"})
    working = bench.ticket("BUY", qty="0.0001", price="59500")
    whole = bench.place_list(working, bench.ticket("SELL", qty="0", price="40000"), pays=True)
    bench.print("59500", "1", buyer_is_maker=True)
    order = whole.orders[1]
    assert (order.status, order.expiry_reason, order.qty) == ("EXPIRED", "REJECTED", D("0.00009"))
    assert (bench.locked("BTC"), bench.free("BTC"), whole.is_open) == (0, D("0.0000999"), False)


def test_the_leg_of_a_text_about_icebergs(bench):
    request = OCO | {"belowTimeInForce": "IOC", "belowIcebergQty": "0.001"}
    assert refused(lambda: place(bench, "oco", **request)) == (
        -1160,
        "Parameter 'belowIcebergQty' is not supported if `belowTimeInForce` is not GTC.",
    )
