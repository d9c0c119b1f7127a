"""ccxt: its common interface of all exchanges, by requests."""

import time

import pytest

from tests.binance_sim.clients.ccxt_settings import PAIR, settings
from tests.binance_sim.clients.lazy_module import LazyModule
from tests.binance_sim.support import D

pytestmark = [pytest.mark.e2e, pytest.mark.long]
ccxt = LazyModule("ccxt")


@pytest.fixture
def exchange(live):
    found = ccxt.binance(settings(live))
    found.load_markets()
    return found


def test_the_market_as_it_understands_it(exchange):
    market = exchange.market(PAIR)
    assert (market["base"], market["quote"], market["active"], market["spot"]) == ("BTC", "USDT", True, True)
    assert (market["precision"]["price"], market["precision"]["amount"]) == (0.01, 0.00001)
    assert market["limits"]["cost"]["min"] == 5
    assert exchange.price_to_precision(PAIR, 65000.123) == "65000.12"


def test_prices(exchange):
    ticker = exchange.fetch_ticker(PAIR)
    assert (ticker["bid"], ticker["ask"]) == (60000, 60000.01)
    book = exchange.fetch_order_book(PAIR, 5)
    assert (book["bids"][0], book["asks"][0]) == ([60000, 1], [60000.01, 1])
    exchange.create_order(PAIR, "market", "buy", "0.001")
    trade = exchange.fetch_trades(PAIR, limit=1)[0]
    assert (trade["price"], trade["amount"], trade["side"]) == (60000.01, 0.001, "buy")
    candle = exchange.fetch_ohlcv(PAIR, "1m", limit=1)[0]
    assert candle[4] == 60000.01
    assert abs(exchange.fetch_time() - exchange.milliseconds()) < 60_000


def test_place_query_cancel(exchange, live):
    placed = exchange.create_order(PAIR, "limit", "sell", "0.003", "65000", {"newClientOrderId": "cx-1"})
    assert (placed["status"], placed["side"], placed["amount"], placed["price"]) == ("open", "sell", 0.003, 65000)
    assert placed["clientOrderId"] == "cx-1"
    found = exchange.fetch_order(placed["id"], PAIR)
    assert (found["status"], found["filled"], found["remaining"]) == ("open", 0, 0.003)
    assert [order["id"] for order in exchange.fetch_open_orders(PAIR)] == [placed["id"]]
    assert exchange.fetch_balance()["BTC"]["used"] == 0.003
    assert exchange.cancel_order(placed["id"], PAIR)["status"] == "canceled"
    assert exchange.fetch_open_orders(PAIR) == []
    assert exchange.fetch_orders(PAIR)[-1]["status"] == "canceled"


def test_a_fill_in_parts(exchange, live):
    placed = exchange.create_order(PAIR, "limit", "sell", "0.003", "60500")
    live.price("60500", size="0.001")
    live.price("60400")
    found = exchange.fetch_order(placed["id"], PAIR)
    assert (found["status"], found["filled"], found["cost"], found["average"]) == ("open", 0.001, 60.5, 60500)
    (trade,) = exchange.fetch_my_trades(PAIR, limit=1)
    assert (trade["order"], trade["price"], trade["amount"], trade["takerOrMaker"]) == (
        placed["id"],
        60500,
        0.001,
        "maker",
    )
    assert trade["fee"] == {"cost": 0.0605, "currency": "USDT"}


def test_a_market_buy_and_its_balances(exchange, live):
    before = {asset: D(live.balance(asset)[0]) for asset in ("USDT", "BTC")}
    bought = exchange.create_order(PAIR, "market", "buy", "0.002")
    assert (bought["status"], bought["filled"], bought["cost"]) == ("closed", 0.002, 120.00002)
    assert bought["fees"] == [{"cost": 0.000002, "currency": "BTC"}]
    after = exchange.fetch_balance()
    assert D(str(after["BTC"]["free"])) == before["BTC"] + D("0.001998")
    assert D(str(after["USDT"]["free"])) == before["USDT"] - D("120.00002")


def test_stops(exchange, live):
    stop = exchange.create_order(PAIR, "limit", "sell", "0.001", "54900", {"stopLossPrice": "55000"})
    assert live.state(stop["id"])["type"] == "STOP_LOSS_LIMIT"
    assert exchange.fetch_order(stop["id"], PAIR)["triggerPrice"] == 55000
    exchange.cancel_all_orders(PAIR)
    assert exchange.fetch_open_orders(PAIR) == []


def test_replacing(exchange):
    placed = exchange.create_order(PAIR, "limit", "sell", "0.003", "65000")
    edited = exchange.edit_order(placed["id"], PAIR, "limit", "sell", "0.002", "66000")
    assert (edited["status"], edited["price"], edited["amount"]) == ("open", 66000, 0.002)
    assert edited["id"] != placed["id"]
    assert exchange.fetch_order(placed["id"], PAIR)["status"] == "canceled"


@pytest.mark.parametrize(
    ("amount", "price", "error", "text"),
    [
        ("100", "65000", "InsufficientFunds", "Account has insufficient balance for requested action."),
        ("0.003", "400000", "InvalidOrder", "PERCENT_PRICE_BY_SIDE"),
        ("0.00001", "60000", "BadRequest", '"code":-1013,"msg":"Filter failure: NOTIONAL"'),
    ],
)
def test_errors(exchange, amount, price, error, text):
    with pytest.raises(getattr(ccxt, error), match=text):
        exchange.create_order(PAIR, "limit", "sell", amount, price)


def test_orders_that_are_not_there(exchange):
    with pytest.raises(ccxt.OrderNotFound):
        exchange.fetch_order("1", PAIR)
    with pytest.raises(ccxt.OrderNotFound):
        exchange.cancel_order("1", PAIR)


def test_a_wrong_secret(exchange):
    exchange.secret = "wrong"
    with pytest.raises(ccxt.AuthenticationError):
        exchange.fetch_balance()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"how": "504"}, "RequestTimeout"),
        ({"how": "-1007"}, "RequestTimeout"),
        ({"how": "cut"}, "NetworkError"),
    ],
)
def test_a_lost_reply_is_no_refusal(exchange, live, fault, error):
    """Its exception says that the outcome is unknown; the order exists."""
    live.simulator.controls().fault("lose-reply", where={"method": "order.place"}, **fault)
    name = f"cx-lost{fault['how']}"
    with pytest.raises((getattr(ccxt, error), ccxt.NetworkError)):
        exchange.create_order(PAIR, "limit", "sell", "0.001", "65000", {"newClientOrderId": name})
    (found,) = exchange.fetch_open_orders(PAIR)
    assert found["clientOrderId"] == name


def test_too_many_requests(exchange, live):
    live.simulator.controls().fault("too-many-requests", seconds=0.5)
    with pytest.raises(ccxt.DDoSProtection):
        exchange.fetch_ticker(PAIR)
    time.sleep(0.6)  # another request at once would cause a ban
    assert exchange.fetch_ticker(PAIR)["bid"] == 60000
