"""Requests in flight together: a Gateway with a link that answers when the test says so, in any order."""

from decimal import Decimal as D
from typing import Any

import pytest

from actors.gateway.actor import Gateway
from lotkeeper.engine.testkit import ActorBench, Probe
from lotkeeper.exchange.budget.limits import MINUTE_MS, Count, LimitKind
from lotkeeper.exchange.observer import Reply
from lotkeeper.exchange.rest.outcomes import Answered, NotSent, RateLimited, Refused, Unknown
from lotkeeper.exchange.shapes import PlacedOrder
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.recovery.questions import NewestTrades, OpenOrders
from messages.health import GatewayReported
from messages.lifecycle import FencePair, LeaseChecked, StartGateway
from messages.orders import (
    CancelOutcomeUnknown,
    CancelSellOrder,
    PlaceSellOrder,
    SellCanceled,
    SellOutcomeUnknown,
    SellPlaced,
    SellRefused,
)
from messages.queries import AskExchange, FetchBalance, FetchPrices, OrdersFetched, TradesFetched
from tests.actors.gateway.bench import KEY, SYMBOL
from tests.actors.gateway.exchange_memory import report
from tests.actors.gateway.links import ScriptedLink

REFUSAL = Refused(-2010, "Account has insufficient balance", RefusalKind.INSUFFICIENT_BALANCE)


class Desk:
    def __init__(self) -> None:
        self.bench = ActorBench(Gateway)
        self.bench.actor.link_factory = ScriptedLink
        self.keeper, self.monitor = self.bench.probe("keeper"), self.bench.probe("monitor")
        launcher = self.bench.probe("launcher").address
        self.bench.tell(StartGateway("http://nowhere", 5000, launcher, self.monitor.address))
        self.bench.tell(LeaseChecked())
        self.bench.tell(KEY)
        self.settle("time", Answered(1_700_000_000_000))
        self.bench.advance(5.0)  # away from the edge of the exchange's ten seconds

    @property
    def link(self) -> ScriptedLink:
        link: Any = self.bench.actor._link
        return link

    def order(self, number: int, symbol: str = SYMBOL, incarnation: int = 1) -> None:
        now_ms = self.bench.actor.wall_ms()
        message = PlaceSellOrder(symbol, incarnation, f"lk1-{number}-1", D(60360), D("0.001"), now_ms)
        self.bench.tell(message, self.keeper)

    def cancel(self) -> None:
        now_ms = self.bench.actor.wall_ms()
        self.bench.tell(CancelSellOrder(SYMBOL, 1, "lk1-1-1", 9001, "lk1-1-1-x", now_ms), self.keeper)

    def ask(self, message: object, asker: Probe | None = None) -> None:
        self.bench.tell(message, asker or self.keeper)

    def settle(self, path: str, outcome: Any, reply: Reply | None = None, **params: str) -> None:
        self.link.settle(self.bench, self.link.find(path, **params), outcome, reply)

    def waiting(self, path: str) -> int:
        return sum(each.request.path.endswith(f"/{path}") for each in self.link.waiting)

    def report(self) -> GatewayReported:
        self.monitor.received.clear()
        self.bench.advance(1.0)
        return self.monitor.pop(GatewayReported)


def placed(number: int) -> Answered:
    return Answered(PlacedOrder(report(9000 + number, f"lk1-{number}-1", Side.SELL, "NEW", "0.001", "0", "1"), ()))


@pytest.fixture
def desk():
    return Desk()


# Orders


def test_forty_orders_are_in_flight_together_and_answered_in_any_order(desk):
    for number in range(40):
        desk.order(number)
    assert desk.waiting("order") == 40
    desk.settle("order", placed(39), newClientOrderId="lk1-39-1")
    desk.settle("order", REFUSAL, newClientOrderId="lk1-7-1")
    desk.link.time_out(desk.bench, desk.link.find("order", newClientOrderId="lk1-0-1"))
    told = desk.keeper.received
    assert [(type(each), each.client_id) for each in told] == [
        (SellPlaced, "lk1-39-1"),
        (SellRefused, "lk1-7-1"),
        (SellOutcomeUnknown, "lk1-0-1"),
    ]


def test_the_budget_counts_what_is_in_flight(desk):
    for number in range(49):
        desk.order(number)
    desk.order(49)  # one order and perhaps its copy after a wrong clock: 49 and 2 are more than 50
    assert "49 of 50 orders" in desk.keeper.pop(SellRefused).text
    desk.settle("order", NotSent("no connection"), newClientOrderId="lk1-3-1")
    desk.bench.advance(0.3)
    desk.order(50)
    assert desk.waiting("order") == 49


