"""A running system, seen from outside: start one, attach to one, stop it.

with start(directory, Guardian, Begin(config)) as system:
    system.ask(Status(), 2.0)
"""

import contextlib
import gc
import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from thespian.actors import Actor, ActorAddress, ActorSystem
from thespian.system.transport import ExternalInterfaceTransportInit

from lotkeeper.engine.actor.base import handled_types
from lotkeeper.engine.asking import Ping
from lotkeeper.engine.errors import (
    ActorGoneError,
    AskRefusedError,
    AskTimedOutError,
    AttachRefusedError,
    NotRunningError,
    OtherLabelError,
    SystemGoneError,
)
from lotkeeper.engine.inspection.questions import DeadLetters
from lotkeeper.engine.system import base, immortal_objects
from lotkeeper.engine.system.base import ActorSystemBase
from lotkeeper.engine.system.heap_holes import fill_holes
from lotkeeper.engine.system.process_setup import INHERITANCE, raise_descriptor_limit
from lotkeeper.engine.system_client import SystemClient
from lotkeeper.engine.transport import message_format
from lotkeeper.engine.transport.addresses import path_of
from lotkeeper.engine.transport.directory import is_locked, is_served, label_of
from lotkeeper.engine.transport.paths import admin_path
from lotkeeper.engine.transport.transport import DIRECTORY, UnixTransport

__all__ = ["AttachedSystem", "RunningSystem", "attach", "start"]

_ROOT = "root"
_ATTACH_TIMEOUT = 2.0  # seconds for an admin that listens to answer
_STOP_TIMEOUT = 5.0


def start(
    directory: Path,
    root: type[Actor],
    first: object,
    *,
    preload: Sequence[str] = (),
    on_process_start: Callable[[str], None] | None = None,
    subject_fields: Sequence[str] = (),
    mask_text: Callable[[str], str] | None = None,
    set_log_level: Callable[[str], None] | None = None,
    label: str = "",
    shares_memory: bool = False,
) -> "RunningSystem":
    """Starts a system with `root` as its only top actor and sends it the message `first`.

    `preload` names modules that are imported before the first fork, so that all processes share them.
    `on_process_start` is called in each actor's process with the name of the actor class, before the actor is made.
    `subject_fields` names the fields of messages that the log shows at DEBUG (`actor/logs.py`).
    `mask_text` hides the secrets in the text of a message that is shown in a trace.
    `set_log_level` sets from which level on a process logs (empty: as it was started), when somebody changes it.
    `label` is what `attach` has to give too, so that two versions of a program do not misread each other's messages.
    `shares_memory` lets all processes go on sharing what this one has now, where the interpreter can (3.12 and newer):
    a program that exists for the system alone does not mind that nothing of it is freed any more.
    The system ends when this process ends, in whatever way. Open files and sockets after this call, not before.

    AlreadyRunningError when a system runs in the directory, UnsafeDirectoryError when others can enter it,
    StartRefusedError when the machine does not let it start (a full disk, no descriptors left, no permission),
    StartFailedError when the system or `root` does not come up.
    """
    directory = directory.absolute()
    for name in preload:
        importlib.import_module(name)
    message_format.prepare(handled_types())
    raise_descriptor_limit()
    hooks = on_process_start, tuple(subject_fields), mask_text, set_log_level
    with INHERITANCE.configured(*hooks), _frozen_heap(shares_memory):
        settings = {DIRECTORY: str(directory), base.START_ONLY: True, base.LABEL: label}
        system = ActorSystem(base.NAME, settings, transientUnique=True)
        try:
            return RunningSystem(directory, system, root, first)
        except BaseException:
            system._systemBase.abandon()
            raise


def attach(directory: Path, label: str | None = None) -> "AttachedSystem":
    """Attaches to the system in a directory as a client; starts nothing. Without a label any system is accepted.

    NotRunningError, at once, when there is none; OtherLabelError when it was started under another label;
    UnsafeDirectoryError when others can enter the directory; AttachRefusedError when the machine does not let this
    process attach (a full disk, no descriptors left).
    """
    return AttachedSystem(directory.absolute(), label)


