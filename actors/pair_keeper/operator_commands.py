"""What a person commands of the pair: pause, resume, reconcile, release a lot."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from actors.pair_keeper.comparison import Comparison, ComparisonCommand
from actors.pair_keeper.effects import (
    Effects,
    Moment,
    NoteDecision,
    Reply,
    ReportSoon,
    Wake,
    as_decision,
    info,
    lot_event,
)
from actors.pair_keeper.reconciler import Reconciler
from actors.pair_keeper.sell_execution import SellExecution
from actors.pair_keeper.state import KeeperState
from actors.pair_keeper.tags import PauseOver
from actors.pair_keeper.trust import TradingPermission
from lotkeeper.trading.halts import NO_HALT, Halt, utc
from lotkeeper.trading.journal import Cause, DecisionKind
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import READING, HoldEvent, LotState
from lotkeeper.trading.money import ZERO, less, plain
from lotkeeper.trading.orders.states import OrderEvent
from lotkeeper.trading.recovery.differences import describe_coins_beyond, differences
from lotkeeper.trading.selling.decisions import Close
from lotkeeper.trading.shown import changed_text, has_changed
from messages.control import CommandDone, CommandRefused
from messages.orders import KillSwitchChanged
from messages.pair_commands import PausePair, Reconciled, ReconcilePair, ReleaseLot, ResumePair

_LONGEST_SLEEP_S = 3600.0  # the wall clock may be set
_MARGIN_S = 0.01  # more than a clock may lose in a wake-up
_NO_BOOK = "the exchange does not list the pair any more"


@dataclass(slots=True)
class OperatorWishes:
    """What was commanded in this life of the keeper: newer than what the database says."""

    is_pause_known: bool = False
    resumed_ms: int | None = None  # when the pair was resumed (exchange's time); None: not since it was paused

    @property
    def is_resume_known(self) -> bool:
        return self.resumed_ms is not None


class OperatorCommands:
    def __init__(
        self,
        state: KeeperState,
        permission: TradingPermission,
        selling: SellExecution,
        reconciler: Reconciler,
        comparison: ComparisonCommand,
    ) -> None:
        self._state, self._permission, self._selling = state, permission, selling
        self._reconciler, self._comparison = reconciler, comparison
        self.wishes = OperatorWishes()

    def pause(self, message: PausePair, asker: Any, now: Moment) -> Effects[None]:
        symbol = self._state.symbol
        halt = Halt(True, message.at_ms, message.until_ms, message.who, message.why)
        self.wishes.is_pause_known, self.wishes.resumed_ms = True, None
        yield from self.begin_pause(halt, now)
        yield ReportSoon()
        line = info("paused", symbol=symbol, until_ms=halt.until_ms, who=halt.who, why=halt.why)
        yield as_decision(line, DecisionKind.PAIR_PAUSED, Cause.OPERATOR)
        until = "" if halt.until_ms is None else f" until {utc(halt.until_ms)}"
        yield Reply(asker, CommandDone(f"{symbol} is paused{until}: no new SELL is placed; those on the book stand"))

    def begin_pause(self, halt: Halt, now: Moment) -> Effects[None]:
        """The pair is paused as this says; one that is over pauses nothing."""
        self._state.is_paused, self._state.pause = halt.is_in_force(now.wall_ms), halt
        if self._state.is_paused and halt.until_ms is not None:
            yield Wake(min(_LONGEST_SLEEP_S, (halt.until_ms - now.wall_ms) / 1000 + _MARGIN_S), PauseOver())

    def on_pause_over(self, wakeup: PauseOver, now: Moment) -> Effects[None]:
        """Unlike a resume it frees no lot that a person held, and believes no other keeper gone."""
        if not self._state.is_paused or self._state.pause.until_ms is None:
            return
        yield from self.begin_pause(self._state.pause, now)  # the wall clock may have been set meanwhile
        if not self._state.pause.is_in_force(now.wall_ms):
            line = info("the pause is over", symbol=self._state.symbol)
            yield as_decision(line, DecisionKind.PAIR_RESUMED, Cause.PAUSE_OVER)
            yield from self._go_on(now)

    def on_kill_switch(self, message: KillSwitchChanged, now: Moment) -> Effects[None]:
        """Lots say what they wait for; or what is missing is placed."""
        if self._permission.note_kill_switch(message):
            text = f"the kill switch is {'on' if message.is_on else 'off'}"
            line = info(text, symbol=self._state.symbol, who=message.who, why=message.why)
            kind = DecisionKind.KILL_SWITCH_ON if message.is_on else DecisionKind.KILL_SWITCH_OFF
            yield as_decision(line, kind, Cause.OPERATOR)
            yield from self._go_on(now)

    def _go_on(self, now: Moment) -> Effects[None]:
        yield ReportSoon()
        if self._state.has_book:
            yield from self._selling.follow_open(now)

    def resume(self, message: ResumePair, asker: Any, now: Moment) -> Effects[None]:
        symbol = self._state.symbol
        self._state.is_paused, self._state.pause = False, NO_HALT
        self._permission.dismiss_other_keeper()
        self._permission.end_refusal()
        self._selling.conditions.note_resumed(now)
        resumed_ms = self._state.exchange_ms(now.wall_ms)
        self.wishes.is_pause_known, self.wishes.resumed_ms = True, resumed_ms
        if self._state.has_book:
            yield from self._selling.free_held(resumed_ms, now)
            yield from self._selling.follow_open(now)
        line = info("resumed", symbol=symbol, who=message.who, why=message.why)
        yield as_decision(line, DecisionKind.PAIR_RESUMED, Cause.OPERATOR)
        yield Reply(asker, CommandDone(f"{symbol} is resumed"))

    # Reconciling

    def reconcile(self, message: ReconcilePair, asker: Any, now: Moment) -> Effects[None]:
        obstacle = self._comparison.obstacle()
        if obstacle:
            yield Reply(asker, CommandRefused(obstacle))
            return

        def finish(done: Comparison, now: Moment) -> Effects[None]:
            yield from self._tell_differences(done, message, now)

        yield from self._comparison.begin(asker, self._state.book.copy(), finish, now, is_adopting=False)

    def _tell_differences(self, done: Comparison, message: ReconcilePair, now: Moment) -> Effects[None]:
        money = (done.current.book, done.beyond, done.bid or ZERO, done.others or (), done.doubt(now))
        answer = Reconciled(
            symbol=self._state.symbol,
            is_dry_run=message.is_dry_run,
            as_of_ms=done.current.started_ms,
            differences=differences(done.before, done.current),
            money=describe_coins_beyond(*money),
        )
        if message.is_dry_run:
            yield Reply(done.asker, answer)
        elif message.shown not in (None, answer.differences):
            yield Reply(done.asker, CommandRefused(changed_text("; ".join(answer.differences) or "nothing differs")))
        else:
            yield self._compared(len(answer.differences), message)
            yield from self._reconciler.answer_after_pass(done.asker, answer, now)

    def _compared(self, differences: int, message: ReconcilePair) -> NoteDecision:
        facts = {"differences": differences, "who": message.who, "why": message.why}
        line = info("compared on command", symbol=self._state.symbol, **facts)
        return as_decision(line, DecisionKind.PAIR_COMPARED, Cause.OPERATOR)

    # Releasing a lot

    def release(self, message: ReleaseLot, asker: Any, now: Moment) -> Effects[None]:
        found = self._releasable(message.lot)
        if isinstance(found, str):
            yield Reply(asker, CommandRefused(found))
            return
        text = _release_text(found, is_listed=self._state.is_listed)
        if message.is_dry_run:
            yield Reply(asker, CommandDone(text))
        elif has_changed(message.shown, text):
            yield Reply(asker, CommandRefused(changed_text(text)))
        else:
            release = self._release if self._state.is_listed else self._release_unlisted
            yield from release(found, message, now)
            yield Reply(asker, CommandDone(text))

    def _release(self, lot: Lot, message: ReleaseLot, now: Moment) -> Effects[None]:
        """Its SELLs are cancelled first; then the rest of it is the owner's. A closed lot has only dust left."""
        if lot.state is LotState.CLOSED:
            yield from self._selling.leave_rest(lot.buy_order_id, now)
        else:
            self._state.book.lots.apply_hold_event(lot.buy_order_id, HoldEvent.RELEASED)
        yield self._released(lot, less(lot.stock, lot.sold), message)
        yield from self._selling.follow([lot.buy_order_id], now)

    def _release_unlisted(self, lot: Lot, message: ReleaseLot, now: Moment) -> Effects[None]:
        """At once: where there is no pair there are no SELLs on its book, and nothing can be asked or cancelled."""
        lots, quantity = self._state.book.lots, less(lot.stock, lot.sold)
        for order in lot.live_sells:
            lots.apply_order_event(order.name, OrderEvent.EXPIRED, now.wall_ms, _NO_BOOK)
        lots.apply_hold_event(lot.buy_order_id, HoldEvent.RELEASED)
        rest = lots[lot.buy_order_id]
        if rest.remainder > 0:
            rest = lots.release_rest(lot.buy_order_id, now.wall_ms)
        lots.apply_decision(rest, Close("it was released"))
        yield self._released(lot, quantity, message)
        yield from self._selling.follow([lot.buy_order_id], now)

    def _released(self, lot: Lot, quantity: Decimal, message: ReleaseLot) -> NoteDecision:
        facts = {"quantity": quantity, "who": message.who, "why": message.why}
        line = lot_event("lot released", self._state.symbol, lot.buy_order_id, **facts)
        return as_decision(line, DecisionKind.LOT_RELEASED, Cause.OPERATOR, lot.buy_order_id)

    def _releasable(self, name: str) -> Lot | str:
        """The lot of this name, or why it cannot be released now."""
        if self._state.is_listed or not self._state.has_book:
            obstacle = self._comparison.obstacle(is_taken=self._reconciler.has_waiting_answers)
            if obstacle:
                return obstacle
        lot = next((each for each in self._state.book.lots.values() if each.lot_id == name), None)
        if lot is None or (lot.state is LotState.CLOSED and lot.remainder <= 0):
            return f"{name} is no open lot; `lotkeeper positions` lists them"
        return (self._not_releasable(lot) if self._state.is_listed else "") or lot

    def _not_releasable(self, lot: Lot) -> str:
        if lot.hold in READING:
            return f"lot {lot.lot_id} is being rebuilt: {lot.reason}; try again in a moment"
        if lot.buy_ended:
            return ""
        return (
            f"BUY order {lot.buy_order_id} may still fill, and what it buys would be sold: cancel it or let it fill, "
            f"then release lot {lot.lot_id}; `lotkeeper reconcile {self._state.symbol}` asks whether it has ended"
        )


def _release_text(lot: Lot, *, is_listed: bool) -> str:
    live = [order.client_id for order in lot.live_sells]
    ended = "are cancelled, and then" if is_listed else "have ended with the pair, whatever they sold last, and"
    back = f"its SELLs ({', '.join(live)}) {ended} " if live else ""
    return f"lot {lot.lot_id}: {back}{plain(less(lot.stock, lot.sold))} {lot.base} is no longer kept, and not sold"
