"""The trades of one second of the past, which have exactly its prices, quantities and values."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from binance_sim.past.stretch import Stretch, Tape

Trade = tuple[int, int]  # price in ticks, quantity in lots


@dataclass(frozen=True, slots=True)
class TakerTrade:
    """A trade of the past: price in ticks, quantity in lots, and whether its taker bought."""

    price: int
    qty: int
    buys: bool


def trades_of(second: Stretch, seed: str) -> list[TakerTrade]:
    """The trades in their order: the first at the open, the last at the close, high and low in between.

    Takers buy at the high and sell at the low; which side has the first trade is drawn.
    """
    random = Random(f"{seed}/{second.start}/trades")
    first, last = (True, False) if random.random() < 0.5 else (False, True)
    ends = {first: second.open, last: second.close}
    extremes = {True: second.high, False: second.low}
    middle = [TakerTrade(extremes[buys], 1, buys) for buys in (True, False)]
    for buys, tape in ((True, second.buys), (False, second.sells)):
        rest = Tape(tape.count - 2, tape.qty - 2, tape.value - ends[buys] - extremes[buys])
        middle += [TakerTrade(price, qty, buys) for price, qty in _fill(random, rest, second)]
    random.shuffle(middle)
    return [TakerTrade(second.open, 1, first), *middle, TakerTrade(second.close, 1, last)]


def _fill(random: Random, rest: Tape, second: Stretch) -> Iterator[Trade]:
    """`rest.count` trades of that quantity and value: pairs around the average, the remainder at the average.

    The average is no whole number of ticks: `off` lots trade one tick above it (below, if negative).
    """
    average, off = divmod(rest.value, rest.qty)
    if 2 * off > rest.qty:
        average, off = average + 1, off - rest.qty
    pairs = (rest.count - 2) // 2
    reach = min(average - second.low, second.high - average)
    largest = (rest.qty // 2 - 3) // (2 * pairs) if pairs else 0
    for _ in range(pairs):
        qty, distance = random.randint(1, largest), random.randint(0, reach)
        yield average + distance, qty
        yield average - distance, qty
        rest = Tape(rest.count - 2, rest.qty - 2 * qty, 0)
    if off:
        yield average + (1 if off > 0 else -1), abs(off)
        rest = Tape(rest.count - 1, rest.qty - abs(off), 0)
    for left in range(rest.count, 1, -1):
        part = random.randint(1, rest.qty - left + 1)
        yield average, part
        rest = Tape(left - 1, rest.qty - part, 0)
    yield average, rest.qty
