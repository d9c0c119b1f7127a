"""docs/troubleshooting.md has an entry for each message of the program, and none for what it does not say."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.docs.pages import ROOT
from tests.docs.test_commands import COMMANDS

SCRIPT = ROOT / "docs" / "make_troubleshooting.py"
ADVICE = yaml.safe_load((ROOT / "docs" / "troubleshooting.yaml").read_text())
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text()
SOURCE = """
_FIX = "chmod 600 it"

def open_it(path, is_new):
    raise ServiceError(f"{path} cannot be read: {_FIX}")
    raise ServiceError(str(path))
    raise StoreError("it is new" if is_new else f"it is {path!r} days old")
    raise KeyError("no sentence for a person")

def why_not_now(lot) -> str:
    if lot:
        return f"the lot {lot} waits"
    return ""

def log_it(self):
    self.log.error("x", extra=named(LogEvent.LOG_TROUBLE))
    self.log.info("x", extra=named(LogEvent.SOLD))
"""


@pytest.fixture
def sentences(monkeypatch, tmp_path):
    """The script with a project of one module."""
    spec = importlib.util.spec_from_file_location("sentences", ROOT / "docs" / "sentences.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "sentences", module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    (tmp_path / "cli").mkdir()
    (tmp_path / "cli" / "one.py").write_text(SOURCE)
    return module


def check(script: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)


def test_each_message_has_its_entry_and_each_entry_its_message():
    checked = check(SCRIPT)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_what_is_found_in_a_source(sentences):
    assert [each.text for each in sentences.sentences()] == [
        "... cannot be read: chmod 600 it",
        "it is new",
        "it is ... days old",
        "the lot ... waits",
    ]
    assert sentences.log_events() == {"LOG_TROUBLE": "error"}


def test_an_entry_that_is_missing_and_one_too_many_are_named(tmp_path):
    (tmp_path / "docs").mkdir()
    for name in ("make_troubleshooting.py", "sentences.py"):
        (tmp_path / "docs" / name).write_text((ROOT / "docs" / name).read_text())
    for package in ("actors", "cli", "lotkeeper", "persistence"):
        (tmp_path / package).symlink_to(ROOT / package)
    text = (ROOT / "docs" / "troubleshooting.yaml").read_text()
    changed = text.replace("    WEB_SERVER:", "    NO_SUCH_EVENT:").replace('"--quantity is of one LOT."', '"--x"')
    (tmp_path / "docs" / "troubleshooting.yaml").write_text(changed)
    told = check(tmp_path / "docs" / "make_troubleshooting.py").stderr.splitlines()
    assert [line.partition(": ")[2] for line in told] == [
        "message without an entry: --quantity is of one LOT.",
        "entry without a message: --x",
        "logged event without an entry: WEB_SERVER",
        "entry without a logged event: NO_SUCH_EVENT",
    ]


def test_each_family_says_what_to_do():
    families = [each for each in ADVICE if "family" in each]
    assert len(families) > 10
    for each in families:
        assert each["do"].strip(), each["family"]
        assert f"\n## {each['family']}\n" in PAGE


def test_each_command_that_is_advised_exists():
    texts = [each["do"] for each in ADVICE if "family" in each]
    texts += [do for each in ADVICE for key in ("messages", "doctor", "log") for do in each.get(key, {}).values() if do]
    named = {word for text in texts for word in re.findall(r"`lotkeeper ([a-z][a-z-]+)", text)}
    assert named - set(COMMANDS) == set()
    assert len(named) > 10
