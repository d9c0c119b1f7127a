"""Opening a websocket in a thread: the handshake may take seconds, and the actor must go on reading meanwhile."""

import contextlib
import socket
import threading

from lotkeeper.exchange.websocket.connect_policy import FailureKind
from lotkeeper.exchange.websocket.socket import ConnectError, StreamSocket


class ConnectThread:
    """A websocket that is being opened by a thread of its own, which does nothing else and sends no message.

    Watch `fileno()`; when it is readable, `result()` has the socket. `timeout_s` bounds each step. Raises ConnectError
    where the system gives no thread or no descriptor: then nothing was sent, and it may be tried again.
    """

    def __init__(self, url: str, *, timeout_s: float = 5.0) -> None:
        try:
            self._ready, self._done = socket.socketpair()
        except OSError as error:
            raise _not_begun(error) from error
        self._socket: StreamSocket | None = None
        self._error: BaseException | None = None
        self._lock = threading.Lock()
        self._is_wanted = True
        try:
            threading.Thread(target=self._open, args=(url, timeout_s), name="opening", daemon=True).start()
        except RuntimeError as error:  # "can't start new thread": the system has a limit of processes
            self._ready.close()
            self._done.close()
            raise _not_begun(error) from error

    def fileno(self) -> int:
        return self._ready.fileno()

    def result(self) -> StreamSocket:
        """The open socket; raises ConnectError. Call it once, when readable."""
        self._ready.close()
        if self._socket is not None:
            return self._socket
        raise self._error or ConnectError("the websocket was not opened")

    def abandon(self) -> None:
        """Closes the socket, now or when it is open."""
        with self._lock:
            self._is_wanted = False
        self._ready.close()
        if self._socket is not None:
            self._socket.close()

    def _open(self, url: str, timeout_s: float) -> None:
        try:
            opened = StreamSocket.open(url, timeout_s=timeout_s)
        except ConnectError as error:
            self._error = error
        except Exception as error:  # a fault of ours must not leave the stream waiting for ever
            self._error = ConnectError(f"the websocket was not opened: {error!r}")
        else:
            self._keep_if_wanted(opened)
        with contextlib.suppress(OSError):
            self._done.send(b"1")
        self._done.close()

    def _keep_if_wanted(self, opened: StreamSocket) -> None:
        with self._lock:
            if self._is_wanted:
                self._socket = opened
        if self._socket is None:
            opened.close()


def _not_begun(error: Exception) -> ConnectError:
    return ConnectError(f"no connection can be opened on this machine now: {error}", FailureKind.UNREACHABLE)
