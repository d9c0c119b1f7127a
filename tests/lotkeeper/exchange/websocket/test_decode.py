from decimal import Decimal

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotkeeper.exchange.shapes import (
    Balance,
    BalancesChanged,
    BookTop,
    BuyAccepted,
    Execution,
    Ignored,
    MarketFrame,
    MiniTicker,
    RequestFailed,
    ServerShutdown,
    StreamEnded,
    Subscribed,
    SubscriptionsChanged,
    SubscriptionsListed,
    TradePrint,
    UserFrame,
)
from lotkeeper.exchange.websocket.decode import decode_accepted_buy, decode_market_frame, decode_user_frame
from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.orders.trails import Trail
from lotkeeper.trading.prices.best_prices import BestPrices
from tests.lotkeeper.exchange.conftest import UNHURRIED
from tests.lotkeeper.exchange.recorded import frame, user_frames

MAKER = "ltcusdt_maker_2021-10-23"

EVENT = {
    "e": "executionReport",
    "E": 1760946669043,
    "s": "BTCUSDT",
    "c": "lk1-a-1",
    "S": "SELL",
    "o": "LIMIT",
    "f": "GTC",
    "q": "0.00700000",
    "p": "50100.16",
    "C": "",
    "x": "TRADE",
    "X": "PARTIALLY_FILLED",
    "r": "NONE",
    "i": 17,
    "l": "0.00300000",
    "z": "0.00400000",
    "L": "50101.00",
    "n": "0.15030300",
    "N": "USDT",
    "T": 1760946669042,
    "t": 9,
    "m": True,
    "Z": "200.40364000",
    "Y": "150.30300000",
}


def decoded(**changes: object) -> UserFrame:
    return decode_user_frame(orjson.dumps({"subscriptionId": 0, "event": {**EVENT, **changes}}))


def execution(**changes: object) -> Execution:
    found = decoded(**changes)
    assert isinstance(found, Execution)
    return found


# ---- recorded frames


def test_recorded_maker_fill_with_the_fee_in_a_third_asset() -> None:
    found = decode_user_frame(frame(MAKER, 5))
    assert found == Execution(
        report=OrderReport(
            symbol="LTCUSDT",
            order_id=2428636529,
            client_id="JQAC6QMAAQAAv957tzEX",
            side=Side.BUY,
            status="FILLED",
            price=Decimal("193.4"),
            quantity=Decimal("0.1"),
            executed=Decimal("0.1"),
            quote_executed=Decimal("19.34"),
            time_ms=1634961663038,
        ),
        fill=Fill(
            symbol="LTCUSDT",
            trade_id=207223058,
            order_id=2428636529,
            side=Side.BUY,
            price=Decimal("193.4"),
            quantity=Decimal("0.1"),
            quote_quantity=Decimal("19.34"),
            commission=Decimal("0.00003014"),
            commission_asset="BNB",
            time_ms=1634961663038,
            is_maker=True,
        ),
        execution_type="TRADE",
        reason="",
    )


def as_sell(recorded: bytes) -> UserFrame:
    """The recorded event of a BUY as that of a SELL."""
    assert b'"BUY"' in recorded
    return decode_user_frame(recorded.replace(b'"BUY"', b'"SELL"'))


def test_an_order_that_follows_the_price() -> None:
    """Binance user-data-stream.md, "Order Update": `o`, `P`, and `d` with `D` for trailing stops alone."""
    event = orjson.loads(frame(MAKER, 5))
    (event.get("event") or event.get("data") or event).update(S="SELL", o="TAKE_PROFIT_LIMIT", P="42.5", d=150, D=-1)
    found = decode_user_frame(orjson.dumps(event))
    assert isinstance(found, Execution)
    assert (found.report.order_type, found.report.trail) == ("TAKE_PROFIT_LIMIT", Trail(150, Decimal("42.5")))


def test_recorded_buy_that_was_accepted_is_not_read_any_further() -> None:
    accepted = decode_user_frame(frame(MAKER, 3))
    assert isinstance(accepted, BuyAccepted)
    assert accepted.order_id is not None
    found = decoded(S="BUY", x="NEW", X="NEW", o="LIMIT", i=7, q="what is not read does no harm")
    assert found == BuyAccepted(7)
    assert decoded(S="BUY", x="NEW", X="NEW", o="MARKET", i=7) == BuyAccepted()
    assert decoded(S="BUY", x="NEW", X="NEW", o="LIMIT", i="seven") == BuyAccepted()


