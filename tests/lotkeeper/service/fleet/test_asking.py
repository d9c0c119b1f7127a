"""Asking services: here as commands, elsewhere by a real ssh over a real server on loopback."""

import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lotkeeper.service.fleet.asking import ask_all, command_for
from lotkeeper.service.fleet.places import ServicePlace
from tests.cli.conftest import CONFIG
from tests.lotkeeper.service.fleet.sshd import LoopbackSshd, is_there

WITHIN_S = 60.0  # however busy the machine is
PROGRAMS = {
    "well": 'printf \'{"health": "ok", "args": "%s"}\' "$*"',
    "down": 'printf \'{"error": "no system is running"}\'; exit 3',
    "broken": "echo 'Traceback' >&2; printf '\\033[31mno such module\\n' >&2; exit 1",
    "chatty": "echo hello",
    "listing": "echo '[]'",
    "slow": "exec sleep 600",
}
needs_sshd = pytest.mark.skipif(not is_there(), reason="sshd, ssh or ssh-keygen is not installed")


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoopbackSshd]:
    with LoopbackSshd(tmp_path_factory.mktemp("ssh") / "server") as server:
        yield server


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What stands for `lotkeeper` on the other host."""
    folder = tmp_path_factory.mktemp("bin")
    for name, text in PROGRAMS.items():
        path = folder / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return folder


def test_a_service_of_this_host_that_does_not_run_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOTKEEPER_DATABASE", "nonsense")  # of this shell, and of no service
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG)
    (asked,) = ask_all([ServicePlace("alice", str(config))], WITHIN_S)
    assert (asked.document, asked.exit_code) == (None, 3)
    assert asked.trouble.startswith("lotkeeper is not running with this configuration: ")


def test_a_configuration_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("pears: {}\n")
    (asked,) = ask_all([ServicePlace("alice", str(config))], WITHIN_S)
    assert asked.exit_code == 2
    assert "pears" in asked.trouble


@needs_sshd
def test_other_hosts_are_asked_over_ssh(sshd: LoopbackSshd, programs: Path) -> None:
    place = ServicePlace("pi", "/etc/lot keeper/$(id).yaml", "here", str(programs / "well"))
    (asked,) = ask_all([place], WITHIN_S, sshd.config)
    assert asked.document == {"health": "ok", "args": "status --json --config /etc/lot keeper/$(id).yaml"}


@needs_sshd
@pytest.mark.parametrize(
    ("program", "code", "trouble"),
    [
        ("down", 3, "no system is running"),
        ("broken", 1, "[31mno such module"),
        ("chatty", 0, "what it printed is no status"),
        ("listing", 0, "what it printed is no status"),
    ],
)
def test_whatever_goes_wrong_there_is_a_reason(
    sshd: LoopbackSshd, programs: Path, program: str, code: int, trouble: str
) -> None:
    place = ServicePlace("pi", "", "here", str(programs / program))
    (asked,) = ask_all([place], WITHIN_S, sshd.config)
    assert (asked.document, asked.exit_code) == (None, code)
    assert asked.trouble == trouble


@needs_sshd
def test_a_host_without_lotkeeper_says_so_in_its_own_words(sshd: LoopbackSshd, programs: Path) -> None:
    (asked,) = ask_all([ServicePlace("pi", "", "here", str(programs / "missing"))], WITHIN_S, sshd.config)
    assert asked.exit_code == 127
    assert str(programs / "missing") in asked.trouble


@needs_sshd
def test_a_host_that_does_not_answer_holds_up_no_other(sshd: LoopbackSshd, programs: Path) -> None:
    slow = ServicePlace("slow", "", "here", str(programs / "slow"))
    well = ServicePlace("well", "", "here", str(programs / "well"))
    late, soon = ask_all([slow, well], 3.0, sshd.config)
    assert late.trouble == "no answer within 3 s"
    assert soon.document is not None or soon.trouble == "no answer within 3 s"


@needs_sshd
def test_a_host_that_ssh_does_not_know_is_not_asked(sshd: LoopbackSshd, programs: Path) -> None:
    (asked,) = ask_all([ServicePlace("pi", "", "unknown", str(programs / "well"))], WITHIN_S, sshd.config)
    assert (asked.document, asked.exit_code) == (None, None)
    assert asked.trouble == "Host key verification failed."


def test_the_options_of_ssh_ask_nothing_and_forward_nothing() -> None:
    command = command_for(ServicePlace("pi", "", "lk@pi"), 7.9)
    options = {command[at + 1] for at, word in enumerate(command) if word == "-o"}
    assert {"BatchMode=yes", "StrictHostKeyChecking=yes", "ConnectTimeout=7", "ClearAllForwardings=yes"} <= options
    assert command[-3:] == ["--", "lk@pi", "lotkeeper status --json"]
    assert command_for(ServicePlace("a", "/c.yaml"), 5)[:3] == [sys.executable, "-m", "cli.main"]


def test_without_ssh_a_row_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError):
        subprocess.run(["ssh"], check=False)
    (asked,) = ask_all([ServicePlace("pi", "", "pi")], WITHIN_S)
    assert asked.trouble == "ssh cannot be run: No such file or directory"
