"""The keeper without its actor: connects the collaborators and says which of them takes which event.

Same events at the same moments give the same effects: nothing here reads a clock, sends, or logs.
"""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from actors.pair_keeper.adoption_commands import AdoptionCommands
from actors.pair_keeper.cancels import Cancels
from actors.pair_keeper.coins_watch import CoinsWatch
from actors.pair_keeper.comparison import ComparisonCommand
from actors.pair_keeper.effects import Effect, Effects, Moment, Peer, ReportSoon, Send, Wake, error, warning
from actors.pair_keeper.fee_valuation import FeeValuation
from actors.pair_keeper.heartbeat import Heartbeat
from actors.pair_keeper.introduction import Introduction
from actors.pair_keeper.ledger_outbox import LedgerOutbox
from actors.pair_keeper.manual_verdicts import ManualVerdicts
from actors.pair_keeper.market_rules import MarketRules, unlisted_market, warn_of_unknown_filters
from actors.pair_keeper.operator_commands import OperatorCommands
from actors.pair_keeper.order_outcomes import OrderOutcomes
from actors.pair_keeper.reconciler import LEAST_RETRY_S, Reconciler
from actors.pair_keeper.refusal_facts import RefusalFacts
from actors.pair_keeper.report import Reporter
from actors.pair_keeper.requests import Requests
from actors.pair_keeper.sell_execution import SellExecution
from actors.pair_keeper.state import KeeperState, PhaseEvent, Trouble, TroubleKind
from actors.pair_keeper.stream_watch import StreamWatch
from actors.pair_keeper.tags import (
    AskAboutSell,
    BalanceTag,
    BeginReconciliation,
    CancelTag,
    CheckCoins,
    CoinsTag,
    ComparisonTag,
    EarlierSellTag,
    FeeTag,
    MarketTag,
    MessageQuarantined,
    OrdersAllowedAgain,
    PassTag,
    ProbeTag,
    ReferenceTag,
    RefusalDue,
    RetryLot,
    SellTag,
    SendReport,
    Tick,
    VerdictTag,
    WitnessTag,
)
from actors.pair_keeper.trust import TradingPermission
from actors.pair_keeper.unresolved_sells import UnresolvedSells
from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.policy import Market
from lotkeeper.trading.recovery.reconcile import Reconciliation, starting_cursor
from lotkeeper.trading.reports.fee_rise import add_up, fee_rise_of
from messages.account import BalanceMoved, OrderReported, StreamLost, StreamProven
from messages.control import (
    AdoptCoins,
    AdoptOrder,
    AdoptSince,
    DismissCoins,
    PausePair,
    ReconcilePair,
    ReleaseLot,
    ResolveOrder,
    ResumePair,
)
from messages.health import AskReport, HoldingsReported
from messages.ledger import LedgerFailed, LotsRecorded, PairLoaded, RecordWatchOnly
from messages.lifecycle import Peers, PeersChanged, StartKeeper
from messages.orders import (
    CancelOutcomeUnknown,
    CancelRefused,
    KeeperIntroduced,
    SellBlocked,
    SellCanceled,
    SellFenced,
    SellOutcomeUnknown,
    SellPlaced,
    SellRefused,
)
from messages.queries import (
    BalanceFetched,
    FetchFailed,
    MarketFetched,
    OrdersFetched,
    ReferenceFetched,
    TopFetched,
    TradesFetched,
)

_REPORT_AFTER_S = 0.1
_TOLD_AFTER_S = 5.0  # a trade and the balance after it come in separate events
_PLACED_AFTER_S = 1.0  # what is decided now is on the exchange's book by then
_ANSWER_WITHIN_S = 15.0  # longer than any request of the Gateway may take

_REPEATED = (MarketTag, FeeTag, BalanceTag, ReferenceTag, CancelTag)  # questions whose tag is also their wake-up

Handler = Callable[[Any, Moment], Effects[None]]
CommandHandler = Callable[[Any, Any, Moment], Effects[None]]  # the command, who asks, and when
AnswerHandler = Callable[[Any, Any, Moment], Effects[None]]  # the question's tag, the answer, and when


