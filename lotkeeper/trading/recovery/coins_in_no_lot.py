"""Coins of the account that no lot has: the owner's own, and those that came without a trade since.

A deposit, a conversion, a purchase by card is no trade on the pair, so that no lot is made of it. It stands until a
person adopts it, or says that the coins are not to be sold.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from lotkeeper.trading.money import ZERO, less, total


@dataclass(frozen=True, slots=True)
class CoinsInNoLot:
    """What is known of them, in base asset."""

    own: Decimal | None = None  # not to be sold: there before the first check, or dismissed; None before that check
    came: Decimal = ZERO  # came without a trade since, and neither adopted nor dismissed
    since_ms: int = 0  # when that was seen first (wall clock)
    missing: Decimal = ZERO  # what the lots have and the account has not
    _seen: Decimal | None = None  # what the last check saw beyond the lots, below zero if coins were missing

    def after_check(self, beyond: Decimal, at_ms: int) -> "CoinsInNoLot":
        """The account holds so much (base) beyond all lots. Only what two checks in a row see counts: the balance and
        the trades come from different places of the exchange.
        """
        if beyond != self._seen:
            return replace(self, _seen=beyond)
        there, missing = max(beyond, ZERO), max(beyond.copy_negate(), ZERO)
        if self.own is None:
            return CoinsInNoLot(there, missing=missing, _seen=beyond)
        own = min(self.own, there)
        came = less(there, own)
        since_ms = 0 if not came else self.since_ms or at_ms
        return CoinsInNoLot(own, came, since_ms, missing, beyond)

    def is_confirmed_by(self, beyond: Decimal) -> bool:
        """Whether the last two checks agreed, this one included."""
        return self._seen == beyond

    def dismissed(self) -> "CoinsInNoLot":
        """A person says that what came is not to be sold."""
        return self.with_more_own(self.came, came=ZERO)

    def with_more_own(self, quantity: Decimal, came: Decimal | None = None) -> "CoinsInNoLot":
        """So many coins of a lot (base) are the owner's now: the lot was released."""
        own = None if self.own is None else total((self.own, quantity))
        came = self.came if came is None else came
        return replace(self, own=own, came=came, since_ms=self.since_ms if came else 0, _seen=None)
