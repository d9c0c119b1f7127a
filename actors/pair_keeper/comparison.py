"""Comparing on command: a pass on a copy of the book, which changes nothing, and what the account and others hold."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from actors.pair_keeper.effects import Effects, Moment, Peer, Reply, Send
from actors.pair_keeper.requests import Build, Requests, exchange_question
from actors.pair_keeper.state import KeeperState
from actors.pair_keeper.tags import ComparisonTag
from lotkeeper.trading.book.holdings import PairHolding, all_reported_since, uncertainty_of
from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import ZERO, total
from lotkeeper.trading.orders.states import ImpossibleError
from lotkeeper.trading.recovery.differences import coins_beyond_lots
from lotkeeper.trading.recovery.questions import Question
from lotkeeper.trading.recovery.reconcile import Reconciliation
from messages.control import CommandRefused
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
    """The balance is asked for before everything else and after it.

    Where both are equal, nothing was traded in between, and all figures are of the same state.
    """

    asker: Any
    before: dict[int, Lot]  # the lots of the book as it began
    current: Reconciliation  # the pass on the copy
    finish: "Finish"  # called when everything is known
    is_adopting: bool = False
    first_balance: Decimal | None = None  # base, free and locked; None until it is known, as the next three
    balance: Decimal | None = None
    others: tuple[PairHolding, ...] | None = None  # what other pairs hold, from after the first balance
    bid: Decimal | None = None
    balance_ms: int = 0  # wall clock: when the first balance came
    asked_others: int = 0  # how many times

    @property
    def is_read(self) -> bool:
        """Whether everything is known but what comes last: the other pairs, and the balance once more."""
        return self.current.is_done and self.first_balance is not None and self.bid is not None

    @property
    def is_done(self) -> bool:
        return self.is_read and self.balance is not None

    @property
    def beyond(self) -> Decimal:
        """What the account holds (base) that no lot has."""
        return coins_beyond_lots(self.current.book.lots, self.balance or ZERO, self.others or ())

    def doubt(self, now: Moment) -> str:
        """Why it is not known well enough what other pairs hold; empty where it is."""
        return uncertainty_of(self.others or (), self.balance_ms, now.wall_ms)


Finish = Callable[[Comparison, Moment], Effects[None]]


class ComparisonCommand:
    """One comparison at a time: it costs as much as a reconciliation."""

    def __init__(self, state: KeeperState, requests: Requests) -> None:
        self._state, self._requests = state, requests
        self._number = 0
        self._current: Comparison | None = None

    @property
    def is_adopting(self) -> bool:
        """Whether lots may come of the comparison under way."""
        return self._current is not None and self._current.is_adopting

    @property
    def is_under_way(self) -> bool:
        return self._current is not None

    def obstacle(self, *, is_taken: bool = False) -> str:
        """Why nothing can be compared now; empty when it can. `is_taken`: an earlier command waits for its answer."""
        symbol = self._state.symbol
        if not self._state.is_trading:
            return f"{symbol} is still {self._state.phase}: {self._state.trouble_sentence() or 'its start'}"
        if is_taken or self._current is not None:
            return f"{symbol} is being compared for somebody else; try again in a moment"
        return ""

    def begin(
        self, asker: Any, copy: PairBook, finish: Finish, now: Moment, *, since_ms: int | None = None, is_adopting: bool
    ) -> Effects[None]:
        """Compares a copy of the book; `finish` is called when everything is known."""
        ahead_ms = self._state.exchange_ahead_ms
        current = Reconciliation(copy, self._state.cursor, now.wall_ms, since_ms=since_ms, exchange_ahead_ms=ahead_ms)
        self._number += 1
        self._current = Comparison(asker, dict(self._state.book.lots), current, finish, is_adopting)
        yield from self._ask_balance(now)
        symbol = self._state.symbol
        yield self._request(lambda number: FetchTop(number, symbol), None, now)
        yield from self._ask_all(current.begin(), now)

    # Answers

    def on_trades(self, tag: ComparisonTag, message: TradesFetched, now: Moment) -> Effects[None]:
        answer = message.fills, message.unreadable
        yield from self._take(tag, lambda current: current.current.apply_trades(_question(tag), *answer), now)

    def on_orders(self, tag: ComparisonTag, message: OrdersFetched, now: Moment) -> Effects[None]:
        yield from self._take(tag, lambda current: current.current.apply_orders(_question(tag), message.reports), now)

    def on_balance(self, tag: ComparisonTag, message: BalanceFetched, now: Moment) -> Effects[None]:
        def note_balance(current: Comparison) -> Iterable[Question]:
            balance = total((message.free, message.locked))
            if current.first_balance is None:
                current.first_balance, current.balance_ms = balance, now.wall_ms
            else:
                current.balance = balance
            return ()

        yield from self._take(tag, note_balance, now)

    def on_price(self, tag: ComparisonTag, message: TopFetched, now: Moment) -> Effects[None]:
        def note_bid(current: Comparison) -> Iterable[Question]:
            current.bid = message.top.bid if message.top else ZERO
            return ()

        yield from self._take(tag, note_bid, now)

    def on_failure(self, tag: ComparisonTag, message: FetchFailed, now: Moment) -> Effects[None]:
        if tag.number == self._number:
            yield from self._give_up(message.reason)

    def _take(self, tag: ComparisonTag, step: Callable[[Comparison], Iterable[Question]], now: Moment) -> Effects[None]:
        """Takes one answer, if it belongs to the comparison under way."""
        current = self._current
        if current is None or tag.number != self._number:
            return
        try:
            questions = step(current)
        except ImpossibleError as error:
            yield from self._give_up(str(error))
            return
        yield from self._ask_all(questions, now)
        if current.is_done:
            self._current = None
            yield from current.finish(current, now)
        elif current.is_read and not current.asked_others:
            yield from self._ask_others(current)

    def _give_up(self, reason: str) -> Effects[None]:
        if self._current is not None:
            asker, self._current = self._current.asker, None
            yield Reply(asker, CommandRefused(f"{self._state.symbol} could not be compared: {reason}"))

    # Questions

    def _ask_balance(self, now: Moment) -> Effects[None]:
        base = self._state.book.base
        yield self._request(lambda number: FetchBalance(number, base), None, now)

    def _ask_all(self, questions: Iterable[Question], now: Moment) -> Effects[None]:
        for question in questions:
            yield self._request(exchange_question(self._state.symbol, question), question, now)

    def _request(self, build: Build, question: Question | None, now: Moment) -> Send:
        return Send(Peer.GATEWAY, self._requests.ask(build, ComparisonTag(self._number, question), now.monotonic_s))

    # Other pairs with the same coin

    def _ask_others(self, current: Comparison) -> Effects[None]:
        current.asked_others += 1
        yield Send(Peer.MONITOR, AskHoldings(self._number, self._state.symbol, self._state.book.base))

    def on_holdings(self, message: HoldingsReported, now: Moment) -> Effects[None]:
        """Reports from before the balance came may lack what moved it; the next ones do not."""
        current = self._current
        if current is None or message.number != self._number or current.others is not None:
            return
        if all_reported_since(message.holdings, current.balance_ms) or current.asked_others >= _ASK_OTHERS:
            current.others = message.holdings
            yield from self._ask_balance(now)

    def ask_others_again(self) -> Effects[None]:
        current = self._current
        if current is None or not current.asked_others or current.others is not None:
            return
        if current.asked_others < _ASK_OTHERS:
            yield from self._ask_others(current)
        else:
            yield from self._give_up(f"the monitor does not say what other pairs hold of {self._state.book.base}")


def _question(tag: ComparisonTag) -> Question:
    assert tag.question is not None
    return tag.question
