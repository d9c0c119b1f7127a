"""What a keeper does by itself: at each tick all that is due, and after each event what the event made necessary."""

from actors.pair_keeper.bid_watch import BidWatch
from actors.pair_keeper.buy_records import BuyRecords
from actors.pair_keeper.comparison import ComparisonCommand
from actors.pair_keeper.effects import Effects, Moment
from actors.pair_keeper.grouping import Grouping
from actors.pair_keeper.heartbeat import Heartbeat
from actors.pair_keeper.introduction import Introduction
from actors.pair_keeper.ledger_outbox import LedgerOutbox
from actors.pair_keeper.market_rules import MarketRules
from actors.pair_keeper.reconciler import Reconciler
from actors.pair_keeper.refusal_facts import RefusalFacts
from actors.pair_keeper.report import Reporter
from actors.pair_keeper.requests import ANSWER_WITHIN_S, Requests
from actors.pair_keeper.sell_execution import SellExecution
from actors.pair_keeper.sell_resolution import SellResolution
from actors.pair_keeper.state import KeeperState
from actors.pair_keeper.stream_watch import StreamWatch
from actors.pair_keeper.tags import Tick
from actors.pair_keeper.trust import TradingPermission
from messages.lifecycle import StartKeeper


class Housekeeping:
    """Repeats what was lost, begins what is due, and says when the next tick has to come."""

    def __init__(
        self,
        state: KeeperState,
        requests: Requests,
        *,
        permission: TradingPermission,
        rules: MarketRules,
        facts: RefusalFacts,
        ledger: LedgerOutbox,
        comparison: ComparisonCommand,
        selling: SellExecution,
        grouping: Grouping,
        resolution: SellResolution,
        reconciler: Reconciler,
        introduction: Introduction,
        stream: StreamWatch,
        bids: BidWatch,
        buys: BuyRecords,
        reporter: Reporter,
        heartbeat: Heartbeat,
    ) -> None:
        self._state, self._requests, self._permission = state, requests, permission
        self._rules, self._facts, self._ledger, self._comparison = rules, facts, ledger, comparison
        self._selling, self._resolution, self._reconciler = selling, resolution, reconciler
        self._grouping = grouping
        self._introduction, self._stream, self._bids = introduction, stream, bids
        self._buys, self._reporter, self._heartbeat = buys, reporter, heartbeat

    def on_start(self, message: StartKeeper, now: Moment) -> Effects[None]:
        self._stream.start(now)
        yield from self._heartbeat.first_tick(now)

    def on_tick(self, wakeup: Tick, now: Moment) -> Effects[None]:
        if not self._heartbeat.take(wakeup):
            return
        due_in_s = min(self._stream.compares_in_s(now), self._rules.due_in_s(now))
        is_idle, may_be_quiet = self._is_idle(), self._may_be_quiet()
        yield from self._heartbeat.next_tick(now, is_idle=is_idle, may_be_quiet=may_be_quiet, due_in_s=due_in_s)
        yield from self._introduction.repeat_when_due(now)
        yield from self._requests.send_again(ANSWER_WITHIN_S, now)
        yield from self._resolution.doubt_unanswered(ANSWER_WITHIN_S, now)
        self._facts.forget_stale(now)
        yield from self._comparison.ask_others_again()
        yield from self._ledger.send_again_when_due(now)
        yield from self._selling.follow_queue(now)
        yield from self._selling.follow_replacements(now)
        yield from self._bids.ask_when_due(now)
        yield from self._stream.reconcile_when_due(now)
        yield from self._rules.fetch_when_due(now)
        if not (is_idle and may_be_quiet and self._reconciler.begun_s == now.monotonic_s):  # else the next tick reports
            yield from self._reporter.on_report_due(wakeup, now)

    def after_event(self, event: object, now: Moment) -> Effects[None]:
        yield from self._ask_needed_commission(now)
        yield from self._grouping.follow(now)
        yield from self._buys.send_changed()
        yield from self._ledger.send_notes(now)
        yield from self._heartbeat.stir(event, now, is_idle=self._is_idle(), may_be_quiet=self._may_be_quiet())

    def _ask_needed_commission(self, now: Moment) -> Effects[None]:
        """A lot has something to sell or to send again, or what the exchange shows has to be priced."""
        if self._state.is_commission_known or not self._state.has_book:
            return
        lots, waits = self._state.book.lots, self._reconciler.waits_for_commission
        if waits or lots.index.awaited or any(lot.remainder > 0 for lot in lots.open()):
            yield from self._rules.fetch_needed_commission(now)

    def _may_be_quiet(self) -> bool:
        """Whether nothing is waited for that an event would not tell."""
        is_settled = self._state.is_trading and not self._stream.is_blind
        is_answered = self._requests.is_empty and self._ledger.is_empty and not self._reconciler.is_under_way
        return is_settled and is_answered and not self._permission.waits_for_gateway

    def _is_idle(self) -> bool:
        """Whether there is no open lot, and no command waits for a comparison with the balance."""
        return self._state.is_trading and not self._comparison.is_under_way and not any(self._state.book.lots.open())
