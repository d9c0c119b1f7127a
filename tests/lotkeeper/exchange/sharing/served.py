"""A real broker on a real socket, in a thread of the test."""

import asyncio
import socket
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from lotkeeper.exchange.sharing.broker import SETTLING_S, Broker, open_socket, run_broker


class ServedBroker:
    """Context manager: inside it the broker serves, and has done with its first seconds."""

    def __init__(self, path: Path, *, is_settled: bool = True) -> None:
        self.path = path
        self._now = 0.0
        self.said: list[str] = []
        self._broker = Broker(self.said.append, monotonic=lambda: self._now)
        self._now = SETTLING_S if is_settled else 0.0
        self._thread = threading.Thread(target=self._run)
        self._ready = threading.Event()

    def settle(self) -> None:
        """The first seconds are over."""
        self._now = SETTLING_S

    def __enter__(self) -> Self:
        self._listener = open_socket(self.path)
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Once more does nothing."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopped.set)
            self._thread.join()
        self.path.unlink(missing_ok=True)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        self._ready.set()
        await run_broker(self._listener, self._broker, self._stopped)


class SilentBroker:
    """Accepts connections and never answers."""

    def __init__(self, path: Path) -> None:
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._listener.listen()

    def close(self) -> None:
        self._listener.close()
