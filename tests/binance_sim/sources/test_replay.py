"""Recordings of real markets, read and replayed."""

import lzma
from collections import Counter
from decimal import Decimal

import orjson
import pytest

from binance_sim.process import start_simulator
from binance_sim.settings import Settings, prepare
from binance_sim.sources.capture import Capture
from tests.binance_sim.support import Client, ask, receive, shared, until

CRYPTOFEED = "ws/cryptofeed_2021-10-12_BINANCE.ws.1.0.txt.xz"
TRADES = "series/BTCUSDT-trades-2024-08-08_part.csv.xz"


def unpacked(path):
    return lzma.decompress(path.read_bytes()).splitlines()


@pytest.mark.parametrize(
    ("name", "frames", "pairs"),
    [
        ("2021-10-12_BINANCE", 265, {"NKNUSDT", "BLZETH", "LRCBTC"}),
        ("2021-10-12_BINANCE_US", 480, {"OMGBUSD", "COMPUSDT", "ZRXUSDT", "CRVUSDT"}),
    ],
)
def test_a_capture_of_cryptofeed(name, frames, pairs):
    found = Capture(shared(f"ws/cryptofeed_{name}.ws.1.0.txt.xz"))
    assert set(found.first_books()) == pairs
    assert sum(1 for _ in found.read()) == frames
    assert (found.frames, found.passed_over, found.damaged) == (frames, 1, 0)


def test_ten_pairs_with_the_filters_that_were_recorded_with_them(tmp_path):
    text = unpacked(shared("ws/cryptofeed_2021-04-17_BINANCE.0.txt.xz"))[0].decode()
    described = tmp_path / "exchangeInfo.json"
    described.write_text(text[text.index("{") :])
    path = shared("ws/cryptofeed_2021-04-17_BINANCE.ws.1.0.txt.xz")
    stage = prepare(Settings(replay=(path,), symbols_file=described))
    assert set(stage.rules) == set(stage.books) >= {"SWRVBUSD", "ADARUB", "AAVEUPUSDT"}
    assert stage.rules["ADARUB"].quote == "RUB"
    assert Counter(frame.kind for frame in stage.captures[0].read()).total() == 1228


@pytest.mark.parametrize(("symbol", "rows"), [("BTCUSDT", 9757), ("ETHUSDT", 6106)])
def test_rows_of_trades_are_the_trades_of_the_raw_capture(symbol, rows):
    """Two files of the same five minutes: one with rows, the other with frames."""
    found = Capture(shared(f"series/{symbol}-trades-2024-08-08_part.csv.xz"))
    raw = Capture(shared(f"ws/hftbacktest_{symbol.lower()}_20240808.txt.gz"))
    names = ("e", "s", "t", "p", "q", "T", "m", "M")
    listed = [[frame.data[name] for name in names] for frame in found.read() if frame.kind == "trade"]
    assert listed == [[frame.data[name] for name in names] for frame in raw.read() if frame.kind == "trade"]
    assert (len(listed), found.damaged) == (rows, 0)


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "candles", "empty", "low", "high"),
    [
        ("BTCUSDT-1h-2017-08_2024-04", 58_419, 4, "2817.00000000", "73777.00000000"),
        ("BTCUSDT-5m-2024-01_2024-09", 71_769, 0, "38555.00000000", "73777.00000000"),
    ],
)
def test_candles(name, candles, empty, low, high):
    found = Capture(shared(f"series/{name}.csv.xz"))
    trades, times, prices = 0, 0, set()
    for frame in found.read():
        assert frame.time_ns >= times
        times = frame.time_ns
        if frame.kind == "trade":
            trades += 1
            prices.add(Decimal(frame.data["p"]))
    assert (trades, found.frames, found.damaged) == ((candles - empty) * 4, candles, 0)
    assert (min(prices), max(prices)) == (Decimal(low), Decimal(high))


def collect(socket, wanted):
    """Frames by stream, until there are as many of each as `wanted`."""
    got = {name: [] for name in wanted}
    while any(len(got[name]) < len(wanted[name]) for name in wanted):
        frame = receive(socket)
        got[frame["stream"]].append(frame["data"])
    return got


@pytest.mark.e2e
def test_cryptofeed_over_sockets():
    path = shared(CRYPTOFEED)
    wanted = {}
    for line in unpacked(path)[1:]:
        if line.strip():
            frame = orjson.loads(line.partition(b": ")[2])
            wanted.setdefault(frame["stream"], []).append(frame["data"])
    assert {name.partition("@")[2] for name in wanted} == {"aggTrade", "bookTicker", "depth@100ms", "kline_1m"}
    with start_simulator(["--replay", str(path), "--speed", "1000000", "--paused"]) as process:
        client = Client(process)
        socket = client.stream("/stream?streams=" + "/".join(wanted))
        assert ask(socket, "LIST_SUBSCRIPTIONS")["result"]
        client.control("source/start")
        assert collect(socket, wanted) == wanted
        socket.close()
        assert process.symbols == ["NKNUSDT", "LRCBTC", "BLZETH"]
        bought = client.order("BUY", "MARKET", symbol="NKNUSDT", quantity="50").json()
        assert bought["fills"][0]["price"] == wanted["nknusdt@bookTicker"][-1]["a"]
        trades = client.get("trades", symbol="LRCBTC").json()
    assert trades == []


@pytest.mark.long
@pytest.mark.e2e
def test_rows_of_trades_over_sockets():
    path = shared(TRADES)
    rows = [line.decode().split(",") for line in unpacked(path)]
    wanted = [(int(row[0]), row[1], row[2], row[5] == "True") for row in rows]
    lowest = min(Decimal(row[1]) for row in rows)
    with start_simulator(["--replay", str(path), "--speed", "1000000", "--paused"]) as process:
        client = Client(process)
        user, socket = client.subscribe(), client.stream("/stream?streams=btcusdt@trade/btcusdt@bookTicker")
        assert ask(socket, "LIST_SUBSCRIPTIONS")["result"]
        for name, price in (("reached", lowest), ("never", lowest - 1)):
            client.order("BUY", quantity="0.00010", price=str(price), newClientOrderId=name)
        client.control("source/start")
        got = collect(socket, {"btcusdt@trade": wanted, "btcusdt@bookTicker": wanted})
        report = until(user, lambda frame: frame["event"].get("x") == "TRADE")["event"]
        open_orders = [order["clientOrderId"] for order in client.signed("GET", "openOrders").json()]
        user.close()
        socket.close()
    assert [(each["t"], each["p"], each["q"], each["m"]) for each in got["btcusdt@trade"]] == wanted
    for book, trade in zip(got["btcusdt@bookTicker"], got["btcusdt@trade"], strict=True):
        assert book["b" if trade["m"] else "a"] == trade["p"]
        assert Decimal(book["a"]) - Decimal(book["b"]) == Decimal("0.01")
    assert (report["c"], Decimal(report["L"]), report["m"]) == ("reached", lowest, True)
    assert open_orders == ["never"]
