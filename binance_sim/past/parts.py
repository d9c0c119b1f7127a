"""The parts of a stretch: those of a whole one, which sum up to it, and those that come before the start."""

from collections.abc import Iterable
from random import Random

from binance_sim.past.course import Course, CoursePlan, PriceRange, draw_course
from binance_sim.past.levels import BELOW, Level
from binance_sim.past.stretch import Stretch, Tape, number_trades
from binance_sim.past.volumes import Activity, divide_tape, divide_value, draw_tape, value_bounds

# How far all parts reach out to high and low of the whole. The last one always allows the value of the whole.
WIDENINGS = (0.3, 1.0)


def divide_stretch(whole: Stretch, seed: str) -> list[Stretch]:
    """The parts of a stretch. Their prices, trades, quantities and values are exactly those of the whole."""
    level = BELOW[whole.seconds]
    count = whole.seconds // level.seconds
    bounds = PriceRange(whole.low, whole.high)
    home = (whole.buys.value + whole.sells.value) / (whole.buys.qty + whole.sells.qty)
    random = Random(f"{seed}/{whole.start}/{level.seconds}")
    course = draw_course(random, level, CoursePlan(count, whole.open, home, whole.close, bounds))
    course.reach(bounds)
    buys, sells = (divide_tape(random, tape, count, level.seconds) for tape in (whole.buys, whole.sells))
    _divide_values(whole, (buys, sells), course, bounds)
    parts = _stretches(whole.start, level, course, zip(buys, sells, strict=True))
    number_trades(parts, whole.first_id)
    return parts


def _divide_values(whole: Stretch, tapes: tuple[list[Tape], list[Tape]], course: Course, bounds: PriceRange) -> None:
    """Divide the values of both sides, with wider parts if the drawn ones do not allow it."""
    (buys, sells), seconds = tapes, whole.seconds // len(tapes[0])
    for share in WIDENINGS:
        if all(
            [
                divide_value(whole.buys.value, buys, course, seconds),
                divide_value(whole.sells.value, sells, course, seconds),
            ]
        ):
            return
        course.widen(bounds, share)
    divide_value(whole.buys.value, buys, course, seconds)
    divide_value(whole.sells.value, sells, course, seconds)


def draw_parts(level: Level, start: int, plan: CoursePlan, activity: Activity, seed: str) -> list[Stretch]:
    """Parts that follow each other from `start` on, without a whole that they belong to. Their trades have no ids."""
    course = draw_course(Random(f"{seed}/{start}/{level.seconds}"), level, plan)
    random = Random(f"{seed}/{start}/{level.seconds}/volumes")
    tapes = [
        (_draw_tape(random, activity, level, bounds), _draw_tape(random, activity, level, bounds))
        for bounds in map(PriceRange, course.lows, course.highs)
    ]
    return _stretches(start, level, course, tapes)


def _draw_tape(random: Random, activity: Activity, level: Level, bounds: PriceRange) -> Tape:
    tape = draw_tape(random, activity, level.seconds)
    least, most = value_bounds(tape, bounds.high, bounds.low, level.seconds)
    tape.value = least + int((most - least) * random.uniform(0.4, 0.6))
    return tape


def _stretches(start: int, level: Level, course: Course, tapes: Iterable[tuple[Tape, Tape]]) -> list[Stretch]:
    begins = range(start, start + len(course.opens) * level.seconds, level.seconds)
    columns = zip(begins, course.opens, course.highs, course.lows, course.closes, tapes, strict=True)
    return [
        Stretch(begin, begin + level.seconds, first, high, low, last, buys, sells)
        for begin, first, high, low, last, (buys, sells) in columns
    ]
