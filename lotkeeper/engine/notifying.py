"""Notifies the service manager of the state of the main process by the protocol of sd_notify(3)."""

import contextlib
import os
import socket
from collections.abc import Mapping


class Notifier:
    """Sends to the socket that NOTIFY_SOCKET names; does nothing where the variable is not set. Never raises."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._path = environ.get("NOTIFY_SOCKET", "")

    def notify_ready(self) -> None:
        """The system is up."""
        self._send("READY=1")

    def notify_alive(self) -> None:
        """The system has answered just now; a manager with WatchdogSec= ends a service that does not say so in time."""
        self._send("WATCHDOG=1")

    def notify_stopping(self) -> None:
        """The system is going down."""
        self._send("STOPPING=1")

    def _send(self, state: str) -> None:
        if not self._path.startswith(("/", "@")):
            return
        address = self._path.replace("@", "\0", 1) if self._path.startswith("@") else self._path
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.setblocking(False)
            sock.sendto(state.encode(), address)
