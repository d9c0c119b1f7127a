"""BUYs that a person asks for: PairKeeper with Ledger and Gateway. None is sent before the Ledger has it."""

from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.buying.purchase import AskedPurchase, PurchaseWish
from lotkeeper.trading.orders.fills import Fill
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.orders.refusals import RefusalKind


@dataclass(frozen=True, slots=True)
class RecordPurchase:
    """Finds the purchase of this wish, or records a new one. May come twice: the second finds what the first recorded.

    The keeper asks; an answer comes to each message.
    """

    symbol: str
    number: int  # of the keeper's question; the answer repeats it
    wish: PurchaseWish
    is_again: bool  # a new one, although the same was asked for before
    sent_again: str = ""  # client order id of a purchase that never arrived, and is sent again at the wish's time


@dataclass(frozen=True, slots=True)
class PurchaseRecorded:
    """The purchase is in the database."""

    symbol: str
    number: int
    purchase: AskedPurchase
    is_new: bool  # recorded by this very question; False: it was asked for before


@dataclass(frozen=True, slots=True)
class PlaceBuyOrder:
    """Sent when a purchase is recorded. Fenced and timed like PlaceSellOrder; it is never sent again by itself."""

    symbol: str
    incarnation: int
    client_id: str
    price: Decimal | None  # quote; None for a MARKET order
    quantity: Decimal | None  # base
    amount: Decimal | None  # quote, to be spent by a MARKET order; one of the two is given
    sent_ms: int  # wall clock; with MAX_SEND_DELAY_MS it gives the last moment at which the order can leave
    # Quote; sent as an order list (OPO) with a SELL at this price, which the BUY pays for; None: the BUY alone.
    sell_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class BuyPlaced:
    """The exchange accepted the order. The user stream may have reported it before."""

    symbol: str
    client_id: str
    report: OrderReport
    fills: tuple[Fill, ...]
    others: tuple[OrderReport, ...] = ()  # the SELL that it pays for, if it is in a list


@dataclass(frozen=True, slots=True)
class BuyRefused:
    """A definite no: nothing is bought by this request."""

    symbol: str
    client_id: str
    text: str  # for people, with the exchange's code where it has one
    kind: RefusalKind = RefusalKind.OTHER
    code: int = 0  # the exchange's; 0 where nothing was sent


@dataclass(frozen=True, slots=True)
class BuyOutcomeUnknown:
    """The request may or may not have reached the exchange. The same command again asks for it first."""

    symbol: str
    client_id: str
    reason: str  # for people
