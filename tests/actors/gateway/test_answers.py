"""Queries through the Gateway: each is answered, in order, after the orders."""

from decimal import Decimal as D

import pytest

from actors.gateway import answers
from lotkeeper.trading.balances import BalanceSeen
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.prices.best_prices import BestPrices
from lotkeeper.trading.recovery.questions import (
    NewestOrders,
    NewestTrades,
    OpenOrders,
    OrderByClientId,
    OrderById,
    Question,
    TradesFrom,
    TradesOfOrder,
    TradesSince,
)
from messages.account import BalancesSeen
from messages.orders import SellRefused
from messages.queries import (
    AskExchange,
    BalanceFetched,
    FetchBalance,
    FetchFailed,
    FetchMarket,
    FetchReference,
    FetchTop,
    MarketFetched,
    OrdersFetched,
    ReferenceFetched,
    TopFetched,
    TradesFetched,
)
from tests.actors.gateway.bench import COMMISSION, INFO, KEY, QUERIED, SYMBOL, TRADE, Bench, bench, error, locked
from tests.lotkeeper.exchange.http_peer import CUT, HttpPeer, answer

__all__ = ["bench", "locked"]


@pytest.mark.parametrize(
    ("question", "path", "named"),
    [
        (NewestTrades(), "myTrades", "limit=100&"),
        (TradesSince(1_700_000_000_000), "myTrades", "limit=1000&startTime=1700000000000&"),
        (NewestOrders(), "allOrders", "limit=1000&"),
        (TradesFrom(101), "myTrades", "fromId=101"),
        (TradesOfOrder(7001), "myTrades", "orderId=7001"),
        (OpenOrders(), "openOrders", "symbol=BTCUSDT"),
        (OrderByClientId("lk1-5eh-1"), "order", "origClientOrderId=lk1-5eh-1"),
        (OrderById(9001), "order", "orderId=9001"),
    ],
)
def test_each_question_is_answered_with_its_number(bench, question: Question, path, named):
    body: object = [TRADE] if path == "myTrades" else [QUERIED] if path in ("openOrders", "allOrders") else QUERIED
    reply = bench.ask(AskExchange(12, SYMBOL, question), answer(body))
    assert reply.request_id == 12
    if path == "myTrades":
        assert isinstance(reply, TradesFetched)
        assert [fill.trade_id for fill in reply.fills] == [101]
    else:
        assert isinstance(reply, OrdersFetched)
        assert [report.order_id for report in reply.reports] == [9001]
    assert bench.paths()[-1] == path
    assert named in bench.peer.asked[-1].target


def test_a_trade_that_cannot_be_read_is_told_beside_the_others(bench):
    reply = bench.ask(AskExchange(12, SYMBOL, TradesFrom(101)), answer([TRADE, {**TRADE, "id": 102, "qty": "many"}]))
    assert [fill.trade_id for fill in reply.fills] == [101]
    assert [(row.trade_id, row.order_id) for row in reply.unreadable] == [(102, TRADE["orderId"])]


def test_an_order_that_the_exchange_does_not_know(bench):
    reply = bench.ask(AskExchange(3, SYMBOL, OrderByClientId("lk1-5eh-1")), error(-2013, "Order does not exist."))
    assert reply == OrdersFetched(3, ())


@pytest.mark.parametrize("reply", [error(-1000, "unknown", 500), error(-2015, "Invalid API-key."), CUT, answer(b"x")])
def test_a_query_without_an_answer_fails_with_a_reason_and_a_time_to_wait(bench, reply):
    failed = bench.ask(AskExchange(4, SYMBOL, OpenOrders()), reply)
    assert isinstance(failed, FetchFailed)
    assert failed.request_id == 4
    assert failed.reason
    assert failed.retry_s > 0


def test_the_rules_and_fees_of_a_pair(bench):
    reply = bench.ask(FetchMarket(5, SYMBOL), answer(INFO), answer(COMMISSION))
    assert isinstance(reply, MarketFetched)
    assert isinstance(reply.pair, TradePair)
    assert (reply.pair.tick, reply.pair.step) == (D("0.01"), D("0.00001"))
    assert reply.commission.standard.taker == D("0.001")