class KeeperCore:
    """`handle` takes every message and every wake-up; the first is StartKeeper."""

    def __init__(self, start: StartKeeper) -> None:
        self.state = state = KeeperState(start)
        self._is_report_due = False
        self._to_ask_again: set[Any] = set()  # the tags of questions that failed, until their wake-ups come
        self._has_recorded_all = False  # whether every open lot was recorded in this life of the keeper
        self._heartbeat = Heartbeat()
        self._requests = requests = Requests()
        self._permission = TradingPermission(state)
        self._rules = MarketRules(state, requests)
        self._facts = RefusalFacts(state, requests)
        self._fees = FeeValuation(state, requests)
        self._cancels = Cancels(state, requests)
        self._unresolved = UnresolvedSells(state, requests)
        self._ledger = LedgerOutbox(state)
        self._comparison = ComparisonCommand(state, requests)
        self._selling = SellExecution(
            state,
            permission=self._permission,
            facts=self._facts,
            cancels=self._cancels,
            fees=self._fees,
            unresolved=self._unresolved,
            ledger=self._ledger,
        )
        self.reconciler = Reconciler(
            state, requests, self._permission, conclude=self._conclude, keep_found=self._keep_found
        )
        self._coins = CoinsWatch(state, requests, self._selling, self.reconciler)
        self._outcomes = OrderOutcomes(
            state,
            permission=self._permission,
            facts=self._facts,
            rules=self._rules,
            cancels=self._cancels,
            unresolved=self._unresolved,
            selling=self._selling,
            reconciler=self.reconciler,
        )
        self._introduction = Introduction(
            state,
            requests,
            permission=self._permission,
            unresolved=self._unresolved,
            cancels=self._cancels,
            outcomes=self._outcomes,
            selling=self._selling,
        )
        self._stream = StreamWatch(state, requests, self._permission, self.reconciler)
        self._operator = OperatorCommands(state, self._permission, self._selling, self.reconciler, self._comparison)
        self._adoption = AdoptionCommands(state, self._selling, self.reconciler, self._comparison)
        self._verdicts = ManualVerdicts(
            state,
            requests,
            unresolved=self._unresolved,
            reconciler=self.reconciler,
            take=self._outcomes.take,
            apply=self._outcomes.apply,
        )
        self._reporter = Reporter(
            state,
            permission=self._permission,
            unresolved=self._unresolved,
            cancels=self._cancels,
            ledger=self._ledger,
            comparison=self._comparison,
            reconciler=self.reconciler,
        )
        self._events = self._event_table()
        self._commands = self._command_table()
        self._answers = self._answer_table()

    def handle(self, event: Any, sender: Any, now: Moment) -> Iterator[Effect]:
        """The effects of a message or wake-up, in the order in which they are to be carried out.

        They come one by one, so that a SELL is sent before anything after it is computed. A command is answered to
        `sender`.
        """
        kind = type(event)
        if kind in _REPEATED:
            self._to_ask_again.discard(event)
        if kind in self._events:
            effects = self._events[kind](event, now)
        elif kind in self._commands:
            effects = self._commands[kind](event, sender, now)
        else:
            effects = self._on_answer(event, now)
        for effect in chain(effects, self._ask_needed_commission(now)):
            if not isinstance(effect, ReportSoon):
                yield effect
            elif not self._is_report_due:
                self._is_report_due = True
                yield Wake(_REPORT_AFTER_S, SendReport())
        yield from self._heartbeat.stir(event, now, is_idle=self._is_idle(), may_be_quiet=self._may_be_quiet())

    def _ask_needed_commission(self, now: Moment) -> Effects[None]:
        """A lot has something to sell or to send again, or what the exchange shows has to be priced."""
        if self.state.is_commission_known or not self.state.has_book:
            return
        lots, waits = self.state.book.lots, self.reconciler.waits_for_commission
        if waits or lots.index.awaited or any(lot.remainder > 0 for lot in lots.open()):
            yield from self._rules.fetch_needed_commission(now)

    def _on_answer(self, message: Any, now: Moment) -> Effects[None]:
        """An answer to a question, by what the question was about; a late copy of one changes nothing."""
        tag = self._requests.take_answered(message.request_id)
        handler = self._answers.get((type(message), type(tag)))
        if handler is not None:
            yield from handler(tag, message, now)

    # Which collaborator takes which event

    def _event_table(self) -> dict[type, Handler]:
        return {
            # the account's stream
            OrderReported: self._outcomes.on_order_reported,
            BalanceMoved: self._on_balance_moved,
            StreamProven: self._stream.on_stream_proven,
            StreamLost: self._stream.on_stream_lost,
            # the Gateway's replies to orders and cancels
            SellPlaced: self._outcomes.on_sell_placed,
            SellRefused: self._outcomes.on_sell_refused,
            SellBlocked: self._outcomes.on_sell_blocked,
            SellOutcomeUnknown: self._outcomes.on_sell_outcome_unknown,
            SellFenced: self._outcomes.on_sell_fenced,
            KeeperIntroduced: self._introduction.on_introduced,
            SellCanceled: self._outcomes.on_sell_canceled,
            CancelRefused: self._cancels.on_cancel_refused,
            CancelOutcomeUnknown: self._cancels.on_cancel_outcome_unknown,
            # supervisor, Ledger and Monitor
            StartKeeper: self._on_start,
            PeersChanged: self._on_peers,
            MessageQuarantined: self._on_quarantined,
            PairLoaded: self._on_pair_loaded,
            LotsRecorded: self._on_lots_recorded,
            LedgerFailed: self._permission.on_ledger_failed,
            HoldingsReported: self._on_holdings,
            AskReport: self._on_report_wanted,
            MarketFetched: self._on_market,
            # wake-ups
            Tick: self._on_tick,
            SendReport: self._on_report_due,
            BeginReconciliation: self.reconciler.on_begin_due,
            OrdersAllowedAgain: self._selling.on_orders_allowed,
            RefusalDue: self._selling.on_refusal_due,
            RetryLot: self._selling.on_retry_due,
            CheckCoins: self._coins.on_check_due,
            AskAboutSell: self._unresolved.ask_about,
            EarlierSellTag: self._introduction.ask_about,
            CancelTag: self._cancels.on_cancel_due,
            MarketTag: self._rules.on_market_due,
            FeeTag: self._fees.on_fee_due,
            BalanceTag: self._facts.on_balance_due,
            ReferenceTag: self._facts.on_reference_due,
            RecordWatchOnly: self._permission.on_write_due,
        }

    def _command_table(self) -> dict[type, CommandHandler]:
        return {
            PausePair: self._operator.pause,
            ResumePair: self._operator.resume,
            ReconcilePair: self._operator.reconcile,
            ReleaseLot: self._operator.release,
            ResolveOrder: self._verdicts.resolve,
            AdoptOrder: self._adoption.adopt_order,
            AdoptSince: self._adoption.adopt_since,
            AdoptCoins: self._adopt_coins,
            DismissCoins: self._coins.dismiss,
        }

    def _answer_table(self) -> dict[tuple[type, type], AnswerHandler]:
        return {
            (TradesFetched, PassTag): self.reconciler.on_trades,
            (TradesFetched, ComparisonTag): self._comparison.on_trades,
            (OrdersFetched, PassTag): self.reconciler.on_orders,
            (OrdersFetched, ComparisonTag): self._comparison.on_orders,
            (OrdersFetched, SellTag): self._outcomes.on_sell_answer,
            (BalanceFetched, WitnessTag): self._outcomes.on_witness_balance,
            (OrdersFetched, WitnessTag): self._outcomes.on_witness_orders,
            (OrdersFetched, EarlierSellTag): self._introduction.on_answer,
            (OrdersFetched, CancelTag): self._outcomes.on_cancel_answer,
            (OrdersFetched, VerdictTag): self._verdicts.on_order,
            (BalanceFetched, BalanceTag): self._on_balance,
            (BalanceFetched, CoinsTag): self._coins.on_balance,
            (BalanceFetched, ProbeTag): self._stream.on_probe,
            (BalanceFetched, ComparisonTag): self._comparison.on_balance,
            (ReferenceFetched, ReferenceTag): self._selling.on_reference,
            (TopFetched, FeeTag): self._selling.on_fee_price,
            (TopFetched, ComparisonTag): self._comparison.on_price,
            (FetchFailed, PassTag): self.reconciler.on_failure,
            (FetchFailed, ComparisonTag): self._comparison.on_failure,
            (FetchFailed, VerdictTag): self._verdicts.on_failure,
            (FetchFailed, SellTag): self._ask_about_sell_later,
            (FetchFailed, EarlierSellTag): self._introduction.on_failure,
            (FetchFailed, MarketTag): self._on_no_market,
            (FetchFailed, FeeTag): self._ask_later_visibly,
            (FetchFailed, BalanceTag): self._ask_later,
            (FetchFailed, CoinsTag): self._coins.on_failure,
            (FetchFailed, ReferenceTag): self._ask_later,
            (FetchFailed, CancelTag): self._ask_later,
        }

    # Start and peers

    def _on_start(self, message: StartKeeper, now: Moment) -> Effects[None]:
        self._permission.start(now)
        yield from self._meet(message.peers, now)
        yield from self._rules.begin(now)
        yield from self._heartbeat.first_tick(now)

    def _on_peers(self, message: PeersChanged, now: Moment) -> Effects[None]:
        yield from self._meet(message.peers, now)

    def _meet(self, new: Peers, now: Moment) -> Effects[None]:
        """Each new peer is told what its predecessor may not have handled."""
        old, self.state.peers = self.state.peers, new
        if new.user_stream != old.user_stream:
            yield from self._stream.watch(now)
        if new.ledger not in (None, old.ledger):
            yield from self._ledger.send_again(now)
            yield from self._permission.write()
            if self.state.coins.own is not None:
                yield self._coins.record()
        if new.prices not in (None, old.prices):
            yield from self._rules.publish()
        if new.gateway not in (None, old.gateway):
            yield from self._introduction.begin(now)
            yield from self._repeat_requests(0, now)

    def _repeat_requests(self, older_than_s: float, now: Moment) -> Effects[None]:
        for message in self._requests.repeat(now.monotonic_s, older_than_s):
            yield Send(Peer.GATEWAY, message)

    def _on_pair_loaded(self, message: PairLoaded, now: Moment) -> Effects[None]:
        """What the database holds of the pair. The first answer counts; a command that came before it counts more."""
        if self.state.loaded is not None:
            return
        self.state.loaded = message
        self.state.cursor = starting_cursor(message.lots, message.cursor, message.history_from_ms)
        self.state.known_since_ms = message.known_since_ms
        self.state.history_shown_ms = message.history_shown_ms
        self._ledger.load(message)
        self._coins.load(message)
        self._rules.recall(message.sell_rate)
        if not self._operator.wishes.is_pause_known:
            self.state.is_paused = message.is_paused
        if not self._operator.wishes.is_resume_known:
            self._permission.load(message.watch_only)
        yield from self._open_book(now)

    def _on_market(self, message: MarketFetched, now: Moment) -> Effects[None]:
        before = self.state.market
        if message.exchange_ms:
            self.state.exchange_ahead_ms = message.exchange_ms - now.wall_ms
        has_changed = yield from self._rules.learn(message, now)
        if not self.state.has_book:
            yield from self._open_book(now)
        elif has_changed:
            self._ledger.update_terms()
            self.state.book.set_terms(self.state.market, self.state.start.pair.policy)
            yield from self._warn_of_fee_rise(before)
            yield from self.reconciler.take_waiting(now)
            yield from self._selling.follow_open(now)
        yield from warn_of_unknown_filters(message.pair, before.pair if before else None)

    def _warn_of_fee_rise(self, before: Market | None) -> Effects[None]:
        """SELLs on the book were priced with the lower fee; they stand."""
        market, book = self.state.terms().market, self.state.book
        if before is None or market.sell_rate <= before.sell_rate:
            return
        rise = add_up(fee_rise_of(lot, market.sell_rate) for lot in book.lots.open())
        if rise.sells:
            yield warning(f"{book.symbol}: {rise.sentence(market.sell_rate, book.symbol, book.quote)}")
            yield ReportSoon()

    def _open_book(self, now: Moment) -> Effects[None]:
        """Once lots and rules are known: takes the events that came early, then begins the first reconciliation."""
        loaded = self.state.loaded
        if loaded is None or self.state.has_book:
            return
        if self.state.market is None and not self.state.is_listed:
            self.state.market = unlisted_market(loaded.market)
        market = self.state.market
        if market is None:
            return
        pair, settings = market.pair, self.state.start.pair
        book = PairBook(
            pair.symbol,
            pair.base,
            pair.quote,
            market=market,
            policy=settings.policy,
            adopts_all_buys=settings.adoption.takes_all,
            history_from_ms=loaded.history_from_ms,
        )
        book.load_lots(loaded.lots, loaded.finished)
        book.manual_sales.note_finished(loaded.finished_disposals)
        book.set_cursor(self.state.cursor)
        self.state.book = book
        self._ledger.update_terms()
        self.state.move(PhaseEvent.BOOK_OPENED)
        yield from self._stream.watch_balance()
        if (resumed_ms := self._operator.wishes.resumed_ms) is not None:
            yield from self._selling.free_held(resumed_ms, now)
        yield from self._outcomes.doubt_unanswered(0, now)
        yield from self._outcomes.take_early(now)
        yield from self.reconciler.begin(now)

    def _on_lots_recorded(self, message: LotsRecorded, now: Moment) -> Effects[None]:
        finished = self._ledger.take_confirmation(message)
        client_ids = [order.client_id for lot in finished for order in lot.orders]
        self._unresolved.forget(client_ids)
        self._permission.forget(client_ids)
        if self._ledger.has_lost_database:
            yield warning(f"{self.state.symbol}: the database was empty: all lots are recorded again")
            yield from self._ledger.record(self.state.book.lots.keys(), now, self.state.cursor)

    # Reconciliations

    def _keep_found(self, abandoned: Reconciliation, now: Moment) -> Effects[None]:
        """One was given up in the middle: the lots that it changed are decided and recorded as after an event."""
        heard_of = yield from self._outcomes.apply_to_new_lots(now)
        changed = (abandoned.changed_lots | heard_of) & self.state.book.lots.keys()
        yield from self._selling.follow(changed, now)

    def _conclude(self, done: Reconciliation, now: Moment) -> Effects[None]:
        """All trades up to its start are accounted for: open lots and those it changed are decided and recorded."""
        unexplained = self._stream.settle_balance(done, now)
        self.state.move(PhaseEvent.RECONCILED)
        heard_of = yield from self._outcomes.apply_to_new_lots(now)
        yield from self._permission.look_for_another(now)
        yield from self._permission.on_reconciled(done.sells_unknown_to_exchange, self.reconciler.begun_s, now)
        cursor = yield from self.reconciler.account_for(done, now, is_doubtful=bool(unexplained))
        book = self.state.book
        # A lot that it changed may have been finished, recorded and forgotten meanwhile.
        changed = (done.changed_lots | heard_of) & book.lots.keys()
        changed |= yield from self._selling.decide_about(changed | self._selling.lots_out_of_queue(), now)
        if not self._has_recorded_all:
            self._has_recorded_all = True
            changed |= {lot.buy_order_id for lot in book.lots.open()}
        yield from self._ledger.record(changed, now, cursor)
        yield from self._selling.log_manual_sales(done.new_disposals)
        for order in book.lots.unknown_sells():
            yield from self._unresolved.begin_asking(order.client_id, now)
        yield from self._cancels.doubt_unanswered(_ANSWER_WITHIN_S, now)
        yield ReportSoon()
        yield from self.reconciler.follow_up(now)
        yield from self._stream.judge(done, unexplained, now)
        yield from self._coins.begin_once()
        if unexplained or self.state.coins.came:  # what stands may have been adopted, or have gone again
            yield from self._coins.begin_later()

    # The account's coins

    def _on_balance(self, tag: BalanceTag, message: BalanceFetched, now: Moment) -> Effects[None]:
        """A SELL was refused for want of coins: the lots may have more than the account."""
        yield from self._selling.on_balance(tag, message, now)
        yield from self._coins.begin_later(_PLACED_AFTER_S)

    def _on_balance_moved(self, message: BalanceMoved, now: Moment) -> Effects[None]:
        """Of the first balance that is told it is not known what moved it."""
        is_first = self.state.has_book and not self.state.book.balance_check.knows_balance
        yield from self._stream.on_balance_moved(message, now)
        self._unresolved.witness.note_balance()
        if is_first:
            yield from self._coins.begin_later(_TOLD_AFTER_S)

    def _on_holdings(self, message: HoldingsReported, now: Moment) -> Effects[None]:
        yield from self._comparison.on_holdings(message, now)
        yield from self._coins.on_holdings(message, now)

    def _adopt_coins(self, message: AdoptCoins, asker: Any, now: Moment) -> Effects[None]:
        yield from self._adoption.adopt_coins(message, asker, now)
        if not message.is_dry_run:
            yield from self._coins.begin_later(_PLACED_AFTER_S)

    # Questions without an answer

    def _ask_about_sell_later(self, tag: SellTag, message: FetchFailed, now: Moment) -> Effects[None]:
        answer = f"it could not be asked about: {message.reason}"
        yield from self._unresolved.ask_later(answer, max(LEAST_RETRY_S, message.retry_s), tag.topic, now)

    def _ask_later(self, tag: Any, message: FetchFailed, now: Moment) -> Effects[None]:
        """The tag is the wake-up that asks again. One at a time, whoever asked meanwhile: else they would multiply."""
        if tag not in self._to_ask_again:
            self._to_ask_again.add(tag)
            yield Wake(max(LEAST_RETRY_S, message.retry_s), tag)

    def _on_no_market(self, tag: MarketTag, message: FetchFailed, now: Moment) -> Effects[None]:
        """Without the exchange's rules, because it does not list the pair any more, those in the database do."""
        self._rules.postpone(max(LEAST_RETRY_S, message.retry_s), now)
        if message.is_unlisted and self.state.is_listed:
            self.state.is_listed = False
            yield error(f"{self.state.symbol}: {self.state.trouble_sentence()}")
            yield from self._open_book(now)
        yield from self._ask_later_visibly(tag, message, now)

    def _ask_later_visibly(self, tag: Any, message: FetchFailed, now: Moment) -> Effects[None]:
        self.state.trouble = Trouble(TroubleKind.UNANSWERED, message.reason)
        yield from self._ask_later(tag, message, now)
        yield ReportSoon()

    def _on_quarantined(self, event: MessageQuarantined, now: Moment) -> Effects[None]:
        """A reconciliation that waits for this message does not end, and proves nothing."""
        if not self.state.is_trading:
            self.state.trouble = Trouble(TroubleKind.QUARANTINED, type(event.message).__name__)
            yield ReportSoon()

    # Time

    def _on_tick(self, wakeup: Tick, now: Moment) -> Effects[None]:
        if not self._heartbeat.is_newest(wakeup):
            return
        due_in_s = self._stream.compares_in_s(now)
        yield from self._heartbeat.next_tick(now, may_be_quiet=self._may_be_quiet(), due_in_s=due_in_s)
        yield from self._introduction.repeat_when_due(now)
        yield from self._repeat_requests(_ANSWER_WITHIN_S, now)
        yield from self._outcomes.doubt_unanswered(_ANSWER_WITHIN_S, now)
        self._facts.forget_stale(now)
        yield from self._comparison.ask_others_again()
        yield from self._ledger.send_again_when_due(now)
        yield from self._selling.follow_queue(now)
        yield from self._stream.reconcile_when_due(now)
        yield from self._rules.fetch_when_due(now)
        yield from self._on_report_due(wakeup, now)

    def _may_be_quiet(self) -> bool:
        """Whether nothing is waited for that an event would not tell."""
        is_settled = self.state.is_trading and not self._stream.is_blind
        is_answered = self._requests.is_empty and self._ledger.is_empty and not self.reconciler.is_under_way
        return is_settled and is_answered and not self._permission.waits_for_gateway

    @property
    def waits_for_gateway(self) -> bool:
        """Whether SELLs wait for an introduction, or for orders of earlier keepers."""
        return self._permission.waits_for_gateway

    def _is_idle(self) -> bool:
        """Whether there is no open lot, and no command waits for a comparison with the balance."""
        return self.state.is_trading and not self._comparison.is_under_way and not any(self.state.book.lots.open())

    def _on_report_wanted(self, message: AskReport, now: Moment) -> Effects[None]:
        yield ReportSoon()

    def _on_report_due(self, wakeup: Tick | SendReport, now: Moment) -> Effects[None]:
        self._is_report_due = False
        yield from self._reporter.report(now)
