"""How much of the disks is free that the service writes to."""

import os
from collections.abc import Iterable
from pathlib import Path

from messages.alerts import DiskSpace


def free_space(folders: Iterable[str], wanted_bytes: int) -> tuple[DiskSpace, ...]:
    """One for each disk. A folder that is not there yet stands for the one above it; one that cannot be read, for none.

    May wait for a disk of a network that does not answer: nobody waits for the caller.
    """
    by_disk: dict[int, DiskSpace] = {}
    for each in dict.fromkeys(folders):
        folder = next((path for path in (Path(each), *Path(each).parents) if path.is_dir()), None)
        if folder is None:
            continue
        try:
            status, found = os.stat(folder), os.statvfs(folder)
        except OSError:
            continue
        free_bytes = found.f_bavail * found.f_frsize
        by_disk.setdefault(status.st_dev, DiskSpace(str(folder), free_bytes, wanted_bytes))
    return tuple(by_disk.values())
