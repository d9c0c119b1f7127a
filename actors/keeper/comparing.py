"""Comparing on command: a pass on a copy of the book, which changes nothing, and its differences in sentences."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from actors.keeper.topics import AboutComparison, Phase
from actors.keeper.watching import Watching
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.trading.differences import beyond_lots, differences, money_sentence
from lotkeeper.trading.lots import Lot
from lotkeeper.trading.money import ZERO
from lotkeeper.trading.order_states import ImpossibleError
from lotkeeper.trading.reconcile import Question, Reconciliation
from messages.control import Reconciled, ReconcilePair, Refused
from messages.queries import (
    BalanceFetched,
    FetchBalance,
    FetchFailed,
    FetchTop,
    OrdersFetched,
    TopFetched,
    TradesFetched,
)


@dataclass(slots=True)
class _Comparison:
    """`held` and `bid` are None until they are known; `asked_at` by the monotonic clock."""

    asker: Sender
    is_dry_run: bool
    before: dict[int, Lot]
    current: Reconciliation
    asked_at: float
    held: tuple[Decimal, Decimal] | None = None
    bid: Decimal | None = None

    @property
    def is_done(self) -> bool:
        return self.current.is_done and self.held is not None and self.bid is not None


class Comparing(Watching):
    """One comparison at a time: it costs as much as a pass."""

    def __init__(self) -> None:
        super().__init__()
        self._comparisons = 0
        self._comparison: _Comparison | None = None
        self._mended: list[tuple[float, Sender, Reconciled]] = []  # answers that wait for the pass that mends

    @handles(ReconcilePair)
    def _reconcile_pair(self, message: ReconcilePair, sender: Sender) -> None:
        if self._phase is not Phase.TRADING:
            self.reply(sender, Refused(f"{self._symbol} is still {self._phase}: {self._trouble or 'its start'}"))
            return
        if self._comparison is not None:
            self.reply(sender, Refused(f"{self._symbol} is being compared for somebody else; try again in a moment"))
            return
        copy, base = self._book.copied(), self._book.base
        current = Reconciliation(copy, self._cursor, self.wall_ms())
        before = dict(self._book.lots)
        self._comparisons += 1
        self._comparison = _Comparison(sender, message.is_dry_run, before, current, self.monotonic())
        about = AboutComparison(self._comparisons, None)
        self._ask(lambda number: FetchBalance(number, base), about)
        self._ask(lambda number: FetchTop(number, self._symbol), about)
        self._ask_compared(current.begin())

    def _ask_compared(self, questions: Iterable[Question]) -> None:
        for question in questions:
            self._ask_exchange(question, AboutComparison(self._comparisons, question))

    def _compared(self, about: object, step: Callable[[_Comparison], Iterable[Question]]) -> None:
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
            self._told_of(now)

    def _told_of(self, done: _Comparison) -> None:
        book = done.current.book
        beyond = beyond_lots(book.lots, *(done.held or (ZERO, ZERO)))
        answer = Reconciled(
            symbol=self._symbol,
            is_dry_run=done.is_dry_run,
            as_of_ms=done.current.started_ms,
            differences=differences(done.before, done.current),
            money=money_sentence(self._symbol, book.base, book.quote, beyond, done.bid or ZERO),
        )
        if done.is_dry_run:
            self.reply(done.asker, answer)
            return
        self._mended.append((self.monotonic(), done.asker, answer))
        self._reconcile()

    def _not_compared(self, reason: str) -> None:
        if self._comparison is not None:
            asker, self._comparison = self._comparison.asker, None
            self.reply(asker, Refused(f"{self._symbol} could not be compared: {reason}"))

    def _pass_done(self, done: Reconciliation) -> None:
        begun_at = self._begun_at
        super()._pass_done(done)
        waiting, self._mended = self._mended, []
        for since, asker, answer in waiting:
            if begun_at >= since:
                self.reply(asker, answer)
            else:
                self._mended.append((since, asker, answer))

    # Answers

    def _about_trades(self, about: object, message: TradesFetched) -> None:
        self._compared(about, lambda now: now.current.trades(_question(about), message.fills))

    def _about_orders(self, about: object, message: OrdersFetched) -> None:
        self._compared(about, lambda now: now.current.orders(_question(about), message.reports))

    def _about_balance(self, about: object, message: BalanceFetched) -> None:
        def take(now: _Comparison) -> Iterable[Question]:
            now.held = (message.free, message.locked)
            return ()

        self._compared(about, take)

    def _about_top(self, about: object, message: TopFetched) -> None:
        def take(now: _Comparison) -> Iterable[Question]:
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
