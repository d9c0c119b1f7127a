"""Our frames and answers have the fields and JSON types of recorded real ones, kind by kind, in the same order.

Whatever differs stands in a table with its reason; a line of the table that nothing needs is an error.
"""

import gzip
import json
import lzma
from collections import defaultdict

import orjson
import pytest

from lotkeeper.paper.api.endpoints import accounts, general, markets, queries, tickers, trading
from lotkeeper.paper.clock import milliseconds
from lotkeeper.paper.market.intervals import Span, candles_of
from lotkeeper.paper.streams import payloads
from lotkeeper.paper.streams.depths import Pending
from tests.lotkeeper.paper.support import Bench, Client, D, ask, shared

# Fields that one side has and the other has not, by kind of frame, and why.
REMOVED = "removed from the stream in June 2024"
IN_2023 = "working time and self-trade prevention came in 2023; the recording is older"
IN_2024 = "came after the recording"
ORDER_2021 = {"workingTime": IN_2023, "selfTradePreventionMode": IN_2023, "origQuoteOrderQty": IN_2024}
DIFFERENCES = {
    "executionReport": {"W": IN_2023, "V": IN_2023},
    "trade": {"b": REMOVED, "a": REMOVED},
    "POST order": ORDER_2021,
    "DELETE openOrders": {
        "transactTime": IN_2024,
        "origQuoteOrderQty": IN_2024,
        "selfTradePreventionMode": IN_2023,
    },
    "GET openOrders": {"workingTime": IN_2023, "selfTradePreventionMode": IN_2023},
    "GET account": {
        "commissionRates": IN_2024,
        "brokered": IN_2024,
        "requireSelfTradePrevention": IN_2023,
        "preventSor": IN_2024,
        "permissions": "left out by who recorded it",
        "uid": IN_2024,
    },
    "GET avgPrice": {"closeTime": IN_2024},
    "GET exchangeInfo": {
        "otoAllowed": IN_2024,
        "opoAllowed": "came in December 2025",
        "allowTrailingStop": IN_2024,
        "cancelReplaceAllowed": IN_2024,
        "amendAllowed": "came in April 2025",
        "pegInstructionsAllowed": "came in August 2025",
        "permissionSets": "took the place of permissions in 2024",
        "defaultSelfTradePreventionMode": IN_2023,
        "allowedSelfTradePreventionModes": IN_2023,
    },
}


def kind_of(value):
    """A JSON value's type; lists by that of their first element, objects by their fields."""
    if isinstance(value, dict):
        return {name: kind_of(each) for name, each in value.items()}
    if isinstance(value, list):
        return [kind_of(each) for each in value[:1]]
    return type(value).__name__


def same_shape(name, ours, real, ordered=True):
    """Fields, types and order, but for the differences in the table; which of those there were."""
    allowed = DIFFERENCES.get(name, {})
    different = set(ours) ^ set(real)
    assert different <= set(allowed), f"{name}: {different - set(allowed)} is on one side only"
    both = [field for field in real if field in ours]
    if ordered:
        assert [field for field in ours if field in real] == both, name
    for field in both:
        assert same_kind(kind_of(ours[field]), kind_of(real[field])), f"{name}.{field}: {ours[field]} {real[field]}"
    return different


def all_same(name, pairs, ordered=True):
    """The same of many pairs; each line of the table is needed by one of them."""
    met = set()
    for ours, real in pairs:
        met |= same_shape(name, ours, real, ordered)
    assert met == set(DIFFERENCES.get(name, {})), name


def same_kind(ours, real):
    """The same type all the way down; an empty list on either side says nothing."""
    if isinstance(ours, list) and isinstance(real, list):
        return not ours or not real or same_kind(ours[0], real[0])
    if isinstance(ours, dict) and isinstance(real, dict):
        return set(ours) == set(real) and all(same_kind(ours[name], real[name]) for name in real)
    return ours == real


