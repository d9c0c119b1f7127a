"""The lots of one pair, and how fills and reports change them. Every method may be told the same thing twice."""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import reduce

from lotkeeper.trading.book.balance_check import BalanceCheck
from lotkeeper.trading.book.found_sells import adopted
from lotkeeper.trading.book.index import Index
from lotkeeper.trading.book.manual_sales import SalesByHand, disposals
from lotkeeper.trading.lots import states as lot_states
from lotkeeper.trading.lots.disposal import Disposal, Way
from lotkeeper.trading.lots.dust_transfer import DustTransfer
from lotkeeper.trading.lots.lot import (
    Lot,
    with_buy,
    with_carry,
    with_disposal,
    with_fee_value,
    with_hold_event,
    with_order,
    with_sell,
    without_order,
)
from lotkeeper.trading.lots.states import READING, HoldEvent, LotEvent, LotState
from lotkeeper.trading.money import ZERO, total
from lotkeeper.trading.orders.client_ids import SellName, cancelled_name, sell_name
from lotkeeper.trading.orders.fills import FeeValue, Fill, Side
from lotkeeper.trading.orders.order import OrderReport, SellOrder, happened, is_another_body, is_namesake, reported
from lotkeeper.trading.orders.states import ON_BOOK, OrderEvent, OrderState
from lotkeeper.trading.policy import Dust, ExitPolicy
from lotkeeper.trading.recovery.adopted_coins import coins_fill
from lotkeeper.trading.selling.decisions import Close, Decision, Park, PlaceSell, Queue
from lotkeeper.trading.selling.situation import Market


