"""What the documents show at a prompt can be typed: its syntax, the command of lotkeeper, and each of its options."""

import re
import subprocess

import click
import pytest

from tests.docs.commands.calls import calls_of, parse
from tests.docs.commands.not_run import ELSEWHERE, REASONS, is_run, why_not
from tests.docs.commands.shown import ShownCommand, all_shown, pages, shell_blocks
from tests.docs.pages import name_of

SHOWN = all_shown()
OURS = [each for each in SHOWN if calls_of(each.text)]


def test_there_are_commands_to_check():
    assert len(OURS) > 150


def test_every_line_is_one_that_bash_reads():
    script = "\n".join(f"true # {number}\n{each.text}" for number, each in enumerate(SHOWN))
    done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("shown", OURS, ids=lambda each: f"{each.page}:{each.line}")
def test_every_command_and_option_exists(shown: ShownCommand):
    for words in calls_of(shown.text):
        try:
            parse(words)
        except click.exceptions.Exit:  # --version, --help
            continue
        except click.ClickException as error:
            pytest.fail(f"{shown.place}: {error.format_message()}")


@pytest.mark.parametrize(
    "words", [["stattus"], ["status", "--wach"], ["db", "backup"], ["buy", "BTCUSDT", "--quote", "x"], ["db", "no"]]
)
def test_one_that_does_not_exist_would_be_found(words):
    with pytest.raises(click.ClickException):
        parse(words)


@pytest.mark.parametrize(
    "shown", [each for each in SHOWN if each.page not in ELSEWHERE], ids=lambda each: f"{each.page}:{each.line}"
)
def test_every_command_is_run_or_has_a_reason_why_not(shown: ShownCommand):
    assert is_run(shown.text) != bool(why_not(shown.text)), shown.place


def test_every_reason_is_that_of_a_command():
    not_run = [each.text for each in SHOWN if why_not(each.text)]
    used = {next(pattern for pattern in REASONS if re.search(pattern, text)) for text in not_run}
    assert set(REASONS) - used == set()


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_no_command_hides_in_a_block_without_a_prompt(page):
    assert shell_blocks(page) == []
