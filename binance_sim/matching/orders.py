"""Orders, their trades and order lists as the matching engine keeps them. Times are microseconds since 1970."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from binance_sim.account.account import TradingAccount
from binance_sim.account.reserves import Reserve
from binance_sim.matching.order_states import (
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
    """A trade with oneself that self-trade prevention did not let happen. Quantities are zero where none expired."""

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
    """A quantity made smaller by amend keepPriority."""

    order: Order
    execution_id: int
    old_client_id: str
    new_client_id: str
    old_qty: Decimal
    new_qty: Decimal
    time: int


@dataclass(slots=True, eq=False)
class Order:
    """An order's state. `old_client_id` is the one that it had before its cancel or amendment.

    `shown` is the part that stands in the book, of which an iceberg shows one piece at a time; `extreme` the best price
    seen by a trailing stop since `trailing_us`, the moment from which it follows the market.
    """

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
    shown: Decimal = ZERO
    working_us: int = NOT_YET
    old_client_id: str = ""
    expiry_reason: str = ""
    trades: list[AccountTrade] = field(default_factory=list)
    matches: list[PreventedMatch] = field(default_factory=list)
    order_list: OrderList | None = None
    trailing_us: int = NOT_YET
    extreme: Decimal = ZERO
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
        """The size of an iceberg's pieces, zero for an order that shows all of itself."""
        return self.ticket.iceberg_qty

    @property
    def hidden(self) -> Decimal:
        """What an iceberg has left beyond the piece in the book."""
        return self.remaining - self.shown if self.ticket.iceberg_qty else ZERO

    @property
    def proceeds(self) -> Reserve | None:
        """Where what it buys is kept for the other orders of its list: an OPO's working order only."""
        whole = self.order_list
        return whole.proceeds if whole is not None and whole.working is self else None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_pending(self) -> bool:
        """Whether it waits for the working order of its list."""
        return self.status == PENDING_NEW

    @property
    def is_working(self) -> bool:
        """Whether it was on the book or could have been: neither pending nor waiting for a stop price."""
        return self.working_us != NOT_YET

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for its stop price."""
        return self.status in ON_BOOK and not self.is_working

    def apply(self, what: str, now: int) -> None:
        """Take the transition that the table names; raises TransitionError."""
        self.status = next_order_status(self.status, what)
        self.updated = now

    def next_piece(self) -> Decimal:
        """What it shows in the book next."""
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
        """As reported: everything with a working order is an OTO."""
        return "OTO" if self.working is not None else "OCO"

    @property
    def is_open(self) -> bool:
        return self.status != ENDED

    def apply(self, what: str, now: int) -> None:
        """Take the transition that the table names."""
        self.status = next_list_status(self.status, what)
        self.updated = now

    def mark_running(self, now: int) -> None:
        self.apply(RUNNING, now)

    def mark_renamed(self, now: int) -> None:
        self.apply(RENAMED, now)

    def other_leg(self, order: Order) -> Order | None:
        """The order of a pair that ends when this one trades or triggers."""
        if order not in self.pair:
            return None
        return self.pair[1] if order is self.pair[0] else self.pair[0]
