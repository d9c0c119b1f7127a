"""The section `exit`: how lots are sold, for all pairs or one, and which of its keys do not go together."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from lotkeeper.trading.lots.fees import SellFee
from lotkeeper.trading.money import plain, product, total
from lotkeeper.trading.policy import AgeStep, Dust, ExitPolicy, OnPartial, Rung

# What the plan of the exits names, and this version does not do yet: refused by name, never passed over.
NOT_AVAILABLE: Final = ("group",)
_WHOLE = Decimal(100)  # percent
_TIME = re.compile(r"([0-9]{1,9})([smhd])")
UNITS_MS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_LONGEST_MS = 3650 * 86_400_000


def _milliseconds(text: object) -> int:
    found = _TIME.fullmatch(str(text))
    if found is None or not 0 < (given := int(found[1]) * UNITS_MS[found[2]]) <= _LONGEST_MS:
        raise ValueError("no time")
    return given


Duration = Annotated[int, BeforeValidator(_milliseconds)]  # milliseconds
Percent = Annotated[Decimal, Field(ge=0, le=1000, allow_inf_nan=False)]
Share = Annotated[Decimal, Field(gt=0, le=100, allow_inf_nan=False)]
PartOfProfit = Annotated[Decimal, Field(ge=0, le=100, allow_inf_nan=False)]
Depth = Annotated[Decimal, Field(ge=0, le=99, allow_inf_nan=False)]
Slack = Annotated[Decimal, Field(ge=0, le=50, allow_inf_nan=False)]
Amount = Annotated[Decimal, Field(ge=0, le=10**9, allow_inf_nan=False)]
Distance = Annotated[Decimal, Field(ge=0, lt=100, multiple_of=Decimal("0.01"), allow_inf_nan=False)]
SellCount = Annotated[int, Field(ge=1, le=100)]
SlotCount = Annotated[int, Field(ge=0, le=100)]

_PERCENT = "a decimal number from 0 to 1000"
_SHARE = "a decimal number above 0, at most 100"
_PART = "a decimal number from 0 to 100"
_DEPTH = "a decimal number from 0 to 99, in percent of the cost; 0 for no stop"
_SLACK = "a decimal number from 0 to 50, in percent of the stop"
_STOP_LOSS = "a mapping with below_cost_pct and limit_below_pct, or nothing for none"
_GAIN = "a decimal number from 0 to 1000, in percent of the cost; 0 for none"
_BREAK_EVEN = "a mapping with after_gain_pct and limit_below_pct, or nothing for none"
_AMOUNT = "a decimal number from 0 to 1000000000, in the pair's quote asset"
_ON_PARTIAL = "immediate or complete"
_DUST = "keep or write_off"
_SELL_FEE = "worse, maker or taker"
_YES_NO = "true or false"
_SELLS = "a whole number from 1 to 100"
_SLOTS = "a whole number from 0 to 100"
_DURATION = "a time such as 90m, 12h or 7d"
_AGE = "a list of steps, each with after and net_profit_pct, or [] for none"
_DISTANCE = "a decimal number from 0.01 to 99.99 with two decimals at most, or 0 for none"
_TRAILING = "a mapping with distance_pct, and share_pct if only a part is to follow the price"
_LADDER = "a list of parts, each with share_pct and net_profit_pct, or [] for none"


class Section(BaseModel):
    """A mapping of the configuration: its keys are known, and it does not change."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class RungConfig(Section):
    """One part of a ladder."""

    share_pct: Share = Field(description=_SHARE)
    net_profit_pct: Percent = Field(description=_PERCENT)


class AgeStepConfig(Section):
    """The most that is wanted from an age of a lot on."""

    after: Duration = Field(description=_DURATION)
    net_profit_pct: Percent = Field(description=_PERCENT)


class TrailingConfig(Section):
    """How a part of each lot follows the price."""

    distance_pct: Distance = Field(description=_DISTANCE)
    share_pct: Share = Field(default=_WHOLE, description=_SHARE)


class StopLossConfig(Section):
    """How far under its cost a lot is sold at a loss."""

    below_cost_pct: Depth = Field(description=_DEPTH)
    limit_below_pct: Slack = Field(default=Decimal("0.5"), description=_SLACK)


class BreakEvenConfig(Section):
    """After which gain a lot is not to be sold at a loss any more."""

    after_gain_pct: Percent = Field(description=_GAIN)
    limit_below_pct: Slack = Field(default=Decimal(0), description=_SLACK)


