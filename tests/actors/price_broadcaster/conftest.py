import pytest

from tests.actors.price_broadcaster.bench import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()
