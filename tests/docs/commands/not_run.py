"""The commands of the documents that are not run for what the documents say of them, and why."""

import re

_SYSTEM = "changes the machine, as root; deploy/ and its units have tests of their own"
_SERVER = "needs a server of PostgreSQL, which tests/e2e/test_postgresql.py starts"
_LITESTREAM = "needs litestream; tests/docs/test_backups.py runs it where there is one"
_BUILDS = "sets up an environment from a package index; tests/release does it from a folder"
_DEVELOPMENT = "is for those who change the code; it takes minutes, and has tests of its own"
_MINUTES = "breaks a whole service on purpose; tests/e2e/test_drill.py runs it"
_OTHER_SHELL = "is for a shell that may not be installed; tests/cli reads the script"

_BROWSER = "opens a browser of the desktop; tests/e2e/page has one of its own"
_FLEET = "reads the services of other hosts; tests/cli/commands and tests/e2e have some"
_BROKER = "runs until it is stopped, in a folder of the machine; tests/e2e tries a broker and its services"

# The first pattern that is found in a command counts.
REASONS = {
    r"\blitestream\b": _LITESTREAM,
    r"\b(useradd|groupadd|usermod|systemctl|runuser)\b": _SYSTEM,
    r"\bsudo tee\b": _SYSTEM,
    r"^(install -|cp lotkeeper\.service|python3 -m venv /opt)": _SYSTEM,
    r"postgres|\.pgpass|psycopg2|--standby": _SERVER,
    r"^(pipx|uvx|pip) |\bpip install\b": _BUILDS,
    r"^make (run|lint)\b": _BUILDS,
    r"^make ": _DEVELOPMENT,
    r"^python -m (tests|benchmarks)\b": _DEVELOPMENT,
    r"^lotkeeper drill (?!--list)": _MINUTES,
    r"^lotkeeper broker ": _BROKER,
    r"^lotkeeper fleet ": _FLEET,
    r"^xdg-open ": _BROWSER,
    r"completion (zsh|fish)": _OTHER_SHELL,
}

# Pages whose commands another test types: in a Debian root of its own, and step by step of a container.
ELSEWHERE = {"docs/deployment.md"}
# What is run on the machine of a test: these programs, and nothing else that a document may come to show.
RUN = re.compile(
    r"^(LOTKEEPER_\w+=\S+ )?((\.venv/bin/)?lotkeeper|jq|curl|cat|openssl|tar|tail|sleep|umask|set -a;|token=|eval"
    r"|mkdir -p set-aside|mv (lotkeeper\.sqlite|new\.env)|\. \.venv)"
)


def is_run(command: str) -> bool:
    """Whether a test runs it."""
    return bool(RUN.match(command)) and not why_not(command)


def why_not(command: str) -> str:
    """Why a command is not run; empty for one that is."""
    return next((reason for pattern, reason in REASONS.items() if re.search(pattern, command)), "")
