"""docs/operations.md describes every kind of alert, with the severity that it has."""

import re

from lotkeeper.trading.alerts.kinds import RULES
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text()
SECTION = PAGE.partition("\n## Alerts\n")[2].partition("\n## ")[0]


def test_the_table_has_every_kind_in_its_order_with_its_severity():
    rows = re.findall(r"^\| `([\w-]+)` \| (\w+) \| .+ \| .+ \|$", SECTION, re.MULTILINE)
    assert rows == [(str(kind), str(rule.severity)) for kind, rule in RULES.items()]
