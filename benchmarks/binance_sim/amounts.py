"""What amounts cost: Decimal, as the simulator uses it, beside whole numbers of 0.00000001."""

import timeit
from collections.abc import Callable
from decimal import Decimal

from binance_sim.numbers import format_amount, quote_amount

ATOMS = 10**8
TIMES, TURNS = 50_000, 7
PRICE, QTY = Decimal("60000.01000000"), Decimal("0.00123000")
SCALED_PRICE, SCALED_QTY = 6_000_001_000_000, 123_000
LEVELS, SCALED_LEVELS = {Decimal("60000.01"): 1}, {SCALED_PRICE: 1}


def written(value: int) -> str:
    return f"{value // ATOMS}.{value % ATOMS:08d}"


def read(text: str) -> int:
    whole, _, fraction = text.partition(".")
    return int(whole) * ATOMS + int(fraction.ljust(8, "0"))


PAIRS: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
    "read from text": (lambda: Decimal("60000.01"), lambda: read("60000.01")),
    "written with eight decimals": (lambda: format_amount(PRICE), lambda: written(SCALED_PRICE)),
    "price times quantity, cut": (lambda: quote_amount(PRICE, QTY), lambda: SCALED_PRICE * SCALED_QTY // ATOMS),
    "added": (lambda: PRICE + QTY, lambda: SCALED_PRICE + SCALED_QTY),
    "compared": (lambda: PRICE < QTY, lambda: SCALED_PRICE < SCALED_QTY),
    "a level found by its price": (lambda: LEVELS[PRICE], lambda: SCALED_LEVELS[SCALED_PRICE]),
}


def nanoseconds(work: Callable[[], object]) -> float:
    """The best of some runs, less the call of an empty function."""
    return (_best(work) - _best(lambda: None)) / TIMES * 1e9


def _best(work: Callable[[], object]) -> float:
    return min(timeit.repeat(work, number=TIMES, repeat=TURNS))


def table() -> str:
    rows = (f"| {name} | {nanoseconds(one):.0f} | {nanoseconds(other):.0f} |" for name, (one, other) in PAIRS.items())
    return "\n".join(("| amounts, ns | Decimal | whole number |\n|---|---|---|", *rows))
