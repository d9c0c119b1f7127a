"""Which level the launcher and the HTTP server have."""

import pytest

from lotkeeper.engine.actor.log_levels import ActorLevel, LogLevels
from lotkeeper.service import own_levels
from lotkeeper.service.own_levels import OwnLevels


class Web:
    """In place of the process of the HTTP server."""

    def __init__(self) -> None:
        self.levels: list[str] = []

    def log_from(self, level: str) -> None:
        self.levels.append(level)


@pytest.fixture
def levels(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Of the launcher."""
    found: list[str] = []
    monkeypatch.setattr(own_levels, "set_level", found.append)
    return found


def test_a_level_is_that_of_one_process_or_of_all(levels: list[str]) -> None:
    web = Web()
    own = OwnLevels("INFO", web)  # type: ignore[arg-type]
    own.wish(LogLevels((ActorLevel("web", "DEBUG"),)))
    own.wish(LogLevels((ActorLevel("", "ERROR"), ActorLevel("web", "DEBUG"))))
    own.wish(LogLevels((ActorLevel("", "ERROR"), ActorLevel("web", "DEBUG")), configured="WARNING"))
    own.wish(LogLevels(configured="INFO"))
    assert levels == ["INFO", "ERROR", "INFO"]
    assert web.levels == ["DEBUG", "DEBUG", "INFO"]


def test_another_configured_level_is_for_those_that_have_no_other(levels: list[str]) -> None:
    web = Web()
    own = OwnLevels("INFO", web)  # type: ignore[arg-type]
    own.wish(LogLevels((ActorLevel("web", "DEBUG"),)))
    own.configure("WARNING")
    assert (levels[-1], web.levels[-1]) == ("WARNING", "DEBUG")


def test_without_an_http_server_the_launcher_has_its_own(levels: list[str]) -> None:
    OwnLevels("INFO", None).wish(LogLevels((ActorLevel("launcher", "DEBUG"),)))
    assert levels == ["DEBUG"]
