import asyncio
from random import Random

import pytest

from binance_sim.distance.delay_line import DelayLine
from tests.binance_sim.distance.virtual_time import run_in_virtual_time


def play(delays, puts, opens_at=0.0):
    """What came out, as (time, thing). `puts` are (time, thing); the n-th put gets the n-th delay."""
    came, drawn = [], iter(delays)

    async def main():
        loop = asyncio.get_running_loop()
        line = DelayLine(loop, lambda: next(drawn), opens_at)
        for at, thing in puts:
            await asyncio.sleep(at - loop.time())
            line.put(lambda thing=thing: came.append((round(loop.time(), 6), thing)))
        await asyncio.sleep(1000)

    run_in_virtual_time(main())
    return came


def test_each_thing_comes_out_after_its_delay():
    assert play([0.5, 0.5, 0.5], [(0, "a"), (0.1, "b"), (3, "c")]) == [(0.5, "a"), (0.6, "b"), (3.5, "c")]


def test_nothing_overtakes_what_was_put_in_before():
    assert play([0.5, 0.1, 0.1], [(0, "a"), (0.1, "b"), (0.45, "c")]) == [(0.5, "a"), (0.5, "b"), (0.55, "c")]


@pytest.mark.parametrize("seed", range(20))
def test_the_order_is_kept_whatever_the_delays(seed):
    dice = Random(seed)
    moments = sorted(dice.uniform(0, 1) for _ in range(50))
    came = play([dice.choice((0, 0.1, dice.random())) for _ in moments], list(zip(moments, range(50), strict=True)))
    assert [thing for _, thing in came] == list(range(50))


def test_what_is_put_in_before_the_line_is_open_sets_out_then():
    assert play([0.5, 0.5], [(0, "a"), (4, "b")], opens_at=2) == [(2.5, "a"), (4.5, "b")]


def test_what_a_delivery_puts_in_takes_its_own_time():
    came = []

    async def main():
        loop = asyncio.get_running_loop()
        line = DelayLine(loop, lambda: 1.0)

        def echo():
            came.append(loop.time())
            if len(came) < 3:
                line.put(echo)

        line.put(echo)
        await asyncio.sleep(100)

    run_in_virtual_time(main())
    assert came == [1.0, 2.0, 3.0]


def test_a_delivery_that_fails_does_not_stop_the_line():
    came, errors = [], []

    async def main():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: errors.append(context["exception"]))
        line = DelayLine(loop, lambda: 1.0)
        line.put(lambda: 1 / 0)
        line.put(lambda: came.append(loop.time()))
        await asyncio.sleep(100)

    run_in_virtual_time(main())
    assert came == [1.0]
    assert [type(each) for each in errors] == [ZeroDivisionError]


def test_a_cleared_line_loses_what_is_on_its_way_and_carries_on():
    came = []

    async def main():
        loop = asyncio.get_running_loop()
        line = DelayLine(loop, lambda: 1.0)
        line.put(lambda: came.append("lost"))
        line.clear()
        await asyncio.sleep(0.5)
        line.put(lambda: came.append(loop.time()))
        await asyncio.sleep(100)

    run_in_virtual_time(main())
    assert came == [1.5]