@dataclass(slots=True)
class PairBook:
    """The lots of a pair by BUY order id.

    `strays` are SELL fills whose order is not known to be ours yet, by order id; `missing` the BUY orders that one of
    our SELLs on the exchange names and that no lot holds: both are questions for reconciliation. `foreign` are the
    order ids of SELLs that are not ours, `others` those of orders on the book that are not, BUYs too; `past` the BUY
    order ids of lots that are finished and written down. A lot rebuilt from `missing` is held until reconciliation has
    found what its other SELLs sold: nothing is sold twice. `cursor` is the last trade id up to which all is accounted
    for, None on a first start: a BUY up to there of which there is no lot is one to be rebuilt. `gone` are SELLs of
    lots from before a lost notebook, by BUY order id: nothing of them is left but their sale. `unsent` are SELLs with
    our names that no lot has as sent from here, by order id, until somebody has looked at them. `by_hand` has the SELLs
    that nobody here placed, and what lots may have to give for them. `takes_all`: a BUY need not be named to become
    a lot. `market` and `policy`
    tell which share of its cost a SELL covers that only the exchange knows.
    """

    symbol: str
    base: str
    quote: str
    lots: dict[int, Lot] = field(default_factory=dict)
    strays: dict[int, list[Fill]] = field(default_factory=dict)
    missing: dict[int, list[OrderReport]] = field(default_factory=dict)
    foreign: set[int] = field(default_factory=set)
    others: set[int] = field(default_factory=set)
    past: set[int] = field(default_factory=set)
    gone: dict[int, list[OrderReport]] = field(default_factory=dict)
    unsent: dict[int, OrderReport] = field(default_factory=dict)
    cursor: int | None = None
    takes_all: bool = True
    market: Market | None = None
    policy: ExitPolicy | None = None
    index: Index = field(default_factory=Index)
    by_hand: SalesByHand = field(default_factory=SalesByHand)
    flow: BalanceCheck = field(default_factory=BalanceCheck)
    _early: dict[int, list[Fill]] = field(default_factory=dict)
    _ends: dict[int, Decimal] = field(default_factory=dict)  # what ended BUYs bought, until all their fills are here
    _taken: list[DustTransfer] = field(default_factory=list)  # dust that finished lots took

    def copied(self) -> "PairBook":
        """A book with the same lots to try things on; what is frozen is shared."""
        frozen = (*self.lots.values(), self.market, self.policy)
        return deepcopy(self, {id(each): each for each in frozen})

    def load(self, lots: Iterable[Lot]) -> None:
        for lot in lots:
            self._keep(lot)

    def open_lots(self) -> Iterator[Lot]:
        return (lot for lot in self.lots.values() if lot.state is not LotState.CLOSED)

    def take_fill(self, fill: Fill) -> Lot | None:
        """The lot that a fill changed; None when it is known already, or a SELL that is not ours (a stray)."""
        self.flow.take(fill, self.base, self.cursor)
        if fill.side is Side.BUY:
            return self._take_buy(fill)
        buy_order_id = self.index.lot_of_order.get(fill.order_id)
        if buy_order_id in self.past:
            return None
        if buy_order_id is not None:
            old = self.lots[buy_order_id]
            return self._changed(old, with_sell(old, fill))
        if fill.order_id in self.by_hand.orders:
            self.by_hand.trades[fill.trade_id] = fill
        elif fill.order_id not in self.foreign:
            strays = self.strays.setdefault(fill.order_id, [])
            if all(known.trade_id != fill.trade_id for known in strays):
                strays.append(fill)
        return None

    def take_report(self, report: OrderReport) -> Lot | None:
        """The lot that a report changed; None when it says nothing new. Raises ImpossibleError."""
        name = self.name_of(report) if report.side is Side.SELL else None
        if name is None:
            (self.others.discard if report.is_final else self.others.add)(report.order_id)
        if report.side is Side.BUY:
            return self._buy_reported(report)
        if name is None:
            self._made_by_hand(report.order_id)
            return None
        if report.order_id in self.by_hand.orders:
            self._is_ours_after_all(report.order_id)
        if name.buy_order_id in self.past:
            return None
        lot = self.lots.get(name.buy_order_id)
        if lot is None:
            self.unsent[report.order_id] = report
            self.missing.setdefault(name.buy_order_id, []).append(report)
            return None
        return self._changed(lot, self._sell_reported(lot, name, report))

    def lot_rebuilt(self, buy_order_id: int) -> Lot | None:
        """After the BUY's fills were fetched: its waiting SELL reports are taken; None when it has no fills at all."""
        reports, fills = self.missing.pop(buy_order_id, []), self._early.pop(buy_order_id, [])
        for fill in fills:
            self._bought(fill)
        if buy_order_id not in self.lots:
            return None
        self._keep(self._with_known_carries(self.lots[buy_order_id]))
        if reports or any(map(self._is_old, fills)):
            self.hold_to_read(buy_order_id)
        for report in reports:
            self.take_report(report)
        return self.lots[buy_order_id]

    def dismiss(self, order_id: int) -> None:
        """A SELL that is none of the lots' here: its fills are not asked about again."""
        self.foreign.add(order_id)
        self.strays.pop(order_id, None)

    def _made_by_hand(self, order_id: int) -> None:
        self.by_hand.orders.add(order_id)
        self.by_hand.trades.update({fill.trade_id: fill for fill in self.strays.get(order_id, ())})
        self.dismiss(order_id)

    def _is_ours_after_all(self, order_id: int) -> None:
        """Its name was not to be told before: what lots gave for its trades is theirs again."""
        self.by_hand.taken_back(order_id)
        self.foreign.discard(order_id)
        for lot in list(self.lots.values()):
            for each in lot.disposals:
                if each.order_id == order_id:
                    nothing = replace(each, quantity=ZERO, cost=ZERO, proceeds=ZERO)
                    self._keep(with_disposal(self.lots[lot.buy_order_id], nothing))

    def count_sales_by_hand(self) -> list[Disposal]:
        """Takes from the lots what was sold by hand; what they gave now. To be done before anything is decided.

        Of a trade that was accounted for before only a lot that is being rebuilt does not know.
        """
        found: list[Disposal] = []
        for _, sale in sorted(self.by_hand.trades.items()):
            lots = self.being_read() if self._is_old(sale) else self.lots.values()
            for each in list(disposals(lots, sale, self.base)):
                self.dispose(each)
                found.append(each)
        return found

    def dispose(self, disposal: Disposal) -> Lot:
        """Coins leave a lot; more of the same disposal adds to it."""
        lot = self.lots[disposal.buy_order_id]
        before = next((each for each in lot.disposals if each.is_same(disposal)), None)
        self._keep(with_disposal(lot, disposal if before is None else before.with_more(disposal)))
        return self.lots[disposal.buy_order_id]

    def release(self, buy_order_id: int, at_ms: int) -> Lot:
        """The rest of a lot, with all that is left of its cost, is its owner's from now on."""
        lot = self.lots[buy_order_id]
        cost = lot.cost_of_rest
        return self.dispose(
            Disposal(self.symbol, buy_order_id, Way.RELEASED, at_ms, 0, lot.remainder, cost, ZERO, at_ms)
        )

    def adopt_coins(self, at_ms: int, quantity: Decimal, cost: Decimal) -> Lot:
        """A lot of coins that came without a trade; adopted at the same moment twice it is one."""
        fill = coins_fill(self.symbol, self.base, at_ms, quantity, cost)
        self._bought(fill)
        lot = replace(self.lots[fill.order_id], buy_ended=True)
        self._keep(lot)
        return lot

    def accounted_for(self, cursor: int) -> int:
        """The last trade id before the first sale that some lot may still have to answer for: by hand, or by whom
        is not known yet.
        """
        strays = (fill for fills in self.strays.values() for fill in fills)
        waiting = [sale.trade_id for sale in (*self.by_hand.trades.values(), *strays) if not self._is_old(sale)]
        return min([cursor, *(trade_id - 1 for trade_id in waiting)])

    def set_aside(self, buy_order_id: int, report: OrderReport) -> None:
        """A SELL of a lot of the past: remembered, in case that the lot's BUY goes on."""
        self.gone.setdefault(buy_order_id, []).append(report)
        self.dismiss(report.order_id)

    def recall(self, buy_order_id: int) -> Lot | None:
        """Takes the SELLs set aside of a lot that is there after all."""
        lot = self.lots[buy_order_id]
        changed = self._changed(lot, self._with_known_carries(lot))
        for report in self.gone.pop(buy_order_id, []):
            self.foreign.discard(report.order_id)
            changed = self.take_report(report) or changed
        return changed

    def hold(self, buy_order_id: int, event: HoldEvent, why: str = "") -> Lot | None:
        """The lot after something that holds or frees it; None when it stays as it is. Raises ImpossibleError.

        Nothing is placed for a lot that is held. `why` tells people more than the sentence of the reason does.
        """
        lot = self.lots[buy_order_id]
        return self._changed(lot, with_hold_event(lot, event, why))

    def hold_to_read(self, buy_order_id: int) -> Lot | None:
        """For a lot with fills from before our time: SELLs may have sold them that nobody here knows."""
        return self.hold(buy_order_id, HoldEvent.UNREAD)

    def being_read(self) -> list[Lot]:
        """The lots rebuilt whose other SELLs are not known yet."""
        return [lot for lot in self.lots.values() if lot.hold in READING]

    def sell_sent(self, decision: PlaceSell, now_ms: int) -> SellOrder:
        """Books the SELL as sent, before it is: a reply or event may come at once."""
        order = SellOrder(
            symbol=self.symbol,
            name=decision.name,
            price=decision.price,
            quantity=decision.quantity,
            cost=decision.cost,
            state=OrderState.PLACING,
            sent_ms=now_ms,
            updated_ms=now_ms,
            profit=decision.profit,
            sell_rate=decision.sell_rate,
        )
        lot = with_order(self.lots[decision.name.buy_order_id], order)
        self.index.queue.pop(lot.buy_order_id, None)
        self._keep(replace(lot, state=lot_states.moved(lot.state, LotEvent.SELL_SENT), reason=""))
        return order

    def carry(self, carry: DustTransfer) -> tuple[Lot, Lot]:
        """Dust goes from one lot to another, at its cost; both as they are then."""
        source = with_carry(self.lots[carry.source], carry)
        target = with_carry(self.lots[carry.target], carry)
        self._keep(source)
        self._keep(target)
        return source, target

    def gave(self, carry: DustTransfer) -> Lot | None:
        """A lot gave dust to one that is not here any more."""
        source = self.lots[carry.source]
        return self._changed(source, with_carry(source, carry))

    def order_event(self, name: SellName, event: OrderEvent, now_ms: int, reason: str = "") -> Lot | None:
        """The lot after an event of our own on one of its SELLs. Raises ImpossibleError."""
        lot = self.lots.get(name.buy_order_id)
        order = _order(lot, name) if lot else None
        if lot is None or order is None:
            return None
        changed = with_order(lot, happened(order, event, now_ms))
        return self._changed(lot, replace(changed, reason=_held_because(lot) or reason or changed.reason))

    def identified(self, name: SellName, order_id: int) -> Lot | None:
        """The order that one of our SELLs is on the exchange, by the word of a person: it may have lost its name."""
        lot = self.lots[name.buy_order_id]
        order = _order(lot, name)
        return None if order is None else self._changed(lot, with_order(lot, replace(order, order_id=order_id)))

    def fee_valued(self, buy_order_id: int, value: FeeValue) -> Lot | None:
        """The lot with the worth of one of its commissions."""
        lot = self.lots[buy_order_id]
        return self._changed(lot, with_fee_value(lot, value))

    def decided(self, lot: Lot, decision: Decision) -> Lot | None:
        """The lot's state and reason after a decision that places nothing; None when they stay."""
        is_selling = any(order.is_live for order in lot.orders)
        state = lot_states.moved(lot.state, LotEvent.SELL_SENT if is_selling else LotEvent.SELL_ENDED)
        reason = lot.reason
        self.index.queue.pop(lot.buy_order_id, None)
        if isinstance(decision, Close):
            state, reason = lot_states.moved(state, LotEvent.SOLD_OUT), decision.why
        elif isinstance(decision, Park):
            before = lot.state if lot.state is LotState.CLOSED else state  # what is left of a closed lot is dust
            state, reason = lot_states.moved(before, LotEvent.PARKED), _held_because(lot) or decision.why
        elif isinstance(decision, Queue):
            self.index.queue[lot.buy_order_id] = decision.price
            state, reason = lot_states.moved(state, LotEvent.QUEUED), _held_because(lot) or decision.why
        hold = lot.hold if state is LotState.HELD else None
        return self._changed(lot, replace(lot, state=state, hold=hold, reason=reason))

    def resume(self) -> list[Lot]:
        """Frees the lots held by hand; those that changed."""
        return [lot for number in list(self.lots) if (lot := self.hold(number, HoldEvent.RESUMED))]

    def forget_finished(self, cursor: int) -> list[Lot]:
        """Drops the lots of which no news can come: closed, the BUY ended, all trades up to `cursor` accounted for."""
        keeps_dust = self.policy is None or self.policy.dust is Dust.KEEP
        finished = [
            lot
            for lot in self.lots.values()
            if _is_finished(lot, cursor, keeps_dust) and not self.by_hand.concerns(lot.disposals)
        ]
        for lot in finished:
            del self.lots[lot.buy_order_id]
            self._taken += lot.taken
            self.index.drop(lot.buy_order_id)
            self.past.add(lot.buy_order_id)
        return finished

    def in_doubt(self) -> list[SellOrder]:
        """The SELLs whose outcome is not known."""
        return [order for lot in self.lots.values() for order in lot.orders if order.state is OrderState.UNKNOWN]

    def on_book(self) -> list[SellOrder]:
        """The SELLs believed to stand on the exchange's book."""
        return [order for lot in self.lots.values() for order in lot.orders if order.state in ON_BOOK]

    def _take_buy(self, fill: Fill) -> Lot | None:
        if fill.order_id in self.past:
            return None  # a late copy
        if fill.order_id not in self.lots and fill.order_id not in self.missing and not self.takes_all:
            return None  # not one that a person named
        if fill.order_id not in self.lots and (fill.order_id in self.missing or self._is_old(fill)):
            self.missing.setdefault(fill.order_id, [])
            self._early.setdefault(fill.order_id, []).append(fill)  # decided about when the whole lot is known
            return None
        return self._bought(fill)

    def _is_old(self, fill: Fill) -> bool:
        """Whether it was accounted for before: a late copy of it must not be sold anew."""
        return self.cursor is not None and fill.trade_id <= self.cursor

    def _bought(self, fill: Fill) -> Lot | None:
        old = self.lots.get(fill.order_id) or Lot(self.symbol, self.base, self.quote, fill.order_id)
        new = with_buy(old, fill)
        if new.buys == old.buys:
            return None
        state = lot_states.moved(new.state, LotEvent.BOUGHT)
        return self._changed(old, self._ended(new if state is new.state else replace(new, state=state)))

    def name_of(self, report: OrderReport) -> SellName | None:
        """Which SELL of ours it is: by order id first, for one cancelled or amended by hand bears another client id."""
        lot = self.lots.get(self.index.lot_of_order.get(report.order_id, -1))
        known = (order.name for order in lot.orders if order.order_id == report.order_id) if lot else iter(())
        return next(known, None) or sell_name(report.client_id) or cancelled_name(report.client_id)

    def _buy_reported(self, report: OrderReport) -> Lot | None:
        if not report.is_final or not report.executed or report.order_id in self.past:
            return None
        self._ends[report.order_id] = report.executed
        lot = self.lots.get(report.order_id)
        return None if lot is None else self._changed(lot, self._ended(lot))

    def _ended(self, lot: Lot) -> Lot:
        """A BUY has ended for us only when all its fills are here: the report may overtake them."""
        executed = self._ends.get(lot.buy_order_id)
        if executed is None or total(fill.quantity for fill in lot.buys) < executed:
            return lot
        del self._ends[lot.buy_order_id]
        return replace(lot, buy_ended=True)

    def _with_known_carries(self, lot: Lot) -> Lot:
        """A lot that was rebuilt, with the dust that others here have from it or gave to it."""
        lots = self.lots.values()
        carries = (*self._taken, *(each for known in lots for each in (*known.taken, *known.given)))
        return reduce(with_carry, (each for each in carries if lot.buy_order_id in (each.source, each.target)), lot)

    def _sell_reported(self, lot: Lot, name: SellName, report: OrderReport) -> Lot:
        known = _order(lot, name)
        if known is not None and is_namesake(known, report):
            if report.is_final and not report.executed:
                return lot  # sold nothing, and never will
            # Two that sell are never counted as one: the other goes by the next name, and by its order id.
            known, name = None, SellName(name.buy_order_id, lot.next_generation)
        if known is None:
            self.unsent[report.order_id] = report
        elif is_another_body(known, report):
            lot, known = without_order(lot, name), None
        order = reported(known or adopted(lot, name, report, self.market, self.policy), report)
        changed = with_order(lot, order)
        for fill in self.strays.pop(report.order_id, []):
            changed = with_sell(changed, fill)
        by_hand = _by_hand(known, order, report)
        if by_hand is not None:
            return with_hold_event(changed, by_hand)
        if order.is_live:
            return replace(changed, state=lot_states.moved(lot.state, LotEvent.SELL_SENT))
        return changed

    def _changed(self, old: Lot, new: Lot) -> Lot | None:
        if new == old and old.buy_order_id in self.lots:
            return None
        self._keep(new)
        return new

    def _keep(self, lot: Lot) -> None:
        self.lots[lot.buy_order_id] = lot
        self.index.keep(lot)


