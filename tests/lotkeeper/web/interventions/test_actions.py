"""What an intervention shows, and what it sends: the same messages as the commands."""

import getpass
from typing import Any

from lotkeeper.service.errors import RefusedError
from lotkeeper.web.interventions.actions import Actions
from lotkeeper.web.interventions.bodies import (
    AcknowledgeBody,
    CancelBody,
    KillSwitchBody,
    PauseBody,
    ResumeBody,
    SellBody,
)
from messages.control import (
    AcknowledgeAlerts,
    AskPositions,
    AskStatus,
    CommandDone,
    PositionsReported,
    SetKillSwitch,
    StatusReported,
)
from messages.pair_commands import CancelOrder, PausePair, ResumePair, SaleAnswered, SellLot, WithdrawSale

WHO = f"web:{getpass.getuser()}"
PAUSED = {"paused": True, "pause": {"since": "1970-01-01T00:00:07.000+00:00", "who": "you", "why": ""}}
PAIR = {"paused": False, "pause": None, "open_buys": [], "lots_parked": 0, "lots_queued": 0, "lots_held": 0}
LOT = {"lot": "A-1", "pair": "A", "sells": []}
PLAN = {"state": "planned", "lot": "A-1", "base": "A", "quote": "Q", "quantity": "1", "price": "7", "bid": "7"}
PLAN |= {"expected_price": "7", "fee": "0", "net": "7", "cost": "6", "profit": "1", "under_floor_pct": None}
PLAN |= {"cancels": [], "meets": None, "left": "0"}
STATUS = {"pairs": {"A": PAIR, "B": PAIR | PAUSED}, "kill_switch": None, "totals": {"lots_open": 1}}


class Service:
    """Answers as a running one, and notes what it is asked."""

    def __init__(self, **answers: Any) -> None:
        found = {"AskStatus": StatusReported(STATUS), "AskPositions": PositionsReported((LOT,)), **answers}
        self.answers, self.asked = found, []

    def __call__(self, message: object) -> Any:
        if not isinstance(message, AskStatus | AskPositions):
            self.asked.append(message)
        answer = self.answers.get(type(message).__name__, CommandDone("it is done"))
        answer = answer(message) if callable(answer) else answer
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_a_pause_sends_what_was_shown():
    service = Service()
    actions = Actions(service, ["A", "B"])
    body = PauseBody(pair="B", for_s=60.0, why="rest")
    shown = actions.plan_pause(body)
    assert shown.plan == {"done": shown.question}
    assert shown.question.startswith("B is paused since 1970-01-01 00:00:07 UTC by you. From now on no SELL is placed")
    assert actions.pause(body, shown.seen) == {"done": "it is done"}
    (sent,) = service.asked
    assert (sent.symbol, sent.who, sent.why, sent.shown_ms) == ("B", WHO, "rest", 7000)
    assert sent.until_ms == shown.seen[0]


def test_all_pairs_answer_each_for_itself():
    service = Service(
        ResumePair=lambda message: RefusedError("changed") if message.symbol == "A" else CommandDone("yes")
    )
    actions = Actions(service, ["A", "B"])
    shown = actions.plan_resume(ResumeBody(all=True))
    assert [each["pair"] for each in shown.plan] == ["A", "B"]
    answers = actions.resume(ResumeBody(all=True), shown.seen)
    assert answers == [{"pair": "A", "error": "changed"}, {"pair": "B", "done": "yes"}]
    assert service.asked == [ResumePair("A", WHO, "", 0), ResumePair("B", WHO, "", 7000)]


def test_while_the_monitor_restarts_the_configured_pairs_count():
    service = Service(AskStatus=RefusedError("the Monitor does not run"))
    shown = Actions(service, ["A", "B"]).plan_pause(PauseBody(all=True))
    assert shown.seen == (None, {"A": None, "B": None})


def test_a_sale_is_shown_and_then_sent():
    service = Service(SellLot=SaleAnswered(PLAN))
    actions = Actions(service, ["A"])
    body = SellBody(lot="A-1", at="7", quantity="1", why="rent")
    shown = actions.plan_sale(body)
    assert (shown.plan, shown.can_be_done) == (PLAN, True)
    assert shown.question.splitlines()[0] == "A-1: sell 1 A at 7 Q or better"
    actions.sell(body, shown.seen)
    first, then = service.asked
    assert (first.is_dry_run, then.is_dry_run, then.wish.who, then.wish.why) == (True, False, WHO, "rent")
    assert isinstance(then, SellLot)


def test_of_many_lots_those_are_sold_that_can_be():
    lots = PositionsReported(({**LOT, "lot": "A-2"}, LOT))
    service = Service(
        AskPositions=lots,
        SellLot=lambda message: SaleAnswered(PLAN) if message.lot == "A-1" else RefusedError("too small"),
    )
    actions = Actions(service, ["A"])
    shown = actions.plan_sale(SellBody(pair="A", market=True))
    assert shown.plan == [PLAN, {"state": "refused", "lot": "A-2", "error": "too small"}]
    assert shown.seen == ["A-1"]
    assert actions.sell(SellBody(pair="A", market=True), shown.seen) == [PLAN]


def test_a_sale_that_was_asked_for_before_is_only_shown():
    found = {"state": "found", "lot": "A-1", "asked": "1970-01-01T00:00:07.000+00:00", "who": "you", "price": "7"}
    found |= {"base": "A", "quote": "Q", "quantity": "1", "sold": "0", "orders": []}
    shown = Actions(Service(SellLot=SaleAnswered(found)), ["A"]).plan_sale(SellBody(lot="A-1", market=True))
    assert (shown.plan, shown.can_be_done) == (found, False)


def test_a_cancel_has_what_was_shown():
    buy = {"order_id": 9, "client_order_id": "mine", "executed": "0", "price": "5", "type": "LIMIT", "state": "NEW"}
    buy |= {"quantity": "1", "sent": "1970-01-01T00:00:07.000+00:00"}
    service = Service(AskStatus=StatusReported({"pairs": {"A": PAIR | {"open_buys": [buy]}}}))
    actions = Actions(service, ["A"])
    shown = actions.plan_cancel(CancelBody(order="9"))
    assert (shown.plan, shown.question) == ({"done": "it is done"}, "To be done: it is done.")
    actions.cancel(CancelBody(order="9"), shown.seen)
    assert service.asked[1] == CancelOrder("A", "9", WHO, "", False, "it is done")
    actions.plan_cancel(CancelBody(order="A-1"))
    assert service.asked[2] == WithdrawSale("A", "A-1", WHO, "", True, "")


def test_the_kill_switch_and_alerts_that_were_seen():
    service = Service()
    actions = Actions(service, ["A"])
    shown = actions.plan_switch(KillSwitchBody(on=False))
    assert "From now on orders are placed again" in shown.question
    actions.switch(KillSwitchBody(on=False, why="over"), 7)
    actions.acknowledge(AcknowledgeBody(ids=[1, 2]))
    assert service.asked == [SetKillSwitch(False, WHO, "over", 7), AcknowledgeAlerts((1, 2), WHO)]
    assert isinstance(actions.pause(PauseBody(pair="A"), (None, {"A": None})), dict)
    assert service.asked[2] == PausePair("A", None, WHO, "", shown_ms=None)
