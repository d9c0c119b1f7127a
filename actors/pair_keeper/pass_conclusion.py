"""What is done with a reconciliation that is complete, and with one that is given up."""

from actors.pair_keeper.buy_records import BuyRecords
from actors.pair_keeper.cancels import Cancels
from actors.pair_keeper.coins_watch import CoinsWatch
from actors.pair_keeper.effects import Effects, Moment, ReportSoon
from actors.pair_keeper.ledger_outbox import LedgerOutbox
from actors.pair_keeper.order_reports import OrderReports
from actors.pair_keeper.reconciler import Reconciler
from actors.pair_keeper.requests import ANSWER_WITHIN_S
from actors.pair_keeper.sell_execution import SellExecution
from actors.pair_keeper.state import KeeperState, PhaseEvent
from actors.pair_keeper.stream_watch import StreamWatch
from actors.pair_keeper.trust import TradingPermission
from actors.pair_keeper.unresolved_sells import UnresolvedSells
from lotkeeper.trading.recovery.reconcile import Reconciliation


class PassConclusion:
    """The book has what the pass has found; this decides, records, and judges the stream and the account by it."""

    def __init__(
        self,
        state: KeeperState,
        *,
        permission: TradingPermission,
        cancels: Cancels,
        unresolved: UnresolvedSells,
        ledger: LedgerOutbox,
        selling: SellExecution,
        reports: OrderReports,
        reconciler: Reconciler,
        stream: StreamWatch,
        coins: CoinsWatch,
        buys: BuyRecords,
    ) -> None:
        self._state, self._permission, self._cancels = state, permission, cancels
        self._unresolved, self._ledger, self._selling = unresolved, ledger, selling
        self._reports, self._reconciler = reports, reconciler
        self._stream, self._coins, self._buys = stream, coins, buys
        self._has_recorded_all = False  # whether every open lot was recorded in this life of the keeper

    def on_complete(self, done: Reconciliation, now: Moment) -> Effects[None]:
        """All trades up to its start are accounted for: open lots and those it changed are decided and recorded."""
        unexplained = self._stream.settle_balance(done, now)
        self._state.move(PhaseEvent.RECONCILED)
        heard_of = yield from self._reports.apply_to_new_lots(now)
        yield from self._permission.look_for_another(now)
        yield from self._permission.on_reconciled(done.sells_unknown_to_exchange, self._reconciler.begun_s, now)
        cursor = yield from self._reconciler.account_for(done, now, is_doubtful=bool(unexplained))
        yield from self._decide_and_record(done.changed_lots | heard_of, cursor, now)
        yield from self._selling.log_manual_sales(done.new_disposals)
        yield from self._ask_about_unanswered(now)
        for late in done.late_sells:
            yield from self._reports.cancel_late_sell(late, now)
        yield from self._buys.send_all()
        yield ReportSoon()
        self._selling.conditions.rearrangement.is_due = True
        yield from self._reconciler.follow_up(now)
        yield from self._stream.judge(done, unexplained, now)
        yield from self._coins.begin_once()
        if unexplained or self._state.coins.came:  # what stands may have been adopted, or have gone again
            yield from self._coins.begin_later()

    def _decide_and_record(self, found: set[int], cursor: int | None, now: Moment) -> Effects[None]:
        """The lots with these BUY order ids; one may have been finished, recorded and forgotten meanwhile."""
        lots = self._state.book.lots
        changed = found & lots.keys()
        changed |= yield from self._selling.decide_about(changed | self._selling.lots_out_of_queue(), now)
        if not self._has_recorded_all:
            self._has_recorded_all = True
            changed |= {lot.buy_order_id for lot in lots.open()}
        yield from self._ledger.record(changed, now, cursor)

    def _ask_about_unanswered(self, now: Moment) -> Effects[None]:
        for order in self._state.book.lots.unknown_sells():
            yield from self._unresolved.begin_asking(order.client_id, now)
        yield from self._cancels.doubt_unanswered(ANSWER_WITHIN_S, now)

    def on_abandoned(self, abandoned: Reconciliation, now: Moment) -> Effects[None]:
        """One was given up in the middle: the lots that it changed are decided and recorded as after an event."""
        heard_of = yield from self._reports.apply_to_new_lots(now)
        changed = (abandoned.changed_lots | heard_of) & self._state.book.lots.keys()
        yield from self._selling.follow(changed, now)
