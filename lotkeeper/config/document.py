"""The YAML file as a tree of texts, each with its line.

The texts are kept as written: YAML would turn `0.1` into a binary float and `NO` into False.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from lotkeeper.config.problems import ConfigProblem, ConfigProblems, one_line

KeyPath = tuple[str, ...]
Tree = dict[str, object]  # of texts, None, lists and trees

_MAX_DEPTH = 4
_LEVELS = "four levels at most"
_NULL = "tag:yaml.org,2002:null"


@dataclass(slots=True)
class ConfigDocument:
    name: str  # of the file
    tree: Tree = field(default_factory=dict)
    places: dict[KeyPath, tuple[str, int | None]] = field(default_factory=dict)  # file or variable, line
    problems: list[ConfigProblem] = field(default_factory=list)

    def place(self, path: KeyPath) -> tuple[str, int | None]:
        """The place of the key, or of the nearest key above it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (self.name, 1))

    def add_problem(self, path: KeyPath, found: str, allowed: str) -> None:
        self.problems.append(ConfigProblem(*self.place(path), ".".join(path), found, allowed))


def read_document(path: Path) -> ConfigDocument:
    """The file as a document; raises ConfigProblems if it cannot be read as YAML with a mapping."""
    document = ConfigDocument(str(path))
    root = _parse_yaml(document.name, _read_text(path))
    if root is None:
        raise _unusable(document.name, 1, "an empty file", "a mapping with at least `pairs`")
    if not isinstance(root, yaml.MappingNode):
        raise _unusable(document.name, _line(root), "something else than a mapping", "a mapping with at least `pairs`")
    document.tree = _Reader(document).mapping(root, ())
    return document


def read_list(text: str) -> object:
    """The list that a variable has as YAML in one line; the text itself if it has none."""
    return _read_nested(text, yaml.SequenceNode)


def read_mapping(text: str) -> object:
    """The mapping that a variable has as YAML in one line; the text itself if it has none."""
    return _read_nested(text, yaml.MappingNode)


def _read_nested(text: str, kind: type[yaml.CollectionNode]) -> object:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        return text
    if not isinstance(node, kind):
        return text
    document = ConfigDocument("")
    found = _Reader(document).value(node, ())
    return text if document.problems else found


def _read_text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise _unusable(str(path), None, "no such file", "a configuration file; name yours with --config") from error
    except OSError as error:
        raise _unusable(str(path), None, str(error.strerror).lower(), "a file that this user can read") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _unusable(str(path), line, f"a byte 0x{data[error.start]:02x}", "text in UTF-8") from error


def _parse_yaml(name: str, text: str) -> yaml.Node | None:
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(part for part in (error.context, error.problem) if part)
        raise _unusable(name, mark.line + 1 if mark else None, _yaml_error(problem), "YAML") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _unusable(name, line, f"the character {error.character!r}", "text without control characters") from error
    except RecursionError as error:
        raise _unusable(name, None, "too many levels", _LEVELS) from error
    return node


def _yaml_error(problem: str) -> str:
    return f"invalid YAML ({one_line(problem)})"


def _unusable(name: str, line: int | None, found: str, allowed: str) -> ConfigProblems:
    return ConfigProblems([ConfigProblem(name, line, "", found, allowed)])


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


class _Reader:
    """Turns nodes into trees and collects the problems. Aliases are refused, because they could expand without end."""

    def __init__(self, document: ConfigDocument) -> None:
        self._document = document
        self._seen: set[int] = set()

    def mapping(self, node: yaml.MappingNode, path: KeyPath) -> Tree:
        return {key: self.value(value, (*path, key)) for key, value in self._pairs(node, path)}

    def _pairs(self, node: yaml.MappingNode, path: KeyPath) -> Iterator[tuple[str, yaml.Node]]:
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._add_problem(key, path, "a key that is not a text", "text")
            elif (*path, key.value) in self._document.places:
                first = self._document.places[(*path, key.value)][1]
                self._add_problem(key, (*path, key.value), f"the key again (first in line {first})", "each key once")
            else:
                self._document.places[(*path, key.value)] = (self._document.name, _line(key))
                yield key.value, value

    def value(self, node: yaml.Node, path: KeyPath) -> object:
        if isinstance(node, yaml.ScalarNode):
            return None if node.tag == _NULL else node.value
        if id(node) in self._seen:
            self._add_problem(node, path, "an alias", "values written out")
            return None
        if len(path) > _MAX_DEPTH:
            self._add_problem(node, path, "a level too many", _LEVELS)
            return None
        self._seen.add(id(node))
        return self.mapping(node, path) if isinstance(node, yaml.MappingNode) else self._list(node, path)

    def _list(self, node: yaml.Node, path: KeyPath) -> list[object]:
        """The places of its values count from 0."""
        values = []
        for number, value in enumerate(node.value):
            self._document.places[(*path, str(number))] = (self._document.name, _line(value))
            values.append(self.value(value, (*path, str(number))))
        return values

    def _add_problem(self, node: yaml.Node, path: KeyPath, found: str, allowed: str) -> None:
        key = ".".join(map(one_line, path))
        self._document.problems.append(ConfigProblem(self._document.name, _line(node), key, found, allowed))
