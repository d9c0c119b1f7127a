"""What a request costs: the table against the embedded exchange, which has its own from the same documents."""

import pytest

from binance_sim.api.table import BY_PATH
from lotkeeper.exchange.budget.costs import ACCOUNT_CONNECTION, MARKET_CONNECTION, WEIGHTS, Cost, cost_of

VALUES = ({}, {"symbol": "BTCUSDT"}, {"symbol": "BTCUSDT", "orderId": "7"}, {"symbols": '["BTCUSDT","ETHBTC"]'})


COUNTED = {"/api/v3/order": 1, "/api/v3/orderList/oco": 2, "/api/v3/orderList/opo": 2}


@pytest.mark.parametrize(("method", "path"), WEIGHTS, ids=lambda each: each)
def test_the_exchange_counts_the_same(method: str, path: str) -> None:
    endpoint = BY_PATH[method, path]
    for values in VALUES:
        cost = cost_of(method, path, values)
        assert (cost.weight, cost.requests) == (endpoint.cost(values), 1)
        assert (cost.weight - cost.refund == 0) is endpoint.free
    assert cost_of(method, path, {}).orders == COUNTED.get(path, 0) * (method == "POST")


def test_what_the_table_lacks_costs_rather_too_much() -> None:
    assert cost_of("GET", "/api/v3/somethingNew", {}) == Cost(weight=20, requests=1)


def test_costs_add_up() -> None:
    assert Cost(weight=6, connections=2) == MARKET_CONNECTION + ACCOUNT_CONNECTION
    assert Cost(1, 2, 3, 4, 5) + Cost(1, 1, 1, 1, 1) == Cost(2, 3, 4, 5, 6)
    assert Cost(2, 3, 4, 5, 6) - Cost(1, 1, 1, 1, 1) == Cost(1, 2, 3, 4, 5)
