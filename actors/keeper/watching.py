"""The account's stream as the keeper sees it: what is done while it is down, and what proves that it is deaf."""

from decimal import Decimal

from actors.keeper.reconciling import Reconciling
from actors.keeper.topics import AboutProbe, Phase, Reconcile
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.trading.money import ZERO, less, plain
from lotkeeper.trading.recovery.reconcile import Reconciliation
from lotkeeper.trading.recovery.stream_audit import missed_by_stream
from messages.account import BalanceMoved, StreamLost, StreamProven, WatchBalance, WatchOrders
from messages.connections import StreamSuspected
from messages.queries import BalanceFetched, FetchBalance

_RECONCILE_EVERY_S = 120.0
_PROBE_EVERY_S = 2.0
_SHARED_FOR_MS = 1_500
_BEHIND_S = 3.0  # trades are answered by a database that may be behind the matching (Binance rest-api.md, data sources)
_SUSPECT_EVERY_S = 30.0  # other pairs trade the same coin, and fees are paid in it


class Watching(Reconciling):
    """While the stream is down, the account is polled: balances often, which cost one request for all pairs, and the
    trades at once where the balance of the pair's coin has changed, else every few seconds.
    """

    _is_blind = True
    _stream_since_ms = 0
    _balance: tuple[Decimal, Decimal] | None = None
    _is_balance_suspected = False
    _is_gap_open = False  # what happened just before the stream was proven may not have been answered yet
    _probed_at = float("-inf")

    def _watch(self, user_stream: object) -> None:
        """A stream in a new life says by itself when it is proven; until then nothing is heard."""
        self._go_blind("the actor of the account's stream began a new life")
        if user_stream is not None:
            self.send(user_stream, WatchOrders(self._symbol, self._start.incarnation))
            self._watch_balance()

    def _watch_balance(self) -> None:
        """Once the pair's base asset is known."""
        if self._phase is not Phase.LOADING and self._peers.user_stream is not None:
            self.send(self._peers.user_stream, WatchBalance(self._symbol, self._book.base, self._book.quote))

    @handles(BalanceMoved)
    def _balance_moved(self, message: BalanceMoved, sender: Sender) -> None:
        self._book.flow.told(less(message.balance, message.by_others), self.monotonic())

    def _suspect_balance(self) -> None:
        """It moved, and no trade known here moved it: one was missed, another pair's, or none."""
        now = self.monotonic()
        change = self._book.flow.unexplained(now)
        if change and self._pass is None and now - self._begun_at >= _SUSPECT_EVERY_S:
            self._is_balance_suspected = True
            self._compare_because(f"the balance of {self._book.base} moved by {plain(change)} without a trade")

    @handles(StreamProven)
    def _stream_proven(self, message: StreamProven, sender: Sender) -> None:
        """What was missed before the subscription is asked for now."""
        if self._is_blind:
            self.log.info("%s: the account's stream is proven; polling ends", self._symbol)
        self._is_blind, self._stream_since_ms, self._is_gap_open = False, self.wall_ms(), True
        self._reconcile()

    @handles(StreamLost)
    def _stream_lost(self, message: StreamLost, sender: Sender) -> None:
        self._go_blind(message.reason)
        self._reconcile()
        self._report_soon()

    def _go_blind(self, reason: str) -> None:
        if not self._is_blind:
            every_s = self._start.poll_every_s
            self.log.warning(
                "%s: no account's stream (%s); trades are asked for every %g s", self._symbol, reason, every_s
            )
        self._is_blind, self._balance = True, None

    def _compare_when_due(self) -> None:
        if self._phase is not Phase.TRADING:
            return
        if self._is_blind:
            self._probe_when_due()
        self._suspect_balance()
        every_s = self._start.poll_every_s if self._is_blind else _RECONCILE_EVERY_S
        is_due = self.monotonic() - self._begun_at >= every_s or self._is_settling_due()
        if self._pass is None and is_due:
            self._reconcile()

    def _look_once_more(self) -> None:
        """A trade from before the subscription, which the answer right after it did not have yet, is told by nobody."""
        if self._is_gap_open and self._pass is None:
            self._is_gap_open = False
            self.wake_in(max(_BEHIND_S, self._start.poll_every_s), Reconcile(self._pass_number))

    # While blind

    def _probe_when_due(self) -> None:
        now = self.monotonic()
        if now - self._probed_at >= _PROBE_EVERY_S:
            self._probed_at, base = now, self._book.base
            self._ask_once(lambda number: FetchBalance(number, base, _SHARED_FOR_MS), AboutProbe())

    def _probed(self, message: BalanceFetched) -> None:
        before, self._balance = self._balance, (message.free, message.locked)
        if self._is_blind and before not in (None, self._balance):
            self._reconcile()

    # Deaf

    def _pass_done(self, done: Reconciliation) -> None:
        left = self._book.flow.unexplained(self.monotonic()) if self._is_balance_suspected else ZERO
        self._is_balance_suspected = False
        if done.cursor is not None:
            self._book.flow.compared(done.cursor)
        super()._pass_done(done)
        self._look_once_more()
        if left:
            coins = f"{plain(left.copy_abs())} {self._book.base} {'came' if left > 0 else 'went'}"
            self.log.warning("%s: %s, and no trade of the pair did it", self._symbol, coins)
        missed = missed_by_stream(done.found, self._stream_since_ms, done.started_ms)
        if missed is None or self._is_blind or self._peers.user_stream is None:
            return
        reason = f"trade {missed.trade_id} of {self._symbol} was found by request and not told by the stream"
        self.log.error("%s: %s", self._symbol, reason)
        self.send(self._peers.user_stream, StreamSuspected("", reason, self.wall_ms()))