def test_the_rules_alone_take_one_request(bench):
    reply = bench.ask(FetchMarket(5, SYMBOL, with_commission=False), answer(INFO))
    assert (reply.pair.symbol, reply.commission, bench.paths()[-1]) == (SYMBOL, None, "exchangeInfo")


@pytest.mark.parametrize(
    "replies",
    [(error(-1121, "Invalid symbol."),), (answer({"symbols": []}), answer(COMMISSION)), (answer(INFO), CUT)],
    ids=["not listed", "listed without rules", "no fees"],
)
def test_rules_that_cannot_be_read(bench, replies):
    reply = bench.ask(FetchMarket(5, SYMBOL), *replies)
    assert isinstance(reply, FetchFailed)
    assert reply.request_id == 5


def test_how_much_of_an_asset_is_free(bench):
    account = {"canTrade": True, "balances": [{"asset": "BTC", "free": "0.5", "locked": "0.1"}]}
    assert bench.ask(FetchBalance(6, "BTC"), answer(account)) == BalanceFetched(6, "BTC", D("0.5"), D("0.1"))
    assert bench.ask(FetchBalance(7, "ETH"), answer(account)) == BalanceFetched(7, "ETH", D(0), D(0))
    assert isinstance(bench.ask(FetchBalance(8, "BTC"), CUT), FetchFailed)


def test_what_the_account_has_is_told_to_the_monitor_once(bench):
    rows = [{"asset": "BTC", "free": "0.5", "locked": "0.1"}, {"asset": "ETH", "free": "0", "locked": "0.0"}]
    account = {"canTrade": True, "updateTime": 77, "balances": rows}
    bench.ask(FetchBalance(6, "ETH"), answer(account))
    bench.desk.advance(2.1)
    assert bench.monitor.pop(BalancesSeen) == BalancesSeen((BalanceSeen("BTC", D("0.5"), D("0.1"), 77),), 77)
    bench.monitor.nothing(BalancesSeen)


@pytest.mark.parametrize("changes", [{"updateTime": 0}, {"balances": [{"asset": "BTC", "free": None, "locked": "0"}]}])
def test_an_account_that_is_not_known_as_a_whole_is_told_to_nobody(bench, changes):
    account = {"canTrade": True, "updateTime": 77, "balances": [], **changes}
    bench.ask(FetchBalance(6, "ETH"), answer(account))
    bench.desk.advance(1.1)
    bench.monitor.nothing(BalancesSeen)


def test_a_balance_that_cannot_be_read_is_not_none_and_others_are_answered(bench):
    eth = {"asset": "ETH", "free": "2", "locked": "0"}
    account = {"canTrade": True, "balances": [{"asset": "BTC", "free": None, "locked": "0.1"}, eth]}
    assert bench.ask(FetchBalance(6, "ETH"), answer(account)) == BalanceFetched(6, "ETH", D(2), D(0))
    failed = bench.ask(FetchBalance(7, "BTC", 60_000), answer(account))
    assert failed.reason == "the answer cannot be read: the balance of BTC"


def rules(*symbols):
    """The exchange's answer about these pairs."""
    return answer({"symbols": [{**INFO["symbols"][0], "symbol": symbol} for symbol in symbols]})


