"""Makes docs/reference/messages.md: who sends which message to whom, from the sources; --check says if it is stale."""

import ast
import io
import sys
import textwrap
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = Path("docs/reference/messages.md")
CODE = ("actors", "cli", "lotkeeper")
# What nobody else receives of these, a command does.
ASKED_BY_COMMANDS = ("configuration", "control", "pair_commands", "pair_rules")
SPECIAL = {
    "streams": ("UserStream", "MarketStream"),
    "credentials": ("Gateway", "UserStream"),
    "supervising": ("Guardian", "PairSupervisor"),
}
WIDTH = 118
HEAD = """# Messages

What actors say to each other. This page is generated from `messages/` and from the code that sends and handles
messages: change it with `python docs/make_messages.py`.

A *fact* arrives, each one and in order. Of a *state* only the newest arrives ([engine.md](engine.md)). "Command line"
stands for the process of a command, "launcher" for the main process of the service.
"""


@dataclass(slots=True)
class Message:
    """A dataclass of `messages/`, and where it is used."""

    name: str
    module: str
    docstring: str
    fields: dict[str, str]  # name -> the comment beside it or above it, or nothing
    field_types: set[str]  # names within the types of its fields
    is_state: bool
    senders: set[str] = field(default_factory=set)
    receivers: set[str] = field(default_factory=set)


def main() -> int:
    """Writes the page, or with --check returns 1 if it is not what would be written."""
    page = ROOT / PAGE
    text = catalogue(ROOT)
    if "--check" not in sys.argv[1:]:
        page.write_text(text)
        return 0
    if page.exists() and page.read_text() == text:
        return 0
    sys.stderr.write(f"{PAGE} is not up to date: python docs/make_messages.py\n")
    return 1


def catalogue(root: Path) -> str:
    """The whole page."""
    sources = {path.stem: path.read_text() for path in sorted((root / "messages").glob("[a-z]*.py"))}
    messages = {each.name: each for stem, source in sources.items() for each in _messages_of(stem, source)}
    for path in sorted(path for folder in CODE for path in (root / folder).rglob("*.py")):
        _find_uses(path.relative_to(root), ast.parse(path.read_text()), messages)
    parts = [HEAD]
    for stem, source in sources.items():
        parts.append(f"\n## {stem}\n\n{_wrapped(ast.get_docstring(ast.parse(source)) or '')}\n")
        parts += [_section(each, messages) for each in messages.values() if each.module == stem]
    return "".join(parts)


def _messages_of(module: str, source: str) -> Iterator[Message]:
    comments = _comments(source)
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef) and node.decorator_list:
            fields = [each for each in node.body if isinstance(each, ast.AnnAssign) and not _is_class_variable(each)]
            yield Message(
                node.name,
                module,
                ast.get_docstring(node) or "",
                {ast.unparse(each.target): _comment_of(each, comments) for each in fields},
                {name.id for each in fields for name in ast.walk(each.annotation) if isinstance(name, ast.Name)},
                any(isinstance(each, ast.FunctionDef) and each.name == "state_key" for each in node.body),
            )