def test_replies_that_overtake_each_other_never_make_the_count_lower_than_what_is_in_flight(desk):
    used = lambda: desk.bench.actor._throttle.budget.usage(desk.bench.actor._throttle.now_ms)[0].used  # noqa: E731
    for number in range(30):
        desk.ask(AskExchange(number, SYMBOL, NewestTrades()))
    assert used() == 1 + 16 * 20
    late, early = desk.link.waiting[1], desk.link.waiting[15]
    counts = {early: 340, late: 60}  # the exchange had counted so much when it answered
    for each, count in counts.items():
        reply = Reply(Answered(()), (Count(LimitKind.WEIGHT, MINUTE_MS, count),))
        desk.link.settle(desk.bench, each, Answered(()), reply)
        assert used() >= 340


# Late replies


def test_a_late_reply_is_told_to_the_keeper_as_a_fact(desk):
    desk.order(1)
    desk.order(2)
    first, second = desk.link.waiting
    desk.link.time_out(desk.bench, first)
    desk.link.time_out(desk.bench, second)
    desk.keeper.received.clear()
    desk.link.observer.on_late_reply(second.request, placed(2))
    desk.link.observer.on_late_reply(first.request, REFUSAL)
    desk.link.observer.on_late_reply(first.request, REFUSAL)
    assert [(type(each), each.client_id) for each in desk.keeper.received] == [
        (SellPlaced, "lk1-2-1"),
        (SellRefused, "lk1-1-1"),
    ]


def test_a_late_refusal_of_an_order_that_was_sent_again_is_not_told(desk):
    desk.order(1)
    first = desk.link.waiting[0]
    desk.link.time_out(desk.bench, first)
    desk.bench.advance(16.0)
    desk.order(1)
    desk.keeper.received.clear()
    desk.link.observer.on_late_reply(first.request, REFUSAL)
    assert desk.keeper.received == []
    second = desk.link.find("order")
    desk.link.time_out(desk.bench, second)
    desk.link.observer.on_late_reply(first.request, placed(1))  # known by now: it is not expected a second time
    assert [type(each) for each in desk.keeper.received] == [SellOutcomeUnknown]


def test_a_late_reply_of_an_earlier_copy_that_was_taken_is_a_fact_all_the_same(desk):
    desk.order(1)
    first = desk.link.waiting[0]
    desk.link.time_out(desk.bench, first)
    desk.bench.advance(16.0)
    desk.order(1)
    desk.keeper.received.clear()
    desk.link.observer.on_late_reply(first.request, placed(1))
    assert desk.keeper.pop(SellPlaced).report.order_id == 9001


def test_of_a_late_reply_to_a_cancel_only_the_end_of_the_order_is_told(desk):
    for outcome, is_told in (
        (REFUSAL, False),
        (Answered(report(9001, "lk1-1-1", Side.SELL, "CANCELED", "1", "0", "1")), True),
    ):
        desk.cancel()
        sent = desk.link.find("order", orderId="9001")
        desk.link.time_out(desk.bench, sent)
        desk.keeper.pop(CancelOutcomeUnknown)
        desk.link.observer.on_late_reply(sent.request, outcome)
        assert [type(each) for each in desk.keeper.received] == ([SellCanceled] if is_told else [])


def test_a_late_reply_goes_to_the_keeper_that_works_now(desk):
    desk.order(1)
    sent, successor = desk.link.waiting[0], desk.bench.probe("successor")
    desk.link.time_out(desk.bench, sent)
    desk.bench.tell(FencePair(SYMBOL, 2))
    now_ms = desk.bench.actor.wall_ms()
    desk.bench.tell(CancelSellOrder(SYMBOL, 2, "lk1-9-1", 9009, "lk1-9-1-x", now_ms), successor)
    desk.keeper.received.clear()
    desk.link.observer.on_late_reply(sent.request, placed(1))
    assert successor.pop(SellPlaced).client_id == "lk1-1-1"
    assert desk.keeper.received == []


# Questions


def test_a_bounded_number_of_questions_is_in_flight_and_orders_never_wait_for_them(desk):
    for number in range(20):
        desk.ask(AskExchange(number, SYMBOL, NewestTrades()))
    assert desk.waiting("myTrades") == 16
    assert desk.report().waiting == 4
    desk.order(1)
    desk.cancel()
    assert desk.waiting("order") == 2
    desk.settle("myTrades", Answered(()))
    assert desk.waiting("myTrades") == 16
    assert desk.keeper.pop(TradesFetched).request_id == 0


def test_prices_are_asked_for_after_the_other_questions(desk):
    for number in range(16):
        desk.ask(AskExchange(number, SYMBOL, NewestTrades()))
    desk.ask(FetchPrices(99, (SYMBOL,)))
    desk.ask(AskExchange(16, SYMBOL, NewestTrades()))
    desk.settle("myTrades", Answered(()))
    assert (desk.waiting("myTrades"), desk.waiting("bookTicker")) == (16, 0)
    desk.settle("myTrades", Answered(()))
    assert desk.waiting("bookTicker") == 1


