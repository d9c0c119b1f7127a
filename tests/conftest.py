"""For all tests: their order, a shell that does not matter, properties in no hurry, databases of both engines."""

import gc
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.order import begin_with_the_longest
from tests.postgresql.sharing import SharedServer, share_server
from tests.shell import forget_the_shell

forget_the_shell()
# A property must not fail because the machine is busy.
settings.register_profile("unhurried", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported and collected stays: the garbage collector need not go through it again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(trylast=True)  # when those that are not asked for have been taken out
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    begin_with_the_longest(config, items)


@pytest.fixture(scope="session")
def postgresql(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SharedServer:
    """A real server, started once for all workers; skips where none is installed."""
    mine = tmp_path_factory.getbasetemp()
    is_worker = hasattr(request.config, "workerinput")
    return share_server(mine.parent if is_worker else mine, request.config.add_cleanup)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of this test, which runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/lots.sqlite"
        return
    server: SharedServer = request.getfixturevalue("postgresql")
    url = server.database()
    yield url
    server.drop(url)
