"""What the rules of selling have to know of the pair beside its lots, as it is at a moment."""

from decimal import Decimal
from math import ceil

from actors.pair_keeper.effects import Moment
from actors.pair_keeper.ended_sells import EndedSells
from actors.pair_keeper.rearrangement import Rearrangement
from actors.pair_keeper.refusal_facts import RefusalFacts
from actors.pair_keeper.state import KeeperState
from actors.pair_keeper.trust import ObstacleKind, TradingPermission
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.selling.order_slots import PairConditions
from lotkeeper.trading.selling.refused_stops import RefusedStops
from lotkeeper.trading.selling.refused_trails import RefusedTrails

_BID_KNOWN_MS = 10_000  # so long the market counts as near a bid that the PriceBroadcaster told of
_BUSY_S = 60.0  # after a BUY: so long some order slots are kept for the next ones


class SellingConditions:
    """What happened to BUYs, SELLs and prices of the pair that counts for the next decision about any lot."""

    def __init__(self, state: KeeperState, permission: TradingPermission, facts: RefusalFacts) -> None:
        self._state, self._permission, self._facts = state, permission, facts
        self.ended = EndedSells()
        self.rearrangement = Rearrangement()
        self._refused_trails = RefusedTrails()
        self._refused_stops = RefusedStops()
        self._resumed_ms = 0  # wall clock: when a person resumed the pair the last time
        self._begun_ms: int | None = None  # wall clock: when it was asked for the first time
        self._bought_s = float("-inf")  # monotonic: when a BUY was filled the last time
        self._bid: tuple[Decimal, int] | None = None  # the newest that was told of, and when it was right (wall clock)

    def at(self, now: Moment) -> PairConditions:
        """As they are now."""
        obstacle = self._permission.obstacle(now)
        text = obstacle.text if obstacle else ""
        is_pause = obstacle is not None and obstacle.kind is ObstacleKind.GATEWAY_PAUSES
        self._begun_ms = now.wall_ms if self._begun_ms is None else self._begun_ms
        return PairConditions(
            now_ms=now.wall_ms,
            obstacle="" if is_pause else text,
            pause=text if is_pause else "",
            free_balance=self._facts.free,
            reference_price=self._facts.reference,
            send_room=max(0, self._permission.window.size - self._state.book.lots.index.placing),
            resumed_ms=self._resumed_ms,
            begun_ms=self._begun_ms,
            ended_price=self.ended.price,
            ended_why=self.ended.why,
            ended_until_ms=now.wall_ms + ceil(self.ended.wait_s(now) * 1000),
            is_busy=now.monotonic_s - self._bought_s < _BUSY_S,
            refused_trails=self._refused_trails,
            group_prices=self.rearrangement.prices,
            holds_stops_back=self._refused_stops.are_held_back(now.wall_ms),
            bid=self._known_bid(now),
        )

    def _known_bid(self, now: Moment) -> Decimal | None:
        if self._bid is None:
            return None
        bid, at_ms = self._bid
        return bid if abs(now.wall_ms - at_ms) <= _BID_KNOWN_MS else None

    # What happened

    def note_bid(self, bid: Decimal, at_ms: int) -> None:
        """The PriceBroadcaster told of the best bid; `at_ms` is when it was last known to be right (wall clock)."""
        self._bid = bid, at_ms

    def note_resumed(self, now: Moment) -> None:
        """A person resumed the pair: what was refused before is tried at once."""
        self._resumed_ms = now.wall_ms
        self.ended.end()

    def note_refusal(self, order: SellOrder, kind: RefusalKind, now: Moment) -> None:
        """The exchange refused a SELL, or ended it unsold; its lot is decided about afterwards."""
        if order.stop is not None:
            self._refused_stops.note(kind, now.wall_ms)
        if order.trail is not None:
            had_stop_price, now_ms = order.trail.stop_price is not None, now.wall_ms
            self._refused_trails.note(order.name.buy_order_id, kind, had_stop_price=had_stop_price, now_ms=now_ms)

    def note_standing(self, order: SellOrder) -> bool:
        """The exchange took a SELL; whether others waited for that."""
        if order.stop is not None:
            self._refused_stops.note_standing()
        return self.ended.note_standing(order.price)

    def note_bought(self, now: Moment) -> None:
        """A BUY was filled."""
        self.rearrangement.is_due = True
        self._bought_s = now.monotonic_s
