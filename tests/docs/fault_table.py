"""The table of docs/operations.md that says what each fault of the database looks like."""

import re

from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text()
TABLE = PAGE.partition("\n### `ledger: ...`\n")[2].partition("\n### ")[0]


def faults() -> dict[str, str]:
    """By fault: what the status says."""
    rows = re.findall(r"^\| ([^|`]+) \| `([^|]+)` \| ", TABLE, re.MULTILINE)
    return dict(rows)


def sentence_of(fault: str) -> str:
    return faults()[fault]
