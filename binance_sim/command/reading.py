"""Values on the command line, read with a sentence for what is wrong."""

import math
from decimal import Decimal

import click

from binance_sim.numbers import NotANumberError, amount


def read_amount(text: str) -> Decimal:
    """A plain decimal number, zero or above; raises click.BadParameter."""
    try:
        found = amount(text)
    except NotANumberError as error:
        raise click.BadParameter(str(error)) from error
    if found < 0:
        raise click.BadParameter(f"{text} is below zero.")
    return found


def to_fraction(ctx: click.Context, param: click.Parameter, value: str) -> Decimal:
    """A commission, below one; raises click.BadParameter."""
    found = read_amount(value)
    if found >= 1:
        raise click.BadParameter(f"{value} is not below 1: a fraction is wanted, 0.001 for a tenth of a percent.")
    return found


def to_size(ctx: click.Context, param: click.Parameter, value: str) -> Decimal:
    """An amount above zero; raises click.BadParameter."""
    found = read_amount(value)
    if not found:
        raise click.BadParameter(f"{value} is not above zero.")
    return found


def to_speed(ctx: click.Context, param: click.Parameter, value: str) -> float:
    """A multiple of real time above zero; `max` is infinity."""
    if value == "max":
        return math.inf
    speed = float(read_amount(value))
    if not speed:
        raise click.BadParameter(f"{value} is not above zero; `max` is as fast as those who listen.")
    return speed


def to_balances(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, Decimal]:
    pairs = {value: value.partition("=") for value in values}
    for value, (asset, separator, _) in pairs.items():
        if not asset or not separator:
            raise click.BadParameter(f"{value!r} is not of the form USDT=100000.")
    return {asset: read_amount(text) for asset, _, text in pairs.values()}


def fraction(name: str, usual: str, text: str) -> click.Option:
    return click.Option([name], metavar="R", callback=to_fraction, default=usual, show_default=True, help=text)
