from decimal import Decimal as D

import pytest

from actors.pair_keeper.comparison import ComparisonCommand
from actors.pair_keeper.effects import Peer
from actors.pair_keeper.requests import Requests
from actors.pair_keeper.state import Trouble, TroubleKind
from lotkeeper.trading.book.holdings import PairHolding
from lotkeeper.trading.prices.best_prices import BestPrices
from lotkeeper.trading.recovery.questions import TradesFrom
from messages.control import CommandRefused
from messages.health import AskHoldings, HoldingsReported
from messages.queries import (
    AskExchange,
    BalanceFetched,
    FetchBalance,
    FetchFailed,
    FetchTop,
    OrdersFetched,
    TopFetched,
    TradesFetched,
)
from tests.actors.gateway.exchange_memory import SYMBOL
from tests.actors.pair_keeper.bench import at, done, open_state, replies, sent


class Bench:
    """A comparison, and what came of those that are finished."""

    def __init__(self, state=None):
        self.state = state or open_state()
        self.requests = Requests()
        self.command = ComparisonCommand(self.state, self.requests)
        self.finished = []

    def begin(self):
        copy = self.state.book.copy()
        return sent(done(self.command.begin("a person", copy, self.finish, at(0), is_adopting=False))[0])

    def finish(self, comparison, now):
        self.finished.append(comparison)
        yield from ()

    def answer(self, asked, held="1"):
        """One question is answered; the effects."""
        number = asked.request_id
        tag = self.requests.take_answered(number)
        match asked:
            case FetchBalance():
                return done(self.command.on_balance(tag, BalanceFetched(number, "BTC", D(0), D(held)), at(1)))[0]
            case FetchTop():
                return done(self.command.on_price(tag, TopFetched(number, SYMBOL, BestPrices(D(5), D(6))), at(1)))[0]
            case AskExchange() if isinstance(asked.question, TradesFrom):
                return done(self.command.on_trades(tag, TradesFetched(number, ()), at(1)))[0]
        return done(self.command.on_orders(tag, OrdersFetched(number, ()), at(1)))[0]

    def read(self):
        """Everything is answered but what comes last; the effects of the last answer."""
        return [self.answer(each) for each in self.begin()][-1]


@pytest.fixture
def bench():
    return Bench()


def test_it_asks_for_the_balance_first_then_for_the_rest(bench):
    assert [type(each) for each in bench.begin()] == [FetchBalance, FetchTop, AskExchange, AskExchange]


def test_others_are_asked_when_all_is_read_and_the_balance_once_more_when_they_have_told(bench):
    assert sent(bench.read(), Peer.MONITOR) == [AskHoldings(1, SYMBOL, "BTC")]
    effects, _ = done(bench.command.on_holdings(HoldingsReported(1, ()), at(2)))
    (balance,) = sent(effects)
    assert bench.finished == []
    bench.answer(balance, "1")
    (comparison,) = bench.finished
    assert (comparison.first_balance, comparison.balance, comparison.beyond) == (D(1), D(1), D(1))
    assert not bench.command.obstacle()


def test_reports_from_before_the_balance_are_not_enough_until_the_fifth_time(bench):
    bench.read()
    old = HoldingsReported(1, (PairHolding("BTCUSDC", at_ms=at(0).wall_ms),))
    for _ in range(4):
        assert done(bench.command.on_holdings(old, at(2)))[0] == []
        assert len(sent(done(bench.command.ask_others_again())[0], Peer.MONITOR)) == 1
    assert len(sent(done(bench.command.on_holdings(old, at(2)))[0])) == 1


def test_without_an_answer_of_the_monitor_it_is_given_up(bench):
    bench.read()
    for _ in range(4):
        done(bench.command.ask_others_again())
    (answer,) = replies(done(bench.command.ask_others_again())[0])
    assert answer == CommandRefused(
        "BTCUSDT could not be compared: the monitor does not say what other pairs hold of BTC"
    )


def test_one_at_a_time(bench):
    bench.begin()
    assert bench.command.obstacle() == "BTCUSDT is being compared for somebody else; try again in a moment"


def test_somebody_may_wait_for_what_comes_of_the_last(bench):
    assert bench.command.obstacle() == ""
    assert "for somebody else" in bench.command.obstacle(is_taken=True)


def test_before_the_first_reconciliation_it_says_what_is_missing():
    state = open_state(is_trading=False)
    command = ComparisonCommand(state, Requests())
    assert command.obstacle() == "BTCUSDT is still reconciling: its start"
    state.trouble = Trouble(TroubleKind.RECONCILIATION_FAILED, "HTTP 502")
    assert command.obstacle() == "BTCUSDT is still reconciling: reconciliation: HTTP 502"


def test_a_question_that_fails_ends_it(bench):
    asked = bench.begin()[0]
    tag = bench.requests.take_answered(asked.request_id)
    effects, _ = done(bench.command.on_failure(tag, FetchFailed(1, "HTTP 502", 1.0), at(1)))
    assert replies(effects) == [CommandRefused("BTCUSDT could not be compared: HTTP 502")]
    assert not bench.command.obstacle()


def test_answers_to_an_older_one_change_nothing(bench):
    first = bench.begin()
    tag = bench.requests.take_answered(first[0].request_id)
    done(bench.command.on_failure(tag, FetchFailed(1, "HTTP 502", 1.0), at(1)))
    bench.begin()
    for question in first[1:]:
        assert bench.answer(question) == []
    assert done(bench.command.on_holdings(HoldingsReported(1, ()), at(2)))[0] == []
