"""binance-sdk-spot, Binance's own library: REST, WebSocket API, an Ed25519 session, streams."""

import asyncio
import time

import pytest

from tests.binance_sim.clients.conftest import soon
from tests.binance_sim.clients.lazy_module import LazyModule
from tests.binance_sim.support import D

pytestmark = [pytest.mark.e2e, pytest.mark.long]
configuration = LazyModule("binance_common.configuration")
errors = LazyModule("binance_common.errors")
spot = LazyModule("binance_sdk_spot.spot")
SELL = {"symbol": "BTCUSDT", "side": "SELL", "type": "LIMIT", "time_in_force": "GTC", "quantity": "0.003"}


def spot_of(live, **ws_keys):
    keys = {"api_key": live.simulator.api_key, "api_secret": live.simulator.api_secret}
    rest = configuration.ConfigurationRestAPI(**keys, base_path=live.simulator.rest_url, timeout=30_000, retries=0)
    sockets = configuration.ConfigurationWebSocketAPI(**(ws_keys or keys), stream_url=live.simulator.ws_api_url)
    streams = configuration.ConfigurationWebSocketStreams(stream_url=live.simulator.stream_url)
    return spot.Spot(config_rest_api=rest, config_ws_api=sockets, config_ws_streams=streams)


@pytest.fixture
def rest(live):
    return spot_of(live).rest_api


# Requests


def test_what_is_public(rest):
    (info,) = rest.exchange_info(symbol="BTCUSDT").data().symbols
    assert (info.base_asset, info.quote_asset, info.status) == ("BTC", "USDT", "TRADING")
    book = rest.depth(symbol="BTCUSDT", limit=5).data()
    assert (book.bids[0], book.asks[0]) == (["60000.00000000", "1.00000000"], ["60000.01000000", "1.00000000"])
    assert rest.time().data().server_time > 1_700_000_000_000


def test_place_query_cancel(rest, live):
    answer = rest.new_order(**SELL, price="65000.00", new_client_order_id="sdk-1")
    placed = answer.data()
    assert (placed.status, placed.client_order_id, placed.orig_qty, placed.fills) == (
        "NEW",
        "sdk-1",
        "0.00300000",
        [],
    )
    assert {"REQUEST_WEIGHT", "ORDERS"} <= {each.rateLimitType for each in answer.rate_limits}
    found = rest.get_order(symbol="BTCUSDT", orig_client_order_id="sdk-1").data()
    assert (found.order_id, found.price, found.is_working) == (placed.order_id, "65000.00000000", True)
    (still,) = rest.get_open_orders(symbol="BTCUSDT").data()
    assert still.order_id == placed.order_id
    gone = rest.delete_order(symbol="BTCUSDT", order_id=placed.order_id).data()
    assert (gone.status, gone.orig_client_order_id) == ("CANCELED", "sdk-1")
    assert rest.all_orders(symbol="BTCUSDT", limit=1).data()[0].status == "CANCELED"


