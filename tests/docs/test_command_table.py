"""The table of the commands: what each has, and where it is tried. A new command without it fails here."""

import re
from pathlib import Path
from typing import get_origin

import pytest

from lotkeeper.service.schemas.table import SCHEMAS
from tests.docs.pages import ROOT
from tests.docs.test_cli_page import COMMANDS

# These print a list with --json that is no table: what is done to each lot or pair, and lines as the log has them.
NO_TABLES = {"flatten", "reconcile", "logs", "resolve", "pause", "resume", "sell"}
WITHOUT_JSON = {
    "run",
    "broker",
    "schema",
    "completion",
}  # what runs on, and texts for shells and programs
# Nothing of these has to do with a running service.
NOT_RUNNING = {"schema", "completion", "paper", "db copy", "db upgrade"}
LISTS = [name for name, schema in SCHEMAS.items() if get_origin(schema.kind) is list and name not in NO_TABLES]


def options(name: str) -> set[str]:
    return {option for each in COMMANDS[name].params for option in each.opts}


def is_run(folders: tuple[str, ...], name: str) -> bool:
    """Whether a test gives the words of the command: apart, as to `run("db", "check")`, or in one text."""
    text = "\n".join(path.read_text() for folder in folders for path in Path(ROOT / "tests" / folder).rglob("*.py"))
    words = name.split()
    apart = r"[\"'],\s*[\"']".join(map(re.escape, words))
    return bool(re.search(rf"[\"']{apart}[\"']|[\"'(]{re.escape(name)}[ \"']", text))


def test_the_lists_are_these():
    assert {"todo", "pairs", "positions", "orders", "fills", "decisions", "tax", "changes"} <= set(LISTS)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_can_be_had_as_json_and_as_comma_separated_values(name):
    assert {"--json", "--csv"} <= options(name)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_can_be_had_as_json(name):
    assert "--json" in options(name) or name in WITHOUT_JSON


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_tried_by_itself(name):
    assert is_run(("cli",), name)


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - NOT_RUNNING))
def test_each_command_is_tried_against_a_running_service(name):
    assert is_run(("e2e", "standby"), name)
