"""The command line of the embedded exchange, for `lotkeeper paper` and `python -m lotkeeper.paper`."""

import asyncio
import ctypes
import os
import signal
import sys
from pathlib import Path
from typing import Any

import click
import orjson
from click.core import ParameterSource

from lotkeeper.paper.api.signatures import KeyFileError
from lotkeeper.paper.judge.options import CHECK_NAMES, CHECK_OPTIONS, check
from lotkeeper.paper.reading_options import to_balances, to_fraction, to_size, to_speed
from lotkeeper.paper.settings import DAY_S, Settings, prepare
from lotkeeper.paper.sources.capture import CaptureError
from lotkeeper.paper.state.shelf import StateError
from lotkeeper.paper.symbols.rules import SymbolError

SECRET_VARIABLE = "LOTKEEPER_PAPER_API_SECRET"  # noqa: S105 - the name of a variable, not a secret
PR_SET_PDEATHSIG = 1
FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)


SERVE_OPTIONS: tuple[click.Option, ...] = (
    click.Option(
        ["--port"],
        metavar="N",
        type=click.IntRange(0, 65_535),
        default=0,
        show_default=True,
        help="Port on 127.0.0.1; 0 takes a free one.",
    ),
    click.Option(
        ["--seed"], metavar="S", default="1", show_default=True, help="Same seed, same prices and same trader."
    ),
    click.Option(["--replay"], type=FILE, multiple=True, help="Recorded market data instead of a walk; repeatable."),
    click.Option(
        ["--speed"],
        metavar="N|max",
        callback=to_speed,
        default="1",
        show_default=True,
        help="Multiple of real time, or max: as fast as those who listen.",
    ),
    click.Option(["--api-key"], metavar="K", help="The account's API key; random if not given."),
    click.Option(
        ["--api-secret"], metavar="S", envvar=SECRET_VARIABLE, help=f"Its secret; better given by {SECRET_VARIABLE}."
    ),
    click.Option(["--public-key"], type=FILE, help="PEM of an Ed25519 or RSA key that may sign as well."),
    click.Option(["--ed25519-key"], type=NEW_FILE, help="A private key that may sign; made if the file is not there."),
    click.Option(["--rsa-key"], type=NEW_FILE, help="A private key that may sign; made if the file is not there."),
    click.Option(["--symbol", "symbols"], multiple=True, metavar="S", help="A trade pair; repeatable."),
    click.Option(["--symbols", "symbols_file"], type=FILE, help="An exchangeInfo answer that describes the pairs."),
    click.Option(["--trader"], is_flag=True, help="Have a simulated trader buy."),
    click.Option(
        ["--buy-every"],
        metavar="SECONDS",
        type=click.FloatRange(min=0.001),
        default=1.5,
        show_default=True,
        help="Seconds between its orders.",
    ),
    click.Option(
        ["--maker-fee"], metavar="R", callback=to_fraction, default="0.001", show_default=True, help="As a fraction."
    ),
    click.Option(
        ["--taker-fee"], metavar="R", callback=to_fraction, default="0.001", show_default=True, help="As a fraction."
    ),
    click.Option(
        ["--balance", "balances"],
        metavar="ASSET=N",
        callback=to_balances,
        multiple=True,
        help="Funds at the start; repeatable.",
    ),
    click.Option(["--bnb-fees"], is_flag=True, help="Pay commissions in BNB, with the discount, while there is any."),
    click.Option(
        ["--state"], type=NEW_FILE, help="Keep accounts, keys, orders and trades in this file, and take them up again."
    ),
    click.Option(["--journal"], type=NEW_FILE, help="Write all that comes, goes and happens to this file."),
    click.Option(
        ["--depth"],
        metavar="N",
        callback=to_size,
        default="200",
        show_default=True,
        help="Size of the best level, in smallest order values.",
    ),
    click.Option(
        ["--step-ms"],
        metavar="MS",
        type=click.FloatRange(min=1),
        default=100.0,
        show_default=True,
        help="Time between steps of the walk.",
    ),
    click.Option(["--paused"], is_flag=True, help="Hold prices back until a control call starts them."),
    click.Option(["--reply-first"], is_flag=True, help="Events come after the reply to what caused them, not before."),
    click.Option(
        ["--ping-every"],
        metavar="SECONDS",
        type=click.FloatRange(min=0.05),
        default=20.0,
        show_default=True,
        help="Seconds between pings.",
    ),
    click.Option(
        ["--pong-within"],
        metavar="SECONDS",
        type=click.FloatRange(min=0.05),
        default=60.0,
        show_default=True,
        help="A socket whose client answers no ping for so long is cut.",
    ),
    click.Option(
        ["--life"],
        metavar="SECONDS",
        type=click.FloatRange(min=0.1),
        default=DAY_S,
        show_default=True,
        help="Seconds that a socket may last.",
    ),
    click.Option(
        ["--weight-limit"],
        metavar="N",
        type=click.IntRange(0),
        default=6000,
        show_default=True,
        help="Request weight a minute; 0: none.",
    ),
    click.Option(
        ["--order-limit"],
        metavar="N",
        type=click.IntRange(0),
        default=100,
        show_default=True,
        help="Orders in ten seconds; 0: none.",
    ),
    click.Option(
        ["--connection-limit"],
        metavar="N",
        type=click.IntRange(0),
        default=300,
        show_default=True,
        help="Socket attempts in five minutes; 0: none.",
    ),
    click.Option(
        ["--message-limit"],
        metavar="N",
        type=click.IntRange(0),
        default=5,
        show_default=True,
        help="Messages a second to a market socket; 0: none.",
    ),
    click.Option(["--parent-pid"], type=int, hidden=True),
)


