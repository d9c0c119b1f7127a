"""How the exchange writes and rounds amounts: eight decimals when they are sent, exact in between."""

from decimal import ROUND_DOWN, ROUND_UP, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow

ZERO, ONE = Decimal(0), Decimal(1)
# The smallest amount that the exchange writes.
ATOM = Decimal("0.00000001")
# Wide enough that no product or sum of exchange amounts (at most 20 digits each) is ever rounded.
EXACT = Context(prec=60)
# Raises an error instead of rounding.
STRICT = Context(prec=999, traps=[InvalidOperation, DivisionByZero, Overflow, Inexact])


class AmountError(ValueError):
    """The text is not a finite decimal number."""


def parse_amount(text: str) -> Decimal:
    """The decimal number in `text`; raises AmountError for anything else, also for NaN and Infinity."""
    try:
        value = Decimal(text)
    except (InvalidOperation, TypeError, ValueError) as error:
        raise AmountError(f"{text!r} is not a decimal number") from error
    if not value.is_finite():
        raise AmountError(f"{text!r} is not a finite number")
    return value


def floor_to(value: Decimal, step: Decimal) -> Decimal:
    """`value` rounded down to a multiple of `step`; a step of zero means that there is no step."""
    return STRICT.multiply(STRICT.divide_int(value, step), step) if step else value


def format_plain(value: Decimal) -> str:
    """`value` in plain digits, without exponent and trailing zeros."""
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def format_amount(value: Decimal) -> str:
    """`value` as the exchange writes every price and quantity: plain digits, eight decimals."""
    return f"{value:.8f}"


ZERO_TEXT = format_amount(ZERO)


def down(value: Decimal) -> Decimal:
    return value.quantize(ATOM, ROUND_DOWN, EXACT)


def up(value: Decimal) -> Decimal:
    return value.quantize(ATOM, ROUND_UP, EXACT)


def quote_amount(price: Decimal, qty: Decimal) -> Decimal:
    """What `qty` costs at `price`, rounded down to eight decimals: quote assets are no finer."""
    return down(EXACT.multiply(price, qty))


def quote_ceiling(price: Decimal, qty: Decimal) -> Decimal:
    """The most that `qty` can cost at `price` or better, however it is split: rounded up to eight decimals."""
    return up(EXACT.multiply(price, qty))


def decimal_places(value: Decimal) -> int:
    """Digits after the point, as written: 0.10 has two."""
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0
