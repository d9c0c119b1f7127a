"""Reading parameters, paging and errors, with the functions of the endpoints."""

from decimal import Decimal as D

import pytest

from binance_sim.api.endpoints import accounts, general, markets, orders, tickers
from binance_sim.errors import ApiError

ORDER = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "0.001",
    "price": "50000",
}


def call(bench, serve, **values):
    return bench.call(serve, **values)


def refused(bench, serve, **values):
    with pytest.raises(ApiError) as caught:
        call(bench, serve, **values)
    return caught.value.code, caught.value.text


def without(name):
    return {key: value for key, value in ORDER.items() if key != name}


@pytest.mark.parametrize(
    ("order", "code", "text"),
    [
        (without("symbol"), -1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."),
        (without("price"), -1102, "Mandatory parameter 'price' was not sent, was empty/null, or malformed."),
        (
            without("timeInForce"),
            -1102,
            "Mandatory parameter 'timeInForce' was not sent, was empty/null, or malformed.",
        ),
        (ORDER | {"symbol": "NOPE"}, -1121, "Invalid symbol."),
        (ORDER | {"side": "HOLD"}, -1117, "Invalid side."),
        (ORDER | {"type": "HOPE"}, -1116, "Invalid orderType."),
        (ORDER | {"timeInForce": "GTX"}, -1115, "Invalid timeInForce."),
        (ORDER | {"quantity": "1e-05"}, -1100, None),
        (ORDER | {"quantity": "-1"}, -1100, None),
        (ORDER | {"price": "NaN"}, -1100, None),
        (ORDER | {"price": "0"}, -1013, "Invalid price."),
        (ORDER | {"quantity": "0.00"}, -1013, "Invalid quantity."),
        (ORDER | {"newClientOrderId": "x" * 37}, -1100, None),
        (ORDER | {"newClientOrderId": "a b"}, -1100, None),
        (ORDER | {"newClientOrderId": ""}, -1105, "Parameter 'newClientOrderId' was empty."),
        (ORDER | {"quoteOrderQty": "10"}, -1106, "Parameter 'quoteOrderQty' sent when not required."),
        (ORDER | {"newOrderRespType": "ALL"}, -1130, None),
        (
            ORDER | {"colour": "red"},
            -1104,
            "Not all sent parameters were read; read '6' parameter(s) but was sent '7'.",
        ),
        (ORDER | {"type": "LIMIT_MAKER"}, -1106, "Parameter 'timeInForce' sent when not required."),
        (ORDER | {"quantity": "0.000000001"}, -1111, "Parameter 'quantity' has too much precision."),
        (
            ORDER | {"selfTradePreventionMode": "NEVER"},
            -1013,
            "This symbol does not allow the specified self-trade prevention mode.",
        ),
    ],
)
def test_orders_that_are_not_understood(bench, order, code, text):
    found = refused(bench, orders.new_order, **order)
    assert found[0] == code
    assert text is None or found[1] == text
    assert bench.open_orders() == []


def test_a_market_order_takes_one_of_two_quantities(bench):
    market = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET"}
    assert refused(bench, orders.new_order, **market)[0] == -1102
    assert refused(bench, orders.new_order, **market, quantity=1, quoteOrderQty=5)[0] == -1106
    assert refused(bench, orders.new_order, **market, quantity=1, price=5)[0] == -1106


@pytest.mark.parametrize(("kind", "length"), [("ACK", 5), ("RESULT", 16), ("FULL", 17)])
def test_response_types(bench, kind, length):
    assert len(call(bench, orders.new_order, **ORDER, newOrderRespType=kind)) == length


def test_limit_orders_answer_in_full_and_makers_in_brief(bench):
    assert call(bench, orders.new_order, **ORDER)["fills"] == []
    assert "status" not in call(bench, orders.new_order, **without("timeInForce") | {"type": "LIMIT_MAKER"})


def test_order_test_reaches_no_engine(bench):
    assert call(bench, orders.test_order, **ORDER) == {}
    rates = call(bench, orders.test_order, **ORDER, computeCommissionRates="true")
    assert rates["standardCommissionForOrder"] == {"maker": "0.00100000", "taker": "0.00100000"}
    assert bench.open_orders() == []
    assert refused(bench, orders.test_order, **ORDER | {"quantity": "0.000015"})[0] == -1013


def test_orders_are_found_by_either_id_and_both_must_agree(bench):
    placed = call(bench, orders.new_order, **ORDER, newClientOrderId="mine")
    other = call(bench, orders.new_order, **ORDER, newClientOrderId="other")
    by_id = call(bench, accounts.get_order, symbol="BTCUSDT", orderId=placed["orderId"])
    assert by_id == call(bench, accounts.get_order, symbol="BTCUSDT", origClientOrderId="mine")
    assert refused(bench, accounts.get_order, symbol="BTCUSDT", orderId=other["orderId"], origClientOrderId="mine") == (
        -2013,
        "Order does not exist.",
    )
    assert refused(bench, accounts.get_order, symbol="BTCUSDT")[0] == -1102
    assert refused(bench, orders.cancel_order, symbol="BTCUSDT", orderId=1) == (-2011, "Unknown order sent.")


def test_cancel_restrictions(bench):
    placed = call(bench, orders.new_order, **ORDER)
    wanted = {"symbol": "BTCUSDT", "orderId": placed["orderId"]}
    assert refused(bench, orders.cancel_order, **wanted, cancelRestrictions="ONLY_PARTIALLY_FILLED") == (
        -2011,
        "Order was not canceled due to cancel restrictions.",
    )
    assert call(bench, orders.cancel_order, **wanted, cancelRestrictions="ONLY_NEW")["status"] == "CANCELED"


def test_open_orders_of_one_pair_and_of_all(bench):
    bench.account.funds.free["BTC"] = D(1)
    bench.quote("0.04", symbol="ETHBTC")
    call(bench, orders.new_order, **ORDER)
    call(bench, orders.new_order, **ORDER | {"symbol": "ETHBTC", "quantity": "1", "price": "0.03"})
    assert [row["symbol"] for row in call(bench, accounts.open_orders)] == ["BTCUSDT", "ETHBTC"]
    assert [row["symbol"] for row in call(bench, accounts.open_orders, symbol="ETHBTC")] == ["ETHBTC"]
    canceled = call(bench, orders.cancel_all, symbol="BTCUSDT")
    assert [row["status"] for row in canceled] == ["CANCELED"]
    assert refused(bench, orders.cancel_all, symbol="BTCUSDT")[0] == -2011


@pytest.fixture
def traded(bench):
    """Five trades, a minute apart, of three orders."""
    bench.account.funds.free["USDT"] = D(10**9)
    for _ in range(3):
        bench.place("BUY", "MARKET", qty="0.001")
        bench.clock.pass_ms(60_000)
    order = bench.place("BUY", qty="0.002", price="59000")
    for _ in range(2):
        bench.print("59000", "0.001", buyer_is_maker=True)
        bench.clock.pass_ms(60_000)
    assert order.status == "FILLED"
    return bench


def ids(rows):
    return [row["id"] for row in rows]


def test_my_trades_pages(traded):
    every = call(traded, accounts.my_trades, symbol="BTCUSDT")
    assert len(every) == 5
    first, start = every[0]["id"], every[0]["time"]

    def page(**values):
        return [each["id"] for each in call(traded, accounts.my_trades, symbol="BTCUSDT", **values)]

    known = ids(every)
    assert page(limit=2) == known[-2:]
    assert page(fromId=first, limit=2) == known[:2]
    assert page(fromId=known[3]) == known[3:]
    assert page(startTime=start + 1, limit=2) == known[1:3]
    assert page(endTime=start + 60_000, limit=1) == known[1:2]
    assert page(startTime=start, endTime=start + 60_000) == known[:2]
    assert page(orderId=every[3]["orderId"]) == known[3:]
    assert page(orderId=every[3]["orderId"], fromId=known[4]) == known[4:]
    assert [row["isMaker"] for row in every] == [False, False, False, True, True]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"fromId": 1, "startTime": 1}, -1128),
        ({"orderId": 1, "startTime": 1}, -1128),
        ({"orderId": 1, "endTime": 1}, -1128),
        ({"startTime": 2, "endTime": 1}, -1128),
        ({"startTime": 0, "endTime": 86_400_001}, -1127),
        ({"limit": 0}, -1130),
        ({"fromId": "x"}, -1100),
    ],
)
def test_combinations_that_my_trades_refuses(bench, values, code):
    assert refused(bench, accounts.my_trades, symbol="BTCUSDT", **values)[0] == code


