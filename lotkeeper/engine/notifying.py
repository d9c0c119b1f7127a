"""Tells the service manager how the main process is, by the protocol of sd_notify(3); does nothing where none asked."""

import contextlib
import os
import socket
from collections.abc import Mapping


class Notifier:
    """Speaks to whoever started this process with a NOTIFY_SOCKET in its environment; never raises."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._path = environ.get("NOTIFY_SOCKET", "")

    def ready(self) -> None:
        """The system is up."""
        self._say("READY=1")

    def alive(self) -> None:
        """The system has answered just now; a manager with WatchdogSec= ends one that does not say so in time."""
        self._say("WATCHDOG=1")

    def stopping(self) -> None:
        """The system is going down."""
        self._say("STOPPING=1")

    def _say(self, words: str) -> None:
        if not self._path.startswith(("/", "@")):
            return
        address = self._path.replace("@", "\0", 1) if self._path.startswith("@") else self._path
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.setblocking(False)
            sock.sendto(words.encode(), address)
