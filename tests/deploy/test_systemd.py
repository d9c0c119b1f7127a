"""The units of systemd: what they may do, and that what they run exists."""

import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from cli.group import lotkeeper as program

UNITS = Path(__file__).parents[2] / "deploy" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
LEAST_SAFE = 20  # of 100, as `systemd-analyze security --threshold` counts
EACH = pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.name)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
@EACH
def test_a_unit_may_do_little(unit: Path) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={LEAST_SAFE}", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-300:] + done.stderr


@EACH
def test_a_unit_runs_a_command_that_exists(unit: Path) -> None:
    words = re.search(r"bin/lotkeeper ([a-z]+(?: [a-z]+)?)", unit.read_text())
    assert words is not None
    command: click.Command | None = program
    for word in words[1].split():
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word)
    assert command is not None


def test_the_template_differs_from_the_unit_in_names_alone() -> None:
    one, each = ((UNITS / name).read_text() for name in ("lotkeeper.service", "lotkeeper@.service"))
    same = each.replace("-%i", "").replace("/%i", "").replace("/NAME", "")
    assert _directives(same.splitlines()) == _directives(one.splitlines())


@pytest.mark.parametrize("name", ["lotkeeper.service", "lotkeeper@.service"])
def test_orders_in_flight_outlive_the_service(name: str) -> None:
    """`RemoveIPC` would empty /dev/shm of the user's files at each stop, and an order in flight would be forgotten."""
    assert "RemoveIPC=no" in (UNITS / name).read_text().splitlines()


def _directives(lines: list[str]) -> list[str]:
    return [line for line in lines if "=" in line and not line.startswith(("#", "Description="))]
