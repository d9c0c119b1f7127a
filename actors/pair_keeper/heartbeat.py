"""When a keeper wakes by itself: once a second while something goes on, and rarely while nothing does.

With many pairs most have nothing to do most of the time, and each wake-up costs a millisecond of a processor.
"""

from collections.abc import Iterator

from actors.pair_keeper.effects import Effects, Moment, Wake
from actors.pair_keeper.tags import BeginReconciliation, CheckCoins, SendReport, Tick
from messages.health import AskReport, HoldingsReported
from messages.ledger import LotsRecorded
from messages.queries import BalanceFetched, MarketFetched, OrdersFetched, TradesFetched

BUSY_S = 1.0
QUIET_S = 8.0  # the Monitor misses a report after 20 s, or after two and a half times what the keeper said
IDLE_S = 120.0  # the same without an open lot: an event wakes the keeper, and each comparison does
# After the last event: what is due some time after an event (a question or a record to be repeated, a balance to be
# judged) is due by then.
STAYS_BUSY_S = 20.0
# What a comparison with the exchange, or of coins, leads to when it finds nothing new.
_ROUTINE = (
    BeginReconciliation,
    TradesFetched,
    OrdersFetched,
    BalanceFetched,
    MarketFetched,
    LotsRecorded,
    CheckCoins,
    HoldingsReported,
    AskReport,
)


class Heartbeat:
    """The next tick of a keeper. An event makes it come soon again."""

    def __init__(self) -> None:
        self._number = 0  # of the tick that counts
        self._newest = 0  # of the newest that was asked for
        self._due_s: dict[int, float] = {}  # by number: when those come that are on their way; none can be called off
        self._stirred_s = 0.0  # monotonic: when something happened last
        self._is_quiet = False
        self.pause_s = BUSY_S  # from the newest tick, or event, to the next tick

    def first_tick(self, now: Moment) -> Effects[None]:
        self._stirred_s = now.monotonic_s
        yield from self._next(BUSY_S, now)

    def stir(self, event: object, now: Moment, *, is_idle: bool, may_be_quiet: bool) -> Iterator[Wake]:
        """Something happened.

        With no open lot (`is_idle`), what a comparison leads to makes nothing due later: the next tick comes soon only
        while more answers are awaited.
        """
        if isinstance(event, Tick | SendReport):
            return
        is_routine = is_idle and isinstance(event, _ROUTINE)
        if not is_routine:
            self._stirred_s = now.monotonic_s
        if self._is_quiet and not (is_routine and may_be_quiet):
            self._is_quiet = False
            yield from self._next(BUSY_S, now)

    def take(self, tick: Tick) -> bool:
        """A tick has come: whether it is the one that counts."""
        self._due_s.pop(tick.number, None)
        return tick.number == self._number

    def next_tick(self, now: Moment, *, is_idle: bool, may_be_quiet: bool, due_in_s: float) -> Effects[None]:
        """A tick has come. The next one comes no later than what is due in so many seconds, but for a second."""
        self._is_quiet = may_be_quiet and now.monotonic_s - self._stirred_s >= STAYS_BUSY_S
        most_s = IDLE_S if is_idle else QUIET_S
        yield from self._next(min(most_s, max(BUSY_S, due_in_s)) if self._is_quiet else BUSY_S, now)

    def _next(self, after_s: float, now: Moment) -> Iterator[Wake]:
        """One that is on its way does, if it comes at about that moment: a long pause must not end too early."""
        self.pause_s, wanted_s = after_s, now.monotonic_s + after_s
        soonest_s = now.monotonic_s if after_s <= BUSY_S else wanted_s
        for number, due_s in self._due_s.items():
            if now.monotonic_s < due_s and soonest_s <= due_s <= wanted_s + BUSY_S / 2:
                self._number = number
                return
        self._newest += 1
        self._number, self._due_s[self._newest] = self._newest, wanted_s
        yield Wake(after_s, Tick(self._number))
