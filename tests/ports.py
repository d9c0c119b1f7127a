"""Ports for tests that need their number before anything listens on them."""

import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager

# Below those that the kernel gives away by itself (ip_local_port_range), so that no connection gets it meanwhile.
_OURS = range(20_000, 32_000)
_held: list[socket.socket] = []


@contextmanager
def deaf_port() -> Iterator[int]:
    """A port that is taken and on which nobody listens: a connection is refused."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield int(bound.getsockname()[1])


def free_port() -> int:
    """A port for a server that needs its number beforehand; no other test on this machine gets it meanwhile."""
    while True:
        port = random.SystemRandom().choice(_OURS)
        claim, trial = socket.socket(socket.AF_UNIX), socket.socket()
        try:
            claim.bind(f"\0lotkeeper-test-port-{port}")
            trial.bind(("127.0.0.1", port))
        except OSError:
            claim.close()
            continue
        finally:
            trial.close()
        _held.append(claim)  # until this process ends
        return port
