"""What was shown before a person agreed: each plan can be carried out once, and not long afterwards."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from lotkeeper.web.api.errors import ApiError

_MOST = 256  # plans
_FRESH_MS = 10 * 60_000


@dataclass(slots=True)
class ShownPlan:
    """What was asked for, and what the person saw of it."""

    action: str
    wish: dict[str, Any]
    seen: Any  # what the action compares with
    outcome: "asyncio.Future[Any] | None" = field(default=None)  # once it is carried out


class ShownPlans:
    """By the moment at which they were shown (wall clock, ms), which is their name. For one event loop."""

    def __init__(self, clock_ms: Callable[[], int]) -> None:
        self._clock_ms = clock_ms
        self._plans: OrderedDict[int, ShownPlan] = OrderedDict()
        self._last_ms = 0

    def remember(self, action: str, wish: dict[str, Any], seen: Any) -> int:
        """Its name: the moment, or one soon after it that no other plan has."""
        self._last_ms = max(self._clock_ms(), self._last_ms + 1)
        self._plans[self._last_ms] = ShownPlan(action, wish, seen)
        while len(self._plans) > _MOST:
            self._plans.popitem(last=False)
        return self._last_ms

    async def carry_out(
        self, shown_ms: int, action: str, wish: dict[str, Any], do: Callable[[Any], Awaitable[Any]]
    ) -> Any:
        """What `do` returns or raises for what was seen. Asked twice it is done once, and answered twice the same.

        Raises ApiError where nothing of the kind was shown, or too long ago.
        """
        plan = self._find(shown_ms, action, wish)
        if plan.outcome is None:
            self._refuse_old(shown_ms)
            plan.outcome = asyncio.ensure_future(do(plan.seen))
        return await asyncio.shield(plan.outcome)  # a person who leaves meanwhile does not stop half of it

    def _find(self, shown_ms: int, action: str, wish: dict[str, Any]) -> ShownPlan:
        plan = self._plans.get(shown_ms)
        if plan is None:
            raise _stale("nothing was done: what was shown then is not known any more")
        if (plan.action, plan.wish) != (action, wish):
            raise _stale("nothing was done: something else was shown then")
        return plan

    def _refuse_old(self, shown_ms: int) -> None:
        minutes = (self._clock_ms() - shown_ms) // 60_000
        if self._clock_ms() - shown_ms > _FRESH_MS:
            raise _stale(f"nothing was done: it was shown {minutes} minutes ago")


def _stale(text: str) -> ApiError:
    return ApiError(HTTPStatus.CONFLICT, f"{text}; look at it again, and then agree")
