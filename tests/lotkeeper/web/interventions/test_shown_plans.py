"""Plans that were shown: each is carried out once, for what was asked, and not long afterwards."""

import asyncio
from typing import Any

import pytest

from lotkeeper.web.api.errors import ApiError
from lotkeeper.web.interventions.shown_plans import ShownPlans

WISH = {"pair": "BTCUSDT"}


class Clock:
    now_ms = 1_000_000

    def __call__(self) -> int:
        return self.now_ms


class Plans:
    """Plans of which each carrying out is noted."""

    def __init__(self) -> None:
        self.clock, self.done = Clock(), []
        self.plans = ShownPlans(self.clock)

    def show(self, seen: Any = "seen") -> int:
        return self.plans.remember("/pause", WISH, seen)

    async def do(self, shown_ms: int, action: str = "/pause", wish: dict[str, Any] = WISH) -> Any:
        async def carry_out(seen: Any) -> str:
            self.done.append(seen)
            await asyncio.sleep(0)
            return f"done {len(self.done)}"

        return await self.plans.carry_out(shown_ms, action, wish, carry_out)


def test_asked_twice_it_is_done_once_and_answered_twice():
    plans = Plans()

    async def run() -> list[Any]:
        shown_ms = plans.show()
        return [*await asyncio.gather(plans.do(shown_ms), plans.do(shown_ms)), await plans.do(shown_ms)]

    assert asyncio.run(run()) == ["done 1"] * 3
    assert plans.done == ["seen"]


def test_one_who_leaves_does_not_stop_it():
    plans = Plans()

    async def run() -> Any:
        shown_ms = plans.show()
        leaves = asyncio.create_task(plans.do(shown_ms))
        await asyncio.sleep(0)
        leaves.cancel()
        return await plans.do(shown_ms)

    assert asyncio.run(run()) == "done 1"


@pytest.mark.parametrize(
    ("action", "wish", "later_ms", "known", "text"),
    [
        ("/pause", WISH, 0, False, "what was shown then is not known any more"),
        ("/resume", WISH, 0, True, "something else was shown then"),
        ("/pause", {"pair": "ETHUSDT"}, 0, True, "something else was shown then"),
        ("/pause", WISH, 11 * 60_000, True, "it was shown 11 minutes ago"),
    ],
)
def test_what_was_not_shown_is_not_done(action, wish, later_ms, known, text):
    plans = Plans()
    shown_ms = plans.show() if known else 7
    plans.clock.now_ms += later_ms
    with pytest.raises(ApiError, match=f"nothing was done: {text}; look at it again") as error:
        asyncio.run(plans.do(shown_ms, action, wish))
    assert (error.value.status, plans.done) == (409, [])


def test_two_of_a_moment_have_two_names_and_the_oldest_is_forgotten():
    plans = Plans()
    names = [plans.show() for _ in range(300)]
    assert len(set(names)) == 300
    with pytest.raises(ApiError, match="is not known any more"):
        asyncio.run(plans.do(names[0]))
