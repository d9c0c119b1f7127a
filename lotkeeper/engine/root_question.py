"""One question to the root actor of a running system, by a process that asks nothing else.

Such a process does without Thespian, whose import takes longer than the whole question. It speaks the transport's own
format (`transport/message_format.py`): sends the ask, and listens for the answer, which may come from another actor.
"""

import errno
import itertools
import os
import select
import socket
import time
from pathlib import Path
from typing import Any, Self

from lotkeeper.engine.asking import Answer, Ask, AskFailure
from lotkeeper.engine.errors import (
    ActorGoneError,
    AskError,
    AskFailedError,
    AskRefusedError,
    AskTimedOutError,
    SystemGoneError,
    UnsafeDirectoryError,
)
from lotkeeper.engine.transport import sockets
from lotkeeper.engine.transport.directory import check_private, is_served, label_of, root_of
from lotkeeper.engine.transport.incoming_connection import IncomingConnection, UndecodableError
from lotkeeper.engine.transport.message_format import CHUNK, pack
from lotkeeper.engine.transport.paths import admin_path, new_client_path

_LAST_WORDS = 0.2  # seconds for an answer that is on its way when the root ends
_numbers = itertools.count(1)


def ask_root(directory: Path, label: str | None, message: object, seconds: float) -> Any:
    """The answer of the root actor of the system in `directory`; raises as `attach` and `AttachedSystem.ask`."""
    question = _open_question(directory.absolute(), label)
    if question is None:  # `attach` says what is wrong, or finds the root by asking the admin
        from lotkeeper.engine.service import attach

        with attach(directory, label) as system:
            return system.ask(message, seconds)
    with question:
        return question.ask(message, seconds)


def _open_question(directory: Path, label: str | None) -> "_Question | None":
    """None where the root cannot be reached at once."""
    try:
        check_private(directory)
        root = root_of(directory)
        if root is None or label not in (None, label_of(directory)):
            return None
        return _Question(directory, root)
    except (OSError, UnsafeDirectoryError):
        return None


class _Question:
    """A connection to the root, and a socket at which the answer comes."""

    def __init__(self, directory: Path, root: str) -> None:
        self._directory = directory
        self._path = new_client_path(str(directory))
        self._incoming: dict[int, IncomingConnection] = {}
        self._buffer = bytearray(CHUNK + 1)
        self._root = sockets.connect(root)
        self._listener: socket.socket | None = None
        try:
            self._listener = sockets.listen(self._path)
            self._ack_page = sockets.send_hello(self._root, self._path)
        except BaseException:
            self._close_sockets()
            raise
        self._poll = select.poll()
        self._poll.register(self._listener, select.POLLIN)
        self._poll.register(self._root, select.POLLIN)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ack_page.close()
        self._close_sockets()

    def ask(self, message: object, seconds: float) -> Any:
        """Raises as `SystemClient.ask`."""
        ask, name = Ask(f"{os.getpid()}-{next(_numbers)}", message), type(message).__name__
        deadline = time.monotonic() + seconds
        self._send(ask, deadline)
        try:
            answer = self._await(ask, deadline)
        except sockets.OutOfDescriptorsError as error:
            reason = os.strerror(errno.EMFILE)
            raise AskRefusedError(f"no answer to {name}: this process may open no more files ({reason})") from error
        except UndecodableError as error:
            raise AskError(f"no answer to {name}: {error}") from error
        if answer is None:
            raise AskTimedOutError(f"no answer to {name} within {seconds:g} s")
        if isinstance(answer.body, AskFailure):
            raise AskFailedError(f"{name} failed: {answer.body.error}")
        return answer.body

    def _send(self, ask: Ask, deadline: float) -> None:
        packets, _ = pack(ask)
        while packets:
            try:
                self._root.sendmsg(packets[-1])
                packets.pop()
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.ENOBUFS):
                    raise self._gone() from error
                if time.monotonic() >= deadline:
                    raise AskTimedOutError(f"{type(ask.body).__name__} could not be sent in time") from error
                select.select([], [self._root], [], 0.05)

    def _await(self, ask: Ask, deadline: float) -> Answer | None:
        """None if no answer comes in time."""
        is_root_gone = False
        while True:
            left = deadline - time.monotonic()
            for descriptor, mask in self._poll.poll(max(0.0, left) * 1000):
                if self._listener is not None and descriptor == self._listener.fileno():
                    self._accept()
                elif descriptor == self._root.fileno():
                    is_root_gone |= self._has_ended(mask)
                    deadline = min(deadline, time.monotonic() + _LAST_WORDS) if is_root_gone else deadline
                elif (answer := self._read(descriptor, ask)) is not None:
                    return answer
            if time.monotonic() >= deadline:
                if is_root_gone:
                    raise self._gone()
                return None

    def _accept(self) -> None:
        assert self._listener is not None
        try:
            sock = sockets.accept(self._listener)
        except OSError as error:
            if error.errno in sockets.NO_MORE_DESCRIPTORS:
                raise sockets.OutOfDescriptorsError from error
            return
        if sockets.peer_credentials(sock)[1] != os.geteuid():
            sock.close()
            return
        self._incoming[sock.fileno()] = IncomingConnection(sock)
        self._poll.register(sock, select.POLLIN)

    def _has_ended(self, mask: int) -> bool:
        """Whether the root has closed its end. It may also send a notice, which says nothing here."""
        if mask & (select.POLLHUP | select.POLLERR):
            self._poll.unregister(self._root)
            return True
        self._root.recv(64)
        return False

    def _read(self, descriptor: int, ask: Ask) -> Answer | None:
        """The answer, if it has come on this connection. Raises AskError if the root could not read the ask."""
        connection = self._incoming[descriptor]
        try:
            while (found := connection.read(self._buffer)) is not None:
                connection.count_handled()
                message = found[0]
                if isinstance(message, Answer) and message.ask_id == ask.ask_id:
                    return message
                refused = getattr(message, "poisonMessage", None)
                if isinstance(refused, Ask) and refused.ask_id == ask.ask_id:
                    raise AskError(f"{type(ask.body).__name__} was not delivered: {message.details}")
        except EOFError:
            self._poll.unregister(descriptor)
            self._incoming.pop(descriptor).close()
        return None

    def _gone(self) -> Exception:
        try:
            is_running = is_served(admin_path(self._directory))
        except OSError:
            is_running = True
        if is_running:
            return ActorGoneError("the actor died before it had handled the message")
        return SystemGoneError(f"the system in {self._directory} has ended")

    def _close_sockets(self) -> None:
        for each in self._incoming.values():
            each.close()
        self._root.close()
        if self._listener is not None:
            self._listener.close()
            Path(self._path).unlink(missing_ok=True)
