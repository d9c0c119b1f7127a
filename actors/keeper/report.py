"""A pair as its keeper sees it, in one message."""

from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.book import PairBook
from lotkeeper.trading.decisions import ExitPolicy, Market, unprotected
from lotkeeper.trading.lot_states import LotState
from lotkeeper.trading.money import ZERO
from lotkeeper.trading.order_states import ON_BOOK
from lotkeeper.trading.totals import Totals, totals_of
from messages.health import PairReported


@dataclass(frozen=True, slots=True)
class Standing:
    """What a report says beside the book."""

    incarnation: int
    phase: str
    is_paused: bool
    complete_as_of_ms: int | None
    trouble: str
    at_ms: int
    denied: frozenset[str] = frozenset()  # client order ids of SELLs that the exchange says it does not know


def pair_report(book: PairBook, market: Market, policy: ExitPolicy, closed: Totals, standing: Standing) -> PairReported:
    """The report of a pair: the lots in the book and the sums of those closed before."""
    lots = list(book.lots.values())
    held = [lot for lot in lots if lot.state is not LotState.CLOSED]
    totals = closed + totals_of(lots)
    prices = [order.price for order in book.on_book() if order.state in ON_BOOK]
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
        sells_unknown=len(book.in_doubt()),
        open_quantity=sum((lot.received - lot.sold for lot in held), ZERO),
        open_cost=sum((lot.cost - lot.cost_sold for lot in held), ZERO),
        nearest_sell=min(prices, default=None),
        realised_profit=totals.realised_profit,
        unprotected=sum((unprotected(lot, market, policy) for lot in held), _denied(book, standing.denied)),
        first_sell_ms=totals.first_sell_ms,
        trouble=standing.trouble,
        at_ms=standing.at_ms,
    )


def _denied(book: PairBook, denied: frozenset[str]) -> Decimal:
    """What only SELLs cover that the exchange does not know."""
    return sum((order.open_quantity for order in book.on_book() if order.client_id in denied), ZERO)
