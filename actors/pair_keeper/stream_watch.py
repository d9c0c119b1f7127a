"""The account's stream as the keeper sees it: what is done while it is down, and what proves that it misses trades."""

from decimal import Decimal

from actors.pair_keeper.comparison_times import ComparisonTimes
from actors.pair_keeper.effects import Effects, Moment, NoteDecision, Peer, ReportSoon, Send, error, info, warning
from actors.pair_keeper.reconciler import Reconciler
from actors.pair_keeper.requests import Requests
from actors.pair_keeper.state import KeeperState
from actors.pair_keeper.tags import ProbeTag
from actors.pair_keeper.trust import TradingPermission
from lotkeeper.trading.journal import Cause, DecisionKind
from lotkeeper.trading.log_events import LogEvent
from lotkeeper.trading.money import ZERO, less, plain
from lotkeeper.trading.orders.fills import Fill
from lotkeeper.trading.recovery.absence import LONGEST_LAG_MS
from lotkeeper.trading.recovery.reconcile import Reconciliation
from lotkeeper.trading.recovery.trust import find_missed_buy
from messages.account import BalanceMoved, StreamLost, StreamProven, WatchBalance, WatchOrders
from messages.connections import StreamSuspected
from messages.queries import BalanceFetched, FetchBalance

_PROBE_EVERY_S = 2.0
_SHARED_FOR_MS = 1_500
_BEHIND_S = 3.0  # trades are answered by a database that may be behind the matching (Binance rest-api.md, data sources)
_SUSPECT_EVERY_S = 30.0  # other pairs trade the same coin, and fees are paid in it
_NEVER = float("-inf")


