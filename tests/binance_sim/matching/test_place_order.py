from decimal import Decimal as D

import pytest

from binance_sim.errors import ApiError
from tests.binance_sim.support import Bench

FILLED = [("NEW", "NEW"), ("TRADE", "FILLED"), ("outboundAccountPosition", "")]


def refusal(bench, *args, **kwargs):
    with pytest.raises(ApiError) as caught:
        bench.place(*args, **kwargs)
    return caught.value.code, caught.value.text


def test_market_buy_fills_at_the_ask_and_pays_commission_in_base(bench):
    order = bench.place("BUY", "MARKET", qty="0.5")
    assert bench.reports() == FILLED
    assert (order.status, order.spent) == ("FILLED", D("30000.005"))
    assert bench.free("BTC") == D("0.4995")
    assert bench.free("USDT") == D("69999.995")


def test_market_order_walks_the_ladder_in_several_trades(bench):
    order = bench.place("BUY", "MARKET", qty="1.5")
    assert [state for _, state in bench.reports()[1:-1]] == ["PARTIALLY_FILLED"] * (len(order.trades) - 1) + ["FILLED"]
    assert len(order.trades) > 1
    prices = [trade.price for trade in order.trades]
    assert prices == sorted(prices)
    assert order.trades[0].qty == 1


def levels(bench, buys):
    market = bench.exchange.markets["BTCUSDT"]
    bench.exchange.show_whole_book(market)
    return [(level.price, level.total) for level in market.book.side(buys).from_best()]


def test_the_ladder_is_the_same_for_the_same_quote():
    first, second = Bench(), Bench()
    assert levels(first, True) == levels(second, True)
    assert len(levels(first, False)) == 20


def test_what_was_taken_is_there_again_when_the_standing_quote_is_shown_again(bench):
    before = levels(bench, False)
    bench.place("BUY", "MARKET", qty="1.5")
    assert levels(bench, False) != before
    bench.exchange.show_quote_again(bench.exchange.markets["BTCUSDT"])
    assert levels(bench, False) == before


def test_what_was_taken_is_there_again_for_the_next_order(bench):
    bench.account.funds.free["USDT"] = D(10**7)
    first, second = bench.place("BUY", "MARKET", qty="1.5"), bench.place("BUY", "MARKET", qty="1.5")
    assert [(trade.price, trade.qty) for trade in first.trades] == [(trade.price, trade.qty) for trade in second.trades]


def test_quote_order_quantity_spends_no_more_than_asked_in_whole_steps(bench):
    order = bench.place("BUY", "MARKET", quote_qty="100")
    assert order.spent <= 100
    assert order.qty == order.filled == D("0.00166")


def test_sell_for_a_quote_amount(bench):
    bench.place("BUY", "MARKET", qty="1")
    order = bench.place("SELL", "MARKET", quote_qty="600")
    assert (order.filled, order.spent) == (D("0.01"), D(600))


def test_market_order_without_enough_depth_expires_after_its_fills():
    bench = Bench({"USDT": "100000000"})
    order = bench.place("BUY", "MARKET", qty="97")
    assert order.status == "EXPIRED"
    assert 0 < order.filled < order.qty
    assert order.expiry_reason == "INSUFFICIENT_LIQUIDITY"
    assert bench.events[-2]["eR"] == "INSUFFICIENT_LIQUIDITY"
    assert bench.locked("USDT") == 0


def test_resting_sell_fills_at_its_own_price_when_the_bid_reaches_it(bench):
    bench.place("BUY", "MARKET", qty="0.5")
    sell = bench.place("SELL", qty="0.4", price="60100")
    assert bench.locked("BTC") == D("0.4")
    bench.quote("60099.99")
    assert sell.status == "NEW"
    bench.quote("60150", bid_qty="0.3")
    assert (sell.status, sell.filled, sell.trades[0].price) == ("PARTIALLY_FILLED", D("0.3"), D(60100))
    bench.quote("60100", bid_qty="0.3")
    assert sell.status == "FILLED"
    assert all(trade.maker for trade in sell.trades)
    assert bench.locked("BTC") == 0