class PaperCommand(click.Command):
    """Its help has the options of the judge apart."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        judging = {id(option) for option in CHECK_OPTIONS}
        for title, wanted in (("Options", False), ("With --check, which judges a journal instead of serving", True)):
            found = [param.get_help_record(ctx) for param in self.get_params(ctx) if (id(param) in judging) == wanted]
            with formatter.section(title):
                formatter.write_dl([row for row in found if row is not None])


def build_command() -> click.Command:
    """The command `paper`."""
    text = "The embedded exchange alone: Binance spot's protocol on loopback. Prints one JSON line when it is ready."
    params: list[click.Parameter] = [*SERVE_OPTIONS, *CHECK_OPTIONS]
    return PaperCommand("paper", params=params, callback=run, help=text, short_help="The embedded exchange alone.")


@click.pass_context
def run(ctx: click.Context, /, **options: Any) -> None:
    """Judge a journal, or serve; raises click's exceptions for options that do not go together."""
    is_check = options["check"] is not None
    refuse_foreign(ctx, is_check)
    if is_check:
        ctx.exit(check(options))
    run_server(**{name: value for name, value in options.items() if name not in CHECK_NAMES})


def refuse_foreign(ctx: click.Context, is_check: bool) -> None:
    """Options of the other mode have no meaning; raises click.UsageError."""
    foreign = ", ".join(flag_of(ctx, name) for name in given(ctx) if (name in CHECK_NAMES) != is_check)
    if foreign and is_check:
        raise click.UsageError(f"no meaning with --check, which serves nothing: {foreign}.")
    if foreign:
        raise click.UsageError(f"no meaning without --check: {foreign}.")


def given(ctx: click.Context) -> list[str]:
    """Names of the parameters that the command line has."""
    return [name for name in ctx.params if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE]


def flag_of(ctx: click.Context, name: str) -> str:
    return next(param.opts[0] for param in ctx.command.params if param.name == name)


def run_server(parent_pid: int | None, **options: Any) -> None:
    """Serve until SIGINT or SIGTERM; raises click's exceptions for what cannot be started."""
    if parent_pid is not None:
        die_with(parent_pid)
    settings = Settings(**{name: value for name, value in options.items() if value is not None})
    from lotkeeper.paper.server import serve

    try:
        stage = prepare(settings)
        asyncio.run(serve(settings, stage, announce))
    except (SymbolError, CaptureError, KeyFileError, StateError) as error:
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
