"""ccxt.pro: market streams, and orders and balances as they change."""

import asyncio

import pytest

from tests.binance_sim.clients.ccxt_settings import PAIR, settings
from tests.binance_sim.clients.conftest import soon
from tests.binance_sim.clients.lazy_module import LazyModule

pytestmark = [pytest.mark.e2e, pytest.mark.long]
ccxt = LazyModule("ccxt.pro")


def run(live, play):
    async def session():
        exchange = ccxt.binance(settings(live))
        try:
            await exchange.load_markets()
            await play(exchange)
        finally:
            await exchange.close()

    asyncio.run(session())


async def while_it_waits(awaitable, act):
    """The result of a watch that began before `act`."""
    task = asyncio.ensure_future(awaitable)
    await asyncio.sleep(0.3)
    while not task.done():
        act()
        await asyncio.wait([task], timeout=0.5)
    return await soon(task)


def test_market_streams(live):
    def trade():
        live.client.order("BUY", "MARKET", quantity="0.01")

    async def play(exchange):
        trades = await while_it_waits(exchange.watch_trades(PAIR), trade)
        assert (trades[-1]["price"], trades[-1]["amount"], trades[-1]["side"]) == (60000.01, 0.01, "buy")
        ticker = await while_it_waits(exchange.watch_ticker(PAIR), trade)
        assert ticker["last"] == 60000.01
        prices = iter(range(60001, 70000))
        best = await while_it_waits(exchange.watch_bids_asks([PAIR]), lambda: live.price(str(next(prices))))
        assert best[PAIR]["ask"] == pytest.approx(best[PAIR]["bid"] + 0.01)
        candles = await while_it_waits(exchange.watch_ohlcv(PAIR, "1m"), trade)
        assert candles[-1][4] > 60000

    run(live, play)


def test_an_order_book_that_it_keeps_by_itself(live):
    """Its book, from a snapshot and updates, must be equal to the exchange's."""

    async def play(exchange):
        prices = iter(range(60001, 70000))
        for _ in range(3):
            book = await while_it_waits(exchange.watch_order_book(PAIR), lambda: live.price(str(next(prices))))
        while book["nonce"] < (truth := live.client.get("depth", symbol="BTCUSDT", limit=5).json())["lastUpdateId"]:
            book = await soon(exchange.watch_order_book(PAIR))
        for side in ("bids", "asks"):
            assert [[str(level[0]) for level in book[side][:5]]] == [[str(float(row[0])) for row in truth[side]]]

    run(live, play)


def test_orders_and_balances_as_they_change(live):
    async def play(exchange):
        watching = asyncio.ensure_future(exchange.watch_orders(PAIR))
        balances = asyncio.ensure_future(exchange.watch_balance())
        await asyncio.sleep(1)
        placed = await exchange.create_order_ws(PAIR, "limit", "sell", "0.003", "60500", {"newClientOrderId": "cp-1"})
        order = (await soon(watching))[-1]
        assert (order["id"], order["status"], order["clientOrderId"]) == (placed["id"], "open", "cp-1")
        assert (await soon(balances))["BTC"]["used"] == 0.003
        watching = asyncio.ensure_future(exchange.watch_orders(PAIR))
        live.price("60500", size="0.001")
        order = (await soon(watching))[-1]
        assert (order["status"], order["filled"], order["average"]) == ("open", 0.001, 60500)
        live.price("60400")
        watching = asyncio.ensure_future(exchange.watch_orders(PAIR))
        await exchange.cancel_order_ws(placed["id"], PAIR)
        assert (await soon(watching))[-1]["status"] == "canceled"

    run(live, play)


def test_requests_on_a_socket(live):
    async def play(exchange):
        placed = await exchange.create_order_ws(PAIR, "limit", "sell", "0.001", "65000")
        (found,) = await exchange.fetch_open_orders_ws(PAIR)
        assert (found["id"], found["price"]) == (placed["id"], 65000)
        assert (await exchange.fetch_order_ws(placed["id"], PAIR))["status"] == "open"
        balances = (await exchange.fetch_balance_ws())["info"]["balances"]
        assert next(row["locked"] for row in balances if row["asset"] == "BTC") == "0.00100000"
        assert (await exchange.cancel_order_ws(placed["id"], PAIR))["status"] == "canceled"
        with pytest.raises(ccxt.InsufficientFunds):
            await exchange.create_order_ws(PAIR, "limit", "sell", "100", "65000")

    run(live, play)


def test_a_dropped_socket_is_an_error_and_the_next_call_heals(live):
    async def play(exchange):
        watching = asyncio.ensure_future(exchange.watch_trades(PAIR))
        await asyncio.sleep(0.5)
        live.simulator.controls().fault("cut", socket="market")
        with pytest.raises(ccxt.NetworkError):
            await soon(watching)
        trades = await while_it_waits(
            exchange.watch_trades(PAIR), lambda: live.client.order("BUY", "MARKET", quantity="0.01")
        )
        assert trades[-1]["amount"] == 0.01

    run(live, play)
