"""The product's modules and what they import, read from the source text: nothing is imported or run."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("actors", "messages", "persistence", "cli", "lotkeeper", "binance_sim")


@dataclass(frozen=True)
class Module:
    """One source file; `imports` are the modules it imports at any level of nesting, for type hints too."""

    name: str
    path: Path
    imports: frozenset[str]

    @property
    def room(self) -> str:
        """The part of the product that it belongs to: `actors`, `lotkeeper.trading`, `binance_sim`, ..."""
        return room_of(self.name)


def room_of(name: str) -> str:
    parts = name.split(".")
    return ".".join(parts[:2]) if parts[0] == "lotkeeper" else parts[0]


@cache
def modules() -> dict[str, Module]:
    """Every module of the product, by its dotted name."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    names = {_name(path) for path in paths}
    return {_name(path): Module(_name(path), path, frozenset(_imports(path, names))) for path in paths}


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path, names: set[str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield from (each for each in (full if full in names else node.module,) if each in names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in names)


def circles(graph: dict[str, frozenset[str]]) -> list[list[str]]:
    """The groups of nodes that reach each other, each sorted; a node on its own is none."""
    reach = {node: _reachable(graph, node) for node in graph}
    groups = {tuple(sorted(other for other in reach[node] if node in reach[other])) for node in graph}
    return [list(group) for group in sorted(groups) if len(group) > 1]


def _reachable(graph: dict[str, frozenset[str]], start: str) -> frozenset[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for other in graph[waiting.pop()]:
            if other not in found:
                found.add(other)
                waiting.append(other)
    return frozenset(found)
