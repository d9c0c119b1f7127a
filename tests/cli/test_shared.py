"""Errors of commands: a sentence, its exit code, and with --verbose the trace."""

import json

import pytest

from cli.commands import pairs


@pytest.fixture
def broken(monkeypatch, config):
    """A command that fails where nobody has foreseen it."""

    def fail(*args: object) -> None:
        raise KeyError("of nothing\nat all")

    monkeypatch.setattr(pairs, "ask_service", fail)


def test_a_fault_of_ours_is_one_sentence_with_the_commands_that_help(run, broken):
    result = run("pairs")
    assert (result.exit_code, len(result.stderr.splitlines()), "Traceback" in result.stderr) == (1, 1, False)
    assert result.stderr.startswith("Error: a fault in lotkeeper itself ended the command: KeyError: ")
    assert "lotkeeper bugreport" in result.stderr
    assert "KeyError" in json.loads(run("pairs", "--json").stdout)["error"]


def test_with_verbose_the_trace_comes_before_the_sentence(run, broken, config):
    for words in (("pairs",), ("status",)):  # a fault, and a service that does not run
        lines = run(*words, "--verbose").stderr.splitlines()
        assert lines[0] == "Traceback (most recent call last):"
        assert lines[-1].startswith("Error: ")
    found = run("status", "--verbose", "--json")
    assert (list(json.loads(found.stdout)), found.exit_code) == (["error"], 3)


def test_a_wrong_usage_is_no_fault(run, config):
    assert run("pause", "--verbose").exit_code == 2
