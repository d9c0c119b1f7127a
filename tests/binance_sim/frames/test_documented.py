"""Frames without a recording have the fields of the documentation; everything that the simulator sends is checked.

Fields are in one string, separated by spaces. Fields that appear only where they apply are in CONDITIONAL.
"""

import pytest

from binance_sim.api.endpoints import accounts, cancel_replace, general, markets, order_lists, orders, tickers
from binance_sim.api.table import BY_METHOD
from tests.binance_sim.frames.simulated import ORDER, events, payload
from tests.binance_sim.support import Bench, D

ACK = "symbol orderId orderListId clientOrderId transactTime"
STATE = "price origQty executedQty origQuoteOrderQty cummulativeQuoteQty status timeInForce type side"
RESULT = f"{ACK} {STATE} workingTime selfTradePreventionMode"
FULL = f"{ACK} {STATE} workingTime fills selfTradePreventionMode"
QUERY = (
    f"symbol orderId orderListId clientOrderId {STATE} stopPrice icebergQty time updateTime isWorking workingTime "
    "selfTradePreventionMode"
)
CANCEL = f"symbol origClientOrderId orderId orderListId clientOrderId transactTime {STATE} selfTradePreventionMode"
LIST = "orderListId contingencyType listStatusType listOrderStatus listClientOrderId transactionTime symbol orders"
RATES = "maker taker buyer seller"
REPLACED = "cancelResult newOrderResult cancelResponse newOrderResponse"
TICKER = (
    "symbol priceChange priceChangePercent weightedAvgPrice openPrice highPrice lowPrice lastPrice volume quoteVolume "
    "openTime closeTime firstId lastId count"
)
OWN_TRADE = (
    "symbol id orderId orderListId price qty quoteQty commission commissionAsset time isBuyer isMaker isBestMatch"
)
SELL = {"symbol": "BTCUSDT", "side": "SELL", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.1"}
OCO = {
    "symbol": "BTCUSDT",
    "side": "SELL",
    "quantity": "0.1",
    "aboveType": "LIMIT_MAKER",
    "abovePrice": "65000",
    "belowType": "STOP_LOSS",
    "belowStopPrice": "50000",
}


def fields(body):
    return " ".join(body)


@pytest.fixture
def bench():
    bench = Bench({"USDT": "100000", "BTC": "10"})
    bench.place("BUY", "MARKET", qty="0.1")
    return bench


def new(bench, **more):
    return bench.call(orders.new_order, **(ORDER | {"quantity": "0.1"} | more))


# Orders


@pytest.mark.parametrize(("kind", "wanted"), [("ACK", ACK), ("RESULT", RESULT), ("FULL", FULL)])
def test_a_new_order(bench, kind, wanted):
    assert fields(new(bench, newOrderRespType=kind)) == wanted


def test_the_fills_of_a_new_order(bench):
    (fill,) = new(bench, price="60001")["fills"]
    assert fields(fill) == "price qty commission commissionAsset tradeId"


def test_conditional_fields_of_a_new_order(bench):
    """Each appears only where it applies ("Conditional fields in Order Responses")."""
    usual = set(FULL.split())
    stop = {"type": "STOP_LOSS_LIMIT", "side": "SELL", "price": "50000", "newOrderRespType": "FULL"}
    assert set(new(bench, **stop, stopPrice="50001")) - usual == {"stopPrice"}
    marks = {"stopPrice", "trailingDelta", "trailingTime"}
    assert set(new(bench, **stop, trailingDelta="100")) - usual == marks
    assert set(new(bench, icebergQty="0.01")) - usual == {"icebergQty"}
    assert set(new(bench, strategyId="1", strategyType="1000000")) - usual == {"strategyId", "strategyType"}
    assert set(new(bench, timeInForce="IOC")) - usual == {"expiryReason"}


def test_orders_that_are_asked_for_and_canceled(bench):
    placed = new(bench)
    named = {"symbol": "BTCUSDT", "orderId": placed["orderId"]}
    assert fields(bench.call(accounts.get_order, **named)) == QUERY
    assert fields(bench.call(accounts.all_orders, symbol="BTCUSDT")[-1]) == QUERY
    assert fields(bench.call(orders.cancel_order, **named)) == CANCEL


def test_a_tested_order(bench):
    assert bench.call(orders.test_order, **ORDER, quantity="0.1") == {}
    rates = bench.call(orders.test_order, **ORDER, quantity="0.1", computeCommissionRates="true")
    assert fields(rates) == "standardCommissionForOrder specialCommissionForOrder taxCommissionForOrder discount"
    assert fields(rates["standardCommissionForOrder"]) == "maker taker"


def test_an_order_that_replaces_another(bench):
    placed = new(bench)
    wanted = ORDER | {"quantity": "0.2", "cancelReplaceMode": "STOP_ON_FAILURE", "cancelOrderId": placed["orderId"]}
    answer = bench.call(cancel_replace.cancel_replace, **wanted)
    assert fields(answer) == REPLACED
    assert (fields(answer["cancelResponse"]), fields(answer["newOrderResponse"])) == (CANCEL, FULL)


def test_an_amended_order(bench):
    named = {"symbol": "BTCUSDT", "orderId": new(bench)["orderId"]}
    answer = bench.call(orders.amend_order, **named, newQty="0.05")
    assert fields(answer) == "transactTime executionId amendedOrder"
    assert fields(answer["amendedOrder"]) == (
        "symbol orderId orderListId origClientOrderId clientOrderId price qty executedQty preventedQty quoteOrderQty "
        "cumulativeQuoteQty status timeInForce type side workingTime selfTradePreventionMode"
    )
    (row,) = bench.call(orders.amendments, **named)
    assert fields(row) == "symbol orderId executionId origClientOrderId newClientOrderId origQty newQty time"


def test_lists_of_orders(bench):
    made = bench.call(order_lists.new_oco, **OCO)
    assert fields(made) == f"{LIST} orderReports"
    assert fields(made["orders"][0]) == "symbol orderId clientOrderId"
    whole = {"symbol": "BTCUSDT", "orderListId": made["orderListId"]}
    assert fields(bench.call(order_lists.get_list, orderListId=made["orderListId"])) == LIST
    assert [fields(each) for each in bench.call(order_lists.open_lists)] == [LIST]
    assert [fields(each) for each in bench.call(order_lists.all_lists)] == [LIST]
    assert fields(bench.call(order_lists.cancel_list, **whole)) == f"{LIST} orderReports"


# Accounts


def test_an_account(bench):
    assert fields(bench.call(accounts.my_trades, symbol="BTCUSDT")[0]) == OWN_TRADE
    fees = bench.call(accounts.commission, symbol="BTCUSDT")
    assert fields(fees) == "symbol standardCommission specialCommission taxCommission discount"
    assert [fields(fees[name]) for name in ("standardCommission", "taxCommission")] == [RATES, RATES]
    assert fields(fees["discount"]) == "enabledForAccount enabledForSymbol discountAsset discount"
    limits = bench.call(accounts.order_counts)
    assert [fields(row) for row in limits] == ["rateLimitType interval intervalNum limit count"] * 2
    assert fields(bench.call(accounts.my_filters, symbol="BTCUSDT")) == "exchangeFilters symbolFilters assetFilters"
    assert bench.call(accounts.my_allocations, symbol="BTCUSDT") == []


def test_prevented_matches(bench):
    bench.place("SELL", qty="0.1", price="60000.01")
    bench.quote("59000", "60000.02")
    taker = bench.place("BUY", qty="0.1", price="60000.01")
    (row,) = bench.call(accounts.my_prevented_matches, symbol="BTCUSDT", orderId=taker.order_id)
    assert fields(row) == (
        "symbol preventedMatchId takerOrderId makerSymbol makerOrderId tradeGroupId selfTradePreventionMode price "
        "makerPreventedQuantity transactTime"
    )


# Markets


def test_markets(bench):
    def ask(serve, **more):
        return bench.call(serve, symbol="BTCUSDT", **more)

    assert fields(ask(tickers.day)) == (
        "symbol priceChange priceChangePercent weightedAvgPrice prevClosePrice lastPrice lastQty bidPrice bidQty "
        "askPrice askQty openPrice highPrice lowPrice volume quoteVolume openTime closeTime firstId lastId count"
    )
    assert fields(ask(tickers.rolling, windowSize="1h")) == TICKER
    assert fields(ask(tickers.trading_day)) == TICKER
    assert ask(markets.block_trades, fromId=1) == []
    assert ask(general.execution_rules) == {"symbolRules": [{"symbol": "BTCUSDT", "rules": []}]}
    market = bench.exchange.markets["BTCUSDT"].history
    market.has_reference, market.reference_price, market.reference_us = True, D(60000), 1_000_000
    assert ask(markets.reference_price) == {
        "symbol": "BTCUSDT",
        "referencePrice": "60000.00000000",
        "timestamp": 1000,
    }
    assert fields(ask(markets.reference_calculation)) == "symbol calculationType externalCalculationId"


def test_streams(bench):
    assert fields(payload(bench, "avgPrice")) == "e E s i w T"
    assert fields(payload(bench, "1hTicker")) == "e E s p P o h l c w v q O C F L n"
    assert fields(payload(bench, "partial depth")) == "lastUpdateId bids asks"
    assert fields(payload(bench, "referencePrice")) == "e s r t"


def test_conditional_fields_of_events(bench):
    """The optional fields of an executionReport ("Conditional Fields in Execution Report")."""
    usual = set(events(bench, "executionReport")[0])
    bench.place("SELL", "STOP_LOSS", qty="0.1", trailing_delta=100)
    assert set(events(bench, "executionReport")[-1]) - usual == {"d", "D"}
    bench.place("BUY", qty="0.1", price="50000", strategy_id=1, strategy_type=1_000_000)
    assert set(events(bench, "executionReport")[-1]) - usual == {"j", "J"}
    bench.place("BUY", qty="0.1", price="50000", tif="IOC")
    assert set(events(bench, "executionReport")[-1]) - usual == {"eR"}
    bench.place("SELL", qty="0.1", price="60000.01")
    bench.quote("59000", "60000.02")
    bench.place("BUY", qty="0.1", price="60000.01")
    prevented = next(event for event in events(bench, "executionReport") if event["x"] == "TRADE_PREVENTION")
    assert set(prevented) - usual == set("vABuU") | {"Cs", "pl", "pL", "pY"}
    stop = bench.place("SELL", "STOP_LOSS", qty="0.1", stop_price="50000")
    assert usual - set(events(bench, "executionReport")[-1]) == {"W"}, "not on the book yet"
    assert not stop.is_working


# All of it

RECORDED = (
    "ping time exchangeInfo depth trades.recent trades.historical trades.aggregate klines avgPrice ticker.price "
    "ticker.book order.place order.cancel openOrders.status openOrders.cancelAll account.status myTrades"
)
DOCUMENTED = (
    "order.test sor.order.place sor.order.test order.cancelReplace order.amend.keepPriority order.amendments "
    "order.status allOrders orderList.place "
    "orderList.place.oco orderList.place.oto orderList.place.otoco orderList.place.opo orderList.place.opoco "
    "orderList.cancel orderList.status allOrderLists openOrderLists.status myPreventedMatches myAllocations "
    "account.commission account.rateLimits.orders myFilters ticker ticker.24hr ticker.tradingDay executionRules "
    "blockTrades.historical uiKlines referencePrice referencePrice.calculation"
)


def test_every_request_is_compared_with_a_recording_or_with_its_documentation():
    assert set(BY_METHOD) == {*RECORDED.split(), *DOCUMENTED.split()}
