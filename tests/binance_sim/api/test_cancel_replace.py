"""cancelReplace: the documented table of results, row by row ("Cancel an Existing Order and Send a New Order")."""

import pytest

from binance_sim.api.endpoints import accounts, cancel_replace, orders
from binance_sim.errors import ApiError
from tests.binance_sim.support import D

ORDER = {"symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01"}
LIMIT = ORDER | {"type": "LIMIT", "timeInForce": "GTC", "price": "50000"}
# It would take at once, so the matching engine refuses it.
REFUSED = ORDER | {"type": "LIMIT_MAKER", "price": "70000"}

OK, BAD, NOT = "SUCCESS", "FAILURE", "NOT_ATTEMPTED"


def replace(bench, *, cancels=True, places=True, **values):
    """Send the request; returns the two results, status and code."""
    standing = bench.call(orders.new_order, **LIMIT)["orderId"]
    new = LIMIT if places else REFUSED
    try:
        answer = bench.call(cancel_replace.cancel_replace, cancelOrderId=standing if cancels else 1, **(new | values))
    except ApiError as error:
        answer = error.data or {}
        return answer.get("cancelResult"), answer.get("newOrderResult"), error.status, error.code
    return answer["cancelResult"], answer["newOrderResult"], 200, None


@pytest.mark.parametrize(
    ("mode", "cancels", "places", "result"),
    [
        ("STOP_ON_FAILURE", True, True, (OK, OK, 200, None)),
        ("STOP_ON_FAILURE", False, True, (BAD, NOT, 400, -2022)),
        ("STOP_ON_FAILURE", False, False, (BAD, NOT, 400, -2022)),
        ("STOP_ON_FAILURE", True, False, (OK, BAD, 409, -2021)),
        ("ALLOW_FAILURE", True, True, (OK, OK, 200, None)),
        ("ALLOW_FAILURE", False, False, (BAD, BAD, 400, -2022)),
        ("ALLOW_FAILURE", False, True, (BAD, OK, 409, -2021)),
        ("ALLOW_FAILURE", True, False, (OK, BAD, 409, -2021)),
    ],
)
@pytest.mark.parametrize("limits", ["DO_NOTHING", "CANCEL_ONLY"])
def test_within_the_order_count(bench, mode, cancels, places, result, limits):
    found = replace(bench, cancels=cancels, places=places, cancelReplaceMode=mode, orderRateLimitExceededMode=limits)
    assert found == result


@pytest.mark.parametrize(
    ("mode", "limits", "cancels", "result"),
    [
        ("STOP_ON_FAILURE", "DO_NOTHING", True, (None, None, 429, -1015)),
        ("ALLOW_FAILURE", "DO_NOTHING", True, (None, None, 429, -1015)),
        ("STOP_ON_FAILURE", "CANCEL_ONLY", True, (OK, BAD, 429, -2021)),
        ("STOP_ON_FAILURE", "CANCEL_ONLY", False, (BAD, NOT, 429, -2022)),
        ("ALLOW_FAILURE", "CANCEL_ONLY", True, (OK, BAD, 409, -2021)),
        ("ALLOW_FAILURE", "CANCEL_ONLY", False, (BAD, BAD, 400, -2022)),
    ],
)
def test_beyond_the_order_count(bench, mode, limits, cancels, result):
    bench.account.unfilled.limits[0] = 1
    found = replace(bench, cancels=cancels, cancelReplaceMode=mode, orderRateLimitExceededMode=limits)
    assert found == result


