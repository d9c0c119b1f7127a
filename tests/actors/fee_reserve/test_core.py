"""Rounds of questions, and what follows from the answers."""

import logging
from decimal import Decimal as D

import pytest

from actors.fee_reserve.core import AGAIN_S, FULL_EVERY_S, LOW_EVERY_S, SOON_S, FeeReserveCore, LookIn, Note, ToPeer
from lotkeeper.trading.fee_reserve.names import HOUR_MS, top_up_id
from lotkeeper.trading.fee_reserve.reserve import FeePayer, FeeReserveSettings, FeesPaid, TopUp
from lotkeeper.trading.fee_reserve.top_up import FRESH_MS, HoldReason, Purchase
from lotkeeper.trading.journal import DecisionKind
from lotkeeper.trading.lots.fees import Commission, CommissionRates, Discount
from lotkeeper.trading.prices.best_prices import BestPrices
from messages.account import CountTrades
from messages.fees import BoughtForFees, BuyForFees, FeeBuyRefused, FeeBuyUnknown, FeesPaidFetched
from messages.ledger import RecordDecisions
from messages.queries import (
    AskExchange,
    BalanceFetched,
    FetchBalance,
    FetchFailed,
    FetchMarket,
    FetchTop,
    MarketFetched,
    OrdersFetched,
    TopFetched,
)
from tests.lotkeeper.trading.fee_reserve.test_top_up import BNB, report

BORN_MS = 1000 * HOUR_MS
LATER_MS = BORN_MS + 600_000  # all that may have been on its way has arrived
TOP_UP = TopUp("BNBUSDT", amount=D("0.05"))
IN_BNB = Commission(CommissionRates(D("0.001"), D("0.001")), discount=Discount("BNB", D("0.75"), True))


class Story:
    """A core, and an exchange that answers its questions."""

    def __init__(self, free: str = "0.01", top_up: TopUp | None = TOP_UP) -> None:
        self.core = FeeReserveCore(FeeReserveSettings(D("0.02"), top_up), "BTCUSDT", 5000, BORN_MS)
        self.free, self.quote_free, self.ask = D(free), D(1000), D(600)
        self.reports: dict[str, object] = {}  # by client order id: what the exchange knows
        self.paid = FeesPaid(D("0.07"), LATER_MS - 7 * 86_400_000, "BNB")
        self.effects: list[object] = []

    def round(self, now_ms: int = LATER_MS, took_ms: int = 0) -> list[object]:
        """All that one round brings; its answers come `took_ms` later."""
        self.effects = []
        waiting = self._take(self.core.look(now_ms))
        while waiting:
            answer = self.answer(waiting.pop(0))
            if answer is not None:
                waiting += self._take(self.core.on_answer(answer, now_ms + took_ms))
        return self.effects

    def _take(self, effects: object) -> list[object]:
        found = list(effects)  # type: ignore[call-overload]
        self.effects += found
        return [each.message for each in found if isinstance(each, ToPeer)]

    def answer(self, question: object) -> object:
        match question:
            case FetchBalance(number, "BNB"):
                return BalanceFetched(number, "BNB", self.free, D(3))
            case FetchBalance(number, asset):
                return BalanceFetched(number, asset, self.quote_free, D(0))
            case FetchMarket(number, symbol):
                return MarketFetched(number, BNB, IN_BNB)
            case FetchTop(number, symbol):
                return TopFetched(number, symbol, BestPrices(self.ask, self.ask) if self.ask else None)
            case AskExchange(number, _, asked):
                found = self.reports.get(asked.client_id)
                return OrdersFetched(number, (found,) if found else ())
            case CountTrades() | BuyForFees() | RecordDecisions():
                return None
            case _:
                return FeesPaidFetched(question.request_id, self.paid)

    @property
    def bought(self) -> list[Purchase]:
        found = [each.message for each in self.effects if isinstance(each, ToPeer)]
        return [each.purchase for each in found if isinstance(each, BuyForFees)]

    def notes(self, level: int = logging.WARNING) -> list[str]:
        return [each.text for each in self.effects if isinstance(each, Note) and each.level == level]


def test_what_is_there_and_how_long_it_lasts_is_reported():
    story = Story(free="0.05")
    story.round()
    found = story.core.report
    assert (found.at_ms, found.hold, found.trouble) == (LATER_MS, None, "")
    assert (found.reserve.free, found.reserve.is_low, found.reserve.payer) == (D("0.05"), False, FeePayer.BNB)
    assert (found.reserve.per_day, found.reserve.lasts_days) == (D("0.01"), 5)
    assert story.bought == story.notes() == []
    assert LookIn(FULL_EVERY_S) in story.round()


def test_without_a_top_up_it_only_warns_and_once():
    story = Story(top_up=None)
    story.round()
    assert story.notes() == ["fees: 0.01 BNB are free, less than the 0.02 of fees.bnb.keep_at_least"]
    assert LookIn(LOW_EVERY_S) in story.effects
    story.round(LATER_MS + 60_000)
    assert (story.notes(), story.bought) == ([], [])


