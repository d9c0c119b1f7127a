"""The page of the HTTP API is made from what answers."""

import subprocess
import sys

from tests.docs.pages import ROOT

SCRIPT = ROOT / "docs" / "make_http_api.py"


def test_the_page_is_up_to_date():
    checked = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
