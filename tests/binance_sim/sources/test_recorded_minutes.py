"""Five minutes of 2024-08-08, replayed over real sockets: the same streams and candles as on the real exchange."""

import gzip
import lzma
from decimal import Decimal

import pytest

from binance_sim.process import start_simulator
from tests.binance_sim.support import Client, ask, shared, until

STREAMS = ("trade", "bookTicker", "depth@100ms")
CANDLES = "series/BTCUSDT-5m-2024-01_2024-09.csv.xz"
START_MS, FIVE_MINUTES_MS = 1_723_161_300_000, 300_000


def capture(symbol):
    return shared(f"ws/hftbacktest_{symbol.lower()}_20240808.txt.gz")


def recorded(symbol):
    """The frames of a capture in order, without the depth snapshot."""
    lines = gzip.decompress(capture(symbol).read_bytes()).decode().splitlines()
    frames = [line.partition(" ")[2].strip() for line in lines]
    return [each for each in frames if each.startswith('{"stream"')]


def candle_of_the_file():
    """Open, high, low, close and volume of the file, through 64-bit floats: trailing zeros are lost, no digits."""
    rows = lzma.decompress(shared(CANDLES).read_bytes()).decode().splitlines()
    return tuple(map(Decimal, next(row for row in rows if row.startswith(f"{START_MS},")).split(",")[1:]))


def gathered(symbol):
    """The same with quote volume, number of trades and taker volumes, from the file of trades."""
    path = shared(f"series/{symbol}-trades-2024-08-08_part.csv.xz")
    rows = [line.split(",") for line in lzma.decompress(path.read_bytes()).decode().splitlines()]
    inside = [row for row in rows if START_MS <= int(row[4]) < START_MS + FIVE_MINUTES_MS]
    prices, taken = [Decimal(row[1]) for row in inside], [row for row in inside if row[5] == "False"]
    volumes = (sum(Decimal(row[column]) for row in inside) for column in (2, 3))
    bought = (sum(Decimal(row[column]) for row in taken) for column in (2, 3))
    base, quote = volumes
    return (prices[0], max(prices), min(prices), prices[-1], base, quote, len(inside), *bought)


def of_rest(row):
    assert (row[0], row[6]) == (START_MS, START_MS + FIVE_MINUTES_MS - 1)
    return (*map(Decimal, row[1:6]), Decimal(row[7]), row[8], *map(Decimal, row[9:11]))


def of_stream(candle):
    texts = [candle[name] for name in "ohlcvqnVQ"]
    return tuple(each if isinstance(each, int) else Decimal(each) for each in texts)


def received(socket, count):
    """This many frames of the recorded streams, as texts."""
    found = []
    while len(found) < count:
        found.append(socket.recv())
    return found


@pytest.fixture(scope="module")
def simulator():
    files = [part for symbol in ("BTCUSDT", "ETHUSDT") for part in ("--replay", str(capture(symbol)))]
    with start_simulator([*files, "--speed", "max", "--paused"]) as process:
        yield process


@pytest.fixture(scope="module")
def replayed(simulator):
    """What three sockets received: all streams, two raw streams, and candles."""
    client = Client(simulator)
    names = [f"{symbol}@{kind}" for symbol in ("btcusdt", "ethusdt") for kind in STREAMS]
    wanted = {symbol: recorded(symbol) for symbol in ("BTCUSDT", "ETHUSDT")}
    whole = client.stream("/stream?streams=" + "/".join(names))
    tickers, trades = client.stream("/ws/btcusdt@bookTicker"), client.stream("/ws/ethusdt@trade")
    candles = client.stream("/ws/btcusdt@kline_5m")
    for socket in (whole, tickers, trades, candles):
        assert ask(socket, "LIST_SUBSCRIPTIONS")["result"]
    client.control("source/start")
    got = {"all": received(whole, sum(map(len, wanted.values())))}
    for name, socket, symbol, kind in (
        ("tickers", tickers, "BTCUSDT", "bookTicker"),
        ("trades", trades, "ETHUSDT", "trade"),
    ):
        got[name] = received(socket, sum(f"@{kind}" in each[:40] for each in wanted[symbol]))
    got["candle"] = until(candles, lambda frame: frame["k"]["t"] == START_MS and frame["k"]["x"])
    for socket in (whole, tickers, trades, candles):
        socket.close()
    return wanted, got, client


@pytest.mark.long
@pytest.mark.e2e
def test_every_stream_equals_the_recorded_one_to_the_last_byte(replayed):
    """Each capture keeps its order; the two are merged by time, and many times are equal."""
    wanted, got, _ = replayed
    for symbol, frames in wanted.items():
        assert [each for each in got["all"] if each.startswith(f'{{"stream":"{symbol.lower()}@')] == frames
    assert {symbol: len(frames) for symbol, frames in wanted.items()} == {"BTCUSDT": 41_248, "ETHUSDT": 33_617}


@pytest.mark.long
@pytest.mark.e2e
@pytest.mark.parametrize(
    ("name", "symbol", "kind", "count"),
    [("tickers", "BTCUSDT", "bookTicker", 28_040), ("trades", "ETHUSDT", "trade", 6_106)],
)
def test_raw_streams_are_the_same_without_the_name_around_them(replayed, name, symbol, kind, count):
    wanted, got, _ = replayed
    prefix = f'{{"stream":"{symbol.lower()}@{kind}","data":'
    assert [f"{prefix}{each}}}" for each in got[name]] == [each for each in wanted[symbol] if each.startswith(prefix)]
    assert len(got[name]) == count


@pytest.mark.long
@pytest.mark.e2e
def test_trades_gathered_into_five_minutes_are_the_candle_of_the_file(replayed):
    _, got, client = replayed
    row = client.get("klines", symbol="BTCUSDT", interval="5m", startTime=START_MS, limit=1).json()[0]
    assert of_rest(row)[:5] == candle_of_the_file()
    assert of_stream(got["candle"]["k"])[:5] == candle_of_the_file()
    assert of_stream(got["candle"]["k"]) == of_rest(row) == gathered("BTCUSDT")


@pytest.mark.long
@pytest.mark.e2e
def test_the_other_pairs_candle_is_what_its_trades_make(replayed):
    _, _, client = replayed
    row = client.get("klines", symbol="ETHUSDT", interval="5m", startTime=START_MS, limit=1).json()[0]
    assert of_rest(row) == gathered("ETHUSDT")


@pytest.mark.long
@pytest.mark.e2e
def test_the_minutes_of_the_replay_join_into_the_same_five(replayed):
    _, _, client = replayed
    end = START_MS + FIVE_MINUTES_MS - 1
    rows = client.get("klines", symbol="BTCUSDT", interval="1m", startTime=START_MS, endTime=end).json()
    assert [row[0] - START_MS for row in rows] == [0, 60_000, 120_000, 180_000, 240_000]
    numbers = [tuple(map(Decimal, row[1:6])) for row in rows]
    opened, high, low, closed, volume = zip(*numbers, strict=True)
    assert (opened[0], max(high), min(low), closed[-1], sum(volume)) == candle_of_the_file()
