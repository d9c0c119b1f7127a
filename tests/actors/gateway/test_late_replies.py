from actors.gateway.late_replies import LateReplies
from lotkeeper.exchange import requests
from messages.orders import CancelSellOrder

ORDER = CancelSellOrder("BTCUSDT", 1, "lk1-5eh-1", 9001, "lk1-5eh-1-x", 0)


def request():
    return requests.cancel_order("BTCUSDT", 9001, "lk1-5eh-1-x")


def test_a_late_reply_meets_its_own_request_once():
    late, first, second = LateReplies(), request(), request()
    late.expect(first, ORDER, 10.0)
    assert first == second
    assert late.take(second, 11.0) is None
    assert late.take(first, 11.0) is ORDER
    assert late.take(first, 11.0) is None


def test_nobody_waits_for_ever():
    late, old, young = LateReplies(), request(), request()
    late.expect(old, ORDER, 10.0)
    late.expect(young, ORDER, 500.0)
    assert late.take(old, 610.1) is None
    assert late.take(young, 610.1) is ORDER
