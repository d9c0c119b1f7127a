"""Kinds of command line options, and how their values are read. Commands of other programs may use them too."""

import math
from decimal import Decimal
from pathlib import Path

import click

from binance_sim.numbers import AmountError, parse_amount

READ_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
LONGEST_MS = 10_000


def flag(name: str, text: str) -> click.Option:
    return click.Option([name], is_flag=True, help=text)


def seconds(name: str, default: float, text: str, least: float = 0) -> click.Option:
    kind = click.FloatRange(min=least)
    return click.Option([name], metavar="SECONDS", type=kind, default=default, show_default=True, help=text)


def milliseconds(name: str, text: str) -> click.Option:
    """Up to ten seconds; by default none."""
    kind = click.FloatRange(0, LONGEST_MS)
    return click.Option([name], metavar="MS", type=kind, default=0.0, show_default=True, help=text)


def count(name: str, default: int, text: str) -> click.Option:
    return click.Option([name], metavar="N", type=click.IntRange(0), default=default, show_default=True, help=text)


def fraction(name: str, default: str, text: str) -> click.Option:
    return click.Option([name], metavar="R", callback=read_fraction, default=default, show_default=True, help=text)


def read_amount(text: str) -> Decimal:
    """A plain decimal number, zero or above; raises click.BadParameter."""
    try:
        value = parse_amount(text)
    except AmountError as error:
        raise click.BadParameter(str(error)) from error
    if value < 0:
        raise click.BadParameter(f"{text} is below zero.")
    return value


def read_fraction(_ctx: click.Context, _param: click.Parameter, text: str) -> Decimal:
    """A commission rate below one; raises click.BadParameter."""
    value = read_amount(text)
    if value >= 1:
        raise click.BadParameter(f"{text} is not below 1: a fraction is wanted, 0.001 for a tenth of a percent.")
    return value


def read_size(_ctx: click.Context, _param: click.Parameter, text: str) -> Decimal:
    """An amount above zero; raises click.BadParameter."""
    value = read_amount(text)
    if not value:
        raise click.BadParameter(f"{text} is not above zero.")
    return value


def read_speed(_ctx: click.Context, _param: click.Parameter, text: str) -> float:
    """A multiple of real time, above zero; `max` means infinity. Raises click.BadParameter."""
    if text == "max":
        return math.inf
    speed = float(read_amount(text))
    if not speed:
        raise click.BadParameter(f"{text} is not above zero; `max` is as fast as the clients can read.")
    return speed


def read_balances(_ctx: click.Context, _param: click.Parameter, texts: tuple[str, ...]) -> dict[str, Decimal]:
    """Amounts by asset, from texts such as USDT=100000; raises click.BadParameter."""
    parts = {text: text.partition("=") for text in texts}
    for text, (asset, separator, _) in parts.items():
        if not asset or not separator:
            raise click.BadParameter(f"{text!r} is not of the form USDT=100000.")
    return {asset: read_amount(amount) for asset, _, amount in parts.values()}
