"""What the lots of other kept pairs hold of the same coin: the account has one balance for all of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.money import ZERO, plain, total

COMPLETE_WITHIN_MS = 150_000  # keepers compare every two minutes, and a comparison takes seconds


@dataclass(frozen=True, slots=True)
class PairHolding:
    """`quantity` (base) is what the lots of a pair have not sold, dust too, by the report its keeper made at `at_ms`.

    `at_ms` is 0 where it never reported, `complete_as_of_ms` the moment up to which all its trades are accounted for,
    None where that was not proven yet. `is_adopting`: it is about to believe in more.
    """

    symbol: str
    quantity: Decimal = ZERO
    at_ms: int = 0
    complete_as_of_ms: int | None = None
    is_adopting: bool = False


def total_quantity(holdings: Iterable[PairHolding]) -> Decimal:
    """What other pairs believe in (base), known or not so well."""
    return total(each.quantity for each in holdings)


def all_reported_since(holdings: Iterable[PairHolding], since_ms: int) -> bool:
    """Whether every pair has reported since that moment: what happened before it is in these reports."""
    return all(each.at_ms >= since_ms for each in holdings)


def uncertainty_of(holdings: Iterable[PairHolding], since_ms: int, now_ms: int) -> str:
    """Why one cannot build upon what other pairs say, which has to be from `since_ms` on; empty where one can."""
    why = (f"{each.symbol}: {text}" for each in holdings if (text := _unknown(each, since_ms, now_ms)))
    return ", ".join(why)


def describe_holdings(holdings: Iterable[PairHolding], base: str) -> str:
    """The other pairs and how much each holds, to stand behind the name of the own pair."""
    return "".join(f" or of {each.symbol} ({plain(each.quantity)} {base} in lots)" for each in holdings)


def _unknown(holding: PairHolding, since_ms: int, now_ms: int) -> str:
    as_of_ms = holding.complete_as_of_ms
    if not holding.at_ms:
        return "no report yet"
    if holding.at_ms < since_ms:
        return f"no report for {max(now_ms - holding.at_ms, 0) // 1000} s"
    if as_of_ms is None:
        return "not reconciled yet"
    if now_ms - as_of_ms > COMPLETE_WITHIN_MS:
        return f"its trades are accounted for up to {(now_ms - as_of_ms) // 1000} s ago and not since"
    return "coins are being adopted there; try again in a moment" if holding.is_adopting else ""
