"""`python -m release VERSION`: a clean checkout becomes a tag, and artefacts in `dist/`. Nothing is sent anywhere."""

import argparse
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from release.artefacts import bill_of_materials, build, differing, run, write_sums
from release.changelog import notes_of_unreleased, released
from release.errors import ReleaseError
from release.versions import checked, current_version, with_version

ROOT = Path(__file__).parents[1]
_VERSION_FILE, _CHANGELOG, _LOCK = ROOT / "lotkeeper" / "version.py", ROOT / "CHANGELOG.md", ROOT / "requirements.lock"


def main() -> int:
    """Exit code 1 with a sentence where something is in the way."""
    parser = argparse.ArgumentParser(prog="release", description=__doc__)
    parser.add_argument("version", help="such as 0.3.0; `none` builds the artefacts of this commit, without a tag")
    version = parser.parse_args().version
    try:
        if version != "none":
            _note(version)
        _make_artefacts()
    except ReleaseError as error:
        sys.stderr.write(f"Error: {error}\n")
        return 1
    return 0


def _note(version: str) -> None:
    """The commit and the tag of the version."""
    if run("git", "-C", str(ROOT), "status", "--porcelain"):
        raise ReleaseError("the checkout has changes that are not committed; allowed: a clean one")
    source, changes = _VERSION_FILE.read_text(), _CHANGELOG.read_text()
    checked(version, current_version(source))
    notes, changed = notes_of_unreleased(changes), released(changes, version, datetime.now(UTC).date())
    _VERSION_FILE.write_text(with_version(source, version))
    _CHANGELOG.write_text(changed)
    run("git", "-C", str(ROOT), "commit", "--quiet", "--all", "--message", f"Release {version}")
    run("git", "-C", str(ROOT), "tag", "--annotate", f"v{version}", "--cleanup=verbatim", "--message", notes)
    sys.stdout.write(f"{version} is committed, and tagged as v{version}\n")


def _make_artefacts() -> None:
    """Built twice, from the files of the commit alone, to be certain that anyone gets the same."""
    epoch_s = int(run("git", "-C", str(ROOT), "log", "-1", "--format=%ct"))
    target = ROOT / "dist"
    with tempfile.TemporaryDirectory() as name:
        first, second = (_built(Path(name, each), epoch_s) for each in ("first", "second"))
        if found := differing(first, second):
            raise ReleaseError(f"built twice, not the same: {', '.join(found)}")
        target.mkdir(exist_ok=True)
        for each in target.iterdir():
            each.unlink()
        files = [each.rename(target / each.name) for each in first]
    wheel = files[0]
    files.append(bill_of_materials(wheel, _LOCK, target / f"{'-'.join(wheel.name.split('-')[:2])}.cdx.json"))
    write_sums(files, target / "SHA256SUMS")
    sys.stdout.write("".join(f"dist/{each.name}\n" for each in sorted(target.iterdir())))


def _built(folder: Path, epoch_s: int) -> list[Path]:
    source = folder / "source"
    source.mkdir(parents=True)
    run("git", "-C", str(ROOT), "archive", "--output", str(folder / "source.tar"), "HEAD")
    run("tar", "--extract", "--file", str(folder / "source.tar"), "--directory", str(source))
    return build(source, folder / "dist", epoch_s)


if __name__ == "__main__":
    sys.exit(main())
