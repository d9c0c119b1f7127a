"""The budget broker as a process: its socket, and its end by a signal."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path
from socket import socket

from lotkeeper.engine.notifying import Notifier
from lotkeeper.exchange.sharing.broker import Broker, Say, group_id, open_socket, run_broker


def serve(path: Path, group: str, say: Say) -> None:
    """Until SIGINT or SIGTERM; `say` is told when it listens, and who comes and goes. Raises BrokerError."""
    members = group_id(group) if group else None
    listener = open_socket(path, group)
    try:
        asyncio.run(_serve(Broker(say, members), listener, lambda: say(f"shares are granted on {path}")))
    finally:
        path.unlink(missing_ok=True)


async def _serve(broker: Broker, listener: socket, on_ready: Callable[[], object]) -> None:
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    on_ready()
    Notifier().notify_ready()
    await run_broker(listener, broker, stopped)
