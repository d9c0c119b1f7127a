"""docs/reference/cli.md and the schemas beside it are what docs/make_cli.py makes of the commands."""

import subprocess
import sys

import click
import pytest

from cli.group import lotkeeper
from tests.docs.pages import ROOT

SCRIPT = ROOT / "docs" / "make_cli.py"
PAGE = (ROOT / "docs" / "reference" / "cli.md").read_text()


def every_command():
    context = click.Context(lotkeeper)
    for name in lotkeeper.list_commands(context):
        command = lotkeeper.get_command(context, name)
        if isinstance(command, click.Group):
            yield from ((f"{name} {each}", found) for each, found in command.commands.items())
        else:
            yield name, command


COMMANDS = dict(every_command())


def test_the_page_and_the_schemas_are_up_to_date():
    checked = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example_of_itself_and_stands_on_the_page(name):
    _, found, example = (COMMANDS[name].help or "").partition("Example:")
    assert found, "its help has no `Example:`"
    assert f"lotkeeper {name}" in example
    section = PAGE.partition(f"\n## lotkeeper {name}\n")[2].partition("\n## ")[0]
    assert f"`lotkeeper {name}" in section
    assert f"lotkeeper {name}" in section.partition("```console\n")[2]
