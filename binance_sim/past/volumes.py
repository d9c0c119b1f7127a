"""How many trades, which quantity and which value a part of the past has.

Whatever is divided stays the same to the last digit. For that, each second has room: at least four trades of each
side, eight lots in each. Then every value between the bounds can be made of whole lots at whole ticks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from binance_sim.past.course import Course
from binance_sim.past.stretch import Tape

TRADES_A_SECOND, LOTS_A_TRADE = 4, 8
# What the trades at open, high, low and close can take away from a side's value, in price ranges for each second.
ROOM = 3
# A part has between these multiples of the usual number of trades. The usual size of a trade varies more.
QUIET, BUSY = 0.7, 1.6


@dataclass(frozen=True, slots=True)
class Activity:
    """What is usual: trades of both sides in a second, and lots in a trade."""

    trades: float
    lots: float

    @property
    def most_trades(self) -> int:
        """No second of the past has more trades on average than this."""
        return int(2 * max(self.trades * BUSY / 2, TRADES_A_SECOND)) + 1


def draw_tape(random: Random, activity: Activity, seconds: int) -> Tape:
    """The trades of one side in a part; their value is still missing."""
    busy = min(max(random.lognormvariate(0, 0.25), QUIET), BUSY)
    count = max(int(activity.trades / 2 * busy * seconds), TRADES_A_SECOND * seconds)
    lots = max(activity.lots * random.lognormvariate(0, 0.3), LOTS_A_TRADE + 1)
    return Tape(count, int(count * lots), 0)


def divide_tape(random: Random, whole: Tape, parts: int, seconds: int) -> list[Tape]:
    """The trades of one side in equal parts of `seconds` each; their values are still missing."""
    least = TRADES_A_SECOND * seconds
    weights = [0.5 + random.random() for _ in range(parts)]
    counts = [least + more for more in divide(whole.count - least * parts, weights)]
    sizes = [weight * (0.5 + random.random()) for weight in weights]
    extra = divide(whole.qty - LOTS_A_TRADE * whole.count, sizes)
    return [Tape(count, LOTS_A_TRADE * count + more, 0) for count, more in zip(counts, extra, strict=True)]


def divide(total: int, weights: Sequence[float]) -> list[int]:
    """`total` in whole numbers, about in proportion to the weights."""
    scale, passed, given, parts = total / sum(weights), 0.0, 0, []
    for weight in weights[:-1]:
        passed += weight
        upto = min(int(passed * scale), total)
        parts.append(upto - given)
        given = upto
    return [*parts, total - given]


def value_bounds(tape: Tape, high: int, low: int, seconds: int) -> tuple[int, int]:
    """The lowest and the highest value that the trades of a part can have."""
    room = ROOM * (high - low) * seconds
    return tape.qty * low + room, tape.qty * high - room


def divide_value(total: int, tapes: Sequence[Tape], course: Course, seconds: int) -> bool:
    """Give the parts of one side their shares of the value; False if the prices of the course do not allow it."""
    bounds = [
        value_bounds(tape, high, low, seconds) for tape, high, low in zip(tapes, course.highs, course.lows, strict=True)
    ]
    least, most = sum(low for low, _ in bounds), sum(high for _, high in bounds)
    if not least <= total <= most:
        return False
    spread, wanted, passed, given = most - least, total - least, 0, 0
    for tape, (low, high) in zip(tapes, bounds, strict=True):
        passed += high - low
        upto = wanted * passed // spread if spread else 0
        tape.value = low + upto - given
        given = upto
    return True
