"""Lots that a person adds: a BUY from before lotkeeper's time, and coins that came without a trade."""

from typing import Any

from actors.pair_keeper.comparison import Comparison, ComparisonCommand
from actors.pair_keeper.effects import Effects, Moment, NoteDecision, Reply, as_decision, lot_event
from actors.pair_keeper.reconciler import Reconciler
from actors.pair_keeper.sell_execution import SellExecution
from actors.pair_keeper.state import KeeperState
from lotkeeper.trading.journal import Cause, DecisionKind
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.transfers import lot_id
from lotkeeper.trading.money import plain, total
from lotkeeper.trading.recovery.adopted_coins import (
    adopted_lot_number,
    why_coins_are_missing,
    why_no_amount,
    why_not_adoptable,
)
from lotkeeper.trading.shown import changed_text, has_changed
from messages.control import CommandDone, CommandRefused
from messages.pair_commands import AdoptCoins, AdoptOrder, AdoptSince

_PLACED = "; its SELL is placed like any other's"
_ALL_PLACED = "their SELLs are placed like any other's"


class AdoptionCommands:
    """Each is tried first on a copy of the book, with the exchange's own numbers; a dry run ends there."""

    def __init__(
        self, state: KeeperState, selling: SellExecution, reconciler: Reconciler, comparison: ComparisonCommand
    ) -> None:
        self._state, self._selling = state, selling
        self._reconciler, self._comparison = reconciler, comparison

    # One BUY

    def adopt_order(self, message: AdoptOrder, asker: Any, now: Moment) -> Effects[None]:
        number = message.order_id
        obstacle = self._obstacle()
        if not obstacle and (number in self._state.book.lots or number in self._state.book.lots.archived):
            obstacle = f"order {number} is lot {lot_id(self._state.symbol, number)} already"
        if obstacle:
            yield Reply(asker, CommandRefused(obstacle))
            return
        copy = self._state.book.copy()
        copy.request_rebuild(number)

        def finish(done: Comparison, now: Moment) -> Effects[None]:
            yield from self._finish_order(done, message, now)

        yield from self._comparison.begin(asker, copy, finish, now, is_adopting=True)

    def _finish_order(self, done: Comparison, message: AdoptOrder, now: Moment) -> Effects[None]:
        number, lot = message.order_id, done.current.book.lots.get(message.order_id)
        obstacle = _not_adoptable(lot, number, self._state.symbol) or self._coins_obstacle(done, now, lot)
        if obstacle or lot is None:
            yield Reply(done.asker, CommandRefused(obstacle))
            return
        answer = CommandDone(_bought_text(lot) + _PLACED)
        if reply := _without_doing(answer, message):
            yield Reply(done.asker, reply)
            return
        if number not in self._state.book.lots:
            self._state.book.request_rebuild(number)
        yield _adopted(lot, message)
        yield from self._reconciler.answer_after_pass(done.asker, answer, now)

    # All BUYs since a moment

    def adopt_since(self, message: AdoptSince, asker: Any, now: Moment) -> Effects[None]:
        if obstacle := self._obstacle():
            yield Reply(asker, CommandRefused(obstacle))
            return

        def finish(done: Comparison, now: Moment) -> Effects[None]:
            yield from self._finish_since(done, message, now)

        copy = self._state.book.copy()
        yield from self._comparison.begin(asker, copy, finish, now, since_ms=message.since_ms, is_adopting=True)

    def _finish_since(self, done: Comparison, message: AdoptSince, now: Moment) -> Effects[None]:
        """Only those from before the cursor: what is newer is a lot, or is not one by configuration."""
        cursor = done.current.cursor_at_start
        new = [lot for number, lot in done.current.book.lots.items() if number not in done.before]
        lots = [lot for lot in new if lot.buys[0].trade_id <= cursor and not _not_adoptable(lot, 0, "")]
        obstacle = f"no BUY on {self._state.symbol} since then is to be adopted"
        if lots:
            obstacle = self._coins_obstacle(done, now, *lots)
        if obstacle:
            yield Reply(done.asker, CommandRefused(obstacle))
            return
        answer = CommandDone("\n".join((*(_bought_text(lot) for lot in lots), _ALL_PLACED)))
        if reply := _without_doing(answer, message):
            yield Reply(done.asker, reply)
            return
        self._reconciler.include_since(message.since_ms)
        for lot in lots:
            yield _adopted(lot, message)
        yield from self._reconciler.answer_after_pass(done.asker, answer, now)

    # Coins

    def adopt_coins(self, message: AdoptCoins, asker: Any, now: Moment) -> Effects[None]:
        if obstacle := self._obstacle() or self._no_lot_of_coins(message):
            yield Reply(asker, CommandRefused(obstacle))
            return

        def finish(done: Comparison, now: Moment) -> Effects[None]:
            yield from self._finish_coins(done, message, now)

        yield from self._comparison.begin(asker, self._state.book.copy(), finish, now, is_adopting=True)

    def _no_lot_of_coins(self, message: AdoptCoins) -> str:
        """Why the coins can be no lot, whatever the account holds; empty when they can."""
        number = adopted_lot_number(message.at_ms)
        if number in self._state.book.lots:
            return f"lot {lot_id(self._state.symbol, number)} is adopted already"
        assert self._state.market is not None  # or nothing could be compared
        return why_no_amount(message.quantity, message.cost, self._state.market.pair.precision)

    def _finish_coins(self, done: Comparison, message: AdoptCoins, now: Moment) -> Effects[None]:
        """By the book of the comparison, which has all trades up to now."""
        book = done.current.book
        obstacle = self._coins_obstacle(done, now) or why_not_adoptable(message.quantity, done.beyond, book.base)
        name = lot_id(self._state.symbol, adopted_lot_number(message.at_ms))
        coins = f"{plain(message.quantity)} {book.base} at a cost of {plain(message.cost)} {book.quote}"
        if obstacle:
            yield Reply(done.asker, CommandRefused(obstacle))
            return
        answer = CommandDone(f"lot {name}: {coins}{_PLACED}")
        if reply := _without_doing(answer, message):
            yield Reply(done.asker, reply)
            return
        yield from self._adopt_coins(message, now)
        yield Reply(done.asker, answer)

    def _adopt_coins(self, message: AdoptCoins, now: Moment) -> Effects[None]:
        lot = self._state.book.adopt_coins(message.at_ms, message.quantity, message.cost)
        yield from self._selling.follow([lot.buy_order_id], now)
        facts = {"quantity": message.quantity, "cost": message.cost, "who": message.who, "why": message.why}
        line = lot_event("coins adopted", self._state.symbol, lot.buy_order_id, **facts)
        yield as_decision(line, DecisionKind.COINS_ADOPTED, Cause.OPERATOR, lot.buy_order_id)

    # Why not

    def _obstacle(self) -> str:
        """Why nothing can be compared for an adoption now; empty when it can."""
        return self._comparison.obstacle(is_taken=self._reconciler.has_waiting_answers)

    def _coins_obstacle(self, done: Comparison, now: Moment, *lots: Lot | None) -> str:
        """Why it is not certain that coins are there which no lot has, here or of another pair; empty where it is."""
        base = self._state.book.base
        if done.first_balance != done.balance:
            return f"the balance of {base} moved while it was compared; try again in a moment"
        if doubt := done.doubt(now):
            return f"what other pairs hold of {base} is not known: {doubt}"
        return why_coins_are_missing([lot for lot in lots if lot is not None], done.beyond)