def test_recorded_buy_that_stands_on_the_book_is_read_when_there_is_time() -> None:
    found = decode_accepted_buy(frame(MAKER, 3))
    assert isinstance(found, Execution)
    assert (found.report.side, found.report.status, found.fill) == (Side.BUY, "NEW", None)
    assert found.report.quantity > 0
    assert decode_accepted_buy(b'{"e": "executionReport"}') == Ignored(
        "NEW of a BUY: s should be a text, not absent", damaged=True
    )
    assert decode_accepted_buy(b"no JSON") == Ignored("not JSON", damaged=True)


def test_recorded_order_that_rests_has_no_fill() -> None:
    found = as_sell(frame(MAKER, 3))
    assert isinstance(found, Execution)
    assert (found.execution_type, found.report.status, found.fill) == ("NEW", "NEW", None)


def test_recorded_market_buy_with_the_fee_in_the_coin_itself() -> None:
    found = decode_user_frame(frame("ethusdt_market_fee_in_base_2024-02-05", 2))
    assert isinstance(found, Execution)
    assert found.fill is not None
    assert (found.fill.commission, found.fill.commission_asset) == (Decimal("0.0000022"), "ETH")
    assert (found.report.price, found.fill.price, found.fill.is_maker) == (0, Decimal("2319.53"), False)


def test_recorded_cancel_names_the_order_and_not_the_cancel() -> None:
    found = decode_user_frame(frame("roq/json_execution_report/json_execution_report_canceled"))
    assert isinstance(found, Execution)
    assert (found.report.client_id, found.report.status) == ("qQAC6gMAAQAAS-jxw4MW", "CANCELED")
    assert found.report.is_final
    assert found.report.cancel_id not in ("", found.report.client_id)
    assert not found.report.is_cancelled_by_us


def test_what_was_not_cancelled_has_no_name_of_a_cancel() -> None:
    found = as_sell(frame(MAKER, 3))
    assert isinstance(found, Execution)
    assert found.report.cancel_id == ""


def test_recorded_frame_of_the_websocket_api() -> None:
    found = as_sell(frame("roq/json_wsapi_execution_report/empty"))
    assert isinstance(found, Execution)
    assert (found.report.order_id, found.report.symbol, found.fill) == (55472337221, "BTCUSDT", None)


def test_recorded_balances_are_those_that_changed() -> None:
    assert decode_user_frame(frame("bnbusdt_limit_2025-10-20", 2)) == BalancesChanged(
        (Balance("BNB", Decimal(0), Decimal(0)), Balance("USDT", Decimal("1.829394"), Decimal("7.87654"))),
        1760946669042,
    )
    assert decode_user_frame(frame("unicorn-fy/line162")) == Ignored("balanceUpdate")  # a deposit


