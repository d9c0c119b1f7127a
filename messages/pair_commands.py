"""What a person has the keeper of a pair do. Answered with CommandDone or CommandRefused where nothing else is said."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lotkeeper.trading.buying.purchase import PurchaseWish
from lotkeeper.trading.selling.planned_sale import SaleWish


@dataclass(frozen=True, slots=True)
class PausePair:
    """Places no new SELL on the pair until it is resumed. SELLs on the book stay. A restart keeps the pause."""

    symbol: str
    until_ms: int | None = None  # it ends by itself then (wall clock); None: when the pair is resumed
    who: str = ""  # the name of the user of the shell; from a page web:USER
    why: str = ""  # as the person said it; may be empty
    at_ms: int = 0  # since when (wall clock); the Guardian notes it
    # Since when it was paused as the person saw it, 0 for not at all; where that has changed it is refused. None: the
    # person saw nothing.
    shown_ms: int | None = None


@dataclass(frozen=True, slots=True)
class ResumePair:
    """Ends a pause or watch-only: lots bought meanwhile are sold, and so are lots whose SELL a person cancelled."""

    symbol: str
    who: str = ""  # the name of the user of the shell; from a page web:USER
    why: str = ""  # as the person said it; may be empty
    shown_ms: int | None = None  # as in PausePair


@dataclass(frozen=True, slots=True)
class ReconcilePair:
    """Compares a pair with the exchange now. Answered by its keeper with Reconciled."""

    symbol: str
    is_dry_run: bool  # changes nothing
    who: str = ""  # the name of the user of the shell; from a page web:USER
    why: str = ""  # as the person said it
    shown: tuple[str, ...] | None = None  # the differences that the person saw; with others it is refused


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The differences between the pair book and the exchange. Unless it was a dry run, they have been applied."""

    symbol: str
    is_dry_run: bool
    as_of_ms: int  # wall clock, milliseconds
    differences: tuple[str, ...]  # one sentence each
    money: str  # the account's balance against the lots


@dataclass(frozen=True, slots=True)
class ResolveOrder:
    """A person states what became of a SELL of unknown outcome."""

    symbol: str
    client_id: str
    found_order_id: int | None  # the exchange has it under this order id; None: it never arrived
    who: str = ""  # the name of the user of the shell; from a page web:USER
    why: str = ""  # as the person said it
    is_dry_run: bool = False  # only says what it comes to
    shown: str = ""  # what the person saw; where it comes to something else it is refused


@dataclass(frozen=True, slots=True)
class AdoptOrder:
    """Makes a lot of an earlier BUY, less what was sold since."""

    symbol: str
    order_id: int
    is_dry_run: bool  # only says which lot it would be
    who: str = ""  # the name of the user of the shell; from a page web:USER
    why: str = ""  # as the person said it
    shown: str = ""  # what the person saw; where it comes to something else it is refused


@dataclass(frozen=True, slots=True)
class AdoptSince:
    """Makes lots of every BUY since a moment, less what was sold since."""

    symbol: str
    since_ms: int  # wall clock, milliseconds
    is_dry_run: bool  # only says which lots it would be
    who: str = ""  # the name of the user of the shell; from a page web:USER
    why: str = ""  # as the person said it
    shown: str = ""  # what the person saw; where it comes to something else it is refused


@dataclass(frozen=True, slots=True)
class AdoptCoins:
    """Makes a lot of coins that came without a trade."""

    symbol: str
    at_ms: int  # when the command was given; names the lot, so that the same command twice adopts once
    quantity: Decimal  # base asset
    cost: Decimal  # quote asset, as the person states it
    is_dry_run: bool
    who: str = ""  # the name of the user of the shell; from a page web:USER
    why: str = ""  # as the person said it
    shown: str = ""  # what the person saw; where it comes to something else it is refused


@dataclass(frozen=True, slots=True)
class ReleaseLot:
    """Stops keeping a lot: its SELLs are cancelled, and its coins are not sold."""

    symbol: str
    lot: str
    is_dry_run: bool
    who: str = ""  # the name of the user of the shell; from a page web:USER
    why: str = ""  # as the person said it
    shown: str = ""  # what the person saw; where it comes to something else it is refused


@dataclass(frozen=True, slots=True)
class SellLot:
    """Sells a lot, or a part of it, as a person wants it. Answered with SaleAnswered.

    The same asked again finds the first: what is asked for is kept with the lot, before anything is done.
    """

    symbol: str
    lot: str
    wish: SaleWish
    is_again: bool  # sells as much once more, although the same was asked for before
    is_dry_run: bool  # only says what it comes to


@dataclass(frozen=True, slots=True)
class SaleAnswered:
    """What a sale comes to. Unless it was a dry run, it is recorded and being carried out."""

    document: dict[str, Any]  # plain JSON values; `state` is "planned", "begun", or "found" if it was asked for before


@dataclass(frozen=True, slots=True)
class WithdrawSale:
    """Ends the sell instruction of a lot: its SELL is cancelled, and the lot is sold by its policy."""

    symbol: str
    lot: str
    who: str  # the name of the user of the shell; from a page web:USER
    why: str  # as the person said it; may be empty
    is_dry_run: bool
    shown: str = ""  # what the person saw; where it comes to something else it is refused


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Cancels one open order of the pair: a SELL of ours, whose lot is held then, or a BUY of the account."""

    symbol: str
    order: str  # a client order id or an order id
    who: str  # the name of the user of the shell; from a page web:USER
    why: str  # as the person said it; may be empty
    is_dry_run: bool
    shown: str = ""  # what the person saw; where it comes to something else it is refused


@dataclass(frozen=True, slots=True)
class BuyCoins:
    """Buys as a person wants it. Answered with PurchaseAnswered, when the exchange has answered.

    The same asked again within twelve hours finds the first.
    """

    symbol: str
    wish: PurchaseWish
    is_again: bool  # buys as much once more, although the same was asked for before
    is_dry_run: bool  # only says what it comes to


@dataclass(frozen=True, slots=True)
class PurchaseAnswered:
    """What a purchase comes to, or what became of it."""

    document: dict[str, Any]  # plain JSON values; `state` is "planned", "bought", or "found" if it was asked for before


@dataclass(frozen=True, slots=True)
class DismissCoins:
    """Coins that came without a trade stay the owner's: they are in no lot, and the status does not name them again."""

    symbol: str
    is_dry_run: bool
    who: str = ""  # the name of the user of the shell; from a page web:USER
    why: str = ""  # as the person said it
    shown: str = ""  # what the person saw; where it comes to something else it is refused


PairCommand = (
    PausePair
    | ResumePair
    | ReconcilePair
    | ResolveOrder
    | AdoptOrder
    | AdoptSince
    | AdoptCoins
    | DismissCoins
    | ReleaseLot
    | SellLot
    | WithdrawSale
    | CancelOrder
    | BuyCoins
)
