"""What the commands share: options, errors with their exit codes, confirmation, and JSON output."""

import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lotkeeper.service.errors import ServiceError

if TYPE_CHECKING:
    from decimal import Decimal


config_option = click.option(
    "--config",
    "config_path",
    type=click.Path(dir_okay=False, path_type=Path),
    default="config.yaml",
    envvar="LOTKEEPER_CONFIG",
    show_default=True,
    help="The configuration file. LOTKEEPER_CONFIG sets another default.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document on standard output.")
yes_option = click.option("--yes", "is_sure", is_flag=True, help="Do not ask for confirmation.")
dry_run_option = click.option("--dry-run", "is_dry_run", is_flag=True, help="Only say what would be done.")
why_option = click.option("--why", default="", help="A reason, kept in the database beside your user name.")


def parse_amount(_context: click.Context, _option: click.Parameter, text: str | None) -> Decimal | None:
    """For an option that is an amount above zero."""
    try:
        value = Decimal(text) if text is not None else None
    except InvalidOperation as error:
        raise click.BadParameter(f"{text!r} is not a decimal number") from error
    if value is not None and not (value.is_finite() and value > 0):
        raise click.BadParameter(f"{text} is not above zero")
    return value


_VERBOSE = "lotkeeper.verbose"  # whether the trace of an error is shown, in the context's `meta`
_NOT_OURS = (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError)  # click tells of these


def _note_verbose(context: click.Context, _option: click.Parameter, is_verbose: bool) -> None:
    context.meta[_VERBOSE] = is_verbose


class ServiceCommand(click.Command):
    """A command that shows a ServiceError and ends with its exit code; any other error is a fault of ours, and is told.

    Each has the option --verbose, with which the trace is shown, too.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        text = "On an error show where it came from, too."
        option = click.Option(["--verbose"], is_flag=True, expose_value=False, callback=_note_verbose, help=text)
        self.params.append(option)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except _NOT_OURS:
            raise
        except Exception as error:
            if ctx.meta.get(_VERBOSE):
                import traceback

                traceback.print_exc()
            found = error if isinstance(error, ServiceError) else _fault(error)
            show_error(found, as_json=bool(ctx.params.get("as_json")))
            ctx.exit(found.exit_code)


def _fault(error: Exception) -> ServiceError:
    """One sentence about an error that nobody has foreseen, and the commands that help."""
    what = " ".join(f"{type(error).__name__}: {error}".split())
    more = "--verbose shows where, and `lotkeeper bugreport` packs what a report of it needs"
    return ServiceError(f"a fault in lotkeeper itself ended the command: {what}; {more}")


def show_error(error: ServiceError, *, as_json: bool) -> None:
    """One line for each problem on standard error, or one document on standard output."""
    if as_json:
        write_json({"error": str(error)})
        return
    for line in str(error).splitlines():
        click.echo(f"Error: {line}", err=True)


def write_json(document: Any) -> None:
    """One JSON document on standard output."""
    import orjson

    sys.stdout.write(orjson.dumps(document).decode() + "\n")
    sys.stdout.flush()


def report_done(text: str, as_json: bool) -> None:
    """Says what the command did."""
    if as_json:
        write_json({"done": text})
    else:
        click.echo(text)


def confirm(plan: str, is_sure: bool, as_json: bool) -> None:
    """Shows the plan and asks; programs give --yes. Raises Abort if the answer is no."""
    if is_sure:
        return
    if as_json:
        raise ServiceError(f"{plan} Nothing was done: with --json give --yes")
    click.echo(plan)
    try:
        is_agreed = click.confirm("Do it?")
    except click.Abort as error:  # Ctrl-C, or nobody is there to answer
        if sys.stdin.isatty():
            raise
        click.echo()
        raise ServiceError("nothing was done: there is no terminal to ask at; give --yes") from error
    if not is_agreed:
        raise click.Abort
