from collections.abc import Callable
from decimal import Decimal

import orjson
import pytest

from lotkeeper.exchange.fields import MalformedError
from lotkeeper.exchange.rest import decode as rows
from lotkeeper.exchange.shapes import Account, Balance
from lotkeeper.trading.lots.fees import Commission, CommissionRates, Discount
from lotkeeper.trading.orders.fills import Fill, Side, UnreadableTrade
from lotkeeper.trading.orders.trails import Trail
from lotkeeper.trading.prices.best_prices import BestPrices
from tests.lotkeeper.exchange.recorded import frame

ORDER = {
    "symbol": "BTCUSDT",
    "orderId": 28,
    "orderListId": -1,
    "clientOrderId": "lk1-s-1",
    "transactTime": 1507725176595,
    "price": "50100.00000000",
    "origQty": "0.01000000",
    "executedQty": "0.00900000",
    "origQuoteOrderQty": "0.00000000",
    "cummulativeQuoteQty": "451.08000000",
    "status": "PARTIALLY_FILLED",
    "timeInForce": "GTC",
    "type": "LIMIT",
    "side": "SELL",
    "fills": [
        {"price": "50120.00", "qty": "0.004", "commission": "0.20048", "commissionAsset": "USDT", "tradeId": 56},
        {"price": "50120.00", "qty": "0.005", "commission": "0.00001", "commissionAsset": "BNB", "tradeId": 57},
    ],
}
TRADE = {
    "symbol": "BNBBTC",
    "id": 28457,
    "orderId": 100234,
    "price": "4.00000100",
    "qty": "12.00000000",
    "quoteQty": "48.000012",
    "commission": "10.10000000",
    "commissionAsset": "BNB",
    "time": 1499865549590,
    "isBuyer": True,
    "isMaker": False,
    "isBestMatch": True,
}


def test_full_reply_carries_the_fills_made_at_once() -> None:
    placed = rows.placed_order(ORDER)
    assert (placed.report.client_id, placed.report.status, placed.report.time_ms) == (
        "lk1-s-1",
        "PARTIALLY_FILLED",
        1507725176595,
    )
    assert [fill.trade_id for fill in placed.fills] == [56, 57]
    assert sum(fill.quote_quantity for fill in placed.fills) == placed.report.quote_executed
    assert placed.fills[0] == Fill(
        symbol="BTCUSDT",
        trade_id=56,
        order_id=28,
        side=Side.SELL,
        price=Decimal(50120),
        quantity=Decimal("0.004"),
        quote_quantity=Decimal("200.48"),
        commission=Decimal("0.20048"),
        commission_asset="USDT",
        time_ms=1507725176595,
        is_maker=False,
    )


def test_an_order_that_follows_the_price() -> None:
    trailing = {"type": "TAKE_PROFIT_LIMIT", "stopPrice": "50863.12000000", "trailingDelta": 150, "trailingTime": -1}
    report = rows.placed_order({**ORDER, **trailing}).report
    assert (report.order_type, report.trail) == ("TAKE_PROFIT_LIMIT", Trail(150, Decimal("50863.12")))
    query = {**ORDER, **trailing, "stopPrice": "0.00000000", "time": 1, "updateTime": 2, "isWorking": False}
    assert rows.queried_order(query).trail == Trail(150)  # a query shows a stop price of zero where there is none
    assert rows.queried_order({**query, "trailingDelta": None}).trail is None
    cancel = {**ORDER, **trailing, "origClientOrderId": "lk1-s-1", "clientOrderId": "lk1-s-1-x"}
    assert rows.canceled_order(cancel).trail == report.trail


def test_a_fill_whose_notional_the_exchange_rounds_is_left_to_the_event() -> None:
    """ETHBTC has nine decimals in price times quantity: computed here, the proceeds would not be the exchange's own."""
    fine = {"price": "0.04217000", "qty": "0.01270000", "commission": "0", "commissionAsset": "BTC", "tradeId": 58}
    placed = rows.placed_order({**ORDER, "fills": [fine, *ORDER["fills"]]})
    assert [fill.trade_id for fill in placed.fills] == [56, 57]


def test_recorded_full_reply_of_an_order_that_rests() -> None:
    placed = rows.placed_order(orjson.loads(frame("ltcusdt_maker_2021-10-23", 2)))
    assert (placed.report.order_id, placed.report.status, placed.fills) == (2428636529, "NEW", ())


def test_short_reply_is_malformed() -> None:
    with pytest.raises(MalformedError, match="side"):
        rows.placed_order({"symbol": "BTCUSDT", "orderId": 28, "clientOrderId": "x", "transactTime": 1})


