"""The token that every request to the HTTP server has to know: a file that its user alone can read."""

import os
import re
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from lotkeeper.service.errors import ServiceError

_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,200}")
_LONGEST = 1024


def take_token(path: Path) -> str:
    """The token of the file, which is made with mode 0600 if there is none.

    Raises ServiceError if the file cannot be read or made, may be read by others, or has something else in it.
    """
    try:
        with suppress(FileNotFoundError):
            return _read(path)
        _make(path)
        return _read(path)
    except OSError as error:
        raise ServiceError(f"the file of the token, {path}, cannot be used: {error.strerror or error}") from error


def _read(path: Path) -> str:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        status = os.fstat(descriptor)
        text = os.read(descriptor, _LONGEST).decode(errors="replace").strip()
    finally:
        os.close(descriptor)
    is_own = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o077
    if not is_own:
        raise ServiceError(f"the file of the token, {path}, has to belong to this user alone: chmod 600 {path}")
    if not _TOKEN.fullmatch(text):
        raise ServiceError(
            f"the file of the token, {path}, has no token: 32 to 200 letters, digits, - or _; without the file a new "
            "one is made"
        )
    return text


def _make(path: Path) -> None:
    """Whole or not at all: also if the process ends meanwhile, or another one makes it at the same time."""
    new = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(_BYTES) + "\n")
        with suppress(FileExistsError):
            os.link(new, path)
    finally:
        new.unlink(missing_ok=True)
