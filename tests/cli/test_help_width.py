"""The help of every command and group fits a terminal of 80 columns: examples are printed as they are written."""

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from binance_sim.command.main import build_command
from cli.group import lotkeeper

COLUMNS = 80


def every(command: click.Command, *path: str) -> Iterator[tuple[str, ...]]:
    """The words of a command and of all below it."""
    yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from every(below, *path, name)


def wide(command: click.Command, name: str, words: tuple[str, ...]) -> list[str]:
    """The lines of its help that a terminal would break."""
    result = CliRunner().invoke(command, [*words, "--help"], prog_name=name, env={"COLUMNS": str(COLUMNS)})
    assert result.exit_code == 0
    return [line for line in result.output.splitlines() if len(line) > COLUMNS]


@pytest.mark.parametrize("words", [*every(lotkeeper)], ids=lambda words: " ".join(words) or "lotkeeper")
def test_no_line_of_the_help_is_wider_than_the_terminal(words):
    assert wide(lotkeeper, "lotkeeper", words) == []


def test_nor_one_of_the_simulators():
    simulator = build_command()
    assert [line for words in every(simulator) for line in wide(simulator, "binance-sim", words)] == []
