import json
from decimal import Decimal as D

import pytest

from tests.binance_sim.support import receive, until


def test_raw_streams_are_bare(client, connect):
    socket, listed = connect("/ws/btcusdt@bookTicker/btcusdt@trade")
    assert listed["result"] == ["btcusdt@bookTicker", "btcusdt@trade"]
    client.control("price", symbol="BTCUSDT", price="60001", size="2")
    book = receive(socket)
    assert (book["s"], book["b"], book["A"]) == ("BTCUSDT", "60001.00000000", "2.00000000")
    assert set(book) == set("usbBaA")
    client.control("trade", symbol="BTCUSDT", price="60001", qty="0.1", buyerIsMaker=True)
    trade = receive(socket)
    assert set(trade) == set("eEstpqTmM")
    assert (trade["e"], trade["p"], trade["m"]) == ("trade", "60001.00000000", True)


def test_combined_streams_are_wrapped(client, connect):
    socket, _ = connect("/stream?streams=btcusdt@bookTicker")
    client.control("price", symbol="BTCUSDT", price="60002")
    frame = receive(socket)
    assert frame["stream"] == "btcusdt@bookTicker"
    assert D(frame["data"]["b"]) == 60002


@pytest.mark.parametrize("path", ["/ws", "/ws/0", "/stream", "/stream/ws/0", "/ws/!miniTicker%40arr%401000ms"])
def test_names_without_meaning_are_silent_and_one_can_subscribe_later(client, connect, path):
    socket, _ = connect(path)
    socket.send(json.dumps({"method": "SUBSCRIBE", "params": ["btcusdt@bookTicker", "nobody@knows"], "id": 3}))
    assert until(socket, lambda frame: isinstance(frame, dict) and "id" in frame) == {"result": None, "id": 3}
    client.control("price", symbol="BTCUSDT", price="60003")
    frame = until(socket, lambda frame: "bookTicker" in str(frame) or "u" in frame)
    assert frame.get("data", frame)["b"] == "60003.00000000"


def test_unsubscribed_streams_are_silent(client, connect):
    socket, _ = connect("/stream?streams=btcusdt@bookTicker/ethusdt@bookTicker")
    socket.send(json.dumps({"method": "UNSUBSCRIBE", "params": ["btcusdt@bookTicker"], "id": None}))
    assert receive(socket) == {"result": None, "id": None}
    client.control("price", symbol="BTCUSDT", price="60004")
    client.control("price", symbol="ETHUSDT", price="2500")
    assert receive(socket)["stream"] == "ethusdt@bookTicker"


def test_own_trades_are_public(client, connect):
    socket, _ = connect("/ws/btcusdt@trade")
    bought = client.order("BUY", "MARKET", quantity="0.01").json()
    trade = receive(socket)
    assert (trade["t"], trade["m"]) == (bought["fills"][0]["tradeId"], False)


def test_mini_tickers_come_each_second_for_pairs_that_changed(client, connect):
    socket, _ = connect("/ws/!miniTicker@arr")
    client.control("trade", symbol="BTCUSDT", price="60000", qty="0.1")
    found = receive(socket)
    assert "BTCUSDT" in [each["s"] for each in found]
    assert set(found[0]) == set("eEscohlvq")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no json", 3),
        ('{"id":5}', 2),
        ('{"id":5,"method":["SUBSCRIBE"]}', 2),
        ('{"method":"SUBSCRIBE","params":"btcusdt@trade","id":5}', 2),
        ('{"method":"SET_PROPERTY","params":["colour",true],"id":5}', 0),
        ('{"method":"SET_PROPERTY","params":["combined",1],"id":5}', 1),
    ],
)
def test_control_frames_that_are_refused(connect, text, code):
    socket, _ = connect("/ws")
    socket.send(text)
    answer = receive(socket)
    assert answer["error"]["code"] == code
    assert answer["id"] == (None if code == 3 else 5)


def test_the_form_can_be_changed(client, connect):
    socket, _ = connect("/ws/btcusdt@bookTicker")
    socket.send(json.dumps({"method": "SET_PROPERTY", "params": ["combined", True], "id": 1}))
    socket.send(json.dumps({"method": "GET_PROPERTY", "params": ["combined"], "id": 2}))
    assert [receive(socket)["result"], receive(socket)["result"]] == [None, True]
    client.control("price", symbol="BTCUSDT", price="60005")
    assert receive(socket)["stream"] == "btcusdt@bookTicker"


def test_dropping_market_sockets(client, connect):
    socket, _ = connect("/ws/btcusdt@trade")
    assert client.control("drop/market")["dropped"] >= 1
    with pytest.raises(Exception, match=r"lost|reset|closed|Broken"):
        receive(socket)
