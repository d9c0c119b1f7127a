"""Numbers of versions: MAJOR.MINOR.PATCH."""

import re

from release.errors import ReleaseError

_ASSIGNED = re.compile(r'^__version__ = "(\d+\.\d+\.\d+)"$', re.MULTILINE)
_NUMBER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")


def checked(wanted: str, current: str) -> str:
    """`wanted`, if it may follow `current`. Raises ReleaseError otherwise."""
    if not _NUMBER.fullmatch(wanted):
        raise ReleaseError(f"VERSION is {wanted!r}; allowed: three numbers such as 0.3.0")
    if _numbers(wanted) <= _numbers(current):
        raise ReleaseError(f"VERSION is {wanted}; allowed: one after {current}")
    return wanted


def current_version(source: str) -> str:
    """Of the text of `lotkeeper/version.py`."""
    found = _ASSIGNED.findall(source)
    if len(found) != 1:
        raise ReleaseError("lotkeeper/version.py has to assign __version__ once, as in 0.2.0")
    return str(found[0])


def with_version(source: str, version: str) -> str:
    """The text of `lotkeeper/version.py` with another version."""
    return _ASSIGNED.sub(f'__version__ = "{version}"', source)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
