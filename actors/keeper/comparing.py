"""Comparing on command: a pass on a copy of the book, which changes nothing, and its differences in sentences."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from actors.keeper.topics import AboutComparison, Phase
from actors.keeper.watching import Watching
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.trading.book.holdings import PairHolding, are_since, unknown
from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import ZERO, total
from lotkeeper.trading.orders.states import ImpossibleError
from lotkeeper.trading.recovery.differences import beyond_lots, differences, money_sentence
from lotkeeper.trading.recovery.reconcile import Question, Reconciliation
from messages.control import Reconciled, ReconcilePair, Refused
from messages.health import AskHoldings, HoldingsReported
from messages.queries import (
    BalanceFetched,
    FetchBalance,
    FetchFailed,
    FetchTop,
    OrdersFetched,
    TopFetched,
    TradesFetched,
)

_ASK_OTHERS = 5  # times, once a second, as keepers report


@dataclass(slots=True)
class Comparison:
    """`balance`, `others` and `bid` are None until they are known; `finish` is what comes of it.

    The balance (base, free and locked) is asked for before everything else and after it: where both are the same, no
    trade fell in between, and all the rest was as it is told beside it. `others` are from after the first of them.
    """

    asker: Sender
    before: dict[int, Lot]
    current: Reconciliation
    finish: Callable[["Comparison"], None]
    is_adopting: bool = False
    first_balance: Decimal | None = None
    balance: Decimal | None = None
    balance_ms: int = 0  # when the first one came
    others: tuple[PairHolding, ...] | None = None
    asked_others: int = 0
    bid: Decimal | None = None

    @property
    def is_read(self) -> bool:
        """Whether all is known but what comes last: the other pairs, and the balance once more."""
        return self.current.is_done and self.first_balance is not None and self.bid is not None

    @property
    def is_done(self) -> bool:
        return self.is_read and self.balance is not None

    @property
    def beyond(self) -> Decimal:
        """What the account holds (base) that no lot has."""
        return beyond_lots(self.current.book.lots, self.balance or ZERO, self.others or ())

    def doubt(self, now_ms: int) -> str:
        """Why it is not known well enough what other pairs hold; empty where it is."""
        return unknown(self.others or (), self.balance_ms, now_ms)


Finish = Callable[[Comparison], None]


class Comparing(Watching):
    """One comparison at a time: it costs as much as a pass."""

    def __init__(self) -> None:
        super().__init__()
        self._comparisons = 0
        self._comparison: Comparison | None = None
        self._answers: list[tuple[Sender, Any]] = []  # those that the pass under way is to be followed by
        self._after_pass: list[tuple[Sender, Any]] = []  # answers that wait for a pass that begins after them

    @handles(ReconcilePair)
    def _reconcile_pair(self, message: ReconcilePair, sender: Sender) -> None:
        obstacle = self._no_comparison()
        if obstacle:
            self.reply(sender, Refused(obstacle))
            return
        self._compare(sender, self._book.copied(), lambda done: self._told_of(done, message.is_dry_run))

    def _no_comparison(self) -> str:
        """Why nothing can be compared now; empty when it can."""
        if self._phase is not Phase.TRADING:
            return f"{self._symbol} is still {self._phase}: {self._trouble or 'its start'}"
        if self._comparison is not None:
            return f"{self._symbol} is being compared for somebody else; try again in a moment"
        return ""

    def _compare(
        self, asker: Sender, copy: PairBook, finish: Finish, since_ms: int | None = None, *, is_adopting: bool = False
    ) -> None:
        current = Reconciliation(copy, self._cursor, self.wall_ms(), since_ms=since_ms)
        self._comparisons += 1
        self._comparison = Comparison(asker, dict(self._book.lots), current, finish, is_adopting)
        self._ask_balance()
        self._ask(lambda number: FetchTop(number, self._symbol), AboutComparison(self._comparisons, None))
        self._ask_compared(current.begin())

    def _ask_balance(self) -> None:
        base = self._book.base
        self._ask(lambda number: FetchBalance(number, base), AboutComparison(self._comparisons, None))

    def _ask_compared(self, questions: Iterable[Question]) -> None:
        for question in questions:
            self._ask_exchange(question, AboutComparison(self._comparisons, question))

    def _compared(self, about: object, step: Callable[[Comparison], Iterable[Question]]) -> None:
        """Takes one answer, if it belongs to the comparison under way."""
        now = self._comparison
        if now is None or not isinstance(about, AboutComparison) or about.number != self._comparisons:
            return
        try:
            self._ask_compared(step(now))
        except ImpossibleError as error:
            self._not_compared(str(error))
            return
        if now.is_done:
            self._comparison = None
            now.finish(now)
        elif now.is_read and not now.asked_others:
            self._ask_others(now)

    # Other pairs with the same coin

    def _ask_others(self, now: Comparison) -> None:
        now.asked_others += 1
        if self._peers.monitor is not None:
            self.send(self._peers.monitor, AskHoldings(self._comparisons, self._symbol, self._book.base))

    @handles(HoldingsReported)
    def _holdings_reported(self, message: HoldingsReported, sender: Sender) -> None:
        """Reports from before the balance came may lack what moved it; the next ones do not."""
        now = self._comparison
        if now is None or message.number != self._comparisons or now.others is not None:
            return
        if are_since(message.holdings, now.balance_ms) or now.asked_others >= _ASK_OTHERS:
            now.others = message.holdings
            self._ask_balance()

    def _ask_others_again(self) -> None:
        now = self._comparison
        if now is None or not now.asked_others or now.others is not None:
            return
        if now.asked_others < _ASK_OTHERS:
            self._ask_others(now)
        else:
            self._not_compared(f"the monitor does not say what other pairs hold of {self._book.base}")

    def _is_adopting(self) -> bool:
        """Until the answer is given: what was found to be adoptable is a lot only after the pass that follows."""
        is_asked = self._comparison is not None and self._comparison.is_adopting
        return is_asked or bool(self._answers or self._after_pass)

    def _told_of(self, done: Comparison, is_dry_run: bool) -> None:
        money = (done.current.book, done.beyond, done.bid or ZERO, done.others or (), done.doubt(self.wall_ms()))
        answer = Reconciled(
            symbol=self._symbol,
            is_dry_run=is_dry_run,
            as_of_ms=done.current.started_ms,
            differences=differences(done.before, done.current),
            money=money_sentence(*money),
        )
        if is_dry_run:
            self.reply(done.asker, answer)
        else:
            self._answer_after_pass(done.asker, answer)

    def _answer_after_pass(self, asker: Sender, answer: Any) -> None:
        """One that begins from now on: what is under way may have asked too early."""
        self._after_pass.append((asker, answer))
        self._reconcile()

    def _not_compared(self, reason: str) -> None:
        if self._comparison is not None:
            asker, self._comparison = self._comparison.asker, None
            self.reply(asker, Refused(f"{self._symbol} could not be compared: {reason}"))

    def _reconcile(self) -> None:
        was_under_way = self._pass is not None
        super()._reconcile()
        if self._pass is not None and not was_under_way:
            self._answers, self._after_pass = [*self._answers, *self._after_pass], []

    def _pass_done(self, done: Reconciliation) -> None:
        answers, self._answers = self._answers, []
        super()._pass_done(done)
        for asker, answer in answers:
            self.reply(asker, answer)

    # Answers

    def _about_trades(self, about: object, message: TradesFetched) -> None:
        self._compared(about, lambda now: now.current.trades(_question(about), message.fills))

    def _about_orders(self, about: object, message: OrdersFetched) -> None:
        self._compared(about, lambda now: now.current.orders(_question(about), message.reports))

    def _about_balance(self, about: object, message: BalanceFetched) -> None:
        def take(now: Comparison) -> Iterable[Question]:
            balance = total((message.free, message.locked))
            if now.first_balance is None:
                now.first_balance, now.balance_ms = balance, self.wall_ms()
            else:
                now.balance = balance
            return ()

        self._compared(about, take)

    def _about_top(self, about: object, message: TopFetched) -> None:
        def take(now: Comparison) -> Iterable[Question]:
            now.bid = message.top.bid if message.top else ZERO
            return ()

        self._compared(about, take)

    def _about_failure(self, about: object, message: FetchFailed) -> None:
        if isinstance(about, AboutComparison) and about.number == self._comparisons:
            self._not_compared(message.reason)


def _question(about: object) -> Question:
    assert isinstance(about, AboutComparison)
    assert about.question is not None
    return about.question