def test_a_market_buy_and_the_account(rest, live):
    before = {asset: D(live.balance(asset)[0]) for asset in ("USDT", "BTC")}
    bought = rest.new_order(symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.002").data()
    (fill,) = bought.fills
    assert (fill.price, fill.qty, fill.commission, fill.commission_asset) == (
        "60000.01000000",
        "0.00200000",
        "0.00000200",
        "BTC",
    )
    (trade,) = rest.my_trades(symbol="BTCUSDT", order_id=bought.order_id).data()
    assert (trade.id, trade.quote_qty, trade.is_buyer) == (fill.trade_id, "120.00002000", True)
    account = {each.asset: D(each.free) for each in rest.get_account().data().balances}
    assert account["USDT"] == before["USDT"] - D("120.00002")
    assert account["BTC"] == before["BTC"] + D("0.001998")
    fees = rest.account_commission(symbol="BTCUSDT").data()
    assert fees.standard_commission.taker == "0.00100000"


def test_lists(rest, live):
    made = rest.order_list_oco(
        symbol="BTCUSDT",
        side="SELL",
        quantity="0.003",
        above_type="LIMIT_MAKER",
        above_price="65000.00",
        below_type="STOP_LOSS",
        below_stop_price="55000.00",
    ).data()
    assert (made.contingency_type, made.list_order_status) == ("OCO", "EXECUTING")
    assert {each.type for each in made.order_reports} == {"LIMIT_MAKER", "STOP_LOSS"}
    gone = rest.delete_order_list(symbol="BTCUSDT", order_list_id=made.order_list_id).data()
    assert gone.list_order_status == "ALL_DONE"


@pytest.mark.parametrize(
    ("order", "code", "text"),
    [
        ({"quantity": "0.0000001"}, -1013, "Filter failure: LOT_SIZE"),
        ({"quantity": "100"}, -2010, "Account has insufficient balance for requested action."),
        ({"symbol": "NOPE"}, -1121, "Invalid symbol."),
    ],
)
def test_errors(rest, order, code, text):
    with pytest.raises(errors.BadRequestError) as refused:
        rest.new_order(**(SELL | order), price="65000.00")
    assert (refused.value.status_code, refused.value.error_message) == (code, text)


def test_orders_that_are_not_there(rest):
    with pytest.raises(errors.BadRequestError) as unknown:
        rest.get_order(symbol="BTCUSDT", order_id=1)
    assert unknown.value.status_code == -2013
    with pytest.raises(errors.BadRequestError) as unknown:
        rest.delete_order(symbol="BTCUSDT", order_id=1)
    assert unknown.value.status_code == -2011


@pytest.mark.parametrize(
    ("name", "params", "error"),
    [
        ("too-many-requests", {"seconds": 0.4}, "TooManyRequestsError"),
        ("ban", {"seconds": 0.4}, "RateLimitBanError"),
    ],
)
def test_limits(rest, live, name, params, error):
    live.simulator.controls().fault(name, **params)
    with pytest.raises(getattr(errors, error)):
        rest.time()
    time.sleep(0.5)  # another request at once would cause a longer ban
    assert live.client.get("ping").status_code == 200


def test_an_answer_that_says_nothing(rest, live):
    live.simulator.controls().fault("lose-reply", how="-1007", where={"method": "order.place"})
    with pytest.raises(errors.ServerError):
        rest.new_order(**SELL, price="65000.00", new_client_order_id="sdk-lost")
    assert rest.get_order(symbol="BTCUSDT", orig_client_order_id="sdk-lost").data().status == "NEW"


# Sockets


def on_socket(client, play):
    async def session():
        connection = await client.websocket_api.create_connection()
        try:
            await play(connection)
        finally:
            await connection.close_connection(close_session=True)

    asyncio.run(session())


def listen(stream):
    """The later events of a stream, each with its kind."""
    seen = asyncio.Queue()
    stream.on("message", seen.put_nowait)
    return seen


def test_the_life_of_an_order_in_events(live):
    async def play(connection):
        user = await connection.user_data_stream_subscribe_signature()
        seen = listen(user.stream)
        placed = (await connection.order_place(**SELL, price="60500.00", new_client_order_id="sdk-life")).data()
        live.price("60500", size="0.001")
        live.price("60499")
        await connection.order_cancel(symbol="BTCUSDT", orig_client_order_id="sdk-life")
        events = [(await soon(seen.get())).actual_instance for _ in range(6)]
        check_life(events, placed.result.order_id)

    on_socket(spot_of(live), play)


def check_life(events, order_id):
    assert [type(event).__name__ for event in events] == ["ExecutionReport", "OutboundAccountPosition"] * 3
    new, _, trade, position, gone, _ = events
    assert {event.i for event in (new, trade, gone)} == {order_id}
    assert [(event.x, event.X) for event in (new, trade, gone)] == [
        ("NEW", "NEW"),
        ("TRADE", "PARTIALLY_FILLED"),
        ("CANCELED", "CANCELED"),
    ]
    assert (new.c, new.q, new.p, new.S) == ("sdk-life", "0.00300000", "60500.00000000", "SELL")
    assert (trade.l, trade.L, trade.n, trade.N, trade.m) == (
        "0.00100000",
        "60500.00000000",
        "0.06050000",
        "USDT",
        True,
    )
    assert (gone.C, gone.z) == ("sdk-life", "0.00100000")
    assert {each.a for each in position.B} >= {"BTC", "USDT"}


def test_an_ed25519_session(live):
    """It logs on once; later requests have neither key nor signature."""
    keys = {"api_key": live.simulator.ed25519_api_key, "private_key": str(live.key)}

    async def play(connection):
        logged = (await connection.session_logon()).data().result
        assert logged.api_key == live.simulator.ed25519_api_key
        assert logged.authorized_since <= logged.server_time
        user = await connection.user_data_stream_subscribe()
        seen = listen(user.stream)
        placed = (await connection.order_place(**SELL, price="65000.00")).data().result
        event = (await soon(seen.get())).actual_instance
        assert (event.x, event.i) == ("NEW", placed.order_id)
        status = (await connection.session_status()).data().result
        assert status.user_data_stream is True
        account = (await connection.account_status()).data().result
        assert next(each.locked for each in account.balances if each.asset == "BTC") == "0.00300000"
        await connection.order_cancel(symbol="BTCUSDT", order_id=placed.order_id)
        out = (await connection.session_logout()).data().result
        assert out.api_key is None

    on_socket(spot_of(live, **keys), play)


def test_requests_on_a_socket(live):
    async def play(connection):
        placed = (await connection.order_place(**SELL, price="65000.00")).data()
        assert placed.result.status == "NEW"
        assert {each.rate_limit_type for each in placed.rate_limits} == {"ORDERS", "REQUEST_WEIGHT"}
        found = (await connection.order_status(symbol="BTCUSDT", order_id=placed.result.order_id)).data().result
        assert found.price == "65000.00000000"
        opened = (await connection.open_orders_status(symbol="BTCUSDT")).data().result
        assert [each.order_id for each in opened] == [placed.result.order_id]
        gone = (await connection.order_cancel(symbol="BTCUSDT", order_id=placed.result.order_id)).data().result
        assert getattr(gone, "actual_instance", gone).status == "CANCELED"

    on_socket(spot_of(live), play)


def test_market_streams(live):
    async def play():
        connection = await spot_of(live).websocket_streams.create_connection()
        try:
            trades = listen(await connection.trade(symbol="btcusdt"))
            books = listen(await connection.book_ticker(symbol="btcusdt"))
            await asyncio.sleep(0.3)
            live.price("60100", size="2")
            book = await soon(books.get())
            assert (book.b, book.B) == ("60100.00000000", "2.00000000")
            bought = live.client.order("BUY", "MARKET", quantity="0.01").json()
            trade = await soon(trades.get())
            assert (trade.t, trade.p, trade.q) == (bought["fills"][0]["tradeId"], "60100.01000000", "0.01000000")
        finally:
            await connection.close_connection(close_session=True)

    asyncio.run(play())
