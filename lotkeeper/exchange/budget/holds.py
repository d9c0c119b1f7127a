"""When the exchange itself says wait: 429, 418, -1003 and -1015."""

from dataclasses import dataclass

from lotkeeper.exchange.budget.limits import DAY_MS
from lotkeeper.exchange.rest.outcomes import ban_end_ms

_LEAST_MS = 1_000  # a wait of less than a second may be told as none
_MOST_MS = 4 * DAY_MS  # a ban lasts three days at most (Binance limits.md)


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing is sent before `until_ms` (the exchange's clock); with `is_about_orders` no order, all else goes on."""

    until_ms: int
    reason: str
    is_about_orders: bool = False


def hold_of(retry_after_s: float, text: str, now_ms: int, *, is_about_orders: bool = False) -> Hold:
    """What a refusal asks for: the later of Retry-After and the end of the ban that its text names."""
    banned_until_ms = ban_end_ms(text)
    wanted_ms = max(retry_after_s * 1000, 0 if banned_until_ms is None else banned_until_ms - now_ms)
    wait_ms = int(min(max(wanted_ms, _LEAST_MS), _MOST_MS))
    return Hold(now_ms + wait_ms, text.strip() or "the exchange says wait", is_about_orders)


def later(one: Hold | None, other: Hold) -> Hold:
    """A shorter wait never ends a longer one."""
    return one if one is not None and one.until_ms >= other.until_ms else other
