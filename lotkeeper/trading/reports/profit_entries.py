"""What a lot earned and when: an entry for each sale, each manual sale, the dust of a closed lot, and the fees of BUYs.

The profits of a lot's entries add up to its realised profit and that of its manual sales, to the last digit. Coins that
left the lot unsold (released, kept, moved away, given to another lot) have no entry: they went at their cost.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

from lotkeeper.trading.lots.lot import Lot, fee_in
from lotkeeper.trading.lots.transfers import Disposal, DisposalKind
from lotkeeper.trading.money import ZERO, less, product, total
from lotkeeper.trading.orders.fills import Fill
from lotkeeper.trading.reports.profit import Fees, Sale, realised_profit, sales_of

_DAY_MS = 86_400_000


class EntryKind(StrEnum):
    BUY = "BUY"  # the BUYs of one day: their fees, which are part of the cost of what is sold later
    SALE = "SALE"  # a trade of a SELL of ours
    MANUAL_SALE = "MANUAL_SALE"  # what a lot gave for a SELL that a person made
    DUST = "DUST"  # of a closed lot: its rest counts at its share of the cost, its sales at that of the coins before it


EARNING = frozenset({EntryKind.SALE, EntryKind.MANUAL_SALE, EntryKind.DUST})


@dataclass(frozen=True, slots=True)
class ProfitEntry:
    """One line of what a lot earned. Money in quote asset."""

    symbol: str
    quote: str
    lot_id: str
    kind: EntryKind
    number: int  # with the kind unique in its lot: a trade id; of BUYs the day; of dust 0
    order_id: int  # of the SELL; 0 for none
    time_ms: int  # of the sale; of dust when the lot was closed
    bought_ms: tuple[int, int]  # when the first and the last of the coins were bought
    quantity: Decimal  # base; what was sold
    cost: Decimal  # what the coins cost, with the fees of their BUY
    proceeds: Decimal  # before the fee; of a manual sale after it
    fee: Decimal  # of the sale, in quote
    fees: Fees  # what was taken, by asset

    @property
    def profit(self) -> Decimal:
        return less(self.proceeds, self.fee, self.cost)


def entries_of(lot: Lot) -> tuple[ProfitEntry, ...]:
    """All entries of a lot, in no order."""
    sales = [_sale(lot, each) for each in sales_of(lot)]
    by_hand = [_manual_sale(lot, each) for each in lot.disposals if _is_sale(each)]
    rest = less(realised_profit(lot), *[each.profit for each in sales])
    return (*_buys(lot), *sales, *by_hand, *_dust(lot, rest))


def possible_entries(lot: Lot) -> tuple[ProfitEntry, ...] | None:
    """None for a lot whose figures contradict each other: it must not keep the others from being counted."""
    try:
        return entries_of(lot)
    except (ArithmeticError, ValueError):
        return None


def day_of(time_ms: int) -> int:
    """The day (UTC) of a moment, counted from 1970 on."""
    return time_ms // _DAY_MS


def day_name(day: int) -> str:
    """A day as people write it, such as 2026-11-30."""
    return f"{datetime.fromtimestamp(day * _DAY_MS / 1000, UTC):%Y-%m-%d}"


def _buys(lot: Lot) -> Iterator[ProfitEntry]:
    by_day: dict[int, list[Fill]] = {}
    for fill in lot.buys:
        by_day.setdefault(day_of(fill.time_ms), []).append(fill)
    for day, fills in sorted(by_day.items()):
        times = [fill.time_ms for fill in fills]
        bought_ms = min(times), max(times)
        yield ProfitEntry(
            lot.symbol, lot.quote, lot.lot_id, EntryKind.BUY, day, lot.buy_order_id, bought_ms[0], bought_ms,
            ZERO, ZERO, ZERO, ZERO, _fees(fills),
        )  # fmt: skip


def _sale(lot: Lot, sale: Sale) -> ProfitEntry:
    fill = sale.fill
    return ProfitEntry(
        symbol=lot.symbol,
        quote=lot.quote,
        lot_id=lot.lot_id,
        kind=EntryKind.SALE,
        number=fill.trade_id,
        order_id=fill.order_id,
        time_ms=fill.time_ms,
        bought_ms=sale.bought_ms,
        quantity=fill.quantity,
        cost=sale.cost,
        proceeds=fill.quote_quantity,
        fee=total((lot.fees((fill,)), product(fee_in(fill, lot.base), fill.price))),
        fees=_fees([fill]),
    )


def _manual_sale(lot: Lot, sold: Disposal) -> ProfitEntry:
    """The exchange's fee is taken off the proceeds already."""
    return ProfitEntry(
        symbol=lot.symbol,
        quote=lot.quote,
        lot_id=lot.lot_id,
        kind=EntryKind.MANUAL_SALE,
        number=sold.number,
        order_id=sold.order_id,
        time_ms=sold.time_ms,
        bought_ms=(lot.opened_ms, max((fill.time_ms for fill in lot.buys), default=lot.opened_ms)),
        quantity=sold.quantity,
        cost=sold.cost,
        proceeds=sold.proceeds,
        fee=ZERO,
        fees=(),
    )


def _dust(lot: Lot, rest: Decimal) -> Iterator[ProfitEntry]:
    """What is in the lot's profit beside its sales."""
    if rest:
        closed_ms = lot.closed_ms or lot.opened_ms
        yield ProfitEntry(
            lot.symbol, lot.quote, lot.lot_id, EntryKind.DUST, 0, 0, closed_ms, (lot.opened_ms, closed_ms),
            ZERO, rest.copy_negate(), ZERO, ZERO, (),
        )  # fmt: skip


def _is_sale(each: Disposal) -> bool:
    return each.kind is DisposalKind.SOLD_BY_HAND and bool(each.quantity)


def _fees(fills: Iterable[Fill]) -> Fees:
    found: dict[str, Decimal] = {}
    for fill in fills:
        if fill.commission:
            found[fill.commission_asset] = total((found.get(fill.commission_asset, ZERO), fill.commission))
    return tuple(sorted(found.items()))
