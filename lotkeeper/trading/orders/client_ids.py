"""Client order ids of our SELLs: derived, never random, so that a SELL on the book tells which lot it belongs to.

A SELL that is an order list (OCO) has two orders: the LIMIT_MAKER above has the SELL's id, the stop below has it with
"s" at its end, and the list itself with "l". Both orders name the same SELL.

A SELL that a person asked for with `lotkeeper sell` has an "m" at its end: the exchange alone tells it from the others.
A BUY that a person asked for with `lotkeeper buy` begins with "lkb", and names no lot. Where the BUY pays for its SELL
(OPO), one request places both, and the SELL is named before the BUY has an order id: its name is that of the BUY with
"-s" at its end, and that of their list the same with "-l". So it names its BUY, and the exchange tells that BUY's lot.

The id of a cancel is that of its SELL with "-x". Binance reports a cancelled order under the id of its cancel
(rest-api.md, "Cancel order"): so we can still tell its lot, and that we cancelled it.
"""

import re
from dataclasses import dataclass

PREFIX = "lk1"
MAX_CHARACTERS = 36  # Binance: ^[a-zA-Z0-9-_]{1,36}$
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
# One SELL has one name: leading zeros would give a second text for the same number.
_PATTERN = re.compile(rf"{PREFIX}-(0|[1-9a-z][0-9a-z]*)-([1-9][0-9]*)([sm]?)")
_CANCEL = "-x"
_STOP = "s"
_LIST = "l"
_INSTRUCTED = "m"
_BUY_CANCEL = "lkx"
_PURCHASE = "lkb"
_PURCHASE_PATTERN = re.compile(rf"{_PURCHASE}-[0-9a-z]+-[0-9a-z]+-[0-9]+")
_PAID_SELL = "-s"
_PAID_LIST = "-l"
_PAID_GENERATION = 0  # no SELL that is placed alone has it


@dataclass(frozen=True, slots=True)
class SellName:
    """Which SELL of which lot."""

    buy_order_id: int  # of the lot's BUY; unique per symbol
    generation: int  # counts the SELLs of the lot, from 1; no two of a lot have the same
    is_instructed: bool = False  # whether it carries out a person's sell instruction
    purchase: str = ""  # client order id of the BUY that pays for it; empty: it was placed alone

    @property
    def is_paid(self) -> bool:
        """Whether the exchange placed it with what its BUY brought (OPO)."""
        return bool(self.purchase)


def paid_sell_name(buy_order_id: int, purchase: str) -> SellName:
    """The SELL that the BUY of a purchase pays for. A lot has one at most."""
    return SellName(buy_order_id, _PAID_GENERATION, purchase=purchase)


def client_order_id(name: SellName) -> str:
    """The client order id of a SELL, within Binance's 36 characters."""
    if name.purchase:
        return paid_sell_id(name.purchase)
    if name.buy_order_id < 0 or name.generation < 1:
        raise ValueError(f"no client order id for {name}")
    return _checked_length(
        f"{PREFIX}-{_base36(name.buy_order_id)}-{name.generation}{_INSTRUCTED if name.is_instructed else ''}"
    )


def sell_name(client_id: str) -> SellName | None:
    """The SELL that a client order id names; None if the id is not one of ours."""
    match = _PATTERN.fullmatch(client_id) if len(client_id) <= MAX_CHARACTERS else None
    return SellName(int(match[1], 36), int(match[2]), match[3] == _INSTRUCTED) if match else None


def stop_id(name: SellName) -> str:
    """The client order id of the stop of a SELL that is an order list."""
    return _checked_length(client_order_id(name) + _STOP)


def order_list_id(name: SellName) -> str:
    """The client id of the order list of a SELL."""
    return _checked_length(client_order_id(name) + _LIST)


def names_stop(client_id: str) -> bool:
    """Whether a client order id of ours is that of a stop."""
    match = _PATTERN.fullmatch(client_id) if client_id.endswith(_STOP) else None
    return match is not None and match[3] == _STOP


def cancel_id(name: SellName) -> str:
    """The client order id of the request that cancels a SELL."""
    return _checked_length(client_order_id(name) + _CANCEL)


def purchase_client_id(day: int, digest: int, number: int) -> str:
    """The client order id of a BUY that a person asked for: the day (since 1970, UTC), what was asked for, its number.

    It names no lot: the lot of a BUY has the exchange's order id.
    """
    return _checked_length(f"{_PURCHASE}-{_base36(day)}-{_base36(digest)}-{number}")


def is_purchase(client_id: str) -> bool:
    """Whether it is the name of a BUY that a person asked for with `lotkeeper buy`."""
    return client_id.startswith(_PURCHASE) and _PURCHASE_PATTERN.fullmatch(client_id) is not None


def paid_sell_id(purchase: str) -> str:
    """The client order id of the SELL that the BUY of this client order id pays for."""
    return _checked_length(purchase + _PAID_SELL)


def paid_list_id(purchase: str) -> str:
    """The client id of the order list of the two."""
    return _checked_length(purchase + _PAID_LIST)


def purchase_of(client_id: str) -> str:
    """The client order id of the BUY that pays for the SELL of this name, or of this cancel; empty for any other."""
    name = client_id.removesuffix(_CANCEL)
    purchase = name.removesuffix(_PAID_SELL) if name.endswith(_PAID_SELL) else ""
    return purchase if is_purchase(purchase) else ""


def is_ours(client_id: str) -> bool:
    """Whether it is the name of a SELL of ours, or of the cancel of one."""
    return bool(sell_name(client_id) or cancelled_sell_name(client_id) or purchase_of(client_id))


def is_cancel(client_id: str) -> bool:
    """Whether it is the id of a cancel of a SELL of ours."""
    is_of_paid = client_id.endswith(_CANCEL) and bool(purchase_of(client_id))
    return is_of_paid or cancelled_sell_name(client_id) is not None


def buy_cancel_id(order_id: int) -> str:
    """The client order id of the request that cancels a BUY, which has a name of its owner's."""
    return f"{_BUY_CANCEL}-{_base36(order_id)}"


def cancelled_sell_name(client_id: str) -> SellName | None:
    """The SELL that the id of a cancel of ours names; None if it is no such id."""
    return sell_name(client_id.removesuffix(_CANCEL)) if client_id.endswith(_CANCEL) else None


def _checked_length(text: str) -> str:
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"{text} is longer than {MAX_CHARACTERS} characters")
    return text


def _base36(number: int) -> str:
    digits = ""
    while number >= 36:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return _DIGITS[number] + digits
