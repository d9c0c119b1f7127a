"""The command line of the embedded exchange, for `lotkeeper paper` and `python -m lotkeeper.paper`."""

import asyncio
import ctypes
import math
import os
import signal
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import orjson

from lotkeeper.paper.api.keys import KeyFileError
from lotkeeper.paper.numbers import NotANumberError, amount
from lotkeeper.paper.settings import DAY_S, Settings, prepare
from lotkeeper.paper.sources.capture import CaptureError
from lotkeeper.paper.symbols.rules import SymbolError

SECRET_VARIABLE = "LOTKEEPER_PAPER_API_SECRET"  # noqa: S105 - the name of a variable, not a secret
PR_SET_PDEATHSIG = 1
FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)


def read_amount(text: str) -> Decimal:
    """A plain decimal number, zero or above; raises click.BadParameter."""
    try:
        found = amount(text)
    except NotANumberError as error:
        raise click.BadParameter(str(error)) from error
    if found < 0:
        raise click.BadParameter(f"{text} is below zero.")
    return found


def to_amount(ctx: click.Context, param: click.Parameter, value: str) -> Decimal:
    return read_amount(value)


def to_speed(ctx: click.Context, param: click.Parameter, value: str) -> float:
    """A multiple of real time above zero; `max` is infinity."""
    if value == "max":
        return math.inf
    speed = float(read_amount(value))
    if not speed:
        raise click.BadParameter(f"{value} is not above zero; `max` is as fast as those who listen.")
    return speed


def to_balances(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, Decimal]:
    pairs = [value.partition("=") for value in values]
    for asset, separator, _ in pairs:
        if not asset or not separator:
            raise click.BadParameter(f"{asset!r} is not of the form USDT=100000.")
    return {asset: read_amount(text) for asset, _, text in pairs}


OPTIONS: tuple[click.Option, ...] = (
    click.Option(["--port"], type=click.IntRange(0, 65_535), default=0, help="Port on 127.0.0.1; 0 takes a free one."),
    click.Option(["--seed"], default="1", show_default=True, help="Same seed, same prices and same trader."),
    click.Option(["--replay"], type=FILE, multiple=True, help="Recorded market data instead of a walk; repeatable."),
    click.Option(
        ["--speed"], callback=to_speed, default="1", help="Multiple of real time, or max: as fast as those who listen."
    ),
    click.Option(["--api-key"], help="The account's API key; random if not given."),
    click.Option(["--api-secret"], envvar=SECRET_VARIABLE, help="Its secret; better given by this variable."),
    click.Option(["--public-key"], type=FILE, help="PEM of an Ed25519 or RSA key that may sign as well."),
    click.Option(["--ed25519-key"], type=NEW_FILE, help="A private key that may sign; made if the file is not there."),
    click.Option(["--rsa-key"], type=NEW_FILE, help="A private key that may sign; made if the file is not there."),
    click.Option(["--symbol", "symbols"], multiple=True, metavar="S", help="A trade pair; repeatable."),
    click.Option(["--symbols", "symbols_file"], type=FILE, help="An exchangeInfo answer that describes the pairs."),
    click.Option(["--trader"], is_flag=True, help="Have a simulated trader buy."),
    click.Option(["--buy-every"], type=click.FloatRange(min=0.001), default=1.5, help="Seconds between its orders."),
    click.Option(["--maker-fee"], callback=to_amount, default="0.001", show_default=True, help="As a fraction."),
    click.Option(["--taker-fee"], callback=to_amount, default="0.001", show_default=True, help="As a fraction."),
    click.Option(
        ["--balance", "balances"], callback=to_balances, multiple=True, help="Funds at the start; repeatable."
    ),
    click.Option(["--bnb-fees"], is_flag=True, help="Pay commissions in BNB, with the discount, while there is any."),
    click.Option(["--journal"], type=NEW_FILE, help="Write all that comes, goes and happens to this file."),
    click.Option(
        ["--depth"], callback=to_amount, default="200", help="Size of the best level, in smallest order values."
    ),
    click.Option(["--step-ms"], type=click.FloatRange(min=1), default=100.0, help="Time between steps of the walk."),
    click.Option(["--paused"], is_flag=True, help="Hold prices back until a control call starts them."),
    click.Option(["--reply-first"], is_flag=True, help="Events come after the reply to what caused them, not before."),
    click.Option(["--ping-every"], type=click.FloatRange(min=0.05), default=20.0, help="Seconds between pings."),
    click.Option(["--life"], type=click.FloatRange(min=0.1), default=DAY_S, help="Seconds that a socket may last."),
    click.Option(["--weight-limit"], type=click.IntRange(0), default=6000, help="Request weight a minute; 0: none."),
    click.Option(["--order-limit"], type=click.IntRange(0), default=100, help="Orders in ten seconds; 0: none."),
    click.Option(
        ["--connection-limit"], type=click.IntRange(0), default=300, help="Socket attempts in five minutes; 0: none."
    ),
    click.Option(
        ["--message-limit"], type=click.IntRange(0), default=5, help="Messages a second to a market socket; 0: none."
    ),
    click.Option(["--parent-pid"], type=int, hidden=True),
)


def build_command() -> click.Command:
    """The command `paper`."""
    text = "The embedded exchange alone: Binance spot's protocol on loopback. Prints one JSON line when it is ready."
    return click.Command(
        "paper", params=list(OPTIONS), callback=run, help=text, short_help="The embedded exchange alone."
    )


def run(parent_pid: int | None, **options: Any) -> None:
    """Serve until SIGINT or SIGTERM; raises click's exceptions for what cannot be started."""
    if parent_pid is not None:
        die_with(parent_pid)
    given = {name: value for name, value in options.items() if value is not None}
    settings = Settings(**given)
    from lotkeeper.paper.server import serve

    try:
        stage = prepare(settings)
        asyncio.run(serve(settings, stage, announce))
    except (SymbolError, CaptureError, KeyFileError) as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        if error.filename:
            raise click.UsageError(f"{error.filename}: {error.strerror}") from error
        raise click.ClickException(f"cannot listen on 127.0.0.1:{settings.port}: {error.strerror}") from error


def announce(ready: dict[str, Any]) -> None:
    sys.stdout.write(orjson.dumps(ready).decode() + "\n")
    sys.stdout.flush()


def die_with(parent_pid: int) -> None:
    """Have the kernel end this process when the thread that started it is gone; end now if it already is."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent_pid:
        sys.exit(0)