def _comments(source: str) -> dict[int, tuple[str, bool]]:
    """By line: the comment, and whether it has the line for itself."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    found = (each for each in tokens if each.type == tokenize.COMMENT)
    return {each.start[0]: (each.string.lstrip("# "), not each.line[: each.start[1]].strip()) for each in found}


def _comment_of(node: ast.AnnAssign, comments: dict[int, tuple[str, bool]]) -> str:
    beside, _ = comments.get(node.end_lineno or node.lineno, ("", False))
    above: list[str] = []
    line = node.lineno - 1
    while comments.get(line, ("", False))[1]:
        above.insert(0, comments[line][0])
        line -= 1
    return " ".join([*above, beside]).strip()


def _is_class_variable(node: ast.AnnAssign) -> bool:
    return "ClassVar" in ast.unparse(node.annotation)


def _find_uses(path: Path, tree: ast.Module, messages: dict[str, Message]) -> None:
    """Adds the owner of a source file to the senders and receivers of each message that it imports."""
    imported = {
        alias.asname or alias.name: messages[alias.name]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("messages.")
        for alias in node.names
        if alias.name in messages
    }
    owners = _owners(path)
    for node in ast.walk(tree):
        for name in _constructed(node) & imported.keys():
            imported[name].senders.update(owners)
        for name in _handled(node) & imported.keys():
            imported[name].receivers.update(owners)


def _owners(path: Path) -> tuple[str, ...]:
    if path.parts[0] == "cli":
        return ("command line",)
    if path.parts[0] == "lotkeeper":
        return _owners_below(path)
    actor = path.parts[1].removesuffix(".py")
    return SPECIAL.get(actor, ("".join(part.title() for part in actor.split("_")),))


def _owners_below(path: Path) -> tuple[str, ...]:
    """Documents are asked for by commands and by the HTTP server."""
    if path.parts[1] == "web":
        return ("HTTP server",)
    if path.parts[1:3] in {("service", "documents"), ("service", "interventions")}:
        return ("command line", "HTTP server")
    return ("launcher",) if path.parts[1] == "service" else ()


def _constructed(node: ast.AST) -> set[str]:
    """The names that are called, or given to a call that is to call them, as in a table of requests."""
    if not isinstance(node, ast.Call) or _handled(node):
        return set()
    chosen = node.func if isinstance(node.func, ast.Name | ast.IfExp) else ast.Tuple([])
    return {name.id for each in (chosen, *node.args) for name in _names_in(each)}


def _names_in(node: ast.expr) -> list[ast.Name]:
    parts = (node.body, node.orelse) if isinstance(node, ast.IfExp) else (node,)
    return [each for each in parts if isinstance(each, ast.Name)]


def _handled(node: ast.AST) -> set[str]:
    """The names in a `@handles(...)`, in an `isinstance(...)`, or of a class pattern."""
    if isinstance(node, ast.MatchClass):
        return {node.cls.id} if isinstance(node.cls, ast.Name) else set()
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("handles", "isinstance"):
        return {name.id for each in node.args for name in ast.walk(each) if isinstance(name, ast.Name)}
    return set()


def _section(message: Message, messages: dict[str, Message]) -> str:
    users = sorted(each.name for each in messages.values() if message.name in each.field_types)
    if users and not message.receivers:
        route = "part of " + ", ".join(f"`{name}`" for name in users)
    else:
        receivers = message.receivers or ({"command line"} if message.module in ASKED_BY_COMMANDS else set())
        kind = "state" if message.is_state else "fact"
        route = f"{_names(message.senders)} to {_names(receivers)}; {kind}"
    blocks = [f"### {message.name}", _wrapped(f"*{route}*"), *_paragraphs(message.docstring), *_fields(message)]
    return "\n" + "\n\n".join(blocks) + "\n"


def _fields(message: Message) -> list[str]:
    """Those with a comment one by one, the others in a sentence."""
    plain = ", ".join(f"`{name}`" for name, comment in message.fields.items() if not comment)
    explained = [_item(f"`{name}`: {comment}") for name, comment in message.fields.items() if comment]
    return [
        *(["\n".join(explained)] if explained else []),
        *([_wrapped(f"{'Other fields' if explained else 'Fields'}: {plain}.")] if plain else []),
    ]


def _item(text: str) -> str:
    return textwrap.fill(f"- {text}", WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def _names(actors: set[str]) -> str:
    return ", ".join(sorted(actors)) or "?"


def _paragraphs(docstring: str) -> list[str]:
    return [_wrapped(each) for each in docstring.split("\n\n") if each.strip()]


def _wrapped(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), WIDTH, break_long_words=False, break_on_hyphens=False)


if __name__ == "__main__":
    sys.exit(main())
