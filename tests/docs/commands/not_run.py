"""The commands of the documents that are not run for what the documents say of them, and why."""

import re

_SYSTEM = "changes the machine, as root; deploy/ and its units have tests of their own"
_SERVER = "needs a server of PostgreSQL, which tests/e2e/test_postgresql.py starts"
_LITESTREAM = "needs litestream; tests/docs/test_backups.py runs it where there is one"
_BUILDS = "sets up an environment from a package index; tests/release does it from a folder"
_DEVELOPMENT = "is for those who change the code; it takes minutes, and has tests of its own"
_MINUTES = "breaks a whole service on purpose; tests/e2e/test_drill.py runs it"
_OTHER_SHELL = "is for a shell that may not be installed; tests/cli reads the script"

# The first pattern that is found in a command counts.
REASONS = {
    r"\blitestream\b": _LITESTREAM,
    r"\b(useradd|systemctl|runuser)\b": _SYSTEM,
    r"^(install -|cp lotkeeper\.service|python3 -m venv /opt)": _SYSTEM,
    r"postgres|\.pgpass|psycopg2|--standby": _SERVER,
    r"^(pipx|uvx|pip) |\bpip install\b": _BUILDS,
    r"^make (run|lint)\b": _BUILDS,
    r"^make ": _DEVELOPMENT,
    r"^python -m (tests|benchmarks)\b": _DEVELOPMENT,
    r"^lotkeeper drill (?!--list)": _MINUTES,
    r"completion (zsh|fish)": _OTHER_SHELL,
}


def why_not(command: str) -> str:
    """Why a command is not run; empty for one that is."""
    return next((reason for pattern, reason in REASONS.items() if re.search(pattern, command)), "")
