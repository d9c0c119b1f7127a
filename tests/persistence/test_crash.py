"""A process that is killed while it writes loses nothing that was committed, and leaves nothing half."""

import subprocess
import sys
from pathlib import Path

import pytest

from persistence.store import Store
from tests.persistence.lots import lot

ROOT = Path(__file__).parents[2]
WRITER = """
import sys
from persistence.records import lot_entries
from persistence.store import Store
from tests.persistence.lots import lot
store = Store.open(sys.argv[1])
number = 0
while True:
    number += 1
    store.record(lot_entries(lot(number)))
    sys.stdout.write(f"{number}\\n")
    sys.stdout.flush()
"""


@pytest.mark.e2e
def test_a_writer_that_is_killed_loses_nothing_and_leaves_nothing_half(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.sqlite"
    for _ in range(3):
        command = [sys.executable, "-c", WRITER, url]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            said = [writer.stdout.readline() for _ in range(50)]
            writer.kill()
            said += writer.stdout.readlines()
        last = max(int(line) for line in said if line.endswith("\n"))
        store = Store.open(url)
        lots = store.load_pair("BTCUSDT").lots
        store.close()
        assert lots == tuple(lot(number) for number in range(1, len(lots) + 1))
        assert len(lots) >= last
