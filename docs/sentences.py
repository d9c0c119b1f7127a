"""The sentences that the program says when something is wrong, as they stand in its sources; `...` is what varies."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("actors", "cli", "lotkeeper", "persistence")
# The errors that reach a person as a sentence, whoever raises them.
ERRORS = {
    "AlreadyRunningError", "ApiError", "AttachRefusedError", "CommandRefused", "ConfigurationError", "JournalError",
    "KeyProblemError", "NotRunningError", "OtherLabelError", "OvertakenError", "RefusedError", "ServiceError",
    "ServiceNotRunningError", "StagingError", "StartFailedError", "StartRefusedError", "StoreError", "UnknownKeyError",
    "UnknownNameError", "UnsafeDirectoryError", "UnsupportedThespianError", "click.BadParameter",
    "click.ClickException", "click.UsageError",
}  # fmt: skip
# Functions that say in a sentence why something is not done; nothing if it is.
_REASONS = re.compile(r"refusal|obstacle|^_?why_(not|no|coins|never|it_waits)\b|^why_no")
# What is found and what is allowed are their last two arguments.
_PROBLEMS = {"SecretFileError", "_add_problem", "_problem", "_unusable", "add_problem"}
DOCTOR = "lotkeeper/service/doctor/"
# A source without any of these says nothing of the kind.
_SAYS = re.compile(
    r"Error\(|click\.|CommandRefused\(|[pP]roblem\(|_unusable\(|refusal|obstacle|why_|(failed|warning|error|critical)\("
)
_LEVELS = {"warning", "error", "critical"}
_LETTERS = re.compile(r"[a-z]{2}")


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    module: str


class _Module:
    """A source with the texts that it names at its top, or imports by their names."""

    def __init__(self, path: Path) -> None:
        self.name = str(path.relative_to(ROOT))
        tree = ast.parse(path.read_text())
        nodes = [each for each in ast.walk(tree) if isinstance(each, ast.Call | ast.FunctionDef)]
        self.calls = [each for each in nodes if isinstance(each, ast.Call)]
        self.functions = [each for each in nodes if isinstance(each, ast.FunctionDef)]
        self._texts = _named_texts(tree)
        for each in tree.body:
            if isinstance(each, ast.ImportFrom) and each.module and each.module.partition(".")[0] in PACKAGES:
                self._texts.update(_imported_texts(each))

    def texts(self, node: ast.expr) -> list[str]:
        """What an expression may say; nothing if it only passes on what something else says."""
        if isinstance(node, ast.IfExp):
            return [*self.texts(node.body), *self.texts(node.orelse)]
        text = self.text(node)
        return [text] if _LETTERS.search(text) else []

    def text(self, node: ast.expr) -> str:
        """In one line, also if nothing of it is known."""
        return " ".join(re.sub(r"(\.\.\.)+", "...", self._text(node)).split())

    def _text(self, node: ast.AST) -> str:
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else "..."
        if isinstance(node, ast.JoinedStr):
            return "".join(map(self._text, node.values))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._text(node.left) + self._text(node.right)
        if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Name):
            return self._text(node.value)
        if isinstance(node, ast.Name) and node.id in self._texts:
            return self._text(self._texts[node.id])
        return "..."


def _named_texts(tree: ast.Module) -> dict[str, ast.expr]:
    assigned = (each for each in tree.body if isinstance(each, ast.Assign | ast.AnnAssign))
    return {
        name.id: each.value
        for each in assigned
        for name in (each.targets if isinstance(each, ast.Assign) else [each.target])
        if isinstance(name, ast.Name) and isinstance(each.value, ast.Constant | ast.JoinedStr)
    }


def _imported_texts(line: ast.ImportFrom) -> dict[str, ast.expr]:
    path = (ROOT / str(line.module).replace(".", "/")).with_suffix(".py")
    names = {each.name for each in line.names if each.name.isupper()}
    if not names or not path.exists():
        return {}
    return {name: text for name, text in _texts_of(path).items() if name in names}


@cache
def _texts_of(path: Path) -> dict[str, ast.expr]:
    return _named_texts(ast.parse(path.read_text()))


def sentences() -> list[Sentence]:
    """Of errors, refusals and problems of the configuration; each once, in the order of the sources."""
    return list(dict.fromkeys(each for module in _modules() for each in _of_errors(module)))


def doctor_lines() -> list[Sentence]:
    """What `lotkeeper doctor` finds wrong, with the fix that stands behind it."""
    modules = (each for each in _modules() if each.name.startswith(DOCTOR))
    found = (Sentence(text, module.name) for module in modules for text in _of_doctor(module))
    return list(dict.fromkeys(found))


def log_events() -> dict[str, str]:
    """The events of lines at warning or above, with the highest level that one has."""
    found: dict[str, str] = {}
    for module in _modules():
        for call in module.calls:
            level = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            if level in _LEVELS:
                for event in _events_in(call):
                    found[event] = max(found.get(event, ""), level, key=("", "warning", "error", "critical").index)
    return dict(sorted(found.items()))


@cache
def _modules() -> tuple[_Module, ...]:
    paths = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return tuple(_Module(path) for path in paths if _SAYS.search(path.read_text()))


def _events_in(call: ast.Call) -> list[str]:
    attributes = (each for each in ast.walk(call) if isinstance(each, ast.Attribute))
    return [each.attr for each in attributes if _name_of(each.value) in ("LogEvent", "EngineEvent")]


def _name_of(node: ast.expr) -> str:
    """With one dot at most: more has no name that is asked for."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def _of_errors(module: _Module) -> Iterator[Sentence]:
    for call in module.calls:
        name = _name_of(call.func)
        if name in ERRORS and call.args:
            first = call.args[1 if name == "ApiError" and len(call.args) > 1 else 0]
            yield from (Sentence(text, module.name) for text in module.texts(first))
        elif name == "ConfigProblem" and len(call.args) == 5:
            yield from _problem(module, *call.args[3:])
        elif name.rpartition(".")[2] in _PROBLEMS and len(call.args) >= 2:
            yield from _problem(module, *call.args[-2:])
    for function in module.functions:
        if _is_reason(function):
            for each in (node for node in ast.walk(function) if isinstance(node, ast.Return) and node.value):
                yield from (Sentence(text, module.name) for text in module.texts(each.value))


def _is_reason(function: ast.FunctionDef) -> bool:
    returned = ast.unparse(function.returns) if function.returns else ""
    return bool(_REASONS.search(function.name)) and returned in ("str", "str | None")


def _problem(module: _Module, found: ast.expr, allowed: ast.expr) -> Iterator[Sentence]:
    what, rule = module.text(found), module.text(allowed)
    if {what, rule} != {"..."}:
        yield Sentence(f"found {what}; allowed: {rule}", module.name)


def _of_doctor(module: _Module) -> Iterator[str]:
    for call in module.calls:
        if _name_of(call.func) in ("failed", "warning") and len(call.args) >= 2:
            yield from (
                f"{''.join(module.texts(call.args[0])) or '...'}: {text}" for text in module.texts(call.args[1])
            )
