"""Sums over the lots of a pair, for its report: kept up to date instead of added up again."""

from bisect import bisect_left, insort
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.money import ZERO, less, total
from lotkeeper.trading.policy import ExitPolicy, Market
from lotkeeper.trading.reports.fee_rise import FeeRise, fee_rise_of
from lotkeeper.trading.reports.profit import Totals, cost_left, totals_of
from lotkeeper.trading.reports.refused_stop import RefusedStop, refused_stop_of
from lotkeeper.trading.selling.decide import unprotected_quantity
from lotkeeper.trading.selling.uncovered import uncovered_quantity

_WAITS = (LotState.QUEUED, LotState.PARKED, LotState.HELD)


@dataclass(frozen=True, slots=True)
class _Summary:
    """What a report needs of one lot."""

    lot: Lot
    totals: Totals
    held: Decimal
    open_quantity: Decimal
    open_cost: Decimal
    unprotected: Decimal
    uncovered: Decimal
    fee_rise: FeeRise | None  # None: its SELLs were priced with the fee that is expected now
    refused_stop: RefusedStop | None  # None: it lacks none


class LotSums:
    """Sums over the lots of a book. Only the lots that changed are looked at: a report is sent several times a second,
    and a pair may have a thousand lots.
    """

    def __init__(self) -> None:
        self.totals = Totals()
        self.held = self.open_quantity = self.open_cost = self.unprotected = ZERO
        self.states: Counter[LotState] = Counter()
        self.waiting: list[int] = []  # the lots of which something waits for a reason that was told, the oldest first
        self.open_numbers: list[int] = []  # of the lots that are not closed, the oldest first
        self.uncovered: dict[int, Decimal] = {}  # by lot, the quantity (base) that stands in no SELL on the book
        self.fee_rises: dict[int, FeeRise] = {}  # by lot: what its SELLs lack since the fee has risen
        self.refused_stops: dict[int, RefusedStop] = {}  # by lot: those that the exchange does not take
        self._summaries: dict[int, _Summary] = {}
        self._terms: tuple[Market, ExitPolicy] | None = None

    def update(
        self,
        book: PairBook,
        market: Market,
        policy: ExitPolicy,
        now_ms: int = 0,
        reference_price: Decimal | None = None,
    ) -> None:
        """Takes the lots that changed since the last call; all of them if the terms have changed.

        `reference_price` (quote) is what the exchange measures prices of orders by, if it is known.
        """
        changed = book.lots.index.take_changed()
        if self._terms is None or self._terms[0] is not market or self._terms[1] is not policy:
            self._terms = market, policy
            changed = {*book.lots, *self._summaries}
        for number in changed:
            lot, before = book.lots.get(number), self._summaries.pop(number, None)
            if before is not None:
                self._add(before, -1)
            if lot is not None:
                self._summaries[number] = summary = _summary(lot, market, policy, now_ms, reference_price)
                self._add(summary, 1)

    @property
    def open_lots(self) -> int:
        return len(self._summaries) - self.states[LotState.CLOSED]

    def _add(self, summary: _Summary, sign: int) -> None:
        """Adds what a lot contributes, or takes it away again (`sign` -1)."""
        self.totals = self.totals + summary.totals if sign > 0 else self.totals - summary.totals
        self.held = _moved(self.held, summary.held, sign)
        self.open_quantity = _moved(self.open_quantity, summary.open_quantity, sign)
        self.open_cost = _moved(self.open_cost, summary.open_cost, sign)
        self.unprotected = _moved(self.unprotected, summary.unprotected, sign)
        self.states[summary.lot.state] += sign
        number = summary.lot.buy_order_id
        if sign > 0 and summary.uncovered:
            self.uncovered[number] = summary.uncovered
        else:
            self.uncovered.pop(number, None)
        if sign > 0 and summary.fee_rise is not None:
            self.fee_rises[number] = summary.fee_rise
        else:
            self.fee_rises.pop(number, None)
        if sign > 0 and summary.refused_stop is not None:
            self.refused_stops[number] = summary.refused_stop
        else:
            self.refused_stops.pop(number, None)
        if summary.lot.state is not LotState.CLOSED:
            _put(self.open_numbers, number, sign)
        if summary.lot.state in _WAITS:
            _put(self.waiting, number, sign)


def _summary(lot: Lot, market: Market, policy: ExitPolicy, now_ms: int, reference: Decimal | None) -> _Summary:
    held = less(lot.stock, lot.sold)
    if lot.state is LotState.CLOSED:
        return _Summary(lot, totals_of([lot]), held, ZERO, ZERO, ZERO, ZERO, None, None)
    rise = fee_rise_of(lot, market.sell_rate)
    unprotected, uncovered = unprotected_quantity(lot, market, policy), uncovered_quantity(lot, market, policy)
    return _Summary(
        lot,
        totals_of([lot]),
        held,
        held,
        cost_left(lot),
        unprotected,
        uncovered,
        rise if rise.sells else None,
        refused_stop_of(lot, market, policy, now_ms, reference),
    )


def _put(numbers: list[int], number: int, sign: int) -> None:
    """Into its place among the sorted numbers, or out of it (`sign` -1)."""
    if sign > 0:
        insort(numbers, number)
    else:
        del numbers[bisect_left(numbers, number)]


def _moved(amount: Decimal, part: Decimal, sign: int) -> Decimal:
    return total((amount, part)) if sign > 0 else less(amount, part)
