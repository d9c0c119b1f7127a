"""docs/reference/simulator.md documents all options, faults, requests and journal lines."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from binance_sim.api.table import ROWS
from binance_sim.api.wallet_table import WALLET_ROWS
from binance_sim.command.serve_options import serve_options
from binance_sim.control.actions import ControlActions
from binance_sim.faults.catalogue import KINDS
from lotkeeper.verification.judge.options import CHECK_OPTIONS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "reference" / "simulator.md").read_text()
FAULTS = TEXT.partition("## Faults")[2].partition("\n## ")[0]


@pytest.mark.parametrize("option", [each for each in (*serve_options(), *CHECK_OPTIONS) if not each.hidden])
def test_every_option(option):
    assert f"`{option.opts[0]}" in TEXT


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_fault_with_its_parameters(kind):
    (line,) = re.findall(rf"^\| [^|]*`{kind.name}`[^|]* \|.* \|$", FAULTS, re.MULTILINE)
    for name in kind.takes:
        assert f"`{name.lstrip('*')}`" in line, name


def test_every_control_request():
    part = SimpleNamespace(inject=None, describe=None, open_account=None, add_key=None, change=None)
    actions = ControlActions(*[part] * 7)
    for verb, path in actions.table():
        assert f"/control/{path}" in TEXT, (verb, path)
        assert verb in ("GET", "POST", "DELETE")


def test_every_request():
    missing = [path for _, path, _, _ in ROWS if f"`{path.split('/')[0]}" not in TEXT and f"`{path}`" not in TEXT]
    assert missing == ["historicalBlockTrades"], "is always empty"


@pytest.mark.parametrize("path", [path for _, path, _, _ in WALLET_ROWS])
def test_every_request_of_the_wallet(path):
    assert f"`{path}`" in TEXT


def test_every_kind_of_line_of_the_journal():
    sources = [path.read_text() for path in (ROOT / "binance_sim").rglob("*.py")]
    calls = r"(?:_?journal\.write|_record|_publish)\(\s*\"([a-z-]+)\""
    written = {kind for source in sources for kind in re.findall(calls, source)}
    assert len(written) > 20
    assert [kind for kind in sorted(written) if f"`{kind}`" not in TEXT] == []
