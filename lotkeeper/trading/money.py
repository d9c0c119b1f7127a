"""Exact arithmetic on prices and quantities: Decimal in, Decimal out, never a float.

Quotients stay a numerator and a denominator until the one rounding at the end, which says its direction.
"""

from collections.abc import Iterable
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from functools import reduce
from typing import NamedTuple

ZERO = Decimal(0)
ONE = Decimal(1)

# Wide enough that no product or sum of exchange amounts (at most 20 digits each) is ever rounded.
EXACT = Context(prec=60)
# As wide as anything can get here, and it raises an error instead of rounding: no digit of money is lost unseen.
STRICT = Context(prec=999, traps=[InvalidOperation, DivisionByZero, Overflow, Inexact])


class NotANumberError(ValueError):
    """The text is not a finite decimal number."""


class Ratio(NamedTuple):
    """An exact quotient that is never divided out."""

    numerator: Decimal
    denominator: Decimal = ONE  # above zero

    def is_less_than(self, other: "Ratio") -> bool:
        """Whether it is less than the other (`<` would compare the two as tuples)."""
        return STRICT.multiply(self.numerator, other.denominator) < STRICT.multiply(other.numerator, self.denominator)

    def plus(self, other: "Ratio") -> "Ratio":
        """Their sum."""
        numerator = STRICT.add(
            STRICT.multiply(self.numerator, other.denominator), STRICT.multiply(other.numerator, self.denominator)
        )
        return Ratio(numerator, STRICT.multiply(self.denominator, other.denominator))

    def divided_by(self, other: "Ratio") -> "Ratio":
        """Their quotient; the other is above zero."""
        return Ratio(
            STRICT.multiply(self.numerator, other.denominator), STRICT.multiply(self.denominator, other.numerator)
        )


def larger(one: Ratio, other: Ratio) -> Ratio:
    """The larger of two quotients."""
    return other if one.is_less_than(other) else one


def amount(text: str) -> Decimal:
    """The decimal number in `text`; raises NotANumberError for anything else, also for NaN and Infinity."""
    try:
        value = Decimal(text)
    except (InvalidOperation, TypeError, ValueError) as error:
        raise NotANumberError(f"{text!r} is not a decimal number") from error
    if not value.is_finite():
        raise NotANumberError(f"{text!r} is not a finite number")
    return value


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum."""
    return reduce(STRICT.add, amounts, ZERO)


def product(*factors: Decimal) -> Decimal:
    """The exact product."""
    return reduce(STRICT.multiply, factors)


def less(value: Decimal, *parts: Decimal) -> Decimal:
    """`value` without the parts, exactly."""
    return reduce(STRICT.subtract, parts, value)


def floor_to(value: Decimal, step: Decimal) -> Decimal:
    """`value` rounded down to a multiple of `step`; a step of zero means that there is no step.

    `//` is exact where `int(n / step)` is not: division rounds at the context's precision, so that
    0.99999999999999999999999999999 / 1 becomes 1.
    """
    return STRICT.multiply(STRICT.divide_int(value, step), step) if step else value


def ratio_floor_to(value: Ratio, step: Decimal) -> Decimal:
    """The highest multiple of `step` (above zero) that is not over the exact `value`."""
    multiples, rest = STRICT.divmod(value.numerator, STRICT.multiply(value.denominator, step))
    return STRICT.multiply(STRICT.subtract(multiples, ONE) if rest < 0 else multiples, step)


def ratio_ceil_to(value: Ratio, step: Decimal) -> Decimal:
    """The lowest multiple of `step` (above zero) that is not under the exact `value`."""
    multiples, rest = STRICT.divmod(
        value.numerator, STRICT.multiply(value.denominator, step)
    )  # divmod cuts toward zero
    return STRICT.multiply(STRICT.add(multiples, ONE) if rest > 0 else multiples, step)


def plain(value: Decimal) -> str:
    """`value` in plain digits, no exponent and no trailing zeros: what the exchange accepts and a person reads."""
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def nearest_text(value: Decimal, step: Decimal, most: Decimal | None = None) -> str:
    """The multiples of `step` (above zero) on both sides of a value that is none, for people.

    One of zero, or over `most`, is not named.
    """
    below = floor_to(value, step)
    above = total((below, step))
    found = [each for each in (below, above) if each > 0 and (most is None or each <= most)]
    if not found:
        return ""
    return f"; the nearest {'are' if len(found) > 1 else 'is'} {' and '.join(map(plain, found))}"
