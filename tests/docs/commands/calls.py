"""The calls of lotkeeper in a line of a shell, taken apart by click."""

import re
import shlex

import click

from cli.group import lotkeeper

_CALL = re.compile(r"(?:^|[\s(/])lotkeeper (?=[a-z-])")
_END = re.compile(r"^[|&;<>]+$")


def calls_of(text: str) -> list[list[str]]:
    """The words that each call is given."""
    return [_words(part.partition(')"')[0]) for part in _CALL.split(text)[1:]]


def _words(text: str) -> list[str]:
    lexer = shlex.shlex(text, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words: list[str] = []
    for word in lexer:
        if _END.match(word):
            break
        words.append(word)
    return words


def parse(words: list[str]) -> None:
    """Raises click's error for a command, an option or a value that there is not."""
    command, context, rest = _found(words)
    if not isinstance(command, click.Group):
        command.parse_args(context, rest)


def has_option(words: list[str], option: str) -> bool:
    """Whether the command takes the option."""
    return any(option in each.opts for each in _found(words)[0].params)


def _found(words: list[str]) -> tuple[click.Command, click.Context, list[str]]:
    command: click.Command = lotkeeper
    # With the group's own settings: a command keeps the names of its option --help from the first context that it sees.
    context, rest = click.Context(lotkeeper, **lotkeeper.context_settings), list(words)
    while isinstance(command, click.Group) and rest and not rest[0].startswith("--"):
        name = rest.pop(0)
        found = command.get_command(context, name)
        if found is None:
            raise click.UsageError(f"no command {name}")
        command, context = found, click.Context(found, parent=context, info_name=name)
    return command, context, rest
