"""The libraries that others use for the real exchange work against this one, where they are installed."""

import asyncio

import pytest

from lotkeeper.paper.process import start_paper

pytestmark = pytest.mark.e2e
SELL = {"symbol": "BTCUSDT", "side": "SELL", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.00100"}
WAIT_S = 30


@pytest.fixture
def live(monkeypatch):
    """A process whose prices move, and an account that owns some BTC."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    balances = ["--balance", "USDT=1000000", "--balance", "BTC=10"]
    with start_paper(["--symbol", "BTCUSDT", *balances]) as process:
        yield process


def test_python_binance(live):
    binance = pytest.importorskip("binance")

    class Local(binance.AsyncClient):
        API_URL = live.rest_url + "/api"
        WS_API_URL = live.ws_api_url

    class Streams(binance.BinanceSocketManager):
        STREAM_URL = live.stream_url + "/"

    async def trade():
        client = await Local.create(live.api_key, live.api_secret)
        try:
            async with Streams(client).user_socket() as user:
                placed = await client.ws_create_order(**SELL, price="65000.00")
                event = await asyncio.wait_for(user.recv(), WAIT_S)
                assert (event["e"], event["x"], event["i"]) == ("executionReport", "NEW", placed["orderId"])
            async with Streams(client).trade_socket("BTCUSDT") as market:
                assert (await asyncio.wait_for(market.recv(), WAIT_S))["e"] == "trade"
            bought = await client.order_market_buy(symbol="BTCUSDT", quoteOrderQty="100")
            trades = await client.get_my_trades(symbol="BTCUSDT", orderId=bought["orderId"])
            assert [row["id"] for row in trades] == [fill["tradeId"] for fill in bought["fills"]]
            canceled = await client.cancel_order(symbol="BTCUSDT", orderId=placed["orderId"])
            assert canceled["status"] == "CANCELED"
            with pytest.raises(binance.exceptions.BinanceAPIException) as refused:
                await client.create_order(**SELL | {"quantity": "0.0000001"}, price="65000.00")
            assert (refused.value.status_code, refused.value.code) == (400, -1013)
        finally:
            await client.close_connection()

    asyncio.run(trade())


def ccxt_settings(live):
    rest = live.rest_url + "/api/v3"
    nowhere = dict.fromkeys(("sapi", "sapiV2", "sapiV3", "sapiV4"), live.rest_url + "/sapi")
    streams = {"spot": live.stream_url + "/ws", "ws-api": {"spot": live.ws_api_url}}
    return {
        "apiKey": live.api_key,
        "secret": live.api_secret,
        "options": {
            "defaultType": "spot",
            "fetchMarkets": {"types": ["spot"]},
            "fetchCurrencies": False,
            "fetchMargins": False,
        },
        "urls": {"api": {"public": rest, "private": rest, **nowhere, "ws": streams}},
    }


def test_ccxt(live):
    ccxt = pytest.importorskip("ccxt")
    exchange = ccxt.binance(ccxt_settings(live))
    assert "BTC/USDT" in exchange.load_markets()
    assert exchange.create_order("BTC/USDT", "market", "buy", "0.002")["status"] == "closed"
    placed = exchange.create_order("BTC/USDT", "limit", "sell", "0.001", "65000")
    assert [order["id"] for order in exchange.fetch_open_orders("BTC/USDT")] == [placed["id"]]
    assert exchange.cancel_order(placed["id"], "BTC/USDT")["status"] == "canceled"
    assert exchange.fetch_my_trades("BTC/USDT")[0]["fee"]["currency"] == "BTC"
    with pytest.raises(ccxt.InsufficientFunds):
        exchange.create_order("BTC/USDT", "limit", "sell", "100", "65000")
    with pytest.raises(ccxt.OrderNotFound):
        exchange.fetch_order("1", "BTC/USDT")


def test_ccxt_pro(live):
    ccxt = pytest.importorskip("ccxt.pro")

    async def watch():
        exchange = ccxt.binance(ccxt_settings(live))
        try:
            await exchange.load_markets()
            assert await asyncio.wait_for(exchange.watch_trades("BTC/USDT"), WAIT_S)
            assert await asyncio.wait_for(exchange.watch_ticker("BTC/USDT"), WAIT_S)
            placed = await exchange.create_order_ws("BTC/USDT", "limit", "sell", "0.001", "65000")
            canceled = await exchange.cancel_order_ws(placed["id"], "BTC/USDT")
            assert canceled["status"] == "canceled"
        finally:
            await exchange.close()

    asyncio.run(watch())


def test_the_official_sdk(live):
    configuration = pytest.importorskip("binance_common.configuration")
    spot = pytest.importorskip("binance_sdk_spot.spot")
    keys = {"api_key": live.api_key, "api_secret": live.api_secret}
    client = spot.Spot(
        config_rest_api=configuration.ConfigurationRestAPI(**keys, base_path=live.rest_url, timeout=30_000, retries=0),
        config_ws_api=configuration.ConfigurationWebSocketAPI(**keys, stream_url=live.ws_api_url),
    )
    rest = client.rest_api
    sell = {"symbol": "BTCUSDT", "side": "SELL", "type": "LIMIT", "time_in_force": "GTC", "quantity": "0.001"}
    placed = rest.new_order(**sell, price="65000.00").data()
    assert rest.get_order(symbol="BTCUSDT", order_id=placed.order_id).data().status == "NEW"
    assert rest.delete_order(symbol="BTCUSDT", order_id=placed.order_id).data().status == "CANCELED"

    async def follow():
        connection = await client.websocket_api.create_connection()
        user = await connection.user_data_stream_subscribe_signature()
        seen = asyncio.Queue()
        user.stream.on("message", lambda data: seen.put_nowait(type(data.actual_instance).__name__))
        await connection.order_place(**sell, price="65000.00")
        names = [await asyncio.wait_for(seen.get(), WAIT_S) for _ in range(2)]
        assert names == ["ExecutionReport", "OutboundAccountPosition"]
        await connection.close_connection(close_session=True)

    asyncio.run(follow())
