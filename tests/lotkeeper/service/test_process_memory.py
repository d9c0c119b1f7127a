"""The memory of many processes, read in turns."""

import os

import pytest

from lotkeeper.service import process_memory
from lotkeeper.service.process_memory import MemoryInTurns


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The processes whose memory was read, in order."""
    pids: list[int] = []
    monkeypatch.setattr(process_memory, "pss_bytes_of", lambda pid: pids.append(pid) or pid * 1000)
    return pids


def test_each_comes_in_its_turn_and_new_ones_first(read: list[int]) -> None:
    memory = MemoryInTurns(at_once=2)
    for _ in range(3):
        memory.begin((1, 2, 3, 4))
    assert read == [1, 2, 3, 4, 1, 2]
    memory.begin((1, 2, 3, 4, 5))
    assert read[6:] == [5, 3]


def test_one_that_has_ended_is_forgotten(read: list[int]) -> None:
    memory = MemoryInTurns(at_once=2)
    memory.begin((1, 2))
    memory.begin((2, 3))
    memory.begin((3,))
    assert read == [1, 2, 3, 2, 3]


def test_a_process_has_what_was_read_last() -> None:
    memory, own = MemoryInTurns(), os.getpid()
    before = memory.usage(own)
    assert before is not None
    assert before.pss_bytes is None
    memory.begin((own,))
    after = memory.usage(own)
    assert after is not None
    assert after.pss_bytes is None or after.pss_bytes > 1 << 20