class RunningSystem:
    """A system that this process started and that ends with it."""

    def __init__(self, directory: Path, system: ActorSystem, root: type[Actor], first: object) -> None:
        self.directory = directory
        self._base: ActorSystemBase = system._systemBase
        self._client = SystemClient(self._base.transport, self._base.adminAddr, directory)
        self.address: ActorAddress = self._client.create(root, _ROOT)
        if self._base.lock is not None:
            self._base.lock.note_root(path_of(self.address))
        self.send(first)

    def ask(self, message: object, seconds: float) -> Any:
        """The root's answer; raises as `SystemClient.ask`."""
        return self._client.ask(self.address, message, seconds)

    def ping(self, seconds: float) -> None:
        """Raises as `SystemClient.ask` unless both the admin and the root handle their messages."""
        if self._client.find(_ROOT, seconds) is None:
            raise ActorGoneError("the root actor is dead")
        self._client.ask(self.address, Ping(), seconds)

    def send(self, message: object) -> None:
        """Sends the root a message; SystemGoneError when the system has ended."""
        self._client.send(self.address, message)

    def send_to(self, address: ActorAddress, message: object) -> None:
        """Sends any actor a message; SystemGoneError when the system has ended."""
        self._client.send(address, message)

    def listen(self, seconds: float) -> object | None:
        """A message that an actor sent to this process, or None; SystemGoneError as soon as the system has ended.

        A system without its root actor or without its directory counts as ended: `stop` ends what is left of it.
        """
        if self._base.lock is not None and not self._base.lock.is_in_place():
            raise SystemGoneError(f"{self.directory} was deleted: no actor can be reached there any more")
        has_lost_root = self._client.is_dead(self.address)  # an ask may have found that out
        message: object | None = self._client.listen(0.0 if has_lost_root else seconds)
        if message is None and self._client.is_dead(self.address):
            raise SystemGoneError(f"the root actor of the system in {self.directory} has died")
        return message

    def stop(self, seconds: float = _STOP_TIMEOUT) -> None:
        """Asks all actors to exit, and after `seconds` ends by force those that have not; with 0 at once.

        May be called twice.
        """
        self._base.shutdown(seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class AttachedSystem:
    """A system that another process runs."""

    def __init__(self, directory: Path, label: str | None) -> None:
        self.directory = directory
        self._client = _connect(directory, label)
        try:
            self._root = self._client.find(_ROOT, _ATTACH_TIMEOUT)
        except AskRefusedError as error:
            self._client.close()
            raise AttachRefusedError(str(error)) from error
        except AskTimedOutError as error:
            self._client.close()
            raise NotRunningError(f"the system in {directory} does not answer") from error
        if self._root is None:
            self._client.close()
            raise NotRunningError(f"the system in {directory} is starting or stopping")

    def ask(self, message: object, seconds: float) -> Any:
        """The root's answer; raises as `SystemClient.ask`."""
        return self._client.ask(self._root, message, seconds)

    @property
    def root(self) -> ActorAddress:
        """The address of the root actor."""
        return self._root

    def ask_all(self, addresses: Mapping[str, ActorAddress], message: object, seconds: float) -> dict[str, Any]:
        """The answers of these actors by their names; see `SystemClient.ask_all`."""
        return self._client.ask_all(addresses, message, seconds)

    def dead_letters(self, seconds: float) -> DeadLetters:
        """See `SystemClient.dead_letters`."""
        return self._client.dead_letters(seconds)

    def send_to(self, address: ActorAddress, message: object) -> None:
        """Sends any actor a message; SystemGoneError when the system has ended."""
        self._client.send(address, message)

    def close(self) -> None:
        """Ends the attachment; the system goes on."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _connect(directory: Path, label: str | None) -> SystemClient:
    try:
        running = is_locked(directory) and is_served(admin_path(directory))
        if not running:
            raise NotRunningError(f"no system is running in {directory}")
        if label not in (None, found := label_of(directory)):
            raise OtherLabelError(f"the system in {directory} is {found or 'without a label'}, not {label}")
        transport = UnixTransport(ExternalInterfaceTransportInit(), {DIRECTORY: str(directory)}, None, None)
    except FileNotFoundError as error:
        raise NotRunningError(f"the system in {directory} has just ended") from error
    except OSError as error:
        raise AttachRefusedError(
            f"the system in {directory} cannot be attached to: {error.strerror or error}"
        ) from error
    return SystemClient(transport, UnixTransport.getAdminAddr({DIRECTORY: str(directory)}), directory)


@contextlib.contextmanager
def _frozen_heap(shares_memory: bool) -> Iterator[None]:
    """Keeps the garbage collector of forked processes away from the memory that they share with this one."""
    gc.collect()
    if shares_memory and immortal_objects.mark_all():
        fill_holes()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
