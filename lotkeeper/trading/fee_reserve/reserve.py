"""The fee reserve: the BNB that is kept to pay trading fees with, and for how long it will do."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lotkeeper.trading.lots.fees import Commission
from lotkeeper.trading.money import ZERO, Ratio, product, ratio_floor_to

ASSET = "BNB"  # the one asset that Binance takes fees in at a discount (commission_faq.md)
DAY_MS = 86_400_000
RATE_DAYS = 7  # the rate is that of so many days
_TENTH, _FINEST = Decimal("0.1"), Decimal("0.00000001")


@dataclass(frozen=True, slots=True)
class TopUp:
    """What is bought when too little BNB is free: one of the two amounts is set."""

    pair: str  # BNB against the asset that pays for it
    amount: Decimal | None = None  # BNB
    quote: Decimal | None = None  # of the pair's quote asset


@dataclass(frozen=True, slots=True)
class FeeReserveSettings:
    """What the configuration says of the reserve."""

    keep_at_least: Decimal  # free BNB; less than that is shown as a problem
    top_up: TopUp | None = None  # None: nothing is bought


@dataclass(frozen=True, slots=True)
class FeesPaid:
    """What the recorded fills of the last days paid in BNB."""

    amount: Decimal = ZERO  # BNB
    first_ms: int | None = None  # the oldest fill of these days, whatever it paid in (exchange's time); None for none
    newest_asset: str = ""  # which asset paid the newest of all recorded fees; empty while there is none


class FeePayer(StrEnum):
    """Which asset pays the fee of the next trade."""

    BNB = "BNB"
    TRADED = "traded"  # what the trade brings: coins of a BUY, quote asset of a SELL


@dataclass(frozen=True, slots=True)
class Reserve:
    """The reserve at one moment."""

    free: Decimal  # BNB that no order holds
    keep_at_least: Decimal
    payer: FeePayer
    per_day: Decimal  # BNB paid a day, over the last days
    lasts_days: Decimal | None  # at that rate; None where no fee was paid in BNB

    @property
    def is_low(self) -> bool:
        return self.free < self.keep_at_least


def reserve_of(
    free: Decimal, settings: FeeReserveSettings, commission: Commission | None, paid: FeesPaid, now_ms: int
) -> Reserve:
    """`commission` is that of any pair, for the account decides whether BNB pays; None while it is not known."""
    per_day = _per_day(paid, now_ms)
    lasts = ratio_floor_to(Ratio(free, per_day), _TENTH) if per_day else None
    return Reserve(free, settings.keep_at_least, _payer(free, commission, paid), per_day, lasts)


def _payer(free: Decimal, commission: Commission | None, paid: FeesPaid) -> FeePayer:
    """BNB where the account has it so and has some; while the exchange has not said it, as the newest fee was paid."""
    discount = None if commission is None else commission.discount
    if commission is None:
        pays = paid.newest_asset == ASSET
    else:
        pays = discount is not None and discount.is_enabled and discount.asset == ASSET
    return FeePayer.BNB if pays and free > 0 else FeePayer.TRADED


def _per_day(paid: FeesPaid, now_ms: int) -> Decimal:
    """Over the days since the oldest of the fills, one at least."""
    if paid.first_ms is None:
        return ZERO
    over_ms = min(max(now_ms - paid.first_ms, DAY_MS), RATE_DAYS * DAY_MS)
    return ratio_floor_to(Ratio(product(paid.amount, Decimal(DAY_MS)), Decimal(over_ms)), _FINEST)
