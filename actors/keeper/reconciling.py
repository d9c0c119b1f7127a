"""Comparing the book with the exchange: at the start, after each subscription, on suspicion, and every few minutes."""

from abc import abstractmethod
from collections.abc import Callable, Iterable

from actors.keeper.held_back import HeldBack
from actors.keeper.topics import (
    AboutBalance,
    AboutCancel,
    AboutDoubt,
    AboutFee,
    AboutMarket,
    AboutPass,
    AboutReference,
    Phase,
    Reconcile,
)
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.trading.orders.order import found_by_name
from lotkeeper.trading.orders.states import ImpossibleError
from lotkeeper.trading.recovery.reconcile import Question, Reconciliation
from messages.queries import FetchFailed, OrdersFetched, TradesFetched

_COUNTED_RETRY_S = 1.0
_CONTRADICTED_RETRY_S = 5.0
ANSWER_WITHIN_S = 15.0  # longer than any request of the Gateway may take


class Reconciling(HeldBack):
    """One pass at a time; live events go on meanwhile, and the book takes everything twice."""

    _adopts_since_ms: int | None = None  # by the word of a person, until a pass has done it
    _counted_from: int | None = None  # where a first start found the account, until its first pass is done

    def _reconcile(self) -> None:
        if self._phase is Phase.LOADING:
            return
        if self._pass is not None:
            self._is_pass_wanted = True
            return
        self._is_pass_wanted = False
        self._pass_number += 1  # whatever was to begin one later is done by this
        self._begun_at = self.monotonic()
        since_ms = self._start.pair.adoption.since_ms if self._cursor is None else self._adopts_since_ms
        cursor = self._counted_from if self._cursor is None else self._cursor
        self._pass = Reconciliation(self._book, cursor, self.wall_ms(), since_ms=since_ms)
        self._ask_pass(self._pass.begin())

    def _ask_pass(self, questions: Iterable[Question]) -> None:
        assert self._pass is not None
        for question in questions:
            self._ask_exchange(question, AboutPass(self._pass, question))

    @handles(TradesFetched)
    def _trades_fetched(self, message: TradesFetched, sender: Sender) -> None:
        about = self._requests.answered(message.request_id)
        if isinstance(about, AboutPass) and about.current is self._pass:
            self._pass_on(lambda: about.current.trades(about.question, message.fills))
        else:
            self._about_trades(about, message)

    @handles(OrdersFetched)
    def _orders_fetched(self, message: OrdersFetched, sender: Sender) -> None:
        about = self._requests.answered(message.request_id)
        if isinstance(about, AboutPass) and about.current is self._pass:
            self._pass_on(lambda: about.current.orders(about.question, message.reports))
        elif isinstance(about, AboutDoubt) and message.reports:
            self._take(found_by_name(message.reports[0], about.topic.client_id))
        elif isinstance(about, AboutCancel) and message.reports:
            self._take(message.reports[0])
        elif isinstance(about, AboutDoubt):
            self._still_not_found(about)
        if isinstance(about, AboutCancel):
            self._still_standing(about.client_id)
        self._about_orders(about, message)

    # What a part that is built on this one asked

    @abstractmethod
    def _about_trades(self, about: object, message: TradesFetched) -> None:
        """Trades that no pass has asked for."""

    @abstractmethod
    def _about_orders(self, about: object, message: OrdersFetched) -> None:
        """Orders, whoever asked for them."""

    @abstractmethod
    def _about_failure(self, about: object, message: FetchFailed) -> None:
        """A question that had no answer, whoever asked it."""

    def _pass_on(self, step: Callable[[], tuple[Question, ...]]) -> None:
        try:
            questions = step()
        except ImpossibleError as error:
            self._abandon_pass(f"reconciliation: {error}", _CONTRADICTED_RETRY_S, is_contradiction=True)
            return
        except Exception as error:  # a fault of ours: a pass of which an answer was not taken proves nothing
            reason = f"reconciliation: an answer could not be taken ({type(error).__name__}, see the log)"
            self._abandon_pass(reason, _CONTRADICTED_RETRY_S, is_contradiction=True)
            raise
        self._ask_pass(questions)
        if self._pass is not None and self._pass.is_done:
            self._pass_done(self._pass)

    def _pass_done(self, done: Reconciliation) -> None:
        self._pass = None
        self._adopts_since_ms = None if done.since_ms == self._adopts_since_ms else self._adopts_since_ms
        self._phase = Phase.TRADING
        self._settle()
        self._look_for_another()
        self._trouble = self._proven(done.denied)
        cursor = None if done.cursor is None else self._book.accounted_for(done.cursor)
        if self._cursor is None:
            self._first_pass_done(done)
        self._cursor, self._complete_as_of_ms = cursor, done.started_ms
        self._book.cursor = cursor
        # What the pass changed may have been finished, written down and forgotten meanwhile.
        lots = {lot.buy_order_id for lot in self._book.open_lots()} | (done.changed & self._book.lots.keys())
        lots |= self._decide_about(lots)
        self._record(lots, cursor=cursor)
        self._tell_sold_by_hand(done.disposed)
        for order in self._book.in_doubt():
            self._begin_asking(order.client_id)
        self._doubt_cancels(older_than_s=ANSWER_WITHIN_S)
        self._report_soon()
        if self._is_pass_wanted:
            self._reconcile()
        elif (again_s := self._ground.again_after_s) is not None:
            self.wake_in(again_s, Reconcile(self._pass_number))

    def _first_pass_done(self, done: Reconciliation) -> None:
        """An empty notebook: a first start, or one that was lost. What the exchange still shows is all there is."""
        self._known_since_ms = done.started_ms
        rebuilt = sum(1 for _ in self._book.open_lots())
        facts = {"symbol": self._symbol, "trade": done.cursor, "lots_rebuilt": rebuilt}
        self.log.info("history before this start is not known: lots and profit count from here on", extra=facts)

    def _pass_retry_s(self, retry_s: float) -> float:
        """A request that may have been counted is not repeated faster than all pairs together may ask."""
        return max(retry_s, self._start.poll_every_s / 2) if retry_s >= _COUNTED_RETRY_S else retry_s

    def _abandon_pass(self, reason: str, retry_s: float, *, is_contradiction: bool = False) -> None:
        if self._cursor is None and self._pass is not None and self._pass.cursor is not None:
            self._counted_from = self._pass.cursor_at_start  # what is bought before the next one is not from before
        self._pass = None
        self._not_proven(reason, is_contradiction=is_contradiction)
        self._requests.drop(lambda about: isinstance(about, AboutPass))
        if reason != self._trouble:  # said once, and tried several times a second while nobody is reached
            self.log.warning("%s: %s; again in %.2f s", self._symbol, reason, retry_s)
        self._trouble = reason
        self.wake_in(retry_s, Reconcile(self._pass_number))
        self._report_soon()

    @handles(FetchFailed)
    def _fetch_failed(self, message: FetchFailed, sender: Sender) -> None:
        about = self._requests.answered(message.request_id)
        retry_s = max(0.2, message.retry_s)
        match about:
            case AboutPass(current) if current is self._pass:
                self._abandon_pass(f"reconciliation: {message.reason}", self._pass_retry_s(retry_s))
            case AboutDoubt(topic):
                self._ask_later(topic.client_id, f"it could not be asked about: {message.reason}", retry_s, topic)
            case AboutMarket() | AboutFee():
                self._trouble = self._unanswered = message.reason
                self.wake_in(retry_s, about)
                self._report_soon()
            case AboutBalance() | AboutReference() | AboutCancel():
                self.wake_in(retry_s, about)
            case _:
                self._about_failure(about, message)
