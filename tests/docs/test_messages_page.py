"""docs/reference/messages.md is what docs/make_messages.py makes of the code."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

SCRIPT = ROOT / "docs" / "make_messages.py"
SOURCE = '''"""A conversation."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Greeting:
    """Said first."""

    # To whom,
    # by name.
    name: str
    volume: int  # decibels
    number: int


@dataclass(frozen=True)
class Farewell:
    """Said last."""

    def state_key(self) -> str:
        return ""
'''
ACTOR = """from messages.talk import Farewell, Greeting


class Guest:
    @handles(Farewell)
    def _leave(self, message, sender): ...

    def _arrive(self):
        self.send(host, Greeting("Ann", 60, 1))
"""


def catalogue(root: Path) -> str:
    spec = importlib.util.spec_from_file_location("make_messages", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_messages"] = module
    spec.loader.exec_module(module)
    return module.catalogue(root)


def test_the_page_is_up_to_date():
    checked = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_every_message_has_a_sender_and_a_receiver():
    routes = re.findall(r"^\*(.+)\*$", (ROOT / "docs" / "reference" / "messages.md").read_text(), re.MULTILINE)
    assert len(routes) > 50
    assert [route for route in routes if "?" in route] == []


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("messages", "actors/guest"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "messages" / "talk.py").write_text(SOURCE)
    (tmp_path / "actors" / "guest" / "actor.py").write_text(ACTOR)
    return tmp_path


def test_a_message_shows_its_route_its_kind_and_the_comments_of_its_fields(project):
    page = catalogue(project)
    assert "*Guest to ?; fact*\n\nSaid first.\n\n- `name`: To whom, by name.\n- `volume`: decibels\n" in page
    assert "Other fields: `number`." in page
    assert "*? to Guest; state*\n\nSaid last." in page


def test_check_fails_on_a_stale_page(project):
    (project / "docs" / "reference").mkdir(parents=True)
    shutil.copy(SCRIPT, project / "docs")
    script = project / "docs" / "make_messages.py"
    assert subprocess.run([sys.executable, script, "--check"], capture_output=True, check=False).returncode == 1
    subprocess.run([sys.executable, script], check=True)
    assert subprocess.run([sys.executable, script, "--check"], check=False).returncode == 0
