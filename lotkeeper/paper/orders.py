"""Orders and trades as the matching engine keeps them."""

from dataclasses import dataclass, field
from decimal import Decimal

from lotkeeper.paper.symbols import Rules
from lotkeeper.trading.money import ZERO

OPEN = ("NEW", "PARTIALLY_FILLED")


@dataclass(frozen=True, slots=True)
class Ticket:
    """A new order as asked for. Exactly one of `qty` and `quote_qty` is above zero; MARKET has a price of zero."""

    rules: Rules
    side: str
    kind: str
    tif: str
    client_id: str
    price: Decimal = ZERO
    qty: Decimal = ZERO
    quote_qty: Decimal = ZERO
    stp: str = "NONE"

    @property
    def buys(self) -> bool:
        return self.side == "BUY"

    @property
    def limit(self) -> Decimal | None:
        return None if self.kind == "MARKET" else self.price


@dataclass(frozen=True, slots=True)
class Trade:
    """One fill of one of the account's orders."""

    trade_id: int
    order: "Order"
    price: Decimal
    qty: Decimal
    quote: Decimal
    commission: Decimal
    commission_asset: str
    time: int
    maker: bool


@dataclass(slots=True, eq=False)
class Order:
    """An order's state. `reserved` is what it still holds locked: quote for a BUY, base for a SELL."""

    ticket: Ticket
    order_id: int
    client_id: str
    qty: Decimal
    created: int
    updated: int
    status: str = "NEW"
    filled: Decimal = ZERO
    spent: Decimal = ZERO
    reserved: Decimal = ZERO
    expiry_reason: str = ""
    trades: list[Trade] = field(default_factory=list)

    @property
    def rules(self) -> Rules:
        return self.ticket.rules

    @property
    def remaining(self) -> Decimal:
        return self.qty - self.filled

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def locks(self) -> str:
        """The asset it holds locked."""
        return self.rules.quote if self.ticket.buys else self.rules.base

    @property
    def rank(self) -> tuple[Decimal, int]:
        """Price-time priority on its side: the best first."""
        price = self.ticket.price
        return (-price if self.ticket.buys else price, self.order_id)