def test_a_question_that_is_repeated_while_it_is_under_way_is_answered_once(desk):
    for _ in range(3):
        desk.ask(AskExchange(1, SYMBOL, NewestTrades()))
    assert desk.waiting("myTrades") == 1
    desk.settle("myTrades", Answered(()))
    assert len(desk.keeper.received) == 1


def test_a_balance_that_is_being_asked_for_is_shared_with_whoever_accepts_its_age(desk):
    desk.ask(FetchBalance(1, "BTC", 1500))
    desk.bench.advance(1.0)
    desk.ask(FetchBalance(2, "ETH", 1500))
    desk.ask(FetchBalance(3, "BTC"))  # as it is now
    desk.bench.advance(0.6)
    desk.ask(FetchBalance(4, "BTC", 1500))  # the third is young enough
    assert desk.waiting("account") == 2
    desk.settle("account", Unknown("HTTP 502"))
    assert sorted(each.request_id for each in desk.keeper.received) == [1, 2]


def test_one_request_answers_all_keepers_that_wait_for_their_open_orders(desk):
    for number in range(16):
        desk.ask(AskExchange(number, SYMBOL, NewestTrades()))
    for number in range(20):
        desk.ask(AskExchange(100 + number, f"C{number}USDT", OpenOrders()))
    desk.settle("myTrades", Answered(()))
    assert desk.waiting("openOrders") == 1
    desk.keeper.received.clear()
    mine = report(9001, "web", Side.SELL, "NEW", "1", "0", "1")
    desk.settle("openOrders", Answered((mine,)))
    assert [type(each) for each in desk.keeper.received] == [OrdersFetched] * 20


def ask_for_open_orders(desk, count):
    for number in range(count):
        desk.ask(AskExchange(100 + number, f"C{number}USDT", OpenOrders()))


def use_weight(desk, percent):
    desk.ask(AskExchange(1, SYMBOL, NewestTrades()))
    counts = (Count(LimitKind.WEIGHT, MINUTE_MS, 60 * percent),)
    desk.settle("myTrades", Answered(()), Reply(Answered(()), counts))
    desk.keeper.received.clear()


def test_while_much_of_the_minute_is_used_keepers_wait_a_second_for_one_request_for_all_open_orders(desk):
    use_weight(desk, 30)
    ask_for_open_orders(desk, 40)
    desk.ask(AskExchange(139, "C39USDT", OpenOrders()))  # once more
    assert desk.waiting("openOrders") == 4
    assert desk.report().waiting == 36
    assert [each.request.params.get("symbol") for each in desk.link.waiting] == [*(f"C{n}USDT" for n in range(4)), None]
    everything = desk.link.waiting[-1]
    desk.link.settle(desk.bench, everything, Answered((report(9001, "web", Side.SELL, "NEW", "1", "0", "1"),)))
    assert sorted(each.request_id for each in desk.keeper.received) == list(range(104, 140))


def test_a_keeper_that_asks_alone_does_not_wait(desk):
    use_weight(desk, 80)
    for _ in range(3):
        ask_for_open_orders(desk, 4)
        for _ in range(4):
            desk.settle("openOrders", Answered(()))
        desk.bench.advance(1.0)
    assert len(desk.keeper.received) == 12


def test_with_room_in_the_minute_none_waits(desk):
    use_weight(desk, 29)
    ask_for_open_orders(desk, 10)
    assert desk.waiting("openOrders") == 10


def test_where_one_request_for_all_fails_each_asks_alone(desk):
    for number in range(16):
        desk.ask(AskExchange(number, SYMBOL, NewestTrades()))
    for number in range(20):
        desk.ask(AskExchange(100 + number, f"C{number}USDT", OpenOrders()))
    desk.settle("myTrades", Answered(()))
    for _ in range(15):
        desk.settle("myTrades", Answered(()))
    desk.settle("openOrders", Unknown("HTTP 502"))
    assert desk.waiting("openOrders") == 16
    assert {each.request.params["symbol"] for each in desk.link.waiting} == {f"C{number}USDT" for number in range(16)}


# The status


def test_it_reports_what_is_in_flight_and_for_how_long(desk):
    desk.order(1)
    desk.bench.advance(1.5)
    desk.order(2)
    told = desk.report()
    assert (told.in_flight, told.oldest_in_flight_ms) == (2, 2_000)  # it reported at the full second
    assert told.route is not None
    assert (told.route.route, told.route.condition) == ("rest", "REST_ONLY")
    desk.settle("order", placed(1))
    assert desk.report().oldest_in_flight_ms == 1_500


def test_it_keeps_connections_warm_while_the_budget_has_room(desk):
    warmed = desk.link.warmed
    desk.bench.advance(2.0)
    assert desk.link.warmed == warmed + 2
    desk.order(1)
    desk.settle("order", RateLimited(30.0, "Too many requests"))
    desk.bench.advance(20.0)
    assert desk.link.warmed == warmed + 2
