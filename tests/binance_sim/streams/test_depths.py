"""A local book, built from updates as documented ("How to manage a local order book correctly")."""

import itertools
import time

from tests.binance_sim.support import WAIT_S, D, receive


class LocalBook:
    """Levels by price, from a snapshot and later events."""

    def __init__(self, snapshot):
        self.update_id = snapshot["lastUpdateId"]
        self.sides = {"b": dict(snapshot["bids"]), "a": dict(snapshot["asks"])}

    def take(self, event):
        """Apply an event: an older one is skipped, and none may be missing in between."""
        if event["u"] <= self.update_id:
            return
        assert event["U"] <= self.update_id + 1, "an event is missing"
        for name, side in self.sides.items():
            for price, quantity in event[name]:
                if D(quantity):
                    side[price] = quantity
                else:
                    side.pop(price, None)
        self.update_id = event["u"]

    def rows(self, name):
        return sorted(self.sides[name].items(), key=lambda row: D(row[0]), reverse=name == "b")


def stir(client, count):
    """Move the market, place and cancel orders."""
    for number in range(count):
        client.control("price", symbol="BTCUSDT", price=str(60000 + number % 7), size=str(1 + number % 3))
        client.order("BUY", quantity="0.002", price=str(59990 + number % 5))
        client.order("BUY" if number % 2 else "SELL", "MARKET", quantity="0.001")
        if number % 4 == 3:
            client.signed("DELETE", "openOrders", symbol="BTCUSDT")


def test_a_local_book_is_the_exchanges_book(client, connect):
    socket, _ = connect("/ws/btcusdt@depth@100ms")
    stir(client, 3)
    first = receive(socket)
    book = LocalBook(client.get("depth", symbol="BTCUSDT", limit=5000).json())
    assert first["e"] == "depthUpdate"
    book.take(first)
    for _ in range(4):
        stir(client, 8)
        truth = client.get("depth", symbol="BTCUSDT", limit=5000).json()
        deadline = time.monotonic() + WAIT_S
        while book.update_id < truth["lastUpdateId"]:
            book.take(receive(socket))
            assert time.monotonic() < deadline
        assert [list(row) for row in book.rows("b")] == truth["bids"]
        assert [list(row) for row in book.rows("a")] == truth["asks"]
        assert not set(book.sides["b"]) & set(book.sides["a"])


def test_who_comes_later_gets_no_gap(client, connect):
    """Changes without listeners are in no event: the first event says from which id it counts."""
    first, _ = connect("/ws/btcusdt@depth@100ms")
    stir(client, 2)
    receive(first)
    first.close()
    stir(client, 5)
    time.sleep(0.3)
    before = client.get("depth", symbol="BTCUSDT", limit=5).json()["lastUpdateId"]
    second, _ = connect("/ws/btcusdt@depth@100ms")
    stir(client, 1)
    assert receive(second)["U"] > before - 3


def test_both_speeds_tell_the_same_changes(client, connect):
    """Each event of the slow stream starts where the previous event ended."""
    slow, _ = connect("/ws/btcusdt@depth")
    ends = []
    for _ in range(3):
        stir(client, 2)
        event = receive(slow)
        ends.append((event["U"], event["u"]))
    for (_, last), (first, _) in itertools.pairwise(ends):
        assert first == last + 1