class StreamWatch:
    """While the stream is down, the account is polled.

    The balance is asked for often, which costs one request for all pairs. The trades are asked for at once where the
    balance of the pair's coin has changed, else every few seconds.
    """

    def __init__(
        self, state: KeeperState, requests: Requests, permission: TradingPermission, reconciler: Reconciler
    ) -> None:
        self._state, self._requests = state, requests
        self._permission, self._reconciler = permission, reconciler
        self._times = ComparisonTimes(state.start.pace)
        self._is_blind = True
        self._is_polling_said = False  # at a start no line says that it begins, and none that it ends
        self._proven_ms = 0  # wall clock: when the stream was proven the last time
        self._balance: tuple[Decimal, Decimal] | None = None  # base, free and locked: while blind, the last probe
        self._is_balance_suspected = False
        self._proven_s = _NEVER  # monotonic
        self._is_gap_open = False  # what happened just before the stream was proven may not have been answered yet
        self._probed_s = _NEVER

    @property
    def is_blind(self) -> bool:
        """Whether the account is polled, because its stream is not proven."""
        return self._is_blind

    def compares_in_s(self, now: Moment) -> float:
        """When the next comparison is due while the stream is proven."""
        return self._times.next_after(self._reconciler.begun_s) - now.monotonic_s

    def start(self, now: Moment) -> None:
        """The keeper starts."""
        self._times.start(now.monotonic_s)

    # Being told

    def watch(self, now: Moment) -> Effects[None]:
        """A new stream says by itself when it is proven; until then nothing is heard."""
        yield from self._go_blind("the actor of the account's stream began a new life")
        if self._state.peers.user_stream is not None:
            yield Send(Peer.USER_STREAM, WatchOrders(self._state.symbol, self._state.start.incarnation))
            yield from self.watch_balance()

    def watch_balance(self) -> Effects[None]:
        """Once the pair's base asset is known."""
        if self._state.has_book:
            book = self._state.book
            yield Send(Peer.USER_STREAM, WatchBalance(self._state.symbol, book.base, book.quote))

    def on_stream_proven(self, message: StreamProven, now: Moment) -> Effects[None]:
        """What was missed before the subscription is asked for now."""
        if self._is_polling_said:
            line = info(f"{self._state.symbol}: the account's stream is proven; polling ends")
            yield NoteDecision(line, DecisionKind.TRADES_STREAMED, Cause.STREAM_PROVEN)
        self._is_polling_said = False
        self._is_blind, self._proven_ms, self._is_gap_open = False, now.wall_ms, True
        self._proven_s = now.monotonic_s
        yield from self._reconciler.begin(now)

    def on_stream_lost(self, message: StreamLost, now: Moment) -> Effects[None]:
        yield from self._go_blind(message.reason)
        yield from self._reconciler.begin(now)
        yield ReportSoon()

    def _go_blind(self, reason: str) -> Effects[None]:
        if not self._is_blind:
            every_s = self._state.start.poll_every_s
            text = f"no account's stream ({reason}); trades are asked for every {every_s:g} s"
            line = warning(f"{self._state.symbol}: {text}")
            yield NoteDecision(line, DecisionKind.TRADES_POLLED, Cause.STREAM_LOST, why=reason)
            self._is_polling_said = True
        self._is_blind, self._balance = True, None

    def on_balance_moved(self, message: BalanceMoved, now: Moment) -> Effects[None]:
        if self._state.has_book:
            check = self._state.book.balance_check
            check.apply_balance(less(message.balance, message.by_others), now.monotonic_s)
            check.note_moment(message.balance, message.by_others, message.at_ms)
        yield from ()

    # Time

    def reconcile_when_due(self, now: Moment) -> Effects[None]:
        if not self._state.is_trading:
            return
        if self._is_blind:
            yield from self._probe_when_due(now)
        yield from self._suspect_balance(now)
        if (self._is_due(now) or self._permission.needs_reconciliation(now)) and not self._reconciler.is_under_way:
            yield from self._reconciler.begin(now)

    def _is_due(self, now: Moment) -> bool:
        if self._is_blind:
            return now.monotonic_s - self._reconciler.begun_s >= self._state.start.poll_every_s
        return self.compares_in_s(now) <= 0

    def _suspect_balance(self, now: Moment) -> Effects[None]:
        """It moved, and no trade known here moved it: a trade was missed, it was another pair's, or coins moved."""
        change = self._state.book.balance_check.unexplained_change(now.monotonic_s)
        is_soon = now.monotonic_s - self._reconciler.begun_s < _SUSPECT_EVERY_S
        if change and not self._reconciler.is_under_way and not is_soon:
            self._is_balance_suspected = True
            reason = f"the balance of {self._state.book.base} moved by {plain(change)} without a trade"
            yield from self._reconciler.begin_because(reason, now)

    def _probe_when_due(self, now: Moment) -> Effects[None]:
        if now.monotonic_s - self._probed_s < _PROBE_EVERY_S:
            return
        self._probed_s, base = now.monotonic_s, self._state.book.base
        if not self._requests.is_pending(ProbeTag()):
            yield Send(
                Peer.GATEWAY,
                self._requests.ask(
                    lambda number: FetchBalance(number, base, _SHARED_FOR_MS), ProbeTag(), now.monotonic_s
                ),
            )

    def on_probe(self, tag: ProbeTag, message: BalanceFetched, now: Moment) -> Effects[None]:
        before, self._balance = self._balance, (message.free, message.locked)
        if self._is_blind and before not in (None, self._balance):
            yield from self._reconciler.begin(now)

    # A complete reconciliation

    def settle_balance(self, done: Reconciliation, now: Moment) -> Decimal:
        """What moved the balance (base) without a trade; zero where this pass was not begun to find that out."""
        flow = self._state.book.balance_check
        unexplained = flow.unexplained_change(now.monotonic_s) if self._is_balance_suspected else ZERO
        self._is_balance_suspected = False
        if done.cursor is not None:
            flow.accept_as_normal(done.cursor)
        return unexplained

    def judge(self, done: Reconciliation, unexplained: Decimal, now: Moment) -> Effects[None]:
        """Doubts a stream that is proven and did not tell a trade which the reconciliation found."""
        yield from self._look_once_more(now)
        if unexplained:
            went = "came" if unexplained > 0 else "went"
            coins = f"{plain(unexplained.copy_abs())} {self._state.book.base} {went}"
            yield warning(f"{self._state.symbol}: {coins}, and no trade of the pair did it", LogEvent.COINS_MOVED)
        exchange_ms = self._state.exchange_ms
        missed = find_missed_buy(done.new_fills, exchange_ms(self._proven_ms), exchange_ms(done.started_ms))
        if missed is not None and not self._is_blind and self._state.peers.user_stream is not None:
            yield from self._doubt_stream(missed, now)

    def _look_once_more(self, now: Moment) -> Effects[None]:
        """The answers after the subscription may lack trades from just before it, which the stream did not tell.

        It looks again and again, ever less often, until the queries can no longer be so far behind: what they show
        late is found in half the time more.
        """
        if not self._is_gap_open or self._reconciler.is_under_way:
            return
        pace, proven_for_s = self._state.start.pace, now.monotonic_s - self._proven_s
        self._is_gap_open = pace.looks_further and proven_for_s * 1000 < LONGEST_LAG_MS
        soonest_s = max(_BEHIND_S, self._state.start.poll_every_s, proven_for_s / 2)
        yield self._reconciler.begin_later(soonest_s if pace.second_look_after_s is None else pace.second_look_after_s)

    def _doubt_stream(self, missed: Fill, now: Moment) -> Effects[None]:
        reason = f"trade {missed.trade_id} of {self._state.symbol} was found by request and not told by the stream"
        yield error(f"{self._state.symbol}: {reason}", LogEvent.TRADE_MISSED)
        yield Send(Peer.USER_STREAM, StreamSuspected("", reason, now.wall_ms))