_NO_BREAK_EVEN: Final = BreakEvenConfig(after_gain_pct=Decimal(0))
_NO_STOP_LOSS: Final = StopLossConfig(below_cost_pct=Decimal(0), limit_below_pct=Decimal(0))
# Keys with a mapping.
MAPPINGS: Final[dict[str, type[Section]]] = {
    "trailing": TrailingConfig,
    "stop_loss": StopLossConfig,
    "break_even": BreakEvenConfig,
}
LISTS: Final[dict[str, type[Section]]] = {"ladder": RungConfig, "age": AgeStepConfig}  # keys with a list of mappings
Ladder = tuple[RungConfig, ...]
Age = tuple[AgeStepConfig, ...]


class ExitConfig(Section):
    """How lots are sold."""

    net_profit_pct: Percent = Field(default=Decimal("0.5"), description=_PERCENT)
    min_net_profit: Amount = Field(default=Decimal(0), description=_AMOUNT)
    ladder: Ladder = Field(default=(), description=_LADDER)
    age: Age = Field(default=(), description=_AGE)
    trailing: TrailingConfig | None = Field(default=None, description=_TRAILING)
    stop_loss: StopLossConfig | None = Field(default=None, description=_STOP_LOSS)
    break_even: BreakEvenConfig | None = Field(default=None, description=_BREAK_EVEN)
    keep_coins_pct: PartOfProfit = Field(default=Decimal(0), description=_PART)
    on_partial: OnPartial = Field(default=OnPartial.IMMEDIATE, description=_ON_PARTIAL)
    max_sells_per_lot: SellCount = Field(default=5, description=_SELLS)
    dust: Dust = Field(default=Dust.KEEP, description=_DUST)
    sell_fee: SellFee = Field(default=SellFee.WORSE, description=_SELL_FEE)
    bnb_discount: bool = Field(default=False, description=_YES_NO)
    free_order_slots: SlotCount = Field(default=5, description=_SLOTS)
    free_algo_slots: SlotCount = Field(default=1, description=_SLOTS)


class ExitOverrides(Section):
    """A pair's own values for keys of `exit`; None: the value of `exit`."""

    net_profit_pct: Percent | None = Field(default=None, description=_PERCENT)
    min_net_profit: Amount | None = Field(default=None, description=_AMOUNT)
    ladder: Ladder | None = Field(default=None, description=_LADDER)
    age: Age | None = Field(default=None, description=_AGE)
    trailing: TrailingConfig | None = Field(default=None, description=_TRAILING)
    stop_loss: StopLossConfig | None = Field(default=None, description=_STOP_LOSS)
    break_even: BreakEvenConfig | None = Field(default=None, description=_BREAK_EVEN)
    keep_coins_pct: PartOfProfit | None = Field(default=None, description=_PART)
    on_partial: OnPartial | None = Field(default=None, description=_ON_PARTIAL)
    max_sells_per_lot: SellCount | None = Field(default=None, description=_SELLS)
    dust: Dust | None = Field(default=None, description=_DUST)
    sell_fee: SellFee | None = Field(default=None, description=_SELL_FEE)
    bnb_discount: bool | None = Field(default=None, description=_YES_NO)
    free_order_slots: SlotCount | None = Field(default=None, description=_SLOTS)
    free_algo_slots: SlotCount | None = Field(default=None, description=_SLOTS)


def exit_of_pair(general: ExitConfig, own: ExitOverrides) -> ExitConfig:
    """How the lots of a pair are sold: by its own keys, and by `exit` for the others."""
    return general.model_copy(update={name: getattr(own, name) for name in own.model_dump(exclude_none=True)})


def to_policy(chosen: ExitConfig) -> ExitPolicy:
    """The same as the rules have it."""
    stop = chosen.stop_loss or _NO_STOP_LOSS
    break_even = chosen.break_even or _NO_BREAK_EVEN
    return ExitPolicy(
        net_profit_pct=chosen.net_profit_pct,
        on_partial=chosen.on_partial,
        min_net_profit=chosen.min_net_profit,
        dust=chosen.dust,
        sell_fee=chosen.sell_fee,
        bnb_discount=chosen.bnb_discount,
        max_sells=chosen.max_sells_per_lot,
        free_order_slots=chosen.free_order_slots,
        free_algo_slots=chosen.free_algo_slots,
        trailing_bips=0 if chosen.trailing is None else int(product(chosen.trailing.distance_pct, _WHOLE)),
        trailing_share_pct=_WHOLE if chosen.trailing is None else chosen.trailing.share_pct,
        keep_coins_pct=chosen.keep_coins_pct,
        stop_loss_pct=stop.below_cost_pct,
        stop_limit_pct=stop.limit_below_pct,
        break_even_gain_pct=break_even.after_gain_pct,
        break_even_limit_pct=break_even.limit_below_pct,
        ladder=tuple(Rung(each.share_pct, each.net_profit_pct) for each in chosen.ladder),
        age=tuple(AgeStep(each.after, each.net_profit_pct) for each in chosen.age),
    )


