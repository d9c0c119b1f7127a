"""Facts for the database to record, one frozen dataclass each. Nothing here depends on a database."""

from dataclasses import dataclass

from lotkeeper.trading.balances import BalanceSeen
from lotkeeper.trading.incidents import Incident
from lotkeeper.trading.journal import DecisionMade
from lotkeeper.trading.lots.attempts import lacks_attempts
from lotkeeper.trading.lots.instructions import SellInstruction
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import HoldReason, LotState
from lotkeeper.trading.lots.transfers import CostMove, Disposal, DustTransfer
from lotkeeper.trading.orders.fills import FeeValue, Fill
from lotkeeper.trading.orders.order import OrderReport, SellOrder
from lotkeeper.trading.policy import Terms
from lotkeeper.trading.reports.profit import Totals


@dataclass(frozen=True, slots=True)
class FillRecord:
    """A trade on the account."""

    lot_id: str | None  # None while it belongs to no lot (a manual SELL)
    fill: Fill


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """A SELL of ours as it is now."""

    lot_id: str
    order: SellOrder


@dataclass(frozen=True, slots=True)
class BuyRecord:
    """A BUY of the account as the exchange reported it last."""

    report: OrderReport


@dataclass(frozen=True, slots=True)
class OpenBuysRecord:
    """Which BUYs of a pair stand on the book; all others have ended."""

    symbol: str
    order_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class KeptOrdersRecord:
    """Which SELLs of a lot are kept: of many that were refused or expired one after the other only the newest."""

    lot_id: str
    kept: frozenset[int]  # generations


@dataclass(frozen=True, slots=True)
class LotRecord:
    """A lot itself; its fills, orders and fee values are records of their own."""

    symbol: str
    base: str
    quote: str
    buy_order_id: int
    state: LotState
    reason: str
    buy_ended: bool
    hold: HoldReason | None
    break_even_ms: int | None = None
    opened_ms: int = 0
    closed_ms: int | None = None

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
    """Up to which trade all trades of a pair are accounted for."""

    symbol: str
    last_trade_id: int
    at_ms: int  # when that was proven (wall clock)


@dataclass(frozen=True, slots=True)
class DustTransferRecord:
    """Dust that went from one lot to another: one record for both lots."""

    transfer: DustTransfer


@dataclass(frozen=True, slots=True)
class CostMoveRecord:
    """Cost that went from one lot to another: one record for both lots."""

    move: CostMove


@dataclass(frozen=True, slots=True)
class DisposalRecord:
    """What left a lot in another way than by a SELL of ours, as it is now."""

    disposal: Disposal

    @property
    def lot_id(self) -> str:
        return self.disposal.lot_id


@dataclass(frozen=True, slots=True)
class InstructionRecord:
    """A sell instruction of a lot, as it is now."""

    lot_id: str
    instruction: SellInstruction


@dataclass(frozen=True, slots=True)
class PairRecord:
    """The exchange's rules for a pair as last read, and the terms on which its lots are sold."""

    terms: Terms


@dataclass(frozen=True, slots=True)
class StateRecord:
    """A value of the system's own state, such as a pause or the lease's token."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """A decision, for the journal."""

    decision: DecisionMade


@dataclass(frozen=True, slots=True)
class IncidentRecord:
    """Something that went wrong, as it is now."""

    incident: Incident


@dataclass(frozen=True, slots=True)
class OpenIncidentsRecord:
    """What goes wrong now; all other incidents have ended."""

    open: frozenset[tuple[str, str]]  # kinds and subjects
    at_ms: int  # when that was seen (wall clock)


@dataclass(frozen=True, slots=True)
class BalanceRecord:
    """The account's balance of an asset as it was shown."""

    balance: BalanceSeen
    seen_ms: int  # wall clock


@dataclass(frozen=True, slots=True)
class OtherBalancesRecord:
    """Of what is older than that moment nothing was there."""

    at_ms: int  # exchange's clock
    seen_ms: int  # wall clock


Entry = (
    FillRecord
    | OrderRecord
    | BuyRecord
    | OpenBuysRecord
    | KeptOrdersRecord
    | LotRecord
    | FeeValueRecord
    | DustTransferRecord
    | CostMoveRecord
    | DisposalRecord
    | InstructionRecord
    | CursorRecord
    | PairRecord
    | StateRecord
    | DecisionRecord
    | IncidentRecord
    | OpenIncidentsRecord
    | BalanceRecord
    | OtherBalancesRecord
)


@dataclass(frozen=True, slots=True)
class StoredPair:
    """What the database has of a pair when its keeper starts."""

    lots: tuple[Lot, ...]  # those that may still change
    cursor: int | None  # the trade id up to which all trades are accounted for
    closed: Totals  # the sums over the other lots
    finished: frozenset[int] = frozenset()  # BUY order ids of those of the other lots whose SELLs ended last
    finished_disposals: tuple[Disposal, ...] = ()  # what the other lots gave for manual sales


def lot_record(lot: Lot) -> LotRecord:
    """The lot itself, without its fills, orders and fee values."""
    return LotRecord(
        symbol=lot.symbol,
        base=lot.base,
        quote=lot.quote,
        buy_order_id=lot.buy_order_id,
        state=lot.state,
        reason=lot.reason,
        buy_ended=lot.buy_ended,
        hold=lot.hold,
        break_even_ms=lot.break_even_ms,
        opened_ms=lot.opened_ms,
        closed_ms=lot.closed_ms,
    )


def lot_entries(lot: Lot) -> tuple[Entry, ...]:
    """Everything there is to record of a lot."""
    return (
        lot_record(lot),
        *(FillRecord(lot.lot_id, fill) for fill in (*lot.buys, *lot.sells)),
        *(OrderRecord(lot.lot_id, order) for order in lot.orders),
        *_kept_orders(lot),
        *(FeeValueRecord(lot.lot_id, lot.symbol, value) for value in lot.fee_values),
        *(DustTransferRecord(transfer) for transfer in (*lot.dust_taken, *lot.dust_given)),
        *(CostMoveRecord(move) for move in lot.cost_moves),
        *(DisposalRecord(disposal) for disposal in lot.disposals),
        *(InstructionRecord(lot.lot_id, instruction) for instruction in lot.instructions),
    )


def _kept_orders(lot: Lot) -> tuple[KeptOrdersRecord, ...]:
    """What makes the database forget the refused and expired SELLs that the lot has forgotten."""
    if not lacks_attempts(lot):
        return ()
    return (KeptOrdersRecord(lot.lot_id, frozenset(order.name.generation for order in lot.orders)),)
