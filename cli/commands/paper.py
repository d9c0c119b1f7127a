"""`lotkeeper paper`: the exchange simulator, for any Binance client; with `--check` the judge of its journals."""

from typing import Any

import click
from click.core import ParameterSource

from binance_sim.command.main import run_server
from binance_sim.command.serve_options import serve_options
from lotkeeper.verification.judge.options import CHECK_NAMES, CHECK_OPTIONS, check

SECRET_VARIABLE = "LOTKEEPER_PAPER_API_SECRET"  # noqa: S105 - the name of a variable, not a secret
HELP = """The embedded exchange alone: Binance spot's protocol on loopback. Prints one JSON line when it is ready.

\b
Example:
  lotkeeper paper --port 8080 --symbol BTCUSDT --trader
"""


class PaperCommand(click.Command):
    """Its help lists the judge's options in a section of their own."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        of_judge = {id(option) for option in CHECK_OPTIONS}
        for title, wanted in (("Options", False), ("With --check, which judges a journal instead of serving", True)):
            rows = [param.get_help_record(ctx) for param in self.get_params(ctx) if (id(param) in of_judge) == wanted]
            with formatter.section(title):
                formatter.write_dl([row for row in rows if row is not None])


@click.pass_context
def run(ctx: click.Context, /, **options: Any) -> None:
    """Judge a journal, or serve; raises click's exceptions for options that do not go together."""
    is_check = options["check"] is not None
    refuse_other_mode(ctx, is_check)
    if is_check:
        ctx.exit(check(options))
    run_server(**{name: value for name, value in options.items() if name not in CHECK_NAMES})


def refuse_other_mode(ctx: click.Context, is_check: bool) -> None:
    """Options of the other mode have no meaning; raises click.UsageError."""
    names = [name for name in given_names(ctx) if (name in CHECK_NAMES) != is_check]
    flags = ", ".join(param.opts[0] for name in names for param in ctx.command.params if param.name == name)
    if flags and is_check:
        raise click.UsageError(f"no meaning with --check, which serves nothing: {flags}.")
    if flags:
        raise click.UsageError(f"no meaning without --check: {flags}.")


def given_names(ctx: click.Context) -> list[str]:
    """Names of the parameters that stand on the command line."""
    return [name for name in ctx.params if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE]


paper = PaperCommand(
    "paper",
    params=[*serve_options(SECRET_VARIABLE), *CHECK_OPTIONS],
    callback=run,
    help=HELP,
    short_help="The embedded exchange alone.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