@pytest.mark.parametrize(
    ("seq", "expected"),
    [
        (
            "roq/json_wsapi_user_data_stream_subscribe/empty",
            Subscribed("goQeAAMAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 0),
        ),
        (
            "roq/json_session_logon/failure",
            RequestFailed("gYQeAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", -1022, "Signature for this request is not valid."),
        ),
        ("roq/json_error/simple", RequestFailed(5000001, 2, "Invalid request: streams must be an array")),
        ("roq/json_wsapi_event_stream_terminated/empty", StreamEnded("eventStreamTerminated")),
        ("roq/json_server_shutdown/simple", ServerShutdown(1770123456789)),
        ("roq/json_result/empty", Ignored("reply")),
        ("roq/json_wsapi_open_orders/empty", Ignored("reply")),
        ("unicorn-fy/line157", Ignored("listStatus")),
        ("unicorn-fy/line142", Ignored("a JSON list")),
    ],
)
def test_recorded_frames_around_the_orders(seq: str, expected: UserFrame) -> None:
    assert decode_user_frame(frame(seq)) == expected


@pytest.mark.parametrize(
    ("seq", "expected"),
    [
        (
            "roq/json_book_ticker/simple",
            BookTop(
                "ETHUSDT",
                BestPrices(Decimal("3290.28"), Decimal("3290.29")),
                Decimal("65.9711"),
                Decimal("3.0276"),
                68791858400,
            ),
        ),
        (
            "unicorn-fy/line132",
            TradePrint("BTCUSDT", 343719861, Decimal("9302"), Decimal("0.001019"), 1592591955765),
        ),
        ("roq/json_mini_ticker/simple", MiniTicker("BTCUSDT", Decimal("95311.63"), 1768627410022)),
        ("roq/json_server_shutdown/simple", ServerShutdown(1770123456789)),
        ("roq/json_agg_trade/simple", Ignored("aggTrade")),
        ("roq/json_depth_update/simple", Ignored("depthUpdate")),
        ("roq/json_result/empty", SubscriptionsChanged()),
    ],
)
def test_recorded_market_frames(seq: str, expected: MarketFrame) -> None:
    assert decode_market_frame(frame(seq)) == expected


def test_every_recorded_frame_is_understood_or_not_for_us() -> None:
    found = [decode_user_frame(each["raw"].encode()) for each in user_frames()]
    kinds = [type(each).__name__ for each in found]
    counted = {kind: kinds.count(kind) for kind in set(kinds)}
    assert len(found) == 64
    assert counted == {
        "Execution": 7,
        "BuyAccepted": 9,
        "BalancesChanged": 8,
        "Subscribed": 2,
        "RequestFailed": 2,
        "StreamEnded": 1,
        "ServerShutdown": 1,
        "Ignored": 34,
    }
    assert [each for each in found if isinstance(each, Ignored) and each.damaged] == [Ignored("not JSON", damaged=True)]


# ---- what was not recorded


def test_partial_fill_of_a_sell() -> None:
    found = execution()
    assert found.fill is not None
    assert (found.fill.side, found.fill.quote_quantity) == (Side.SELL, Decimal("150.303"))
    assert (found.report.executed, found.report.quote_executed) == (Decimal("0.004"), Decimal("200.40364"))


def test_amended_order_has_its_new_id() -> None:
    assert execution(x="REPLACED", X="NEW", c="new", C="old", t=-1).report.client_id == "new"


def test_null_as_original_id_is_none() -> None:
    assert execution(C=None).report.client_id == "lk1-a-1"


def test_self_trade_prevention_is_no_fill_and_says_why() -> None:
    found = execution(x="TRADE_PREVENTION", X="EXPIRED_IN_MATCH", l="0", t=-1, v=3)
    assert (found.fill, found.report.is_final) == (None, True)
    assert execution(x="EXPIRED", X="EXPIRED", t=-1, eR="EXCHANGE_CANCELED").reason == "EXCHANGE_CANCELED"
    assert execution(x="REJECTED", X="REJECTED", t=-1, r="INSUFFICIENT_BALANCES").reason == "INSUFFICIENT_BALANCES"


def test_an_allocation_of_smart_order_routing_is_a_fill_with_an_id_of_its_own() -> None:
    found = execution(t=-1, a=4, k="SOR")
    assert found.fill is not None
    assert (found.fill.trade_id, found.fill.quantity, found.report.executed) == (-5, Decimal("0.003"), Decimal("0.004"))
    assert execution(t=-1).fill is None  # neither a trade nor an allocation


def test_the_order_list_of_an_order_and_what_self_trade_prevention_took() -> None:
    found = execution(g=12, A="0.00100000")
    assert found.fill is not None
    assert (found.report.list_id, found.fill.list_id) == (12, 12)
    assert (found.report.prevented, found.report.effective_quantity) == (Decimal("0.001"), Decimal("0.006"))
    assert (execution(g=-1).report.list_id, execution().report.list_id) == (None, None)


def test_status_and_execution_type_that_are_new_to_us_pass() -> None:
    found = execution(x="SOMETHING_NEW", X="ANOTHER_STATUS")
    assert (found.execution_type, found.report.status, found.fill) == ("SOMETHING_NEW", "ANOTHER_STATUS", None)


def test_symbol_need_not_be_ascii() -> None:
    assert execution(s="币安人生USDT").report.symbol == "币安人生USDT"


@pytest.mark.parametrize(
    "changes",
    [
        {"i": "17"},
        {"i": True},
        {"i": 1.5},
        {"q": 0.007},
        {"q": "-0.007"},
        {"z": "NaN"},
        {"p": "1e999999999"},
        {"p": "0." + "1" * 70},
        {"S": "BOTH"},
        {"X": None},
        {"l": "0.00000000"},
        {"n": "a fee"},
        {"m": 1},
    ],
)
def test_execution_that_cannot_be_read_is_damaged(changes: dict[str, object]) -> None:
    found = decoded(**changes)
    assert isinstance(found, Ignored)
    assert found.damaged
    assert found.kind.startswith("executionReport: ")


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"<html>502</html>", b"null", b"7", b'"text"', b"[]", b"{}", b'{"event":7}', b'{"e":["a"]}', b"\xff"],
)
def test_garbage_is_ignored(text: bytes) -> None:
    assert isinstance(decode_user_frame(text), Ignored)
    assert isinstance(decode_market_frame(text), Ignored)


def test_connection_level_error_without_an_id() -> None:
    text = b'{"id":null,"status":401,"error":{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}}'
    assert decode_user_frame(text) == RequestFailed(None, -2015, "Invalid API-key, IP, or permissions for action.")


