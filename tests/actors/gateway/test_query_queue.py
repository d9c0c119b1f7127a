"""The queries at the Gateway: the order of those that wait, and those that are under way."""

from actors.gateway import query_queue
from actors.gateway.answers import asks_open_orders
from actors.gateway.query_queue import QueryQueue
from lotkeeper.trading.recovery.questions import NewestTrades, OpenOrders
from messages.queries import AskExchange, FetchPrices

PRICES = FetchPrices(1, ("BTCUSDT",))
OPEN_ORDERS = AskExchange(2, "BTCUSDT", OpenOrders())
NEWEST = AskExchange(3, "BTCUSDT", NewestTrades())


def filled(*waiting):
    queue = QueryQueue()
    assert all(queue.put(query, asker) for query, asker in waiting)
    return queue


def test_prices_come_after_all_other_queries():
    queue = filled((PRICES, "b"), (OPEN_ORDERS, "k"), (NEWEST, "k"))
    assert [queue.pop() for _ in range(4)] == [(OPEN_ORDERS, "k"), (NEWEST, "k"), (PRICES, "b"), None]


def test_a_query_that_waits_already_keeps_its_place():
    queue = filled((OPEN_ORDERS, "k"), (NEWEST, "k"), (OPEN_ORDERS, "k"))
    assert len(queue) == 2
    assert queue.pop() == (OPEN_ORDERS, "k")


def test_the_same_query_of_another_sender_waits_too():
    assert len(filled((OPEN_ORDERS, "k"), (OPEN_ORDERS, "another"))) == 2


def test_a_newer_query_for_prices_replaces_the_older_of_the_same_sender():
    newer = FetchPrices(9, ("ETHUSDT",))
    queue = filled((PRICES, "b"), (PRICES, "another"), (newer, "b"))
    assert [queue.pop() for _ in range(3)] == [(PRICES, "another"), (newer, "b"), None]


def test_a_full_queue_takes_no_more_of_that_purpose(monkeypatch):
    monkeypatch.setattr(query_queue, "MAX_WAITING", 1)
    queue = filled((OPEN_ORDERS, "k"))
    assert not queue.put(NEWEST, "k")
    assert queue.put(PRICES, "b")


def test_matching_queries_stay_until_they_are_taken_out():
    queue = filled((OPEN_ORDERS, "k"), (NEWEST, "k"), (OPEN_ORDERS, "another"))
    found = queue.matching(asks_open_orders)
    assert found == [(OPEN_ORDERS, "k"), (OPEN_ORDERS, "another")]
    assert len(queue) == 3
    queue.take_out(found)
    assert (len(queue), queue.under_way) == (1, 2)
    assert queue.pop() == (NEWEST, "k")
    assert queue.pop() is None


def test_a_query_that_is_under_way_does_not_wait_a_second_time():
    queue = filled((OPEN_ORDERS, "k"))
    assert queue.pop() == (OPEN_ORDERS, "k")
    assert queue.put(OPEN_ORDERS, "k")
    assert (len(queue), queue.under_way) == (0, 1)
    queue.finish((OPEN_ORDERS, "k"))
    assert queue.put(OPEN_ORDERS, "k")
    assert (len(queue), queue.under_way) == (1, 0)


def test_what_got_no_answer_waits_again_in_its_old_place():
    queue = filled((OPEN_ORDERS, "k"), (OPEN_ORDERS, "another"), (NEWEST, "k"))
    together = queue.matching(asks_open_orders)
    queue.take_out(together)
    queue.put_back(together)
    assert (len(queue), queue.under_way) == (3, 0)
    assert [queue.pop() for _ in range(3)] == [(OPEN_ORDERS, "k"), (OPEN_ORDERS, "another"), (NEWEST, "k")]
