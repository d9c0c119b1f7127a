"""The command line and the running system. Every request is asked with an id and answered once.

Every command imports this module: what needs more than plain values is in `pair_commands.py` and `configuration.py`.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class AskStatus:
    """Asks for the whole picture; answered by the Monitor."""


@dataclass(frozen=True, slots=True)
class StatusReported:
    """What the Monitor knows, as plain JSON values. Every part has its own time."""

    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AskPositions:
    """Asks for lots, the newest first; answered by the Ledger."""

    symbol: str = ""  # empty: of all pairs
    is_open_only: bool = True
    limit: int = 1000


@dataclass(frozen=True, slots=True)
class PositionsReported:
    """The lots as the database has them, as plain JSON values. A fill of the last moment may be missing."""

    positions: tuple[dict[str, Any], ...]  # the newest first


@dataclass(frozen=True, slots=True)
class ExplainLot:
    """Asks for the arithmetic of one lot, closed or not; answered by the Ledger."""

    lot: str


@dataclass(frozen=True, slots=True)
class LotExplained:
    """The arithmetic of a lot as the database has it, as plain JSON values."""

    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SetKillSwitch:
    """While it is on no order is placed, on any pair; cancels and questions go on. It is kept before it is answered."""

    is_on: bool
    who: str  # the name of the user of the shell
    why: str  # as the person said it; may be empty
    shown_ms: int | None = None  # as in PausePair


@dataclass(frozen=True, slots=True)
class StopService:
    """Ends the whole service; SELLs on the book stay. The answer is sent before the service ends."""


@dataclass(frozen=True, slots=True)
class CommandDone:
    """The command was carried out; `text` says what is now true."""

    text: str


@dataclass(frozen=True, slots=True)
class CommandRefused:
    """The command was not carried out; `text` says why and what can be done instead."""

    text: str


@dataclass(frozen=True, slots=True)
class ReconcilePair:
    """Compares a pair with the exchange now. Answered by its keeper with Reconciled."""

    symbol: str
    is_dry_run: bool  # changes nothing


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
    who: str = ""  # the name of the user of the shell
    why: str = ""  # as the person said it


@dataclass(frozen=True, slots=True)
class AdoptOrder:
    """Makes a lot of an earlier BUY, less what was sold since."""

    symbol: str
    order_id: int
    is_dry_run: bool  # only says which lot it would be
    who: str = ""  # the name of the user of the shell
    why: str = ""  # as the person said it


@dataclass(frozen=True, slots=True)
class AdoptSince:
    """Makes lots of every BUY since a moment, less what was sold since."""

    symbol: str
    since_ms: int  # wall clock, milliseconds
    is_dry_run: bool  # only says which lots it would be
    who: str = ""  # the name of the user of the shell
    why: str = ""  # as the person said it


@dataclass(frozen=True, slots=True)
class AdoptCoins:
    """Makes a lot of coins that came without a trade."""

    symbol: str
    at_ms: int  # when the command was given; names the lot, so that the same command twice adopts once
    quantity: Decimal  # base asset
    cost: Decimal  # quote asset, as the person states it
    is_dry_run: bool
    who: str = ""  # the name of the user of the shell
    why: str = ""  # as the person said it


@dataclass(frozen=True, slots=True)
class ReleaseLot:
    """Stops keeping a lot: its SELLs are cancelled, and its coins are not sold."""

    symbol: str
    lot: str
    is_dry_run: bool
    who: str = ""  # the name of the user of the shell
    why: str = ""  # as the person said it


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
    who: str  # the name of the user of the shell
    why: str  # as the person said it; may be empty
    is_dry_run: bool


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Cancels one open order of the pair: a SELL of ours, whose lot is held then, or a BUY of the account."""

    symbol: str
    order: str  # a client order id or an order id
    who: str  # the name of the user of the shell
    why: str  # as the person said it; may be empty
    is_dry_run: bool


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
    who: str = ""  # the name of the user of the shell
    why: str = ""  # as the person said it


@dataclass(frozen=True, slots=True)
class AskAlerts:
    """Asks for the alerts; answered by the Alerts."""

    is_open_only: bool = True


@dataclass(frozen=True, slots=True)
class AlertsListed:
    """The alerts, as plain JSON values: those that are open first, of these the most severe."""

    alerts: tuple[dict[str, Any], ...]
    channels: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class AcknowledgeAlerts:
    """A person has seen these alerts: they are not repeated. Answered with CommandDone, or CommandRefused."""

    ids: tuple[int, ...]  # empty: all that are open
    who: str  # the name of the user of the shell


@dataclass(frozen=True, slots=True)
class TryChannels:
    """Sends a message by a channel, whatever it gets else. Answered with ChannelsTried when that has ended."""

    name: str  # empty: each channel
    who: str  # the name of the user of the shell


@dataclass(frozen=True, slots=True)
class ChannelsTried:
    """What came back, by channel."""

    results: tuple[tuple[str, bool, str], ...]  # its name, whether it took the message, and a text for people


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