def test_all_orders_pages(traded):
    every = [row["orderId"] for row in call(traded, accounts.all_orders, symbol="BTCUSDT")]
    assert len(every) == 4
    assert [row["orderId"] for row in call(traded, accounts.all_orders, symbol="BTCUSDT", orderId=every[2])] == every[
        2:
    ]
    assert [row["orderId"] for row in call(traded, accounts.all_orders, symbol="BTCUSDT", limit=1)] == every[-1:]
    assert refused(traded, accounts.all_orders)[0] == -1102


def test_account_may_leave_out_what_is_zero(bench):
    full = call(bench, accounts.account)
    assert {row["asset"] for row in full["balances"]} == {"USDT", "BTC", "ETH", "BNB"}
    brief = call(bench, accounts.account, omitZeroBalances="true")
    assert brief["balances"] == [{"asset": "USDT", "free": "100000.00000000", "locked": "0.00000000"}]


def test_exchange_info_by_symbol_and_symbols(bench):
    assert len(call(bench, general.exchange_info)["symbols"]) == 3
    chosen = call(bench, general.exchange_info, symbols='["ETHBTC"]')["symbols"]
    assert [each["symbol"] for each in chosen] == ["ETHBTC"]
    assert refused(bench, general.exchange_info, symbol="NOPE") == (-1121, "Invalid symbol.")
    assert refused(bench, general.exchange_info, symbols="ETHBTC")[0] == -1100


