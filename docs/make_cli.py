"""Makes docs/reference/cli.md from the commands, and docs/reference/json/ from their schemas; --check says if stale."""

import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import click
import orjson

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from cli.group import lotkeeper  # noqa: E402 (found by the line above)
from lotkeeper.service.schemas.table import SCHEMAS, file_name, json_schema  # noqa: E402

PAGE, FOLDER = Path("docs/reference/cli.md"), Path("docs/reference/json")
WIDTH = 118
HEAD = """# Commands

This page is generated from the commands and is what their `--help` says: change it with `python docs/make_cli.py`.
[Operations](../operations.md) says when to use which.

Exit codes: 0 done, 1 refused or failed, 2 wrong usage or configuration, 3 not running.

## JSON

With `--json` a command prints one document on standard output, and nothing else there. Its schema (JSON Schema of
2020-12) stands below its options, and `lotkeeper schema COMMAND` prints it. Amounts are texts in plain digits, times
are ISO 8601 in UTC, lengths of time are in seconds. The version grows when a field is taken away or changes its
meaning; a new field may come within a version, so pass over those that you do not know. A command that is refused
prints the document of [`error`](json/error.v1.json) instead, and its exit code is not 0.
"""


def main() -> int:
    """Writes the files, or with --check returns 1 if they are not what would be written."""
    wanted = files()
    here = {path.relative_to(ROOT) for path in (ROOT / FOLDER).glob("*.json")}
    if "--check" not in sys.argv[1:]:
        (ROOT / FOLDER).mkdir(exist_ok=True)
        for path, text in wanted.items():
            (ROOT / path).write_text(text)
        for path in here - wanted.keys():
            (ROOT / path).unlink()
        return 0
    stale = [path for path, text in wanted.items() if not (ROOT / path).exists() or (ROOT / path).read_text() != text]
    stale += here - wanted.keys()
    if stale:
        sys.stderr.write(f"{', '.join(map(str, stale))} not up to date: python docs/make_cli.py\n")
    return 1 if stale else 0


def files() -> dict[Path, str]:
    """Every file by its path from the root."""
    schemas = {
        FOLDER / file_name(name): orjson.dumps(json_schema(name), option=orjson.OPT_INDENT_2).decode() + "\n"
        for name in SCHEMAS
    }
    return {PAGE: page(), **schemas}


def page() -> str:
    """The whole page."""
    sections = [_section(name, command) for name, command in commands()]
    return f"{HEAD}\n" + "\n".join(sections)


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its whole name: `db backup`."""
    context = click.Context(lotkeeper)
    for name in lotkeeper.list_commands(context):
        command = lotkeeper.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from ((f"{name} {each}", command.commands[each]) for each in command.list_commands(context))
        else:
            yield name, command


def _section(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=f"lotkeeper {name}")
    usage = " ".join((context.command_path, *command.collect_usage_pieces(context)))
    prose, examples = _help(command)
    parts = [f"## lotkeeper {name}\n", f"`{usage}`\n", *prose]
    if examples:
        parts.append("```console\n" + "".join(f"$ {each}\n" for each in examples) + "```\n")
    parts.append(_options(command, context))
    if name in SCHEMAS:
        parts.append(f"With `--json`: [version {SCHEMAS[name].version}](json/{file_name(name)}).\n")
    return "\n".join(parts)


def _help(command: click.Command) -> tuple[list[str], list[str]]:
    """The paragraphs of the help, and its examples."""
    text = inspect.cleandoc(command.help or "")
    prose, examples = [], []
    for paragraph in re.split(r"\n\s*\n", text):
        head, _, rest = paragraph.replace("\b\n", "").partition("Example:")
        if rest.strip():
            examples += [" ".join(line.split()) if "\n" not in rest else line.strip() for line in rest.splitlines()]
        if head.strip():
            text = _marked(" ".join(head.split()))
            prose.append(textwrap.fill(text, WIDTH, break_on_hyphens=False) + "\n")
    return prose, [each for each in examples if each.strip()]


def _marked(text: str) -> str:
    """Options in the prose as code."""
    return re.sub(r"(?<![\w`-])(--[a-z][a-z-]*[a-z])(?![\w`])", r"`\1`", text)


def _options(command: click.Command, context: click.Context) -> str:
    records = [each.get_help_record(context) for each in command.get_params(context)]
    rows = [f"| `{_cell(record[0])}` | {_cell(record[1])} |" for record in records if record is not None]
    return "\n".join(("| Option | Does |", "|---|---|", *rows)) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