def test_market_frames_come_raw_too() -> None:
    raw = {"u": 1, "s": "BTCUSDT", "b": "0.00000000", "B": "0.00000000", "a": "5", "A": "1"}
    expected = BookTop("BTCUSDT", BestPrices(Decimal(0), Decimal(5)), Decimal(0), Decimal(1), 1)
    assert decode_market_frame(orjson.dumps(raw)) == expected
    assert decode_market_frame(orjson.dumps({"stream": "btcusdt@bookTicker", "data": raw})) == expected
    damaged = decode_market_frame(orjson.dumps({**raw, "b": 7}))
    assert damaged == Ignored("bookTicker: b should be a decimal number as text, not int", damaged=True)


# ---- anything at all

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@settings(UNHURRIED)
@given(st.binary())
def test_no_bytes_raise(text: bytes) -> None:
    decode_user_frame(text)
    decode_market_frame(text)


def sample_frames() -> list[bytes]:
    events = [
        EVENT,
        {"e": "outboundAccountPosition", "E": 1, "u": 1, "B": [{"a": "BTC", "f": "0.1", "l": "0.2"}]},
        {"e": "balanceUpdate", "E": 1, "a": "BTC", "d": "-0.1", "T": 1},
        {"e": "eventStreamTerminated", "E": 1},
        {"e": "trade", "E": 1, "s": "BTCUSDT", "t": 1, "p": "1", "q": "1", "T": 1, "m": True},
        {"e": "24hrMiniTicker", "E": 1, "s": "BTCUSDT", "c": "1"},
        {"u": 1, "s": "BTCUSDT", "b": "1", "B": "1", "a": "2", "A": "1"},
    ]
    wrapped = [{"subscriptionId": 0, "event": each} for each in events] + [{"stream": "x", "data": e} for e in events]
    replies: list[object] = [{"id": 1, "status": 200, "result": {"subscriptionId": 0}}, {"id": 1, "error": {"code": 1}}]
    return [orjson.dumps(each) for each in [*events, *wrapped, *replies]]


def places(value: object) -> list[tuple[object, ...]]:
    """Every path into a JSON value."""
    inner: list[tuple[object, ...]] = []
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in pairs:
        inner += [(key, *path) for path in places(each)] + [(key,)]
    return inner


@settings(UNHURRIED, max_examples=400)
@given(st.sampled_from(sample_frames()), st.data())
def test_no_mutated_frame_raises(text: bytes, data: st.DataObject) -> None:
    value = orjson.loads(text)
    *above, last = data.draw(st.sampled_from(places(value)))
    target = value
    for step in above:
        target = target[step]
    target[last] = data.draw(json_values)
    try:
        mutated = orjson.dumps(value)
    except TypeError:  # an integer or text that orjson does not write
        return
    cut = data.draw(st.integers(0, len(mutated)))
    for candidate in (mutated, mutated[:cut], mutated[:cut] + b"\x00" + mutated[cut:]):
        decode_user_frame(candidate)
        decode_market_frame(candidate)


@settings(UNHURRIED, max_examples=200)
@given(st.data())
def test_no_mutated_recorded_frame_raises(data: st.DataObject) -> None:
    text = bytearray(data.draw(st.sampled_from([each["raw"] for each in user_frames()])).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    decode_user_frame(bytes(text))
    decode_market_frame(bytes(text))


def test_the_streams_that_the_exchange_lists():
    answer = b'{"result":["btcusdt@trade",7,"btcusdt@bookTicker"],"id":1}'
    assert decode_market_frame(answer) == SubscriptionsListed(frozenset({"btcusdt@trade", "btcusdt@bookTicker"}))
    assert isinstance(decode_market_frame(b'{"result":{},"id":1}'), Ignored)


def test_the_answers_to_changes_of_subscriptions():
    assert decode_market_frame(b'{"result":null,"id":2}') == SubscriptionsChanged()
    refused = RequestFailed(2, 2, "Invalid request: streams must be an array")
    text = b'{"code":2,"msg":"Invalid request: streams must be an array","id":2}'
    assert decode_market_frame(text) == refused
    text = b'{"error":{"code":2,"msg":"Invalid request: streams must be an array"},"id":2}'
    assert decode_market_frame(text) == refused


def test_a_balance_that_cannot_be_read_hides_no_other() -> None:
    rows: list[object] = [{"a": "ETH", "f": None, "l": "0"}, {}, None, {"a": "BTC", "f": "0.1", "l": "0.2"}]
    event = {"e": "outboundAccountPosition", "E": 1, "u": 7, "B": rows}
    found = decode_user_frame(orjson.dumps(event))
    assert found == BalancesChanged((Balance("BTC", Decimal("0.1"), Decimal("0.2")),), 7)
