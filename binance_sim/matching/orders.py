"""Orders, their trades and order lists as the matching engine keeps them. Times are microseconds since 1970."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from binance_sim.account.account import TradingAccount
from binance_sim.account.reserves import Reserve
from binance_sim.matching.order_states import (
    CANCELED,
    ENDED,
    ON_BOOK,
    OPEN,
    PENDING_NEW,
    RENAMED,
    RUNNING,
    next_list_status,
    next_order_status,
)
from binance_sim.matching.tickets import Ticket
from binance_sim.numbers import ZERO
from binance_sim.symbols.rules import SymbolRules

NOT_YET = -1


@dataclass(frozen=True, slots=True)
class AccountTrade:
    """One account's side of a fill."""

    trade_id: int
    order: Order
    price: Decimal
    qty: Decimal
    quote: Decimal
    commission: Decimal
    commission_asset: str
    time: int
    maker: bool


@dataclass(frozen=True, slots=True)
class PreventedMatch:
    """A self-trade that self-trade prevention stopped. Quantities are zero where nothing expired."""

    match_id: int
    taker: Order
    maker: Order
    mode: str
    price: Decimal
    qty: Decimal
    taker_qty: Decimal
    maker_qty: Decimal
    time: int


@dataclass(frozen=True, slots=True)
class Amendment:
    """A quantity that amend keepPriority reduced."""

    order: Order
    execution_id: int
    old_client_id: str
    new_client_id: str
    old_qty: Decimal
    new_qty: Decimal
    time: int


@dataclass(slots=True, eq=False)
class Order:
    """An order and its state."""

    ticket: Ticket
    account: TradingAccount
    order_id: int
    client_id: str
    qty: Decimal
    created: int
    updated: int
    reserve: Reserve
    status: str = ""
    filled: Decimal = ZERO
    spent: Decimal = ZERO
    prevented: Decimal = ZERO
    shown: Decimal = ZERO  # the quantity in the book; of an iceberg, its current piece
    working_us: int = NOT_YET
    old_client_id: str = ""  # the client order id before the cancel or amendment
    expiry_reason: str = ""
    trades: list[AccountTrade] = field(default_factory=list)
    matches: list[PreventedMatch] = field(default_factory=list)
    order_list: OrderList | None = None
    trailing_us: int = NOT_YET  # since when a trailing stop follows the market
    extreme: Decimal = ZERO  # the best price that the trailing stop has seen since then
    amends: int = 0

    @property
    def rules(self) -> SymbolRules:
        return self.ticket.rules

    @property
    def price(self) -> Decimal:
        return self.ticket.price

    @property
    def remaining(self) -> Decimal:
        return self.qty - self.filled - self.prevented

    @property
    def piece_size(self) -> Decimal:
        """The size of an iceberg's pieces, zero for other orders."""
        return self.ticket.iceberg_qty

    @property
    def hidden(self) -> Decimal:
        """The quantity of an iceberg that is not in the book."""
        return self.remaining - self.shown if self.ticket.iceberg_qty else ZERO

    @property
    def proceeds(self) -> Reserve | None:
        """For the working order of an OPO: the reserve that keeps what it buys for the pending orders."""
        order_list = self.order_list
        return order_list.proceeds if order_list is not None and order_list.working is self else None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_pending(self) -> bool:
        """Whether the order waits for the working order of its list."""
        return self.status == PENDING_NEW

    @property
    def is_working(self) -> bool:
        """Whether the order could be in the book: neither pending nor waiting for its stop price."""
        return self.working_us != NOT_YET

    @property
    def is_waiting(self) -> bool:
        """Whether the order waits for its stop price."""
        return self.status in ON_BOOK and not self.is_working

    @property
    def listed_id(self) -> str:
        """The client order id in events and answers about the end of its list: its own, not that of the cancel."""
        return self.old_client_id if self.status == CANCELED else self.client_id

    def apply(self, what: str, now: int) -> None:
        """Apply a transition of `ORDER_TRANSITIONS`; raises TransitionError."""
        self.status = next_order_status(self.status, what)
        self.updated = now

    def next_piece(self) -> Decimal:
        """The quantity that it shows in the book next."""
        left = self.remaining
        return min(self.ticket.iceberg_qty, left) if self.ticket.iceberg_qty else left


@dataclass(slots=True, eq=False)
class OrderList:
    """An OCO, OTO, OTOCO, OPO or OPOCO (source: "Order lists", "One Pays the Other").

    At most one order of an OCO pair trades: the first fill of one order, or its stop price, ends the other. In the
    other lists the working order comes first; the pending orders (one, or an OCO pair) start when it is completely
    filled. In an OPO the pending orders sell what the working order received.
    """

    list_id: int
    rules: SymbolRules
    account: TradingAccount
    client_id: str
    created: int
    updated: int
    working: Order | None = None
    pending: tuple[Order, ...] = ()
    pair: tuple[Order, ...] = ()
    proceeds: Reserve | None = None
    status: tuple[str, str] | None = None
    reject_reason: str = "NONE"
    orders: list[Order] = field(default_factory=list)

    @property
    def contingency(self) -> str:
        """The contingency type as the exchange reports it: every list with a working order is an OTO."""
        return "OTO" if self.working is not None else "OCO"

    @property
    def is_open(self) -> bool:
        return self.status != ENDED

    def apply(self, what: str, now: int) -> None:
        """Apply a transition of `LIST_TRANSITIONS`; raises TransitionError."""
        self.status = next_list_status(self.status, what)
        self.updated = now

    def mark_running(self, now: int) -> None:
        self.apply(RUNNING, now)

    def mark_renamed(self, now: int) -> None:
        self.apply(RENAMED, now)

    def other_leg(self, order: Order) -> Order | None:
        """The order of an OCO pair that ends when this order trades or triggers."""
        if order not in self.pair:
            return None
        return self.pair[1] if order is self.pair[0] else self.pair[0]