def test_both_halves_are_told_in_full(bench):
    standing = bench.call(orders.new_order, **LIMIT, newClientOrderId="old")
    answer = bench.call(
        cancel_replace.cancel_replace,
        cancelReplaceMode="STOP_ON_FAILURE",
        cancelOrigClientOrderId="old",
        cancelNewClientOrderId="cancel",
        newClientOrderId="new",
        **(LIMIT | {"price": "51000"}),
    )
    gone, new = answer["cancelResponse"], answer["newOrderResponse"]
    assert (gone["orderId"], gone["status"]) == (standing["orderId"], "CANCELED")
    assert (gone["origClientOrderId"], gone["clientOrderId"]) == ("old", "cancel")
    assert (new["clientOrderId"], new["price"], new["status"]) == ("new", "51000.00000000", "NEW")
    assert [order.client_id for order in bench.open_orders()] == ["new"]


def test_the_halves_errors_are_told(bench):
    with pytest.raises(ApiError) as failed:
        bench.call(cancel_replace.cancel_replace, cancelReplaceMode="ALLOW_FAILURE", cancelOrderId=1, **REFUSED)
    whole = failed.value.body()
    assert (whole["code"], whole["msg"]) == (-2022, "Order cancel-replace failed.")
    assert whole["data"] == {
        "cancelResult": BAD,
        "newOrderResult": BAD,
        "cancelResponse": {"code": -2011, "msg": "Unknown order sent."},
        "newOrderResponse": {"code": -2010, "msg": "Order would immediately match and take."},
    }


def test_nothing_is_canceled_for_an_order_that_could_never_be(bench):
    """Filters are checked first (source: "if the new order fails filters, nothing is canceled")."""
    found = replace(bench, cancelReplaceMode="ALLOW_FAILURE", quantity="0.000001")
    assert found == (None, None, 400, -1013)
    assert len(bench.open_orders()) == 1


def test_a_new_order_may_use_what_the_canceled_one_frees(bench):
    """60 % of the funds are locked; an order for 80 % is accepted because the cancel comes first."""
    standing = bench.call(orders.new_order, **(LIMIT | {"quantity": "1.2"}))["orderId"]
    wanted = LIMIT | {"quantity": "1.6"}
    bench.call(cancel_replace.cancel_replace, cancelReplaceMode="STOP_ON_FAILURE", cancelOrderId=standing, **wanted)
    assert bench.locked("USDT") == D(80_000)


def test_both_ids_must_agree(bench):
    first = bench.call(orders.new_order, **LIMIT, newClientOrderId="a")["orderId"]
    bench.call(orders.new_order, **LIMIT, newClientOrderId="b")
    with pytest.raises(ApiError) as failed:
        bench.call(
            cancel_replace.cancel_replace,
            cancelReplaceMode="STOP_ON_FAILURE",
            cancelOrderId=first,
            cancelOrigClientOrderId="b",
            **LIMIT,
        )
    assert failed.value.code == -2022
    assert len(bench.call(accounts.open_orders, symbol="BTCUSDT")) == 2


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, -1102),
        ({"cancelReplaceMode": "MAYBE", "cancelOrderId": 1}, -1130),
        ({"cancelReplaceMode": "ALLOW_FAILURE"}, -1102),
        ({"cancelReplaceMode": "ALLOW_FAILURE", "cancelOrderId": "one"}, -1100),
        ({"cancelReplaceMode": "ALLOW_FAILURE", "cancelOrderId": 1, "orderRateLimitExceededMode": "X"}, -1130),
        ({"cancelReplaceMode": "ALLOW_FAILURE", "cancelOrderId": 1, "cancelRestrictions": "X"}, -1145),
        ({"cancelReplaceMode": "ALLOW_FAILURE", "cancelOrderId": 1, "colour": "red"}, -1104),
    ],
)
def test_what_is_not_understood(bench, values, code):
    with pytest.raises(ApiError) as refused:
        bench.call(cancel_replace.cancel_replace, **LIMIT, **values)
    assert refused.value.code == code


def test_a_restriction_on_the_cancel(bench):
    found = replace(bench, cancelReplaceMode="STOP_ON_FAILURE", cancelRestrictions="ONLY_PARTIALLY_FILLED")
    assert found == (BAD, NOT, 400, -2022)
