"""The account's stream as the keeper sees it: what is done while it is down, and what proves that it is deaf."""

from decimal import Decimal

from actors.keeper.reconciling import Reconciling
from actors.keeper.topics import AboutProbe, Phase
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.trading.reconcile import Reconciliation
from lotkeeper.trading.silence import missed_by_stream
from messages.account import StreamLost, StreamProven, WatchOrders
from messages.connections import StreamDoubted
from messages.queries import BalanceFetched, FetchBalance

_RECONCILE_EVERY_S = 120.0
_PROBE_EVERY_S = 2.0
_SHARED_FOR_MS = 1_500


class Watching(Reconciling):
    """While the stream is down, the account is polled: balances often, which cost one request for all pairs, and the
    trades at once where the balance of the pair's coin has changed, else every few seconds.
    """

    _is_blind = True
    _stream_since_ms = 0
    _balance: tuple[Decimal, Decimal] | None = None
    _probed_at = float("-inf")

    def _watch(self, user_stream: object) -> None:
        """A stream in a new life says by itself when it is proven; until then nothing is heard."""
        self._go_blind("the actor of the account's stream began a new life")
        if user_stream is not None:
            self.send(user_stream, WatchOrders(self._symbol, self._start.incarnation))

    @handles(StreamProven)
    def _stream_proven(self, message: StreamProven, sender: Sender) -> None:
        """What was missed before the subscription is asked for now."""
        if self._is_blind:
            self.log.info("%s: the account's stream is proven; polling ends", self._symbol)
        self._is_blind, self._stream_since_ms = False, self.wall_ms()
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
        every_s = self._start.poll_every_s if self._is_blind else _RECONCILE_EVERY_S
        is_due = self.monotonic() - self._begun_at >= every_s or self._is_settling_due()
        if self._pass is None and is_due:
            self._reconcile()

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
        super()._pass_done(done)
        missed = missed_by_stream(done.found, self._stream_since_ms, done.started_ms)
        if missed is None or self._is_blind or self._neighbours.user_stream is None:
            return
        reason = f"trade {missed.trade_id} of {self._symbol} was found by request and not told by the stream"
        self.log.error("%s: %s", self._symbol, reason)
        self.send(self._neighbours.user_stream, StreamDoubted("", reason, self.wall_ms()))
