import pytest

from tests.lotkeeper.verification.judge.hall import Hall


@pytest.fixture
def hall(tmp_path):
    return Hall(tmp_path / "journal.jsonl")
