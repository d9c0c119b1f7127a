"""The Gateway with its real REST client, against a server on loopback that is told what to answer."""

import logging
import pickle
from collections.abc import Iterator
from decimal import Decimal as D
from typing import Any

import pytest

from actors import gateway as module
from actors.gateway import Gateway
from lotkeeper.engine.testing import Desk, Probe
from lotkeeper.trading.pairs import TradePair
from lotkeeper.trading.reconcile import (
    NewestTrade,
    OpenOrders,
    OrderByClientId,
    OrderById,
    Question,
    TradesFrom,
    TradesOfOrder,
)
from messages.health import GatewayReported
from messages.lifecycle import Credentials, CredentialsWanted, FencePair, Neighbours, NeighboursChanged, StartGateway
from messages.orders import LEAVES_WITHIN_MS, PlaceSellOrder, SellFenced, SellOutcomeUnknown, SellPlaced, SellRefused
from messages.queries import (
    AskExchange,
    BidFetched,
    FetchBid,
    FetchFailed,
    FetchMarket,
    MarketFetched,
    OrdersFetched,
    TradesFetched,
)
from tests.lotkeeper.exchange.http_peer import CUT, RESET, SILENT, Asked, HttpPeer, answer

SYMBOL = "BTCUSDT"
API_KEY, API_SECRET = "the-key-of-the-account", "the-secret-of-the-account"
KEY = Credentials("hmac", API_KEY, API_SECRET, None)
TIME = answer({"serverTime": 1_700_000_000_000})
ORDER = {
    "symbol": SYMBOL,
    "orderId": 9001,
    "clientOrderId": "lk1-5eh-1",
    "transactTime": 1_700_000_000_000,
    "price": "60360.37",
    "origQty": "0.001",
    "executedQty": "0.000",
    "cummulativeQuoteQty": "0.00",
    "status": "NEW",
    "side": "SELL",
    "fills": [],
}
QUERIED = {**ORDER, "time": 1_700_000_000_000, "updateTime": 1_700_000_000_001}
TRADE = {
    "symbol": SYMBOL,
    "id": 101,
    "orderId": 7001,
    "price": "60000",
    "qty": "0.001",
    "quoteQty": "60",
    "commission": "0.000001",
    "commissionAsset": "BTC",
    "time": 1_700_000_000_000,
    "isBuyer": True,
    "isMaker": False,
}
INFO = {
    "symbols": [
        {
            "symbol": SYMBOL,
            "baseAsset": "BTC",
            "quoteAsset": "USDT",
            "status": "TRADING",
            "filters": [
                {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000", "tickSize": "0.01"},
                {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000", "stepSize": "0.00001"},
            ],
        }
    ]
}
COMMISSION = {"standardCommission": {"maker": "0.001", "taker": "0.001", "buyer": "0", "seller": "0"}}


class Bench:
    """A Gateway on a desk, and the exchange that it speaks to."""

    def __init__(self, peer: HttpPeer, url: str = "") -> None:
        self.peer = peer
        self.desk = Desk(Gateway)
        self.keeper, self.monitor, self.launcher = (self.desk.probe(name) for name in ("keeper", "monitor", "launcher"))
        start = StartGateway(url or peer.url, 5000, self.launcher.address, self.monitor.address)
        self.desk.tell(start, self.launcher)

    def unlock(self) -> None:
        """The launcher hands the key over; the clock is read first."""
        self.peer.replies.appendleft(TIME)
        self.desk.tell(KEY, self.launcher)

    def order(self, incarnation: int = 1, client_id: str = "lk1-5eh-1", age_ms: int = 0) -> PlaceSellOrder:
        sent_ms = self.desk.actor.wall_ms() - age_ms
        return PlaceSellOrder(SYMBOL, incarnation, client_id, D("60360.37"), D("0.001"), sent_ms)

    def place(self, *replies: bytes, **more: Any) -> Any:
        """What the keeper is told after the exchange answered an order so."""
        self.peer.replies.extend(replies)
        self.desk.tell(self.order(**more), self.keeper)
        return self.keeper.received.pop()

    def ask(self, message: object, *replies: bytes) -> Any:
        self.peer.replies.extend(replies)
        self.desk.tell(message, self.keeper)
        return self.keeper.received.pop()

    def paths(self) -> list[str]:
        return [asked.target.partition("?")[0].removeprefix("/api/v3/") for asked in self.peer.asked]

    def report(self) -> GatewayReported:
        self.monitor.received.clear()
        self.desk.advance(1.0)
        return self.monitor.pop(GatewayReported)


@pytest.fixture
def locked() -> Iterator[Bench]:
    """A Gateway that waits for its key."""
    with HttpPeer() as peer:
        bench = Bench(peer)
        yield bench
        bench.desk.actor.on_exit()


@pytest.fixture
def bench(locked: Bench) -> Bench:
    """A Gateway that has its key, and has read the exchange's clock."""
    locked.unlock()
    return locked


def error(code: int, text: str, status: int = 400, **headers: str) -> bytes:
    return answer({"code": code, "msg": text}, status, **headers)


# Orders


def test_an_order_that_is_taken(bench):
    reply = bench.place(answer(ORDER))
    assert isinstance(reply, SellPlaced)
    assert (reply.client_id, reply.report.order_id, reply.report.status, reply.fills) == (
        "lk1-5eh-1",
        9001,
        "NEW",
        (),
    )
    sent: Asked = bench.peer.asked[-1]
    assert sent.method == "POST"
    for part in ("side=SELL", "type=LIMIT", "price=60360.37", "quantity=0.001", "newClientOrderId=lk1-5eh-1"):
        assert part in sent.target


def test_an_order_that_fills_at_once_tells_its_fills(bench):
    part = {"price": "60361", "qty": "0.001", "commission": "0.06", "commissionAsset": "USDT", "tradeId": 77}
    reply = bench.place(answer({**ORDER, "status": "FILLED", "executedQty": "0.001", "fills": [part]}))
    assert [(fill.trade_id, fill.price, fill.commission) for fill in reply.fills] == [(77, D(60361), D("0.06"))]


def test_an_order_that_is_refused(bench):
    reply = bench.place(error(-1013, "Filter failure: NOTIONAL"))
    assert reply == SellRefused(SYMBOL, "lk1-5eh-1", -1013, "Filter failure: NOTIONAL")
    assert bench.report().refused == 1


@pytest.mark.parametrize(
    "reply",
    [
        error(-1007, "Timeout waiting for response from backend server.", 504),
        answer(b"<html>502 Bad Gateway</html>", 502),
        answer(b"{half a"),
        answer({"surprise": True}),
        CUT,
        RESET,
    ],
    ids=["backend timeout", "proxy", "half a body", "another shape", "cut", "reset"],
)
def test_an_order_whose_outcome_nobody_knows(bench, reply):
    told = bench.place(reply)
    assert isinstance(told, SellOutcomeUnknown)
    assert told.client_id == "lk1-5eh-1"
    report = bench.report()
    assert (report.orders, report.unknown, report.refused) == (1, 1, 0)


def test_a_silent_exchange_leaves_the_outcome_unknown(monkeypatch):
    monkeypatch.setattr(module, "_ORDER_ANSWER_S", 0.2)
    with HttpPeer() as peer:
        bench = Bench(peer)
        bench.unlock()
        assert isinstance(bench.place(SILENT), SellOutcomeUnknown)
        bench.desk.actor.on_exit()


def test_an_order_is_sent_once_whatever_comes_of_it(bench):
    bench.place(CUT)
    assert bench.paths().count("order") == 1


def test_no_connection_means_not_sent():
    with HttpPeer() as gone:
        url = gone.url
    with HttpPeer() as peer:
        bench = Bench(peer, url)
        bench.desk.tell(KEY, bench.launcher)
        reply = bench.place()
        assert isinstance(reply, SellRefused)
        assert reply.code == 0
        assert reply.text.startswith("not sent: no connection")
        assert "no connection" in bench.report().trouble


def test_before_the_key_is_here_nothing_is_sent(locked):
    assert locked.place() == SellRefused(SYMBOL, "lk1-5eh-1", 0, "not sent: the Gateway is starting or rate limited")
    assert locked.peer.asked == []


def test_an_order_that_waited_too_long_is_not_sent(bench):
    reply = bench.place(age_ms=LEAVES_WITHIN_MS)
    assert isinstance(reply, SellRefused)
    assert (reply.code, reply.text) == (0, "not sent: it waited too long in the Gateway")
    assert "order" not in bench.paths()
    assert isinstance(bench.place(answer(ORDER), age_ms=1000), SellPlaced)


# The fence


@pytest.mark.parametrize(("fence", "incarnation", "is_sent"), [(5, 4, False), (5, 5, True), (5, 6, True), (0, 1, True)])
def test_only_the_newest_keeper_is_obeyed(bench, fence, incarnation, is_sent):
    if fence:
        bench.desk.tell(FencePair(SYMBOL, fence))
    reply = bench.place(*([answer(ORDER)] if is_sent else []), incarnation=incarnation)
    assert reply.__class__ is (SellPlaced if is_sent else SellFenced)
    assert bench.paths().count("order") == int(is_sent)


def test_a_newer_keeper_fences_the_older_by_its_first_order(bench):
    bench.place(answer(ORDER), incarnation=7)
    assert bench.place(incarnation=6) == SellFenced(SYMBOL, "lk1-5eh-1", 7)


def test_an_older_fence_lowers_nothing(bench):
    bench.desk.tell(FencePair(SYMBOL, 9))
    bench.desk.tell(FencePair(SYMBOL, 3))
    assert isinstance(bench.place(incarnation=8), SellFenced)


def test_a_fence_is_for_its_own_pair(bench):
    bench.desk.tell(FencePair("ETHUSDT", 9))
    assert isinstance(bench.place(answer(ORDER), incarnation=1), SellPlaced)


# Questions


@pytest.mark.parametrize(
    ("question", "path", "named"),
    [
        (NewestTrade(), "myTrades", "limit=1&"),
        (TradesFrom(101), "myTrades", "fromId=101"),
        (TradesOfOrder(7001), "myTrades", "orderId=7001"),
        (OpenOrders(), "openOrders", "symbol=BTCUSDT"),
        (OrderByClientId("lk1-5eh-1"), "order", "origClientOrderId=lk1-5eh-1"),
        (OrderById(9001), "order", "orderId=9001"),
    ],
)
def test_each_question_is_answered_with_its_number(bench, question: Question, path, named):
    body: object = [TRADE] if path == "myTrades" else [QUERIED] if path == "openOrders" else QUERIED
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


def test_an_order_that_the_exchange_does_not_know(bench):
    reply = bench.ask(AskExchange(3, SYMBOL, OrderByClientId("lk1-5eh-1")), error(-2013, "Order does not exist."))
    assert reply == OrdersFetched(3, ())


@pytest.mark.parametrize("reply", [error(-1000, "unknown", 500), error(-2015, "Invalid API-key."), CUT, answer(b"x")])
def test_a_question_without_an_answer_fails_with_a_word_and_a_wait(bench, reply):
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


@pytest.mark.parametrize(
    "replies",
    [(error(-1121, "Invalid symbol."),), (answer({"symbols": []}), answer(COMMISSION)), (answer(INFO), CUT)],
    ids=["not listed", "listed without rules", "no fees"],
)
def test_rules_that_cannot_be_had(bench, replies):
    reply = bench.ask(FetchMarket(5, SYMBOL), *replies)
    assert isinstance(reply, FetchFailed)
    assert reply.request_id == 5


def test_the_bid_of_a_symbol(bench):
    ticker = {"symbol": "BNBUSDT", "bidPrice": "600.1", "askPrice": "600.2"}
    assert bench.ask(FetchBid(6, "BNBUSDT"), answer(ticker)) == BidFetched(6, "BNBUSDT", D("600.1"))
    empty = {**ticker, "bidPrice": "0.0"}
    assert bench.ask(FetchBid(7, "BNBUSDT"), answer(empty)) == BidFetched(7, "BNBUSDT", None)
    assert bench.ask(FetchBid(8, "XYZUSDT"), error(-1121, "Invalid symbol.")) == BidFetched(8, "XYZUSDT", None)
    assert isinstance(bench.ask(FetchBid(9, "BNBUSDT"), CUT), FetchFailed)


def test_questions_wait_for_the_key_and_for_each_other(locked):
    first, second = AskExchange(1, SYMBOL, OpenOrders()), AskExchange(2, SYMBOL, TradesFrom(5))
    for each in (first, second, first):  # a keeper repeats what stays without an answer
        locked.desk.tell(each, locked.keeper)
    assert locked.peer.asked == []
    locked.peer.replies.extend([answer([]), answer([])])
    locked.unlock()
    assert locked.keeper.received == [OrdersFetched(1, ()), TradesFetched(2, ())]


def test_orders_go_before_questions(locked):
    for number in range(3):
        locked.desk.tell(AskExchange(number, SYMBOL, OpenOrders()), locked.keeper)
    locked.peer.replies.extend([answer([]), answer(ORDER), answer([]), answer([])])
    say = locked.desk.actor.reply

    def reply_and_receive_an_order(sender: Any, body: Any) -> None:
        say(sender, body)
        if isinstance(body, OrdersFetched) and body.request_id == 0:
            # The order comes in while the first question is under way.
            locked.desk._to_self.append((locked.order(), locked.keeper.address))

    locked.desk.actor.reply = reply_and_receive_an_order
    locked.unlock()
    assert locked.paths() == ["time", "openOrders", "order", "openOrders", "openOrders"]


def test_a_question_that_cannot_be_put_does_not_hold_up_the_others(locked):
    locked.desk.tolerant = True
    locked.desk.tell(FetchBid(1, "\ud800"), locked.keeper)
    locked.desk.tell(AskExchange(2, SYMBOL, OpenOrders()), locked.keeper)
    locked.peer.replies.append(answer([]))
    locked.unlock()
    assert OrdersFetched(2, ()) in locked.keeper.received


# Rate limits


def test_nothing_is_sent_until_the_exchange_allows_it_again(bench):
    reply = bench.place(error(-1003, "Too many requests.", 429, Retry_After="30"))
    assert isinstance(reply, SellRefused)
    assert (reply.code, reply.text) == (0, "not sent: Too many requests.; again in 30 s")
    asked = len(bench.peer.asked)
    assert isinstance(bench.place(), SellRefused)
    failed = bench.ask(AskExchange(4, SYMBOL, OpenOrders()))
    assert (failed.reason, failed.retry_s) == ("rate limited", pytest.approx(30.0))
    bench.desk.advance(28.0)
    assert isinstance(bench.place(), SellRefused)
    assert len(bench.peer.asked) == asked
    assert "Too many requests" in bench.report().trouble
    bench.peer.replies.append(TIME)  # for the request that keeps the connection warm
    bench.desk.advance(1.5)
    assert isinstance(bench.place(answer(ORDER)), SellPlaced)
    assert bench.report().trouble == ""


def test_the_clock_is_not_read_while_nothing_may_be_sent(bench):
    bench.place(error(-1003, "banned", 418, Retry_After="700"))
    asked = len(bench.peer.asked)
    bench.desk.advance(650.0)
    assert len(bench.peer.asked) == asked
    bench.peer.replies.extend([TIME] * 10)
    bench.desk.advance(100.0)
    assert set(bench.paths()[asked:]) == {"time"}


def test_a_question_that_is_limited_tells_when_to_ask_again(bench):
    failed = bench.ask(FetchMarket(1, SYMBOL), error(-1003, "Too many requests.", 429, Retry_After="7"))
    assert (failed.retry_s, failed.reason) == (7.0, "Too many requests.; again in 7 s")


# The key


def test_the_key_is_asked_for_until_it_comes(locked):
    locked.desk.advance(5.5)
    asked = [each for each in locked.launcher.received if isinstance(each, CredentialsWanted)]
    assert len(asked) == 6
    assert asked[0].reply_to == locked.desk.actor.myAddress
    assert locked.report().trouble == "waiting for the key"
    locked.unlock()
    locked.launcher.received.clear()
    locked.desk.advance(5)
    assert locked.launcher.received == []
    assert locked.report().trouble == ""


def test_a_second_copy_of_the_key_changes_nothing(bench):
    client = bench.desk.actor._rest
    bench.desk.tell(KEY, bench.launcher)
    assert bench.desk.actor._rest is client


def test_a_key_that_cannot_sign_is_said_and_asked_for_again(locked, caplog):
    locked.desk.tolerant = True
    locked.desk.tell(Credentials("ed25519", API_KEY, None, b"no such thing as a key"), locked.launcher)
    assert "PEM" in locked.report().trouble
    assert "no such thing as a key" not in caplog.text
    locked.unlock()
    assert locked.report().trouble == ""


def test_a_key_that_the_exchange_refuses_is_said(bench):
    bench.ask(AskExchange(4, SYMBOL, OpenOrders()), error(-2015, "Invalid API-key, IP, or permissions for action."))
    assert bench.report().trouble.startswith("the exchange refuses the key: Invalid API-key")


def test_a_wrong_clock_is_read_again_and_the_order_sent_once_more(bench):
    reply = bench.place(error(-1021, "Timestamp for this request is outside of the recvWindow."), TIME, answer(ORDER))
    assert isinstance(reply, SellPlaced)
    assert bench.paths() == ["time", "order", "time", "order"]


def test_no_secret_leaves_it_but_in_requests(caplog):
    caplog.set_level(logging.DEBUG, "lotkeeper")
    replies = [answer(ORDER), CUT, error(-2015, "Invalid API-key."), error(-1003, "Too many requests.", 429)]
    with HttpPeer() as peer:
        bench = Bench(peer)
        bench.unlock()
        for reply in replies:
            bench.place(reply)
        bench.desk.advance(3)
        bench.desk.actor.on_exit()
        said = [message for probe in (bench.keeper, bench.monitor, bench.launcher) for message in probe.received]
        assert said
        texts = pickle.dumps(said).decode("latin-1") + repr(said) + caplog.text
    for secret in (API_KEY, API_SECRET, "signature"):
        assert secret not in texts
    assert all(asked.headers["x-mbx-apikey"] == API_KEY for asked in peer.asked[1:])
    assert API_SECRET not in " ".join(asked.target for asked in peer.asked)


# The Monitor


def test_it_reports_every_second_what_it_did(bench):
    bench.place(answer(ORDER, X_MBX_USED_WEIGHT_1M="42"))
    bench.place(error(-2010, "Account has insufficient balance for requested action."))
    report = bench.report()
    assert (report.requests, report.orders, report.refused, report.unknown) == (3, 2, 1, 0)
    assert report.weight_used == 42
    assert report.at_ms == bench.desk.actor.wall_ms()
    bench.monitor.received.clear()
    bench.desk.advance(10)
    assert len(bench.monitor.received) == 10


def test_it_reports_to_the_monitor_of_the_day(bench):
    other: Probe = bench.desk.probe("the next monitor")
    bench.desk.tell(NeighboursChanged(Neighbours(monitor=None)))
    bench.desk.advance(2)
    bench.desk.tell(NeighboursChanged(Neighbours(monitor=other.address)))
    bench.monitor.received.clear()
    bench.desk.advance(1)
    assert bench.monitor.received == []
    other.pop(GatewayReported)


def test_a_quiet_connection_is_kept_warm(bench):
    asked = len(bench.peer.asked)
    bench.peer.replies.extend([TIME, TIME])
    bench.desk.advance(15.0)
    assert len(bench.peer.asked) == asked
    bench.desk.advance(30.0)
    assert bench.paths()[asked:] == ["time", "time"]


def test_trouble_with_the_key_stays_until_a_signed_request_is_answered(bench):
    bench.place(error(-2015, "Invalid API-key, IP, or permissions for action.", 401))
    bench.peer.replies.append(TIME)
    bench.desk.advance(25.0)
    assert "refuses the key" in bench.report().trouble
    bench.place(answer(ORDER))
    assert bench.report().trouble == ""
