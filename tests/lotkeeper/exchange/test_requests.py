"""Requests as values: how each is named in both interfaces of the exchange, and what it costs."""

from decimal import Decimal

import orjson
import pytest

from binance_sim.api.table import BY_METHOD, BY_PATH
from lotkeeper.exchange import requests
from lotkeeper.exchange.budget.costs import Cost
from lotkeeper.exchange.requests import ExchangeRequest
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.stop_leg import StopPrices
from lotkeeper.trading.orders.trails import Trail

STOP = StopPrices(Decimal("46000.50"), Decimal(45770))
REQUESTS = (
    requests.place_sell("BTCUSDT", "lk1-s-1", Decimal("50100.160"), Decimal("1E-5")),
    requests.place_sell("BTCUSDT", "lk1-s-1", Decimal("50100.160"), Decimal("1E-5"), Trail(150, Decimal("50863.12"))),
    requests.place_sell_with_stop("BTCUSDT", SellName(28, 1), Decimal(60000), Decimal(1), STOP),
    requests.cancel_order("BTCUSDT", 28, "lk1-s-1-x"),
    requests.order_by_client_id("BTCUSDT", "lk1-s-1"),
    requests.order_by_id("BTCUSDT", 28),
    requests.open_orders("BTCUSDT"),
    requests.open_orders(),
    requests.trades("BTCUSDT"),
    requests.trades("BTCUSDT", from_id=0, order_id=9, limit=500),
    requests.allocations_since("BTCUSDT", 5),
    requests.allocations_of_order("BTCUSDT", 28),
    requests.commission("BTCUSDT"),
    requests.account(),
    requests.exchange_info(["BTCUSDT"]),
    requests.exchange_info(),
    requests.book_ticker("BTCUSDT"),
    requests.book_tickers(["BTCUSDT"]),
    requests.book_tickers(),
    requests.reference_price("BTCUSDT"),
    requests.average_price("BTCUSDT"),
    requests.prices_in_second("BTCUSDT", 1_700_000_000_000),
    requests.server_time(),
)


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda each: f"{each.method} {each.path} {dict(each.params)}")
def test_both_interfaces_of_the_exchange_know_it_by_these_names(request_: ExchangeRequest) -> None:
    endpoint = BY_PATH[request_.method, request_.path]
    assert request_.ws_method in ("", endpoint.method)
    assert BY_METHOD[endpoint.method].cost(request_.params) == request_.cost.weight
    assert request_.is_signed is (endpoint.security != "NONE")


def test_answers_that_are_long_go_by_rest() -> None:
    by_rest = [each for each in REQUESTS if not each.ws_method]
    assert by_rest == [requests.exchange_info(["BTCUSDT"]), requests.exchange_info(), requests.book_tickers()]


def test_a_sell() -> None:
    request = requests.place_sell("BTCUSDT", "lk1-s-1", Decimal("50100.160"), Decimal("1E-5"))
    assert request.params == {
        "symbol": "BTCUSDT",
        "side": "SELL",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "quantity": "0.00001",
        "price": "50100.16",
        "newClientOrderId": "lk1-s-1",
        "newOrderRespType": "FULL",
    }
    assert request.cost == Cost(weight=1, requests=1, orders=1, refund=1)


def test_a_sell_that_follows_the_price() -> None:
    """Binance rest-api.md, "New order": TAKE_PROFIT_LIMIT needs timeInForce, quantity, price, and stopPrice or
    trailingDelta.
    """
    limit = requests.place_sell("BTCUSDT", "lk1-s-1", Decimal("50100.160"), Decimal("1E-5"))
    from_a_price = Trail(150, Decimal("50863.120"))
    found = requests.place_sell("BTCUSDT", "lk1-s-1", Decimal("50100.160"), Decimal("1E-5"), from_a_price).params
    trailing = {"type": "TAKE_PROFIT_LIMIT", "trailingDelta": "150"}
    assert found == {**limit.params, **trailing, "stopPrice": "50863.12"}
    at_once = requests.place_sell("BTCUSDT", "lk1-s-1", Decimal("50100.160"), Decimal("1E-5"), Trail(150)).params
    assert at_once == {**limit.params, **trailing}


def test_a_sell_with_a_stop_is_one_order_list_that_counts_for_two_orders() -> None:
    request = requests.place_sell_with_stop("BTCUSDT", SellName(28, 1), Decimal(60000), Decimal("0.10"), STOP)
    assert request.params == {
        "symbol": "BTCUSDT",
        "listClientOrderId": "lk1-s-1l",
        "side": "SELL",
        "quantity": "0.1",
        "aboveType": "LIMIT_MAKER",
        "aboveClientOrderId": "lk1-s-1",
        "abovePrice": "60000",
        "belowType": "STOP_LOSS_LIMIT",
        "belowClientOrderId": "lk1-s-1s",
        "belowStopPrice": "46000.5",
        "belowPrice": "45770",
        "belowTimeInForce": "GTC",
        "newOrderRespType": "RESULT",
    }
    assert request.cost == Cost(weight=1, requests=1, orders=2, refund=1)


def test_trades_from_an_id() -> None:
    request = requests.trades("BTCUSDT", from_id=0, order_id=9, limit=500)
    assert request.params == {"symbol": "BTCUSDT", "limit": "500", "orderId": "9", "fromId": "0"}
    assert requests.trades("BTCUSDT").params == {"symbol": "BTCUSDT", "limit": "1000"}


def test_symbols_are_a_list_in_json() -> None:
    assert orjson.loads(requests.exchange_info(["BTCUSDT", "币安USDT"]).params["symbols"]) == ["BTCUSDT", "币安USDT"]
    assert requests.exchange_info().params == {}
