"""Filters of triggers and time: TRAILING_DELTA and T_PLUS_SELL."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from lotkeeper.trading.filters.base import Draft, Filter, MarketContext, Refusal
from lotkeeper.trading.orders.fills import Side


@dataclass(frozen=True, slots=True)
class TrailingDelta(Filter):
    """How far a trailing stop may trail, in bips: "above" for STOP_LOSS* BUY and TAKE_PROFIT* SELL, else "below"."""

    name: ClassVar[str] = "TRAILING_DELTA"
    least_above: int
    most_above: int
    least_below: int
    most_below: int

    def refusal(self, draft: Draft, around: MarketContext) -> Refusal | None:
        delta = draft.trailing_delta
        if delta is None:
            return None
        is_above = draft.kind.value.startswith("STOP_LOSS") == (draft.side is Side.BUY)
        least, most = (self.least_above, self.most_above) if is_above else (self.least_below, self.most_below)
        nearest = max(least, min(delta, most))
        return None if nearest == delta else Refusal(self.name, "trailing delta", Decimal(delta), Decimal(nearest))


@dataclass(frozen=True, slots=True)
class TPlusSell(Filter):
    """SELLs are restricted until `end_ms`. Not documented; in the exchange's own client library since 2026-07."""

    name: ClassVar[str] = "T_PLUS_SELL"
    end_ms: int

    def refusal(self, draft: Draft, around: MarketContext) -> Refusal | None:
        if draft.side is Side.BUY or around.now_ms >= self.end_ms:
            return None
        return Refusal(self.name, "time", Decimal(around.now_ms), Decimal(self.end_ms))
