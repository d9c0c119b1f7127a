"""On which terms lots are sold: what the configuration wants, and what the exchange sets."""

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
    """What becomes of the cost of a remainder that is too little to be sold."""

    KEEP = "keep"  # the dust keeps it, and the next lot of the pair takes over the dust at that cost
    WRITE_OFF = "write_off"  # the coins that are sold have to bring it


@dataclass(frozen=True, slots=True)
class Adoption:
    """Which BUYs become lots."""

    takes_all: bool = True  # every BUY from now on; False: only those that a person names
    since_ms: int | None = None  # a first start also adopts the BUYs from this moment on, less what was sold since


@dataclass(frozen=True, slots=True)
class Rung:
    """One part of a ladder."""

    share_pct: Decimal  # of the lot, in percent
    net_profit_pct: Decimal  # wanted net profit of this part, in percent of its cost


@dataclass(frozen=True, slots=True)
class AgeStep:
    """From an age of a lot on, this is the most that is wanted."""

    after_ms: int  # since its first fill
    net_profit_pct: Decimal  # in percent of the cost


@dataclass(frozen=True, slots=True)
class ExitPolicy:
    """How the lots of a pair are sold. Of the two wanted profits the larger counts."""

    net_profit_pct: Decimal  # wanted net profit, in percent of the cost
    on_partial: OnPartial = OnPartial.IMMEDIATE
    min_net_profit: Decimal = ZERO  # wanted net profit of a whole lot, in quote asset
    dust: Dust = Dust.KEEP
    sell_fee: SellFee = SellFee.WORSE
    bnb_discount: bool = False  # whether the expected sell fee counts on the discount for paying fees in BNB
    max_sells: int = 5  # so many SELLs of one lot stand on the book at a time
    free_order_slots: int = 5  # so many of the pair's order slots are left to the trader
    keep_coins_pct: Decimal = ZERO  # so much of the wanted net profit, in percent, the owner keeps in coins
    ladder: tuple[Rung, ...] = ()  # the lot in parts, the least net profit first; empty: all of it at `net_profit_pct`
    trailing_bips: int = 0  # hundredths of a percent below its high at which a lot is sold; 0: it follows no price
    trailing_share_pct: Decimal = Decimal(100)  # so much of the lot follows the price, in percent; the rest does not
    free_algo_slots: int = 1  # so many of the pair's slots for orders that wait for a price are left to the trader
    age: tuple[
        AgeStep, ...
    ] = ()  # the wanted profit falls with the age of a lot, the youngest step first; empty: never
    stop_loss_pct: Decimal = ZERO  # how far under the cost of a lot its stop is triggered, in percent; zero: no stop
    stop_limit_pct: Decimal = ZERO  # how far under that price the stop sells at most, in percent of it
    # So far above its cost, in percent, the price has to rise before a lot has its stop at break-even; zero: never.
    break_even_gain_pct: Decimal = ZERO
    break_even_limit_pct: Decimal = ZERO  # how far under break-even that stop sells at most, in percent of it


@dataclass(frozen=True, slots=True)
class Market:
    """What a SELL of one pair has to take into account."""

    pair: TradePair
    sell_rate: Decimal  # the expected sell fee, as a fraction of the proceeds


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms the lots of a pair are sold."""

    market: Market  # what the exchange sets
    policy: ExitPolicy  # what the configuration wants
