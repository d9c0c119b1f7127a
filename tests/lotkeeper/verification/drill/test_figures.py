"""How long a BUY waited for its SELL, from the journal's lines."""

from lotkeeper.verification.drill.figures import read_buys, slowest_sell_s
from lotkeeper.verification.judge.journal_reader import JournalLine

SECOND_NS = 1_000_000_000


def execution(at_s, side, kind, order_id, client_id="web", symbol="BTCUSDT"):
    body = {"s": symbol, "S": side, "x": kind, "i": order_id, "c": client_id, "q": "0.01", "p": "60000"}
    return JournalLine(1, "execution", int(at_s * SECOND_NS), {"body": body})


def request(at_s, client_id, symbol="BTCUSDT", name="POST /api/v3/order"):
    return JournalLine(
        1, "request", int(at_s * SECOND_NS), {"name": name, "params": {"symbol": symbol, "newClientOrderId": client_id}}
    )


def test_it_waits_from_the_first_fill_to_the_first_request_for_its_sell():
    lines = [
        execution(1, "BUY", "NEW", 36),
        execution(2, "BUY", "TRADE", 36),
        execution(3, "BUY", "TRADE", 36),
        request(2.5, "lk1-10-1"),
        execution(2.6, "SELL", "NEW", 37, "lk1-10-1"),
        request(4, "lk1-10-2"),
        execution(4.1, "SELL", "NEW", 38, "lk1-10-2"),
    ]
    (buy,) = read_buys(lines)
    assert (buy.symbol, buy.order_id, buy.waited_s) == ("BTCUSDT", 36, 0.5)
    assert [at for at, _, _ in buy.sells] == [int(2.6 * SECOND_NS), int(4.1 * SECOND_NS)]


def test_a_request_on_the_websocket_api_counts_like_one_by_rest():
    (buy,) = read_buys([execution(2, "BUY", "TRADE", 36), request(2.5, "lk1-10-1", name="order.place")])
    assert buy.waited_s == 0.5


def test_sells_of_others_and_other_pairs_and_other_requests_are_not_its_own():
    lines = [
        execution(1, "BUY", "TRADE", 36),
        request(2, "lk1-11-1"),
        request(2, "lk1-10-1", symbol="ETHUSDT"),
        request(2, "lk1-10-1-x", name="DELETE /api/v3/order"),
        request(2, "by-hand"),
        execution(2, "SELL", "NEW", 40, "by-hand"),
    ]
    (buy,) = read_buys(lines)
    assert (buy.waited_s, buy.sells) == (None, [])


def test_a_buy_without_a_fill_is_none():
    assert read_buys([execution(1, "BUY", "NEW", 36)]) == []


def test_the_slowest():
    lines = [
        execution(1, "BUY", "TRADE", 36),
        execution(1, "BUY", "TRADE", 37),
        request(1.25, "lk1-10-1"),
        request(3, "lk1-11-1"),
    ]
    assert slowest_sell_s(read_buys(lines)) == 2.0
    assert slowest_sell_s([]) == 0.0
