"""Candles on an exchange that has just started: full at once, and continued by the streams without a gap."""

import asyncio
from itertools import pairwise

import pytest

from binance_sim.process import start_simulator
from tests.binance_sim.clients.ccxt_settings import PAIR, settings
from tests.binance_sim.clients.conftest import Live, soon
from tests.binance_sim.clients.lazy_module import LazyModule
from tests.binance_sim.support import Client, ask

pytestmark = [pytest.mark.e2e, pytest.mark.long]
binance = LazyModule("binance")
ccxt = LazyModule("ccxt")
ccxt_pro = LazyModule("ccxt.pro")
LENGTHS_MS = {"1s": 1000, "1m": 60_000, "5m": 300_000, "1h": 3_600_000, "4h": 14_400_000, "1d": 86_400_000}


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """An exchange whose price moves, from its first second on."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    with start_simulator(["--symbol", "BTCUSDT", "--seed", "5"]) as process:
        yield Live(process, Client(process), tmp_path)


def check_rows(rows, length_ms, count):
    """Rows as [start, open, high, low, close, volume, ...]: full, without a hole, each but the running with trades."""
    assert len(rows) == count
    assert all(two[0] - one[0] == length_ms for one, two in pairwise(rows))
    for _, first, high, low, last, volume in (tuple(map(float, row[:6])) for row in rows):
        assert low <= min(first, last) <= max(first, last) <= high
        assert volume > 0 or first == last
    assert all(float(row[5]) > 0 for row in rows[:-20])


@pytest.mark.parametrize("interval", LENGTHS_MS)
def test_ccxt_gets_500_candles(fresh, interval):
    exchange = ccxt.binance(settings(fresh))
    check_rows(exchange.fetch_ohlcv(PAIR, interval, limit=500), LENGTHS_MS[interval], 500)


def test_ccxt_pages_through_months_and_trades(fresh):
    exchange = ccxt.binance(settings(fresh))
    since = exchange.milliseconds() - 40 * 86_400_000
    rows = exchange.fetch_ohlcv(PAIR, "1h", since=since, limit=500)
    rows += exchange.fetch_ohlcv(PAIR, "1h", since=rows[-1][0] + 1, limit=500)
    check_rows(rows, 3_600_000, len(rows))
    assert len(rows) in (960, 961)
    trades = exchange.fetch_trades(PAIR, limit=1000)
    assert len(trades) == 1000
    ids = [int(each["id"]) for each in trades]
    assert ids == list(range(ids[0], ids[0] + 1000))


def test_python_binance_gets_500_candles_and_its_stream_continues_them(fresh):
    class Local(binance.AsyncClient):
        API_URL = fresh.simulator.rest_url + "/api"
        WS_API_URL = fresh.simulator.ws_api_url

    class Sockets(binance.BinanceSocketManager):
        STREAM_URL = fresh.simulator.stream_url + "/"

    async def play():
        client = await Local.create(fresh.simulator.api_key, fresh.simulator.api_secret)
        try:
            async with Sockets(client).kline_socket("BTCUSDT", interval="1s") as candles:
                streamed = await closed_candles(candles, 5)
            rows = await client.get_klines(symbol="BTCUSDT", interval="1s", limit=500)
            for interval in ("1m", "1h", "1d"):
                found = await client.get_klines(symbol="BTCUSDT", interval=interval, limit=500)
                check_rows(found, LENGTHS_MS[interval], 500)
        finally:
            await client.close_connection()
        check_stream(rows, streamed)

    asyncio.run(play())


async def closed_candles(socket, count):
    """The first candles that the stream reports as closed."""
    found = []
    while len(found) < count:
        candle = (await soon(socket.recv()))["k"]
        if candle["x"]:
            found.append(candle)
    return found


def check_stream(rows, streamed):
    """What was streamed is in the rows, and joins those of before the start: no gap in time, none in price."""
    assert len(rows) == 500
    assert all(two[0] - one[0] == 1000 for one, two in pairwise(rows))
    by_start = {row[0]: row for row in rows}
    for candle in streamed:
        row = by_start[candle["t"]]
        assert [candle[name] for name in "ohlcv"] == row[1:6]
        assert (candle["n"], candle["q"], candle["V"]) == (row[8], row[7], row[9])
    for one, two in pairwise(rows):
        assert abs(float(two[1]) / float(one[4]) - 1) < 0.01, "a step of the walk and a spread"


def test_a_minute_that_began_before_the_start(fresh):
    """ccxt.pro: the running candle of the stream is the one of the requests."""

    async def play():
        exchange = ccxt_pro.binance(settings(fresh))
        try:
            await exchange.load_markets()
            rows = await exchange.fetch_ohlcv(PAIR, "1m", limit=500)
            watched = (await soon(exchange.watch_ohlcv(PAIR, "1m")))[-1]
        finally:
            await exchange.close()
        assert watched[0] - rows[-1][0] in (0, 60_000)
        if watched[0] == rows[-1][0]:
            assert watched[1] == rows[-1][1]
            assert watched[5] >= rows[-1][5]

    asyncio.run(play())


def test_the_websocket_api_too(fresh):
    socket = fresh.client.connect()
    for method in ("klines", "uiKlines"):
        answer = ask(socket, method, {"symbol": "BTCUSDT", "interval": "15m", "limit": 1000})
        check_rows(answer["result"], 900_000, 1000)
    answer = ask(socket, "trades.aggregate", {"symbol": "BTCUSDT", "limit": 1000})
    assert len(answer["result"]) == 1000
    socket.close()
