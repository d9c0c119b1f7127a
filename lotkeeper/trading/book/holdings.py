"""What the lots of other kept pairs hold of the same coin: the account has one balance for all pairs."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lotkeeper.trading.money import ZERO, plain, total

COMPLETE_WITHIN_MS = 150_000  # keepers compare every two minutes, and a comparison takes seconds


_DELISTED = (
    "the exchange does not list it any more, so that its last trades cannot be read; give its lots up with "
    "`lotkeeper release LOT`, take it out of `pairs`, then: lotkeeper restart"
)


class Listing(StrEnum):
    """Whether the exchange lists a configured pair, as far as it has said."""

    LISTED = "listed"
    DELISTED = "delisted"  # not any more: the database has something of it
    NEVER_KEPT = "never kept"  # not listed, and the database has nothing of it: a typing error, it holds nothing


@dataclass(frozen=True, slots=True)
class PairHolding:
    """What the lots of one pair hold, as its keeper reported it last."""

    symbol: str
    quantity: Decimal = ZERO  # base; what the lots have not sold, dust included
    at_ms: int = 0  # when it was reported; 0: never
    complete_as_of_ms: int | None = None  # up to when all trades are accounted for; None: not proven yet
    is_adopting: bool = False  # its lots are about to hold more
    listing: Listing = Listing.LISTED


def total_quantity(holdings: Iterable[PairHolding]) -> Decimal:
    """What the lots of these pairs hold together (base), whether or not that is certain."""
    return total(each.quantity for each in holdings)


def all_reported_since(holdings: Iterable[PairHolding], since_ms: int) -> bool:
    """Whether every pair has reported since that moment, so that its report has all that happened before."""
    return all(each.at_ms >= since_ms for each in holdings)


def uncertainty_of(holdings: Iterable[PairHolding], since_ms: int, now_ms: int) -> str:
    """Why the reports of other pairs are not certain, which have to be from `since_ms` on; empty if they are."""
    why = (f"{each.symbol}: {text}" for each in holdings if (text := _unknown(each, since_ms, now_ms)))
    return ", ".join(why)


def describe_holdings(holdings: Iterable[PairHolding], base: str) -> str:
    """The other pairs and how much each holds, as a text to follow the name of the own pair."""
    return "".join(f" or of {each.symbol} ({plain(each.quantity)} {base} in lots)" for each in holdings)


def _unknown(holding: PairHolding, since_ms: int, now_ms: int) -> str:
    as_of_ms = holding.complete_as_of_ms
    if not holding.at_ms:
        return "no report yet"
    if holding.at_ms < since_ms:
        return f"no report for {max(now_ms - holding.at_ms, 0) // 1000} s"
    is_too_old = as_of_ms is None or now_ms - as_of_ms > COMPLETE_WITHIN_MS
    if is_too_old and holding.listing is Listing.DELISTED:
        return _DELISTED
    if as_of_ms is None:
        return "not reconciled yet"
    if now_ms - as_of_ms > COMPLETE_WITHIN_MS:
        return f"its trades are accounted for up to {(now_ms - as_of_ms) // 1000} s ago and not since"
    return "coins are being adopted there; try again in a moment" if holding.is_adopting else ""
