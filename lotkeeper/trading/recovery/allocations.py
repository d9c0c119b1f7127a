"""BUYs by smart order routing: they are filled by allocations, which no list of trades has (Binance faqs/sor_faq.md).

Each event of one is a fill. What no event told is asked for only when something shows that it is lacking, because the
question weighs as much as that for the trades: coins came that no trade explains, or a BUY executed more than is known.
"""

from collections.abc import Iterable, Iterator, Sequence

from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.recovery.questions import PAGE, AllocationsOfOrder, AllocationsSince

_LOOKED_BACK_MS = 86_400_000  # older ones may be of lots that are closed, and that the keeper does not remember


def look_back_to(history_from_ms: int | None, now_ms: int) -> int:
    """Since when allocations are asked for (exchange's time): a day, at most since the history of the pair begins."""
    return max(history_from_ms or 0, now_ms - _LOOKED_BACK_MS)


def allocations_after(
    question: AllocationsSince | AllocationsOfOrder, page: Sequence[Fill]
) -> Iterator[AllocationsSince]:
    """The question for what follows a full page: from its last moment on, as several have one time."""
    is_full = isinstance(question, AllocationsSince) and len(page) >= PAGE and page[-1].time_ms > question.time_ms
    if is_full:
        yield AllocationsSince(page[-1].time_ms)


def bought(fills: Iterable[Fill]) -> Iterator[Fill]:
    """Of allocations those that count. A SELL may have been accounted for: no cursor tells of allocations."""
    return (fill for fill in fills if fill.side is Side.BUY)
