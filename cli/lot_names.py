"""The names of a lot, as log lines and messages have them."""

import re

import click

from lotkeeper.trading.orders.client_ids import SellName, client_order_id

_LOT = re.compile(r"([A-Z0-9]+)-([0-9]+)")


def lot_words(lot: str) -> tuple[str, ...]:
    """What stands wherever it is about this lot: its name, or the client order id of a SELL without its generation.

    Raises UsageError for what is no name of a lot.
    """
    match = _LOT.fullmatch(lot.upper())
    if match is None:
        raise click.UsageError(f"{lot!r} is no lot; a lot is named by its pair and its BUY, such as BTCUSDT-7")
    return match[0], client_order_id(SellName(int(match[2]), 1)).rpartition("-")[0]
