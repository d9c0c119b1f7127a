"""What every command keeps: help, exit codes, one line a problem, JSON for programs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from cli.group import COMMANDS, lotkeeper
from lotkeeper.version import __version__

ROOT = Path(__file__).parents[2]
ASKING = (
    ("status",),
    ("orders",),
    ("explain", "BTCUSDT-7"),
    ("pause", "BTCUSDT"),
    ("resume", "BTCUSDT"),
    ("stop",),
)
ASKING += (
    ("adopt", "BTCUSDT", "--order", "7"),
    ("release", "BTCUSDT-7"),
    ("config", "reload"),
    ("sell", "BTCUSDT-7", "--market"),
    ("flatten",),
    ("buy", "BTCUSDT", "--quote", "50"),
    ("reconcile",),
    ("reconcile", "BTCUSDT", "--dry-run"),
    ("resolve",),
)
READING = (("positions", "--state", "closed"), ("orders", "--all"), ("fills",), ("profit",))
CONFIGURED = (*ASKING, *READING, ("config", "show"), ("config", "check"), ("start",), ("restart",), ("run",))
CONFIGURED += (("db", "upgrade"),)
name_of = " ".join


def test_the_help_lists_every_command_with_a_line(run):
    result = run("--help")
    assert result.exit_code == 0
    listed = result.output.partition("Commands:")[2]
    for name in COMMANDS:
        (line,) = [line for line in listed.splitlines() if line.startswith(f"  {name} ")]
        assert len(line.split()) > 3
    assert "lotkeeper demo" in result.output
    codes = "Exit codes: 0 done, 1 refused or failed, 2 wrong usage or configuration, 3 not running."
    assert codes in " ".join(result.output.split())


def test_without_a_command_it_says_what_there_is(run):
    result = run()
    assert "Commands:" in result.output
    assert result.exit_code == 2


def test_the_version(run):
    assert run("--version").output == f"lotkeeper, version {__version__}\n"


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_each_command_explains_itself(run, name, flag):
    result = run(name, flag)
    assert result.exit_code == 0
    assert result.output.startswith(f"Usage: lotkeeper {name}")
    words, _, options = result.output.partition("\n\n")[2].partition("Options:")
    assert len(words.split()) > 8
    entries = [line for line in options.splitlines() if line.lstrip().startswith("-")]
    assert all(len(line.split()) > 2 or name == "paper" for line in entries)


@pytest.mark.parametrize("words", [("nonsense",), ("status", "--nonsense"), ("pause",), ("positions", "--limit", "0")])
def test_a_wrong_usage_is_2(run, config, words):
    result = run(*words)
    assert result.exit_code == 2
    assert "Usage: lotkeeper" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "words",
    [
        ("positions", "--csv", "--json"),
        ("orders", "--state", "sold"),
        ("fills", "--since", "yesterday"),
        ("profit", "--by", "year"),
        ("tax", "--csv"),
        ("tax", "--year", "2026"),
        ("demo", "--seconds", "0"),
        ("demo", "--seconds", "soon"),
        ("paper", "--port", "99999"),
        ("paper", "--balance", "many"),
        ("paper", "--symbol", "NOSUCHPAIR"),
    ],
    ids=name_of,
)
def test_a_value_that_is_not_allowed_is_2(run, config, words):
    assert run(*words).exit_code == 2


@pytest.mark.parametrize("words", CONFIGURED, ids=name_of)
def test_every_problem_of_the_configuration_is_a_line(run, config, words):
    config.write_text("exit:\n  net_profit_pct: abc\nstreams:\n  silent_after: 5\npairs: {}\n")
    result = run(*words)
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("Error: ") and "config.yaml" in line and "allowed" in line for line in lines)
    assert [name for name in ("net_profit_pct", "silent_after", "pairs") if name not in result.stderr] == []
    assert result.stdout == ""


@pytest.mark.parametrize("words", [each for each in CONFIGURED if each != ("run",)], ids=name_of)
def test_with_json_they_are_one_document(run, config, words):
    config.write_text("pairs: {}\n")
    result = run(*words, "--json")
    assert result.exit_code == 2
    assert "pairs" in json.loads(result.stdout)["error"]
    assert result.stderr == ""


@pytest.mark.parametrize("words", CONFIGURED, ids=name_of)
def test_a_configuration_that_is_not_there(run, tmp_path, words):
    result = run(*words, "--config", str(tmp_path / "elsewhere.yaml"))
    assert result.exit_code == 2
    assert "elsewhere.yaml" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_variable_may_name_the_configuration(run, tmp_path):
    result = run("status", LOTKEEPER_CONFIG=str(tmp_path / "elsewhere.yaml"))
    assert (result.exit_code, "elsewhere.yaml" in result.stderr) == (2, True)


def test_a_variable_that_is_not_known_is_refused(run, config):
    result = run("status", LOTKEEPER_EXIT__NET_PROFIT="1")
    assert (result.exit_code, "LOTKEEPER_EXIT__NET_PROFIT" in result.stderr) == (2, True)


@pytest.mark.parametrize("words", ASKING, ids=name_of)
def test_when_nothing_runs_it_is_3(run, config, words):
    result = run(*words)
    assert result.exit_code == 3
    assert result.stderr.startswith("Error: lotkeeper is not running with this configuration")
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


@pytest.mark.parametrize("words", ASKING, ids=name_of)
def test_when_nothing_runs_programs_get_a_document(run, config, words):
    result = run(*words, "--json")
    assert result.exit_code == 3
    assert "not running" in json.loads(result.stdout)["error"]
    assert result.stderr == ""


@pytest.mark.parametrize("words", READING, ids=name_of)
def test_without_a_database_there_is_nothing_to_read(run, config, words):
    result = run(*words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: there is no database")


@pytest.mark.parametrize("words", [("start",), ("run",), ("restart",)], ids=name_of)
def test_without_a_key_nothing_starts(run, config, words):
    result = run(*words)
    assert result.exit_code == 2
    assert "LOTKEEPER_EXCHANGE__API_KEY" in result.stderr
    assert not os.listdir(os.environ["XDG_RUNTIME_DIR"])


def test_nothing_is_left_behind_by_asking(run, config):
    run("status")
    assert [path.name for path in config.parent.iterdir()] == ["config.yaml"]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_in_the_help_is_the_first_sentence_of_the_commands_own(name):
    command = lotkeeper.get_command(click.Context(lotkeeper), name)
    assert COMMANDS[name].summary == command.get_short_help_str(limit=200)


HEAVY = {
    "actors",
    "aiohttp",
    "asyncio",
    "binance_sim",
    "cryptography",
    "lotkeeper.exchange",
    "lotkeeper.verification",
    "persistence",
    "pony",
    "requests",
    "structlog",
    "urllib3",
    "websocket",
}
LOADED = """
import sys
from cli.main import main
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("words", "also"),
    [
        (("--help",), {"cli.commands", "lotkeeper.service.client", "orjson", "pydantic", "rich", "thespian"}),
        (("status",), set()),
    ],
)
def test_what_is_not_needed_is_not_imported(config, words, also):
    """Each of these takes longer than all that `lotkeeper --help` does."""
    more = () if words == ("--help",) else ("--config", str(config))
    command = [sys.executable, "-c", LOADED, *words, *more]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode in {0, 3}, result.stderr
    loaded = set(result.stderr.splitlines()[-1].split())
    assert "click" in loaded
    assert loaded & (HEAVY | also) == set()
