"""Amounts and counts as a person reads them."""

from fractions import Fraction


def amount(value: Fraction) -> str:
    """Plain digits, at most ten after the point, without trailing zeros."""
    text = f"{round(value * 10**10)}".rjust(12, "0") if value >= 0 else f"-{amount(-value)}"
    if value < 0:
        return text
    whole, rest = text[:-10].lstrip("0") or "0", text[-10:].rstrip("0")
    return f"{whole}.{rest}" if rest else whole


def times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
