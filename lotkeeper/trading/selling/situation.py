"""What stands around a lot when it is decided about."""

from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import ExitPolicy


@dataclass(frozen=True, slots=True)
class Market:
    """What a SELL of one pair must reckon with: its rules and the expected sell fee (a fraction of the proceeds)."""

    pair: TradePair
    sell_rate: Decimal


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms the lots of a pair are sold: what the exchange sets, and what the configuration wants."""

    market: Market
    policy: ExitPolicy


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
    free: Decimal | None = None
    reference: Decimal | None = None
    dust: tuple[Lot, ...] = ()
    rests: tuple[Lot, ...] = ()
    slots: int | None = None
    farthest: SellOrder | None = None
    coming: int = 0
    queue: tuple[Decimal, ...] = ()
