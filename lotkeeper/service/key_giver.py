"""Gives secrets to actors: the API key to those that sign requests. Each time from a process of its own.

So the key is never in the memory of the launcher, which forks all other processes, and which may do so again.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from lotkeeper.engine.service import attach
from lotkeeper.service.credentials_file import read_channels, read_credentials
from lotkeeper.service.key_handover import exit_with_parent
from messages.lifecycle import Address


class KeyGiver:
    """Holds the memory file with the credentials. No process that is forked from now on does, but its own."""

    def __init__(self, directory: Path, descriptor: int) -> None:
        """`directory` is that of the actor system, `descriptor` that of the memory file."""
        self._directory, self._descriptor = directory, descriptor
        self._is_giving = False  # while its own process is forked
        self._children: set[int] = set()  # those that have not been collected
        os.register_at_fork(after_in_child=self._close_in_child)

    def give(self, to: Address) -> None:
        """Sends the credentials to an actor. An actor that does not get them asks again."""
        self._give(to, read_credentials)

    def give_channels(self, to: Address) -> None:
        """Sends the addresses of the alerts' channels to an actor, which asks again if it does not get them."""
        self._give(to, read_channels)

    def _give(self, to: Address, read: Callable[[int], object]) -> None:
        launcher = os.getpid()
        self._is_giving = True
        try:
            child = os.fork()
        finally:
            self._is_giving = False
        if not child:
            self._give_in_child(launcher, to, read)
        self._children.add(child)

    def collect(self) -> None:
        """Clears away its processes that have ended."""
        for each in list(self._children):
            try:
                is_over = os.waitpid(each, os.WNOHANG)[0] == each
            except ChildProcessError:  # some other code has collected it
                is_over = True
            if is_over:
                self._children.discard(each)

    def _give_in_child(self, launcher: int, to: Address, read: Callable[[int], object]) -> NoReturn:
        """Never returns: what stands behind the fork is the launcher's."""
        code = 1
        try:
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            exit_with_parent(launcher, signal.SIGKILL)
            with attach(self._directory) as system:
                system.send_to(to, read(self._descriptor))
            code = 0
        finally:
            os._exit(code)

    def _close_in_child(self) -> None:
        """In a child's own children another file may have the number."""
        if self._descriptor >= 0 and not self._is_giving:
            os.close(self._descriptor)
            self._descriptor = -1
