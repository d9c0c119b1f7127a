"""How messages and the processes that they come from are named for people."""

import os
from collections.abc import Callable, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any

from thespian.actors import ActorAddress, WakeupMessage

from lotkeeper.engine.asking import Asker, Sender
from lotkeeper.engine.transport.addresses import path_of
from lotkeeper.engine.transport.message_format import is_secret
from lotkeeper.engine.transport.paths import is_member

_FieldReader = Callable[[Any], Any]


class SubjectReader:
    """Reads what a message is about."""

    def __init__(self, fields: Sequence[str]) -> None:
        self._readers: dict[str, _FieldReader] = {name: attrgetter(name) for name in fields}

    def read(self, message: Any) -> dict[str, str | int]:
        """The subject fields that it has, by their last names; none of a secret message."""
        subject: dict[str, str | int] = {}
        for name, read in () if is_secret(message) else self._readers.items():
            try:
                value = read(message)
            except AttributeError:
                continue
            if isinstance(value, str | int):
                subject[name.rpartition(".")[-1]] = value
        return subject


class SenderNames:
    """The names of the processes that messages came from, found out once for each."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def name_of(self, sender: Sender) -> str:
        """Title and number of the sender's process."""
        address = sender.address if isinstance(sender, Asker) else sender
        key = str(address)
        if key not in self._names:
            self._names[key] = _describe_process(address)
        return self._names[key]


def plain_name(name: str) -> str:
    """PairKeeper, pair-keeper and "pair keeper" are the same."""
    return "".join(each for each in name.lower() if each.isalnum())


def type_name(message: Any) -> str:
    """The name of a message's type; of a wake-up that of what it carries."""
    if isinstance(message, WakeupMessage):
        return f"wake-up {type(message.payload).__name__}"
    return type(message).__name__


def _describe_process(address: ActorAddress) -> str:
    """The title and number of the process at an address, for instance "PairKeeper 4711" or "client 4712"."""
    try:
        name = os.path.basename(path_of(address))
    except AttributeError:  # an address of the test kit
        return str(address)
    pid = name[1:].partition("-")[0]
    if not pid.isdigit():
        return name
    if not is_member(name):
        return f"client {pid}"
    try:
        title = Path(f"/proc/{pid}/cmdline").read_bytes().partition(b"\0")[0].decode(errors="replace")
    except OSError:
        title = ""
    return f"{os.path.basename(title.split(' ')[0]) or 'ended process'} {pid}"
