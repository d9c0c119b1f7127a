"""What a person commands of the pair: pause, resume, reconcile, release a lot."""

from dataclasses import dataclass
from typing import Any

from actors.pair_keeper.comparison import Comparison, ComparisonCommand
from actors.pair_keeper.effects import Effects, Moment, Reply, ReportSoon, info, lot_event
from actors.pair_keeper.reconciler import Reconciler
from actors.pair_keeper.sell_execution import SellExecution
from actors.pair_keeper.state import KeeperState
from actors.pair_keeper.trust import TradingPermission
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import READING, HoldEvent, LotState
from lotkeeper.trading.money import ZERO, less, plain
from lotkeeper.trading.recovery.differences import describe_coins_beyond, differences
from messages.control import CommandDone, CommandRefused, PausePair, Reconciled, ReconcilePair, ReleaseLot, ResumePair


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
        self._state.is_paused = self.wishes.is_pause_known = True
        self.wishes.resumed_ms = None
        yield ReportSoon()
        yield info("paused", symbol=symbol)
        yield Reply(asker, CommandDone(f"{symbol} is paused: no new SELL is placed; those on the book stand"))

    def resume(self, message: ResumePair, asker: Any, now: Moment) -> Effects[None]:
        symbol = self._state.symbol
        self._state.is_paused = False
        self._permission.dismiss_other_keeper()
        resumed_ms = self._state.exchange_ms(now.wall_ms)
        self.wishes.is_pause_known, self.wishes.resumed_ms = True, resumed_ms
        if self._state.has_book:
            yield from self._selling.free_held(resumed_ms, now)
            yield from self._selling.follow_open(now)
        yield info("resumed", symbol=symbol)
        yield Reply(asker, CommandDone(f"{symbol} is resumed"))

    # Reconciling

    def reconcile(self, message: ReconcilePair, asker: Any, now: Moment) -> Effects[None]:
        obstacle = self._comparison.obstacle()
        if obstacle:
            yield Reply(asker, CommandRefused(obstacle))
            return

        def finish(done: Comparison, now: Moment) -> Effects[None]:
            yield from self._tell_differences(done, message.is_dry_run, now)

        yield from self._comparison.begin(asker, self._state.book.copy(), finish, now, is_adopting=False)

    def _tell_differences(self, done: Comparison, is_dry_run: bool, now: Moment) -> Effects[None]:
        money = (done.current.book, done.beyond, done.bid or ZERO, done.others or (), done.doubt(now))
        answer = Reconciled(
            symbol=self._state.symbol,
            is_dry_run=is_dry_run,
            as_of_ms=done.current.started_ms,
            differences=differences(done.before, done.current),
            money=describe_coins_beyond(*money),
        )
        if is_dry_run:
            yield Reply(done.asker, answer)
        else:
            yield from self._reconciler.answer_after_pass(done.asker, answer, now)

    # Releasing a lot

    def release(self, message: ReleaseLot, asker: Any, now: Moment) -> Effects[None]:
        found = self._releasable(message.lot)
        if isinstance(found, str):
            yield Reply(asker, CommandRefused(found))
            return
        if not message.is_dry_run:
            yield from self._release(found, now)
        yield Reply(asker, CommandDone(_release_text(found)))

    def _release(self, lot: Lot, now: Moment) -> Effects[None]:
        """Its SELLs are cancelled first; then the rest of it is the owner's. A closed lot has only dust left."""
        if lot.state is LotState.CLOSED:
            yield from self._selling.leave_rest(lot.buy_order_id, now)
        else:
            self._state.book.lots.apply_hold_event(lot.buy_order_id, HoldEvent.RELEASED)
        quantity = less(lot.stock, lot.sold)
        yield lot_event("lot released", self._state.symbol, lot.buy_order_id, quantity=quantity)
        yield from self._selling.follow([lot.buy_order_id], now)

    def _releasable(self, name: str) -> Lot | str:
        """The lot of this name, or why it cannot be released now."""
        if obstacle := self._comparison.obstacle(is_taken=self._reconciler.has_waiting_answers):
            return obstacle
        lot = next((each for each in self._state.book.lots.values() if each.lot_id == name), None)
        if lot is None or (lot.state is LotState.CLOSED and lot.remainder <= 0):
            return f"{name} is no open lot; `lotkeeper positions` lists them"
        return self._not_releasable(lot) or lot

    def _not_releasable(self, lot: Lot) -> str:
        if lot.hold in READING:
            return f"lot {lot.lot_id} is being rebuilt: {lot.reason}; try again in a moment"
        if lot.buy_ended:
            return ""
        return (
            f"BUY order {lot.buy_order_id} may still fill, and what it buys would be sold: cancel it or let it fill, "
            f"then release lot {lot.lot_id}; `lotkeeper reconcile {self._state.symbol}` asks whether it has ended"
        )


def _release_text(lot: Lot) -> str:
    live = [order.client_id for order in lot.live_sells]
    back = f"its SELLs ({', '.join(live)}) are cancelled, and then " if live else ""
    return f"lot {lot.lot_id}: {back}{plain(less(lot.stock, lot.sold))} {lot.base} is no longer kept, and not sold"
