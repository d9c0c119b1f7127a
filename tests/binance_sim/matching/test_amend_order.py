"""Order Amend Keep Priority (source: its FAQ)."""

from decimal import Decimal as D

import pytest

from binance_sim.errors import ApiError
from tests.binance_sim.support import Bench


@pytest.fixture
def bench():
    return Bench({"USDT": "100000", "BTC": "1"})


def refusal(bench, order, qty, client_id="amended"):
    with pytest.raises(ApiError) as caught:
        bench.amend(order, qty, client_id)
    assert caught.value.code in (-2038, -1013)
    return caught.value.text


def test_the_order_keeps_its_place_and_frees_what_it_needs_no_more(bench):
    first, second = bench.place("BUY", qty="0.5", price="59000"), bench.place("BUY", qty="0.5", price="59000")
    since = len(bench.events)
    made = bench.amend(first, "0.2", "smaller")
    assert (first.qty, first.client_id, bench.locked("USDT")) == (D("0.2"), "smaller", D("0.7") * 59000)
    report = bench.events[since]
    assert [report[name] for name in ("x", "X", "c", "C", "q", "w")] == [
        "REPLACED",
        "NEW",
        "smaller",
        made.old_client_id,
        "0.20000000",
        True,
    ]
    assert report["I"] == made.execution_id
    bench.print("59000", "0.3", buyer_is_maker=True)
    assert (first.status, second.filled) == ("FILLED", D("0.1"))


def test_texts_of_refusals(bench):
    order = bench.place("BUY", qty="0.5", price="59000", client_id="mine")
    other = bench.place("BUY", qty="0.5", price="59000", client_id="other")
    assert refusal(bench, order, "0.5") == "The requested action would change no state; rejecting"
    assert refusal(bench, order, "0.6") == "Order amend (quantity increase) is not supported."
    assert refusal(bench, order, "0.000015") == "Filter failure: LOT_SIZE"
    assert refusal(bench, order, "0.4", other.client_id) == "Duplicate order sent."
    for number in range(10):
        bench.amend(order, D("0.4") - D(number) / 100, "mine")
    assert refusal(bench, order, "0.1") == "Filter failure: MAX_NUM_ORDER_AMENDS"


def test_a_quantity_that_is_filled_already_ends_the_order(bench):
    order = bench.place("BUY", qty="0.5", price="59000")
    bench.print("59000", "0.3", buyer_is_maker=True)
    bench.amend(order, "0.2")
    assert (order.status, order.qty, order.filled, bench.locked("USDT")) == ("EXPIRED", D("0.3"), D("0.3"), 0)


def test_both_orders_of_an_oco_are_amended(bench):
    bench.print("60000", "0.01", buyer_is_maker=True)
    whole = bench.place_list(
        None,
        bench.ticket("SELL", "LIMIT_MAKER", qty="0.3", price="61000"),
        bench.ticket("SELL", "STOP_LOSS", qty="0.3", stop_price="59000"),
    )
    bench.amend(whole.orders[1], "0.2", "new-name")
    assert [order.qty for order in whole.orders] == [D("0.2"), D("0.2")]
    assert bench.locked("BTC") == D("0.2")
    lists = [(event["l"], event["L"]) for event in bench.events if event["e"] == "listStatus"]
    assert lists == [("EXEC_STARTED", "EXECUTING"), ("UPDATED", "EXECUTING")]


def test_an_order_is_found_by_all_the_names_that_it_had(bench):
    order = bench.place("BUY", qty="0.5", price="59000", client_id="one")
    bench.amend(order, "0.4", "two")
    blotter = bench.blotter()
    assert blotter.by_client["one"] is blotter.by_client["two"] is order
    assert bench.place("BUY", qty="0.1", price="59000", client_id="one").status == "NEW"
