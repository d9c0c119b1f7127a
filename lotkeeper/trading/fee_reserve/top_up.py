"""Whether BNB for fees is bought now, and how much of it. No I/O, no clock.

It is bought once although replies are lost and processes die: at most one BUY an hour, under a name that follows from
the hour, and only when the exchange was asked for that name and for the one of the hour before. A process that has
just started waits until no BUY of an earlier one can still arrive.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from lotkeeper.trading.fee_reserve.names import HOUR_MS, top_up_id
from lotkeeper.trading.fee_reserve.reserve import ASSET, TopUp
from lotkeeper.trading.money import ZERO, floor_to, product
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.pair import TradePair

FRESH_MS: Final = 30_000  # what is older than this is asked again before anything is bought by it
_MORE: Final = Decimal("1.02")  # so much more quote asset than by the ask has to be free: the price moves


class HoldReason(StrEnum):
    """Why nothing is bought although too little is there."""

    SETTLING = "settling"  # a BUY of an earlier process may still arrive
    BOUGHT_LATELY = "bought lately"  # within the last hour, or tried to, with an outcome that is not known
    NOT_BNB = "not BNB"  # the pair buys something else
    NOT_TRADING = "not trading"  # the exchange has halted the pair
    NO_PRICE = "no price"  # nobody offers BNB there now
    TOO_SMALL = "too small"  # the exchange takes no order of this amount
    QUOTE_LACKING = "quote lacking"  # too little of the asset that pays for it is free


@dataclass(frozen=True, slots=True)
class Purchase:
    """Buy this at the market: one of the two amounts is set."""

    pair: str
    client_id: str
    quantity: Decimal | None = None  # BNB
    quote: Decimal | None = None  # of the pair's quote asset


@dataclass(frozen=True, slots=True)
class Hold:
    """Buy nothing now."""

    reason: HoldReason
    wanted: Decimal | None = None  # with QUOTE_LACKING: so much quote asset would have to be free
    quote: str = ""  # with QUOTE_LACKING: which asset


@dataclass(frozen=True, slots=True)
class Offer:
    """What was asked of the exchange for one decision."""

    pair: TradePair
    ask: Decimal | None  # quote; the lowest price at which BNB is offered now; None for none
    quote_free: Decimal  # of the quote asset, what no order holds
    reports: tuple[OrderReport, ...]  # the BUYs for fees of this hour and of the one before, as far as there are any


def names_to_ask(now_ms: int) -> tuple[str, str]:
    """The client order ids of this hour and of the one before (exchange's time)."""
    return top_up_id(now_ms), top_up_id(now_ms - HOUR_MS)


def decide_top_up(
    top_up: TopUp, offer: Offer, *, tried_ms: int | None, settled_ms: int, now_ms: int
) -> Purchase | Hold:
    """All times are the exchange's. `tried_ms` is when this process sent its last BUY that was not refused, None for
    none; before `settled_ms` a BUY of an earlier process may still arrive.
    """
    if now_ms < settled_ms:
        return Hold(HoldReason.SETTLING)
    if _is_bought_lately(offer.reports, tried_ms, now_ms):
        return Hold(HoldReason.BOUGHT_LATELY)
    if offer.pair.base != ASSET:
        return Hold(HoldReason.NOT_BNB)
    if not offer.pair.is_trading:
        return Hold(HoldReason.NOT_TRADING)
    if not offer.ask:
        return Hold(HoldReason.NO_PRICE)
    return _purchase(top_up, offer, offer.ask, now_ms)


def _is_bought_lately(reports: Iterable[OrderReport], tried_ms: int | None, now_ms: int) -> bool:
    """An attempt that bought nothing, because nobody sold, counts too: its name is used up for this hour."""
    moments = [report.time_ms if report.created_ms is None else report.created_ms for report in reports]
    moments += [] if tried_ms is None else [tried_ms]
    is_this_hour = any(report.client_id == top_up_id(now_ms) for report in reports)
    return is_this_hour or any(now_ms - moment < HOUR_MS for moment in moments)


def _purchase(top_up: TopUp, offer: Offer, ask: Decimal, now_ms: int) -> Purchase | Hold:
    pair, name = offer.pair, top_up_id(now_ms)
    quantity = None if top_up.amount is None else floor_to(top_up.amount, pair.step)
    value = top_up.quote or ZERO if quantity is None else product(quantity, ask)
    if value < pair.min_notional or (quantity is not None and quantity < pair.min_quantity):
        return Hold(HoldReason.TOO_SMALL)
    wanted = product(value, _MORE) if quantity is not None else value
    if offer.quote_free < wanted:
        return Hold(HoldReason.QUOTE_LACKING, wanted, pair.quote)
    return Purchase(pair.symbol, name, quantity=quantity, quote=None if quantity is not None else value)
