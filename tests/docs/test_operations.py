"""docs/operations.md describes every field of status and log, and quotes what the program says."""

import ast
import re
from itertools import chain

import pytest

from tests.docs.fault_table import faults
from tests.docs.pages import ROOT
from tests.persistence.engines.postgresql.test_faults import SERVER_STOPPED
from tests.persistence.faults.trial import FAULTS

PAGE = (ROOT / "docs" / "operations.md").read_text()
RUNBOOK = PAGE.partition("\n## Runbook\n")[2].partition("\n## ")[0]
STATUS = PAGE.partition("\n## The status\n")[2].partition("\n## ")[0]
SOURCES = sorted(chain.from_iterable((ROOT / folder).rglob("*.py") for folder in ("actors", "cli", "lotkeeper")))
CODE = "\n".join(path.read_text() for path in SOURCES)
# What stands within a field that the page describes as a whole.
WITHIN = {"name", "per", "seconds", "what", "until", "lot", "state", "quantity", "order", "kind", "count"}
WITHIN |= {"channel", "bid", "ask", "last", "source", "stale", "confirmed", "taken"}
FIELD_MODULES = [
    f"actors/monitor/{name}.py"
    for name in ("status", "pair_fields", "price_fields", "service_fields", "fee_fields", "alert_fields", "todo")
]


def keys_of(module: str) -> set[str]:
    """The keys of all dictionaries that a module writes down."""
    found = (each for each in ast.walk(ast.parse((ROOT / module).read_text())) if isinstance(each, ast.Dict))
    return {key.value for each in found for key in each.keys if isinstance(key, ast.Constant)}


@pytest.mark.parametrize("module", FIELD_MODULES)
def test_every_field_of_the_status_is_described(module):
    keys = keys_of(module) - WITHIN
    assert keys
    assert sorted(key for key in keys if f"`{key}`" not in STATUS) == []


def test_every_field_that_is_described_exists():
    rows = re.findall(r"^\| (`.*?) \|", STATUS, re.MULTILINE)
    named = {key for row in rows for key in re.findall(r"`(\w+)`", row)}
    assert len(named) > 40
    assert sorted(named - set().union(*map(keys_of, FIELD_MODULES))) == []


@pytest.mark.parametrize("heading", re.findall(r"^### [^`\n]*`([^`\n]+)`", RUNBOOK, re.MULTILINE))
def test_what_the_runbook_quotes_is_what_the_program_says(heading):
    for part in re.split(r"\.\.\.|: ?|KEY", heading):
        assert part.strip() in CODE, part


def test_every_command_of_the_runbook_is_one_that_exists():
    named = set(re.findall(r"lotkeeper ([a-z]+)\b", " ".join(re.findall(r"`[^`]*`|^\$ .*$", RUNBOOK, re.MULTILINE))))
    assert {"status", "reconcile", "resolve", "adopt", "release", "resume"} <= named


def test_every_fault_of_the_database_that_is_tried_stands_in_the_table_and_no_other():
    assert set(faults()) == {*FAULTS, SERVER_STOPPED}