def _without_doing(
    answer: CommandDone, message: AdoptOrder | AdoptSince | AdoptCoins
) -> CommandDone | CommandRefused | None:
    """What is replied to a dry run, or where the person saw something else; None where it is to be done."""
    if message.is_dry_run:
        return answer
    return CommandRefused(changed_text(answer.text)) if has_changed(message.shown, answer.text) else None


def _adopted(lot: Lot, message: AdoptOrder | AdoptSince) -> NoteDecision:
    """An earlier BUY becomes a lot with the next comparison."""
    facts = (("quantity", plain(lot.received)), ("cost", plain(lot.cost)))
    return NoteDecision(
        None,
        DecisionKind.COINS_ADOPTED,
        Cause.OPERATOR,
        lot.buy_order_id,
        facts=facts,
        who=message.who,
        why=message.why,
    )


def _not_adoptable(lot: Lot | None, number: int, symbol: str) -> str:
    if lot is None:
        return f"the exchange has no trades of a BUY order {number} on {symbol}"
    if lot.remainder <= 0 and not lot.open_quantity:
        return f"order {number} bought {plain(lot.received)} {lot.base}, and all of it is sold"
    return ""


def _bought_text(lot: Lot) -> str:
    sold = total((lot.sold, *(each.quantity for each in lot.disposals)))
    gone = f"; {plain(sold)} of it is sold since" if sold else ""
    text = f"lot {lot.lot_id}: bought {plain(lot.received)} {lot.base} for {plain(lot.cost)} {lot.quote}{gone}"
    fees = "" if not lot.unvalued_fills() else " and fees in a third asset, which are valued at their price of then"
    return text + fees
