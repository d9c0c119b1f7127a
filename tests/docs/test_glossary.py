"""docs/glossary.md names classes and modules that exist, in alphabetical order, each word once."""

import ast
import re
from itertools import chain

import pytest

from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "glossary.md").read_text()
FOLDERS = ("actors", "binance_sim", "cli", "lotkeeper", "messages", "persistence")
CODE = sorted(chain.from_iterable((ROOT / folder).rglob("*.py") for folder in FOLDERS))
SECTIONS = [section for section in PAGE.split("\n## ")[1:] if "\n- **" in section]
ENTRIES = re.findall(r"^- \*\*(.+?)\*\*", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def classes() -> set[str]:
    trees = (ast.parse(path.read_text()) for path in CODE)
    return {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}


def test_every_class_exists(classes):
    named = set(re.findall(r"`([A-Z][a-z]\w*)(?:\.\w+)?`", PAGE))
    assert len(named) > 50
    assert sorted(named - classes) == []


def test_every_folder_and_file_exists():
    paths = re.findall(r"`([a-z_]+/[\w/.]*)`", PAGE)
    homes = (ROOT, ROOT / "lotkeeper")
    assert [path for path in paths if not any((home / path).exists() for home in homes)] == []


def test_each_word_stands_once():
    assert sorted(ENTRIES) == sorted(set(ENTRIES))
    assert len(ENTRIES) > 100


@pytest.mark.parametrize("section", SECTIONS, ids=[section.splitlines()[0] for section in SECTIONS])
def test_entries_are_in_alphabetical_order(section):
    words = [word.lower() for word in re.findall(r"^- \*\*(.+?)\*\*", section, re.MULTILINE)]
    assert words == sorted(words)
