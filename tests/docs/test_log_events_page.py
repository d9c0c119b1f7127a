"""docs/reference/log-events.md is what docs/make_log_events.py makes of the code."""

import subprocess
import sys

from tests.docs.pages import ROOT


def test_the_page_is_up_to_date():
    command = [sys.executable, str(ROOT / "docs" / "make_log_events.py"), "--check"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")
