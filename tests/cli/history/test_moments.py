"""The options --since and --until."""

import click
import pytest
from click.testing import CliRunner

from cli.history.moments import moment_option


@click.command
@click.option("--since", callback=moment_option(is_end=False))
@click.option("--until", callback=moment_option(is_end=True))
def command(since: int | None, until: int | None) -> None:
    click.echo(f"{since} {until}")


def test_a_day_has_a_beginning_and_an_end():
    found = CliRunner().invoke(command, ["--since", "2026-11-30", "--until", "2026-11-30"])
    begin, end = map(int, found.output.split())
    assert end - begin == 86_400_000
    assert CliRunner().invoke(command, []).output == "None None\n"


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "7"])
def test_what_is_no_time_is_wrong_usage(text):
    found = CliRunner().invoke(command, ["--since", text])
    assert (found.exit_code, "is no time; allowed is a date such as" in found.output) == (2, True)
