"""What a release consists of: wheel, source archive, bill of materials, and their checksums."""

import gzip
import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
import venv
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from release.errors import ReleaseError


def build(root: Path, target: Path, epoch_s: int) -> list[Path]:
    """Wheel and source archive from the files of `root`, all of whose times are `epoch_s` (seconds since 1970).

    Who builds the same commit with the same tools gets the same bytes.
    """
    target.mkdir(parents=True, exist_ok=True)
    words = ("-m", "build", "--no-isolation", "--outdir", str(target), str(root))  # by the tools of the lock file
    run(sys.executable, *words, SOURCE_DATE_EPOCH=str(epoch_s))
    (source,), (wheel,) = target.glob("*.tar.gz"), target.glob("*.whl")
    source.write_bytes(_normalised(source.read_bytes(), epoch_s))
    return [wheel, source]


def bill_of_materials(wheel: Path, lock: Path, target: Path) -> Path:
    """Of the wheel and all that is installed with it, as CycloneDX in JSON."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder, "bin", "python"))
        run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--requirement", str(lock))
        by_name = ("--no-index", "--find-links", str(wheel.parent), "lotkeeper")  # a path would stand in the bill
        run(python, "-m", "pip", "install", "--quiet", "--no-deps", *by_name)
        run(python, "-m", "pip", "uninstall", "--quiet", "--yes", "pip", "setuptools")
        options = ("--output-reproducible", "--of", "JSON", "--output-file", str(target))
        run(sys.executable, "-m", "cyclonedx_py", "environment", *options, python)
    return target


def write_sums(files: Iterable[Path], target: Path) -> Path:
    """In the form that `sha256sum --check` reads."""
    lines = [f"{hashlib.sha256(each.read_bytes()).hexdigest()}  {each.name}\n" for each in sorted(files)]
    target.write_text("".join(lines))
    return target


def differing(first: Iterable[Path], second: Iterable[Path]) -> list[str]:
    """The names of the files whose bytes are not the same in both."""
    return [one.name for one, other in zip(first, second, strict=True) if one.read_bytes() != other.read_bytes()]


def run(*words: str, **more: str) -> str:
    """Standard output of the command, with `more` in its environment. Raises ReleaseError where it fails."""
    done = subprocess.run(words, env={**os.environ, **more}, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise ReleaseError(f"{' '.join(words[:4])} ... failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def _normalised(archive: bytes, epoch_s: int) -> bytes:
    """A source archive of setuptools has the times and the user of the moment: both are taken out."""
    packed = BytesIO()
    with tarfile.open(fileobj=BytesIO(archive)) as old, tarfile.open(fileobj=packed, mode="w") as new:
        for member in sorted(old.getmembers(), key=lambda each: each.name):
            member.mtime, member.uid, member.gid, member.uname, member.gname = epoch_s, 0, 0, "", ""
            member.pax_headers = {}
            new.addfile(member, old.extractfile(member) if member.isfile() else None)
    return gzip.compress(packed.getvalue(), mtime=epoch_s)
