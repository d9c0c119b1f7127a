"""Self-trade prevention: the scenarios of the FAQ, with its own numbers."""

from decimal import Decimal as D

import pytest

from binance_sim.symbols.catalogue import default_document
from binance_sim.symbols.rules import rules_of
from tests.binance_sim.support import Bench

MODES = ("NONE", "EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH", "DECREMENT", "TRANSFER")


@pytest.fixture
def bench():
    """A pair without filters and without external orders: only the account's own orders meet."""
    document = default_document("BTCUSDT") | {"filters": [], "allowedSelfTradePreventionModes": list(MODES)}
    bench = Bench({"USDT": "20000", "BTC": "20000"}, maker="0", taker="0", symbols={"BTCUSDT": rules_of(document)})
    bench.quote("0.01", "1000", bid_qty="0", ask_qty="0")
    return bench


def buy(bench, qty, price, stp="NONE", account=None):
    return bench.place("BUY", qty=qty, price=price, stp=stp, account=account)


def sell(bench, qty, price, stp, account=None):
    return bench.place("SELL", qty=qty, price=price, stp=stp, account=account)


def state(order):
    return order.status, order.filled, order.prevented


def test_none_lets_them_trade(bench):
    maker, taker = buy(bench, "1", "1"), sell(bench, "1", "1", "NONE")
    assert state(maker) == state(taker) == ("FILLED", D(1), D(0))


def test_expire_maker_clears_the_way(bench):
    makers = [buy(bench, qty, price) for qty, price in (("1.2", "1.2"), ("1.3", "1.1"), ("8.1", "1"))]
    taker = sell(bench, "3", "1", "EXPIRE_MAKER")
    assert [state(maker) for maker in makers] == [("EXPIRED_IN_MATCH", D(0), D(qty)) for qty in ("1.2", "1.3", "8.1")]
    assert state(taker) == ("NEW", D(0), D(0))
    assert [(match.match_id, match.maker_qty) for match in taker.matches] == [
        (0, D("1.2")),
        (1, D("1.3")),
        (2, D("8.1")),
    ]
    assert bench.locked("USDT") == 0


def test_expire_taker_leaves_the_book_alone(bench):
    makers = [buy(bench, qty, price) for qty, price in (("1.2", "1.2"), ("1.3", "1.1"))]
    taker = sell(bench, "3", "1", "EXPIRE_TAKER")
    assert [state(maker) for maker in makers] == [("NEW", D(0), D(0))] * 2
    assert state(taker) == ("EXPIRED_IN_MATCH", D(0), D(3))
    assert bench.locked("BTC") == 0


def test_expire_both(bench):
    maker, taker = buy(bench, "1", "1"), sell(bench, "3", "1", "EXPIRE_BOTH")
    assert (state(maker), state(taker)) == (("EXPIRED_IN_MATCH", D(0), D(1)), ("EXPIRED_IN_MATCH", D(0), D(3)))


def test_the_mode_of_the_taker_decides(bench):
    maker, taker = buy(bench, "1", "1", "EXPIRE_MAKER"), sell(bench, "1", "1", "EXPIRE_TAKER")
    assert (state(maker), state(taker)) == (("NEW", D(0), D(0)), ("EXPIRED_IN_MATCH", D(0), D(1)))


def test_a_market_order_that_expires_its_makers_finds_nothing_left(bench):
    maker = buy(bench, "1", "1")
    taker = bench.place("SELL", "MARKET", qty="1", stp="EXPIRE_MAKER")
    assert state(maker) == ("EXPIRED_IN_MATCH", D(0), D(1))
    assert (state(taker), taker.expiry_reason) == (("EXPIRED", D(0), D(0)), "INSUFFICIENT_LIQUIDITY")


def test_decrement_takes_the_smaller_off_both(bench):
    maker, taker = buy(bench, "6", "2"), sell(bench, "2", "2", "DECREMENT")
    assert (state(maker), state(taker)) == (("NEW", D(0), D(2)), ("EXPIRED_IN_MATCH", D(0), D(2)))
    assert bench.locked("USDT") == 8
    assert bench.exchange.markets["BTCUSDT"].book.bids.best().total == 4


def test_transfer_needs_both_and_moves_goods_and_money_within_a_group(bench):
    other = bench.open_account("other", USDT="20000", BTC="20000")
    bench.account.group = other.group = 1
    maker = buy(bench, "0.6", "0.2", "TRANSFER")
    taker = sell(bench, "0.2", "0.2", "TRANSFER", account=other)
    assert (state(maker), state(taker)) == (("NEW", D(0), D("0.2")), ("EXPIRED_IN_MATCH", D(0), D("0.2")))
    assert (bench.free("BTC"), bench.free("USDT"), bench.locked("USDT")) == (D("20000.2"), D("19999.88"), D("0.08"))
    assert (other.funds.free["BTC"], other.funds.free["USDT"]) == (D("19999.8"), D("20000.04"))
    assert bench.surplus() == {}


@pytest.mark.parametrize(("maker_mode", "same_account"), [("NONE", False), ("TRANSFER", True)])
def test_transfer_is_decrement_otherwise(bench, maker_mode, same_account):
    other = bench.account if same_account else bench.open_account("other", BTC="20000")
    bench.account.group = other.group = 1
    maker = buy(bench, "0.6", "0.2", maker_mode)
    taker = sell(bench, "0.2", "0.2", "TRANSFER", account=other)
    assert (state(maker), state(taker)) == (("NEW", D(0), D("0.2")), ("EXPIRED_IN_MATCH", D(0), D("0.2")))
    assert taker.matches[0].mode == ("TRANSFER" if same_account else "DECREMENT")
    assert other.funds.total("BTC") == 20000


def test_strangers_trade_whatever_their_modes(bench):
    other = bench.open_account("other", BTC="20000")
    maker, taker = buy(bench, "1", "1", "EXPIRE_BOTH"), sell(bench, "1", "1", "EXPIRE_BOTH", account=other)
    assert maker.status == taker.status == "FILLED"


def test_the_events_say_what_was_prevented(bench):
    maker = buy(bench, "1", "1")
    sell(bench, "3", "1", "EXPIRE_BOTH")
    reports = [event for event in bench.events if event.get("x") == "TRADE_PREVENTION"]
    assert [(event["i"] == maker.order_id, event["A"], event["B"], event["v"]) for event in reports] == [
        (True, "1.00000000", "1.00000000", 0),
        (False, "3.00000000", "3.00000000", 0),
    ]
    for event in reports:
        assert (event["pl"], event["pL"], event["pY"]) == ("1.00000000", "1.00000000", "1.00000000")
        assert (event["l"], event["L"], event["Y"], event["u"], event["Cs"]) == (*["0.00000000"] * 3, -1, "BTCUSDT")