def test_too_little_is_topped_up_under_the_name_of_the_hour():
    story = Story()
    story.round()
    assert story.bought == [Purchase("BNBUSDT", top_up_id(LATER_MS), quantity=D("0.05"))]
    (placed,) = [BoughtForFees(top_up_id(LATER_MS), report(LATER_MS))]
    noted, *effects = story.core.on_bought(placed, LATER_MS)
    assert [(each.kind, each.number, each.facts) for each in noted.message.decisions] == [
        (DecisionKind.FEES_BOUGHT, 7, (("quantity", "0.05"), ("paid", "30")))
    ]
    assert effects == [
        Note(logging.INFO, "fees: bought 0.05 BNB on BNBUSDT for 30, order 7"),
        LookIn(SOON_S),
    ]
    assert story.core.report.bought == report(LATER_MS)


def test_a_lost_reply_buys_nothing_more_within_the_hour():
    story = Story()
    story.round()
    lost = FeeBuyUnknown(top_up_id(LATER_MS), "no answer")
    assert [type(each) for each in story.core.on_unknown(lost, LATER_MS)] == [Note, LookIn]
    for minutes in range(1, 60):
        story.round(LATER_MS + minutes * 60_000)
        assert story.bought == []
    assert story.core.report.hold.reason is HoldReason.BOUGHT_LATELY
    story.round(LATER_MS + HOUR_MS)
    assert [each.client_id for each in story.bought] == [top_up_id(LATER_MS + HOUR_MS)]


def test_a_buy_of_unknown_outcome_is_found_by_its_name():
    story = Story()
    story.round()
    story.reports[top_up_id(LATER_MS)] = report(LATER_MS)
    story.round(LATER_MS + 60_000)
    assert story.core.report.bought == report(LATER_MS)
    assert story.bought == []


def test_a_new_process_waits_and_finds_what_the_one_before_it_bought():
    story = Story()
    story.round(BORN_MS + 3000)
    assert (story.bought, story.core.report.hold.reason) == ([], HoldReason.SETTLING)
    assert story.effects[-1] == LookIn(82.0)  # 5 s of receive window, 15 s in the Gateway, 60 s of lag, less 3 s
    story.reports[top_up_id(BORN_MS)] = report(BORN_MS + 1)
    story.round(BORN_MS + 120_000)
    assert (story.bought, story.core.report.hold.reason) == ([], HoldReason.BOUGHT_LATELY)


def test_what_was_refused_is_tried_again():
    story = Story()
    story.round()
    refused = FeeBuyRefused(top_up_id(LATER_MS), "Account has insufficient balance for requested action.")
    effects = list(story.core.on_refused(refused, LATER_MS))
    assert LookIn(AGAIN_S) in effects
    assert "insufficient balance" in story.core.report.trouble
    story.round(LATER_MS + 30_000)
    assert len(story.bought) == 1


def test_a_late_refusal_of_another_buy_changes_nothing():
    story = Story()
    story.round()
    assert list(story.core.on_refused(FeeBuyRefused("lkf1-1", "no"), LATER_MS)) == []


@pytest.mark.parametrize(("field", "value"), [("quote_free", D(1)), ("ask", None)])
def test_why_nothing_is_bought_is_reported(field, value):
    story = Story()
    setattr(story, field, value)
    story.round()
    assert story.bought == []
    assert story.core.report.hold.reason in (HoldReason.QUOTE_LACKING, HoldReason.NO_PRICE)


def test_answers_that_took_too_long_buy_nothing():
    story = Story()
    story.round(took_ms=FRESH_MS + 1)
    assert story.bought == []
    assert LookIn(SOON_S) in story.effects


def test_a_question_that_fails_is_asked_again_later_and_said_once():
    story = Story()
    (first, *_) = [each.message.request_id for each in story.core.look(LATER_MS) if isinstance(each, ToPeer)]
    failed = FetchFailed(first, "HTTP 502", 2.0)
    assert list(story.core.on_failed(failed, LATER_MS)) == [
        Note(logging.WARNING, "fees: free BNB: HTTP 502"),
        LookIn(30),
    ]
    assert story.core.report.trouble == "free BNB: HTTP 502"
    assert list(story.core.on_failed(failed, LATER_MS)) == []  # a late copy
    story.round(LATER_MS + 30_000)
    assert story.core.report.trouble == ""


def test_answers_to_an_earlier_round_change_nothing():
    story = Story()
    old = [each.message for each in story.core.look(LATER_MS) if isinstance(each, ToPeer)]
    list(story.core.look(LATER_MS + 60_000))
    assert list(story.core.on_answer(story.answer(old[0]), LATER_MS + 60_000)) == []
    assert story.core.report.reserve is None


def test_the_stream_counts_what_the_buy_moves_and_so_does_the_next_one():
    story = Story()
    counted = ToPeer("user_stream", CountTrades("BNBUSDT", "BNB", "USDT"))
    assert counted in story.round()
    assert list(story.core.meet_stream()) == [counted]
    assert list(Story(top_up=None).core.meet_stream()) == []


def test_what_fees_cost_is_asked_for_now_and_then():
    story = Story(free="1")

    def peers() -> list[str]:
        return [each.peer for each in story.effects if isinstance(each, ToPeer) and each.peer == "ledger"]

    story.round()
    assert peers() == ["ledger"]
    story.round(LATER_MS + 300_000)
    assert peers() == []
    story.round(LATER_MS + 1_800_000)
    assert peers() == ["ledger"]
