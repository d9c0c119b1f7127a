"""For break-even: which bid the PriceBroadcaster is asked to tell of, and which lots are armed by it.

The keeper gets no prices. It asks for the lowest level that one of its lots waits for: at each tick at the latest, and
of a new broadcaster at once. So a wake-up that is lost with one of the two comes after all, and a level that was
reached while the keeper was down is told of at the first price that is believed.
"""

from collections.abc import Iterator
from decimal import Decimal

from actors.pair_keeper.effects import Effects, Moment, Peer, Send, as_decision, lot_event
from actors.pair_keeper.sell_execution import SellExecution
from actors.pair_keeper.state import KeeperState
from lotkeeper.trading.journal import Cause, DecisionKind
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.selling.break_even import arming_level, is_armed
from lotkeeper.trading.selling.stop_loss import awaited_level
from messages.prices import BidReached, WatchBid

RENEWED_AFTER_S = 30.0  # well before the broadcaster takes the keeper for dead
ASKED_AGAIN_S = 5.0  # about a level that was told of: its lot may wait for a slot, or for an answer to a cancel


class BidWatch:
    """Without break-even in the configuration it does nothing."""

    def __init__(self, state: KeeperState, selling: SellExecution) -> None:
        self._state, self._selling = state, selling
        self._asked: Decimal | None = None  # the level that the broadcaster knows; None: of none
        self._asked_s = float("-inf")  # monotonic: when it was asked last
        self._told: Decimal | None = None  # the bid that it told of last
        self._told_s = float("-inf")  # monotonic: and when
        # By BUY order id: the level of a lot as it was then. Lots are values, so the same lot has the same level.
        self._levels: dict[int, tuple[Lot, Decimal | None]] = {}
        self._terms: object = None  # of these levels

    @property
    def _is_wanted(self) -> bool:
        return self._state.has_book and bool(self._state.start.pair.policy.break_even_gain_pct)

    def ask_when_due(self, now: Moment) -> Effects[None]:
        """The lots, or the configuration, may have changed since the broadcaster was asked."""
        if self._asked is None and not self._is_wanted:
            return
        wanted = self._lowest_level(now) if self._is_wanted else None
        is_old = wanted is not None and now.monotonic_s - self._asked_s >= RENEWED_AFTER_S
        if wanted != self._asked or is_old:
            yield from self._ask(wanted, now)

    def ask_again(self, now: Moment) -> Effects[None]:
        """The broadcaster is new, and knows nothing."""
        self._asked = None
        yield from self.ask_when_due(now)

    def on_bid_reached(self, message: BidReached, now: Moment) -> Effects[None]:
        """Every lot is armed whose level the bid has reached, unless the price is older than the lot; and lots that are
        armed may have their stops.
        """
        self._asked = None  # each level is told of once
        if not self._is_wanted:
            return
        self._told, self._told_s = message.bid, now.monotonic_s
        self._selling.conditions.note_bid(message.bid, message.at_ms)
        reached = [lot for lot, level in self._waiting(now) if level <= message.bid and self._is_younger(lot, message)]
        fresh = [lot.buy_order_id for lot in reached if not is_armed(lot)]
        for buy_order_id in fresh:
            self._state.book.lots.arm_break_even(buy_order_id, now.wall_ms)
        yield from self._selling.follow([lot.buy_order_id for lot in reached], now)
        yield from self.ask_when_due(now)
        for buy_order_id in fresh:
            line = lot_event("break-even armed", self._state.symbol, buy_order_id, bid=message.bid)
            yield as_decision(line, DecisionKind.EXIT_ARMED, Cause.BREAK_EVEN, buy_order_id)

    def _is_younger(self, lot: Lot, message: BidReached) -> bool:
        """Whether the price is not from before the lot's first fill; a fill has the exchange's time."""
        return self._state.exchange_ms(message.at_ms) >= lot.opened_ms

    def _ask(self, level: Decimal | None, now: Moment) -> Effects[None]:
        if self._state.peers.prices is None:
            return
        self._asked, self._asked_s = level, now.monotonic_s
        yield Send(Peer.PRICES, WatchBid(self._state.symbol, level))

    def _lowest_level(self, now: Moment) -> Decimal | None:
        """The lowest that is waited for; none for a while that was told of, which would be told of again at once."""
        told = self._told if now.monotonic_s - self._told_s < ASKED_AGAIN_S else None
        levels = (level for _, level in self._waiting(now))
        return min((level for level in levels if told is None or level > told), default=None)

    def _waiting(self, now: Moment) -> Iterator[tuple[Lot, Decimal]]:
        """The lots that wait for a bid, and the level of each. What arms a lot is computed once."""
        market, policy = terms = self._state.book.terms
        if terms != self._terms:
            self._terms, self._levels = terms, {}
        levels: dict[int, tuple[Lot, Decimal | None]] = {}
        for lot in self._state.book.lots.open():
            known = self._levels.get(lot.buy_order_id)
            if is_armed(lot):
                level = awaited_level(lot, market, policy, now.wall_ms)
            else:
                level = known[1] if known is not None and known[0] is lot else arming_level(lot, market, policy)
                levels[lot.buy_order_id] = lot, level
            if level is not None:
                yield lot, level
        self._levels = levels
