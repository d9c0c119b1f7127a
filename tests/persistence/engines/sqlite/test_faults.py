"""Each fault of an SQLite database, on a file system of two MiB: nothing is lost, and the status says what to do."""

from pathlib import Path

import orjson
import pytest

from tests.docs.fault_table import sentence_of
from tests.mounts import run_with_mount
from tests.persistence.faults.trial import FAULTS


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_is_lost_and_the_sentence_is_that_of_the_documents(tmp_path: Path, fault: str) -> None:
    small, elsewhere = tmp_path / "small", tmp_path / "elsewhere"
    small.mkdir()
    elsewhere.mkdir()
    script = f"from tests.persistence.faults.trial import main; main({fault!r}, {str(small)!r}, {str(elsewhere)!r})"
    done = run_with_mount(small, "size=4m", script)
    assert done.returncode == 0, done.stderr
    said = orjson.loads(done.stdout)
    assert said["trouble"].startswith(f"the database {small}/lots.sqlite fails: ")
    assert sentence_of(fault) in said["trouble"]
