"""No query to the database is a generator or a lambda: Pony decompiles their byte code, which new Pythons change."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import modules

ROOMS = ("persistence", "actors.ledger")
# Functions of pony.orm that take a generator or a lambda, and methods of entities and queries that take a lambda.
FUNCTIONS = {"select", "left_join", "get", "exists", "delete", "count", "sum", "min", "max", "avg", "group_concat"}
METHODS = {"select", "filter", "where", "order_by", "sort_by", "exists", "get"}


def decompiled(tree: ast.Module) -> Iterator[str]:
    """The places where Pony would decompile something."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pony"):
            yield from (f"line {node.lineno} imports {each.name}" for each in node.names if each.name in FUNCTIONS)
        elif isinstance(node, ast.Call) and _is_decompiled(node):
            yield f"line {node.lineno} queries with a function"


def _is_decompiled(call: ast.Call) -> bool:
    is_query = isinstance(call.func, ast.Attribute) and call.func.attr in METHODS
    return is_query and any(isinstance(each, ast.Lambda | ast.GeneratorExp) for each in call.args)


def files() -> list[Path]:
    return [module.path for module in modules().values() if module.name.startswith(ROOMS)]


def test_queries_are_keywords_or_sql() -> None:
    found = [f"{path.name}: {place}" for path in files() for place in decompiled(ast.parse(path.read_text()))]
    assert len(files()) > 10
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "from pony.orm import select",
        "entities.lot.select(lambda lot: lot.state != CLOSED)",
        "query.order_by(lambda lot: -lot.id)",
        "entities.lot.exists(lot for lot in entities.lot)",
    ],
)
def test_a_query_that_is_decompiled_is_found(source: str) -> None:
    assert len(list(decompiled(ast.parse(source)))) == 1
