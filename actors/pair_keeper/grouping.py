"""Sells the lots of a pair as a group: first the cheap lots go up, then cost moves and is recorded, then the dear lots
go down. `lotkeeper/trading/selling/grouping.py` has the rules.
"""

from collections.abc import Collection, Iterable

from actors.pair_keeper.effects import Effects, Moment, NoteDecision, ReportSoon, as_decision, lot_event
from actors.pair_keeper.ledger_outbox import LedgerOutbox
from actors.pair_keeper.rearrangement import Rearrangement
from actors.pair_keeper.sell_execution import SellExecution
from actors.pair_keeper.state import KeeperState
from lotkeeper.trading.journal import Cause, DecisionKind
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.lots.transfers import CostMove
from lotkeeper.trading.money import ZERO
from lotkeeper.trading.selling.grouping import (
    Group,
    cost_plan,
    group_of,
    is_member,
    lots_to_lower,
    lots_to_raise,
    may_gain,
)

_LASTS_S = 60.0  # a rearrangement whose SELLs do not stand by then is given up, and tried at the next comparison


class Grouping:
    """What it wants of single lots is in the rearrangement, which the decisions are given."""

    def __init__(self, state: KeeperState, selling: SellExecution, ledger: LedgerOutbox) -> None:
        self._state, self._selling, self._ledger = state, selling, ledger
        self._now: Rearrangement = selling.conditions.rearrangement
        self._begun_s = 0.0  # monotonic: when the SELLs of the cheap lots began to go up

    def follow(self, now: Moment) -> Effects[None]:
        """After each event: does the next step of the group as soon as it can be done."""
        if self._now.recording:
            yield from self._lower_when_recorded(now)
        elif not self._state.is_trading or not self._state.book.terms[1].group:
            self._now.end()
        elif self._now.is_raising:
            yield from self._move_when_raised(now)
        elif self._now.is_due and self._is_calm():
            self._now.is_due = False
            yield from self._begin(now)

    def _is_calm(self) -> bool:
        """Whether no request is under way, and no lot waits for an order slot: one that was given up might be lost."""
        index = self._state.book.lots.index
        return not index.awaited and not len(index.queue)

    def _group(self, lots: Iterable[Lot]) -> Group | None:
        return group_of(lots, *self._state.book.terms)

    def _begin(self, now: Moment) -> Effects[None]:
        """The SELLs of the cheap lots are placed again at the common price, which is more than they need."""
        self._now.end()
        group = self._group(self._state.book.lots.open())
        if group is None:
            return
        if not may_gain(group, *self._state.book.terms):
            yield from self._lower(lots_to_lower(group, *self._state.book.terms), now)
            return
        low = lots_to_raise(group)
        self._now.raise_lots(group.numbers, low, group.price)
        self._begun_s = now.monotonic_s
        if low:
            yield from self._decide(low, now)
        else:
            yield from self._move_when_raised(now)

    def _move_when_raised(self, now: Moment) -> Effects[None]:
        """Only when every cheap lot stands at the common price again."""
        lots, terms = self._state.book.lots, self._state.book.terms
        raised = [lots.get(number) for number in self._now.prices]
        if any(map(_is_out, raised)) or now.monotonic_s - self._begun_s > _LASTS_S:
            yield from self._give_up(now)
            return
        if not all(lot is not None and is_member(lot, *terms) for lot in raised):
            return
        group = self._group(lots[number] for number in self._now.lots if number in lots)
        self._now.end()
        if group is not None and may_gain(group, *terms) and not lots_to_raise(group):
            yield from self._move_costs(group, now)

    def _give_up(self, now: Moment) -> Effects[None]:
        """No cost has moved: what has gone up goes down again."""
        raised = self._now.prices.keys() & self._state.book.lots.keys()
        self._now.end()
        yield from self._lower(raised, now)

    def _move_costs(self, group: Group, now: Moment) -> Effects[None]:
        """In one record. No SELL of these lots is placed or cancelled before the database has it."""
        plan = cost_plan(group, *self._state.book.terms, now.wall_ms)
        if not plan.moves:
            return
        self._state.book.lots.move_costs(plan)
        self._now.recording = plan.lots
        yield from self._ledger.record(sorted(plan.lots), now)
        yield ReportSoon()
        for move in plan.moves:
            yield self._moved(move, group)

    def _moved(self, move: CostMove, group: Group) -> NoteDecision:
        facts = {"cost": move.cost, "to": move.target_lot, "price": group.price}
        line = lot_event("cost moved", self._state.symbol, move.source, **facts)
        return as_decision(line, DecisionKind.COST_MOVED, Cause.GROUP, move.source)

    def _lower_when_recorded(self, now: Moment) -> Effects[None]:
        """The dear lots go down to the common price, which is their own floor now."""
        if any(map(self._ledger.has_unconfirmed, self._now.recording)):
            return
        moved, self._now.recording = self._now.recording, frozenset()
        yield from self._lower(moved & self._state.book.lots.keys(), now)

    def _lower(self, buy_order_ids: Collection[int], now: Moment) -> Effects[None]:
        """Nothing is wanted of them but their own floors."""
        self._now.prices = dict.fromkeys(buy_order_ids, ZERO)
        if buy_order_ids:
            yield from self._decide(buy_order_ids, now)

    def _decide(self, buy_order_ids: Iterable[int], now: Moment) -> Effects[None]:
        changed = yield from self._selling.decide_about(buy_order_ids, now)
        yield from self._ledger.record(changed, now)
        yield ReportSoon()


def _is_out(lot: Lot | None) -> bool:
    """Whether the lot cannot come back to the group soon."""
    return lot is None or lot.hold is not None or lot.state not in (LotState.OPEN, LotState.SELLING)
