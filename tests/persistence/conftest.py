from collections.abc import Iterator

import pytest

from persistence.store import Store


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    opened = Store.open(database)
    yield opened
    opened.close()
