"""python-binance: sync, async, WebSocket API, streams and its threads."""

import asyncio
import queue
import time

import pytest

from tests.binance_sim.clients.conftest import WAIT_S, soon
from tests.binance_sim.clients.lazy_module import LazyModule
from tests.binance_sim.support import D

pytestmark = [pytest.mark.e2e, pytest.mark.long]
binance = LazyModule("binance")
SELL = {"symbol": "BTCUSDT", "side": "SELL", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.00300"}


@pytest.fixture
def client(live):
    found = binance.Client(live.simulator.api_key, live.simulator.api_secret, ping=False)
    found.API_URL = live.simulator.rest_url + "/api"
    return found


@pytest.fixture(autouse=True)
def quick_to_close(monkeypatch):
    """A closed socket ends when its read times out: by default after ten seconds."""
    reconnecting = pytest.importorskip("binance.ws.reconnecting_websocket")
    monkeypatch.setattr(reconnecting.ReconnectingWebsocket, "TIMEOUT", 3)


def run(live, play):
    """Run a function with an async client and its sockets."""

    class Local(binance.AsyncClient):
        API_URL = live.simulator.rest_url + "/api"
        WS_API_URL = live.simulator.ws_api_url

    class Sockets(binance.BinanceSocketManager):
        STREAM_URL = live.simulator.stream_url + "/"

    async def session():
        client = await Local.create(live.simulator.api_key, live.simulator.api_secret)
        try:
            await play(client, Sockets(client))
        finally:
            await client.close_connection()

    asyncio.run(session())


# Requests


def test_what_is_public(client):
    assert client.ping() == {}
    assert abs(client.get_server_time()["serverTime"] / 1000 - time.time()) < 60
    info = client.get_symbol_info("BTCUSDT")
    assert (info["baseAsset"], info["quoteAsset"], info["status"]) == ("BTC", "USDT", "TRADING")
    assert client.get_orderbook_ticker(symbol="BTCUSDT") == {
        "symbol": "BTCUSDT",
        "bidPrice": "60000.00000000",
        "bidQty": "1.00000000",
        "askPrice": "60000.01000000",
        "askQty": "1.00000000",
    }
    book = client.get_order_book(symbol="BTCUSDT", limit=5)
    assert book["bids"][0] == ["60000.00000000", "1.00000000"]
    assert client.get_avg_price(symbol="BTCUSDT")["mins"] == 5


def test_place_query_cancel(client, live):
    placed = client.create_order(**SELL, price="65000.00", newClientOrderId="py-1")
    assert placed["clientOrderId"] == "py-1"
    assert (placed["status"], placed["origQty"], placed["fills"]) == ("NEW", "0.00300000", [])
    assert live.balance("BTC")[1] == "0.00300000"
    found = client.get_order(symbol="BTCUSDT", origClientOrderId="py-1")
    assert found["orderId"] == placed["orderId"]
    assert found["price"] == "65000.00000000"
    assert [each["orderId"] for each in client.get_open_orders(symbol="BTCUSDT")] == [placed["orderId"]]
    canceled = client.cancel_order(symbol="BTCUSDT", orderId=placed["orderId"])
    assert (canceled["status"], canceled["origClientOrderId"]) == ("CANCELED", "py-1")
    assert client.get_open_orders(symbol="BTCUSDT") == []
    assert client.get_all_orders(symbol="BTCUSDT", limit=1)[0]["status"] == "CANCELED"


def test_a_market_buy_to_the_last_digit(client, live):
    usdt, btc = (D(live.balance(asset)[0]) for asset in ("USDT", "BTC"))
    bought = client.order_market_buy(symbol="BTCUSDT", quoteOrderQty="600")
    (fill,) = bought["fills"]
    assert (bought["executedQty"], bought["cummulativeQuoteQty"]) == ("0.00999000", "599.40009990")
    assert (fill["price"], fill["qty"], fill["commission"], fill["commissionAsset"]) == (
        "60000.01000000",
        "0.00999000",
        "0.00000999",
        "BTC",
    )
    (trade,) = client.get_my_trades(symbol="BTCUSDT", orderId=bought["orderId"])
    assert (trade["id"], trade["quoteQty"], trade["isBuyer"], trade["isMaker"]) == (
        fill["tradeId"],
        "599.40009990",
        True,
        False,
    )
    account = {row["asset"]: D(row["free"]) for row in client.get_account()["balances"]}
    assert account["USDT"] == usdt - D("599.4000999")
    assert account["BTC"] == btc + D("0.00998001")


def test_an_oco(client, live):
    made = client.order_oco_sell(
        symbol="BTCUSDT",
        quantity="0.003",
        aboveType="LIMIT_MAKER",
        abovePrice="65000.00",
        belowType="STOP_LOSS_LIMIT",
        belowPrice="54900.00",
        belowStopPrice="55000.00",
        belowTimeInForce="GTC",
    )
    assert (made["contingencyType"], made["listOrderStatus"]) == ("OCO", "EXECUTING")
    live.price("65000")
    states = {live.state(each["orderId"])["type"]: live.state(each["orderId"])["status"] for each in made["orders"]}
    assert states == {"LIMIT_MAKER": "FILLED", "STOP_LOSS_LIMIT": "EXPIRED"}


@pytest.mark.parametrize(
    ("order", "code", "text"),
    [
        ({"quantity": "0.0000001"}, -1013, "Filter failure: LOT_SIZE"),
        ({"price": "65000.001"}, -1013, "Filter failure: PRICE_FILTER"),
        ({"quantity": "0.00001", "price": "60000"}, -1013, "Filter failure: NOTIONAL"),
        ({"quantity": "100"}, -2010, "Account has insufficient balance for requested action."),
        ({"symbol": "NOPE"}, -1121, "Invalid symbol."),
        ({"timeInForce": None}, -1102, "Mandatory parameter 'timeInForce' was not sent, was empty/null, or malformed."),
    ],
)
def test_errors(client, order, code, text):
    values = {name: value for name, value in (SELL | {"price": "65000.00"} | order).items() if value is not None}
    with pytest.raises(binance.exceptions.BinanceAPIException) as refused:
        client.create_order(**values)
    assert (refused.value.status_code, refused.value.code, refused.value.message) == (400, code, text)


def test_orders_that_are_not_there(client):
    with pytest.raises(binance.exceptions.BinanceAPIException) as unknown:
        client.get_order(symbol="BTCUSDT", orderId=1)
    assert (unknown.value.code, unknown.value.message) == (-2013, "Order does not exist.")
    with pytest.raises(binance.exceptions.BinanceAPIException) as unknown:
        client.cancel_order(symbol="BTCUSDT", orderId=1)
    assert (unknown.value.code, unknown.value.message) == (-2011, "Unknown order sent.")


def test_a_wrong_secret(client, live):
    client.API_SECRET = "wrong"
    with pytest.raises(binance.exceptions.BinanceAPIException) as refused:
        client.get_account()
    assert (refused.value.code, refused.value.message) == (-1022, "Signature for this request is not valid.")


def test_what_is_gone(client):
    """An HTML page instead of JSON: the library can only report the status."""
    with pytest.raises(binance.exceptions.BinanceAPIException) as gone:
        client.stream_get_listen_key()
    assert (gone.value.status_code, gone.value.code) == (410, 0)


# Sockets


def test_the_life_of_an_order_in_events(live):
    async def play(client, sockets):
        async with sockets.user_socket() as user:
            placed = await client.ws_create_order(**SELL, price="60500.00", newClientOrderId="py-life")
            assert placed["status"] == "NEW"
            live.price("60500", size="0.001")
            live.price("60499")
            await client.ws_cancel_order(symbol="BTCUSDT", origClientOrderId="py-life")
            seen = [await soon(user.recv()) for _ in range(6)]
        check_life(seen, placed["orderId"])

    run(live, play)


def check_life(seen, order_id):
    """Accepted, partially filled as maker, canceled; with the balances after each step."""
    new, _, trade, position, gone, _ = seen
    assert [event["e"] for event in seen] == ["executionReport", "outboundAccountPosition"] * 3
    assert [(event["x"], event["X"]) for event in (new, trade, gone)] == [
        ("NEW", "NEW"),
        ("TRADE", "PARTIALLY_FILLED"),
        ("CANCELED", "CANCELED"),
    ]
    assert {event["i"] for event in (new, trade, gone)} == {order_id}
    assert (new["c"], new["q"], new["p"], new["S"], new["o"], new["f"]) == (
        "py-life",
        "0.00300000",
        "60500.00000000",
        "SELL",
        "LIMIT",
        "GTC",
    )
    assert (trade["l"], trade["L"], trade["Y"], trade["z"], trade["m"]) == (
        "0.00100000",
        "60500.00000000",
        "60.50000000",
        "0.00100000",
        True,
    )
    assert (trade["n"], trade["N"]) == ("0.06050000", "USDT")
    assert {row["a"] for row in position["B"]} >= {"BTC", "USDT"}
    assert (gone["C"], gone["z"]) == ("py-life", "0.00100000")


def test_requests_on_a_socket(live):
    async def play(client, sockets):
        account = await client.ws_get_account()
        assert {row["asset"] for row in account["balances"]} >= {"BTC", "USDT"}
        assert (await client.ws_get_orderbook_ticker(symbol="BTCUSDT"))["bidPrice"] == "60000.00000000"
        placed = await client.ws_create_order(**SELL, price="65000.00")
        found = await client.ws_get_order(symbol="BTCUSDT", orderId=placed["orderId"])
        assert (found["status"], found["price"]) == ("NEW", "65000.00000000")
        canceled = await client.ws_cancel_order(symbol="BTCUSDT", orderId=placed["orderId"])
        assert canceled["status"] == "CANCELED"
        with pytest.raises(binance.exceptions.BinanceAPIException) as refused:
            await client.ws_create_order(**SELL | {"quantity": "100"}, price="65000.00")
        assert (refused.value.status_code, refused.value.code) == (400, -2010)

    run(live, play)


def test_market_streams(live):
    async def play(client, sockets):
        names = ["btcusdt@bookTicker", "btcusdt@aggTrade", "btcusdt@depth5@100ms"]
        async with sockets.trade_socket("BTCUSDT") as trades, sockets.multiplex_socket(names) as several:
            live.price("60100", size="2")
            book = await next_of(several, "btcusdt@bookTicker")
            assert (book["b"], book["B"], book["a"]) == ("60100.00000000", "2.00000000", "60100.01000000")
            bought = await client.order_market_buy(symbol="BTCUSDT", quantity="0.01")
            trade = await soon(trades.recv())
            assert (trade["e"], trade["t"], trade["p"], trade["q"], trade["m"]) == (
                "trade",
                bought["fills"][0]["tradeId"],
                "60100.01000000",
                "0.01000000",
                False,
            )
            whole = await next_of(several, "btcusdt@aggTrade")
            assert (whole["f"], whole["l"]) == (trade["t"], trade["t"])
            depth = await next_of(several, "btcusdt@depth5@100ms")
            assert depth["bids"][0][0] == "60100.00000000"

    run(live, play)


async def next_of(socket, name):
    while True:
        frame = await soon(socket.recv())
        if frame["stream"] == name:
            return frame["data"]


def test_tickers_of_all_pairs_and_candles(live):
    async def play(client, sockets):
        async with sockets.miniticker_socket() as tickers, sockets.kline_socket("BTCUSDT") as candles:
            await client.order_market_buy(symbol="BTCUSDT", quantity="0.01")
            (row,) = await soon(tickers.recv())
            assert (row["s"], row["c"]) == ("BTCUSDT", live.last_trade()["price"])
            candle = (await soon(candles.recv()))["k"]
            assert (candle["i"], candle["s"]) == ("1m", "BTCUSDT")

    run(live, play)


def test_a_dropped_user_socket_says_so_and_has_to_be_opened_again(live):
    """The library connects again by itself, but does not subscribe."""

    async def play(client, sockets):
        user = (
            await sockets.user_socket().__aenter__()
        )  # leaving it would unsubscribe a subscription that does not exist any more
        live.simulator.controls().fault("cut")
        while (error := await soon(user.recv()))["type"] != "BinanceWebsocketClosed":
            assert error["e"] == "error"
        while client.ws_api.ws_state.name != "STREAMING":
            await asyncio.sleep(0.05)
        async with sockets.user_socket() as again:
            await client.order_market_buy(symbol="BTCUSDT", quantity="0.001")
            while (event := await soon(again.recv()))["e"] == "error":
                pass
            assert (event["e"], event["x"]) == ("executionReport", "NEW")

    run(live, play)


def test_threads(live, monkeypatch):
    streams = pytest.importorskip("binance.ws.streams")
    base = pytest.importorskip("binance.base_client").BaseClient
    monkeypatch.setattr(base, "API_URL", live.simulator.rest_url + "/api")
    monkeypatch.setattr(base, "WS_API_URL", live.simulator.ws_api_url)
    monkeypatch.setattr(streams.BinanceSocketManager, "STREAM_URL", live.simulator.stream_url + "/")
    manager = streams.ThreadedWebsocketManager(live.simulator.api_key, live.simulator.api_secret)
    manager.daemon = True
    manager.start()
    seen, trades, sockets = queue.Queue(), queue.Queue(), []
    try:
        sockets.append(manager.start_user_socket(callback=seen.put))
        sockets.append(manager.start_trade_socket(callback=trades.put, symbol="BTCUSDT"))
        bought = buy_until_heard(live, seen)
        assert seen.get(timeout=WAIT_S)["x"] == "TRADE"
        assert trades.get(timeout=WAIT_S)["e"] == "trade"
        assert bought["status"] == "FILLED"
    finally:
        stop(manager, sockets)


def stop(manager, sockets):
    """Stop the sockets first: the user socket unsubscribes at its end, and would open the client again for that."""
    for socket in sockets:
        manager.stop_socket(socket)
    deadline = time.monotonic() + WAIT_S
    while manager._socket_running and time.monotonic() < deadline:
        time.sleep(0.05)
    manager.stop()
    manager.join(WAIT_S)
    assert not manager.is_alive()


def buy_until_heard(live, seen):
    """The threads do not report when their sockets are connected: buy until an event arrives."""
    while True:
        bought = live.client.order("BUY", "MARKET", quantity="0.001").json()
        try:
            event = seen.get(timeout=0.5)
        except queue.Empty:
            continue
        while event.get("i") != bought["orderId"]:
            event = seen.get(timeout=WAIT_S)
        assert event["x"] == "NEW"
        return bought
