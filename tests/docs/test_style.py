"""The documents keep the rules of their form: short lines, whole tables, one word for each thing."""

import re

import pytest

from tests.docs.pages import name_of, page_paths, prose_of

WIDTH = 120
OUTPUT = re.compile(r"^```console\n.*?^```", re.MULTILINE | re.DOTALL)  # what a command prints is as wide as it is
PRIVATE_WORDS = ("notebook", "aloud", "anew", "whoever", "taken back", "let be", "in words", "neighbours")
PAGES = pytest.mark.parametrize("page", page_paths(), ids=name_of)


@PAGES
def test_no_line_is_too_long(page):
    lines = OUTPUT.sub("", page.read_text()).splitlines()
    long = [line for line in lines if len(line) > WIDTH and not line.startswith("|") and "://" not in line]
    assert long == []


@PAGES
def test_no_table_is_broken_by_an_empty_line(page):
    """A row after an empty line begins a new table, so the next line has to be its rule."""
    lines = ["", *prose_of(page).splitlines(), ""]
    firsts = [number for number in range(1, len(lines)) if lines[number].startswith("|") and not lines[number - 1]]
    assert [lines[number] for number in firsts if not re.match(r"\|[ :|-]+\|$", lines[number + 1])] == []


@PAGES
def test_every_row_of_a_table_has_as_many_cells_as_its_head(page):
    tables = re.findall(r"(?:^\|.*\n)+", prose_of(page), re.MULTILINE)
    for table in tables:
        counts = {len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}
        assert len(counts) == 1, table


@pytest.mark.parametrize("page", [path for path in page_paths() if path.name != "glossary.md"], ids=name_of)
def test_no_private_word_is_used(page):
    text = prose_of(page).lower()
    assert [word for word in PRIVATE_WORDS if re.search(rf"\b{word}\b", text)] == []
