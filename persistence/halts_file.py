"""The file that keeps what a person has halted, beside the database: it outlives the database, and the machine's boot.

It is written whole beside its place, put on the disk, and then put into its place: it is the old one or the new one.
"""

import os
from pathlib import Path

from lotkeeper.trading.halts import Halts, halts_from_text, halts_to_text, unreadable


def read_halts(path: Path, now_ms: int) -> Halts:
    """What the file says. With a file that cannot be read no order may be sent: it may have said so.

    `now_ms` (wall clock) is the moment from which on that counts.
    """
    try:
        return halts_from_text(path.read_text())
    except FileNotFoundError:
        return Halts()
    except OSError as error:
        return unreadable(f"{path} cannot be read: {error.strerror or error}", now_ms)
    except ValueError as error:
        return unreadable(f"{path} cannot be read: {error}", now_ms)


def write_halts(path: Path, halts: Halts) -> None:
    """On the disk when this returns. Raises OSError; then the old file is still there."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(halts_to_text(halts))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
