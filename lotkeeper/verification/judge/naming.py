"""The lot of a SELL, by its client order id `lk1-<the BUY's order id in base 36>-<generation>`.

A SELL with a stop is two orders: the stop has the same id with `s` at its end. A SELL that its BUY pays for (OPO) has
the BUY's own id with `-s` at its end, and is in one order list with it.
"""

import re

_NAME = re.compile(r"lk1-([0-9a-z]+)-([0-9]+)(s?)")
_PAID = re.compile(r"lkb-[0-9a-z]+-[0-9a-z]+-[0-9]+-s")


def buy_order_id_of(client_id: str) -> int | None:
    """The order id of the BUY that a SELL names; None for a SELL that the service did not place."""
    match = _NAME.fullmatch(client_id)
    return int(match[1], 36) if match else None


def is_paid(client_id: str) -> bool:
    """Whether it is the name of a SELL that its BUY pays for."""
    return _PAID.fullmatch(client_id) is not None


def target_name_of(client_id: str) -> str | None:
    """The client order id of the target of a stop; None for every other order."""
    match = _NAME.fullmatch(client_id)
    return client_id[:-1] if match and match[3] else None


def is_service_cancel(client_id: str) -> bool:
    """Whether the service canceled: the id of the SELL with `-x` added. Any other id means a manual cancel."""
    name = client_id.removesuffix("-x")
    return client_id.endswith("-x") and (buy_order_id_of(name) is not None or is_paid(name))


def lot_name(buy_order_id: int) -> str:
    """The name of a lot: the client order ids of its SELLs without the generation."""
    digits, number = "", buy_order_id
    while True:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
        if not number:
            return f"lk1-{digits}"
