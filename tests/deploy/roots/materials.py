"""What the tests with Debian roots share in a run: an empty root, and the packages of Python that pip finds inside."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.deploy.roots.enclosure import NAMESPACES

ROOT = Path(__file__).parents[3]
CONTAINERFILE = ROOT / "deploy" / "container" / "Containerfile"
LOCK = CONTAINERFILE.with_name("requirements.lock")
_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 6_000_000_000  # all roots of a run take a third of it
_OTHERS_WITHIN_S = 650.0  # longer than a test may take
# Neither is needed by the program: what builds a wheel of a package that has none.
_BUILDERS = ("setuptools", "wheel")
# The Python of each Debian release that the service is installed on, the oldest first.
PYTHONS = {"bookworm": "3.11", "trixie": "3.13"}
# As in Debian's own images: man pages and what apt would keep of its downloads are left out.
_SMALL = (
    *(f"--dpkgopt=path-exclude=/usr/share/{each}/*" for each in ("man", "locale", "doc")),
    "--dpkgopt=force-unsafe-io",
    '--aptopt=Dir::Cache::pkgcache ""',
    '--aptopt=Dir::Cache::srcpkgcache ""',
    """--customize-hook=echo 'APT::Keep-Downloaded-Packages "false";' > "$1/etc/apt/apt.conf.d/clean\"""",
    '--aptopt=Acquire::Languages "none"',
)


@dataclass(frozen=True, slots=True)
class Materials:
    folder: Path

    @property
    def empty(self) -> Path:
        """A Debian root with what is essential, apt, and systemd, which a container leaves alone."""
        return self.folder / "root"

    @property
    def wheels(self) -> Path:
        return self.folder / "wheels"


def release() -> str:
    """The Debian release that the Containerfile begins with, unless the variable DEBIAN names another."""
    if chosen := os.environ.get("DEBIAN"):
        return chosen
    found = re.search(r"debian:([a-z]+)", CONTAINERFILE.read_text())
    assert found is not None
    return found[1]


def _pythons() -> list[str]:
    """Of the release, and of those that it can be upgraded to: packages are fetched for each."""
    releases = list(PYTHONS)
    return [PYTHONS[each] for each in releases[releases.index(release()) :]]


def skip_where_none_can_be_made() -> None:
    if os.geteuid() != 0:
        pytest.skip("a Debian root is made and entered by root alone")
    for program in ("mmdebstrap", "unshare", "nsenter"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed (Debian: apt-get install mmdebstrap util-linux)")
    if subprocess.run([*NAMESPACES, "true"], capture_output=True, check=False).returncode:
        pytest.skip("namespaces are not to be had here")


def share_materials(run_folder: Path, at_end: Callable[[Callable[[], None]], None]) -> Materials:
    """Those of this run; the first that needs them makes them. `run_folder` is common to its workers."""
    skip_where_none_can_be_made()
    users = os.open(run_folder / "roots.users", os.O_CREAT | os.O_RDWR, 0o600)
    note = run_folder / "roots.folder"
    with (run_folder / "roots.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_SH)
        if note.exists():
            at_end(lambda: os.close(users))
        else:
            folder = new_folder()
            at_end(lambda: _end(folder, users))
            _make(Materials(folder))
            note.write_text(str(folder))
    return Materials(Path(note.read_text()))


def new_folder() -> Path:
    """For roots, in memory where there is room: a disk takes long to write and to remove so many files."""
    room = os.statvfs(_MEMORY)
    is_wide = room.f_bavail * room.f_frsize > _ROOM_BYTES
    folder = Path(tempfile.mkdtemp(prefix="lk-roots-", dir=_MEMORY if is_wide else None))
    folder.chmod(0o755)
    return folder


def _make(wanted: Materials) -> None:
    """Both at once: each mostly waits for the network."""
    root = ["mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", "--include=systemd", *_SMALL]
    pip = [sys.executable, "-m", "pip", "--quiet", "download", "--no-deps", "--dest", str(wanted.wheels)]
    locked = [*pip, "--require-hashes", "--requirement", str(LOCK), "--python-version"]
    first, *later = _pythons()
    making = [subprocess.Popen([*locked, first]), subprocess.Popen([*root, release(), str(wanted.empty)])]
    subprocess.run([*pip, *_BUILDERS], check=True)
    assert [each.wait() for each in making] == [0, 0]
    for version in later:
        subprocess.run([*locked, version], check=True)


def _end(folder: Path, users: int) -> None:
    """Waits for the other workers, and not for a process that one of them has left."""
    give_up = time.monotonic() + _OTHERS_WITHIN_S
    while not _is_last(users) and time.monotonic() < give_up:
        time.sleep(0.1)
    os.close(users)
    shutil.rmtree(folder, ignore_errors=True)


def _is_last(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