def _order(lot: Lot, name: SellName) -> SellOrder | None:
    return next((order for order in lot.orders if order.name == name), None)


def _held_because(lot: Lot) -> str:
    return lot.reason if lot.state is LotState.HELD else ""


def _by_hand(known: SellOrder | None, now: SellOrder, report: OrderReport) -> HoldEvent | None:
    """What a person did to a SELL on the exchange: cancelled it or made it smaller; None when nobody did."""
    if known is None or not known.is_live:
        return None
    is_ours = known.state is OrderState.CANCELING or report.is_cancelled_by_us
    if now.state is OrderState.CANCELED and not is_ours:
        return HoldEvent.CANCELLED
    return HoldEvent.AMENDED if now.quantity < known.quantity else None


def _is_finished(lot: Lot, cursor: int, keeps_dust: bool) -> bool:
    """Closed dust stays until a later lot takes it over."""
    sales = (each.number for each in lot.disposals if each.way is Way.SOLD_BY_HAND)
    newest = max([*(fill.trade_id for fill in (*lot.buys, *lot.sells)), *sales])
    is_told = lot.state is LotState.CLOSED and lot.buy_ended and newest <= cursor and not lot.unvalued()
    return is_told and not lot.untold() and not (keeps_dust and lot.remainder > 0)