def test_keepers_that_start_together_share_one_request_for_the_rules(bench):
    bench.desk.actor._answers.rules.symbols = (SYMBOL, "ETHUSDT", "BNBUSDT")
    bench.ask(FetchMarket(1, SYMBOL, 10_000), rules(SYMBOL, "ETHUSDT", "BNBUSDT"), answer(COMMISSION))
    assert "symbols=%5B%22BTCUSDT%22%2C%22ETHUSDT%22%2C%22BNBUSDT%22%5D" in bench.peer.asked[-2].target
    for symbol in ("ETHUSDT", "BNBUSDT"):
        asked = len(bench.peer.asked)
        told = bench.ask(FetchMarket(2, symbol, 10_000), answer(COMMISSION))
        assert (told.pair.symbol, len(bench.peer.asked) - asked) == (symbol, 1)  # each has a commission of its own
    told = bench.ask(FetchMarket(3, "ETHUSDT"), rules("ETHUSDT"), answer(COMMISSION))  # who wants them as they are now
    assert (told.pair.symbol, "symbols=%5B%22ETHUSDT%22%5D" in bench.peer.asked[-2].target) == ("ETHUSDT", True)
    bench.desk.advance(10.0)
    bench.ask(FetchMarket(4, "BNBUSDT", 10_000), rules(SYMBOL, "ETHUSDT", "BNBUSDT"), answer(COMMISSION))
    assert bench.paths()[-2:] == ["exchangeInfo", "account/commission"]


def test_a_pair_that_is_no_longer_listed_does_not_hide_the_rules_of_others(bench):
    bench.desk.actor._answers.rules.symbols = (SYMBOL, "GONEUSDT")
    refused = error(-1121, "Invalid symbol.")
    told = bench.ask(FetchMarket(1, SYMBOL, 10_000), refused, rules(SYMBOL), answer(COMMISSION))
    assert (told.pair.symbol, bench.paths()[-3:]) == (SYMBOL, ["exchangeInfo", "exchangeInfo", "account/commission"])
    gone = bench.ask(FetchMarket(2, "GONEUSDT", 10_000), refused, refused)
    assert isinstance(gone, FetchFailed)


def test_queries_for_balances_at_about_the_same_time_share_one_request(bench):
    account = {"canTrade": True, "balances": [{"asset": "BTC", "free": "0.5", "locked": "0.1"}]}
    bench.ask(FetchBalance(1, "BTC"), answer(account))
    asked = len(bench.peer.asked)
    assert bench.ask(FetchBalance(2, "BTC", 1500)) == BalanceFetched(2, "BTC", D("0.5"), D("0.1"))
    assert bench.ask(FetchBalance(3, "ETH", 1500)) == BalanceFetched(3, "ETH", D(0), D(0))
    assert len(bench.peer.asked) == asked
    bench.desk.advance(1.5)
    newer = {"canTrade": True, "balances": [{"asset": "BTC", "free": "0.7", "locked": "0"}]}
    assert bench.ask(FetchBalance(4, "BTC", 1500), answer(newer)).free == D("0.7")
    assert bench.ask(FetchBalance(5, "BTC"), answer(account)).free == D("0.5")  # who will not have an older one


def test_an_exchange_that_is_not_reached_is_tried_four_times_a_second_for_all_queries():
    with HttpPeer() as peer:
        bench = Bench(peer, "http://127.0.0.1:1")
        bench.desk.tell(KEY, bench.launcher)
        before = bench.report().requests
        failed = [bench.ask(FetchBalance(number, "BTC")) for number in range(10)]
        assert bench.report().requests - before == 1
        assert all(0 < each.retry_s <= 0.25 for each in failed)
        refused = bench.place()
        assert (type(refused), refused.code, refused.retry_s) == (SellRefused, 0, 0.25)
        bench.desk.actor.on_exit()


@pytest.mark.parametrize(
    ("replies", "price"),
    [
        ([{"symbol": SYMBOL, "referencePrice": "60000.5", "timestamp": 1}], "60000.5"),
        (
            [{"symbol": SYMBOL, "referencePrice": None, "timestamp": 1}, {"mins": 5, "price": "59000", "closeTime": 1}],
            "59000",
        ),
    ],
    ids=["set", "not set now"],
)
def test_the_price_that_filters_measure_by(bench, replies, price):
    told = bench.ask(FetchReference(6, SYMBOL), *map(answer, replies))
    assert told == ReferenceFetched(6, SYMBOL, D(price))


