"""PairKeeper and Gateway about SELL orders and their cancels. Each names the symbol and the SELL's client order id."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from lotkeeper.trading.fills import Fill
from lotkeeper.trading.orders import OrderReport

LEAVES_WITHIN_MS = 15_000


class RefusalKind(StrEnum):
    """What a refused SELL shows the keeper to be wrong about."""

    OTHER = "other"
    DUPLICATE = "duplicate"  # an open order has this client order id already
    INSUFFICIENT_BALANCE = "insufficient balance"
    TOO_MANY_ORDERS = "too many open orders"  # the filter MAX_NUM_ORDERS
    PERCENT_PRICE = "price"  # too far from the price that the exchange measures by
    FILTER = "filter"  # any other filter


@dataclass(frozen=True, slots=True)
class PlaceSellOrder:
    """Sent when a SELL is decided and booked as sent. May be handled after its sender has died: hence the fence.

    The Gateway sends it to the exchange within LEAVES_WITHIN_MS of `sent_ms` (wall clock) or never: when a request can
    no longer be alive must be known even to those who never get an answer. It was decided with a book that is complete
    as of `complete_as_of_ms` (wall clock): what arrived later from an earlier keeper of the pair may not be in it.
    """

    symbol: str
    incarnation: int
    client_id: str
    price: Decimal
    quantity: Decimal
    sent_ms: int = field(compare=False)
    complete_as_of_ms: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class SellPlaced:
    """The exchange took the order. The same news may have come by the user stream before."""

    symbol: str
    client_id: str
    report: OrderReport
    fills: tuple[Fill, ...]


@dataclass(frozen=True, slots=True)
class SellRefused:
    """A definite no: nothing is on the book by this request."""

    symbol: str
    client_id: str
    code: int  # the exchange's; 0 when it was never sent
    text: str
    retry_s: float | None = None  # no order of any pair can be sent for so many seconds
    kind: RefusalKind = RefusalKind.OTHER


@dataclass(frozen=True, slots=True)
class SellOutcomeUnknown:
    """The request may or may not have reached the book. Promises nothing: ask by the client order id."""

    symbol: str
    client_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class SellHeldBack:
    """Not sent: an order of an earlier keeper of the pair had no answer, and this keeper may not know of it.

    It may still reach the book for `for_s` seconds, or may have since the last comparison. One that begins after them
    shows what it sold; before, no SELL of the pair is known to sell its coins once.
    """

    symbol: str
    client_id: str
    reason: str
    for_s: float


@dataclass(frozen=True, slots=True)
class SellFenced:
    """The order came from an incarnation that is no longer the newest and was not sent."""

    symbol: str
    client_id: str
    newest: int


@dataclass(frozen=True, slots=True)
class CancelSellOrder:
    """Sent when a SELL is to be taken back and booked as being cancelled. Fenced and timed like PlaceSellOrder.

    The order bears the client order id `cancel_id` from then on, which names it all the same.
    """

    symbol: str
    incarnation: int
    client_id: str
    order_id: int
    cancel_id: str
    sent_ms: int


@dataclass(frozen=True, slots=True)
class SellCanceled:
    """The exchange took the order from its book; what it had sold before stands in the report."""

    symbol: str
    client_id: str
    report: OrderReport


@dataclass(frozen=True, slots=True)
class CancelRefused:
    """A definite no: nothing was cancelled by this request. The order may have ended before, or stand still: ask.

    `code` is the exchange's, 0 when the request was never sent.
    """

    symbol: str
    client_id: str
    code: int
    text: str


@dataclass(frozen=True, slots=True)
class CancelOutcomeUnknown:
    """The request may or may not have reached the exchange. Promises nothing: ask by the order's id."""

    symbol: str
    client_id: str
    reason: str