def test_resting_buy_fills_from_a_print_through_its_price_at_most_the_printed_size(bench):
    buy = bench.place("BUY", qty="0.4", price="59900")
    bench.print("59899", "0.25", buyer_is_maker=True)
    assert (buy.filled, buy.trades[0].price) == (D("0.25"), D(59900))
    bench.print("59950", "1", buyer_is_maker=True)
    bench.print("59800", "1", buyer_is_maker=False)
    assert buy.filled == D("0.25")


def test_a_size_is_shared_in_order_of_price_then_time(bench):
    late_best = bench.place("BUY", qty="0.1", price="59950")
    early = bench.place("BUY", qty="0.1", price="59900")
    later = bench.place("BUY", qty="0.1", price="59900")
    bench.print("59900", "0.15", buyer_is_maker=True)
    assert [order.filled for order in (late_best, early, later)] == [D("0.1"), D("0.05"), D(0)]


def test_crossing_limit_takes_what_its_price_allows_and_rests(bench):
    order = bench.place("BUY", qty="1.5", price="60000.01")
    assert (order.filled, order.status) == (D(1), "PARTIALLY_FILLED")
    assert bench.locked("USDT") == D("0.5") * D("60000.01")
    assert bench.events[1]["m"] is False


def test_ioc_expires_its_rest(bench):
    order = bench.place("BUY", qty="1.5", price="60000.01", tif="IOC")
    assert (order.filled, order.status) == (D(1), "EXPIRED")
    assert bench.events[-2]["eR"] == "UNFILLED_IOC_QUANTITY_EXPIRED"
    assert bench.locked("USDT") == 0


def test_fok_fills_whole_or_not_at_all(bench):
    nothing = bench.place("BUY", qty="1.5", price="60000.01", tif="FOK")
    assert (nothing.filled, nothing.status) == (D(0), "EXPIRED")
    whole = bench.place("BUY", qty="1", price="60000.01", tif="FOK")
    assert whole.status == "FILLED"


def test_limit_maker_must_not_take(bench):
    assert refusal(bench, "BUY", "LIMIT_MAKER", qty="1", price="60000.01") == (
        -2010,
        "Order would immediately match and take.",
    )
    assert bench.place("BUY", "LIMIT_MAKER", qty="1", price="60000").status == "NEW"


def test_a_better_price_than_the_limit_frees_the_difference(bench):
    bench.place("BUY", qty="0.5", price="61000")
    assert bench.locked("USDT") == 0
    assert bench.free("USDT") == D("69999.995")


def test_cancel_gives_the_order_the_id_of_the_cancel(bench):
    order = bench.place("BUY", qty="0.1", price="50000", client_id="mine")
    bench.cancel(order, "cancel-1")
    report = bench.events[-2]
    assert (report["x"], report["X"], report["c"], report["C"]) == ("CANCELED", "CANCELED", "cancel-1", "mine")
    assert bench.events[-1]["e"] == "outboundAccountPosition"
    assert bench.locked("USDT") == 0


def test_a_client_id_is_unique_among_open_orders_only(bench):
    order = bench.place("BUY", qty="0.1", price="50000", client_id="mine")
    assert refusal(bench, "BUY", qty="0.1", price="50000", client_id="mine") == (-2010, "Duplicate order sent.")
    bench.cancel(order, "cancel-1")
    assert bench.place("BUY", qty="0.1", price="50000", client_id="mine").order_id != order.order_id


def test_own_trades_are_printed_with_the_maker_that_was(bench):
    bench.place("BUY", "MARKET", qty="0.1")
    bench.place("SELL", "MARKET", qty="0.05")
    bench.place("BUY", qty="0.1", price="59000")
    bench.place("SELL", qty="0.04", price="61000")
    bench.quote("61000")
    bench.quote("58000")
    assert [trade.buyer_is_maker for trade in bench.notes.public_trades] == [False, True, False, True]


def test_too_little_money_changes_nothing(bench):
    before = dict(bench.account.funds.free)
    text = "Account has insufficient balance for requested action."
    assert refusal(bench, "BUY", qty="2", price="59000") == (-2010, text)
    assert refusal(bench, "SELL", "MARKET", qty="1") == (-2010, text)
    assert (bench.account.funds.free, bench.events) == (before, [])


