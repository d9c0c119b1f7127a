"""A system on one of the bases, and how it is asked."""

import contextlib
import random
import shutil
import tempfile
from collections.abc import Iterator
from typing import Any

from thespian.actors import ActorSystem

OURS = "lotkeeperUnixBase"
STOCK = ("multiprocTCPBase", "multiprocUDPBase")
BARE = "bare socketpair"


@contextlib.contextmanager
def system_on(base: str) -> Iterator[ActorSystem]:
    """A running system; to be used once a process, since the engine changes Thespian where it must."""
    directory = tempfile.mkdtemp(prefix="lk-")
    if base == OURS:
        import lotkeeper.engine.system.base  # noqa: F401

        settings: dict[str, Any] = {"Unix Directory": directory}
    else:
        settings = {"Admin Port": random.randint(20_000, 50_000)}
    system = ActorSystem(base, settings, transientUnique=True)
    try:
        yield system
    finally:
        system.shutdown()
        shutil.rmtree(directory, ignore_errors=True)


def ask(system: ActorSystem, address: Any, message: object, seconds: float = 120.0) -> Any:
    """The answer, without the answers to earlier asks in between; TimeoutError when there is none."""
    with system.private() as private:
        answer = private.ask(address, message, seconds)
    if answer is None:
        raise TimeoutError(f"no answer to {type(message).__name__} within {seconds:g} s")
    return answer
