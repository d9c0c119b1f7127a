"""The command `binance-sim`: serve until a signal ends it."""

import asyncio
import ctypes
import os
import signal
import sys
from typing import Any

import click
import orjson

from binance_sim import __version__
from binance_sim.api.signatures import KeyFileError
from binance_sim.command.serve_options import serve_options
from binance_sim.settings import Settings, prepare
from binance_sim.sources.capture import CaptureError
from binance_sim.state.state_file import StateError
from binance_sim.symbols.rules import SymbolError

PR_SET_PDEATHSIG = 1
HELP = "An exchange simulator: Binance spot's protocol on loopback. Prints one JSON line when it is ready."


def build_command() -> click.Command:
    command = click.Command(
        "binance-sim",
        params=list(serve_options()),
        callback=run_server,
        help=HELP,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    return click.version_option(__version__, prog_name="binance-sim")(command)


def run_server(parent_pid: int | None, **options: Any) -> None:
    """Serve until SIGINT or SIGTERM; raises click's exceptions for what cannot be started."""
    if parent_pid is not None:
        exit_with_parent(parent_pid)
    settings = Settings(**{name: value for name, value in options.items() if value is not None})
    from binance_sim.server import serve

    try:
        startup = prepare(settings)
        asyncio.run(serve(settings, startup, print_ready_line))
    except (SymbolError, CaptureError, KeyFileError, StateError) as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        if error.filename:
            raise click.UsageError(f"{error.filename}: {error.strerror}") from error
        why = os.strerror(error.errno).lower() if error.errno else error
        raise click.ClickException(
            f"cannot listen on 127.0.0.1:{settings.port}: {why}; --port 0 takes a free one"
        ) from error


def print_ready_line(ready: dict[str, Any]) -> None:
    sys.stdout.write(orjson.dumps(ready).decode() + "\n")
    sys.stdout.flush()


def exit_with_parent(parent_pid: int) -> None:
    """Let the kernel end this process when the thread that started it ends; exit now if it has already ended."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent_pid:
        sys.exit(0)
