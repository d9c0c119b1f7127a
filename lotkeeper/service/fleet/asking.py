"""Asks the services, all at the same time: `lotkeeper status --json` of each, here or by ssh.

What a host answers is no message of ours but a text of somebody else's: it is read as JSON, and shown as text.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from lotkeeper.service.fleet.places import ServicePlace

_AT_ONCE: Final = 16
_SSH_FAILED: Final = 255  # ssh(1), "EXIT STATUS"
_MOST_TEXT: Final = 300  # characters of a reason


@dataclass(frozen=True, slots=True)
class Asked:
    """What came back: a document, or why there is none."""

    place: ServicePlace
    document: dict[str, Any] | None = None
    exit_code: int | None = None  # of the command; None: it was not carried out to its end
    trouble: str = ""


def ask_all(places: Sequence[ServicePlace], within_s: float, ssh_config: Path | None = None) -> list[Asked]:
    """In the order of the places. Each has `within_s` seconds, and holds up no other."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda place: _ask(place, within_s, ssh_config), places))


def command_for(place: ServicePlace, within_s: float, ssh_config: Path | None = None) -> list[str]:
    """The command that asks a service. ssh asks nothing, and takes no host that it does not know."""
    words = ["status", "--json", *(["--config", place.config] if place.config else [])]
    if not place.host:
        return [sys.executable, "-m", "cli.main", *words]
    options = {
        "BatchMode": "yes",
        "StrictHostKeyChecking": "yes",
        "ConnectTimeout": max(1, int(within_s)),
        "ForwardAgent": "no",
        "ForwardX11": "no",
        "ClearAllForwardings": "yes",
        "PermitLocalCommand": "no",
        "LogLevel": "ERROR",
    }
    given = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
    file = [] if ssh_config is None else ["-F", str(ssh_config)]
    return ["ssh", "-T", *file, *given, "--", place.host, shlex.join([place.program, *words])]


def _ask(place: ServicePlace, within_s: float, ssh_config: Path | None) -> Asked:
    try:
        done = subprocess.run(  # noqa: S603 (our own command, no shell)
            command_for(place, within_s, ssh_config),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=within_s,
            env=_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Asked(place, trouble=f"no answer within {within_s:g} s")
    except OSError as error:
        return Asked(place, trouble=f"ssh cannot be run: {error.strerror or error}")
    return _read(place, done)


def _read(place: ServicePlace, done: "subprocess.CompletedProcess[bytes]") -> Asked:
    said = _last_line(done.stderr)
    if place.host and done.returncode == _SSH_FAILED:
        return Asked(place, trouble=said or "ssh failed and did not say why")
    try:
        document = orjson.loads(done.stdout)
    except orjson.JSONDecodeError:
        return Asked(place, None, done.returncode, said or "what it printed is no status")
    if not isinstance(document, dict):
        return Asked(place, None, done.returncode, "what it printed is no status")
    if "error" in document:
        return Asked(place, None, done.returncode, shown(document["error"]))
    return Asked(place, document, done.returncode)


def shown(text: object) -> str:
    """A text of another host for a terminal: one line, and nothing that a terminal would obey."""
    plain = "".join(each if each.isprintable() else " " for each in str(text))
    return " ".join(plain.split())[:_MOST_TEXT]


def _last_line(output: bytes) -> str:
    lines = [line for line in output.decode(errors="replace").splitlines() if line.strip()]
    return shown(lines[-1]) if lines else ""


def _environment() -> dict[str, str]:
    """Variables of this shell that set keys of one configuration would set them for all services."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LOTKEEPER_")}
