"""Who may import whom (docs/architecture.md): nothing points upward, and no modules import each other in a circle."""

import pytest

from tests.architecture.source import circles, modules, room_of

VERSION = "lotkeeper.version"
SECRET_VARIABLES = "lotkeeper.secret_variables"
DATABASE_URL = "lotkeeper.database_url"
GROUND = {"lotkeeper.trading", DATABASE_URL}
ACTORS = {"messages", "persistence", "lotkeeper.engine", "lotkeeper.exchange", "lotkeeper.logging", *GROUND}
SERVICE = {"actors", "lotkeeper.config", SECRET_VARIABLES, *ACTORS}
WEB = {
    "lotkeeper.service",
    "lotkeeper.config",
    "lotkeeper.engine",
    "lotkeeper.logging",
    "messages",
    "persistence",  # the history, to be read
    *GROUND,
}
VERIFICATION = {"binance_sim", "lotkeeper.service", *SERVICE}

MAY_IMPORT: dict[str, set[str]] = {
    "lotkeeper.trading": set(),
    "lotkeeper.engine": set(),
    "binance_sim": set(),
    "lotkeeper.exchange": GROUND,
    "lotkeeper.config": {SECRET_VARIABLES, *GROUND},
    "lotkeeper.logging": {"lotkeeper.config", *GROUND},
    "messages": GROUND,
    "persistence": GROUND,
    "actors": ACTORS,
    "lotkeeper.service": SERVICE,
    "lotkeeper.web": WEB,
    "lotkeeper.verification": VERIFICATION,
    "cli": {"lotkeeper.verification", *VERIFICATION},
    "lotkeeper": set(),
    VERSION: set(),
    SECRET_VARIABLES: set(),
    DATABASE_URL: set(),
}
WITHOUT_VERSION = {"binance_sim", "lotkeeper.trading", "lotkeeper.engine"}


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_what_stands_below_it(room: str) -> None:
    allowed = MAY_IMPORT[room] | {room} | (set() if room in WITHOUT_VERSION else {VERSION})
    wrong = [
        f"{module.name} imports {other}"
        for module in modules().values()
        if module.room == room
        for other in sorted(module.imports)
        if room_of(other) not in allowed
    ]
    assert wrong == []


def test_every_room_has_its_rule() -> None:
    assert {module.room for module in modules().values()} == set(MAY_IMPORT)


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circles({name: module.imports for name, module in modules().items()}) == []


def test_the_judge_imports_nothing_of_the_service() -> None:
    """A mistake in the service's rules must not hide in the program that judges it."""
    judge = "lotkeeper.verification.judge"
    imports = {other for module in modules().values() if module.name.startswith(judge) for other in module.imports}
    assert {other for other in imports if not other.startswith((judge, "binance_sim", VERSION))} == set()


def test_a_circle_is_found() -> None:
    ring = {"a": frozenset({"b"}), "b": frozenset({"c"}), "c": frozenset({"a"}), "d": frozenset({"a"})}
    assert circles(ring) == [["a", "b", "c"]]
