import pytest

from tests.lotkeeper.verification.judge.bench import JournalBench


@pytest.fixture
def bench(tmp_path):
    return JournalBench(tmp_path / "journal.jsonl")
