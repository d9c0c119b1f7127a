"""Every request over HTTP is possible over the WebSocket API, with the same parameters and the same answer."""

import json

import pytest

from binance_sim.api.table import BY_METHOD, ROWS
from tests.binance_sim.support import Client, ask

SYMBOL = {"symbol": "BTCUSDT"}
# Parameters of each query; queries that are not here have none.
PARAMS = {
    "exchangeInfo": SYMBOL,
    "executionRules": SYMBOL,
    "depth": SYMBOL | {"limit": 5},
    "trades.recent": SYMBOL,
    "trades.historical": SYMBOL | {"limit": 3},
    "blockTrades.historical": SYMBOL | {"fromId": 1},
    "trades.aggregate": SYMBOL,
    "klines": SYMBOL | {"interval": "1h"},
    "uiKlines": SYMBOL | {"interval": "1h"},
    "avgPrice": SYMBOL,
    "referencePrice": SYMBOL,
    "referencePrice.calculation": SYMBOL,
    "ticker.price": SYMBOL,
    "ticker.book": {"symbols": ["BTCUSDT", "ETHBTC"]},
    "ticker.tradingDay": SYMBOL,
    "ticker": SYMBOL | {"windowSize": "1h"},
    "order.status": SYMBOL | {"origClientOrderId": "known"},
    "allOrders": SYMBOL,
    "myTrades": SYMBOL,
    "orderList.status": {"orderListId": 0},
    "order.amendments": SYMBOL | {"orderId": 1},
    "myPreventedMatches": SYMBOL | {"orderId": 1},
    "myAllocations": SYMBOL,
    "account.commission": SYMBOL,
    "myFilters": SYMBOL,
}
MOVING = {"time", "exchangeInfo", "avgPrice", "ticker", "ticker.24hr", "ticker.tradingDay"}
QUERIES = [(verb, path, method) for verb, path, method, _ in ROWS if verb == "GET"]


@pytest.fixture(scope="module")
def known(simulator):
    client = Client(simulator)
    client.control("price", symbol="BTCUSDT", price="60000", size="1")
    client.order("BUY", "MARKET", quantity="0.01", newClientOrderId="known")
    return client


@pytest.mark.parametrize(("verb", "path", "method"), QUERIES, ids=[method for _, _, method in QUERIES])
def test_a_query_is_answered_alike(known, verb, path, method):
    params = PARAMS.get(method, {})
    is_signed = BY_METHOD[method].security != "NONE"
    texts = {name: value if isinstance(value, str | int) else json.dumps(value) for name, value in params.items()}
    over_http = known.signed(verb, path, **texts) if is_signed else known.get(path, **texts)
    socket = known.connect()
    on_socket = ask(socket, method, known.ws_params(**params) if is_signed else params)
    socket.close()
    body = over_http.json()
    assert on_socket["status"] == over_http.status_code
    if "error" in on_socket:
        assert on_socket["error"] == body
    elif method in MOVING:
        assert on_socket["result"].keys() == body.keys() if isinstance(body, dict) else True
    else:
        assert on_socket["result"] == body


def test_what_is_not_simulated_is_refused(known):
    socket = known.connect()
    for method in ("orderList.place.none", "userDataStream.start", "userDataStream.ping", "nothing"):
        answer = ask(socket, method, known.ws_params())
        assert (answer["status"], answer["error"]["code"]) == (400, -1020)
    socket.close()
