"""docs/reference/configuration.md has each key of the models, with its default and what is allowed."""

import subprocess
import sys

from tests.docs.pages import ROOT

SCRIPT = ROOT / "docs" / "make_configuration.py"
PAGE = ROOT / "docs" / "reference" / "configuration.md"


def check(script):
    return subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)


def test_the_page_is_up_to_date():
    checked = check(SCRIPT)
    assert (checked.returncode, checked.stderr) == (0, "")


def in_project(folder, text):
    """The script beside a page with this text."""
    (folder / "docs" / "reference").mkdir(parents=True)
    (folder / "docs" / "make_configuration.py").write_text(SCRIPT.read_text())
    (folder / "docs" / "reference" / "configuration.md").write_text(text)
    (folder / "lotkeeper").symlink_to(ROOT / "lotkeeper")
    return folder / "docs" / "make_configuration.py"


def test_a_key_without_a_row_is_named(tmp_path):
    text = "".join(line for line in PAGE.read_text().splitlines(keepends=True) if "| `logs.keep` |" not in line)
    checked = check(in_project(tmp_path, text))
    assert (checked.returncode, "logs.keep" in checked.stderr) == (1, True)


def test_a_default_that_is_not_that_of_the_models_is_found(tmp_path):
    checked = check(in_project(tmp_path, PAGE.read_text().replace("| `logs.keep` | `14` |", "| `logs.keep` | `15` |")))
    assert (checked.returncode, "make_configuration" in checked.stderr) == (1, True)