def test_recorded_cancel_names_the_order_and_not_the_cancel() -> None:
    modern = rows.canceled_order(orjson.loads(frame("roq/json_wsapi_cancel_order/empty"))["result"])
    assert (modern.client_id, modern.status, modern.time_ms) == ("4AACYCgVtUwAAQAAAAAA", "CANCELED", 1768635168620)
    assert modern.cancel_id not in ("", modern.client_id)
    old = rows.canceled_order(orjson.loads(frame("roq/json_cancel_all_open_orders_ack/simple_1"))[0])
    assert (old.client_id, old.order_id, old.time_ms) == ("QAAC6gMAAQAARzE1LJQW", 779222768, 0)


def test_recorded_open_orders() -> None:
    (report,) = rows.open_orders(orjson.loads(frame("roq/json_open_orders_ack/simple")))
    assert (report.symbol, report.client_id, report.price) == ("LTCBTC", "qQAC6gMAAQAAS-jxw4MW", Decimal("0.003041"))
    assert report.time_ms == 1634214384058


def test_quote_quantity_below_zero_means_not_available() -> None:
    report = rows.queried_order({**ORDER, "updateTime": 5, "cummulativeQuoteQty": "-1.00000000"})
    assert (report.quote_executed, report.time_ms) == (0, 5)


def test_trade_row() -> None:
    (fill,) = rows.trades([TRADE])
    assert (fill.trade_id, fill.order_id, fill.side, fill.is_maker) == (28457, 100234, Side.BUY, False)
    assert (fill.quote_quantity, fill.commission, fill.commission_asset) == (
        Decimal("48.000012"),
        Decimal("10.1"),
        "BNB",
    )


@pytest.mark.parametrize("name", sorted(set(TRADE) - {"isBestMatch"}))
def test_trade_row_without_a_field_is_malformed(name: str) -> None:
    with pytest.raises(MalformedError, match=name):
        rows.trade({key: value for key, value in TRADE.items() if key != name})


def test_commission_sums_up_from_its_parts() -> None:
    part = {"maker": "0.001", "taker": "0.0015", "buyer": "0", "seller": "0.0001"}
    body = {"symbol": "BTCUSDT", "standardCommission": part, "taxCommission": part, "discount": {}}
    rates = CommissionRates(Decimal("0.001"), Decimal("0.0015"), Decimal(0), Decimal("0.0001"))
    assert rows.commission(body) == Commission(standard=rates, tax=rates)
    assert rows.commission({**body, "specialCommission": part}).special == rates


