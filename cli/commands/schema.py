"""`lotkeeper schema`: the documents that commands print with --json."""

import click

from cli.shared import ServiceCommand, write_json
from lotkeeper.service.errors import ServiceError


@click.command(cls=ServiceCommand, short_help="Print the schema of what a command prints with --json.")
@click.argument("command", nargs=-1)
def schema(command: tuple[str, ...]) -> None:
    """Print the JSON Schema of what COMMAND prints with --json; without COMMAND list the commands with their versions.

    The version grows when a field is taken away or changes its meaning. New fields may come within a version: pass over
    those that you do not know. `error` is what every command prints where it is refused.

    \b
    Example:
      lotkeeper schema status
      lotkeeper schema db check
    """
    from lotkeeper.service.schemas.table import SCHEMAS, json_schema
    from lotkeeper.trading.nearest_names import did_you_mean

    name = " ".join(command)
    if not name:
        click.echo("\n".join(f"{each} v{SCHEMAS[each].version}" for each in SCHEMAS))
        return
    if name not in SCHEMAS:
        text = f"{name} is no command that prints JSON; `lotkeeper schema` lists them"
        raise ServiceError(f"{text}{did_you_mean(name, SCHEMAS)}")
    write_json(json_schema(name))
