"""What can be decided about a lot, as values: the actor only carries them out."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.transfers import DustTransfer
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.order import SellOrder


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
    """Put `quantity` on the book at `price`, the floor of the `cost` it covers and the net `profit` wanted on it.

    `sell_rate` is the fee that the price reckons with, a fraction of the proceeds.
    """

    name: SellName
    price: Decimal
    quantity: Decimal
    cost: Decimal
    profit: Decimal
    sell_rate: Decimal


@dataclass(frozen=True, slots=True)
class CancelSell:
    """Take a SELL of ours from the book, its own lot's or another's; `why` says for whose sake."""

    name: SellName
    order_id: int
    why: str


@dataclass(frozen=True, slots=True)
class TransferDust:
    """The lot takes over the dust of an earlier one, before anything else is done for it."""

    transfer: DustTransfer


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do until something happens."""

    why: str
    until: WaitUntil


@dataclass(frozen=True, slots=True)
class Park:
    """What is left cannot be sold now; look again at `until_ms` (None: when something changes)."""

    cause: ParkCause
    why: str
    until_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """It could be sold at `price`, and nearer SELLs hold every order slot of the pair."""

    price: Decimal
    why: str


@dataclass(frozen=True, slots=True)
class ValueFees:
    """A buy fee was taken in third assets whose value in quote must be known first."""

    assets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Close:
    """Everything sellable is sold, or went to another lot."""

    why: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """Nothing of the lot is on the book any more: the rest of it is the owner's."""


Decision = PlaceSell | CancelSell | TransferDust | Wait | Park | Queue | ValueFees | Close | Release


@dataclass(frozen=True, slots=True)
class Situation:
    """The moment (ms) and what is known then. None where nobody knows: nothing is held back for a guess.

    `obstacle` says why nothing can be sent now; `free` is the base asset that no order holds, `reference` the price
    (quote) that the exchange measures prices by. `dust` are the lots whose rest is too little to be sold alone, the
    oldest first, and `rests`, for a lot whose SELLs cover too much, those with more than that. `slots` are the order
    slots left to us, `farthest` our SELL that could be cancelled and is the farthest from being sold, `coming` how many
    slots are being freed, and `queue` the floors (quote) of the lots that wait for one.
    """

    now_ms: int
    obstacle: str = ""
    free_balance: Decimal | None = None
    reference_price: Decimal | None = None
    dust: tuple[Lot, ...] = ()
    remainders: tuple[Lot, ...] = ()
    free_slots: int | None = None
    farthest_sell: SellOrder | None = None
    slots_being_freed: int = 0
    queued_floors: tuple[Decimal, ...] = ()
