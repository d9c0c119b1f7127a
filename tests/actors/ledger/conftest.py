"""A Ledger with a real database, and one whose database cannot be opened."""

import pytest

from tests.actors.ledger.bench import Bench


@pytest.fixture
def bench(database):
    bench = Bench(database)
    yield bench
    bench.desk.actor.on_exit()


@pytest.fixture
def shut(tmp_path):
    """A Ledger whose database cannot be opened: a folder is in its place."""
    place = tmp_path / "lots.sqlite"
    place.mkdir()
    bench = Bench(f"sqlite:///{place}")
    bench.place = place
    yield bench
    bench.desk.actor.on_exit()
