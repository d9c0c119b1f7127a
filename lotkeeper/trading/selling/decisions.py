"""What can be decided about a lot, as values that the actor carries out, and the situation they are decided in."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from lotkeeper.trading.journal import Cause
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.transfers import Disposal, DustTransfer
from lotkeeper.trading.money import ZERO
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.stop_leg import StopPrices
from lotkeeper.trading.orders.trails import Trail
from lotkeeper.trading.selling.refused_trails import TrailStart


class WaitUntil(StrEnum):
    """What ends a wait."""

    OUTCOME = "the outcome of what was sent"
    BUY_END = "the end of the BUY order"
    MORE_BOUGHT = "more of its BUY order, or its end"
    SOLD = "its SELLs on the book"
    RESUMED = "the pair is resumed"
    RECONCILED = "the next reconciliation"


class ParkCause(StrEnum):
    """Why a lot is parked, for programs."""

    TOO_SMALL = "too small"
    PRICE = "price"
    NOT_TRADING = "not trading"
    NO_BALANCE = "no balance"
    RESTRICTED = "restricted"
    REFUSED = "refused"
    OBSTACLE = "obstacle"


@dataclass(frozen=True, slots=True)
class PlaceSell:
    """Put a SELL on the book at its floor, or at the lowest allowed price above it; one that a person asked for at the
    price of the instruction.
    """

    name: SellName
    price: Decimal  # quote
    quantity: Decimal  # base
    cost: Decimal  # quote; the share of the lot's cost that it covers
    profit: Decimal  # quote; the net profit wanted on that cost
    sell_rate: Decimal  # the fee that the price includes, as a fraction of the proceeds
    trail: Trail | None = None  # how it follows the price before it works at `price`; None: a LIMIT
    stop: StopPrices | None = None  # sent as an order list with this stop; None: as a LIMIT
    no_stop: str = ""  # why it has none although one is wanted, for people


@dataclass(frozen=True, slots=True)
class CancelSell:
    """Cancel a SELL of ours, of this lot or of another."""

    name: SellName
    order_id: int
    why: str  # for people
    cause: Cause = field(default=Cause.OPERATOR, compare=False)  # the same for programs
    who: str = field(default="", compare=False)  # the person who commanded it; empty: the service


@dataclass(frozen=True, slots=True)
class TransferDust:
    """The lot takes over the dust of an earlier lot, before anything else is done for it."""

    transfer: DustTransfer


@dataclass(frozen=True, slots=True)
class Keep:
    """The owner keeps a part of the profit in these coins: they leave the lot before anything else is done for it."""

    disposal: Disposal


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do until something happens."""

    why: str
    until: WaitUntil


@dataclass(frozen=True, slots=True)
class Park:
    """What is left cannot be sold now."""

    cause: ParkCause
    why: str  # for people
    until_ms: int | None = None  # when to look again; None: when something changes


@dataclass(frozen=True, slots=True)
class Queue:
    """It could be sold at `price` (quote), and waits for its turn: for an order slot, or until orders may be sent."""

    price: Decimal
    why: str


@dataclass(frozen=True, slots=True)
class ValueFees:
    """A BUY's fee was taken in assets other than base and quote: their value in quote must be known first."""

    assets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Close:
    """Everything that can be sold is sold, or went to another lot."""

    why: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """None of its SELLs is on the book any more: the rest of the lot belongs to its owner."""


@dataclass(frozen=True, slots=True)
class EndInstruction:
    """The exchange does not take the SELLs of the lot's sell instruction: the policy goes on."""


Decision = (
    PlaceSell | CancelSell | TransferDust | Keep | Wait | Park | Queue | ValueFees | Close | Release | EndInstruction
)


class Situation(NamedTuple):
    """The moment, and what is known then beside the lot. What is None is not known, and prevents nothing.

    A tuple, because one is made for each decision.
    """

    now_ms: int
    obstacle: str = ""  # why nothing can be sent now; empty for none
    pause: str = ""  # why nothing can be sent for a moment, so that the lot only waits for its turn; empty for none
    free_balance: Decimal | None = None  # base asset that no order has locked
    reference_price: Decimal | None = None  # quote; the exchange measures the prices of orders by it
    dust: tuple[Lot, ...] = ()  # lots whose remainder is too little to be sold alone, the oldest first
    remainders: tuple[Lot, ...] = ()  # only for a lot whose SELLs cover too much: lots with more than dust left
    is_more_to_come: bool = False  # likewise: whether other lots may have something left for it later
    resumed_ms: int = 0  # when a person resumed the pair last (wall clock); 0: never
    begun_ms: int = 0  # when the keeper began, by the clock of `now_ms`
    ended_price: Decimal = ZERO  # quote; the exchange ended SELLs up to this price at once, unsold
    ended_until_ms: int = 0  # no SELL up to that price is tried before
    ended_why: str = ""  # why it did that, for people
    may_replace: bool = True  # False: too many SELLs are being cancelled to cancel one for another price
    trail_start: TrailStart = TrailStart.NOT_NOW  # how a SELL of the lot may follow the price
    arms_trail: bool = False  # whether it is the lot's turn to have its LIMIT cancelled, so that it follows the price
    stop_from: Decimal | None = ZERO  # quote; SELLs at this price or above may have a stop; None: none may
    gives_up_stop: int | None = None  # the SELL of the lot (generation) whose stop goes to another lot; None: none
    # The least that the group wants of the lot's SELLs now (quote), at most their floors for zero; a SELL that would be
    # placed otherwise is replaced. None: the group does not concern the lot now.
    group_price: Decimal | None = None
    bid: Decimal | None = None  # quote; the best bid if it is known and new; for break-even alone
    can_place: bool = True  # False: whatever the lot, no SELL of it can be placed now; it takes no dust then