@pytest.fixture(scope="module")
def frames():
    path = shared("userdata/frames.jsonl.xz")
    return [orjson.loads(line) for line in lzma.decompress(path.read_bytes()).splitlines()]


def unwrapped(frames):
    """All recorded bodies, out of whatever wraps them."""
    for frame in frames:
        if frame["ch"] != "http_request":
            body = orjson.loads(frame["raw"])
            yield body.get("event", body.get("data", body)) if isinstance(body, dict) else body


def events(frames, kind):
    found = [body for body in unwrapped(frames) if isinstance(body, dict) and body.get("e") == kind]
    assert found, kind
    return found


def answer(frames, sequence):
    return orjson.loads(next(each for each in frames if each["seq"].startswith(sequence))["raw"])


@pytest.fixture(scope="module")
def bench():
    """An account that has done a bit of everything."""
    bench = Bench({"USDT": "100000"})
    order = bench.place("BUY", qty="0.1", price="50000")
    bench.cancel(order)
    bench.place("BUY", "MARKET", quote_qty="100")
    bench.place("BUY", qty="0.1", price="59999")
    bench.print("59990", "0.05", buyer_is_maker=True)
    bench.print("59990", "0.05", buyer_is_maker=True)
    bench.place("SELL", qty="0.05", price="70000")
    bench.exchange.move_funds(bench.account, "USDT", D(1))
    above, below = (
        bench.ticket("SELL", "LIMIT_MAKER", qty="0.01", price="71000"),
        bench.ticket("SELL", "STOP_LOSS", qty="0.01", stop_price="50000"),
    )
    whole = bench.place_list(None, above, below)
    bench.cancel(whole.orders[0])
    return bench


def our_events(bench, kind):
    return [event for event in bench.events if event["e"] == kind]


# User data


def test_execution_reports(frames, bench):
    ours = {}
    for event in our_events(bench, "executionReport"):
        ours.setdefault((event["x"], event["X"], event["m"]), event)
    pairs = [(ours[real["x"], real["X"], real["m"]], real) for real in events(frames, "executionReport")]
    all_same("executionReport", pairs)
    for mine, real in pairs:
        assert [mine[name] for name in ("w", "M", "r", "g")] == [real[name] for name in ("w", "M", "r", "g")]
    assert {(real["x"], real["m"]) for _, real in pairs} == {
        ("NEW", False),
        ("TRADE", False),
        ("TRADE", True),
        ("CANCELED", False),
    }


def test_other_user_data_events(frames, bench):
    for kind in ("outboundAccountPosition", "listStatus", "balanceUpdate"):
        for real in events(frames, kind):
            same_shape(kind, our_events(bench, kind)[-1], real)


# Market streams


def payload(bench, kind):
    """What our stream of a kind would send now."""
    desk = bench.exchange.desks["BTCUSDT"]
    pending = Pending()
    pending.take(desk)
    candle = list(candles_of(desk.market.candles, Span("1m", desk.clock_us)))[-1]
    makers = {
        "trade": lambda: payloads.trade(desk, desk.market.prints.trades[-1], milliseconds),
        "aggTrade": lambda: payloads.aggregate(desk, desk.market.prints.aggregates[-1], milliseconds),
        "bookTicker": lambda: payloads.book_ticker(desk),
        "24hrTicker": lambda: payloads.ticker(desk, milliseconds),
        "24hrMiniTicker": lambda: payloads.mini_ticker(desk, milliseconds),
        "depthUpdate": lambda: pending.event(desk, milliseconds),
        "kline": lambda: payloads.kline(desk, "1m", candle, candle.start + 59_999_999, closed=False, unit=milliseconds),
    }
    return makers[kind]()


@pytest.mark.parametrize("kind", ["trade", "aggTrade", "24hrTicker", "24hrMiniTicker", "depthUpdate", "kline"])
def test_market_events_of_many_years(frames, bench, kind):
    all_same(kind, [(payload(bench, kind), real) for real in events(frames, kind)])


