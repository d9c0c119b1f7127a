"""The core is pure, takes every message that the actor does, and no effect of a collaborator gets lost."""

import ast
from pathlib import Path

import actors.pair_keeper
from actors.pair_keeper.actor import PairKeeper
from actors.pair_keeper.core import KeeperCore
from lotkeeper.engine.actor import EngineActor
from messages.ledger import RecordWatchOnly
from messages.queries import BalanceFetched, FetchFailed, OrdersFetched, ReferenceFetched, TopFetched, TradesFetched
from tests.actors.pair_keeper.bench import new_state

FOLDER = Path(actors.pair_keeper.__file__).parent
FILES = sorted(FOLDER.glob("*.py"))
ANSWERS = {BalanceFetched, FetchFailed, OrdersFetched, ReferenceFetched, TopFetched, TradesFetched}
IMPURE = ("lotkeeper.engine", "thespian", "time", "datetime.now", "random", "socket", "os")


def test_only_the_actor_knows_the_engine():
    for file in FILES:
        if file.name != "actor.py":
            imported = {name for node in ast.walk(_tree(file)) for name in _imported(node)}
            assert not {each for each in imported if each.startswith(IMPURE)}, file.name


def test_what_the_actor_handles_is_what_the_core_takes():
    core = KeeperCore(new_state().start)
    handled = set(PairKeeper._handlers) - set(EngineActor._handlers)
    wakeups = {each for each in core._events if each.__module__ == "actors.pair_keeper.tags"} | {RecordWatchOnly}
    assert handled == (set(core._events) | set(core._commands) | ANSWERS) - wakeups
    assert {message for message, _ in core._answers} == ANSWERS


def test_every_call_that_gives_effects_runs_them():
    """A generator that nobody runs does nothing, and says nothing of it."""
    names = {name for file in FILES for name in _giving_effects(_tree(file))}
    assert {"take", "follow", "begin", "_apply"} <= names
    pure = [file for file in FILES if file.name != "actor.py"]
    lost = [f"{file.name}:{line}" for file in pure for line in _not_run(_tree(file), names)]
    assert lost == []


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def _giving_effects(tree: ast.Module) -> set[str]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.returns is not None]
    return {each.name for each in functions if each.returns and ast.unparse(each.returns).startswith("Effects[")}


def _not_run(tree: ast.Module, names: set[str]) -> list[int]:
    """The lines of statements that are nothing but a call of such a function; the book has names of its own."""
    calls = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]
    methods = [(call.lineno, call.func) for call in calls if isinstance(call.func, ast.Attribute)]
    return [line for line, each in methods if each.attr in names and not ast.unparse(each.value).endswith(".book")]
