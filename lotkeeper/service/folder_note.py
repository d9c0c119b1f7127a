"""Where a running service has its sockets, by the configuration file that it was started with.

To read and check the configuration takes longer than all else that a command does. While the file and the variables
are those that the service was started with, the note tells a command where the service is.
"""

import os
import stat
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from lotkeeper.secret_variables import SECRET_VARIABLES
from lotkeeper.version import __version__

_MEMORY = Path("/dev/shm")  # noqa: S108 (the owner and the mode of the folder in it are checked)
_NO_KEYS = ("LOTKEEPER_CONFIG", *SECRET_VARIABLES)
_AT_MOST = 1 << 16  # bytes


class FolderNote:
    """A file in memory. It belongs to one file of configuration, as that is when the note is made.

    Make it before the file is read: then it does not stand for a file that was changed meanwhile.
    """

    def __init__(self, config_path: Path, environ: Mapping[str, str] = os.environ, memory: Path = _MEMORY) -> None:
        path = str(config_path.absolute())
        self._folder = memory / f"lotkeeper-{os.geteuid()}"
        self._path = self._folder / f"{zlib.crc32(os.fsencode(path)):08x}.folder"
        self._head = f"{__version__}\n{path}\n{_file_stamp(path)}\n{_variables_stamp(environ)}\n"

    def read(self) -> Path | None:
        """The folder of the sockets; None where nothing is noted of the file as it is now."""
        try:
            if not _is_private(self._folder):
                return None
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            return None
        with open(descriptor, "rb") as file:
            text = os.fsdecode(file.read(_AT_MOST))
        return Path(text.removeprefix(self._head)) if text.startswith(self._head) else None

    def write(self, folder: Path) -> None:
        """Where it cannot be written, commands only take longer."""
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, exist_ok=True)
            if _is_private(self._folder):
                new = self._path.with_suffix(f".{os.getpid()}")
                new.write_bytes(os.fsencode(f"{self._head}{folder.absolute()}"))
                new.rename(self._path)

    def remove(self) -> None:
        with suppress(OSError):
            self._path.unlink()

    @contextmanager
    def kept(self, folder: Path) -> Iterator[None]:
        """Says that the service with its sockets in `folder` runs meanwhile."""
        self.write(folder)
        try:
            yield
        finally:
            self.remove()


def _file_stamp(path: str) -> str:
    """Differs when the file has been changed or replaced; empty where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return ""
    return f"{found.st_dev} {found.st_ino} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"


def _variables_stamp(environ: Mapping[str, str]) -> str:
    """Differs with the variables that the configuration depends on. It does not tell what is in them."""
    names = [name for name in environ if name.startswith("LOTKEEPER_") and name not in _NO_KEYS]
    text = "\0".join(f"{name}={environ[name]}" for name in sorted([*names, *({"HOME"} & environ.keys())]))
    return f"{zlib.crc32(os.fsencode(text)):08x}"


def _is_private(folder: Path) -> bool:
    """Whether it is a folder of this user alone: anybody may make one of that name."""
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077
