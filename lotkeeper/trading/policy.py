"""How lots are sold, as the configuration says."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lotkeeper.trading.lots.fees import SellFee
from lotkeeper.trading.money import ZERO
from lotkeeper.trading.pair import TradePair


class OnPartial(StrEnum):
    IMMEDIATE = "immediate"  # sell each sellable part as soon as it is bought
    COMPLETE = "complete"  # wait for the BUY's end


class Dust(StrEnum):
    """What becomes of the cost of what is too little to be sold."""

    KEEP = "keep"  # it stays with the dust, which the next lot of the pair takes over at that cost
    WRITE_OFF = "write_off"  # what is sold has to bring it


@dataclass(frozen=True, slots=True)
class Adoption:
    """Which BUYs become lots: with `takes_all` each from now on, else only those that a person names.

    `since_ms`: a first start also adopts those from this moment (ms) on, less what was sold since.
    """

    takes_all: bool = True
    since_ms: int | None = None


@dataclass(frozen=True, slots=True)
class ExitPolicy:
    """`net_profit_pct` is in percent of the cost, `min_net_profit` in quote asset for a whole lot: the more counts.

    At most `max_sells` SELLs of a lot stand on the book at a time, and `free_order_slots` of the order slots that the
    exchange gives a pair are left to the trader.
    """

    net_profit_pct: Decimal
    on_partial: OnPartial = OnPartial.IMMEDIATE
    min_net_profit: Decimal = ZERO
    dust: Dust = Dust.KEEP
    sell_fee: SellFee = SellFee.WORSE
    bnb_discount: bool = False
    max_sells: int = 5
    free_order_slots: int = 5


@dataclass(frozen=True, slots=True)
class Market:
    """What a SELL of one pair must reckon with: its rules and the expected sell fee (a fraction of the proceeds)."""

    pair: TradePair
    sell_rate: Decimal


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms the lots of a pair are sold: what the exchange sets, and what the configuration wants."""

    market: Market
    policy: ExitPolicy
