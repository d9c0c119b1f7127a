"""How the API key leaves the environment, before anything else is done.

Other processes can read the environment that a process was started with (/proc/PID/environ), and a fork inherits it.
So the command starts itself again without the secret variables, and passes them in a file that exists in memory only
(`credentials_file.py`). This module imports next to nothing: all imports are paid for a second time after it.
"""

import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from lotkeeper.secret_variables import SECRET_VARIABLES

_PR_SET_PDEATHSIG = 1  # prctl(2)
_RUN, _DESCRIPTOR, _STARTED = "run", "--credentials-fd", "--since-boot"


def is_service(arguments: Sequence[str]) -> bool:
    """Whether this command line runs the service."""
    return arguments[1:2] == [_RUN]


def must_hand_over(arguments: Sequence[str]) -> bool:
    """Whether this is the command line of a service that has not handed its key over yet."""
    return is_service(arguments) and _DESCRIPTOR not in arguments


def hand_over_key() -> NoReturn:
    """Starts this command again with the secret variables in a memory file instead of the environment.

    Also passes on when the service was started.
    """
    from lotkeeper.service.start_moment import process_start

    more = [] if _STARTED in sys.argv else [_STARTED, f"{process_start().boot_ms / 1000:.3f}"]
    given = {name: os.environ[name] for name in SECRET_VARIABLES if name in os.environ}
    descriptor = os.memfd_create("credentials", 0)  # inheritable: without close-on-exec
    os.write(descriptor, b"".join(os.fsencode(f"{name}={value}\0") for name, value in given.items()))
    environment = {name: value for name, value in os.environ.items() if name not in SECRET_VARIABLES}
    command = [sys.executable, *sys.orig_argv[1:], _DESCRIPTOR, str(descriptor), *more]
    os.execve(sys.executable, command, environment)  # noqa: S606 (our own command line, no shell)


def exit_with_parent(parent_pid: int, number: signal.Signals = signal.SIGTERM) -> None:
    """Makes the kernel end this process by a signal when its parent ends; exits now if the parent has ended already."""
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, number)
    if os.getppid() != parent_pid:
        sys.exit(0)
