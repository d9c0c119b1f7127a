"""Databases for tests: each test that takes `database` runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgresql.sharing import SharedServer, share_server


@pytest.fixture(scope="session")
def postgresql(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SharedServer:
    """A real server, started once for all workers; skips where none is installed."""
    mine = tmp_path_factory.getbasetemp()
    is_worker = hasattr(request.config, "workerinput")
    return share_server(mine.parent if is_worker else mine, request.config.add_cleanup)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of this test."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/lots.sqlite"
        return
    server: SharedServer = request.getfixturevalue("postgresql")
    url = server.database()
    yield url
    server.drop(url)
