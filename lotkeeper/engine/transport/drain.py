"""Sending what still has to go, and nothing else."""

import select

from lotkeeper.engine.transport.outbox import Outbox
from lotkeeper.engine.transport.wakeups import now

_STEP = 0.005  # seconds between attempts to connect to a crowded receiver
_LONG = 1.0


def drained(outbox: Outbox, deadline: float | None) -> int:
    """How many messages still wait, after some went or `deadline` (perf_counter) has passed; 0 when none is left."""
    before = outbox.waiting()
    while True:
        for out in outbox.crowd():
            outbox.flush(out, even_held=True)  # nobody will be here when the receiver tells
        waiting = outbox.waiting()
        if not waiting or waiting < before or (deadline is not None and now() >= deadline):
            return waiting
        _wait_for_room(outbox, deadline)


def _wait_for_room(outbox: Outbox, deadline: float | None) -> None:
    poll, limit = select.poll(), _LONG
    for out in outbox.crowd():
        if out.socket is None:
            limit = _STEP
        else:
            poll.register(out.socket.fileno(), select.POLLOUT)
    if deadline is not None:
        limit = min(limit, max(0.0, deadline - now()))
    poll.poll(limit * 1000)