def test_the_array_of_mini_tickers_holds_what_the_single_stream_sends(frames, bench):
    rows = next(body for body in unwrapped(frames) if isinstance(body, list) and body and "e" in body[0])
    for real in rows:
        same_shape("24hrMiniTicker", payload(bench, "24hrMiniTicker"), real)


def test_a_book_ticker_has_neither_kind_nor_time(frames, bench):
    reals = [body for body in unwrapped(frames) if isinstance(body, dict) and set(body) == set("usbBaA")]
    assert reals
    for real in reals:
        same_shape("bookTicker", payload(bench, "bookTicker"), real)


def test_every_kind_of_the_captures_of_2024_and_2021(bench):
    kinds = defaultdict(int)
    lines = gzip.decompress(shared("ws/hftbacktest_btcusdt_20240808.txt.gz").read_bytes()).splitlines()[:5000]
    old = lzma.decompress(shared("ws/cryptofeed_2021-10-12_BINANCE.ws.1.0.txt.xz").read_bytes()).splitlines()[1:]
    for line in (*(line.partition(b" ")[2] for line in lines), *(line.partition(b": ")[2] for line in old)):
        frame = orjson.loads(line) if line.strip() else {}
        if "stream" in frame:
            kind = frame["data"].get("e", "bookTicker")
            kinds[kind] += 1
            same_shape(kind, payload(bench, kind), frame["data"])
    assert set(kinds) == {"trade", "bookTicker", "depthUpdate", "aggTrade", "kline"}


# REST


def test_order_answers_of_rest(frames):
    bench = Bench()
    values = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC"}
    placed = bench.call(trading.new_order, **values, quantity="0.1", price="50000")
    all_same("POST order", [(placed, answer_of(frames, "ltcusdt_maker_2021-10-23", 2))])
    (row,) = bench.call(queries.open_orders, symbol="BTCUSDT")
    (real,) = answer(frames, "roq/json_open_orders_ack/simple")
    all_same("GET openOrders", [(row, real)], ordered=False)
    (gone,) = bench.call(trading.cancel_all, symbol="BTCUSDT")
    stem = "roq/json_cancel_all_open_orders_ack/simple_"
    all_same("DELETE openOrders", [(gone, answer(frames, f"{stem}{number}")[0]) for number in (1, 2)])


def answer_of(frames, sequence, number):
    return orjson.loads(next(each for each in frames if (each["seq"], each["n"]) == (sequence, number))["raw"])


def test_an_account_of_2021(frames, bench):
    all_same("GET account", [(bench.call(accounts.account), answer(frames, "roq/json_account_ack"))])


def nautilus():
    rows = lzma.decompress(shared("rest/nautilus_http_spot_market.jsonl.xz").read_bytes()).splitlines()
    found = {row["file"]: row["body"] for row in map(orjson.loads, rows)}
    return {name.removeprefix("http_spot_market_").removesuffix(".json"): body for name, body in found.items()}


@pytest.mark.parametrize(
    ("name", "serve", "values"),
    [
        ("ping", general.ping, {}),
        ("time", general.server_time, {}),
        ("ticker_price", tickers.price, {"symbol": "BTCUSDT"}),
        ("book_ticker", tickers.book, {"symbol": "BTCUSDT"}),
        ("avg_price", markets.average_price, {"symbol": "BTCUSDT"}),
        ("depth", markets.depth, {"symbol": "BTCUSDT"}),
    ],
)
def test_market_answers(bench, name, serve, values):
    title = "GET avgPrice" if name == "avg_price" else name
    all_same(title, [(bench.call(serve, **values), nautilus()[name])])


@pytest.mark.parametrize(
    ("name", "serve"),
    [
        ("trades", markets.trades),
        ("historical_trades", markets.historical_trades),
        ("agg_trades", markets.aggregate_trades),
    ],
)
def test_lists_of_trades(bench, name, serve):
    ours = bench.call(serve, symbol="BTCUSDT")[-1]
    for real in nautilus()[name]:
        same_shape(name, ours, real)


