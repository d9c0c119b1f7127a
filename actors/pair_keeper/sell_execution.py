"""From a changed lot to a SELL on the book: decides about lots, and has it carried out."""

from collections.abc import Iterable
from decimal import Decimal

from actors.pair_keeper import selling_notes
from actors.pair_keeper.cancels import Cancels
from actors.pair_keeper.effects import (
    Effects,
    Moment,
    Peer,
    ReportSoon,
    Send,
    Wake,
)
from actors.pair_keeper.fee_valuation import FeeValuation
from actors.pair_keeper.ledger_outbox import LedgerOutbox
from actors.pair_keeper.refusal_facts import RefusalFacts
from actors.pair_keeper.selling_conditions import SellingConditions
from actors.pair_keeper.state import KeeperState
from actors.pair_keeper.tags import BalanceTag, FeeTag, OrdersAllowedAgain, ReferenceTag, RefusalDue, RetryLot
from actors.pair_keeper.trust import TradingPermission
from actors.pair_keeper.unresolved_sells import UnresolvedSells
from lotkeeper.trading.journal import Cause
from lotkeeper.trading.lots.instructions import InstructionEnd
from lotkeeper.trading.lots.transfers import Disposal, DustTransfer
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.selling.causes import cause_of
from lotkeeper.trading.selling.decide import wait_for_trades
from lotkeeper.trading.selling.decisions import (
    CancelSell,
    Close,
    Decision,
    EndInstruction,
    Keep,
    Park,
    PlaceSell,
    Queue,
    Release,
    TransferDust,
    ValueFees,
    Wait,
)
from lotkeeper.trading.selling.order_slots import PairConditions, next_slot_step, room
from lotkeeper.trading.selling.plan import decide_lot, find_dust, lots_in_order, waits_to_replace
from lotkeeper.trading.selling.trailing_slots import lots_to_trail, trail_to_give_up
from messages.ledger import RecordCoins
from messages.orders import PlaceSellOrder
from messages.queries import BalanceFetched, ReferenceFetched, TopFetched

_LONGEST_SLEEP_S = 3600.0  # the exchange may name any moment

Changed = set[int]  # BUY order ids of the lots that changed


