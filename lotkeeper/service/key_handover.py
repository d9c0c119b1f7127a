"""How the API key gets from the environment to the launcher alone.

Other processes can read the environment that a process was started with (/proc/PID/environ), and a fork inherits it.
So the command starts itself again without the secret variables, and passes the secrets in a file that exists in memory
only and that no forked process keeps.
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

_PR_SET_PDEATHSIG = 1  # prctl(2)


def hand_over_key(config: Config, secrets: Secrets, account: str, since_boot_s: float) -> NoReturn:
    """Starts this command again with the secrets in a memory file instead of the environment.

    Inheritable descriptors, such as those of the lease, stay open. `account` is the lease's name for the account, empty
    for none; `since_boot_s` is when the service was started.
    """
    credentials = credentials_of(config, secrets)
    document = {
        "key_type": credentials.key_type,
        "api_key": credentials.api_key,
        "api_secret": credentials.api_secret,
        "private_key_pem": credentials.private_key_pem.decode() if credentials.private_key_pem else None,
    }
    descriptor = os.memfd_create("credentials", 0)  # inheritable: without close-on-exec
    os.write(descriptor, orjson.dumps(document))
    more = ["--account", account] if account else []
    restart_process(["--credentials-fd", str(descriptor), "--since-boot", f"{since_boot_s:.3f}", *more])


def credentials_of(config: Config, secrets: Secrets) -> Credentials:
    """The configured key, as the actors that sign get it."""
    return Credentials(
        key_type=str(config.exchange.key_type),
        api_key=secrets.api_key,
        api_secret=secrets.api_secret.get_secret_value() if secrets.api_secret else None,
        private_key_pem=secrets.private_key_pem,
    )


def restart_process(more: Sequence[str]) -> NoReturn:
    """Replaces this process by a fresh one with the same command line and the arguments `more`."""
    environment = {name: value for name, value in os.environ.items() if name not in SECRET_VARIABLES}
    command = [sys.executable, *sys.orig_argv[1:], *more]
    os.execve(sys.executable, command, environment)  # noqa: S606 (our own command line, no shell)


def close_in_children(descriptor: int) -> None:
    """Closes the memory file in every process that is forked from now on."""
    still_open = [descriptor]

    def close_once() -> None:
        if still_open:  # in a child's own children another file may have this number
            os.close(still_open.pop())

    os.register_at_fork(after_in_child=close_once)


def read_credentials(descriptor: int) -> Credentials:
    """The content of the memory file."""
    document = orjson.loads(os.pread(descriptor, os.fstat(descriptor).st_size, 0))
    pem = document["private_key_pem"]
    return Credentials(
        key_type=document["key_type"],
        api_key=document["api_key"],
        api_secret=document["api_secret"],
        private_key_pem=pem.encode() if pem else None,
    )


def exit_with_parent(parent_pid: int) -> None:
    """Makes the kernel end this process (SIGTERM) when its parent ends; exits now if the parent has ended already."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent_pid:
        sys.exit(0)
