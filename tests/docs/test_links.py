"""Every link between the documents, and from them into the code, leads somewhere."""

import ast
from pathlib import Path

import pytest

from tests.docs.pages import anchors_of, links_of, name_of, page_paths

LINKS = [(path, text, target) for path in page_paths() for text, target in links_of(path)]


def names_in(path: Path) -> set[str]:
    """The functions, methods, classes and names at the top of a module; a method also as Class.method."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)}
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {each.id for each in targets if isinstance(each, ast.Name)}
    return names


def problem(page: Path, text: str, target: str) -> str:
    """What is wrong with a link, or nothing."""
    file, _, anchor = target.partition("#")
    path = (page.parent / file).resolve() if file else page
    if not path.exists():
        return f"{target} does not exist"
    if anchor and anchor not in anchors_of(path):
        return f"{target} names no heading"
    is_name = text.startswith("`") and "/" not in text and not text.endswith(".py`")
    if path.suffix == ".py" and is_name and text.strip("`()") not in names_in(path):
        return f"{text} is not in {file}"
    return ""


@pytest.mark.parametrize("page", page_paths(), ids=name_of)
def test_every_link_resolves_and_names_what_is_there(page):
    assert [found for path, text, target in LINKS if path == page and (found := problem(path, text, target))] == []


def test_there_are_links_to_check():
    assert len(LINKS) > 50


def test_a_broken_link_would_be_found():
    page = page_paths()[0]
    assert problem(page, "x", "nowhere.md")
    assert problem(page, "x", "README.md#no-such-heading")
    assert problem(page, "`no_such_function`", "tests/docs/pages.py")
    assert not problem(page, "`links_of`", "tests/docs/pages.py")
