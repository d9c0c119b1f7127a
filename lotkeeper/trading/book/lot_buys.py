"""The BUYs of a pair: which of their fills make a lot, and when a BUY has ended."""

from decimal import Decimal

from lotkeeper.trading.book.lots import Lots
from lotkeeper.trading.book.order_lists import OrderLists
from lotkeeper.trading.book.pair_history import PairHistory
from lotkeeper.trading.book.pair_terms import PairTerms
from lotkeeper.trading.book.rebuild import LotsToRebuild, with_known_transfers
from lotkeeper.trading.lots.lot import Lot, with_buy
from lotkeeper.trading.lots.states import LotEvent, next_state
from lotkeeper.trading.lots.transfers import DustTransfer
from lotkeeper.trading.money import total
from lotkeeper.trading.orders.fills import Fill
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.replacing import replace


class LotBuys:
    """What is known of BUYs beside the lots. Its methods store the lots that they change."""

    def __init__(
        self, terms: PairTerms, lots: Lots, rebuild: LotsToRebuild, order_lists: OrderLists, history: PairHistory
    ) -> None:
        # Those of the book.
        self._terms, self._lots, self._rebuild, self._order_lists = terms, lots, rebuild, order_lists
        self._history = history
        self._early_fills: dict[int, dict[int, Decimal]] = {}  # quantities (base) from before it, by BUY and trade id
        self._ended_quantities: dict[int, Decimal] = {}  # of BUYs that have ended, until all their fills are here
        # Dust that loaded lots took from lots that were never recorded, by the BUY order ids of the latter.
        self._dust_of_missing: dict[int, list[DustTransfer]] = {}

    def note_loaded(self) -> None:
        """The lots that the database has are loaded."""
        for transfer in self._lots.dust_transfers():
            if transfer.source not in self._lots:
                self._dust_of_missing.setdefault(transfer.source, []).append(transfer)

    # What the exchange says

    def apply_fill(self, fill: Fill) -> Lot | None:
        """The lot that a fill of a BUY changed; None when it is known already, or no lot has it yet."""
        if fill.order_id in self._lots.archived:
            return None  # a late copy
        if self.is_before_history(fill):
            self._early_fills.setdefault(fill.order_id, {})[fill.trade_id] = fill.quantity
            return None
        if fill.order_id in self._lots:
            return self.add_fill(fill)
        is_requested = fill.order_id in self._rebuild.sells
        if not is_requested and not self._terms.adopts_all_buys:
            return None  # no person named it
        if is_requested or self._history.is_up_to_cursor(fill) or self._history.is_early(fill):
            self._rebuild.add_buy_fill(fill)
            return None
        return self.add_fill(fill)

    def add_fill(self, fill: Fill) -> Lot | None:
        """The lot after this fill, which is one of its BUY; None when it has the fill already."""
        old = self._lots.get(fill.order_id)
        new = self._terms.new_lot(fill) if old is None else with_buy(old, fill)
        if old is not None and new.buys == old.buys:
            return None
        if self._dust_of_missing:
            new = with_known_transfers(new, self._dust_of_missing.pop(fill.order_id, ()))
        new = self._terms.with_found_costs(new, fill.time_ms)
        state = next_state(new.state, LotEvent.BOUGHT)
        new = new if state is new.state else replace(new, state=state)
        changed = self._with_end(new)
        self._lots.store(changed)
        return self._order_lists.hold(fill.order_id) or changed

    def apply_report(self, report: OrderReport) -> Lot | None:
        """The lot that a report of a BUY changed; None when it says nothing new."""
        number = report.order_id
        if report.is_final and report.executed and number not in self._lots.archived:
            self._ended_quantities[number] = report.executed
        lot = self._lots.get(number)
        ended = None if lot is None else self._with_end(lot)
        if ended is None or ended is lot:
            return self._order_lists.hold(number)
        self._lots.store(ended)
        return self._order_lists.hold(number) or ended

    def _with_end(self, lot: Lot) -> Lot:
        """A BUY has ended for us only when all its fills are here: the report may overtake them."""
        executed = self._ended_quantities.get(lot.buy_order_id)
        if executed is None or self.known_quantity(lot) < executed:
            return lot
        del self._ended_quantities[lot.buy_order_id]
        return lot if lot.buy_ended else replace(lot, buy_ended=True)

    # Which fills count

    def known_quantity(self, lot: Lot) -> Decimal:
        """How much of its BUY (base) is accounted for: the lot's fills, and those from before the pair's history."""
        early = {} if self.counts_whole(lot.buy_order_id) else self._early_fills.get(lot.buy_order_id, {})
        return total((*(fill.quantity for fill in lot.buys), *early.values()))

    def counts_whole(self, buy_order_id: int) -> bool:
        """Whether a BUY counts with all its fills, those from before the pair's history included.

        So it is if a person or a SELL of ours named the BUY, if its lot has a fill from before the history already, or
        if a lost database may have had the lot.
        """
        lot, begins_ms = self._lots.get(buy_order_id), self._history.from_ms
        is_older = lot is not None and begins_ms is not None and lot.opened_ms < begins_ms
        is_of_lost = lot is not None and self._history.is_database_lost
        return buy_order_id in self._rebuild.sells or is_older or is_of_lost

    def is_before_history(self, fill: Fill) -> bool:
        """Whether the fill of a BUY is from before the pair's history, and no part of a lot."""
        history = self._history
        return history.is_early(fill) and not history.is_lost(fill) and not self.counts_whole(fill.order_id)
