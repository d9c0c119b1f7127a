"""docs/operations.md and the rules of Prometheus follow from the table of kinds."""

import re
import subprocess
import sys

from lotkeeper.trading.alerts.heartbeat_effects import HEARTBEAT
from lotkeeper.trading.trouble_kinds import INCIDENTS, RULES, TODO, TOLD
from tests.docs.pages import ROOT

SCRIPT = ROOT / "docs" / "make_alerts.py"
PAGE = (ROOT / "docs" / "operations.md").read_text()
SECTION = PAGE.partition("\n## Alerts\n")[2].partition("\n## ")[0]
TODO_ROW = next(line for line in PAGE.partition("\n### To do\n")[2].splitlines() if line.startswith("| `kind` |"))


def rows(columns: int) -> list[list[str]]:
    """The cells of the rows with so many columns, without the heads."""
    found = [line.strip("| ").split(" | ") for line in SECTION.splitlines() if line.startswith("| `")]
    return [cells for cells in found if len(cells) == columns]


def test_the_tables_and_the_rules_are_up_to_date() -> None:
    checked = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_each_kind_that_is_told_says_what_it_means_and_what_to_do() -> None:
    found = rows(columns=5)
    assert [cells[0] for cells in found] == [f"`{kind}`" for kind in TOLD]
    for cells, kind in zip(found, TOLD, strict=True):
        assert cells[1:3] == [str(RULES[kind].severity), RULES[kind].means]
        assert cells[3]


def test_each_kind_that_is_told_says_whether_the_heartbeat_stops() -> None:
    found = rows(columns=3)
    assert [cells[0] for cells in found] == [f"`{kind}`" for kind in TOLD]
    for cells, kind in zip(found, TOLD, strict=True):
        assert cells[1:] == [str(HEARTBEAT[kind].effect), HEARTBEAT[kind].why]


def test_each_kind_that_is_only_recorded_has_its_row() -> None:
    only_recorded = [RULES[kind].incident.lower().replace("_", "-") for kind in INCIDENTS if kind not in TOLD]
    assert [cells[0].strip("`") for cells in rows(columns=4)] == only_recorded


def test_the_status_lists_the_kinds_that_need_a_person() -> None:
    assert re.findall(r"`([\w-]+)`", TODO_ROW)[1:] == [str(kind) for kind in TODO]
