"""The command line and the running system. Every request is asked with an id and answered once."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class AskStatus:
    """Asks for the whole picture; answered by the Monitor."""


@dataclass(frozen=True, slots=True)
class StatusReport:
    """What the Monitor knows, as plain JSON values; every part carries its own time."""

    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AskPositions:
    """Asks for lots, the newest first; answered by the Ledger. `symbol` empty: of all pairs."""

    symbol: str = ""
    is_open_only: bool = True
    limit: int = 1000


@dataclass(frozen=True, slots=True)
class PositionsReport:
    """The lots as the notebook has them, as plain JSON values; a fill of the last instant may not be in it yet."""

    positions: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ExplainLot(AskPositions):
    """Asks for the arithmetic of one lot, closed or not; answered by the Ledger, as all questions about positions."""

    lot: str = ""


@dataclass(frozen=True, slots=True)
class LotExplained:
    """The arithmetic of a lot as plain JSON values, as the notebook has it."""

    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PausePair:
    """Places no new SELL on the pair until it is resumed; SELLs on the book stand. Survives a restart."""

    symbol: str


@dataclass(frozen=True, slots=True)
class ResumePair:
    """Takes up the pair again, with everything that was bought, or cancelled by hand, in between."""

    symbol: str


@dataclass(frozen=True, slots=True)
class StopService:
    """Ends the whole service; SELLs on the book stand. The answer comes before the end."""


@dataclass(frozen=True, slots=True)
class Done:
    """The command was carried out; `text` says what is now true."""

    text: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The command was not carried out; `text` says why and what is possible."""

    text: str


@dataclass(frozen=True, slots=True)
class ReconcilePair:
    """Compares a pair with the exchange now; `is_dry_run` changes nothing. Answered by its keeper with Reconciled."""

    symbol: str
    is_dry_run: bool


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What differed, in sentences, as of the moment (ms); `money` is the account's balance against the lots.

    Unless it was a dry run, what differed is mended, as far as the exchange's word mends it.
    """

    symbol: str
    is_dry_run: bool
    as_of_ms: int
    differences: tuple[str, ...]
    money: str


@dataclass(frozen=True, slots=True)
class ResolveOrder:
    """A person's word about a SELL in doubt: the exchange has it as `found_order_id`, or (None) it never arrived."""

    symbol: str
    client_id: str
    found_order_id: int | None


@dataclass(frozen=True, slots=True)
class AdoptOrder:
    """A BUY from before lotkeeper's time becomes a lot, less what was sold since; `is_dry_run` only says which."""

    symbol: str
    order_id: int
    is_dry_run: bool


@dataclass(frozen=True, slots=True)
class AdoptSince:
    """Every BUY since a moment (ms) becomes a lot, less what was sold since; `is_dry_run` only says which."""

    symbol: str
    since_ms: int
    is_dry_run: bool


@dataclass(frozen=True, slots=True)
class AdoptCoins:
    """Coins that came without a trade become a lot: `quantity` (base) at a stated `cost` (quote).

    `at_ms` is when the command was given and names the lot: the same one twice adopts once.
    """

    symbol: str
    at_ms: int
    quantity: Decimal
    cost: Decimal
    is_dry_run: bool


@dataclass(frozen=True, slots=True)
class ReleaseLot:
    """The lot is kept no longer: its SELLs are taken back, and its coins are not sold."""

    symbol: str
    lot: str
    is_dry_run: bool


PairCommand = PausePair | ResumePair | ReconcilePair | ResolveOrder | AdoptOrder | AdoptSince | AdoptCoins | ReleaseLot
