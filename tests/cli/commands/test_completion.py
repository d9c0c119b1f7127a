"""`lotkeeper completion`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_asks_the_command_itself(run, shell):
    result = run("completion", shell)
    assert result.exit_code == 0
    assert f"_LOTKEEPER_COMPLETE={shell}_complete" in result.output


def test_another_shell_is_refused(run):
    assert run("completion", "csh").exit_code == 2


def completed(*words):
    """What the shell is offered for the last of these words."""
    line = " ".join(("lotkeeper", *words))
    environment = {**os.environ, "_LOTKEEPER_COMPLETE": "bash_complete", "COMP_WORDS": line}
    environment["COMP_CWORD"] = str(len(words))
    command = [sys.executable, "-m", "cli.main"]
    result = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
    return [each.partition(",")[2] for each in result.stdout.split()]


def test_commands_and_options_are_completed():
    assert completed("po") == ["positions"]
    assert completed("wait", "--pro") == ["--proven"]
