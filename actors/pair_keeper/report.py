"""A pair as its keeper sees it, in one message."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from actors.pair_keeper.cancels import Cancels
from actors.pair_keeper.comparison import ComparisonCommand
from actors.pair_keeper.effects import Effects, Moment, Peer, Send
from actors.pair_keeper.ledger_outbox import LedgerOutbox
from actors.pair_keeper.reconciler import Reconciler
from actors.pair_keeper.state import KeeperState
from actors.pair_keeper.trust import TradingPermission
from actors.pair_keeper.unresolved_sells import UnresolvedSells
from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.lots.transfers import Disposal
from lotkeeper.trading.money import ZERO, less, total
from lotkeeper.trading.policy import ExitPolicy, Market
from lotkeeper.trading.reports.profit import Totals, cost_left, totals_of
from lotkeeper.trading.selling.decide import unprotected_quantity
from messages.health import PairReported, UnresolvedOrder, WaitingLot

_MOST_DISPOSED = 5
_MOST_WAITING = 20  # a report is sent several times a second
_WAITS = (LotState.QUEUED, LotState.PARKED, LotState.HELD)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a report says beside the book."""

    incarnation: int
    phase: str
    is_paused: bool
    complete_as_of_ms: int | None
    trouble: str
    at_ms: int
    unresolved: tuple[UnresolvedOrder, ...] = ()
    denied: frozenset[str] = frozenset()  # client order ids of SELLs that the exchange says it does not know
    watch_only: str = ""
    known_since_ms: int | None = None
    history_from_ms: int | None = None
    is_adopting: bool = False


@dataclass(frozen=True, slots=True)
class _Summary:
    """What a report needs of one lot."""

    totals: Totals
    held: Decimal
    open_quantity: Decimal
    open_cost: Decimal
    unprotected: Decimal


@dataclass(slots=True)
class ReportBuilder:
    """Keeps the sums of lots that did not change: a report is sent several times a second, and a lot is not."""

    _known: dict[int, tuple[Lot, Market, _Summary]] = field(default_factory=dict)

    def build(
        self, book: PairBook, market: Market, policy: ExitPolicy, closed: Totals, standing: Standing
    ) -> PairReported:
        """The report of a pair: the lots in the book and the sums of those closed before."""
        summaries = self._summaries(book, market, policy)
        held = [lot for lot in book.lots.values() if lot.state is not LotState.CLOSED]
        totals = sum((each.totals for each in summaries), closed)
        return PairReported(
            symbol=book.symbol,
            quote=book.quote,
            incarnation=standing.incarnation,
            phase=standing.phase,
            is_paused=standing.is_paused,
            complete_as_of_ms=standing.complete_as_of_ms,
            buys=totals.lots,
            lots_open=len(held),
            lots_closed=totals.lots - len(held),
            sells_placed=totals.sells_placed,
            sells_filled=totals.sells_filled,
            sells_unknown=len(book.lots.unknown_sells()),
            open_quantity=total(each.open_quantity for each in summaries),
            open_cost=total(each.open_cost for each in summaries),
            nearest_sell=min((order.price for order in book.lots.sells_on_book()), default=None),
            realised_profit=totals.realised_profit,
            unprotected=total((_denied(book, standing.denied), *(each.unprotected for each in summaries))),
            first_sell_ms=totals.first_sell_ms,
            trouble=standing.trouble,
            at_ms=standing.at_ms,
            lots_parked=_count(held, LotState.PARKED),
            lots_queued=_count(held, LotState.QUEUED),
            lots_held=_count(held, LotState.HELD),
            waiting=tuple(_waiting(held)),
            fees=totals.fees,
            fees_quote=totals.fees_quote,
            mean_held_ms=totals.mean_held_ms,
            sell_rate=market.sell_rate,
            watch_only=standing.watch_only,
            known_since_ms=standing.known_since_ms,
            history_from_ms=standing.history_from_ms,
            disposed=_disposed(book),
            unresolved=standing.unresolved,
            base=book.base,
            held=total(each.held for each in summaries),
            is_adopting=standing.is_adopting,
        )

    def _summaries(self, book: PairBook, market: Market, policy: ExitPolicy) -> list[_Summary]:
        before, self._known = self._known, {}
        for number, lot in book.lots.items():
            known = before.get(number)
            is_same = known is not None and known[0] is lot and known[1] is market
            self._known[number] = known if known and is_same else (lot, market, _summary(lot, market, policy))
        return [summary for _, _, summary in self._known.values()]


def _summary(lot: Lot, market: Market, policy: ExitPolicy) -> _Summary:
    held = less(lot.stock, lot.sold)
    if lot.state is LotState.CLOSED:
        return _Summary(totals_of([lot]), held, ZERO, ZERO, ZERO)
    return _Summary(totals_of([lot]), held, held, cost_left(lot), unprotected_quantity(lot, market, policy))


def _count(lots: Iterable[Lot], state: LotState) -> int:
    return sum(lot.state is state for lot in lots)


def _waiting(lots: Iterable[Lot]) -> list[WaitingLot]:
    """The lots of which something has no SELL for a reason that was told, the oldest first."""
    waits = sorted((lot for lot in lots if lot.state in _WAITS), key=lambda lot: lot.buy_order_id)
    return [WaitingLot(lot.lot_id, str(lot.state), lot.reason, lot.remainder) for lot in waits[:_MOST_WAITING]]


def _disposed(book: PairBook) -> tuple[Disposal, ...]:
    """The last that left the lots otherwise than by our SELLs, the newest first."""
    found = [each for lot in book.lots.values() for each in lot.disposals if each.quantity]
    return tuple(sorted(found, key=lambda each: each.time_ms, reverse=True)[:_MOST_DISPOSED])


def _denied(book: PairBook, denied: frozenset[str]) -> Decimal:
    """What only SELLs cover that the exchange does not know."""
    return (
        total(order.open_quantity for order in book.lots.sells_on_book() if order.client_id in denied)
        if denied
        else ZERO
    )


class Reporter:
    """Tells the Monitor how the pair stands."""

    def __init__(
        self,
        state: KeeperState,
        *,
        permission: TradingPermission,
        unresolved: UnresolvedSells,
        cancels: Cancels,
        ledger: LedgerOutbox,
        comparison: ComparisonCommand,
        reconciler: Reconciler,
    ) -> None:
        self._state, self._permission, self._ledger = state, permission, ledger
        self._unresolved, self._cancels = unresolved, cancels
        self._comparison, self._reconciler = comparison, reconciler
        self._builder = ReportBuilder()

    def report(self, now: Moment) -> Effects[None]:
        """Nothing before the book is open, and while nobody listens."""
        state, market = self._state, self._state.market
        if state.has_book and market is not None and state.peers.monitor is not None:
            policy = state.start.pair.policy
            report = self._builder.build(state.book, market, policy, self._ledger.closed, self._standing(now))
            yield Send(Peer.MONITOR, report)

    def _standing(self, now: Moment) -> Standing:
        state = self._state
        return Standing(
            incarnation=state.start.incarnation,
            phase=state.phase,
            is_paused=state.is_paused,
            complete_as_of_ms=state.complete_as_of_ms,
            trouble=state.trouble_sentence(),
            at_ms=now.wall_ms,
            denied=self._permission.denied,
            watch_only=self._permission.watch_only(now),
            known_since_ms=state.known_since_ms,
            history_from_ms=state.history_shown_ms,
            unresolved=(*self._unresolved.unresolved(), *self._cancels.unresolved(now)),
            is_adopting=self._comparison.is_adopting or self._reconciler.has_waiting_answers,
        )
