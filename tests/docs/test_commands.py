"""The documents name every command, option and make target that there is, and none that there is not."""

import re

import click
import pytest

from cli.group import lotkeeper
from tests.docs.pages import ROOT, page_paths

# What was, what is generated, and sentences of the program that speak of lotkeeper.
QUOTING = ("CHANGELOG.md", "cli.md", "troubleshooting.md")
TEXT = "\n".join(path.read_text() for path in page_paths() if path.name not in QUOTING)
CONTEXT = click.Context(lotkeeper)
COMMANDS = lotkeeper.list_commands(CONTEXT)
TARGETS = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
SPAN = re.compile(r"`[^`\n]+`|^\$ .*$", re.MULTILINE)


def command_of(name: str) -> click.Command:
    command = lotkeeper.get_command(CONTEXT, name)
    assert command is not None
    return command


def options_of(name: str) -> list[str]:
    found = [each for each in command_of(name).params if isinstance(each, click.Option) and not each.hidden]
    return [option for each in found for option in (*each.opts, *each.secondary_opts) if option.startswith("--")]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_described(name):
    assert re.search(rf"`lotkeeper {name}\b|, `{name}\b", (ROOT / "docs" / "operations.md").read_text())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_named(name):
    missing = [option for option in options_of(name) if not re.search(rf"(?<![\w-]){option}(?![\w-])", TEXT)]
    assert missing == []


def test_no_command_is_promised_that_does_not_exist():
    named = {word for span in SPAN.findall(TEXT) for word in re.findall(r"lotkeeper ([a-z][a-z-]+)\b(?![./])", span)}
    assert sorted(named - set(COMMANDS)) == []
    assert len(named) > 10


def test_every_make_target_that_is_named_exists():
    named = {word for span in SPAN.findall(TEXT) for word in re.findall(r"\bmake ([a-z][a-z-]+)", span)}
    assert sorted(named - TARGETS) == []
    assert len(named) > 5
