"""The command line of the embedded exchange, for `lotkeeper paper` and `python -m binance_sim`."""

import asyncio
import ctypes
import os
import signal
import sys
from typing import Any

import click
import orjson
from click.core import ParameterSource

from binance_sim.api.signatures import KeyFileError
from binance_sim.command.serving import SERVE_OPTIONS
from binance_sim.settings import Settings, prepare
from binance_sim.sources.capture import CaptureError
from binance_sim.state.shelf import StateError
from binance_sim.symbols.rules import SymbolError
from lotkeeper.verification.judge.options import CHECK_NAMES, CHECK_OPTIONS, check

PR_SET_PDEATHSIG = 1


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
    return PaperCommand(
        "paper",
        params=params,
        callback=run,
        help=text,
        short_help="The embedded exchange alone.",
        context_settings={"help_option_names": ["-h", "--help"]},
    )


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
    from binance_sim.server import serve

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
