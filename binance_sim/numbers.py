"""How the exchange writes and rounds amounts: eight decimals on the wire, exact in between."""

from decimal import ROUND_DOWN, ROUND_UP, Decimal

from lotkeeper.trading.money import EXACT, ZERO, NotANumberError, amount, floor_to, plain

__all__ = ["ATOM", "EXACT", "ONE", "ZERO", "NotANumberError", "amount", "floor_to", "plain"]

ONE = Decimal(1)
ATOM = Decimal("0.00000001")


def wire(value: Decimal) -> str:
    """`value` as the exchange writes every price and quantity: plain digits, eight decimals."""
    return f"{value:.8f}"


NOTHING = wire(ZERO)


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


def decimals(value: Decimal) -> int:
    """Digits after the point, as written: 0.10 has two."""
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0
