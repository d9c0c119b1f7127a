"""The files of this checkout, for tests that build, install or run them elsewhere."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]


def copy_checkout(folder: Path) -> Path:
    """Copies the files that git knows into `folder`, those that are not committed yet too; returns `folder`."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    names = [name for name in listed.split(b"\0") if name and (ROOT / os.fsdecode(name)).exists()]
    pack = ["tar", "--create", "--null", "--files-from", "-"]
    packed = subprocess.run(pack, cwd=ROOT, input=b"\0".join(names), capture_output=True, check=True).stdout
    folder.mkdir(exist_ok=True)
    subprocess.run(["tar", "--extract", "--directory", str(folder)], input=packed, check=True)
    return folder
