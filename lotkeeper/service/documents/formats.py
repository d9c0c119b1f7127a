"""How amounts and times are written for people."""

from collections.abc import Mapping
from decimal import Decimal


def shorten(amount: str) -> str:
    """Rounded to two decimals from 100 on, to four from 0.01 on, else to eight; nothing is `0`, as on the page."""
    value = Decimal(amount)
    if not value:
        return "0"
    places = "0.01" if abs(value) >= 100 else "0.0001" if abs(value) >= Decimal("0.01") else "0.00000001"
    return f"{value.quantize(Decimal(places)):f}"


def duration(seconds: float) -> str:
    """A length of time in its two largest units, such as `2 h 5 m`."""
    whole = int(seconds)
    for unit, size, smaller, part in (("d", 86_400, "h", 3_600), ("h", 3_600, "m", 60), ("m", 60, "s", 1)):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // part} {smaller}"
    return f"{seconds:.1f} s" if seconds < 10 else f"{whole} s"


def fees_text(fees: Mapping[str, str]) -> str:
    """Amounts by asset, such as `0.0003 BNB, 1.2 USDT`."""
    return ", ".join(f"{amount} {asset}" for asset, amount in fees.items())


def moment(iso: str) -> str:
    """A time of a document (UTC) to the second, such as `2026-11-30 05:14:12`."""
    return iso[:19].replace("T", " ")


def with_sign(amount: str) -> str:
    """The amount, with a plus if it is above zero."""
    return f"+{amount}" if Decimal(amount) > 0 else amount


def facts_text(facts: Mapping[str, str]) -> str:
    """Figures by name, such as `price 70000, quantity 0.5`."""
    return ", ".join(f"{name} {value}" for name, value in facts.items())
