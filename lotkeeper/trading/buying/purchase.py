"""A purchase that a person asks for with `lotkeeper buy`, and the derived client order id of its BUY."""

from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from lotkeeper.trading.money import plain
from lotkeeper.trading.orders.client_ids import purchase_client_id

# So long the same wish counts as the same purchase: a person who got no answer asks again within it.
SAME_WITHIN_MS = 12 * 3_600_000
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class PurchaseWish:
    """What a person asks for: a quantity, or the sum to spend."""

    price: Decimal | None  # quote, of a LIMIT; None for a MARKET order
    quantity: Decimal | None  # base
    amount: Decimal | None  # quote, to be spent; one of the two is given
    at_ms: int  # wall clock
    who: str  # the name of the user of the shell
    why: str  # as the person said it; may be empty
    pays_for_sell: bool = True  # whether the exchange is to place its SELL too (OPO), where that is possible

    @property
    def request(self) -> str:
        """The same for all that ask for the same."""
        size = (
            f"for {plain(self.amount)}" if self.quantity is None and self.amount else plain(self.quantity or Decimal(0))
        )
        return f"{size} MARKET" if self.price is None else f"{size} LIMIT {plain(self.price)}"


@dataclass(frozen=True, slots=True)
class AskedPurchase:
    """A purchase as the database keeps it, from before its BUY is sent."""

    symbol: str
    request: str
    number: int  # of the purchases of this request on the pair, from 1
    client_id: str  # of its BUY
    at_ms: int  # wall clock: when it was asked for
    sent_ms: int  # when it may have been sent last; the same as `at_ms` unless it never arrived and was sent again
    who: str
    why: str


def new_purchase(symbol: str, wish: PurchaseWish, number: int) -> AskedPurchase:
    """The next purchase of this wish. Its client order id follows from what is asked for, the day and its number."""
    digest = int.from_bytes(sha256(f"{symbol} {wish.request}".encode()).digest()[:6])
    client_id = purchase_client_id(wish.at_ms // _DAY_MS, digest, number)
    return AskedPurchase(symbol, wish.request, number, client_id, wish.at_ms, wish.at_ms, wish.who, wish.why)


def is_same(purchase: AskedPurchase, wish: PurchaseWish) -> bool:
    """Whether the wish is that of the purchase, asked for once more."""
    return purchase.request == wish.request and abs(wish.at_ms - purchase.at_ms) <= SAME_WITHIN_MS