def test_candles_of_2019_to_2023(bench):
    ours = bench.call(markets.candles, symbol="BTCUSDT", interval="1m")[-1]
    answers = orjson.loads(lzma.decompress(shared("rest/klines_rest_responses.json.xz").read_bytes()))
    rows = [row for rows in answers.values() for row in rows] + nautilus()["klines"]
    assert len(rows) > 2000
    assert {tuple(kind_of(each) for each in row) for row in rows} == {tuple(kind_of(each) for each in ours)}


def test_a_thousand_trades_of_2023(bench):
    ours = bench.call(markets.trades, symbol="BTCUSDT")[-1]
    for line in lzma.decompress(shared("rest/trades_ETHBTC_1000.jsonl.xz").read_bytes()).splitlines():
        same_shape("trades", ours, orjson.loads(line), ordered=False)


def test_exchange_information(bench):
    ours = bench.call(general.exchange_info)
    recorded = (
        nautilus()["exchange_info"],
        orjson.loads(lzma.decompress(shared("rest/exchangeInfo_2025-08-07_mainnet_25symbols.json.xz").read_bytes())),
    )
    for real in recorded:
        same_shape("exchangeInfo", ours | {"symbols": []}, real | {"symbols": []}, ordered=False)
    mine = without_lists(ours["symbols"][0])
    pairs = [(mine, without_lists(symbol)) for real in recorded for symbol in real["symbols"]]
    all_same("GET exchangeInfo", pairs, ordered=False)


def without_lists(symbol):
    """Filters and permissions are compared elsewhere."""
    return {name: [] if isinstance(value, list) else value for name, value in symbol.items()}


# WebSocket API


def test_answers_of_the_websocket_api(frames, paper, client):
    socket = client.connect()
    usual = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC"}
    placed = ask(socket, "order.place", client.ws_params(**usual, quantity="0.00100", price="50000.00"), "id")
    wanted = {"symbol": "BTCUSDT", "orderId": placed["result"]["orderId"]}
    ours = {
        "order_place": placed,
        "cancel_order": ask(socket, "order.cancel", client.ws_params(**wanted), "id"),
        "account": ask(socket, "account.status", client.ws_params(), "id"),
        "open_orders": ask(socket, "openOrders.status", client.ws_params(symbol="BTCUSDT"), "id"),
        "trades": ask(socket, "myTrades", client.ws_params(symbol="ETHUSDT"), "id"),
        "user_data_stream_subscribe/empty": ask(socket, "userDataStream.subscribe.signature", client.ws_params(), "id"),
        "event_stream_terminated": terminated(socket),
    }
    socket.close()
    for name, mine in ours.items():
        real = answer(frames, f"roq/json_wsapi_{name}")
        same_shape(f"frame {name}", mine, real)
        for part in ("result", "event"):
            if isinstance(real.get(part), dict):
                same_shape(f"{part} {name}", mine[part], real[part])


def terminated(socket):
    socket.send(json.dumps({"id": "end", "method": "userDataStream.unsubscribe"}))
    return json.loads(socket.recv())


def test_a_wrong_signature_is_answered_as_it_was(frames, client):
    socket = client.connect()
    mine = ask(socket, "session.logon", client.ws_params() | {"signature": "0" * 64}, "id")
    socket.close()
    real = answer(frames, "roq/json_session_logon/failure")
    same_shape("frame session.logon", mine, real)
    assert (mine["status"], mine["error"]) == (real["status"], real["error"])


def test_a_refused_control_frame_of_a_stream_is_answered_as_it_was(frames, paper):
    socket = Client(paper).stream("/ws")
    socket.send(json.dumps({"method": "SUBSCRIBE", "params": "btcusdt@trade", "id": 5000001}))
    assert json.loads(socket.recv()) == answer(frames, "roq/json_error")
    socket.close()
