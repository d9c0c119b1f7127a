"""Opening the pair book: once the database has said which lots there are, and the exchange which rules the pair has."""

from actors.pair_keeper.coins_watch import CoinsWatch
from actors.pair_keeper.effects import Effects, Moment
from actors.pair_keeper.ledger_outbox import LedgerOutbox
from actors.pair_keeper.market_rules import MarketRules, unlisted_market
from actors.pair_keeper.operator_commands import OperatorCommands
from actors.pair_keeper.order_reports import OrderReports
from actors.pair_keeper.reconciler import Reconciler
from actors.pair_keeper.sell_execution import SellExecution
from actors.pair_keeper.sell_resolution import SellResolution
from actors.pair_keeper.state import KeeperState, PhaseEvent
from actors.pair_keeper.stream_watch import StreamWatch
from actors.pair_keeper.trust import TradingPermission
from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.halts import Halt
from lotkeeper.trading.policy import Market
from lotkeeper.trading.recovery.reconcile import starting_cursor
from messages.ledger import PairLoaded


class BookOpening:
    """Whichever of lots and rules comes last opens the book."""

    def __init__(
        self,
        state: KeeperState,
        *,
        permission: TradingPermission,
        rules: MarketRules,
        ledger: LedgerOutbox,
        coins: CoinsWatch,
        operator: OperatorCommands,
        stream: StreamWatch,
        selling: SellExecution,
        reports: OrderReports,
        resolution: SellResolution,
        reconciler: Reconciler,
    ) -> None:
        self._state, self._permission, self._rules = state, permission, rules
        self._ledger, self._coins, self._operator = ledger, coins, operator
        self._stream, self._selling = stream, selling
        self._reports, self._resolution, self._reconciler = reports, resolution, reconciler

    def on_pair_loaded(self, message: PairLoaded, now: Moment) -> Effects[None]:
        """What the database holds of the pair. The first answer counts; a command that came before it counts more."""
        state, wishes = self._state, self._operator.wishes
        if state.loaded is not None:
            return
        state.loaded = message
        state.cursor = starting_cursor(message.lots, message.cursor, message.history_from_ms)
        state.known_since_ms, state.history_shown_ms = message.known_since_ms, message.history_shown_ms
        self._ledger.load(message)
        self._coins.load(message)
        self._rules.recall(message.sell_rate)
        if not wishes.is_pause_known and message.is_paused:
            yield from self._operator.begin_pause(message.pause if message.pause.is_on else Halt(True), now)
        if not wishes.is_resume_known:
            self._permission.load(message.watch_only)
        yield from self.open_when_known(now)

    def open_when_known(self, now: Moment) -> Effects[None]:
        """Once lots and rules are known: takes the events that came early, then begins the first reconciliation."""
        loaded = self._state.loaded
        if loaded is None or self._state.has_book:
            return
        if self._state.market is None and not self._state.is_listed:
            self._state.market = unlisted_market(loaded.market)
        if self._state.market is None:
            return
        self._state.book = self._load_book(loaded, self._state.market)
        self._ledger.update_terms()
        self._state.move(PhaseEvent.BOOK_OPENED)
        yield from self._stream.watch_balance()
        if (resumed_ms := self._operator.wishes.resumed_ms) is not None:
            yield from self._selling.free_held(resumed_ms, now)
        yield from self._resolution.doubt_unanswered(0, now)
        yield from self._reports.take_early(now)
        yield from self._reconciler.begin(now)

    def _load_book(self, loaded: PairLoaded, market: Market) -> PairBook:
        pair, settings = market.pair, self._state.start.pair
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
        book.set_cursor(self._state.cursor)
        book.manual_sales.begin_after(self._state.cursor)
        return book