@pytest.mark.parametrize(
    ("order", "name"),
    [
        ({"qty": "0.1", "price": "60000.001"}, "PRICE_FILTER"),
        ({"qty": "0.1", "price": "1000000.01"}, "PRICE_FILTER"),
        ({"qty": "0.1", "price": "300001"}, "PERCENT_PRICE_BY_SIDE"),
        ({"qty": "0.1", "price": "11999"}, "PERCENT_PRICE_BY_SIDE"),
        ({"qty": "0.000001", "price": "60000"}, "LOT_SIZE"),
        ({"qty": "0.000015", "price": "60000"}, "LOT_SIZE"),
        ({"qty": "0.00008", "price": "60000"}, "NOTIONAL"),
        ({"qty": "200", "price": "60000"}, "NOTIONAL"),
        ({"kind": "MARKET", "qty": "98"}, "MARKET_LOT_SIZE"),
        ({"kind": "MARKET", "qty": "0.00001"}, "NOTIONAL"),
        ({"kind": "MARKET", "quote_qty": "4.99"}, "NOTIONAL"),
    ],
)
def test_filters(bench, order, name):
    assert refusal(bench, "BUY", **order) == (-1013, f"Filter failure: {name}")


def test_trailing_zeros_are_not_precision(bench):
    assert refusal(bench, "BUY", qty="0.000010001", price="60000")[0] == -1111
    assert bench.place("BUY", qty="0.10000000", price="60000.00000000").status == "NEW"


def test_no_more_than_two_hundred_open_orders(bench):
    for _ in range(200):
        bench.place("BUY", qty="0.0001", price="59000")
    assert refusal(bench, "BUY", qty="0.0001", price="59000") == (-1013, "Filter failure: MAX_NUM_ORDERS")


def test_commission_in_bnb_with_the_discount_and_silent_fallback():
    bench = Bench({"USDT": "100000", "BNB": "0.01"}, in_bnb=True)
    bench.quote("600", symbol="BNBUSDT")
    first = bench.place("BUY", "MARKET", qty="0.1")
    assert [(trade.commission, trade.commission_asset) for trade in first.trades] == [(D("0.00750000"), "BNB")]
    assert bench.free("BTC") == D("0.1")
    second = bench.place("BUY", "MARKET", qty="0.1")
    assert second.trades[0].commission_asset == "BTC"
    assert bench.free("BNB") == D("0.0025")


def test_commission_in_bnb_on_a_pair_quoted_in_another_asset():
    bench = Bench({"BTC": "1", "BNB": "1"}, in_bnb=True)
    bench.quote("600", symbol="BNBUSDT")
    bench.quote("0.04", symbol="ETHBTC")
    order = bench.place("BUY", "MARKET", qty="1", symbol="ETHBTC")
    assert order.trades[0].commission_asset == "BNB"
    assert order.trades[0].commission == D("0.00300075")


def test_ids_are_counted_for_each_pair(bench):
    bench.account.funds.free["BTC"] = D(1)
    bench.quote("0.04", symbol="ETHBTC")
    one, other = bench.place("BUY", "MARKET", qty="0.1"), bench.place("BUY", "MARKET", qty="1", symbol="ETHBTC")
    assert one.order_id == other.order_id
    assert one.trades[0].trade_id == other.trades[0].trade_id


def test_unfilled_orders_are_counted_and_limited(bench):
    bench.account.unfilled.limits[0] = 3
    for _ in range(3):
        bench.place("BUY", qty="0.001", price="59000")
    code, text = refusal(bench, "BUY", qty="0.001", price="59000")
    assert (code, text) == (-1015, "Too many new orders; current limit is 3 orders per 10 SECOND.")
    bench.print("59000", "0.001", buyer_is_maker=True)
    assert bench.account.unfilled.counts() == [0, 0]
    bench.place("BUY", qty="0.001", price="59000")
    bench.clock.pass_ms(10_000)
    assert bench.account.unfilled.counts() == [0, 1]
