"""How the key gets from the environment to the launcher alone.

A process keeps the environment that it was started with where others can read it (/proc/PID/environ), and passes it on
by fork. So the command starts itself again without the secret variables, and hands the secrets on in a file that exists
in memory only and that no forked process keeps.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

import orjson

from lotkeeper.config import SECRET_VARIABLES, Config, Secrets
from messages.lifecycle import Credentials

_PR_SET_PDEATHSIG = 1


def hand_over(config: Config, secrets: Secrets, account: str = "") -> NoReturn:
    """Starts this command again, with the secrets in a memory file and no longer in the environment.

    What else this process holds open for the next (the lease) stays; `account` is the lease's name for the account.
    """
    document = {
        "key_type": str(config.exchange.key_type),
        "api_key": secrets.api_key,
        "api_secret": secrets.api_secret.get_secret_value() if secrets.api_secret else None,
        "private_key_pem": secrets.private_key_pem.decode() if secrets.private_key_pem else None,
    }
    descriptor = os.memfd_create("credentials", 0)  # inheritable: no close-on-exec
    os.write(descriptor, orjson.dumps(document))
    start_again(["--credentials-fd", str(descriptor), *(["--account", account] if account else [])])


def start_again(more: Sequence[str]) -> NoReturn:
    """Replaces this process by a fresh one with the same command line and `more`."""
    environment = {name: value for name, value in os.environ.items() if name not in SECRET_VARIABLES}
    command = [sys.executable, *sys.orig_argv[1:], *more]
    os.execve(sys.executable, command, environment)  # noqa: S606 (our own command line, no shell)


def keep_from_children(descriptor: int) -> None:
    """No process forked from now on holds the memory file."""
    still_open = [descriptor]

    def forget() -> None:
        if still_open:  # in a child's own children the number may be another file's
            os.close(still_open.pop())

    os.register_at_fork(after_in_child=forget)


def credentials_in(descriptor: int) -> Credentials:
    """What the memory file holds."""
    document = orjson.loads(os.pread(descriptor, os.fstat(descriptor).st_size, 0))
    pem = document["private_key_pem"]
    return Credentials(
        key_type=document["key_type"],
        api_key=document["api_key"],
        api_secret=document["api_secret"],
        private_key_pem=pem.encode() if pem else None,
    )


def die_with(parent_pid: int) -> None:
    """Has the kernel end this process (SIGTERM) when its parent is gone; ends now when it already is."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent_pid:
        sys.exit(0)
