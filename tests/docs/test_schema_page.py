"""The page of the schema is made from the entities."""

import subprocess
import sys

from tests.docs.pages import ROOT

SCRIPT = ROOT / "docs" / "make_schema.py"
PAGE = ROOT / "docs" / "reference" / "schema.md"


def test_the_page_is_up_to_date():
    checked = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_it_has_the_tables_with_their_keys_and_what_belongs_to_a_lot():
    text = PAGE.read_text()
    for line in ("text lot_id UK", "bigint generation PK", 'text hold "maybe"', "lots ||--o{ fills : lot_id"):
        assert line in text