def test_tickers_are_objects_or_lists(bench):
    bench.quote("0.04", symbol="ETHBTC")
    for serve in (tickers.price, tickers.book, tickers.day):
        assert call(bench, serve, symbol="BTCUSDT")["symbol"] == "BTCUSDT"
        assert [each["symbol"] for each in call(bench, serve, symbols='["ETHBTC"]')] == ["ETHBTC"]
        assert len(call(bench, serve)) == 3


def test_depth_starts_at_the_quote(bench):
    depth = call(bench, markets.depth, symbol="BTCUSDT", limit=5)
    assert depth["bids"][0] == ["60000.00000000", "1.00000000"]
    assert [price for price, _ in depth["asks"][:2]] == ["60000.01000000", "60000.02000000"]
    assert (len(depth["bids"]), len(depth["asks"])) == (5, 5)


def test_average_and_day(bench):
    bench.print("60000", "1", buyer_is_maker=True)
    bench.print("60300", "2", buyer_is_maker=False)
    assert call(bench, markets.average_price, symbol="BTCUSDT")["price"] == "60200.00000000"
    day = call(bench, tickers.day, symbol="BTCUSDT")
    assert (day["openPrice"], day["highPrice"], day["volume"]) == ("60000.00000000", "60300.00000000", "3.00000000")
    assert day["priceChangePercent"] == "0.500"
    bench.clock.pass_ms(301_000)
    bench.print("50000", "1", buyer_is_maker=True)
    assert call(bench, markets.average_price, symbol="BTCUSDT")["price"] == "50000.00000000"
    assert len(call(bench, markets.trades, symbol="BTCUSDT", limit=2)) == 2
