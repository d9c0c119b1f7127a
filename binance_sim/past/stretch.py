"""A stretch of the past in whole numbers: prices in ticks, quantities in lots, values in ticks times lots."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(slots=True)
class Tape:
    """The trades of one taker side: how many, their quantity and their value."""

    count: int
    qty: int
    value: int


@dataclass(slots=True)
class Stretch:
    """The trades from second `start` to before second `end` (since 1970): first, highest, lowest and last price."""

    start: int
    end: int
    open: int
    high: int
    low: int
    close: int
    buys: Tape
    sells: Tape
    first_id: int = 0

    @property
    def seconds(self) -> int:
        return self.end - self.start

    @property
    def count(self) -> int:
        return self.buys.count + self.sells.count

    @property
    def last_id(self) -> int:
        return self.first_id + self.count - 1


def number_trades(stretches: Iterable[Stretch], first_id: int) -> None:
    """Give the trades of consecutive stretches consecutive ids."""
    for each in stretches:
        each.first_id = first_id
        first_id += each.count


def join_stretches(stretches: Iterable[Stretch]) -> Stretch | None:
    """One stretch from consecutive ones, None without any."""
    whole: Stretch | None = None
    for each in stretches:
        if whole is None:
            whole = _copy(each)
            continue
        whole.end, whole.close = each.end, each.close
        whole.high, whole.low = max(whole.high, each.high), min(whole.low, each.low)
        _add(whole.buys, each.buys)
        _add(whole.sells, each.sells)
    return whole


def _copy(each: Stretch) -> Stretch:
    buys, sells = Tape(0, 0, 0), Tape(0, 0, 0)
    _add(buys, each.buys)
    _add(sells, each.sells)
    return Stretch(each.start, each.end, each.open, each.high, each.low, each.close, buys, sells, each.first_id)


def _add(tape: Tape, other: Tape) -> None:
    tape.count += other.count
    tape.qty += other.qty
    tape.value += other.value