@pytest.mark.parametrize("missing", [error(-2043, "No reference price."), answer(b"<html>404</html>", 404)])
def test_where_there_is_no_reference_price_the_average_counts(bench, missing):
    told = bench.ask(FetchReference(6, SYMBOL), missing, answer({"mins": 5, "price": "59000"}))
    assert told == ReferenceFetched(6, SYMBOL, D(59000))
    assert bench.paths()[-2:] == ["referencePrice", "avgPrice"]
    assert isinstance(bench.ask(FetchReference(7, SYMBOL), missing, CUT), FetchFailed)


def test_the_reply_about_a_pair_whose_rules_cannot_be_read_says_what_is_wrong(bench):
    damaged = {"symbols": [{**INFO["symbols"][0], "filters": []}]}
    told = bench.ask(FetchMarket(5, SYMBOL), answer(damaged))
    assert (told.request_id, told.reason) == (5, "BTCUSDT: the filter PRICE_FILTER is missing")


def test_the_best_prices_of_a_symbol(bench):
    ticker = {"symbol": "BNBUSDT", "bidPrice": "600.1", "askPrice": "600.2"}
    best = BestPrices(D("600.1"), D("600.2"))
    assert bench.ask(FetchTop(6, "BNBUSDT"), answer(ticker)) == TopFetched(6, "BNBUSDT", best)
    assert bench.ask(FetchTop(8, "XYZUSDT"), error(-1121, "Invalid symbol.")) == TopFetched(8, "XYZUSDT", None)
    assert isinstance(bench.ask(FetchTop(9, "BNBUSDT"), CUT), FetchFailed)


SECOND = 1_700_000_000_000


def candle(begin):
    return [begin, "600.0", "602.5", "599.5", "601.0", "1", begin + 999, "600", 3, "1", "600", "0"]


def test_the_prices_of_a_second_that_has_passed(bench):
    asked = FetchTop(6, "BNBUSDT", SECOND)
    highest, lowest = D("602.5"), D("599.5")
    assert bench.ask(asked, answer([candle(SECOND)])) == TopFetched(6, "BNBUSDT", BestPrices(highest, lowest))
    assert bench.paths()[-1:] == ["klines"]
    assert bench.ask(FetchTop(7, "XYZUSDT", SECOND), error(-1121, "Invalid symbol.")) == TopFetched(7, "XYZUSDT", None)
    assert isinstance(bench.ask(FetchTop(8, "BNBUSDT", SECOND), CUT), FetchFailed)


@pytest.mark.parametrize("nothing", [answer([]), answer([candle(SECOND + 1000)]), error(-1120, "Invalid interval.")])
def test_of_a_second_of_which_the_exchange_tells_nothing_the_prices_of_now_count(bench, nothing):
    ticker = {"symbol": "BNBUSDT", "bidPrice": "600.1", "askPrice": "600.2"}
    told = bench.ask(FetchTop(6, "BNBUSDT", SECOND), nothing, answer(ticker))
    assert told == TopFetched(6, "BNBUSDT", BestPrices(D("600.1"), D("600.2")))
    assert bench.paths()[-2:] == ["klines", "ticker/bookTicker"]


def test_queries_wait_for_the_key_and_for_each_other(locked):
    first, second = AskExchange(1, SYMBOL, OpenOrders()), AskExchange(2, SYMBOL, TradesFrom(5))
    for each in (first, second, first):  # a keeper repeats what stays without an answer
        locked.desk.tell(each, locked.keeper)
    assert locked.peer.asked == []
    locked.peer.replies.extend([answer([]), answer([])])
    locked.unlock()
    assert locked.keeper.received == [OrdersFetched(1, ()), TradesFetched(2, ())]


def test_a_query_that_fails_does_not_hold_up_the_others(bench, monkeypatch):
    def broken(symbol: str) -> None:
        raise ValueError(symbol)

    monkeypatch.setattr(answers.requests, "book_ticker", broken)
    bench.desk.tolerant = True
    failed = bench.ask(FetchTop(1, "BNBUSDT"))
    assert (failed.request_id, "a fault in the Gateway" in failed.reason) == (1, True)
    assert bench.ask(AskExchange(2, SYMBOL, OpenOrders()), answer([])) == OrdersFetched(2, ())