@pytest.mark.parametrize(
    ("account", "symbol", "is_enabled"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_the_discount_holds_where_account_and_pair_have_it(account: bool, symbol: bool, is_enabled: bool) -> None:
    part = dict.fromkeys(("maker", "taker", "buyer", "seller"), "0.001")
    discount = {
        "enabledForAccount": account,
        "enabledForSymbol": symbol,
        "discountAsset": "BNB",
        "discount": "0.75000000",
    }
    found = rows.commission({"standardCommission": part, "discount": discount})
    assert found.discount == Discount("BNB", Decimal("0.75"), is_enabled)


@pytest.mark.parametrize("discount", [None, "text", {}, {"enabledForAccount": True, "discount": "x"}])
def test_a_discount_that_cannot_be_read_does_not_count(discount: object) -> None:
    part = dict.fromkeys(("maker", "taker", "buyer", "seller"), "0.001")
    assert rows.commission({"standardCommission": part, "discount": discount}).discount is None


def test_what_prices_are_measured_by() -> None:
    body = {"symbol": "BTCUSDT", "referencePrice": "10.00", "timestamp": 1770736694138}
    assert rows.reference_price(body) == 10
    assert rows.reference_price({**body, "referencePrice": None}) is None
    assert rows.average_price({"mins": 5, "price": "9.35751834", "closeTime": 1694061154503}) == Decimal("9.35751834")


def test_the_prices_of_a_second() -> None:
    candle = [1_700_000_000_000, "600.0", "602.5", "599.5", "601.0", "1", 1_700_000_000_999, "600", 3, "1", "600", "0"]
    assert rows.prices_in_second(1_700_000_000_000, [candle]) == (Decimal("602.5"), Decimal("599.5"))
    assert rows.prices_in_second(1_700_000_001_000, [candle]) is None
    assert rows.prices_in_second(1_700_000_000_000, []) is None


@pytest.mark.parametrize("body", [{}, [[]], [["x"]], [[1_700_000_000_000, "1"]], [[1_700_000_000_000, "1", "x", "1"]]])
def test_a_candle_that_cannot_be_read_is_malformed(body: object) -> None:
    with pytest.raises(MalformedError):
        rows.prices_in_second(1_700_000_000_000, body)


@pytest.mark.parametrize("read", [rows.reference_price, rows.average_price])
def test_a_price_that_is_no_number_is_malformed(read: Callable[[object], object]) -> None:
    with pytest.raises(MalformedError):
        read({"referencePrice": "x", "price": "x"})


def test_account() -> None:
    body = {"canTrade": True, "balances": [{"asset": "BTC", "free": "0.1", "locked": "0.2"}], "uid": 7}
    assert rows.account(body) == Account((Balance("BTC", Decimal("0.1"), Decimal("0.2")),), True, 7)
    recorded = rows.account(orjson.loads(frame("roq/json_wsapi_account/simple"))["result"])
    assert recorded.balances[0] == Balance("BTC", Decimal("0.00012672"), Decimal(0))


def test_book_ticker_and_time() -> None:
    body = {"symbol": "BTCUSDT", "bidPrice": "4.1", "bidQty": "431", "askPrice": "4.2", "askQty": "9"}
    assert rows.book_ticker(body) == BestPrices(Decimal("4.1"), Decimal("4.2"))
    assert rows.server_time(orjson.loads(frame("roq/json_ping/json_ping_simple"))) == 1634180186435


@pytest.mark.parametrize("body", [None, [], "text", {"balances": {}}, {"symbol": 7}])
def test_other_bodies_are_malformed(body: object) -> None:
    for decode in (rows.placed_order, rows.queried_order, rows.trade, rows.commission, rows.account, rows.server_time):
        with pytest.raises(MalformedError):
            decode(body)


# Lists are read row by row

STANDING = {**ORDER, "clientOrderId": "web-1", "time": 1, "updateTime": 2}
UNREADABLE: list[object] = [
    {**STANDING, "side": "BORROW"},
    {**STANDING, "price": None},
    {**STANDING, "orderId": "28"},
    {},
    [],
    None,
    "order",
]


@pytest.mark.parametrize("strange", UNREADABLE)
def test_an_open_order_of_the_traders_that_cannot_be_read_hides_none_of_ours(strange, caplog) -> None:
    ours = {**STANDING, "clientOrderId": "lk1-5eh-1", "orderId": 29}
    assert [each.order_id for each in rows.open_orders([strange, ours, STANDING])] == [29, 28]
    assert "row 0 of the open orders cannot be read and is passed over" in caplog.text


@pytest.mark.parametrize("name", ["lk1-5eh-1", "lk1-5eh-1-x"])
def test_an_open_order_of_ours_that_cannot_be_read_makes_the_answer_useless(name) -> None:
    with pytest.raises(MalformedError, match=f"order {name}: side should be BUY or SELL"):
        rows.open_orders([STANDING, {**STANDING, "clientOrderId": name, "side": "BORROW"}])


def test_fields_and_states_that_are_new_hide_nothing() -> None:
    (known,) = rows.open_orders([{**STANDING, "status": "PENDING_REVIEW", "moonPhase": {"full": True}}])
    assert known.status == "PENDING_REVIEW"


def test_a_trade_that_cannot_be_read_is_named_and_hides_no_other() -> None:
    """It may be a BUY that nobody would ever sell."""
    strange = {**TRADE, "id": 77, "price": None}
    problem = "price should be a decimal number as text, not absent"
    assert rows.trades([TRADE, strange, {"isBuyer": True}, None])[1:] == (
        UnreadableTrade(77, strange["orderId"], strange["time"], problem),
        UnreadableTrade(None, None, None, "symbol should be a text, not absent"),
        UnreadableTrade(None, None, None, "an object was expected, not absent"),
    )
    with pytest.raises(MalformedError):
        rows.trades({"code": 0})


def test_a_trade_without_a_commission_needs_no_asset_of_it() -> None:
    (free,) = rows.trades([{**TRADE, "commission": "0", "commissionAsset": None}])
    assert (free.commission, free.commission_asset) == (0, "")
    (strange,) = rows.trades([{**TRADE, "commission": "0.1", "commissionAsset": None}])
    assert isinstance(strange, UnreadableTrade)


def test_a_balance_that_cannot_be_read_is_named_and_hides_no_other() -> None:
    usdt = {"asset": "USDT", "free": "5", "locked": "0"}
    account = rows.account({"canTrade": True, "balances": [{"asset": "BTC", "free": None, "locked": "0"}, usdt]})
    assert account.balances == (Balance("USDT", Decimal(5), Decimal(0)),)
    assert account.unread == {"BTC"}
