"""Copies of the sources, in which a line may be wrong: the checkout is never changed."""

import compileall
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from py_compile import PycInvalidationMode
from queue import SimpleQueue

ROOT = Path(__file__).parents[2]
COPIED = ("lotkeeper", "binance_sim", "tests", "actors", "messages", "persistence", "setup.cfg", "pyproject.toml")


@contextmanager
def copies(count: int) -> Iterator["SimpleQueue[Path]"]:
    """Folders with the sources, one a worker; they are taken from the queue and put back."""
    with tempfile.TemporaryDirectory(prefix="lk-mutants-") as folder:
        free: SimpleQueue[Path] = SimpleQueue()
        for number in range(count):
            copy = Path(folder) / str(number)
            copy.mkdir()
            for name in COPIED:
                source = ROOT / name
                (_copied_tree if source.is_dir() else shutil.copy)(source, copy / name)
            free.put(copy)
        yield free


def _copied_tree(source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))


def keep_byte_code(copy: Path) -> None:
    """Compiles the copy once. Byte code is told by the hash of its source, not by time and size: two versions of a
    line are often as long as each other and written within the same second."""
    for name in COPIED:
        if (copy / name).is_dir():
            compileall.compile_dir(str(copy / name), quiet=1, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
