"""PairKeeper and Gateway about SELL orders and their cancels. Each names the symbol and the SELL's client order id."""

from dataclasses import dataclass, field
from decimal import Decimal

from lotkeeper.trading.orders.fills import Fill
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.orders.stop_leg import StopPrices
from lotkeeper.trading.orders.trails import Trail

MAX_SEND_DELAY_MS = 15_000  # the Gateway sends an order within this time after `sent_ms`, or never


@dataclass(frozen=True, slots=True)
class PlaceSellOrder:
    """Sent when a SELL is decided and booked as sent. May be handled after its sender has died: hence the fencing."""

    symbol: str
    incarnation: int
    client_id: str
    price: Decimal
    quantity: Decimal
    # wall clock; with MAX_SEND_DELAY_MS it gives the last moment at which the order can leave
    sent_ms: int = field(compare=False)
    # of the pair book with which it was decided (wall clock); a later order of an earlier keeper may be missing in it
    complete_as_of_ms: int = field(compare=False, default=0)
    # the Gateway that told the keeper which orders of earlier keepers may arrive, and they are settled; 0 for none
    introduced_to: int = field(compare=False, default=0)
    trail: Trail | None = None  # how it follows the price before it works at `price`; None: a LIMIT
    stop: StopPrices | None = None  # sent as an order list (OCO) with this stop; None: as a LIMIT


@dataclass(frozen=True, slots=True)
class SellPlaced:
    """The exchange accepted the order. The user stream may have reported it before."""

    symbol: str
    client_id: str
    report: OrderReport
    fills: tuple[Fill, ...]
    others: tuple[OrderReport, ...] = ()  # the stop, if the SELL is an order list


@dataclass(frozen=True, slots=True)
class SellRefused:
    """A definite no: nothing is on the book by this request."""

    symbol: str
    client_id: str
    code: int  # the exchange's error code; 0 when the request was never sent
    text: str  # for people; decide by `kind`
    retry_s: float | None = None  # no order of any pair can be sent for so many seconds; try again after them
    kind: RefusalKind = RefusalKind.OTHER
    sent_ms: int = field(compare=False, default=0)  # of its PlaceSellOrder: a late refusal is not of a later copy


@dataclass(frozen=True, slots=True)
class SellOutcomeUnknown:
    """The request may or may not have reached the book. Promises nothing: ask by the client order id."""

    symbol: str
    client_id: str
    reason: str  # for people


@dataclass(frozen=True, slots=True)
class SellBlocked:
    """Not sent: an order of an earlier keeper of the pair has no answer, and this keeper may not know of it.

    Only a reconciliation that starts after `for_s` can show what that order sold. Until then a new SELL could sell the
    same coins twice.
    """

    symbol: str
    client_id: str
    reason: str
    for_s: float  # seconds in which that order may still reach the book


@dataclass(frozen=True, slots=True)
class SellFenced:
    """The order came from an incarnation that is no longer the newest, and was not sent."""

    symbol: str
    client_id: str
    newest: int  # the incarnation whose orders are sent


@dataclass(frozen=True, slots=True)
class UnansweredSell:
    """A SELL that its keeper has sent and that has no outcome."""

    client_id: str
    sent_s: float  # when the keeper sent it last (monotonic clock, which all processes of the machine share)


@dataclass(frozen=True, slots=True)
class IntroduceKeeper:
    """A keeper's first message to a Gateway: one of the two is new. Older keepers of the pair are fenced off by it.

    The keeper sends no SELL before the answer. The Gateway answers once it can send orders.
    """

    symbol: str
    incarnation: int
    number: int  # of the keeper's introductions; the answer repeats it
    complete_as_of_ms: int = 0  # of the keeper's pair book (wall clock); 0 before its first reconciliation
    unanswered: tuple[UnansweredSell, ...] = ()  # of this keeper


@dataclass(frozen=True, slots=True)
class EarlierSell:
    """A SELL of an earlier keeper of the pair, which may come onto the book or may have sold already.

    By its client id the exchange tells what became of it. Without one only a reconciliation does.
    """

    client_id: str  # empty: it cannot be read, and may be any
    for_s: float  # seconds in which it may still reach the book; 0 when it cannot


@dataclass(frozen=True, slots=True)
class KeeperIntroduced:
    """The Gateway's answer: what is in flight on the pair, and what was answered of late."""

    symbol: str
    number: int
    gateway: int  # names this Gateway; the keeper's orders repeat it
    off_the_book: tuple[str, ...] = ()  # client ids among `unanswered` that are certainly not on the book
    placed: tuple[SellPlaced, ...] = ()  # replies to earlier keepers, of which a reconciliation may not know yet
    earlier: tuple[EarlierSell, ...] = ()  # the others; their outcomes follow, or have to be asked about
    is_halted: bool = False  # whether the kill switch is on: no order is placed


@dataclass(frozen=True, slots=True)
class KillSwitchChanged:
    """The Gateway places no order while the kill switch is on. The keeper then neither sends nor replaces any."""

    gateway: int  # which Gateway says it: another one may know better
    is_on: bool
    who: str = ""  # the name of the user of the shell; from a page web:USER
    why: str = ""  # as the person said it


@dataclass(frozen=True, slots=True)
class CancelSellOrder:
    """Sent when a SELL is to be cancelled and is booked as being cancelled. Fenced and timed like PlaceSellOrder."""

    symbol: str
    incarnation: int
    client_id: str
    order_id: int
    cancel_id: str  # the order has this client order id from then on, which still names its lot
    sent_ms: int  # as in PlaceSellOrder


@dataclass(frozen=True, slots=True)
class SellCanceled:
    """The exchange took the order off its book. What it had sold before is in the report."""

    symbol: str
    client_id: str
    report: OrderReport
    others: tuple[OrderReport, ...] = ()  # the other order that was cancelled with it, if the SELL is an order list


@dataclass(frozen=True, slots=True)
class CancelRefused:
    """A definite no: this request cancelled nothing. The order may have ended before, or may still stand: ask."""

    symbol: str
    client_id: str
    code: int  # the exchange's error code; 0 when the request was never sent
    text: str  # for people


@dataclass(frozen=True, slots=True)
class CancelOutcomeUnknown:
    """The request may or may not have reached the exchange. Promises nothing: ask by the order's id."""

    symbol: str
    client_id: str
    reason: str
