"""A pair as its keeper sees it, in one message."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from heapq import nlargest

from actors.pair_keeper.cancels import Cancels
from actors.pair_keeper.comparison import ComparisonCommand
from actors.pair_keeper.effects import Effects, Moment, Peer, ReportSoon, Send, Wake
from actors.pair_keeper.first_sells import FirstSells
from actors.pair_keeper.heartbeat import Heartbeat
from actors.pair_keeper.ledger_outbox import LedgerOutbox
from actors.pair_keeper.lot_sums import LotSums
from actors.pair_keeper.reconciler import Reconciler
from actors.pair_keeper.refusal_facts import RefusalFacts
from actors.pair_keeper.refused_stops_todo import RefusedStopsTodo
from actors.pair_keeper.state import KeeperState, RateSource
from actors.pair_keeper.tags import SendReport, Tick
from actors.pair_keeper.todo import strange_sell, strange_sentence, todo_of_pair
from actors.pair_keeper.trust import TradingPermission
from actors.pair_keeper.uncovered_lots import UncoveredLots
from actors.pair_keeper.unresolved_sells import UnresolvedSells
from lotkeeper.trading.book.holdings import Listing
from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.halts import NO_HALT, Halt
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import UNTIL_RESUMED, LotState
from lotkeeper.trading.lots.transfers import Disposal, lot_id
from lotkeeper.trading.money import ZERO, less, total
from lotkeeper.trading.orders.states import ON_BOOK
from lotkeeper.trading.policy import Terms
from lotkeeper.trading.recovery.coins_in_no_lot import CoinsInNoLot
from lotkeeper.trading.reports.fee_rise import FeeRise, add_up
from lotkeeper.trading.reports.profit import Totals
from lotkeeper.trading.reports.todo import Todo
from messages.health import AskReport, OldestLot, PairReported, Uncovered, UnresolvedOrder, WaitingLot

_REPORT_AFTER_S = 0.1  # what changes until then is told with it
_MOST_DISPOSED = 5
_MOST_WAITING = 20  # a report is sent several times a second


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
    coins: CoinsInNoLot = field(default_factory=CoinsInNoLot)
    listing: Listing = Listing.LISTED
    pause: Halt = NO_HALT
    todo: tuple[Todo, ...] = ()
    reference_price: Decimal | None = None  # quote; what the exchange measures prices of orders by, if it is known
    is_rate_told: bool = True  # whether the exchange, or the database, has said what a SELL costs


def build_report(sums: LotSums, book: PairBook, terms: Terms, closed: Totals, standing: Standing) -> PairReported:
    """The report of a pair: the lots in the book and the sums of those closed before."""
    sums.update(book, terms.market, terms.policy, standing.at_ms, standing.reference_price)
    totals = closed + sums.totals
    nearest = book.lots.index.on_book.at(0)
    return PairReported(
        symbol=book.symbol,
        quote=book.quote,
        incarnation=standing.incarnation,
        phase=standing.phase,
        is_paused=standing.is_paused,
        complete_as_of_ms=standing.complete_as_of_ms,
        buys=totals.lots,
        lots_open=sums.open_lots,
        lots_closed=totals.lots - sums.open_lots,
        sells_placed=totals.sells_placed,
        sells_filled=totals.sells_filled,
        sells_unknown=len(book.lots.unknown_sells()),
        open_quantity=sums.open_quantity,
        open_cost=sums.open_cost,
        nearest_sell=nearest[0] if nearest else None,
        realised_profit=totals.realised_profit,
        unprotected=total((_denied(book, standing.denied), sums.unprotected)),
        first_sell_ms=totals.first_sell_ms,
        trouble=standing.trouble,
        at_ms=standing.at_ms,
        lots_parked=sums.states[LotState.PARKED],
        lots_queued=sums.states[LotState.QUEUED],
        lots_held=sums.states[LotState.HELD],
        waiting=tuple(_waiting(book.lots[number]) for number in sums.waiting[:_MOST_WAITING]),
        fees=totals.fees,
        fees_quote=totals.fees_quote,
        mean_held_ms=totals.mean_held_ms,
        sell_rate=terms.market.sell_rate if standing.is_rate_told else None,
        watch_only=standing.watch_only,
        known_since_ms=standing.known_since_ms,
        history_from_ms=standing.history_from_ms,
        disposed=_disposed(book),
        unresolved=standing.unresolved,
        base=book.base,
        held=sums.held,
        is_adopting=standing.is_adopting,
        came=standing.coins.came,
        came_since_ms=standing.coins.since_ms,
        listing=standing.listing,
        open_buys=book.other_orders.buys,
        pause=standing.pause,
        todo=standing.todo,
        oldest=_oldest(sums, book),
    )


def report_without_book(state: KeeperState, now: Moment, todo: tuple[Todo, ...] = ()) -> PairReported:
    """What is wrong, of a pair whose assets and lots are not known yet."""
    return PairReported(
        symbol=state.symbol,
        quote="",
        incarnation=state.start.incarnation,
        phase=state.phase,
        is_paused=state.is_paused,
        pause=state.pause,
        complete_as_of_ms=None,
        buys=0,
        lots_open=0,
        lots_closed=0,
        sells_placed=0,
        sells_filled=0,
        sells_unknown=0,
        open_quantity=ZERO,
        open_cost=ZERO,
        nearest_sell=None,
        realised_profit=ZERO,
        unprotected=ZERO,
        first_sell_ms=None,
        trouble=state.trouble_sentence(),
        todo=todo,
        at_ms=now.wall_ms,
        sell_rate=None,
        listing=state.listing,
    )


def _oldest(sums: LotSums, book: PairBook) -> OldestLot | None:
    """The exchange numbers orders in the order in which they came."""
    lot = book.lots[sums.open_numbers[0]] if sums.open_numbers else None
    if lot is None or not lot.buys:
        return None
    return OldestLot(lot.lot_id, lot.buys[0].time_ms, less(lot.stock, lot.sold))


def _waiting(lot: Lot) -> WaitingLot:
    return WaitingLot(lot.lot_id, str(lot.state), lot.reason, lot.remainder, lot.hold in UNTIL_RESUMED)


def _disposed(book: PairBook) -> tuple[Disposal, ...]:
    """The last that left the lots otherwise than by our SELLs, the newest first."""
    lots = (book.lots[number] for number in sorted(book.lots.index.disposed))
    found = (each for lot in lots for each in lot.disposals if each.quantity)
    return tuple(nlargest(_MOST_DISPOSED, found, key=lambda each: each.time_ms))


def _denied(book: PairBook, denied: frozenset[str]) -> Decimal:
    """What only SELLs cover that the exchange does not know."""
    orders = map(book.lots.sell_of_id, denied)
    return total(order.open_quantity for order in orders if order and order.state in ON_BOOK)


def _strange_status(book: PairBook) -> str:
    """The first SELL whose status is not known here, for people; empty for none."""
    name = strange_sell(book)
    return f"{strange_sentence(book, name)}: lotkeeper release {lot_id(book.symbol, name.buy_order_id)}" if name else ""


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
        heartbeat: Heartbeat,
        first_sells: FirstSells,
        facts: RefusalFacts,
    ) -> None:
        self._first_sells, self._facts, self._stops = first_sells, facts, RefusedStopsTodo()
        self._state, self._permission, self._ledger, self._heartbeat = state, permission, ledger, heartbeat
        self._unresolved, self._cancels = unresolved, cancels
        self._comparison, self._reconciler = comparison, reconciler
        self._sums, self._uncovered = LotSums(), UncoveredLots()
        self._is_due = False  # whether a wake-up for the next report is under way

    def report_soon(self) -> Iterator[Wake]:
        """Something that the report shows has changed: several changes make one report."""
        if not self._is_due:
            self._is_due = True
            yield Wake(_REPORT_AFTER_S, SendReport())

    def on_report_wanted(self, message: AskReport, now: Moment) -> Effects[None]:
        yield ReportSoon()

    def on_report_due(self, wakeup: Tick | SendReport, now: Moment) -> Effects[None]:
        self._is_due = False
        yield from self.report(now)

    def report(self, now: Moment) -> Effects[None]:
        """Before the book is open only of a trouble; nothing while nobody listens."""
        state = self._state
        if state.peers.monitor is None:
            return
        if state.has_book:
            closed, standing = self._ledger.closed, self._standing(now)
            told = build_report(self._sums, state.book, state.terms(), closed, standing)
            stops = self._stops.of(self._sums.refused_stops, state.book, standing.reference_price, now.wall_ms)
            told = replace(told, todo=(*told.todo, *stops))
            uncovered, fee_rise = self._find_uncovered(now), self._fee_rise()
            next_in_s = self._heartbeat.pause_s
            first_sells = self._first_sells.times()
            told = replace(told, uncovered=uncovered, fee_rise=fee_rise, next_in_s=next_in_s, first_sells=first_sells)
            yield Send(Peer.MONITOR, told)
        elif state.trouble_sentence():
            yield Send(Peer.MONITOR, report_without_book(state, now, self._todo(now)))

    def _fee_rise(self) -> FeeRise | None:
        rises = self._sums.fee_rises
        return add_up(rises.values()) if rises else None

    def _find_uncovered(self, now: Moment) -> Uncovered | None:
        """By the sums that were just brought up to date."""
        quantities = self._sums.uncovered
        is_halted = self._state.is_paused or self._permission.is_halted
        self._uncovered.update(quantities, now.monotonic_s, is_halted=is_halted)
        return self._uncovered.report(quantities, self._state.book.lots, now.monotonic_s)

    def _trouble(self) -> str:
        """What is wrong with the pair: a refusal stands beside what the newest questions have shown.

        Of a pair that is not listed it says nothing more.
        """
        refusal = self._permission.refusal if self._state.is_listed else None
        refused = "" if refusal is None else refusal.sentence(self._state.symbol)
        unreadable = self._reconciler.unreadable.sentence
        texts = (refused, self._state.trouble_sentence(), _strange_status(self._state.book), unreadable)
        return "; ".join(text for text in texts if text)

    def _todo(self, now: Moment) -> tuple[Todo, ...]:
        return todo_of_pair(self._state, self._permission, self._reconciler, now)

    def _standing(self, now: Moment) -> Standing:
        state = self._state
        return Standing(
            incarnation=state.start.incarnation,
            phase=state.phase,
            is_paused=state.is_paused,
            pause=state.pause,
            todo=self._todo(now),
            reference_price=self._facts.reference,
            complete_as_of_ms=state.complete_as_of_ms,
            trouble=self._trouble(),
            at_ms=now.wall_ms,
            denied=self._permission.denied,
            watch_only=self._permission.watch_only(now),
            known_since_ms=state.known_since_ms,
            history_from_ms=state.history_shown_ms,
            coins=state.coins,
            listing=state.listing,
            unresolved=(*self._unresolved.unresolved(), *self._cancels.unresolved(now)),
            is_rate_told=state.rate_source is not RateSource.USUAL,
            is_adopting=self._comparison.is_adopting or self._reconciler.has_waiting_answers,
        )
