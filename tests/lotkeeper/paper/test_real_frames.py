"""Our events and answers have the fields and JSON types of recorded real ones."""

import lzma

import orjson
import pytest

from lotkeeper.paper import private, shapes
from lotkeeper.paper.markets import Quote
from lotkeeper.paper.params import Params
from lotkeeper.paper.public import average, book, price
from lotkeeper.paper.tape import book_payload, mini_payload, ticker_payload, trade_payload
from tests.lotkeeper.paper.support import Bench, D, shared

# Fields that came after the recording, or that depend on the order's fate.
LATER = {"W", "V", "eR"}
REMOVED = {"b", "a"}


@pytest.fixture(scope="module")
def frames():
    path = shared("userdata/frames.jsonl.xz")
    return [orjson.loads(line) for line in lzma.decompress(path.read_bytes()).splitlines()]


def events(frames, kind):
    """All recorded events of a kind, out of whatever wraps them."""
    for frame in frames:
        if frame["ch"] == "http_request":
            continue
        body = orjson.loads(frame["raw"])
        if isinstance(body, dict):
            body = body.get("event", body.get("data", body))
        if isinstance(body, dict) and body.get("e") == kind:
            yield body


def types(body):
    return {name: type(value) for name, value in body.items()}


def same_shape(ours, theirs, optional=frozenset()):
    keep = {name: kind for name, kind in types(ours).items() if name in theirs or name not in optional}
    wanted = {name: kind for name, kind in types(theirs).items() if name in ours or name not in optional}
    assert keep == wanted


@pytest.fixture(scope="module")
def ours():
    """One event of each kind and state."""
    bench = Bench({"USDT": "100000"})
    bench.place("BUY", qty="0.1", price="50000")
    order = bench.exchange.desks["BTCUSDT"].open_orders()[0]
    bench.exchange.cancel("BTCUSDT", order, "x")
    bench.place("BUY", "MARKET", quote_qty="100")
    bench.place("BUY", qty="0.1", price="59999")
    bench.print("59990", "0.05", buyer_is_maker=True)
    bench.print("59990", "0.05", buyer_is_maker=True)
    return {(event["e"], event.get("x"), event.get("X"), event.get("m")): event for event in bench.events}


def test_execution_reports(frames, ours):
    compared = set()
    for real in events(frames, "executionReport"):
        key = ("executionReport", real["x"], real["X"], real["m"])
        if key in ours:
            same_shape(ours[key], real, LATER)
            assert [ours[key][name] for name in ("x", "X", "w", "m", "M", "r", "g")] == [
                real[name] for name in ("x", "X", "w", "m", "M", "r", "g")
            ]
            assert list(ours[key])[: len(real)] == list(real)
            compared.add(key[1:])
    assert {("NEW", "NEW", False), ("TRADE", "FILLED", False), ("TRADE", "FILLED", True)} <= compared
    assert ("CANCELED", "CANCELED", False) in compared


def test_positions(frames, ours):
    found = list(events(frames, "outboundAccountPosition"))
    assert found
    for real in found:
        position = ours["outboundAccountPosition", None, None, None]
        same_shape(position, real)
        same_shape(position["B"][0], real["B"][0])


def test_market_events(frames):
    bench = Bench()
    bench.print("60000", "1", buyer_is_maker=True)
    market = bench.exchange.desks["BTCUSDT"].market
    for kind, body in (
        ("trade", trade_payload("BTCUSDT", market.last, 1)),
        ("24hrMiniTicker", mini_payload(market, 1)),
        ("24hrTicker", ticker_payload(market, 1)),
    ):
        found = list(events(frames, kind))
        assert found, kind
        for real in found:
            same_shape(body, real, REMOVED if kind == "trade" else frozenset())
    raw = next(orjson.loads(each["raw"])["data"] for each in frames if "bookTicker" in each["raw"])
    same_shape(book_payload("BTCUSDT", Quote(D(1), D(1), D(2), D(1), 1)), raw)


def answer(frames, sequence):
    found = next(each for each in frames if each["seq"].startswith(sequence))
    return orjson.loads(found["raw"])["result"]


def test_order_answers(frames):
    bench = Bench()
    order = bench.place("BUY", qty="0.1", price="50000")
    placed = answer(frames, "roq/json_wsapi_order_place")
    same_shape(shapes.placed(order, "FULL"), placed)
    bench.exchange.cancel("BTCUSDT", order, "x")
    same_shape(shapes.canceled(order), answer(frames, "roq/json_wsapi_cancel_order"))


def test_account_answer(frames, bench):
    real = answer(frames, "roq/json_wsapi_account/simple")
    ours = private.account(bench.exchange, Params({}))
    same_shape(ours, real, {"uid", "permissions"})
    same_shape(ours["balances"][0], real["balances"][0])


def test_market_answers(bench):
    bench.print("60000", "1", buyer_is_maker=True)
    path = shared("rest/nautilus_http_spot_market.jsonl.xz")
    real = {row["file"]: row["body"] for row in map(orjson.loads, lzma.decompress(path.read_bytes()).splitlines())}
    params = {"symbol": "BTCUSDT"}
    for name, serve in (("ticker_price", price), ("book_ticker", book)):
        same_shape(serve(bench.exchange, Params(params)), real[f"http_spot_market_{name}.json"])
    same_shape(average(bench.exchange, Params(params)), real["http_spot_market_avg_price.json"], {"closeTime"})
    trade = shapes.public_trade(bench.exchange.desks["BTCUSDT"].market.last)
    same_shape(trade, real["http_spot_market_trades.json"][0])