@dataclass(frozen=True, slots=True)
class Conflict:
    """Keys of `exit` that do not go together."""

    key: str  # the one that is named in the problem
    found: str
    allowed: str


def conflicts(chosen: ExitConfig) -> Iterator[Conflict]:
    """What does not go together in the exits of one pair."""
    if chosen.ladder:
        yield from _ladder_conflicts(chosen)
    if chosen.age:
        yield from _age_conflicts(chosen)
    if chosen.trailing is not None and chosen.trailing.distance_pct:
        yield from _trailing_conflicts(chosen, chosen.trailing.share_pct)
    if chosen.stop_loss and chosen.stop_loss.below_cost_pct:
        yield from _stop_conflicts(chosen, "stop_loss", "a stop loss")
    if chosen.break_even and chosen.break_even.after_gain_pct:
        yield from _stop_conflicts(chosen, "break_even", "break-even")
        yield from _gain_conflicts(chosen, chosen.break_even.after_gain_pct)


def _ladder_conflicts(chosen: ExitConfig) -> Iterator[Conflict]:
    shares = total(each.share_pct for each in chosen.ladder)
    profits = [each.net_profit_pct for each in chosen.ladder]
    least, most = chosen.net_profit_pct, chosen.max_sells_per_lot
    if shares != _WHOLE:
        yield Conflict("ladder", f"shares of {plain(shares)} % in all", "shares that are 100 % together")
    if any(one >= other for one, other in pairwise(profits)):
        yield Conflict("ladder", f"net profits of {_listed(profits)} %", "each part's above that of the part before it")
    if min(profits) < least:
        allowed = f"at least net_profit_pct, which is {plain(least)} %"
        yield Conflict("ladder", f"a net profit of {plain(min(profits))} %", allowed)
    if len(profits) > most:
        yield Conflict("ladder", f"{len(profits)} parts", f"at most max_sells_per_lot, which is {most}")
    if chosen.keep_coins_pct:
        found = f"a ladder beside keep_coins_pct {plain(chosen.keep_coins_pct)}"
        yield Conflict("ladder", found, "one of the two in this version")
    if chosen.min_net_profit:
        found = f"a ladder beside min_net_profit {plain(chosen.min_net_profit)}"
        yield Conflict("ladder", found, "one of the two: its parts have net profits of their own")


def _trailing_conflicts(chosen: ExitConfig, share: Decimal) -> Iterator[Conflict]:
    if chosen.ladder:
        yield Conflict("trailing", "trailing beside a ladder", "one of the two in this version")
    if chosen.keep_coins_pct:
        found = f"trailing beside keep_coins_pct {plain(chosen.keep_coins_pct)}"
        yield Conflict("trailing", found, "one of the two in this version")
    if share < _WHOLE and chosen.max_sells_per_lot < 2:
        found = f"a share of {plain(share)} % beside max_sells_per_lot 1"
        yield Conflict("trailing", found, "100 %, or at least two SELLs of a lot")


def _age_conflicts(chosen: ExitConfig) -> Iterator[Conflict]:
    profits, first = [each.net_profit_pct for each in chosen.age], chosen.net_profit_pct
    if any(one.after >= other.after for one, other in pairwise(chosen.age)):
        yield Conflict("age", "steps that are not in order", "each step later than the one before it")
    if any(one <= other for one, other in pairwise(profits)):
        yield Conflict("age", f"net profits of {_listed(profits)} %", "each step's below that of the step before it")
    if profits[0] >= first and not chosen.ladder and not chosen.min_net_profit:
        found = f"a first step to {plain(profits[0])} %"
        yield Conflict("age", found, f"below net_profit_pct, which is {plain(first)} %")


def _stop_conflicts(chosen: ExitConfig, key: str, name: str) -> Iterator[Conflict]:
    """The exchange takes few stops of a pair, and each part of a lot would need its own."""
    if chosen.ladder:
        yield Conflict(key, f"{name} beside a ladder", "one of the two in this version")
    if chosen.trailing is not None and chosen.trailing.distance_pct:
        yield Conflict(key, f"{name} beside trailing", "one of the two in this version")
    if chosen.keep_coins_pct:
        found = f"{name} beside keep_coins_pct {plain(chosen.keep_coins_pct)}"
        yield Conflict(key, found, "one of the two in this version")


def _gain_conflicts(chosen: ExitConfig, gain: Decimal) -> Iterator[Conflict]:
    """At its target a lot is sold: a gain that is not below it would never arm anything."""
    if gain >= chosen.net_profit_pct and not chosen.min_net_profit:
        allowed = f"below net_profit_pct, which is {plain(chosen.net_profit_pct)} %"
        yield Conflict("break_even", f"a gain of {plain(gain)} %", allowed)


def _listed(amounts: list[Decimal]) -> str:
    return ", ".join(plain(each) for each in amounts)
