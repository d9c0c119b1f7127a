"""Exact arithmetic on prices and quantities: Decimal in, Decimal out, never a float."""

from decimal import Context, Decimal, InvalidOperation
from fractions import Fraction

ZERO = Decimal(0)

# Wide enough that no product or sum of exchange amounts (at most 20 digits each) is ever rounded.
EXACT = Context(prec=60)


class NotANumberError(ValueError):
    """The text is not a finite decimal number."""


def amount(text: str) -> Decimal:
    """The decimal number that `text` writes out; raises NotANumberError for anything else, NaN and Infinity too."""
    try:
        value = Decimal(text)
    except (InvalidOperation, TypeError, ValueError) as error:
        raise NotANumberError(f"{text!r} is not a decimal number") from error
    if not value.is_finite():
        raise NotANumberError(f"{text!r} is not a finite number")
    return value


def floor_to(value: Decimal, step: Decimal) -> Decimal:
    """`value` rounded down to a multiple of `step`; a step of zero means that there is no step.

    `//` is exact where `int(n / step)` is not: division rounds at the context's precision, so that
    0.99999999999999999999999999999 / 1 becomes 1.
    """
    return EXACT.multiply(EXACT.divide_int(value, step), step) if step else value


def ceil_to(value: Fraction, step: Decimal) -> Decimal:
    """The lowest multiple of `step` (above zero) that is not under the exact `value`."""
    multiples = -(-value // Fraction(step))
    return EXACT.multiply(Decimal(multiples), step)


def plain(value: Decimal) -> str:
    """`value` in plain digits, no exponent and no trailing zeros: what the exchange accepts and a person reads."""
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text
