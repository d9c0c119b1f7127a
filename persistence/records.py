"""What travels to the Ledger: facts to write down, one frozen dataclass each. Nothing here knows of a database."""

from dataclasses import dataclass

from lotkeeper.trading.lots.disposal import Disposal
from lotkeeper.trading.lots.dust_transfer import DustTransfer
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import HoldReason, LotState
from lotkeeper.trading.orders.fills import FeeValue, Fill
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.reports.totals import Totals
from lotkeeper.trading.selling.situation import Terms


@dataclass(frozen=True, slots=True)
class FillRecord:
    """A trade on the account; `lot_id` is None while no lot of ours claims it (a SELL made by hand)."""

    lot_id: str | None
    fill: Fill


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """A SELL of ours as it stands now."""

    lot_id: str
    order: SellOrder


@dataclass(frozen=True, slots=True)
class LotRecord:
    """A lot's own words; its fills, orders and fee values travel in records of their own."""

    symbol: str
    base: str
    quote: str
    buy_order_id: int
    state: LotState
    reason: str
    buy_ended: bool
    hold: HoldReason | None

    @property
    def lot_id(self) -> str:
        return f"{self.symbol}-{self.buy_order_id}"


@dataclass(frozen=True, slots=True)
class FeeValueRecord:
    """What the commission of one trade of a lot is worth in quote."""

    lot_id: str
    symbol: str
    value: FeeValue


@dataclass(frozen=True, slots=True)
class CursorRecord:
    """All trades of the pair up to `last_trade_id` were accounted for at `at_ms` (milliseconds since the epoch)."""

    symbol: str
    last_trade_id: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class CarryRecord:
    """Dust that went from one lot to another: both have it from this one record."""

    carry: DustTransfer


@dataclass(frozen=True, slots=True)
class DisposalRecord:
    """What left a lot otherwise than by a SELL of ours, as it stands now."""

    disposal: Disposal

    @property
    def lot_id(self) -> str:
        return self.disposal.lot_id


@dataclass(frozen=True, slots=True)
class PairRecord:
    """The exchange's rules for a pair as last read, and the terms on which its lots are sold."""

    terms: Terms


@dataclass(frozen=True, slots=True)
class StateRecord:
    """One word of the system's own state, such as a pause or the lease's token."""

    key: str
    value: str


Entry = (
    FillRecord
    | OrderRecord
    | LotRecord
    | FeeValueRecord
    | CarryRecord
    | DisposalRecord
    | CursorRecord
    | PairRecord
    | StateRecord
)


@dataclass(frozen=True, slots=True)
class StoredPair:
    """What is known of a pair at a start: the lots of which news may come, the last trade accounted for, and the sums
    over the lots that are finished.
    """

    lots: tuple[Lot, ...]
    cursor: int | None
    closed: Totals


def lot_record(lot: Lot) -> LotRecord:
    """The lot's own words, without its fills, orders and fee values."""
    return LotRecord(lot.symbol, lot.base, lot.quote, lot.buy_order_id, lot.state, lot.reason, lot.buy_ended, lot.hold)


def lot_entries(lot: Lot) -> tuple[Entry, ...]:
    """Everything there is to write down of a lot."""
    return (
        lot_record(lot),
        *(FillRecord(lot.lot_id, fill) for fill in (*lot.buys, *lot.sells)),
        *(OrderRecord(lot.lot_id, order) for order in lot.orders),
        *(FeeValueRecord(lot.lot_id, lot.symbol, value) for value in lot.fee_values),
        *(CarryRecord(carry) for carry in (*lot.taken, *lot.given)),
        *(DisposalRecord(disposal) for disposal in lot.disposals),
    )