class SellExecution:
    """The network comes before the database: a SELL is sent before its lot is recorded or anything is logged."""

    def __init__(
        self,
        state: KeeperState,
        *,
        permission: TradingPermission,
        facts: RefusalFacts,
        cancels: Cancels,
        fees: FeeValuation,
        unresolved: UnresolvedSells,
        ledger: LedgerOutbox,
    ) -> None:
        self._state, self._permission, self._facts = state, permission, facts
        self._cancels, self._fees, self._unresolved, self._ledger = cancels, fees, unresolved, ledger
        self.conditions = SellingConditions(state, permission, facts)
        self._retry_at_ms: dict[int, int] = {}  # by BUY order id: when a parked lot is looked at again
        self._to_replace: set[int] = set()  # lots with a SELL to be priced otherwise when fewer are being cancelled

    # Which lots

    def follow(self, buy_order_ids: Iterable[int], now: Moment) -> Effects[None]:
        """Decides about changed lots, then records them."""
        sold = self._state.book.apply_manual_sales()
        changed = {*buy_order_ids, *(each.buy_order_id for each in sold)}
        if not changed:
            return
        if self._state.is_trading:
            changed |= yield from self.decide_about(changed, now)
        yield from self._ledger.record(changed, now)
        yield ReportSoon()
        yield from self.log_manual_sales(sold)

    def follow_open(self, now: Moment) -> Effects[None]:
        """Something that concerns every lot has changed."""
        if self._state.is_trading:
            yield from self.follow({lot.buy_order_id for lot in self._state.book.lots.open()}, now)

    def free_held(self, resumed_ms: int, now: Moment) -> Effects[None]:
        """A person resumed the pair at that moment (wall clock): what was held is sold again."""
        yield from self.follow({lot.buy_order_id for lot in self._state.book.lots.resume(resumed_ms)}, now)

    def decide_about(self, buy_order_ids: Iterable[int], now: Moment) -> Effects[Changed]:
        """Decides about these lots, then about those whose turn it is.

        If there are more of them than may be sold now, all of them wait for their turn: the nearest come first.
        """
        changed: Changed = set()
        known, wanted = self.conditions.at(now), lots_in_order(self._state.book, buy_order_ids)
        most = room(self._state.book, known)
        is_crowded = most is not None and len(wanted) > most
        for buy_order_id in wanted:
            changed |= yield from self._decide(buy_order_id, known._replace(send_room=0) if is_crowded else known, now)
            known = self.conditions.at(now)
        changed |= yield from self._fill_slots(known, now)
        if self._state.book.terms[1].trailing_bips:
            changed |= yield from self._move_trails(now)
        find_dust(self._state.book)  # now, so that the next fill need not wait for it
        return changed

    def lots_out_of_queue(self) -> Changed:
        """The open lots that do not wait for their turn; those that wait are decided about when it comes."""
        lots = self._state.book.lots
        return {lot.buy_order_id for lot in lots.open() if lot.buy_order_id not in lots.index.queue}

    def follow_queue(self, now: Moment) -> Effects[None]:
        """More may be sent than before, or more slots be used: decides about the lots whose turn it is."""
        if self._state.is_trading and len(self._state.book.lots.index.queue):
            changed = yield from self._fill_slots(self.conditions.at(now), now)
            yield from self._ledger.record(changed, now)
            if changed:
                yield ReportSoon()

    def _fill_slots(self, known: PairConditions, now: Moment) -> Effects[Changed]:
        """One lot after the other, as each takes a slot."""
        changed: Changed = set()
        while (step := next_slot_step(self._state.book, known)) is not None:
            if isinstance(step, CancelSell):
                changed |= yield from self._cancel(step, now)
            else:
                changed |= yield from self._decide(step, known, now)
            known = self.conditions.at(now)
        return changed

    def _move_trails(self, now: Moment) -> Effects[Changed]:
        """The nearest lots follow the price, as many as the exchange takes on the pair."""
        changed: Changed = set()
        for buy_order_id in lots_to_trail(self._state.book, self.conditions.at(now)):
            known = self.conditions.at(now)._replace(arms_trail_of=buy_order_id)
            changed |= yield from self._decide(buy_order_id, known, now)
        step = trail_to_give_up(self._state.book, self.conditions.at(now))
        if step is not None:
            changed |= yield from self._cancel(step, now)
        return changed

    def log_manual_sales(self, sold: Iterable[Disposal]) -> Effects[None]:
        for each in sold:
            yield selling_notes.sold_by_hand(self._state.symbol, each)

    # One lot

    def _decide(self, buy_order_id: int, known: PairConditions, now: Moment) -> Effects[Changed]:
        """Dust and kept coins are moved in the book first, logged last: only arithmetic stands before the network."""
        if buy_order_id in self.conditions.rearrangement.recording:  # its moved cost has to be in the database first
            return set()
        self._state.book.lots.index.remove_from_queue(buy_order_id)
        decisions = decide_lot(self._state.book, buy_order_id, known)
        transfers = [decision.transfer for decision in decisions if isinstance(decision, TransferDust)]
        for transfer in transfers:
            self._state.book.lots.transfer_dust(transfer)
        kept = [decision.disposal for decision in decisions if isinstance(decision, Keep)]
        for disposal in kept:
            self._state.book.lots.dispose(disposal)
        changed = {buy_order_id} if transfers or kept else set()
        for decision in decisions:
            changed |= yield from self._apply(buy_order_id, decision, now)
        for transfer in transfers:
            changed |= yield from self._follow_dust(transfer, now)
        for disposal in kept:
            yield from self._follow_kept(disposal)
        if waits_to_replace(self._state.book, buy_order_id, known):
            self._to_replace.add(buy_order_id)
        return changed

    def follow_replacements(self, now: Moment) -> Effects[None]:
        """Fewer SELLs are being cancelled than before: others may be priced otherwise, as many as may be sent."""
        if not self._to_replace or not self._state.is_trading:
            return
        waiting = sorted(self._to_replace & self._state.book.lots.keys())
        most = self.conditions.at(now).send_room
        self._to_replace = set(waiting if most == 0 else waiting[most:] if most else ())
        changed: Changed = set()
        for buy_order_id in waiting[:most]:
            changed |= yield from self._decide(buy_order_id, self.conditions.at(now), now)
        yield from self._ledger.record(changed, now)

    def _apply(self, buy_order_id: int, step: Decision, now: Moment) -> Effects[Changed]:
        match step:
            case PlaceSell():
                yield from self._place(step, now)
                return {buy_order_id}
            case CancelSell():
                return (yield from self._cancel(step, now))
            case ValueFees(assets):
                unvalued = self._state.book.lots[buy_order_id].unvalued_fills()
                yield from self._fees.begin([fill for fill in unvalued if fill.commission_asset in assets], now)
                return set()
            case Release():
                yield from self.leave_rest(buy_order_id, now)
                return {buy_order_id} | (yield from self._decide(buy_order_id, self.conditions.at(now), now))
            case EndInstruction():
                self._state.book.lots.end_instruction(buy_order_id, InstructionEnd.REFUSED)
                yield selling_notes.instruction_given_up(self._state.symbol, buy_order_id)
                return {buy_order_id} | (yield from self._decide(buy_order_id, self.conditions.at(now), now))
            case TransferDust() | Keep():
                return set()  # done before everything else
            case Wait() | Park() | Queue() | Close():
                return (yield from self._stand_by(buy_order_id, step, now))

    def leave_rest(self, buy_order_id: int, now: Moment) -> Effects[None]:
        """The rest of the lot becomes the owner's own coins."""
        rest = self._state.book.lots[buy_order_id].remainder
        self._state.book.lots.release_rest(buy_order_id, now.wall_ms)
        yield from self._leave_to_owner(rest)

    def _leave_to_owner(self, quantity: Decimal) -> Effects[None]:
        self._state.coins = self._state.coins.with_more_own(quantity)
        yield Send(Peer.LEDGER, RecordCoins(self._state.symbol, self._state.coins.own))

    def _follow_kept(self, disposal: Disposal) -> Effects[None]:
        """The owner keeps these coins."""
        yield from self._leave_to_owner(disposal.quantity)
        yield selling_notes.coins_kept(self._state.symbol, disposal)

    def _place(self, sell: PlaceSell, now: Moment) -> Effects[None]:
        order = self._state.book.lots.record_sell_sent(sell, now.wall_ms)
        yield from self.send(order, now)
        self.conditions.ended.note_sent(order.price, now)
        self._facts.reserve(order.quantity)
        yield selling_notes.sell_sent(self._state.symbol, sell, order, self._cause(sell, now))

    def _cause(self, sell: PlaceSell, now: Moment) -> Cause:
        number = sell.name.buy_order_id
        is_grouped = bool(self.conditions.rearrangement.prices.get(number))
        return cause_of(
            sell, self._state.book.lots[number], self._state.book.terms[1], now.wall_ms, is_grouped=is_grouped
        )

    def send(self, order: SellOrder, now: Moment) -> Effects[None]:
        """The order goes to the Gateway; the book knows it as sent."""
        message = PlaceSellOrder(
            symbol=self._state.symbol,
            incarnation=self._state.start.incarnation,
            client_id=order.client_id,
            price=order.price,
            quantity=order.quantity,
            sent_ms=order.sent_ms,
            complete_as_of_ms=self._state.complete_as_of_ms or 0,
            introduced_to=self._permission.introduced_to,
            trail=order.trail,
            stop=None if order.stop is None else order.stop.prices,
        )
        yield Send(Peer.GATEWAY, message)
        self._unresolved.note_sent(order, now)

    def _cancel(self, step: CancelSell, now: Moment) -> Effects[Changed]:
        if self._state.peers.gateway is None:
            return set()  # everything is decided about again when it is back
        yield from self._cancels.send(step, now)
        return {step.name.buy_order_id}

    def _stand_by(self, buy_order_id: int, step: Wait | Park | Queue | Close, now: Moment) -> Effects[Changed]:
        lot = self._state.book.lots[buy_order_id]
        if isinstance(step, Close):
            step = wait_for_trades(lot) or step
        if isinstance(step, Park) and step.until_ms is not None:
            yield from self._retry_later(buy_order_id, step.until_ms, now)
        changed = self._state.book.lots.apply_decision(lot, step)
        if self._state.book.lots[buy_order_id].state is not lot.state:
            note = selling_notes.standing_by(self._state.symbol, lot, step)
            if note is not None:
                yield note
        yield from self._fees.begin(lot.unvalued_fills(), now)
        return {buy_order_id} if changed else set()

    def _follow_dust(self, transfer: DustTransfer, now: Moment) -> Effects[Changed]:
        """The lot that gave the dust may be closable now. Both lots go into one record, the transfer with each."""
        yield selling_notes.dust_carried(self._state.symbol, transfer)
        return {transfer.source} | (yield from self._decide(transfer.source, self.conditions.at(now), now))

    # Parked lots

    def _retry_later(self, buy_order_id: int, at_ms: int, now: Moment) -> Effects[None]:
        """One wake-up a lot, the earliest that is wanted."""
        if now.wall_ms < self._retry_at_ms.get(buy_order_id, 0) <= at_ms:
            return
        self._retry_at_ms[buy_order_id] = at_ms
        yield Wake(min(max(0.01, (at_ms - now.wall_ms) / 1000), _LONGEST_SLEEP_S), RetryLot(buy_order_id))

    def on_retry_due(self, wakeup: RetryLot, now: Moment) -> Effects[None]:
        """What holds the lot back may be gone; where it is a figure, that is asked for first."""
        buy_order_id = wakeup.buy_order_id
        self._retry_at_ms.pop(buy_order_id, None)
        if buy_order_id in self._state.book.lots and not (yield from self._facts.refresh_old(now)):
            yield from self.follow([buy_order_id], now)

    def on_orders_allowed(self, wakeup: OrdersAllowedAgain, now: Moment) -> Effects[None]:
        """The nearest lots are tried, and the others only when those were sent."""
        if (yield from self._permission.end_pause(now)):
            yield from self.follow_queue(now)

    def on_refusal_due(self, wakeup: RefusalDue, now: Moment) -> Effects[None]:
        """The nearest lot is tried; the others go on waiting for what becomes of it."""
        refusal = self._permission.refusal
        if refusal is not None and refusal.times == wakeup.times:
            yield from self.follow_open(now)

    # Figures and prices that were asked for

    def on_balance(self, tag: BalanceTag, message: BalanceFetched, now: Moment) -> Effects[None]:
        self._facts.learn_balance(message.free, now)
        yield from self.follow_open(now)

    def on_reference(self, tag: ReferenceTag, message: ReferenceFetched, now: Moment) -> Effects[None]:
        self._facts.learn_reference(message.price, now)
        yield from self.follow_open(now)

    def on_fee_price(self, tag: FeeTag, message: TopFetched, now: Moment) -> Effects[None]:
        valued = yield from self._fees.take_price(tag, message, now)
        if valued is not None:
            yield from self.follow(valued, now)
